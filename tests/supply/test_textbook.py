"""The textbook companies that travel in the package, and the same cases written in other ways."""

import csv
from importlib.resources import files

import numpy as np
import pytest

from sop_xl.adapters.solver import HighsSolver, PulpSolver
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import amounts, company, costs, forecast, read_folder

CASES = list(csv.DictReader((files("sop_xl") / "selftest" / "cases.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_published_total(case):
    data, demand = read_folder(case["case"])
    found = amounts(plan_supply(data, demand, costs({}), HighsSolver()))
    assert abs(found["total"] - float(case["total"])) <= float(case["tolerance"]) + 1e-9
    assert found["penalties"] == 0
    parts = sum(amount for name, amount in found.items() if name not in ("total", "penalties"))
    assert round(parts, 2) == found["total"]


def test_every_case_folder_is_listed():
    folders = {entry.name for entry in (files("sop_xl") / "selftest").iterdir() if entry.is_dir()}
    assert folders - {"__pycache__"} == {case["case"] for case in CASES}


def test_red_tomato_plan():
    # Chopra and Meindl: lay off 15.417, then 64.583 workers make 2583.33 a month.
    data, demand = read_folder("t1_base")
    plan = plan_supply(data, demand, costs({}), HighsSolver())
    assert plan.load["workers"].to_numpy() == pytest.approx([64.583333] * 6)
    assert plan.load["laid_off"].to_numpy() == pytest.approx([15.416667, 0, 0, 0, 0, 0])
    assert plan.supply_plan["closing"].to_numpy() == pytest.approx([1983.33, 1566.67, 950, 0, 116.67, 500], abs=0.01)
    assert plan.supply_plan["backlog"].to_numpy() == pytest.approx([0, 0, 0, 266.67, 0, 0], abs=0.01)
    assert plan.supply_plan["production"].to_numpy() == pytest.approx([2583.33] * 6, abs=0.01)
    # One more unit of a month's capacity is worth 11.25, 13.25, ...; a unit takes 4 hours.
    prices = plan.load["shadow_price"].to_numpy() * 4
    assert prices == pytest.approx([11.25, 13.25, 15.25, 17.25, 12.25, 14.25])
    # 64.58 x 640 x 6 wages, 2 x stock, 5 x 266.67 late, 15.417 x 500, 15,500 shovels at 10.
    cost = amounts(plan)
    assert cost["production"] == pytest.approx(248000.0)
    assert cost["layoff"] == pytest.approx(7708.33, abs=0.011)
    assert cost["backorder"] == pytest.approx(1333.33, abs=0.011)
    assert cost["material"] == pytest.approx(155000.0)


def test_red_tomato_whole_workers():
    data, demand = read_folder("t1_whole")
    plan = plan_supply(data, demand, costs({}), HighsSolver())
    assert plan.load["workers"].tolist() == [64.0] * 6
    assert plan.load["laid_off"].tolist() == [16.0, 0, 0, 0, 0, 0]
    assert plan.supply_plan["closing"].tolist() == [1960.0, 1520.0, 880.0, 0.0, 140.0, 500.0]
    assert plan.purchases["quantity"].tolist() == [140.0]
    assert plan.load["shadow_price"].isna().all()


def test_wagner_whitin_lots():
    data, demand = read_folder("t12_wagner_whitin")
    plan = plan_supply(data, demand, costs({}), HighsSolver())
    assert plan.supply_plan["production"].tolist() == [210.0, 0.0, 150.0, 0.0]


def test_a_second_solver_agrees():
    for name in ("t1_base", "t4c", "t12_wagner_whitin"):
        data, demand = read_folder(name)
        plans = [plan_supply(data, demand, costs({}), solver) for solver in (HighsSolver(), PulpSolver())]
        assert plans[0].cost == plans[1].cost


RED_TOMATO = [1600, 3000, 3200, 3800, 2200, 2200]


def red_tomato(**change):
    """Red Tomato as another author might type it: named place and market, hours in other columns."""
    months = [f"2027-{month:02d}" for month in range(1, 7)]
    tables = {
        "calendar": [{"period": month, "working_days": 20} for month in months],
        "items": [{"item": "X", "material_cost": 10, "holding_cost": 2, "backorder_cost": 5, "standard_cost": 30}],
        "locations": [{"location": "Main", "type": "plant"}],
        "markets": [{"market": "US", "ship_from": "Main"}],
        "resources": [{"resource": "R", "location": "Main", "hours_per_week": 40, "cost_per_hour": 4}],
        "labour": [
            {
                "resource": "R",
                "workers": 80,
                "cost_per_hour": 4,
                "overtime_hours_per_worker": 10,
                "overtime_cost_per_hour": 6,
                "hire_cost": 300,
                "layoff_cost": 500,
            }
        ],
        "routings": [{"item": "X", "operation": "1", "resource": "R", "hours_per_unit": 4}],
        "suppliers": [{"item": "X", "supplier": "Out", "price": 30, "subcontract": "yes"}],
        "stock": [{"item": "X", "location": "Main", "quantity": 1000}],
        "targets": [{"item": "X", "location": "Main", "period": "2027-06", "min_stock": 500}],
    }
    return company({"horizon_months": 6}, **{**tables, **change})


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"targets": [{"item": "X", "period": "2027-06", "target_stock": 500}]},
        {"stock": [{"item": "X", "quantity": 1000}], "locations": [], "markets": []},
        {"suppliers": [{"item": "X", "supplier": "Out", "price": 30, "subcontract": "no"}]},
        {
            "resources": [{"resource": "R", "overtime_cost_per_hour": 6}],
            "labour": [
                {
                    "resource": "R",
                    "workers": 80,
                    "cost_per_hour": 4,
                    "overtime_hours_per_worker": 10,
                    "hire_cost": 300,
                    "layoff_cost": 500,
                }
            ],
        },
    ],
    ids=["named places", "target stock", "no places", "supplier not flagged", "overtime cost at the resource"],
)
def test_red_tomato_typed_in_other_ways(change):
    data = red_tomato(**change)
    market = "US" if len(data["markets"]) else "All"
    plan = plan_supply(data, forecast({"X": RED_TOMATO}, market), costs({"X": 30}), HighsSolver())
    assert plan.cost == pytest.approx(422275, abs=0.01)


