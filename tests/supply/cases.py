"""Small companies for the tests: a few tables as plain dicts become PlanData."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pandas as pd

from sop_xl.domain.defaults import MARKET
from sop_xl.domain.plan_data import PlanData
from sop_xl.domain.settings import Settings
from sop_xl.schema.frames import DTYPES, conform, empty_frame, with_defaults
from sop_xl.schema.inputs import INPUT_TABLES
from sop_xl.schema.results import FORECAST, ITEM_COSTS
from sop_xl.schema.settings import SETTING_SPECS
from sop_xl.schema.table import Kind

START = "2027-01"
TABLES = {table.name: table for table in INPUT_TABLES}


def frame(table, rows):
    """Return rows (dicts of plain values) as a frame of the table, defaults filled in."""
    if not rows:
        return with_defaults(table, empty_frame(table))
    given = {}
    for column in table.columns:
        values = [row.get(column.field, "" if column.kind in (Kind.TEXT, Kind.FLAG) else None) for row in rows]
        if column.kind is Kind.MONTH:
            values = pd.PeriodIndex([pd.NaT if v in (None, "") else pd.Period(v, "M") for v in values], freq="M")
        elif column.is_numeric:
            values = [np.nan if v in (None, "") else float(v) for v in values]
        given[column.field] = pd.Series(values, dtype=DTYPES[column.kind])
    return with_defaults(table, conform(table, pd.DataFrame(given)))


def company(settings=None, **tables):
    """Return PlanData from settings and lists of rows by table name."""
    chosen = {"current_period": pd.Period(START, "M"), "objective": "cost", **(settings or {})}
    frames = {name: frame(table, tables.pop(name, [])) for name, table in TABLES.items()}
    assert not tables, f"unknown tables {list(tables)}"
    return PlanData.of(Settings(**chosen), frames)


def forecast(demand, market=MARKET, start=START):
    """Return a forecast from {item: [units by month]} or {(item, market): [...]}."""
    rows = []
    for key, quantities in demand.items():
        item, where = key if isinstance(key, tuple) else (key, market)
        for month, quantity in enumerate(quantities):
            rows.append({"item": item, "market": where, "period": pd.Period(start, "M") + month, "consensus": quantity})
    return conform(FORECAST, pd.DataFrame(rows, columns=["item", "market", "period", "consensus"]))


def costs(standard, price=None):
    """Return an item_costs frame from {item: standard cost} and {item: net price}."""
    price = price or {}
    rows = [{"item": item, "standard_cost": cost, "net_price": price.get(item)} for item, cost in standard.items()]
    return conform(
        ITEM_COSTS, pd.DataFrame(rows, columns=["item", "standard_cost", "net_price"]).astype({"item": "str"})
    )


def amounts(plan):
    """Return plan_cost as a dict."""
    return dict(zip(plan.plan_cost["component"], plan.plan_cost["amount"], strict=True))


def read_folder(name):
    """Return PlanData and forecast of a textbook case that travels in the package."""
    folder = files("sop_xl") / "selftest" / name
    tables = {}
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        with entry.open(encoding="utf-8", newline="") as file:
            tables[entry.name.removesuffix(".csv")] = list(csv.DictReader(file))
    settings = {row["parameter"]: setting(row) for row in tables.pop("settings")}
    final = [row for row in tables["overrides"] if row["stream"] == "final"]
    consensus = pd.DataFrame(
        {
            "item": pd.Series([row["item"] for row in final], dtype="str"),
            "market": MARKET,
            "period": pd.PeriodIndex([row["period"] for row in final], freq="M"),
            "consensus": [float(row["quantity"]) for row in final],
        }
    )
    return company(settings, **tables), conform(FORECAST, consensus)


def setting(row):
    """Return the value of one row of settings.csv."""
    kind = {spec.name: spec.kind for spec in SETTING_SPECS}[row["parameter"]]
    value = row["value"]
    if kind == "month":
        return pd.Period(value, "M")
    if kind == "flag":
        return value == "yes"
    return {"whole": int, "number": float}.get(kind, str)(value)
