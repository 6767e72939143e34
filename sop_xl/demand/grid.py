"""The planning grid: one row an item and market, one column a planned month."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sop_xl.demand.panel import Flags, Ints, Matrix


@dataclass(frozen=True)
class PlanningGrid:
    """Keys of the rows and columns that the parts of the forecast share.

    Attributes:
        keys: columns item and market, sorted, no duplicates.
        periods: the planned months.
        open: months in which the row's item may have demand; shape (rows, months).
        families: family by item.
    """

    keys: pd.DataFrame
    periods: pd.PeriodIndex
    open: Flags
    families: dict[str, str]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], periods: pd.PeriodIndex, items: pd.DataFrame) -> PlanningGrid:
        """Build from pairs of item and market; `items` gives families, launch and end months."""
        unique = sorted(set(pairs))
        keys = pd.DataFrame({"item": [i for i, _ in unique], "market": [m for _, m in unique]}, dtype="str")
        known = items.set_index("item").reindex(keys["item"])
        first = _ordinals(known["launch_period"], np.iinfo(np.int64).min)
        last = _ordinals(known["end_period"], np.iinfo(np.int64).max)
        months = periods.asi8
        inside = (months >= first[:, None]) & (months <= last[:, None])
        return cls(keys, periods, inside, dict(zip(items["item"], items["family"], strict=True)))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and months."""
        return len(self.keys), len(self.periods)

    @cached_property
    def rows_of(self) -> dict[str, Ints]:
        """Rows of each item."""
        return {str(item): np.asarray(rows) for item, rows in self.keys.groupby("item", sort=True).indices.items()}

    @cached_property
    def row_at(self) -> dict[tuple[str, str], int]:
        """Row of each item and market."""
        return {pair: row for row, pair in enumerate(zip(self.keys["item"], self.keys["market"], strict=True))}

    def zeros(self) -> Matrix:
        """Return a matrix of zeros of the grid's shape."""
        return np.zeros(self.shape)

    def blanks(self) -> Matrix:
        """Return a matrix of NaN of the grid's shape."""
        return np.full(self.shape, np.nan)

    def matches(self, *, item: str = "", family: str = "", market: str = "") -> Ints:
        """Return the rows of an item, family and market; blank stands for any."""
        keep = np.ones(len(self.keys), dtype=bool)
        if item:
            keep &= (self.keys["item"] == item).to_numpy()
        elif family:
            keep &= (self.keys["item"].map(self.families) == family).to_numpy()
        if market:
            keep &= (self.keys["market"] == market).to_numpy()
        return np.flatnonzero(keep)

    def months(self, first: pd.Period, last: pd.Period) -> Flags:
        """Return which months lie from `first` to `last`; NaT is an open end."""
        after = np.ones(len(self.periods), dtype=bool) if first is pd.NaT else np.asarray(self.periods >= first)
        return after if last is pd.NaT else after & np.asarray(self.periods <= last)


def _ordinals(periods: pd.Series, blank: int) -> np.ndarray:
    """Month numbers as a column of their own, `blank` for NaT."""
    index = pd.PeriodIndex(periods, freq="M")
    return np.where(index.isna(), blank, index.asi8)
