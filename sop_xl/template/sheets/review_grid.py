"""What the sheets Demand review and Supply review share: a grid whose rows Python lays out, and its trends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.cells import Formula
from sop_xl.schema.views import FIRST_ROW
from sop_xl.template.parts import print_page, protect, write
from sop_xl.template.row_styles import height, row_looks, row_options
from sop_xl.template.style import TREND

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.schema import Table
    from sop_xl.template.book import Book

HEADER = FIRST_ROW - 4
"""Row of the band names, from 0; months and texture strip follow, then the grid."""
LAST_ROW, LAST_TREND = 20_000, 4000
"""Rules and trends reach this far down, in row numbers; formats that the rows bring themselves have no end."""
REASON = 26


def write_rows(book: Book, sheet: Worksheet, table: Table, first: str) -> int:
    """Write the rows in `book.frames`, where there are any, as the file adapter would; return their number.

    An empty grid has one blank row, which looks like what will stand there: the conditional formats begin in it,
    so that the live adapter does not paste over it.

    Args:
        book: the workbook in the making.
        sheet: the grid's.
        table: the grid.
        first: the kind of its first row.
    """
    frame = book.frames.get(table.name)
    if frame is None:
        looks = row_looks(book, first)
        for column, field in enumerate(table.fields):
            sheet.write_blank(FIRST_ROW - 1, column, None, looks[field])
        sheet.set_row_pixels(FIRST_ROW - 1, height(first), None, row_options(first))
        return 0
    for row, cells in enumerate(frame.itertuples(index=False), start=FIRST_ROW - 1):
        looks = row_looks(book, cells.kind)
        for column, (field, cell) in enumerate(zip(table.fields, cells, strict=True)):
            if isinstance(cell, Formula):
                sheet.write_formula(row, column, f"={cell.text}", looks[field], cell.value)
            else:
                write(sheet, row, column, cell, looks[field])
        sheet.set_row_pixels(row, height(cells.kind), None, row_options(cells.kind))
    return len(frame)


def add_grid(sheet: Worksheet, table: Table, rows: int) -> None:
    """Declare the Excel table of a grid with that many rows."""
    columns = [{"header": header} for header in table.headers]
    options = {"header_row": False, "autofilter": False, "style": None, "name": table.excel_name}
    top = FIRST_ROW - 1
    sheet.add_table(top, 0, top + max(rows, 1) - 1, len(columns) - 1, {**options, "columns": columns})


def finish(sheet: Worksheet, name: str, rows: int) -> None:
    """Add trends, outline, panes, print area and protection."""
    _trends(sheet, name)
    sheet.outline_settings(True, False, True, False)
    sheet.outline_row_level = 2  # rows come later; without it Excel shows no outline buttons for them
    sheet.freeze_panes(FIRST_ROW - 1, 7)
    print_page(sheet, f"A1:AA{FIRST_ROW - 1 + max(rows, 1)}", repeat=(HEADER, FIRST_ROW - 2), one_page=False)
    protect(sheet)


def quantities_only(sheet: Worksheet, months: str) -> None:
    """Let an area take quantities only."""
    sheet.data_validation(
        months,
        {
            "validate": "decimal",
            "criteria": ">=",
            "value": 0,
            "ignore_blank": True,
            "error_title": "Not a quantity",
            "error_message": "Type a number of units, 0 or more. Empty the cell to take it back.",
        },
    )


def _trends(sheet: Worksheet, name: str) -> None:
    """Put a small chart of its own months into every row there may be: rows without figures show none."""
    rows = range(FIRST_ROW, LAST_TREND + 1)
    sheet.add_sparkline(
        FIRST_ROW - 1,
        2,
        {
            "location": [f"C{row}" for row in rows],
            "range": [f"'{name}'!H{row}:V{row}" for row in rows],
            "type": "column",
            "series_color": TREND,
            "min": 0,
            "show_hidden": True,
        },
    )
