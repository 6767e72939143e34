"""A whole cycle of the small company in an open workbook: the same tables as in a file, every view, and the way back.

`entrypoints/test_ribbon_on_demo.py` shows the same button by button in each test run; this looks at every view.
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.adapters.solver import HighsSolver
from sop_xl.schema import ALL_TABLES
from sop_xl.schema.results import RUNS
from sop_xl.schema.views import DEMAND_REVIEW
from sop_xl.services.run import run_cycle
from sop_xl.services.undo import undo_last
from tests.e2e.books import TWO_PLANTS
from tests.e2e.command import sop
from tests.support.calc_engine import CALLS, Call
from tests.support.office import without_print_titles

if TYPE_CHECKING:
    from pathlib import Path

    import xlwings

    from sop_xl.domain.undo import UndoRecord
    from sop_xl.schema.table import Table

pytestmark = [pytest.mark.soffice, pytest.mark.slow, pytest.mark.bench]

NOW = dt.datetime(2026, 3, 14, 15, 9)
CLOSE = 1e-9
"""Results of formulas: Calc adds up in another order than numpy."""
Values = dict[tuple[str, int, int], Any]


class OneUndo:
    """Keeps the last record in memory."""

    def __init__(self) -> None:
        self.record: UndoRecord | None = None

    def save(self, record: UndoRecord) -> None:
        self.record = record

    def load(self, run: str, mark: str) -> UndoRecord | None:
        return self.record if self.record and (self.record.run, self.record.mark) == (run, mark) else None

    def discard(self, run: str, mark: str) -> None:
        self.record = None


@dataclass
class LiveRun:
    """One company planned twice: in a file, and open in Calc.

    Attributes:
        file: the workbook planned as a file, and where it is.
        book, workbook: the open one.
        calls: what its run asked of Calc.
        before: what its tables held before the run.
    """

    file: FileWorkbook
    path: Path
    book: xlwings.Book
    workbook: LiveWorkbook
    undo: OneUndo
    calls: list[Call]
    before: dict[str, list[Any]]


@pytest.fixture(scope="module")
def run(calc_app: xlwings.App, tmp_path_factory: pytest.TempPathFactory) -> LiveRun:
    path = tmp_path_factory.mktemp("live") / "two_plants.xlsm"
    assert sop("import", TWO_PLANTS, path).code == 0
    live_path = path.with_name("live.xlsm")
    without_print_titles(path, live_path)
    run_cycle(FileWorkbook(path), solver=HighsSolver(), now=NOW)
    book = calc_app.books.open(live_path)
    workbook, undo = LiveWorkbook(book), OneUndo()
    before = {table.name: workbook.read_cells(table).rows for table in ALL_TABLES}
    CALLS.forget()
    run_cycle(workbook, solver=HighsSolver(), now=NOW, undo=undo)
    return LiveRun(FileWorkbook(path), path, book, workbook, undo, [*CALLS.made], before)


def compared(table: Table, rows: list[list[Any]]) -> list[list[Any]]:
    """Return rows without what no two runs share: how long they took."""
    position = RUNS.fields.index("seconds")
    return [[*row[:position], *row[position + 1 :]] for row in rows] if table is RUNS else rows


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_every_table_is_as_in_a_file(run: LiveRun, table: Table) -> None:
    file, live = (compared(table, workbook.read_cells(table).rows) for workbook in (run.file, run.workbook))
    formulas = run.workbook.formulas(table)
    assert set(formulas) == set(run.file.formulas(table))
    assert [len(row) for row in live] == [len(row) for row in file]
    for i, (ours, theirs) in enumerate(zip(live, file, strict=True)):
        for j, (value, wanted) in enumerate(zip(ours, theirs, strict=True)):
            if (i, j) in formulas and isinstance(wanted, float):
                assert value == pytest.approx(wanted, rel=CLOSE)
            else:
                assert (value, type(value)) == (wanted, type(wanted)), (i, j)


def test_one_block_is_written_for_each_table(run: LiveRun) -> None:
    sheets = [call.place.split("!")[0] for call in run.calls if call.kind == "write"]
    assert len(sheets) > 15
    assert len(set(sheets)) == len(sheets)
    assert DEMAND_REVIEW.sheet in sheets


def test_views_are_the_same_after_saving_and_opening_again(run: LiveRun, calc_app: xlwings.App) -> None:
    shown = values_of(run.book)
    run.book.save()
    copy = shutil.copy(run.book.fullname, run.path.with_name("saved.xlsm"))
    again = calc_app.books.open(copy)
    assert again != run.book
    assert differences(shown, values_of(again)) == []
    assert len(shown) > 15_000
    again.close()


def test_a_live_run_can_be_taken_back(run: LiveRun) -> None:
    report = undo_last(run.workbook, run.undo, NOW)
    assert report.undone == "R0001"
    kept = {"issues", "changes", "runs"}
    after = {table.name: run.workbook.read_cells(table).rows for table in ALL_TABLES}
    assert {name for name in after if after[name] != run.before[name]} <= kept
    assert len(after["runs"]) == 3


def values_of(book: xlwings.Book) -> Values:
    """Return every cell of a workbook that holds something, as Calc tells it; the log's durations are left out."""
    found: Values = {}
    for sheet in book.sheets:
        used = sheet.used_range
        for i, row in enumerate(used.impl.block.getDataArray(), used.row):
            found |= {(sheet.name, i, j): value for j, value in enumerate(row, used.column) if value not in ("", None)}
    return {place: value for place, value in found.items() if place[0] != RUNS.sheet}


def differences(one: Values, other: Values) -> list[tuple[Any, ...]]:
    """Return the cells that differ by more than the order of adding up."""
    places = sorted({*one, *other})
    return [
        (place, one.get(place), other.get(place)) for place in places if not alike(one.get(place), other.get(place))
    ]


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(one == other)
