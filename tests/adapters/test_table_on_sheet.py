"""What else stands on a table's sheet: it stays, it goes along, or the write is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.row_keys import OrphanCell
from sop_xl.domain.errors import WorkbookError
from sop_xl.schema.table import Owner, Table, number, text
from tests.adapters.cases import ORDERS, ORDERS_HEADER, by_xlsxwriter, parts, rewritten, write_table
from tests.support.office import formulas_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

STOCK = Table(
    "stock",
    "Stock",
    (text("Item", "item"), number("Quantity", "quantity"), text("Unit", "unit")),
    key=("item",),
    owner=Owner.PYTHON,
)
COUNTS = Table("stock", "Stock", STOCK.columns, key=("item",), owner=Owner.USER)
"""The same table, but the user's."""

HEADER: list[Any] = ["Item", "Quantity", "Unit"]
TWO: list[list[Any]] = [HEADER, ["A", 1.0, "EA"], ["B", 2.0, "EA"]]
THREE: list[list[Any]] = [HEADER, ["A", 10.0, "EA"], ["AA", 15.0, "EA"], ["B", 20.0, "EA"]]


@pytest.fixture
def stock(tmp_path: Path) -> Callable[..., Path]:
    """A function that makes a workbook with table tblStock in B4:D6, two rows, and what else is drawn on it."""

    def make(
        extra: Callable[[Any, Any], None] | None = None, rows: list[list[Any]] | None = TWO, **options: Any
    ) -> Path:
        path = tmp_path / "stock.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Stock")
            if rows:
                write_table(sheet, STOCK, rows, {}, **options)
            if extra:
                extra(book, sheet)
        return path

    return make


def written(path: Path, rows: list[list[Any]], table: Table = STOCK) -> tuple[Worksheet, list[OrphanCell]]:
    """Write the table, and return its sheet as openpyxl reads the file's formulas, and the orphans."""
    workbook = FileWorkbook(path)
    orphans = workbook.write_cells(table, rows)
    workbook.commit()
    assert workbook.read_cells(table).rows == FileWorkbook(path).read_cells(table).rows
    return formulas_of(path)["Stock"], orphans


def block(sheet: Worksheet, area: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet[area]]


def test_the_addresses_are_those_of_the_sheet(stock: Callable[..., Path]) -> None:
    cells = FileWorkbook(stock()).read_cells(STOCK)
    assert (cells.sheet, cells.top, cells.left) == ("Stock", 4, 2)
    assert cells.address(1, 1) == "C5"


def test_a_table_grows_and_shrinks_with_its_extent(stock: Callable[..., Path]) -> None:
    path = stock()
    sheet, _ = written(path, THREE)
    assert sheet.tables["tblStock"].ref == "B4:D7"
    assert sheet.tables["tblStock"].autoFilter.ref == "B4:D7"
    assert sheet.dimensions == "B4:D7"
    sheet, _ = written(path, [HEADER])
    assert sheet.tables["tblStock"].ref == "B4:D5"
    assert sheet.dimensions == "B4:D4"


def test_a_table_is_found_on_a_renamed_sheet_wherever_it_stands(stock: Callable[..., Path]) -> None:
    path = stock(top=99, left=40)
    rewritten(path, {"xl/workbook.xml": lambda xml: xml.replace('name="Stock"', 'name="Müller &amp; Söhne"')})
    workbook = FileWorkbook(path)
    workbook.write_cells(STOCK, THREE)
    workbook.commit()
    cells = workbook.read_cells(STOCK)
    assert cells.rows == THREE
    assert (cells.sheet, cells.address(0, 0)) == ("Müller & Söhne", "AO100")


