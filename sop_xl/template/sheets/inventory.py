"""The view Inventory & backlog: stock against target, the worst shortages, backlog and lead time, by family."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import family
from sop_xl.template.formulas import Where, known
from sop_xl.template.parts import (
    FIRST,
    LAST,
    QUARTERS,
    TIME_WIDTHS,
    masthead,
    print_page,
    protect,
    section,
    time_header,
    write,
)
from sop_xl.template.rows import HAIR, Measure, paper_areas, paper_rules, time_row
from sop_xl.template.sheets.inventory_backlog import BACKLOG_ROWS, BACKLOGS, LISTED, show_backlog
from sop_xl.template.sheets.inventory_charts import Rows, draw
from sop_xl.template.sheets.inventory_cover import Covers
from sop_xl.template.sheets.inventory_review import REVIEWED, list_surplus, list_targets
from sop_xl.template.sheets.inventory_shortages import SHORTAGES, list_shortages
from sop_xl.template.style import BAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Inventory & backlog"
FAMILIES = 10
TOTAL = 8
"""First row, from 0, of the five rows on all families."""
CHARTS = TOTAL + 6
SHORT = CHARTS + 15
DETAIL = SHORT + SHORTAGES + 3
TARGETS = DETAIL + 5 * (FAMILIES + 1) + 2
SURPLUS = TARGETS + REVIEWED + 3
BACKLOG = SURPLUS + REVIEWED + 3
"""Rows of the sections' bars: a list of variable length is the last of its page, so that it leaves no hole."""
DATA, PLAN_DATA = 400, 1550
"""First rows of this view on Chart data."""
_PLAN = "tblFamilyPlan"


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        '="Sold items, stock at the end of the month, all locations  |  cover: days of the demand to come  |  "&'
        'IF(sop_planned=0,"no plan yet","value at standard cost")'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    time_header(book, sheet, 4, ("Family", "", "Trend", "Unit", "Aim", "Mean 12"))
    write(sheet, 4, QUARTERS, "Quarters, end", book.style("Band"))
    section(book, sheet, TOTAL - 1, "STOCK OF SOLD ITEMS", LAST)
    covers = Covers(book, DATA + LISTED + 42)
    for offset, measure in enumerate(_stock_rows(TOTAL, (), covers.of())):
        time_row(book, sheet, TOTAL + offset, measure)
    _below(book, sheet, TOTAL + 2)
    draw(book, sheet, Rows(TOTAL, DETAIL + 1, BACKLOG + 1), row=CHARTS, data=DATA + LISTED + 18)
    list_shortages(book, sheet, bar=SHORT, data=PLAN_DATA + 2 * REVIEWED + 8)
    show_backlog(book, sheet, bar=BACKLOG, data=DATA)
    _detail(book, sheet, covers)
    list_targets(book, sheet, bar=TARGETS, data=PLAN_DATA)
    list_surplus(book, sheet, bar=SURPLUS, data=PLAN_DATA + REVIEWED + 4)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    _print(sheet)


def _print(sheet: Worksheet) -> None:
    """Three pages: families on the second, targets, surplus and backlog on the third."""
    for row in (CHARTS - 1, SHORT - 1, TARGETS - 1, SURPLUS - 1, BACKLOG - 1):
        sheet.set_row_pixels(row, 10)
    print_page(sheet, f"A1:AA{BACKLOG + BACKLOG_ROWS * BACKLOGS + 1}", repeat=(0, 6), one_page=False)
    sheet.set_margins(left=0.65, right=0.65, top=0.4, bottom=0.5)
    sheet.set_h_pagebreaks([DETAIL, TARGETS])


