"""The view Inventory & backlog: stock against target, the worst shortages, backlog and lead time, by family."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import Ranking, family, largest
from sop_xl.template.formulas import Where, count_of, known
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
from sop_xl.template.sheets.inventory_charts import Rows, draw
from sop_xl.template.sheets.inventory_cover import Covers
from sop_xl.template.style import BAD
from sop_xl.template.words import money, month_words, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Inventory & backlog"
FAMILIES = 10
BACKLOGS = 3
LISTED = 30
SHORTAGES = 12
TOTAL = 8
"""First row, from 0, of the five rows on all families."""
CHARTS = TOTAL + 6
SHORT = CHARTS + 15
BACKLOG = SHORT + SHORTAGES + 3
"""Rows of the sections' bars."""
DETAIL = BACKLOG + 5 * BACKLOGS + 1
DATA = 400
"""First row of this view on Chart data."""
_PLAN = "tblFamilyPlan"
_COLUMNS = (
    (0, "Item"),
    (1, "Code"),
    (3, "Market"),
    (5, "Month"),
    (7, "Units"),
    (8, "Kind"),
    (11, "Why"),
    (16, "What holds it"),
    (20, "Family"),
    (LAST, "Value"),
)
"""The list of shortages on the columns of a time sheet: column and head."""


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        '="Stock at the end of the month, all locations  |  cover: days until demand to come has used it up  |  "&'
        'IF(sop_planned=0,"no plan yet","value at standard cost")'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    time_header(book, sheet, 4, ("Family", "", "Trend", "Unit", "Aim", "Mean 12"))
    write(sheet, 4, QUARTERS, "Quarters, end", book.style("Band"))
    section(book, sheet, TOTAL - 1, "STOCK, ALL FAMILIES", LAST)
    covers = Covers(book, DATA + LISTED + 42)
    for offset, measure in enumerate(_stock_rows(TOTAL, (), covers.of())):
        time_row(book, sheet, TOTAL + offset, measure)
    _below(book, sheet, TOTAL + 2)
    draw(book, sheet, Rows(TOTAL, DETAIL + 1, BACKLOG + 1), row=CHARTS, data=DATA + LISTED + 18)
    _shortages(book, sheet)
    _backlog(book, sheet)
    _detail(book, sheet, covers)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    _print(sheet)


def _print(sheet: Worksheet) -> None:
    """Two pages, the families on the second; the wider margins make the first one fit beside its width."""
    for row in (CHARTS - 1, SHORT - 1, BACKLOG - 1):
        sheet.set_row_pixels(row, 10)
    print_page(sheet, f"A1:AA{DETAIL + 5 * (FAMILIES + 1) + 1}", repeat=(0, 6), one_page=False)
    sheet.set_margins(left=0.65, right=0.65, top=0.4, bottom=0.5)
    sheet.set_h_pagebreaks([DETAIL])


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


