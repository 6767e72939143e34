"""Lots, campaigns, shifts, shutdowns, room, age, substitutes, quotas, fences: plans small enough to follow by hand."""

import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.schema.frames import conform
from sop_xl.schema.results import LAST_CYCLE
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import amounts, company, costs, forecast

LINE = {"resource": "LINE"}


def step(item, hours_per_unit=1.0, **more):
    return {"item": item, "operation": "1", "resource": "LINE", "hours_per_unit": hours_per_unit, **more}


def hours(*regular, resource="LINE"):
    return [{"resource": resource, "period": f"2027-{m:02d}", "hours": h} for m, h in enumerate(regular, start=1)]


def plan_of(data, demand, standard=None, price=None, **more):
    return plan_supply(data, forecast(demand), costs(standard or {}, price), HighsSolver(), **more)


def series(frame, field, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return frame[field].tolist()


def last_plan(item, *supply):
    rows = [{"item": item, "period": pd.Period("2027-01", "M") + k, "supply": s} for k, s in enumerate(supply)]
    return conform(LAST_CYCLE, pd.DataFrame(rows))


def test_lots_have_a_smallest_size_and_come_in_multiples():
    # 7 a month, lots of 10, 15, 20 and so on. 10, 10, 10 holds 3 + 6 + 9; 10, 15, 0 holds 3 + 11 + 4;
    # 15, 0, 10 holds 8 + 1 + 4 = 13.
    data = company(
        {"horizon_months": 3},
        items=[{"item": "A", "min_lot": 10, "lot_multiple": 5, "holding_cost": 1, "late_policy": "none"}],
        resources=[LINE],
        routings=[step("A")],
    )
    plan = plan_of(data, {"A": [7, 7, 7]})
    assert amounts(plan)["holding"] == 13
    assert series(plan.supply_plan, "production") == [15, 0, 10]


def test_a_smallest_lot_alone_leaves_the_quantity_free_above_it():
    # 4, 4, 4, lots of 6 at least: 8, 0, 4 is not allowed; 6, 6, 0: holds 2 + 4 + 0; 12 at once holds 8 + 4.
    data = company(
        {"horizon_months": 3},
        items=[{"item": "A", "min_lot": 6, "holding_cost": 1, "material_cost": 1, "late_policy": "none"}],
        resources=[LINE],
        routings=[step("A")],
    )
    assert series(plan_of(data, {"A": [4, 4, 4]}).supply_plan, "production") == [6, 6, 0]


def test_orders_keep_the_suppliers_minimum_and_multiple():
    # 30 a month; order 50 at least, in dozens: 60 at once lasts two months.
    data = company(
        {"horizon_months": 4},
        items=[{"item": "A", "source": "buy", "holding_cost": 1, "late_policy": "none"}],
        suppliers=[{"item": "A", "supplier": "S", "price": 1, "min_order": 50, "multiple": 12}],
    )
    plan = plan_of(data, {"A": [30, 30, 30, 30]})
    assert plan.purchases["quantity"].tolist() == [60, 60]
    assert amounts(plan)["material"] == 120


def test_many_orders_are_rounded_up_along_the_plan(monkeypatch):
    monkeypatch.setattr("sop_xl.supply.settle.EXACT", 0)
    data = company(
        {"horizon_months": 4},
        items=[{"item": "A", "source": "buy", "holding_cost": 1}, {"item": "B", "min_lot": 5, "holding_cost": 1}],
        suppliers=[
            {"item": "A", "supplier": "S", "price": 1, "min_order": 50, "multiple": 12, "capacity_per_month": 70}
        ],
        resources=[LINE],
        routings=[step("B")],
    )
    plan = plan_of(data, {"A": [30, 30, 80, 30], "B": [3, 3, 3, 3]})
    # 60 covers two months; 80 are more than the five dozen S delivers in a month, so 60 come and 20 wait.
    assert [q % 12 for q in plan.purchases["quantity"]] == [0] * len(plan.purchases)
    assert plan.purchases["quantity"].between(50, 70).all()
    assert not plan.optimal
    made = [q for q in series(plan.supply_plan, "production", item="B") if q]
    assert min(made) >= 5


def test_trucks_leave_full_and_are_shared_by_the_lanes_items():
    # 6 of A and 6 of B: trucks of 10 take them together, so 20 travel, not 10 of each alone by chance.
    data = company(
        {"horizon_months": 1},
        items=[{"item": "A", "source": "buy", "holding_cost": 1}, {"item": "B", "source": "buy", "holding_cost": 1}],
        locations=[{"location": "P", "type": "plant"}, {"location": "D", "type": "dc"}],
        lanes=[{"from_location": "P", "to_location": "D", "cost_per_unit": 1, "multiple": 10}],
        suppliers=[{"item": item, "supplier": "S", "price": 1} for item in ("A", "B")],
    )
    plan = plan_of(data, {"A": [6], "B": [6]})
    assert plan.transfers["quantity"].sum() == 20
    assert amounts(plan)["backorder"] == 0


def test_a_campaign_pays_its_setup_once():
    # 5 a month for four months, setup 100, holding 9: each month its own, and one setup for all of them.
    tables = {
        "items": [{"item": "A", "holding_cost": 9, "late_policy": "none"}],
        "resources": [LINE],
    }
    monthly = company({"horizon_months": 4}, routings=[step("A", setup_cost=100)], **tables)
    campaign = company({"horizon_months": 4}, routings=[step("A", setup_cost=100, campaign_months=1)], **tables)
    demand = {"A": [5, 5, 5, 5]}
    # Alone: a lot for two months costs 100 + 45 each, against 100 each month: 290.
    assert plan_of(monthly, demand).cost == 290
    assert plan_of(campaign, demand).cost == 100


def test_a_campaign_lasts_its_months_and_takes_its_setup_hours_once():
    # Two months at least: A is set up in the first and second month or in the second and third.
    data = company(
        {"horizon_months": 3},
        items=[{"item": "A", "holding_cost": 1, "min_lot": 4, "late_policy": "none"}],
        resources=[LINE],
        capacity=hours(12, 12, 12),
        routings=[step("A", setup_hours=6, setup_cost=10, campaign_months=2)],
    )
    plan = plan_of(data, {"A": [0, 0, 8]})
    # The second month must make 4 at least; with the setup's 6 hours it could make 6.
    assert series(plan.supply_plan, "production") == [0, 4, 4]
    assert plan.load["required_hours"].tolist() == [0, 10, 4]
    assert series(plan.production, "hours") == [10, 4]
    assert amounts(plan)["setup"] == 10


def test_an_extra_shift_is_added_where_it_pays():
    # 30 asked each month, 20 hours; a shift of 15 hours for 40, a month late costs 5 a unit: 50 against 40.
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "backorder_cost": 5, "holding_cost": 1}],
        resources=[{"resource": "LINE", "shift_hours": 15, "shift_cost": 40, "max_shifts": 1}],
        capacity=hours(20, 20),
        routings=[step("A")],
    )
    plan = plan_of(data, {"A": [30, 30]})
    assert plan.load["shifts"].tolist() == [1, 1]
    assert plan.load["available_hours"].tolist() == [35, 35]
    assert amounts(plan)["shift"] == 80
    assert series(plan.supply_plan, "production") == [30, 30]


