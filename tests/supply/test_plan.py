"""Plans small enough to follow by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.schema.frames import conform
from sop_xl.schema.results import (
    LEAD_TIMES,
    LOAD,
    PLAN_COST,
    PRODUCTION,
    PURCHASES,
    SHORTAGES,
    SUPPLY_PLAN,
    TRANSFERS,
)
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import amounts, company, costs, forecast

LINE = {"resource": "LINE", "cost_per_hour": 0}


def months(count):
    return [f"2027-{month:02d}" for month in range(1, count + 1)]


def hours(*by_month, resource="LINE", overtime=0):
    return [
        {"resource": resource, "period": month, "hours": limit, "overtime_hours": overtime}
        for month, limit in zip(months(len(by_month)), by_month, strict=True)
    ]


def step(item, per_unit=1.0, resource="LINE", **more):
    return {"item": item, "operation": "10", "resource": resource, "hours_per_unit": per_unit, **more}


def plan_of(data, demand, standard=None, price=None):
    return plan_supply(data, forecast(demand), costs(standard or {}, price), HighsSolver())


def series(frame, field, **keys):
    for name, value in keys.items():
        frame = frame[frame[name] == value]
    return frame[field].tolist()


def test_components_over_two_levels_by_hand():
    # BIKE takes 2 WHEEL; WHEEL takes 10 SPOKE of which 20 % are scrapped: 12.5 each. 5 wheels are in stock.
    # 10 bikes: 20 wheels, 15 to make, 187.5 spokes to buy at 0.10 = 18.75.
    data = company(
        {"horizon_months": 1},
        items=[{"item": "BIKE"}, {"item": "WHEEL"}, {"item": "SPOKE", "source": "buy"}],
        resources=[LINE],
        routings=[step("BIKE", 0.5), step("WHEEL", 0.1)],
        bom=[
            {"parent": "BIKE", "component": "WHEEL", "qty_per": 2},
            {"parent": "WHEEL", "component": "SPOKE", "qty_per": 10, "scrap_pct": 20},
        ],
        suppliers=[{"item": "SPOKE", "supplier": "WIRE CO", "price": 0.1}],
        stock=[{"item": "WHEEL", "quantity": 5}],
    )
    plan = plan_of(data, {"BIKE": [10]})
    assert series(plan.supply_plan, "production", item="WHEEL") == [15]
    assert series(plan.supply_plan, "used", item="WHEEL") == [20]
    assert series(plan.supply_plan, "demand", item="WHEEL") == [20]
    assert series(plan.supply_plan, "purchases", item="SPOKE") == [187.5]
    assert series(plan.purchases, "value") == [18.75]
    # 10 x 0.5 + 15 x 0.1 hours.
    assert plan.load["required_hours"].tolist() == [6.5]
    assert plan.load["wanted_hours"].tolist() == [6.5]
    assert plan.cost == 18.75


def test_a_line_of_the_bill_holds_for_its_months():
    # OLD goes into A until January, NEW from February on.
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A"}, {"item": "NEW", "source": "buy"}, {"item": "OLD", "source": "buy"}],
        bom=[
            {"parent": "A", "component": "OLD", "qty_per": 1, "valid_to": "2027-01"},
            {"parent": "A", "component": "NEW", "qty_per": 1, "valid_from": "2027-02"},
        ],
        suppliers=[{"item": name, "supplier": "S", "price": 1} for name in ("NEW", "OLD")],
    )
    plan = plan_of(data, {"A": [4, 6]})
    assert series(plan.supply_plan, "used", item="OLD") == [4, 0]
    assert series(plan.supply_plan, "used", item="NEW") == [0, 6]


def test_lead_times_in_whole_months():
    # 14 days are no month, 16 days one, 50 days two. The first orders arrive in February and March.
    data = company(
        {"horizon_months": 4, "objective": "service_first"},
        items=[{"item": item, "source": "buy", "holding_cost": 1} for item in ("A", "B", "C")],
        suppliers=[
            {"item": item, "supplier": "S", "price": 1, "lead_time_days": days}
            for item, days in (("A", 14), ("B", 16), ("C", 50))
        ],
    )
    plan = plan_of(data, {item: [5, 5, 5, 5] for item in ("A", "B", "C")})
    assert series(plan.supply_plan, "purchases", item="A") == [5, 5, 5, 5]
    assert series(plan.supply_plan, "purchases", item="B") == [0, 10, 5, 5]
    assert series(plan.supply_plan, "purchases", item="C") == [0, 0, 15, 5]
    first = plan.purchases[plan.purchases["item"] == "C"].iloc[0]
    assert (str(first["order_by"]), str(first["period"]), first["late"]) == ("2027-01", "2027-03", "no")
    late = plan.shortages[plan.shortages["item"] == "C"].sort_values("period")
    assert late["quantity"].tolist() == [5, 5]
    assert late["binding"].tolist() == ["Lead time of S"] * 2
    assert (
        late["reason"].iloc[0] == "C from S takes 50 days, so the first order arrives in Mar 27; 5 late until Mar 27."
    )


def test_a_make_takes_components_when_it_starts():
    # A takes 30 days: what is ready in February takes its components and nothing else in January.
    data = company(
        {"horizon_months": 3},
        items=[{"item": "A", "lead_time_days": 30}, {"item": "P", "source": "buy", "holding_cost": 1}],
        bom=[{"parent": "A", "component": "P", "qty_per": 1}],
        suppliers=[{"item": "P", "supplier": "S", "price": 1}],
        stock=[{"item": "A", "quantity": 3}],
    )
    plan = plan_of(data, {"A": [3, 4, 5]})
    assert series(plan.supply_plan, "production", item="A") == [0, 4, 5]
    assert series(plan.supply_plan, "purchases", item="P") == [4, 5, 0]


def test_open_orders_arrive_and_what_is_overdue_arrives_first():
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "source": "buy", "late_policy": "lost", "lost_sale_cost": 1}],
        open_orders=[
            {"order": "1", "type": "purchase", "item": "A", "period": "2026-11", "quantity": 4},
            {"order": "2", "type": "production", "item": "A", "period": "2027-02", "quantity": 5},
            {"order": "3", "type": "transfer", "item": "A", "period": "2027-02", "quantity": 2},
            {"order": "4", "type": "purchase", "item": "A", "period": "2027-01", "quantity": 99, "firm": "no"},
            {"order": "5", "type": "customer", "item": "A", "period": "2027-01", "quantity": 99},
        ],
    )
    plan = plan_of(data, {"A": [10, 10]})
    assert series(plan.supply_plan, "purchases") == [4, 0]
    assert series(plan.supply_plan, "production") == [0, 5]
    assert series(plan.supply_plan, "received") == [0, 2]
    assert series(plan.supply_plan, "lost") == [6, 3]
    assert plan.production["quantity"].tolist() == [5]
    assert amounts(plan)["lost"] == 9


def test_pre_build_for_a_peak_and_overtime():
    # 100 hours a month, demand 60, 60, 160: 60 beyond the last month. 10 hours of overtime cost 5 more than
    # holding 10 for a month at 2; so 40 are made in February, 20 in January.
    data = company(
        {"horizon_months": 3},
        items=[{"item": "A", "holding_cost": 2}],
        resources=[{"resource": "LINE", "cost_per_hour": 10, "overtime_cost_per_hour": 15}],
        capacity=hours(100, 100, 100, overtime=10),
        routings=[step("A")],
    )
    plan = plan_of(data, {"A": [60, 60, 160]})
    assert series(plan.supply_plan, "closing") == [20, 60, 0]
    assert plan.load["overtime_hours"].tolist() == [0, 0, 0]
    assert plan.load["wanted_hours"].tolist() == [60, 60, 160]
    assert plan.load["load_pct"].tolist() == [80, 100, 100]
    # One more hour in March saves holding from January (4), in February from January (2).
    assert plan.load["shadow_price"].tolist() == pytest.approx([0, 2, 4])
    assert plan.cost == 280 * 10 + 80 * 2


def test_the_cheaper_resource_first_then_the_alternative():
    data = company(
        {"horizon_months": 1},
        items=[{"item": "A"}],
        resources=[{"resource": "OLD", "cost_per_hour": 2}, {"resource": "NEW", "cost_per_hour": 1}],
        capacity=[*hours(30, resource="NEW"), *hours(100, resource="OLD")],
        routings=[step("A", resource="NEW"), step("A", 1.5, resource="OLD", alternative="old line")],
    )
    plan = plan_of(data, {"A": [40]})
    assert series(plan.production, "quantity", resource="NEW") == [30]
    assert series(plan.production, "quantity", resource="OLD") == [10]
    assert series(plan.production, "hours", resource="OLD") == [15]
    assert series(plan.load, "wanted_hours", resource="NEW") == [40]
    # One more hour on NEW saves 1.5 hours at 2 and costs 1.
    assert series(plan.load, "shadow_price", resource="NEW") == pytest.approx([2])
    assert plan.cost == 30 + 15 * 2


def test_setup_hours_take_capacity():
    # 20 hours, 4 of them for the setup: 16 pieces a month. Two lots of 16 and 14, each with a setup of 7 money.
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "holding_cost": 1, "late_policy": "none"}],
        resources=[LINE],
        capacity=hours(20, 20),
        routings=[step("A", setup_hours=4, setup_cost=7)],
    )
    plan = plan_of(data, {"A": [10, 20]})
    assert series(plan.supply_plan, "production") == [14, 16]
    assert plan.load["required_hours"].tolist() == [18, 20]
    assert plan.cost == 2 * 7 + 4 * 1


def test_distribution_centres_by_hand():
    # One plant, two DCs a month and no time away; WEST also has a dearer lane for A alone. Plant makes 30 a month.
    data = company(
        {"horizon_months": 3},
        items=[{"item": "A", "holding_cost": 1, "backorder_cost": 50}],
        locations=[
            {"location": "PLANT", "type": "plant"},
            {"location": "EAST", "type": "dc"},
            {"location": "WEST", "type": "dc"},
        ],
        markets=[{"market": "E", "ship_from": "EAST"}, {"market": "W", "ship_from": "WEST"}],
        resources=[{"resource": "LINE", "location": "PLANT"}],
        capacity=hours(30, 30, 30),
        routings=[step("A")],
        lanes=[
            {"from_location": "PLANT", "to_location": "EAST", "transit_days": 30, "cost_per_unit": 2},
            {"from_location": "PLANT", "to_location": "WEST", "cost_per_unit": 3, "capacity_per_month": 12},
        ],
        stock=[{"item": "A", "location": "EAST", "quantity": 10}],
    )
    demand = forecast({("A", "E"): [10, 20, 15], ("A", "W"): [8, 8, 12]})
    plan = plan_supply(data, demand, costs({"A": 5}), HighsSolver())
    east = plan.transfers[plan.transfers["to_location"] == "EAST"]
    assert east["quantity"].tolist() == [20, 15]
    assert [str(month) for month in east["ship_period"]] == ["2027-01", "2027-02"]
    assert [str(month) for month in east["arrive_period"]] == ["2027-02", "2027-03"]
    assert series(plan.supply_plan, "received", location="EAST") == [0, 20, 15]
    assert series(plan.supply_plan, "shipped_out", location="PLANT") == [28, 23, 12]
    assert series(plan.supply_plan, "production", location="PLANT") == [28, 23, 12]
    assert amounts(plan)["transport"] == 35 * 2 + 28 * 3
    assert plan.shortages.empty


def test_a_lane_that_is_too_narrow_is_named():
    data = company(
        {"horizon_months": 2, "objective": "service_first"},
        items=[{"item": "A"}],
        locations=[{"location": "P", "type": "plant"}, {"location": "D", "type": "dc"}],
        lanes=[{"from_location": "P", "to_location": "D", "capacity_per_month": 6}],
        stock=[{"item": "A", "location": "P", "quantity": 100}],
    )
    plan = plan_of(data, {"A": [10, 0]})
    assert plan.shortages["binding"].tolist() == ["Lane P to D"]
    assert plan.shortages["reason"].tolist() == ["The lane from P to D carries at most 6 a month; 4 late until Feb 27."]


def test_bought_goods_reach_a_dc_through_the_plant_or_directly():
    places = [{"location": "P", "type": "plant"}, {"location": "D", "type": "dc"}]
    lane = {"from_location": "P", "to_location": "D", "cost_per_unit": 1}
    base = {
        "items": [{"item": "A", "source": "buy"}],
        "locations": places,
        "markets": [{"market": "M", "ship_from": "D"}],
        "suppliers": [{"item": "A", "supplier": "S", "price": 2}],
    }
    through = plan_supply(
        company({"horizon_months": 1}, lanes=[lane], **base), forecast({("A", "M"): [7]}), costs({}), HighsSolver()
    )
    assert through.purchases["location"].tolist() == ["P"]
    assert amounts(through)["transport"] == 7
    direct = plan_supply(company({"horizon_months": 1}, **base), forecast({("A", "M"): [7]}), costs({}), HighsSolver())
    assert direct.purchases["location"].tolist() == ["D"]


def test_twice_the_demand_is_late_by_the_exact_gap_and_says_why():
    # 50 hours a month for 100 pieces: 50, 100, 150 late, never infeasible.
    data = company(
        {"horizon_months": 3, "objective": "service_first"},
        items=[{"item": "A"}],
        resources=[LINE],
        capacity=hours(50, 50, 50),
        routings=[step("A")],
    )
    plan = plan_of(data, {"A": [100, 100, 100]}, {"A": 4}, {"A": 10})
    assert series(plan.supply_plan, "backlog") == [50, 100, 150]
    assert amounts(plan)["penalties"] > 0
    rows = plan.shortages.sort_values("period")
    assert rows["quantity"].tolist() == [50, 100, 100]
    assert rows["value"].tolist() == [500, 1000, 1000]
    assert rows["binding"].tolist() == ["LINE"] * 3
    assert rows["reason"].iloc[0] == "LINE is full in Jan 27; 50 late until Feb 27."
    assert rows["reason"].iloc[2] == "LINE is full in Jan to Mar 27; 100 late to the end of the plan."


def test_the_scarce_component_is_named_two_levels_down():
    # Only 6 chips a month: that holds the phones, not the line, which is half empty.
    data = company(
        {"horizon_months": 2, "objective": "service_first"},
        items=[{"item": "PHONE"}, {"item": "BOARD"}, {"item": "CHIP", "source": "buy"}],
        resources=[LINE],
        capacity=hours(20, 20),
        routings=[step("PHONE", 1), step("BOARD", 0.1)],
        bom=[
            {"parent": "PHONE", "component": "BOARD", "qty_per": 1},
            {"parent": "BOARD", "component": "CHIP", "qty_per": 1},
        ],
        suppliers=[{"item": "CHIP", "supplier": "FAB", "price": 1, "capacity_per_month": 6}],
    )
    plan = plan_of(data, {"PHONE": [10, 2]})
    late = plan.shortages.iloc[0]
    assert (late["quantity"], late["binding"]) == (4, "FAB")
    assert late["reason"] == "FAB delivers at most 6 CHIP a month; 4 late until Feb 27."


def test_an_item_without_a_source_is_a_shortage_not_a_failure():
    data = company({"horizon_months": 2}, items=[{"item": "A", "source": "buy"}, {"item": "B"}])
    plan = plan_of(data, {"A": [3, 0], "B": [2, 0]})
    assert dict(zip(plan.shortages["item"], plan.shortages["binding"], strict=True)) == {
        "A": "No source",
        "B": "No source",
    }
    assert "no supplier" in series(plan.shortages, "reason", item="A")[0]
    assert series(plan.supply_plan, "backlog", item="A") == [3, 3]


def test_the_first_class_is_served_first():
    # One hour short a month; A has priority 1 though B is worth ten times as much.
    data = company(
        {"horizon_months": 2, "objective": "service_first"},
        items=[{"item": "A", "priority": 1}, {"item": "B", "priority": 2}],
        resources=[LINE],
        capacity=hours(15, 15),
        routings=[step("A"), step("B")],
    )
    plan = plan_of(data, {"A": [10, 10], "B": [10, 5]}, {"A": 1, "B": 10}, {"A": 2, "B": 20})
    assert series(plan.supply_plan, "backlog", item="A") == [0, 0]
    assert series(plan.supply_plan, "backlog", item="B") == [5, 5]


def test_customers_before_stock_and_stock_before_money():
    # 10 hours; 8 for customers; the target of 5 is filled by overtime although that costs more.
    item = {"item": "A", "safety_stock": 5, "holding_cost": 1}
    data = company(
        {"horizon_months": 1, "objective": "service_first"},
        items=[item],
        resources=[{"resource": "LINE", "cost_per_hour": 1, "overtime_cost_per_hour": 30}],
        capacity=hours(10, overtime=2),
        routings=[step("A")],
    )
    plan = plan_of(data, {"A": [8]}, {"A": 6})
    assert series(plan.supply_plan, "closing") == [4]
    assert series(plan.supply_plan, "target") == [5]
    short = plan.shortages.iloc[0]
    assert (short["kind"], short["quantity"], short["binding"], short["value"]) == ("below_target", 1, "LINE", 6)


def test_lost_sales_are_lost_and_priced():
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "late_policy": "lost"}],
        resources=[LINE],
        capacity=hours(6, 6),
        routings=[step("A")],
        stock=[{"item": "A", "backlog": 2}],
    )
    # A lost sale costs its price, 10. 2 late at the start and 5 asked, 6 made; then 9 asked, 6 made.
    plan = plan_of(data, {"A": [5, 9]}, {"A": 4}, {"A": 10})
    assert series(plan.supply_plan, "lost") == [1, 3]
    assert series(plan.supply_plan, "backlog") == [0, 0]
    assert amounts(plan)["lost"] == 4 * 10


def test_lateness_that_must_not_happen_is_bought_off_late_orders():
    # A must never be late; its supplier takes a month, so January's order is late at the supplier's and says so.
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "source": "buy", "late_policy": "none"}],
        suppliers=[{"item": "A", "supplier": "S", "price": 3, "lead_time_days": 30}],
    )
    plan = plan_of(data, {"A": [4, 4]})
    assert plan.purchases["late"].tolist() == ["yes", "no"]
    assert str(plan.purchases["order_by"].iloc[0]) == "2026-12"
    assert series(plan.supply_plan, "backlog") == [0, 0]


def test_fixed_production_is_kept_and_missed_when_hours_lack():
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "holding_cost": 1}],
        resources=[LINE],
        capacity=hours(20, 20),
        routings=[step("A")],
        targets=[
            {"item": "A", "period": "2027-01", "fixed_production": 12},
            {"item": "A", "period": "2027-02", "fixed_production": 25},
        ],
    )
    plan = plan_of(data, {"A": [5, 5]})
    assert series(plan.supply_plan, "production") == [12, 20]
    assert amounts(plan)["penalties"] > 0


def test_frozen_months_make_what_is_on_order_only():
    orders = [{"order": "1", "type": "production", "item": "A", "period": "2027-01", "quantity": 4}]
    tables = {"items": [{"item": "A"}], "resources": [LINE], "capacity": hours(20, 20), "routings": [step("A")]}
    frozen = plan_of(company({"horizon_months": 2, "frozen_months": 1}, open_orders=orders, **tables), {"A": [9, 0]})
    assert series(frozen.supply_plan, "production") == [4, 5]
    assert frozen.shortages["binding"].tolist() == ["Fixed production"]
    free = plan_of(company({"horizon_months": 2, "frozen_months": 1}, **tables), {"A": [9, 0]})
    assert series(free.supply_plan, "production") == [9, 0]


def test_stock_limits():
    # At most 6 in stock: the rest of the pre-build is bought; minimum 2 at the end.
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "source": "both", "max_stock": 6, "min_stock": 2, "holding_cost": 0}],
        resources=[LINE],
        capacity=hours(20, 20),
        routings=[step("A")],
        suppliers=[{"item": "A", "supplier": "S", "price": 9}],
    )
    plan = plan_of(data, {"A": [10, 30]})
    assert series(plan.supply_plan, "closing") == [6, 2]
    # 42 needed, 16 + 20 made, 6 bought.
    assert plan.purchases["quantity"].sum() == 6
    assert amounts(plan)["subcontract"] == 0
    assert amounts(plan)["material"] == 54


def test_cover_targets_look_ahead():
    # 31 days of cover: at the end of January 28 days of February and 3 of March's 31.
    data = company(
        {"horizon_months": 3, "objective": "service_first"},
        items=[{"item": "A", "target_cover_days": 31, "source": "buy"}],
        suppliers=[{"item": "A", "supplier": "S", "price": 1}],
    )
    plan = plan_of(data, {"A": [0, 56, 93]})
    assert series(plan.supply_plan, "target")[0] == 56 + 3 * 3
    assert series(plan.supply_plan, "closing")[0] == 65
    assert series(plan.supply_plan, "cover_days")[0] == 31


def test_cover_days_walk_demand():
    # field.md T16: 1500 on demand 1000, 800 (20 days each) last 20 + 500/800 x 20 = 32.5 days.
    data = company(
        {"horizon_months": 4},
        calendar=[{"period": month, "weeks": 20 / 7} for month in months(4)],
        items=[{"item": "A", "source": "buy"}],
        stock=[{"item": "A", "quantity": 1500}],
    )
    plan = plan_of(data, {"A": [0, 1000, 800, 600]})
    assert series(plan.supply_plan, "cover_days") == [32.5, 12.5, 0, 0]
    beyond = plan_of(data.with_tables(), {"A": [0, 100, 100, 100]})
    # 1500, 1400, 1300, 1200 at 5 a day, after the horizon as in its last three months.
    assert series(beyond.supply_plan, "cover_days") == pytest.approx([300, 280, 260, 240])


def test_lead_times_of_families_made_to_order():
    # Backlog 30 at the start, 20 booked a month, 25 made: 25, 20. A January of 31/7 weeks ships 25.
    data = company(
        {"horizon_months": 2, "objective": "service_first", "end_backlog_allowed": True},
        items=[{"item": "A", "family": "Frames", "strategy": "MTO", "lead_time_days": 14}, {"item": "B"}],
        resources=[LINE],
        capacity=hours(25, 25),
        routings=[step("A")],
        stock=[{"item": "A", "quantity": 0, "backlog": 30}],
    )
    plan = plan_of(data, {"A": [20, 20]})
    assert plan.lead_times["family"].tolist() == ["Frames", "Frames"]
    assert plan.lead_times["opening_backlog"].tolist() == [30, 25]
    assert plan.lead_times["shipments"].tolist() == [25, 25]
    assert plan.lead_times["closing_backlog"].tolist() == [25, 20]
    assert plan.lead_times["weeks_of_backlog"].tolist() == [4.43, 3.2]
    assert plan.lead_times["quoted_weeks"].tolist() == [6.43, 5.2]


def test_foreign_prices_take_the_plan_rate():
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "source": "buy", "holding_cost": 5}],
        suppliers=[{"item": "A", "supplier": "S", "price": 10, "currency": "EUR"}],
        fx_rates=[
            {"currency": "EUR", "period": "2026-12", "plan_rate": 1.1},
            {"currency": "EUR", "period": "2027-02", "plan_rate": 1.2},
        ],
    )
    assert plan_of(data, {"A": [1, 1]}).purchases["value"].tolist() == [11, 12]


def test_late_orders_are_shared_over_markets_by_demand():
    data = company(
        {"horizon_months": 1, "objective": "service_first"},
        items=[{"item": "A", "source": "buy"}],
        markets=[{"market": "N"}, {"market": "S"}],
        stock=[{"item": "A", "quantity": 6}],
    )
    plan = plan_supply(data, forecast({("A", "N"): [9], ("A", "S"): [3]}), costs({}), HighsSolver())
    rows = plan.shortages.set_index("market")["quantity"]
    assert (rows["N"], rows["S"]) == (4.5, 1.5)
    assert [reason.split("; ")[1] for reason in plan.shortages["reason"]] == [
        "4.5 late to the end of the plan.",
        "1.5 late to the end of the plan.",
    ]


def test_negative_stock_counts_as_late_orders():
    data = company(
        {"horizon_months": 1},
        items=[{"item": "A", "source": "buy"}],
        suppliers=[{"item": "A", "supplier": "S", "price": 1}],
        stock=[{"item": "A", "quantity": -4}],
    )
    plan = plan_of(data, {"A": [3]})
    assert series(plan.supply_plan, "purchases") == [7]
    assert series(plan.supply_plan, "opening") == [0]


def test_nothing_to_plan():
    plan = plan_of(company({"horizon_months": 2}, items=[{"item": "A"}]), {})
    for table in (SUPPLY_PLAN, PRODUCTION, PURCHASES, TRANSFERS, SHORTAGES, LEAD_TIMES):
        assert len(getattr(plan, table.name)) == 0
    assert plan.cost == 0


def test_tables_are_as_the_schema_declares():
    data = company(
        {"horizon_months": 2, "objective": "service_first"},
        items=[{"item": "A", "strategy": "MTO"}, {"item": "P", "source": "buy", "safety_stock": 1e6}],
        resources=[LINE],
        capacity=hours(5, 5),
        routings=[step("A")],
        bom=[{"parent": "A", "component": "P", "qty_per": 1}],
        suppliers=[{"item": "P", "supplier": "S", "price": 1, "capacity_per_month": 9}],
    )
    plan = plan_of(data, {"A": [9, 9]})
    for table in (SUPPLY_PLAN, PRODUCTION, PURCHASES, TRANSFERS, LOAD, SHORTAGES, LEAD_TIMES, PLAN_COST):
        frame = getattr(plan, table.name)
        expected = conform(table, frame)
        if table is SHORTAGES:
            expected = expected.sort_values("value", ascending=False, kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(frame, expected)
        assert not frame.duplicated(list(table.key)).any()
    assert not np.signbit(plan.supply_plan.select_dtypes("float64").to_numpy()).any()


def test_one_setup_of_a_component_may_cover_targets_two_levels_up():
    # A is sold once and 100 are to be in stock; each takes 10 P. One lot of P of 1010 is the cheapest.
    data = company(
        {"horizon_months": 2, "objective": "service_first"},
        items=[{"item": "A", "safety_stock": 100}, {"item": "P", "holding_cost": 0.001}],
        resources=[LINE],
        routings=[step("P", 0.01, setup_cost=500)],
        bom=[{"parent": "A", "component": "P", "qty_per": 10}],
    )
    plan = plan_of(data, {"A": [1, 0]}, {"A": 20, "P": 1})
    assert series(plan.supply_plan, "production", item="P") == [1010, 0]
    assert amounts(plan)["setup"] == 500
