"""The planners' plans: rates, rough cut, pre-build, procurement, distribution, inventory and lead time, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.results import ACCURACY, DEMAND_CHANGES
from sop_xl.supply.distribution import _short
from sop_xl.supply.lead_times import rate_to_target
from sop_xl.supply.plan import plan_supply
from sop_xl.supply.planners import NEEDED, planners_tables
from sop_xl.supply.prebuild import hours_ahead
from tests.supply.cases import company, costs, forecast

NO_CHANGES = empty_frame(DEMAND_CHANGES)
P1 = {"location": "P1", "type": "plant"}


def tables(demand, *, standard=None, accuracy=(), **inputs):
    """Return the planners' tables of a company, and the plan they are of."""
    data = company(**inputs)
    items = inputs["items"]
    prices = {item["item"]: (standard or {}).get(item["item"], 10.0) for item in items}
    item_costs = costs(prices, dict.fromkeys(prices, 100.0))
    plan = plan_supply(data, forecast(demand), item_costs, HighsSolver())
    frames = {name: getattr(plan, name) for name in NEEDED if hasattr(plan, name)}
    rows = pd.DataFrame(list(accuracy), columns=["item", "family", "lag", "months", "actual", "wmape"])
    frames |= {"item_costs": item_costs, "accuracy": conform(ACCURACY, rows), "demand_changes": NO_CHANGES}
    return planners_tables(data, frames), plan


