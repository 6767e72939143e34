"""Initiatives for a market or a price: what approved ones add to demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.effects import effect_on
from sop_xl.domain.initiatives import plan_weight

if TYPE_CHECKING:
    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.panel import Ints, Matrix
    from sop_xl.domain.plan_data import PlanData

DEMAND_INITIATIVES = ("market", "price")
"""Types of initiative that change demand; the others change supply or money."""


def initiative_quantities(grid: PlanningGrid, baseline: Matrix, data: PlanData) -> Matrix:
    """Return what approved initiatives for a market or a price add, at the share that the plan holds of each.

    The target is an item, a family or a market, looked for in this order; blank is everything. The
    percentage applies to `baseline` (statistical, events, launches); no row falls below zero.
    """
    total = grid.zeros()
    table = data["initiatives"]
    weighed = table.assign(weight=plan_weight(table))
    chosen = weighed[weighed["weight"].gt(0.0) & table["type"].isin(DEMAND_INITIATIVES)]
    for initiative in chosen.itertuples():
        rows = _target_rows(grid, initiative.target)
        months = grid.months(initiative.from_period, initiative.to_period)
        effect = effect_on(grid, baseline, rows, months, initiative.delta_qty, initiative.delta_pct)
        total[rows] += effect * initiative.weight
    return np.maximum(total, -np.nan_to_num(baseline))


def _target_rows(grid: PlanningGrid, target: str) -> Ints:
    if not target:
        return grid.matches()
    for rows in (grid.matches(item=target), grid.matches(family=target), grid.matches(market=target)):
        if len(rows):
            return rows
    return np.empty(0, dtype=np.intp)
