"""Production plans as planners know them: chase, level and mixed of each family, beside what the optimum makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import RATE_PLANS
from sop_xl.supply.crew_plans import Crew, crews_of, of_family, people
from sop_xl.supply.rates import unit_rates
from sop_xl.supply.steady_rates import level_rate, rates_with_changes, requirements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

CHANGES = 2
"""Changes of rate that the mixed plan may make."""
STRATEGIES = ("chase", "level", "mixed", "optimum")


@dataclass(frozen=True)
class _Family:
    """One family's months: demand, stock wanted, what the optimum supplies, and what a unit costs and takes.

    Attributes:
        demand, target, optimum: units; shape (months,).
        opening: stock less backlog before the first month, in units.
        hours, holding, late: hours a unit takes, and what one costs a month in stock, or late.
        crews: the planned workforces that make it.
    """

    demand: np.ndarray = field(repr=False)
    target: np.ndarray = field(repr=False)
    optimum: np.ndarray = field(repr=False)
    opening: float
    hours: float
    holding: float
    late: float
    crews: list[Crew]

    def made(self, strategy: str, days: np.ndarray) -> np.ndarray:
        """Return what a strategy makes; shape (months,)."""
        if strategy == "optimum":
            return self.optimum
        if strategy == "level":
            return level_rate(self.demand, self.opening, float(self.target[-1]), days)
        need = requirements(self.demand, self.opening, self.target)
        return need if strategy == "chase" else rates_with_changes(need, days, CHANGES)


def rate_plans(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `rate_plans` of the families that are made and sold.

    Chase makes what each month needs to end with its target stock; level makes one rate a working day that ends the
    horizon with the target; mixed changes its rate twice at most and stays as near to the needs as it can; none of
    them looks at capacity. The optimum is what the plan makes, buys and moves in. Stock that a plan lacks is backlog.
    Costs are those in which the plans differ before capacity: stock and lateness, at the family's mean rates, and where
    the workforce is planned, hiring and laying off the whole workers that the family's own operations take.

    Args:
        data: the input tables.
        frames: the results `supply_plan`, `production` and `item_costs`.
    """
    days = data.calendar.working_days
    parts = []
    for name, family in _families(data, frames).items():
        for strategy in STRATEGIES:
            made = family.made(strategy, days)
            net = family.opening + np.cumsum(made - family.demand)
            stock, backlog = np.maximum(net, 0.0), np.maximum(-net, 0.0)
            values = {
                "demand": family.demand,
                "production": made,
                "rate": made / np.where(days > 0, days, 1.0),
                "stock": np.round(stock, 6) + 0.0,
                "backlog": np.round(backlog, 6) + 0.0,
                "hours": made * family.hours,
                "holding_cost": stock * family.holding,
                "late_cost": backlog * family.late,
                **people(family.crews, made),
            }
            keys = {"family": name, "strategy": strategy, "period": data.calendar.periods}
            parts.append(pd.DataFrame({**keys, **values}))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(RATE_PLANS.fields))
    return conform(RATE_PLANS, frame)


def _families(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> dict[str, _Family]:
    plan, made = frames["supply_plan"], frames["production"]
    customers = plan.assign(own=plan["demand"] - plan["used"]).groupby("item")["own"].sum()
    sold = set(customers.index[customers > 0]) & set(made["item"])
    plan = plan[plan["item"].isin(list(sold))].copy()
    periods = data.calendar.periods
    first = plan["period"] == periods[0]
    start = plan["opening"] - (plan["backlog"] + plan["served"] + plan["lost"] - plan["demand"])
    plan["supply"] = plan["production"] + plan["purchases"] + plan["received"] - plan["shipped_out"]
    plan["needed"] = plan["demand"] - plan["lost"]
    rates = unit_rates(data, frames["item_costs"])
    per_item = pd.DataFrame({"holding": rates.holding, "late": rates.backorder}, index=data["items"]["item"])
    crews, found = crews_of(data, made), {}
    for family, rows in plan.groupby("family", sort=True):
        wide = rows.groupby("period")[["needed", "target", "supply"]].sum().reindex(periods, fill_value=0.0)
        weight = rows.groupby("item")["needed"].sum()
        mean = per_item.loc[weight.index].mul(weight, axis=0).sum() / max(float(weight.sum()), 1e-9)
        mine = made[made["item"].isin(weight.index)]
        units = float(mine.groupby(["item", "location", "period"])["quantity"].max().sum())
        found[str(family)] = _Family(
            demand=wide["needed"].to_numpy(float),
            target=wide["target"].to_numpy(float),
            optimum=wide["supply"].to_numpy(float),
            opening=float(start[rows.index][first[rows.index]].sum()),
            hours=float(mine["hours"].sum()) / units if units > 0 else 0.0,
            holding=float(mean["holding"]),
            late=float(mean["late"]),
            crews=of_family(crews, mine, units),
        )
    return found
