"""Customers of a better class are served first, whatever they order; inside a class all fare alike."""

import numpy as np
import pytest
from hypothesis import given

from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.decomposition.structure import misfit
from sop_xl.supply.plan import build_model, plan_supply
from tests.supply.cases import company, costs, forecast
from tests.supply.test_properties import FEW, SEEDS


def shop(demand, hours, markets, *, items=({"item": "A"},), **more):
    data = company(
        {"horizon_months": len(hours), "objective": "service_first", "end_backlog_allowed": True},
        items=list(items),
        markets=markets,
        resources=[{"resource": "R"}],
        capacity=[{"resource": "R", "period": f"2027-0{n}", "hours": h} for n, h in enumerate(hours, 1)],
        routings=[{"item": i["item"], "operation": "1", "resource": "R", "hours_per_unit": 1} for i in items],
        **more,
    )
    return data, forecast(demand), costs({i["item"]: 1 for i in items}, {i["item"]: 2 for i in items})


def short(plan):
    rows = plan.shortages[plan.shortages["kind"] != "below_target"]
    keys = zip(rows["item"], rows["market"], rows["period"].dt.month, strict=True)
    return dict(zip(keys, rows["quantity"].round(6), strict=True))


CLASSES = [{"market": "KEY", "priority": 1}, {"market": "SHOP", "priority": 2}, {"market": "WEB", "priority": 2}]


def test_the_first_class_lacks_nothing_while_the_second_waits_in_proportion():
    # 60 asked a month, 45 hours: KEY has its 20; SHOP and WEB share what is left 3 to 1.
    demand = {("A", "KEY"): [20, 20], ("A", "SHOP"): [30, 30], ("A", "WEB"): [10, 10]}
    plan = plan_supply(*shop(demand, [45, 75], CLASSES), HighsSolver())
    assert short(plan) == {("A", "SHOP", 1): 11.25, ("A", "WEB", 1): 3.75}
    assert plan.supply_plan["backlog"].tolist() == [15, 0]
    assert plan.shortages["binding"].unique().tolist() == ["R"]


def test_a_market_of_the_first_class_comes_before_dearer_items_of_others():
    # 30 hours, 60 asked. B is ten times as dear and of a better class than A; KEY's A comes first by its market alone.
    items = [{"item": "A", "priority": 3, "backorder_cost": 5}, {"item": "B", "priority": 2, "backorder_cost": 50}]
    demand = {("A", "KEY"): [20], ("A", "SHOP"): [20], ("B", "SHOP"): [20]}
    with_class = [{"market": "KEY", "priority": 1}, {"market": "SHOP"}]
    without = [{"market": "KEY"}, {"market": "SHOP"}]
    first, last = (
        short(plan_supply(*shop(demand, [30], m, items=items), HighsSolver())) for m in (with_class, without)
    )
    assert first == {("A", "SHOP", 1): 20, ("B", "SHOP", 1): 10}
    assert last == {("A", "KEY", 1): 15, ("A", "SHOP", 1): 15}


def test_orders_late_at_the_start_are_shared_over_the_classes():
    # 12 late: 4 of KEY's third, 8 of the others'. 20 hours serve KEY's 4 and 10, then 6 of the other 28.
    demand = {("A", "KEY"): [10], ("A", "SHOP"): [20]}
    case = shop(demand, [20], CLASSES[:2], stock=[{"item": "A", "backlog": 12}])
    plan = plan_supply(*case, HighsSolver())
    assert short(plan) == {("A", "SHOP", 1): 22}
    told = SupplyCase.of(*case)
    assert told.selling.late.tolist() == [4, 8]
    assert "several classes" in misfit(told, build_model(told))


@FEW
@given(seed=SEEDS)
def test_no_unit_goes_to_a_lower_class_that_a_higher_class_lacks(seed):
    # Whatever the lower classes ask, the first class is served as if it were alone.
    rng = np.random.default_rng(seed)
    demand = {(item, m["market"]): rng.integers(0, 30, 3).tolist() for item in "AB" for m in CLASSES}
    hours = rng.integers(20, 90, 3).tolist()
    items = [{"item": "A", "backorder_cost": 3}, {"item": "B", "late_policy": str(rng.choice(["lost", "backlog"]))}]
    alone = {key: units for key, units in demand.items() if key[1] == "KEY"}
    everybody, only = (plan_supply(*shop(d, hours, CLASSES, items=items), HighsSolver()) for d in (demand, alone))

    def waits(plan):
        rows = plan.shortages[plan.shortages["market"].eq("KEY")]
        return float(rows["value"].sum())

    assert waits(everybody) == pytest.approx(waits(only), abs=1e-4)
    balance = everybody.supply_plan
    before = balance.groupby("item")["backlog"].shift(fill_value=0.0)
    asked = balance["demand"] - balance["used"]
    moved = before + asked - (balance["served"] - balance["used"]) - balance["lost"] - balance["backlog"]
    assert moved.abs().max() < 1e-6


def test_without_classes_of_markets_nothing_is_told_apart():
    demand = {("A", "KEY"): [20], ("A", "SHOP"): [30]}
    case = SupplyCase.of(*shop(demand, [10], [{"market": "KEY"}, {"market": "SHOP"}]))
    assert (case.selling.shared, case.sellers.tolist()) == (False, [0])
    assert case.selling.asked.tolist() == [[50]]
