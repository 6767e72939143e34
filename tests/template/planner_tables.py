"""The planners' tables of the large company, small enough to add up by hand."""

from __future__ import annotations

import pandas as pd

NOW = pd.Period("2026-05", "M")
DAY = pd.Timestamp("2026-05-01")


def planner_tables() -> dict[str, pd.DataFrame]:
    """Return what the sheets Production plans, Procurement, Distribution and Schedule read."""
    return {
        "locations": pd.DataFrame({"location": ["P1", "D1", "D2"], "type": ["plant", "dc", "dc"]}),
        "rate_plans": pd.DataFrame(_rates()),
        "rough_cut": pd.DataFrame(_rough()),
        "prebuild": pd.DataFrame(_prebuild()),
        "procurement": pd.DataFrame(_procurement()),
        "purchases": pd.DataFrame(_purchases()),
        "distribution": pd.DataFrame(_distribution()),
        "inventory_plan": pd.DataFrame(_inventory()),
        "schedule": pd.DataFrame(_schedule()),
        "tracking_stock": pd.DataFrame(_tracking()),
    }


def _rates() -> list[dict[str, object]]:
    """F02 is the largest in hours; its chase is late by 5 in each month and costs 1 a month, its level holds 20."""
    rows = []
    for family, hours in (("F01", 1.0), ("F02", 2.0)):
        for strategy, stock, late in (
            ("chase", 0.0, 5.0),
            ("level", 20.0, 0.0),
            ("mixed", 8.0, 0.0),
            ("optimum", 3.0, 0.0),
        ):
            for k in range(12):
                made = 50.0 + (k if strategy == "chase" else 0)
                rows.append(
                    {
                        "family": family,
                        "strategy": strategy,
                        "period": NOW + k,
                        "demand": 50.0 + k,
                        "production": made,
                        "stock": stock,
                        "backlog": late,
                        "hours": made * hours,
                        "holding_cost": stock,
                        "late_cost": late,
                    }
                )
    return rows


def _rough() -> list[dict[str, object]]:
    """R02 is at 120 % in July, R01 at 90 % throughout."""
    return [
        {
            "resource": resource,
            "period": NOW + k,
            "bill_of_labour": 120.0 if (resource, k) == ("R02", 2) else 90.0 - 10 * n,
            "available_hours": 100.0,
            "demonstrated_hours": 80.0,
        }
        for n, resource in enumerate(("R01", "R02"))
        for k in range(12)
    ]


def _prebuild() -> list[dict[str, object]]:
    return [
        {
            "resource": "R02",
            "peak_period": NOW + 2,
            "hours_beyond": 20.0,
            "hours_ahead": 12.0,
            "months_ahead": 1.5,
            "holding_cost": 18000.0,
            "overtime_hours_saved": 8.0,
            "late_hours_saved": 4.0,
            "cost_without": 50000.0,
            "saving": 32000.0,
            "verdict": "late without it",
        }
    ]


def _procurement() -> list[dict[str, object]]:
    """A of F02: 100 k on order in May, 40 k a month still to order; B of no ranked family: 10 k in June, late."""
    rows: list[dict[str, object]] = [
        {
            "item": "A",
            "location": "P1",
            "period": NOW + k,
            "family": "F02",
            "supplier": "S",
            "planned_receipts": 4.0 * (k > 0),
            "planned_value": 40000.0 * (k > 0),
            "scheduled_value": 100000.0 * (k == 0),
            "order_by": DAY + pd.DateOffset(months=k) if k else pd.NaT,
            "late": "no" if k else "",
            "rank": k + 1.0 if k else None,
        }
        for k in range(4)
    ]
    late = {
        "item": "B",
        "location": "P1",
        "period": NOW + 1,
        "family": "Parts",
        "supplier": "T",
        "planned_receipts": 1.0,
        "planned_value": 10000.0,
        "scheduled_value": 0.0,
        "order_by": DAY,
        "late": "yes",
        "rank": 1.0,
    }
    return [*rows, late]


def _purchases() -> list[dict[str, object]]:
    """A is ordered a month before it arrives; B should have been in April."""
    orders = [("A", k, k - 1, 40000.0) for k in (1, 2, 3)] + [("B", 1, -1, 10000.0)]
    return [
        {
            "item": i,
            "supplier": "S",
            "location": "P1",
            "period": NOW + k,
            "order_by": NOW + m,
            "value": v,
            "quantity": 1.0,
        }
        for i, k, m, v in orders
    ]


def _distribution() -> list[dict[str, object]]:
    """D1 needs 30 and gets 30; D2 needs 50, gets 20, and 35 would be fair."""
    lanes = (("D1", 30.0, 30.0, 15.0, 0.0, None), ("D2", 50.0, 20.0, 35.0, 30.0, 1.0))
    return [
        {
            "item": "A",
            "from_location": "P1",
            "to_location": to,
            "ship_period": NOW,
            "arrive_period": NOW + 1,
            "need": need,
            "planned": planned,
            "fair_share": fair,
            "short": short,
            "cost": 100.0,
            "rank": rank,
        }
        for to, need, planned, fair, short, rank in lanes
    ]


def _inventory() -> list[dict[str, object]]:
    return [
        {
            "item": "A",
            "family": "F02",
            "stock": 90.0,
            "mean_demand": 30.0,
            "cover_days": 91.0,
            "target": 40.0,
            "lead_days": 30.0,
            "error_deviation": 10.0,
            "suggested": 25.0,
            "fill_rate": 99.0,
            "advice": "lower",
            "change_value": -1500.0,
            "excess_value": 0.0,
            "obsolete_value": 0.0,
            "rank": 1.0,
        },
        {
            "item": "B",
            "family": "F02",
            "stock": 7.0,
            "excess_value": 0.0,
            "obsolete_value": 700.0,
            "advice": "",
            "surplus_rank": 1.0,
        },
    ]


def _schedule() -> list[dict[str, object]]:
    """On R03 two lots: one over the first day and a half, one late on day 3; a third one does not fit."""
    lot = {
        "location": "P1",
        "resource": "R03",
        "method": "dispatch rule",
        "quantity": 10.0,
        "needed": DAY,
        "due": DAY,
        "hours": 8.0,
    }
    placed = [
        {
            **lot,
            "lot": "A 1",
            "item": "A",
            "start_day": 0.0,
            "end_day": 1.5,
            "state": "on time",
            "slot": "R03 #1",
            "place": 1.0,
            "start": DAY,
            "finish": DAY,
        },
        {
            **lot,
            "lot": "B 1",
            "item": "B",
            "start_day": 2.0,
            "end_day": 2.25,
            "state": "late",
            "slot": "R03 #2",
            "place": 2.0,
            "start": DAY,
            "finish": DAY,
            "days_late": 1.25,
            "rank": 2.0,
            "reason": "It waited for R03.",
        },
    ]
    out = {**lot, "lot": "C 1", "item": "C", "state": "unscheduled", "rank": 1.0, "reason": "R03 is full."}
    return [*placed, out]


def _tracking() -> list[dict[str, object]]:
    """A ends its two weeks with 5 and −3."""
    weeks = ((1.0, 10.0, 5.0, 4.0, 1.0), (2.0, 5.0, -3.0, -3.0, None))
    return [
        {
            "item": "A",
            "location": "P1",
            "week": DAY + pd.Timedelta(days=7 * (n - 1)),
            "number": n,
            "opening": o,
            "closing": c,
            "lowest": low,
            "rank": rank,
        }
        for n, o, c, low, rank in weeks
    ]
