"""A cause: what holds an order back, how much of it one unit takes, what more of it is worth, what would cure it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.calendar import MONTH_NAMES, month_text

if TYPE_CHECKING:
    import pandas as pd

NEGLIGIBLE = 1e-9
TIGHT = 1e-6


def month_span(periods: pd.PeriodIndex, first: int, last: int) -> str:
    """Return `Jan 27`, `Jan to Apr 27` or `Nov 26 to Feb 27`."""
    start, end = periods[first], periods[last]
    if first == last:
        return month_text(end)
    if start.year == end.year:
        return f"{MONTH_NAMES[start.month - 1]} to {month_text(end)}"
    return f"{month_text(start)} to {month_text(end)}"


def amount_text(quantity: float) -> str:
    """Return a quantity as a sentence says it: `1,200` or `4.5`."""
    return f"{quantity:,.0f}" if quantity >= 10 else f"{quantity:,.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Cause:
    """What holds an order back.

    Attributes:
        binding: the resource, supplier, lane, lead time or fence by name; empty: nothing but money.
        text: what it does, as the first half of a sentence.
        price: what a unit of the goods is worth by the way this cause stands on, to choose between ways; infinite
            where time is missing and no quantity helps.
        cure: what would end it, a sentence with `{}` for how much of the binding thing is missing.
        unit: of the binding thing; empty where it has no quantity.
        need: units of the binding thing that one unit of the goods takes.
        value: what one more unit of the binding thing is worth to the level, by its row's dual.
        row: the row of the model whose bound one more unit moves; -1: none.
        also: what else the same way waits for.
    """

    binding: str = ""
    text: str = ""
    price: float = 0.0
    cure: str = ""
    unit: str = ""
    need: float = np.nan
    value: float = np.nan
    row: int = -1
    also: tuple[str, ...] = ()

    def cured_by(self, quantity: float) -> str:
        """Return the sentence of the cure for a quantity of the goods."""
        return self.cure.format(amount_text(quantity * self.need)) if np.isfinite(self.need) else self.cure


def cheaper() -> Cause:
    """Return the cause of what could be served, but is not worth its money."""
    return Cause()
