"""A plan played month by month: what hours, parts and lanes do not allow in a month waits for the next, in whole lots.

From bought materials up, each node gives what it has to all that is due of it in proportion; a make starts the whole
lots that its scarcest part and the hours allow. What waits is late, never forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.make_lots import MakeLots
    from sop_xl.supply.decomposition.oracle import Oracle
    from sop_xl.supply.decomposition.structure import Stage

ROUNDING = 1e-10


def play(
    oracle: Oracle, lots: MakeLots, ways: np.ndarray, serve: np.ndarray, run: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return ways and deliveries that keep every limit and never take what is not there, makes in whole lots.

    Args:
        oracle: of the plan.
        lots: of its makes.
        ways: what is wanted of each way by month of arrival; shape (ways, months). Orders in lots stay as they are.
        serve: what customers at nodes that are not ends are to get; shape (nodes, months).
        run: shares in which makes run on their choices.
    """
    game = _Game(oracle, lots, ways, serve, run)
    for month in range(oracle.structure.months):
        game.play(month)
    return game.ways, game.served


class _Game:
    def __init__(self, oracle: Oracle, lots: MakeLots, ways: np.ndarray, serve: np.ndarray, run: np.ndarray) -> None:
        s = oracle.structure
        self._oracle, self._s, self._lots, self._serve = oracle, s, lots, serve
        starts = s.way_starts
        self._lead = s.lead[:, 0]
        self._wanted = ways[: starts[1]]
        self._departing = oracle.departures(ways[starts[3] : starts[4]])
        self.ways, self.served = ways.copy(), np.zeros_like(serve)
        late = np.arange(s.months) >= self._lead[:, None]
        self.ways[: starts[1]] = np.where(late, 0.0, self._wanted)
        self.ways[starts[3] : starts[4]] = 0.0
        self._lanes = oracle.limits.lanes.copy()
        self._coming = s.into.copy()
        self._read_purchases()
        early = np.where(late, 0.0, self._wanted)
        np.add.at(self._coming, s.way_nodes[: starts[1]], early)
        self._shares = oracle.split_runs(np.ones((starts[1], s.months)), run)
        self._hours = oracle.most_hours - oracle.use_of_hours(early, oracle.split_runs(early, run))
        self._due = np.zeros(starts[1])
        self._due_ships, self._due_serve = np.zeros(len(self._departing)), np.zeros(s.nodes)
        self._stock = np.zeros(s.nodes)
        self._simple = ~s.ends
        gone = np.zeros(s.nodes, bool)
        gone[s.case.sellers[s.case.policy("lost")]] = True
        self._forgotten = gone | (s.seller < 0)

    def _read_purchases(self) -> None:
        """Take in what is bought, but for what a supplier's limit may put off."""
        s, oracle = self._s, self._oracle
        start, middle, end = s.way_starts[1:4]
        self._limited = oracle.supplier_row >= 0
        self._limited[s.case.lots["order"].ways] = False
        self._bought = np.where(self._limited[:, None], self.ways[start:middle] + self.ways[middle:end], 0.0)
        self.ways[start:end][np.tile(self._limited, 2)] = 0.0
        np.add.at(self._coming, s.way_nodes[start:end], self.ways[start:end])
        self._room = oracle.limits.suppliers - oracle.on_suppliers(self.ways[start:middle] + self.ways[middle:end])
        upper = s.model.upper
        self._in_time, self._late = s.of("buy", upper) > 0, s.of("expedite", upper) > 0
        self._due_bought = np.zeros(len(self._bought))

    def _buy(self, month: int) -> None:
        """Buy what is due within what suppliers can deliver; the rest waits."""
        s, row = self._s, self._oracle.supplier_row
        in_time, late = self._in_time[:, month], self._late[:, month]
        self._due_bought += self._bought[:, month]
        wanted = np.where(self._limited & (in_time | late), self._due_bought, 0.0)
        kept = row >= 0
        asked = np.bincount(row[kept], weights=wanted[kept], minlength=len(self._room))
        share = np.clip(self._room[:, month] / np.maximum(asked, ROUNDING), 0.0, 1.0)
        got = wanted * np.append(share, 1.0)[row]
        self._due_bought -= got
        self.ways[s.way_starts[1] : s.way_starts[2], month] += np.where(in_time, got, 0.0)
        self.ways[s.way_starts[2] : s.way_starts[3], month] += np.where(in_time, 0.0, got)
        np.add.at(self._coming[:, month], s.way_nodes[s.way_starts[1] : s.way_starts[2]], got)

    def play(self, month: int) -> None:
        """Play one month: parts first, then what is made of them, then what is shipped and delivered."""
        s = self._s
        self._start(month)
        self._buy(month)
        need = self._needs(month)
        asked = need.T @ (self._due + self._fixed)
        np.add.at(asked, self._oracle.origin, self._due_ships)
        asked += self._due_serve
        share = np.ones(s.nodes)
        for stage in s.stages:
            self._make(stage, month, need, share)
            self._ship(stage, month, share)
            nodes = stage.nodes[self._simple[stage.nodes]]
            self._stock[nodes] += self._coming[nodes, month]
            have = np.maximum(self._stock[nodes], 0.0)
            share[nodes] = np.minimum(1.0, have / np.maximum(asked[nodes], ROUNDING))
        given = np.where(self._simple, self._due_serve * share, 0.0)
        self.served[:, month] = given
        self._stock -= given
        self._due_serve = np.where(self._forgotten, 0.0, self._due_serve - given)

    def _start(self, month: int) -> None:
        """Add what the plan wants to start, ship and deliver to what is due; what is fixed does not wait."""
        ends = month + self._lead
        inside = ends < self._s.months
        at = np.where(inside, ends, 0)
        rows = np.arange(len(ends))
        wanted, opened = np.where(inside, self._wanted[rows, at], 0.0), self._lots.opened[rows, at]
        self._due += np.where(opened, wanted, 0.0)
        self._fixed = np.where(opened, 0.0, wanted)
        self._due_ships = self._due_ships + self._departing[:, month]
        self._due_serve = self._due_serve + np.where(self._simple, self._serve[:, month], 0.0)

    def _needs(self, month: int) -> csr_array:
        """Return what a unit of each make that starts in a month takes; shape (makes, nodes)."""
        uses = self._s.uses
        if uses.plain:
            return uses.need_matrix
        lines = self._s.case.network.uses
        inside = ((lines["first"] <= month) & (month <= lines["last"])).to_numpy(bool)
        places = (uses.make[inside], uses.node[inside])
        return csr_array((uses.need[inside], places), shape=uses.need_matrix.shape)

    def _make(self, stage: Stage, month: int, need: csr_array, share: np.ndarray) -> None:
        s, makes = self._s, stage.makes[1]
        for lead in np.unique(self._lead[makes]):
            chosen = makes[self._lead[makes] == lead]
            end = month + int(lead)
            if end >= s.months:
                continue
            parts = need[chosen]
            most = np.ones(len(chosen))
            line, node = parts.nonzero()
            np.minimum.at(most, line, share[node])
            free = self._lots.opened[chosen, end]
            whole = self._lots.whole(chosen, self._due[chosen] * most)
            made = self._that_fit(chosen, np.where(free, whole, self._fixed[chosen] * most), end)
            self._due[chosen] -= np.where(free, made, 0.0)
            self.ways[chosen, end] += made
            self._stock -= parts.T @ made
            np.add.at(self._coming[:, end], s.way_nodes[chosen], made)

    def _that_fit(self, makes: np.ndarray, made: np.ndarray, month: int) -> np.ndarray:
        """Return what of these makes the hours left suffice for, those most lots behind first, and take the hours."""
        hours, left = self._unit_hours(makes, month), self._hours[:, month]
        if (hours @ made > left + ROUNDING * np.maximum(left, 1.0)).any():
            size = np.maximum(np.maximum(self._lots.step, self._lots.least)[makes], 1.0)
            fits, room = np.zeros(len(makes)), np.maximum(left, 0.0)
            for k in np.argsort(-self._due[makes] / size, kind="stable"):
                used = hours[:, k] > 0
                most = (room[used] / hours[used, k]).min() if used.any() else np.inf
                fits[k] = made[k] if made[k] <= most else self._lots.whole(makes[[k]], np.array([most]))[0]
                room = np.maximum(room - hours[:, k] * fits[k], 0.0)
            made = fits
        self._hours[:, month] = left - hours @ made
        return made

    def _unit_hours(self, makes: np.ndarray, month: int) -> np.ndarray:
        """Return hours per unit of these makes, their choices in their shares; shape (used resources, makes)."""
        s = self._s
        hours = s.hours[:, makes].toarray()
        if len(self._shares):
            runs = np.arange(len(self._shares))
            places = (runs, self._oracle.run_make)
            choice = csr_array((self._shares[:, month], places), shape=(len(runs), s.way_starts[1]))
            hours = hours + (s.run_hours @ choice)[:, makes].toarray()
        return np.asarray(hours)

    def _ship(self, stage: Stage, month: int, share: np.ndarray) -> None:
        s, oracle, ships = self._s, self._oracle, stage.ships[1]
        arrives = month + oracle.ship_lead[ships]
        ships, arrives = ships[arrives < s.months], arrives[arrives < s.months]
        leaving = self._due_ships[ships] * share[oracle.origin[ships]]
        row = oracle.lane_row[ships]
        asked = np.bincount(row[row >= 0], weights=leaving[row >= 0], minlength=len(self._lanes))
        part = np.clip(self._lanes[:, month] / np.maximum(asked, ROUNDING), 0.0, 1.0)
        leaving = leaving * np.append(part, 1.0)[row]
        self._lanes[:, month] -= asked * part
        self._due_ships[ships] -= leaving
        np.add.at(self._stock, oracle.origin[ships], -leaving)
        self.ways[s.way_starts[3] + ships, arrives] += leaving
        np.add.at(self._coming, (s.way_nodes[s.way_starts[3] + ships], arrives), leaving)
