"""Stock rolled over a closed month: what was counted at its end where it was, else what the plan left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import STOCK

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = ["item", "location"]
COUNTED, PLANNED, KEPT = "counted", "planned", "kept"
"""Where an opening stock comes from: an actual inventory, the plan, or the stock before where neither knows."""


@dataclass(frozen=True)
class OpeningStock:
    """The stock at the start of the next month.

    Attributes:
        stock: the table `stock`.
        basis: for each of its rows where the quantity comes from: counted, planned or kept.
        unplaced: items whose counted stock names no location though they lie in several: it was not used.
    """

    stock: pd.DataFrame
    basis: pd.Series
    unplaced: tuple[str, ...] = ()

    def count(self, basis: str) -> int:
        """Return how many rows come from there."""
        return int(self.basis.eq(basis).sum())


def roll_stock(
    stock: pd.DataFrame, supply_plan: pd.DataFrame, actuals: pd.DataFrame, closed: pd.Period
) -> OpeningStock:
    """Return the opening stock after the month `closed`.

    Quantity and backlog are each taken from the actuals of the month (measures inventory and backlog)
    where an item and place has them; else from the plan's closing stock and backlog; else they stay.

    Args:
        stock: the table as it stands, at the start of `closed`.
        supply_plan: the plan of the cycle that ends.
        actuals: the facts, all months.
        closed: the month that is closed.
    """
    planned = supply_plan[supply_plan["period"].eq(closed)].set_index(KEY)[["closing", "backlog"]]
    before = stock.set_index(KEY)[["quantity", "backlog"]]
    places = _places(before.index.union(planned.index))
    counted, unplaced = _counted(actuals, closed, "inventory", places)
    late, _ = _counted(actuals, closed, "backlog", places)
    keys = before.index.union(counted.index).union(_holding(planned))
    quantity = counted.reindex(keys)
    basis = pd.Series(KEPT, index=keys, dtype="str").mask(planned["closing"].reindex(keys).notna(), PLANNED)
    basis = basis.mask(quantity.notna(), COUNTED)
    quantity = quantity.fillna(planned["closing"].reindex(keys)).fillna(before["quantity"].reindex(keys))
    backlog = late.reindex(keys).fillna(planned["backlog"].reindex(keys)).fillna(before["backlog"].reindex(keys))
    rolled = pd.DataFrame({"quantity": quantity, "backlog": backlog.where(backlog.ne(0.0))}).reset_index(names=KEY)
    day = closed.end_time.normalize()
    return OpeningStock(conform(STOCK, rolled.assign(as_of=day)), basis.reset_index(drop=True), unplaced)


def _holding(planned: pd.DataFrame) -> pd.Index:
    """Return the keys where the plan leaves stock or backlog."""
    return planned.index[planned["closing"].fillna(0.0).ne(0.0) | planned["backlog"].fillna(0.0).ne(0.0)]


def _places(keys: pd.Index) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item, location in keys:
        found.setdefault(item, []).append(location)
    return found


def _counted(
    actuals: pd.DataFrame, closed: pd.Period, measure: str, places: Mapping[str, list[str]]
) -> tuple[pd.Series, tuple[str, ...]]:
    """Return quantities by item and location; a blank location is the item's only one, else it is not known."""
    rows = actuals[actuals["measure"].eq(measure) & actuals["period"].eq(closed) & actuals["quantity"].notna()]
    only = rows["item"].map(lambda item: places[item][0] if len(places.get(item, ())) == 1 else "")
    several = rows["item"].isin([item for item, found in places.items() if len(found) > 1])
    location = rows["location"].where(rows["location"].ne(""), only)
    unplaced = several & location.eq("")
    placed = rows.assign(location=location)[~unplaced]
    return placed.groupby(KEY)["quantity"].sum(), tuple(sorted(set(rows.loc[unplaced, "item"])))
