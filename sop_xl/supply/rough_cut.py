"""Rough-cut capacity: what the plan of sold goods asks of each resource, estimated in the three classic ways."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.calendar import month_working_days
from sop_xl.domain.lead_time import lead_months
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ROUGH_CUT
from sop_xl.supply.bill import top_down

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

SHARES_OF, DEMONSTRATED_OF = 12, 6
"""Closed months from which shares of hours, and hours earned a working day, are taken."""
Hours = dict[tuple[str, int], float]
"""Hours of one unit by resource and months before it is finished."""


def overall_factors(hours: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return hours by work centre and month: those of the whole plan by the centres' shares of the past.

    Args:
        hours: of the whole plan; shape (months,).
        shares: of each centre, not all 0; they need not add up to 1; shape (centres,).
    """
    return np.outer(shares / shares.sum(), hours)


def rough_cut(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `rough_cut`.

    All three start from what the plan makes of goods that customers buy, all levels of their bills included and
    stock of components left out: overall factors share the total out as the last 12 months had it; the bill of
    labour gives each resource its own hours, in the month of the good; the resource profile puts them as many
    months earlier as the goods above take. Demonstrated capacity is the mean of the standard hours earned a working
    day in the last 6 closed months, on the month's working days. Components whose production nobody reports earn
    theirs through the goods that used them.

    Args:
        data: the input tables.
        frames: the results `supply_plan`, `production` and `load`.
    """
    periods = data.calendar.periods
    resources = sorted(frames["load"]["resource"].unique())
    bills = bills_of_labour(data)
    profile, bill = np.zeros((2, len(resources), len(periods)))
    number = {name: row for row, name in enumerate(resources)}
    for item, quantity in goods_made(frames["supply_plan"], periods).items():
        for (resource, offset), hours in bills.get(item, {}).items():
            row = number.get(resource)
            if row is None:
                continue
            bill[row] += hours * quantity
            profile[row] += hours * np.r_[quantity[offset:], np.zeros(min(offset, len(quantity)))]
    earned = _earned(data, resources)
    shares = earned[:, -SHARES_OF:].sum(axis=1)
    shares = shares if shares.sum() > 0 else bill.sum(axis=1)
    total = bill.sum(axis=0)
    factors = overall_factors(total, shares) if shares.sum() > 0 else np.zeros_like(bill)
    grid = {
        name: frames["load"].pivot(index="resource", columns="period", values=name).reindex(resources, columns=periods)
        for name in ("available_hours", "required_hours")
    }
    values = {
        "overall_factors": factors,
        "bill_of_labour": bill,
        "resource_profile": profile,
        "plan_hours": grid["required_hours"].to_numpy(float),
        "available_hours": grid["available_hours"].to_numpy(float),
        "demonstrated_hours": _demonstrated(data, earned),
    }
    place = pd.MultiIndex.from_product([resources, periods], names=["resource", "period"])
    frame = pd.DataFrame({name: hours.ravel() for name, hours in values.items()}, index=place)
    return conform(ROUGH_CUT, frame.reset_index() if resources else pd.DataFrame(columns=list(ROUGH_CUT.fields)))


def goods_made(plan: pd.DataFrame, periods: pd.PeriodIndex) -> dict[str, np.ndarray]:
    """Return what is made of each item for customers, by month: what of it goes into other goods is in their bill."""
    sums = plan.assign(own=plan["demand"] - plan["used"]).groupby("item")[["own", "demand"]].sum()
    share = sums["own"] / sums["demand"].where(sums["demand"] > 0)
    own = plan["item"].map(share)
    made = plan[own > 0].assign(production=plan["production"] * own)
    wide = made.pivot_table(index="item", columns="period", values="production", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(columns=periods, fill_value=0.0)
    return {item: row for item, row in zip(wide.index, wide.to_numpy(float), strict=True) if row.any()}


def _own_hours(data: PlanData) -> pd.DataFrame:
    """Return item, resource and hours a unit: the usual resource of each operation."""
    usual = data["routings"][data["routings"]["alternative"] == ""]
    return usual.groupby(["item", "resource"], as_index=False)["hours_per_unit"].sum()


def bills_of_labour(data: PlanData) -> dict[str, Hours]:
    """Return the hours of a unit of each item over all levels of its bill."""
    own: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in _own_hours(data).itertuples():
        own[row.item].append((row.resource, row.hours_per_unit))
    items = data["items"]
    lead = dict(zip(items["item"], lead_months(items["lead_time_days"], data.settings.days_in_year), strict=True))
    lines, bom = bill_lines(data)
    bills: dict[str, Hours] = {}
    for item in reversed(list(top_down(items["item"], bom))):
        hours: Hours = defaultdict(float)
        for resource, each in own.get(item, []):
            hours[resource, 0] += each
        for component, quantity in lines.get(item, []):
            for (resource, offset), each in bills[component].items():
                hours[resource, offset + int(lead[item])] += quantity * each
        bills[item] = dict(hours)
    return bills


def bill_lines(data: PlanData) -> tuple[dict[str, list[tuple[str, float]]], pd.DataFrame]:
    """Return component and need a unit by made item, and the lines of the bill they are from."""
    items, bom = data["items"], data["bom"]
    made = items.loc[items["source"].isin(["make", "both"]), "item"]
    bom = bom[bom["parent"].isin(made) & bom["component"].isin(items["item"])]
    need = bom["qty_per"] / (1.0 - bom["scrap_pct"].fillna(0.0) / 100.0)
    lines: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for parent, component, quantity in zip(bom["parent"], bom["component"], need, strict=True):
        lines[parent].append((component, quantity))
    return lines, bom


def _earned(data: PlanData, resources: list[str]) -> np.ndarray:
    """Return the standard hours that production of the last closed months earned; shape (resources, 12).

    What nobody reports counts as far as reported goods used it by their bill.
    """
    current = data.settings.current_period
    months = pd.period_range(current - SHARES_OF, current - 1, freq="M")
    actuals = data["actuals"]
    made = actuals[(actuals["measure"] == "production") & actuals["period"].isin(months)]
    wide = made.pivot_table(index="item", columns="period", values="quantity", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(index=data["items"]["item"], columns=months).fillna(0.0)
    total = dict(zip(wide.index, wide.to_numpy(float), strict=True))
    used: dict[str, np.ndarray] = {}
    lines, bom = bill_lines(data)
    for item in top_down(data["items"]["item"], bom):
        total[item] = np.maximum(total[item], used.get(item, 0.0))
        for component, quantity in lines.get(item, []):
            used[component] = used.get(component, 0.0) + quantity * total[item]
    number = {name: row for row, name in enumerate(resources)}
    earned = np.zeros((len(resources), SHARES_OF))
    for row in _own_hours(data).itertuples():
        if row.resource in number and row.item in total:
            earned[number[row.resource]] += row.hours_per_unit * total[row.item]
    return earned


def _demonstrated(data: PlanData, earned: np.ndarray) -> np.ndarray:
    """Return the mean of hours earned a working day, on the days of each planned month; NaN without production."""
    current = data.settings.current_period
    closed = pd.period_range(current - DEMONSTRATED_OF, current - 1, freq="M")
    hours, days = earned[:, -DEMONSTRATED_OF:], month_working_days(closed)
    known = hours.sum(axis=0) > 0
    if not known.any():
        return np.full((len(earned), len(data.calendar.periods)), np.nan)
    daily = (hours[:, known] / days[known]).mean(axis=1)
    return np.outer(daily, data.calendar.working_days)
