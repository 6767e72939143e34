"""Pooled seasons: the seasonal indices of a pool's total, for items too short or sparse to show their own.

On the Adventure Works company, at origins 3 to 10 months before its end, item totals forecast with them
were 27 % off in a month of a pool, against 41 % with the items' own seasons, 22 against 30 % in a family.
A new pool is better off with the season of its channel than with that of its family (27 against 32 %).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.panel import fill_gaps, lengths, short_length
from sop_xl.demand.seasonal import TEST_YEARS, deseasonalise, line_indices

if TYPE_CHECKING:
    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.demand.pools import Pools

LEAST_SOLD = 0.8
"""Share of the last two years' months in which a pool must have sold."""
LEAST_INDEX = 0.05
"""A month without sales counts as this share of a mean month: an index divides."""
USUAL_SHARE = 0.7
"""Share kept of a short pool's raw indices before its years are compared; the mean of this and what the
comparison says is kept, for two years say little about themselves."""


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
    indices, source = np.ones((len(past), season)), np.full(len(past), "", dtype=object)
    for division in (pools.family, pools.place, pools.pool):
        of_parts, enough = total_indices(division.totals(filled), season)
        names = np.array(division.names, dtype=object)
        take = (enough & (names != ""))[division.part_of]
        indices = np.where(take[:, None], of_parts[division.part_of], indices)
        source = np.where(take, names[division.part_of], source)
    return indices, list(source)


def total_indices(totals: Matrix, season: int) -> tuple[Matrix, Flags]:
    """Return the indices of totals (rows x months), 1 without enough sales, and which had enough.

    Four years and more are treated as any series of that length; two or three by a line, cautiously.
    """
    year = short_length(season)
    recent = np.nan_to_num(totals[:, -2 * year :])
    count = np.where(np.isnan(totals).all(axis=1), 0, lengths(totals))
    enough = (count >= 2 * year) & ((recent > 0).sum(axis=1) >= LEAST_SOLD * 2 * year)
    floored = np.maximum(totals, LEAST_INDEX * recent.mean(axis=1, keepdims=True))
    indices = np.ones((len(totals), season))
    for years in range(2, TEST_YEARS):
        rows = np.flatnonzero(enough & (count // year == years))
        if len(rows):
            raw, kept = line_indices(floored[rows], season, years)
            indices[rows] = 1 + ((USUAL_SHARE + kept) / 2)[:, None] * (raw - 1)
    rows = np.flatnonzero(enough & (count >= TEST_YEARS * year))
    if len(rows):
        indices[rows] = deseasonalise(floored[rows], season).indices
    return np.maximum(indices, LEAST_INDEX), enough
