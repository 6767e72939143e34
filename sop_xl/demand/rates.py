"""Sparse series: the mean demand of a month, as a blend of simple rates learned on the panel itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sop_xl.demand.panel import YEAR, Flags, Matrix, lengths, row_size, starts

SPARSE_INTERVAL = 1.32
"""Mean months between sales from which a series counts as sparse (Syntetos and Boylan 2005)."""
RECENT = 24
PRIOR = np.array([0.0, 0.0, 0.5, 0.5, 0.0, 0.0])
"""Blend where the panel is too small to learn one."""
TOTAL_RANGE = (0.7, 1.4)
"""Correction of the panel's total that is believed."""
TOTAL_SHARE = 0.25
"""How much of it, as a power. On panels made at random whose rates stay as they are the total then comes out within 8 %
(`benchmarks/sparse.py`)."""
RIDGE = 0.02
LEAST_ROWS = 200
LEAST_MONTHS = 18
END_HAZARD = 0.01
"""Chance a month that a series ends for good."""
PRIOR_MONTHS = 3.0
"""Months of the panel's own frequency of sale that are added to a series' own."""


@dataclass(frozen=True)
class SparseFit:
    """Rates of the sparse series.

    Attributes:
        forecast: mean demand of each month; shape (series, horizon).
        chance: recency-weighted share of months with a sale; shape (series,).
    """

    forecast: Matrix
    chance: Matrix


def is_sparse(panel: Matrix) -> Flags:
    """Return which rows are without negative values and sell in too few of their last 24 months."""
    recent = panel[:, -RECENT:]
    months = (~np.isnan(recent)).sum(axis=1)
    sales = (recent > 0).sum(axis=1)
    return (np.nanmin(np.nan_to_num(panel), axis=1, initial=0.0) >= 0) & (months > SPARSE_INTERVAL * sales)


def fit_rates(panel: Matrix, horizon: int) -> SparseFit:
    """Forecast the same mean for every month ahead.

    Args:
        panel: series x months, newest last, NaN before the start, no negative value; rows of size about 1.
        horizon: months to forecast.
    """
    rate = rate_estimates(panel) @ _blend(panel, min(horizon, YEAR)) if len(panel) else np.empty(0)
    return SparseFit(np.repeat(rate[:, None], horizon, axis=1), recency_mean((panel > 0) + 0.0 * panel, RECENT))


def recency_mean(panel: Matrix, half_life: float) -> Matrix:
    """Return the exponentially weighted mean of each row; the weight halves every `half_life` months."""
    weight = 0.5 ** ((panel.shape[1] - 1 - np.arange(panel.shape[1])) / half_life)
    there = ~np.isnan(panel)
    return (np.nan_to_num(panel) * weight).sum(axis=1) / np.maximum((there * weight).sum(axis=1), 1e-300)


def rate_estimates(panel: Matrix) -> Matrix:
    """Return six estimates of mean monthly demand; shape (series, 6).

    Mean; recency mean with half-life 6 and 12; half-life 24 of sales capped at twice their mean size;
    TSB(.05, .05); SBA(.1). Each is multiplied by the chance that the series is still alive.
    """
    values, months = np.nan_to_num(panel), lengths(panel)
    sales = np.maximum((values > 0).sum(axis=1), 1)
    size = values.sum(axis=1) / sales
    capped = np.minimum(panel, 2 * size[:, None])
    tsb, sba = _smoothed_rates(values, starts(panel), size, (values > 0).sum(axis=1) / months)
    rates = [values.sum(axis=1) / months, recency_mean(panel, 6), recency_mean(panel, 12), recency_mean(capped, 24)]
    return np.stack([*rates, tsb, sba], axis=1) * alive_chance(panel)[:, None]


