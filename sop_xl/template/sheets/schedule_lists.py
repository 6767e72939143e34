"""The lists of the view Schedule: lots late or not scheduled with their reason, and items that run short by week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import ranked
from sop_xl.template.parts import section, write
from sop_xl.template.rows import HAIR
from sop_xl.template.style import BAD
from sop_xl.template.words import cut, figure, plural

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

LOTS, ITEMS = 10, 10
"""Lots and items listed."""


def list_trouble(book: Book, sheet: Worksheet, *, bar: int, last: int, data: int) -> None:
    """List the lots that are late or do not fit, worst first, below row `bar`; `data`: row on Chart data."""
    table = "tblSchedule"
    count = f"MAX({table}[Rank])"
    found = f'"LATE OR NOT SCHEDULED:  "&{plural(count, "lot", "lots")}&IF({count}>{LOTS},", the {LOTS} worst","")'
    calm = f'IF(COUNTA({table}[State])<2,"LATE OR NOT SCHEDULED","EVERY LOT IS DONE IN ITS MONTH")'
    section(book, sheet, bar, f"=IF(N({count})=0,{calm},{found})", last)
    _heads(book, sheet, bar + 1, last, {0: "Lot", 1: "Code", 2: "Units", 4: "Needed", 5: "Days late", 7: "Why"})
    places = ranked(book, data, "SCHEDULE: LOTS IN TROUBLE", f"{table}[Rank]", LOTS)
    for row, place in enumerate(places, start=bar + 2):
        sheet.set_row_pixels(row, 17)

        def cell(header: str, place: str = place) -> str:
            return f"INDEX({table}[{header}],{place})"

        def shown(content: str, place: str = place) -> str:
            return f'=IF({place}="","",{content})'

        name = f'IF({cell("Description")}="",{cell("Item")},{cell("Description")})'
        late = f'IF({cell("State")}="unscheduled","▲ no place",{cell("Days late")})'
        write(sheet, row, 0, shown(cut(name, 30)), book.style("Label_1", bottom=0))
        write(sheet, row, 1, shown(cell("Item")), book.style("CalcText", bottom=0, font_size=9))
        write(sheet, row, 2, shown(cell("Quantity")), book.style("Calc", "units", bottom=0))
        needed = f'IF({cell("Needed")}="","",{cell("Needed")})'
        write(sheet, row, 4, shown(needed), book.style("Calc", bottom=0, num_format="d mmm"))
        write(sheet, row, 5, shown(late), book.style("Calc", "one_decimal", bottom=0, font_color=BAD))
        write(sheet, row, 7, shown(f'{cell("Reason")}&""'), book.style("CalcText", bottom=0))
    _hairs(book, sheet, bar + 2, bar + 1 + LOTS, last)


def list_short_items(book: Book, sheet: Worksheet, *, bar: int, last: int, first: int, weeks: int, data: int) -> None:
    """List the items that run short, with their stock at the end of each week, below row `bar`.

    Args:
        book: the workbook.
        sheet: the view.
        bar: row of the section's bar, from 0.
        last: last column.
        first: column of the first day; a week has five.
        weeks: weeks shown.
        data: row on Chart data.
    """
    table = "tblTrackingStock"
    count = f"MAX({table}[Rank])"
    lowest = f'IF({count}>{ITEMS},", the {ITEMS} lowest","")'
    found = f'"STOCK BY WEEK OF ITEMS THAT RUN SHORT:  "&{plural(count, "item", "items")}&{lowest}'
    calm = f'IF(COUNT({table}[Number])=0,"STOCK BY WEEK","STOCK BY WEEK: NO ITEM RUNS SHORT")'
    section(book, sheet, bar, f"=IF(N({count})=0,{calm},{found})", last)
    note = "lots as scheduled, purchases at the start of their month, sales evenly over it"
    write(sheet, bar, last, note, book.style("Section", align="right", bold=False, font_size=9))
    heads = {0: "Item", 1: "Code", 2: "Opening", 5: "Lowest"}
    _heads(book, sheet, bar + 1, last, heads)
    for week in range(weeks):
        head = book.style("Header", align="right", text_wrap=False, bold=False, font_size=9)
        write(sheet, bar + 1, first + 5 * week + 4, f"end w{week + 1}", head)
    places = ranked(book, data, "SCHEDULE: ITEMS THAT RUN SHORT", f"{table}[Rank]", ITEMS)
    for row, place in enumerate(places, start=bar + 2):
        sheet.set_row_pixels(row, 17)
        item = f"INDEX({table}[Item],{place})"
        name = f'IF(INDEX({table}[Description],{place})="",{item},INDEX({table}[Description],{place}))'
        write(sheet, row, 0, f'=IF({place}="","",{cut(name, 30)})', book.style("Label_1", bottom=0))
        write(sheet, row, 1, f'=IF({place}="","",{item})', book.style("CalcText", bottom=0, font_size=9))
        opening = f'=IF({place}="","",INDEX({table}[Opening],{place}))'
        write(sheet, row, 2, opening, book.style("Calc", "units", bottom=0))
        # The rows of an item stand together, its weeks in their order: the first has the rank.
        count_of_weeks = f"MIN({weeks},COUNTIFS({table}[Item],{item}))"
        rows = f"INDEX({table}[Lowest],{place}):INDEX({table}[Lowest],{place}+{count_of_weeks}-1)"
        write(sheet, row, 5, f'=IF({place}="","",MIN({rows}))', book.style("Calc", "units", bottom=0, font_color=BAD))
        for week in range(weeks):
            closing = f"INDEX({table}[Closing],{place}+{week})"
            mine = f'IF(COUNTIFS({table}[Item],{item})>{week},{figure(closing)},"")'
            look = book.style("CalcText", bottom=0, align="right")
            write(sheet, row, first + 5 * week + 4, f'=IF({place}="","",{mine})', look)
    columns = ",".join(xl_col_to_name(first + 5 * week + 4) for week in range(weeks))
    for column in columns.split(","):
        cell = f"{column}{bar + 3}"
        low = {"type": "formula", "criteria": f'=LEFT({cell},1)="−"', "format": book.look(font_color=BAD, **HAIR)}
        sheet.conditional_format(f"{cell}:{column}{bar + 2 + ITEMS}", low)
    _hairs(book, sheet, bar + 2, bar + 1 + ITEMS, last)


def _heads(book: Book, sheet: Worksheet, row: int, last: int, heads: dict[int, str]) -> None:
    for column in range(last + 1):
        side: dict[str, Any] = {"align": "right"} if 2 <= column <= 5 else {"align": "left"}
        write(sheet, row, column, heads.get(column), book.style("Header", text_wrap=False, **side))


def _hairs(book: Book, sheet: Worksheet, first: int, last_row: int, last: int) -> None:
    hair = {"type": "formula", "criteria": f'=$A{first + 1}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(first, 0, last_row, last, hair)
