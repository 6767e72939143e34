"""Large supply plans with lots, frozen months and workforces: time, proven gap, and the worst row.

    python benchmarks/supply_rules.py             # 300 goods x 24 months, two or three minutes

The company is the hard one of `benchmarks/supply.py` with one rule more each: every material in lots of 25 and orders
of 50 at least; what is made in lots of a tenth and three tenths of a month's demand; the next month frozen and two
slushy ones after a plan whose orders have moved by up to 7 % since; and a workforce for each work centre, with people
in parts or whole. Processor time of this process.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.supply_company import random_company
from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.decomposition.solve import Decomposed, solve_decomposed
from sop_xl.supply.decomposition.weights import level_weights, one_objective, zero_of
from sop_xl.supply.flows import read_flows
from sop_xl.supply.levels import plan_levels
from sop_xl.supply.model import LinearModel
from sop_xl.supply.plan import build_model
from sop_xl.supply.stock_plan import supply_plan
from tests.supply.cases import TABLES, frame

GOODS, MONTHS, DAYS = 300, 24, 21
TEAM, LONGEST_DAY = 6, 8.0


def main() -> None:
    """Measure and print each rule."""
    data, demand, costs = random_company(GOODS, months=MONTHS).inputs()
    base, case, model = planned("no more rules", data, demand, costs)
    orders = data["suppliers"].assign(min_order=50.0, multiple=25.0)
    planned("orders in lots", data.with_tables(suppliers=orders), demand, costs)
    monthly = data["items"]["item"].map(demand.groupby("item")["consensus"].mean())
    monthly = monthly.fillna(2 * monthly.mean())
    for tenths in (1, 3):
        lots = data["items"].assign(lot_multiple=(monthly * tenths / 10).round().clip(lower=1.0))
        planned(f"lots of {tenths}0 %", data.with_tables(items=lots), demand, costs)
    last = supply_plan(case, read_flows(case, model, base.values))
    last = last.assign(supply=last["production"] + last["purchases"])
    last = last.groupby(["item", "period"], as_index=False)["supply"].sum()
    moved = np.random.default_rng(1).uniform(0.93, 1.07, len(demand))
    more = demand.assign(consensus=(demand["consensus"] * moved).round(1))
    settings = replace(data.settings, frozen_months=1, slushy_months=2, slushy_change_pct=20.0)
    planned("frozen, slushy", type(data)(settings, data.calendar, data.tables), more, costs, last)
    for whole in (False, True):
        name = "whole workers" if whole else "workers in parts"
        planned(name, data.with_tables(labour=crews(data["capacity"], whole=whole)), demand, costs)


def planned(name: str, *inputs: Any) -> tuple[Decomposed, SupplyCase, LinearModel]:
    """Plan by decomposition and print a line."""
    case = SupplyCase.of(*inputs)
    model = build_model(case)
    levels = plan_levels(case, model)
    weights = level_weights(case, levels)
    cost, zero = one_objective(levels, weights), zero_of(model, levels, weights)
    start = time.process_time()
    found = solve_decomposed(case, model, cost, zero=zero, solver=HighsSolver())
    spent = time.process_time() - start
    worst = model.largest_violation(found.values)
    print(f"{GOODS} goods, {name:17} {spent:6.1f} s  gap {100 * found.gap:.3f} %  worst row {worst:.0e}", flush=True)
    return found, case, model


def crews(capacity: pd.DataFrame, *, whole: bool) -> pd.DataFrame:
    """Return the table `labour`: people who bring the hours there were, at least a few in each work centre."""
    rows = []
    for name, hours in capacity.groupby("resource")["hours"].mean().items():
        daily = float(np.clip(round(hours / DAYS / TEAM, 2), 1.0, LONGEST_DAY))
        rows.append(
            {
                "resource": name,
                "workers": float(round(hours / (daily * DAYS))),
                "hours_per_worker_day": daily,
                "cost_per_hour": 25.0,
                "hire_cost": round(daily * DAYS * 12.5),
                "layoff_cost": round(daily * DAYS * 10.0),
                "overtime_hours_per_worker": round(daily * DAYS * 0.15, 1),
                "overtime_cost_per_hour": 40.0,
            }
        )
    return frame(TABLES["labour"], rows).assign(whole_workers=whole)


if __name__ == "__main__":
    main()
