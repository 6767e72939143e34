"""Lots with setups: optima found by other means than the model."""

import itertools

import highspy
import numpy as np
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.lot_sizing import lot_costs, wagner_whitin
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import amounts, company, costs, forecast


def lot_sizing(demand, setup_cost, holding, *, setup_hours=None, hours=None, solver=None):
    """Items on one machine, an hour a unit; demand of shape (items, months)."""
    items, months = demand.shape
    names = [f"I{item}" for item in range(items)]
    setup_hours = np.zeros(items) if setup_hours is None else setup_hours
    data = company(
        {"horizon_months": months},
        items=[
            {"item": name, "holding_cost": cost, "late_policy": "none"}
            for name, cost in zip(names, holding, strict=True)
        ],
        resources=[{"resource": "M"}],
        capacity=[]
        if hours is None
        else [{"resource": "M", "period": month, "hours": hours} for month in _months(months)],
        routings=[
            {
                "item": name,
                "operation": "1",
                "resource": "M",
                "hours_per_unit": 1,
                "setup_hours": setup_hours[item],
                "setup_cost": setup_cost[item],
            }
            for item, name in enumerate(names)
        ],
    )
    asked = forecast({name: demand[item].tolist() for item, name in enumerate(names)})
    return plan_supply(data, asked, costs({}), solver or HighsSolver())


def _months(count):
    return [f"{2027 + month // 12}-{month % 12 + 1:02d}" for month in range(count)]


def by_facilities(demand, setup_cost, holding, setup_hours, hours):
    """The optimum by the facility location formulation (Krarup and Bilde 1977), with no code of the product.

    share[i, s, t] of the demand of month t is made in month s; open[i, s] is whether i is set up in s.
    """
    items, months = demand.shape
    model = highspy._Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 1e-6)
    model.setOptionValue("threads", 1)
    column = itertools.count()
    opened = {}
    loads = {month: ([], []) for month in range(months)}
    served = {}
    links = []
    infinite = highspy.kHighsInf
    for item, month in itertools.product(range(items), range(months)):
        opened[item, month] = next(column)
        model.addCol(float(setup_cost[item]), 0.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
        model.changeColIntegrality(opened[item, month], highspy.HighsVarType.kInteger)
        loads[month][0].append(opened[item, month])
        loads[month][1].append(float(setup_hours[item]))
    for item, made in itertools.product(range(items), range(months)):
        for due in range(made, months):
            if demand[item, due] > 0:
                share, quantity = next(column), float(demand[item, due])
                cost = holding[item] * quantity * (due - made)
                model.addCol(float(cost), 0.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
                served.setdefault((item, due), []).append(share)
                loads[made][0].append(share)
                loads[made][1].append(quantity)
                links.append((share, opened[item, made]))
    for shares in served.values():
        model.addRow(1.0, 1.0, len(shares), np.array(shares, dtype=np.int32), np.ones(len(shares)))
    for share, setup in links:
        model.addRow(-infinite, 0.0, 2, np.array([share, setup], dtype=np.int32), np.array([1.0, -1.0]))
    for columns, values in loads.values():
        model.addRow(-infinite, float(hours), len(columns), np.array(columns, dtype=np.int32), np.array(values))
    model.run()
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return model.getInfo().objective_function_value


@pytest.mark.parametrize("seed", range(3))
def test_without_limits_each_item_is_wagner_and_whitins(seed):
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 60, (3, 8)).astype(float)
    setup, holding = rng.integers(20, 200, 3).astype(float), rng.integers(1, 4, 3).astype(float)
    best = sum(lot_costs(wagner_whitin(d, s, h), d, s, h).sum() for d, s, h in zip(demand, setup, holding, strict=True))
    plan = lot_sizing(demand, setup, holding)
    assert plan.cost == pytest.approx(best, rel=1e-6)
    assert plan.optimal


def test_two_items_four_months_by_trying_every_setup():
    # 2^8 patterns of setups; the quantities of each by a linear programme.
    rng = np.random.default_rng(7)
    demand = rng.integers(5, 30, (2, 4)).astype(float)
    setup, holding, times = np.array([60.0, 40.0]), np.array([2.0, 3.0]), np.array([4.0, 6.0])
    hours = float(demand.sum() / 4 + 16)
    best = min(
        _cost_of(np.array(pattern).reshape(2, 4), demand, setup, holding, times, hours)
        for pattern in itertools.product((0, 1), repeat=8)
    )
    plan = lot_sizing(demand, setup, holding, setup_hours=times, hours=hours)
    assert amounts(plan)["penalties"] == 0
    assert plan.cost == pytest.approx(best, rel=1e-6)


def _cost_of(pattern, demand, setup, holding, times, hours):
    """Setups and stock of one pattern of setups, the quantities by a linear programme of scipy."""
    from scipy.optimize import linprog

    items, months = demand.shape
    left = hours - times @ pattern
    if (left < 0).any():
        return np.inf
    # Columns: made[i, t]; stock[i, t] = sum of what is made less demand so far, 0 or more.
    sums = np.kron(np.eye(items), np.tril(np.ones((months, months))))
    load = np.tile(np.eye(months), items)
    cost = np.repeat(holding, months) @ sums
    found = linprog(
        cost,
        A_ub=np.vstack([-sums, load]),
        b_ub=np.concatenate([-demand.cumsum(axis=1).ravel(), left]),
        bounds=[(0, None if open_ else 0) for open_ in pattern.ravel()],
    )
    if found.status != 0:
        return np.inf
    return found.fun - np.repeat(holding, months) @ demand.cumsum(axis=1).ravel() + setup @ pattern.sum(axis=1)


def trigeiro_like(items, months, seed, load):
    """Demand around 100, setups of 10 to 50 hours and 200 to 1,000 of money, as Trigeiro, Thomas and McClain drew."""
    rng = np.random.default_rng(seed)
    demand = np.maximum(rng.normal(100, 20, (items, months)).round(), 0)
    demand[:, :4] *= rng.random((items, 4)) > 0.25
    times, setup = rng.uniform(10, 50, items).round(), rng.uniform(200, 1000, items).round()
    holding = rng.uniform(1, 5, items).round(1)
    hours = round((demand.sum() / months + times.sum() * 0.6) / load)
    return demand, setup, holding, times, float(hours)


@pytest.mark.parametrize(("items", "months", "seed"), [(6, 15, 3), (8, 15, 5)])
def test_setup_times_and_limits_give_the_proven_optimum(items, months, seed):
    demand, setup, holding, times, hours = trigeiro_like(items, months, seed, 0.8)
    plan = lot_sizing(demand, setup, holding, setup_hours=times, hours=hours)
    assert plan.optimal
    assert amounts(plan)["penalties"] == 0
    assert plan.cost == pytest.approx(by_facilities(demand, setup, holding, times, hours), rel=1e-4)


@pytest.mark.bench
@pytest.mark.parametrize(("items", "months", "seed"), [(12, 15, 7), (15, 15, 8), (6, 30, 1)])
def test_larger_instances_give_the_proven_optimum(items, months, seed):
    demand, setup, holding, times, hours = trigeiro_like(items, months, seed, 0.8)
    plan = lot_sizing(demand, setup, holding, setup_hours=times, hours=hours)
    assert plan.optimal
    assert plan.cost == pytest.approx(by_facilities(demand, setup, holding, times, hours), rel=1e-4)
