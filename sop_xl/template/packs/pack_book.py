"""A workbook that goes out: no macros, no links, nothing hidden, and a team's name as its author."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from sop_xl.schema.table import Kind
from sop_xl.share.grid import is_figure, number_format
from sop_xl.template.book import StyledBook, workbook_options
from sop_xl.template.parts import print_page
from sop_xl.template.style import TAB

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.schema.table import Column
    from sop_xl.share.form import Plain
    from sop_xl.share.grid import Grid

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a text may begin with that a program could take for a formula once a reader touches the cell."""
HEAD_ROWS = 4
GRID_ROW = 6
"""Row of a grid's header, from 0."""


class PackBook(StyledBook):
    """A workbook under construction whose cells are written by kind, text always as text."""

    def __init__(self, title: str, author: str, created: dt.datetime) -> None:
        """Start an empty workbook.

        Args:
            title: what it is, for its properties.
            author: the team's name, which stands in its properties alone.
            created: when it was made.
        """
        self._bytes = BytesIO()
        super().__init__(xlsxwriter.Workbook(self._bytes, workbook_options()))
        self.book.set_properties({"title": title, "author": author, "created": created})

    def sheet(self, name: str, tab: str, widths: Sequence[int]) -> Worksheet:
        """Add a sheet with these widths in pixels, without gridlines."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_tab_color(TAB[tab])
        sheet.set_default_row(15)
        for column, pixels in enumerate(widths):
            sheet.set_column_pixels(column, column, pixels, self.style("Plain"))
        return sheet

    def head(self, sheet: Worksheet, title: str, subtitle: str, last: int) -> None:
        """Write what a sheet is and its scope, with a strip below; `last` is its last column, from 0."""
        for row, pixels in enumerate((36, 20, 4, 10)):
            sheet.set_row_pixels(row, pixels)
        self.text(sheet, 0, 0, title, "Title")
        self.text(sheet, 1, 0, subtitle, "Subtitle")
        for column in range(last + 1):
            sheet.write_blank(2, column, None, self.style("Strip"))

    def text(self, sheet: Worksheet, row: int, column: int, text: str, role: str, **extra: Any) -> None:
        """Write a text, which stays one even where it looks like a formula and is edited; an empty one is a blank."""
        if not text:
            sheet.write_blank(row, column, None, self.style(role, **extra))
            return
        more = {**extra, "quote_prefix": True} if text.startswith(FORMULA_STARTS) else extra
        sheet.write_string(row, column, text, self.style(role, **more))

    def value(
        self, sheet: Worksheet, row: int, column: int, value: Plain, kind: Column, role: str, **extra: Any
    ) -> None:
        """Write a plain value as its column has it: a blank, a number, a month, a day or a text."""
        style = self.figure(kind, role, **extra)
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif kind.kind in (Kind.MONTH, Kind.DATE):
            sheet.write_datetime(row, column, as_date(str(value)), style)
        elif isinstance(value, bool):
            sheet.write_string(row, column, "yes" if value else "no", style)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, style)
        elif value.startswith(FORMULA_STARTS):
            sheet.write_string(row, column, value, self.figure(kind, role, quote_prefix=True, **extra))
        else:
            sheet.write_string(row, column, value, style)

    def figure(self, kind: Column, role: str, *, number: str = "", **extra: Any) -> Format:
        """Return the format of a column's cells: figures stand right, text left; `number` names another format."""
        look = number or number_format(kind)
        if is_figure(kind):
            return self.style(role, look, **extra)
        return self.style(role, look, align="left", **extra)

    def after_figure(self, columns: Sequence[Column], position: int) -> dict[str, int]:
        """Return the indent of a text column that follows figures, lest the two run into one."""
        follows = position > 0 and is_figure(columns[position - 1]) and not is_figure(columns[position])
        return {"indent": 1} if follows else {}

    def footer(self, sheet: Worksheet, words: str) -> None:
        """Print landscape, one page wide, with these words at the foot; `&` would be a code there."""
        print_page(sheet, "", one_page=False)
        sheet.set_footer(f"&L&8{words.replace('&', '+')}&C&8Confidential&R&8Page &P of &N", {"margin": 0.25})

    def finish(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self._bytes.getvalue()


def as_date(text: str) -> dt.datetime:
    """Return the date of a month `2026-11`, its first day, or of a day `2026-11-25`."""
    return dt.datetime.fromisoformat(text if len(text) > 7 else f"{text}-01")


def write_grid(book: PackBook, grid: Grid, footer: str) -> Worksheet:
    """Add a sheet that shows a grid, its sums by formula; return it."""
    last = max(len(grid.columns) - 1, 3)
    sheet = book.sheet(grid.name, "view", [_width(grid, k) for k in range(len(grid.columns))])
    book.head(sheet, grid.title, grid.subtitle, last)
    for k, column in enumerate(grid.columns):
        side = "right" if is_figure(column) else "left"
        more = book.after_figure(grid.columns, k)
        book.text(sheet, GRID_ROW - 1, k, column.unit if is_figure(column) else "", "Band", align=side)
        book.text(sheet, GRID_ROW, k, column.header, "Header", align=side, **more)
    widths = [_width(grid, k) for k in range(len(grid.columns))]
    for offset, row in enumerate(grid.rows, 1):
        lines = max(_lines(value, width) for value, width in zip(row, widths, strict=True))
        wrap = {"text_wrap": True} if lines > 1 else {}
        if lines > 1:
            sheet.set_row_pixels(GRID_ROW + offset, 18 * lines + 2)
        for k, (column, value) in enumerate(zip(grid.columns, row, strict=True)):
            role = "Calc" if is_figure(column) else "Label"
            more = {**book.after_figure(grid.columns, k), **({} if is_figure(column) else wrap)}
            book.value(sheet, GRID_ROW + offset, k, value, column, role, **more)
    if grid.sums and grid.rows:
        _total(book, sheet, grid)
    sheet.freeze_panes(GRID_ROW + 1, 1)
    sheet.repeat_rows(GRID_ROW)
    book.footer(sheet, footer)
    return sheet


def _total(book: PackBook, sheet: Worksheet, grid: Grid) -> None:
    first, last = GRID_ROW + 1, GRID_ROW + len(grid.rows)
    for k, column in enumerate(grid.columns):
        if k in grid.sums:
            letters = xlsxwriter.utility.xl_col_to_name(k)
            total = sum(value for row in grid.rows if isinstance(value := row[k], float))
            formula = f"=SUM({letters}{first + 1}:{letters}{last + 1})"
            sheet.write_formula(last + 1, k, formula, book.style("Output", number_format(column)), total)
        else:
            book.text(sheet, last + 1, k, "" if k else "Total", "OutputLabel")


def _lines(value: Plain, width: int) -> int:
    """Return how many lines a text takes in a column of that many pixels."""
    return -(-7 * len(value) // (width - 14)) if isinstance(value, str) else 1


def _width(grid: Grid, position: int) -> int:
    column = grid.columns[position]
    if is_figure(column):
        return max(76, 7 * len(column.header) + 10)
    texts = [str(row[position] or "") for row in grid.rows]
    return min(420, max(90, 7 * max(map(len, [column.header, *texts])) + 14))
