"""Backlog of the families that have most, and lead time of those to order, on the view Inventory & backlog."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sop_xl.template.blocks import Ranking, family, span
from sop_xl.template.formulas import known
from sop_xl.template.parts import LAST, section, write
from sop_xl.template.rows import Measure, paper_rules, time_row
from sop_xl.template.words import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

BACKLOGS = 3
"""Families shown."""
BACKLOG_ROWS = 7
LISTED = 30
"""Families that are ranked."""


def show_backlog(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """Show the families with the highest backlog, and those to order, below row `bar`; `data`: row on Chart data."""
    families = f'COUNTIF({span(data + 2, data + 1 + LISTED, 1)},">=0.5")'
    words = f'"BACKLOG AND LEAD TIME:  "&{plural(families, "family has", "families have")}&" orders served late"'
    calm = '"BACKLOG AND LEAD TIME"&IF(sop_planned=0,"",": NO ORDERS WAIT")'
    section(book, sheet, bar, f"=IF({families}=0,{calm},{words})", LAST)
    note = "target, weeks, lead time: made to order  |  rate: shipments a week from now that restore the target by then"
    write(sheet, bar, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    ranking = Ranking(
        book, data, "INVENTORY: FAMILIES BY BACKLOG", [family(k) for k in range(1, LISTED + 1)], _peak, "Peak"
    )
    for k in range(BACKLOGS):
        first = bar + 1 + BACKLOG_ROWS * k
        for offset, measure in enumerate(_backlog_rows(first, ranking.name(k + 1))):
            time_row(book, sheet, first + offset, measure, pixels=17)
    paper_rules(book, sheet, bar + 1, bar + BACKLOG_ROWS * BACKLOGS)


def _peak(name: str) -> str:
    """Return the highest backlog of a family; -1 where it has none and is not made to order."""
    open_months = "(tblFamilyPlan[Month]>=sop_current)"
    peak = f"SUMPRODUCT(MAX((tblFamilyPlan[Family]={name})*{open_months}*tblFamilyPlan[Backlog]))"
    strategy = f'IFERROR(INDEX(tblFamilies[Strategy],MATCH({name},tblFamilies[Family],0))="MTO",FALSE)'
    return f'=IF({name}="",-1,IF(OR({strategy},{peak}>=0.5),{peak},-1))'


def _backlog_rows(row: int, name: str) -> list[Measure]:
    """Return backlog and its target, bookings, shipments, weeks, and the rate that restores the target, of a family."""
    first = row + 1

    def column(header: str, table: str = "tblFamilyPlan") -> Callable[[str], str]:
        where = (("Family", f"$A${first}"),)
        return lambda c: f'=IF($A${first}="","",{known(table, header, *where, ("Month", f"{c}$6"))})'

    def told(words: str) -> str:
        return f'=IF($A${first}="","","{words}")'

    sub = Measure("", column(""), total="mean", label_role="Label_2", paper=True)
    last = replace(sub, quarters="last")
    weeks = replace(last, unit=told("weeks"), number="one_decimal")
    return [
        replace(
            last,
            label=name,
            month=column("Backlog"),
            unit=told("units"),
            tag=told("backlog"),
            label_role="Label",
            bold=True,
        ),
        replace(last, label=told("Target"), month=column("Target backlog", "tblLeadTimes"), unit=told("units")),
        replace(sub, label=told("Bookings"), month=column("Bookings"), unit=told("units"), quarters="sum"),
        replace(sub, label=told("Shipments"), month=column("Served"), unit=told("units"), quarters="sum"),
        replace(weeks, label=told("Weeks of backlog"), month=column("Weeks of backlog", "tblLeadTimes")),
        replace(weeks, label=told("Quoted lead time"), month=column("Quoted weeks", "tblLeadTimes")),
        replace(
            last,
            label=told("Rate to target"),
            month=column("Rate to target", "tblLeadTimes"),
            unit=told("/week"),
            tag=told("by then"),
        ),
    ]
