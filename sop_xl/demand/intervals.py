"""Intervals of the dense series: how large past errors were, learned over the whole panel.

The size of an error is regressed, as a logarithm, on what is known at the origin: in-sample errors, the
series' own past errors, how far the members disagree, the horizon. Quantiles of the errors over that
size, taken a step and an origin at a time, then give the bounds; no distribution is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.combination import GROWTH
from sop_xl.demand.panel import YEAR, Flags, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.demand.backtest import DenseOrigin

LEAST_MONTHS = 3
"""History a series needs at an origin for its errors to be learned from."""
LEAST_ROWS = 60
"""Backtested series, over all origins, below which a plainer rule is used."""
WIDEN = 0.5
"""Standard deviations between origins by which a bound moves outwards: origins share shocks."""
HALF_WINDOW = 2
"""Steps on either side that lend their errors to a step."""
PLAIN_FACTOR = 1.8
"""Error over in-sample error expected without any backtest."""
LARGEST_LOG = 3.0
"""A bound is never further than a factor exp(3) from the mean."""
DEGENERATE = 1e-5
FULL_MONTHS = 60
"""History from which on a series' own in-sample error stands alone."""
FITTED, USUAL_MONTHS = 2, 8.0
"""Months that a short series' own error is fitted to, and months that the panel's usual one counts for at most."""
SHORT_SHARE = 2 / 3
"""`PLAIN_FACTOR` is for errors of fits that took a season and a trend too; a level alone fits less well."""

Bounds = dict[int, tuple[Matrix, Matrix]]
"""Lower and upper bound (series, horizon) by nominal level in per cent."""


@dataclass(frozen=True)
class _Sample:
    """Backtest errors with what explains them, one row an error."""

    design: Matrix
    log_base: Matrix
    error: Matrix
    step: np.ndarray
    cut: np.ndarray


def dense_bounds(now: DenseOrigin, older: Sequence[DenseOrigin], levels: Sequence[int]) -> Bounds:
    """Return the bounds of every dense series.

    Args:
        now: the current forecasts.
        older: the backtests to learn from.
        levels: nominal coverage in per cent.
    """
    if sum(int(_learned(origin).sum()) for origin in older) < LEAST_ROWS:
        return _plain_bounds(now, older, levels)
    sample = _collect(older)
    slope = _fit(sample)
    seen = sample.design @ slope
    low, high = np.quantile(seen, [0.002, 0.998])
    z = sample.error / np.exp(np.clip(seen, low, high) + sample.log_base)
    design, base = _design(now)
    scale = np.exp(_beyond(np.clip(design @ slope, low, high), int(sample.step.max())) + base)
    mean, horizon = now.mean, now.mean.shape[1]

    def bound(q: float) -> Matrix:
        return _bound(mean, scale * _step_quantiles(z, sample, q, horizon))

    return {level: (bound(0.5 - level / 200), bound(0.5 + level / 200)) for level in levels}


def _design(origin: DenseOrigin) -> tuple[Matrix, Matrix]:
    """Regressors (series, horizon, 12) of the log error, and its part with coefficient 1 (series, 1)."""
    facts, mean = origin.members, origin.mean
    base = _log_base(origin)[:, None]
    one, log_step = np.ones_like(mean), np.log(np.arange(1, mean.shape[1] + 1))[None]
    short = (~origin.long)[:, None] * one
    trust = (origin.steps / (origin.steps + YEAR))[:, None]
    own = trust * origin.own_error[:, None]
    disagreement = np.log1p(np.abs(facts.forecasts - mean).mean(axis=0) / np.exp(base))
    columns = [
        (facts.log_theta_rmse[:, None] - base) * one,
        (facts.log_scale[:, None] - base) * one,
        own * one,
        trust * one,
        disagreement,
        log_step * one,
        log_step * facts.alpha[:, None],
        log_step * facts.drift[:, None],
        log_step * own,
        short,
        short / origin.months[:, None],
        one,
    ]
    return np.stack(columns, axis=-1), base


def _log_base(origin: DenseOrigin) -> Matrix:
    """Log of the in-sample error that errors to come are told from; shape (series,)."""
    return _with_usual(origin.members.log_winters_rmse, origin)


def _with_usual(own: Matrix, origin: DenseOrigin) -> Matrix:
    """Mix the log error of series under five years with what is usual in the panel; shape (series,).

    A short history is fitted too well to tell an error: that of the months beyond the first `FITTED` counts beside
    the median of the panel's longer series (of all where hardly any is), which are of size 1 too. How much that
    counts falls evenly with the length, so that errors of past origins are measured as those to come are.
    """
    there, full = own > np.log(DEGENERATE), origin.months >= FULL_MONTHS
    longer = own[full & there] if full.sum() >= LEAST_ROWS else own[there]
    if full.all() or not len(longer):
        return own
    months = np.maximum(origin.months - FITTED, 0)
    usual = USUAL_MONTHS * np.clip(1 - origin.months / FULL_MONTHS, 0, 1)
    mixed = (months * np.exp(2 * own) + usual * np.exp(2 * np.median(longer))) / (months + usual)
    return np.where(there & ~full, np.log(mixed) / 2, own)


