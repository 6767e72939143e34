"""Key figures of money: revenue and margin against budget, stock and its turnover."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

from sop_xl.cycle.kpi import Kpi, at_least, at_most, months_ahead, percent, ratio, total
from sop_xl.domain.fiscal import fiscal_year

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData

REVENUE_SLACK = 0.05
MARGIN_SLACK = 2.0
STOCK_SLACK = (0.10, 0.30)
GAP_LIMITS = (0.1, 1.0)


def money_kpis(data: PlanData, finance: pd.DataFrame, plan_cost: pd.DataFrame) -> list[Kpi]:
    """Return the next 12 months and the fiscal year's outlook against budget, and the cost of the plan."""
    ahead = months_ahead(data)
    year = fiscal_year(data.settings.current_period, data.settings.fiscal_year_start)
    known = _known(finance, year)
    return [
        *_against_budget(data, finance, ahead, "12", f"next {_months(len(ahead))}", "planned"),
        *_against_budget(data, finance, known, "fy", _span_of(known), "actual to date plus plan"),
        _run_rate(data, finance, year),
        _plan_cost(data, plan_cost),
        _plan_gap(plan_cost),
    ]


def stock_kpis(data: PlanData, supply_plan: pd.DataFrame, finance: pd.DataFrame, unit_cost: pd.Series) -> list[Kpi]:
    """Return stock today and a year ahead in money, its days and its turns."""
    ahead = months_ahead(data)
    plan = supply_plan.assign(unit_cost=supply_plan["item"].map(unit_cost).fillna(0.0))
    today = plan[plan["period"].eq(ahead[0])]
    end = plan[plan["period"].eq(ahead[-1])]
    closing = total(end["closing_value"])
    target = total(end["target"] * end["unit_cost"])
    cogs = _sum(finance, "cogs", ahead)
    year_cogs = cogs * 12 / len(ahead)
    average = plan[plan["period"].isin(ahead)].groupby("period")["closing_value"].sum().mean()
    good, watch = STOCK_SLACK
    return [
        Kpi(
            "stock_now",
            "Stock today, all items",
            round(total(today["opening"] * today["unit_cost"]), 2),
            data.settings.currency,
            "Opening stock of the current month, all items and locations, at the standard cost in use.",
        ),
        Kpi(
            "stock_12",
            f"Stock after {_months(len(ahead))}, all items",
            round(closing, 2),
            data.settings.currency,
            "Planned closing stock of all items at standard cost, against target stock at the same cost; good up to "
            "10 % above, watch up to 30 %.",
            round(target, 2),
            at_most(closing, target * (1 + good), target * (watch - good)) if target > 0 else "",
        ),
        Kpi(
            "dio",
            "Days of inventory in money, all items",
            days_of(closing, year_cogs, data.settings.days_in_year),
            "days",
            "Planned closing stock of all items, in money, over a year's planned cost of goods sold, times the days in "
            "a year (DIO); not the cover in units of what is sold.",
            days_of(target, year_cogs, data.settings.days_in_year),
            at_most(closing, target * (1 + good), target * (watch - good)) if target > 0 else "",
        ),
        Kpi(
            "turns",
            "Inventory turns",
            ratio(year_cogs, average),
            "times a year",
            "A year's planned cost of goods sold over the average planned closing stock.",
        ),
    ]


def days_of(balance: float, flow: float, days: float) -> float:
    """Return how many days of `flow` the `balance` is: DSO, DIO or DPO.

    Args:
        balance: receivables, inventory or payables at the end, in money.
        flow: revenue or cost of goods sold of the time span, in money.
        days: days of the time span `flow` is of.
    """
    return ratio(balance, flow) * days


