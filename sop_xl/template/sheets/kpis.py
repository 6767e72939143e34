"""The view KPIs: each key figure with its target, 24 months and its definition; down to families and owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.domain.kpi_catalogue import CATALOGUE, KpiDefinition
from sop_xl.schema.inputs import WHOLE_COMPANY
from sop_xl.template.formulas import known
from sop_xl.template.parts import masthead, print_page, protect, section, write
from sop_xl.template.sheets.kpis_charts import BREAK, Figures, charts
from sop_xl.template.style import ACCENT, BAD, GOOD, SLATE, TREND, WARN
from sop_xl.template.words import month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "KPIs"
LAST = 9
"""Last column, from 0."""
WIDTHS = (
    ("A:A", 216),
    ("B:B", 84),
    ("C:C", 76),
    ("D:D", 62),
    ("E:F", 84),
    ("G:G", 76),
    ("H:H", 192),
    ("I:I", 8),
    ("J:J", 560),
)
CHOICE, HEAD, TOP = 4, 6, 7
"""Rows, from 0, of the choosers, of the table's head, and of the first area."""
TABLE = "tblKpiTrend"
NUMBERS = {
    "%": "percent_points_1",
    "points": "points",
    "money": "thousands",
    "units": "units",
    "days": "one_decimal",
    "weeks": "one_decimal",
    "h/day": "one_decimal",
    "a year": "one_decimal",
    "items": "count",
    "": "two_decimals",
}
"""Number format of a figure by its unit."""
AREAS = tuple(dict.fromkeys(definition.area for definition in CATALOGUE))
SCOPES = "tblKpiScopes"


def rows_of_kpis() -> dict[str, int]:
    """Return the row, from 0, of each key figure on the sheet."""
    rows, row = {}, TOP
    for area in AREAS:
        row += 1
        for definition in (d for d in CATALOGUE if d.area == area):
            rows[definition.kpi] = row
            row += 1
    return rows


CHARTS = max(rows_of_kpis().values()) + 3


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    subtitle = (
        f'="Of "&{_whose()}&"  |  last closed month, else the open one  |  12 closed and 12 planned months beside  |  '
        'targets: sheet KPI targets  |  drill: KPI trend"'
    )
    masthead(book, sheet, "KPIs: what is counted, what it should be, where it is going", subtitle, LAST)
    _choosers(book, sheet)
    _heads(book, sheet)
    figures = Figures(book, SHEET, scope=_scope(), name=_whose())
    row = TOP
    for area in AREAS:
        section(book, sheet, row, area.upper(), LAST)
        row += 1
        for definition in (d for d in CATALOGUE if d.area == area):
            _figure(book, sheet, row, definition, figures)
            row += 1
    charts(book, sheet, CHARTS, figures)
    _colours(book, sheet, row)
    sheet.freeze_panes(TOP, 1)
    protect(sheet)
    print_page(sheet, f"A1:J{CHARTS + BREAK}", repeat=(0, HEAD))


def _whose() -> str:
    return f'IF($B${CHOICE + 1}="","{WHOLE_COMPANY}",$B${CHOICE + 1}&"")'


def _scope() -> str:
    return f'IFERROR(INDEX({SCOPES}[Scope],MATCH({_whose()},{SCOPES}[Name],0))&"","company")'


def _choosers(book: Book, sheet: Worksheet) -> None:
    sheet.set_row_pixels(CHOICE, 24)
    sheet.set_row_pixels(CHOICE + 1, 6)
    write(sheet, CHOICE, 0, "Family or owner (empty: company)", book.style("Label"))
    sheet.merge_range(CHOICE, 1, CHOICE, 3, "", book.style("InputText", bold=True))
    book.book.define_name("sop_kpi_scopes", f"={SCOPES}[Name]")
    rule = {"validate": "list", "source": "=sop_kpi_scopes", "ignore_blank": True, "error_type": "warning"}
    rule |= {"input_title": "Whose figures", "input_message": "Choose a family or an owner; empty: the company."}
    sheet.data_validation(CHOICE, 1, CHOICE, 1, rule)
    write(sheet, CHOICE, 5, "In the charts", book.style("Label", align="right"))
    write(sheet, CHOICE, 6, None, book.style("Label"))
    write(sheet, CHOICE, 7, CATALOGUE[0].name, book.style("InputText", bold=True))
    rule = {"validate": "list", "source": f"=$A${TOP + 2}:$A${max(rows_of_kpis().values()) + 1}"}
    rule |= {"input_title": "Key figure", "input_message": "Choose the figure that the charts show."}
    sheet.data_validation(CHOICE, 7, CHOICE, 7, rule)


