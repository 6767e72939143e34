"""The worst shortages of the plan, on the view Inventory & backlog: how much, when, why, and what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import ranked
from sop_xl.template.formulas import count_of
from sop_xl.template.parts import LAST, section, write
from sop_xl.template.rows import HAIR
from sop_xl.template.words import cut, money, month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHORTAGES = 22
_COLUMNS = (
    (0, "Item"),
    (2, "Code"),
    (4, "Market"),
    (7, "Month"),
    (8, "Units"),
    (9, "Kind"),
    (11, "Why"),
    (LAST, '="k"&sop_currency'),
)
"""The list of shortages on the columns of a time sheet: column and head."""
_KIND, _RIGHT = 9, (7, 8, LAST)


def list_shortages(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List the shortages that are worth most, below the section on row `bar`; `data`: row on Chart data."""
    values, ranks = "tblShortages[Value]", "tblShortages[Rank]"
    served = "(" + "+".join(count_of("tblShortages", ("Kind", kind)) for kind in ('"late"', '"lost"')) + ")"
    found = (
        f'"WORST SHORTAGES:  "&MIN({SHORTAGES},MAX({ranks}))&" of "&MAX({ranks})&"; "&{served}&'
        f'" late or lost in single markets, "&(COUNT({values})-{served})&" below target"'
    )
    calm = '"SHORTAGES"&IF(sop_planned=0,"",": NONE IN THE PLAN")'
    section(book, sheet, bar, f"=IF(COUNT({values})=0,{calm},{found})", LAST)
    total = f'=IF(COUNT({values})=0,"","together "&{money(f"SUM({values})")}&" "&sop_currency)'
    write(sheet, bar, LAST, total, book.style("Section", align="right", bold=False, font_size=9))
    for column in range(LAST + 1):
        write(sheet, bar + 1, column, None, book.style("Header"))
    for column, words in _COLUMNS:
        more: dict[str, Any] = {"align": "left", "text_wrap": False}
        more |= {"align": "right"} if column in _RIGHT else {"indent": 1} if column == _KIND else {}
        write(sheet, bar + 1, column, words, book.style("Header", **more))
    places = ranked(book, data, "INVENTORY: WORST SHORTAGES", ranks, SHORTAGES)
    for offset, place in enumerate(places, start=bar + 2):
        _shortage(book, sheet, offset, place)
    hair = {"type": "formula", "criteria": f'=$A{bar + 3}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(bar + 2, 0, bar + 1 + SHORTAGES, LAST, hair)


def _shortage(book: Book, sheet: Worksheet, row: int, place: str) -> None:
    sheet.set_row_pixels(row, 17)

    def cell(header: str) -> str:
        return f"INDEX(tblShortages[{header}],{place})"

    def shown(content: str) -> str:
        return f'=IF({place}="","",{content})'

    kind, markets = cell("Kind"), cell("Markets")
    one = f'IF({cell("Market")}="","all",{cell("Market")})'
    texts = {
        0: cut(f'IF({cell("Description")}="",{cell("Item")},{cell("Description")})', 38),
        2: cut(cell("Item"), 16),
        4: cut(f'IF({markets}>1,{markets}&" markets",{one})', 19),
        7: month_words(cell("Month")),
        9: f'IF({kind}="late","▲ served late",IF({kind}="lost","▲ lost sale","▼ below target"))',
        11: cut(_cause(cell("Reason")), 120),
    }
    for column, content in texts.items():
        side: dict[str, Any] = {"align": "right"} if column == 7 else {"indent": 1} if column in (0, _KIND) else {}
        write(sheet, row, column, shown(content), book.style("CalcText", bottom=0, **side))
    write(sheet, row, 8, shown(cell("Item quantity")), book.style("Calc", "units", bottom=0))
    write(sheet, row, LAST, shown(cell("Item value")), book.style("Calc", "thousands", bottom=0))


def _cause(reason: str) -> str:
    """Return the fragment of a reason without its last part, which counts the units of one market only."""
    last = f'(LEN({reason})-LEN(SUBSTITUTE({reason},"; ","")))/2'
    return f'IFERROR(LEFT({reason},FIND("|",SUBSTITUTE({reason},"; ","|",{last}))-1),{reason})'
