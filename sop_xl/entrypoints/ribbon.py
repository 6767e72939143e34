"""Where a click arrives: VBA's `RunPy "action"` runs `run(action)`, which never raises.

Nothing heavy is imported before an action needs it: a new Python starts with every click.
"""

from __future__ import annotations

import datetime as dt
import sys
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sop_xl.entrypoints.machine import Machine, is_web_address
from sop_xl.template.ribbon_model import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sop_xl.adapters.live.commit_file import CommitFile
    from sop_xl.domain.ledger_errors import PartnerError
    from sop_xl.ports import PasteWorkbook
    from sop_xl.services.actions import Context, Outcome

TITLE = "S&OP"
CANCEL_MACROS = ("{book}!CancelRequested", "'sop_xl.xlam'!CancelRequested")
"""The procedures that know whether Esc was pressed: the workbook's own, or the add-in's."""
MAX_LOG_BYTES = 1_000_000
LISTED = 15
"""Lines of details that a message shows; the log has all."""


@dataclass
class Session:
    """One click: the workbook in Excel, and what the action needs of it."""

    book: Any
    machine: Machine = field(default_factory=Machine.here)

    @property
    def app(self) -> Any:
        """The Excel that holds the workbook."""
        return self.book.app

    @cached_property
    def workbook(self) -> PasteWorkbook:
        """The workbook as services see it."""
        from sop_xl.adapters.live_workbook import LiveWorkbook

        return LiveWorkbook(self.book, self.safety)

    @cached_property
    def safety(self) -> CommitFile:
        """Keeps what a commit changes until it is done."""
        from sop_xl.adapters.live.commit_file import CommitFile
        from sop_xl.entrypoints.places import stamp

        return CommitFile(self.machine.undo_folders(self.book.fullname), _identity(self.book), stamp())

    @cached_property
    def desk(self) -> Any:
        """What of the workbook is on the screen."""
        from sop_xl.entrypoints.desk import ExcelDesk

        return ExcelDesk(self.book)

    def context(self) -> Context:
        """Return what a use case works with."""
        from sop_xl.adapters.compute import compute_at
        from sop_xl.adapters.memory_workbook import MemoryWorkbook
        from sop_xl.adapters.scheduler import scheduler
        from sop_xl.adapters.solver import HighsSolver
        from sop_xl.adapters.undo_store import FolderUndoStore
        from sop_xl.entrypoints.chosen_files import ExcelFiles
        from sop_xl.entrypoints.places import ledger_places, stamp, user_name
        from sop_xl.entrypoints.status import WRITE, StatusProgress
        from sop_xl.schema import ALL_TABLES
        from sop_xl.services.actions import Context
        from sop_xl.services.compute import STEPS

        return Context(
            workbook=self.workbook,
            solver=HighsSolver(),
            scheduler=scheduler(),
            undo=FolderUndoStore(self.machine.undo_folders(self.book.fullname), _identity(self.book)),
            now=stamp(),
            new_workbook=lambda: MemoryWorkbook(ALL_TABLES),
            progress=StatusProgress(["read", *STEPS, WRITE], self.say, self.is_cancelled),
            places=ledger_places(self.book.fullname) if _is_saved(self.book) else None,
            who=user_name(),
            compute_at=compute_at,
            ask=self.ask,
            files=ExcelFiles(self.app),
        )

    def say(self, line: str) -> None:
        """Show a line in the status bar."""
        self.app.status_bar = line

    def ask(self, question: PartnerError) -> str:
        """Ask what to do about workbook and ledger; return the choice, blank where there is none.

        Excel's own message has three buttons, Yes, No and Cancel; each line says which one does what.
        """
        choices = dict(zip(("yes", "no"), question.choices, strict=False))
        lines = [question.found, ""]
        lines += [f"{button.capitalize()}: {question.choices[choice]}." for button, choice in choices.items()]
        lines.append(f"{'Cancel' if len(choices) > 1 else 'No'}: nothing is done.")
        buttons = "yes_no_cancel" if len(choices) > 1 else "yes_no"
        try:
            answer = self.app.alert("\n".join(lines), TITLE, buttons=buttons, mode="info")
        except NotImplementedError:
            return ""
        return choices.get(answer, "")

    def is_cancelled(self) -> bool:
        """Whether the user pressed Esc since the click."""
        book = "'" + self.book.name.replace("'", "''") + "'"
        for macro in CANCEL_MACROS:
            with suppress(Exception):
                return bool(self.app.macro(macro.format(book=book))())
        return False


