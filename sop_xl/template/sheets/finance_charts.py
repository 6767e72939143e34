"""The charts of the view Finance: revenue against budget, and the bridge of the gross margin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, Ranking, chart_titles
from sop_xl.template.charts import ACTUAL_FILL, BUDGET_FILL, FORECAST_FILL, MONEY_AXIS, axes, base_chart, place
from sop_xl.template.parts import FIRST
from sop_xl.template.sheets.finance_bridge import LISTED, Comparison, compare, lay_out, row_of
from sop_xl.template.words import money

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Finance"
MONTHS = 12
REVENUE = 9
"""Row of net revenue, as Excel counts; budget and variance stand below."""


def draw(book: Book, sheet: Worksheet, *, row: int, data: int, span: str) -> None:
    """Draw both charts with titles on `row` (from 0) and their figures from `data` on Chart data.

    `span` is the cell with the name of the year, or of the months of it that have figures.
    """
    _revenue(book, sheet, row, data, span)
    _bridge(book, sheet, row, data + 6, span)


def _revenue(book: Book, sheet: Worksheet, row: int, data: int, span: str) -> None:
    """Draw budget, outlined, behind actual, solid, and plan, hatched."""
    cells = [f"{SHEET}!{xl_col_to_name(FIRST + k)}" for k in range(MONTHS)]
    block = Block(book, data, "FINANCE: REVENUE AGAINST BUDGET", [f"={c}$6" for c in cells], number="month")
    closed = [f'=IF({c}$6<sop_current,{c}${REVENUE},"")' for c in cells]
    to_come = [f'=IF({c}$6<sop_current,"",{c}${REVENUE})' for c in cells]
    series = (
        (block.add("Budget", [f"={c}${REVENUE + 1}" for c in cells], "thousands"), BUDGET_FILL),
        (block.add("Actual", closed, "thousands"), ACTUAL_FILL),
        (block.add("Plan", to_come, "thousands"), FORECAST_FILL),
    )
    chart_titles(book, sheet, row, 0, _revenue_title(span), '="Net revenue a month, "&sop_currency')
    chart = base_chart(book, {"type": "column"}, size=(790, 240))
    for line, look in series:
        chart.add_series(block.series(line, MONTHS, gap=45, overlap=70, **look))
    axes(chart, number=MONEY_AXIS)
    place(sheet, row + 2, 0, chart, description="Net revenue by month, actual and plan, against budget")


def _revenue_title(span: str) -> str:
    """Return the finding: where revenue ends the year, against budget where there is one."""
    outlook, gap, share = (f"{SHEET}!${c}${REVENUE}" for c in "UWX")
    more = f'IF({gap}<0," below"," above")&" budget ("&FIXED(100*ABS(N({share})),1)&" %)"'
    months = f"{SHEET}!$H${REVENUE + 2}:$S${REVENUE + 2}"
    count = f'"; "&COUNTIF({months},">0")&" of "&COUNT({months})&" months above"'
    ends = f'IF({span}=sop_fiscal_name,"Revenue ends ","Revenue "&{span}&" is ")'
    told = f"{ends}&{money(f'ABS({gap})')}&{more}&{count}"
    alone = f'"Revenue "&IF({span}=sop_fiscal_name,"ends ","of ")&{span}&" at "&{money(outlook)}'
    return f'=IF({outlook}="","Revenue of the year",IF({gap}="",{alone},{told}))'


def _bridge(book: Book, sheet: Worksheet, row: int, data: int, span: str) -> None:
    """Draw the way from budgeted to expected gross margin, family by family, the largest steps first."""
    comparison = compare(book, data)
    ranking = Ranking(
        book,
        data + 16,
        "FINANCE: FAMILIES BY STEP OF THE BRIDGE",
        [f"={SHEET}!$A${row_of(k)}" for k in range(LISTED)],
        lambda name: f'=IF({name}="",-1,ABS({comparison.step_of(name)}))',
        "Step",
    )
    bridge = lay_out(book, data + 30, ranking, comparison)
    chart_titles(book, sheet, row, 13, _bridge_title(comparison), _bridge_subtitle(comparison, bridge.floor, span))
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(716, 240))
    for series in bridge.series():
        chart.add_series(series)
    axes(chart, months=None, hide_values=True, low=None, base_line=False)
    chart.set_legend({"none": True})
    place(sheet, row + 2, 13, chart, description="Gross margin of the year from budget to outlook, by family")


def _bridge_title(comparison: Comparison) -> str:
    """Return the finding: the family that adds most, and the one that takes most."""
    steps, names = comparison.steps, comparison.names
    best, worst = f"MAX({steps})", f"MIN({steps})"
    gives = f'INDEX({names},MATCH({best},{steps},0))&" adds "&{money(best)}'
    takes = f'INDEX({names},MATCH({worst},{steps},0))&" takes "&{money(f"ABS({worst})")}'
    told = f'IF({best}>0,{gives},"")&IF(AND({best}>0,{worst}<0),"; ","")&IF({worst}<0,{takes},"")'
    same = f'IF(AND({best}<=0,{worst}>=0),"Gross margin is where it was",{told})'
    return f'=IF({comparison.start_name}="","Gross margin bridge: nothing to start from",{same})'


def _bridge_subtitle(comparison: Comparison, floor: str, span: str) -> str:
    """Return unit and split: what revenue does at the margin it had, what the margin rate does, where columns start."""
    name, volume = comparison.start_name, f"SUM({comparison.volumes})"
    rate = f"(SUM({comparison.steps})-{volume})"
    split = f'"  |  by revenue "&{_signed(volume)}&", by margin rate "&{_signed(rate)}'
    cut = f'IF({floor}>0,"  |  columns start at "&{money(floor)},"")'
    way = f'"Gross margin, "&LOWER({name})&" to outlook "&{span}&", "&sop_currency&{split}&{cut}'
    return f'=IF({name}="","Needs a budget, or the year before, of the same months",{way})'


def _signed(value: str) -> str:
    return f'IF({value}>0,"+","")&{money(value)}'
