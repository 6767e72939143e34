"""Plans solved again start where a like one ended, and come out the same as from nothing."""

import numpy as np
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.errors import SolverError
from sop_xl.supply.plan import plan_supply
from sop_xl.supply.warm import Remembering
from tests.supply.test_properties import random_company

RESULTS = ("supply_plan", "production", "purchases", "transfers", "load", "plan_cost")


class Counting:
    """HiGHS, and how often it was told where to start."""

    def __init__(self):
        self.started, self.solver = 0, HighsSolver()

    def solve(self, model, **options):
        self.started += options.get("start") is not None
        return self.solver.solve(model, **options)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_more_demand_planned_from_the_old_plan_is_the_plan_from_nothing(seed):
    data, demand, cost = random_company(seed)
    base = Remembering(HighsSolver())
    plan_supply(data, demand, cost, base)
    changed = demand.assign(consensus=demand["consensus"] * np.linspace(0.9, 1.2, len(demand)))
    solver = Counting()
    warm = plan_supply(data, changed, cost, Remembering(solver, base.ends))
    cold = plan_supply(data, changed, cost, HighsSolver())
    assert solver.started >= 3
    for name in RESULTS:
        ours, theirs = getattr(warm, name), getattr(cold, name)
        for column in ours.columns:
            if ours[column].dtype.kind == "f":
                assert ours[column].to_numpy() == pytest.approx(theirs[column].to_numpy(), abs=1e-4, nan_ok=True)
            else:
                assert ours[column].equals(theirs[column])


def test_a_start_that_leads_too_far_away_is_given_up_for_a_plan_from_nothing(monkeypatch):
    data, demand, cost = random_company(1)
    base = Remembering(HighsSolver())
    plan_supply(data, demand, cost, base)
    assert all(end.steps >= 0 for end in base.ends)
    changed = demand.assign(consensus=demand["consensus"] * 1.5)
    monkeypatch.setattr("sop_xl.adapters.solver.LEAST_STEPS", 0)
    monkeypatch.setattr("sop_xl.adapters.solver.WORTH_STARTING", 0.0)
    warm = plan_supply(data, changed, cost, Remembering(HighsSolver(), base.ends))
    cold = plan_supply(data, changed, cost, HighsSolver())
    for name in RESULTS:
        assert getattr(warm, name).equals(getattr(cold, name))


def test_a_plan_of_another_size_starts_from_nothing():
    small, large = random_company(1), random_company(4)
    base = Remembering(HighsSolver())
    plan_supply(*small, base)
    told = Remembering(HighsSolver(), base.ends)
    assert plan_supply(*large, told).cost == pytest.approx(plan_supply(*large, HighsSolver()).cost)


def test_a_solver_that_says_nothing_of_its_end_is_only_passed_on():
    class Silent:
        def solve(self, model, **options):
            raise SolverError("not now")

    solver = Remembering(Silent())
    with pytest.raises(SolverError, match="not now"):
        solver.solve(None)
    assert solver.ends == []
