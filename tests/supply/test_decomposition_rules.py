"""What the decomposition knows beside hours and materials: lots, last month's plan, planned workforces."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.supply_company import random_company as large_company
from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply import method
from sop_xl.supply import plan as planning
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.decomposition.oracle import Oracle
from sop_xl.supply.decomposition.solve import solve_decomposed
from sop_xl.supply.decomposition.structure import Structure, misfit
from sop_xl.supply.decomposition.weights import level_weights, one_objective, zero_of
from sop_xl.supply.levels import plan_levels
from sop_xl.supply.plan import build_model, plan_supply
from tests.supply.cases import TABLES, company, costs, forecast, frame
from tests.supply.test_properties import random_company

SEEDS = range(4)


def stated(data, demand, cost, last=None):
    """Return case, model, the one objective and its zero."""
    case = SupplyCase.of(data, demand, cost, last)
    model = build_model(case)
    levels = plan_levels(case, model)
    weights = level_weights(case, levels)
    return case, model, one_objective(levels, weights), zero_of(model, levels, weights)


def check(inputs, *, rounds=100):
    """Plan by prices, roughly and in groups; check bound <= optimum <= plan, every row and every whole number."""
    case, model, cost, zero = stated(*inputs)
    assert misfit(case, model) == ""
    best = HighsSolver().solve(model.with_cost(cost)).objective - zero
    rough = solve_decomposed(case, model, cost, zero=zero, rounds=rounds)
    clean = solve_decomposed(case, model, cost, zero=zero, rounds=rounds, solver=HighsSolver())
    for found in (rough, clean):
        assert found.bound <= best + 1e-7 * abs(best) + 1e-6
        assert best <= found.cost + 1e-6 * abs(best) + 1e-6  # HiGHS proves whole numbers to 1e-6
        assert model.largest_violation(found.values) < 1e-6
        whole = found.values[model.integer]
        assert np.array_equal(whole, np.rint(whole))
        assert found.cost == pytest.approx(float(cost @ found.values) - zero)
    assert clean.cost <= rough.cost
    return case, model, best, clean


def with_settings(data, **chosen):
    return type(data)(replace(data.settings, **chosen), data.calendar, data.tables)


def with_order_lots(data, seed):
    rng, table = np.random.default_rng(seed), data["suppliers"]
    least, lot = (rng.choice([np.nan, *sizes], len(table)) for sizes in ((15.0, 25.0), (5.0, 12.0)))
    return data.with_tables(suppliers=table.assign(min_order=least, multiple=lot))


def last_plan(inputs, seed, shake):
    """Return the supply of a plan, each figure moved by up to the share `shake`, as the table `last_cycle`."""
    rows = plan_supply(*inputs, HighsSolver()).supply_plan
    rows = rows.assign(supply=rows["production"] + rows["purchases"])
    rows = rows.groupby(["item", "period"], as_index=False)["supply"].sum()
    moved = np.random.default_rng(seed).uniform(1 - shake, 1 + shake, len(rows))
    return rows.assign(supply=(rows["supply"] * moved).round(1))


@pytest.mark.parametrize("seed", SEEDS)
def test_orders_in_lots_are_rounded_and_the_bound_without_lots_holds(seed):
    data, demand, cost = random_company(seed, "cost")
    check((with_order_lots(data, seed), demand, cost))


def test_an_order_is_rounded_up_by_hand():
    # 5, 6 and 4 of A in lots of 10: 10 in month 1 (5 left), 10 in month 2 (9 left), none in month 3 (5 left).
    data = company(
        {"horizon_months": 3, "end_backlog_allowed": True},
        items=[{"item": "A", "source": "buy", "standard_cost": 10, "holding_cost": 1, "backorder_cost": 30}],
        suppliers=[{"item": "A", "supplier": "S", "price": 10, "multiple": 10}],
    )
    case, model, cost, zero = stated(data, forecast({"A": [5, 6, 4]}), costs({"A": 10}))
    found = solve_decomposed(case, model, cost, zero=zero)
    assert model.columns["buy"].of(found.values).tolist() == [[10.0, 10.0, 0.0]]
    assert found.cost == pytest.approx(20 * 10 + 5 + 9 + 5)
    assert found.bound == pytest.approx(15 * 10)
    assert found.gap == pytest.approx(69 / 219)


def with_make_lots(data, seed):
    """Give goods and parts lots of a tenth to a third of a month's demand."""
    rng, table = np.random.default_rng(seed), data["items"]
    least, lot = (rng.choice([np.nan, *sizes], len(table)) for sizes in ((2.0, 4.0), (1.0, 3.0)))
    return data.with_tables(items=table.assign(min_lot=least, lot_multiple=lot))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_made_comes_in_lots_and_the_bound_without_lots_holds(seed):
    data, demand, cost = random_company(seed, "cost")
    check((with_make_lots(data, seed), demand, cost))


@pytest.mark.bench
@pytest.mark.parametrize("seed", range(4, 54))
def test_fifty_companies_with_lots_of_all_kinds_and_crews(seed):
    data, demand, cost = random_company(seed, "cost")
    lots = with_make_lots(with_order_lots(data, seed), seed)
    check((with_crews(lots, seed, whole=True) if seed % 2 else lots, demand, cost))


