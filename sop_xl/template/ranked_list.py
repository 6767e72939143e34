"""A list of the rows of a result table that have a rank, with what each column shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import ranked
from sop_xl.template.parts import section, write
from sop_xl.template.rows import HAIR

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book


@dataclass(frozen=True)
class ListColumn:
    """One column of a list.

    Attributes:
        at: its column, from 0.
        head: what its header says.
        shows: gives the fragment of its content from what gives the fragment of a field by its header.
        number: name of the number format of a figure; empty: text, at the left.
        more: what its cells need beyond their role.
    """

    at: int
    head: str
    shows: Callable[[Callable[[str], str]], str]
    number: str = ""
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def side(self) -> dict[str, Any]:
        """How its header stands: as its cells do."""
        if self.number or ("align", "right") in self.more:
            return {"align": "right"}
        return {"align": "left", **{name: value for name, value in self.more if name == "indent"}}


@dataclass(frozen=True)
class RankedList:
    """A list on a view.

    Attributes:
        table, rank: the Excel table, and the header of its ranks.
        count: rows shown.
        last: last column of the view.
        columns: what is shown.
    """

    table: str
    rank: str
    count: int
    last: int
    columns: Sequence[ListColumn]

    def write(self, book: Book, sheet: Worksheet, *, bar: int, data: int, title: str, note: str, words: str) -> None:
        """Write the section bar on row `bar`, the heads, and the rows below.

        Args:
            book: the workbook.
            sheet: the view.
            bar: row of the section's bar, from 0.
            data: row of the block on Chart data.
            title: heading of that block.
            note: what stands at the right of the bar; text or formula.
            words: the bar's formula.
        """
        section(book, sheet, bar, words, self.last)
        write(sheet, bar, self.last, note, book.style("Section", align="right", bold=False, font_size=9))
        for blank in range(self.last + 1):
            write(sheet, bar + 1, blank, None, book.style("Header"))
        for column in self.columns:
            head = book.style("Header", text_wrap=False, **column.side)
            write(sheet, bar + 1, column.at, column.head, head)
        for row, place in enumerate(ranked(book, data, title, f"{self.table}[{self.rank}]", self.count), start=bar + 2):
            sheet.set_row_pixels(row, 17)
            for column in self.columns:
                self._cell(book, sheet, row, place, column)
        hair = {"type": "formula", "criteria": f'=$A{bar + 3}<>""', "format": book.look(**HAIR)}
        sheet.conditional_format(bar + 2, 0, bar + 1 + self.count, self.last, hair)

    def _cell(self, book: Book, sheet: Worksheet, row: int, place: str, column: ListColumn) -> None:
        content = column.shows(lambda header: f"INDEX({self.table}[{header}],{place})")
        more = dict(column.more)
        if column.number:
            look = book.style("Calc", column.number, bottom=0, **more)
        else:
            indent = {"indent": 1} if column.at == 0 else {}
            look = book.style("CalcText", bottom=0, **{**indent, **more})
        write(sheet, row, column.at, f'=IF({place}="","",{content})', look)


def named(get: Callable[[str], str], length: int, cut: Callable[[str, int], str]) -> str:
    """Return the fragment of an item's description, its code where it has none."""
    return cut(f'IF({get("Description")}="",{get("Item")},{get("Description")})', length)
