"""The view Capacity: load wanted as a heat map, what the plan makes of it, and what an hour is worth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, Ranking, at, span
from sop_xl.template.comments import ROWS as COMMENT_ROWS
from sop_xl.template.comments import Comments, write_comments
from sop_xl.template.formulas import FILLED, OPEN_MONTHS, count_of, known, sum_of
from sop_xl.template.parts import (
    AHEAD,
    FIRST,
    LAST,
    QUARTERS,
    TIME_WIDTHS,
    heat,
    masthead,
    print_page,
    protect,
    section,
    time_header,
    write,
)
from sop_xl.template.rows import HAIR, OPEN, Measure, paper_areas, paper_rules, time_row
from sop_xl.template.sheets.capacity_charts import Shown, draw
from sop_xl.template.style import HEAT, INK, LINE, WHITE

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Capacity"
RESOURCES = 8
LISTED = 60
"""Resources that are ranked; the first 8 are shown."""
WANTED = 8
"""First row, from 0, of the heat map of wanted load."""
HOURS = WANTED + RESOURCES + 1
"""Row of the section on one resource; its chooser stands one below, its six rows from two below."""
CHOOSER = HOURS + 1
CHARTS = HOURS + 9
PLAN = CHARTS + 17
"""First row of the heat map of the plan."""
COMMENTS = PLAN + RESOURCES + 1
"""Row of the bar of comments on resources."""
DATA = 300
"""First row of this view on Chart data."""
_COMMENTS = Comments(("resource",), "sop_current")
_SHOWN = at(DATA + LISTED + 4, 1)
"""The cell that names the resource shown in detail: the chosen one, else the one with the highest peak."""
_BANDS = (
    ("under 70 %", 10, 11),
    ("70–90 %", 12, 13),
    ("90–100 %", 14, 15),
    ("▲ 100–115 %", 16, 18),
    ("▲ above 115 %", 19, 21),
)


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        '="Hours a month, % of regular hours  |  wanted: all demand made in its month  |  "&'
        'IF(COUNT(tblLoad[Wanted hours])=0,"no plan yet","plan: with overtime, built ahead or for stock")'
    )
    masthead(book, sheet, "Capacity", subtitle, LAST)
    time_header(book, sheet, 4, ("Resource", "h / month", "Trend", "Unit", "Limit", "Peak"))
    write(sheet, 4, QUARTERS, "Quarters, mean", book.style("Band"))
    _wanted(book, sheet, _rank(book))
    _plan(book, sheet)
    _one_resource(book, sheet)
    draw(book, sheet, Shown(_SHOWN, CHOOSER + 2), row=CHARTS, data=DATA + LISTED + 6)
    write_comments(book, sheet, COMMENTS, _COMMENTS, LAST)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:AA{COMMENTS + COMMENT_ROWS}", repeat=(0, 6))


def _rank(book: Book) -> Ranking:
    """List the resources with the peak of their wanted load over the open months, and name the one shown."""
    listed = [
        f'=IF(ROWS(tblResources[Resource])<{k},"",INDEX(tblResources[Resource],{k})&"")' for k in range(1, LISTED + 1)
    ]
    ranking = Ranking(book, DATA, "CAPACITY: RESOURCES BY PEAK OF LOAD WANTED", listed, _peak, "Peak")
    shown = f'=IF(Capacity!$A${CHOOSER + 1}="",Capacity!$A${WANTED + 1},Capacity!$A${CHOOSER + 1})'
    Block(book, ranking.next, "CAPACITY: RESOURCE SHOWN", ()).add("Resource shown", (shown,))
    return ranking


def _peak(name: str) -> str:
    """Return the highest wanted load of the open months; -1 where the resource is blank or has no load."""
    wanted, hours = "tblLoad[Wanted hours]", "tblLoad[Available hours]"
    ratio = f"(({hours}>0)*{wanted}/({hours}+({hours}=0))+({hours}=0)*({wanted}>0)*9.99)"
    window = "(tblLoad[Month]>=sop_current)*(tblLoad[Month]<EDATE(sop_current,12))"
    peak = f"SUMPRODUCT(MAX((tblLoad[Resource]={name})*{window}*{ratio}))"
    return f'=IF({name}="",-1,IF({count_of("tblLoad", ("Resource", name), *OPEN_MONTHS)}=0,-1,{peak}))'


def _load(row: int, hours: str, column: str) -> str:
    """Return the load of the month in `column`: `hours` over those available, for the resource of `row`."""
    where = (("Resource", f"$A{row + 1}"), ("Month", f"{column}$6"))
    free = sum_of("tblLoad", "Available hours", *where)
    used = sum_of("tblLoad", hours, *where)
    known_row = f'OR($A{row + 1}="",{count_of("tblLoad", *where, (hours, FILLED))}=0)'
    return f'=IF({known_row},"",IF({free}>0,{used}/{free},IF({used}>0,9.99,0)))'


def _wanted(book: Book, sheet: Worksheet, ranking: Ranking) -> None:
    section(book, sheet, 7, "LOAD WANTED", LAST)
    _legend(book, sheet, 7)
    for k in range(RESOURCES):
        row = WANTED + k
        of = ("Resource", f"$A{row + 1}")
        free = sum_of("tblLoad", "Available hours", of, *OPEN_MONTHS)
        more = sum_of("tblLoad", "Overtime limit", of, *OPEN_MONTHS)
        months = count_of("tblLoad", of, *OPEN_MONTHS)
        measure = Measure(
            label=ranking.name(k + 1),
            month=partial(_load, row, "Wanted hours"),
            unit=f'=IF($A{row + 1}="","","%"&{_COMMENTS.mark(f"$A{row + 1}")})',
            number="load",
            tag=f'=IF($A{row + 1}="","",{free}/MAX(1,{months}))',
            tag_number="units",
            aim=f'=IF($A{row + 1}="","",IF({free}>0,1+{more}/{free},1))',
            total="max",
            quarters="mean",
            paper=True,
        )
        time_row(book, sheet, row, measure, pixels=20)
    _heat_rows(book, sheet, WANTED)
    more = f'COUNTIF({span(DATA + 2, DATA + 1 + LISTED, 1)},">=0")-{RESOURCES}'
    words = f'=IF({more}>0,"and "&{more}&" more with lower peaks: choose one below","")'
    write(sheet, WANTED + RESOURCES, 0, words, book.style("Note"))


def _heat_rows(book: Book, sheet: Worksheet, first: int) -> None:
    last = first + RESOURCES - 1
    for area in paper_areas(first, last)[1:]:
        heat(book, sheet, area, **HAIR)
    paper_rules(book, sheet, first, last, closed=False)
    sheet.set_row_pixels(last + 1, 16)


def _legend(book: Book, sheet: Worksheet, row: int) -> None:
    """Write the bands of the heat map into the section bar, in their own colours."""
    write(sheet, row, 9, "Bands", book.style("Section", font_size=9, bold=False, align="right"))
    looks = ((WHITE, INK), *((fill, ink) for _, fill, ink in HEAT))
    for (words, first, last), (fill, ink) in zip(_BANDS, looks, strict=True):
        look = book.style(
            "Band",
            align="center_across",
            bg_color=fill,
            font_color=ink,
            border=1,
            border_color=LINE,
            bold=words[0] == "▲",
        )
        write(sheet, row, first, words, look)
        for column in range(first + 1, last + 1):
            sheet.write_blank(row, column, None, look)


def _plan(book: Book, sheet: Worksheet) -> None:
    section(book, sheet, PLAN - 1, "LOAD OF THE PLAN", LAST)
    quiet: dict[str, Any] = {"font_size": 9, "bold": False}
    write(sheet, PLAN - 1, 1, "Overtime h", book.style("Section", **quiet))
    write(sheet, PLAN - 1, 4, "Ahead h", book.style("Section", align="right", **quiet))
    words = (
        '=IF(COUNT(tblLoad[Required hours])=0,"",'
        f'{_months_with_overtime()}&" of 12 months use overtime  |  ahead: built early or for stock, next 12 months")'
    )
    write(sheet, PLAN - 1, LAST, words, book.style("Section", align="right", **quiet))
    for k in range(RESOURCES):
        row = PLAN + k
        name = f"$A{row + 1}"
        over = sum_of("tblLoad", "Overtime hours", ("Resource", name), *OPEN_MONTHS)
        measure = Measure(
            label=f"=A{WANTED + k + 1}",
            month=partial(_load, row, "Required hours"),
            unit=f'=IF({name}="","","%"&{_COMMENTS.mark(name)})',
            number="load",
            tag=f'=IF({name}="","",{over})',
            tag_number="units",
            aim=f'=IF({name}="","",{_moved(name)})',
            aim_number="units",
            total="max",
            quarters="mean",
            paper=True,
        )
        time_row(book, sheet, row, measure)
    _heat_rows(book, sheet, PLAN)


def _months_with_overtime() -> str:
    """Return how many open months of the sheet have overtime on any resource."""
    months = [
        f"({sum_of('tblLoad', 'Overtime hours', ('Month', f'{xl_col_to_name(OPEN + k)}$6'))}>0.5)" for k in range(AHEAD)
    ]
    return "(" + "+".join(months) + ")"


def _moved(name: str) -> str:
    """Return the hours planned beyond those wanted in their month: built ahead, for stock, or late."""
    gap = "(tblLoad[Required hours]-tblLoad[Wanted hours])"
    window = "(tblLoad[Month]>=sop_current)*(tblLoad[Month]<EDATE(sop_current,12))"
    return f"SUMPRODUCT((tblLoad[Resource]={name})*{window}*({gap}>0)*{gap})"


def _one_resource(book: Book, sheet: Worksheet) -> None:
    section(book, sheet, HOURS, f'=IF({_SHOWN}="","HOURS OF ONE RESOURCE","HOURS OF "&UPPER({_SHOWN}))', LAST)
    sheet.set_row_pixels(CHOOSER, 20)
    write(sheet, CHOOSER, 0, None, book.style("InputText", "text"))
    sheet.data_validation(
        CHOOSER,
        0,
        CHOOSER,
        0,
        {
            "validate": "list",
            "source": "=lst_Resources",
            "ignore_blank": True,
            "input_title": "Resource",
            "input_message": "Choose a resource to show; empty: the one with the highest peak.",
            "error_message": "Choose a resource of the list, or leave the cell empty.",
        },
    )
    write(sheet, CHOOSER, 1, "◄ choose; empty: the highest peak", book.style("Note"))
    for column, words in ((5, "Next 12"), (QUARTERS, "Quarters, sum")):
        write(sheet, CHOOSER, column, words, book.style("Band", align="right" if column == 5 else "left"))
    for offset, measure in enumerate(_measures(), start=CHOOSER + 1):
        time_row(book, sheet, offset, measure)


def _measures() -> list[Measure]:
    """Return the six rows on the hours of the resource shown."""
    first = CHOOSER + 2

    def of(column: str) -> Measure:
        words = {"Wanted hours": "Wanted", "Required hours": "Planned", "Available hours": "Regular hours"}
        shown = ("Resource", _SHOWN)
        return Measure(
            label=words.get(column, "Overtime planned"),
            month=lambda c: "=" + known("tblLoad", column, shown, ("Month", f"{c}$6")),
            unit="h",
        )

    def gap(c: str) -> str:
        return f'=IF(COUNT({c}{first}:{c}{first + 1})<2,"",ROUND({c}{first + 1}-{c}{first},2))'

    def beyond(c: str) -> str:
        limit = sum_of("tblLoad", "Overtime limit", ("Resource", _SHOWN), ("Month", f"{c}$6"))
        return f'=IF(COUNT({c}{first},{c}{first + 3})<2,"",ROUND(MAX(0,{c}{first}-{c}{first + 3}-{limit}),2))'

    return [
        of("Wanted hours"),
        of("Required hours"),
        Measure(label="Planned less wanted", month=gap, unit="h", number="delta", label_role="Label_2"),
        of("Available hours"),
        of("Overtime hours"),
        Measure(label="Wanted beyond overtime", month=beyond, unit="h", label_role="Label_2"),
    ]
