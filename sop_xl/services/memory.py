"""The ledger of a workbook, opened and brought to one state with it, as every start does."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from sop_xl.domain.batch import DataVersion
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.ledger_errors import LedgerError, PartnerError, UndecidedError
from sop_xl.schema.inputs import ACTUALS, SETTINGS
from sop_xl.schema.parse import read_table
from sop_xl.schema.results import RUNS
from sop_xl.schema.values import as_text
from sop_xl.services import log
from sop_xl.services.ledger_sync import User, synchronise
from sop_xl.services.partner import GUID, OF_ONE_MISSING, VERSION
from sop_xl.services.quarantine import incomplete_remarks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    import pandas as pd

    from sop_xl.ports import Ledger, LedgerPlaces, LinkedWorkbook

    Choice = Literal["", "fork", "attach", "workbook", "ledger"]

CHOICES = ("fork", "attach", "workbook", "ledger")
"""Answers to a `PartnerError`; which of them fit, its message says."""


@dataclass(frozen=True)
class Memory:
    """A workbook's ledger, in step with it.

    Attributes:
        ledger: the ledger.
        user: on whose behalf it is used.
        notices: what was done or found on opening, as sentences.
    """

    ledger: Ledger
    user: User
    notices: list[str] = field(default_factory=list)

    def issues(self) -> list[Issue]:
        """Return the notices as remarks of a check."""
        return [Issue(Severity.INFO, "ledger", ACTUALS.sheet, "", notice) for notice in self.notices]


@contextmanager
def remembering(
    workbook: LinkedWorkbook, places: LedgerPlaces, user: User, *, choice: Choice = "", begin: bool = True
) -> Iterator[Memory]:
    """Open the workbook's ledger, or make it, and bring both to one state; close it at the end.

    Args:
        workbook: the workbook; one without a GUID gets one.
        places: finds its ledger.
        user: on whose behalf.
        choice: the answer to a `PartnerError` of an earlier call.
        begin: whether a ledger without facts takes in those of the sheet Actuals now.

    Raises:
        PartnerError: they do not belong together as they are, and there is no choice yet and nobody to ask.
        UndecidedError: the user was asked and chose nothing.
        LedgerError: the ledger cannot be opened or made.
        InvalidInputError: the sheet Actuals has faults.
    """
    guid, url = _guid(workbook), _ledger_url(workbook)
    _ask_where_it_is_missing(workbook, places, guid, url, user)
    ledger, notices = places.open(guid, url)
    try:
        try:
            told = _in_step(workbook, ledger, places, user, choice, begin=begin)
        except PartnerError as question:
            if choice or not question.choices or user.ask is None:
                raise
            told = _in_step(workbook, ledger, places, user, _answer(question, user), begin=begin)
        ledger = told.ledger
        yield Memory(ledger, user, [*notices, *told.notices, *_unwritten_run(workbook, ledger)])
    finally:
        ledger.close()


def _in_step(
    workbook: LinkedWorkbook, ledger: Ledger, places: LedgerPlaces, user: User, choice: str, *, begin: bool
) -> Memory:
    """Bring workbook and ledger to one state; return the ledger, which is another one after a fork."""
    notices: list[str] = []
    if choice == "fork":
        ledger, notices = _forked(workbook, ledger, places)
    other = cast("Any", "" if choice == "fork" else choice)
    try:
        told = synchronise(
            workbook, ledger, path=places.path, guid_at=places.guid_at, user=user, choice=other, begin=begin
        )
    except BaseException:
        if choice == "fork":
            ledger.close()
        raise
    return Memory(ledger, user, [*notices, *told.notices])


def _answer(question: PartnerError, user: User) -> str:
    """Return what the user chooses; UndecidedError where they choose nothing."""
    choice = user.ask(question) if user.ask else ""
    if choice not in question.choices:
        raise UndecidedError(question)
    return choice


def _ask_where_it_is_missing(workbook: LinkedWorkbook, places: LedgerPlaces, guid: str, url: str, user: User) -> None:
    """Ask before a new ledger is made for a workbook that had one; where nobody can be asked, it is made and told."""
    if user.ask is None or not DataVersion.read(workbook.read_property(VERSION)).batch:
        return
    found = places.find(guid, url)
    if found:
        found[0].close()
        return
    words = "It was moved or deleted, or the workbook came without it: put it back beside the workbook if you have it."
    _answer(PartnerError(f"The ledger of {workbook.name} was not found. {words}", choices=OF_ONE_MISSING), user)


@contextmanager
def remembering_if_possible(
    workbook: LinkedWorkbook, places: LedgerPlaces | None, user: User
) -> Iterator[tuple[Memory | None, list[Issue]]]:
    """Open the ledger for work that does not need it; give a remark instead where it cannot be used.

    A sheet Actuals with faults is no remark here: whoever reads the inputs lists them all.
    """
    if places is None:
        yield None, []
        return
    with ExitStack() as stack:
        memory, remarks = None, []
        try:
            memory = stack.enter_context(remembering(workbook, places, user, begin=False))
            remarks = memory.issues()
        except LedgerError as fault:
            remarks = [_no_memory(fault)]
        except InvalidInputError:
            pass
        yield memory, remarks


@contextmanager
def peeking(workbook: LinkedWorkbook, places: LedgerPlaces) -> Iterator[Ledger | None]:
    """Open the ledger to read in it, as it is; None: there is none yet.

    Raises:
        LedgerError: it cannot be opened.
    """
    guid = workbook.read_property(GUID)
    found = places.find(guid, _ledger_url(workbook)) if guid else None
    try:
        yield found[0] if found else None
    finally:
        if found:
            found[0].close()


def waiting(workbook: LinkedWorkbook, places: LedgerPlaces | None) -> list[Issue]:
    """Return a warning for each month that waits for rows kept aside; none where there is no ledger to ask."""
    found: list[Issue] = []
    if places is not None:
        with suppress(LedgerError), peeking(workbook, places) as ledger:
            found = incomplete_remarks(ledger) if ledger else []
    return found


def _no_memory(fault: LedgerError) -> Issue:
    message = f"The ledger was not used: {str(fault).splitlines()[0]}"
    answer = "Answer with: sop-xl ledger FILE.xlsm --choose ..." if isinstance(fault, PartnerError) else ""
    cure = f"This run is not in the ledger, and no forecast is archived. {answer}".rstrip()
    return Issue(Severity.WARN, "no-ledger", SETTINGS.sheet, "", message, cure)


def _guid(workbook: LinkedWorkbook) -> str:
    guid = workbook.read_property(GUID)
    if not guid:
        guid = str(uuid.uuid4())
        workbook.write_property(GUID, guid)
        workbook.commit()
    return guid


def _forked(workbook: LinkedWorkbook, ledger: Ledger, places: LedgerPlaces) -> tuple[Ledger, list[str]]:
    """Give the workbook a GUID and a ledger of its own, with the history up to now."""
    guid = str(uuid.uuid4())
    forked = places.fork(ledger, guid)
    ledger.close()
    workbook.write_property(GUID, guid)
    workbook.commit()
    return forked, [f"{workbook.name} has a ledger of its own now, {forked.place}, with the history up to now."]


def _ledger_url(workbook: LinkedWorkbook) -> str:
    """Return the setting, even where other settings have faults."""
    if SETTINGS.excel_name not in workbook.tables():
        return ""
    frame = read_table(SETTINGS, workbook.read_cells(SETTINGS)).frame
    found = frame.loc[frame["parameter"].eq("ledger_url"), "value"]
    return "" if found.empty or found.isna().iloc[0] else as_text(found.iloc[0]).strip()


def _unwritten_run(workbook: LinkedWorkbook, ledger: Ledger) -> list[str]:
    """Say where the ledger knows a last run that the workbook's log does not: it was stopped in between."""
    if RUNS.excel_name not in workbook.tables():
        return []
    runs = ledger.runs()
    if runs.empty or _is_logged(log.read_log(workbook), runs.iloc[-1]):
        return []
    last = runs.iloc[-1]
    return [
        f"The ledger knows {last['run']} ({last['steps']}, {last['at']:%Y-%m-%d %H:%M}), which the log of "
        f"{workbook.name} does not have: it was stopped before the workbook was written, or this is an older copy. "
        f"The workbook is whole, as it was before that run; run again."
    ]


def _is_logged(runs: pd.DataFrame, last: pd.Series) -> bool:
    if str(last["result"]).startswith(log.STOPPED):
        return True
    same = runs["run"].eq(last["run"]) & runs["steps"].eq(last["steps"]) & runs["inputs"].eq(last["inputs"])
    return bool(same.any())
