"""A view's rows in an open workbook look like the model rows of their kinds, however they come and go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.adapters.live import busy
from sop_xl.adapters.live.view_looks import copies
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.domain.cells import Formula
from sop_xl.domain.errors import WorkbookError
from sop_xl.schema.table import Column, Kind, Owner, Table, number, text
from tests.support.calc_engine import CALLS, Call, NotAsInExcelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import xlwings

VIEW = Table(
    "grid",
    "Grid",
    (text("Label", "label"), number("Units", "units"), Column("Sum", "sum", Kind.ANY), text("Kind", "kind")),
    key=("kind", "label"),
    owner=Owner.PYTHON,
    view=True,
)
HEADER = list(VIEW.headers)
TOP = 3
"""Row of the first row of the grid, from 1."""
FILLS = {"family": (200, 210, 220), "item": (255, 255, 255), "input": (255, 250, 200)}
HEIGHTS = {"family": 30, "item": 20, "input": 20}
LEVELS = {"family": 0, "item": 1, "input": 2}
RULE = "B3:C500"

KINDS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=60)


@given(before=KINDS, after=KINDS)
def test_copies_give_every_row_the_looks_of_its_kind(before: list[str], after: list[str]) -> None:
    looks = [*before, *["nothing"] * max(0, len(after) - len(before))]
    for copy in copies(before, after):
        rows = slice(copy.first, copy.first + copy.rows)
        if isinstance(copy.source, int):
            assert copy.source + copy.rows <= copy.first  # only what is laid out already
            looks[rows] = looks[copy.source : copy.source + copy.rows]
        else:
            assert copy.rows == 1
            looks[rows] = [copy.source]
    assert looks[: len(after)] == after


def test_many_items_take_few_copies() -> None:
    block = ["item", "statistical", "sales", "override"]
    after = ["family", *block * 500, "total"]
    assert len(copies([], after)) < 20  # 4 x 500 rows: pieces double, 1 + 4 + log2(500) + 1
    assert copies(after, after) == []
    one_more = copies(after, [*after[:-1], *block, "total"])
    assert len(one_more) == 2  # the new item in place of the total, and the total below it


def grid(path: Path) -> Path:
    """Write an empty grid with a rule and a sheet of model rows."""
    with xlsxwriter.Workbook(path) as book:
        sheet, models = book.add_worksheet("Grid"), book.add_worksheet("Row styles")
        for row, (kind, fill) in enumerate(FILLS.items()):
            look = book.add_format({"bg_color": "#{:02X}{:02X}{:02X}".format(*fill), "num_format": "#,##0"})
            words = book.add_format({"bg_color": "#{:02X}{:02X}{:02X}".format(*fill), "num_format": "@"})
            for column in range(4):
                models.write_blank(row, column, None, words if column in (0, 3) else look)
            models.set_row(row, HEIGHTS[kind], None, {"level": LEVELS[kind]} if LEVELS[kind] else {})
            book.define_name(f"sop_row_{kind}", f"='Row styles'!$A${row + 1}:$D${row + 1}")
            if kind == "family":
                sheet.set_row(TOP - 1, HEIGHTS[kind])
                for column in range(4):
                    sheet.write_blank(TOP - 1, column, None, words if column in (0, 3) else look)
        columns = [{"header": header} for header in HEADER]
        sheet.add_table("A3:D3", {"name": "tblGrid", "header_row": False, "columns": columns})
        red = book.add_format({"font_color": "#FF0000"})
        sheet.conditional_format(RULE, {"type": "formula", "criteria": "=B3<0", "format": red})
        sheet.data_validation(RULE, {"validate": "decimal", "criteria": ">=", "value": 0})
        sheet.protect("")
    return path


def rows_of(*kinds: str) -> list[list[Any]]:
    """Return rows of these kinds; the third cell is a formula."""
    rows = enumerate(kinds, TOP)
    return [HEADER, *([f"{k:03d}", float(k), Formula(f"B{k}*2", 2.0 * k), kind] for k, kind in rows)]


@pytest.fixture
def book(calc: xlwings.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> xlwings.Book:
    monkeypatch.setattr(busy, "PAUSE_S", 0.0)
    opened = calc.books.open(grid(tmp_path / "grid.xlsx"))
    opened.sheets["Grid"].activate()
    opened.sheets["Grid"]["B9"].select()
    CALLS.forget()
    return opened


def looks(book: xlwings.Book, rows: int = 12) -> list[tuple[Any, ...]]:
    """Return what each row looks like: fill of two cells, height, outline level, number format."""
    sheet = book.sheets["Grid"]
    return [
        (
            sheet.range((row, 1)).color,
            sheet.range((row, 4)).color,
            round(sheet.range((row, 1)).row_height),
            sheet.range((row, 1)).api.EntireRow.OutlineLevel,
            sheet.range((row, 2)).number_format,
        )
        for row in range(TOP, TOP + rows)
    ]


def look(kind: str) -> tuple[Any, ...]:
    return (FILLS[kind], FILLS[kind], HEIGHTS[kind], LEVELS[kind] + 1, "#,##0")


@pytest.mark.soffice
def test_rows_look_like_the_model_of_their_kind(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    bare = looks(book)[-1]
    for kinds in (
        ("family", "item", "input", "item", "input"),
        ("family", "item", "item", "input"),
        ("family", *("item", "input") * 3),
        ("family",),
    ):
        workbook.write_cells(VIEW, rows_of(*kinds))
        workbook.commit()
        assert looks(book) == [*map(look, kinds), *[bare] * (12 - len(kinds))]
        assert [row[2] for row in workbook.read_cells(VIEW).rows[1:]] == [2.0 * k for k in range(TOP, TOP + len(kinds))]


@pytest.mark.soffice
def test_rules_validation_protection_and_selection_stay(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    sheet = book.sheets["Grid"]
    rules = [rule.Address for rule in sheet.api.FormatConditions]
    workbook.write_cells(VIEW, rows_of("family", *("item", "input") * 3))
    workbook.commit()
    assert [rule.Address for rule in sheet.api.FormatConditions] == rules == ["$B$3:$C$500"]
    assert sheet["C8"].impl.block.Validation.Type.value == "DECIMAL"
    assert sheet.impl.is_protected
    assert book.selection.address == "$B$9"
    assert not book.app.cut_copy_mode


@pytest.mark.soffice
def test_the_same_kinds_again_change_no_looks(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    workbook.write_cells(VIEW, rows_of("family", "item", "input"))
    workbook.commit()
    changed = rows_of("family", "item", "input")
    changed[2][1] = 99.0
    workbook.write_cells(VIEW, changed)
    CALLS.forget()
    workbook.commit()
    assert CALLS.of("paste") == []
    assert [(call.place, call.cells) for call in CALLS.of("write")] == [("Grid!B4", 1)]


@pytest.mark.soffice
@pytest.mark.parametrize(
    "step", [("paste", 1), ("paste", 2), ("format", 1), ("format", 4), ("resize", 1), ("write", 1)], ids=str
)
def test_a_fault_at_any_step_leaves_the_looks_as_they_were(book: xlwings.Book, step: tuple[str, int]) -> None:
    workbook = LiveWorkbook(book)
    workbook.write_cells(VIEW, rows_of("family", "item", "input", "item"))
    workbook.commit()
    before = (looks(book), workbook.read_cells(VIEW), workbook.formulas(VIEW))
    workbook.write_cells(VIEW, rows_of("family", "input", "item", "item", "input"))
    CALLS.forget()
    CALLS.before = failing_at(*step)
    with pytest.raises(WorkbookError, match="Out of memory"):
        workbook.commit()
    CALLS.forget()
    assert (looks(book), workbook.read_cells(VIEW), workbook.formulas(VIEW)) == before
    assert book.sheets["Grid"].impl.is_protected


@pytest.mark.soffice
def test_a_first_run_that_fails_leaves_the_grid_bare(book: xlwings.Book) -> None:
    before = looks(book)
    workbook = LiveWorkbook(book)
    workbook.write_cells(VIEW, rows_of("family", "item", "input"))
    CALLS.before = failing_at("write", 1)
    with pytest.raises(WorkbookError, match="Out of memory"):
        workbook.commit()
    CALLS.forget()
    assert looks(book) == before
    assert workbook.read_cells(VIEW).rows == [HEADER]


def failing_at(kind: str, number: int) -> Callable[[Call], None]:
    """Return a hook that raises at one call of a kind, counted from 1."""

    def hook(call: Call) -> None:
        if call.kind == kind and len(CALLS.of(kind)) == number:
            raise NotAsInExcelError("Out of memory.")

    return hook


@pytest.mark.soffice
def test_number_formats_are_asked_a_kind_not_a_row(book: xlwings.Book) -> None:
    """A view of the demo company has 3,000 rows: each question that Excel is asked there is one too many."""
    book.sheets["Row styles"]["B2"].number_format = "@"  # the look of units, of items only, would make text of numbers
    workbook = LiveWorkbook(book)
    kinds = ("family", *("item", "input") * 20)
    rows = rows_of(*kinds)
    workbook.write_cells(VIEW, rows)
    CALLS.forget()
    workbook.commit()
    assert len(of_cells()) < 20 * 2 + 25  # asked and set for each item of the wrong look, else once a column and kind
    assert [row[1] for row in workbook.read_cells(VIEW).rows[1:]] == [row[1] for row in rows[1:]]
    assert workbook.read_cells(VIEW).rows[2][0] == "004"
    workbook.write_cells(VIEW, [HEADER, *([row[0], row[1] + 1, *row[2:]] for row in rows[1:])])
    CALLS.forget()
    workbook.commit()
    assert len(of_cells()) < 12


def of_cells() -> list[Call]:
    """Return the calls about number formats: those about heights and outlines concern whole rows of the grid."""
    return [call for call in CALLS.of("format") if not re.fullmatch(r"Grid!A\d+:D\d+", call.place)]
