"""The price-directed decomposition: its bound, its plan, and when it is used."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.supply_company import EMERGENCY
from benchmarks.supply_company import random_company as large_company
from sop_xl.adapters.compute.local import LocalProcesses
from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.errors import SolverError
from sop_xl.supply import method
from sop_xl.supply.case import SupplyCase
from sop_xl.supply.decomposition.solve import solve_decomposed
from sop_xl.supply.decomposition.structure import misfit
from sop_xl.supply.decomposition.weights import level_weights, one_objective, zero_of
from sop_xl.supply.levels import plan_levels
from sop_xl.supply.plan import build_model, plan_supply
from tests.supply.cases import company, costs, forecast
from tests.supply.test_properties import random_company

FEW = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def stated(data, demand, cost):
    """Return case, model, the one objective and its zero."""
    case = SupplyCase.of(data, demand, cost)
    model = build_model(case)
    levels = plan_levels(case, model)
    weights = level_weights(case, levels)
    return case, model, one_objective(levels, weights), zero_of(model, levels, weights)


def optimum(model, objective, zero):
    return HighsSolver().solve(model.with_cost(objective)).objective - zero


@FEW
@given(seed=st.integers(0, 500), objective=st.sampled_from(["cost", "service_first"]))
def test_bound_optimum_and_plan_stand_in_that_order(seed, objective):
    # Lead times, alternatives of supply, lost sales, stock limits, receipts: whatever the random company has.
    case, model, cost, zero = stated(*random_company(seed, objective))
    assert misfit(case, model) == ""
    found = solve_decomposed(case, model, cost, zero=zero, rounds=150)
    best = optimum(model, cost, zero)
    assert found.bound <= best * (1 + 1e-7) + 1e-6
    assert best <= found.cost * (1 + 1e-7) + 1e-6
    assert model.largest_violation(found.values) < 1e-7
    assert found.cost == pytest.approx(float(cost @ found.values) - zero)


def one_good(late):
    """A good bought at 10 with a month of lead time: nothing on hand; late `late` a month, in stock 1 a month."""
    item = {"item": "A", "source": "buy", "standard_cost": 10, "holding_cost": 1, "backorder_cost": late}
    return company(
        {"horizon_months": 3, "end_backlog_allowed": True},
        items=[item],
        suppliers=[{"item": "A", "supplier": "S", "price": 10, "lead_time_days": 30}],
    )


def test_without_shared_limits_the_first_plan_is_the_best():
    # The first order arrives in month 2: the 5 of month 1 wait a month at 30, all 15 are bought at 10.
    data = one_good(late=30)
    case, model, cost, zero = stated(data, forecast({"A": [5, 6, 4]}), costs({"A": 10}))
    found = solve_decomposed(case, model, cost, zero=zero)
    assert found.cost == pytest.approx(5 * 30 + 15 * 10)
    assert found.gap < 1e-9


def test_an_order_that_costs_more_than_it_saves_is_not_placed():
    # In the last month a unit late costs 3, a unit bought 10.
    data = one_good(late=3)
    case, model, cost, zero = stated(data, forecast({"A": [0, 0, 4]}), costs({"A": 10}))
    assert solve_decomposed(case, model, cost, zero=zero).cost == pytest.approx(12.0)


@pytest.fixture(scope="module")
def thirty_goods():
    return large_company(30, months=12, tight=1.1).inputs()


def test_thirty_goods_with_parts_and_plants(thirty_goods):
    case, model, cost, zero = stated(*thirty_goods)
    found = solve_decomposed(case, model, cost, zero=zero, tolerance=2e-3)
    best = optimum(model, cost, zero)
    assert found.bound <= best * (1 + 1e-9) <= found.cost * (1 + 2e-9)
    assert found.gap <= 2e-3
    assert model.largest_violation(found.values) < 1e-7
    again = solve_decomposed(case, model, cost, zero=zero, tolerance=2e-3)
    assert np.array_equal(found.values, again.values)


def test_hours_that_never_suffice_are_planned_within_a_per_cent():
    # A quarter of the hours is missing for a year: an hour is worth many times its overtime, and no limit gives way.
    case, model, cost, zero = stated(*large_company(40, months=12, tight=0.75).inputs())
    found = solve_decomposed(case, model, cost, zero=zero)
    best = optimum(model, cost, zero)
    assert found.bound <= best <= found.cost
    assert found.gap <= 0.01
    assert model.largest_violation(found.values) < 1e-7


def test_groups_planned_exactly_make_the_plan_better_and_keep_every_row(thirty_goods):
    case, model, cost, zero = stated(*thirty_goods)
    rough = solve_decomposed(case, model, cost, zero=zero, rounds=75)
    clean = solve_decomposed(case, model, cost, zero=zero, rounds=75, solver=HighsSolver())
    assert rough.bound <= optimum(model, cost, zero) <= clean.cost < rough.cost
    assert model.largest_violation(clean.values) < 1e-7
    made = [model.columns["make"].of(plan.values) > 1e-6 for plan in (rough, clean)]
    assert made[1].sum() < made[0].sum()  # an average spreads goods over months, a programme does not


def test_groups_do_not_care_where_they_are_planned(thirty_goods):
    case, model, cost, zero = stated(*thirty_goods)
    plans = [
        solve_decomposed(case, model, cost, zero=zero, rounds=75, solver=HighsSolver(), compute=compute)
        for compute in (None, LocalProcesses(2, least_bytes=0))
    ]
    assert np.array_equal(plans[0].values, plans[1].values)


@FEW
@given(seed=st.integers(0, 500), objective=st.sampled_from(["cost", "service_first"]))
def test_three_goods_are_one_group_and_planned_best(seed, objective):
    case, model, cost, zero = stated(*random_company(seed, objective))
    found = solve_decomposed(case, model, cost, zero=zero, rounds=75, solver=HighsSolver())
    assert found.cost == pytest.approx(optimum(model, cost, zero), rel=1e-6)
    assert model.largest_violation(found.values) < 1e-7


def test_known_prices_take_a_what_if_to_the_same_gap_in_fewer_rounds(thirty_goods):
    data, demand, cost = thirty_goods
    case, model, objective, zero = stated(data, demand, cost)
    base = solve_decomposed(case, model, objective, zero=zero, tolerance=2e-3)
    more = demand.assign(consensus=demand["consensus"] * 1.02)
    case, model, objective, zero = stated(data, more, cost)
    found = solve_decomposed(case, model, objective, zero=zero, tolerance=2e-3, start=base.prices)
    assert found.gap <= 2e-3
    assert found.rounds < base.rounds


def with_method(inputs, word):
    data, demand, cost = inputs
    chosen = data.settings.__class__(**{**data.settings.__dict__, "supply_method": word})
    return type(data)(chosen, data.calendar, data.tables), demand, cost


def gap_of(plan):
    return plan.plan_cost.set_index("component").at["total", "gap_pct"]


def test_the_plan_says_its_gap(thirty_goods):
    whole = plan_supply(*with_method(thirty_goods, "whole"), HighsSolver())
    quick = plan_supply(*with_method(thirty_goods, "decomposed"), HighsSolver())
    assert gap_of(whole) == 0
    assert 0 < gap_of(quick) <= 1
    assert whole.cost <= quick.cost * 1.0001 <= whole.cost * 1.01
    assert plan_supply(*thirty_goods, HighsSolver()).cost == whole.cost  # auto: a small plan is solved whole


class NoSolver:
    """A solver that must not be needed, or fails."""

    def solve(self, model, **_):
        raise SolverError("not now")


def test_large_plans_are_decomposed_and_an_open_gap_is_solved_whole(thirty_goods, monkeypatch):
    case, model, _, _ = stated(*thirty_goods)
    levels = plan_levels(case, model)
    monkeypatch.setattr(method, "LARGE", 100)
    assert 0 < method.solve_plan(case, model, levels, NoSolver()).gap <= 0.01
    monkeypatch.setattr(method, "OPEN_GAP", 1e-9)
    assert method.solve_plan(case, model, levels, HighsSolver()).gap == 0
    assert method.solve_plan(case, model, levels, NoSolver()).gap > 0  # the whole fails: the plan stays, with its gap


def test_what_does_not_fit_is_solved_whole():
    data, demand, cost = random_company(1, setups=True)
    case = SupplyCase.of(data, demand, cost)
    assert "setup" in misfit(case, build_model(case))
    chosen = with_method((data, demand, cost), "decomposed")
    assert gap_of(plan_supply(*chosen, HighsSolver())) == 0


def small_or_larger(seed, goods, months):
    """Return a company of either kind, its hours between nine tenths and 1.3 times what is needed."""
    rng = np.random.default_rng(seed)
    tight = float(rng.choice([0.9, 1.0, 1.1, 1.3]))
    return large_company(goods + seed % 9, months=months, seed=seed, family=5 * (seed % 2), tight=tight).inputs()


def assert_proven_and_closed(inputs):
    """Check bound <= optimum <= plan to 1e-7, every row, and that a gap above 1 % is answered by solving whole."""
    data, demand, cost = with_method(inputs, "decomposed")
    case, model, weighed, zero = stated(data, demand, cost)
    found = solve_decomposed(case, model, weighed, zero=zero)
    best = optimum(model, weighed, zero)
    assert found.bound <= best * (1 + 1e-7)
    assert best <= found.cost * (1 + 1e-7)
    assert model.largest_violation(found.values) < 1e-6
    closed = solve_decomposed(case, model, weighed, zero=zero, solver=HighsSolver())
    plan = method.solve_plan(case, model, plan_levels(case, model), HighsSolver())
    assert plan.gap <= method.OPEN_GAP
    assert plan.optimal == (closed.gap > method.OPEN_GAP)  # only the whole programme is proven best


@pytest.mark.parametrize("seed", range(4))
def test_small_models_are_proven(seed):
    assert_proven_and_closed(small_or_larger(seed, 6, 6))


@pytest.mark.bench
@pytest.mark.parametrize("seed", range(50))
def test_fifty_models_of_twelve_to_twenty_goods_are_proven(seed):
    assert_proven_and_closed(small_or_larger(seed, 12, 12))


def test_a_soft_ceiling_names_the_overload_by_resource_and_month():
    data, demand, cost = large_company(20, months=6, tight=0.6, ceiling=True).inputs()
    plan = plan_supply(*with_method((data, demand, cost), "decomposed"), HighsSolver())
    assert gap_of(plan) < 1
    hours = plan.load.pivot(index="resource", columns="period", values="required_hours")
    emergency = hours[hours.index.str.endswith(EMERGENCY)]
    assert (emergency > 1).to_numpy().sum() > 5
    limits = plan.load.assign(most=plan.load["available_hours"] + plan.load["overtime_limit"])
    most = limits.pivot(index="resource", columns="period", values="most")
    own = emergency.index.str.removesuffix(EMERGENCY)
    named = (emergency > 1).to_numpy()
    # Who is named is full: no emergency hour beside an idle or cheaper one.
    assert (hours.loc[own].to_numpy()[named] >= 0.97 * most.loc[own].to_numpy()[named]).all()