def test_no_room_below_is_refused_and_the_cell_named(stock: Callable[..., Path]) -> None:
    path = stock(lambda _, sheet: sheet.write("C7", "Counted by Ann"))
    before = path.read_bytes()
    workbook = FileWorkbook(path)
    with pytest.raises(WorkbookError, match=r"Stock!C7: the cell is in use, .* needs 1 more rows there\. Move it to"):
        workbook.write_cells(STOCK, THREE)
    with pytest.raises(WorkbookError, match="If it is a row of the table, drag the table's corner over it; else move"):
        workbook.write_cells(COUNTS, THREE)
    workbook.commit()
    assert path.read_bytes() == before
    sheet, _ = written(path, TWO)
    assert sheet["C7"].value == "Counted by Ann"


def test_no_room_because_of_another_table_or_merged_cells(stock: Callable[..., Path]) -> None:
    def second_table(_: Any, sheet: Any) -> None:
        sheet.add_table("B7:C9", {"name": "Mine"})

    with pytest.raises(WorkbookError, match=r"Stock!B7:C9"):
        FileWorkbook(stock(second_table)).write_cells(STOCK, THREE)
    with pytest.raises(WorkbookError, match=r"Stock!D7:E7"):
        FileWorkbook(stock(lambda _, sheet: sheet.merge_range("D7:E7", None))).write_cells(STOCK, THREE)


def test_what_stands_around_stays(stock: Callable[..., Path]) -> None:
    def around(_: Any, sheet: Any) -> None:
        for cell in ("A1", "D2", "A5", "A6", "B9", "D12", "H12"):
            sheet.write(cell, f"mine {cell}")

    path = stock(around)
    for rows in (THREE, [HEADER], TWO):
        sheet, orphans = written(path, rows)
        assert orphans == []
        assert {c: sheet[c].value for c in ("A1", "D2", "A5", "A6", "B9", "D12", "H12")} == {
            c: f"mine {c}" for c in ("A1", "D2", "A5", "A6", "B9", "D12", "H12")
        }


def test_cells_beside_follow_their_key(stock: Callable[..., Path]) -> None:
    def beside(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True, "num_format": "0.0"})
        sheet.write_formula("F5", "=C5*2+$C$4", bold, 5)
        sheet.write_formula("F6", "=C6*2+Other!C6", bold, 6)
        sheet.write("H6", "ask Bo", bold)
        book.add_worksheet("Other")

    path = stock(beside)
    sheet, orphans = written(path, THREE)
    assert block(sheet, "F5:H7") == [["=C5*2+$C$4", None, None], [None] * 3, ["=C7*2+Other!C7", None, "ask Bo"]]
    assert sheet["F7"].number_format == "0.0"
    assert sheet["H7"].font.bold
    assert orphans == []
    sheet, orphans = written(path, [HEADER, ["A", 1.0, "EA"]])
    assert orphans == [OrphanCell("B", "F", "=C7*2+Other!C7"), OrphanCell("B", "H", "ask Bo")]
    assert block(sheet, "F5:H7") == [["=C5*2+$C$4", None, None], [None] * 3, [None] * 3]


def test_a_cell_that_would_come_to_stand_on_another_is_refused(stock: Callable[..., Path]) -> None:
    def beside(_: Any, sheet: Any) -> None:
        sheet.write("F6", "B's note")
        sheet.write("F7", "the user's total")

    path = stock(beside)
    with pytest.raises(WorkbookError, match=r"Stock!F7: the cell is in use"):
        FileWorkbook(path).write_cells(STOCK, THREE)
    sheet, _ = written(path, [HEADER, ["B", 2.0, "EA"]])
    assert (sheet["F5"].value, sheet["F7"].value) == ("B's note", "the user's total")


def test_cells_beyond_the_next_table_are_not_ours(stock: Callable[..., Path]) -> None:
    def second_table(_: Any, sheet: Any) -> None:
        sheet.write("E6", "B's")
        sheet.add_table("F4:G6", {"name": "Mine"})
        sheet.write_column("F5", [1, 2])
        sheet.write("I6", "row 6's")

    sheet, _ = written(stock(second_table), THREE)
    assert (sheet["E7"].value, sheet["F6"].value, sheet["I6"].value) == ("B's", 2, "row 6's")
    assert sheet["E6"].value is None


