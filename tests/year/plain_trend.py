"""Key figures of the company by month, closed and planned, in plain loops over the tables' text.

`docs/kpis.md` is what they are written after; nothing here comes from `sop_xl`.
"""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

from tests.year.company import month_after
from tests.year.plain import Figures, cents, number, over, zero

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

YEAR, TRAILING, LOOKBACK = 12, 3, 36
Found = dict[tuple[str, str], float]
"""Value by key figure and month; what is not known is not there."""


def trend(one: Figures) -> Found:
    """Return every key figure of the company of the 12 closed months and the next 12."""
    now = one.month
    shown = [month_after(now, k) for k in range(-YEAR, YEAR)]
    parts: list[Mapping[str, Mapping[str, float | None]]] = [
        _errors(one),
        _kept_plans(one),
        _stock(one),
        _money(one),
        _cash(one),
        _load(one),
        {"growth": _growth(one), "backlog": _backlog(one), "backlog_weeks": _weeks_of_backlog(one)},
        _lines(one),
    ]
    found = {}
    for part in parts:
        for kpi, values in part.items():
            for month, value in values.items():
                if month in shown and value is not None:
                    found[kpi, month] = value
    return found


def days_in(month: str) -> int:
    """Return the calendar days of a month."""
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1]


def last(month: str, count: int) -> list[str]:
    """Return the `count` months that end with this one."""
    return [month_after(month, k) for k in range(1 - count, 1)]


def actual(one: Figures, *measures: str, field: str = "quantity") -> dict[tuple[str, str], float]:
    """Return what was reported of closed months, by item and month."""
    out: dict[tuple[str, str], float] = {}
    for row in one.tables["actuals"]:
        if row["measure"] in measures and row["period"] < one.month and row[field] != "":
            key = row["item"], row["period"]
            out[key] = out.get(key, 0.0) + float(row[field])
    return out


def by_month(values: Mapping[tuple[str, str], float], only: Iterable[str] | None = None) -> dict[str, float]:
    """Return the sums over items by month."""
    wanted = None if only is None else set(only)
    out: dict[str, float] = {}
    for (item, month), value in values.items():
        if wanted is None or item in wanted:
            out[month] = out.get(month, 0.0) + value
    return out


def sold(one: Figures) -> set[str]:
    """Return the items customers buy: sold in the last 24 months, forecast, or planned to be served to customers."""
    since = month_after(one.month, -24)
    items = {row["item"] for row in one.tables["forecast"]}
    for row in one.tables["actuals"]:
        moved = zero(row["quantity"]) != 0 or zero(row["value"]) != 0
        if row["measure"] in ("bookings", "shipments", "revenue") and since <= row["period"] < one.month and moved:
            items.add(row["item"])
    items |= {row["item"] for row in one.tables["supply_plan"] if zero(row["served"]) > zero(row["used"])}
    return items & {row["item"] for row in one.tables["items"]}


def _errors(one: Figures) -> dict[str, dict[str, float | None]]:
    out: dict[str, dict[str, float | None]] = {}
    known = {month for _, month in one.demand()}
    running, sizes = 0.0, []
    for month in sorted({row[1] for row in one.judged(1)} & known):
        rows = [(came, sums["consensus"], sums["naive"]) for _, m, came, sums in one.judged(1) if m == month]
        total = sum(came for came, _, _ in rows)
        missed, naive = (sum(abs(row[0] - row[k]) for row in rows) for k in (1, 2))
        error = sum(came - said for came, said, _ in rows)
        running, sizes = running + error, [*sizes, abs(error)]
        shares = [abs(came - said) / came for came, said, _ in rows if came > 0]
        wmape, naive_wmape = (over(part, total) if total > 0 else None for part in (missed, naive))
        figures = {
            "wmape": wmape,
            "accuracy": None if wmape is None else max(0.0, 100 - wmape),
            "fva": None if wmape is None or naive_wmape is None else naive_wmape - wmape,
            "bias": over(error, total) if total > 0 else None,
            "mad": missed / len(rows),
            "mape": over(sum(shares), len(shares)),
            "mape_skipped": float(len(rows) - len(shares)),
            "tracking_signal": running / (sum(sizes) / len(sizes)) if sum(sizes) > 0 else 0.0,
        }
        for kpi, value in figures.items():
            out.setdefault(kpi, {})[month] = value
    for month in sorted({row[1] for row in one.judged(3)} & known):
        rows = [(came, sums["consensus"]) for _, m, came, sums in one.judged(3) if m == month]
        total = sum(came for came, _ in rows)
        missed = sum(abs(came - said) for came, said in rows)
        out.setdefault("wmape_lag3", {})[month] = over(missed, total) if total > 0 else None
    return out


