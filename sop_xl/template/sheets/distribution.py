"""The view Distribution: what each place needs and gets, what is short and how it would be shared fairly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.blocks import Ranking
from sop_xl.template.formulas import OPEN_MONTHS, count_of, sum_of
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
from sop_xl.template.ranked_list import ListColumn, RankedList, named
from sop_xl.template.rows import HAIR, Measure, paper_areas, paper_rules, time_row
from sop_xl.template.style import BAD
from sop_xl.template.words import cut, figure, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Distribution"
TOTAL = 8
"""First row, from 0, of the rows on all lanes."""
PLACES, PLACE_ROWS = 6, 3
PLACE = TOTAL + 6
LISTED_PLACES = 30
SHORT = PLACE + PLACES * PLACE_ROWS + 1
LISTED = 14
DATA = 1300
"""First row of this view on Chart data."""
_TABLE = "tblDistribution"
ABOVE, ROWS = '">0.5"', '" rows"'


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        f"=IF(COUNT({_TABLE}[Ship month])=0,IF(COUNT(tblLanes[Transit (days)])+COUNTA(tblLanes[From])=0,"
        '"One place serves all, so nothing is distributed  |  with a second place and a lane to it on Lanes, '
        'its need, what it gets and its fair share stand here","Nothing is moved in the plan yet"),'
        '"By the month in which it leaves  |  need keeps the place\'s target stock, in whole multiples")'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    time_header(book, sheet, 4, ("Place", "", "Trend", "Unit", "", "Next 12"))
    write(sheet, 4, QUARTERS, "Quarters, sum", book.style("Band"))
    section(book, sheet, TOTAL - 1, "ALL LANES", LAST)
    for offset, measure in enumerate(_rows(TOTAL + 1, None)):
        time_row(book, sheet, TOTAL + offset, measure)
    time_row(
        book,
        sheet,
        TOTAL + 3,
        Measure("Transport cost", _sum("Cost", None), unit='="k"&sop_currency', number="thousands"),
    )
    _places(book, sheet)
    _short(book, sheet)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:AA{SHORT + LISTED + 2}", repeat=(0, 6))


def _sum(column: str, name: str | None) -> Callable[[str], str]:
    """Return what gives the formula of a month: the sum over all lanes, or those to the place that `name` holds."""

    def month(c: str) -> str:
        where = (("Ship month", f"{c}$6"), *((("To", name),) if name else ()))
        blank = f'{name}="",' if name else ""
        return f'=IF(OR({blank}{c}$6<sop_current,COUNT({_TABLE}[Ship month])=0),"",{sum_of(_TABLE, column, *where)})'

    return month


def _rows(first: int, name: str | None) -> list[Measure]:
    """Return need, planned and short; `first` is their first row as Excel counts."""

    def told(words: str) -> str:
        return f'=IF({name}="","","{words}")' if name else words

    paper = name is not None
    rows = count_of(_TABLE, ("Short", ABOVE))
    tag = "" if paper else f'=IF({rows}=0,"",{rows}&{ROWS})'
    role = "Label_2" if paper else "Label_1"
    return [
        Measure(
            told(what),
            _sum(what, name),
            unit=told("units"),
            paper=paper,
            label_role=role,
            tag=tag if what == "Short" else "",
        )
        for what in ("Need", "Planned", "Short")
    ]


def _places(book: Book, sheet: Worksheet) -> None:
    """Write need, planned and short of the places that get most."""
    section(book, sheet, PLACE - 1, "BY PLACE", LAST)
    write(sheet, PLACE - 1, LAST, "what gets most first", book.style("Section", align="right", bold=False, font_size=9))
    listed = [
        f'=IF(ROWS(tblLocations[Location])<{k},"",INDEX(tblLocations[Location],{k})&"")'
        for k in range(1, LISTED_PLACES + 1)
    ]

    def gets(name: str) -> str:
        open_rows = tuple(("Ship month", criterion) for _, criterion in OPEN_MONTHS)
        total = sum_of(_TABLE, "Planned", ("To", name), *open_rows)
        return f'=IF({name}="",-1,IF({count_of(_TABLE, ("To", name))}=0,-1,{total}))'

    ranking = Ranking(book, DATA, "DISTRIBUTION: PLACES BY WHAT THEY GET", listed, gets, "Planned")
    for k in range(PLACES):
        first = PLACE + PLACE_ROWS * k
        name = f"$A${first + 1}"
        need, planned, short = _rows(first + 1, name)
        head = Measure(
            ranking.name(k + 1),
            need.month,
            unit=need.unit,
            tag=f'=IF({name}="","","need")',
            paper=True,
            bold=True,
            label_role="Label",
        )
        for offset, measure in enumerate((head, planned, short)):
            time_row(book, sheet, first + offset, measure, pixels=17)
        for area in paper_areas(first + 2, first + 2)[1:]:
            cell = area.split(":", maxsplit=1)[0]
            look = book.look(font_color=BAD, **HAIR)
            rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),N({cell})>0.5)", "format": look}
            sheet.conditional_format(area, rule)
    paper_rules(book, sheet, PLACE, PLACE + PLACES * PLACE_ROWS - 1, closed=False)


def _short(book: Book, sheet: Worksheet) -> None:
    """List what is short, with the fair share beside what is planned."""
    count = f"MAX({_TABLE}[Rank])"
    columns = (
        ListColumn(0, "Item", lambda get: named(get, 32, cut)),
        ListColumn(2, "Code", lambda get: cut(get("Item"), 14)),
        ListColumn(4, "From", lambda get: cut(get("From"), 16)),
        ListColumn(7, "To", lambda get: cut(get("To"), 14)),
        ListColumn(9, "Leaves", lambda get: get("Ship month"), "month"),
        ListColumn(10, "Arrives", lambda get: get("Arrive month"), "month"),
        ListColumn(11, "Need", lambda get: get("Need"), "units"),
        ListColumn(12, "Planned", lambda get: get("Planned"), "units"),
        ListColumn(13, "Fair", lambda get: get("Fair share"), "units"),
        ListColumn(14, "Short", lambda get: get("Short"), "units"),
        ListColumn(15, "Loads", lambda get: get("Loads"), "one_decimal"),
        ListColumn(17, "Planned against fair share", _fairness),
    )
    calm = f'IF(COUNT({_TABLE}[Ship month])=0,"SHORT","NO PLACE IS SHORT")'
    words = f'=IF(N({count})=0,{calm},"SHORT:  "&{plural(count, "row", "rows")}&", by month")'
    RankedList(_TABLE, "Rank", LISTED, LAST, columns).write(
        book,
        sheet,
        bar=SHORT,
        data=DATA + LISTED_PLACES + 4,
        title="DISTRIBUTION: WHAT IS SHORT",
        note="fair share: all places reach the same cover of what they sell in the month of arrival",
        words=words,
    )


def _fairness(get: Callable[[str], str]) -> str:
    """Return the fragment that compares what is planned with the fair share."""
    more, less = (
        figure(f"({a}-{b})") for a, b in ((get("Planned"), get("Fair share")), (get("Fair share"), get("Planned")))
    )
    gap = f"{get('Planned')}-{get('Fair share')}"
    told = f'IF({gap}>0,"gets "&{more}&" more than its share","gets "&{less}&" less than its share")'
    return f'IF(ABS({gap})<0.5,"as fair",{told})'