def _stock_rows(row: int, where: tuple[Where, ...], cover: Callable[[int, str], str], name: str = "") -> list[Measure]:
    """Return closing stock, target, difference, cover and value of a family, or of all where `name` is empty.

    Args:
        row: row of closing stock, from 0.
        where: the criterion that picks the family in tblFamilyPlan.
        cover: gives the formula of cover from the row of the stock, as Excel counts, and a month's column.
        name: formula of the family's name.
    """
    first = row + 1
    one = bool(name)

    def told(words: str) -> str:
        return f'=IF($A${first}="","","{words}")' if one else words

    def guarded(value: str) -> str:
        return f'=IF($A${first}="","",{value})'

    def closing(c: str) -> str:
        month = (*where, ("Month", f"{c}$6"))
        stock, plan = known(_PLAN, "Actual stock", *month), known(_PLAN, "Closing", *month)
        return guarded(f"IF({c}$6<sop_current,{stock},{plan})")

    def column(header: str, c: str) -> str:
        return guarded(known(_PLAN, header, *where, ("Month", f"{c}$6")))

    def difference(c: str) -> str:
        return f'=IF(COUNT({c}{first},{c}{first + 1})<2,"",{c}{first}-{c}{first + 1})'

    cover_aim = f"IFERROR(INDEX(tblFamilies[Cover days],MATCH($A${first},tblFamilies[Family],0)),0)"
    strategy = f'IFERROR(INDEX(tblFamilies[Strategy],MATCH($A${first},tblFamilies[Family],0))&"","")'
    unit = f'IFERROR(INDEX(tblFamilies[Unit],MATCH($A${first},tblFamilies[Family],0))&"","")'
    sub = Measure(
        "",
        closing,
        total="mean",
        quarters="last",
        label_role="Label_2" if one else "Label_1",
        paper=one,
        aim_number="days",
    )
    head = replace(sub, label=name, label_role="Label", tag=f"={strategy}", unit=f"={unit}", bold=True)
    all_families = replace(sub, label="Closing stock", unit="units", role="Output")
    return [
        head if one else all_families,
        replace(sub, label=told("Target"), month=partial(column, "Target"), unit=told("units")),
        replace(sub, label=told("To target"), month=difference, unit=told("units"), number="delta"),
        replace(
            sub,
            label=told("Cover"),
            month=partial(cover, first),
            unit=told("days"),
            number="days",
            aim=f'=IF({cover_aim}=0,"",{cover_aim})' if one else "",
        ),
        replace(
            sub,
            label=told("Value"),
            month=partial(column, "Inventory value"),
            unit=f'=IF($A${first}="","","k"&sop_currency)' if one else '="k"&sop_currency',
            number="thousands",
        ),
    ]


def _detail(book: Book, sheet: Worksheet, covers: Covers) -> None:
    """Write the five rows of each family, largest first, and of all others together."""
    section(book, sheet, DETAIL, "STOCK OF SOLD ITEMS BY FAMILY", LAST)
    write(sheet, DETAIL, LAST, "largest revenue first", book.style("Section", align="right", bold=False, font_size=9))
    first = DETAIL + 1
    for k in range(FAMILIES):
        row = first + 5 * k
        mine = ("Family", f"$A${row + 1}")
        cover = covers.of(f"'{SHEET}'!{mine[1]}")
        for offset, measure in enumerate(_stock_rows(row, (mine,), cover, family(k + 1))):
            time_row(book, sheet, row + offset, measure, pixels=17)
    _others(book, sheet, first + 5 * FAMILIES, first)
    for k in range(FAMILIES + 1):
        _below(book, sheet, first + 5 * k + 2, **HAIR)
    paper_rules(book, sheet, first, first + 5 * (FAMILIES + 1) - 1)


def _below(book: Book, sheet: Worksheet, row: int, **more: Any) -> None:
    """Colour stock below its target; more than the target is neither good nor bad."""
    for area in paper_areas(row, row)[1:]:
        first = area.split(":", maxsplit=1)[0]
        look = book.look(font_color=BAD, **more)
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({first}),N({first})<0)", "format": look}
        sheet.conditional_format(area, rule)


def _others(book: Book, sheet: Worksheet, row: int, first: int) -> None:
    """Write what families beyond the first ten hold: all families less those listed."""
    listed = ",".join(f"H{first + 5 * k + 5}:V{first + 5 * k + 5}" for k in range(FAMILIES))
    more = f"ABS(SUM(H{TOTAL + 5}:V{TOTAL + 5})-SUM({listed}))>0.005"
    name = f'=IF(OR(COUNT(tblFamilies[Rank])>{FAMILIES},{more}),"Other families","")'
    for offset, measure in enumerate(_stock_rows(row, (), lambda _row, _column: "", name)):
        if offset != 3:
            time_row(book, sheet, row + offset, _less(measure, row, offset, first), pixels=17)


def _less(measure: Measure, row: int, offset: int, first: int) -> Measure:
    """Return the row with all families' figures less those of the families listed from row `first`."""
    if offset == 2:
        return measure

    def rest(c: str) -> str:
        listed = ",".join(f"{c}{first + 5 * k + offset + 1}" for k in range(FAMILIES))
        total = f"{c}{TOTAL + offset + 1}"
        return f'=IF(OR($A${row + 1}="",COUNT({total})=0),"",ROUND({total}-SUM({listed}),2))'

    return replace(measure, month=rest)
