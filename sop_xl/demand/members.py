"""The members of the combination: theta, Holt-Winters and a third one, with rules for short histories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.autoregression import pooled_autoregression
from sop_xl.demand.holt_winters import holt_winters
from sop_xl.demand.panel import Flags, Matrix, lengths, naive_scale, over_horizon, short_length
from sop_xl.demand.seasonal import deseasonalise
from sop_xl.demand.smoothing import smoothed_level
from sop_xl.demand.theta import dynamic_theta

MEMBERS = ("Theta", "Holt-Winters", "Autoregression")
SHORT_ALPHA = 0.3
"""Smoothing rate of series shorter than a year: no trend, no season."""
THIRD_ALPHA = 0.4
"""Smoothing rate of the third member between one year and three."""


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


def fit_members(panel: Matrix, horizon: int, season: int) -> MemberForecasts:
    """Forecast every series with every member.

    Args:
        panel: series x months, newest last, NaN before the start; rows of size about 1.
        horizon: months to forecast.
        season: months in a season; 1: none.
    """
    year, count = short_length(season), lengths(panel)[:, None]
    s = deseasonalise(panel, season)
    ahead = over_horizon(s.indices, horizon)
    theta = dynamic_theta(s.adjusted, horizon)
    winters = holt_winters(panel, s.adjusted, s.indices, horizon)
    third = pooled_autoregression(panel, horizon, season, s.seasonal)
    forecasts = np.stack([theta.forecast * ahead, winters.forecast, third])
    forecasts[2] = np.where(np.isfinite(third), third, (forecasts[0] + forecasts[1]) / 2)
    forecasts[2] = np.where(count < 3 * year, smoothed_level(s.adjusted, THIRD_ALPHA)[:, None] * ahead, forecasts[2])
    forecasts = np.where(count < year, smoothed_level(panel, SHORT_ALPHA)[:, None], forecasts)
    return MemberForecasts(
        _guard(forecasts, panel),
        _log(theta.rmse),
        _log(winters.rmse),
        _log(naive_scale(panel, season)),
        theta.alpha,
        theta.drift,
        s.seasonal,
    )


def _guard(forecasts: np.ndarray, panel: Matrix) -> np.ndarray:
    """Put the mean for what is not finite and cap growth and fall: 0.2 of the least to 5 times the most."""
    low, high = np.nanmin(panel, axis=1)[:, None], np.nanmax(panel, axis=1)[:, None]
    floor = np.where(low >= 0, 0.2 * low, low - 2 * (high - low))
    mean = np.nanmean(panel, axis=1)[:, None]
    return np.clip(np.where(np.isfinite(forecasts), forecasts, mean), floor, high + 4 * np.abs(high))


def _log(values: Matrix) -> Matrix:
    """Logarithm with a floor; the rows are of size about 1."""
    return np.log(np.maximum(values, 1e-6))
