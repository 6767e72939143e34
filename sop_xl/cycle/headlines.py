"""The ten lines a planner cares about after a run: plain sentences with numbers and units."""

from __future__ import annotations

import re
from math import isnan
from typing import TYPE_CHECKING

from sop_xl.cycle.kpi import months_ahead
from sop_xl.domain.calendar import month_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.domain.plan_data import PlanData

LINES = 10
WORST = 3
KINDS = {"late": "late", "lost": "lost", "below_target": "below target stock"}


def ten_lines(data: PlanData, results: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return ten sentences: service, load, overtime, money, stock, accuracy, the three worst shortages.

    Where there are fewer shortages, late purchase orders, the cost of the plan and its demand fill up.
    Every figure is read from the result tables.

    Args:
        data: the input.
        results: the result tables by name; kpis, load, shortages and forecast are read, and purchases if given.
    """
    figures = results["kpis"].set_index("kpi")
    shortages = _shortage_lines(data, results["shortages"])
    fixed = [
        _service(data, figures),
        _load(figures),
        _overtime(data, results["load"]),
        _money(figures, "revenue_12"),
        _margin(figures),
        _stock(data, figures),
        _accuracy(figures),
    ]
    more = [
        *(_late_purchases(data, results[name]) for name in ("purchases",) if name in results),
        _plan_cost(figures),
        _demand(data, figures, results["forecast"]),
    ]
    return [*fixed, *shortages, *more][:LINES]


def amount(value: float, unit: str = "", decimals: int = 0) -> str:
    """Return `1,234 units`; `no figure` where it is blank. Negative zero is zero."""
    if isnan(value):
        return "no figure"
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}"
    return f"{text} {unit}".rstrip()


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _value(figures: pd.DataFrame, kpi: str, decimals: int = 0) -> str:
    return amount(figures.at[kpi, "value"], figures.at[kpi, "unit"], decimals)


def _target(figures: pd.DataFrame, kpi: str, decimals: int = 0) -> str:
    return amount(figures.at[kpi, "target"], figures.at[kpi, "unit"], decimals)


def _service(data: PlanData, figures: pd.DataFrame) -> str:
    span = f"the next {len(months_ahead(data))} months'"
    return (
        f"Service: {_value(figures, 'service', 1)} of {span} demand leaves in its month "
        f"(target {_target(figures, 'service', 1)}); {_value(figures, 'late_units')} are late, "
        f"{_value(figures, 'lost_units')} are lost, worth {_value(figures, 'at_stake')}."
    )


def _load(figures: pd.DataFrame) -> str:
    if isnan(figures.at["peak_load", "value"]):
        return "Load: no resource limits this plan."
    wanted = f"{figures.at['peak_wanted', 'name']}, {_value(figures, 'peak_wanted')} of regular hours"
    limit = f"{_target(figures, 'peak_wanted')} with overtime"
    return f"{figures.at['peak_load', 'name']}, {_value(figures, 'peak_load')} of regular hours. {wanted}, {limit}."


def _overtime(data: PlanData, load: pd.DataFrame) -> str:
    ahead = load[load["period"].isin(months_ahead(data))]
    hours = ahead.groupby("resource")["overtime_hours"].sum()
    hours = hours[hours > 0.5].sort_values(ascending=False, kind="stable")
    over = int((ahead["wanted_hours"] > ahead["available_hours"] + ahead["overtime_limit"].fillna(0.0) + 0.01).sum())
    overloads = f"in {_count(over, 'resource month')} demand wants more hours than there are, overtime included"
    if not len(hours):
        return f"Overtime: none; {overloads}."
    most = f"most at {hours.index[0]} ({amount(hours.iloc[0], 'hours')})"
    return f"Overtime: {amount(hours.sum(), 'hours')} at {_count(len(hours), 'resource')}, {most}; {overloads}."


def _money(figures: pd.DataFrame, kpi: str) -> str:
    value, target = figures.at[kpi, "value"], figures.at[kpi, "target"]
    head = f"{figures.at[kpi, 'name']}: {_value(figures, kpi)}"
    if isnan(target):
        return f"{head}; there is no budget for all of these months."
    side = "above" if value >= target else "below"
    gap = amount(abs(value - target), figures.at[kpi, "unit"])
    return f"{head}, {gap} {side} the budget of {_target(figures, kpi)}."


def _margin(figures: pd.DataFrame) -> str:
    value, target = figures.at["margin_12", "value"], figures.at["margin_12", "target"]
    head = f"{figures.at['margin_12', 'name']}: {_value(figures, 'margin_12', 1)} of revenue"
    if isnan(target) or isnan(value):
        return f"{head}; there is no budget for all of these months."
    side = "above" if value >= target else "below"
    return f"{head}, {amount(abs(value - target), 'points', 1)} {side} the budget's {_target(figures, 'margin_12', 1)}."


def _stock(data: PlanData, figures: pd.DataFrame) -> str:
    months = len(months_ahead(data))
    return (
        f"Stock of all items: {_value(figures, 'stock_now')} today, {_value(figures, 'stock_12')} after "
        f"{_count(months, 'month')}, which is {_value(figures, 'dio')} of cost of sales in money (target stock "
        f"{_target(figures, 'stock_12')}); "
        f"{_value(figures, 'below_target')} are missing to target in an average month."
    )


def _accuracy(figures: pd.DataFrame) -> str:
    if isnan(figures.at["accuracy", "value"]):
        return "Forecast: no history yet to measure its accuracy by."
    bias = figures.at["bias", "name"].removeprefix("Forecast ")
    naive, source = _target(figures, "accuracy", 1), figures.at["accuracy", "name"].partition(": ")[2]
    return (
        f"Forecast: accuracy {_value(figures, 'accuracy', 1)} one month ahead ({source}; naive {naive}), "
        f"{bias} {_value(figures, 'bias', 1)}."
    )


def _shortage_lines(data: PlanData, shortages: pd.DataFrame) -> list[str]:
    """The worst by money, an item's markets together; late and lost come before what is only below target."""
    ahead = shortages[shortages["period"].isin(data.calendar.periods) & shortages["rank"].notna()]
    worst = ahead.sort_values("rank").head(WORST)
    lines = [_shortage(place, row, data.settings.currency) for place, (_, row) in enumerate(worst.iterrows(), start=1)]
    return lines or ["Shortages: none in the whole plan."]


def _shortage(place: int, row: pd.Series, currency: str) -> str:
    name = f"{row['description']} ({row['item']})" if row["description"] else row["item"]
    several = row["market_count"] > 1
    where = f" in {row['market_count']:.0f} markets" if several else f" for {row['market']}" if row["market"] else ""
    cause = row["reason"].rstrip(".") or row["binding"]
    if several:
        cause = _OF_ONE_MARKET.sub("", cause)
    return (
        f"Shortage {place}: {amount(row['item_quantity'], 'units')} of {name}{where} {KINDS[row['kind']]} in "
        f"{month_text(row['period'])}, worth {amount(row['item_value'], currency)}" + (f": {cause}." if cause else ".")
    )


_OF_ONE_MARKET = re.compile(r"; [\d.,]+ (late|lost|below target)[^;]*$")
"""The end of a reason, `; 38 late until Dec 26`: the quantity of one market, which is not the item's."""


def _late_purchases(data: PlanData, purchases: pd.DataFrame) -> str:
    late = purchases[purchases["late"].eq("yes")]
    if not len(late):
        return "Purchases: none should have been ordered before today."
    first = late.sort_values(["order_by", "item", "supplier"], kind="stable").iloc[0]
    worth = amount(late["value"].sum(), data.settings.currency)
    return (
        f"Purchases: {_count(len(late), 'order')} worth {worth} should have been "
        f"placed before today, the first {first['item']} from {first['supplier']}."
    )


def _plan_cost(figures: pd.DataFrame) -> str:
    proof = gap_words(figures.at["plan_gap", "value"])
    return f"Cost of the plan over its whole horizon: {_value(figures, 'plan_cost')}, {proof}."


def gap_words(gap_pct: float) -> str:
    """Return what is proven of a plan whose gap is so many points."""
    if isnan(gap_pct):
        return "without a proof how good it is"
    return f"proven within {gap_pct:.2f} % of the best" if gap_pct else "proven the best"


def _demand(data: PlanData, figures: pd.DataFrame, forecast: pd.DataFrame) -> str:
    months = months_ahead(data)
    ahead = forecast[forecast["period"].isin(months)]
    growth = figures.at["growth", "value"]
    change = "" if isnan(growth) else f", {growth:+.1f} % on the last {len(months)}"
    units = amount(ahead["consensus"].sum(), "units")
    return f"Demand: {units} forecast for the next {_count(len(months), 'month')}{change}."
