"""The members of the combination: theta, Holt-Winters and a third one, with rules for short histories."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.autoregression import pooled_autoregression
from sop_xl.demand.holt_winters import holt_winters
from sop_xl.demand.panel import Flags, Matrix, lengths, naive_scale, over_horizon, short_length
from sop_xl.demand.seasonal import deseasonalise
from sop_xl.demand.smoothing import smoothed_level
from sop_xl.demand.theta import dynamic_theta

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEMBERS = ("Theta", "Holt-Winters", "Autoregression")
SHORT_ALPHA = 0.3
"""Smoothing rate of series shorter than a year: no trend, no season."""
THIRD_ALPHA = 0.4
"""Smoothing rate of the third member between one year and three."""


BLOCK = 1024
"""Rows of one piece of work."""


@dataclass(frozen=True)
class MemberForecasts:
    """What each member says, and the facts that intervals are built on.

    Attributes:
        forecasts: shape (members, series, horizon).
        log_theta_rmse, log_winters_rmse, log_scale: in-sample errors and the scale of MASE, as logarithms.
        alpha, drift: theta's smoothing rate and drift weight.
        seasonal: series with a season of their own, seen over three years or more. All of shape (series,).
    """

    forecasts: np.ndarray
    log_theta_rmse: Matrix
    log_winters_rmse: Matrix
    log_scale: Matrix
    alpha: Matrix
    drift: Matrix
    seasonal: Flags


@dataclass(frozen=True)
class RowTask:
    """Rows of a panel that are forecast from themselves alone."""

    panel: Matrix
    horizon: int
    season: int


@dataclass(frozen=True)
class PoolTask:
    """A whole panel whose rows learn from each other; `seasonal` tells its two pools apart."""

    panel: Matrix
    horizon: int
    season: int
    seasonal: Flags


@dataclass(frozen=True)
class RowFit:
    """What the rows say by themselves.

    Attributes:
        forecasts: of the first two members, and what stands for the third with a history of one to three
            years; shape (3, rows, horizon).
        facts: the facts of `MemberForecasts` in their order; shape (5, rows).
        seasonal: rows with a season of their own; shape (rows,).
    """

    forecasts: np.ndarray
    facts: Matrix
    seasonal: Flags


def fit_members(
    panel: Matrix, horizon: int, season: int, fits: Sequence[RowFit] | None = None, third: Matrix | None = None
) -> MemberForecasts:
    """Forecast every series with every member.

    Args:
        panel: series x months, newest last, NaN before the start; rows of size about 1.
        horizon: months to forecast.
        season: months in a season; 1: none.
        fits: of `fit_rows`, rows in order, where that was done before.
        third: of `fit_pool`, where that was done before.
    """
    fits = [fit_rows(task) for task in row_tasks(panel, horizon, season)] if fits is None else fits
    seasonal = joined_seasons(fits)
    third = fit_pool(PoolTask(panel, horizon, season, seasonal)) if third is None else third
    year, count = short_length(season), lengths(panel)[:, None]
    own = np.concatenate([fit.forecasts for fit in fits], axis=1) if fits else np.empty((3, 0, horizon))
    facts = np.concatenate([fit.facts for fit in fits], axis=1) if fits else np.empty((5, 0))
    forecasts = own.copy()
    forecasts[2] = np.where(np.isfinite(third), third, (own[0] + own[1]) / 2)
    forecasts[2] = np.where(count < 3 * year, own[2], forecasts[2])
    forecasts = np.where(count < year, smoothed_level(panel, SHORT_ALPHA)[:, None], forecasts)
    theta_rmse, winters_rmse, scale, alpha, drift = facts
    return MemberForecasts(_guard(forecasts, panel), theta_rmse, winters_rmse, scale, alpha, drift, seasonal)


def row_tasks(panel: Matrix, horizon: int, season: int) -> list[RowTask]:
    """Return the panel in pieces; how many there are depends on its size alone."""
    return [RowTask(panel[first : first + BLOCK], horizon, season) for first in range(0, len(panel), BLOCK)]


def fit_rows(task: RowTask) -> RowFit:
    """Fit theta, Holt-Winters and plain smoothing to each row."""
    with quiet_numbers():
        s = deseasonalise(task.panel, task.season)
        ahead = over_horizon(s.indices, task.horizon)
        theta = dynamic_theta(s.adjusted, task.horizon)
        winters = holt_winters(task.panel, s.adjusted, s.indices, task.horizon)
        short = smoothed_level(s.adjusted, THIRD_ALPHA)[:, None] * ahead
        scale = _log(naive_scale(task.panel, task.season))
        facts = np.stack([_log(theta.rmse), _log(winters.rmse), scale, theta.alpha, theta.drift])
        return RowFit(np.stack([theta.forecast * ahead, winters.forecast, short]), facts, s.seasonal)


def fit_pool(task: PoolTask) -> Matrix:
    """Fit the pooled autoregression to all rows; shape (rows, horizon), NaN where it says nothing."""
    with quiet_numbers():
        return pooled_autoregression(task.panel, task.horizon, task.season, task.seasonal)


def joined_seasons(fits: Sequence[RowFit]) -> Flags:
    """Return which rows have a season of their own; shape (rows,)."""
    return np.concatenate([fit.seasonal for fit in fits]) if fits else np.empty(0, dtype=bool)


@contextmanager
def quiet_numbers() -> Iterator[None]:
    """Let odd rows go through without numpy's warnings; what they come to is looked after at the end."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _guard(forecasts: np.ndarray, panel: Matrix) -> np.ndarray:
    """Put the mean for what is not finite and cap growth and fall: 0.2 of the least to 5 times the most."""
    low, high = np.nanmin(panel, axis=1)[:, None], np.nanmax(panel, axis=1)[:, None]
    floor = np.where(low >= 0, 0.2 * low, low - 2 * (high - low))
    mean = np.nanmean(panel, axis=1)[:, None]
    return np.clip(np.where(np.isfinite(forecasts), forecasts, mean), floor, high + 4 * np.abs(high))


def _log(values: Matrix) -> Matrix:
    """Logarithm with a floor; the rows are of size about 1."""
    return np.log(np.maximum(values, 1e-6))
