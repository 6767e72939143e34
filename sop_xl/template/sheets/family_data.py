"""Behind the sheet Family, on Chart data: which family is shown, how far its stock lasts, and its charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, at
from sop_xl.template.formulas import Where, count_of, known, sum_of
from sop_xl.template.parts import AHEAD, FIRST, PAST

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.template.book import Book

SHEET = "Family"
TOP = 112
"""First row of this view on Chart data, from 0."""
MONTHS = PAST + AHEAD
BEYOND = 6
"""Months after the last one shown, which the last stocks may still cover."""

AFTERWARDS = 3
"""Last planned months whose mean demand is taken for the months after them."""
MONTH_DAYS = "365/12"


class Rows(NamedTuple):
    """Row numbers, from 1, on the sheet Family."""

    month: int = 8
    last_year: int = 11
    old_forecast: int = 12
    forecast: int = 13
    actual: int = 14
    difference: int = 15
    change: int = 17
    old_plan: int = 19
    plan: int = 20
    used: int = 21
    actual_plan: int = 22
    plan_difference: int = 23
    load: int = 25
    stock: int = 27
    """First of the seven rows of stock, or of backlog where a family is made to order."""
    revenue: int = 35


ROWS = Rows()


class Helpers(NamedTuple):
    """Rows, from 0, on Chart data."""

    block: Block
    grid: int
    cover: int
    old_line: int
    solid: int
    hatched: int
    line: int


def month_cell(row: int, k: int) -> str:
    """Return the cell of the month `k`, from 0, in a row of the sheet Family."""
    return f"{SHEET}!{xl_col_to_name(FIRST + k)}${row}"


def months_of(row: int) -> str:
    """Return the cells of all months of a row of the sheet Family."""
    return f"{SHEET}!${xl_col_to_name(FIRST)}${row}:${xl_col_to_name(FIRST + MONTHS - 1)}${row}"


def build(book: Book) -> Helpers:
    """Write the names and helper rows, and say where they are."""
    _names(book)
    months = [f"=EDATE(sop_current,{k - PAST})" for k in range(MONTHS + BEYOND)]
    block = Block(book, TOP + 9, "FAMILY: MONTHS", months, number="month")
    grid = block.add("Column of the month on Demand review; 0: not there", _each(_grid_column))
    cover = _cover(block)
    old_line = block.add("Old forecast", _each(_old_forecast), "units")
    target, plan, actual = (ROWS.stock + k for k in range(3))
    solid = block.add(*_series("Backlog, actual", "Actual", ROWS.stock + 3, actual), "units")
    hatched = block.add(*_series("Backlog, plan", "Plan", ROWS.stock + 2, plan), "units")
    line = block.add(*_series("Shipments in the month", "Target", ROWS.stock + 1, target), "units")
    return Helpers(block, grid, cover, old_line, solid, hatched, line)


def _names(book: Book) -> None:
    """Write what is known of the family shown, each a name."""
    block = Block(book, TOP, "FAMILY: THE ONE SHOWN", ("Value",))
    listed = "tblFamilies[Family]"
    place = f"MATCH(sop_family,{listed},0)"
    late = count_of("tblLeadTimes", ("Family", "sop_family"))
    largest = f'IFERROR(INDEX({listed},MATCH(1,tblFamilies[Rank],0))&"","")'
    names = (
        ("sop_family", f'=IF(TRIM({SHEET}!$A$5)="",{largest},{SHEET}!$A$5)'),
        ("sop_strategy", f'=IFERROR(INDEX(tblFamilies[Strategy],{place})&"","")'),
        ("sop_to_order", '=IF(sop_strategy="MTO",1,0)'),
        ("sop_to_both", f'=IF(AND(sop_family<>"",sop_to_order=0,{late}>0),1,0)'),
        ("sop_uom", f'=IFERROR(INDEX(tblFamilies[Unit],{place})&"","")'),
        ("sop_bottleneck", f'=IFERROR(INDEX(tblFamilies[Bottleneck],{place})&"","")'),
    )
    for name, formula in names:
        row = block.add(name, (formula,))
        book.book.define_name(name, f"={at(row, 1)}")
    book.book.define_name("sop_families", f"={listed}")


def _each(cell: Callable[[int], str], count: int = MONTHS) -> list[str]:
    return [f"={cell(k)}" for k in range(count)]


def _grid_column(k: int) -> str:
    month = month_cell(ROWS.month, k)
    place = f"(YEAR({month})-YEAR(sop_grid))*12+MONTH({month})-MONTH(sop_grid)+1"
    rows = count_of("tblDemandReview", ("Kind", '"item"'), ("Family", "sop_family"))
    return f"IF(AND({month}>=sop_current,{month}<=sop_last,{place}>=1,{place}<=12,{rows}>0),{place},0)"


def _old_forecast(k: int) -> str:
    """Return the old forecast, else what came or is forecast: a line in a chart must not fall to zero.

    Without any old forecast it is below the axis, out of sight.
    """
    old, came, new = (month_cell(row, k) for row in (ROWS.old_forecast, ROWS.actual, ROWS.forecast))
    none = f"COUNT({months_of(ROWS.old_forecast)})=0"
    return f"IF({none},-1,IF(ISNUMBER({old}),{old},IF(ISNUMBER({came}),{came},{new})))"


def _series(order_name: str, stock_name: str, order_row: int, stock_row: int) -> tuple[str, list[str]]:
    """Return name and figures of a chart series that shows one row to order and another to stock."""
    cells = _each(lambda k: f"IF(sop_to_order=1,{month_cell(order_row, k)},{month_cell(stock_row, k)})")
    return f'=IF(sop_to_order=1,"{order_name}","{stock_name}")', cells


def _cover(block: Block) -> int:
    """Write how many days the stock of each month lasts: on the demand of the months after it, one by one.

    Demand, what customers want and what goes into other items, is summed up over the months. The stock of
    a month reaches the point of that sum where its own sum plus the stock is; the days to there are its
    cover. Each month after the plan has the mean demand of the last three planned ones, as in tblSupplyPlan.
    A family that lacks a month of the plan has no cover where that month counts.
    """
    mean = at(block.add("Demand of a month after the plan", (f"={afterwards(('Family', 'sop_family'))}",), "units"), 1)

    def demand(k: int) -> str:
        month = at(block.heads, 1 + k)
        where = ("Family", "sop_family"), ("Month", month)
        customers = known("tblFamilyPlan", "Forecast", *where)
        if k < MONTHS:
            came, new = month_cell(ROWS.actual, k), month_cell(ROWS.forecast, k)
            customers = f"IF(ISNUMBER({came}),{came},{new})"
        planned = f'IF({customers}="","",{customers}+{sum_of("tblFamilyPlan", "Used", *where)})'
        return f"IF(AND(sop_planned=1,{month}>sop_last),{mean},{planned})"

    used = block.add("Demand", _each(demand, MONTHS + BEYOND), "units")

    def summed(k: int) -> str:
        return f'IF(ISNUMBER({at(used, 1 + k)}),SUM({at(used, 1)}:{at(used, 1 + k)}),"")'

    total = block.add("Demand summed up", _each(summed, MONTHS + BEYOND), "units")

    def reach(k: int) -> str:
        plan_cell, actual = month_cell(ROWS.stock + 1, k), month_cell(ROWS.stock + 2, k)
        stock = f"IF(ISNUMBER({actual}),{actual},{plan_cell})"
        known_both = f"AND(sop_to_order=0,ISNUMBER({stock}),ISNUMBER({at(total, 1 + k)}))"
        return f'IF({known_both},{at(total, 1 + k)}+N({stock}),"")'

    reaches = block.add("Where the stock reaches", _each(reach), "units")

    def later(k: int) -> str:
        return f"{at(total, 2 + k)}:{at(total, MONTHS + BEYOND)}"

    def full(k: int) -> str:
        point = at(reaches, 1 + k)
        return f'IF({point}="","",SUMPRODUCT(ISNUMBER({later(k)})*({later(k)}<={point})))'

    months = block.add("Full months it lasts", _each(full))

    def days(k: int) -> str:
        point, lasts, head = at(reaches, 1 + k), at(months, 1 + k), at(block.heads, 1 + k)
        row = f"{at(total, 1 + k)}:{at(total, MONTHS + BEYOND)}"
        before, after = f"INDEX({row},{lasts}+1)", f"INDEX({row},{lasts}+2)"
        share = f"MAX(0,{point}-{before})/({after}-{before})"
        whole = f"EDATE({head},{lasts}+1)-EDATE({head},1)"
        later_days = f"IF(N({mean})>0,MAX(0,{point}-{before})/{mean}*{MONTH_DAYS},0)"
        part = f"IF({lasts}>=COUNT({later(k)}),{later_days},{share}*DAY(EDATE({head},{lasts}+2)-1))"
        return f'IF({lasts}="","",IFERROR({whole}+{part},""))'

    return block.add("Days of cover", _each(days), "days")


def afterwards(*where: Where) -> str:
    """Return the demand of a month after the plan: the mean of its last three, what goes into other items too."""
    last = ("Month", f'">="&MAX(sop_current,EDATE(sop_last,-{AFTERWARDS - 1}))'), ("Month", '"<="&sop_last')
    customers, used = (sum_of("tblFamilyPlan", column, *where, *last) for column in ("Forecast", "Used"))
    planned = "(YEAR(sop_last)-YEAR(sop_current))*12+MONTH(sop_last)-MONTH(sop_current)+1"
    return f"IF(sop_planned=0,0,({customers}+{used})/MAX(1,MIN({AFTERWARDS},{planned})))"
