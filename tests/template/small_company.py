"""A company small enough to add up in the head: two items, three planned months from November 2026.

A is made (150 net, cost 100, 1 hour each), B is bought (20 net, cost 10). Every figure ties to every other.
"""

import pandas as pd

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.template.data_sheets import default_settings

OCT, NOV, DEC, JAN = pd.period_range("2026-10", periods=4, freq="M")
PLAN = (NOV, DEC, JAN)
DEMAND = {"A": (10.0, 12.0, 14.0), "B": (5.0, 5.0, 5.0)}
SUPPLY = {"A": (10.0, 12.0, 15.0), "B": (5.0, 5.0, 5.0)}
OPENING = {"A": (4.0, 4.0, 4.0), "B": (2.0, 2.0, 2.0)}
CLOSING = {"A": (4.0, 4.0, 5.0), "B": (2.0, 2.0, 2.0)}
SOLD_OCT = {"A": 8.0, "B": 4.0}
PRICE, COST, FAMILY = {"A": 150.0, "B": 20.0}, {"A": 100.0, "B": 10.0}, {"A": "Alpha", "B": "Beta"}


def small_company(current: object = "2026-11", **given: float) -> dict[str, pd.DataFrame]:
    """Return the tables of the company, its plan included; `current` is the open month, `given` other settings."""
    settings = default_settings()
    values = {"company": "Small Co", "current_period": current, "horizon_months": 3.0, **given}
    settings["value"] = [
        values.get(name, value) for name, value in zip(settings["parameter"], settings["value"], strict=True)
    ]
    tables = {**_inputs(), **_plan(), **_money()}
    return {"settings": settings} | {name: conform(TABLE_BY_NAME[name], frame) for name, frame in tables.items()}


def _inputs() -> dict[str, pd.DataFrame]:
    actuals = {"measure": "shipments", "market": "All", "location": "Plant", "period": OCT}
    return {
        "items": pd.DataFrame({"item": ["A", "B"], "family": ["Alpha", "Beta"], "source": ["make", "buy"]}),
        "actuals": pd.DataFrame(
            [{**actuals, "item": i, "quantity": q, "value": q * PRICE[i]} for i, q in SOLD_OCT.items()]
            + [{**actuals, "measure": "inventory", "item": i, "quantity": q} for i, (q, *_) in OPENING.items()]
            + [{**actuals, "measure": "rebates", "item": "A", "value": 0.0}]
        ),
        "level_overrides": pd.DataFrame({"family": ["Alpha"], "period": [DEC], "stream": "final", "quantity": 12.0}),
        "stock": pd.DataFrame({"item": ["A", "B"], "location": "Plant", "quantity": [4.0, 2.0], "backlog": 0.0}),
        "budget": pd.DataFrame({"item_or_family": ["Alpha"], "market": "", "period": [NOV], "revenue": 1400.0}),
        "overrides": pd.DataFrame(
            {"item": ["A"], "market": "All", "period": [DEC], "stream": "final", "quantity": 12.0, "reason": "Fair"}
        ),
        "cycle_steps": pd.DataFrame(
            {
                "cycle": "2026-11",
                "step": ["Gather", "Review demand", "Review supply"],
                "step_order": [1.0, 2.0, 3.0],
                "owner": ["Ann", "Bob", "Cy"],
                "due": pd.to_datetime(["2026-11-03", "2026-11-06", "2026-11-10"]),
                "status": ["done", "open", "not started"],
                "tasks_done": [2.0, 1.0, 0.0],
                "tasks": [2.0, 3.0, 4.0],
                "signed_by": ["Ann", "", ""],
            }
        ),
    }


