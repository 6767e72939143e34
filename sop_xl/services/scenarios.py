"""What-if: scenarios planned beside the plan as it stands, and compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.scenario_measures import results_frame, scenario_rows
from sop_xl.cycle.scenarios import ScenarioError
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import Issue, worst_first
from sop_xl.schema.frames import conform
from sop_xl.schema.render import render
from sop_xl.schema.results import RUNS, SCENARIO_RANGES, SCENARIO_RESULTS
from sop_xl.services import log
from sop_xl.services.compute import silent
from sop_xl.services.inputs import Inputs, read_inputs
from sop_xl.services.recording import Recording
from sop_xl.services.run import commit_kept, stored_reader
from sop_xl.services.scenario_plan import (
    Case,
    Planned,
    base_digest,
    base_plan,
    plan_base,
    plan_scenario,
    scenario_case,
    scenario_digest,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sop_xl.ports import Compute, Progress, Solver, UndoStore, Workbook
    from sop_xl.services.run import RunReport
    from sop_xl.supply.basis import Basis

EXPIRED = "expired"
"""The status of a scenario that is kept but no longer planned."""


@dataclass(frozen=True)
class ScenarioReport:
    """What planning some scenarios gave.

    Attributes:
        run: the number in the log; empty where nothing was written.
        results: the rows of `scenario_results`, base included.
        ranges: the rows of `scenario_ranges`, base included.
        planned: the plans, base first.
        issues: dead filters and conflicts, worst first.
    """

    run: str
    results: pd.DataFrame
    ranges: pd.DataFrame = field(repr=False)
    planned: list[Planned] = field(repr=False)
    issues: list[Issue] = field(default_factory=list)


def scenario_names(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the scenarios that are to be planned, in the order of the sheet: all that are not expired."""
    scenarios = frames["scenarios"]
    return [str(name) for name in scenarios.loc[scenarios["status"].ne(EXPIRED), "scenario"]]


def run_scenarios(
    workbook: Workbook,
    names: Sequence[str] | None = None,
    *,
    solver: Solver,
    now: dt.datetime,
    progress: Progress = silent,
    undo: UndoStore | None = None,
    dry_run: bool = False,
    compute: Compute | None = None,
) -> ScenarioReport:
    """Plan scenarios and write how they compare; the plan itself stays as it is.

    Args:
        workbook: where inputs are read from and the comparison goes to.
        names: which; all that are not expired where left out.
        solver: solves the linear programme.
        now: stamp of the run in the log.
        progress: told how far the work is; may raise `CancelledError`, and then nothing is written.
        undo: keeps what is needed to take the run back.
        dry_run: whether only to compute and look: a simulation, thrown away.
        compute: where the scenarios are planned; the results do not depend on it. None: in this process.

    Raises:
        InvalidInputError: the inputs or the scenarios' rows have faults; all are listed, nothing was written.
        ScenarioError: a scenario is not there, or there is none.
    """
    if undo is not None and not dry_run:
        workbook = Recording(workbook)
    inputs = read_inputs(workbook)
    inputs.plan_data()
    chosen = list(names) if names is not None else scenario_names(inputs.frames)
    if not chosen:
        raise ScenarioError("There is no scenario to plan. Add a row to the sheet Scenario list, and its changes.")
    cases = _cases(inputs, chosen)
    base = plan_base(inputs, stored_reader(workbook), solver, progress)
    report = _beside(inputs, base, cases, solver, progress, compute)
    return report if dry_run else _written(workbook, inputs, report, now, undo)


def run_beside(
    workbook: Workbook,
    inputs: Inputs,
    done: RunReport,
    ends: Sequence[Basis | None],
    names: Sequence[str],
    *,
    solver: Solver,
    now: dt.datetime,
    progress: Progress = silent,
    undo: UndoStore | None = None,
) -> ScenarioReport:
    """Plan scenarios beside a run of all steps that was just made, without planning it anew; write how they compare.

    Args:
        workbook: what was run.
        inputs: what the run was made from.
        done: the run.
        ends: where each of its programmes ended.
        names: which scenarios.
        solver: solves the linear programme.
        now: stamp in the log.
        progress: told how far the work is; may raise `CancelledError`, and then nothing is written.
        undo: keeps what is needed to take the comparison back.
    """
    if undo is not None:
        workbook = Recording(workbook)
    base = base_plan(inputs, inputs.plan_data(), done.frames, stored_reader(workbook), done.reads, ends)
    report = _beside(inputs, base, _cases(inputs, names), solver, progress, None)
    return _written(workbook, inputs, report, now, undo)


def _beside(
    inputs: Inputs,
    base: Planned,
    cases: list[Case],
    solver: Solver,
    progress: Progress,
    compute: Compute | None,
) -> ScenarioReport:
    """Plan the scenarios beside the base."""
    planned = [base]
    work = partial(plan_scenario, base, solver)
    for found in map(work, cases) if compute is None else compute.map(work, cases):
        planned.append(found)
        progress("scenarios", len(planned) - 1, len(cases))
    digest = base_digest(inputs)
    frame = results_frame([row for plan in planned for row in _rows(plan, base, digest)])
    issues = worst_first([issue for plan in planned for issue in (*plan.case.issues, *plan.issues)])
    spread = conform(SCENARIO_RANGES, pd.concat([plan.ranges for plan in planned], ignore_index=True))
    return ScenarioReport("", frame, spread, planned, issues)


def _cases(inputs: Inputs, names: Sequence[str]) -> list[Case]:
    """Return all scenarios, or every fault of all of them."""
    cases: list[Case] = []
    faults: list[Issue] = []
    for name in names:
        try:
            cases.append(scenario_case(inputs, name))
        except InvalidInputError as fault:
            faults += fault.issues
    if faults:
        raise InvalidInputError(list(dict.fromkeys(faults)))
    return cases


def _rows(plan: Planned, base: Planned, digest: str) -> list[dict[str, object]]:
    inputs = scenario_digest(digest, plan.case)
    return scenario_rows(plan.case.name, plan.measures, base.measures, plan.case.reason, inputs)


def _written(
    workbook: Workbook, inputs: Inputs, report: ScenarioReport, now: dt.datetime, undo: UndoStore | None
) -> ScenarioReport:
    """Write the comparison and its line in the log; return the report with the run's number."""
    workbook.write_cells(SCENARIO_RESULTS, render(SCENARIO_RESULTS, report.results))
    workbook.write_cells(SCENARIO_RANGES, render(SCENARIO_RANGES, report.ranges))
    run = log.next_run(log.read_log(workbook))
    names = ", ".join(plan.case.name for plan in report.planned[1:])
    line = log.log_line(
        run,
        now,
        steps="scenarios",
        cycle=log.cycle_text(inputs.stored_cycle),
        result=f"compared with the base: {names}",
    )
    log_and_commit(workbook, line, undo)
    return replace(report, run=run)


def log_and_commit(workbook: Workbook, line: dict[str, object], undo: UndoStore | None) -> None:
    """Stage a line of the log and commit everything, so that it can be taken back."""
    log.append(workbook, RUNS, log.read_log(workbook), [line])
    commit_kept(workbook, line, undo)