def test_cells_beside_a_blank_row_stay(stock: Callable[..., Path]) -> None:
    sheet, orphans = written(stock(lambda _, sheet: sheet.write("F5", "legend"), [HEADER]), TWO)
    assert (sheet["F5"].value, orphans) == ("legend", [])


def test_a_block_filled_by_one_formula_stays(stock: Callable[..., Path]) -> None:
    def spill(_: Any, sheet: Any) -> None:
        sheet.write_array_formula("F5:F6", "{=C5:C6*2}", None, 2)
        sheet.write("G6", "B's")

    sheet, orphans = written(stock(spill), THREE)
    assert (sheet["F5"].value.ref, sheet["F5"].value.text, sheet["G7"].value) == ("F5:F6", "=C5:C6*2", "B's")
    assert orphans == []


OWN = ["Item", "Double", "Quantity", "Unit"]


@pytest.mark.parametrize("formula", ["=tblStock[[#This Row],[Quantity]]*2", "=D5*2"])
def test_a_calculated_column_of_the_users_is_filled(stock: Callable[..., Path], formula: str) -> None:
    def own(_: Any, sheet: Any) -> None:
        sheet.add_table("B4:E6", {"name": "tblStock", "columns": [{"header": h} for h in OWN]})
        for row, item in ((5, "A"), (6, "B")):
            sheet.write_row(f"B{row}", [item, None, 1, "EA"])
            sheet.write_formula(f"C{row}", formula.replace("D5", f"D{row}"), None, 2)

    path = stock(own, rows=None)
    sheet, _ = written(path, THREE)
    wanted = [formula.replace("D5", f"D{row}") for row in (5, 6, 7)]
    assert [sheet[f"C{row}"].value for row in (5, 6, 7)] == wanted
    assert FileWorkbook(path).uncalculated(STOCK) == ["C5", "C6", "C7"]


def test_shared_formulas_of_the_users_are_written_out(stock: Callable[..., Path]) -> None:
    def own(_: Any, sheet: Any) -> None:
        sheet.write_formula("F5", "=C5*2", None, 2)
        sheet.write_formula("F6", "=C6*2", None, 4)

    path = stock(own)
    shared = '<c r="F5"><f t="shared" ref="F5:F6" si="0">C5*2</f><v>2</v></c>'
    child = '<c r="F6"><f t="shared" si="0"/><v>4</v></c>'
    rewritten(
        path,
        {
            "xl/worksheets/sheet1.xml": lambda xml: xml.replace('<c r="F5"><f>C5*2</f><v>2</v></c>', shared).replace(
                '<c r="F6"><f>C6*2</f><v>4</v></c>', child
            )
        },
    )
    assert 't="shared" si="0"/>' in parts(path)["xl/worksheets/sheet1.xml"].decode()
    sheet, _ = written(path, [HEADER, ["B", 2.0, "EA"], ["A", 1.0, "EA"]])
    assert block(sheet, "F5:F6") == [["=C5*2"], ["=C6*2"]]


def test_a_totals_row_moves_with_the_end(stock: Callable[..., Path]) -> None:
    def totals(_: Any, sheet: Any) -> None:
        columns = [{"header": "Item", "total_string": "All"}, {"header": "Quantity", "total_function": "sum"}]
        options = {"name": "tblStock", "total_row": True, "columns": [*columns, {"header": "Unit"}]}
        sheet.add_table("B4:D7", options)
        sheet.write_row("B5", ["A", 1.0, "EA"])
        sheet.write_row("B6", ["B", 2.0, "EA"])

    path = stock(totals, rows=None)
    for rows, last in ((THREE, 8), ([HEADER], 6), (TWO, 7)):
        sheet, _ = written(path, rows)
        table = sheet.tables["tblStock"]
        assert (table.ref, table.autoFilter.ref) == (f"B4:D{last}", f"B4:D{last - 1}")
        assert block(sheet, f"B{last}:C{last + 1}") == [["All", "=SUBTOTAL(109,[Quantity])"], [None, None]]


