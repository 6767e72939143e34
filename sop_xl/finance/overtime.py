"""What overtime costs beyond regular hours, and how much of fixed cost production takes up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


class Absorption(NamedTuple):
    """How production took up fixed overhead.

    Attributes:
        rate: overhead of an hour in the cost of stock.
        absorbed: what goes into the cost of what was made.
        under_absorbed: what does not: an expense of the period; never below 0.
        over_absorbed: what the rate of normal capacity would have taken up beyond the overhead.
    """

    rate: float
    absorbed: float
    under_absorbed: float
    over_absorbed: float


def absorb(overhead: float, normal_hours: float, hours: float) -> Absorption:
    """Return how `hours` of production take up fixed `overhead`, by normal capacity.

    Below normal capacity the rate is that of normal capacity, and the rest is expensed; above it the
    rate falls, so that stock is never worth more than was spent.

    Args:
        overhead: fixed overhead of the period, in money.
        normal_hours: hours of the period at normal capacity, above 0.
        hours: hours worked.

    Source:
        IAS 2 Inventories, paragraph 13.
    """
    normal_rate = overhead / normal_hours
    rate = min(normal_rate, overhead / hours) if hours > 0 else normal_rate
    absorbed = rate * hours
    return Absorption(rate, absorbed, overhead - absorbed, max(normal_rate * hours - overhead, 0.0))


def overtime_premium(data: PlanData, load: pd.DataFrame) -> pd.DataFrame:
    """Return resource, period and premium: overtime hours at what they cost beyond regular ones, to the cent.

    Where the workforce of a resource is planned, its labour rates count, else those of the resource; a
    blank overtime rate has no premium. Closed months are left out.
    """
    labour, machine = data["labour"].set_index("resource"), data["resources"].set_index("resource")
    rows = load[load["period"].ge(data.settings.current_period)].sort_values(["resource", "period"], ignore_index=True)
    extra = (machine["overtime_cost_per_hour"] - machine["cost_per_hour"]).to_dict()
    extra |= (labour["overtime_cost_per_hour"] - labour["cost_per_hour"]).to_dict()
    rate = np.maximum(rows["resource"].map(extra).astype(float).fillna(0.0), 0.0)
    premium = round_half_up((rows["overtime_hours"].fillna(0.0) * rate).to_numpy(float))
    return rows[["resource", "period"]].assign(premium=premium)


def premium_as_cost(data: PlanData, load: pd.DataFrame, supply_plan: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return period and amount of the overtime premium as a cost of the plan's months, to the cent.

    With the setting `overtime_premium` at expense, each month bears its own. At absorb it is held in
    stock and leaves it as the stock does: each month bears the share of what is held that is sold
    of all stock and supply of the month, at standard cost.
    """
    months = data.calendar.periods
    premium = overtime_premium(data, load).groupby("period")["premium"].sum().reindex(months, fill_value=0.0)
    amounts = round_half_up(premium.to_numpy(float))
    if data.settings.overtime_premium == "absorb":
        amounts = release(amounts, _share_sold(data, supply_plan, costs))
    return pd.DataFrame({"period": months, "amount": amounts})


def release(premium: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return what of a pool that `premium` flows into leaves it each month, to the cent; shape (months,).

    Args:
        premium: added in each month, in whole cents; shape (months,).
        share: of what is held with what is added, the part that leaves, 0 to 1; shape (months,).
    """
    held, released = 0.0, np.zeros(len(premium))
    for month, added in enumerate(premium):
        held = round(held + float(added), 2)
        released[month] = float(round_half_up(np.array([held * share[month]]))[0])
        held = round(held - released[month], 2)
    return released


def _share_sold(data: PlanData, supply_plan: pd.DataFrame, costs: pd.DataFrame) -> np.ndarray:
    """Return what customers get of stock and supply in each month, at standard cost; 0 where there is none."""
    standard = supply_plan["item"].map(costs.set_index("item")["standard_cost"]).fillna(0.0)
    customers = (supply_plan["served"].fillna(0.0) - supply_plan["used"].fillna(0.0)).clip(lower=0.0)
    worth = pd.DataFrame(
        {
            "period": supply_plan["period"],
            "sold": customers * standard,
            "left": supply_plan["closing"].clip(lower=0.0) * standard,
        }
    )
    sums = worth.groupby("period")[["sold", "left"]].sum().reindex(data.calendar.periods, fill_value=0.0)
    whole = sums.sum(axis=1)
    return np.where(whole > 0, sums["sold"] / whole.where(whole > 0, 1.0), 0.0)
