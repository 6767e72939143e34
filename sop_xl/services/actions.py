"""What the buttons do: each action a use case over a workbook, with one plain sentence for its user."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sop_xl.domain.errors import CancelledError, InvalidInputError, SopError, UndoError, WorkbookError
from sop_xl.domain.issue import Severity, stops, worst_first
from sop_xl.domain.ledger_errors import UndecidedError
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.results import ISSUES, KPIS, RUNS
from sop_xl.schema.views import DEMAND_REVIEW, SUPPLY_REVIEW
from sop_xl.services import log
from sop_xl.services.compute import STEPS, silent
from sop_xl.services.inputs import read_inputs
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import remembering_if_possible, waiting
from sop_xl.services.paste_sheet import show_reversed
from sop_xl.services.run import run_cycle
from sop_xl.services.schedule import schedule_plant
from sop_xl.services.selftest import run_selftest
from sop_xl.services.undo import undo_last as take_back

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from sop_xl.domain.issue import Issue
    from sop_xl.domain.ledger_errors import PartnerError
    from sop_xl.ports import (
        Compute,
        Files,
        LedgerPlaces,
        PasteWorkbook,
        Progress,
        Scheduler,
        Solver,
        UndoStore,
        Workbook,
    )
    from sop_xl.services.run import RunReport


SCHEDULE_SHEET = "Schedule"


@dataclass(frozen=True)
class Context:
    """What an action works with.

    Attributes:
        workbook: the planner's.
        solver: solves the linear programme.
        scheduler: puts the lots of a schedule in order.
        undo: keeps what a run changes.
        now: stamp for the log.
        new_workbook: gives an empty workbook, for textbook cases.
        progress: told how far long work is; may raise `CancelledError`.
        places: finds the workbook's ledger; None: there is none to be used.
        who: on whose behalf.
        compute_at: gives the place to compute that the setting compute_url names; None: this process.
        files: finds and reads files beside the workbook; None: there is no way to choose one.
        ask: puts a question about workbook and ledger to the user and returns the choice; None: nobody is there.
    """

    workbook: PasteWorkbook
    solver: Solver
    scheduler: Scheduler
    undo: UndoStore
    now: dt.datetime
    new_workbook: Callable[[], Workbook]
    progress: Progress = silent
    places: LedgerPlaces | None = None
    who: str = ""
    compute_at: Callable[[str], Compute] | None = None
    files: Files | None = None
    ask: Callable[[PartnerError], str] | None = None

    @property
    def user(self) -> User:
        """Who is at work, and when."""
        return User(self.who, self.now, self.ask)


@dataclass(frozen=True)
class Outcome:
    """What an action tells its user.

    Attributes:
        sentence: what happened, and where it helps what to do next.
        sheet: the sheet to show; empty: stay.
        cell: the cell to select there; empty: none.
        details: more lines, for the log file and a longer message.
        fault: whether the user has something to mend.
    """

    sentence: str
    sheet: str = ""
    cell: str = ""
    details: tuple[str, ...] = ()
    fault: bool = False


@dataclass(frozen=True)
class _Part:
    """A run of some steps: the words for it, and the sheet that shows its result."""

    steps: tuple[str, ...]
    words: str
    sheet: str


PARTS: Mapping[str, _Part] = {
    "run_all": _Part(STEPS, "The cycle is planned", "Home"),
    "forecast": _Part(("forecast",), "Demand is forecast", DEMAND_REVIEW.sheet),
    "accept_edits": _Part(("forecast",), "What was typed is part of the forecast", DEMAND_REVIEW.sheet),
    "accept_fixed": _Part(("supply",), "What was fixed is part of the plan", SUPPLY_REVIEW.sheet),
    "plan_supply": _Part(("supply",), "Supply is planned", "Capacity"),
    "roll_up_finance": _Part(("finance",), "The plan is valued in money", "Finance"),
    "key_figures": _Part(("kpi",), "Key figures are up to date", KPIS.sheet),
}
"""The actions that run steps of the cycle."""


def check(context: Context) -> Outcome:
    """Check all inputs and write what was found to the sheet Issues; nothing else changes."""
    context.progress("read", 0, 1)
    issues = worst_first([*read_inputs(context.workbook).issues, *waiting(context.workbook, context.places)])
    log.write_issues(context.workbook, issues)
    context.progress("read", 1, 1)
    context.workbook.commit()
    if not issues:
        return Outcome("No issues: the inputs can be planned.", ISSUES.sheet)
    sentence = f"{_counted(issues)}. The first: {issues[0]}"
    return Outcome(sentence, ISSUES.sheet, details=tuple(map(str, issues)), fault=bool(stops(issues)))


def run_part(action: str, context: Context) -> Outcome:
    """Run the steps of an action of `PARTS` and write their results.

    Raises:
        CancelledError: the user stopped it; nothing was written.
        SopError: it could not be done. The inputs and results are as they were; the lists of issues and
            of runs say why.
    """
    part = PARTS[action]
    try:
        with remembering_if_possible(context.workbook, context.places, context.user) as (memory, remarks):
            report = run_cycle(
                context.workbook,
                steps=part.steps,
                solver=context.solver,
                now=context.now,
                progress=context.progress,
                undo=context.undo,
                memory=memory,
                remarks=remarks,
                compute_at=context.compute_at,
            )
    except (CancelledError, UndecidedError, WorkbookError):
        raise
    except SopError as fault:
        _tell(context, part, fault)
        raise
    return _done(part, report)


def schedule(context: Context) -> Outcome:
    """Schedule the next weeks of the plant that makes most."""
    with remembering_if_possible(context.workbook, context.places, context.user) as (memory, remarks):
        report = schedule_plant(
            context.workbook,
            scheduler=context.scheduler,
            now=context.now,
            progress=context.progress,
            undo=context.undo,
            memory=memory,
        )
    first, *worst = report.schedule.sentences
    back = " ".join(report.missing) or "Undo last run takes it back."
    return Outcome(f"{first} {report.run}. {back}", SCHEDULE_SHEET, details=(*worst, *map(str, remarks)))


def undo_last(context: Context) -> Outcome:
    """Take back the last run or commit of actuals."""
    report = take_back(context.workbook, context.undo, context.now, context.places, context.who, context.ask)
    left = f"The plan of cycle {report.cycle} before it stands again" if report.cycle else "No plan is left"
    if ACTUALS.name in report.rows:
        show_reversed(context.workbook, f"{report.undone} is taken back.")
    details = (*report.notices, *(f"{name}: {rows} rows" for name, rows in report.rows.items()))
    return Outcome(f"{report.undone} is taken back. {left}; your inputs are as they were.", RUNS.sheet, "", details)


def selftest(context: Context) -> Outcome:
    """Plan the textbook cases and compare with the books; the workbook is not touched."""
    results = []
    for result in run_selftest(context.new_workbook, context.solver, context.now):
        results.append(result)
        context.progress("self-test", len(results), len(results) + 1)
    failed = [result for result in results if not result.passed]
    lines = tuple(f"{r.case}: expected {r.expected:,.2f}, found {r.found:,.2f}" for r in results)
    if failed:
        sentence = f"{len(failed)} of {len(results)} textbook cases came out wrong: reinstall sop-xl, then report it."
        return Outcome(sentence, details=lines, fault=True)
    return Outcome(f"All {len(results)} textbook cases come out as in the books.", details=lines)


USE_CASES: Mapping[str, Callable[[Context], Outcome]] = {
    "check": check,
    **{action: partial(run_part, action) for action in PARTS},
    "schedule": schedule,
    "undo_last": undo_last,
    "selftest": selftest,
}
"""Every action that reads or writes more than what is on the screen."""


def fault_outcome(fault: SopError) -> Outcome:
    """Return what to tell the user about a fault: the first cell and its cure, and how many more there are."""
    issues: Sequence[Issue] = getattr(fault, "issues", ())
    lines = tuple(map(str, issues))
    if isinstance(fault, CancelledError):
        return Outcome(str(fault))
    if isinstance(fault, UndoError) and issues:
        sentence = f"{str(fault).splitlines()[0]} {issues[0]}"
        return Outcome(sentence, issues[0].sheet, issues[0].cell, lines, fault=True)
    if issues:
        first = worst_first(list(issues))[0]
        more = f" {len(issues) - 1} more on the sheet {ISSUES.sheet}." if len(issues) > 1 else ""
        return Outcome(f"Nothing was changed. {first}{more}", first.sheet, first.cell, lines, fault=True)
    return Outcome(str(fault), fault=True)


def _done(part: _Part, report: RunReport) -> Outcome:
    seconds = sum(report.seconds.values())
    remarks = f" {_counted(report.issues)} on the sheet {ISSUES.sheet}." if _worth_a_look(report.issues) else ""
    back = " ".join(filter(None, (report.not_undoable or "Undo last run takes it back.", report.not_remembered)))
    sentence = f"{part.words}: {report.run}, cycle {report.cycle}, {seconds:.0f} s.{remarks} {back}"
    return Outcome(sentence, part.sheet, details=(*report.headlines, *map(str, report.issues)))


def _worth_a_look(issues: Sequence[Issue]) -> bool:
    return any(issue.severity is not Severity.INFO for issue in issues)


def _counted(issues: Sequence[Issue]) -> str:
    """Return `2 issues stop a run, 3 are worth a look`, leaving out what there is none of."""
    counts = {severity: sum(issue.severity is severity for issue in issues) for severity in Severity}
    words = {
        Severity.STOP: ("issue stops a run", "issues stop a run"),
        Severity.WARN: ("is worth a look", "are worth a look"),
        Severity.INFO: ("remark", "remarks"),
    }
    return ", ".join(f"{n} {words[s][n > 1]}" for s, n in counts.items() if n)


def _tell(context: Context, part: _Part, fault: SopError) -> None:
    """Write to the lists of issues and runs why a run changed nothing; where even that fails, leave it."""
    with suppress(SopError):
        if isinstance(fault, InvalidInputError):
            log.write_issues(context.workbook, read_inputs(context.workbook).issues)
        reason = str(fault).splitlines()[0]
        log.log_stopped(context.workbook, ", ".join(part.steps), reason, context.now)
        context.workbook.commit()