def test_shutdowns_take_hours_by_their_share_of_the_month():
    days = [
        {"period": "2027-01", "working_days": 20, "weeks": 4},
        {"period": "2027-02", "working_days": 20, "weeks": 4},
    ]
    data = company(
        {"horizon_months": 2},
        calendar=days,
        items=[{"item": "A"}],
        locations=[{"location": "P"}, {"location": "Q"}],
        resources=[
            {"resource": "LINE", "location": "P", "hours_per_week": 10},
            {"resource": "CREW", "location": "P"},
            {"resource": "OTHER", "location": "Q", "hours_per_week": 10},
        ],
        labour=[{"resource": "CREW", "workers": 2, "hours_per_worker_day": 1, "layoff_cost": 9}],
        shutdowns=[
            {"location": "P", "period": "2027-02", "days": 5},
            {"resource": "LINE", "period": "2027-02", "days": 5},
            {"period": "2027-01", "days": 2},
        ],
    )
    load = plan_of(data, {"A": [0, 0]}).load
    # LINE: 40 hours, less 2 of 20 days, less 10 of 20; CREW: 40 hours of 2 workers; OTHER is open in February.
    assert series(load, "available_hours", resource="LINE") == [36, 20]
    assert series(load, "available_hours", resource="CREW") == [36, 30]
    assert series(load, "available_hours", resource="OTHER") == [36, 40]