def _against_budget(
    data: PlanData, finance: pd.DataFrame, months: pd.PeriodIndex, suffix: str, span: str, what: str
) -> list[Kpi]:
    revenue, margin = _sum(finance, "revenue", months), _sum(finance, "gross_margin", months)
    budget, budget_margin = (_budget(finance, line, months) for line in ("revenue", "gross_margin"))
    margin_pct, target_pct = percent(margin, revenue), percent(budget_margin, budget)
    return [
        Kpi(
            f"revenue_{suffix}",
            f"Revenue, {span}",
            revenue,
            data.settings.currency,
            f"Net revenue, {what}, of what will be shipped, against the budget of the same months; watch within 5 % "
            "below it.",
            budget,
            at_least(revenue, budget, REVENUE_SLACK * abs(budget)),
        ),
        Kpi(
            f"margin_{suffix}",
            f"Gross margin, {span}",
            margin_pct,
            "%",
            f"Revenue less cost of goods sold, {what}, over revenue, against the budget's; watch within 2 points below "
            "it.",
            target_pct,
            at_least(margin_pct, target_pct, MARGIN_SLACK),
        ),
    ]


def _run_rate(data: PlanData, finance: pd.DataFrame, year: pd.PeriodIndex) -> Kpi:
    now = data.settings.current_period
    left = year[(year >= now) & (year <= data.calendar.periods[-1])]
    whole = left[-1] == year[-1]
    to_date = finance[finance["period"].lt(now)]
    needed = _budget(finance, "revenue", year) - _sum(to_date, "revenue", year) if whole else nan
    planned = _sum(finance, "revenue", left) / len(left)
    return Kpi(
        "run_rate",
        "Revenue a month to the end of the fiscal year",
        round(planned, 2),
        data.settings.currency,
        "Planned revenue a month, against (budget of the year - actual to date) / months left; watch within 5 % below "
        "it.",
        round(needed / len(left), 2),
        at_least(planned, needed / len(left), REVENUE_SLACK * abs(needed) / len(left)),
    )


def _plan_cost(data: PlanData, plan_cost: pd.DataFrame) -> Kpi:
    whole = plan_cost[plan_cost["component"].eq("total")].sort_values("scenario")["amount"]
    return Kpi(
        "plan_cost",
        "Cost of the plan",
        float(whole.iloc[0]) if len(whole) else nan,
        data.settings.currency,
        "All cost components of the plan over its whole horizon, penalties apart.",
    )


def _plan_gap(plan_cost: pd.DataFrame) -> Kpi:
    gaps = plan_cost.loc[plan_cost["component"].eq("total"), "gap_pct"].dropna()
    gap = float(gaps.max()) if len(gaps) else nan
    good, watch = GAP_LIMITS
    return Kpi(
        "plan_gap",
        "Proven gap of the plan",
        gap,
        "%",
        "How much of its cost, with what is late or missing to targets at its weight, a better plan could save at "
        "most; 0: proven best. Good up to 0.1 %, watch up to 1 %.",
        good,
        at_most(gap, good, watch - good),
    )


def _of(finance: pd.DataFrame, line: str, months: pd.PeriodIndex) -> pd.DataFrame:
    return finance[finance["line"].eq(line) & finance["period"].isin(months)]


def _sum(finance: pd.DataFrame, line: str, months: pd.PeriodIndex) -> float:
    return round(float(_of(finance, line, months)["amount"].sum()), 2)


def _budget(finance: pd.DataFrame, line: str, months: pd.PeriodIndex) -> float:
    """The months' budget; NaN unless every month has one, since only like is compared with like."""
    by_month = _of(finance, line, months).groupby("period")["budget"].sum(min_count=1).reindex(months)
    return nan if by_month.isna().any() or isnan(total(by_month)) else round(total(by_month), 2)


def _months(count: int) -> str:
    return f"{count} month" if count == 1 else f"{count} months"


def _span_of(months: pd.PeriodIndex) -> str:
    """Say how much of the fiscal year has figures, actual or planned."""
    return "fiscal year" if len(months) == 12 else f"{len(months)} of 12 months of the fiscal year"


def _known(finance: pd.DataFrame, months: pd.PeriodIndex) -> pd.PeriodIndex:
    """The months with revenue, actual or planned."""
    revenue = finance[finance["line"].eq("revenue")].dropna(subset=["amount"])
    return months[months.isin(revenue["period"])]