@dataclass(frozen=True)
class Action:
    """What a command of the ribbon does in Python.

    Attributes:
        work: does it.
        freezes: whether Excel stands still meanwhile; what only moves about does not need that.
        tells: whether a message tells the outcome; a fault is told always.
        mends: whether a workbook that was left half written is put back first, and instead.
    """

    work: Callable[[Session], Outcome]
    freezes: bool = True
    tells: bool = True
    mends: bool = False


def run(action: str) -> None:
    """Do what a button is for, on the workbook whose button it is; every fault is told, none raised."""
    import xlwings

    run_on(xlwings.Book.caller(), action)


def run_on(book: Any, action: str, machine: Machine | None = None) -> Outcome:
    """Do an action on a workbook that is open; return what was told.

    Args:
        book: xlwings' book.
        action: a name of `ACTIONS`.
        machine: facts of this computer, where they are not to be looked up.
    """
    session = Session(book, machine or Machine.here())
    chosen = ACTIONS[action]
    outcome = _outcome(session, chosen, action)
    _tell(session, outcome, aloud=chosen.tells or outcome.fault)
    return outcome


def _outcome(session: Session, action: Action, name: str) -> Outcome:
    from sop_xl.domain.errors import SopError
    from sop_xl.services.actions import Outcome, fault_outcome

    try:
        with _frozen(session.app) if action.freezes else _as_it_is():
            return (_recovered(session) if action.mends else None) or action.work(session)
    except SopError as fault:
        return fault_outcome(fault)
    except Exception:
        file = session.machine.log_file
        kept = _log_bug(file, name, traceback.format_exc())
        where = f"The details are in {file}; please send them." if kept else "Please report it."
        return Outcome(f"This is a bug in sop_xl, and nothing was written after it. {where}", fault=True)


def _recovered(session: Session) -> Outcome | None:
    """Put a workbook back that a killed Python left half written; None where it is whole."""
    from sop_xl.adapters.live.recovery import recover
    from sop_xl.services.actions import Outcome

    done = recover(session.book, session.safety)
    return Outcome(done.sentence, details=done.typed, fault=True) if done else None


@contextmanager
def _frozen(app: Any) -> Iterator[None]:
    """Keep Excel still, calculated up to now, and put it back as it was, the status bar too."""
    from sop_xl.adapters.live.quiet import quiet

    try:
        with quiet(app):
            yield
    finally:
        with suppress(Exception):
            app.status_bar = False


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


def _tell(session: Session, outcome: Outcome, *, aloud: bool) -> None:
    """Show the sheet and say the sentence; where even that fails, Excel has gone."""
    with suppress(Exception):
        if outcome.sheet:
            session.desk.show(outcome.sheet, outcome.cell)
    with suppress(Exception):
        if aloud:
            _message(session, outcome)
        else:
            session.say(f"{TITLE}: {outcome.sentence}")


def _message(session: Session, outcome: Outcome) -> None:
    """Say the sentence in a message; where the application has none, in its status bar."""
    lines = [outcome.sentence, *outcome.details[:LISTED]]
    try:
        session.app.alert("\n".join(lines), TITLE, mode="critical" if outcome.fault else "info")
    except NotImplementedError:
        session.say(f"{TITLE}: {outcome.sentence}")


