"""Pools: what may share a season. A pool is a family in a channel; a group is one item in one pool."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.panel import starts

if TYPE_CHECKING:
    from sop_xl.demand.panel import Flags, Ints, Matrix


@dataclass(frozen=True)
class Division:
    """Groups divided into parts.

    Attributes:
        names: of the parts, sorted; "" is the part of the groups that belong nowhere.
        part_of: part of each group; shape (groups,).
    """

    names: tuple[str, ...]
    part_of: Ints

    @classmethod
    def of(cls, labels: pd.Series) -> Division:
        """Divide by label, one a group."""
        part_of, names = pd.factorize(labels.to_numpy(str), sort=True)
        return cls(tuple(str(name) for name in names), part_of)

    def totals(self, groups: Matrix) -> Matrix:
        """Add the groups of each part up, as `totals` does; shape (parts, months)."""
        return totals(groups, self.part_of, len(self.names))


@dataclass(frozen=True)
class Pools:
    """How series (one item in one market) come together.

    Attributes:
        group_of: group of each series; shape (series,).
        pool, place, family: of each group: its pool, the channel (or region) that the pool is in, its family.
    """

    group_of: Ints
    pool: Division
    place: Division
    family: Division

    @classmethod
    def of(cls, keys: pd.DataFrame, items: pd.DataFrame, markets: pd.DataFrame) -> Pools:
        """Put each series into the pool of its item's family and its market's channel.

        A market without a channel counts by its region, one without either by the family alone.

        Args:
            keys: columns item and market, one row a series.
            items: the table `items`.
            markets: the table `markets`.
        """
        channel = markets["channel"].where(markets["channel"] != "", markets["region"])
        place_of = dict(zip(markets["market"], channel, strict=True))
        family_of = dict(zip(items["item"], items["family"], strict=True))
        series = pd.DataFrame(
            {
                "item": keys["item"],
                "family": [family_of.get(item, "") for item in keys["item"]],
                "place": [place_of.get(market, "") for market in keys["market"]],
            },
            dtype="str",
        )
        group = series.groupby(["item", "place"], sort=True)
        names = group["family"].first().reset_index()
        pool = (names["family"] + " " + names["place"]).str.strip()
        of = group.ngroup().to_numpy(np.intp)
        return cls(of, Division.of(pool), Division.of(names["place"]), Division.of(names["family"]))

    def group_totals(self, panel: Matrix) -> Matrix:
        """Add the series of each group up, as `totals` does; shape (groups, months)."""
        return totals(panel, self.group_of, len(self.pool.part_of))

    def rows(self, keep: Flags) -> Pools:
        """Return the series that `keep` marks; the groups stay all there."""
        return replace(self, group_of=self.group_of[keep])

    def by_group(self, values: Matrix) -> Matrix:
        """Add the rows of each group up; shape (groups, columns)."""
        return add_up(values, self.group_of, len(self.pool.part_of))


def add_up(values: Matrix, codes: Ints, count: int) -> Matrix:
    """Add the rows of each code up; shape (count, columns)."""
    total = np.zeros((count, values.shape[1]))
    np.add.at(total, codes, values)
    return total


def totals(panel: Matrix, codes: Ints, count: int) -> Matrix:
    """Add the rows of each code up; NaN before the first starts and in months in which one has no data."""
    missing = np.isnan(panel)
    begun = np.arange(panel.shape[1]) >= starts(panel)[:, None]
    begun &= ~missing.all(axis=1, keepdims=True)
    started = add_up(begun.astype(float), codes, count) > 0
    gaps = add_up((begun & missing).astype(float), codes, count) > 0
    return np.where(started & ~gaps, add_up(np.nan_to_num(panel), codes, count), np.nan)
