"""Three families with a plan, small enough to check: to stock, to order, and some of both."""

from __future__ import annotations

import pandas as pd

from sop_xl.domain.plan_data import PlanData
from sop_xl.domain.settings import Settings
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME
from sop_xl.schema.frames import conform, empty_frame, with_defaults
from sop_xl.schema.views import DEMAND_REVIEW
from sop_xl.services.review import review_rows

NOW = pd.Period("2026-11", "M")
OPEN = pd.period_range(NOW, periods=18, freq="M")
CLOSED = pd.period_range(NOW - 15, periods=15, freq="M")
FAMILIES = {"Alpha": "MTS", "Beta": "MTO", "Gamma": "MTS"}
ITEMS = {f"{family[0]}{k}": family for family in FAMILIES for k in (1, 2)}
PRICE = {item: 100.0 + 10 * k for k, item in enumerate(ITEMS)}


def small_plan() -> dict[str, pd.DataFrame]:
    """Return the frames of inputs and results, and the rows of Demand review under its name."""
    frames = {name: conform(TABLE_BY_NAME[name], frame) for name, frame in _frames().items()}
    tables = {t.name: with_defaults(t, frames.get(t.name, empty_frame(t))) for t in INPUT_TABLES}
    data = PlanData.of(Settings(NOW, currency="EUR"), tables)
    rows = review_rows(data, *(frames[name] for name in ("forecast", "accuracy", "last_cycle", "item_costs")))
    frames["demand_review"] = pd.DataFrame(rows[1:], columns=list(DEMAND_REVIEW.fields), dtype=object)
    return frames


def _frames() -> dict[str, pd.DataFrame]:
    frames = {
        "settings": pd.DataFrame(
            [("company", "Small"), ("currency", "EUR"), ("current_period", "2026-11")], columns=["parameter", "value"]
        ),
        "items": pd.DataFrame(
            [
                {"item": i, "description": f"Item {i}", "family": f, "uom": "EA", "strategy": FAMILIES[f]}
                for i, f in ITEMS.items()
            ]
        ),
        "item_costs": pd.DataFrame([{"item": i, "standard_cost": 50.0, "net_price": p} for i, p in PRICE.items()]),
        "actuals": pd.DataFrame([_shipped(i, n, k, p) for n, i in enumerate(ITEMS) for k, p in enumerate(CLOSED)]),
        "overrides": pd.DataFrame(
            [{"item": "A1", "period": OPEN[2], "stream": "final", "quantity": 77.0, "reason": "Fair"}]
        ),
        "forecast": pd.DataFrame([_forecast(i, n, k, p) for n, i in enumerate(ITEMS) for k, p in enumerate(OPEN)]),
        "last_cycle": pd.DataFrame(
            [{"item": i, "period": p, "forecast": 50.0 + n} for n, i in enumerate(ITEMS) for p in OPEN]
        ),
        "accuracy": pd.DataFrame([{"family": "Alpha", "item": "", "lag": 1, "wmape": 12.0, "bias": -3.0}]),
        "families": pd.DataFrame([_family(k, f, s) for k, (f, s) in enumerate(FAMILIES.items())]),
        "load": pd.DataFrame([_load(k, p) for k, p in enumerate(OPEN)]),
        "lead_times": pd.DataFrame(
            [_lead_time(f, k, p) for f in ("Beta", "Gamma") for k, p in enumerate(OPEN)],
        ),
        "shortages": pd.DataFrame(
            [
                _shortage("A1", OPEN[3], 12.0, 900.0),
                _shortage("A2", OPEN[4], 20.0, 2500.0),
                _shortage("A2", OPEN[6], 19.0, 2400.0),
                _shortage("B1", OPEN[4], 5.0, 400.0),
            ]
        ),
        "assumptions": pd.DataFrame(
            [
                {"id": "1", "text": "Alpha keeps its price", "affects": "Alpha", "status": "held"},
                {"id": "2", "text": "Saw runs two shifts", "affects": "Saw", "valid_to": OPEN[3], "status": "open"},
                {"id": "3", "text": "Gone", "affects": "Alpha", "status": "expired"},
            ]
        ),
    }
    forecast = frames["forecast"].assign(family=frames["forecast"]["item"].map(ITEMS))
    frames["family_plan"] = _family_plan(forecast.groupby(["family", "period"])["consensus"].sum())
    return frames


