"""Seasonal indices: tested, shrunken towards none, and cautious where history is short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import Flags, Matrix, lengths, median, phases, short_length

CRITICAL = 1.645
"""One-sided 90 % point of the normal, for the autocorrelation at the seasonal lag."""
KEEP_ONE_YEAR = 0.5
"""Share of each raw index kept with one year of history, which shows no noise to judge by."""
SEEN = 0.8
"""Share kept from which a season of two or three years is beyond doubt: chance does that to one in 60 or more."""
TEST_YEARS = 4
"""Years from which a season is tested for; with fewer, an exact one would fail the test."""
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

    From four years on: the test and classical decomposition of the M4 competition. With two or three:
    ratios to a line that grows as year over year did. Both are shrunken towards 1 after James and Stein,
    by how far the years disagree: years that repeat each other keep their season whole. With one year:
    ratios to its mean, half of which is kept.

    On M3 months before the test months (histories cut to 26, 38 and 44 months, 18 and 36 before their
    end) that beats the test, and any fixed share, at every origin: 38 months sMAPE 13.92 against 14.87.

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
        for years in range(1, TEST_YEARS):
            _fill_short(panel, indices, seasonal, years)
    return Seasonality(panel / indices[:, phases(panel.shape[1], season)], indices, seasonal)


def _passes_test(panel: Matrix, season: int) -> Flags:
    """|r_season| > 1.645 sqrt((1 + 2 sum of r_k^2 over shorter lags) / n), on positive series only."""
    count = (~np.isnan(panel)).sum(axis=1)
    centred = np.nan_to_num(panel - np.nanmean(panel, axis=1, keepdims=True))
    power = np.maximum((centred**2).sum(axis=1), 1e-300)
    lags = range(1, season + 1)
    r = np.stack([(centred[:, k:] * centred[:, :-k]).sum(axis=1) / power for k in lags], axis=1)
    limit = CRITICAL * np.sqrt((1 + 2 * (r[:, :-1] ** 2).sum(axis=1)) / count)
    long_enough = count >= TEST_YEARS * short_length(season)
    return (np.abs(r[:, -1]) > limit) & long_enough & (np.nanmin(panel, axis=1) > 0)


def classical_indices(panel: Matrix, season: int) -> Matrix:
    """Return each phase's mean ratio to the centred moving average, mean 1, neither tested nor shrunken.

    Args:
        panel: series x months, newest last; two seasons or more, else NaN.
        season: months in a season.
    """
    return _mean_by_phase(_ratio_to_moving_average(panel, season), season)


def robust_indices(panel: Matrix, season: int) -> Matrix:
    """Return each phase's median ratio to the centred moving average, mean 1; 1 where there is none.

    A change of level spoils the ratios of one year, and so a mean of three, but not their median.

    Args:
        panel: series x months, newest last.
        season: months in a season, 2 or more.
    """
    ratio = _ratio_to_moving_average(panel, season)
    phase = phases(ratio.shape[1], season)
    raw = np.stack([median(ratio[:, phase == p]) for p in range(season)], axis=1)
    good = np.asarray(np.isfinite(raw).all(axis=1) & (raw > 0.01).all(axis=1))[:, None]
    return np.where(good, raw / np.where(good, raw.mean(axis=1, keepdims=True), 1.0), 1.0)


def _mean_by_phase(ratio: Matrix, season: int) -> Matrix:
    phase = phases(ratio.shape[1], season)
    raw = np.stack([_nanmean(ratio[:, phase == p]) for p in range(season)], axis=1)
    return np.asarray(raw / raw.mean(axis=1, keepdims=True))


def _shrunken_indices(panel: Matrix, season: int) -> tuple[Matrix, Flags]:
    ratio = _ratio_to_moving_average(panel, season)
    phase = phases(panel.shape[1], season)
    raw = _mean_by_phase(ratio, season)
    years = (~np.isnan(panel)).sum(axis=1) / season
    residual = _nanmean((ratio - raw[:, phase] - _nanmean(ratio - raw[:, phase])[:, None]) ** 2)
    indices = 1 + share_kept(raw - 1, residual / np.maximum(years - 1, 1))[:, None] * (raw - 1)
    good = np.asarray(np.isfinite(indices).all(axis=1) & (indices > 0.01).all(axis=1))
    return np.where(good[:, None], indices, 1.0), good


def share_kept(deviation: Matrix, noise: Matrix) -> Matrix:
    """Return James and Stein's share of deviations to keep; 1 without noise.

    Args:
        deviation: of raw indices from what they are shrunken towards; shape (series, season).
        noise: variance of the noise in them; shape (series,).
    """
    season = deviation.shape[1]
    spread = np.maximum(deviation.var(axis=1), 1e-12)
    return np.clip(1 - max(season - 3, 0) / (season - 1) * noise / spread, 0, 1)


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


def _fill_short(panel: Matrix, indices: Matrix, seasonal: Flags, years: int) -> None:
    """Set, in place, the indices of the positive series that are `years` long (and not a year more).

    From two years on it counts as seen where `SEEN` of it is kept.
    """
    season = indices.shape[1]
    year = short_length(season)
    count = lengths(panel)
    fits = (count >= year * years) & (count < year * (years + 1)) & (np.nanmin(panel, axis=1) > 0)
    rows = np.flatnonzero(fits)
    if not len(rows):
        return
    raw, noise = line_indices(panel[rows], season, years)
    kept = np.full(len(rows), KEEP_ONE_YEAR) if years == 1 else share_kept(raw - 1, noise)
    indices[rows] = 1 + kept[:, None] * (raw - 1)
    seasonal[rows] = (years > 1) & (kept > SEEN)


def line_indices(panel: Matrix, season: int, years: int) -> tuple[Matrix, Matrix]:
    """Return the raw indices of the last years over a line, mean 1, and the variance of their noise.

    Args:
        panel: series x months, newest last, no gap in the last `years`.
        season: months in a season.
        years: years to look at; one shows no noise.
    """
    window = short_length(season) * years // season * season
    ratio = _ratio_to_line(panel[:, -window:], season, years)
    raw = ratio.mean(axis=1)
    raw /= raw.mean(axis=1, keepdims=True)
    return raw, _noise_of_mean(ratio)


def _ratio_to_line(recent: Matrix, season: int, years: int) -> Matrix:
    """Whole seasons over a line through their mean; shape (series, seasons, season).

    The line's slope is the change from the first season to the last, in which the season cancels out;
    flat with one year.
    """
    seasons = recent.reshape(len(recent), -1, season)
    time = np.arange(recent.shape[1]) - (recent.shape[1] - 1) / 2
    level = recent.mean(axis=1, keepdims=True)
    change = (seasons[:, -1] - seasons[:, 0]).mean(axis=1, keepdims=True)
    slope = change / (recent.shape[1] - season) if years > 1 else 0.0
    line = np.maximum(level + slope * time, 0.05 * level)
    return np.clip(recent / line, *RATIO_RANGE).reshape(seasons.shape)


def _noise_of_mean(ratio: Matrix) -> Matrix:
    """Variance of each season's index that the disagreement between seasons suggests; shape (series,)."""
    _, seasons, season = ratio.shape
    gap = ratio - ratio.mean(axis=1, keepdims=True)
    gap = gap - gap.mean(axis=2, keepdims=True)
    return np.asarray((gap**2).sum(axis=(1, 2)) / max((seasons - 1) * (season - 1), 1) / seasons)
