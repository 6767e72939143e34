"""What a scenario comes to: the figures it is compared by, and what moves them most."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, isnan, nan
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.kpi import months_ahead, percent, total
from sop_xl.domain.calendar import month_text
from sop_xl.schema.frames import conform
from sop_xl.schema.results import SCENARIO_RESULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.domain.plan_data import PlanData

BASE = "base"
"""The name under which the plan as it stands is listed."""
MOVERS = 2
"""How many families or resources a reason names."""
FULL_LOAD = 100.0
PLAIN_UNITS = ("%", "units", "hours", "months")
"""Units that are no money."""
POINTS = "points"
LEAST_MOVE = {"%": 0.05}
"""A difference below which nothing is told, by unit; half of one elsewhere."""


@dataclass(frozen=True)
class Measure:
    """One figure a scenario is compared by.

    Attributes:
        measure: short name for formulas.
        name: what the reader sees.
        unit: its unit.
        better: `higher`, `lower` or "" for neither.
        value: the figure; NaN where the plan does not give it.
        budget: the budget's figure for the same months; NaN where there is none.
        parts: what it is the sum of, by family or resource, to tell what moves it.
    """

    measure: str
    name: str
    unit: str
    better: str
    value: float
    budget: float = nan
    parts: Mapping[str, float] | None = None


def measures(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> list[Measure]:
    """Return the figures of one plan over the next 12 months (stock: at their end; cost: the whole horizon).

    Args:
        data: its input.
        frames: its results by table name: `finance`, `cash`, `kpis`, `load`, `shortages`, `supply_plan`,
            `plan_cost`.
    """
    return [*_money(data, frames), *_stock(data, frames), *_service(data, frames), *_capacity(data, frames)]


def scenario_rows(
    name: str, found: list[Measure], base: list[Measure], reason: str, digest: str
) -> list[dict[str, object]]:
    """Return the rows of the table `scenario_results` for one scenario beside the base."""
    before = {measure.measure: measure for measure in base}
    rows = []
    for measure in found:
        was = before[measure.measure]
        moved = "" if name == BASE else _reason(measure, was, reason)
        rows.append(
            {
                "scenario": name,
                "measure": measure.measure,
                "name": measure.name,
                "unit": measure.unit,
                "better": measure.better,
                "value": measure.value,
                "base": was.value,
                "difference": measure.value - was.value,
                "budget": measure.budget,
                "to_budget": measure.value - measure.budget,
                "reason": moved,
                "inputs": digest,
            }
        )
    return rows


def results_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return the result table from rows of all scenarios."""
    return conform(SCENARIO_RESULTS, pd.DataFrame(rows, columns=list(SCENARIO_RESULTS.fields)))


def difference_words(results: pd.DataFrame, scenario: str, chosen: Sequence[str]) -> str:
    """Return how a scenario differs from the base in these measures, as one line; what does not move is left out.

    Args:
        results: the table `scenario_results`.
        scenario: one of them.
        chosen: measures, by their short names.
    """
    rows = results[results["scenario"].eq(scenario)].set_index("measure")
    told = [
        f"{row['name'][:1].lower()}{row['name'][1:]} {_signed(row['difference'], row['unit'])}"
        + f" {POINTS if row['unit'] == '%' else row['unit']}"
        for row in (rows.loc[name] for name in chosen if name in rows.index)
        if abs(row["difference"]) >= LEAST_MOVE.get(row["unit"], 0.5)
    ]
    return ", ".join(told) or "moves none of the main figures"


