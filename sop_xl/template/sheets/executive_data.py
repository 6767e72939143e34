"""Key figures and the fiscal year of Executive, worked out on Chart data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import Block, across, at, span
from sop_xl.template.formulas import known, sum_of
from sop_xl.template.names import SHEET as DATA_SHEET
from sop_xl.template.parts import write
from sop_xl.template.sheets.home_words import place_of, resource_of
from sop_xl.template.words import kpi

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.template.book import Book

FIGURES_ROW, PEAK_ROW, YEAR_ROW, MONTHS_ROW, AHEAD_ROW, CLOSED_ROW = 600, 616, 624, 635, 646, 656
BRIDGE_ROW, SHORT_ROW, LISTS_ROW, FAMILY_ROW, RANK_ROW = 660, 692, 698, 716, 752
"""Where the blocks of the page start on Chart data, from 0; it has the rows 600 to 799."""
YEAR = 12
KPIS = (
    "revenue_fy",
    "margin_fy",
    "accuracy",
    "bias",
    "stock_12",
    "peak_load",
    "peak_wanted",
    "service",
    "late_units",
    "lost_units",
    "at_stake",
    "below_target",
)
FULL = "100.49"
"""Load in per cent that still reads as full, not as beyond."""
HALF = "0.49"
"""Points that do not show in a figure without decimals."""
_PLAN = "tblFamilyPlan"


class Figure(NamedTuple):
    """The cells of a key figure: its value, its target and its status; "" where there is none."""

    value: str
    target: str
    status: str


class Peak(NamedTuple):
    """The cells of the highest planned load of the next 12 months, its resource and month, and of the one to show."""

    resource: str
    month: str
    shown: str


class Year(NamedTuple):
    """The fiscal year: its block, the rows of its series, and cells with the months that have figures.

    Attributes:
        block: the block; its heads are the months.
        revenue, margin: rows of revenue and of the margin in per cent.
        actual, plan, budget: rows of the chart's series.
        start, end: cells with the first and the last month that has revenue.
        gap: row of revenue less budget.
        budgeted: cell that is 1 where every month with revenue has a budget.
    """

    block: Block
    revenue: int
    margin: int
    actual: int
    plan: int
    budget: int
    gap: int
    start: str
    end: str
    budgeted: str


def key_figures(book: Book) -> dict[str, Figure]:
    """List the key figures of the page, each with value, target and status."""
    block = Block(book, FIGURES_ROW, "EXECUTIVE: KEY FIGURES", ("Value", "Target", "Status"))
    rows = {name: block.add(name, [f"={kpi(name, c)}" for c in ("Value", "Target", "Status")]) for name in KPIS}
    return {name: Figure(at(row, 1), at(row, 2), at(row, 3)) for name, row in rows.items()}


def peak_of_load(book: Book, wanted: Figure) -> Peak:
    """Write resource and month of the highest planned load, as the key figure names them.

    Shown is the resource that is wanted beyond all its hours most, as the message says, where there is one.
    """
    block = Block(book, PEAK_ROW, "EXECUTIVE: HIGHEST PLANNED LOAD", ("Value",))
    resource = at(block.add("Resource", [f"={resource_of('peak_load')}"], "text"), 1)
    words = f"RIGHT({place_of('peak_load')},6)"
    day = f"DATE(2000+RIGHT({words},2),MATCH(LEFT({words},3),sop_months,0),1)"
    month = at(block.add("Month", [f'=IFERROR({day},"")'], "month"), 1)
    short = resource_of("peak_wanted")
    shown = block.add("Resource shown", [f"=IF({beyond(wanted)},{short},{resource})"], "text")
    return Peak(resource, month, at(shown, 1))


def beyond(wanted: Figure) -> str:
    """Return the condition that wanted hours are beyond the hours there are with overtime."""
    return f"N({wanted.value})-N({wanted.target})>{HALF}"


def fiscal_year(book: Book) -> Year:
    """Write revenue, budget and margin of the twelve months of the fiscal year, closed ones apart from open ones."""
    heads = [f"=EDATE(sop_fiscal_start,{k})" for k in range(YEAR)]
    block = Block(book, YEAR_ROW, "EXECUTIVE: FISCAL YEAR", heads, number="month")
    months = [at(block.heads, 1 + k) for k in range(YEAR)]
    revenue = block.add("Revenue", [f"={known(_PLAN, 'Revenue', ('Month', m))}" for m in months], "units")
    cells = [at(revenue, 1 + k) for k in range(YEAR)]
    pairs = list(zip(months, cells, strict=True))
    actual = block.add("Actual", [f'=IF({m}<sop_current,{c},"")' for m, c in pairs], "units")
    plan = block.add("Plan", [f'=IF({m}<sop_current,"",{c})' for m, c in pairs], "units")
    budget = block.add("Budget", [f"={known(_PLAN, 'Budget revenue', ('Month', m))}" for m in months], "units")
    budgets = [at(budget, 1 + k) for k in range(YEAR)]
    gap = block.add(
        "Revenue less budget",
        [f'=IF(COUNT({c},{b})<2,"",ROUND({c}-{b},2))' for c, b in zip(cells, budgets, strict=True)],
        "units",
    )
    cogs = [sum_of(_PLAN, "COGS", ("Month", m)) for m in months]
    shares = [f'=IF(N({c})<=0,"",100*({c}-{x})/{c})' for c, x in zip(cells, cogs, strict=True)]
    margin = block.add("Gross margin, %", shares, "one_decimal")
    filled = block.add("Months with revenue", [f'=IF({c}="","",{m})' for m, c in pairs], "month")
    known_months = across(filled, YEAR)
    compared = f"COUNT({across(gap, YEAR)})"
    budgeted = f"=IF(AND({compared}>0,{compared}=COUNT({known_months})),1,0)"
    span_row = block.add(
        "First, last, whether all are budgeted",
        [f"=MIN({known_months})", f"=MAX({known_months})", budgeted],
        "general",
    )
    start, end, flag = (at(span_row, k) for k in (1, 2, 3))
    return Year(block, revenue, margin, actual, plan, budget, gap, start, end, flag)


def monthly_accuracy(book: Book) -> int:
    """Write 100 % less the error of the last cycle's forecast of each closed month, over families; return the row."""
    heads = [f"=EDATE(sop_current,{k - YEAR})" for k in range(YEAR)]
    block = Block(book, CLOSED_ROW, "EXECUTIVE: CLOSED MONTHS", heads, number="month")
    both = f'({_PLAN}[Month]={{m}})*({_PLAN}[Actual]<>"")*({_PLAN}[Old forecast]<>"")'
    error = f"SUMPRODUCT({both}*ABS({_PLAN}[Actual]-{_PLAN}[Old forecast]))"
    actual = f"SUMPRODUCT({both}*{_PLAN}[Actual])"
    formula = f'=IFERROR(IF({actual}=0,"",MAX(0,100-100*{error}/{actual})),"")'
    figures = [formula.format(m=at(block.heads, 1 + k)) for k in range(YEAR)]
    return block.add("Accuracy of families, %", figures, "one_decimal")


def tile_states(book: Book, states: Sequence[str]) -> None:
    """Write the state of each tile, good, watch or act, under a name that rules can read."""
    sheet = book.sheet(DATA_SHEET, "system")
    for k, state in enumerate(states):
        write(sheet, FIGURES_ROW + 2 + k, 5, f"Tile {k + 1}", book.style("Label"))
        write(sheet, FIGURES_ROW + 2 + k, 6, f"={state}", book.style("Calc", "text"))
    area = span(FIGURES_ROW + 2, FIGURES_ROW + 1 + len(states), 6)
    book.book.define_name("sop_tile_states", f"={area}")


def message(book: Book, sentence: str) -> str:
    """Write the page's message and return its cell."""
    sheet, row = book.sheet(DATA_SHEET, "system"), FIGURES_ROW + 2 + len(KPIS) - 1
    write(sheet, row, 5, "Message", book.style("Label"))
    write(sheet, row, 6, sentence, book.style("CalcText"))
    return at(row, 6)
