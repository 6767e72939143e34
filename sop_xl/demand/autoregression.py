"""A pooled autoregression: one ridge regression a step ahead, learned from the windows of all series.

Alone it is the weakest of the three members; it errs differently, and that is what a combination needs.
It makes an item's forecast depend a little on which items share the run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import YEAR, Flags, Matrix, naive_scale

RIDGE = 1e-4
LEAST_WINDOWS = 400
"""Windows a step ahead needs; with fewer there is no forecast for it."""
LONGEST = 150
"""Last months of history that windows are taken from."""
HEAVIEST = 5.0
"""Cap on a series' weight, in medians."""


@dataclass
class _Moments:
    """Sums of the normal equations of every step ahead."""

    gram: np.ndarray
    cross: np.ndarray
    windows: np.ndarray

    @classmethod
    def empty(cls, regressors: int, horizon: int) -> _Moments:
        return cls(
            np.zeros((horizon, regressors, regressors)), np.zeros((horizon, regressors)), np.zeros(horizon, dtype=int)
        )


def pooled_autoregression(panel: Matrix, horizon: int, season: int, seasonal: Flags) -> Matrix:
    """Forecast every row; NaN where the pool has too few windows or the row too few months.

    Regressors are the last two years less the mean of the last one; the target is the value h months
    on less the same mean. Seasonal series and the others are two pools.

    Args:
        panel: series x months, newest last, NaN before the start; rows of size about 1.
        horizon: months to forecast.
        season: months in a season.
        seasonal: series that belong to the seasonal pool; shape (series,).
    """
    year = season if season > 1 else YEAR
    recent = panel[:, -LONGEST:]
    forecast = np.full((len(panel), horizon), np.nan)
    if recent.shape[1] <= 2 * year:
        return forecast
    weight = 1 / np.maximum(naive_scale(recent, season), 1e-2)
    for pool in (False, True):
        rows = np.flatnonzero((seasonal == pool) & ~np.isnan(recent[:, -2 * year]))
        if len(rows):
            weights = np.minimum(weight[rows] / np.median(weight[rows]), HEAVIEST)
            moments = _accumulate(recent[rows], weights, year, horizon)
            forecast[rows] = _predict(recent[rows], moments, year)
    return forecast


def _accumulate(panel: Matrix, weights: Matrix, year: int, horizon: int) -> _Moments:
    """Add up the windows that end in each month; those of one month share their regressors."""
    months, lags = panel.shape[1], 2 * year
    moments = _Moments.empty(lags + 1, horizon)
    for end in range(months - 2, lags - 2, -1):
        rows = np.flatnonzero(~np.isnan(panel[:, end - lags + 1]))
        if not len(rows):
            break
        steps = min(horizon, months - 1 - end)
        level = panel[rows, end - year + 1 : end + 1].mean(axis=1, keepdims=True)
        x = np.c_[panel[rows, end - lags + 1 : end + 1] - level, np.ones(len(rows))] * weights[rows, None]
        target = (panel[rows, end + 1 : end + 1 + steps] - level) * weights[rows, None]
        moments.gram[:steps] += x.T @ x
        moments.cross[:steps] += (x.T @ target).T
        moments.windows[:steps] += len(rows)
    return moments


def _predict(panel: Matrix, moments: _Moments, year: int) -> Matrix:
    level = panel[:, -year:].mean(axis=1, keepdims=True)
    x = np.c_[panel[:, -2 * year :] - level, np.ones(len(panel))]
    forecast = np.full((len(panel), len(moments.windows)), np.nan)
    regressors = x.shape[1]
    for step in np.flatnonzero(moments.windows >= LEAST_WINDOWS):
        gram = moments.gram[step]
        ridge = RIDGE * np.trace(gram) / regressors * np.eye(regressors)
        forecast[:, step] = x @ np.linalg.solve(gram + ridge, moments.cross[step]) + level[:, 0]
    return forecast