def test_a_crew_that_may_not_be_idle_makes_what_it_is_paid_for():
    # 2 workers make 20 a month; only 15 and 5 are asked. Laying off costs 1,000: 20 and 20 are made.
    data = company(
        {"horizon_months": 2},
        calendar=[{"period": "2027-01", "working_days": 10}, {"period": "2027-02", "working_days": 10}],
        items=[{"item": "A", "holding_cost": 1}],
        resources=[LINE],
        labour=[
            {
                "resource": "LINE",
                "workers": 2,
                "hours_per_worker_day": 1,
                "layoff_cost": 1000,
                "hire_cost": 1000,
                "idle_allowed": "no",
            }
        ],
        routings=[step("A")],
    )
    assert series(plan_of(data, {"A": [15, 5]}).supply_plan, "production") == [20, 20]


def test_a_full_store_holds_back_what_comes_in():
    # Room for 12; A takes 2, B 1. Both are made ahead for February, when the line makes nothing.
    data = company(
        {"horizon_months": 2},
        items=[
            {"item": "A", "volume": 2, "backorder_cost": 9, "holding_cost": 1},
            {"item": "B", "backorder_cost": 5, "holding_cost": 1},
        ],
        locations=[{"location": "P", "type": "plant", "storage_capacity": 12}],
        resources=[LINE],
        capacity=hours(100, 0),
        routings=[step("A"), step("B")],
    )
    plan = plan_of(data, {"A": [0, 10], "B": [0, 10]})
    # Late costs 9 for 2 of room, or 5 for 1: all 10 of B, and 1 of A.
    assert series(plan.supply_plan, "closing", item="B")[0] == 10
    assert series(plan.supply_plan, "closing", item="A")[0] == 1


def test_a_store_overfull_at_the_start_is_a_penalty_not_a_failure():
    data = company(
        {"horizon_months": 1},
        items=[{"item": "A"}],
        locations=[{"location": "P", "type": "plant", "storage_capacity": 12}],
        stock=[{"item": "A", "quantity": 20}],
    )
    plan = plan_of(data, {"A": [3]})
    # 17 left where 12 have room: 5 over, at 5 times the worth of 1.
    assert amounts(plan)["penalties"] == 25


def test_goods_are_gone_before_they_are_too_old():
    # 30 in stock keep for one month: 10 are sold in January, 10 in February, the rest is scrapped, and March is made.
    data = company(
        {"horizon_months": 3},
        items=[{"item": "A", "shelf_life_months": 1, "holding_cost": 1}],
        resources=[LINE],
        routings=[step("A")],
        stock=[{"item": "A", "quantity": 30}],
    )
    plan = plan_of(data, {"A": [10, 10, 10]}, {"A": 4})
    assert sum(series(plan.supply_plan, "scrapped")) == 10
    assert series(plan.supply_plan, "production") == [0, 0, 10]
    assert amounts(plan)["scrap"] == 40
    rows = plan.supply_plan
    assert (rows["opening"] + rows["production"] - rows["served"] - rows["closing"]).abs().max() == 0


def test_fresh_goods_cannot_be_made_ahead():
    data = company(
        {"horizon_months": 2, "objective": "service_first"},
        items=[{"item": "A", "shelf_life_months": 0}],
        resources=[LINE],
        capacity=hours(30, 6),
        routings=[step("A")],
    )
    plan = plan_of(data, {"A": [5, 10]})
    assert series(plan.supply_plan, "production") == [5, 6]
    assert series(plan.supply_plan, "backlog") == [0, 4]


