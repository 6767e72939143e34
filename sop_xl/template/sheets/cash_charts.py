"""The charts of the view Cash & working capital: net cash of each month, and what ties it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, across, at, chart_titles
from sop_xl.template.charts import FORECAST_FILL, axes, base_chart, place
from sop_xl.template.style import ACCENT, SERIES, WHITE
from sop_xl.template.words import figure, money, month_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

NAME = "'Cash & working capital'"
MONTHS, FIRST = 12, 5
SIGNED_AXIS = '[>=1000000]0.0,," m";[<=-1000000]"−"0.0,," m";#,##0'
"""Amounts of both signs on an axis, in millions where they are large."""


def draw(book: Book, sheet: Worksheet, *, row: int, data: int, rows: Mapping[str, int]) -> None:
    """Draw both charts with titles on `row` (from 0) and their figures from `data` on Chart data.

    `rows` gives the row of each label of the sheet, as Excel counts.
    """
    _cash(book, sheet, row, data, rows["Net cash"])
    _tied(book, sheet, row, data + 6, rows)


def _cells(row: int) -> list[str]:
    return [f"{NAME}!${xl_col_to_name(FIRST + k)}${row}" for k in range(MONTHS)]


def _cash(book: Book, sheet: Worksheet, row: int, data: int, net: int) -> None:
    block = Block(book, data, "CASH: NET CASH", [f"={cell}" for cell in _cells(6)], number="month")
    months = block.add("Net cash", [f"={cell}" for cell in _cells(net)], "thousands")
    line = block.next
    sums = [f'=IF({at(months, 1)}="","",SUM({across(months, k)}))' for k in range(1, 13)]
    added = block.add("Added up", sums, "thousands")
    area = across(months, 12)
    worst = f"INDEX({across(block.heads, 12)},MATCH(MIN({area}),{area},0))"
    total = f"SUM({area})"
    way = f'IF({total}<0,"takes ","brings ")&{money(f"ABS({total})")}'
    low = f'IF(MIN({area})<0,"; "&{month_words(worst)}&" takes most","; weakest in "&{month_words(worst)})'
    chart_titles(
        book,
        sheet,
        row,
        0,
        f'=IF(COUNT({area})=0,"Net cash: no plan yet","The plan "&{way}&" in 12 months"&{low})',
        '="Net cash a month, "&sop_currency&"  |  line: added up"',
    )
    chart = base_chart(book, {"type": "column"}, size=(672, 250))
    chart.add_series(block.series(months, MONTHS, gap=45, **FORECAST_FILL))
    lines = book.book.add_chart({"type": "line"})
    lines.add_series(block.series(added, MONTHS, line={"color": ACCENT, "width": 2}))
    chart.combine(lines)
    axes(chart, number=SIGNED_AXIS, low=None)
    chart.set_legend({"none": True})
    place(sheet, row + 2, 0, chart, description="Net cash of each of the next 12 months, and added up")
    assert line == added


def _tied(book: Book, sheet: Worksheet, row: int, data: int, rows: Mapping[str, int]) -> None:
    block = Block(book, data, "CASH: WORKING CAPITAL", [f"={cell}" for cell in _cells(6)], number="month")
    stock = [f'=IF({cell}="","",SUMIFS(tblCash[Inventory value],tblCash[Month],{cell}))' for cell in _cells(6)]
    series = (
        ("Stock", stock, SERIES[0]),
        ("Receivables", [f"={cell}" for cell in _cells(rows["Receivables"])], SERIES[1]),
        ("Payables", [f'=IF({cell}="","",-{cell})' for cell in _cells(rows["Payables"])], SERIES[2]),
    )
    days = _cells(rows["Cash to cash"])
    first, last = days[0], days[-1]
    moved = f"ROUND({last}-{first},0)"
    way = f'IF({moved}=0,"stays at ",IF({moved}<0,"falls from ","rises from ")&{figure(first)}&" to ")'
    chart_titles(
        book,
        sheet,
        row,
        11,
        f'=IF(COUNT({first},{last})<2,"Working capital","Cash to cash "&{way}&{figure(last)}&" days")',
        '="Stock, receivables and (below zero) payables at month end, "&sop_currency',
    )
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(672, 250))
    for words, figures, colour in series:
        look = {"fill": {"color": colour}, "border": {"color": WHITE, "width": 0.5}}
        chart.add_series(block.series(block.add(words, figures, "thousands"), MONTHS, gap=45, **look))
    axes(chart, number=SIGNED_AXIS, low=None)
    place(sheet, row + 2, 11, chart, description="Stock, receivables and payables at the end of the next 12 months")
