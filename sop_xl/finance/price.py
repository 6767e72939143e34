"""Net prices: what a unit brought over the last year, after discounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.currency import exchange_rate, market_currency, three_ways
from sop_xl.domain.plan_data import once

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

PRICE_MONTHS = 12
"""Closed months a net price is taken from."""

SOLD_MEASURES = ("shipments", "revenue", "bookings")
"""Measures a price is read from: the first that has both quantity and value."""


@once
def net_price(data: PlanData) -> pd.Series:
    """Return net revenue a unit by item, in plan currency: last 12 closed months, else the list price.

    Value over quantity of shipments; where an item has none, of revenue, then of bookings. NaN where
    there is no list price either. Index: item, sorted.
    """
    listed = data["items"].set_index("item")["list_price"].sort_index()
    return _achieved(data, ["item"]).reindex(listed.index).fillna(listed)


def local_price_by_market(data: PlanData, markets: pd.Index) -> pd.DataFrame:
    """Return net revenue a unit by item (rows) and market (columns), in the currency of the market.

    A market where the item was not sold takes the item's price over all markets, then its list price,
    both brought to its currency at the plan rate of the current month.
    """
    by_item = net_price(data)
    achieved = _achieved(data, ["item", "market"], value="local").unstack("market")
    table = achieved.reindex(index=by_item.index, columns=markets)
    home = market_currency(data, markets.to_series())
    month = pd.Series(data.settings.current_period, index=home.index, dtype="period[M]")
    rate = exchange_rate(data, home, month, rate="plan_rate")
    return table.apply(lambda column: column.fillna(by_item / rate[column.name]))


def _achieved(data: PlanData, by: list[str], *, value: str = "value") -> pd.Series:
    """Value over quantity of the first measure that has both, for each group of `by`."""
    sold = _sold(data)
    totals = sold.assign(value=sold[value]).groupby(["measure", *by])[["quantity", "value"]].sum()
    usable = totals[(totals["quantity"] > 0) & (totals["value"] >= 0)]
    price = (usable["value"] / usable["quantity"]).rename("price").reset_index()
    rank = price["measure"].map({measure: rank for rank, measure in enumerate(SOLD_MEASURES)})
    first = price.assign(rank=rank).sort_values([*by, "rank"]).drop_duplicates(by)
    return first.set_index(by)["price"]


@once
def _sold(data: PlanData) -> pd.DataFrame:
    """Rows with quantity and value of the price window, reported and local, in a fixed order."""
    actuals, now = data["actuals"], data.settings.current_period
    inside = actuals["period"].ge(now - PRICE_MONTHS) & actuals["period"].lt(now)
    rows = actuals[inside & actuals["measure"].isin(SOLD_MEASURES)].dropna(subset=["quantity", "value"])
    rows = rows.sort_values(["measure", "item", "market", "location", "period"], ignore_index=True)
    return three_ways(data, rows)
