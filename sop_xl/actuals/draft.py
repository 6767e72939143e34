"""The records with their fields read: what the rules look at, before anything is decided."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.actuals.periods import NO_MONTH

if TYPE_CHECKING:
    from decimal import Decimal

    from sop_xl.actuals.periods import Months
    from sop_xl.actuals.records import Records

KEY = ["measure", "item", "market", "location", "month"]
"""What makes a fact one fact; `month` as pandas counts months."""


@dataclass(frozen=True)
class Draft:
    """The fields of all records, n of them.

    Attributes:
        records: where they come from.
        measure, item, market, location, currency: texts, "" for none; shape (n,).
        months: the months.
        quantity, value: exact amounts after every repair, None for none; None where there is no column.
    """

    records: Records
    measure: np.ndarray
    item: np.ndarray
    market: np.ndarray
    location: np.ndarray
    currency: np.ndarray
    months: Months
    quantity: list[Decimal | None] | None
    value: list[Decimal | None] | None

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.records)

    @property
    def detail(self) -> np.ndarray:
        """Whether a record is neither left out nor a total; shape (n,)."""
        return ~self.records.out & ~self.records.totals

    def amounts(self) -> dict[str, list[Decimal | None]]:
        """Return the amounts that have a column, by field."""
        both = {"quantity": self.quantity, "value": self.value}
        return {name: column for name, column in both.items() if column is not None}

    @cached_property
    def has_amount(self) -> np.ndarray:
        """Whether any amount of a record could be read; shape (n,)."""
        out = np.zeros(len(self), dtype=bool)
        for column in self.amounts().values():
            out |= np.array([amount is not None for amount in column], dtype=bool)
        return out

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The records as a frame: `KEY`, quantity, value (float64) and currency; index is the record."""
        return pd.DataFrame(
            {
                "measure": self.measure.astype(str),
                "item": self.item.astype(str),
                "market": self.market.astype(str),
                "location": self.location.astype(str),
                "month": self.months.ordinals,
                "quantity": _floats(self.quantity, len(self)),
                "value": _floats(self.value, len(self)),
                "currency": self.currency.astype(str),
            }
        )

    def usable(self, acts: np.ndarray) -> np.ndarray:
        """Return the records that can become facts, given what their remarks say; shape (m,)."""
        complete = (self.months.ordinals != NO_MONTH) & (self.item != "") & (self.measure != "")
        return np.flatnonzero(self.detail & complete & self.has_amount & (acts < 3))


def _floats(column: list[Decimal | None] | None, count: int) -> np.ndarray:
    if column is None:
        return np.full(count, math.nan)
    return np.array([math.nan if amount is None else float(amount) for amount in column], dtype=float)


def committed_frame(committed: pd.DataFrame) -> pd.DataFrame:
    """Return committed facts with `month` as pandas counts months, text without blanks, rows with a month only."""
    kept = committed[committed["period"].notna()]
    frame = kept[["measure", "item", "market", "location", "quantity", "value", "currency"]].reset_index(drop=True)
    month = pd.PeriodIndex(kept["period"], freq="M").asi8 if len(kept) else np.array([], dtype=np.int64)
    texts = {
        name: frame[name].astype("str").fillna("") for name in ("measure", "item", "market", "location", "currency")
    }
    return frame.assign(month=month, **texts)
