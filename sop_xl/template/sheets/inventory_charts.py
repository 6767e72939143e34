"""The charts of the view Inventory & backlog: stock against target, its value by family, units late."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, at, chart_titles
from sop_xl.template.charts import ACTUAL_FILL, BUDGET_FILL, FORECAST_FILL, MONEY_AXIS, axes, base_chart, place
from sop_xl.template.formulas import count_of
from sop_xl.template.parts import AHEAD, FIRST, PAST
from sop_xl.template.sheets.inventory_backlog import BACKLOG_ROWS
from sop_xl.template.style import CLOSED, RULE, SERIES, WHITE
from sop_xl.template.words import figure, money, month_words, plural, signed

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

NAME = "'Inventory & backlog'"
COUNT = PAST + AHEAD
STACKED = 5
HEIGHT = 240
WHOLE_AXIS = "[>=1]#,##0;[=0]0;"
"""Whole units: the axis of a chart without any has a zero and no fractions."""


class Rows(NamedTuple):
    """First rows, from 0: of all families, of the largest family (five rows each), of the largest backlog."""

    total: int
    families: int
    backlog: int


def draw(book: Book, sheet: Worksheet, rows: Rows, *, row: int, data: int) -> None:
    """Draw the three charts with their titles on `row` (from 0) and their figures from `data` on Chart data."""
    _stock(book, sheet, rows.total + 1, row, data)
    _value(book, sheet, rows, row, data + 6)
    _late(book, sheet, rows.backlog + 1, row, data + 16)


def _months() -> list[str]:
    return [f"={cell}" for cell in _cells(6)]


def _cells(row: int) -> list[str]:
    """Return the month cells of a row of the sheet, as Excel counts."""
    return [f"{NAME}!{xl_col_to_name(FIRST + k)}${row}" for k in range(COUNT)]


def _named(row: int) -> str:
    """Return the formula of a series' name; a space where there is none, since a blank is named after its row."""
    return f'=IF({NAME}!$A${row}=""," ",{NAME}!$A${row})'


def _open(row: int) -> str:
    return f"{NAME}!$K${row}:$V${row}"


def _stock(book: Book, sheet: Worksheet, first: int, row: int, data: int) -> None:
    """Draw stock, solid then hatched, before its target, outlined."""
    block = Block(book, data, "INVENTORY: STOCK AGAINST TARGET", _months(), number="month")
    stock = [f"={cell}" for cell in _cells(first)]
    series = [
        (block.add("Target", [f"={cell}" for cell in _cells(first + 1)], "units"), BUDGET_FILL),
        (block.add("Actual", [*stock[:PAST], *['=""'] * AHEAD], "units"), ACTUAL_FILL),
        (block.add("Plan", [*['=""'] * PAST, *stock[PAST:]], "units"), FORECAST_FILL),
    ]
    gap = _open(first + 2)
    below = f'COUNTIF({gap},"<-0.5")'
    worst = f"INDEX({_open(6)},MATCH(MIN({gap}),{gap},0))"
    items = count_of("tblShortages", ("Kind", '"below_target"'))
    told = (
        f'IF({below}=0,IF({items}=0,"Stock stays on or above target in every month",'
        f'"In total above target; "&{plural(items, "shortage", "shortages")}&" of single items below it"),'
        f'"Stock is below target in "&{below}&" of "&COUNT({gap})&" months, most in "&{month_words(worst)}'
        f'&" ("&{signed(f"MIN({gap})")}&")")'
    )
    title = f'=IF(COUNT({gap})=0,"Stock against target",{told})'
    subtitle = "Sold items, units at month end  |  solid actual, hatched plan, outlined target"
    chart_titles(book, sheet, row, 0, title, subtitle)
    chart = base_chart(book, {"type": "column"}, size=(522, HEIGHT))
    for line, look in series:
        chart.add_series(block.series(line, COUNT, gap=45, overlap=70, **look))
    axes(chart)
    place(sheet, row + 2, 0, chart, description="Stock of all families at month end, actual and plan, against target")


def _value(book: Book, sheet: Worksheet, rows: Rows, row: int, data: int) -> None:
    """Draw the stock value of the five largest families and of all others, stacked."""
    block = Block(book, data, "INVENTORY: STOCK VALUE BY FAMILY", _months(), number="month")
    lines = []
    for k in range(STACKED):
        one = rows.families + 5 * k + 1
        lines.append(block.add(_named(one), [f"=N({cell})" for cell in _cells(one + 4)], "thousands"))
    total = rows.total + 5
    above = [f"SUM({at(lines[0], 1 + k)}:{at(lines[-1], 1 + k).split('!')[1]})" for k in range(COUNT)]
    rest = [f"=ROUND(N({cell})-{s},2)" for cell, s in zip(_cells(total), above, strict=True)]
    others = f'=IF(COUNT(tblFamilies[Rank])>{STACKED},"Others"," ")'
    lines.append(block.add(others, rest, "thousands"))
    value = _open(total)
    now, end = f"N({NAME}!$J${total})", f"IFERROR(LOOKUP(9E+99,{value}),0)"
    told = (
        f'IF({now}=0,"Stock is worth "&{money(end)}&" at the end",'
        f'"Stock value goes from "&{money(now)}&" to "&{money(end)}&IF({end}<{now},", "&{_share(end, now)}&" less",'
        f'", "&{_share(end, now)}&" more"))'
    )
    title = f'=IF(COUNT({value})=0,"Stock value by family",{told})'
    subtitle = '="Sold items at standard cost, "&sop_currency&"  |  3 closed months, then plan"'
    chart_titles(book, sheet, row, 8, title, subtitle)
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(522, HEIGHT))
    for line, colour in zip(lines, (*SERIES, CLOSED), strict=True):
        edge = {"color": RULE if colour == CLOSED else WHITE, "width": 0.5}
        chart.add_series(block.series(line, COUNT, gap=45, fill={"color": colour}, border=edge))
    axes(chart, number=MONEY_AXIS)
    place(sheet, row + 2, 8, chart, description="Stock value at standard cost at month end by family, stacked")


def _share(end: str, now: str) -> str:
    return f'FIXED(100*ABS({end}/{now}-1),0)&" %"'


def _late(book: Book, sheet: Worksheet, first: int, row: int, data: int) -> None:
    """Draw the units that wait at month end, of the families that have most."""
    block = Block(book, data, "INVENTORY: UNITS LATE", _months(), number="month")
    lines = []
    for k in range(3):
        one = first + BACKLOG_ROWS * k
        lines.append(block.add(_named(one), [f"=N({cell})" for cell in _cells(one)], "units"))
    late, weeks = _open(first), _open(first + 4)
    name, most = f"{NAME}!$A${first}", f"MAX({late})"
    when = month_words(f"INDEX({_open(6)},MATCH({most},{late},0))")
    told = f'{name}&": up to "&{figure(most)}&" units waiting, in "&{when}'
    more = f'IF(MAX({weeks})=0,"",", "&{figure(f"MAX({weeks})", 1)}&" weeks")'
    title = f'=IF({most}<0.5,IF(sop_planned=0,"Units late","No customer waits in the plan"),{told}&{more})'
    chart_titles(book, sheet, row, 18, title, "Backlog at month end, units  |  families with the most")
    chart = base_chart(book, {"type": "column"}, size=(456, HEIGHT))
    for line, colour in zip(lines, SERIES, strict=False):
        chart.add_series(block.series(line, COUNT, gap=60, overlap=0, fill={"color": colour}))
    axes(chart, number=WHOLE_AXIS)
    place(sheet, row + 2, 18, chart, description="Units late at month end of the families with the most")
