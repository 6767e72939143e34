"""What a planner fixed: how much of it is made, what a unit of it costs, and the plan without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.results import FIXED_COST, FIXED_PLAN

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows
    from sop_xl.supply.levels import Solved
    from sop_xl.supply.model import LinearModel
    from sop_xl.supply.plan import SupplyPlan

SHORT = {"late": "value late", "lost": "value lost", "below_target": "value below target"}
"""What is short, by kind, beside the plan's costs."""
SET_UP = 0.5
"""A setup is 1 or 0."""


def fixed_plan(case: SupplyCase, model: LinearModel, solved: Solved, flows: Flows) -> pd.DataFrame:
    """Return the fixed quantities with what is supplied and what a unit more or less of each would cost.

    The unit cost is the price of the row that fixes the quantity: money saved for one unit less; where lots, setups or
    workers are whole numbers, with those as the plan has them. Blank where the next unit would take a setup that the
    plan does not have: its price is that of the setup, not of the unit. `free` is filled in by `beside`.
    """
    fixed = case.targets.fixed
    node, month = np.nonzero(~np.isnan(fixed) & _typed(case))
    block = model.rows["fixed_production"]
    price = np.full(fixed.shape, np.nan)
    if "money" in solved.duals:
        price[block.keys["node"]] = block.of(solved.duals["money"])
        price[_not_set_up(case, model, solved)] = np.nan
    made = np.zeros(len(case.network.nodes), dtype=bool)
    made[case.network.makes["node"]] = True
    supplied = np.where(made[:, None], flows.production, flows.purchases)
    frame = pd.DataFrame(
        {
            "item": case.network.nodes["name"].to_numpy()[node],
            "location": case.network.nodes["location"].to_numpy()[node],
            "period": case.data.calendar.periods[month],
            "fixed": fixed[node, month],
            "supplied": supplied[node, month],
            "unit_cost": price[node, month],
        }
    )
    return conform(FIXED_PLAN, frame)


def _not_set_up(case: SupplyCase, model: LinearModel, solved: Solved) -> np.ndarray:
    """Return where what is made takes a setup that the plan does not have in the month; shape (nodes, months)."""
    off = np.zeros(case.targets.fixed.shape, dtype=bool)
    if "setup" in model.columns:
        node = case.network.makes["node"].to_numpy(int)[case.setups.keys["make"]]
        np.logical_or.at(off, node, model.columns["setup"].of(solved.values) < SET_UP)
    return off


def _typed(case: SupplyCase) -> np.ndarray:
    """Return which quantities a planner typed: the rest of a frozen month is fixed at nothing by itself."""
    table = case.data["targets"].dropna(subset="fixed_production")
    told = set(zip(table["item"], case.data.calendar.index_of(table["period"]), strict=True))
    names = case.network.nodes["name"].to_numpy()
    typed = [(name, month) in told for name in names for month in range(case.months)]
    return np.array(typed, dtype=bool).reshape(len(names), case.months)


def without_fixed(data: PlanData) -> PlanData:
    """Return the input without any quantity that a planner fixed."""
    return data.with_tables(targets=data["targets"].assign(fixed_production=np.nan))


def beside(plan: SupplyPlan, free: SupplyPlan | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables `fixed_plan` and `fixed_cost`: the plan beside the one without fixed quantities.

    Args:
        plan: the plan that keeps them.
        free: the plan without them; None where nothing is fixed.
    """
    if free is None or plan.fixed_plan.empty:
        return empty_frame(FIXED_PLAN), empty_frame(FIXED_COST)
    key = ["item", "location", "period"]
    flows = free.supply_plan.set_index(key)[["production", "purchases"]]
    made = set(zip(*(plan.production[name] for name in ("item", "location")), strict=True))
    found = flows.reindex(pd.MultiIndex.from_frame(plan.fixed_plan[key])).fillna(0.0)
    own = [(item, place) in made for item, place in zip(*(plan.fixed_plan[k] for k in key[:2]), strict=True)]
    quantity = np.where(own, found["production"], found["purchases"])
    rows = plan.fixed_plan.assign(free=quantity)
    return conform(FIXED_PLAN, rows), conform(FIXED_COST, _costs(plan, free))


def _costs(plan: SupplyPlan, free: SupplyPlan) -> pd.DataFrame:
    both = pd.DataFrame({"kept": _amounts(plan), "free": _amounts(free)}).fillna(0.0)
    both["difference"] = round_half_up((both["kept"] - both["free"]).to_numpy())
    return both.rename_axis("component").reset_index()


def _amounts(plan: SupplyPlan) -> pd.Series:
    """Return the plan's costs by component, and the value of what is late, lost or below target."""
    costs = plan.plan_cost.set_index("component")["amount"]
    short = plan.shortages.groupby("kind")["value"].sum().reindex(list(SHORT)).fillna(0.0).rename(SHORT)
    return pd.concat([costs, short])
