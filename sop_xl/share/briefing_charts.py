"""The charts of the executive pack as categories and series; two renderers draw them from the same values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.share.figure_words import money_words, step_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Tables = Mapping[str, pd.DataFrame]

CLOSED = 6
"""Closed months shown before the months ahead."""
SOLD_SHARE = 0.9
"""A family is compared with its demand where customers take at least this share of what is used of it."""


@dataclass(frozen=True)
class Series:
    """One series: its name, its look (actual, plan, budget, line, adverse, better, none), a value a category."""

    name: str
    look: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        name: what it is called on Chart data.
        title: the finding.
        subtitle: measure and unit.
        kind: column (series beside or over each other), stacked, or bar.
        categories: months or names.
        series: at most four.
        number: money, units or percent.
    """

    name: str
    title: str
    subtitle: str
    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    number: str


def charts_of(tables: Tables, period: pd.Period, months: pd.PeriodIndex, currency: str) -> tuple[Chart, ...]:
    """Return the six charts: revenue, margin bridge, demand, load, stock, shortages."""
    shown = pd.period_range(period - CLOSED, months[-1], freq="M")
    return (
        _revenue(tables, period, shown, currency),
        _bridge(tables, currency),
        _demand(tables, period, shown),
        _load(tables, months),
        _stock(tables, months, currency),
        _shortages(tables, months, currency),
    )


def _by_month(frame: pd.DataFrame, column: str, months: pd.PeriodIndex) -> pd.Series:
    return frame.groupby("period")[column].sum(min_count=1).reindex(months)


def _split(values: pd.Series, period: pd.Period) -> tuple[Series, Series]:
    """Return what came and what is planned as two series, each blank where the other speaks."""
    closed = values.index < period
    return (
        Series("Actual", "actual", _plain(values.where(closed))),
        Series("Plan", "plan", _plain(values.where(~closed))),
    )


def _plain(values: Sequence[float] | pd.Series) -> tuple[float | None, ...]:
    return tuple(None if value != value else round(float(value), 2) for value in values)  # noqa: PLR0124


def _names(months: pd.PeriodIndex) -> tuple[str, ...]:
    return tuple(month_text(month) for month in months)


def _revenue(tables: Tables, period: pd.Period, shown: pd.PeriodIndex, currency: str) -> Chart:
    plan = tables["family_plan"]
    revenue, budget = _by_month(plan, "revenue", shown), _by_month(plan, "budget_revenue", shown)
    ahead = (revenue - budget)[shown >= period].dropna()
    met = int((ahead >= 0).sum())
    title = f"{met} of {len(ahead)} months ahead reach budget" if len(ahead) else "Revenue by month"
    series = (Series("Budget", "budget", _plain(budget)), *_split(revenue, period))
    return Chart("Revenue", title, f"Net revenue by month, {currency}", "column", _names(shown), series, "money")


def _bridge(tables: Tables, currency: str) -> Chart:
    bridge = tables["bridge"]
    outlook = bridge[bridge["comparison"].eq("Outlook against budget") & bridge["item"].eq("")]
    steps = outlook.groupby(["place", "step"], as_index=False)["amount"].sum().sort_values("place")
    base, better, worse, whole, level = [], [], [], [], 0.0
    for step, amount in zip(steps["step"], steps["amount"], strict=True):
        ends = step in ("start", "end")
        low = 0.0 if ends else min(level, level + amount)
        level = amount if ends else level + amount
        base.append(low)
        whole.append(amount if ends else 0.0)
        better.append(amount if not ends and amount >= 0 else 0.0)
        worse.append(-amount if not ends and amount < 0 else 0.0)
    named = {"start": "Budget", "end": "Outlook"}
    categories = tuple(
        f"{named.get(step, step_words(str(step)))} {money_words(amount) if step in named else _signed(amount)}"
        for step, amount in zip(steps["step"], steps["amount"], strict=True)
    )
    series = (
        Series("Below", "none", _plain(base)),
        Series("Margin", "actual", _plain(whole)),
        Series("Better", "better", _plain(better)),
        Series("Worse", "adverse", _plain(worse)),
    )
    moves = steps[~steps["step"].isin(named)]
    title = "Gross margin against budget"
    if len(moves):
        most = moves.loc[moves["amount"].abs().idxmax()]
        title = f"{step_words(str(most['step']))} moves the margin most, by {_signed(most['amount'])}"
    subtitle = f"Gross margin of the fiscal year, budget to outlook, {currency}"
    return Chart("Margin bridge", title, subtitle, "stacked", categories, series, "money")