def _supply(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[tuple[str, str], float]:
    out: dict[tuple[str, str], float] = {}
    for row in tables["supply_plan"]:
        key = row["item"], row["period"]
        out[key] = out.get(key, 0.0) + zero(row["production"]) + zero(row["purchases"])
    return out


def _sold(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> set[str]:
    """Items that a cycle forecast or planned to serve to customers."""
    served = {row["item"] for row in tables["supply_plan"] if zero(row["served"]) > zero(row["used"])}
    return served | {row["item"] for row in tables["forecast"]}


def _kept_plans(one: Figures) -> dict[str, dict[str, float | None]]:
    """Plan attainment of each closed month by the plan it began with; stability of each cycle's fence."""
    made = actual(one, "production", "receipts")
    attained: dict[str, float | None] = {}
    for before in one.cycles[:-1]:
        month = before.month
        kept = {row["item"] for row in one.tables["last_cycle"] if row["period"] == month}
        items = {item for item, _ in made} & kept
        plan = {item: units for (item, m), units in _supply(before.tables).items() if m == month}
        known = {item: units for item, units in plan.items() if item in items}
        known |= {item: 0.0 for (item, m) in made if m == month and item in items and item not in plan}
        misses = sum(abs(made.get((item, month), 0.0) - units) for item, units in known.items())
        total = sum(known.values())
        if month in {m for _, m in made} and total > 0:
            attained[month] = 100 - 100 * misses / total
    stable: dict[str, float | None] = {}
    fence = int(one.setting("stability_months", 0) or one.setting("frozen_months", 0) + one.setting("slushy_months", 0))
    for old, new in zip(one.cycles, one.cycles[1:], strict=False):
        months = [month_after(new.month, k) for k in range(fence)]
        sold = _sold(old.tables)
        now_planned = sold | {row["item"] for row in new.tables["forecast"]}
        was = {key: units for key, units in _supply(old.tables).items() if key[0] in sold}
        is_now = {key: units for key, units in _supply(new.tables).items() if key[0] in now_planned}
        keys = {key for key in (*was, *is_now) if key[1] in months and key[1] in {m for _, m in was}}
        total = sum(was.get(key, 0.0) for key in keys)
        if total > 0:
            changed = sum(abs(is_now.get(key, 0.0) - was.get(key, 0.0)) for key in keys)
            stable[new.month] = 100 - 100 * changed / total
    return {"attainment": attained, "stability": stable}


def _demand(one: Figures) -> dict[str, float]:
    """Customers' demand of sold items: what came, then the consensus."""
    units = dict(one.demand())
    for row in one.tables["forecast"]:
        if row["consensus"] != "":
            key = row["item"], row["period"]
            units[key] = units.get(key, 0.0) + float(row["consensus"])
    return by_month(units, sold(one))


def _growth(one: Figures) -> dict[str, float | None]:
    units, out = _demand(one), {}
    first = max(min(units), month_after(one.month, -LOOKBACK))
    for month in units:
        both = last(month, 2 * YEAR)
        if both[0] >= first:
            before, after = (sum(units.get(m, 0.0) for m in part) for part in (both[:YEAR], both[YEAR:]))
            out[month] = over(after - before, before) if before > 0 else None
    return out


def _cogs(one: Figures) -> dict[str, float]:
    return _line(one, "cogs")


def _line(one: Figures, line: str) -> dict[str, float]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in one.tables["finance"]:
        if row["line"] == line and row["amount"] != "":
            rows.setdefault(row["period"], []).append(row)
    return {month: cents(found) / 100 for month, found in rows.items()}


def _stock(one: Figures) -> dict[str, dict[str, float | None]]:
    mine, cost = sold(one), one.unit_cost()
    units: dict[str, float] = {}
    value: dict[str, float] = {}
    for row in one.tables["actuals"]:
        if row["measure"] == "inventory" and row["period"] < one.month and row["item"] in mine:
            worth = number(row["value"])
            worth = zero(row["quantity"]) * cost.get(row["item"], 0.0) if worth is None else worth
            units[row["period"]] = units.get(row["period"], 0.0) + zero(row["quantity"])
            value[row["period"]] = value.get(row["period"], 0.0) + worth
    for row in one.tables["supply_plan"]:
        if row["item"] in mine:
            units[row["period"]] = units.get(row["period"], 0.0) + zero(row["closing"])
            value[row["period"]] = value.get(row["period"], 0.0) + zero(row["closing_value"])
    cogs, demand = _cogs(one), _demand(one)
    end = max(row["period"] for row in one.tables["supply_plan"])
    hand: dict[str, float | None] = {}
    cover: dict[str, float | None] = {}
    turned: dict[str, float | None] = {}
    for month, there in value.items():
        three, year = last(month, TRAILING), last(month, YEAR)
        if all(m in cogs for m in three):
            hand[month] = over(there, sum(cogs[m] for m in three) / sum(days_in(m) for m in three), 1.0)
        if all(m in cogs and m in value for m in year):
            turned[month] = over(sum(cogs[m] for m in year), sum(value[m] for m in year) / YEAR, 1.0)
        cover[month] = _cover(units[month], demand, month, end)
    return {"stock": dict(value), "days_on_hand": hand, "cover_days": cover, "turns": turned}


def _cover(stock: float, demand: Mapping[str, float], month: str, end: str) -> float | None:
    left, covered = max(0.0, stock), 0.0
    while month < end:
        month = month_after(month)
        need = demand.get(month, 0.0)
        if need > left:
            return covered + days_in(month) * left / need
        left, covered = left - need, covered + days_in(month)
    return covered or None


def _money(one: Figures) -> dict[str, dict[str, float | None]]:
    revenue, cogs = _line(one, "revenue"), _cogs(one)
    budget = {m: b for m in revenue if (b := one.budget("revenue", [m])) is not None}
    margin = {month: revenue[month] - cogs[month] for month in revenue if month in cogs}
    to_go: dict[str, float | None] = {}
    needed: dict[str, float | None] = {}
    left = [month for month in one.year if month >= one.month]
    if all(month in budget for month in one.year) and all(month in revenue for month in left):
        gap = 0.0
        for month in reversed(left):
            gap += revenue[month] - budget[month]
            to_go[month] = gap
        to_date = sum(revenue.get(month, 0.0) for month in one.year if month < one.month)
        needed[one.month] = (sum(budget[month] for month in one.year) - to_date) / len(left)
    return {
        "revenue": dict(revenue),
        "gross_margin": dict(margin),
        "margin_pct": {
            month: over(part, revenue[month]) if revenue[month] > 0 else None for month, part in margin.items()
        },
        "gap": {month: revenue[month] - budget[month] for month in budget},
        "gap_to_go": to_go,
        "run_rate": needed,
    }


def _cash(one: Figures) -> dict[str, dict[str, float | None]]:
    """Days of sales, stock and payables by the last three months: as booked, then as planned."""
    revenue, cogs, stock = (_line(one, line) for line in ("revenue", "cogs", "inventory_value"))
    counts: dict[str, int] = {}
    for row in one.tables["actuals"]:
        if row["measure"] == "inventory":
            counts[row["period"]] = counts.get(row["period"], 0) + 1
    places = max(1, sum(zero(row["quantity"]) > 0 for row in one.tables["stock"]))
    balance = {
        "receivables": by_month(actual(one, "receivables", field="value")),
        "payables": by_month(actual(one, "payables", field="value")),
        "stock": {m: v for m, v in stock.items() if m < one.month and counts.get(m, 0) >= places},
    }
    for row in one.tables["cash"]:
        if row["period"] >= one.month:
            balance["receivables"][row["period"]] = zero(row["closing_receivables"])
            balance["payables"][row["period"]] = zero(row["closing_payables"])
            balance["stock"][row["period"]] = zero(row["inventory_value"])
    days = one.setting("days_in_year", 365) * TRAILING / 12
    out: dict[str, dict[str, float | None]] = {}
    for kpi, name, flow in (("dso", "receivables", revenue), ("dio", "stock", cogs), ("dpo", "payables", cogs)):
        out[kpi] = {
            month: over(open_, sum(flow[m] for m in last(month, TRAILING)), days)
            for month, open_ in balance[name].items()
            if all(m in flow for m in last(month, TRAILING))
        }
    every = out["dso"].keys() & out["dio"].keys() & out["dpo"].keys()
    both = [month for month in every if None not in (out["dso"][month], out["dio"][month], out["dpo"][month])]
    out["cash_to_cash"] = {m: (out["dso"][m] or 0) + (out["dio"][m] or 0) - (out["dpo"][m] or 0) for m in both}
    there = balance["receivables"].keys() & balance["payables"].keys() & balance["stock"].keys()
    out["working_capital"] = {
        m: balance["receivables"][m] + balance["stock"][m] - balance["payables"][m] for m in there
    }
    return out


def _load(one: Figures) -> dict[str, dict[str, float | None]]:
    required: dict[str, float] = {}
    available: dict[str, float] = {}
    shown: dict[str, float] = {}
    for row in one.tables["load"]:
        required[row["period"]] = required.get(row["period"], 0.0) + zero(row["required_hours"])
        available[row["period"]] = available.get(row["period"], 0.0) + zero(row["available_hours"])
    for row in one.tables["rough_cut"]:
        if row["demonstrated_hours"] != "":
            shown[row["period"]] = shown.get(row["period"], 0.0) + float(row["demonstrated_hours"])
    first = min(required, default="")
    days = _working_days(one, first) if first else 0
    return {
        "load": {month: over(hours, available[month]) for month, hours in required.items()},
        "demonstrated": {first: shown[first] / days} if first in shown else {},
        "load_demonstrated": {m: over(required[m], hours) if hours > 0 else None for m, hours in shown.items()},
    }


def _working_days(one: Figures, month: str) -> float:
    for row in one.tables["calendar"]:
        if row["period"] == month and row["working_days"] != "":
            return float(row["working_days"])
    year, number_of = int(month[:4]), int(month[5:])
    return sum(calendar.weekday(year, number_of, day) < 5 for day in range(1, days_in(month) + 1))


def _backlog(one: Figures) -> dict[str, float | None]:
    found: dict[str, float] = dict(by_month(actual(one, "backlog")))
    for row in one.tables["lead_times"]:
        found[row["period"]] = found.get(row["period"], 0.0) + zero(row["closing_backlog"])
    return dict(found)


def _weeks_of_backlog(one: Figures) -> dict[str, float | None]:
    waiting: dict[str, float] = {}
    shipped: dict[str, float] = {}
    for row in one.tables["lead_times"]:
        waiting[row["period"]] = waiting.get(row["period"], 0.0) + zero(row["closing_backlog"])
        shipped[row["period"]] = shipped.get(row["period"], 0.0) + zero(row["shipments"])
    weeks = {row["period"]: number(row["weeks"]) for row in one.tables["calendar"]}
    return {
        month: 0.0 if not units else over(units, shipped[month] / (weeks.get(month) or days_in(month) / 7), 1.0)
        for month, units in waiting.items()
    }


def _lines(one: Figures) -> dict[str, dict[str, float | None]]:
    due = by_month(actual(one, "total_lines"))
    good = {"otif": by_month(actual(one, "otif_lines")), "line_fill": by_month(actual(one, "in_full_lines"))}
    return {
        kpi: {month: over(lines[month], due[month]) for month in due if month in lines} for kpi, lines in good.items()
    }
