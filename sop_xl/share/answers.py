"""The frames behind the questions: what the plan and the tables say now about what is a recipient's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from sop_xl.share.recipients import Reach

    Tables = Mapping[str, pd.DataFrame]

READ = (
    "items",
    "markets",
    "locations",
    "resources",
    "capacity",
    "suppliers",
    "open_orders",
    "overrides",
    "level_overrides",
    "assumptions",
    "forecast",
    "supply_plan",
    "item_costs",
    "load",
    "purchases",
    "family_plan",
)
"""Tables that are read here and for `recipients.reach_of`."""


def frame_of(sheet: str, tables: Tables, reach: Reach, months: pd.PeriodIndex) -> pd.DataFrame:
    """Return the rows of an input sheet that are within reach: keys, columns for the reader, fields to fill.

    Args:
        sheet: a sheet of the catalogue `QUESTIONS`.
        tables: inputs and results by name.
        reach: what is the recipient's.
        months: the months that are asked about.
    """
    return _FRAMES[sheet](tables, reach, months).reset_index(drop=True)


def _sales(tables: Tables, reach: Reach, months: pd.PeriodIndex) -> pd.DataFrame:
    forecast = tables["forecast"]
    own = forecast["item"].isin(reach.items) & forecast["market"].isin(reach.markets) & forecast["period"].isin(months)
    overrides = tables["overrides"]
    said = overrides.loc[overrides["stream"].eq("sales"), ["item", "market", "period", "quantity"]]
    items = tables["items"][["item", "description"]]
    costs = tables["item_costs"][["item", "net_price", "standard_cost"]]
    frame = forecast.loc[own, ["item", "market", "period", "naive", "statistical", "consensus"]]
    frame = frame.merge(items, "left", on="item").merge(costs, "left", on="item")
    frame = frame.merge(said, "left", on=["item", "market", "period"])
    frame = frame.rename(columns={"net_price": "price", "standard_cost": "cost"})
    frame["value"] = frame["consensus"] * frame["price"]
    frame["margin"] = frame["consensus"] * (frame["price"] - frame["cost"])
    return frame.sort_values(["market", "item", "period"], kind="stable")


def _capacity(tables: Tables, reach: Reach, months: pd.PeriodIndex) -> pd.DataFrame:
    load = tables["load"]
    own = load["resource"].isin(reach.resources) & load["period"].isin(months)
    frame = load.loc[own].rename(columns={"overtime_hours": "planned_overtime"})
    given = tables["capacity"][["resource", "period", "hours", "overtime_hours"]]
    return frame.merge(given, "left", on=["resource", "period"]).sort_values(["resource", "period"], kind="stable")


def _suppliers(tables: Tables, reach: Reach, months: pd.PeriodIndex) -> pd.DataFrame:
    suppliers, bought = tables["suppliers"], tables["purchases"]
    own = suppliers[suppliers["item"].isin(reach.items)]
    ahead = bought[bought["period"].isin(months)]
    sums = ahead.groupby(["item", "supplier"], as_index=False)[["quantity", "value"]].sum()
    sums = sums.rename(columns={"quantity": "planned_quantity", "value": "planned_value"})
    frame = own.merge(tables["items"][["item", "description"]], "left", on="item")
    frame = frame.merge(sums, "left", on=["item", "supplier"])
    return frame.sort_values(["supplier", "item"], kind="stable")


def _open_orders(tables: Tables, reach: Reach, _months: pd.PeriodIndex) -> pd.DataFrame:
    orders = tables["open_orders"]
    own = orders["type"].eq("purchase") & orders["item"].isin(reach.items)
    return orders[own].merge(tables["items"][["item", "description"]], "left", on="item").sort_values("order")


def _finance(tables: Tables, reach: Reach, months: pd.PeriodIndex) -> pd.DataFrame:
    plan, items = tables["family_plan"], tables["items"]
    families = set(items.loc[items["item"].isin(reach.items), "family"])
    own = plan["family"].isin(families) & plan["period"].isin(months)
    frame = plan.loc[own].rename(columns={"forecast": "consensus"})
    frame["margin"] = frame["revenue"] - frame["cogs"]
    said = tables["level_overrides"]
    whole = said["region"].eq("") & said["channel"].eq("") & said["stream"].eq("finance")
    frame = frame.merge(said.loc[whole, ["family", "period", "quantity"]], "left", on=["family", "period"])
    return frame.sort_values(["family", "period"], kind="stable")


def _assumptions(tables: Tables, _reach: Reach, _months: pd.PeriodIndex) -> pd.DataFrame:
    return tables["assumptions"].sort_values("id")


_FRAMES: Mapping[str, Callable[[Tables, Reach, pd.PeriodIndex], pd.DataFrame]] = {
    "Sales forecast": _sales,
    "Capacity": _capacity,
    "Suppliers": _suppliers,
    "Open orders": _open_orders,
    "Finance view": _finance,
    "Assumptions": _assumptions,
}
