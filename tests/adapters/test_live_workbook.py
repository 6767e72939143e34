"""What is the user's in an open workbook stays: columns, notes, filters, hidden cells, selection, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.adapters.row_keys import OrphanCell
from sop_xl.domain.cells import CellError, Formula
from sop_xl.domain.errors import WorkbookError
from tests.adapters import cases
from tests.adapters.cases import FEBRUARY, JANUARY, MARCH, ORDERS, ORDERS_HEADER, PLAN, PLAN_HEADER
from tests.adapters.live_cases import ROWS, rich, seen
from tests.support.calc_engine import CALLS, Call, NotAsInExcelError

if TYPE_CHECKING:
    from pathlib import Path

    import xlwings

pytestmark = pytest.mark.soffice

NEW: list[list[Any]] = [
    PLAN_HEADER,
    ["00050", JANUARY, 5.0, "z"],
    ["00300", FEBRUARY, 30.0, "y"],
    ["00200", JANUARY, 20.0, "x"],
    ["00400", MARCH, 40.0, "z"],
]


@pytest.fixture
def book(calc: xlwings.App, tmp_path: Path) -> xlwings.Book:
    opened = calc.books.open(rich(tmp_path / "rich.xlsx"))
    CALLS.forget()
    return opened


def test_own_columns_and_notes_beside_follow_their_key(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    orphans = workbook.write_cells(PLAN, NEW)
    workbook.commit()
    sheet = book.sheets["Plan"]
    assert sheet["B5:F8"].value[0] == ["00050", sheet["C5"].value, 5.0, "z", None]
    assert sheet["F5:F8"].value == [None, "007", None, None]
    assert sheet["H5:H8"].value == [None, None, "beside 00200", None]
    assert orphans == [
        OrphanCell("00100 | 2026-01", "My note", "late"),
        OrphanCell("00100 | 2026-01", "H", "=D5*2"),
    ]


def test_a_formula_beside_moves_with_its_row(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, [PLAN_HEADER, ["00050", JANUARY, 5.0, "z"], ["00100", JANUARY, 7.0, "x"]])
    workbook.commit()
    assert book.sheets["Plan"]["H5:H7"].formula == (("",), ("=D6*2",), ("",))
    assert book.sheets["Plan"]["H6"].value == 14.0


def test_the_same_write_gives_the_same_rows_as_in_a_file(book: xlwings.Book, tmp_path: Path) -> None:
    live, file = LiveWorkbook(book), FileWorkbook(rich(tmp_path / "file.xlsx"))
    for rows in (NEW, NEW[:2], [PLAN_HEADER], NEW):
        assert live.write_cells(PLAN, rows) == file.write_cells(PLAN, rows)
        for workbook in (live, file):
            workbook.commit()
        assert live.read_cells(PLAN) == file.read_cells(PLAN)


def test_a_formula_of_the_users_stays_where_its_value_is_the_same(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    rows: list[list[Any]] = [ORDERS_HEADER, ["A-0", 1.0, None, "no", None], ["A-2", 20.0, None, "no", "x"]]
    assert workbook.write_cells(ORDERS, rows) == []
    workbook.commit()
    assert workbook.formulas(ORDERS) == {(2, 1): "C5*2"}
    assert workbook.read_cells(ORDERS).rows[2][1] == 2.0
    orphans = workbook.write_cells(ORDERS, [ORDERS_HEADER, ["A-2", 5.0, None, "no", "x"]])
    assert orphans == [OrphanCell("A-2", "Quantity", "=C5*2")]


def test_what_is_as_it_was_is_not_written(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, [PLAN_HEADER, *(row[:4] for row in workbook.read_cells(PLAN).rows[1:])])
    CALLS.forget()
    workbook.commit()
    assert CALLS.made == []


def test_a_table_is_written_in_one_block_however_large(calc: xlwings.App, tmp_path: Path) -> None:
    book = calc.books.open(cases.by_xlsxwriter(tmp_path / "large.xlsx"))
    workbook = LiveWorkbook(book)
    rows: list[list[Any]] = [[f"{k:05d}", JANUARY, float(k), "theta"] for k in range(25_000)]
    workbook.write_cells(PLAN, [PLAN_HEADER, *rows])
    CALLS.forget()
    workbook.commit()
    assert [(call.place, call.cells) for call in CALLS.of("write")] == [("Plan!B5:E25004", 100_000)]
    assert len(CALLS.made) < 40
    CALLS.forget()
    assert workbook.read_cells(PLAN).rows[1:] == rows
    assert [call.cells for call in CALLS.of("read")] == [100_004]
    assert len(CALLS.made) == 1


def test_filters_hidden_columns_and_selection_stay(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    table = sheet.tables["tblPlan"]
    table.autofilter.apply_values(4, ["x"])
    sheet.range("D:D").columns.hidden = True
    book.sheets["Orders"].activate()
    book.sheets["Orders"]["C7:D8"].select()
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, NEW)
    workbook.commit()
    assert [(c.field, c.type, c.values) for c in table.autofilter.criteria if c.type != "none"] == [
        (4, "values", ["x"])
    ]
    assert [row for row in range(4, 10) if sheet.range((row, 1)).rows.hidden] == [5, 6, 8]  # all but 00200's
    assert sheet.range("D:D").columns.hidden is True
    assert (book.sheets.active.name, book.selection.address) == ("Orders", "$C$7:$D$8")


@pytest.mark.parametrize("mode", ["automatic", "manual"])
def test_settings_are_as_before(book: xlwings.Book, mode: str) -> None:
    book.app.calculation = mode
    book.app.status_bar = "planning"
    before = {**book.app.impl.settings}
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, NEW)
    CALLS.forget()
    workbook.commit()
    assert {**before, **book.app.impl.settings} == {**book.app.impl.settings, **before}
    assert [call.place for call in CALLS.of("set")][:2] == ["screen_updating=False", "enable_events=False"]
    assert book.app.calculation == mode


def test_where_the_user_calculates_by_hand_no_old_result_is_read(book: xlwings.Book) -> None:
    book.app.calculation = "manual"
    book.sheets["Orders"]["C5"].value = 50.0
    assert LiveWorkbook(book).read_cells(ORDERS).rows[2][1] == 100.0


def test_codes_in_a_column_without_a_format_stay_text(calc: xlwings.App, tmp_path: Path) -> None:
    book = calc.books.open(cases.by_xlsxwriter(tmp_path / "plain.xlsx"))
    workbook = LiveWorkbook(book)
    rows: list[list[Any]] = [PLAN_HEADER, ["plain", JANUARY, 1.0, "x"], ["1E5", JANUARY, 1.0, "2026-03"]]
    workbook.write_cells(PLAN, rows)
    workbook.commit()
    assert workbook.read_cells(PLAN).rows == rows
    sheet = book.sheets["Plan"]
    assert [sheet[cell].number_format for cell in ("B5", "B6", "E5", "E6", "D6")] == [
        "General",
        "@",
        "General",
        "@",
        "#,##0",
    ]


def test_a_number_after_a_text_and_a_date_is_a_number(calc: xlwings.App, tmp_path: Path) -> None:
    book = calc.books.open(cases.by_xlsxwriter(tmp_path / "plan.xlsx"))
    workbook = LiveWorkbook(book)
    values: list[Any] = ["007", JANUARY, 7.0, True, CellError("#DIV/0!"), Formula("1+1", 2.0)]
    read: list[Any] = [*values[:-1], 2.0]
    for turn in range(len(values)):
        turned = [[f"A-{k}", None, None, None, values[(k + turn) % len(values)]] for k in range(len(values))]
        workbook.write_cells(ORDERS, [ORDERS_HEADER, *turned])
        workbook.commit()
        found = [row[4] for row in workbook.read_cells(ORDERS).rows[1:]]
        assert found == read[turn:] + read[:turn]
        assert [type(value) for value in found] == [type(value) for value in read[turn:] + read[:turn]]


def test_dates_count_from_1904_where_the_workbook_does(calc: xlwings.App, tmp_path: Path) -> None:
    path = cases.by_xlsxwriter(tmp_path / "mac.xlsx", plan=[PLAN_HEADER, ["A", JANUARY, 1.0, "x"]], date1904=True)
    workbook = LiveWorkbook(calc.books.open(path))
    assert workbook.read_cells(PLAN).rows[1][1] == JANUARY
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A", MARCH, 1.0, "x"]])
    workbook.commit()
    assert workbook.read_cells(PLAN).rows[1][1] == MARCH


def with_totals(path: Path) -> Path:
    """Write a plan of one row with a totals row below, and a cell of the user's three rows further down."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plan")
        columns = [{"header": header} for header in PLAN_HEADER]
        columns[2]["total_function"] = "sum"
        sheet.add_table("B4:E6", {"name": "tblPlan", "columns": columns, "total_row": True})
        sheet.write_row("B5", ["A", None, 1.5, "x"])
        sheet.write("B9", "mine")
        book.add_worksheet("Orders")
    return path