def _plan() -> dict[str, pd.DataFrame]:
    rows = [(i, k, m) for i in DEMAND for k, m in enumerate(PLAN)]
    plan = pd.DataFrame({"item": [i for i, _, _ in rows], "period": [m for _, _, m in rows]})
    place = {"family": plan["item"].map(FAMILY), "location": "Plant"}

    def column(figures: dict[str, tuple[float, ...]]) -> list[float]:
        return [figures[i][k] for i, k, _ in rows]

    demand, supply, closing = column(DEMAND), column(SUPPLY), column(CLOSING)
    made = plan["item"].eq("A")
    final = [12.0 if (i, m) == ("A", DEC) else float("nan") for i, _, m in rows]
    bounds = {"lo80": [d - 2 for d in demand], "hi80": [d + 2 for d in demand], "statistical": demand}
    return {
        "forecast": plan.assign(market="All", consensus=demand, final=final, **bounds),
        "forecast_levels": pd.DataFrame(
            {"level": "family", "node": [FAMILY[i] for i, _, _ in rows], "period": plan["period"], "consensus": demand}
        ),
        "supply_plan": plan.assign(
            **place,
            opening=column(OPENING),
            production=pd.Series(supply).where(made, 0.0),
            purchases=pd.Series(supply).where(~made, 0.0),
            received=0.0,
            shipped_out=0.0,
            demand=demand,
            served=demand,
            used=0.0,
            lost=0.0,
            backlog=0.0,
            closing=closing,
            closing_value=[c * COST[i] for c, (i, _, _) in zip(closing, rows, strict=True)],
        ),
        "load": pd.DataFrame(
            {
                "resource": "R1",
                "period": PLAN,
                "wanted_hours": [10.0, 12.0, 24.0],
                "required_hours": [10.0, 12.0, 15.0],
                "available_hours": 20.0,
                "overtime_limit": 4.0,
                "load_pct": [50.0, 60.0, 75.0],
            }
        ),
        "families": pd.DataFrame(
            {"family": ["Alpha", "Beta"], "rank": [1.0, 2.0], "items": [1.0, 1.0], "sold_items": [1.0, 1.0]}
        ),
        "family_plan": pd.DataFrame([_family_month(i, k, m) for i in DEMAND for k, m in enumerate((OCT, *PLAN))]),
        "runs": pd.DataFrame({"run": ["R0001"], "cycle": ["2026-11"], "at": pd.to_datetime(["2026-11-03"])}),
        "issues": pd.DataFrame({"severity": ["warn"], "code": ["P09"], "sheet": ["Items"], "cell": ["A7"]}),
    }


def _family_month(item: str, k: int, month: pd.Period) -> dict[str, object]:
    row: dict[str, object] = {"family": FAMILY[item], "period": month}
    if month == OCT:
        sold = SOLD_OCT[item]
        return row | {"actual": sold, "actual_supply": sold, "revenue": sold * PRICE[item], "cogs": sold * COST[item]}
    served, closing = DEMAND[item][k - 1], CLOSING[item][k - 1]
    units = {"forecast": served, "served": served, "supply": SUPPLY[item][k - 1], "closing": closing}
    units |= {"opening": OPENING[item][k - 1], "used": 0.0, "lost": 0.0, "backlog": 0.0}
    money = {"revenue": served * PRICE[item], "cogs": served * COST[item], "inventory_value": closing * COST[item]}
    return row | units | money


def _money() -> dict[str, pd.DataFrame]:
    rows = [row for i in DEMAND for k, m in enumerate((OCT, *PLAN)) for row in _lines(i, k, m)]
    cost = {"production": 500.0, "material": 300.0, "penalties": 10.0, "total": 800.0}
    kpis = [
        ("revenue_fy", "Revenue, fiscal year", 5_080_000.0, 5_000_000.0, "good"),
        ("margin_fy", "Gross margin, fiscal year", 31.0, 33.5, "act"),
        ("peak_wanted", "Peak of wanted hours: R1, Jan 27", 120.0, 120.0, "good"),
        ("service", "Service", 94.0, 95.0, "watch"),
    ]
    return {
        "finance": pd.DataFrame(rows),
        "finance_items": pd.DataFrame(
            [
                _item_month(i, m, units)
                for i in DEMAND
                for m, units in zip((OCT, NOV, DEC), (SOLD_OCT[i], *DEMAND[i]), strict=False)
            ]
        ),
        "rebate_accruals": pd.DataFrame({"agreement": ["R1"], "period": [NOV], "accrued": [0.0]}),
        "scenario_results": pd.DataFrame(
            {"scenario": ["S1"], "measure": ["revenue"], "base": [10.0], "difference": [1.0], "value": [11.0]}
        ),
        "commits": _commits(),
        "tie_outs": pd.DataFrame(_tie_outs(), columns=["figure", "state", "value", "page"]),
        "bridge": _bridge(),
        "cash": _cash(),
        "stock_value": pd.DataFrame([_stock_month(i, k, m) for i in DEMAND for k, m in enumerate(PLAN)]),
        "plan_cost": pd.DataFrame(
            {"scenario": "Base", "component": cost.keys(), "amount": cost.values(), "rounding": 0.4}
        ),
        "kpis": pd.DataFrame(kpis, columns=["kpi", "name", "value", "target", "status"]),
    }


def _item_month(item: str, month: pd.Period, units: float) -> dict[str, object]:
    money = {"quantity": units, "revenue": units * PRICE[item], "cogs": units * COST[item]}
    return {"family": FAMILY[item], "item": item, "period": month, "rank": 1.0, **money}


def _commits() -> pd.DataFrame:
    """One paste: five rows, of which three were committed, one is kept aside and one was a subtotal."""
    parts = {
        "rows": (5.0, 3.0, 1.0, 1.0),
        "units": (30.0, 12.0, 3.0, 15.0),
        "value": (2880.3, 1280.1, 160.05, 1440.15),
    }
    names = ("pasted", "committed", "aside", "excluded")
    sums = {f"{what}_{name}": [f] for what, row in parts.items() for name, f in zip(names, row, strict=True)}
    return pd.DataFrame({"batch": ["1"], "at": pd.to_datetime(["2026-11-02"]), **sums})


