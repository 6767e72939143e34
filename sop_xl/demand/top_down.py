"""Top down: an item's total in its pool, forecast with the pool's season, shared out to its markets."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.backtest import run_origins
from sop_xl.demand.panel import YEAR
from sop_xl.demand.pooled_season import pooled_indices
from sop_xl.demand.pools import add_up
from sop_xl.demand.rates import alive_chance, recency_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sop_xl.demand.backtest import Progress
    from sop_xl.demand.panel import Flags, Ints, Matrix
    from sop_xl.demand.pools import Pools

HALF_LIFE = 6.0
"""Months after which a sale counts half in a market's share."""


@dataclass(frozen=True)
class TopDown:
    """Forecasts from the totals.

    Attributes:
        forecasts: by months left out, 0 included; NaN for series that had not started and where there was
            no season to take; shape (series, horizon).
        source: whose season each group has now, "" for none.
    """

    forecasts: dict[int, Matrix]
    source: list[str]


def top_down(
    panel: Matrix, pools: Pools, horizon: int, season: int, cuts: Iterable[int], progress: Progress | None = None
) -> TopDown:
    """Forecast every series from its group's total, at each origin from what was known by then.

    Args:
        panel: series x months in units, newest last, NaN before the start and in gaps.
        pools: the groups of the series.
        horizon: months to forecast.
        season: months in a season, 2 or more.
        cuts: months to leave out.
        progress: told after each origin.
    """
    totals = pools.group_totals(panel)
    months = panel.shape[1]
    sources: dict[int, list[str]] = {}

    def season_of_pools(cut: int) -> Matrix:
        indices, sources[cut] = pooled_indices(totals[:, : months - cut], pools, season)
        return indices

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        origins = run_origins(totals, horizon, season, cuts, progress, season_of_pools)
    forecasts = {}
    for origin in origins:
        past = panel[:, : months - origin.cut]
        known = np.array(sources[origin.cut], dtype=object) != ""
        total = np.where(known[:, None], origin.forecast, np.nan)[pools.group_of]
        forecasts[origin.cut] = np.where(started(past)[:, None], total * shares(past, pools.group_of)[:, None], np.nan)
    return TopDown(forecasts, sources[0])


def started(past: Matrix) -> Flags:
    """Return which series have any data; shape (series,)."""
    return np.logical_not(np.isnan(past).all(axis=1))


def shares(past: Matrix, group_of: Ints) -> Matrix:
    """Return each series' share of its group; those of a group add up to 1.

    Shares are as mean sales of the last twelve months, the newest weighing most, times the chance that
    the series still sells. A group without sales in them is shared by the mean sales of all months, and
    equally where there are none.
    """
    there = started(past)
    groups = int(group_of.max(initial=-1)) + 1
    weight, left = np.zeros(len(past)), np.ones(groups, dtype=bool)
    year = past[:, -YEAR:]
    alive = np.zeros(len(past))
    alive[there] = alive_chance(past[there])
    for candidate in (
        np.maximum(recency_mean(year, HALF_LIFE), 0.0) * alive,
        np.maximum(recency_mean(past, YEAR), 0.0),
        there.astype(float),
    ):
        weight = np.where(left[group_of], candidate, weight)
        left = add_up(weight[:, None], group_of, groups)[:, 0] <= 0
    total = add_up(weight[:, None], group_of, groups)[:, 0]
    return weight / np.where(total > 0, total, 1.0)[group_of]
