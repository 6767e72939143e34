"""Seasonal indices: tested, shrunken towards none, and cautious where history is short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import Flags, Matrix, lengths, phases, short_length

CRITICAL = 1.645
"""One-sided 90 % point of the normal, for the autocorrelation at the seasonal lag."""
KEEP_SHORT = (0.5, 0.7)
"""Share of each raw index kept with one, and with two, years of history."""
RATIO_RANGE = (0.05, 5.0)


@dataclass(frozen=True)
class Seasonality:
    """Multiplicative indices of each series and the series without them.

    Attributes:
        adjusted: the panel divided by its indices; shape (series, months).
        indices: index of the month p + 1 steps ahead in column p; shape (series, season).
        seasonal: series that passed the test of a season; shape (series,).
    """

    adjusted: Matrix
    indices: Matrix
    seasonal: Flags


def deseasonalise(panel: Matrix, season: int) -> Seasonality:
    """Return the seasonal indices of every series, all 1 where no season is seen.

    With three seasons or more: the test and classical decomposition of the M4 competition, then
    James-Stein shrinkage. With one or two: ratios to a line, of which a fixed share is kept.

    Args:
        panel: series x months, newest last, NaN before the start.
        season: months in a season; 1: none.
    """
    indices = np.ones((len(panel), season))
    seasonal = np.zeros(len(panel), dtype=bool)
    if season > 1:
        if panel.shape[1] >= 2 * season:
            seasonal = _passes_test(panel, season)
            indices, good = _shrunken_indices(panel, season)
            seasonal &= good
            indices[~seasonal] = 1.0
        for years, keep in enumerate(KEEP_SHORT, start=1):
            _fill_short(panel, indices, years, keep)
    return Seasonality(panel / indices[:, phases(panel.shape[1], season)], indices, seasonal)


def _passes_test(panel: Matrix, season: int) -> Flags:
    """|r_season| > 1.645 sqrt((1 + 2 sum of r_k^2 over shorter lags) / n), on positive series only."""
    count = (~np.isnan(panel)).sum(axis=1)
    centred = np.nan_to_num(panel - np.nanmean(panel, axis=1, keepdims=True))
    power = np.maximum((centred**2).sum(axis=1), 1e-300)
    lags = range(1, season + 1)
    r = np.stack([(centred[:, k:] * centred[:, :-k]).sum(axis=1) / power for k in lags], axis=1)
    limit = CRITICAL * np.sqrt((1 + 2 * (r[:, :-1] ** 2).sum(axis=1)) / count)
    long_enough = count >= 3 * short_length(season)
    return (np.abs(r[:, -1]) > limit) & long_enough & (np.nanmin(panel, axis=1) > 0)


def _shrunken_indices(panel: Matrix, season: int) -> tuple[Matrix, Flags]:
    ratio = _ratio_to_moving_average(panel, season)
    phase = phases(panel.shape[1], season)
    raw = np.stack([_nanmean(ratio[:, phase == p]) for p in range(season)], axis=1)
    raw /= raw.mean(axis=1, keepdims=True)
    years = (~np.isnan(panel)).sum(axis=1) / season
    residual = _nanmean((ratio - raw[:, phase] - _nanmean(ratio - raw[:, phase])[:, None]) ** 2)
    noise = residual / np.maximum(years - 1, 1)
    spread = np.maximum(raw.var(axis=1), 1e-12)
    kept = np.clip(1 - max(season - 3, 0) / (season - 1) * noise / spread, 0, 1)
    indices = 1 + kept[:, None] * (raw - 1)
    good = np.isfinite(indices).all(axis=1) & (indices > 0.01).all(axis=1)
    return np.where(good[:, None], indices, 1.0), good


def _ratio_to_moving_average(panel: Matrix, season: int) -> Matrix:
    """Value over its centred moving average of one season; NaN at both ends."""
    half = season // 2
    weights = np.ones(season) if season % 2 else np.r_[0.5, np.ones(season - 1), 0.5]
    weights /= weights.sum()
    months = panel.shape[1]
    average = np.full_like(panel, np.nan)
    width = months - len(weights) + 1
    average[:, half : half + width] = sum(w * panel[:, j : j + width] for j, w in enumerate(weights))
    return panel / np.where(average > 0, average, np.nan)


def _nanmean(values: Matrix) -> Matrix:
    """Mean of each row over what is there, NaN where nothing is."""
    count = (~np.isnan(values)).sum(axis=1)
    return np.where(count > 0, np.nansum(values, axis=1) / np.maximum(count, 1), np.nan)


def _fill_short(panel: Matrix, indices: Matrix, years: int, keep: float) -> None:
    """Set, in place, the indices of the positive series that are `years` long (and not a year more)."""
    season = indices.shape[1]
    year = short_length(season)
    count = lengths(panel)
    fits = (count >= year * years) & (count < year * (years + 1)) & (np.nanmin(panel, axis=1) > 0)
    rows = np.flatnonzero(fits)
    if not len(rows):
        return
    window = year * years // season * season
    recent = panel[rows, -window:]
    time = np.arange(window) - (window - 1) / 2
    level = recent.mean(axis=1, keepdims=True)
    slope = (recent * time).sum(axis=1, keepdims=True) / (time**2).sum() if years > 1 else 0.0
    line = np.maximum(level + slope * time, 0.05 * level)
    ratio = np.clip(recent / line, *RATIO_RANGE).reshape(len(rows), -1, season).mean(axis=1)
    indices[rows] = 1 + keep * (ratio / ratio.mean(axis=1, keepdims=True) - 1)