def _collect(older: Sequence[DenseOrigin]) -> _Sample:
    parts: list[tuple[np.ndarray, ...]] = []
    for origin in older:
        mean = origin.mean
        use = np.isfinite(origin.actual) & _learned(origin)[:, None]
        design, base = _design(origin)
        step = np.broadcast_to(np.arange(1, mean.shape[1] + 1), use.shape)
        error = _relative_error(origin.actual, mean)
        spread = np.broadcast_to(base, use.shape)
        parts.append((design[use], spread[use], error[use], step[use], np.full(use.sum(), origin.cut)))
    return _Sample(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _learned(origin: DenseOrigin) -> Flags:
    """Series whose errors count: some history, and not a constant one."""
    return (origin.months >= LEAST_MONTHS) & (origin.members.log_winters_rmse > np.log(DEGENERATE))


def _relative_error(actual: Matrix, mean: Matrix) -> Matrix:
    """Error in units; for positive values f log(y / f), which `_bound` turns back."""
    positive = (actual > 0) & (mean > 0)
    ratio = np.maximum(actual, 0.05 * mean) / np.where(positive, mean, 1.0)
    return np.where(positive, mean * np.log(np.where(positive, ratio, 1.0)), actual - mean)


def _bound(mean: Matrix, distance: Matrix) -> Matrix:
    safe = np.where(mean > 0, mean, 1.0)
    factor = np.exp(np.clip(distance / safe, -LARGEST_LOG, LARGEST_LOG))
    return np.where(mean > 0, mean * factor, mean + distance)


def _beyond(log_scale: Matrix, learned: int) -> Matrix:
    """Past the last step that was learned, errors grow as steps usually do, not as the fit says."""
    steps = np.arange(1, log_scale.shape[1] + 1)
    at = np.minimum(steps, learned)
    return log_scale[:, at - 1] + GROWTH * np.log(steps / at)


def _fit(sample: _Sample) -> Matrix:
    """Least squares of log |error| with a light ridge on all but the constant."""
    target = np.log(np.abs(sample.error) + 1e-3 * np.exp(sample.log_base)) - sample.log_base
    x = sample.design
    ridge = 1e-3 * len(x) * np.diag(np.r_[np.full(x.shape[1] - 1, 1e-2), 0.0])
    return np.asarray(np.linalg.solve(x.T @ x + ridge, x.T @ target), dtype=float)


def _step_quantiles(z: Matrix, sample: _Sample, q: float, horizon: int) -> Matrix:
    """Quantile of the scaled errors of each step: mean over origins, moved outwards by their spread."""
    out = np.full(horizon, np.nan)
    by_cut = {cut: (z[sample.cut == cut], sample.step[sample.cut == cut]) for cut in np.unique(sample.cut)}
    for step in range(1, horizon + 1):
        values = [
            np.quantile(errors[np.abs(steps - step) <= HALF_WINDOW], q)
            for errors, steps in by_cut.values()
            if len(steps) and steps.max() >= step
        ]
        if values:
            out[step - 1] = np.mean(values) + np.sign(q - 0.5) * WIDEN * np.std(values)
    last = int(np.flatnonzero(np.isfinite(out))[-1])
    out[last + 1 :] = out[last]
    return out


def _plain_bounds(now: DenseOrigin, older: Sequence[DenseOrigin], levels: Sequence[int]) -> Bounds:
    """Normal bounds with one error multiple, for a panel too small to learn more."""
    from scipy.special import ndtri

    growth = np.arange(1, now.mean.shape[1] + 1) ** GROWTH
    squares, count = YEAR * PLAIN_FACTOR**2, float(YEAR)
    for origin in older:
        use = np.isfinite(origin.actual) & _learned(origin)[:, None]
        scaled = (origin.actual - origin.mean) / (_in_sample_error(origin) * growth)
        squares += float((scaled[use] ** 2).sum())
        count += float(use.sum())
    scale = np.sqrt(squares / count) * _in_sample_error(now) * growth
    mean = now.mean
    z = {level: float(ndtri(0.5 + level / 200)) for level in levels}
    return {level: (_bound(mean, -z[level] * scale), _bound(mean, z[level] * scale)) for level in levels}


def _in_sample_error(origin: DenseOrigin) -> Matrix:
    facts = origin.members
    own = np.maximum(facts.log_theta_rmse, facts.log_winters_rmse)
    return (np.exp(_with_usual(own, origin)) * np.where(origin.long, 1.0, SHORT_SHARE))[:, None]