def _shortages(book: Book, sheet: Worksheet) -> None:
    """List the shortages of the plan that are worth most, with what holds them."""
    values = "tblShortages[Value]"
    served = "(" + "+".join(count_of("tblShortages", ("Kind", kind)) for kind in ('"late"', '"lost"')) + ")"
    found = (
        f'"WORST SHORTAGES:  "&MIN({SHORTAGES},COUNT({values}))&" of "&COUNT({values})&" lines, of all "&{served}&'
        f'" late or lost, "&(COUNT({values})-{served})&" below target"'
    )
    section(
        book,
        sheet,
        SHORT,
        f'=IF(COUNT({values})=0,"SHORTAGES"&IF(sop_planned=0,"",": NONE IN THE PLAN"),{found})',
        LAST,
    )
    total = f'=IF(COUNT({values})=0,"","together "&{money(f"SUM({values})")}&" "&sop_currency)'
    write(sheet, SHORT, LAST, total, book.style("Section", align="right", bold=False, font_size=9))
    for column in range(LAST + 1):
        write(sheet, SHORT + 1, column, None, book.style("Header"))
    for column, words in _COLUMNS:
        side = "right" if column in (5, 7, LAST) else "left"
        write(
            sheet,
            SHORT + 1,
            column,
            words,
            book.style("Header", align=side, text_wrap=False, indent=1 if column == 8 else 0),
        )
    write(sheet, SHORT + 1, LAST, '="k"&sop_currency', book.style("Header", align="right"))
    places = largest(book, DATA + LISTED + 2, "INVENTORY: WORST SHORTAGES", values, SHORTAGES)
    for offset, (value, place) in enumerate(places, start=SHORT + 2):
        _shortage(book, sheet, offset, value, place)
    hair = {"type": "formula", "criteria": f'=$A{SHORT + 3}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(SHORT + 2, 0, SHORT + 1 + SHORTAGES, LAST, hair)


def _shortage(book: Book, sheet: Worksheet, row: int, value: str, place: str) -> None:
    sheet.set_row_pixels(row, 17)

    def cell(header: str) -> str:
        return f"INDEX(tblShortages[{header}],{place})"

    def shown(content: str) -> str:
        return f'=IF({value}="","",{content})'

    kind = cell("Kind")
    item = f'IF({cell("Description")}="",{cell("Item")},{cell("Description")})&""'
    texts = {
        0: item,
        1: f'{cell("Item")}&""',
        3: f'IF({cell("Market")}="","all",{cell("Market")})&""',
        5: month_words(cell("Month")),
        8: f'IF({kind}="late","▲ served late",IF({kind}="lost","▲ lost sale","▼ below target"))',
        11: f'{cell("Reason")}&""',
        16: f'{cell("Binding")}&""',
        20: f'{cell("Family")}&""',
    }
    for column, content in texts.items():
        side: dict[str, Any] = {"align": "right"} if column == 5 else {"indent": 1} if column in (0, 8) else {}
        write(sheet, row, column, shown(content), book.style("CalcText", bottom=0, **side))
    write(sheet, row, 7, shown(cell("Quantity")), book.style("Calc", "units", bottom=0))
    write(sheet, row, LAST, f"={value}", book.style("Calc", "thousands", bottom=0))


def _backlog(book: Book, sheet: Worksheet) -> None:
    """Show the families with the highest backlog, and those made to order."""
    families = "SUMPRODUCT((tblLeadTimes[Month]=sop_current)*(tblLeadTimes[Closing backlog]>0))"
    words = f'"BACKLOG AND LEAD TIME:  "&{plural(families, "family", "families")}&" with open orders"'
    calm = '"BACKLOG AND LEAD TIME"&IF(sop_planned=0,"",": NO ORDERS WAIT")'
    section(book, sheet, BACKLOG, f"=IF(COUNT(tblLeadTimes[Month])=0,{calm},{words})", LAST)
    note = "largest backlog first  |  quarters: sum of bookings and shipments, else end"
    write(sheet, BACKLOG, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    ranking = Ranking(
        book, DATA, "INVENTORY: FAMILIES BY BACKLOG", [family(k) for k in range(1, LISTED + 1)], _peak, "Peak"
    )
    for k in range(BACKLOGS):
        first = BACKLOG + 1 + 5 * k
        for offset, measure in enumerate(_backlog_rows(first, ranking.name(k + 1))):
            time_row(book, sheet, first + offset, measure, pixels=17)
    paper_rules(book, sheet, BACKLOG + 1, BACKLOG + 5 * BACKLOGS)


def _peak(name: str) -> str:
    """Return the highest backlog of a family; -1 where it has none and is not made to order."""
    peak = f"SUMPRODUCT(MAX((tblLeadTimes[Family]={name})*tblLeadTimes[Closing backlog]))"
    strategy = f'IFERROR(INDEX(tblFamilies[Strategy],MATCH({name},tblFamilies[Family],0))="MTO",FALSE)'
    none = f'OR({name}="",{count_of("tblLeadTimes", ("Family", name))}=0)'
    return f"=IF({none},-1,IF(OR({strategy},{peak}>0),{peak},-1))"


def _backlog_rows(row: int, name: str) -> list[Measure]:
    """Return closing backlog, bookings, shipments, weeks of backlog and quoted weeks of the family `name`."""
    first = row + 1

    def column(header: str) -> Callable[[str], str]:
        where = (("Family", f"$A${first}"),)
        return lambda c: f'=IF($A${first}="","",{known("tblLeadTimes", header, *where, ("Month", f"{c}$6"))})'

    def told(words: str) -> str:
        return f'=IF($A${first}="","","{words}")'

    def sub(words: str, header: str, unit: str, number: str, quarters: str) -> Measure:
        return Measure(
            told(words),
            column(header),
            told(unit),
            number=number,
            total="mean",
            quarters=quarters,
            label_role="Label_2",
            paper=True,
        )

    return [
        Measure(
            name,
            column("Closing backlog"),
            told("units"),
            tag=told("backlog"),
            total="mean",
            quarters="last",
            label_role="Label",
            bold=True,
            paper=True,
        ),
        sub("Bookings", "Bookings", "units", "units", "sum"),
        sub("Shipments", "Shipments", "units", "units", "sum"),
        sub("Weeks of backlog", "Weeks of backlog", "weeks", "one_decimal", "last"),
        sub("Quoted lead time", "Quoted weeks", "weeks", "one_decimal", "last"),
    ]


def _detail(book: Book, sheet: Worksheet, covers: Covers) -> None:
    """Write the five rows of each family, largest first, and of all others together."""
    section(book, sheet, DETAIL, "STOCK BY FAMILY", LAST)
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
