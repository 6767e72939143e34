"""Manual planning survives: what a planner fixed is kept, costed, and shown beside the plan without it."""

import numpy as np

from sop_xl.adapters.solver import HighsSolver
from sop_xl.services.compute import compute_cycle
from sop_xl.supply.fixed_plan import beside, without_fixed
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import company, costs, forecast

ITEM = {"item": "A", "holding_cost": 2, "backorder_cost": 9}


def fixed(**change):
    tables = {
        "items": [ITEM],
        "resources": [{"resource": "LINE"}],
        "capacity": [{"resource": "LINE", "period": f"2027-0{month}", "hours": 20} for month in (1, 2, 3)],
        "routings": [{"item": "A", "operation": "1", "resource": "LINE", "hours_per_unit": 1}],
        "targets": [{"item": "A", "period": "2027-01", "fixed_production": 16}],
    }
    return company({"horizon_months": 3}, **{**tables, **change})


def planned(data):
    return plan_supply(data, forecast({"A": [10, 10, 10]}), costs({"A": 5}, {"A": 8}), HighsSolver())


def test_a_fixed_quantity_says_what_it_costs_and_what_would_be_made_without_it():
    # 16 made in January hold 6 for a month: 12 of money; a unit less saves 2.
    data = fixed()
    plan, free = planned(data), planned(without_fixed(data))
    rows, cost = beside(plan, free)
    row = rows.iloc[0]
    assert (row["fixed"], row["supplied"], row["free"], row["unit_cost"]) == (16, 16, 10, 2)
    found = cost.set_index("component")["difference"]
    assert found["holding"] == 12
    assert found["total"] == 12
    assert found["value late"] == 0
    assert not cost.duplicated("component").any()


def test_a_fixed_quantity_that_serves_too_little_shows_what_waits():
    # 4 made where 10 are asked: 6 wait a month at 9; one more would save 9.
    data = fixed(targets=[{"item": "A", "period": "2027-01", "fixed_production": 4}])
    plan, free = planned(data), planned(without_fixed(data))
    rows, cost = beside(plan, free)
    assert rows["unit_cost"].tolist() == [-9]
    found = cost.set_index("component")
    assert found.loc["backorder", ["kept", "free", "difference"]].tolist() == [54, 0, 54]
    # 6 at a price of 8.
    assert found.loc["value late", "difference"] == 48


def with_setups(*quantities):
    """A setup costs 30 a month, lots are 12 at least; the quantities of January, February, ... are fixed."""
    steps = [{"item": "A", "operation": "1", "resource": "LINE", "hours_per_unit": 1, "setup_cost": 30}]
    targets = [
        {"item": "A", "period": f"2027-0{month}", "fixed_production": quantity}
        for month, quantity in enumerate(quantities, start=1)
    ]
    return planned(fixed(items=[{**ITEM, "min_lot": 12}], routings=steps, targets=targets))


def test_with_whole_lots_a_unit_costs_what_it_costs_with_the_lots_as_they_are():
    # 16 in January hold 6 over February; a unit more is held too, a unit less is made in the second lot instead.
    plan = with_setups(16)
    assert plan.fixed_plan["unit_cost"].tolist() == [2]
    more, less = (with_setups(q).cost - plan.cost for q in (17, 15))
    assert (more, less) == (2, -2)


def test_where_a_unit_would_take_another_setup_there_is_no_unit_cost():
    # Nothing in January: 10 wait, and one unit made would take a setup of 30. Of February's 15 one more serves an order
    # a month sooner.
    january, february = with_setups(0, 15).fixed_plan["unit_cost"]
    assert np.isnan(january)
    assert february == -9


def test_what_is_not_made_has_its_purchases_fixed():
    data = fixed(
        items=[{**ITEM, "source": "buy"}],
        routings=[],
        suppliers=[{"item": "A", "supplier": "S", "price": 1}],
    )
    rows, _ = beside(planned(data), planned(without_fixed(data)))
    assert rows[["supplied", "free"]].to_numpy().tolist() == [[16, 10]]


def test_nothing_fixed_is_nothing_to_tell():
    plan = planned(fixed(targets=[]))
    rows, cost = beside(plan, None)
    assert rows.empty
    assert cost.empty


def test_a_run_keeps_both_tables():
    overrides = [
        {"item": "A", "period": f"2027-0{month}", "stream": "final", "quantity": 10, "reason": "test"}
        for month in (1, 2, 3)
    ]
    results = compute_cycle(fixed(overrides=overrides), solver=HighsSolver())
    assert results["fixed_plan"]["free"].tolist() == [10]
    assert results["fixed_cost"].set_index("component").loc["total", "difference"] == 12
