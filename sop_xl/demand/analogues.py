"""Which items a new one is most like: by family, price, size and shape, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Matrix
    from sop_xl.domain.plan_data import PlanData

WEIGHTS = {"family": 0.4, "price": 0.3, "size": 0.15, "shape": 0.15}
"""What likeness is made of; a part that is not known leaves its weight to the others."""
SAME_SUBFAMILY, SAME_FAMILY = 1.0, 0.7
YEAR = 12
LISTED = 5
NEAR = 0.9
"""Share of the best likeness that a second or third analogue needs to be used beside it."""
LEAST_OWN = 3
"""Months of own sales from which on their shape is compared."""


class Analogue(NamedTuple):
    """An item that a new one may sell like.

    Attributes:
        item: its code.
        likeness: 0 to 1.
        scale: volume expected of the new item over its own; NaN where neither budget nor sales tell.
        reason: in words.
    """

    item: str
    likeness: float
    scale: float
    reason: str


@dataclass(frozen=True)
class _Seen:
    """What is known of items: sales by month (items x months, no NaN), first month with any, the table."""

    sales: pd.DataFrame
    start: pd.Series
    items: pd.DataFrame

    @cached_property
    def years(self) -> dict[str, Matrix]:
        """The year of each item that sold, by its code."""
        return {
            str(item): _year(sales) for item, sales in zip(self.sales.index, self.sales.to_numpy(float), strict=True)
        }

    @cached_property
    def family_years(self) -> dict[str, Matrix]:
        """The year of all that sold of each family, by its name."""
        family = self.sales.index.map(self.items["family"])
        return {str(name): _year(self.sales[family == name].sum().to_numpy(float)) for name in family.unique()}


def find_analogues(data: PlanData, history: DemandHistory) -> dict[str, list[Analogue]]:
    """Return the items most like that of each launch, best first, by the launch's name.

    Candidates have a year of history or more and are no launch themselves. Ended items count: what they
    sold is what is looked at.

    Args:
        data: launches, items, and the budget, which may tell the new item's size.
        history: of all items.
    """
    launches = data["launches"]
    if launches.empty:
        return {}
    seen = _seen(data, history)
    months = len(seen.sales.columns) - seen.start
    old = seen.start.index[(months >= YEAR) & ~seen.start.index.isin(launches["item"])]
    found = {}
    for row in launches.itertuples():
        size = _expected_size(data, seen, row.item)
        listed = [_analogue(seen, row.item, str(other), size) for other in old]
        found[str(row.launch)] = sorted(listed, key=lambda a: (-a.likeness, a.item))[:LISTED]
    return found


def _seen(data: PlanData, history: DemandHistory) -> _Seen:
    wide = pd.DataFrame(np.nan_to_num(history.quantity), index=history.keys["item"], columns=history.periods)
    sales = wide.groupby(level=0).sum() if len(wide) else wide
    sold = sales.to_numpy(float) != 0
    start = pd.Series(sold.argmax(axis=1) if sold.size else [], index=sales.index, dtype=int)
    return _Seen(sales[sold.any(axis=1)], start[sold.any(axis=1)], data["items"].set_index("item"))


def _expected_size(data: PlanData, seen: _Seen, item: str) -> float:
    """Return units a month of the new item: of its own sales so far, else of the budget; NaN: not known."""
    own = _own(seen, item)
    if len(own):
        return float(own.mean())
    budget = data["budget"]
    planned = budget.loc[budget["item_or_family"] == item].groupby("period")["quantity"].sum(min_count=1).dropna()
    return float(planned.mean()) if len(planned) else np.nan


def _own(seen: _Seen, item: str) -> Matrix:
    if item not in seen.start.index:
        return np.empty(0)
    return np.asarray(seen.sales.loc[item].to_numpy(float)[seen.start[item] :])


def _analogue(seen: _Seen, item: str, other: str, size: float) -> Analogue:
    parts: dict[str, float] = {}
    words = []
    for name, (score, said) in {
        "family": _family(seen, item, other),
        "price": _price(seen, item, other),
        "size": _size(seen, item, other, size),
        "shape": _shape(seen, item, other),
    }.items():
        if not np.isnan(score):
            parts[name] = score
        if said:
            words.append(said)
    likeness = sum(WEIGHTS[name] * score for name, score in parts.items()) / sum(WEIGHTS[name] for name in parts)
    volume = _volume(seen, other, len(_own(seen, item)))
    scale = size / volume if volume > 0 else np.nan
    return Analogue(other, likeness, scale, "; ".join(words))


def _family(seen: _Seen, item: str, other: str) -> tuple[float, str]:
    part, family = (seen.items.at[item, name] for name in ("subfamily", "family"))
    if part and part == seen.items.at[other, "subfamily"]:
        return SAME_SUBFAMILY, f"same subfamily {part}"
    if family == seen.items.at[other, "family"]:
        return SAME_FAMILY, f"same family {family}"
    return 0.0, ""


def _price(seen: _Seen, item: str, other: str) -> tuple[float, str]:
    mine, its = (float(seen.items.at[code, "list_price"]) for code in (item, other))
    if not mine > 0 or not its > 0:
        return np.nan, ""
    return min(mine / its, its / mine), f"price {its:,.2f} beside {mine:,.2f}"


def _size(seen: _Seen, item: str, other: str, size: float) -> tuple[float, str]:
    volume = _volume(seen, other, len(_own(seen, item)))
    if np.isnan(size) or size <= 0 or volume <= 0:
        return np.nan, ""
    return min(size / volume, volume / size), f"{volume:,.0f} units a month beside {size:,.0f}"


def _volume(seen: _Seen, other: str, months: int) -> float:
    """Return an item's units a month: of its first `months` where these are known, else of its last year of sales."""
    sales = _own(seen, other)
    if months and seen.start[other] > 0:
        return float(sales[:months].mean())
    last = int(np.flatnonzero(sales)[-1])
    return float(sales[max(last - YEAR + 1, 0) : last + 1].mean())


