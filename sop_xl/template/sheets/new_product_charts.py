"""The charts of the view New product plan: volume and success, money until it is back, stock that runs down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, chart_titles
from sop_xl.template.charts import FORECAST_FILL, axes, base_chart, place
from sop_xl.template.parts import AHEAD, FIRST, PAST, write
from sop_xl.template.style import ACCENT, ADVERSE, BAD, GOOD, SERIES, WHITE
from sop_xl.template.words import cut, figure, money, month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

NAME = "'New product plan'"
HEIGHT = 262
ENDING = (SERIES[0], GOOD, BAD)
"""Colours of the items whose stock is drawn: dark enough for their names, too."""
WIDE, NAMES, NAME_LETTERS = 3, 20, 23
"""Columns that the name of one takes, the height of their row in pixels, and the letters that fit."""
WHOLE_AXIS = '#,##0;"−"#,##0;0'
SIGNED_MONEY = '#,##0,"k";"−"#,##0,"k";0'


def draw(book: Book, sheet: Worksheet, *, units: int, money: int, row: int, ends: int, data: int) -> None:
    """Draw the three charts with their titles on `row` (from 0) and their figures from `data` on Chart data.

    `units`, `money` and `ends` are the first rows, from 0, of units, money and ending stock on the sheet.
    """
    _volume(book, sheet, units + 1, row, data)
    _result(book, sheet, money + 1, row, data + 7)
    _run_down(book, sheet, ends + 1, row, data + 13)


def _cells(row: int) -> list[str]:
    """Return the open months' cells of a row of the sheet, as Excel counts."""
    return [f"{NAME}!{xl_col_to_name(FIRST + PAST + k)}${row}" for k in range(AHEAD)]


def _months() -> list[str]:
    return [f"={cell}" for cell in _cells(6)]


def _numbers(row: int) -> list[str]:
    return [f"=N({cell})" for cell in _cells(row)]


def _volume(book: Book, sheet: Worksheet, first: int, row: int, data: int) -> None:
    block = Block(book, data, "NEW PRODUCTS: VOLUME", _months(), number="month")
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(522, HEIGHT))
    looks = (("Sell-through", SERIES[0]), ("Pipeline fill", SERIES[3]), ("Taken from other items", ADVERSE))
    for k, (name, colour) in enumerate(looks):
        line = block.add(name, _numbers(first + k), "units")
        look = {"fill": {"color": colour}, "border": {"color": WHITE, "width": 0.5}}
        chart.add_series(block.series(line, AHEAD, gap=45, **look))
    success = block.add("If every gate is passed", _numbers(first + 4), "units")
    line = book.book.add_chart({"type": "line"})
    line.add_series(block.series(success, AHEAD, line={"color": ACCENT, "width": 1.75, "dash_type": "dash"}))
    chart.combine(line)
    axes(chart, number=WHOLE_AXIS, low=None)
    net, best = (f"N({NAME}!$F${first + k})" for k in (3, 4))
    title = (
        f'=IF({best}=0,"No launch is planned","Launches bring "&{figure(net)}&" units net in 12 months, "&'
        f'{figure(best)}&" if all pass")'
    )
    chart_titles(book, sheet, row, 0, title, "Units a month, times probability; dashed: without it")
    place(sheet, row + 2, 0, chart, description="Units that launches sell, fill in and take, by month, stacked")


def _result(book: Book, sheet: Worksheet, first: int, row: int, data: int) -> None:
    block = Block(book, data, "NEW PRODUCTS: RESULT", _months(), number="month")
    result = block.add("Result of the month", _numbers(first + 4), "thousands")
    together = block.add("Come together", _numbers(first + 5), "thousands")
    chart = base_chart(book, {"type": "column"}, size=(522, HEIGHT))
    chart.add_series(block.series(result, AHEAD, gap=45, invert_if_negative=False, **FORECAST_FILL))
    line = book.book.add_chart({"type": "line"})
    line.add_series(block.series(together, AHEAD, line={"color": ACCENT, "width": 2}))
    chart.combine(line)
    axes(chart, number=SIGNED_MONEY, low=None)
    sums = f"{NAME}!$K${first + 5}:$V${first + 5}"
    low = f"MIN({sums})"
    when = month_words(f"INDEX({NAME}!$K$6:$V$6,MATCH({low},{sums},0))")
    year = f"N({NAME}!$F${first + 4})"
    title = (
        f'=IF(COUNT({sums})=0,"Result of launches",IF({low}<0,"At most "&{money(f"(-{low})")}&" is out, in "&{when}&'
        f'"; ","")&"12 months bring "&{money(year)})'
    )
    chart_titles(book, sheet, row, 8, title, '="Margin less what others lose and launch cost, "&sop_currency')
    place(sheet, row + 2, 8, chart, description="Result of launches by month, and what has come together")


def _run_down(book: Book, sheet: Worksheet, first: int, row: int, data: int) -> None:
    block = Block(book, data, "NEW PRODUCTS: STOCK THAT RUNS DOWN", _months(), number="month")
    chart = base_chart(book, {"type": "column"}, size=(456, HEIGHT - NAMES))
    chart.set_legend({"none": True})
    for k, colour in enumerate(ENDING):
        label = f"{NAME}!$A${first + k}"
        line = block.add(f'=IF({label}=""," ",{label})', _numbers(first + k), "units")
        # A legend of the chart would have an entry for an item that is not there.
        words = f'=IF({label}="","","■ "&{cut(label, NAME_LETTERS)})'
        write(sheet, row + 2, 18 + WIDE * k, words, book.style("ChartSub", font_color=colour))
        chart.add_series(block.series(line, AHEAD, gap=45, overlap=0, fill={"color": colour}))
    axes(chart, number=WHOLE_AXIS)
    left = "SUM(tblRunDown[Left-over value])"
    title = (
        f'=IF(COUNT(tblRunDown[Rank])=0,"No item is phased out",IF({left}<0.5,"Stock of items that end runs out",'
        f'{money(left)}&" of stock is left when items end"))'
    )
    chart_titles(book, sheet, row, 18, title, "Stock at the month's end, units")
    place(sheet, row + 3, 18, chart, description="Stock by month of the items at the end of their life")
