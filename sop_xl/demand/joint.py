"""Ranges of totals from joint errors: series that err together make a total less certain than luck would.

The ranges of parts do not add up to the range of the whole. Here whole futures are drawn in which each
series keeps the range it has, and series rise and fall together as their forecasts erred together in the past.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy import sparse

    from sop_xl.demand.engine import Backtest
    from sop_xl.demand.panel import Matrix

STEPS = 3
"""Months ahead of each origin whose errors show how series move together."""
DRAWS = 200
"""Futures drawn, at least."""
LEVELS = (0.0, 0.025, 0.1, 0.5, 0.9, 0.975, 1.0)


def joint_errors(quantity: Matrix, backtests: Sequence[Backtest], known_by: int = 0) -> Matrix:
    """Return actual less forecast of all series at the same origins and steps; shape (times, series).

    NaN where a series has no forecast or no actual.

    Args:
        quantity: history in units; shape (series, months).
        backtests: forecasts at past origins.
        known_by: months before the end by which the actuals must have been known.
    """
    rows = []
    months = quantity.shape[1]
    for backtest in sorted(backtests, key=lambda b: -b.cut):
        for step in range(min(STEPS, backtest.cut - known_by, backtest.forecast.shape[1])):
            rows.append(quantity[:, months - backtest.cut + step] - backtest.forecast[:, step])
    return np.array(rows) if rows else np.empty((0, len(quantity)))


def joint_quantiles(
    mean: Matrix,
    bounds: tuple[Matrix, Matrix, Matrix, Matrix],
    errors: Matrix,
    adds: sparse.csr_array,
    *,
    seed: int,
) -> tuple[Matrix, Matrix, Matrix]:
    """Return P10, P50 and P90 of each node and month, in units; each of shape (nodes, months).

    Each draw takes the order in which the series erred at one past time, and puts each series at that place
    of its own range (a Schaake shuffle): ranges of the series are kept, and so is what they share. A node's
    values are centred on the sum of the means.

    Args:
        mean: forecast of each series; shape (series, months).
        bounds: low 95, low 80, high 80, high 95 of each series.
        errors: joint errors of the past, NaN where not known; shape (times, series); without any, series
            vary independently.
        adds: 1 where a series belongs to a node; shape (nodes, series).
        seed: of the places within a rank.

    Source:
        Clark et al. (2004), Journal of Hydrometeorology 5(1), 243-262.
    """
    place = _places(np.nan_to_num(errors), len(mean), np.random.default_rng(seed))
    nodes, months = adds.shape[0], mean.shape[1]
    out = np.empty((3, nodes, months))
    for month in range(months):
        low95, low80, high80, high95 = (side[:, month] for side in bounds)
        knots = np.stack([low95 - (low80 - low95) / 2, low95, low80, mean[:, month], high80, high95,
                          high95 + (high95 - high80) / 2], axis=1)  # fmt: skip
        drawn = _at(np.maximum(knots, np.minimum(low95, 0.0)[:, None]), place)
        total = adds @ drawn
        centre = adds @ mean[:, month]
        moved = total - total.mean(axis=1, keepdims=True) + centre[:, None]
        out[:, :, month] = np.quantile(moved, (0.1, 0.5, 0.9), axis=1)
    low = np.where((adds @ np.minimum(mean, 0.0)) < 0, -np.inf, 0.0)
    return tuple(np.maximum(values, low) for values in out)  # type: ignore[return-value]


def _places(errors: Matrix, series: int, rng: np.random.Generator) -> Matrix:
    """Return each draw's place in the range of each series, 0 to 1; shape (series, draws)."""
    times = len(errors)
    if not times:
        return rng.random((series, DRAWS))
    repeats = -(-DRAWS // times)
    ties = rng.random((series, times))
    order = np.lexsort((ties, errors.T), axis=1)
    rank = np.empty((series, times))
    np.put_along_axis(rank, order, np.arange(times, dtype=float)[None].repeat(series, axis=0), axis=1)
    return (np.tile(rank, (1, repeats)) + rng.random((series, times * repeats))) / times


def _at(knots: Matrix, place: Matrix) -> Matrix:
    """Return the value of each series at its places, straight between the knots; shape (series, draws)."""
    at = np.asarray(LEVELS)
    piece = np.clip(np.searchsorted(at, place, side="right") - 1, 0, len(at) - 2)
    share = (place - at[piece]) / (at[piece + 1] - at[piece])
    left = np.take_along_axis(knots, piece, axis=1)
    return left + share * (np.take_along_axis(knots, piece + 1, axis=1) - left)