def test_the_totals_row_moves_with_the_tables_end(calc: xlwings.App, tmp_path: Path) -> None:
    book = calc.books.open(with_totals(tmp_path / "totals.xlsx"))
    sheet, workbook = book.sheets["Plan"], LiveWorkbook(book)
    for count in (3, 1, 2):
        workbook.write_cells(PLAN, [PLAN_HEADER, *([f"I{k}", JANUARY, 2.0, "x"] for k in range(count))])
        workbook.commit()
        totals = sheet.tables["tblPlan"].totals_row_range
        assert (totals.row, totals.value[2]) == (5 + count, 2.0 * count)
        assert sheet["B9"].value == "mine"
    with pytest.raises(WorkbookError, match=r"Plan!B9: the cell is in use, and table 'tblPlan' needs 3 more rows"):
        workbook.write_cells(PLAN, [PLAN_HEADER, *(["I", JANUARY, 1.0, "x"] for _ in range(5))])


def test_no_room_is_refused_and_nothing_is_staged(book: xlwings.Book) -> None:
    before = seen(book)
    workbook = LiveWorkbook(book)
    rows: list[list[Any]] = [[f"I{k}", JANUARY, 1.0, "x"] for k in range(9)]
    with pytest.raises(WorkbookError, match="Plan!B13: the cell is in use, and table 'tblPlan' needs 6 more rows"):
        workbook.write_cells(PLAN, [PLAN_HEADER, *rows])
    workbook.commit()
    assert seen(book) == before