def made_in_tens(demand, **tables):
    """Plan A in lots of 10, an hour each; late costs 30 a unit and month, stock 1."""
    data = company(
        {"horizon_months": len(demand), "end_backlog_allowed": True},
        items=[{"item": "A", "holding_cost": 1, "backorder_cost": 30, "lot_multiple": 10}],
        resources=[{"resource": "R", "overtime_max_pct": 0}],
        routings=[{"item": "A", "resource": "R", "hours_per_unit": 1}],
        capacity=[{"resource": "R", "period": f"2027-0{n + 1}", "hours": 12} for n in range(len(demand))],
        **tables,
    )
    case, model, cost, zero = stated(data, forecast({"A": demand}), costs({"A": 10}))
    found = solve_decomposed(case, model, cost, zero=zero)
    assert model.largest_violation(found.values) < 1e-9
    return tuple(model.columns[name].of(found.values).tolist()[0] for name in ("make", "backlog", "make_count"))


def test_a_lot_is_made_when_the_one_before_is_used_up():
    # 5, 6 and 4: the first lot leaves 5, the second 9, of which the third month needs 4.
    assert made_in_tens([5, 6, 4])[0] == [10.0, 10.0, 0.0]


def test_a_lot_that_the_hours_have_no_room_for_waits_for_the_next_month():
    # 20 are due at once and 12 h there are: one lot now, one in month 2.
    made, late, lots = made_in_tens([20, 0, 4])
    assert made == [10.0, 10.0, 10.0]
    assert late == [10.0, 0.0, 0.0]
    assert lots == [1.0, 1.0, 1.0]


def test_what_a_planner_fixed_is_made_as_it_is_and_the_lot_that_waits_goes_on_waiting():
    # 10 of the 20 are late; month 2 is fixed at 7, so the lot for the 3 still late and the 4 of month 3 comes then.
    fixed = {"item": "A", "location": "Main", "period": "2027-02", "fixed_production": 7}
    made, late, _ = made_in_tens([20, 0, 4], targets=[fixed])
    assert made == [10.0, 7.0, 10.0]
    assert late == [10.0, 3.0, 0.0]


FENCES = {
    "frozen": {"frozen_months": 2},
    "slushy": {"frozen_months": 1, "slushy_months": 2, "slushy_change_pct": 20.0},
    "calm": {"change_cost_pct": 5.0},
}


@pytest.mark.parametrize("fence", FENCES)
@pytest.mark.parametrize("seed", SEEDS)
def test_fences_are_priced(seed, fence):
    data, demand, cost = random_company(seed, "cost")
    last = last_plan((data, demand, cost), seed, 0.3)
    *_, best, found = check((with_settings(data, **FENCES[fence]), demand, cost, last), rounds=200)
    assert found.cost == pytest.approx(best, rel=1e-6)  # three goods are one group, planned exactly


@pytest.fixture(scope="module")
def replanned():
    """Forty goods planned, then planned again in a month that brings other orders; the last plan beside them."""
    data, demand, cost = large_company(40, months=8, tight=1.1).inputs()
    last = last_plan((data, demand, cost), 1, 0.0)
    more = np.random.default_rng(1).uniform(0.95, 1.05, len(demand))
    return data, demand.assign(consensus=(demand["consensus"] * more).round(1)), cost, last


def test_frozen_months_keep_their_figures_within_half_a_per_cent(replanned):
    data, demand, cost, last = replanned
    inputs = with_settings(data, frozen_months=1), demand, cost, last
    _, model, _, found = check(inputs, rounds=600)
    assert found.gap < 0.005
    rows = model.rows["last_plan"]
    kept = np.isfinite(rows.of(model.row_upper))
    off = sum(model.columns[name].of(found.values) for name in ("plan_up", "plan_down"))
    planned = np.where(kept, rows.of(model.row_upper), 0.0)
    assert off[:, 0].sum() < 1e-3 * planned[:, 0].sum()
    assert off[:, 1:].sum() > 0  # later months follow the new orders


def test_a_plan_too_large_for_whole_numbers_keeps_its_orders_whole(replanned, monkeypatch):
    data, demand, cost, _ = replanned
    lots = data.with_tables(suppliers=data["suppliers"].assign(multiple=25.0))
    monkeypatch.setattr(method, "LARGE", 100)
    monkeypatch.setattr(method, "HOPELESS", 100)
    monkeypatch.setattr(planning, "HOPELESS", 100)
    plan = plan_supply(lots, demand, cost, HighsSolver())
    assert plan.notes == ()
    assert np.allclose(plan.purchases["quantity"] % 25.0, 0.0)
    assert 0 < plan.plan_cost.set_index("component").at["total", "gap_pct"] < 1


