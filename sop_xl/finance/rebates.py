"""Yearly rebates: what the volume expected for a whole agreement earns the customer, and the true-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.finance.rebate_scope import booked_rebates, in_scope
from sop_xl.schema.frames import conform
from sop_xl.schema.results import REBATE_ACCRUALS

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


class Agreement(NamedTuple):
    """One agreement with a customer.

    Attributes:
        name: its code.
        months: the months it runs.
        thresholds: what has to be sold for each rate, rising; shape (tiers,).
        rates: rebate in % of revenue from each threshold on; shape (tiers,).
        retrospective: whether a rate, once reached, holds for everything sold since the first month.
        by_units: whether units are measured against the thresholds; else revenue.
    """

    name: str
    months: pd.PeriodIndex
    thresholds: np.ndarray
    rates: np.ndarray
    retrospective: bool
    by_units: bool


def rate_reached(agreement: Agreement, expected: float) -> float:
    """Return the rate of the highest threshold that `expected` reaches, in %; 0 below the first."""
    reached = agreement.rates[agreement.thresholds <= expected]
    return float(reached[-1]) if reached.size else 0.0


def earned(agreement: Agreement, volume: np.ndarray, revenue: np.ndarray, expected: float) -> np.ndarray:
    """Return what each month's sales earn the customer, in whole cents; shape (months,).

    A retrospective rebate is variable consideration: each month bears the rate that the volume expected for the
    whole agreement reaches. Otherwise only what is sold beyond a threshold earns its rate, in the months it
    is sold in.

    Args:
        agreement: thresholds and rates.
        volume: measured against the thresholds, from the first month on; shape (months,).
        revenue: before this rebate, in money; shape (months,).
        expected: volume of the whole agreement.

    Source:
        IFRS 15, 50-59 and B39-B43.
    """
    if agreement.retrospective:
        due = revenue * rate_reached(agreement, expected) / 100.0
    else:
        after = np.cumsum(volume)
        before = after - volume
        upper = np.append(agreement.thresholds[1:], np.inf)
        inside = np.minimum(after[:, None], upper) - np.maximum(before[:, None], agreement.thresholds)
        share = np.maximum(inside, 0.0) / np.where(volume > 0, volume, 1.0)[:, None]
        due = revenue * (share @ agreement.rates) / 100.0
    return round_half_up(np.round(due, 8))


def expected_volume(volume: np.ndarray, known: int, months: int) -> float:
    """Return the volume of the whole agreement: months beyond the plan's end count as the mean of those before."""
    return float(volume.sum()) * (months / known if known else 1.0)


def agreements(data: PlanData) -> list[Agreement]:
    """Return the agreements that run, or ended with the last closed month; others are settled or to come."""
    rows = data["rebates"].sort_values(["agreement", "threshold"], ignore_index=True)
    now, end = data.settings.current_period, data.calendar.periods[-1]
    found = []
    for name, tiers in rows.groupby("agreement"):
        first = tiers.iloc[0]
        if first["to_period"] < now - 1 or first["from_period"] > end:
            continue
        months = pd.period_range(first["from_period"], first["to_period"], freq="M")
        levels = (tiers["threshold"].to_numpy(float), tiers["rebate_pct"].to_numpy(float))
        found.append(Agreement(str(name), months, *levels, bool(first["retrospective"]), first["measured"] == "units"))
    return found


def rebate_accruals(data: PlanData, actual: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `rebate_accruals`: by agreement and month what is sold, earned and accrued.

    Closed months have accrued what was booked under the measure `rebates`. What they have earned by now,
    less that, is the true-up: it falls in the current month, which also bears its own.

    Args:
        data: agreements and booked rebates.
        actual: closed months' sales before rebates, as `actual_sales` gives them.
        planned: likewise of the planned months.
    """
    sales = pd.concat([actual, planned], ignore_index=True)
    booked = booked_rebates(data)
    rows = [_accruals_of(data, one, sales, booked) for one in agreements(data)]
    return conform(REBATE_ACCRUALS, pd.concat(rows) if rows else pd.DataFrame(columns=list(REBATE_ACCRUALS.fields)))


def _accruals_of(data: PlanData, one: Agreement, sales: pd.DataFrame, booked: pd.DataFrame) -> pd.DataFrame:
    now, known = data.settings.current_period, one.months[one.months <= data.calendar.periods[-1]]
    mine = sales[in_scope(data, one.name, sales)].groupby("period")[["quantity", "revenue"]].sum()
    mine = mine.reindex(known, fill_value=0.0)
    volume = mine["quantity" if one.by_units else "revenue"].to_numpy(float)
    revenue = round_half_up(mine["revenue"].to_numpy(float))
    expected = expected_volume(volume, len(known), len(one.months))
    due = earned(one, volume, revenue, expected)
    closed = known < now
    mine_booked = booked[booked["agreement"].eq(one.name)].groupby("period")["value"].sum()
    before = round_half_up(mine_booked.reindex(known, fill_value=0.0).to_numpy(float))
    table = pd.DataFrame({"agreement": one.name, "period": known, "volume": volume, "revenue": revenue, "earned": due})
    table = table.assign(true_up=0.0, accrued=np.where(closed, before, due), expected=expected)
    table = table.assign(rate_pct=rate_reached(one, expected))
    missing = round(float((due - before)[closed].sum()), 2)
    return _with_true_up(table, now, missing)


def _with_true_up(table: pd.DataFrame, now: pd.Period, missing: float) -> pd.DataFrame:
    """Put the true-up into the current month; an agreement that has ended, or starts later, gets a row for it."""
    if not missing:
        return table
    if not table["period"].eq(now).any():
        zero = {"period": now, "volume": 0.0, "revenue": 0.0, "earned": 0.0, "accrued": 0.0}
        table = pd.concat([table, table.iloc[[0]].assign(**zero)], ignore_index=True)
    current = table["period"].eq(now)
    accrued = round_half_up((table["accrued"] + missing).to_numpy(float))
    return table.assign(true_up=np.where(current, missing, 0.0), accrued=np.where(current, accrued, table["accrued"]))
