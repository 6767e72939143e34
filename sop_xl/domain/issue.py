"""A wrong cell is a value, not a crash: where, what was found, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much an issue matters; members are in order, worst first."""

    STOP = "stop"
    WARN = "warn"
    INFO = "info"


RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Issue:
    """One fault or remark about the input.

    Attributes:
        severity: stop (nothing is run), warn (run, but look at it), info (read differently than typed).
        code: short stable word for the kind of fault, such as `duplicate-key`.
        sheet: the sheet, or the CSV file, it stands on.
        cell: the cell's address on that sheet, `C14`; empty where the whole table is meant.
        message: what was found, as a sentence.
        cure: what to do, as a sentence.
    """

    severity: Severity
    code: str
    sheet: str
    cell: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        """Return `Demand!C14: Quantity is -40. Enter 0 or more.`"""
        where = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{where}: {self.message} {self.cure}".rstrip()


def worst_first(issues: list[Issue]) -> list[Issue]:
    """Return the issues by severity, then in the order they were found."""
    return sorted(issues, key=lambda issue: RANK[issue.severity])


def stops(issues: list[Issue]) -> list[Issue]:
    """Return the issues that stop a run."""
    return [issue for issue in issues if issue.severity is Severity.STOP]