def _signed(amount: float) -> str:
    return ("+" if amount >= 0 else "") + money_words(amount)


def _sold(tables: Tables) -> pd.DataFrame:
    """Return the plan of the families made or bought for customers, parts that go into others left out."""
    plan = tables["family_plan"]
    sums = plan.groupby("family")[["served", "used"]].sum()
    sold = sums.index[sums["served"] >= SOLD_SHARE * sums["used"]]
    return plan[plan["family"].isin(sold)]


def _demand(tables: Tables, period: pd.Period, shown: pd.PeriodIndex) -> Chart:
    plan = _sold(tables)
    demand = _by_month(plan, "actual", shown).fillna(_by_month(plan, "forecast", shown))
    supply = _by_month(plan, "actual_supply", shown).fillna(_by_month(plan, "supply", shown))
    ahead = shown >= period
    gap = float(supply[ahead].sum() - demand[ahead].sum())
    side = "more than" if gap >= 0 else "less than"
    title = f"Supply is {abs(gap):,.0f} units {side} demand ahead"
    names = ", ".join(sorted(plan["family"].unique()))
    series = (*_split(supply, period), Series("Demand", "line", _plain(demand)))
    return Chart("Demand and supply", title, f"Units by month: {names}", "column", _names(shown), series, "units")


def _load(tables: Tables, months: pd.PeriodIndex) -> Chart:
    load = tables["load"][tables["load"]["period"].isin(months)]
    if load.empty:
        return Chart("Load", "No resource limits this plan", "Load, %", "column", _names(months), (), "percent")
    load = load.assign(wanted=100 * load["wanted_hours"] / load["available_hours"].where(load["available_hours"] > 0))
    worst = load.loc[load["wanted"].idxmax()]
    rows = load[load["resource"].eq(worst["resource"])].set_index("period").reindex(months)
    title = f"{worst['resource']} is wanted at {worst['wanted']:.0f} % in {month_text(worst['period'])}"
    limit = 100 + 100 * rows["overtime_limit"].fillna(0.0) / rows["available_hours"].where(rows["available_hours"] > 0)
    series = (
        Series("Planned", "plan", _plain(rows["load_pct"])),
        Series("Wanted", "line", _plain(rows["wanted"])),
        Series("With overtime", "limit", _plain(limit)),
    )
    return Chart("Load", title, "Hours, % of regular", "column", _names(months), series, "percent")


def _stock(tables: Tables, months: pd.PeriodIndex, currency: str) -> Chart:
    plan = tables["supply_plan"]
    value, target = (_by_month(plan, name, months) for name in ("closing_value", "target_value"))
    title = f"Stock ends at {money_words(value.iloc[-1])}, target {money_words(target.iloc[-1])}"
    series = (Series("Plan", "plan", _plain(value)), Series("Target", "line", _plain(target)))
    subtitle = f"Stock at standard cost, all items, month end, {currency}"
    return Chart("Stock", title, subtitle, "column", _names(months), series, "money")


def _shortages(tables: Tables, months: pd.PeriodIndex, currency: str) -> Chart:
    rows = tables["shortages"][tables["shortages"]["period"].isin(months)]
    late = rows[rows["kind"].isin(["late", "lost"])].groupby("family")["value"].sum()
    below = rows[rows["kind"].eq("below_target")].groupby("family")["value"].sum()
    both = pd.DataFrame({"late": late, "below": below}).fillna(0.0)
    both = both.loc[both.sum(axis=1).sort_values(ascending=False).index[:6]]
    title = f"{money_words(late.sum())} late or lost, {money_words(below.sum())} below target stock"
    series = (
        Series("Late or lost", "adverse", _plain(both["late"])),
        Series("Below target stock", "prior", _plain(both["below"])),
    )
    subtitle = f"Next {len(months)} months by family, {currency}"
    return Chart("Shortages", title, subtitle, "bar", tuple(map(str, both.index)), series, "money")
