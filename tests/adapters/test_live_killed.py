"""Python killed in the middle of a live commit: the workbook is half written, and whole again at the next click."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.recovery import recover
from sop_xl.adapters.live.safety import MARK
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.domain.errors import WorkbookError
from tests.adapters.cases import ORDERS, PLAN
from tests.adapters.live_cases import rich, seen
from tests.adapters.test_live_faults import GROWN, SHRUNK, TYPED, opened
from tests.support.calc_engine import CALLS, Call, NotAsInExcelError
from tests.support.calc_engine.second_program import SecondProgram, safety

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlwings

pytestmark = pytest.mark.soffice


@pytest.fixture
def second(calc: xlwings.App, tmp_path: Path) -> Iterator[SecondProgram]:
    program = SecondProgram(calc.impl.pipe, tmp_path)
    yield program
    program.stop()


def calls_of_a_commit(calc: xlwings.App, rows: list[list[Any]], folder: Path) -> int:
    """Return how often a commit asks something of Calc, and look at what it leaves."""
    book = opened(calc, rich(folder / "whole.xlsx"))
    workbook = LiveWorkbook(book, safety(folder))
    workbook.write_cells(PLAN, rows)
    workbook.write_cells(ORDERS, TYPED)
    CALLS.forget()
    workbook.commit()
    made = len(CALLS.made)
    assert excel_model.custom_property(book, MARK) == ""
    assert safety(folder).load() is None
    book.close()
    return made


@pytest.mark.parametrize(("rows", "first"), [(GROWN, 3), (SHRUNK, 6)], ids=["grown", "shrunk"])
def test_a_workbook_whose_python_was_killed_while_it_wrote_is_put_back_at_the_next_click(
    calc: xlwings.App, second: SecondProgram, rows: list[list[Any]], first: int, tmp_path: Path
) -> None:
    steps = calls_of_a_commit(calc, rows, tmp_path)
    book = opened(calc, rich(tmp_path / "rich.xlsx"))
    before, half = seen(book), 0
    for step in range(first, steps, 7):
        assert second.killed_at(step, Path(book.fullname), {"plan": rows, "orders": TYPED})
        found, mark = seen(book), excel_model.custom_property(book, MARK)
        half += found != before
        done = recover(book, safety(tmp_path))
        assert seen(book) == before, f"killed at call {step}"
        assert mark or found == before
        assert (done is not None) == bool(mark)
        if done:
            assert done.sentence.startswith("Python was stopped while it wrote into rich.xlsx on 2026-11-25 at 14:05.")
            assert done.typed == ()
        assert safety(tmp_path).load() is None
        assert recover(book, safety(tmp_path)) is None
    assert half >= 3


def test_what_was_typed_after_the_kill_is_told(calc: xlwings.App, second: SecondProgram, tmp_path: Path) -> None:
    steps = calls_of_a_commit(calc, GROWN, tmp_path)
    book = opened(calc, rich(tmp_path / "rich.xlsx"))
    assert second.killed_at(steps - 2, Path(book.fullname), {"plan": GROWN, "orders": TYPED})
    cell = book.sheets["Orders"]["C5"]
    assert cell.value == TYPED[1][1] == 1.0
    cell.value = 77.0
    done = recover(book, safety(tmp_path))
    assert done is not None
    assert done.typed == ("Orders!C5: 77.0",)
    assert "1 cell(s) that were typed into since had to give way" in done.sentence
    assert cell.value == 10.0


def test_a_workbook_closed_without_saving_is_whole(calc: xlwings.App, second: SecondProgram, tmp_path: Path) -> None:
    steps = calls_of_a_commit(calc, GROWN, tmp_path)
    book = opened(calc, rich(tmp_path / "rich.xlsx"))
    assert second.killed_at(steps - 2, Path(book.fullname), {"plan": GROWN, "orders": TYPED})
    path = Path(book.fullname)
    book.close()
    book = calc.books.open(path)
    before = seen(book)
    assert recover(book, safety(tmp_path)) is None
    assert seen(book) == before
    assert safety(tmp_path).load() is None


def test_a_half_written_workbook_without_its_record_says_what_to_do(calc: xlwings.App, tmp_path: Path) -> None:
    book = opened(calc, rich(tmp_path / "rich.xlsx"))
    excel_model.set_custom_property(book, MARK, "of another computer")
    with pytest.raises(
        WorkbookError, match=r"was cut short .* Close the workbook without saving, or take the last copy"
    ):
        recover(book, safety(tmp_path))
    assert recover(book, safety(tmp_path)) is None  # said once


def test_what_excel_refuses_to_take_back_is_taken_back_by_the_next_click(calc: xlwings.App, tmp_path: Path) -> None:
    book = opened(calc, rich(tmp_path / "rich.xlsx"))
    before = seen(book)
    workbook = LiveWorkbook(book, safety(tmp_path))
    workbook.write_cells(PLAN, GROWN)
    workbook.write_cells(ORDERS, TYPED)
    CALLS.before = refuse_writes_but_the_first
    CALLS.made.clear()
    with pytest.raises(WorkbookError, match="Excel refused a step, and then to take back"):
        workbook.commit()
    CALLS.before = None
    assert seen(book) != before
    assert recover(book, safety(tmp_path)) is not None
    assert seen(book) == before


def refuse_writes_but_the_first(call: Call) -> None:
    if call.kind == "write" and len(CALLS.of("write")) > 1:
        raise NotAsInExcelError("No.")


def test_where_no_folder_can_be_written_the_commit_is_made_without_a_record(calc: xlwings.App, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file in the folder's place")
    book = opened(calc, rich(tmp_path / "rich.xlsx"))
    workbook = LiveWorkbook(book, safety(tmp_path))
    workbook.write_cells(PLAN, GROWN)
    workbook.commit()
    assert excel_model.custom_property(book, MARK) == ""
    assert [row[:4] for row in workbook.read_cells(PLAN).rows[1:]] == GROWN[1:]
