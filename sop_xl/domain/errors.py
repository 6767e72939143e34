"""Faults a user can mend: each says where, what was found and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.domain.issue import Issue


class SopError(Exception):
    """A fault the user can mend. Entry points alone catch it: the CLI prints it and exits 2."""


class WorkbookError(SopError):
    """The workbook cannot be read or written: locked, damaged, not a workbook, no rights."""


class TableNotFoundError(SopError):
    """A table of the schema is missing from the workbook."""

    def __init__(self, table: str, sheet: str, found: Sequence[str]) -> None:
        """Name the missing table, the sheet it belongs on, and the tables that are there."""
        has = ", ".join(found) if found else "no table"
        super().__init__(
            f"Sheet '{sheet}' has no table '{table}' (it has: {has}). Rename it back; a workbook of an older version: "
            "sop-xl upgrade FILE.xlsm."
        )
        self.table = table
        self.sheet = sheet


class InvalidInputError(SopError):
    """The input has faults that stop a run; `issues` holds all of them."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        """Keep the issues; the message lists them, worst first."""
        lines = "\n".join(str(issue) for issue in issues)
        super().__init__(f"{len(issues)} fault(s) stop the run; nothing was changed.\n{lines}")
        self.issues = tuple(issues)


class OwnContentError(SopError):
    """An upgrade would leave behind what the user put into the workbook; `issues` names each thing."""

    def __init__(self, workbook: str, issues: Sequence[Issue]) -> None:
        """Keep the issues; the message lists them and says how to go on."""
        lines = "\n".join(str(issue) for issue in issues)
        super().__init__(
            f"{len(issues)} thing(s) of yours have no place in a new workbook; {workbook} is as it was.\n{lines}\n"
            "With --drop-own it is upgraded without them; the workbook as it is now is then kept beside it."
        )
        self.issues = tuple(issues)


class SolverError(SopError):
    """The solver did not return a plan (missing, stopped, or a model that is wrong)."""


class OutOfTimeError(SolverError):
    """The clock, the solver's last resort, stopped it before it had a plan."""


class ComputeError(SopError):
    """The place to compute cannot be reached or was lost; the message says what to do."""


class CancelledError(SopError):
    """The user stopped the work; nothing was written. Raised by a progress callback."""

    def __init__(self, step: str = "") -> None:
        """Name the step that was cut short."""
        where = f" during the step {step}" if step else ""
        super().__init__(f"Cancelled{where}; nothing was written.")


class UndoError(SopError):
    """The last run cannot be taken back; `issues` lists the cells that were changed since."""

    def __init__(self, message: str, issues: Sequence[Issue] = ()) -> None:
        """Keep the issues; the message lists them."""
        super().__init__("\n".join([message, *map(str, issues)]))
        self.issues = tuple(issues)
