"""A company for the page Executive: four families with long names, two resources, a year that starts in March."""

from __future__ import annotations

import pandas as pd

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.template.data_sheets import default_settings

NOW = pd.Period("2026-06", "M")
YEAR = pd.period_range("2026-03", periods=12, freq="M")
CLOSED = pd.period_range(NOW - 12, periods=12, freq="M")
OPEN = pd.period_range(NOW, periods=14, freq="M")
AHEAD = OPEN[:12]
FAMILIES = ["Extraordinarily long tables of oak", "Chairs", "Cushions", "Legs"]
"""By rank. Legs go into tables and chairs; cushions are bought."""
MADE = FAMILIES[:2]
RESOURCES = ["Assembly hall of the northern plant", "Saw"]
BUDGET_SHARE = {"Chairs": 1.05, "Legs": 0.9}
"""Budgeted over planned revenue, where it is not 1."""
KPIS = {
    # value, target, status
    "accuracy": (81.2, 79.0, "good"),
    "bias": (-6.4, 0.0, "watch"),
    "stock_now": (81_052.0, float("nan"), ""),  # May's as _stock_value has it: 4 x 20,250 and 52 letters
    "stock_12": (90_500.0, 84_000.0, "good"),
    "peak_load": (118.0, 100.0, "act"),
    "peak_wanted": (97.0, 120.0, "good"),
    "service": (98.0, 95.0, "good"),
    "late_units": (30.0, 0.0, "watch"),
    "lost_units": (4.0, 0.0, "watch"),
    "at_stake": (12_400.0, float("nan"), ""),
    "below_target": (2.0, 0.0, "good"),
}


def executive_plan(*, budget: bool = True) -> dict[str, pd.DataFrame]:
    """Return the tables the page reads; without a budget nothing is to decide, and a resource is short of hours."""
    settings = default_settings()
    given = {"company": "Oak & Co", "currency": "EUR", "current_period": "2026-06"}
    values = {**given, "horizon_months": 14.0, "fiscal_year_start": 3.0}
    settings["value"] = settings["parameter"].map(values).combine_first(settings["value"])
    plan = pd.DataFrame([_family_plan(n, f, p) for n, f in enumerate(FAMILIES) for p in (*CLOSED, *OPEN)])
    if not budget:
        plan = plan.drop(columns=["budget_revenue", "budget_cogs"])
    tables = {
        "families": pd.DataFrame([_family(n, f) for n, f in enumerate(FAMILIES)]),
        "family_plan": plan,
        "finance": pd.DataFrame([_stock_value(f, p) for f in FAMILIES for p in (*CLOSED[-3:], *OPEN)]),
        "supply_plan": pd.DataFrame([_target(f, p) for f in FAMILIES for p in OPEN]),
        "load": pd.DataFrame([_load(n, r, k, p) for n, r in enumerate(RESOURCES) for k, p in enumerate(OPEN)]),
        "shortages": _shortages(),
        "kpis": _kpis(plan),
    }
    if budget:
        tables |= {"decisions": _decisions(), "risks": _risks(), "cycle_steps": _meeting()}
    return {"settings": settings} | {name: conform(TABLE_BY_NAME[name], frame) for name, frame in tables.items()}


def half_planned() -> dict[str, pd.DataFrame]:
    """Return the same company with 6 of the 9 open months of its fiscal year planned, and its P&L."""
    tables = executive_plan()
    settings = tables["settings"]
    settings.loc[settings["parameter"].eq("horizon_months"), "value"] = 6.0
    plan = tables["family_plan"]
    lines = [_p_and_l(row) for _, row in plan[plan["period"].isin(YEAR)].iterrows()]
    beyond = {name: tables[name]["period"].ge(NOW + 6) for name in ("family_plan", "finance", "supply_plan", "load")}
    tables |= {name: tables[name][~late].reset_index(drop=True) for name, late in beyond.items()}
    finance = pd.concat([tables["finance"], *lines], ignore_index=True)
    return tables | {"finance": conform(TABLE_BY_NAME["finance"], finance)}


def _p_and_l(row: pd.Series) -> pd.DataFrame:
    """Revenue and cost of a family and month; beyond the six months planned, the budget alone."""
    known = row["period"] < NOW + 6
    amounts = [(line, row[line] if known else float("nan"), row[f"budget_{line}"]) for line in ("revenue", "cogs")]
    lines = pd.DataFrame(amounts, columns=["line", "amount", "budget"])
    return lines.assign(family=row["family"], market="", period=row["period"])


def _family(n: int, family: str) -> dict[str, object]:
    bottleneck = "" if family == "Cushions" else RESOURCES[0]
    return {"family": family, "rank": n + 1, "strategy": "MTS", "uom": "EA", "bottleneck": bottleneck}