def test_a_table_does_not_outgrow_the_sheet(book: xlwings.Book) -> None:
    rows: list[list[Any]] = [["I", JANUARY, 1.0, "x"]] * 1_048_573
    with pytest.raises(WorkbookError, match=r"would reach down to row 1,048,577; a sheet has 1,048,576"):
        LiveWorkbook(book).write_cells(PLAN, [PLAN_HEADER, *rows])


def test_a_note_of_another_row_in_the_way_is_refused(book: xlwings.Book) -> None:
    book.sheets["Plan"]["H8"].value = "about the month, not a row"
    rows: list[list[Any]] = [*([f"I{k}", JANUARY, 1.0, "x"] for k in range(3)), ["00200", JANUARY, 2.0, "x"]]
    with pytest.raises(WorkbookError, match="Plan!H8: the cell is in use"):
        LiveWorkbook(book).write_cells(PLAN, [PLAN_HEADER, *rows])


def test_an_array_beside_stays_where_it_is(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    sheet.impl.range("I5:I7").block.setArrayFormula("=D5:D7*2")
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, NEW)
    workbook.commit()
    assert sheet["I5:I7"].value == [10.0, 60.0, 40.0]
    assert sheet["H6"].value == "beside 00200"


YELLOW, GREEN = (255, 255, 0), (0, 128, 0)


def colours(sheet: xlwings.Sheet) -> dict[str, tuple[int, int, int]]:
    """Return the yellow and green cells of the table Plan and below it."""
    cells = [sheet.range((row, column)) for row in range(5, 14) for column in range(2, 7)]
    return {cell.get_address(False, False): cell.color for cell in cells if cell.color in (YELLOW, GREEN)}


def test_colours_follow_their_key(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    sheet["D5"].color = sheet["E7:F7"].color = YELLOW  # 00100 and 00300
    sheet["B6"].color = GREEN  # 00200
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, NEW)
    workbook.commit()
    # Rows: 00050, 00300, 00200, 00400; 00100 is gone, and the row the table grew by was copied from a yellow one.
    assert colours(sheet) == {"E6": YELLOW, "F6": YELLOW, "B7": GREEN}
    workbook.write_cells(PLAN, [PLAN_HEADER, ["00200", JANUARY, 20.0, "x"]])
    workbook.commit()
    assert colours(sheet) == {"B5": GREEN}


def test_colours_are_put_back_with_the_rest(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"]
    sheet["D5:E5"].color = YELLOW
    before = colours(sheet), seen(book)
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, [PLAN_HEADER, ["00050", JANUARY, 5.0, "z"], *(row[:4] for row in ROWS)])
    CALLS.forget()
    CALLS.before = fails_at_the_second_colour
    with pytest.raises(WorkbookError, match="Everything was put back"):
        workbook.commit()
    CALLS.forget()
    assert (colours(sheet), seen(book)) == before
    workbook.commit()
    assert colours(sheet) == {"D6": YELLOW, "E6": YELLOW}


def fails_at_the_second_colour(call: Call) -> None:
    if call == Call("format", "Plan!E5") and len([c for c in CALLS.made if c == call]) == 1:
        raise NotAsInExcelError("Out of memory.")


def test_a_table_without_colours_is_asked_once(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    with pytest.MonkeyPatch.context() as patch:
        asked: list[int] = []
        fill = excel_model.fill
        patch.setattr(excel_model, "fill", lambda cells: asked.append(cells.size) or fill(cells))
        workbook.write_cells(ORDERS, [ORDERS_HEADER, ["A-0", 1.0, None, "no", None]])
    assert asked == [10]