def test_transportation_form_as_three_suppliers():
    # T4b: 1200, 1400, 1600; 900/300/1000 at 75/112.5/120, carry 6, opening 50.
    suppliers = [
        {"item": "X", "supplier": name, "price": price, "capacity_per_month": limit}
        for name, price, limit in (("regular", 75, 900), ("overtime", 112.5, 300), ("outside", 120, 1000))
    ]
    item = {"item": "X", "source": "buy", "holding_cost": 6, "late_policy": "none"}
    data = company({"horizon_months": 3}, items=[item], suppliers=suppliers, stock=[{"item": "X", "quantity": 50}])
    plan = plan_supply(data, forecast({"X": [1200, 1400, 1600]}), costs({}), HighsSolver())
    assert plan.cost == 370050
    assert amounts(plan)["material"] + amounts(plan)["holding"] == 370050


def test_transportation_form_by_hours_a_week():
    # T4a: 1000/200/150 at 5/7/8; weeks of the calendar set to 1, overtime as 20 % of regular hours.
    months = ["2027-01", "2027-02", "2027-03"]
    data = company(
        {"horizon_months": 3},
        calendar=[{"period": month, "weeks": 1} for month in months],
        items=[{"item": "X", "holding_cost": 1, "late_policy": "none"}],
        resources=[
            {
                "resource": "R",
                "hours_per_week": 1000,
                "cost_per_hour": 5,
                "overtime_max_pct": 20,
                "overtime_cost_per_hour": 7,
            }
        ],
        routings=[{"item": "X", "operation": "1", "resource": "R", "hours_per_unit": 1}],
        suppliers=[{"item": "X", "supplier": "Out", "price": 8, "capacity_per_month": 150, "subcontract": "yes"}],
    )
    plan = plan_supply(data, forecast({"X": [1250] * 3}), costs({}), HighsSolver())
    assert plan.cost == 20400
    assert amounts(plan)["subcontract"] == 150 * 8


def test_sailco():
    # Winston: demand 40, 60, 75, 25; 10 in stock; 40 a quarter at 400, overtime 450, hold 20.
    months = [f"2027-{month:02d}" for month in range(1, 5)]
    data = company(
        {"horizon_months": 4},
        items=[{"item": "BOAT", "holding_cost": 20, "late_policy": "none"}],
        resources=[{"resource": "YARD", "cost_per_hour": 400, "overtime_cost_per_hour": 450}],
        capacity=[{"resource": "YARD", "period": month, "hours": 40, "overtime_hours": 1000} for month in months],
        routings=[{"item": "BOAT", "operation": "1", "resource": "YARD", "hours_per_unit": 1}],
        stock=[{"item": "BOAT", "quantity": 10}],
    )
    plan = plan_supply(data, forecast({"BOAT": [40, 60, 75, 25]}), costs({}), HighsSolver())
    assert plan.cost == 78450
    assert plan.load["overtime_hours"].tolist() == [0, 10, 35, 0]
    assert plan.supply_plan["closing"].tolist() == [10, 0, 0, 0]


def test_transport_of_ampl():
    # AMPL book, chapter 3: three mills, seven customers; each mill a plant, each customer a market and a DC.
    mills = {"GARY": 1400, "CLEV": 2600, "PITT": 2900}
    demand = {"FRA": 900, "DET": 1200, "LAN": 600, "WIN": 400, "STL": 1700, "FRE": 1100, "LAF": 1000}
    rates = [[39, 14, 11, 14, 16, 82, 8], [27, 9, 12, 9, 26, 95, 17], [24, 14, 17, 13, 28, 99, 20]]
    lanes = [
        {"from_location": mill, "to_location": customer, "cost_per_unit": rates[i][j]}
        for i, mill in enumerate(mills)
        for j, customer in enumerate(demand)
    ]
    data = company(
        {"horizon_months": 1},
        items=[{"item": "COIL", "source": "make", "holding_cost": 0, "late_policy": "none"}],
        locations=[
            *({"location": mill, "type": "plant"} for mill in mills),
            *({"location": customer, "type": "dc"} for customer in demand),
        ],
        markets=[{"market": customer, "ship_from": customer} for customer in demand],
        lanes=lanes,
        stock=[{"item": "COIL", "location": mill, "quantity": quantity} for mill, quantity in mills.items()],
    )
    asked = forecast({("COIL", customer): [quantity] for customer, quantity in demand.items()})
    plan = plan_supply(data, asked, costs({}), HighsSolver())
    assert amounts(plan)["transport"] == 196200
    assert plan.transfers["quantity"].sum() == sum(demand.values())
    assert plan.transfers["cost"].sum() == 196200
    assert np.isclose(plan.supply_plan["closing"], 0).all()
