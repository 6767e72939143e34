"""A company larger than its views: 12 ranked families and one that is not, 14 resources, 15 shortages.

Figures are drawn once from a seed; tests work them out again with pandas. The fiscal year starts in April,
one month of it is closed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.supply.shortages import ranked
from sop_xl.template.data_sheets import default_settings
from tests.template.demand_tables import demand_tables
from tests.template.planner_tables import planner_tables
from tests.template.scenario_tables import scenario_tables

NOW = pd.Period("2026-05", "M")
YEAR = pd.period_range("2026-04", periods=12, freq="M")
LAST_YEAR = YEAR - 12
OPEN = pd.period_range(NOW, periods=15, freq="M")
SHOWN = pd.period_range(NOW - 3, periods=15, freq="M")
RANKED = [f"F{k:02}" for k in range(1, 13)]
"""Families by rank; the views list ten."""
FAMILIES = [*RANKED, "Spares"]
RESOURCES = [f"R{k:02}" for k in range(1, 15)]
LINES = ("revenue", "cogs")

NOTES = [
    {"about": "resource", "key": "R03", "period": "2026-06", "field": "wanted", "text": "Robot comes", "author": "Cy"},
    {"about": "family", "key": "F02", "text": "New colours"},
    {"about": "finance", "key": "cogs", "period": "2026-03", "text": "Of the year before"},
    {"about": "resource", "key": "R03", "period": "2026-04", "text": "Over and past"},
    {"about": "finance", "key": "revenue", "period": "2026-04", "text": "Fair moved", "author": "Ann"},
    {"about": "demand", "key": "cogs", "text": "On Demand review only"},
    *({"about": "finance", "key": "F03", "text": f"Remark {k}", "author": f"A{k}"} for k in range(1, 6)),
]
"""Comments, in no order; what the views show of them begins with April (money) and May (hours) 2026."""


def large_plan() -> dict[str, pd.DataFrame]:
    """Return the tables that the views Capacity, Inventory & backlog and Finance read."""
    draw = np.random.default_rng(7)
    settings = default_settings()
    values = {"currency": "EUR", "current_period": "2026-05", "horizon_months": 15.0, "fiscal_year_start": 4.0}
    settings["value"] = settings["parameter"].map(values).combine_first(settings["value"])
    orders = _lead_times(np.random.default_rng(8))
    tables = {
        "families": pd.DataFrame(
            {
                "family": RANKED,
                "rank": np.arange(1.0, 13.0),
                "strategy": ["MTO" if f == "F02" else "MTS" for f in RANKED],
                "uom": "EA",
                "target_cover_days": 30.0,
            }
        ),
        "resources": pd.DataFrame({"resource": RESOURCES}),
        "load": pd.DataFrame(_load(draw)),
        "family_plan": pd.DataFrame(_family_plan(draw, orders)),
        "lead_times": pd.DataFrame(orders),
        "shortages": ranked(pd.DataFrame(_shortages())),
        "finance": pd.DataFrame(_finance(draw)),
        "notes": pd.DataFrame(NOTES),
        **planner_tables(),
        **demand_tables(OPEN),
        **scenario_tables(),
    }
    return {"settings": settings} | {name: conform(TABLE_BY_NAME[name], frame) for name, frame in tables.items()}


def _load(draw: np.random.Generator) -> list[dict[str, object]]:
    """R14 has no load; R03 peaks as high as R02; one month was closed with load, those before without."""
    rows = []
    for k, resource in enumerate(RESOURCES[:-1]):
        for period in pd.period_range(NOW - 1, OPEN[-1], freq="M"):
            wanted = float(draw.integers(40, 100 + 2 * k))
            if period == OPEN[4] and resource in ("R02", "R03"):
                wanted = 150.0
            required = min(wanted, 115.0)
            hours = {"wanted_hours": wanted, "required_hours": required, "available_hours": 100.0}
            over = {"overtime_hours": max(required - 100.0, 0.0), "overtime_limit": 15.0}
            price = float(draw.integers(0, 4)) if wanted > 105 else 0.0
            rows.append({"resource": resource, "period": period, **hours, **over, "shadow_price": price})
    return rows


def _family_plan(draw: np.random.Generator, lead_times: list[dict[str, object]]) -> list[dict[str, object]]:
    """F12 is made to stock, and yet has late orders, the fewest."""
    rows = []
    for family in FAMILIES:
        for period in pd.period_range(NOW - 3, OPEN[-1], freq="M"):
            units, stock = float(draw.integers(80, 120)), float(draw.integers(20, 400))
            row = {"family": family, "period": period, "inventory_value": round(stock * 12.34, 2)}
            closed = {"actual": units, "actual_stock": stock}
            planned = {"forecast": units, "closing": stock, "target": float(draw.integers(100, 200))}
            rows.append(row | (closed if period < NOW else planned))
    late = {(row["family"], row["period"]): row for row in lead_times}
    for row in rows:
        order = late.get((row["family"], row["period"]))
        if order:
            row |= {"backlog": order["closing_backlog"], "bookings": order["bookings"], "served": order["shipments"]}
        elif row["period"] >= NOW:
            row["backlog"] = 3.0 if row["family"] == "F12" else 0.0
    return rows


def _lead_times(draw: np.random.Generator) -> list[dict[str, object]]:
    """F07 has the highest backlog, then F05 and F09; F02, to order, has none; F11 neither."""
    most = {"F02": 0, "F05": 50, "F07": 90, "F09": 20, "F11": 0}
    return [
        {
            "family": family,
            "period": period,
            "bookings": float(draw.integers(50, 90)),
            "shipments": float(draw.integers(50, 90)),
            "closing_backlog": float(top - k) if top else 0.0,
            "weeks_of_backlog": round((top - k) / 20, 2) if top else 0.0,
            "quoted_weeks": round((top - k) / 20 + 1, 2) if top else 1.0,
            "target_backlog": 10.0,
            "rate_to_target": 15.0 + k,
        }
        for family, top in most.items()
        for k, period in enumerate(OPEN)
    ]


def _shortages() -> list[dict[str, object]]:
    """15 lines; two are worth the same, and one has no description."""
    values = [300, 900, 100, 700, 700, 50, 40, 30, 20, 10, 600, 500, 400, 200, 5]
    kinds = ["late", "lost", "below_target"]
    return [
        {
            "item": f"I{k:02}",
            "market": "" if k == 1 else "North",
            "period": OPEN[k % 5],
            "quantity": 10.0 + k,
            "kind": kinds[k % 3],
            "reason": f"reason {k}; of two parts; {10 + k} late",
            "binding": f"R{k:02}",
            "value": float(value),
            "family": "F01",
            "description": "" if k == 3 else f"Item {k}",
        }
        for k, value in enumerate(values)
    ]


def _finance(draw: np.random.Generator) -> list[dict[str, object]]:
    """Two years and the rest of the plan, by two markets; a budget for this year only, at the blank market."""
    rows = []
    for family in FAMILIES:
        for period in pd.period_range(LAST_YEAR[0], OPEN[-1], freq="M"):
            version = "actual" if period < NOW else "plan"
            for market in ("North", "South"):
                revenue = round(float(draw.uniform(5e4, 2e5)), 2)
                amounts = (revenue, round(revenue * float(draw.uniform(0.5, 1.1)), 2))
                rows += [
                    {
                        "family": family,
                        "market": market,
                        "period": period,
                        "line": line,
                        "version": version,
                        "amount": a,
                    }
                    for line, a in zip(LINES, amounts, strict=True)
                ]
            if period in YEAR:
                base = {"family": family, "market": "", "period": period, "version": version}
                budgets = (draw.uniform(2e5, 3e5), draw.uniform(1e5, 2.5e5))
                rows += [{**base, "line": n, "budget": round(float(b), 2)} for n, b in zip(LINES, budgets, strict=True)]
    return rows


def small_bridge() -> dict[str, pd.DataFrame]:
    """Return three families whose gross margin goes from 100 by -130, +50 and -5 to 15, and two resources."""
    settings = default_settings()
    settings["value"] = settings["parameter"].map({"current_period": "2026-01"}).combine_first(settings["value"])
    month = pd.Period("2026-01", "M")
    before = {"Alpha": 100.0, "Beta": 50.0, "Gamma": 50.0}
    now = {"Alpha": 95.0, "Beta": -80.0, "Gamma": 100.0}
    rows = [
        {"family": f, "period": p, "line": line, "version": "plan", "amount": amount}
        for p, margins in ((month - 12, before), (month, now))
        for f, margin in margins.items()
        for line, amount in (("revenue", 1000.0), ("cogs", 1000.0 - margin))
    ]
    # Last year ends at 100: the third margin, 50, is offset by one that is not a listed family.
    rows.append({"family": "Spares", "period": month - 12, "line": "cogs", "version": "plan", "amount": 100.0})
    rows.append({"family": "Spares", "period": month, "line": "cogs", "version": "plan", "amount": 100.0})
    load = [
        {"resource": r, "period": month, "wanted_hours": w, "required_hours": w, "available_hours": 100.0}
        for r, w in (("Saw", 90.0), ("Oven", 120.0))
    ]
    tables = {
        "families": pd.DataFrame({"family": list(before), "rank": [1.0, 2.0, 3.0]}),
        "finance": pd.DataFrame(rows),
        "resources": pd.DataFrame({"resource": ["Saw", "Oven"]}),
        "load": pd.DataFrame(load),
        "notes": pd.DataFrame({"about": "", "author": ["Cy", "Bo", "Ann"]}),
    }
    return {"settings": settings} | {name: conform(TABLE_BY_NAME[name], frame) for name, frame in tables.items()}
