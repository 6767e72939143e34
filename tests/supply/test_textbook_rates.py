"""Plans that textbooks compute by hand, chase and overtime: rates are fixed, the tables give workers and costs."""

import numpy as np
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import amounts, company, costs, forecast

MONTHS = [f"2027-{month:02d}" for month in range(1, 7)]
JC_DAYS, ROOFING_DAYS = [22, 19, 21, 21, 22, 20], [22, 18, 21, 21, 22, 20]


def shop(days, made, demand, item, labour, hours_per_unit, **settings):
    """One item on one crew that makes what is fixed."""
    data = company(
        {"horizon_months": 6, **settings},
        calendar=[{"period": month, "working_days": d} for month, d in zip(MONTHS, days, strict=True)],
        items=[{"item": "X", **item}],
        resources=[{"resource": "R"}],
        labour=[{"resource": "R", **labour}],
        routings=[{"item": "X", "operation": "1", "resource": "R", "hours_per_unit": hours_per_unit}],
        stock=[{"item": "X", "quantity": demand[0]}] if len(demand) > len(days) else [],
        targets=[
            {"item": "X", "period": month, "fixed_production": quantity}
            for month, quantity in zip(MONTHS, made, strict=True)
        ],
    )
    return plan_supply(data, forecast({"X": demand[-6:]}), costs({}), HighsSolver())


def test_jc_company_chase():
    # Jacobs and Chase, plan 1: what each month requires, workers hired at 200 and laid off at 250: 172,800.
    required = [1850, 1425, 1000, 850, 1150, 1725]
    labour = {"workers": 53, "whole_workers": "yes", "cost_per_hour": 4, "hire_cost": 200, "layoff_cost": 250}
    plan = shop(JC_DAYS, required, required, {"holding_cost": 1.5, "late_policy": "none"}, labour, 5)
    # April takes 25.3 workers: 26 in the plan; the book writes 25, one laid off and one hired more.
    assert plan.load["workers"].tolist() == [53, 47, 30, 26, 33, 54]
    cost = amounts(plan)
    assert (cost["hiring"] + 200, cost["layoff"] + 250) == (29 * 200, 28 * 250)
    # The book pays the hours that are needed; the plan pays those of whole workers.
    needed = 4 * plan.load["required_hours"].sum()
    assert (needed, cost["production"]) == (160000, 160640 + 21 * 8 * 4)
    assert needed + cost["hiring"] + cost["layoff"] + 450 == 172800


def test_jc_company_level_with_overtime():
    # Plan 4: 38 workers and overtime where there would be a shortage: 63 in January, 345 in February.
    demand = [1800, 1500, 1100, 900, 1100, 1600]
    made = np.array([1337 + 63, 1155 + 345, 1276, 1276, 1337, 1216])
    labour = {"workers": 38, "cost_per_hour": 4, "hire_cost": 1e6, "layoff_cost": 1e6}
    labour |= {"overtime_hours_per_worker": 60, "overtime_cost_per_hour": 6}
    plan = shop(JC_DAYS, made, [400, *demand], {"holding_cost": 1.5, "late_policy": "none"}, labour, 5)
    closing = plan.supply_plan["closing"].to_numpy()
    assert closing.tolist() == pytest.approx([0, 0, 176, 552, 789, 405])
    excess = 1.5 * np.maximum(closing - 0.25 * np.array(demand), 0).sum()
    cost = amounts(plan)
    assert (cost["production"], excess) == (152000, 1269)
    # The book's regular hours end with a whole unit: 3 hours more of overtime in January and 1 in February.
    assert cost["overtime"] + (3 + 1) * 6 == pytest.approx(408 * 5 * 6)
    assert cost["production"] + excess + cost["overtime"] + 24 == pytest.approx(165509)


@pytest.mark.parametrize(("wage", "total"), [(5, 68200), (10, 117800)], ids=["old costs", "new costs"])
def test_roofing_chase(wage, total):
    # Heizer and Render, plan 3: a worker here is a unit a day, 1.6 hours; raised for 300, cut for 600.
    rates, demand = np.array([41, 39, 38, 57, 68, 55]), [900, 700, 800, 1200, 1500, 1100]
    labour = {"workers": 41, "whole_workers": "yes", "hours_per_worker_day": 1.6, "idle_allowed": "no"}
    labour |= {"cost_per_hour": wage, "hire_cost": 300, "layoff_cost": 600}
    item = {"holding_cost": 0, "backorder_cost": 0}
    plan = shop(ROOFING_DAYS, rates * ROOFING_DAYS, demand, item, labour, 1.6, end_backlog_allowed=True)
    assert plan.load["workers"].tolist() == rates.tolist()
    cost = amounts(plan)
    assert (cost["hiring"], cost["layoff"]) == (9000, 9600)
    # Rounded rates make 6,195 of the 6,200 the book pays for.
    assert cost["production"] == pytest.approx(6195 * 1.6 * wage)
    assert cost["production"] + 5 * 1.6 * wage + cost["hiring"] + cost["layoff"] == pytest.approx(total)
