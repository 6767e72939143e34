"""The worst shortages of the plan, on the view Inventory & backlog: how much, when, why, and what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import largest
from sop_xl.template.formulas import count_of
from sop_xl.template.parts import LAST, section, write
from sop_xl.template.rows import HAIR
from sop_xl.template.words import money, month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHORTAGES = 12
_COLUMNS = (
    (0, "Item"),
    (1, "Code"),
    (3, "Market"),
    (5, "Month"),
    (7, "Units"),
    (8, "Kind"),
    (11, "Why"),
    (16, "What holds it"),
    (20, "Family"),
    (LAST, '="k"&sop_currency'),
)
"""The list of shortages on the columns of a time sheet: column and head."""
_KIND, _RIGHT = 8, (5, 7, LAST)


def list_shortages(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List the shortages that are worth most, below the section on row `bar`; `data`: row on Chart data."""
    values = "tblShortages[Value]"
    served = "(" + "+".join(count_of("tblShortages", ("Kind", kind)) for kind in ('"late"', '"lost"')) + ")"
    found = (
        f'"WORST SHORTAGES:  "&MIN({SHORTAGES},COUNT({values}))&" of "&COUNT({values})&" lines, of all "&{served}&'
        f'" late or lost, "&(COUNT({values})-{served})&" below target"'
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
    places = largest(book, data, "INVENTORY: WORST SHORTAGES", values, SHORTAGES)
    for offset, (value, place) in enumerate(places, start=bar + 2):
        _shortage(book, sheet, offset, value, place)
    hair = {"type": "formula", "criteria": f'=$A{bar + 3}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(bar + 2, 0, bar + 1 + SHORTAGES, LAST, hair)


def _shortage(book: Book, sheet: Worksheet, row: int, value: str, place: str) -> None:
    sheet.set_row_pixels(row, 17)

    def cell(header: str) -> str:
        return f"INDEX(tblShortages[{header}],{place})"

    def shown(content: str) -> str:
        return f'=IF({value}="","",{content})'

    kind = cell("Kind")
    item = f'IF({cell("Description")}="",{cell("Item")},{cell("Description")})&""'
    texts = {
        0: item,
        1: f'{cell("Item")}&""',
        3: f'IF({cell("Market")}="","all",{cell("Market")})&""',
        5: month_words(cell("Month")),
        8: f'IF({kind}="late","▲ served late",IF({kind}="lost","▲ lost sale","▼ below target"))',
        11: f'{cell("Reason")}&""',
        16: f'{cell("Binding")}&""',
        20: f'{cell("Family")}&""',
    }
    for column, content in texts.items():
        side: dict[str, Any] = {"align": "right"} if column == 5 else {"indent": 1} if column in (0, 8) else {}
        write(sheet, row, column, shown(content), book.style("CalcText", bottom=0, **side))
    write(sheet, row, 7, shown(cell("Quantity")), book.style("Calc", "units", bottom=0))
    write(sheet, row, LAST, f"={value}", book.style("Calc", "thousands", bottom=0))
