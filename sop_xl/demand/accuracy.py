"""Forecast accuracy: how far a forecast fell from the demand that came.

One sign everywhere: error = actual - forecast. Below zero is over-forecast, above it under-forecast.
Measures in per cent are in points: 15 means 15 %. Where actual demand adds up to zero they are NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix


def wmape(actual: Matrix, forecast: Matrix) -> float:
    """Return the sum of absolute errors over the sum of demand, in per cent; any one shape for both."""
    total = float(np.sum(actual))
    return 100 * float(np.abs(actual - forecast).sum()) / total if total > 0 else np.nan


def mape(actual: Matrix, forecast: Matrix) -> tuple[float, int]:
    """Return the mean absolute error in per cent of demand, and how many months without demand it skips."""
    sold = actual > 0
    skipped = int((~sold).sum())
    if not sold.any():
        return np.nan, skipped
    return 100 * float((np.abs(actual - forecast)[sold] / actual[sold]).mean()), skipped


def bias(actual: Matrix, forecast: Matrix) -> float:
    """Return the sum of errors over the sum of demand, in per cent; negative is over-forecast."""
    total = float(np.sum(actual))
    return 100 * float((actual - forecast).sum()) / total if total > 0 else np.nan


def mean_absolute_deviation(actual: Matrix, forecast: Matrix) -> float:
    """Return the mean absolute error, in units."""
    return float(np.abs(actual - forecast).mean())


def tracking_signal(actual: Matrix, forecast: Matrix) -> Matrix:
    """Return the running sum of errors over the running mean absolute error; shape (n,).

    Beyond 4 either way the forecast is biased. It is 0 as long as there was no error at all.
    """
    error = actual - forecast
    deviation = np.abs(error).cumsum() / np.arange(1, len(error) + 1)
    return np.where(deviation > 0, error.cumsum() / np.where(deviation > 0, deviation, 1.0), 0.0)


def mase(actual: Matrix, forecast: Matrix, history: Matrix, *, season: int) -> float:
    """Return the mean absolute error over that of the seasonal naive forecast inside the history.

    Args:
        actual: demand that came, in units; shape (horizon,).
        forecast: forecast of the same months; shape (horizon,).
        history: demand before them, oldest first; shape (n,).
        season: months in a season, below n.

    Returns:
        A ratio, below 1 where the forecast is the better one; NaN where the history repeats itself.

    Source:
        Hyndman and Koehler (2006), Int. J. Forecasting 22(4), 679-688.
    """
    scale = np.abs(history[season:] - history[:-season]).mean()
    return float(np.abs(actual - forecast).mean() / scale) if scale > 0 else np.nan


def smape(actual: Matrix, forecast: Matrix) -> float:
    """Return the mean of 200 |error| / (|actual| + |forecast|); a month with both zero counts 0."""
    size = np.abs(actual) + np.abs(forecast)
    return float((200 * np.abs(actual - forecast) / np.where(size > 0, size, 1.0)).mean())


def forecast_value_added(actual: Matrix, before: Matrix, after: Matrix) -> float:
    """Return what a step took off the WMAPE, in points: above zero the step was worth its while."""
    return wmape(actual, before) - wmape(actual, after)
