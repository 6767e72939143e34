"""The textbook companies that travel in the package, and the same cases written in other ways."""

import csv
from importlib.resources import files

import numpy as np
import pandas as pd
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
    # An hour is worth what it would be worth to 64 workers who neither come nor go.
    data = data.with_tables(
        labour=data["labour"].assign(workers=64.0, hire_cost=1e6, layoff_cost=1e6, whole_workers=False)
    )
    same = plan_supply(data, demand, costs({}), HighsSolver())
    assert plan.load["shadow_price"].to_numpy() == pytest.approx(same.load["shadow_price"].to_numpy())
    assert plan.load["shadow_price"].max() > 0


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


def test_jc_company_level_plan():
    # Jacobs and Chase, plan 2: 40 workers; 308 late x 5, 632 above safety stock x 1.5, 160,000 pay.
    days, demand = [22, 19, 21, 21, 22, 20], [1800, 1500, 1100, 900, 1100, 1600]
    months = [f"2027-{month:02d}" for month in range(1, 7)]
    made = [1408, 1216, 1344, 1344, 1408, 1280]
    data = company(
        {"horizon_months": 6, "objective": "service_first"},
        calendar=[{"period": month, "working_days": d} for month, d in zip(months, days, strict=True)],
        items=[{"item": "X", "holding_cost": 1.5, "backorder_cost": 5}],
        resources=[{"resource": "R"}],
        labour=[{"resource": "R", "workers": 40, "cost_per_hour": 4, "hire_cost": 1e6, "layoff_cost": 1e6}],
        routings=[{"item": "X", "operation": "1", "resource": "R", "hours_per_unit": 5}],
        stock=[{"item": "X", "quantity": 400}],
        targets=[
            {"item": "X", "period": month, "fixed_production": q, "target_stock": d / 4}
            for month, q, d in zip(months, made, demand, strict=True)
        ],
    )
    plan = plan_supply(data, forecast({"X": demand}), costs({}), HighsSolver())
    rows = plan.supply_plan
    assert rows["backlog"].tolist() == [0, 276, 32, 0, 0, 0]
    above = np.maximum(rows["closing"] - rows["target"], 0).sum()
    assert above == 632
    # The book charges stock above safety stock only.
    assert plan.cost - 1.5 * (rows["closing"].sum() - above) == 162488


def test_odoo_mps():
    # 60 in stock, 75 asked, safety stock 10, lots of 5 at least, 20 a month at most: 25 needed, 20 made.
    data = company(
        {"horizon_months": 1, "objective": "service_first"},
        items=[{"item": "X", "safety_stock": 10, "min_lot": 5}],
        resources=[{"resource": "R"}],
        capacity=[{"resource": "R", "period": "2027-01", "hours": 20}],
        routings=[{"item": "X", "operation": "1", "resource": "R", "hours_per_unit": 1}],
        stock=[{"item": "X", "quantity": 60}],
    )
    plan = plan_supply(data, forecast({"X": [75]}), costs({"X": 1}), HighsSolver())
    assert plan.supply_plan["production"].tolist() == [20]
    assert plan.shortages[["kind", "quantity", "binding"]].to_numpy().tolist() == [["below_target", 5, "R"]]


def test_arnold_backlog_plan():
    # Arnold: 5 x 100 booked, backlog from 100 to 80: 104 a month keeps it on the straight line 96, 92, 88, 84, 80.
    targets = [
        {"item": "X", "period": f"2027-{month:02d}", "target_backlog": backlog}
        for month, backlog in enumerate([96, 92, 88, 84, 80], start=1)
    ]
    data = company(
        {"horizon_months": 5, "objective": "service_first"},
        items=[{"item": "X", "strategy": "MTO"}],
        resources=[{"resource": "R"}],
        routings=[{"item": "X", "operation": "1", "resource": "R", "hours_per_unit": 1}],
        stock=[{"item": "X", "quantity": 0, "backlog": 100}],
        targets=targets,
    )
    plan = plan_supply(data, forecast({"X": [100] * 5}), costs({"X": 1}), HighsSolver())
    assert plan.supply_plan["production"].tolist() == [104] * 5
    assert plan.lead_times["closing_backlog"].tolist() == [96, 92, 88, 84, 80]


