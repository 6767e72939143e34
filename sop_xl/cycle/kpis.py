"""The KPI list: key figures of plan and past, each with its target, status and definition."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.kpi_money import money_kpis, stock_kpis
from sop_xl.cycle.kpi_operations import accuracy_kpis, demand_kpi, load_kpis, service_kpis
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.results import ACCURACY_STEPS, KPIS

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


def kpis(
    data: PlanData,
    forecast: pd.DataFrame,
    supply_plan: pd.DataFrame,
    load: pd.DataFrame,
    shortages: pd.DataFrame,
    finance: pd.DataFrame,
    accuracy: pd.DataFrame,
    plan_cost: pd.DataFrame,
    *,
    costs: pd.DataFrame | None = None,
    accuracy_steps: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the result table `kpis`, each with its target, status and definition.

    Figures of the plan look 12 months ahead (the horizon, where that is shorter). What the data does
    not give is blank and has no status.

    Args:
        data: the input.
        forecast: the result table `forecast`.
        supply_plan: the result table `supply_plan`.
        load: the result table `load`.
        shortages: the result table `shortages`.
        finance: the result table `finance`.
        accuracy: the result table `accuracy`.
        plan_cost: the result table `plan_cost`.
        costs: the result table `item_costs`, to value opening stock; None: the items' standard costs.
        accuracy_steps: the result table `accuracy_steps`; None: no cycle has archived a forecast yet.
    """
    standard = data["items"] if costs is None else costs
    unit_cost = standard.set_index("item")["standard_cost"]
    rows = [
        *money_kpis(data, finance, plan_cost),
        *stock_kpis(data, supply_plan, finance, unit_cost),
        demand_kpi(data, forecast),
        *accuracy_kpis(accuracy, empty_frame(ACCURACY_STEPS) if accuracy_steps is None else accuracy_steps),
        *service_kpis(data, supply_plan, shortages),
        *load_kpis(data, load),
    ]
    return conform(KPIS, pd.DataFrame([asdict(row) for row in rows]))