def _heads(book: Book, sheet: Worksheet) -> None:
    sheet.set_row_pixels(HEAD, 34)
    heads = (
        "Key figure",
        "Latest",
        "Of",
        "Unit",
        "Target",
        "Difference",
        "Status",
        "Closed | planned ►",
        "",
        "How it is counted  (A: what came, F: forecast, e = A − F)",
    )
    for column, words in enumerate(heads):
        side = "right" if column in (1, 2, 4, 5) else "left"
        more: dict[str, Any] = {"indent": 1} if column in (3, 6) else {}
        write(sheet, HEAD, column, words or None, book.style("Header", align=side, **more))


def _figure(book: Book, sheet: Worksheet, row: int, definition: KpiDefinition, figures: Figures) -> None:
    """Write one key figure: value, month, target, difference, status in words, trend, definition."""
    sheet.set_row_pixels(row, 20)
    number, n = NUMBERS[definition.unit], row + 1
    block = figures.add(definition, number)
    write(sheet, row, 0, definition.name, book.style("Label_1"))
    write(sheet, row, 1, f"={block.latest}", book.style("Calc", number, bold=True))
    month = f'=IF({block.month}="","",{month_words(block.month)})'
    write(sheet, row, 2, month, book.style("Soft"))
    unit = '="k"&sop_currency' if definition.unit == "money" else definition.unit or None
    write(sheet, row, 3, unit, book.style("Unit"))
    where = (("KPI", f'"{definition.kpi}"'), ("Scope", _scope()), ("Name", _whose()), ("Month", block.month))
    target = f'=IF({block.month}="","",{known(TABLE, "Target", *where)})'
    write(sheet, row, 4, target, book.style("Soft", number))
    delta = {"money": "thousands_delta", "%": "points", "points": "points", "units": "delta"}
    difference = f'=IF(OR(B{n}="",E{n}=""),"",ROUND(B{n}-E{n},6))'
    write(sheet, row, 5, difference, book.style("Calc", delta.get(definition.unit, "decimals_delta")))
    states = f'COUNTIFS({",".join(f"{TABLE}[{h}],{c}" for h, c in where)},{TABLE}[Status],"{{}}")>0'
    words = (
        f'=IF(B{n}="","no data",IF({states.format("act")},"▼ act",IF({states.format("watch")},"○ watch",'
        f'IF({states.format("good")},"● good",IF({block.beyond},"beyond the plan","")))))'
    )
    write(sheet, row, 6, words, book.style("CalcText", indent=1))
    write(sheet, row, 7, None, book.style("Label"))
    signed = definition.better == "zero" or definition.kpi.startswith(("gap", "fva", "attainment"))
    look: dict[str, Any] = {"negative_points": True, "negative_color": ACCENT} if signed else {"min": 0}
    sheet.add_sparkline(row, 7, {"range": block.area, "series_color": TREND, "type": "column", **look})
    write(sheet, row, 8, None, book.style("Plain"))
    noted = f'(tblNotes[About]="KPI")*(tblNotes[Key]="{definition.kpi}")'
    comment = f'IFERROR("  ► "&LOOKUP(2,1/({noted}),tblNotes[Comment]),"")'
    write(sheet, row, 9, f'="{definition.words}"&{comment}', book.style("CalcText", font_size=9, font_color=SLATE))


def _colours(book: Book, sheet: Worksheet, last: int) -> None:
    for mark, ink in (("●", GOOD), ("▼", BAD), ("○", WARN)):
        rule = {
            "type": "text",
            "criteria": "begins with",
            "value": mark,
            "format": book.look(font_color=ink, bold=True),
        }
        sheet.conditional_format(TOP, 6, last, 6, rule)