def _tie_outs() -> list[tuple[str, str, float, str]]:
    """The ledger holds five rows of actuals, 12 units sold and 6 in stock, and 8 x 150 + 4 x 20; a pack went out."""
    ledger = (("rows", 5.0), ("units", 18.0), ("value", 1280.0))
    pack = (("margin_fy", 31.0, "31.0 %"), ("revenue_fy", 5_080_000.0, "5.1 m USD"))
    rows = [(f"ledger {name}", "1-ab", value, "") for name, value in ledger]
    return [*rows, *((f"pack {name}", "R0001", value, page) for name, value, page in pack)]


def _cash() -> pd.DataFrame:
    """Customers and suppliers pay and are paid a month later; October brought 8 x 150 + 4 x 20, and cost 840."""
    revenue = [sum(DEMAND[i][k] * PRICE[i] for i in DEMAND) for k in range(3)]
    none = dict.fromkeys(("opening_rebates", "rebates", "rebates_paid", "closing_rebates"), 0.0)
    october = {"period": OCT, "version": "actual", "opening_receivables": 0.0, "revenue": 1280.0, "receipts": 0.0}
    october |= {"closing_receivables": 1280.0, "opening_payables": 0.0, "purchases": 0.0, "payments": 0.0}
    october |= {"closing_payables": 0.0, "conversion": 0.0, "opex": 0.0, "net_cash": 0.0, "cogs": 840.0, **none}
    received = [sum(SOLD_OCT[i] * PRICE[i] for i in DEMAND), *revenue[:2]]
    bought = [SUPPLY["B"][k] * COST["B"] for k in range(3)]
    paid, hours = [0.0, *bought[:2]], [SUPPLY["A"][k] * COST["A"] for k in range(3)]
    plan = pd.DataFrame(
        {
            "period": PLAN,
            "version": "plan",
            **none,
            "opening_receivables": received,
            "revenue": revenue,
            "receipts": received,
            "closing_receivables": revenue,
            "opening_payables": paid,
            "purchases": bought,
            "payments": paid,
            "closing_payables": bought,
            "conversion": hours,
            **dict.fromkeys(("overhead", "overtime", "opex", "one_off", "capex"), 0.0),
            "net_cash": [r - p - h for r, p, h in zip(received, paid, hours, strict=True)],
            "cogs": [sum(DEMAND[i][k] * COST[i] for i in DEMAND) for k in range(3)],
            "inventory_value": [sum(CLOSING[i][k] * COST[i] for i in DEMAND) for k in range(3)],
        }
    )
    return pd.concat([pd.DataFrame([october]), plan], ignore_index=True)


def _stock_month(item: str, k: int, month: pd.Period) -> dict[str, object]:
    cost, made = COST[item], item == "A"
    supply = SUPPLY[item][k] * cost
    row = {"family": FAMILY[item], "period": month, "opening": OPENING[item][k] * cost}
    row |= {"production": supply * made, "purchases": supply * (not made), "revaluation": 0.0, "transfers": 0.0}
    row |= {"used": 0.0, "issues": DEMAND[item][k] * cost, "closing": CLOSING[item][k] * cost}
    return row | {"cogs": DEMAND[item][k] * cost, "rounding": 0.0, "provision_change": 0.0}


def _bridge() -> pd.DataFrame:
    """November against its budget, which is revenue of A only: 1400; A earns 1500 - 1000, B 100 - 50."""
    steps = [("A", "start", 1400.0), ("A", "cost", -1000.0), ("A", "price", 100.0), ("A", "end", 500.0)]
    steps += [("B", "price", 50.0), ("B", "end", 50.0)]
    named = {"comparison": "Outlook against budget", "from_version": "Budget", "to_version": "Outlook"}
    rows = [{**named, "family": FAMILY[i], "item": i, "step": step, "amount": a} for i, step, a in steps]
    return pd.DataFrame(rows).assign(from_period=NOV, to_period=NOV)


def _lines(item: str, k: int, month: pd.Period) -> list[dict[str, object]]:
    units = SOLD_OCT[item] if month == OCT else DEMAND[item][k - 1]
    revenue, cogs = units * PRICE[item], units * COST[item]
    amounts = {"revenue": revenue, "cogs": cogs, "gross_margin": revenue - cogs}
    if month != OCT:
        amounts["inventory_value"] = CLOSING[item][k - 1] * COST[item]
    base = {"family": FAMILY[item], "period": month, "version": "actual" if month == OCT else "plan"}
    base |= {"market": "All"}
    rows = [{**base, "line": line, "amount": amount, "constant": amount} for line, amount in amounts.items()]
    if (item, month) == ("A", NOV):
        rows[0]["budget"] = 1400.0
    return rows