def of(frame, column, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return frame[column].tolist()


def test_level_and_chase_of_arnold():
    # T6 b: 110, 120, 130, 120, 120 with stock from 100 to 80: level 116, stock 106, 102, 88, 84, 80;
    # chase to a stock of 80 at each end: 90, 120, 130, 120, 120.
    months = [f"2027-0{m}" for m in range(1, 6)]
    found, _ = tables(
        {"A": [110, 120, 130, 120, 120]},
        settings={"horizon_months": 5},
        items=[{"item": "A", "family": "F", "source": "make", "holding_cost": 5}],
        locations=[P1],
        calendar=[{"period": m, "working_days": 20, "weeks": 4} for m in months],
        routings=[{"item": "A", "operation": "10", "resource": "R", "hours_per_unit": 1}],
        resources=[{"resource": "R", "location": "P1"}],
        stock=[{"item": "A", "location": "P1", "quantity": 100}],
        targets=[{"item": "A", "location": "P1", "period": m, "target_stock": 80} for m in months],
    )
    plans = found["rate_plans"]
    assert of(plans, "production", strategy="level") == [116] * 5
    assert of(plans, "stock", strategy="level") == [106, 102, 88, 84, 80]
    assert of(plans, "holding_cost", strategy="level") == [530, 510, 440, 420, 400]
    assert of(plans, "production", strategy="chase") == [90, 120, 130, 120, 120]
    assert of(plans, "rate", strategy="chase")[0] == 4.5
    # Arnold's costs: 5 a unit of average stock; 20 for each unit by which the rate changes, from 100 before.
    level, chase = (np.array([100, *of(plans, "stock", strategy=name)]) for name in ("level", "chase"))
    assert 5 * (level[:-1] + level[1:]).sum() / 2 == 2350
    changed = np.abs(np.diff([100, *of(plans, "production", strategy="chase")])).sum()
    assert 5 * (chase[:-1] + chase[1:]).sum() / 2 + 20 * changed == 2050 + 1200
    assert sum(of(plans, "production", strategy="mixed")) == pytest.approx(580)
    assert len(set(np.round(of(plans, "rate", strategy="mixed"), 6))) <= 3
    assert of(plans, "backlog", strategy="optimum") == [0] * 5


def test_chase_load_of_two_families_on_one_resource():
    # T15: A 1 h, B 2 h; chase loads 220, 260, 460, 260.
    found, _ = tables(
        {"A": [100, 100, 220, 140], "B": [60, 80, 120, 60]},
        settings={"horizon_months": 4},
        items=[{"item": i, "family": i, "source": "make"} for i in "AB"],
        locations=[P1],
        resources=[{"resource": "R", "location": "P1"}],
        capacity=[{"resource": "R", "period": f"2027-0{m}", "hours": 280, "overtime_hours": 40} for m in (1, 2, 3, 4)],
        routings=[
            {"item": "A", "operation": "10", "resource": "R", "hours_per_unit": 1},
            {"item": "B", "operation": "10", "resource": "R", "hours_per_unit": 2},
        ],
        stock=[{"item": "A", "location": "P1", "quantity": 20}, {"item": "B", "location": "P1", "quantity": 10}],
        targets=[
            {"item": i, "location": "P1", "period": f"2027-0{m}", "target_stock": q}
            for i, q in (("A", 20), ("B", 10))
            for m in (1, 2, 3, 4)
        ],
    )
    chase = found["rate_plans"].query("strategy == 'chase'").groupby("period")["hours"].sum()
    assert chase.to_numpy() == pytest.approx([220, 260, 460, 260])
    # The plan needs hours before March: 460 wanted, 320 there at most.
    (row,) = found["prebuild"].to_dict("records")
    assert str(row["peak_period"]) == "2027-03"
    assert row["hours_beyond"] == pytest.approx(180)
    assert row["hours_ahead"] >= 140 - 1e-6


def test_hours_ahead_by_hand():
    # Wanted 5, 5, 20, 5; worked 10, 10, 10, 5: before month 3 ten hours are ahead, five of them since month 1.
    assert hours_ahead(np.array([5.0, 5, 20, 5]), np.array([10.0, 10, 10, 5])).tolist() == [5, 10, 0, 0]


def test_what_building_ahead_costs_adds_up_over_two_levels():
    # A takes 1 h on R1 and one C, which takes 2 h on R2. Five A of March are made in February, as are their C.
    # A holds 5, C of that 2: 3 an hour on R1, 1 on R2; so 15 and 10, together the 25 that five A hold in a month.
    # A late is 12 for its 3 hours, 4 an hour. R1 has 2 h of overtime in March at 6 more, 3 h would be late; R2 none.
    found, plan = tables(
        {"A": [5, 5, 15]},
        settings={"horizon_months": 3},
        items=[
            {"item": "A", "source": "make", "holding_cost": 5, "backorder_cost": 12},
            {"item": "C", "source": "make", "holding_cost": 2},
        ],
        locations=[P1],
        resources=[
            {"resource": "R1", "location": "P1", "cost_per_hour": 10, "overtime_cost_per_hour": 16},
            {"resource": "R2", "location": "P1"},
        ],
        capacity=[
            *({"resource": "R1", "period": f"2027-0{m}", "hours": 10, "overtime_hours": 2} for m in (1, 2, 3)),
            *({"resource": "R2", "period": f"2027-0{m}", "hours": 20} for m in (1, 2, 3)),
        ],
        routings=[
            {"item": "A", "operation": "10", "resource": "R1", "hours_per_unit": 1},
            {"item": "C", "operation": "10", "resource": "R2", "hours_per_unit": 2},
        ],
        bom=[{"parent": "A", "component": "C", "qty_per": 1}],
    )
    assert of(plan.production.query("item == 'A'"), "quantity") == [5, 10, 10]
    built = found["prebuild"]
    assert of(built, "hours_ahead") == [5, 10]
    assert of(built, "months_ahead") == [1, 1]
    assert of(built, "holding_cost") == [15, 10]
    assert of(built, "overtime_hours_saved") == [2, 0]
    assert of(built, "late_hours_saved") == [3, 10]
    assert of(built, "cost_without") == [2 * 6 + 3 * 4, 10 * 4]
    assert set(built["verdict"]) == {"late without it"}


def test_rough_cut_over_two_levels():
    # A takes 1 h on R1 and 3 C; C takes 2 h on R2. A takes a month, so its C are made a month before.
    found, plan = tables(
        {"A": [0, 10, 20]},
        settings={"horizon_months": 3},
        items=[{"item": "A", "source": "make", "lead_time_days": 30}, {"item": "C", "source": "make"}],
        locations=[P1],
        resources=[{"resource": r, "location": "P1"} for r in ("R1", "R2")],
        routings=[
            {"item": "A", "operation": "10", "resource": "R1", "hours_per_unit": 1},
            {"item": "C", "operation": "10", "resource": "R2", "hours_per_unit": 2},
        ],
        bom=[{"parent": "A", "component": "C", "qty_per": 3}],
        actuals=[
            {"measure": "production", "item": i, "period": "2026-12", "quantity": q}
            for i, q in (("A", 21), ("C", 31.5))
        ],
    )
    rough = found["rough_cut"]
    assert of(rough, "bill_of_labour", resource="R1") == [0, 10, 20]
    assert of(rough, "bill_of_labour", resource="R2") == [0, 60, 120]
    assert of(rough, "resource_profile", resource="R2") == [60, 120, 0]
    # Of C 31.5 are reported, but 21 A used 63: 21 and 126 hours, a seventh and six of 70 and 140.
    assert of(rough, "overall_factors", resource="R1") == [0, 10, 20]
    # December 2026 has 23 working days: 126 / 23 a day, on January's 21.
    assert of(rough, "demonstrated_hours", resource="R2")[0] == pytest.approx(126 / 23 * 21, abs=1e-5)
    assert of(plan.production.query("item == 'C'"), "quantity") == [30, 60]


def test_procurement_by_day():
    # 100 a month, 130 in stock, 70 on order for January: February lacks nothing yet, March lacks 100.
    found, plan = tables(
        {"A": [100, 100, 100]},
        standard={"A": 4.0},
        settings={"horizon_months": 3},
        items=[{"item": "A", "source": "buy", "description": "Part A"}],
        locations=[P1],
        suppliers=[{"item": "A", "supplier": "S", "price": 5, "lead_time_days": 30}],
        stock=[{"item": "A", "location": "P1", "quantity": 130}],
        open_orders=[
            {
                "order": "1",
                "type": "purchase",
                "item": "A",
                "location": "P1",
                "period": "2027-01",
                "quantity": 70,
                "firm": "yes",
            }
        ],
    )
    rows = found["procurement"]
    assert rows["gross_need"].tolist() == [100, 100, 100]
    assert rows["scheduled_receipts"].tolist() == [70, 0, 0]
    assert rows["planned_receipts"].tolist() == [0, 0, 100]
    assert rows["projected_stock"].tolist() == [100, 0, 0]
    assert rows["planned_value"].sum() == 500
    assert rows["scheduled_value"].sum() == 280
    last = rows.iloc[-1]
    # The middle of March less 30 days is in February, the month in which the plan orders.
    assert last["order_by"] == pd.Timestamp("2027-02-13")
    assert (last["late"], last["supplier"], last["rank"]) == ("no", "S", 1)
    assert str(plan.purchases["order_by"].iloc[0]) == "2027-02"


def test_an_order_that_comes_after_stock_has_run_out_is_late():
    # 60 days: what is ordered in January comes in March. 150 in stock of a target of 50 are gone in February, whose
    # middle less 60 days is the 17th of December. B has the stock to wait for its order, which is placed by the 14th.
    found, _ = tables(
        {"A": [100, 100, 100], "B": [100, 100, 100]},
        settings={"horizon_months": 3},
        items=[{"item": i, "source": "buy"} for i in "AB"],
        locations=[P1],
        suppliers=[{"item": i, "supplier": "S", "price": 5, "lead_time_days": 60} for i in "AB"],
        stock=[{"item": i, "location": "P1", "quantity": q} for i, q in (("A", 150), ("B", 250))],
        targets=[
            {"item": i, "location": "P1", "period": f"2027-0{m}", "target_stock": 50} for i in "AB" for m in (1, 2, 3)
        ],
    )
    orders = found["procurement"].dropna(subset="rank").sort_values("rank")
    assert orders[["item", "late"]].to_numpy().tolist() == [["A", "yes"], ["B", "no"]]
    assert orders["order_by"].tolist() == [pd.Timestamp("2026-12-17"), pd.Timestamp("2027-01-14")]
    assert orders["period"].astype(str).tolist() == ["2027-03", "2027-03"]


def distributed(stock):
    """Three places of a source with `stock`; demand 10, 5 and 15 a month, 20, 10 and 30 there."""
    places = {"A": (10, 20), "B": (5, 10), "C": (15, 30)}
    data = {
        "settings": {"horizon_months": 8},
        "items": [{"item": "X", "source": "make"}],
        "locations": [P1, *({"location": place, "type": "dc"} for place in places)],
        "markets": [{"market": f"M{place}", "ship_from": place} for place in places],
        "lanes": [{"from_location": "P1", "to_location": place, "transit_days": 0} for place in places],
        "stock": [
            {"item": "X", "location": "P1", "quantity": stock},
            *({"item": "X", "location": place, "quantity": there} for place, (_, there) in places.items()),
        ],
    }
    demand = {("X", f"M{place}"): [each] * 8 for place, (each, _) in places.items()}
    return tables(demand, **data)


def test_distribution_needs_what_keeps_each_place_served():
    found, _ = distributed(400)
    rows = found["distribution"]
    # Each place has two months in stock; from the third on it needs its demand.
    need = rows.pivot_table(index="to_location", columns="ship_period", values="need", aggfunc="sum", fill_value=0)
    months = pd.period_range("2027-01", periods=8, freq="M")
    need = need.reindex(columns=months, fill_value=0.0)
    assert need.loc["C"].tolist() == [0, 0, *[15] * 6]
    assert need.loc["A"].tolist() == [0, 0, *[10] * 6]
    assert (rows["fair_share"] == rows["planned"]).all()


def test_what_is_short_is_shared_so_that_cover_is_equal():
    # 120 for three places that need 180 in all over eight months: what leaves is shared by cover.
    found, plan = distributed(120)
    rows = found["distribution"]
    by_source = rows.groupby("ship_period")[["planned", "fair_share"]].sum()
    assert by_source["fair_share"].to_numpy() == pytest.approx(by_source["planned"].to_numpy())
    assert rows["planned"].sum() == pytest.approx(plan.transfers["quantity"].sum())
    assert rows["short"].sum() > 0
    assert rows["rank"].notna().sum() == (rows["short"] > 0).sum()


def test_what_leaves_early_is_not_short_later():
    rows = pd.DataFrame(
        {
            "item": "X",
            "from_location": "P1",
            "to_location": "A",
            "need": [10.0, 20.0, 5.0, 30.0],
            "planned": [25.0, 0.0, 5.0, 20.0],
        }
    )
    # Ahead by 15, then short by 5; the third month adds nothing, the fourth adds 10.
    assert _short(rows).tolist() == [0, 5, 0, 10]


def test_safety_stock_from_error_and_lead_time():
    # 12 months of 100 on average, WMAPE 20 %: deviation 20 x sqrt(pi / 2) = 25.07; a lead time of three months and
    # one to the next plan: 1.645 x 25.07 x 2 = 82.5. The target of 40 is less: raise it.
    found, _ = tables(
        {"A": [100.0] * 12, "D": [0.0] * 12},
        standard={"A": 2.0, "D": 3.0},
        accuracy=[("A", "F", 1, 12, 1200.0, 20.0)],
        settings={"horizon_months": 12, "service_level": 0.95, "days_in_year": 360, "excess_months": 6},
        items=[
            {"item": "A", "source": "buy", "safety_stock": 40, "lead_time_days": 90, "family": "F"},
            {"item": "D", "source": "buy", "family": "F"},
        ],
        locations=[P1],
        suppliers=[{"item": "A", "supplier": "S", "price": 2, "lead_time_days": 90}],
        stock=[{"item": "A", "location": "P1", "quantity": 700}, {"item": "D", "location": "P1", "quantity": 10}],
    )
    table = found["inventory_plan"].set_index("item")
    row = table.loc["A"]
    assert row["error_deviation"] == pytest.approx(25.0663, abs=1e-3)
    assert row["suggested"] == pytest.approx(82.46, abs=0.01)
    assert (row["advice"], row["rank"]) == ("raise", 1)
    assert row["change_value"] == pytest.approx(2 * (82.46 - 40), abs=0.05)
    assert row["cover_days"] == pytest.approx(210)
    # 700 less six months of 100; D has no demand at all: ten units at 3.
    assert (row["excess_value"], row["obsolete_value"]) == (200, 0)
    assert (table.loc["D", "excess_value"], table.loc["D", "obsolete_value"]) == (0, 30)
    assert 0 < row["fill_rate"] < 100


def test_rate_that_brings_the_backlog_to_its_target():
    # T6 c: five weeks of 100 bookings, backlog 100 to 80: 104 a week by the fifth; to be there after one: 120.
    weeks = np.ones(5)
    rates = rate_to_target(np.array([100.0]), np.full((1, 5), 100.0), np.full((1, 5), 80.0), weeks)
    assert rates[0].tolist() == [120, 110, pytest.approx(106.667, abs=1e-3), 105, 104]


def test_the_lead_time_plan_says_what_is_agreed_and_what_it_takes():
    _, plan = tables(
        {"A": [40, 40, 40]},
        settings={"horizon_months": 3},
        items=[{"item": "A", "family": "F", "source": "make", "strategy": "MTO", "target_backlog_weeks": 1}],
        locations=[P1],
        calendar=[{"period": f"2027-0{m}", "weeks": 4, "working_days": 20} for m in (1, 2, 3)],
        resources=[{"resource": "R", "location": "P1"}],
        routings=[{"item": "A", "operation": "10", "resource": "R", "hours_per_unit": 1}],
        stock=[{"item": "A", "location": "P1", "quantity": 0, "backlog": 30}],
    )
    rows = plan.lead_times
    assert rows["target_backlog"].tolist() == [10, 10, 10]
    # (30 + 40 - 10) / 4 weeks; over two months (30 + 80 - 10) / 8.
    assert rows["rate_to_target"].tolist()[:2] == [15, 12.5]
    assert rows["plan_rate"].tolist() == pytest.approx((rows["shipments"] / 4).tolist())
