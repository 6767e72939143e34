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
