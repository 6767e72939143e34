"""Scenarios of the large plan, for the view Compare: three planned, the last proposed, and one never planned."""

from __future__ import annotations

import pandas as pd

NAN = float("nan")
BASE = {"revenue": 60e6, "gross_margin": 9e6, "gross_margin_pct": 15.0, "net_cash": 5e6, "plan_cost": 48e6}
BASE |= {"mean_stock": 15e6, "stock_end": 14e6, "service": 97.0, "late_units": 226.0, "below_target": 431.0}
BASE |= {"overtime": 1000.0, "peak_load": 115.0, "months_over": 12.0, "one_off": 0.0}
BUDGETS = {"revenue": 55e6, "gross_margin": 8e6, "service": 95.0}
PLANS = {
    "base": {},
    "Less demand": {"revenue": 50e6, "gross_margin": 7.5e6, "overtime": 0.0, "peak_load": 96.0},
    "More demand": {"revenue": 66e6, "gross_margin": 10e6, "late_units": 500.0, "overtime": 3000.0},
    "Weekend shift": {"overtime": 400.0, "mean_stock": 14.8e6, "plan_cost": 48.1e6},
}
LOWER = ("plan_cost", "mean_stock", "stock_end", "late_units", "below_target", "overtime", "peak_load", "months_over")


def scenario_tables() -> dict[str, pd.DataFrame]:
    """Return list, changes and results; the plan's cost is the base's."""
    changes = [
        ("More demand", "forecast", "", "consensus", None, "multiply", 1.1, "Upturn"),
        ("Weekend shift", "resources", "resource=R01", "hours_per_week", None, "add", 14.0, "Shift"),
        ("Weekend shift", "capacity", "resource=R02", "hours", pd.Period("2027-03", "M"), "set", 120.0, ""),
    ]
    columns = ["scenario", "table", "filter", "field", "from_period", "operation", "value", "reason"]
    return {
        "scenarios": pd.DataFrame(
            {
                "scenario": ["Less demand", "More demand", "Not planned", "Weekend shift"],
                "base": ["", "", "", "More demand"],
                "purpose": ["A weak year", "A strong year", "Later", "Cover the peaks"],
                "status": ["draft", "", "draft", "proposed"],
            }
        ),
        "scenario_changes": pd.DataFrame(changes, columns=columns),
        "scenario_results": pd.DataFrame([_row(s, m) for s in PLANS for m in BASE]),
        "scenario_ranges": pd.DataFrame(_ranges()),
        "plan_cost": pd.DataFrame({"scenario": "base", "component": ["total"], "amount": [48e6]}),
        "decisions": pd.DataFrame(
            {"id": ["D7"], "issue": ["Shift"], "scenario": ["Weekend shift"], "due": pd.to_datetime(["2026-05-19"])}
        ),
    }


def _row(scenario: str, measure: str) -> dict[str, object]:
    base, value = BASE[measure], {**BASE, **PLANS[scenario]}[measure]
    budget = BUDGETS.get(measure, NAN)
    return {
        "scenario": scenario,
        "measure": measure,
        "name": measure,
        "better": "lower" if measure in LOWER else "higher",
        "value": value,
        "base": base,
        "difference": value - base,
        "budget": budget,
        "to_budget": value - budget,
        "reason": "R01 −600, R02 +0; Shift" if (scenario, measure) == ("Weekend shift", "overtime") else "",
    }


RISKS = [5.0, 10.0, 80.0, 30.0, *[0.0] * 7, 60.0]
"""Of the months from May 2026 on: July and April 2027 are weak, August is to be watched."""


def _ranges() -> list[dict[str, object]]:
    """The base's, with one figure of the months together; P10 and P90 are 4 below and 1 above P50."""
    spread = {"scenario": "base", "paths": 200.0}
    rows = [
        {**spread, "measure": "service", "plan": 97.0, "p10": 88.5, "p50": 93.0, "p90": 96.0, "risk_pct": 70.0},
        {**spread, "measure": "gross_margin", "plan": 9e6, "p10": 8.4e6, "p50": 8.9e6, "p90": 9.3e6},
        {
            **spread,
            "scenario": "Weekend shift",
            "measure": "service",
            "plan": 98.0,
            "p10": 91.0,
            "p50": 95.0,
            "p90": 97.0,
        },
    ]
    for k, risk in enumerate(RISKS):
        month = {**spread, "period": pd.Period("2026-05", "M") + k}
        service = {"plan": 97.0, "p10": 90.0 - k, "p50": 94.0 - k, "p90": 95.0 - k, "risk_pct": risk}
        rows.append({**month, "measure": "service", **service, "reason": f"F{k:02} 7 units"})
        rows.append({**month, "measure": "stock", "plan": 5e6, "p10": 4e6, "p50": 5e6, "p90": 6e6 + k})
    return rows