def test_a_substitute_serves_customers_when_it_is_cheaper_than_waiting():
    # A cannot be had; 2 of B stand in for one, at 3 a unit of A, against 8 for a month late.
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "backorder_cost": 8}, {"item": "B", "source": "buy"}],
        resources=[LINE],
        capacity=hours(0, 20),
        routings=[step("A")],
        suppliers=[{"item": "B", "supplier": "S", "price": 1}],
        substitutes=[{"item": "A", "substitute": "B", "factor": 2, "cost": 3}],
    )
    plan = plan_of(data, {"A": [5, 5]})
    assert plan.substitutions[
        ["item", "substitute", "quantity", "substitute_quantity", "cost"]
    ].to_numpy().tolist() == [["A", "B", 5, 10, 15]]
    assert series(plan.supply_plan, "served", item="A") == [5, 5]
    assert series(plan.supply_plan, "shipped_out", item="B") == [10, 0]
    assert amounts(plan)["substitution"] == 15
    assert plan.shortages.empty


def test_a_substitute_stands_in_for_a_component_and_may_be_mutual():
    data = company(
        {"horizon_months": 1},
        items=[{"item": "A"}, {"item": "P", "source": "buy"}, {"item": "Q", "source": "buy"}],
        resources=[LINE],
        routings=[step("A")],
        bom=[{"parent": "A", "component": "P", "qty_per": 1}],
        suppliers=[
            {"item": "P", "supplier": "S", "price": 5, "capacity_per_month": 4},
            {"item": "Q", "supplier": "S", "price": 6},
        ],
        substitutes=[{"item": "P", "substitute": "Q"}, {"item": "Q", "substitute": "P"}],
    )
    plan = plan_of(data, {"A": [10]})
    assert plan.purchases.set_index("item")["quantity"].to_dict() == {"P": 4, "Q": 6}
    assert plan.substitutions["quantity"].tolist() == [6]


@pytest.mark.parametrize("objective", ["cost", "service_first"])
def test_quotas_are_kept_until_a_customer_would_suffer(objective):
    # S sells at 1, T at 2; T's share of 40 % is kept although it is dearer. In February T has 20 only.
    data = company(
        {"horizon_months": 2, "objective": objective},
        items=[{"item": "A", "source": "buy", "holding_cost": 5, "backorder_cost": 30, "standard_cost": 10}],
        suppliers=[
            {"item": "A", "supplier": "S", "price": 1, "share_pct": 60},
            {"item": "A", "supplier": "T", "price": 2, "share_pct": 40, "capacity_per_month": 40},
        ],
    )
    plan = plan_of(data, {"A": [100, 150]}, {"A": 10})
    bought = plan.purchases.pivot(index="period", columns="supplier", values="quantity")
    assert bought["T"].tolist() == [40, 40]
    assert bought["S"].sum() == 170
    assert amounts(plan)["backorder"] == 0


def fenced(**settings):
    return company(
        {"horizon_months": 4, "objective": "service_first", **settings},
        items=[{"item": "A", "holding_cost": 1}],
        resources=[LINE],
        capacity=hours(50, 50, 50, 50),
        routings=[step("A")],
    )


def test_frozen_months_keep_last_months_plan_and_slushy_ones_nearly():
    # Last month's plan was 10 a month; now 20 are asked. Frozen: 10. Slushy: 12, unless a customer waits.
    asked = {"A": [20, 20, 20, 20]}
    frozen = plan_of(fenced(frozen_months=1), asked, last_cycle=last_plan("A", 10, 10, 10, 10))
    assert series(frozen.supply_plan, "production") == [10, 30, 20, 20]
    assert frozen.shortages["binding"].tolist() == ["Frozen plan of A"]
    less = {"A": [10, 2, 10, 10]}
    slushy = plan_of(
        fenced(frozen_months=1, slushy_months=1, slushy_change_pct=20), less, last_cycle=last_plan("A", 10, 10, 10, 10)
    )
    # February needs 2 only: the slushy fence keeps 8 of 10, and 6 lie in stock for March.
    assert series(slushy.supply_plan, "production") == [10, 8, 4, 10]
    free = plan_of(fenced(), less, last_cycle=last_plan("A", 10, 10, 10, 10))
    assert series(free.supply_plan, "production") == [10, 2, 10, 10]


