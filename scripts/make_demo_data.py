"""Make the demo company's tables from Microsoft's AdventureWorks sample: `make_demo_data.py SOURCE_FOLDER`.

SOURCE_FOLDER holds items, bom, vendors, inventory, resources, routings, territories (.csv) and
sales.csv.gz. The tables written are those of `WRITTEN`; the other tables of the company (events, risks,
decisions and the like) are invented and kept by hand beside them. Same source, same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from demo_costs import cost_shares, rolled_costs, unit_prices
from demo_files import write
from demo_history import flows, history_rows
from demo_last_plan import released
from demo_launches import life_tables, with_new_items
from demo_money import (
    booked_rebates,
    budget,
    exchange_rates,
    open_balances,
    operating_expense,
    rebates,
)
from demo_order_book import TO_ORDER, backlog_history, order_book, to_order
from demo_orders import best_sellers, customer_orders_table, monthly_units, recent_bookings_table
from demo_recipients import recipients_table
from demo_service import order_lines
from demo_supply import open_orders_table, suppliers_table

TARGET = Path(__file__).parent.parent / "sop_xl" / "demo" / "adventureworks"
WRITTEN = (
    "items",
    "markets",
    "resources",
    "routings",
    "bom",
    "suppliers",
    "stock",
    "open_orders",
    "recent_bookings",
    "actuals",
    "budget",
    "fx_rates",
    "rebates",
    "launches",
    "launch_gates",
    "phase_outs",
    "recipients",
)

LAST_CYCLE = "last_cycle"
"""The folder of tables that were different when the last closed month began."""

PLANT = "Bothell"
OVERTIME_MAX_PCT = 15
OVERTIME_PREMIUM = 0.5
"""What an hour of overtime costs beyond a regular one, as a share of the source's rate."""

OVERHEAD_SHARE = 0.4
"""What of the source's rate is fixed overhead: rent, depreciation, foremen."""

MONTHS_MOVED = 18
"""The source moved its sales by 18 months more than the items' first and last days of sale."""

COVER_DAYS = {
    "Mountain Bikes": 30,
    "Road Bikes": 45,
    "Touring Bikes": 30,
    "Components": 10,
    "Accessories": 30,
    "Clothing": 45,
}
PARTS_COVER_DAYS = 10
PAYMENT_DAYS = {"Reseller": 45, "Internet": 0}
CURRENCIES = {"Australia": "AUD", "Canada": "CAD", "France": "EUR", "Germany": "EUR", "United Kingdom": "GBP"}
"""Currency customers pay in, by territory; elsewhere USD."""

PLANNERS = {
    "Mountain Bikes": "Planner bikes",
    "Road Bikes": "Planner bikes",
    "Touring Bikes": "Planner bikes",
    "Components": "Planner components",
    "Parts": "Planner components",
    "Accessories": "Planner accessories",
    "Clothing": "Planner accessories",
}
"""Who answers for a family's plan; invented, as the source has no planners."""

Tables = dict[str, pd.DataFrame]


def read_source(folder: Path) -> Tables:
    """Return the source's tables; text codes stay text."""
    names = ("items", "bom", "vendors", "inventory", "resources", "routings", "territories")
    tables = {name: pd.read_csv(folder / f"{name}.csv", dtype={"item": "str"}, keep_default_na=False) for name in names}
    tables["sales"] = pd.read_csv(folder / "sales.csv.gz", dtype={"item": "str"}, keep_default_na=False)
    return tables


def family(items: pd.DataFrame) -> pd.Series:
    """Return the planning family: bikes by kind of bike, everything else as the source has it."""
    return items["subfamily"].where(items["family"] == "Bikes", items["family"])