def _log_bug(file: Path, action: str, trace: str) -> bool:
    """Write a bug down; return whether that went well."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > MAX_LOG_BYTES:
            file.replace(file.with_suffix(".old.log"))
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{dt.datetime.now():%Y-%m-%d %H:%M:%S} action {action}, Python {sys.version}\n{trace}\n")
        return True
    return False


def _is_saved(book: Any) -> bool:
    """Whether the workbook has a place yet: one that was never saved has none for a ledger either."""
    return is_web_address(book.fullname) or Path(book.fullname).is_absolute()


def _identity(book: Any) -> str:
    """Return the workbook's identity: from its file, else from Excel, else its name."""
    from sop_xl.entrypoints.identity import workbook_identity
    from sop_xl.template.package import GUID_PROPERTY

    path = Path(book.fullname)
    if path.is_file():
        return workbook_identity(path)
    with suppress(Exception):
        return str(book.api.CustomDocumentProperties(GUID_PROPERTY).Value)
    return str(book.name)


# --- the actions ----------------------------------------------------------------------------------


def _use_case(name: str, session: Session) -> Outcome:
    from sop_xl.services.actions import USE_CASES
    from sop_xl.services.actuals_actions import ACTUALS_CASES
    from sop_xl.services.share_actions import SHARE_CASES
    from sop_xl.services.steps_actions import STEP_CASES

    return {**USE_CASES, **ACTUALS_CASES, **STEP_CASES, **SHARE_CASES}[name](session.context())


def _scenario(name: str, session: Session) -> Outcome:
    from sop_xl.services.scenario_actions import SCENARIO_CASES

    return SCENARIO_CASES[name](session.context(), session.desk)


def _show(sheet: str, session: Session) -> Outcome:
    from sop_xl.services.actions import Outcome

    session.desk.show(sheet)
    return Outcome(sheet)


def _go_now(session: Session) -> Outcome:
    from sop_xl.services.navigation import go_to_now

    return go_to_now(session.workbook, session.desk)


def _step_family(step: int, session: Session) -> Outcome:
    from sop_xl.services.navigation import step_family

    return step_family(session.workbook, session.desk, step)


def _packs(drafts: bool, session: Session) -> Outcome:
    from sop_xl.entrypoints.pack_ribbon import make_all

    return make_all(session.context(), session.book.fullname, drafts=drafts)


def _about(session: Session) -> Outcome:
    from importlib.metadata import version

    import sop_xl
    from sop_xl.services.actions import Outcome

    machine = session.machine
    lines = (
        f"Python {machine.python_version}, {machine.python_bits} bit: {machine.python}",
        f"xlwings {version('xlwings')}, Excel {session.app.version}",
        f"sop_xl: {Path(sop_xl.__file__).parent}",
        f"Bugs are written to {machine.log_file}",
        f"What runs changed is kept in {machine.undo_folders(session.book.fullname)[0]}",
    )
    return Outcome(f"sop_xl {sop_xl.__version__}", details=lines)


USE_CASES = (
    *("run_all", "check", "forecast", "accept_edits", "plan_supply", "accept_fixed"),
    *("roll_up_finance", "key_figures"),
)

ACTUALS_CASES = ("check_paste", "commit_paste", "close_month")

STEP_CASES = ("cycle_status", "sign_off", "reopen_step")

SCENARIO_CASES = ("run_scenarios", "new_scenario", "simulate_scenario", "approve_scenario", "plan_ranges")

SHARE_CASES = ("collect_returns", "commit_returns", "merge_copy")

ACTIONS: Mapping[str, Action] = {
    **{
        name: Action(partial(_use_case, name), mends=name != "selftest")
        for name in (*USE_CASES, *ACTUALS_CASES, *STEP_CASES, *SHARE_CASES, "schedule", "undo_last", "selftest")
    },
    **{name: Action(partial(_scenario, name), mends=True) for name in SCENARIO_CASES},
    **{c.action: Action(partial(_show, c.sheet), freezes=False, tells=False) for c in COMMANDS if c.sheet},
    "go_now": Action(_go_now, freezes=False, tells=False),
    "next_family": Action(partial(_step_family, 1), freezes=False, tells=False),
    "previous_family": Action(partial(_step_family, -1), freezes=False, tells=False),
    "make_packs": Action(partial(_packs, False), mends=True),
    "draft_mails": Action(partial(_packs, True), mends=True),
    "about": Action(_about, freezes=False),
}
"""Every action of the ribbon: those that run a service, those that show a sheet, and those that move about."""