def test_customers_break_the_slushy_fence_before_they_wait():
    plan = plan_of(
        fenced(slushy_months=2, slushy_change_pct=10), {"A": [20, 20, 5, 5]}, last_cycle=last_plan("A", 10, 10, 10, 10)
    )
    assert series(plan.supply_plan, "backlog") == [0, 0, 0, 0]
    # 9 over the fence in each of two months, at the worth of 1.
    assert amounts(plan)["penalties"] == 18


def test_a_dearer_change_changes_less():
    # Making 4 more in April, and holding 1 fewer before: calm follows last month's plan when a change has its price.
    asked, last = {"A": [10, 10, 10, 14]}, last_plan("A", 12, 12, 10, 10)
    cheap = plan_of(fenced(change_cost_pct=1), asked, {"A": 10}, last_cycle=last)
    dear = plan_of(fenced(change_cost_pct=100), asked, {"A": 10}, last_cycle=last)
    assert series(cheap.supply_plan, "production") == [10, 10, 10, 14]
    assert series(dear.supply_plan, "production") == [12, 12, 10, 10]


def test_what_a_planner_fixed_is_newer_than_last_months_plan():
    data = fenced(frozen_months=1)
    targets = company(targets=[{"item": "A", "period": "2027-01", "fixed_production": 17}])["targets"]
    plan = plan_of(
        data.with_tables(targets=targets), {"A": [20, 20, 20, 20]}, last_cycle=last_plan("A", 10, 10, 10, 10)
    )
    assert series(plan.supply_plan, "production")[0] == 17


def test_goods_made_to_order_are_paced_by_bookings_at_their_backlog_target():
    # Backlog 100, 100 booked a month, 80 agreed: 120 made in January, then 100; nothing is late.
    data = company(
        {"horizon_months": 3, "objective": "service_first"},
        items=[{"item": "A", "strategy": "MTO"}],
        resources=[LINE],
        capacity=hours(500, 500, 500),
        routings=[step("A")],
        stock=[{"item": "A", "quantity": 0, "backlog": 100}],
        targets=[{"item": "A", "period": f"2027-{m:02d}", "target_backlog": 80} for m in (1, 2, 3)],
    )
    plan = plan_of(data, {"A": [100, 100, 100]}, {"A": 5}, {"A": 9})
    assert series(plan.supply_plan, "production") == [120, 100, 100]
    assert plan.lead_times["closing_backlog"].tolist() == [80, 80, 80]
    assert plan.shortages.empty
    assert amounts(plan)["backorder"] == 0
    assert amounts(plan)["penalties"] == 0


def test_a_backlog_target_in_weeks_and_what_waits_longer():
    # 28 days are 4 weeks: 70 booked, one week agreed is 17.5; 40 made, 30 wait, of which 12.5 too long.
    data = company(
        {"horizon_months": 1, "objective": "service_first", "end_backlog_allowed": True},
        calendar=[{"period": "2027-01", "weeks": 4}],
        items=[{"item": "A", "strategy": "MTO", "target_backlog_weeks": 1}],
        resources=[LINE],
        capacity=hours(40),
        routings=[step("A")],
    )
    plan = plan_of(data, {"A": [70]})
    assert series(plan.supply_plan, "backlog") == [30]
    assert plan.shortages["quantity"].tolist() == [12.5]


def test_a_plan_too_large_for_lots_says_that_they_are_left_out(monkeypatch):
    monkeypatch.setattr("sop_xl.supply.plan.HOPELESS", 1)
    data = company(
        {"horizon_months": 2},
        items=[{"item": "A", "source": "buy", "holding_cost": 1}],
        suppliers=[{"item": "A", "supplier": "S", "price": 1, "min_order": 50}],
    )
    plan = plan_of(data, {"A": [30, 30]})
    assert plan.purchases["quantity"].tolist() == [30, 30]
    assert [note.code for note in plan.notes] == ["lots-left-out"]
