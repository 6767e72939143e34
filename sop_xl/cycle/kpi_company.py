"""Key figures by month that are not sums over items: backlog, cash, load, and the fiscal year against its budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.cycle.kpi_facts import calendar_days
from sop_xl.cycle.kpi_formulas import TRAILING, run_rate_needed, weeks_of, working_capital
from sop_xl.domain.fiscal import fiscal_year

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

Series = dict[str, pd.Series]
CASH_DAYS = ("dso", "dio", "dpo", "cash_to_cash")


def budget_by_family(finance: pd.DataFrame) -> pd.DataFrame:
    """Return family, period, revenue and gross_margin as budgeted; a month without a budget has no row."""
    rows = finance[finance["line"].isin(["revenue", "gross_margin"])].dropna(subset=["budget"])
    sums = rows.groupby(["family", "period", "line"])["budget"].sum().unstack("line")
    return sums.reindex(columns=["revenue", "gross_margin"]).reset_index()


def year_figures(data: PlanData, revenue: pd.Series, budget: pd.Series) -> Series:
    """Return the gap to the budget from each open month to the end of its fiscal year, and the run rate needed now.

    Both are blank unless every month of the year has a budget, and every month to go a plan.
    """
    now = data.settings.current_period
    year = fiscal_year(now, data.settings.fiscal_year_start)
    goal, found = budget.reindex(year), revenue.reindex(year)
    if goal.isna().any() or found[year >= now].isna().any():
        return {}
    left = year[year >= now]
    gaps = (found - goal)[left][::-1].cumsum()[::-1]
    needed = run_rate_needed(float(goal.sum()), float(found[year < now].sum()), len(left))
    return {"gap_to_go": gaps, "run_rate": pd.Series([needed], index=left[:1])}


def backlog(data: PlanData, lead_times: pd.DataFrame, facts: pd.DataFrame, family: str | None) -> Series:
    """Return backlog and weeks of it of what is made to order; a family's also the lead time to quote.

    Closed months: the backlog as reported.
    """
    rows = lead_times if family is None else lead_times[lead_times["family"].eq(family)]
    actuals, now = data["actuals"], data.settings.current_period
    told = actuals[actuals["measure"].eq("backlog") & actuals["period"].lt(now)]
    past = told[told["item"].isin(facts["item"])].groupby("period")["quantity"].sum(min_count=1)
    if rows.empty:
        return {"backlog": past}
    sums = rows.groupby("period")[["closing_backlog", "shipments"]].sum()
    weeks = dict(zip(data.calendar.periods, data.calendar.weeks, strict=True))
    lasting = [
        weeks_of(row.closing_backlog, row.shipments, weeks[period])
        for period, row in zip(sums.index, sums.itertuples(), strict=True)
    ]
    found = {
        "backlog": pd.concat([past, sums["closing_backlog"]]),
        "backlog_weeks": pd.Series(lasting, index=sums.index, dtype=float),
    }
    if family is not None:
        found["backlog_weeks"] = rows.set_index("period")["weeks_of_backlog"]
        found["quoted_weeks"] = rows.set_index("period")["quoted_weeks"]
    return found


def cash_figures(data: PlanData, cash: pd.DataFrame, finance: pd.DataFrame) -> Series:
    """Return days of sales, stock and payables, cash to cash, and net working capital of the company.

    Closed months: from receivables and payables as booked; with stock where every place that is listed was counted.
    """
    plan = cash[cash["period"].ge(data.settings.current_period)].set_index("period")
    found = {name: plan[name] for name in CASH_DAYS}
    found["working_capital"] = working_capital(
        plan["closing_receivables"],
        plan["inventory_value"],
        plan["closing_payables"],  # type: ignore[arg-type]
    )
    past = _booked_days(data, finance)
    return {name: pd.concat([past[name].dropna(), values]) for name, values in found.items()}


def _booked_days(data: PlanData, finance: pd.DataFrame) -> pd.DataFrame:
    """The same figures of closed months, by month; NaN where something of them was not booked or counted."""
    actuals, now = data["actuals"], data.settings.current_period
    months = pd.period_range(now - 24, now - 1, freq="M")
    money = {name: _line(finance, name, months) for name in ("revenue", "cogs", "inventory_value")}
    rows = actuals[actuals["period"].isin(months)]
    booked = {
        name: rows[rows["measure"].eq(name)].groupby("period")["value"].sum(min_count=1).reindex(months)
        for name in ("receivables", "payables")
    }
    listed = int(data["stock"]["quantity"].gt(0).sum())
    counts = rows[rows["measure"].eq("inventory")].groupby("period").size().reindex(months, fill_value=0)
    stock = money["inventory_value"].where(counts.ge(max(listed, 1)))
    revenue, cogs = (money[name].rolling(TRAILING).sum() for name in ("revenue", "cogs"))
    days = pd.Series(calendar_days(months), index=months).rolling(TRAILING).sum()
    days = days.where(days.isna(), data.settings.days_in_year * TRAILING / 12.0)
    dso, dio, dpo = (
        balance / flow.where(flow > 0) * days
        for balance, flow in ((booked["receivables"], revenue), (stock, cogs), (booked["payables"], cogs))
    )
    capital = working_capital(booked["receivables"], stock, booked["payables"])  # type: ignore[arg-type]
    return pd.DataFrame(
        {"dso": dso, "dio": dio, "dpo": dpo, "cash_to_cash": dso + dio - dpo, "working_capital": capital}
    )


def _line(finance: pd.DataFrame, line: str, months: pd.PeriodIndex) -> pd.Series:
    rows = finance[finance["line"].eq(line)]
    return rows.groupby("period")["amount"].sum(min_count=1).reindex(months)


def load_figures(data: PlanData, rough_cut: pd.DataFrame, load: pd.DataFrame, resource: str | None) -> Series:
    """Return load, demonstrated capacity a working day, and the load on it, of one resource or all together."""
    if resource is not None:
        load, rough_cut = load[load["resource"].eq(resource)], rough_cut[rough_cut["resource"].eq(resource)]
    sums = load.groupby("period")[["required_hours", "available_hours"]].sum(min_count=1)
    shown = rough_cut.groupby("period")["demonstrated_hours"].sum(min_count=1).reindex(sums.index)
    days = pd.Series(data.calendar.working_days, index=data.calendar.periods).reindex(sums.index)
    daily = shown / days.where(days > 0)
    return {
        "load": 100.0 * sums["required_hours"] / sums["available_hours"].where(sums["available_hours"] > 0),
        "load|target": pd.Series(np.full(len(sums), 100.0), index=sums.index),
        "demonstrated": daily.iloc[:1],
        "load_demonstrated": 100.0 * sums["required_hours"] / shown.where(shown > 0),
        "load_demonstrated|target": pd.Series(np.full(len(sums), 100.0), index=sums.index),
    }
