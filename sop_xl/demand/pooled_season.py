"""Pooled seasons: the seasonal indices of a pool's total, for items too short or sparse to show their own.

Two or three years of a pool are shrunken towards the season of the other families in its channel, and these
towards none: after James and Stein, by how far the years disagree. So what the pool does not prove itself
it takes from its channel, and where nothing is proven the forecast stays flat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.panel import fill_gaps, lengths, short_length
from sop_xl.demand.pools import add_up
from sop_xl.demand.seasonal import TEST_YEARS, deseasonalise, line_indices, share_kept

if TYPE_CHECKING:
    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.demand.pools import Pools

LEAST_SOLD = 0.8
"""Share of the last two years' months in which a pool must have sold."""
LEAST_INDEX = 0.05
"""A month without sales counts as this share of a mean month: an index divides."""


def pooled_indices(past: Matrix, pools: Pools, season: int) -> tuple[Matrix, list[str]]:
    """Return each group's seasonal indices: its pool's, else its channel's, else its family's.

    Args:
        past: groups x months, newest last, NaN before the start and in gaps.
        pools: where the groups belong.
        season: months in a season.

    Returns:
        Indices, that of the month p + 1 steps ahead in column p, shape (groups, season); and whose they
        are, by group. Where nothing had two years of regular sales the name is "" and the indices are 1.
    """
    filled = fill_gaps(past, season)
    pool, none = pools.pool.part_of, np.ones((len(past), season))
    families, family_known = total_indices(pools.family.totals(filled)[pools.family.part_of], none)
    channel, channel_known = total_indices(_others_in_channel(filled, pools), none)
    own, own_known = total_indices(pools.pool.totals(filled)[pool], channel)
    known = [own_known, channel_known, family_known]
    divisions = (pools.pool, pools.place, pools.family)
    names = [np.array(division.names, dtype=object)[division.part_of] for division in divisions]
    indices = np.select([flags[:, None] for flags in known], [own, channel, families], 1.0)
    return indices, list(np.select(known, names, ""))


def _others_in_channel(groups: Matrix, pools: Pools) -> Matrix:
    """Total of the other pools in each group's channel, NaN where there are none; shape (groups, months)."""
    pool, place = pools.pool, pools.place
    begun = (~np.isnan(groups)).astype(float)

    def less_own(values: Matrix) -> Matrix:
        whole = add_up(values, place.part_of, len(place.names))[place.part_of]
        return whole - add_up(values, pool.part_of, len(pool.names))[pool.part_of]

    there = (less_own(begun) > 0) & (np.array(place.names) != "")[place.part_of, None]
    return np.where(there, less_own(np.nan_to_num(groups)), np.nan)


def total_indices(totals: Matrix, prior: Matrix) -> tuple[Matrix, Flags]:
    """Return the indices of totals, and which had enough sales to have some; the prior where not.

    Four years and more are treated as any series of that length.

    Args:
        totals: rows x months, newest last, NaN before the start.
        prior: indices that those of two or three years are shrunken towards; shape (rows, season).
    """
    season = prior.shape[1]
    year = short_length(season)
    recent = np.nan_to_num(totals[:, -2 * year :])
    count = np.where(np.isnan(totals).all(axis=1), 0, lengths(totals))
    enough = (count >= 2 * year) & ((recent > 0).sum(axis=1) >= LEAST_SOLD * 2 * year)
    floored = np.maximum(totals, LEAST_INDEX * recent.mean(axis=1, keepdims=True))
    indices = prior.copy()
    for years in range(2, TEST_YEARS):
        rows = np.flatnonzero(enough & (count // year == years))
        if len(rows):
            raw, noise = line_indices(floored[rows], season, years)
            gap = raw - prior[rows]
            indices[rows] += share_kept(gap, noise)[:, None] * gap
    rows = np.flatnonzero(enough & (count >= TEST_YEARS * year))
    if len(rows):
        long = deseasonalise(floored[rows], season)
        indices[rows] = np.where(long.seasonal[:, None], long.indices, prior[rows])
    return np.maximum(indices, LEAST_INDEX), enough