def _family_plan(n: int, family: str, period: pd.Period) -> dict[str, object]:
    """Revenue falls from family to family and rises with the month; cost of sales is 60 % and a bit more each month."""
    month = period.ordinal - CLOSED[0].ordinal
    revenue = 10_000.0 * (4 - n) + 100 * month
    row = {"family": family, "period": period, "revenue": revenue, "cogs": revenue * (0.6 + 0.002 * month)}
    if period in YEAR:
        row["budget_revenue"] = revenue * BUDGET_SHARE.get(family, 1.0)
        row["budget_cogs"] = row["budget_revenue"] * (0.60 + 0.01 * n)
    units = 100.0 + 10 * n + month
    if period < NOW:
        return row | {"actual": units, "old_forecast": units + (5 if n % 2 else -3), "actual_supply": units + 1}
    late = {"backlog": 30.0, "lost": 4.0} if (family, period) == ("Chairs", AHEAD[4]) else {"backlog": 0.0, "lost": 0.0}
    used = 40.0 if family == "Legs" else 0.0
    return row | late | {"forecast": units, "supply": units * 0.95 + used, "used": used}


def _stock_value(family: str, period: pd.Period) -> dict[str, object]:
    amount = 20_000.0 + 50 * period.month + len(family)
    return {"family": family, "market": "", "period": period, "line": "inventory_value", "amount": amount}


def _target(family: str, period: pd.Period) -> dict[str, object]:
    value = 22_000.0 if period == AHEAD[2] else 19_000.0
    return {"family": family, "item": family[:3], "location": "Plant", "period": period, "target_value": value}


def _load(n: int, resource: str, k: int, period: pd.Period) -> dict[str, object]:
    """The peak of 118 % stands in two months: the first counts. Saw is full in the last month of the plan only."""
    required = 118.0 if n == 0 and k in (3, 7) else 150.0 if n == 1 and k == 13 else 80.0 + k
    hours = {"wanted_hours": required + 4, "required_hours": required, "available_hours": 100.0, "overtime_limit": 20.0}
    return {"resource": resource, "period": period, **hours, "load_pct": required}


def _shortages() -> pd.DataFrame:
    rows = [
        ("C1", "Chairs", AHEAD[4], "late", 11_000.0),
        ("C2", "Chairs", AHEAD[4], "lost", 1_400.0),
        ("C1", "Chairs", AHEAD[5], "below_target", 600.0),
        ("U1", "Cushions", AHEAD[6], "below_target", 2_500.0),
        ("L1", "Legs", OPEN[13], "late", 99_000.0),  # beyond the next 12 months
    ]
    return pd.DataFrame(rows, columns=["item", "family", "period", "kind", "value"])


def _kpis(plan: pd.DataFrame) -> pd.DataFrame:
    year = plan[plan["period"].isin(YEAR)].sum(numeric_only=True)
    budget, budget_cogs = year.get("budget_revenue", float("nan")), year.get("budget_cogs", float("nan"))
    margin = 100 * (1 - year["cogs"] / year["revenue"])
    known = "" if pd.isna(budget) else "watch"
    short = (
        {"peak_wanted": (128.0, 120.0, "watch"), "stock_now": (99_000.0, float("nan"), "")} if pd.isna(budget) else {}
    )
    rows = (
        KPIS
        | short
        | {
            "revenue_fy": (year["revenue"], budget, known),
            "margin_fy": (margin, 100 * (1 - budget_cogs / budget), known),
        }
    )
    names = {"peak_load": f"Peak load: {RESOURCES[0]}, Sep 26", "peak_wanted": "Peak of wanted hours: Saw, Dec 26"}
    return pd.DataFrame(
        [
            {"kpi": kpi, "name": names.get(kpi, kpi), "value": value, "target": target, "status": status}
            for kpi, (value, target, status) in rows.items()
        ]
    )


def _decisions() -> pd.DataFrame:
    """Six, of which five are open; one has no day and comes last."""
    rows = [
        ("D1", "Later", "wait or act", 500.0, "Finance", "2026-07-30", "open"),
        ("D2", "Taken", "", 900.0, "Sales", "2026-06-01", "decided"),
        ("D3", "First", "second shift " * 8, -42_000.0, "Operations", "2026-06-19", "open"),
        ("D4", "Second", "", float("nan"), "", "2026-06-20", "open"),
        ("D5", "Without a day", "", 1.0, "Sales", None, "open"),
        ("D6", "Same day as the first one", "", 0.0, "Sales", "2026-06-19", "open"),
    ]
    frame = pd.DataFrame(rows, columns=["id", "issue", "options", "money_effect", "owner", "due", "status"])
    return frame.assign(due=pd.to_datetime(frame["due"]))


def _risks() -> pd.DataFrame:
    rows = [
        ("R1", "risk", "Oak gets dear", -10_000.0, 30.0),  # -3,000
        ("R2", "risk", "The saw breaks", -8_000.0, 50.0),  # -4,000
        ("R3", "opportunity", "A tender", 20_000.0, 10.0),  # +2,000
        ("R4", "risk", "Strike", -90_000.0, 1.0),  # -900
        ("R5", "risk", "A fair is cancelled", -5_000.0, float("nan")),  # certain: -5,000
    ]
    return pd.DataFrame(rows, columns=["id", "type", "description", "margin", "probability_pct"])


def _meeting() -> pd.DataFrame:
    step = {"cycle": "2026-06", "step": "Executive meeting", "step_order": 6, "status": "open"}
    return pd.DataFrame([step]).assign(due=pd.Timestamp("2026-06-19"))
