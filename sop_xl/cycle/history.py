"""What happened, in units by item and month: closed months only, markets and locations together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

SOLD_MEASURES = ("bookings", "shipments", "revenue")
SOLD_MONTHS = 24
"""Closed months in which an item must have been sold to count as a sold one."""


def closed_quantity(data: PlanData, *measures: str) -> pd.DataFrame:
    """Return item, period, quantity: the sum of the measures' units in each closed month."""
    actuals = data["actuals"]
    rows = actuals[actuals["measure"].isin(measures) & actuals["period"].lt(data.settings.current_period)]
    rows = rows.dropna(subset=["quantity"]).sort_values(["item", "period", "measure", "market", "location"])
    return rows.groupby(["item", "period"], as_index=False)["quantity"].sum()


def demand_history(data: PlanData) -> pd.DataFrame:
    """Return item, period, quantity of past demand: bookings where an item has any, else shipments."""
    bookings, shipments = closed_quantity(data, "bookings"), closed_quantity(data, "shipments")
    others = shipments[~shipments["item"].isin(bookings["item"])]
    return pd.concat([bookings, others]).sort_values(["item", "period"], ignore_index=True)


def sold_items(data: PlanData, forecast: pd.DataFrame, supply_plan: pd.DataFrame) -> pd.Series:
    """Return the family of each item that is sold to customers, by item, sorted.

    An item is sold if it was booked, shipped or invoiced in the last 24 months, has a forecast, or is
    planned to be served to customers. What only goes into other items is not.
    """
    actuals, now = data["actuals"], data.settings.current_period
    recent = actuals["period"].ge(now - SOLD_MONTHS) & actuals["period"].lt(now)
    moved = actuals["quantity"].fillna(0.0).ne(0.0) | actuals["value"].fillna(0.0).ne(0.0)
    past = actuals.loc[recent & moved & actuals["measure"].isin(SOLD_MEASURES), "item"]
    customers = supply_plan["served"].gt(supply_plan["used"].fillna(0.0))
    items = {*past, *forecast["item"], *supply_plan.loc[customers, "item"]}
    family = data["items"].set_index("item")["family"].sort_index()
    return family[family.index.isin(items)]
