"""The buttons of scenarios: a new one, simulate and throw away, run and keep, approve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from sop_xl.cycle.scenario_measures import BASE, difference_words
from sop_xl.cycle.scenarios import ScenarioError
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import SCENARIO_CHANGES, SCENARIOS
from sop_xl.schema.render import render
from sop_xl.schema.results import CHANGES
from sop_xl.services import log
from sop_xl.services.actions import Context, Outcome
from sop_xl.services.inputs import read_inputs
from sop_xl.services.recording import Recording
from sop_xl.services.scenario_approval import approve_scenario
from sop_xl.services.scenario_ranges import plan_ranges
from sop_xl.services.scenarios import log_and_commit, run_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sop_xl.services.inputs import Inputs

COMPARE_SHEET, RANGES_SHEET = "Compare", "Ranges"
TOLD = ("gross_margin", "net_cash", "mean_stock", "service", "late_units", "overtime")
"""The measures a message tells of each scenario; Compare shows all."""


class Desk(Protocol):
    """What of a workbook is on the screen."""

    @property
    def active_sheet(self) -> str:
        """The sheet in front."""
        ...

    @property
    def selected_row(self) -> int:
        """The row of the cell that is selected, as Excel counts."""
        ...


def new_scenario(context: Context, _: Desk) -> Outcome:
    """Add a draft to the list, under a name that nothing has yet."""
    workbook = Recording(context.workbook)
    inputs = read_inputs(workbook)
    listed = inputs.parsed[SCENARIOS.name].frame
    name = _free_name(set(listed["scenario"]))
    row = conform(SCENARIOS, pd.DataFrame([{"scenario": name, "author": context.who, "status": "draft"}]))
    frame = pd.concat([listed, row], ignore_index=True) if len(listed) else row
    workbook.write_cells(SCENARIOS, render(SCENARIOS, frame))
    run = log.next_run(log.read_log(workbook))
    line = log.log_line(
        run,
        context.now,
        steps="new scenario",
        cycle=log.cycle_text(inputs.stored_cycle),
        result=f"scenario {name} begun",
    )
    log_and_commit(workbook, line, context.undo)
    told = f"'{name}' is on the list. Give it a name and a purpose, then its changes on the sheet Scenario changes."
    return Outcome(told, SCENARIOS.sheet, _cell_of(read_inputs(context.workbook), name))


def plan_scenarios(context: Context, desk: Desk, *, keep: bool) -> Outcome:
    """Plan the scenario in whose row the user is, else all that are not expired; keep the comparison, or tell it."""
    inputs = read_inputs(context.workbook)
    chosen = _selected(inputs, desk)
    url = inputs.plan_data().settings.compute_url
    report = run_scenarios(
        context.workbook,
        [chosen] if chosen else None,
        solver=context.solver,
        now=context.now,
        progress=context.progress,
        undo=context.undo if keep else None,
        dry_run=not keep,
        compute=context.compute_at(url) if context.compute_at else None,
    )
    names = [plan.case.name for plan in report.planned[1:]]
    told = tuple(f"{name}: {difference_words(report.results, name, TOLD)}" for name in names)
    details = (*told, *map(str, report.issues))
    if keep:
        sentence = f"{_listed(names)} {report.run}: compared with the plan. Undo last run takes it back."
        return Outcome(sentence, COMPARE_SHEET, details=details)
    return Outcome(f"{_listed(names)} simulated; nothing was written.", details=details)


def approve(context: Context, desk: Desk) -> Outcome:
    """Approve the scenario in whose row the user is, else the only one that is proposed."""
    inputs = read_inputs(context.workbook)
    name = _selected(inputs, desk) or _proposed(inputs)
    done = approve_scenario(context.workbook, name, now=context.now, undo=context.undo)
    details = tuple(f"{c.table} {c.key} {c.field}: {c.old} -> {c.new}" for t in done.tables for c in t.changes)
    count = sum(1 for table in done.tables if table.table != SCENARIOS.name for _ in table.changes)
    sentence = f"{done.run}: {name} is approved, {count} change(s) of inputs. Run the cycle to plan with it."
    return Outcome(sentence, CHANGES.sheet, details=details)


def show_ranges(context: Context, _: Desk) -> Outcome:
    """Play the futures of demand against the plan as it stands."""
    run, frame = plan_ranges(context.workbook, now=context.now, undo=context.undo)
    whole = frame[frame["scenario"].eq(BASE) & frame["period"].isna()].set_index("measure")
    if whole.empty:
        return Outcome("Nothing in this plan is sold to customers: there is no demand to play.", fault=True)
    low, high = whole.loc["service", ["p10", "p90"]]
    sentence = f"{run}: service between {low:.1f} % and {high:.1f} % in 8 of 10 futures. Undo last run takes it back."
    return Outcome(sentence, RANGES_SHEET)


def _selected(inputs: Inputs, desk: Desk) -> str:
    """Return the scenario of the row that is selected on one of the two sheets of scenarios; else nothing."""
    for table in (SCENARIOS, SCENARIO_CHANGES):
        if desk.active_sheet == table.sheet:
            parsed = inputs.parsed[table.name]
            here = [position for position, row in enumerate(parsed.rows) if parsed.cells.top + row == desk.selected_row]
            return str(parsed.frame.at[here[0], "scenario"]) if here else ""
    return ""


def _proposed(inputs: Inputs) -> str:
    listed = inputs.frames[SCENARIOS.name]
    found = [str(name) for name in listed.loc[listed["status"].eq("proposed"), "scenario"]]
    if len(found) != 1:
        there = f"{len(found)} are: {', '.join(found)}" if found else "none is"
        raise ScenarioError(
            f"One scenario must have the Status proposed, but {there}. Go to its row on the sheet {SCENARIOS.sheet}, "
            "then press Approve."
        )
    return found[0]


def _free_name(taken: set[str]) -> str:
    return next(name for k in range(1, len(taken) + 2) if (name := f"Scenario {k}") not in taken)


def _cell_of(inputs: Inputs, name: str) -> str:
    parsed = inputs.parsed[SCENARIOS.name]
    position = int(parsed.frame.index[parsed.frame["scenario"].eq(name)][0])
    return parsed.address(position, "scenario")


def _listed(names: list[str]) -> str:
    return f"{len(names)} scenarios" if len(names) > 3 else ", ".join(names)


SCENARIO_CASES: Mapping[str, Callable[[Context, Desk], Outcome]] = {
    "new_scenario": new_scenario,
    "simulate_scenario": partial(plan_scenarios, keep=False),
    "run_scenarios": partial(plan_scenarios, keep=True),
    "approve_scenario": approve,
    "plan_ranges": show_ranges,
}
"""The actions by name; they look at the screen to know which scenario is meant."""
