"""The plans as planners know them, from the tables of a plan: procurement, stock, rates, capacity, ends of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.supply.distribution import distribution
from sop_xl.supply.inventory_plan import inventory_plan
from sop_xl.supply.prebuild import prebuild
from sop_xl.supply.procurement import procurement
from sop_xl.supply.rate_plans import rate_plans
from sop_xl.supply.rough_cut import rough_cut
from sop_xl.supply.run_down import run_down

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from sop_xl.domain.plan_data import PlanData

PLANS: dict[str, Callable[[PlanData, Mapping[str, pd.DataFrame]], pd.DataFrame]] = {
    "procurement": procurement,
    "distribution": distribution,
    "inventory_plan": inventory_plan,
    "rate_plans": rate_plans,
    "rough_cut": rough_cut,
    "prebuild": prebuild,
    "run_down": run_down,
}
"""Result table to what makes it of the input and the tables of the plan."""
NEEDED = (
    "supply_plan",
    "production",
    "purchases",
    "transfers",
    "load",
    "item_costs",
    "accuracy",
    "item_classes",
    "demand_changes",
)


def planners_tables(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the planners' tables by name; `frames` holds the tables of `NEEDED`."""
    return {name: make(data, frames) for name, make in PLANS.items()}
