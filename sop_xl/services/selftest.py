"""Textbook cases with known answers, run on the path a planner's workbook takes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.services.run import run_cycle
from sop_xl.services.transfer import combine, import_folder, read_folder

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from sop_xl.ports import Solver, Workbook


@dataclass(frozen=True)
class CaseResult:
    """One textbook case.

    Attributes:
        case: its name.
        source: where it was published.
        expected: the published plan cost.
        found: the cost of our plan.
        tolerance: how far apart they may be.
    """

    case: str
    source: str
    expected: float
    found: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether the plan costs what the book says."""
        return abs(self.found - self.expected) <= self.tolerance


def run_selftest(
    new_workbook: Callable[[], Workbook], solver: Solver, now: dt.datetime, names: Sequence[str] = ()
) -> Iterator[CaseResult]:
    """Import, run and compare each case of `sop_xl/selftest/cases.csv`.

    Args:
        new_workbook: gives an empty workbook.
        solver: solves the plans.
        now: stamp of the runs.
        names: the cases wanted; all where left out.

    Raises:
        SopError: there is no case of a name.
    """
    root = files("sop_xl") / "selftest"
    rows = {row["case"]: row for row in csv.DictReader((root / "cases.csv").read_text(encoding="utf-8").splitlines())}
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise SopError(f"There is no textbook case '{unknown[0]}'. There are: {', '.join(rows)}.")
    for row in [rows[name] for name in names or rows]:
        workbook = new_workbook()
        folder = read_folder(root / row["case"])
        import_folder(folder, combine(folder, None), workbook)
        report = run_cycle(workbook, solver=solver, now=now)
        cost = report.frames["plan_cost"].set_index("component")["amount"]
        yield CaseResult(row["case"], row["source"], float(row["total"]), float(cost["total"]), float(row["tolerance"]))
