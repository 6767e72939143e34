"""Changes of level that stay: named, so that a planner knows why an old forecast fails, and never corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.demand.panel import fill_gaps, phases, starts
from sop_xl.demand.seasonal import deseasonalise, robust_indices

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix

SIDE = 6
"""Months before and after a shift that its two levels are taken from."""
NEAR = 3
"""Months next to it that must show most of it: a trend shows little of it there."""
LEAST_RATIO = 1.3
LIMIT = 4.0
"""Robust standard deviations within the two sides that a shift must exceed."""
ABRUPT = 0.7
LOOK_BACK = 36
ROBUST_YEARS = 3
CONSISTENT = 1.4826
LEAST_SPREAD = 0.05
"""Share of the lower level that the spread is never below."""


class Shift(NamedTuple):
    """The largest change of level of a series.

    Attributes:
        row: row of the panel.
        month: column of the first month on the new level.
        ratio: new level over old.
    """

    row: int
    month: int
    ratio: float


def level_shifts(panel: Matrix, season: int) -> list[Shift]:
    """Return the largest change of level of each series in its last three years, where there is one.

    The medians of the six months before and after a month, season taken out, differ by 30 % or more and
    by more than four times what months differ within each side; 70 % of it shows in the three months on
    either side already.

    Args:
        panel: series x months in units, newest last, NaN before the start and in gaps; every row has data.
        season: months in a season; 1: none.
    """
    months = panel.shape[1]
    if not len(panel):
        return []
    values = _without_season(fill_gaps(panel, season), season)
    first = starts(values)
    best, where = np.zeros(len(panel)), np.zeros(len(panel), dtype=np.intp)
    for month in range(max(SIDE, months - LOOK_BACK), months - SIDE + 1):
        change = np.where(first <= month - SIDE, _change(values, month), 0.0)
        better = np.abs(change) > np.abs(best)
        best, where = np.where(better, change, best), np.where(better, month, where)
    return [
        Shift(int(row), _first_month(values[row], int(where[row])), float(np.exp(best[row])))
        for row in np.flatnonzero(best)
    ]


def _first_month(values: Matrix, month: int) -> int:
    """Return where the series jumps most, two months around the shift that medians place."""
    steps = range(max(month - 2, 1), min(month + 3, len(values)))
    return max(steps, key=lambda k: abs(values[k] - values[k - 1]))


def _without_season(panel: Matrix, season: int) -> Matrix:
    """Take the season out; with three years or more by medians, which a change of level does not spoil."""
    if season == 1:
        return panel
    if panel.shape[1] < ROBUST_YEARS * season:
        return deseasonalise(panel, season).adjusted
    return np.asarray(panel / robust_indices(panel, season)[:, phases(panel.shape[1], season)])


def _change(values: Matrix, month: int) -> Matrix:
    """Log of new level over old at one month, 0 where it is no shift; shape (series,)."""
    before, after = values[:, month - SIDE : month], values[:, month : month + SIDE]
    old, new = np.median(before, axis=1), np.median(after, axis=1)
    inside = np.concatenate([np.abs(before - old[:, None]), np.abs(after - new[:, None])], axis=1)
    low = np.minimum(old, new)
    spread = np.maximum(CONSISTENT * np.median(inside, axis=1), LEAST_SPREAD * low)
    usable = low > 0
    change = np.log(np.where(usable, new, 1.0) / np.where(usable, old, 1.0))
    near_old, near_new = np.median(before[:, -NEAR:], axis=1), np.median(after[:, :NEAR], axis=1)
    near = np.log(np.maximum(near_new, 1e-300) / np.maximum(near_old, 1e-300))
    real = usable & (np.abs(new - old) > LIMIT * spread) & (np.abs(change) >= np.log(LEAST_RATIO))
    return np.where(real & (near * np.sign(change) >= ABRUPT * np.abs(change)), change, 0.0)
