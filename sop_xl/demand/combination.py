"""Combining the members: equal weights, bent gently by each series' own past errors.

Choosing the member that was best in the past is worse than any fixed mean of them; so is a learned
chooser once it is judged on months after those it learned from. Weight gently, never choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.panel import YEAR, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.demand.backtest import DenseOrigin

POWER = 2.0
GROWTH = 0.35
"""Errors grow about as the steps ahead to this power."""
OWN_FLOOR = 0.02


@dataclass(frozen=True)
class Evidence:
    """What a series' own backtests say, from older origins only.

    Attributes:
        member_error: mean absolute error over the scale of MASE; 1 without evidence; (members, series).
        own_error: log of the mean error over in-sample error, horizon growth taken out; (series,).
        steps: forecast months it rests on; (series,).
    """

    member_error: np.ndarray
    own_error: Matrix
    steps: Matrix


def gather_evidence(origins: Sequence[DenseOrigin], cut: int, series: int, horizon: int) -> Evidence:
    """Sum up, for every series, what was known at the origin `cut` months before the end."""
    members = len(origins[0].members.forecasts) if origins else 1
    error, runs = np.zeros((members, series)), np.zeros(series)
    own, steps = np.zeros(series), np.zeros(series)
    growth = np.arange(1, horizon + 1) ** GROWTH
    for origin in origins:
        known = min(origin.cut - cut, horizon)
        if known <= 0 or not len(origin.rows):
            continue
        rows, actual = origin.rows, origin.actual[:, :known]
        forecasts = origin.members.forecasts[:, :, :known]
        there = np.isfinite(actual) & origin.long[:, None]
        count = there.sum(axis=1)
        gap = np.where(there, np.abs(actual - forecasts), 0.0)
        if known >= min(YEAR, horizon):
            full = count > 0
            error[:, rows] += gap.sum(axis=2) / np.maximum(count, 1) / np.exp(origin.members.log_scale)
            runs[rows] += full
        combined_gap = np.where(there, np.abs(actual - forecasts.mean(axis=0)), 0.0) / growth[:known]
        own[rows] += combined_gap.sum(axis=1) / np.exp(origin.members.log_winters_rmse)
        steps[rows] += count
    error = np.where(runs > 0, error / np.maximum(runs, 1), 1.0)
    own = np.where(steps > 0, np.log(np.maximum(own / np.maximum(steps, 1), OWN_FLOOR)), 0.0)
    return Evidence(error, own, steps)


def weights_from(member_error: np.ndarray) -> np.ndarray:
    """Return weights (members, series) that add to 1: (error + mean error) ^ -2, made shares."""
    weight = (member_error + member_error.mean(axis=0) + 1e-9) ** -POWER
    return weight / weight.sum(axis=0)


def combine(forecasts: np.ndarray, weights: np.ndarray) -> Matrix:
    """Return the weighted mean of the members; (members, series, horizon) and (members, series)."""
    return np.einsum("mn,mnh->nh", weights, forecasts)
