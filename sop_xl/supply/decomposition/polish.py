"""From an averaged plan nearer to the best: each group of goods planned exactly with its part of what is shared.

The average spreads a good over months and plants; the group's own programme puts it where it is best, and never
makes the whole worse. Groups are independent pieces of work, arrays in and arrays out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array

from sop_xl.supply.decomposition.groups import Parts, copies, owners
from sop_xl.supply.decomposition.shares import shares
from sop_xl.supply.decomposition.structure import ROUNDED_ROWS
from sop_xl.supply.model import LinearModel
from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from sop_xl.ports import Compute, Solver
    from sop_xl.supply.decomposition.groups import Copies
    from sop_xl.supply.decomposition.oracle import Oracle
    from sop_xl.supply.decomposition.shares import Shares

FENCES = ("plan_up", "plan_down", "fence_over")
TINY = 1e-9


@dataclass(frozen=True)
class Piece:
    """The programme of one group, as arrays; see `LinearModel`.

    Attributes:
        columns: the whole model's column of each of its columns.
        solver: solves it.
    """

    columns: np.ndarray = field(repr=False)
    lower: np.ndarray = field(repr=False)
    upper: np.ndarray = field(repr=False)
    cost: np.ndarray = field(repr=False)
    row_lower: np.ndarray = field(repr=False)
    row_upper: np.ndarray = field(repr=False)
    term_rows: np.ndarray = field(repr=False)
    term_columns: np.ndarray = field(repr=False)
    term_values: np.ndarray = field(repr=False)
    solver: Solver = field(repr=False)


def solve_piece(piece: Piece) -> np.ndarray:
    """Return the best values of a group's columns.

    Raises:
        SolverError: the solver fails.
    """
    model = LinearModel(
        lower=piece.lower,
        upper=piece.upper,
        cost=piece.cost,
        integer=np.zeros(len(piece.cost), bool),
        row_lower=piece.row_lower,
        row_upper=piece.row_upper,
        term_rows=piece.term_rows,
        term_columns=piece.term_columns,
        term_values=piece.term_values,
    )
    return piece.solver.solve(model).values


def polish(oracle: Oracle, values: np.ndarray, solver: Solver, compute: Compute, *, size: int, seed: int) -> np.ndarray:
    """Return the groups' plans added up, their orders not yet in whole lots; shape (columns,).

    Args:
        oracle: of the plan.
        values: the plan whose use of what is shared says what each group gets.
        solver: solves the groups' programmes.
        compute: where they are solved.
        size: goods of a group.
        seed: of the deal into groups.
    """
    s = oracle.structure
    cop = copies(s, owners(s, size, seed))
    flows = [s.of(name, values) for name in ("make", "buy", "expedite", "ship")]
    there = np.zeros((len(s.source_nodes), s.months))
    ways = np.concatenate([*flows[:3], oracle.arrivals(flows[3]), there])
    parts = Parts(oracle, cop, ways)
    limits = shares(oracle, cop, parts, s.of("run", values), s.of("workers", values))
    cutter = _Cutter(oracle, cop, parts, limits)
    pieces = [cutter.piece(group, solver) for group in range(cop.count)]
    merged = np.zeros_like(values)
    for piece, found in zip(pieces, compute.map(solve_piece, pieces), strict=True):
        merged[piece.columns] += found
    return merged


class _Cutter:
    """Cuts the whole programme into those of the groups."""

    def __init__(self, oracle: Oracle, cop: Copies, parts: Parts, limits: Shares) -> None:
        self._s, self._c, self._oracle = oracle.structure, cop, oracle
        self._parts, self._limits = parts, limits
        self._fence_total: np.ndarray | None = None
        model = self._s.model
        shape = (model.row_count, model.column_count)
        loose = np.zeros(model.row_count, bool)
        for name in ROUNDED_ROWS & set(model.rows):
            loose[model.rows[name].index] = True
        kept = ~loose[model.term_rows]
        places = (model.term_rows[kept], model.term_columns[kept])
        self._matrix = csc_array((model.term_values[kept], places), shape=shape)
        self._line = {tier: self._lines(tier) for tier in (*STOCK_TIERS, "fixed_missed")}

    def _lines(self, name: str) -> np.ndarray:
        line = np.full(self._s.nodes, -1)
        keys = self._s.model.columns[name].keys["node"].to_numpy(int)
        line[keys] = np.arange(len(keys))
        return line

    def piece(self, group: int, solver: Solver) -> Piece:
        """Return the programme of one group."""
        model = self._s.model
        mine = np.flatnonzero(self._c.group == group)
        columns, upper = self._columns(group, mine)
        part = self._matrix[:, columns]
        rows = np.unique(part.indices)
        place = np.full(model.row_count, -1)
        place[rows] = np.arange(len(rows))
        row_lower, row_upper = model.row_lower[rows].copy(), model.row_upper[rows].copy()
        self._share_rows(group, mine, place, row_lower, row_upper)
        return Piece(
            columns=columns,
            lower=model.lower[columns],
            upper=upper,
            cost=self._s.cost[columns],
            row_lower=row_lower,
            row_upper=row_upper,
            term_rows=place[part.indices],
            term_columns=np.repeat(np.arange(len(columns)), np.diff(part.indptr)),
            term_values=part.data,
            solver=solver,
        )

    def _columns(self, group: int, mine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the group's columns, and their upper bounds."""
        s, c, model = self._s, self._c, self._s.model
        ways = c.way[c.group[c.target] == group]
        blocks = []
        for kind, name in enumerate(("make", "buy", "expedite", "ship")):
            inside = (ways >= s.way_starts[kind]) & (ways < s.way_starts[kind + 1])
            blocks.append(model.columns[name].index[ways[inside] - s.way_starts[kind]].ravel())
        made = np.zeros(s.way_starts[1], bool)
        made[ways[ways < s.way_starts[1]]] = True
        blocks.append(model.columns["run"].index[made[self._oracle.run_make]].ravel())
        owned = mine[c.owned[mine]]
        sellers = s.seller[c.node[owned]]
        blocks += [model.columns[name].index[sellers[sellers >= 0]].ravel() for name in ("serve", "backlog", "lost")]
        blocks += [model.columns[name].index.ravel() for name in ("regular", "overtime")]
        bounds = [model.upper[block] for block in blocks]
        for name, line in self._line.items():
            at = line[c.node[mine]]
            rows = mine[at >= 0]
            index = model.columns[name].index[at[at >= 0]]
            blocks.append(index.ravel())
            whole = model.upper[index]
            scaled = np.where(np.isfinite(whole), whole, 0.0) * self._parts.stock[rows]
            bounds.append(np.where(np.isfinite(whole), scaled, np.inf).ravel())
        fenced = self._fenced(mine)
        for name in FENCES if len(fenced) else ():
            blocks.append(model.columns[name].index[fenced].ravel())
            bounds.append(model.upper[blocks[-1]])
        return np.concatenate(blocks), np.concatenate(bounds)

    def _share_rows(self, group: int, mine: np.ndarray, place: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Put the group's part of every shared row's bounds in place."""
        s, limits, model = self._s, self._limits, self._s.model
        node = self._c.node[mine]
        _scale(model.rows["balance"].index[node], self._parts.arrivals[mine], place, low, high)
        line = self._line["fixed_missed"][node]
        fixed = model.rows["fixed_production"].index[line[line >= 0]]
        _scale(fixed, self._parts.arrivals[mine[line >= 0]], place, low, high)
        swapped = s.costs("overtime") < s.costs("regular")
        first, more = limits.hours[group], limits.more_hours[group]
        for name, part in (
            ("capacity", np.where(swapped, more, first)),
            ("overtime_limit", np.where(swapped, first, more)),
            ("supplier_capacity", limits.suppliers[group]),
            ("lane_capacity", limits.lanes[group]),
        ):
            at = place[model.rows[name].index]
            high[at[at >= 0]] = part[at >= 0]
        fenced = self._fenced(mine)
        if len(fenced):
            share = self._fence_share(group)[fenced]
            for name in ("last_plan", "fence"):
                _scale(model.rows[name].index[fenced], share, place, low, high)

    def _fenced(self, mine: np.ndarray) -> np.ndarray:
        """Return the items with a fence that a group makes or buys."""
        line = np.unique(self._oracle.fences.line[self._c.node[mine]])
        return line[line >= 0]

    def _fence_share(self, group: int) -> np.ndarray:
        """Return a group's part of what is made and bought of each item with a fence; shape (items kept, months)."""
        c, fences, parts = self._c, self._oracle.fences, self._parts
        supplying = c.way < self._s.way_starts[3]
        node = c.node[c.target]
        if self._fence_total is None:
            self._fence_total = fences.supply([(node[supplying], parts.flow[supplying])])
            pairs = np.unique(np.stack([fences.line[c.node], c.group]), axis=1)[0]
            self._fence_groups = np.bincount(pairs[pairs >= 0], minlength=len(fences.kept))[:, None]
        own = np.flatnonzero(supplying & (c.group[c.target] == group))
        mine, total = fences.supply([(node[own], parts.flow[own])]), self._fence_total
        equal = 1.0 / np.maximum(self._fence_groups, 1)
        return np.where(total > TINY, mine / np.where(total > TINY, total, 1.0), equal)


def _scale(index: np.ndarray, share: np.ndarray, place: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    at = place[index]
    kept = at >= 0
    for bound in (low, high):
        inside = bound[at[kept]]
        finite = np.isfinite(inside)
        bound[at[kept]] = np.where(finite, np.where(finite, inside, 0.0) * share[kept], inside)
