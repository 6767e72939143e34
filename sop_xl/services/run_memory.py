"""What the ledger keeps of a run: the run itself, what it changed of the user's, the forecast it made."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from sop_xl.domain.ledger_errors import LedgerError
from sop_xl.domain.ledger_log import KeptKind, KeptTable, LoggedChange, LoggedRun
from sop_xl.schema.results import FORECAST
from sop_xl.services.log import STOPPED
from sop_xl.services.review import typed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.domain.change import Change
    from sop_xl.services.compute import Results
    from sop_xl.services.memory import Memory


class KeepsRun(Protocol):
    """What puts a line of the log into the ledger before the workbook is written."""

    def keep(self) -> str:
        """Put it there; return why it could not be, as a sentence."""
        ...

    def stopped(self, fault: BaseException) -> None:
        """Note that the workbook was not written after all."""
        ...


@dataclass(frozen=True)
class InputMemory:
    """Changed inputs on their way into the ledger.

    Attributes:
        memory: the ledger, and on whose behalf.
        line: of the log of the workbook.
        changes: each changed cell, with who changed it and why.
    """

    memory: Memory
    line: dict[str, Any]
    changes: Sequence[LoggedChange]

    def keep(self) -> str:
        """Put line and changes into the ledger; return why it could not be, as a sentence."""
        try:
            self.memory.ledger.log(run=logged_run(self.line, self.memory.user.name), changes=self.changes)
        except LedgerError as fault:
            return f"The change is not in the ledger: {fault}"
        return ""

    def stopped(self, fault: BaseException) -> None:
        """Note that the workbook was not written after all; where even that fails, leave it."""
        _note_stopped(self.memory, self.line, fault)


@dataclass(frozen=True)
class RunMemory:
    """A run on its way into the ledger.

    Attributes:
        memory: the ledger, and on whose behalf.
        line: the run's line in the log of the workbook.
        changes: cells of the user's that the run changes.
        results: what it computed, where it may be a forecast; None: a run beside the cycle, such as a schedule.
    """

    memory: Memory
    line: dict[str, Any]
    changes: Sequence[Change] = ()
    results: Results | None = None

    def keep(self) -> str:
        """Put the run into the ledger; return why it could not be, as a sentence."""
        run, who = logged_run(self.line, self.memory.user.name), self.memory.user.name
        changes = [LoggedChange(c, run.run, run.at, who, typed_in(c), "user") for c in self.changes]
        tables = [
            KeptTable(KeptKind.FORECAST, run.cycle, name, self.results.frames[name], run.run, run.at, who)
            for name in (FORECAST.name,)
            if self.results is not None and name in self.results.frames
        ]
        try:
            self.memory.ledger.log(run=run, changes=changes, tables=tables)
        except LedgerError as fault:
            return f"The run is not in the ledger: {fault}"
        return ""

    def stopped(self, fault: BaseException) -> None:
        """Note that the workbook was not written after all; where even that fails, leave it."""
        _note_stopped(self.memory, self.line, fault)


def _note_stopped(memory: Memory, line: dict[str, Any], fault: BaseException) -> None:
    run = logged_run(line, memory.user.name)
    words = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
    with suppress(LedgerError):
        memory.ledger.log(run=replace(run, result=f"{STOPPED}{words}"))


def logged_run(line: dict[str, Any], who: str) -> LoggedRun:
    """Return a line of the log as the ledger keeps it."""
    names = ("run", "at", "steps", "cycle", "version", "inputs", "result")
    seconds = float(line["seconds"])
    known = None if seconds != seconds else seconds  # noqa: PLR0124 - NaN is blank
    return LoggedRun(**{name: line[name] for name in names}, who=who, seconds=known)
