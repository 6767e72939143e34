"""Blocks of the sheet Chart data: the rows behind a view's charts, each under a heading of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from sop_xl.template.names import SHEET
from sop_xl.template.parts import section, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

LAST = 15


class Block:
    """Rows of figures on Chart data, the series names in column A and the figures from B on."""

    def __init__(self, book: Book, row: int, title: str, heads: Sequence[str], *, number: str | None = None) -> None:
        """Start a block at `row` (from 0) with its heading and a row of heads: text, formulas or months."""
        self._book = book
        self._sheet = book.sheet(SHEET, "system")
        self.heads = row + 1
        self.next = row + 2
        for taken in (row, self.heads):
            book.claim(taken, title)
        section(book, self._sheet, row, title, LAST)
        for column, words in enumerate(heads):
            write(self._sheet, self.heads, 1 + column, words, book.style("Header", number, align="right"))

    def add(self, name: str, figures: Sequence[str | None], number: str = "general") -> int:
        """Write a series, a text or formula for each figure, None for a gap, and return its row."""
        row = self.next
        self._book.claim(row, name)
        write(self._sheet, row, 0, name, self._book.style("Label"))
        for column, figure in enumerate(figures):
            write(self._sheet, row, 1 + column, figure, self._book.style("Calc", number))
        self.next += 1
        return row

    def series(self, row: int, count: int, **look: Any) -> dict[str, Any]:
        """Return the chart series of that row: its name, the heads as categories, and how it looks."""
        return {
            "name": [SHEET, row, 0],
            "categories": [SHEET, self.heads, 1, self.heads, count],
            "values": [SHEET, row, 1, row, count],
            **look,
        }


class Ranking:
    """Names ordered by a figure of theirs, largest first; equal ones in the order given."""

    def __init__(
        self, book: Book, row: int, title: str, names: Sequence[str], figure: Callable[[str], str], head: str
    ) -> None:
        """List `names`, formulas, with the figure of each, and its rank; a figure below zero has none.

        Args:
            book: the workbook.
            row: row of the block's heading on Chart data, from 0.
            title: the block's heading.
            names: a formula for each name; "" where there is none.
            figure: formula, with `=`, of a name's figure from the cell that holds the name; never text.
            head: what the figure is.
        """
        block = Block(book, row, title, (head, "Rank"))
        self._first, self._last = block.next, block.next + len(names) - 1
        figures = span(self._first, self._last, 1)
        for name in names:
            mine, above = at(block.next, 1), span(self._first - 1, block.next - 1, 1)
            rank = f"1+SUMPRODUCT(({figures}>{mine})+0)+SUMPRODUCT(({above}={mine})+0)"
            block.add(name, (figure(at(block.next, 0)), f'=IF({mine}<0,"",{rank})'))
        self.next = block.next

    def name(self, k: int) -> str:
        """Return the formula of the name with rank `k`; "" where there is none."""
        names, ranks = (span(self._first, self._last, column) for column in (0, 2))
        return f'=IFERROR(INDEX({names},MATCH({k},{ranks},0)),"")'


def family(k: int) -> str:
    """Return the formula of the family with rank `k` in tblFamilies; "" where there is none."""
    return f'=IFERROR(INDEX(tblFamilies[Family],MATCH({k},tblFamilies[Rank],0))&"","")'


def largest(book: Book, row: int, title: str, column: str, count: int) -> list[tuple[str, str]]:
    """List the largest positive figures of a table column, as pairs of cells: the figure, and its row in the table.

    `column` is a structured reference. Equal figures come in the table's order; a place without one is "".
    """
    block = Block(book, row, title, ("Figure", "Row of table"))
    places = []
    for k in range(1, count + 1):
        figure, place = at(block.next, 1), at(block.next, 2)
        above, place_above = at(block.next - 1, 1), at(block.next - 1, 2)
        start = "1" if k == 1 else f"IF({above}={figure},{place_above}+1,1)"
        rest = f"INDEX({column},{start}):INDEX({column},ROWS({column}))"
        position = f'=IF({figure}="","",MATCH({figure},{rest},0)+{start}-1)'
        block.add(f"{k}", (f'=IF(COUNTIFS({column},">0")<{k},"",LARGE({column},{k}))', position))
        places.append((figure, place))
    return places


def ranked(book: Book, row: int, title: str, column: str, count: int) -> list[str]:
    """List where the ranks 1 to `count` stand in a table column, as cells; "" where a rank is not given."""
    block = Block(book, row, title, ("Row of table",))
    for k in range(1, count + 1):
        block.add(f"{k}", (f'=IFERROR(MATCH({k},{column},0),"")',))
    return [at(block.next - count + k, 1) for k in range(count)]


def chart_titles(book: Book, sheet: Worksheet, row: int, column: int, title: str, subtitle: str) -> None:
    """Write a chart's finding and, one row below, its unit and what is solid, hatched and outlined."""
    write(sheet, row, column, title, book.style("ChartTitle"))
    write(sheet, row + 1, column, subtitle, book.style("ChartSub"))


def at(row: int, column: int) -> str:
    """Return the absolute reference of a cell of Chart data, rows and columns from 0."""
    return f"'{SHEET}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


def span(row: int, last: int, column: int) -> str:
    """Return the absolute reference of the rows `row` to `last` of one column of Chart data."""
    return f"{at(row, column)}:{xl_rowcol_to_cell(last, column, row_abs=True, col_abs=True)}"


def across(row: int, count: int, first: int = 0) -> str:
    """Return the range of a row's figures on Chart data, `count` of them from number `first` (from 0)."""
    return f"{at(row, 1 + first)}:{xl_rowcol_to_cell(row, first + count, row_abs=True, col_abs=True)}"