def _shape(seen: _Seen, item: str, other: str) -> tuple[float, str]:
    """Compare the months sold so far; before there are any, the item's year with that of the new one's family."""
    own = _own(seen, item)
    if len(own) >= LEAST_OWN:
        score = _alike(own, seen.sales.loc[other].to_numpy(float)[-len(own) :])
        return score, "" if np.isnan(score) else f"moved like its first {len(own)} months ({score:.2f})"
    family = str(seen.items["family"][item])
    score = _alike(seen.family_years.get(family, np.zeros(YEAR)), seen.years[other])
    return score, "" if np.isnan(score) else f"its year is like that of {family} ({score:.2f})"


def _year(sales: Matrix) -> Matrix:
    """Return the mean of each calendar month over the last two years, or what there is of them."""
    last = sales[-2 * YEAR :]
    return np.array([last[len(last) - 1 - k :: -YEAR].mean() if len(last) > k else 0.0 for k in range(YEAR)])


def _alike(one: Matrix, other: Matrix) -> float:
    """Return the correlation of two runs of months, 0 at least; NaN where one is flat."""
    if one.std() == 0 or other.std() == 0:
        return np.nan
    return max(float(np.corrcoef(one, other)[0, 1]), 0.0)


def used_analogues(found: Mapping[str, list[Analogue]], launch: str) -> list[tuple[str, float]]:
    """Return the items that stand in for a like item nobody chose, with weights that add up to 1.

    The best, and those of the next two that are nearly as like it.
    """
    best = found.get(launch, [])[:3]
    near = [analogue for analogue in best if analogue.likeness >= NEAR * best[0].likeness and analogue.likeness > 0]
    total = sum(analogue.likeness for analogue in near)
    return [(analogue.item, analogue.likeness / total) for analogue in near]