def test_drp_of_two_warehouses_and_a_plant():
    # Reference example: lots of 50 and 30, a month on the way, safety stocks 15 and 10.
    data = company(
        {"horizon_months": 6, "objective": "service_first"},
        items=[{"item": "X", "source": "buy", "holding_cost": 1}],
        locations=[
            {"location": "CENTRAL", "type": "plant"},
            {"location": "RW1", "type": "dc"},
            {"location": "RW2", "type": "dc"},
        ],
        markets=[{"market": "M1", "ship_from": "RW1"}, {"market": "M2", "ship_from": "RW2"}],
        lanes=[
            {"from_location": "CENTRAL", "to_location": place, "transit_days": 30, "multiple": lot, "cost_per_unit": 5}
            for place, lot in (("RW1", 50), ("RW2", 30))
        ],
        suppliers=[{"item": "X", "supplier": "S", "price": 0, "lead_time_days": 60, "multiple": 100}],
        stock=[
            {"item": "X", "location": place, "quantity": quantity}
            for place, quantity in (("CENTRAL", 100), ("RW1", 50), ("RW2", 20))
        ],
        targets=[
            {"item": "X", "location": place, "period": f"2027-{month:02d}", "target_stock": safety}
            for place, safety in (("CENTRAL", 20), ("RW1", 15), ("RW2", 10))
            for month in range(1, 7)
        ],
    )
    asked = forecast({("X", "M1"): [25] * 6, ("X", "M2"): [10] * 6})
    plan = plan_supply(data, asked, costs({"X": 1}), HighsSolver())
    ships = plan.transfers.set_index(["to_location", "ship_period"])["quantity"]
    released = {
        place: [ships.get((place, pd.Period(f"2027-{m:02d}", "M")), 0) for m in range(1, 6)] for place in ("RW1", "RW2")
    }
    assert released == {"RW1": [50, 0, 50, 0, 50], "RW2": [30, 0, 0, 30, 0]}
    arrivals = plan.purchases.set_index("period")["quantity"]
    assert arrivals.to_dict() == {pd.Period("2027-03", "M"): 100, pd.Period("2027-05", "M"): 100}
    central = plan.supply_plan[plan.supply_plan["location"] == "CENTRAL"]["closing"].tolist()
    assert central == [20, 20, 70, 40, 90, 90]


def multi_commodity(**limits):
    """AMPL book, chapter 20: three mills, seven customers, three products, 625 a lane, a fixed cost of each lane."""
    supply = {"GARY": (400, 800, 200), "CLEV": (700, 1600, 300), "PITT": (800, 1800, 300)}
    demand = {
        "FRA": (300, 500, 100),
        "DET": (300, 750, 100),
        "LAN": (100, 400, 0),
        "WIN": (75, 250, 50),
        "STL": (650, 950, 200),
        "FRE": (225, 850, 100),
        "LAF": (250, 500, 250),
    }
    rates = {
        "bands": [[30, 10, 8, 10, 11, 71, 6], [22, 7, 10, 7, 21, 82, 13], [19, 11, 12, 10, 25, 83, 15]],
        "coils": [[39, 14, 11, 14, 16, 82, 8], [27, 9, 12, 9, 26, 95, 17], [24, 14, 17, 13, 28, 99, 20]],
        "plate": [[41, 15, 12, 16, 17, 86, 8], [29, 9, 13, 9, 28, 99, 18], [26, 14, 17, 13, 31, 104, 20]],
    }
    fixed = [
        [3000, 1200, 1200, 1200, 2500, 3500, 2500],
        [2000, 1000, 1500, 1200, 2500, 3000, 2200],
        [2000, 1200, 1500, 1500, 2500, 3500, 2200],
    ]
    pairs = [(i, j, mill, place) for i, mill in enumerate(supply) for j, place in enumerate(demand)]
    lanes = [
        {"from_location": mill, "to_location": place, "item": product, "cost_per_unit": rates[product][i][j]}
        for product in rates
        for i, j, mill, place in pairs
    ]
    lanes += [
        {
            "from_location": mill,
            "to_location": place,
            "cost_per_unit": 1000,
            "capacity_per_month": 625,
            "fixed_cost": fixed[i][j],
            "min_load": limits.get("min_load"),
        }
        for i, j, mill, place in pairs
    ]
    data = company(
        {"horizon_months": 1},
        items=[{"item": product, "source": "make", "holding_cost": 0, "late_policy": "none"} for product in rates],
        locations=[
            *({"location": m, "type": "plant", "max_destinations": limits.get("max_destinations")} for m in supply),
            *({"location": place, "type": "dc"} for place in demand),
        ],
        markets=[{"market": place, "ship_from": place} for place in demand],
        lanes=lanes,
        stock=[
            {"item": product, "location": mill, "quantity": quantities[k]}
            for mill, quantities in supply.items()
            for k, product in enumerate(rates)
        ],
    )
    asked = forecast(
        {(product, place): [q[k]] for place, q in demand.items() for k, product in enumerate(rates) if q[k]}
    )
    return plan_supply(data, asked, costs({}), HighsSolver())


@pytest.mark.parametrize(
    ("limits", "published"),
    [({}, 229850), ({"min_load": 375, "max_destinations": 5}, 235625)],
    ids=["multmip1", "multmip3"],
)
def test_fixed_cost_of_lanes_of_ampl(limits, published):
    plan = multi_commodity(**limits)
    assert amounts(plan)["transport"] == published
    loads = plan.transfers.groupby(["from_location", "to_location"])["quantity"].sum()
    assert loads.max() <= 625
    assert loads.min() >= limits.get("min_load", 0)
    assert loads.groupby("from_location").size().max() <= limits.get("max_destinations", 7)
