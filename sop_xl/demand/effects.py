"""What a change of so many units a month, or so many per cent, means for each row it applies to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.spread import spread

if TYPE_CHECKING:
    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.panel import Flags, Ints, Matrix


def effect_on(
    grid: PlanningGrid, base: Matrix, rows: Ints, months: Flags, quantity: float, percentage: float
) -> Matrix:
    """Return units a month spread by share of `base` plus a percentage of it; shape (rows, months).

    Args:
        grid: the planning grid.
        base: forecast the change is made to, NaN where there is none; shape of the grid.
        rows: rows of the grid it applies to.
        months: months it applies in; months in which a row's item is not sold stay without.
        quantity: units a month in all rows together; NaN: none.
        percentage: of each row's base; NaN: none.
    """
    inside = grid.open[rows] & months
    effect = np.zeros(inside.shape)
    if not len(rows):
        return effect
    if not np.isnan(percentage):
        effect += np.nan_to_num(base[rows]) * percentage / 100
    if not np.isnan(quantity):
        effect += _spread_open(np.where(months, quantity, 0.0), np.nan_to_num(base[rows]), inside)
    return np.where(inside, effect, 0.0)


def _spread_open(totals: Matrix, weights: Matrix, inside: Flags) -> Matrix:
    """Spread each month's figure over the rows that are open in it."""
    out = np.zeros_like(weights)
    for month in np.flatnonzero(totals):
        rows = np.flatnonzero(inside[:, month])
        if len(rows):
            out[rows, month] = spread(float(totals[month]), weights[rows, month])
    return out
