"""Intervals of sparse series: quantiles of a month's demand, never the normal distribution.

The mean of two: quantiles of the series' own recent months, and quantiles of what came over what was
forecast, pooled over series that sell about as often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.demand.backtest import SparseOrigin
    from sop_xl.demand.intervals import Bounds
    from sop_xl.demand.panel import Matrix

CELLS = 8
LEAST_ERRORS = 200
"""Past months a cell needs to count."""
OWN_MONTHS = 36


def sparse_bounds(now: SparseOrigin, older: Sequence[SparseOrigin], panel: Matrix, levels: Sequence[int]) -> Bounds:
    """Return the bounds of every sparse series, the same for all months ahead.

    Args:
        now: the current rates.
        older: the backtests to learn from.
        panel: history of the sparse series, newest last; shape (series, months).
        levels: nominal coverage in per cent.
    """
    ends = [q for level in levels for q in (0.5 - level / 200, 0.5 + level / 200)]
    bounds = _own_quantiles(panel, now.fit.forecast[:, 0], ends)
    if len(now.rows):
        _blend_pooled(bounds, now, older, ends)
    shape = now.fit.forecast.shape
    wide = [np.broadcast_to(bound[:, None], shape) for bound in bounds]
    return {level: (wide[2 * k], wide[2 * k + 1]) for k, level in enumerate(levels)}


def _own_quantiles(panel: Matrix, rate: Matrix, ends: Sequence[float]) -> Matrix:
    """Quantiles of the last months, moved to the forecast's size; shape (quantiles, series)."""
    if not len(panel):
        return np.empty((len(ends), 0))
    recent = panel[:, -OWN_MONTHS:]
    mean = np.nanmean(recent, axis=1)
    factor = np.where(mean > 0, rate / np.where(mean > 0, mean, 1.0), 0.0)
    quantiles = np.stack([future_quantile(recent, q) for q in ends])
    return quantiles * np.minimum(factor, 3.0)


def future_quantile(recent: Matrix, q: float) -> Matrix:
    """Return what a month to come is below with chance q, given the months of each row; shape (series,).

    Of n months the k-th smallest is exceeded by the next one with chance 1 - k / (n + 1): the quantile of the
    sample itself is exceeded more often. Beyond the largest the tail is taken as exponential, with the mean size
    of a sale as its scale.
    """
    ordered = np.sort(recent, axis=1)  # NaN last
    months = (~np.isnan(recent)).sum(axis=1)
    place = np.clip(q * (months + 1), 1, np.maximum(months, 1)) - 1
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(months - 1, 0))
    rows = np.arange(len(recent))
    inside = ordered[rows, below] + (place - below) * (ordered[rows, above] - ordered[rows, below])
    sales = np.nan_to_num(recent) > 0
    size = np.nansum(recent, axis=1) / np.maximum(sales.sum(axis=1), 1)
    return inside + size * np.maximum(-np.log((1 - q) * (months + 1)), 0.0)


def _blend_pooled(bounds: Matrix, now: SparseOrigin, older: Sequence[SparseOrigin], ends: Sequence[float]) -> None:
    ratios, chances = [np.empty(0)], [np.empty(0)]
    for origin in older:
        rate = origin.fit.forecast
        use = np.isfinite(origin.actual) & (rate > 1e-6)
        ratios.append((origin.actual / np.where(rate > 0, rate, 1.0))[use])
        chances.append(np.broadcast_to(origin.fit.chance[:, None], use.shape)[use])
    ratio, chance = np.concatenate(ratios), np.concatenate(chances)
    if not len(ratio):
        return
    edges = np.quantile(chance, np.linspace(0, 1, CELLS + 1)[1:-1])
    cell, mine = np.digitize(chance, edges), np.digitize(now.fit.chance, edges)
    for k in range(CELLS):
        rows, errors = np.flatnonzero(mine == k), ratio[cell == k]
        if len(rows) and len(errors) >= LEAST_ERRORS:
            pooled = np.quantile(errors, ends)[:, None] * now.fit.forecast[rows, 0]
            bounds[:, rows] = (bounds[:, rows] + pooled) / 2
