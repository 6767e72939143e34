"""Outliers of a history: months far from their neighbours once the season is taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import Flags, Matrix, fill_gaps, starts
from sop_xl.demand.panel import median as median_of
from sop_xl.demand.seasonal import deseasonalise

HALF_WINDOW = 6
"""Months before and after that a month is compared with."""
CONSISTENT = 1.4826
"""Median absolute deviation times this is the standard deviation, for normal data."""
LEAST_SPREAD = 0.1
"""Share of the local median that the spread is never below: on M3 months that costs no recall."""


@dataclass(frozen=True)
class Cleaned:
    """A panel without its outliers.

    Attributes:
        quantity: the panel, outliers replaced by what their neighbours and season suggest; NaN as before.
        outlier: the months replaced; same shape.
    """

    quantity: Matrix
    outlier: Flags


def hampel(panel: Matrix, season: int, *, limit: float = 3.0) -> Cleaned:
    """Find and replace outliers by Hampel's rule on the season-adjusted series.

    A month is an outlier where it is more than `limit` standard deviations from the median of the months
    around it, both robustly taken from up to 13 months. It is replaced by that median times its seasonal
    index. Nothing is found where the median is 0: an item that sells now and then has no outliers.

    The season is first taken from the series as it is, and once more from the series cleaned by it, so
    that an outlier does not hide in its own seasonal index.

    Args:
        panel: series x months in units, newest last, NaN where there is no data.
        season: months in a season; 1: none.
        limit: standard deviations, above 0.

    Source:
        Hampel (1974), Journal of the American Statistical Association 69(346), 383-393.
    """
    whole = fill_gaps(panel, season)
    first = _clean(whole, whole, season, limit)
    second = _clean(whole, first.quantity, season, limit)
    known = np.logical_not(np.isnan(panel))
    return Cleaned(np.where(known, second.quantity, np.nan), second.outlier & known)


def expected(panel: Matrix, unknown: Flags, season: int) -> Matrix:
    """Return what the other months suggest for each: the median around it times its seasonal index.

    Args:
        panel: series x months in units, newest last, NaN where there is no data.
        unknown: months that do not count; a series of which nothing else is left counts as it is.
        season: months in a season; 1: none.

    Returns:
        Units, shape of the panel; NaN before a series starts.
    """
    known = np.where(unknown, np.nan, panel)
    known = np.where(np.isnan(known).all(axis=1, keepdims=True), panel, known)
    whole = fill_gaps(known, season)
    adjusted = deseasonalise(whole, season).adjusted
    index = np.where(adjusted != 0, whole / np.where(adjusted != 0, adjusted, 1.0), 1.0)
    return _local(adjusted)[0] * index


def _clean(panel: Matrix, without: Matrix, season: int, limit: float) -> Cleaned:
    """Clean the panel with the season of the panel `without` outliers."""
    adjusted = deseasonalise(without, season).adjusted
    index = np.where(adjusted != 0, without / np.where(adjusted != 0, adjusted, 1.0), 1.0)
    values = panel / index
    median, spread = _local(values)
    far = np.abs(values - median) > limit * np.maximum(spread, LEAST_SPREAD * np.abs(median))
    outlier = np.asarray(far & (median != 0))
    return Cleaned(np.where(outlier, median * index, panel), outlier)


def _local(values: Matrix) -> tuple[Matrix, Matrix]:
    """Return median and robust standard deviation of the months around each; NaN before the start."""
    median, spread = np.full_like(values, np.nan), np.full_like(values, np.nan)
    months, width = values.shape[1], 2 * HALF_WINDOW + 1
    start = starts(values)
    for month in range(months):
        first = np.maximum(start, min(month - HALF_WINDOW, months - width))
        columns = first[:, None] + np.arange(width)
        inside = columns < months
        around = np.where(inside, np.take_along_axis(values, np.minimum(columns, months - 1), axis=1), np.nan)
        begun = month >= start
        median[begun, month] = median_of(around)[begun]
        spread[begun, month] = CONSISTENT * median_of(np.abs(around - median[:, month, None]))[begun]
    return median, spread
