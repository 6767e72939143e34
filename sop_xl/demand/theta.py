"""Dynamic optimised theta, solved exactly for all series at once.

Given the smoothing rate alpha the model is linear in the start level l0 and the drift weight
w = 1 - 1/theta, so fitting is a one-dimensional search around a 2x2 least squares problem: no start
values, no failures, the same answer every time.

Source: Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler (2016), Int. J. Forecasting 32(4), 1151-1161.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import Matrix, starts

ALPHAS = np.array([0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])
BURN_IN = 3
"""First errors that do not count; fewer where a series has less than seven months."""
REFINEMENTS = 2
CHUNK = 256


@dataclass(frozen=True)
class ThetaFit:
    """Forecast and parameters of each series.

    Attributes:
        forecast: of the season-adjusted series; shape (series, horizon).
        alpha: smoothing rate; shape (series,).
        drift: weight w of the drift, 0 (plain smoothing) to 1; shape (series,).
        rmse: root mean square one-step error; shape (series,).
    """

    forecast: Matrix
    alpha: Matrix
    drift: Matrix
    rmse: Matrix


@dataclass(frozen=True)
class _Profile:
    """Best l0 and w for given alphas, the error left, and the state after the last month."""

    alpha: Matrix
    sse: Matrix
    start_level: Matrix
    drift: Matrix
    level: Matrix
    decay: Matrix

    def best(self) -> tuple[_Profile, np.ndarray]:
        column = self.sse.argmin(axis=1)
        rows = np.arange(len(column))
        return _Profile(*(values[rows, column] for values in vars(self).values())), column

    def better_of(self, other: _Profile) -> _Profile:
        keep = self.sse <= other.sse
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return _Profile(*(np.where(keep, mine, theirs) for mine, theirs in pairs))


def dynamic_theta(adjusted: Matrix, horizon: int) -> ThetaFit:
    """Fit and forecast every row.

    Args:
        adjusted: season-adjusted series x months, newest last, NaN before the start.
        horizon: months to forecast.
    """
    order = np.argsort(starts(adjusted), kind="stable")
    out = ThetaFit(np.empty((len(adjusted), horizon)), *(np.empty(len(adjusted)) for _ in range(3)))
    for first in range(0, len(order), CHUNK):
        rows = order[first : first + CHUNK]
        block = adjusted[rows]
        fit = _fit_block(block[:, starts(block).min() :], horizon)
        for whole, part in zip(vars(out).values(), vars(fit).values(), strict=True):
            whole[rows] = part
    return out


def _fit_block(adjusted: Matrix, horizon: int) -> ThetaFit:
    age = np.arange(adjusted.shape[1]) - starts(adjusted)[:, None]
    values = np.nan_to_num(adjusted)
    intercept, slope = _drift_states(values, age)
    best = _search(values, age, intercept, slope)
    count = age[:, -1] + 1
    forecast = _extrapolate(best, values.sum(axis=1) / count, intercept[:, -1], slope[:, -1], count, horizon)
    return ThetaFit(forecast, best.alpha, best.drift, np.sqrt(best.sse / np.maximum(count - 3, 1)))


def _drift_states(values: Matrix, age: np.ndarray) -> tuple[Matrix, Matrix]:
    """Intercept A and slope B of the running regression line; they depend on no parameter.

    With i the months since the start: mean_i = (i mean_{i-1} + x_i) / (i + 1),
    B_i = ((i - 1) B_{i-1} + 6 (x_i - mean_i) / (i + 1)) / (i + 2), A_i = mean_i - B_i (i + 2) / 2.
    """
    intercept, slope = np.zeros_like(values), np.zeros_like(values)
    mean, b = np.zeros(len(values)), np.zeros(len(values))
    for month in range(values.shape[1]):
        i, x = np.maximum(age[:, month], 0), values[:, month]
        mean = np.where(age[:, month] >= 0, (i * mean + x) / (i + 1), 0.0)
        b = np.where(age[:, month] > 0, ((i - 1) * b + 6 * (x - mean) / (i + 1)) / (i + 2), 0.0)
        intercept[:, month], slope[:, month] = mean - b * (i + 2) / 2, b
    return intercept, slope


def _search(values: Matrix, age: np.ndarray, intercept: Matrix, slope: Matrix) -> _Profile:
    """Best alpha on the grid, then on four points between its neighbours, twice."""
    grid = np.repeat(ALPHAS[None], len(values), axis=0)
    best, column = _profile(grid, values, age, intercept, slope).best()
    low, high = ALPHAS[np.maximum(column - 1, 0)], ALPHAS[np.minimum(column + 1, len(ALPHAS) - 1)]
    for _ in range(REFINEMENTS):
        finer = low[:, None] + (high - low)[:, None] * np.array([0.2, 0.4, 0.6, 0.8])
        best = best.better_of(_profile(finer, values, age, intercept, slope).best()[0])
        width = 0.2 * (high - low)
        low, high = np.maximum(best.alpha - width, ALPHAS[0]), np.minimum(best.alpha + width, ALPHAS[-1])
    return best


def _profile(alpha: Matrix, values: Matrix, age: np.ndarray, intercept: Matrix, slope: Matrix) -> _Profile:
    """Least squares of x_i - S_{i-1} = l0 q^i + w D_i for every row and alpha, q = 1 - alpha.

    S is the level smoothed from zero and D_i = A_{i-1} q^i + B_{i-1} (1 - q^(i+1)) / alpha.
    w outside 0 to 1 is clipped and l0 solved alone.
    """
    keep = 1 - alpha
    level, decay = np.zeros_like(alpha), np.ones_like(alpha)
    uu, ud, dd, ur, dr, rr = (np.zeros_like(alpha) for _ in range(6))
    burn_in = np.minimum(BURN_IN, np.maximum(age[:, -1:] - 3, 1))
    for month in range(values.shape[1]):
        i, x = age[:, month : month + 1], values[:, month : month + 1]
        if month:
            use = i >= burn_in
            a, b = intercept[:, month - 1 : month], slope[:, month - 1 : month]
            d = np.where(use, a * decay + b * (1 - decay * keep) / alpha, 0.0)
            r, u = (x - level) * use, decay * use
            uu += u * u
            ud += u * d
            dd += d * d
            ur += u * r
            dr += d * r
            rr += r * r
        started = i >= 0
        level = np.where(started, alpha * x + keep * level, level)
        decay = np.where(started, decay * keep, decay)
    determinant = uu * dd - ud**2
    solvable = determinant > 1e-10 * uu * dd
    drift = np.where(solvable, (uu * dr - ud * ur) / np.where(solvable, determinant, 1.0), 0.0)
    drift = np.clip(drift, 0, 1)
    first = values[np.arange(len(values)), (age < 0).sum(axis=1)][:, None]
    start = np.where(uu > 0, (ur - drift * ud) / np.where(uu > 0, uu, 1.0), first)
    sse = rr - 2 * start * ur - 2 * drift * dr + start**2 * uu + 2 * start * drift * ud + drift**2 * dd
    return _Profile(alpha, np.maximum(sse, 0), start, drift, level, decay)


def _extrapolate(
    fit: _Profile, mean: Matrix, intercept: Matrix, slope: Matrix, count: np.ndarray, horizon: int
) -> Matrix:
    """Run the recursions on with each forecast in the place of the value to come."""
    keep, age = 1 - fit.alpha, count.astype(float)
    level, decay = fit.level + fit.decay * fit.start_level, keep**age
    forecast = np.empty((len(level), horizon))
    for step in range(horizon):
        f = level + fit.drift * (intercept * decay + slope * (1 - decay * keep) / fit.alpha)
        forecast[:, step] = f
        level, mean = fit.alpha * f + keep * level, (age * mean + f) / (age + 1)
        slope = ((age - 1) * slope + 6 * (f - mean) / (age + 1)) / (age + 2)
        intercept = mean - slope * (age + 2) / 2
        decay, age = decay * keep, age + 1
    return forecast