def mean_use(source: Tables) -> pd.Series:
    """Return the mean use a month over the last 12 months, sold or built into sold items, in units."""
    sales, items, bom = source["sales"], source["items"]["item"], source["bom"]
    last_year = sales[sales["month"] > _month_before(sales["month"].max(), 12)]
    level = last_year.groupby("item")["units"].sum().reindex(items, fill_value=0).astype(float)
    total = level.copy()
    while level.sum() > 0:
        needs = bom["qty_per"] * bom["parent"].map(level)
        level = needs.groupby(bom["component"]).sum().reindex(items, fill_value=0.0)
        total = total + level
    return total / 12


def _month_before(month: str, months: int) -> str:
    return str(pd.Period(month, "M") - months)


def items_table(source: Tables, costs: pd.DataFrame, use: pd.Series, prices: pd.Series) -> pd.DataFrame:
    """Return the items: costs, cover targets, months of withdrawal."""
    items = source["items"].set_index("item")
    units = source["bom"].groupby("component")["uom"].first()
    ended = pd.PeriodIndex(items["sell_end"].replace("", None), freq="M") + MONTHS_MOVED
    sold = items.index.isin(source["sales"]["item"])
    groups = family(items)
    safety = np.minimum(items["safety_stock_units"], (use * PARTS_COVER_DAYS / 30).round(-1))
    standard = items["standard_cost_usd"].where(items["standard_cost_usd"] > 0, prices.reindex(items.index))
    return pd.DataFrame(
        {
            "item": items.index,
            "description": items["description"],
            "family": groups,
            "subfamily": items["subfamily"],
            "source": items["source"],
            "uom": units.reindex(items.index).fillna("EA"),
            "standard_cost": standard,
            "list_price": items["list_price_usd"].where(items["list_price_usd"] > 0),
            "material_cost": costs["material"].where(costs["material"] > 0),
            "safety_stock": safety.where(groups == "Parts"),
            "target_cover_days": groups.map(COVER_DAYS),
            "lead_time_days": items["make_lead_time_days"].where(items["source"] == "make"),
            "status": np.where(ended.isna(), "active", np.where(use > 0, "phase out", "dead")),
            "launch_period": "",
            "end_period": [("" if pd.isna(month) else str(month)) for month in ended],
            "like_item": "",
            "resold": sold & ~items.index.isin(source["bom"]["component"]),
        }
    ).reset_index(drop=True)


def market(sales: pd.DataFrame) -> pd.Series:
    """Return territory and channel as one name."""
    return sales["territory"] + " " + sales["channel"]


def markets_table(source: Tables) -> pd.DataFrame:
    """Return territory x channel, with the country's currency and invented payment terms."""
    territories = source["territories"].assign(key=1)
    pairs = territories.merge(pd.DataFrame({"channel": list(PAYMENT_DAYS), "key": 1}), on="key")
    return pd.DataFrame(
        {
            "market": market(pairs),
            "name": pairs["territory"] + ", " + pairs["channel"].map({"Reseller": "resellers", "Internet": "internet"}),
            "region": pairs["region"],
            "channel": pairs["channel"],
            "ship_from": PLANT,
            "currency": pairs["territory"].map(CURRENCIES).fillna(""),
            "payment_days": pairs["channel"].map(PAYMENT_DAYS),
        }
    )


def shipments_table(source: Tables) -> pd.DataFrame:
    """Return units and net revenue shipped, by item, market and month."""
    sales = source["sales"]
    return pd.DataFrame(
        {
            "measure": "shipments",
            "item": sales["item"],
            "market": market(sales),
            "location": "",
            "period": sales["month"],
            "quantity": sales["units"],
            "value": sales["net_revenue_usd"],
        }
    )


def resources_table(source: Tables) -> pd.DataFrame:
    """Return the work centres, with invented overtime and part of the rate as overhead."""
    resources = source["resources"]
    rate = resources["cost_rate_usd_per_hour"]
    return pd.DataFrame(
        {
            "resource": resources["resource"],
            "location": PLANT,
            "hours_per_week": resources["availability_hours_per_week"],
            "cost_per_hour": rate * (1.0 - OVERHEAD_SHARE),
            "overtime_max_pct": OVERTIME_MAX_PCT,
            "overtime_cost_per_hour": rate * (1.0 - OVERHEAD_SHARE + OVERTIME_PREMIUM),
            "overhead_per_hour": rate * OVERHEAD_SHARE,
        }
    )


