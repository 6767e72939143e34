"""Plan a scenario beside the base: its inputs checked, and only those steps run that its changes reach."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sop_xl.cycle.scenario_measures import BASE, Measure, measures
from sop_xl.cycle.scenarios import AFTERWARDS, ASIDE, lay, lineage
from sop_xl.demand.consumption import with_orders
from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import Issue, stops
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.services.compute import STEPS, SUPPLY_RESULTS, Results, compute_cycle, nothing_stored, silent, told
from sop_xl.services.inputs import Inputs, assemble
from sop_xl.supply.ranges import ranges
from sop_xl.supply.warm import Remembering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from sop_xl.domain.plan_data import PlanData
    from sop_xl.ports import Progress, Solver
    from sop_xl.schema.parse import Parsed
    from sop_xl.supply.basis import Basis

    Frames = Mapping[str, pd.DataFrame]


COUNTED = (
    "last_cycle",
    *("forecast", "forecast_levels", "forecast_archive", "accuracy", "accuracy_steps", "launch_plan", "item_classes"),
    *("demand_changes", "item_costs", *SUPPLY_RESULTS, "finance", "cash", "kpis"),
)
"""Results that a what-if needs: those its steps hand on, and those it is compared by."""
WORDS = ("reason", "assumption_id")
"""Columns of a change that no figure depends on."""


@dataclass(frozen=True)
class Case:
    """One scenario, ready to be planned.

    Attributes:
        name: its name, or `base`.
        inputs: the input tables with its changes, checked.
        chain: the scenarios it consists of, those on the base first, each with those it builds on.
        changed: the input tables that differ from the base.
        issues: what there is to say of its changes.
        reason: the reasons its rows give.
    """

    name: str
    inputs: Inputs = field(repr=False)
    chain: Mapping[str, frozenset[str]] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Planned:
    """The plan of one scenario.

    Attributes:
        case: the scenario.
        frames: the results that measures and ranges are counted from, by table name.
        measures: what it is compared by.
        ranges: what becomes of it where demand comes otherwise: rows of `scenario_ranges`.
        issues: what was found while planning it: changes of results that meet no row.
        reads: the input tables that each step read.
        ends: where each programme of the supply plan ended, for the scenarios to start at.
    """

    case: Case
    frames: Frames = field(repr=False)
    measures: list[Measure] = field(repr=False)
    ranges: pd.DataFrame = field(repr=False)
    issues: tuple[Issue, ...] = ()
    reads: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    ends: Sequence[Basis | None] = field(default=(), repr=False)


def scenario_case(inputs: Inputs, name: str) -> Case:
    """Return a scenario laid over checked inputs.

    Raises:
        ScenarioError: it is not there, or its bases form a circle.
        InvalidInputError: its rows, or the inputs with them, have faults; all are listed.
    """
    if inputs.settings is None:
        raise InvalidInputError(stops(inputs.issues))
    chain = lineage(inputs.frames["scenarios"], name)
    changes = inputs.parsed["scenario_changes"]
    laid = lay(inputs.frames, changes, chain, list(inputs.settings.plan_periods))
    if stops(laid.issues):
        raise InvalidInputError(stops(laid.issues))
    parsed, frames = dict(inputs.parsed), dict(laid.frames)
    for table in map(TABLE_BY_NAME.__getitem__, laid.changed):
        sheet = f"{table.sheet} in scenario '{name}'"
        parsed[table.name] = read_table(table, Cells(render(table, frames[table.name]), sheet, 1, 1))
        frames[table.name] = parsed[table.name].frame
    checked = assemble(parsed, frames, [], [], inputs.stored_cycle, history=inputs.history)
    known = {str(issue) for issue in inputs.issues}
    new = [issue for issue in checked.issues if str(issue) not in known]
    if stops(new):
        raise InvalidInputError(stops(new))
    mine = changes.frame[changes.frame["scenario"].isin(chain)]
    reason = "; ".join(dict.fromkeys(filter(None, mine["reason"])))
    return Case(name, _lean(checked, changes), chain, frozenset(laid.changed), (*laid.issues, *new), reason)


def scenario_digest(base: str, case: Case) -> str:
    """Return a hash of what a scenario's plan depends on: the base's inputs, and the changes laid over them.

    Args:
        base: hash of the inputs as they stand, from `base_digest`.
        case: the scenario, or the base itself.
    """
    changes = case.inputs.parsed["scenario_changes"].frame
    columns = [name for name in changes if name not in WORDS]
    rows = [changes.loc[changes["scenario"].eq(name), columns] for name in case.chain]
    told = [frame.sort_values(columns[:5], kind="stable").to_csv(index=False) for frame in rows]
    return hashlib.sha256("\n".join([base, *told]).encode()).hexdigest()[:16]


def base_digest(inputs: Inputs) -> str:
    """Return a hash of all inputs that a plan depends on."""
    return inputs.digest(ASIDE)


def plan_base(inputs: Inputs, stored: Callable[[str], pd.DataFrame], solver: Solver, progress: Progress) -> Planned:
    """Plan the inputs as they stand, and note which tables each step reads."""
    data = inputs.plan_data()
    remembering = Remembering(solver)
    cycle = inputs.stored_cycle
    made = compute_cycle(data, stored=stored, stored_cycle=cycle, solver=remembering, progress=progress, shown=False)
    return base_plan(inputs, data, made.frames, stored, made.reads, remembering.ends)


def base_plan(
    inputs: Inputs,
    data: PlanData,
    frames: Frames,
    stored: Callable[[str], pd.DataFrame],
    reads: Mapping[str, frozenset[str]],
    ends: Sequence[Basis | None],
) -> Planned:
    """Return the plan of a run of all steps as the base of scenarios.

    Args:
        inputs: what it was made from.
        data: the same, as the steps read it.
        frames: its results.
        stored: the results before it; it may have left last cycle's plan as it was.
        reads: the input tables that each step read.
        ends: where each of its programmes ended.
    """
    whole = {name: frames[name] if name in frames else stored(name) for name in COUNTED}
    case = Case(BASE, _lean(inputs, inputs.parsed["scenario_changes"]))
    return Planned(case, whole, measures(data, whole), ranges(data, whole, BASE), (), reads, ends)


def plan_scenario(base: Planned, solver: Solver, case: Case, progress: Progress = silent) -> Planned:
    """Plan one scenario; steps whose inputs it leaves alone are the base's own.

    Args:
        base: the plan as it stands.
        solver: solves the linear programme.
        case: the scenario.
        progress: told how far the steps are; may raise `CancelledError`.
    """
    data = case.inputs.plan_data()
    changes, months = case.inputs.parsed["scenario_changes"], list(data.settings.plan_periods)
    first = _first_step(base, case)
    frames = dict(base.frames)
    if first == 0:
        frames |= _steps(data, frames, STEPS[:1], solver, progress).frames
    over = lay({**case.inputs.frames, **frames}, changes, case.chain, months, AFTERWARDS)
    if stops(over.issues):
        raise InvalidInputError(stops(over.issues))
    frames |= {name: with_orders(over.frames[name], data) for name in over.changed}
    start = min(first, 1) if over.changed else first
    warm = Remembering(solver, base.ends)
    frames |= _steps(data, frames, STEPS[max(start, 1) :], warm, progress).frames
    return Planned(case, frames, measures(data, frames), ranges(data, frames, case.name), tuple(over.issues))


def _lean(inputs: Inputs, changes: Parsed) -> Inputs:
    """Return the inputs without the cells they were read from, which other processes need not be sent."""
    return replace(inputs, parsed={changes.table.name: changes})


def _first_step(base: Planned, case: Case) -> int:
    """Return the place in `STEPS` of the first step that reads what changed; their number where none does."""
    if case.changed & {"settings", "calendar"}:
        return 0
    return next((k for k, step in enumerate(STEPS) if _reaches(base, case, step)), len(STEPS))


def _reaches(base: Planned, case: Case, step: str) -> bool:
    """Tell whether a step is given anything else than in the base."""
    before, now = (told(step, plan.inputs.frames) for plan in (base.case, case))
    return any(not before[name].equals(now[name]) for name in base.reads[step] & case.changed)


def _steps(data: PlanData, frames: Frames, steps: Sequence[str], solver: Solver, progress: Progress) -> Results:
    if not steps:
        return Results(nothing_stored)
    return compute_cycle(
        data, stored=_over(frames, nothing_stored), steps=steps, solver=solver, progress=progress, shown=False
    )


def _over(frames: Frames, stored: Callable[[str], pd.DataFrame]) -> Callable[[str], pd.DataFrame]:
    """Return what reads computed frames first, then those an earlier run stored."""
    return lambda name: frames[name] if name in frames else stored(name)