def _shipped(item: str, n: int, k: int, period: pd.Period) -> dict[str, object]:
    units = 40.0 + 3 * n + k % 5
    return {"measure": "shipments", "item": item, "period": period, "quantity": units, "value": units * PRICE[item]}


def _forecast(item: str, n: int, k: int, period: pd.Period) -> dict[str, object]:
    statistical = 50.0 + 4 * n + (k * 7) % 11
    final = 77.0 if (item, k) == ("A1", 2) else float("nan")
    consensus = 77.0 if (item, k) == ("A1", 2) else statistical
    row = {"item": item, "market": "All", "period": period, "statistical": statistical}
    return row | {"final": final, "consensus": consensus}


def _family(k: int, family: str, strategy: str) -> dict[str, object]:
    # Beta is the largest: it is shown while the chooser is empty.
    rank = {"Alpha": 2, "Beta": 1, "Gamma": 3}[family]
    named = {"family": family, "rank": rank, "strategy": strategy, "uom": "EA", "items": 2, "sold_items": 2}
    return named | {"target_cover_days": 30 + k, "bottleneck": "Saw" if family != "Gamma" else ""}


def _load(k: int, period: pd.Period) -> dict[str, object]:
    hours = {"required_hours": 80.0 + 3 * k, "available_hours": 100.0, "overtime_limit": 15.0}
    return {"resource": "Saw", "period": period, **hours}


def _lead_time(family: str, k: int, period: pd.Period) -> dict[str, object]:
    backlog = {"closing_backlog": 30.0 + k, "weeks_of_backlog": 1.5 + k / 4, "quoted_weeks": 3.0 + k / 4}
    return {"family": family, "period": period, **backlog}


def _shortage(item: str, period: pd.Period, quantity: float, value: float) -> dict[str, object]:
    row = {"item": item, "period": period, "quantity": quantity, "kind": "below_target", "value": value}
    return row | {"family": ITEMS[item], "description": f"Item {item}", "reason": "full load", "binding": "Saw"}


def _family_plan(forecast: pd.Series) -> pd.DataFrame:
    rows = [_closed(f, n, k, p) for n, f in enumerate(FAMILIES) for k, p in enumerate(CLOSED)]
    rows += [_open(f, n, k, p, forecast[f, p]) for n, f in enumerate(FAMILIES) for k, p in enumerate(OPEN)]
    return pd.DataFrame(rows)


def _closed(family: str, n: int, k: int, period: pd.Period) -> dict[str, object]:
    sales = {"last_year": 70.0 + k, "actual": 90.0 + 6 * n + k, "old_forecast": 95.0, "served": 90.0 + k}
    stock = {"old_supply": 96.0, "actual_supply": 94.0 + k, "actual_stock": 200.0 + 9 * k, "backlog": 20.0 + k}
    money = {"revenue": 9000.0 + k, "cogs": 5000.0 + 2 * k, "inventory_value": 7000.0, "budget_revenue": 9100.0}
    return {"family": family, "period": period, "bookings": 88.0 + k, **sales, **stock, **money}


def _open(family: str, n: int, k: int, period: pd.Period, forecast: float) -> dict[str, object]:
    sales = {"last_year": 80.0 + k, "old_forecast": 100.0 + k, "forecast": forecast, "served": forecast - 1}
    stock = {"old_supply": 105.0, "supply": 110.0 + k, "closing": 210.0 + 3 * k - 40 * (k == 5), "target": 205.0}
    late = {"backlog": 4.0 + k, "lost": float(k % 3), "bookings": forecast, "used": 5.0 + k % 2}
    money = {"revenue": 9500.0 + k, "cogs": 5200.0 + k, "inventory_value": 7100.0 + k, "budget_revenue": 9400.0}
    return {"family": family, "period": period, **sales, **stock, **late, **money}
