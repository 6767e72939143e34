"""What overtime costs beyond regular hours, and how much of fixed cost production takes up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.domain.money import round_half_up

if TYPE_CHECKING:
    import pandas as pd

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
