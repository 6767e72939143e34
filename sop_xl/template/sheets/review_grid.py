"""What the sheets Demand review and Supply review share: a grid whose rows Python lays out, and its trends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.cells import Formula
from sop_xl.schema.views import FIRST_ROW
from sop_xl.template.parts import QUARTERS, print_page, protect, time_header, write
from sop_xl.template.row_styles import height, row_looks, row_options
from sop_xl.template.style import BAD, GOOD, TREND, WARN

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.schema import Table
    from sop_xl.template.book import Book

HEADER = FIRST_ROW - 4
"""Row of the band names, from 0; months and texture strip follow, then the grid."""
LAST_ROW, LAST_TREND = 20_000, 4000
"""Rules and trends reach this far down, in row numbers; formats that the rows bring themselves have no end."""
REASON = 26
SIGN_INKS = {"▲": BAD, "►": GOOD, "●": WARN}


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


def add_header(
    book: Book,
    sheet: Worksheet,
    table: Table,
    texts: tuple[str, ...],
    *,
    start: str,
    last: tuple[str, str],
    note: str,
    signs: str,
) -> None:
    """Write bands and headers above a grid, and the sentence on its left.

    Args:
        book: the workbook in the making.
        sheet: the grid's.
        table: the grid.
        texts: headers of columns A to G.
        start: name of the first open month.
        last: band and header of the column before the reasons.
        note: formula of the sentence.
        signs: those it may begin with, which give it their colour.
    """
    time_header(book, sheet, HEADER, texts, start=start)
    band, header = book.style("Band"), book.style("Header", align="right")
    for column in range(QUARTERS, REASON + 1):
        sheet.write_blank(HEADER, column, None, band)
        sheet.write_blank(HEADER + 1, column, None, book.style("Plain"))
    sheet.write_string(HEADER, QUARTERS, "Next 12 to", band)
    write(sheet, HEADER + 1, QUARTERS, f'=INDEX(sop_months,MONTH(EDATE({start},-1)))&" cycle"', header)
    if last[0]:
        sheet.write_string(HEADER, QUARTERS + 1, last[0], band)
    sheet.write_string(HEADER + 1, QUARTERS + 1, last[1], header)
    sheet.write_string(HEADER + 1, REASON, "Reason", book.style("Header", align="left", indent=1))
    quiet = book.style("Note", bottom=1)
    for column, words in enumerate(table.headers[REASON + 2 :], start=REASON + 2):
        sheet.write_string(HEADER + 1, column, words, quiet)
    sheet.write_string(HEADER, REASON + 2, "Read by formulas and by the next run", band)
    write(sheet, HEADER, 0, note, band)
    for sign in signs:
        rule = {"type": "text", "criteria": "begins with", "value": sign}
        look = book.look(font_color=SIGN_INKS[sign], bold=True)
        sheet.conditional_format(HEADER, 0, HEADER, 0, {**rule, "format": look})


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