def _money(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> list[Measure]:
    ahead, currency = months_ahead(data), data.settings.currency
    finance, cash = frames["finance"], frames["cash"]
    soon = finance[finance["period"].isin(ahead)]
    revenue, margin = (soon[soon["line"].eq(line)] for line in ("revenue", "gross_margin"))
    spent = frames["plan_cost"].set_index("component")["amount"]
    flows = cash[cash["period"].isin(ahead)]
    sums = [_sum_of(frame) for frame in (revenue, margin)]
    share, budgeted = (percent(part, whole) for part, whole in zip(sums[1], sums[0], strict=True))
    return [
        Measure("revenue", "Net revenue", currency, "higher", *sums[0], _parts(revenue, "family", "amount")),
        Measure("gross_margin", "Gross margin", currency, "higher", *sums[1], _parts(margin, "family", "amount")),
        Measure("gross_margin_pct", "Gross margin, share of revenue", "%", "higher", share, budgeted),
        Measure("net_cash", "Net cash", currency, "higher", total(flows["net_cash"])),
        Measure("one_off", "One-off cost and capex", currency, "lower", total(flows["one_off"] + flows["capex"])),
        Measure(
            "plan_cost",
            "Cost of the plan, whole horizon",
            currency,
            "lower",
            float(spent.get("total", nan)),
            parts={str(name): float(spent[name]) for name in spent.index.drop("total", errors="ignore")},
        ),
    ]


def _stock(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> list[Measure]:
    ahead, currency = months_ahead(data), data.settings.currency
    plan = frames["supply_plan"]
    plan = plan[plan["period"].isin(ahead)].assign(family=lambda f: f["item"].map(_families(data)).fillna(""))
    end, months = plan[plan["period"].eq(ahead[-1])], len(ahead)
    mean = plan.assign(closing_value=plan["closing_value"] / months)
    return [
        Measure(
            "mean_stock",
            "Mean stock at cost",
            currency,
            "lower",
            total(mean["closing_value"]),
            parts=_parts(mean, "family", "closing_value"),
        ),
        Measure(
            "stock_end",
            f"Stock at the end of {month_text(ahead[-1])}",
            currency,
            "lower",
            total(end["closing_value"]),
            parts=_parts(end, "family", "closing_value"),
        ),
    ]


def _service(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> list[Measure]:
    kpis = frames["kpis"].set_index("kpi")
    short = frames["shortages"]
    short = short[short["period"].isin(months_ahead(data))]
    late = short[short["kind"].isin(("late", "lost"))]
    return [
        Measure("service", "Service", "%", "higher", _kpi(kpis, "service"), _target(kpis, "service")),
        Measure(
            "late_units",
            "Late units",
            "units",
            "lower",
            _kpi(kpis, "late_units"),
            parts=_parts(late, "item", "quantity"),
        ),
        Measure("lost_units", "Lost units", "units", "lower", _kpi(kpis, "lost_units")),
        Measure("below_target", "Units below target stock, mean", "units", "lower", _kpi(kpis, "below_target")),
    ]


def _capacity(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> list[Measure]:
    load = frames["load"]
    load = load[load["period"].isin(months_ahead(data))]
    over = load[load["load_pct"].gt(FULL_LOAD)].assign(months=1.0)
    return [
        Measure(
            "overtime",
            "Overtime",
            "hours",
            "lower",
            total(load["overtime_hours"]) if len(load) else nan,
            parts=_parts(load, "resource", "overtime_hours"),
        ),
        Measure("peak_load", "Peak load", "%", "lower", float(load["load_pct"].max()) if len(load) else nan),
        Measure(
            "months_over",
            "Resource months above 100 %",
            "months",
            "lower",
            float(len(over)),
            parts=_parts(over, "resource", "months"),
        ),
    ]


def _sum_of(lines: pd.DataFrame) -> tuple[float, float]:
    """Return amount and budget of these lines of `finance`."""
    return total(lines["amount"]), total(lines["budget"])


def _parts(frame: pd.DataFrame, by: str, of: str) -> dict[str, float]:
    sums = frame.groupby(by)[of].sum()
    return dict(zip(sums.index.astype(str), sums.astype(float), strict=True))


def _families(data: PlanData) -> pd.Series:
    return data["items"].set_index("item")["family"]


def _kpi(kpis: pd.DataFrame, name: str) -> float:
    return float(kpis["value"].get(name, nan))


def _target(kpis: pd.DataFrame, name: str) -> float:
    return float(kpis["target"].get(name, nan))


def _reason(found: Measure, base: Measure, given: str) -> str:
    """Return what moved most, and the reason the planner gave; blank where nothing moved."""
    if isnan(found.value) or isnan(base.value) or isclose(found.value, base.value, rel_tol=1e-9, abs_tol=0.005):
        return ""
    new, old = found.parts or {}, base.parts or {}
    moves = {name or "no family": new.get(name, 0.0) - old.get(name, 0.0) for name in {*new, *old}}
    largest = sorted((m for m in moves.items() if abs(m[1]) >= 0.5), key=lambda m: (-abs(m[1]), m[0]))[:MOVERS]
    told = ", ".join(f"{name} {_signed(amount, found.unit)}" for name, amount in largest)
    return "; ".join(part for part in (told, given) if part)


def _signed(amount: float, unit: str) -> str:
    """Return a difference with its sign; money in thousands or millions as its size asks."""
    size, letter = 1.0, ""
    if unit not in PLAIN_UNITS:
        size, letter = next(((s, f" {w}") for s, w in ((1e6, "m"), (1e3, "k")) if abs(amount) >= 0.9995 * s), (1.0, ""))
    decimals = 1 if size == 1e6 or unit == "%" else 0
    return f"{amount / size:+,.{decimals}f}{letter}".replace("-", "−")
