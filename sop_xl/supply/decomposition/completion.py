"""From the average of many plans to one that keeps every row.

Down the bill a node that would run short brings in more, and one that would end with stock nobody needs brings in
less. Purchases move ahead of a supplier's full months. What still exceeds a limit is left to `rationing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.decomposition.make_lots import MakeLots
from sop_xl.supply.decomposition.oracle import Flow
from sop_xl.supply.decomposition.orders import OrderLots
from sop_xl.supply.decomposition.played import play
from sop_xl.supply.decomposition.rationing import keeps_limits, ration
from sop_xl.supply.decomposition.values import column_values

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.oracle import Oracle
    from sop_xl.supply.decomposition.structure import Stage

TINY = 1e-12


class Completion:
    """Completes averages of the plans of one oracle."""

    def __init__(self, oracle: Oracle) -> None:
        self._oracle, self._s = oracle, oracle.structure
        s = self._s
        self._orders, self._lots = OrderLots(oracle), MakeLots(s)
        upper = s.model.upper
        there = np.zeros((len(s.source_nodes), s.months), bool)
        arriving = oracle.arrivals((s.of("ship", upper) > 0).astype(float)) > 0
        parts = [s.of("make", upper) > 0, s.of("buy", upper) > 0, s.of("expedite", upper) > 0, arriving, there]
        self._open = np.concatenate(parts)
        self._open[: s.way_starts[1]] &= ~s.fixed[s.case.network.makes["node"]]
        self._target = np.sum([np.where(np.isfinite(w) & (c < 0), w, 0.0) for w, c in s.tiers], axis=0)

    def complete(self, flow: Flow) -> np.ndarray:
        """Return the values of all columns of a plan near `flow` that keeps every row."""
        s = self._s
        there = np.zeros((len(s.source_nodes), s.months))
        arrived = self._oracle.arrivals(flow.ship)
        ways = np.maximum(np.concatenate([flow.make, flow.buy, flow.expedite, arrived, there]), 0.0)
        serve = np.maximum(flow.serve, 0.0)
        self._balance_down(ways, serve)
        self._buy_ahead(ways)
        self._orders.round_up(ways)
        if self._lots:
            ways, serve = play(self._oracle, self._lots, ways, serve, flow.run)
        elif not keeps_limits(self._oracle, ways, serve, flow.run):
            ways, serve = ration(self._oracle, ways, serve, flow.run)
        return column_values(self._oracle, ways, serve, flow.run)

    def whole(self, values: np.ndarray) -> np.ndarray:
        """Return the values of a plan that keeps every row but those of lots, rounded to lots."""
        s = self._s
        make, run, buy, late, ship = (s.of(name, values) for name in ("make", "run", "buy", "expedite", "ship"))
        there = np.zeros((len(s.source_nodes), s.months))
        serve = np.zeros((s.nodes, s.months))
        serve[s.case.sellers] = s.of("serve", values)
        serve[s.ends] = 0.0
        if self._lots:
            return self.complete(Flow(make, run, buy, late, ship, serve))
        ways = np.concatenate([make, buy, late, self._oracle.arrivals(ship), there])
        self._orders.round_up(ways)
        return column_values(self._oracle, ways, serve, run)

    def _balance_down(self, ways: np.ndarray, serve: np.ndarray) -> None:
        out = serve.copy()
        for stage in reversed(self._s.stages):
            if len(stage.ways) and not self._s.ends[stage.nodes].all():
                self._balance(stage, ways, out)
            self._hold_fences(stage, ways)
            self._lots.raise_up(stage, ways)
            self._oracle.take(stage, ways, out)

    def _balance(self, stage: Stage, ways: np.ndarray, out: np.ndarray) -> None:
        """Bring in what a stage's nodes lack, as late as they need it, and leave out what is never used."""
        s = self._s
        simple = ~s.ends[stage.nodes]
        coming = self._oracle.bring(stage, ways) + s.into[stage.nodes]
        stock = (coming - out[stage.nodes]).cumsum(axis=1)
        lacking = np.maximum.accumulate(np.maximum(-stock, 0.0), axis=1) * simple[:, None]
        more = np.diff(lacking, axis=1, prepend=0.0)
        if (more > TINY).any():
            ways[stage.ways] += self._shares(stage, ways) * more[stage.row]
        self._spare(stage, stock + lacking, simple, ways)

    def _hold_fences(self, stage: Stage, ways: np.ndarray) -> None:
        """Move what the stage's items with a fence make and buy to the months that last month's plan says."""
        s, fences = self._s, self._oracle.fences
        mine = stage.ways[stage.ways < s.way_starts[3]]
        mine = mine[fences.line[s.way_nodes[mine]] >= 0]
        if not len(mine):
            return
        line = fences.line[s.way_nodes[mine]]
        supply = fences.supply([(s.way_nodes[mine], ways[mine])])
        wanted = fences.held(supply)
        usual = (ways[mine].sum(axis=1, keepdims=True) + TINY) * self._open[mine]
        total = np.zeros_like(supply)
        np.add.at(total, line, usual)
        scale = np.where(supply > TINY, wanted / np.where(supply > TINY, supply, 1.0), 0.0)
        added = np.where((supply <= TINY) & (total > 0), wanted / np.where(total > 0, total, 1.0), 0.0)
        ways[mine] = ways[mine] * scale[line] + usual * added[line]

    def _shares(self, stage: Stage, ways: np.ndarray) -> np.ndarray:
        """Return the share of each open way in what its node gets: of the month, else of the plan."""
        opened = self._open[stage.ways]
        month = ways[stage.ways] * opened
        plan = (month.sum(axis=1, keepdims=True) + TINY) * opened
        nodes = (len(stage.nodes), self._s.months)
        totals = [_by_node(stage, weights, nodes)[stage.row] for weights in (month, plan)]
        share = np.where(totals[1] > 0, plan / np.where(totals[1] > 0, totals[1], 1.0), 0.0)
        return np.where(totals[0] > TINY, month / np.where(totals[0] > TINY, totals[0], 1.0), share)

    def _spare(self, stage: Stage, stock: np.ndarray, simple: np.ndarray, ways: np.ndarray) -> None:
        """Take off, the last months first, what stays above the target to the end."""
        flow = ways[stage.ways] * self._open[stage.ways]
        coming = _by_node(stage, flow, stock.shape)
        room = np.where(simple[:, None], stock - self._target[stage.nodes], 0.0)
        over = np.full(len(stock), np.inf)
        off = np.zeros_like(stock)
        for t in range(stock.shape[1] - 1, -1, -1):
            over = np.minimum(over, room[:, t])
            off[:, t] = np.minimum(coming[:, t], np.maximum(over, 0.0))
            over = over - off[:, t]
        part = np.where(coming > TINY, off / np.where(coming > TINY, coming, 1.0), 0.0)
        ways[stage.ways] -= flow * part[stage.row]

    def _buy_ahead(self, ways: np.ndarray) -> None:
        """Move purchases, late ones left alone, to the last months in which the suppliers can deliver them."""
        s, limit = self._s, self._orders.limits
        start, end = s.way_starts[1], s.way_starts[2]
        kept = np.flatnonzero(self._oracle.supplier_row >= 0)
        row = self._oracle.supplier_row[kept]
        buys, opened = ways[start:end], self._open[start:end]
        if (self._oracle.on_suppliers(buys) <= limit).all():
            return
        carried = np.zeros(len(kept))
        for t in range(s.months - 1, -1, -1):
            want = np.where(opened[kept, t], buys[kept, t] + carried, 0.0)
            asked = np.bincount(row, weights=want, minlength=len(limit))
            bought = want * np.minimum(1.0, limit[:, t] / np.maximum(asked, TINY))[row]
            carried = carried + buys[kept, t] - bought
            buys[kept, t] = bought
        # What no earlier month takes stays over the limit in the first month that can be ordered for.
        buys[kept, opened[kept].argmax(axis=1)] += carried


def _by_node(stage: Stage, flow: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    total = np.zeros(shape)
    np.add.at(total, stage.row, flow)
    return total
