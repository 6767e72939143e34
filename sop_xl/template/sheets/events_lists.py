"""The lists of the view Events & launches: what history tells about events and prices, and what it was corrected by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import ranked
from sop_xl.template.parts import LAST, section, write
from sop_xl.template.rows import HAIR
from sop_xl.template.words import cut

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

INFLUENCES = 10
"""Influences listed."""
_HEADS = (
    (0, "Event, or item of a price"),
    (1, "Kind"),
    (3, "Seen"),
    (5, "Effect"),
    (7, "± error"),
    (8, "From"),
    (9, "To"),
    (10, "Unit"),
    (12, "Verdict"),
    (14, "Why"),
    (21, "What the plan does"),
)
_RIGHT = (3, 5, 7, 8, 9)
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
    total = "COUNT(tblInfluences[Rank])"
    told = 'COUNTIFS(tblInfluences[Verdict],"told")'
    words = f'="WHAT HISTORY TELLS:  "&IF({total}=0,"NOTHING ASKED",{told}&" OF "&{total}&" EFFECTS")'
    section(book, sheet, bar, words, LAST)
    note = "an effect whose 95 % range includes none adds nothing"
    write(sheet, bar, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    for column in range(LAST + 1):
        write(sheet, bar + 1, column, None, book.style("Header"))
    for column, head in _HEADS:
        more: dict[str, Any] = {"align": "right"} if column in _RIGHT else {"align": "left", "text_wrap": False}
        more |= {"indent": 1} if column == 10 else {}
        write(sheet, bar + 1, column, head, book.style("Header", **more))
    places = ranked(book, data, "EVENTS: WHAT HISTORY TELLS", "tblInfluences[Rank]", INFLUENCES)
    for row, place in enumerate(places, start=bar + 2):
        _influence(book, sheet, row, place)
    hair = {"type": "formula", "criteria": f'=$A{bar + 3}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(bar + 2, 0, bar + 1 + INFLUENCES, LAST, hair)


def _influence(book: Book, sheet: Worksheet, row: int, place: str) -> None:
    sheet.set_row_pixels(row, 17)

    def cell(header: str) -> str:
        return f"INDEX(tblInfluences[{header}],{place})"

    def shown(content: str) -> str:
        return f'=IF({place}="","",{content})'

    texts = {
        0: cut(cell("Name"), 27),
        1: f'{cell("Kind")}&""',
        10: f'IF({cell("Effect")}="","",IF({cell("Kind")}="event","% of demand","% for 1 %"))',
        12: f'IF({cell("Verdict")}="told","● told","○ cannot tell")',
        14: cut(cell("Reason"), 66),
        21: cut(cell("Used"), 58),
    }
    for column, content in texts.items():
        more: dict[str, Any] = {"indent": 1} if column in (0, 10) else {}
        write(sheet, row, column, shown(content), book.style("CalcText", bottom=0, **more))
    numbers = {3: "Months", 5: "Effect", 7: "Standard error", 8: "Low 95", 9: "High 95"}
    for column, header in numbers.items():
        value = shown(f'IF({cell(header)}="","",{cell(header)})')
        look = "count" if column == 3 else "one_decimal"
        write(sheet, row, column, value, book.style("Calc", look, bottom=0, bold=column == 5))


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
