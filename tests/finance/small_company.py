"""A company small enough to follow by hand: two families, three items, two markets, one location.

Bikes: B1 and B2, sold in East and West. Wheels: W, which goes into B1 (2 a piece) and is never sold.
The current month is 2026-03, the plan three months long.
"""

from __future__ import annotations

import pandas as pd

from sop_xl.domain.plan_data import PlanData
from sop_xl.domain.settings import Settings
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME
from sop_xl.schema.frames import conform, empty_frame, with_defaults

NOW = pd.Period("2026-03", freq="M")


def table(name: str, *rows: dict) -> pd.DataFrame:
    """Return the stored frame of a table; months may be given as text."""
    declared = TABLE_BY_NAME[name]
    if not rows:
        return empty_frame(declared)
    frame = pd.DataFrame(list(rows))
    for column in declared.columns:
        if column.kind == "month" and column.field in frame:
            frame[column.field] = pd.PeriodIndex(frame[column.field], freq="M")
        elif column.kind == "text" and column.field in frame:
            frame[column.field] = frame[column.field].astype("str")
    return conform(declared, frame)


NO_INPUT = {declared.name: with_defaults(declared, empty_frame(declared)) for declared in INPUT_TABLES}


def plan_data(settings: Settings | None = None, **tables: list[dict]) -> PlanData:
    """Return a company of the given input rows, defaults filled in."""
    settings = settings or Settings(current_period=NOW, horizon_months=3)
    given = {name: with_defaults(TABLE_BY_NAME[name], table(name, *rows)) for name, rows in tables.items() if rows}
    return PlanData.of(settings, {**NO_INPUT, **given})


def shipped(item: str, market: str, period: str, quantity: float, value: float | None) -> dict:
    return {
        "measure": "shipments",
        "item": item,
        "market": market,
        "period": period,
        "quantity": quantity,
        "value": value,
    }


INPUTS: dict[str, list[dict]] = {
    "items": [
        {"item": "B1", "family": "Bikes", "list_price": 120.0, "standard_cost": 60.0},
        {"item": "B2", "family": "Bikes", "list_price": 200.0, "standard_cost": 90.5, "strategy": "MTO"},
        {"item": "W", "family": "Wheels", "standard_cost": 10.0},
    ],
    "markets": [{"market": "East"}, {"market": "West"}],
    "bom": [{"parent": "B1", "component": "W", "qty_per": 2.0}],
    "stock": [{"item": "B1", "quantity": 50.0, "backlog": 6.0}, {"item": "W", "quantity": 100.0}],
    "actuals": [
        # B1 brought 100 in the East, (900 + 1080) / (10 + 12) = 90 in the West.
        shipped("B1", "East", "2026-01", 20.0, 2000.0),
        shipped("B1", "West", "2026-01", 10.0, 900.0),
        shipped("B1", "West", "2026-02", 12.0, 1080.0),
        shipped("B2", "East", "2025-03", 2.0, 360.0),
        {"measure": "inventory", "item": "B1", "period": "2026-02", "quantity": 50.0, "value": 3000.0},
        {"measure": "production", "item": "B1", "period": "2026-02", "quantity": 15.0},
    ],
    "budget": [
        {"item_or_family": "B1", "market": "East", "period": "2026-03", "revenue": 1500.0, "cogs": 800.0},
        {"item_or_family": "B2", "market": "East", "period": "2026-03", "revenue": 500.0, "cogs": 200.0},
        {"item_or_family": "Bikes", "period": "2026-04", "revenue": 2500.0, "cogs": 1200.0, "opex": 300.0},
    ],
}


def company(**changes: list[dict]) -> PlanData:
    """Return the small company, with some of its tables replaced."""
    return plan_data(**{**INPUTS, **changes})


def demand(item: str, market: str, *quantities: float) -> list[dict]:
    months = pd.period_range(NOW, periods=len(quantities), freq="M")
    return [
        {"item": item, "market": market, "period": month, "consensus": quantity}
        for month, quantity in zip(months, quantities, strict=True)
    ]


FORECAST = table(
    "forecast", *demand("B1", "East", 20.0, 10.0, 0.0), *demand("B1", "West", 10.0, 10.0, 0.0), *demand("B2", "East", 1)
)


def planned(item: str, period: str, **units: float) -> dict:
    family = "Wheels" if item == "W" else "Bikes"
    return {"family": family, "item": item, "location": "Plant", "period": period, **units}


# B1 wants 36 with its old backlog of 6 and gets 27: 9 stay open; then 20 + 9 = 29 all leave.
SUPPLY_PLAN = table(
    "supply_plan",
    planned("B1", "2026-03", opening=50, production=0, demand=30, served=27, backlog=9, closing=23),
    planned("B1", "2026-04", opening=23, production=20, demand=20, served=29, backlog=0, closing=14),
    planned("B1", "2026-05", opening=14, production=0, demand=0, served=0, backlog=0, closing=14),
    planned("B2", "2026-03", opening=0, purchases=1, demand=1, served=1, backlog=0, closing=0),
    planned("W", "2026-03", opening=100, production=0, demand=0, served=0, used=0, closing=100),
    planned("W", "2026-04", opening=100, production=0, demand=40, served=40, used=40, closing=60),
    planned("W", "2026-05", opening=60, production=0, demand=0, served=0, used=0, closing=60),
)
SUPPLY_PLAN["target"] = 20.0
SUPPLY_PLAN["closing_value"] = SUPPLY_PLAN["closing"] * SUPPLY_PLAN["item"].map({"B1": 60.0, "B2": 90.5, "W": 10.0})
LAST_CYCLE = table(
    "last_cycle",
    {"item": "B1", "period": "2026-02", "forecast": 1000.0, "supply": 20.0, "revenue": 100.10, "cogs": 60.05},
    {"item": "B2", "period": "2026-02", "forecast": 5.0, "supply": 1.0, "revenue": 50.20, "cogs": 20.0},
)
