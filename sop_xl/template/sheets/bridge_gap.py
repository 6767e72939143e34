"""The last page of Bridge: the gap to budget and the run rate that closes it, a back-solve, and items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.parts import HALF_THOUSAND, section, signs, write
from sop_xl.template.rows import HAIR
from sop_xl.template.sheets import bridge_items, bridge_solve
from sop_xl.template.sheets.bridge_parts import LAST, heads
from sop_xl.template.words import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

HEADS = (
    "Budget",
    "To date",
    "To go",
    "Outlook",
    "Gap",
    "Gap to date",
    "Gap to go",
    "Months left",
    "Plan/month",
    "Need/month",
    "Need/plan",
)
LINES = (("Net revenue", 9), ("Gross margin", 17))
"""The lines and their rows on Finance, as Excel counts; their budget stands below."""
SOLVE = 6
DRILL = SOLVE + bridge_solve.ROWS + 2
"""Bars of the sections below the gap, from the first row of the page."""
ROWS = DRILL + bridge_items.ROWS


def write_gap(book: Book, sheet: Worksheet, top: int, comparisons: Sequence[str], steps: Sequence[str]) -> None:
    """Write the page from row `top` (from 0) on; arguments as in `bridge_items.write_items`."""
    _gap(book, sheet, top)
    bridge_solve.write_solve(book, sheet, top + SOLVE)
    bridge_items.write_items(book, sheet, top + DRILL, comparisons, steps)


def _gap(book: Book, sheet: Worksheet, row: int) -> None:
    """Write gap and run rate of the year from the sheet Finance: blank where the year has no budget."""
    section(book, sheet, row, "GAP TO BUDGET, AND THE RUN RATE THAT CLOSES IT", LAST)
    heads(book, sheet, row + 1, HEADS)
    months = "SUMPRODUCT((Finance!$H$6:$S$6>=sop_current)*ISNUMBER(Finance!$H$9:$S$9))"
    for k, (words, line) in enumerate(LINES):
        n = row + 3 + k
        budget = f'SUMIFS(Finance!$H${line + 1}:$S${line + 1},Finance!$H$6:$S$6,"<"&sop_current)'
        cells = (
            (f"Finance!$V${line}", "thousands"),
            (f"N(Finance!$F${line})", "thousands"),
            (f"ROUND(E{n}-C{n},2)", "thousands"),
            (f"N(Finance!$U${line})", "thousands"),
            (f"ROUND(E{n}-B{n},2)", "thousands_delta"),
            (f"ROUND(C{n}-{budget},2)", "thousands_delta"),
            (f"ROUND(F{n}-G{n},2)", "thousands_delta"),
            (months, "count"),
            (f'IF(I{n}=0,"",D{n}/I{n})', "thousands"),
            (f'IF(I{n}=0,"",(B{n}-C{n})/I{n})', "thousands"),
            (f'IF(OR(I{n}=0,N(J{n})=0),"",K{n}/J{n})', "percent_0"),
        )
        write(sheet, n - 1, 0, words, book.style("Label_1"))
        for column, (formula, number) in enumerate(cells, start=1):
            shown = f'=IF(Finance!$V${line}="","",{formula})'
            write(sheet, n - 1, column, shown, book.style("Calc", number))
    signs(book, sheet, f"F{row + 3}:H{row + 4}", least=HALF_THOUSAND, **HAIR)
    write(sheet, row + 4, 0, _gap_words(row + 3), book.style("Note"))


def _gap_words(n: int) -> str:
    share = figure(f"100*L{n}")
    rest = f'"Revenue needs "&{share}&" % of what is planned for each month left to reach the budget"'
    return f'=IF(N(I{n})=0,"Needs a budget of the year, and months left of it",{rest})'
