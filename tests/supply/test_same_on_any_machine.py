"""Work is limited, not time: a busy machine gives the plan of an idle one; where a clock stops it, the plan says so."""

import time
from dataclasses import replace

import highspy
import pandas as pd
import pytest

from sop_xl.adapters import solver as adapter
from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.errors import OutOfTimeError, SolverError
from sop_xl.supply import settle
from sop_xl.supply.plan import plan_supply
from tests.supply.test_all_rules import every_rule
from tests.supply.test_optimal_lots import lot_sizing, trigeiro_like

RESULTS = ("supply_plan", "production", "load", "plan_cost")


def lots():
    demand, setup, holding, times, hours = trigeiro_like(5, 8, 3, 0.9)
    return lot_sizing(demand, setup, holding, setup_hours=times, hours=hours)


def test_a_slow_machine_that_ends_at_the_limit_of_work_gives_the_same_plan(monkeypatch):
    # As a busy machine: the solver is held up whenever it looks whether it should stop.
    monkeypatch.setattr(settle, "SETUP_NODES", 1)
    quick, held_up = lots(), []

    class Slow(highspy._Highs):
        def setCallback(self, look, user):
            def hold_up(*told):
                held_up.append(1)
                time.sleep(0.01)
                look(*told)

            super().setCallback(hold_up, user)

    monkeypatch.setattr(highspy, "_Highs", Slow)
    late = lots()
    assert len(held_up) > 5
    assert not quick.optimal
    for name in RESULTS:
        pd.testing.assert_frame_equal(getattr(late, name), getattr(quick, name), check_exact=True)


class Hurried:
    """A solver whose clock stops the first search for whole numbers, with a plan or without one."""

    def __init__(self, *, found):
        self.found, self.stopped, self.solver = found, False, HighsSolver()

    def solve(self, model, **options):
        if model.has_integers and not self.stopped:
            self.stopped = True
            if not self.found:
                raise OutOfTimeError("The solver found no plan: it ran out of time.")
            return replace(self.solver.solve(model, **options), optimal=False, out_of_time=True)
        return self.solver.solve(model, **options)


@pytest.mark.parametrize("found", [True, False])
def test_a_plan_that_the_clock_cut_short_says_so(found):
    data, demand, cost, last = every_rule(0)
    plan = plan_supply(data, demand, cost, Hurried(found=found), last_cycle=last)
    assert not plan.optimal
    assert [note.code for note in plan.notes] == ["plan-cut-short"]
    assert "clock" in plan.notes[0].message


def test_the_clock_is_a_failure_of_its_own_and_the_limit_of_work_is_not():
    demand, setup, holding, times, hours = trigeiro_like(5, 8, 3, 0.9)
    with pytest.raises(OutOfTimeError, match="ran out of time"):
        lot_sizing(demand, setup, holding, setup_hours=times, hours=hours, solver=HighsSolver(time_limit=0.0))
    with pytest.raises(SolverError, match="more steps") as caught:
        lot_sizing(
            demand, setup, holding, setup_hours=times, hours=hours, solver=HighsSolver(simplex_iteration_limit=0)
        )
    assert not isinstance(caught.value, OutOfTimeError)


def test_a_root_without_end_is_ended_by_work_and_keeps_the_best_plan_found(monkeypatch):
    demand, setup, holding, times, hours = trigeiro_like(5, 8, 3, 0.9)
    looks = []

    class Watched(highspy._Highs):
        def setCallback(self, look, user):
            def counted(*told):
                looks.append(told[2].mip_node_count)
                look(*told)

            super().setCallback(counted, user)

    monkeypatch.setattr(highspy, "_Highs", Watched)
    whole = lot_sizing(demand, setup, holding, setup_hours=times, hours=hours)
    searched = len(looks)
    looks.clear()
    monkeypatch.setattr(adapter, "ROOT_LOOKS", 10)
    ended = [lot_sizing(demand, setup, holding, setup_hours=times, hours=hours) for _ in range(2)]
    assert len(looks) < 2 * searched
    assert whole.optimal
    assert not ended[0].optimal
    assert whole.cost <= ended[0].cost * (1 + 1e-9)
    pd.testing.assert_frame_equal(ended[0].production, ended[1].production, check_exact=True)
    monkeypatch.setattr(adapter, "ROOT_LOOKS", 0)
    with pytest.raises(SolverError, match="before the first branch"):
        lot_sizing(demand, setup, holding, setup_hours=times, hours=hours)