def test_forty_goods_in_lots_are_within_a_per_cent(replanned):
    data, demand, cost, _ = replanned
    lots = data.with_tables(items=data["items"].assign(lot_multiple=20.0))
    case, model, objective, zero = stated(lots, demand, cost)
    found = solve_decomposed(case, model, objective, zero=zero, rounds=300)
    assert found.gap < 0.01
    assert model.largest_violation(found.values) < 1e-6
    made = model.columns["make"].of(found.values)
    assert made.sum() > 0
    assert np.allclose(made % 20.0, 0.0)


def test_a_plan_too_large_for_whole_numbers_keeps_what_it_makes_whole(replanned, monkeypatch):
    data, demand, cost, _ = replanned
    lots = data.with_tables(items=data["items"].assign(lot_multiple=20.0))
    for place in (method, planning):
        monkeypatch.setattr(place, "HOPELESS", 100)
    monkeypatch.setattr(method, "LARGE", 100)
    plan = plan_supply(lots, demand, cost, HighsSolver())
    assert plan.notes == ()
    assert np.allclose(plan.production["quantity"] % 20.0, 0.0)


def with_crews(data, seed, *, whole):
    """Give both resources workers who can be hired and laid off."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "resource": name,
            "workers": float(rng.integers(1, 4)),
            "hours_per_worker_day": 1.0,
            "cost_per_hour": 3.0,
            "hire_cost": float(rng.choice([0, 20, 60])),
            "layoff_cost": float(rng.choice([0, 15, 40])),
            "overtime_hours_per_worker": float(rng.choice([0, 4])),
            "overtime_cost_per_hour": 6.0,
        }
        for name in ("R1", "R2")
    ]
    return data.with_tables(labour=frame(TABLES["labour"], rows).assign(whole_workers=whole))


@pytest.mark.parametrize("whole", [False, True], ids=["parts", "whole"])
@pytest.mark.parametrize("seed", SEEDS)
def test_workforces_are_planned_by_their_hours_worth(seed, whole):
    data, demand, cost = random_company(seed, "cost")
    _, model, best, found = check((with_crews(data, seed, whole=whole), demand, cost), rounds=200)
    workers = model.columns["workers"].of(found.values)
    assert len(np.unique(workers.round(6))) > 2  # people come and go
    assert found.cost == pytest.approx(best, rel=0.05)


def hired_by_hand(**labour):
    # 21 h a month and worker at 1 an hour; 21, 42, 42 h are wanted, a month late costs 100 a unit of an hour.
    item = {"item": "A", "holding_cost": 50, "backorder_cost": 100}
    data = company(
        {"horizon_months": 3, "end_backlog_allowed": True},
        items=[item],
        resources=[{"resource": "R"}],
        routings=[{"item": "A", "resource": "R", "hours_per_unit": 1}],
        labour=[{"resource": "R", "workers": 1, "hours_per_worker_day": 1, "cost_per_hour": 1, **labour}],
    )
    days = data.calendar.working_days.astype(float)
    return stated(data, forecast({"A": list(days * [1, 2, 2])}), costs({"A": 10})), days


def test_a_worker_is_hired_where_the_price_of_hours_pays_for_it():
    (case, model, cost, zero), days = hired_by_hand(hire_cost=30)
    found = solve_decomposed(case, model, cost, zero=zero)
    assert model.columns["workers"].of(found.values) == pytest.approx(np.array([[1.0, 2.0, 2.0]]), abs=1e-6)
    assert model.columns["hire"].of(found.values).sum() == pytest.approx(1.0)
    material = float(cost @ found.values) - 30 - days @ [1, 2, 2]
    assert found.bound <= found.cost
    assert found.gap < 0.02
    assert material >= 0


def test_prices_never_rise_to_where_hiring_without_end_would_pay():
    (case, model, cost, _), days = hired_by_hand(hire_cost=30)
    crews = Oracle(Structure(case, model, cost)).crews
    floor = np.zeros((1, 3))
    kept = crews.bounded(np.full((1, 3), 50.0), floor)
    # Who comes in month 1 and stays earns the price less the wage of 1, and may cost no more than the 30.
    assert ((kept - 1.0) @ days).item() <= 30 + 1e-6
    assert np.array_equal(crews.bounded(kept, floor), kept)
    assert crews.value(kept) == pytest.approx(-((kept - 1.0) @ days).item())


def test_idle_workers_who_must_not_be_are_solved_whole():
    (case, model, *_), _ = hired_by_hand(idle_allowed="no")
    assert misfit(case, model) == "workers may not be idle"


@pytest.mark.parametrize("seed", [0, 1])
def test_all_of_them_together(seed):
    data, demand, cost = random_company(seed, "cost")
    last = last_plan((data, demand, cost), seed, 0.2)
    lots = with_make_lots(with_order_lots(data, seed), seed)
    fenced = with_settings(lots, frozen_months=1, change_cost_pct=2.0)
    inputs = with_crews(fenced, seed, whole=True), demand, cost, last
    check(inputs)
    decomposed = with_settings(inputs[0], supply_method="decomposed")
    plan = plan_supply(decomposed, demand, cost, HighsSolver(), last_cycle=last)
    assert plan.plan_cost.set_index("component").at["total", "gap_pct"] <= 1  # an open gap is solved whole
