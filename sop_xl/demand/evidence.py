"""How much the pooled forecast counts beside a series' own: what both were off by at past origins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.pools import add_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.demand.pools import Pools

PRIOR_ODDS = 2.0
"""Weight of the pooled forecast over that of the own one before there is evidence. On the Adventure Works
company 1, 2 and 3 give a WMAPE by family of 21, 20 and 20 %: it need not be exact."""
POWER = 2.0
HALF_WAY = 24.0
"""Forecast months after which evidence moves the weights half as far as error ^ -2 would."""
EXACT = 0.01
"""Own error, as a share of demand, from which on there is nothing to gain from others."""
LAST_MONTHS = 3
"""Months in which the own forecast must have been exact."""


@dataclass(frozen=True)
class PastErrors:
    """Absolute errors of the two forecasts made at one origin, by group and step; all (groups, steps).

    Attributes:
        own: of the series' own forecasts, added up.
        pooled: of the pooled forecast.
        demand: what came.
        both: where there was a pooled forecast too.
    """

    own: Matrix
    pooled: Matrix
    demand: Matrix
    both: Flags


def past_errors(
    panel: Matrix, own: Mapping[int, Matrix], pooled: Mapping[int, Matrix], pools: Pools
) -> dict[int, PastErrors]:
    """Return the errors of each origin, by months left out.

    Args:
        panel: series x months in units, newest last, NaN before the start and in gaps.
        own: the series' own forecasts by months left out; NaN where missing; shape (series, horizon).
        pooled: the pooled ones, likewise.
        pools: where the series belong.
    """
    out = {}
    for cut in sorted(own):
        steps = min(cut, own[cut].shape[1])
        actual = panel[:, panel.shape[1] - cut :][:, :steps]
        there = ~np.isnan(actual + own[cut][:, :steps])
        both = there & ~np.isnan(pooled[cut][:, :steps])
        came, mine = (pools.by_group(np.where(there, values[:, :steps], 0.0)) for values in (actual, own[cut]))
        theirs = pools.by_group(np.where(both, pooled[cut][:, :steps], 0.0))
        of_both = pools.by_group(both.astype(float)) > 0
        out[cut] = PastErrors(np.abs(mine - came), np.abs(theirs - came), came, of_both)
    return out


def pooled_weight(errors: Mapping[int, PastErrors], cut: int, pools: Pools) -> Matrix:
    """Return the pooled forecast's weight in each group as known `cut` months before the end; (groups,).

    odds = 2 (own error / pooled error) ^ (2 n / (n + 24)), errors being the group's own with as much of
    its pool's, n the forecast months they rest on. Choosing the better of the past would be worse than
    mixing, and few months say little. A group forecast exactly lately is left alone.
    """
    groups = len(pools.pool.part_of)
    total = np.zeros((4, groups))
    for origin, past in errors.items():
        known = min(origin - cut, past.own.shape[1])
        if known > 0:
            values = (past.own, past.pooled, past.demand, np.ones_like(past.own))
            total += [(value * past.both)[:, :known].sum(axis=1) for value in values]
    months = total[3]
    pool, parts = pools.pool.part_of, len(pools.pool.names)
    of_pool = add_up(total.T, pool, parts)[pool].T
    part = np.maximum(total[2], 0.0) / np.maximum(of_pool[2], 1e-300)
    own, pooled = total[:2] + of_pool[:2] * part
    ratio = np.where((own > 0) & (pooled > 0), own / np.maximum(pooled, 1e-300), 1.0)
    odds = PRIOR_ODDS * np.clip(ratio, 0.05, 20.0) ** (POWER * months / (months + HALF_WAY))
    return np.where(_exact(errors, cut, groups), 0.0, odds / (1 + odds))


def _exact(errors: Mapping[int, PastErrors], cut: int, groups: int) -> Flags:
    """Groups whose own forecasts of the last three months, from the last three origins, were right."""
    error, demand = np.zeros(groups), np.zeros(groups)
    for origin in range(cut + 1, cut + LAST_MONTHS + 1):
        if origin in errors:
            known = origin - cut
            error += errors[origin].own[:, :known].sum(axis=1)
            demand += errors[origin].demand[:, :known].sum(axis=1)
    return np.asarray((demand > 0) & (error <= EXACT * demand))
