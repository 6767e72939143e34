"""Damped multiplicative Holt-Winters, averaged over a grid of parameters rather than optimised.

The best point of a finer grid has a lower error inside the history and a higher one after it. The
average of the whole grid, weighted by tempered likelihood, beats the pick on every origin tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import YEAR, Matrix, phases, starts

LEVEL_RATES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
SEASON_RATES = (0.02, 0.1, 0.3)
TRENDS = ((0.0, 0.0), (0.001, 0.8), (0.001, 0.9), (0.02, 0.9), (0.1, 0.9), (0.001, 0.98), (0.02, 0.98), (0.1, 0.98))
"""Pairs of trend rate and damping."""
TEMPER = 0.5
"""Power of the likelihood in the weights: 1 trusts the fit in full, 0 not at all."""
CHUNK = 128
INDEX_RANGE = (0.02, 10.0)


@dataclass(frozen=True)
class HoltWintersFit:
    """Forecast of each series and its in-sample error.

    Attributes:
        forecast: weighted mean over the grid; shape (series, horizon).
        rmse: root mean square one-step error of the best grid point; shape (series,).
    """

    forecast: Matrix
    rmse: Matrix


@dataclass(frozen=True)
class _Grid:
    """The parameters, each of shape (1, points)."""

    level: Matrix
    trend: Matrix
    season: Matrix
    damping: Matrix

    @classmethod
    def of(cls, season: int) -> _Grid:
        rates = SEASON_RATES if season > 1 else (0.0,)
        points = [(a, b, g, p) for a in LEVEL_RATES for g in rates for b, p in TRENDS]
        return cls(*(np.array(values)[None] for values in zip(*points, strict=True)))


@dataclass(frozen=True)
class _State:
    """Level, trend and indices after the last month, and the squared error of each grid point."""

    level: Matrix
    trend: Matrix
    indices: np.ndarray
    sse: Matrix


def holt_winters(panel: Matrix, adjusted: Matrix, indices: Matrix, horizon: int) -> HoltWintersFit:
    """Fit every grid point to every series and average.

    Args:
        panel: series x months, newest last, NaN before the start; rows of size about 1.
        adjusted: the same without season.
        indices: starting seasonal indices by phase; shape (series, season).
        horizon: months to forecast.
    """
    season = indices.shape[1]
    grid = _Grid.of(season)
    level, slope = first_line(adjusted)
    forecast, rmse = np.empty((len(panel), horizon)), np.empty(len(panel))
    order = np.argsort(starts(panel), kind="stable")
    for first in range(0, len(order), CHUNK):
        rows = order[first : first + CHUNK]
        state = _filter(panel[rows], level[rows], slope[rows], indices[rows], grid)
        count = (panel.shape[1] - starts(panel[rows]))[:, None]
        forecast[rows] = _average(state, count, grid, horizon)
        rmse[rows] = np.sqrt(state.sse.min(axis=1) / count[:, 0])
    return HoltWintersFit(forecast, rmse)


def first_line(adjusted: Matrix) -> tuple[Matrix, Matrix]:
    """Return level before the first month and slope a month, by least squares over the first year.

    The slope is zero where a series has fewer than six months.
    """
    start, months = starts(adjusted), adjusted.shape[1]
    offset = np.arange(YEAR)
    use = offset < (months - start)[:, None]
    columns = np.minimum(start[:, None] + offset, months - 1)
    values = np.where(use, np.take_along_axis(adjusted, columns, axis=1), 0.0)
    time, count = (offset + 1) * use, use.sum(axis=1)
    mean_time, mean_value = time.sum(axis=1) / count, values.sum(axis=1) / count
    centred = (time - mean_time[:, None]) * use
    slope = (centred * values).sum(axis=1) / np.maximum((centred**2).sum(axis=1), 1e-9)
    slope = np.where(count >= 6, slope, 0.0)
    return mean_value - slope * mean_time, slope


def _filter(panel: Matrix, level: Matrix, slope: Matrix, indices: Matrix, grid: _Grid) -> _State:
    """Run the recursions over the months, all rows and grid points at once.

    f = (l + phi t) s, e = y - f; s = s + g e / |l + phi t|, kept within `INDEX_RANGE`; with the new s,
    l = l + phi t + a e / s and t = phi t + a b e / s.
    """
    points, months = grid.level.shape[1], panel.shape[1]
    start = starts(panel)
    values = np.nan_to_num(panel)
    lv = np.repeat(level[:, None], points, axis=1)
    first_trend = slope[:, None] * (grid.damping > 0)
    tr, sse = first_trend, np.zeros_like(lv)
    seasons = np.repeat(indices.T[:, :, None], points, axis=2)
    level_trend = grid.level * grid.trend
    phase = phases(months, indices.shape[1])
    last_start = start.max()
    for month in range(start.min(), months):
        s = seasons[phase[month]]
        damped = tr * grid.damping
        ahead = lv + damped
        error = values[:, month : month + 1] - ahead * s
        started = None if month >= last_start else (month >= start)[:, None]
        if started is not None:
            error = np.where(started, error, 0.0)
        sse += error * error
        if indices.shape[1] > 1:
            np.clip(s + grid.season * error / np.maximum(np.abs(ahead), 1e-6), *INDEX_RANGE, out=s)
        shift = error / np.maximum(s, 0.05)
        new_level, new_trend = ahead + grid.level * shift, damped + level_trend * shift
        lv = new_level if started is None else np.where(started, new_level, lv)
        tr = new_trend if started is None else np.where(started, new_trend, first_trend)
    sse = np.where(np.isfinite(sse), sse, np.inf) + 1e-12
    return _State(lv, tr, seasons, sse)


def _average(state: _State, count: np.ndarray, grid: _Grid, horizon: int) -> Matrix:
    """Weighted mean over the grid, weights (SSE / best SSE) ^ (-n temper / 2)."""
    best = state.sse.min(axis=1, keepdims=True)
    ratio = np.where(np.isfinite(best), state.sse / best, 1.0)
    weight = np.exp(-0.5 * TEMPER * count * np.log(ratio))
    weight /= weight.sum(axis=1, keepdims=True)
    weight = np.where(weight > 1e-9, weight, 0.0)
    forecast, growth = np.empty((len(weight), horizon)), np.zeros_like(grid.damping)
    for step in range(horizon):
        growth = growth + grid.damping ** (step + 1)
        path = (state.level + growth * state.trend) * state.indices[step % len(state.indices)]
        forecast[:, step] = np.where(weight > 0, weight * path, 0.0).sum(axis=1)
    return forecast