def test_new_rows_look_like_the_first(stock: Callable[..., Path]) -> None:
    def look(book: Any, sheet: Any) -> None:
        sheet.set_row(4, 30)
        sheet.write("C5", 1.0, book.add_format({"num_format": "0.000", "locked": False}))

    sheet, _ = written(stock(look), THREE)
    own_look_of_b = "General"
    assert [sheet[f"C{row}"].number_format for row in (5, 6, 7)] == ["0.000", "0.000", own_look_of_b]
    assert sheet.row_dimensions[7].height == 30


def test_a_result_the_user_marked_keeps_its_mark(stock: Callable[..., Path]) -> None:
    def mark(book: Any, sheet: Any) -> None:
        sheet.write("C6", 2.0, book.add_format({"bg_color": "#FFFF00"}))

    sheet, _ = written(stock(mark), THREE)
    assert [sheet[f"C{row}"].fill.fgColor.rgb for row in (5, 6, 7)] == ["00000000", "00000000", "FFFFFF00"]


def test_a_filter_that_no_longer_fits_is_taken_off(stock: Callable[..., Path]) -> None:
    path = stock(lambda _, sheet: sheet.set_row(5, None, None, {"hidden": True}))

    def filtered(xml: str) -> str:
        column = '><filterColumn colId="0"><filters><filter val="A"/></filters></filterColumn></autoFilter>'
        return re.sub(r'(<autoFilter ref="[^"]+")/>', rf"\1{column}", xml)

    rewritten(path, {r"xl/tables/table1\.xml": filtered})
    assert formulas_of(path)["Stock"].tables["tblStock"].autoFilter.filterColumn
    same_rows, _ = written(path, [HEADER, ["A", 1.0, "EA"], ["B", 3.0, "EA"]], COUNTS)
    assert same_rows.tables["tblStock"].autoFilter.filterColumn
    assert same_rows.row_dimensions[6].hidden
    sheet, _ = written(path, THREE)
    assert not sheet.tables["tblStock"].autoFilter.filterColumn
    assert [row for row in (5, 6, 7) if sheet.row_dimensions[row].hidden] == []


def test_what_a_shorter_table_leaves_of_looks(stock: Callable[..., Path]) -> None:
    def look(book: Any, sheet: Any) -> None:
        sheet.write("C6", 2.0, book.add_format({"num_format": "0.000"}))

    sheet, _ = written(stock(look), [HEADER, ["A", 1.0, "EA"]], COUNTS)
    assert (sheet["C6"].value, sheet["C6"].number_format) == (None, "0.000")
    sheet, _ = written(stock(look), [HEADER, ["A", 1.0, "EA"]], STOCK)
    assert (sheet["C6"].value, sheet["C6"].number_format) == (None, "General")


def test_an_input_that_does_not_change_keeps_its_formula(tmp_path: Path) -> None:
    rows: list[list[Any]] = [ORDERS_HEADER, ["A", 7.0, None, None, "{=3+4}"], ["B", "{=3+4}", None, None, 1.0]]
    path = by_xlsxwriter(tmp_path / "orders.xlsx", orders=rows)
    workbook = FileWorkbook(path)
    new: list[list[Any]] = [
        ORDERS_HEADER,
        ["A0", 1.0, None, None, None],
        ["A", 7.0, None, None, 7.0],
        ["B", 9.0, None, None, 1.0],
    ]
    assert workbook.write_cells(ORDERS, new) == [OrphanCell("B", "Quantity", "=3+4")]
    workbook.commit()
    sheet = formulas_of(path)["Orders"]
    assert [sheet["F6"].value, sheet["C7"].value, sheet["F7"].value] == ["=3+4", 9, 1]


