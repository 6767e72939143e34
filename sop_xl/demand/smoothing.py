"""The smoothing methods of the textbooks, one series at a time, and the smoothed level of a panel.

They are references and building blocks: naive lines of the accuracy report, worksheet functions, and
known answers that the batch methods are held against. None optimises anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import Matrix, starts


@dataclass(frozen=True)
class Smoothing:
    """What a smoothing method made of one series.

    Attributes:
        fitted: one-step forecast of each month of history, in units; shape (n,).
        forecast: of the months after it, in units; shape (horizon,).
        level: after the last month.
        trend: units a month after the last month; 0 where the method has none.
    """

    fitted: Matrix
    forecast: Matrix
    level: float
    trend: float = 0.0


def simple_smoothing(history: Matrix, horizon: int, *, alpha: float, level: float) -> Smoothing:
    """Simple exponential smoothing: level + alpha (demand - level), from a given first level.

    Args:
        history: demand, oldest first, in units; shape (n,).
        horizon: months to forecast.
        alpha: smoothing rate, 0 to 1.
        level: forecast of the first month.
    """
    return holt(history, horizon, alpha=alpha, beta=0.0, level=level, trend=0.0)


def holt(
    history: Matrix, horizon: int, *, alpha: float, beta: float, level: float, trend: float, damping: float = 1.0
) -> Smoothing:
    """Holt's linear trend, damped where `damping` is below 1.

    Args:
        history: demand, oldest first, in units; shape (n,).
        horizon: months to forecast.
        alpha: smoothing rate of the level, 0 to 1.
        beta: smoothing rate of the trend, 0 to 1.
        level: before the first month; the first forecast is level + damping x trend.
        trend: units a month, before the first month.
        damping: what is left of the trend each month, 0 to 1.
    """
    return winters(
        history,
        horizon,
        alpha=alpha,
        beta=beta,
        gamma=0.0,
        level=level,
        trend=trend,
        indices=np.ones(1),
        damping=damping,
    )


def winters(
    history: Matrix,
    horizon: int,
    *,
    alpha: float,
    beta: float,
    gamma: float,
    level: float,
    trend: float,
    indices: Matrix,
    damping: float = 1.0,
) -> Smoothing:
    """Winters' trend and multiplicative season.

    Args:
        history: demand, oldest first, in units; shape (n,).
        horizon: months to forecast.
        alpha: smoothing rate of the level, 0 to 1.
        beta: smoothing rate of the trend, 0 to 1.
        gamma: smoothing rate of the season, 0 to 1.
        level: before the first month.
        trend: units a month, before the first month.
        indices: seasonal index of the first month, the second, ...; shape (season,).
        damping: what is left of the trend each month, 0 to 1.

    Source:
        Chopra and Meindl, Supply Chain Management, chapter 7.
    """
    season, fitted = np.array(indices, dtype=float), np.empty(len(history))
    for month, demand in enumerate(history):
        place = month % len(season)
        ahead = level + damping * trend
        fitted[month] = ahead * season[place]
        new_level = alpha * demand / season[place] + (1 - alpha) * ahead
        trend = beta * (new_level - level) + (1 - beta) * damping * trend
        season[place] = gamma * demand / new_level + (1 - gamma) * season[place] if gamma else season[place]
        level = new_level
    steps = np.arange(1, horizon + 1)
    growth = np.cumsum(damping**steps)
    forecast = (level + growth * trend) * season[(len(history) + steps - 1) % len(season)]
    return Smoothing(fitted, forecast, float(level), float(trend))


def smoothed_level(panel: Matrix, alpha: float) -> Matrix:
    """Return each row's level after its last month, started from the mean of its first three."""
    start, values = starts(panel), np.nan_to_num(panel)
    first = np.minimum(start[:, None] + np.arange(3), panel.shape[1] - 1)
    level = np.take_along_axis(values, first, axis=1).mean(axis=1)
    for month in range(panel.shape[1]):
        level = np.where(month >= start, level + alpha * (values[:, month] - level), level)
    return level
