"""Wrong data is named in words."""

import pandas as pd

from sop_xl.adapters.solver import HighsSolver
from sop_xl.schema.frames import conform
from sop_xl.schema.results import LAST_CYCLE
from sop_xl.supply.contradictions import contradictions
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import amounts, company, costs, forecast

WELDING = {
    "resources": [{"resource": "Frame Welding"}],
    "capacity": [{"resource": "Frame Welding", "period": "2027-01", "hours": 468}],
    "routings": [{"item": "FRAME", "operation": "10", "resource": "Frame Welding", "hours_per_unit": 2}],
}


def messages(data, last=None):
    return [issue.message for issue in contradictions(data, last)]


def test_fixed_production_that_needs_more_hours_than_there_are():
    # 560 frames at 2 hours.
    data = company(
        {"horizon_months": 1},
        items=[{"item": "FRAME"}],
        targets=[{"item": "FRAME", "period": "2027-01", "fixed_production": 560}],
        **WELDING,
    )
    assert messages(data) == ["Fixed Jan 27 plan needs 1,120 h, Frame Welding has 468."]
    # There is a plan all the same: what the hours make, the rest missed.
    plan = plan_supply(data, forecast({"FRAME": [10]}), costs({}), HighsSolver())
    assert plan.supply_plan["production"].tolist() == [234]
    assert amounts(plan)["penalties"] > 0


def test_a_frozen_plan_that_needs_more_hours_than_there_are():
    data = company({"horizon_months": 1, "frozen_months": 1}, items=[{"item": "FRAME"}], **WELDING)
    last = conform(LAST_CYCLE, pd.DataFrame([{"item": "FRAME", "period": pd.Period("2027-01", "M"), "supply": 560.0}]))
    assert messages(data, last) == ["Frozen Jan 27 plan needs 1,120 h, Frame Welding has 468."]
    assert contradictions(data, last)[0].cure == "Fix less of FRAME, or give Frame Welding the hours."
    assert messages(data) == []


def test_fixed_production_without_its_material():
    # 50 bikes take 100 wheels; 30 are there, 20 come, and the supplier needs a month.
    data = company(
        {"horizon_months": 2},
        items=[{"item": "BIKE"}, {"item": "WHEEL", "source": "buy"}],
        bom=[{"parent": "BIKE", "component": "WHEEL", "qty_per": 2}],
        suppliers=[{"item": "WHEEL", "supplier": "S", "lead_time_days": 30}],
        stock=[{"item": "WHEEL", "quantity": 30}],
        open_orders=[{"order": "1", "type": "purchase", "item": "WHEEL", "period": "2027-01", "quantity": 20}],
        targets=[{"item": "BIKE", "period": f"2027-0{month}", "fixed_production": 50} for month in (1, 2)],
    )
    assert messages(data) == ["Fixed Jan 27 plan needs 100 WHEEL, of which 50 can be there by then."]


def test_limits_that_contradict_each_other():
    data = company(
        {"horizon_months": 1},
        items=[
            {"item": "A", "min_stock": 9, "max_stock": 4},
            {"item": "FRAME", "min_lot": 300},
            {"item": "P", "source": "buy", "volume": 2},
        ],
        locations=[{"location": "X", "storage_capacity": 10}],
        suppliers=[{"item": "P", "supplier": s, "share_pct": 60} for s in ("S", "T")],
        stock=[{"item": "P", "location": "X", "quantity": 6}],
        targets=[{"item": "A", "period": "2027-01", "min_stock": 7, "max_stock": 5}],
        **WELDING,
    )
    assert messages(data) == [
        "A lot of 300 FRAME takes 600 h, Frame Welding has 468 in its best month: it is never made.",
        "Minimum stock 9 of A is above its maximum 4; the maximum is not kept.",
        "Minimum stock 7 of A in Jan 27 is above its maximum 5; the maximum is not kept.",
        "The suppliers' shares of P add up to 120 %.",
        "Opening stock at X takes 12 of room, there is 10.",
    ]
