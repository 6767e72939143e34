"""Of equal plans one alone is best, and cheap goods are not moved for the sake of dear ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import company, costs, forecast
from tests.supply.test_properties import FEW, SEEDS, random_company

FLOWS = ("supply_plan", "production", "purchases", "transfers", "load")


def figures(plan):
    return {
        name: getattr(plan, name).select_dtypes("float").drop(columns="shadow_price", errors="ignore").to_numpy()
        for name in FLOWS
    }


@FEW
@given(seed=SEEDS, way=st.sampled_from([{"presolve": "off"}, {"simplex_strategy": 4}, {"random_seed": 99}]))
def test_the_plan_is_the_same_whichever_way_the_solver_goes(seed, way):
    data, demand, cost = random_company(seed)
    usual, other = (figures(plan_supply(data, demand, cost, HighsSolver(**options))) for options in ({}, way))
    for name in FLOWS:
        assert usual[name] == pytest.approx(other[name], abs=1e-4, nan_ok=True), name


@pytest.mark.parametrize("places", range(3))
def test_a_cheap_part_is_bought_when_it_is_used_whatever_stands_beside_it(places):
    # Nothing costs anything to hold, so calm alone decides. The nut is worth a ten-thousandth of the machine.
    dear = [{"item": f"MACHINE{n}", "source": "buy", "holding_cost": 0} for n in range(places)]
    data = company(
        {"horizon_months": 6, "objective": "service_first"},
        items=[*dear, {"item": "NUT", "source": "make", "holding_cost": 0}, {"item": "BAR", "source": "buy"}],
        bom=[{"parent": "NUT", "component": "BAR", "qty_per": 1}],
        suppliers=[{"item": item["item"], "supplier": "S", "price": 1} for item in (*dear, {"item": "BAR"})],
    )
    asked = {"NUT": [10, 20, 30, 20, 10, 40], **{item["item"]: [3] * 6 for item in dear}}
    worth = {"NUT": 0.01, "BAR": 0.005, **{item["item"]: 100 for item in dear}}
    plan = plan_supply(data, forecast(asked), costs(worth), HighsSolver())
    rows = plan.supply_plan.set_index("item")
    assert rows.loc["NUT", "production"].tolist() == asked["NUT"]
    assert np.allclose(plan.supply_plan["closing"], 0)
