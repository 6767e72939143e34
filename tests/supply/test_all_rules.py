"""What holds for every company that uses all the rules at once, on random small ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver, PulpSolver
from sop_xl.schema.frames import conform
from sop_xl.schema.results import LAST_CYCLE
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.levels import plan_levels
from sop_xl.supply.plan import build_model, plan_supply
from tests.supply.cases import company, costs, forecast

PERIODS = [f"2027-{month:02d}" for month in range(1, 5)]
GOODS = ("G1", "G2")


def every_rule(seed, *, whole=True, **settings):
    """Two goods, two parts, a plant and a DC under all rules; without whole columns where `whole` is false."""
    rng = np.random.default_rng(seed)
    lots = {"min_lot": float(rng.integers(3, 9)), "lot_multiple": float(rng.choice([0, 2]))} if whole else {}
    orders = {"min_order": 12.0, "multiple": 5.0} if whole else {}
    setup = {"setup_hours": 2.0, "setup_cost": 20.0, "campaign_months": float(rng.choice([1, 2]))} if whole else {}
    shift = {"shift_hours": 8.0, "shift_cost": 30.0, "max_shifts": 1.0} if whole else {}
    data = company(
        {"horizon_months": 4, "objective": "service_first", "slushy_months": 2, "change_cost_pct": 2.0, **settings},
        items=[
            {"item": "G1", "holding_cost": 1, "backorder_cost": 9, "shelf_life_months": 2, "priority": 1, **lots},
            {
                "item": "G2",
                "holding_cost": 2,
                "backorder_cost": 5,
                "strategy": "MTO",
                "target_backlog_weeks": 1,
                "priority": 2,
                "safety_stock": 4,
            },
            {"item": "P", "source": "buy", "volume": 0.1},
            {"item": "Q", "source": "buy", "volume": 0.1},
        ],
        locations=[
            {"location": "PLANT", "type": "plant", "storage_capacity": float(rng.integers(15, 40))},
            {"location": "DC", "type": "dc"},
        ],
        markets=[{"market": "M", "ship_from": "DC"}],
        lanes=[
            {
                "from_location": "PLANT",
                "to_location": "DC",
                "cost_per_unit": 0.5,
                "multiple": 4.0 if whole else None,
                "capacity_per_month": 48,
            }
        ],
        resources=[{"resource": "R", "cost_per_hour": 2, "overtime_max_pct": 10, **shift}],
        capacity=[{"resource": "R", "period": period, "hours": float(rng.integers(15, 40))} for period in PERIODS],
        shutdowns=[{"resource": "R", "period": "2027-03", "days": 4}],
        routings=[
            {"item": "G1", "operation": "1", "resource": "R", "hours_per_unit": 0.8, **setup},
            {"item": "G2", "operation": "1", "resource": "R", "hours_per_unit": 1.1},
        ],
        bom=[{"parent": good, "component": "P", "qty_per": 1} for good in GOODS],
        substitutes=[{"item": "P", "substitute": "Q", "factor": 1.5, "cost": 1}],
        suppliers=[
            {"item": "P", "supplier": "S", "price": 2, "share_pct": 70, "capacity_per_month": 30, **orders},
            {"item": "P", "supplier": "T", "price": 3, "share_pct": 30, "lead_time_days": 30},
            {"item": "Q", "supplier": "S", "price": 2},
        ],
        stock=[{"item": "G1", "location": "DC", "quantity": 20}, {"item": "G2", "location": "DC", "backlog": 5}],
    )
    demand = forecast({(good, "M"): rng.integers(0, 25, 4).astype(float).tolist() for good in GOODS})
    rows = [
        {"item": good, "period": pd.Period(period, "M"), "supply": float(rng.integers(5, 20))}
        for good in GOODS
        for period in PERIODS
    ]
    cost = costs({"G1": 20, "G2": 30, "P": 2, "Q": 2}, {"G1": 40, "G2": 55})
    return data, demand, cost, conform(LAST_CYCLE, pd.DataFrame(rows))


def planned(case, solver=None):
    data, demand, cost, last = case
    return plan_supply(data, demand, cost, solver or HighsSolver(), last_cycle=last)


@pytest.mark.parametrize("seed", range(2))
def test_two_solvers_agree_on_every_level(seed):
    data, demand, cost, last = every_rule(seed)
    case = SupplyCase.of(data, demand, cost, last)
    model = build_model(case)
    for level in plan_levels(case, model)[:-1]:
        alone = model.with_cost(level.cost)
        one, two = (solver.solve(alone).objective for solver in (HighsSolver(), PulpSolver()))
        assert one == pytest.approx(two, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("exact", [0, 1000])
def test_balances_lots_and_limits_hold(exact, monkeypatch):
    monkeypatch.setattr("sop_xl.supply.settle.EXACT", exact)
    case = every_rule(1)
    plan = planned(case)
    assert plan.optimal == bool(exact)
    assert exact or not plan.plan_cost["gap_pct"].eq(0).any()
    rows = plan.supply_plan
    into = rows["opening"] + rows["production"] + rows["purchases"] + rows["received"]
    assert np.abs(into - rows["shipped_out"] - rows["served"] - rows["closing"]).max() < 1e-9
    assert (rows["scrapped"] <= rows["used"]).all()
    item = case[0]["items"].set_index("item").loc["G1"]
    made = plan.production[plan.production["item"] == "G1"]["quantity"]
    assert made.empty or made.min() >= item["min_lot"] - 1e-6
    bought = plan.purchases[(plan.purchases["item"] == "P") & (plan.purchases["supplier"] == "S")]["quantity"]
    assert bought.empty or bought.min() >= 12
    assert np.abs(bought / 5 - (bought / 5).round()).max() < 1e-6
    trucks = plan.transfers.groupby("ship_period")["quantity"].sum() / 4
    assert np.abs(trucks - trucks.round()).max() < 1e-6
    assert (plan.load["required_hours"] <= plan.load["available_hours"] + plan.load["overtime_limit"] + 1e-5).all()
    closing = rows[rows["location"] == "PLANT"].assign(
        room=lambda r: r["closing"] * r["item"].isin(GOODS).map({True: 1, False: 0.1})
    )
    room = case[0]["locations"].set_index("location").loc["PLANT", "storage_capacity"]
    assert closing.groupby("period")["room"].sum().max() <= room + 1e-5


def loosened(data, what):
    """The company with more of something: hours, stock on hand, or time to be late at the end."""
    if what == "capacity":
        return data.with_tables(capacity=data["capacity"].assign(hours=data["capacity"]["hours"] + 3))
    if what == "supplier":
        more = data["suppliers"]["capacity_per_month"] + 10
        return data.with_tables(suppliers=data["suppliers"].assign(capacity_per_month=more))
    extra = data["stock"].assign(quantity=data["stock"]["quantity"].fillna(0.0))
    return data.with_tables(stock=extra.assign(quantity=extra["quantity"] + np.where(extra["item"] == "G2", 3.0, 0.0)))


@pytest.mark.parametrize("what", ["capacity", "supplier", "stock"])
def test_more_of_anything_never_serves_the_first_class_worse(what):
    for seed in range(2):
        data, demand, cost, last = every_rule(seed, whole=False)
        before = planned((data, demand, cost, last))
        after = planned((loosened(data, what), demand, cost, last))
        late = [plan.supply_plan.query("item == 'G1'")["backlog"].sum() for plan in (before, after)]
        assert late[1] <= late[0] + 1e-5


def test_a_lower_class_never_gets_what_a_higher_class_lacks():
    # Taking the lower class's demand away altogether does not serve the higher one better.
    for seed in range(2):
        data, demand, cost, last = every_rule(seed, whole=False)
        alone = demand.assign(consensus=demand["consensus"].where(demand["item"] == "G1", 0.0))
        data = data.with_tables(stock=data["stock"].assign(backlog=0.0))
        both = planned((data, demand, cost, last))
        only = planned((data, alone, cost, last.assign(supply=last["supply"].where(last["item"] == "G1", 0.0))))
        late = [plan.supply_plan.query("item == 'G1'")["backlog"].sum() for plan in (both, only)]
        assert late[0] == pytest.approx(late[1], abs=1e-4)


def test_a_plan_run_again_on_its_own_result_changes_nothing_inside_the_fence():
    data, demand, cost, _ = every_rule(0, slushy_months=0, change_cost_pct=0.0)
    first = plan_supply(data, demand, cost, HighsSolver())
    rows = first.supply_plan.assign(supply=lambda r: r["production"] + r["purchases"])
    own = rows[rows["item"].isin(GOODS)].groupby(["item", "period"], as_index=False)["supply"].sum()
    frozen = replace(data, settings=replace(data.settings, frozen_months=2))
    # More is asked for after the fence only, so that the plan would like to change before it.
    more = demand.assign(
        consensus=demand["consensus"] + np.where(demand["period"] == pd.Period("2027-03", "M"), 9.0, 0.0)
    )
    again = plan_supply(frozen, more, cost, HighsSolver(), last_cycle=conform(LAST_CYCLE, own))
    for good in GOODS:
        one, two = (
            p.supply_plan.query(f"item == '{good}' and location == 'PLANT'")["production"] for p in (first, again)
        )
        assert two.to_numpy()[:2] == pytest.approx(one.to_numpy()[:2], abs=1e-5)
