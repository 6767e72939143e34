"""How a plan is solved: as one programme level by level, or, where that would take too long, by decomposition."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from math import nan
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SolverError
from sop_xl.supply.apart import Apart
from sop_xl.supply.decomposition.duals import approximate_duals
from sop_xl.supply.decomposition.solve import ROUNDS, solve_decomposed
from sop_xl.supply.decomposition.structure import misfit
from sop_xl.supply.decomposition.weights import level_weights, one_objective, zero_of
from sop_xl.supply.levels import Level, Solved, solve_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.ports import Compute, Solver
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel

WHOLE, DECOMPOSED = "whole", "decomposed"
LARGE = 30_000
"""Rows beyond which the whole programme takes too long: about 100 goods with their parts over 24 months."""
HOPELESS = 60_000
"""Rows beyond which the whole programme is not tried even where the decomposition leaves a gap."""
OPEN_GAP = 0.01
"""A gap above this is answered by the whole programme, where that is possible."""


def solve_plan(
    case: SupplyCase,
    model: LinearModel,
    levels: list[Level],
    solver: Solver,
    report: Callable[[float], None] | None = None,
    compute: Compute | None = None,
) -> Solved:
    """Return the plan, with the gap that is proven.

    The setting `supply_method` decides: `whole`, `decomposed`, or `auto`, which decomposes large plans. A plan that
    the decomposition does not fit is solved whole.

    Args:
        case: what is planned.
        model: its linear programme.
        levels: what is to be achieved, first things first.
        solver: solves the whole programme.
        report: told which share is done.
        compute: where groups of goods are planned; None: in this process.

    Raises:
        SolverError: the solver fails.
    """
    if not decomposes(case, model):
        return _whole(case, model, levels, solver, report)
    plan = _decomposed(case, model, levels, solver, report, compute)
    if plan.gap <= OPEN_GAP or model.row_count > HOPELESS:
        return plan
    try:
        return _whole(case, model, levels, solver, report)
    except SolverError:
        return plan


def decomposes(case: SupplyCase, model: LinearModel) -> bool:
    """Return whether the plan is decomposed, not solved as one programme."""
    method = case.data.settings.supply_method
    wanted = method == DECOMPOSED or (method != WHOLE and model.row_count > LARGE)
    return wanted and not misfit(case, model)


def _whole(
    case: SupplyCase,
    model: LinearModel,
    levels: list[Level],
    solver: Solver,
    report: Callable[[float], None] | None,
) -> Solved:
    """Solve level by level, what shares nothing apart; where time ran out, the gap is not known."""
    solves = len(levels) * (1 + model.has_integers)
    done = count(1)

    def told(_level: str) -> None:
        if report is not None:
            report(min(next(done), solves) / (solves + 1))

    solved = solve_levels(model, levels, Apart(solver), told, case=case)
    return solved if solved.optimal or solved.gap else replace(solved, gap=nan)


def _decomposed(
    case: SupplyCase,
    model: LinearModel,
    levels: list[Level],
    solver: Solver,
    report: Callable[[float], None] | None,
    compute: Compute | None,
) -> Solved:
    """Solve the levels as one objective, each outweighing the next."""

    def told(rounds: int, _bound: float, _cost: float) -> None:
        if report is not None:
            report(rounds / ROUNDS)

    weights = level_weights(case, levels)
    cost = one_objective(levels, weights)
    zero = zero_of(model, levels, weights)
    answer = solve_decomposed(case, model, cost, solver=solver, compute=compute, zero=zero, report=told)
    duals = approximate_duals(model, cost, answer)
    every = {level.name: duals / weights.get(level.name, 1.0) for level in levels}
    return Solved(answer.values, every, optimal=False, whole=model.has_integers, gap=answer.gap)
