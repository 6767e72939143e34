"""The view Ranges: what becomes of the plan, as it stands, in the futures of demand; its weak months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, across, at, chart_titles
from sop_xl.template.charts import axes, base_chart, place
from sop_xl.template.formulas import known, sum_of
from sop_xl.template.parts import HALF_THOUSAND, masthead, print_page, protect, section, signs, write
from sop_xl.template.sheets.compare_data import choices
from sop_xl.template.style import ACCENT, BAD_FILL, BAD_INK, NAVY, PANEL, SERIES, WARN, WARN_FILL
from sop_xl.template.words import cut, figure, money, month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Ranges"
FIRST, MONTHS = 2, 12
LAST = FIRST + MONTHS - 1
WIDTHS = (("A:A", 232), ("B:B", 58), (f"C:{xl_col_to_name(LAST)}", 84))
CHOOSER, HEADLINE, WHOLE = 4, 5, 7
"""Rows, from 0: whose ranges, the finding, the bar of the months together."""
FIGURES = (
    ("service", "Service", "points"),
    ("late_units", "Late units", "units"),
    ("lost_units", "Lost units", "units"),
    ("revenue", "Net revenue", "money"),
    ("gross_margin", "Gross margin", "money"),
    ("net_cash", "Net cash, as if paid on shipment", "money"),
    ("mean_stock", "Mean stock at cost", "money"),
    ("stock_end", "Stock at the end", "money"),
)
BY_MONTH = WHOLE + len(FIGURES) + 3
ROWS = (
    ("service", "Plan", "Service: demand as forecast", "%", "percent_points_1"),
    ("service", "P10", "P10", "%", "percent_points_1"),
    ("service", "P50", "P50", "%", "percent_points_1"),
    ("service", "P90", "P90", "%", "percent_points_1"),
    ("service", "Risk", "Chance to miss the service level", "%", "percent_points_0"),
    ("late_units", "P50", "Late units: P50", "units", "units"),
    ("late_units", "P90", "P90", "units", "units"),
    ("stock", "Plan", "Stock for customers: as forecast", "", "thousands"),
    ("stock", "P10", "P10", "", "thousands"),
    ("stock", "P50", "P50", "", "thousands"),
    ("stock", "P90", "P90", "", "thousands"),
)
RISK = BY_MONTH + 2 + 4
WEAK = BY_MONTH + len(ROWS) + 3
LISTED = 4
CHARTS = WEAK + LISTED + 3
DATA = 3500
_TABLE = "tblScenarioRanges"
_SHOWN = at(DATA + 2, 1)
_NUMBERS = {"money": "thousands", "points": "percent_points_1", "units": "units"}
_DELTAS = {"money": "thousands_delta", "points": "points", "units": "delta"}
_LEAST = {"money": HALF_THOUSAND, "points": 0.05, "units": 0.5}
_SOMETIMES, _MOSTLY = 20.0, 50.0
"""Chances from which a month is to be watched, and is weak."""


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    title = f'="Ranges of "&IF({_SHOWN}="base","the plan",{cut(_SHOWN, 40)})'
    masthead(book, sheet, title, _subtitle(), LAST)
    _chooser(book, sheet)
    _headline(book, sheet)
    _whole(book, sheet)
    _months(book, sheet)
    _weak(book, sheet)
    _charts(book, sheet)
    sheet.freeze_panes(CHOOSER, 0)
    protect(sheet)
    print_page(sheet, f"A1:{xl_col_to_name(LAST)}{CHARTS + 15}")


def _subtitle() -> str:
    paths = f"MAX({_TABLE}[Paths])"
    told = (
        f'"The plan\'s quantities stand, demand comes otherwise in "&{paths}&" futures  |  nobody replans in them  |  '
    )
    told += '1 in 10 is below P10, 1 in 10 above P90"'
    return f'=IF(COUNT({_TABLE}[Paths])=0,"No ranges yet: Ranges on the ribbon, or sop-xl scenario ranges",{told})'


def _chooser(book: Book, sheet: Worksheet) -> None:
    block = Block(book, DATA, "RANGES: SHOWN", ())
    cell = f"'{SHEET}'!$A${CHOOSER + 1}"
    block.add("Scenario", (f'=IF({cell}="","base",{cell}&"")',), "text")
    sheet.set_row_pixels(CHOOSER, 22)
    write(sheet, CHOOSER, 0, None, book.style("InputText", "text"))
    write(sheet, CHOOSER, 1, "◄ choose a scenario that was run; empty: the plan as it stands", book.style("Note"))
    rule = {"validate": "list", "source": f"={choices()}", "ignore_blank": True, "error_type": "warning"}
    rule |= {"input_title": "Scenario", "input_message": "A scenario that was run; empty: the plan as it stands."}
    sheet.data_validation(CHOOSER, 0, CHOOSER, 0, rule)


def _value(column: str, measure: str, month: str = '"="') -> str:
    return known(_TABLE, column, ("Scenario", _SHOWN), ("Measure", f'"{measure}"'), ("Month", month))


def _headline(book: Book, sheet: Worksheet) -> None:
    """Say in one sentence how bad the worst tenth of futures is, and how many months are weak."""
    sheet.set_row_pixels(HEADLINE, 26)
    sheet.set_row_pixels(HEADLINE + 1, 8)
    service, margin = (
        sum_of(_TABLE, "P10", ("Scenario", _SHOWN), ("Measure", f'"{m}"'), ("Month", '"="'))
        for m in ("service", "gross_margin")
    )
    monthly = f'{_TABLE}[Scenario],{_SHOWN},{_TABLE}[Measure],"service",{_TABLE}[Month],">0"'
    weak = f'COUNTIFS({monthly},{_TABLE}[Risk],">={_MOSTLY:g}")'
    months = f'IF({weak}=0,"no month",IF({weak}=1,"1 month",{weak}&" months"))'
    told = (
        f'"►  In 1 of 10 futures service is below "&{figure(service, 1)}&" % and gross margin below "&{money(margin)}&'
        f'";  "&{months}&" would miss the service level more often than not"'
    )
    look = book.style("Plain", bold=True, font_color=NAVY, bg_color=PANEL)
    for column in range(LAST + 1):
        write(sheet, HEADLINE, column, None, look)
    none = f"COUNTIFS({_TABLE}[Scenario],{_SHOWN})=0"
    write(sheet, HEADLINE, 0, f'=IF({none},"No ranges of it yet: run the scenario, or press Ranges",{told})', look)


def _whole(book: Book, sheet: Worksheet) -> None:
    section(book, sheet, WHOLE, "NEXT 12 MONTHS TOGETHER", LAST)
    head = book.style("Section", align="right", bold=False, font_size=9)
    for k, words in enumerate(("plan", "P10", "P50", "P90", "P10 to plan", "P50 to plan", "P90 to plan")):
        write(sheet, WHOLE, FIRST + k, words, head)
    for k, (measure, label, kind) in enumerate(FIGURES):
        row = WHOLE + 1 + k
        unit = {"money": '="k"&sop_currency', "units": "units"}.get(kind, "%")
        write(sheet, row, 0, label, book.style("Label_1"))
        write(sheet, row, 1, unit, book.style("Unit"))
        for j, column in enumerate(("Plan", "P10", "P50", "P90")):
            bold = {"bold": column == "P50"}
            write(sheet, row, FIRST + j, f"={_value(column, measure)}", _calc(book, _NUMBERS[kind], **bold))
        for j in range(3):
            mine, plan = (f"{xl_col_to_name(FIRST + p)}{row + 1}" for p in (1 + j, 0))
            gap = f'=IF(COUNT({mine},{plan})<2,"",{mine}-{plan})'
            write(sheet, row, FIRST + 4 + j, gap, book.style("Calc", _DELTAS[kind]))
        area = f"{xl_col_to_name(FIRST + 4)}{row + 1}:{xl_col_to_name(FIRST + 6)}{row + 1}"
        higher = measure in ("service", "revenue", "gross_margin", "net_cash")
        signs(book, sheet, area, good_when_positive=higher, least=_LEAST[kind])


def _calc(book: Book, number: str, *, bold: bool = False) -> object:
    return book.style("Calc", number, bold=True) if bold else book.style("Calc", number)


def _months(book: Book, sheet: Worksheet) -> None:
    section(book, sheet, BY_MONTH, "BY MONTH", LAST)
    for k in range(MONTHS):
        head = book.style("Header", "month", align="right", text_wrap=False)
        write(sheet, BY_MONTH + 1, FIRST + k, f"=EDATE(sop_current,{k})", head)
    for column in (0, 1):
        write(sheet, BY_MONTH + 1, column, None, book.style("Header"))
    for offset, (measure, header, label, unit, number) in enumerate(ROWS):
        row = BY_MONTH + 2 + offset
        first = header == "Plan" or ":" in label
        write(sheet, row, 0, label, book.style("Label_1" if first or header == "Risk" else "Label_2"))
        write(sheet, row, 1, unit or '="k"&sop_currency', book.style("Unit"))
        strong = header in ("P50", "Risk")
        for k in range(MONTHS):
            month = f"{xl_col_to_name(FIRST + k)}${BY_MONTH + 2}"
            write(sheet, row, FIRST + k, f"={_value(header, measure, month)}", _calc(book, number, bold=strong))
    area = f"{xl_col_to_name(FIRST)}{RISK + 1}:{xl_col_to_name(LAST)}{RISK + 1}"
    cell = f"{xl_col_to_name(FIRST)}{RISK + 1}"
    for least, fill, ink in ((_MOSTLY, BAD_FILL, BAD_INK), (_SOMETIMES, WARN_FILL, WARN)):
        look = book.look(bg_color=fill, font_color=ink, bold=True)
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}>={least:g})", "stop_if_true": True}
        sheet.conditional_format(area, {**rule, "format": look})


def _weak(book: Book, sheet: Worksheet) -> None:
    """List the months most likely to miss the service level, with the families that miss most."""
    section(book, sheet, WEAK, "WEAK MONTHS: WHERE THE PLAN BEARS LEAST", LAST)
    block = Block(book, DATA + 4, "RANGES: RISK BY MONTH", [f"Month {k + 1}" for k in range(MONTHS)])
    risks = [f"=N('{SHEET}'!{xl_col_to_name(FIRST + k)}${RISK + 1})-{k + 1}/10^6" for k in range(MONTHS)]
    row = block.add("Risk, earlier months first", risks)
    risk = across(row, MONTHS)
    found = block.add("Weakest", [f"=MATCH(LARGE({risk},{k + 1}),{risk},0)" for k in range(LISTED)])
    for k in range(LISTED):
        line, position = WEAK + 1 + k, at(found, 1 + k)
        month = f"EDATE(sop_current,{position}-1)"
        chance = f"INDEX({risk},{position})"
        match = f'({_TABLE}[Scenario]={_SHOWN})*({_TABLE}[Measure]="service")*({_TABLE}[Month]={month})'
        why = f'IFERROR(INDEX({_TABLE}[Reason],MATCH(1,INDEX({match},0),0))&"","")'
        told = f'{month_words(month)}&":  "&{figure(chance)}&" % of futures miss the service level"'
        write(sheet, line, 0, f'=IF({chance}<0.5,"",{told})', book.style("Label_1"))
        for column in range(1, LAST + 1):
            write(sheet, line, column, None, book.style("Label"))
        write(sheet, line, FIRST + 2, f'=IF({chance}<0.5,"","missed most:  "&{why})', book.style("Label"))


def _charts(book: Book, sheet: Worksheet) -> None:
    heads = [f"='{SHEET}'!{xl_col_to_name(FIRST + k)}${BY_MONTH + 2}" for k in range(MONTHS)]
    block = Block(book, DATA + 10, "RANGES: FANS", heads, number="month")

    def row(offset: int, name: str) -> int:
        cells = [f"'{SHEET}'!{xl_col_to_name(FIRST + k)}${BY_MONTH + 3 + offset}" for k in range(MONTHS)]
        return block.add(name, [f"={cell}" for cell in cells])

    service = [row(k, name) for k, name in enumerate(("Plan", "P10", "P50", "P90"))]
    stock = [row(7 + k, name) for k, name in enumerate(("Plan ", "P10 ", "P50 ", "P90 "))]
    low = f"MIN({across(service[1], MONTHS)})"
    title = f'=IF(COUNT({across(service[1], MONTHS)})=0,"Service",'
    title += f'"Service may fall to "&{figure(low, 0)}&" % in the weakest month (P10)")'
    chart_titles(book, sheet, CHARTS, 0, title, "Demand that leaves in its month, %  |  dashed: demand as forecast")
    ends = [f"N(INDEX({across(stock[k], MONTHS)},MIN(12,sop_horizon)))" for k in (1, 3)]
    title = f'=IF(COUNT({across(stock[1], MONTHS)})=0,"Stock",'
    title += f'"Stock for customers ends between "&{money(ends[0])}&" and "&{money(ends[1])})'
    chart_titles(book, sheet, CHARTS, 7, title, "Stock for customers at cost  |  dashed: demand as forecast")
    _fan(book, sheet, block, service, 0, 640, "0", 100, "Service by month: plan, P10, P50 and P90")
    _fan(book, sheet, block, stock, 7, 588, '0.0,," m"', None, "Stock for customers by month: plan, P10, P50 and P90")


def _fan(
    book: Book,
    sheet: Worksheet,
    block: Block,
    rows: list[int],
    column: int,
    width: int,
    number: str,
    high: float | None,
    words: str,
) -> None:
    chart = base_chart(book, {"type": "line"}, size=(width, 252))
    looks = (
        {"color": SERIES[0], "width": 1.5, "dash_type": "dash"},
        {"color": ACCENT, "width": 1.75},
        {"color": SERIES[0], "width": 2.25},
        {"color": SERIES[1], "width": 1.75},
    )
    for row, line in zip(rows, looks, strict=True):
        chart.add_series(block.series(row, MONTHS, line=line))
    axes(chart, number=number, low=0, high=high)
    place(sheet, CHARTS + 2, column, chart, description=words)
