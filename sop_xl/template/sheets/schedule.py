"""The view Schedule: how busy each resource is, its lots as a Gantt made of cells, and what is in trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, Ranking, at
from sop_xl.template.parts import masthead, print_page, protect, section, write
from sop_xl.template.rows import HAIR
from sop_xl.template.sheets.schedule_lists import ITEMS, LOTS, list_short_items, list_trouble
from sop_xl.template.style import ACTUAL, BAD, CLOSED, HEAT, LINE, MUTE, WHITE
from sop_xl.template.words import cut

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Schedule"
WEEKS, DAYS = 8, 5
FIRST = 7
"""Column of the first day (H), from 0."""
LAST = FIRST + WEEKS * DAYS - 1
WIDTHS = (
    ("A:A", 206),
    ("B:B", 96),
    ("C:C", 54),
    ("D:D", 48),
    ("E:F", 64),
    ("G:G", 8),
    (f"H:{xl_col_to_name(LAST)}", 19),
)
BUSY = 8
"""First row, from 0, of the resources."""
RESOURCES, LISTED = 8, 60
CHOOSER = BUSY + RESOURCES + 1
GANTT = CHOOSER + 2
"""First row of the lots."""
SHOWN = 28
TROUBLE = GANTT + SHOWN + 1
SHORT = TROUBLE + LOTS + 3
DATA = 2400
"""First row of this view on Chart data."""
_RESOURCE = at(DATA + LISTED + 5, 1)
_FROM = at(DATA + LISTED + 6, 1)
_TABLE = "tblSchedule"
PARTLY = HEAT[0][1]
ON_TIME, LATE = "–", "▲"
"""What a cell of a lot's bar holds: its state shows without colour too."""


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    lots = f'COUNTIF({_TABLE}[State],"<>")'
    newer = (
        'IFERROR(LOOKUP(2,1/ISNUMBER(SEARCH("supply",tblRuns[Steps])),ROW(tblRuns[Steps])),0)>'
        'IFERROR(LOOKUP(2,1/ISNUMBER(SEARCH("schedule",tblRuns[Steps])),ROW(tblRuns[Steps])),0)'
    )
    weeks = "MAX(tblTrackingStock[Number])"
    subtitle = (
        f'=IF({lots}=0,"No schedule yet: the button Schedule, or sop-xl schedule FILE, makes one from the plan",'
        f'INDEX({_TABLE}[Location],1)&", next "&{weeks}&" weeks, by "&INDEX({_TABLE}[Method],1)&'
        f'"  |  one column is a working day; a resource does one lot at a time"&'
        f'IF({newer},"  |  ▲ the plan is newer: schedule again",""))'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    _day_header(book, sheet)
    _busy(book, sheet)
    _gantt(book, sheet)
    list_trouble(book, sheet, bar=TROUBLE, last=LAST, data=DATA + LISTED + 8)
    list_short_items(book, sheet, bar=SHORT, last=LAST, first=FIRST, weeks=WEEKS, data=DATA + LISTED + 8 + LOTS + 3)
    sheet.freeze_panes(7, 1)
    protect(sheet)
    print_page(sheet, f"A1:{xl_col_to_name(LAST)}{SHORT + ITEMS + 2}", repeat=(0, 6))


def _day_header(book: Book, sheet: Worksheet) -> None:
    """Write the weeks by their first day, and the day of the month of each column."""
    for row, pixels in ((4, 18), (5, 20), (6, 4)):
        sheet.set_row_pixels(row, pixels)
    for column, words in enumerate(("Resource, lot", "Code", "Units", "Hours", "Needed", "End")):
        side = "left" if column < 2 else "right"
        write(sheet, 5, column, words, book.style("Header", align=side, text_wrap=False))
    for k in range(WEEKS * DAYS):
        column, name = FIRST + k, xl_col_to_name(FIRST + k)
        edge: dict[str, Any] = {"left": 1, "left_color": LINE} if k % DAYS == 0 else {}
        if k % DAYS == 0:
            words = f'="from "&DAY({name}6)&" "&INDEX(sop_months,MONTH({name}6))'
            write(sheet, 4, column, words, book.style("Band"))
        date = f"=WORKDAY(sop_current-1,{k + 1})"
        head = book.style("Header", align="center", text_wrap=False, num_format="d", font_size=9, bold=False, **edge)
        write(sheet, 5, column, date, head)


def _busy(book: Book, sheet: Worksheet) -> None:
    """Write the share of each day's hours that each resource works."""
    section(book, sheet, 7, "BUSY, % OF THE DAY'S HOURS;  ● ALL OF THEM", LAST)
    listed = [
        f'=IF(ROWS(tblResources[Resource])<{k},"",INDEX(tblResources[Resource],{k})&"")' for k in range(1, LISTED + 1)
    ]
    ranking = Ranking(book, DATA, "SCHEDULE: RESOURCES BY HOURS SCHEDULED", listed, _hours, "Hours")
    for k in range(RESOURCES):
        row, name = BUSY + k, f"$A{BUSY + k + 1}"
        sheet.set_row_pixels(row, 17)
        write(sheet, row, 0, ranking.name(k + 1), book.style("Label_1", bottom=0))
        count = f'COUNTIFS({_TABLE}[Resource],{name},{_TABLE}[Place],">0")'
        write(sheet, row, 1, f'=IF({name}="","",{count}&" lots")', book.style("Unit", indent=0, bottom=0))
        hours = (
            f"SUMIFS({_TABLE}[Hours],{_TABLE}[Resource],{name})+SUMIFS({_TABLE}[Setup hours],{_TABLE}[Resource],{name})"
        )
        write(sheet, row, 3, f'=IF({name}="","",{hours})', book.style("Calc", "units", bottom=0))
        for day in range(WEEKS * DAYS):
            look = book.style("Calc", "share_of_day", bottom=0, font_size=9, align="center", shrink=False)
            write(sheet, row, FIRST + day, _share(name, day), look)
    area = f"{xl_col_to_name(FIRST)}{BUSY + 1}:{xl_col_to_name(LAST)}{BUSY + RESOURCES}"
    first = area.split(":", maxsplit=1)[0]
    for least, look in ((99.5, {"bg_color": ACTUAL, "font_color": WHITE}), (0.5, {"bg_color": PARTLY})):
        test = f"=AND(ISNUMBER({first}),N({first})>={least})"
        rule = {"type": "formula", "criteria": test, "format": book.look(**look, **HAIR)}
        sheet.conditional_format(area, rule)
    hair = {"type": "formula", "criteria": f'=$A{BUSY + 1}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(f"A{BUSY + 1}:{xl_col_to_name(LAST)}{BUSY + RESOURCES}", hair)


def _hours(name: str) -> str:
    count = f'COUNTIFS({_TABLE}[Resource],{name},{_TABLE}[Place],">0")'
    return f'=IF({name}="",-1,IF({count}=0,-1,SUMIFS({_TABLE}[Hours],{_TABLE}[Resource],{name})))'


def _share(name: str, day: int) -> str:
    """Return how much of a working day the resource's tasks take: each from its start to its end within the day."""
    starts, ends = f"{_TABLE}[Start day]", f"{_TABLE}[End day]"
    inside = f'({_TABLE}[Resource]={name})*({ends}<>"")*({ends}>{day})*({starts}<{day + 1})'
    length = (
        f"(({ends}<{day + 1})*{ends}+({ends}>={day + 1})*{day + 1}-({starts}>{day})*{starts}-({starts}<={day})*{day})"
    )
    return f'=IF({name}="","",100*SUMPRODUCT({inside}*{length}))'


def _gantt(book: Book, sheet: Worksheet) -> None:
    """Write the lots of one resource in their order, each with its bar; the resource and the first lot are chosen."""
    block = Block(book, DATA + LISTED + 3, "SCHEDULE: WHAT IS SHOWN", ())
    block.add("Resource", (f'=IF({SHEET}!$A${CHOOSER + 1}="",{SHEET}!$A${BUSY + 1},{SHEET}!$A${CHOOSER + 1})',))
    block.add("First lot", (f"=MAX(1,N({SHEET}!$E${CHOOSER + 1}))",))
    title = f'=IF({_RESOURCE}="","LOTS OF ONE RESOURCE","LOTS OF "&UPPER({_RESOURCE})&", IN THEIR ORDER")'
    section(book, sheet, CHOOSER - 1, title, LAST)
    key = f"{ON_TIME} in its month   {LATE} after it   grey: needed by then"
    write(sheet, CHOOSER - 1, LAST, key, book.style("Section", align="right", bold=False, font_size=9))
    _choosers(book, sheet)
    for k in range(SHOWN):
        _lot(book, sheet, GANTT + k, k)
    _bars(book, sheet)


def _choosers(book: Book, sheet: Worksheet) -> None:
    sheet.set_row_pixels(CHOOSER, 20)
    write(sheet, CHOOSER, 0, None, book.style("InputText", "text"))
    rule = {
        "validate": "list",
        "source": "=lst_Resources",
        "ignore_blank": True,
        "input_title": "Resource",
        "input_message": "Choose a resource to show; empty: the one with most hours.",
        "error_message": "Choose a resource of the list, or leave the cell empty.",
    }
    sheet.data_validation(CHOOSER, 0, CHOOSER, 0, rule)
    write(sheet, CHOOSER, 1, "◄ choose; lots from no.", book.style("Note"))
    write(sheet, CHOOSER, 4, None, book.style("Input", "general"))
    rule = {
        "validate": "integer",
        "criteria": ">=",
        "value": 1,
        "ignore_blank": True,
        "input_title": "First lot",
        "input_message": f"The first of the {SHOWN} lots shown; empty: the first of the resource.",
        "error_message": "Type a whole number, 1 or more, or leave the cell empty.",
    }
    sheet.data_validation(CHOOSER, 4, CHOOSER, 4, rule)
    more = f'COUNTIFS({_TABLE}[Resource],{_RESOURCE},{_TABLE}[Place],">0")'
    words = f'=IF({_RESOURCE}="","","◄  of "&{more})'
    write(sheet, CHOOSER, 5, words, book.style("Note"))


def _lot(book: Book, sheet: Worksheet, row: int, k: int) -> None:
    """Write the k-th lot shown: what it is, and for each day whether it runs or is needed."""
    sheet.set_row_pixels(row, 16)
    place = at(DATA + LISTED + 8 + LOTS + 3 + ITEMS + 4 + k, 1)

    def shown(header: str) -> str:
        return f'=IF({place}="","",INDEX({_TABLE}[{header}],{place}))'

    named = f"INDEX({_TABLE}[Description],{place})"
    item = f'IF({named}="",INDEX({_TABLE}[Item],{place}),{named})'
    write(sheet, row, 0, f'=IF({place}="","",{cut(item, 30)})', book.style("Label_1", bottom=0, font_size=9))
    write(sheet, row, 1, shown("Item"), book.style("CalcText", bottom=0, font_size=9))
    for column, header, number in ((2, "Quantity", "units"), (3, "Hours", "one_decimal")):
        write(sheet, row, column, shown(header), book.style("Calc", number, bottom=0, font_size=9))
    for column, header in ((4, "Needed"), (5, "Finish")):
        look = book.style("Calc", bottom=0, font_size=9, num_format="d mmm")
        write(sheet, row, column, shown(header), look)
    for day in range(WEEKS * DAYS):
        start, end = (f"INDEX({_TABLE}[{name}],{place})" for name in ("Start day", "End day"))
        late = f'INDEX({_TABLE}[State],{place})="late"'
        needed = f"INDEX({_TABLE}[Needed],{place})={xl_col_to_name(FIRST + day)}$6"
        bar = f'IF(AND({end}>{day},{start}<{day + 1}),IF({late},"{LATE}","{ON_TIME}"),IF({needed},"|",""))'
        look = book.style("CalcText", bottom=0, align="center", font_size=9)
        write(sheet, row, FIRST + day, f'=IF({place}="","",{bar})', look)


def _bars(book: Book, sheet: Worksheet) -> None:
    """List where the lots shown stand in the table, and colour their bars."""
    block = Block(book, DATA + LISTED + 8 + LOTS + 3 + ITEMS + 2, "SCHEDULE: LOTS SHOWN", ("Row of table",))
    for k in range(SHOWN):
        block.add(f"{k + 1}", (f'=IFERROR(MATCH({_RESOURCE}&" #"&({_FROM}+{k}),{_TABLE}[Slot],0),"")',))
    first = f"{xl_col_to_name(FIRST)}{GANTT + 1}"
    area = f"{first}:{xl_col_to_name(LAST)}{GANTT + SHOWN}"
    looks = (
        (ON_TIME, {"bg_color": ACTUAL, "font_color": WHITE}),
        (LATE, {"bg_color": BAD, "font_color": WHITE}),
        ("|", {"bg_color": CLOSED, "font_color": MUTE}),
    )
    for sign, look in looks:
        rule = {"type": "formula", "criteria": f'={first}="{sign}"', "format": book.look(**look, **HAIR)}
        sheet.conditional_format(area, rule)
    hair = {"type": "formula", "criteria": f'=$A{GANTT + 1}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(f"A{GANTT + 1}:{xl_col_to_name(LAST)}{GANTT + SHOWN}", hair)