def test_rules_and_names_that_span_the_body_move_with_its_end(stock: Callable[..., Path]) -> None:
    def rules(book: Any, sheet: Any) -> None:
        sheet.data_validation("C5:C6", {"validate": "decimal", "criteria": ">=", "value": 0})
        sheet.data_validation("C5:C5", {"validate": "decimal", "criteria": ">=", "value": 1})
        sheet.conditional_format("B5:D6", {"type": "no_blanks"})
        sheet.conditional_format("C5:C6", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("C5:C60", {"type": "blanks"})
        sheet.print_area("A1:D6")
        book.define_name("Quantities", "=Stock!$C$5:$C$6")
        book.define_name("WithHeader", "=Stock!$C$4:$C$6")
        book.define_name("First", "=Stock!$C$5")
        book.define_name("Elsewhere", "=Stock!$F$5:$F$6")

    path = stock(rules)
    written(path, THREE)
    xml = parts(path)["xl/worksheets/sheet1.xml"].decode()
    areas = re.findall(r'sqref="([^"]+)"|<xm:sqref>([^<]+)<', xml)
    assert sorted("".join(area) for area in areas)[:6] == ["B5:D7", "C5", "C5:C60", "C5:C7", "C5:C7", "C5:C7"]
    names = formulas_of(path)
    found = {name: names.defined_names[name].attr_text for name in names.defined_names}
    assert found == {
        "Quantities": "Stock!$C$5:$C$7",
        "WithHeader": "Stock!$C$4:$C$7",
        "First": "Stock!$C$5",
        "Elsewhere": "Stock!$F$5:$F$6",
    }
    assert names["Stock"].print_area == "'Stock'!$A$1:$D$7"


def test_a_print_area_that_leaves_out_columns_of_the_table_moves_too(stock: Callable[..., Path]) -> None:
    path = stock(lambda book, sheet: sheet.print_area("A1:C6"))
    written(path, THREE)
    assert formulas_of(path)["Stock"].print_area == "'Stock'!$A$1:$C$7"


GRID = Table(
    "grid",
    "Grid",
    (text("Label", "label"), number("January", "m1"), text("Kind", "kind"), text("Item", "item")),
    key=("kind", "item"),
    owner=Owner.PYTHON,
    blank_key=("item",),
    view=True,
)


def test_a_view_takes_the_looks_of_its_rows_by_kind(tmp_path: Path) -> None:
    path = tmp_path / "grid.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, looks = book.add_worksheet("Grid"), book.add_worksheet("Row styles")
        sheet.add_table(
            "A3:D3", {"name": "tblGrid", "header_row": False, "columns": [{"header": h} for h in GRID.headers]}
        )
        for row, (kind, form) in enumerate({"total": "0.0", "item": "0.00"}.items(), 5):
            looks.set_row(row - 1, 6 * row, None, {"level": row - 5})
            looks.write_row(f"A{row}", ["", 0, "", ""], book.add_format({"num_format": form}))
            book.define_name(f"sop_row_{kind}", f"='Row styles'!$A${row}:$D${row}")
    workbook = FileWorkbook(path)
    assert workbook.read_cells(GRID).rows == [list(GRID.headers)]
    rows: list[list[Any]] = [
        list(GRID.headers),
        ["All", 3.0, "total", None],
        ["A", 1.0, "item", "A"],
        ["B", 2.0, "item", "B"],
    ]
    workbook.write_cells(GRID, rows)
    workbook.commit()
    cells = workbook.read_cells(GRID)
    assert (cells.rows, cells.top, cells.address(1, 0)) == (rows, 2, "A3")
    sheet = formulas_of(path)["Grid"]
    assert [sheet[f"B{row}"].number_format for row in (3, 4, 5)] == ["0.0", "0.00", "0.00"]
    assert [sheet.row_dimensions[row].height for row in (3, 4, 5)] == [30, 36, 36]
    assert [sheet.row_dimensions[row].outlineLevel for row in (3, 4, 5)] == [0, 1, 1]
    assert sheet.sheet_format.outlineLevelRow == 1
    workbook.write_cells(GRID, rows[:2])
    workbook.commit()
    sheet = formulas_of(path)["Grid"]
    assert [sheet.row_dimensions[row].height for row in (3, 4, 5)] == [30, None, None]
