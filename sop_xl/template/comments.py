"""Comments on numbers, live from the table `notes`: a mark in the row they are about, and their words at the foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.template.parts import section, write
from sop_xl.template.style import SLATE
from sop_xl.template.words import cut, month_words, plural

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

MARK = " ►"
LISTED = 5
"""Comments that a view tells in words; how many more there are stands below."""
ROWS = LISTED + 2
"""Rows of the list: its bar, the comments, and how many more there are."""
LENGTH = 190
NOWHERE = 10**6


@dataclass(frozen=True)
class Comments:
    """The comments a view shows.

    Attributes:
        about: what they are about, as the table `notes` has it.
        start: the name of the first month that is shown; a comment without a month always is.
    """

    about: tuple[str, ...]
    start: str

    @property
    def shown(self) -> str:
        """The fragment that is 1 for each row of the table that the view shows."""
        about = "+".join(f'(tblNotes[About]="{name}")' for name in self.about)
        months = f'((tblNotes[Month]="")+(tblNotes[Month]>={self.start})>0)'
        return f'(({about})*{months}*(tblNotes[Comment]<>""))'

    def mark(self, key: str) -> str:
        """Return the fragment that is ` ►` where a comment is about `key`, a fragment; "" where none is."""
        return f'IF(SUMPRODUCT({self.shown}*(tblNotes[Key]={key}))>0,"{MARK}","")'


def write_comments(book: Book, sheet: Worksheet, row: int, found: Comments, last: int) -> None:
    """Write the bar and the first comments in the order of their table, one line each, from `row` on, `ROWS` rows."""
    section(book, sheet, row, "COMMENTS", last)
    look = book.style("Plain", font_size=9, font_color=SLATE)
    for k in range(1, LISTED + 1):
        write(sheet, row + k, 0, f'=IFERROR({_line(found, k)},"")', look)
    count = f"SUMPRODUCT({found.shown})"
    none = '"None on these figures. Write them on the sheet Notes."'
    more = f'{plural(f"({count}-{LISTED})", "more comment", "more comments")}&" on the sheet Notes"'
    write(sheet, row + LISTED + 1, 0, f'=IF({count}=0,{none},IF({count}>{LISTED},{more},""))', book.style("Note"))


def _line(found: Comments, k: int) -> str:
    """Return `► Net revenue, Mar 27 price: the fair moved (Ann)` of the view's comment number `k`, an error beyond."""
    number = "(ROW(tblNotes[Key])-ROW(INDEX(tblNotes[Key],1))+1)"
    place = f"SUMPRODUCT(SMALL({found.shown}*{number}+(1-{found.shown})*{NOWHERE},{k}))"

    def of(column: str) -> str:
        return f"INDEX(tblNotes[{column}],{place})"

    month = f'IF({of("Month")}="","",", "&{month_words(of("Month"))})'
    field = f'IF({of("Figure")}="",""," "&{of("Figure")})'
    author = f'IF({of("Author")}="",""," ("&{of("Author")}&")")'
    return f'"►  "&{of("Key")}&{month}&{field}&": "&{cut(of("Comment"), LENGTH)}&{author}'