def _smoothed_rates(values: Matrix, start: np.ndarray, size: Matrix, chance: Matrix) -> tuple[Matrix, Matrix]:
    tsb_size, sba_size = size.copy(), size.copy()
    interval, gap = 1 / np.maximum(chance, 1e-9), np.zeros(len(values))
    for month in range(values.shape[1]):
        y, begun = values[:, month], month >= start
        sale = (y > 0) & begun
        gap = gap + begun
        chance = np.where(begun, chance + 0.05 * (sale - chance), chance)
        tsb_size = np.where(sale, tsb_size + 0.05 * (y - tsb_size), tsb_size)
        sba_size = np.where(sale, sba_size + 0.1 * (y - sba_size), sba_size)
        interval = np.where(sale, interval + 0.1 * (gap - interval), interval)
        gap = np.where(sale, 0.0, gap)
    return chance * tsb_size, 0.95 * sba_size / interval


def alive_chance(panel: Matrix) -> Matrix:
    """Return the chance that a series still sells, given how long ago its last sale was; (series,).

    While alive it sells in a month with chance p; each month it may end with chance d. After k months
    without a sale, alive : ended = ((1 - d)(1 - p))^k : sum over j < k of d ((1 - d)(1 - p))^j.
    p is the series' own frequency up to its last sale, with a little of the panel's.

    Source:
        The beta-geometric / beta-Bernoulli idea of Fader, Hardie and Shang (2010), Marketing Science
        29(6), with fixed chances.
    """
    sale = np.nan_to_num(panel) > 0
    silent = np.where(sale.any(axis=1), np.argmax(sale[:, ::-1], axis=1), lengths(panel))
    span = np.maximum(lengths(panel) - silent, 1)
    sales = np.maximum(sale.sum(axis=1), 1)
    usual = sale.sum() / max(lengths(panel).sum(), 1)
    p = (sales - 1 + PRIOR_MONTHS * usual) / (span - 1 + PRIOR_MONTHS)
    quiet = np.clip((1 - END_HAZARD) * (1 - p), 0.0, 1 - 1e-9)
    alive = quiet**silent
    ended = END_HAZARD * (1 - alive) / (1 - quiet)
    return alive / np.maximum(alive + ended, 1e-300)


def _blend(panel: Matrix, window: int) -> Matrix:
    """Non-negative weights of the six rates, fitted to the mean of the `window` months after past origins.

    Each row is brought to its size as known at the origin: with its whole size, in which the months to be
    forecast have a part, rows that sold little afterwards look large before, and the weights come out too low.
    The weights are then scaled `TOTAL_SHARE` of the way to where the panel's total would have come out right.
    """
    features, targets, weights = [], [], []
    months = panel.shape[1]
    for cut in (window, 2 * window)[: 2 if months >= 5 * window else 1]:
        past = panel[:, : months - cut]
        rows = np.flatnonzero((past > 0).sum(axis=1) >= 2)
        if len(rows) < LEAST_ROWS or past.shape[1] < LEAST_MONTHS:
            continue
        size = row_size(past[rows])
        known = past[rows] / size
        features.append(rate_estimates(known))
        targets.append((panel[rows, months - cut :][:, :window] / size).mean(axis=1))
        weights.append(_row_weights(known))
    if not features:
        return PRIOR
    rates, demand, weight = (np.concatenate(parts) for parts in (features, targets, weights))
    x, y = rates * weight[:, None], demand * weight
    ridge = np.sqrt(RIDGE * len(x) * (x**2).mean()) * np.eye(len(PRIOR))
    from scipy.optimize import nnls

    solution, _ = nnls(np.concatenate([x, ridge]), np.concatenate([y, ridge @ PRIOR]))
    total = np.clip(demand.sum() / max((rates @ solution).sum(), 1e-9), *TOTAL_RANGE)
    return np.asarray(solution) * total**TOTAL_SHARE


def _row_weights(past: Matrix) -> Matrix:
    """(lag-1 mean square) ^ -1/4, the heaviest one per cent held down."""
    steps = np.diff(past, axis=1) ** 2
    power = np.nansum(steps, axis=1) / np.maximum((~np.isnan(steps)).sum(axis=1), 1)
    weight = np.maximum(power, 1e-12) ** -0.25
    return np.minimum(weight, np.quantile(weight, 0.99))
