"""Lead times in parts of months, by hand: 10 days of a year of 360 are a third of a month."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.decomposition.structure import misfit
from sop_xl.supply.plan import build_model, plan_supply
from tests.supply.cases import amounts, company, costs, forecast

PART = {"lead_times": "part_months", "days_in_year": 360, "objective": "service_first"}


def bought(days, demand, settings=PART, **supplier):
    data = company(
        {"horizon_months": len(demand), **settings},
        items=[{"item": "A", "source": "buy", "holding_cost": 1}],
        suppliers=[{"item": "A", "supplier": "S", "price": 2, "lead_time_days": days, **supplier}],
    )
    return plan_supply(data, forecast({"A": demand}), costs({}), HighsSolver())


def ordered(plan):
    """Return quantity by month ordered and month of arrival."""
    rows = plan.purchases
    months = [rows[name].dt.month.tolist() for name in ("order_by", "period")]
    return {pair: round(q, 6) for pair, q in zip(zip(*months, strict=True), rows["quantity"], strict=True)}


def test_of_an_order_with_ten_days_a_third_arrives_a_month_later():
    # January needs 20 of the two thirds that arrive: 30 ordered, 10 of them for February, which orders 15 more: 10
    # then, 5 in March; March 22.5: 15 and 7.5; of April's 18.75 the 6.25 that come in May are not in the plan.
    plan = bought(10, [20, 20, 20, 20])
    assert ordered(plan) == {
        (1, 1): 20,
        (1, 2): 10,
        (2, 2): 10,
        (2, 3): 5,
        (3, 3): 15,
        (3, 4): 7.5,
        (4, 4): 12.5,
    }
    assert plan.supply_plan["purchases"].tolist() == [20, 20, 20, 20]
    assert amounts(plan)["material"] == 160
    assert amounts(plan)["penalties"] == 0


def test_forty_days_are_a_month_and_a_third_and_the_first_month_waits():
    # Ordered in January: two thirds in February, one third in March. 60 ordered bring 40 for January and February.
    plan = bought(40, [20, 20, 20])
    assert ordered(plan) == {(1, 2): 40, (1, 3): 20}
    assert plan.supply_plan["backlog"].tolist() == [20, 0, 0]
    assert plan.shortages["binding"].tolist() == ["Lead time of S"]


def test_whole_months_and_lots_stay_whole():
    usual = {**PART, "lead_times": "whole_months"}
    assert ordered(bought(10, [20, 20], usual)) == {(1, 1): 20, (2, 2): 20}
    assert ordered(bought(30, [20, 20])) == {(1, 2): 40}
    assert ordered(bought(10, [20, 20], multiple=5)) == {(1, 1): 20, (2, 2): 20}


def test_a_make_takes_all_components_when_it_starts_and_its_hours_when_it_ends():
    data = company(
        {"horizon_months": 3, **PART},
        items=[{"item": "A", "lead_time_days": 10}, {"item": "P", "source": "buy"}],
        resources=[{"resource": "R"}],
        routings=[{"item": "A", "operation": "1", "resource": "R", "hours_per_unit": 2}],
        bom=[{"parent": "A", "component": "P", "qty_per": 1}],
        suppliers=[{"item": "P", "supplier": "S", "price": 1}],
    )
    plan = plan_supply(data, forecast({"A": [20, 20, 20]}), costs({}), HighsSolver())
    rows = plan.supply_plan.set_index("item")
    assert rows.loc["A", "production"].tolist() == pytest.approx([20, 20, 20])
    assert plan.production["quantity"].tolist() == pytest.approx([20, 20, 20])
    assert plan.load["required_hours"].tolist() == pytest.approx([40, 40, 40])
    assert plan.load["wanted_hours"].tolist() == pytest.approx([40, 40, 40])
    # 30 start in January, 15 in February; of March's start only what is ready in March is in the plan.
    assert rows.loc["P", "used"].tolist() == pytest.approx([30, 15, 15])


def test_goods_on_a_lane_leave_together_and_arrive_apart():
    data = company(
        {"horizon_months": 3, **PART},
        items=[{"item": "A", "source": "buy"}],
        locations=[{"location": "PLANT", "type": "plant"}, {"location": "DC", "type": "dc"}],
        markets=[{"market": "M", "ship_from": "DC"}],
        lanes=[{"from_location": "PLANT", "to_location": "DC", "transit_days": 10, "capacity_per_month": 30}],
        stock=[{"item": "A", "location": "PLANT", "quantity": 60}],
    )
    plan = plan_supply(data, forecast({("A", "M"): [20, 20, 20]}), costs({}), HighsSolver())
    rows = plan.supply_plan.set_index("location")
    # What is on its way is in no store, so February's 30 leave at once: 20 arrive, and March has the other 10.
    assert rows.loc["PLANT", "shipped_out"].tolist() == pytest.approx([30, 30, 0])
    assert rows.loc["DC", "received"].tolist() == pytest.approx([20, 30, 10])
    assert plan.transfers["quantity"].tolist() == pytest.approx([20, 10, 20, 10])
    apart = plan.transfers["arrive_period"].dt.month - plan.transfers["ship_period"].dt.month
    assert apart.tolist() == [0, 1, 0, 1]


def test_what_is_fixed_is_what_comes_out():
    data = company(
        {"horizon_months": 3, **PART},
        items=[{"item": "A", "lead_time_days": 10, "holding_cost": 1}],
        resources=[{"resource": "R"}],
        routings=[{"item": "A", "operation": "1", "resource": "R", "hours_per_unit": 1}],
        targets=[{"item": "A", "period": "2027-02", "fixed_production": 25}],
    )
    plan = plan_supply(data, forecast({"A": [20, 20, 20]}), costs({}), HighsSolver())
    assert plan.supply_plan["production"].tolist() == pytest.approx([20, 25, 15])
    assert amounts(plan)["penalties"] == 0


def test_more_of_a_scarce_lead_time_is_solved_whole_and_balances_hold():
    rng = np.random.default_rng(4)
    data = company(
        {"horizon_months": 6, "supply_method": "decomposed", **PART},
        items=[
            {"item": "A", "lead_time_days": 12, "holding_cost": 1},
            {"item": "B", "lead_time_days": 45, "holding_cost": 1},
            {"item": "P", "source": "buy"},
        ],
        resources=[{"resource": "R"}],
        capacity=[{"resource": "R", "period": f"2027-0{m}", "hours": 50} for m in range(1, 7)],
        routings=[{"item": i, "operation": "1", "resource": "R", "hours_per_unit": 1} for i in "AB"],
        bom=[{"parent": i, "component": "P", "qty_per": 2} for i in "AB"],
        suppliers=[{"item": "P", "supplier": "S", "price": 1, "lead_time_days": 8}],
    )
    asked = forecast({i: rng.integers(5, 40, 6).astype(float).tolist() for i in "AB"})
    case = SupplyCase.of(data, asked, costs({}))
    assert "make parts" in misfit(case, build_model(case))
    plan = plan_supply(data, asked, costs({}), HighsSolver())
    rows = plan.supply_plan
    into = rows["opening"] + rows["production"] + rows["purchases"] + rows["received"]
    assert np.abs(into - rows["shipped_out"] - rows["served"] - rows["closing"]).max() < 1e-6
    assert plan.optimal
    starts = pd.PeriodIndex(plan.purchases["order_by"], freq="M")
    assert starts.min() >= pd.Period("2027-01", "M")