def convert(source: Tables) -> tuple[Tables, Tables]:
    """Return the company's tables by name, and those that were different when the last closed month began."""
    items, vendors, routings = source["items"].set_index("item"), source["vendors"], source["routings"]
    rate = source["resources"].set_index("resource")["cost_rate_usd_per_hour"]
    conversion = (routings["hours_per_unit"] * routings["resource"].map(rate)).groupby(routings["item"]).sum()
    shares, use = cost_shares(items, source["bom"]), mean_use(source)
    by_vendor = unit_prices(items, vendors, shares)
    order = vendors.sort_values(["preferred", "vendor"], ascending=[False, True])
    prices = by_vendor[order.index].groupby(order["item"]).first()
    costs = rolled_costs(items, source["bom"], conversion, prices, shares)
    stock = source["inventory"].groupby("item")["qty"].sum()
    tables = {
        "items": items_table(source, costs, use, prices),
        "bom": source["bom"][["parent", "component", "qty_per"]],
        "routings": routings.assign(location=PLANT),
        "suppliers": suppliers_table(source, by_vendor, use),
        "markets": markets_table(source),
        "resources": resources_table(source),
        "open_orders": open_orders_table(source, use, stock, PLANT),
    }
    tables = with_new_items(tables)
    tables["items"] = to_order(tables["items"])
    shipments = shipments_table(source)
    listed = tables["items"].set_index("item")
    stock = stock[~stock.index.isin(listed.index[listed["family"].isin(TO_ORDER)])]
    late = order_book(tables["items"], shipments)
    at = stock.index.union(late.index)
    tables["stock"] = pd.DataFrame(
        {
            "item": at,
            "location": PLANT,
            "quantity": stock.reindex(at, fill_value=0).to_numpy(),
            "backlog": late.reindex(at).to_numpy(),
            "as_of": "2026-10-31",
        }
    )
    units, families = monthly_units(shipments), listed["family"]
    sellers = best_sellers(shipments, set(listed.index[listed["status"].eq("active")]))
    ordered = customer_orders_table(units, sellers, PLANT)
    tables["open_orders"] = pd.concat([tables["open_orders"].assign(market=""), ordered])
    tables["recent_bookings"] = recent_bookings_table(units, families, sellers)
    money = [operating_expense(listed, shipments), booked_rebates(shipments), open_balances(listed, shipments)]
    found = flows(listed, shipments, stock, tables["bom"])
    counted = set(tables["stock"]["item"]) | set(shipments["item"])
    made = history_rows(listed, found, counted, PLANT)
    tables["actuals"] = pd.concat([shipments, made, order_lines(listed, shipments), *money])
    book = backlog_history(tables["items"], shipments, PLANT)
    tables["actuals"] = pd.concat([tables["actuals"], book])
    tables["recipients"] = recipients_table(tables["markets"])
    tables["budget"] = budget(listed, shipments)
    tables["rebates"] = rebates()
    tables["fx_rates"] = exchange_rates(shipments["period"].max())
    planner = tables["items"]["family"].map(PLANNERS).fillna("")
    tables["items"] = tables["items"].drop(columns="resold").assign(owner=planner)
    return {**tables, **life_tables()}, released(listed, found, tables["bom"], PLANT)


def main(arguments: list[str]) -> None:
    """Read the source folder named on the command line and write the tables."""
    tables, before = convert(read_source(Path(arguments[0])))
    for folder, found in ((TARGET, {name: tables[name] for name in WRITTEN}), (TARGET / LAST_CYCLE, before)):
        for name, table in found.items():
            write(name, table, folder)
            print(f"{folder.name}/{name}: {len(table)} rows")


if __name__ == "__main__":
    main(sys.argv[1:])
