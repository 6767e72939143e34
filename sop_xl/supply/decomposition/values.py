"""Every column of the model from the flows of a plan: stock, backlog and hours follow from what comes and goes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.lots import KINDS
from sop_xl.supply.settle import lot_numbers
from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.oracle import Oracle
    from sop_xl.supply.decomposition.structure import Structure


def column_values(oracle: Oracle, ways: np.ndarray, serve: np.ndarray, run: np.ndarray) -> np.ndarray:
    """Return the value of each column; shape (columns,).

    Args:
        oracle: of the plan.
        ways: flow of each way by month of arrival; shape (ways, months).
        serve: what customers get at nodes that are not ends; shape (nodes, months).
        run: shares in which makes run on their choices.
    """
    s = oracle.structure
    starts = s.way_starts
    make, buy, late, arrived = (ways[a:b] for a, b in pairwise(starts[:5]))
    runs = oracle.split_runs(make, run)
    values = np.zeros(s.model.column_count)
    flows = {"make": make, "run": runs, "buy": buy, "expedite": late, "ship": oracle.departures(arrived)}
    for name, flow in flows.items():
        s.of(name, values)[:] = flow
    for kind in ("make", "order"):
        _set_lots(s, values, kind)
    use = oracle.use_of_hours(make, runs)
    _set_hours(oracle, values, use)
    oracle.crews.staff(values, use)
    oracle.fences.set_changes(values, oracle.supply_of_fences(make, buy, late))
    _set_missed(s, values, make)
    coming, out = oracle.through(ways)
    _set_service(s, values, coming, out, serve)
    return values


def _set_hours(oracle: Oracle, values: np.ndarray, use: np.ndarray) -> None:
    """The cheaper hours first."""
    s = oracle.structure
    first = np.minimum(use, oracle.limits.hours)
    swapped = s.costs("overtime") < s.costs("regular")
    s.of("regular", values)[:] = np.where(swapped, use - first, first)
    s.of("overtime", values)[:] = np.where(swapped, first, use - first)


def _set_lots(s: Structure, values: np.ndarray, kind: str) -> None:
    """How many lots there are of a kind, from the quantities that are set."""
    quantity = np.sum([s.of(name, values) for name in KINDS[kind]], axis=0)[s.case.lots[kind].ways]
    for name, numbers in lot_numbers(s.case, s.model, kind, quantity).items():
        s.of(name, values)[:] = numbers


def _set_missed(s: Structure, values: np.ndarray, make: np.ndarray) -> None:
    block = s.model.columns["fixed_missed"]
    made = np.zeros((s.nodes, s.months))
    made[s.case.network.makes["node"]] = make
    missed = np.where(s.fixed, np.maximum(s.fixed_quantity - made, 0.0), 0.0)
    block.of(values)[:] = missed[block.keys["node"]]


def _set_service(s: Structure, values: np.ndarray, coming: np.ndarray, out: np.ndarray, serve: np.ndarray) -> None:
    """Stock, backlog, lost sales and what is served."""
    stock, backlog, lost = np.zeros((3, s.nodes, s.months))
    simple = ~s.ends
    stock[simple] = np.maximum((coming - out - serve)[simple].cumsum(axis=1), 0.0)
    waiting, gone = simple & (s.seller >= 0), np.zeros(s.nodes, bool)
    gone[s.case.sellers[s.case.policy("lost")]] = True
    waiting &= ~gone
    backlog[waiting] = np.maximum((s.asked - serve)[waiting].cumsum(axis=1), 0.0)
    lost[gone] = np.maximum((s.asked - serve)[gone], 0.0)
    ends = np.flatnonzero(s.ends)
    stock[ends], backlog[ends] = _end_stock(s, ends, coming[ends])
    before = np.concatenate([np.zeros((s.nodes, 1)), backlog[:, :-1]], axis=1)
    served = s.asked + before - backlog - lost
    for name, grid in (("backlog", backlog), ("lost", lost), ("serve", served)):
        s.of(name, values)[:] = grid[s.case.sellers]
    for name, (width, _) in zip(STOCK_TIERS, s.tiers, strict=True):
        block = s.model.columns[name]
        inside = np.minimum(stock, width)
        stock = stock - inside
        block.of(values)[:] = inside[block.keys["node"]]


def _end_stock(s: Structure, ends: np.ndarray, coming: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return stock and backlog at the ends: one of them is 0, but where a target is worth more than orders in time."""
    level = (coming - s.asked[ends]).cumsum(axis=1)
    late = s.costs("backlog")[s.seller[ends]]
    rewarded = [np.where((cost[ends] < -late) & np.isfinite(width[ends]), width[ends], 0.0) for width, cost in s.tiers]
    wanted = np.sum(rewarded, axis=0)
    stock, backlog, waiting = np.zeros_like(level), np.zeros_like(level), np.zeros(len(ends))
    for t in range(s.months):
        most = level[:, t] + waiting + s.asked[ends, t]
        stock[:, t] = np.maximum(np.maximum(level[:, t], 0.0), np.minimum(wanted[:, t], most))
        waiting = stock[:, t] - level[:, t]
        backlog[:, t] = waiting
    return stock, backlog
