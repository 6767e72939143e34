"""The lists of the view Events & launches: what history tells about events and prices, and what it was corrected by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.parts import LAST, section, write
from sop_xl.template.ranked_list import ListColumn, RankedList
from sop_xl.template.words import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

INFLUENCES = 10
"""Influences listed."""
_TABLE = "tblInfluences"
_KINDS = (
    ("Outliers put right", ("outlier*",), "neighbours and season took their place"),
    ("Stock-outs filled in", ("*stock-out*",), "demand that could not be served; never lowered"),
    ("Past events taken out", ("event*",), "so that the forecast does not expect them again"),
    ("Unusual, used as booked", ("unusual*",), "history too short to know its season; look, and decide"),
    ("New level, used as booked", ("*level shift",), "the forecast follows; if it will not last, enter an event"),
    ("Your word", ("kept as booked", "planner*"), "rows of the sheet History edits"),
)
HISTORY_ROWS = len(_KINDS)


def list_influences(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List the influences by rank, below the section on row `bar`; `data`: row on Chart data."""
    total = f"COUNT({_TABLE}[Rank])"
    told = f'COUNTIFS({_TABLE}[Verdict],"told")'
    RankedList(_TABLE, "Rank", INFLUENCES, LAST, _influence_columns()).write(
        book,
        sheet,
        bar=bar,
        data=data,
        title="EVENTS: WHAT HISTORY TELLS",
        note="an effect whose 95 % range includes none adds nothing",
        words=f'="WHAT HISTORY TELLS:  "&IF({total}=0,"NOTHING ASKED",{told}&" OF "&{total}&" EFFECTS")',
    )


def _influence_columns() -> tuple[ListColumn, ...]:
    def unit(get: Callable[[str], str]) -> str:
        return f'IF({get("Effect")}="","",IF({get("Kind")}="event","% of demand","% for 1 %"))'

    def figure(at: int, head: str, header: str, **more: Any) -> ListColumn:
        look = "count" if header == "Months" else "one_decimal"
        return ListColumn(at, head, lambda get: f'IF({get(header)}="","",{get(header)})', look, tuple(more.items()))

    return (
        ListColumn(0, "Event, or item of a price", lambda get: cut(get("Name"), 27)),
        ListColumn(1, "Kind", lambda get: f'{get("Kind")}&""'),
        figure(3, "Seen", "Months"),
        figure(5, "Effect", "Effect", bold=True),
        figure(7, "± error", "Standard error"),
        figure(8, "From", "Low 95"),
        figure(9, "To", "High 95"),
        ListColumn(10, "Unit", unit, more=(("indent", 1),)),
        ListColumn(12, "Verdict", lambda get: f'IF({get("Verdict")}="told","● told","○ cannot tell")'),
        ListColumn(14, "Why", lambda get: cut(get("Reason"), 66)),
        ListColumn(21, "What the plan does", lambda get: cut(get("Used"), 58)),
    )


def list_history(book: Book, sheet: Worksheet, *, bar: int) -> None:
    """Count what is not used as booked, by kind, below the section on row `bar`."""
    months = "COUNTA(tblHistoryChanges[Kind])-COUNTBLANK(tblHistoryChanges[Kind])"
    section(book, sheet, bar, "HISTORY THAT IS CORRECTED OR NAMED", LAST)
    note = f'=IF({months}<=0,"","every month on the sheet History changes; reject one on History edits")'
    write(sheet, bar, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    for row, (label, patterns, words) in enumerate(_KINDS, start=bar + 1):
        sheet.set_row_pixels(row, 17)
        for column in range(LAST + 1):
            write(sheet, row, column, None, book.style("Label"))
        count = "+".join(f'COUNTIFS(tblHistoryChanges[Kind],"{pattern}")' for pattern in patterns)
        units = "+".join(
            f'SUMIFS(tblHistoryChanges[Difference],tblHistoryChanges[Kind],"{pattern}")' for pattern in patterns
        )
        write(sheet, row, 0, label, book.style("Label_1"))
        write(sheet, row, 5, f"={count}", book.style("Calc", "count", bold=True))
        write(sheet, row, 7, f'=IF(({count})=1,"month","months")', book.style("Unit"))
        write(sheet, row, 9, f'=IF(({count})=0,"",{units})', book.style("Calc", "delta"))
        write(sheet, row, 10, "units", book.style("Unit"))
        write(sheet, row, 12, words, book.style("CalcText"))
