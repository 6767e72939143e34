"""The panel: monthly series as the rows of one matrix, newest month last, NaN before a series starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Matrix = NDArray[np.float64]
"""Float array; series are rows, months or steps are columns."""
Flags = NDArray[np.bool_]
Ints = NDArray[np.intp]

YEAR = 12
"""Months below which a series is too short for any model with a trend or a season."""


def right_align(series: Sequence[NDArray[np.float64]]) -> Matrix:
    """Return the series as rows whose last values share the last column; NaN fills the left."""
    panel = np.full((len(series), max((len(values) for values in series), default=0)), np.nan)
    for row, values in zip(panel, series, strict=True):
        row[len(row) - len(values) :] = values
    return panel


def starts(panel: Matrix) -> Ints:
    """Return the column of each row's first value."""
    return np.argmax(~np.isnan(panel), axis=1)


def lengths(panel: Matrix) -> Ints:
    """Return the months from each row's first value to the last column."""
    return panel.shape[1] - starts(panel)


def short_length(season: int) -> int:
    """Return the months a series needs before it is more than a level: a season, and at least a year."""
    return max(season, YEAR)


def phases(months: int, season: int) -> Ints:
    """Return the phase of each column: that of a month p steps after the last one is p modulo season."""
    return (np.arange(months) - months) % season


def over_horizon(indices: Matrix, horizon: int) -> Matrix:
    """Repeat indices by phase (series, season) over the steps ahead; shape (series, horizon)."""
    return np.tile(indices, (1, horizon // indices.shape[1] + 1))[:, :horizon]


def row_size(panel: Matrix) -> Matrix:
    """Return each row's mean absolute value, 1 where all are zero; shape (series, 1).

    Every row is divided by it before anything is fitted, so that all floors are relative to the
    series' own size and forecasts scale with their input.
    """
    count = (~np.isnan(panel)).sum(axis=1, keepdims=True)
    size = np.nansum(np.abs(panel), axis=1, keepdims=True) / np.maximum(count, 1)
    return np.where(size > 0, size, 1.0)


def naive_scale(panel: Matrix, season: int) -> Matrix:
    """Return the scale of MASE: the in-sample mean |y_t - y_(t-season)|, in units; shape (series,).

    Lag 1 stands in where the seasonal one is missing or zero, the mean size where that is zero too.
    """
    size = row_size(panel)[:, 0]
    scale = _mean_step(panel, 1)
    if season > 1:
        seasonal = _mean_step(panel, season)
        scale = np.where(seasonal > 0, seasonal, scale)
    return np.where(scale > 0, scale, size)


def _mean_step(panel: Matrix, lag: int) -> Matrix:
    steps = np.abs(panel[:, lag:] - panel[:, :-lag])
    count = (~np.isnan(steps)).sum(axis=1)
    return np.where(count > 0, np.nansum(steps, axis=1) / np.maximum(count, 1), np.nan)


def seasonal_naive(panel: Matrix, horizon: int, season: int) -> Matrix:
    """Forecast the value of the same month one season before, or the last value where there is none."""
    months = panel.shape[1]
    if not months:
        return np.full((len(panel), horizon), np.nan)
    last = panel[:, -1:]
    column = months - season + np.arange(horizon) % season
    forecast = panel[:, np.maximum(column, 0)]
    return np.where(np.isnan(forecast) | (column < 0), last, forecast)


def fill_gaps(panel: Matrix, season: int) -> Matrix:
    """Return the panel with missing months inside a series filled in.

    A missing month takes the mean of the same month one season before and after; where one of the two
    is missing it lies on the straight line between its neighbours, after the last value it repeats it.
    """
    missing = np.isnan(panel)
    begun = np.arange(panel.shape[1]) >= starts(panel)[:, None]
    gaps = missing & begun & np.logical_not(missing.all(axis=1, keepdims=True))
    if not gaps.any():
        return panel
    filled = panel.copy()
    months = np.arange(panel.shape[1])
    for row in np.flatnonzero(gaps.any(axis=1)):
        known = ~np.isnan(panel[row])
        filled[row, gaps[row]] = np.interp(months[gaps[row]], months[known], panel[row, known])
    if season > 1 and panel.shape[1] > 2 * season:
        around = np.full_like(panel, np.nan)
        around[:, season:-season] = (panel[:, : -2 * season] + panel[:, 2 * season :]) / 2
        filled = np.where(gaps & ~np.isnan(around), around, filled)
    return filled


def median(values: Matrix) -> Matrix:
    """Return the median of each row over what is there, NaN where nothing is; shape (series,)."""
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)
    count = (~np.isnan(values)).sum(axis=1)
    rows = np.arange(len(values))
    upper = ordered[rows, np.minimum(count // 2, values.shape[1] - 1)]
    return np.asarray((upper + ordered[rows, np.maximum(count - 1, 0) // 2]) / 2)
