"""Home: where the cycle stands, the figures that matter, what to do next, what needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell

from sop_xl.cycle.steps import STANDARD_STEPS
from sop_xl.schema import INPUT_TABLES, RESULT_TABLES
from sop_xl.template.blocks import at, chart_titles
from sop_xl.template.charts import ACTUAL_FILL, FORECAST_FILL, OUTLINE, axes, base_chart, place
from sop_xl.template.names import setting
from sop_xl.template.parts import masthead, print_page, protect, write
from sop_xl.template.sheets.home_data import MONTHS, STEPS, HomeData, build_home_data
from sop_xl.template.sheets.home_words import accuracy_title, fiscal_year_words, place_of
from sop_xl.template.style import (
    ACTUAL,
    ADVERSE,
    BAD,
    BAD_FILL,
    BAD_INK,
    GOOD,
    GOOD_FILL,
    GOOD_INK,
    INK,
    INPUT_INK,
    LINE,
    NAVY,
    PANEL,
    SLATE,
    TREND,
    WARN,
    WARN_FILL,
    WHITE,
)
from sop_xl.template.words import cut, figure, kpi, money, month_words, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Home"
CARDS = (1, 3, 5, 7, 9, 11)
"""Columns of the cards and tiles, B to L; the columns between are gaps."""
WIDTHS = (("A:A", 2), *((f"{c}:{c}", 186) for c in "BDFHJL"), *((f"{c}:{c}", 12) for c in "CEGIK"))
LAST = 11
STEP_ROW, TILE_ROW, LIST_ROW, CHART_ROW, KEY_ROW, INDEX_ROW = 4, 10, 16, 25, 38, 42
LISTED = 6
"""Lines of what to do and of alerts."""
CHART_SIZE = (584, 200)
HEIGHTS = {5: 28, 6: 22, 7: 18, 8: 24, 9: 14, 10: 24, 11: 22, 12: 34, 13: 20, 14: 34, 15: 14, 16: 24, 24: 14, 25: 24}
HEIGHTS |= {37: 14, 38: 24, 39: 24, 41: 14, 42: 24}


class Tile(NamedTuple):
    """A key figure: label, value, its number format, the note below, and its name in the KPI list."""

    label: str
    value: str
    number: str
    note: str
    kpi: str


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    data = build_home_data(book)
    sheet = book.sheet(SHEET, "view", WIDTHS)
    no_month = f"AND(COUNT(tblActuals[Month])=0,{setting('current_period')}=0)"
    scope = (
        f'=IF(sop_company="","Your company",sop_company)&"  |  "&IF({no_month},"no open month yet","cycle "&'
        f'{month_words("sop_current")})&"  |  "&sop_horizon&" months planned  |  "&sop_currency'
        '&IF(sop_run="","  |  no run yet","  |  last run "&sop_run)'
    )
    masthead(book, sheet, "Sales & Operations Planning", scope, LAST)
    for row, pixels in HEIGHTS.items():
        sheet.set_row_pixels(row, pixels)
    _steps(book, sheet, data)
    _tiles(book, sheet, data)
    _todo(book, sheet)
    _alerts(book, sheet)
    _charts(book, sheet, data)
    _key(book, sheet)
    _index(book, sheet)
    print_page(sheet, f"A1:L{KEY_ROW + 2}")
    protect(sheet)


def _steps(book: Book, sheet: Worksheet, data: HomeData) -> None:
    """Write a card for each step: name, state, owner and day, tasks; its state gives its colours."""
    sheet.write_string(STEP_ROW, 1, "Where the cycle stands", book.style("ChartTitle"))
    card: dict[str, Any] = {"bg_color": PANEL, "font_color": SLATE, "indent": 1, "align": "left"}
    looks: tuple[dict[str, Any], ...] = (
        {"bold": True, "font_size": 11},
        {"bold": True},
        {"font_size": 9},
        {"font_size": 9},
    )
    for k, column in enumerate(CARDS[:STEPS]):
        for row, (text, look) in enumerate(zip(_step_texts(k, data), looks, strict=True), start=STEP_ROW + 1):
            write(sheet, row, column, text, book.style("Plain", **card, **look))
    area = f"B{STEP_ROW + 2}:L{STEP_ROW + 5}"
    state = f"B${STEP_ROW + 3}"
    done = book.look(bg_color=GOOD_FILL, font_color=GOOD_INK)
    now = book.look(bg_color=NAVY, font_color=WHITE)
    for sign, look in (("●", done), ("►", now)):
        rule = {"type": "formula", "criteria": f'=LEFT({state},1)="{sign}"', "format": look}
        sheet.conditional_format(area, rule)


def _step_texts(k: int, data: HomeData) -> tuple[str, str, str, str]:
    row, state = data.step_rows[k], data.step_states[k]

    def field(header: str) -> str:
        return f"INDEX(tblCycleSteps[{header}],{row})"

    due = f"{field('Due')}"
    day = f'IF({due}="","",", "&DAY({due})&" "&INDEX(sop_months,MONTH({due})))'
    usual = f"{k + 1}  {STANDARD_STEPS[k].name}" if k < len(STANDARD_STEPS) else ""
    signed = f'IF({field("Signed by")}="","",{cut(field("Signed by"), 16)}&" signed  ")'
    tasks = f'IF({field("Tasks")}="","",N({field("Tasks done")})&" of "&{field("Tasks")}&" tasks")'
    return (
        f'=IF({row}>0,"{k + 1}  "&{field("Step")},IF({data.planned},"","{usual}"))',
        f'=IF(AND({row}=0,OR({data.planned},{str(k >= len(STANDARD_STEPS)).upper()})),"",IF({state}="done","● Done",'
        f'IF({k + 1}={data.now},"► In work","○ To do")))',
        f'=IF({row}=0,"",{field("Owner")}&{day})',
        f'=IF({row}=0,"",{signed}&{tasks})',
    )


def _against(name: str, text: str) -> str:
    """Return a note of a key figure: the sign of its status, then words; nothing without value or target."""
    status = kpi(name, "Status")
    sign = f'IF({status}="act","▲ ",IF({status}="watch","■ ",IF({status}="good","● ","")))'
    return f'=IF({kpi(name)}="","○ no figure yet",IF({kpi(name, "Target")}="","no target",{sign}&{text}))'


def _key_figures() -> list[Tile]:
    def over(name: str) -> str:
        return f"({kpi(name)}-{kpi(name, 'Target')})"

    revenue = f"IF(N({kpi('revenue_fy', 'Target')})=0,0,100*{over('revenue_fy')}/{kpi('revenue_fy', 'Target')})"
    gap = over("stock_12")
    stock = f'{money(f"ABS{gap}")}&IF({gap}<0," below"," above")&" target"'
    return [
        Tile(
            f'="Revenue "&{fiscal_year_words()}&", "&sop_currency',
            kpi("revenue_fy"),
            "money",
            _against("revenue_fy", f'{signed(revenue, 1)}&" % to budget"'),
            "revenue_fy",
        ),
        Tile(
            f'="Gross margin "&{fiscal_year_words()}',
            kpi("margin_fy"),
            "percent_points_1",
            _against("margin_fy", f'{signed(over("margin_fy"), 1)}&" pp to budget"'),
            "margin_fy",
        ),
        Tile(
            accuracy_title(),
            kpi("accuracy"),
            "percent_points_0",
            _against("accuracy", f'{signed(over("accuracy"))}&" pp on naive"'),
            "accuracy",
        ),
        Tile(
            '="Stock in "&sop_ahead&" months, "&sop_currency',
            kpi("stock_12"),
            "money",
            _against("stock_12", stock),
            "stock_12",
        ),
        Tile(
            "Peak planned, % of regular hours",
            kpi("peak_load"),
            "percent_points_0",
            _against("peak_load", f'IF({place_of("peak_load")}="","of regular hours",{place_of("peak_load")})'),
            "peak_load",
        ),
        Tile(
            '="Service, next "&sop_ahead&" months"',
            kpi("service"),
            "percent_points_1",
            _against("service", f'"target "&{figure(kpi("service", "Target"), 1)}&" %"'),
            "service",
        ),
    ]


def _tiles(book: Book, sheet: Worksheet, data: HomeData) -> None:
    sheet.write_string(TILE_ROW, 1, "Key figures", book.style("ChartTitle"))
    hint = "against budget, target or limit; small columns: the months behind it, for service the late and lost units"
    sheet.write_string(TILE_ROW, 3, hint, book.style("Note", valign="bottom"))
    for column, tile, (row, count) in zip(CARDS, _key_figures(), data.sparks, strict=True):
        write(sheet, TILE_ROW + 1, column, tile.label, book.style("TileLabel"))
        write(sheet, TILE_ROW + 2, column, f"={tile.value}", book.style("TileValue", tile.number))
        write(sheet, TILE_ROW + 3, column, tile.note, book.style("TileNote", font_color=SLATE, bold=True))
        sheet.write_blank(TILE_ROW + 4, column, None, book.style("TileNote"))
        spark = {"type": "column", "min": 0, "series_color": TREND, "last_point": True, "last_color": ACTUAL}
        figures = f"{at(row, 1)}:{xl_rowcol_to_cell(row, count, row_abs=True, col_abs=True)}"
        sheet.add_sparkline(TILE_ROW + 4, column, {"range": figures, **spark})
    area = f"B{TILE_ROW + 4}:L{TILE_ROW + 4}"
    for sign, ink in (("▲", BAD), ("■", WARN), ("●", GOOD)):
        rule = {"type": "text", "criteria": "begins with", "value": sign, "format": book.look(font_color=ink)}
        sheet.conditional_format(area, rule)


def _todo(book: Book, sheet: Worksheet) -> None:
    """Write what is due now, most urgent first, with who and where."""
    sheet.write_string(LIST_ROW, 1, "What to do next", book.style("ChartTitle"))
    for column in range(1, 8):
        sheet.write_blank(LIST_ROW + 1, column, None, book.style("Header"))
    for column, text in ((1, "Action"), (5, "Owner"), (7, "Open")):
        sheet.write_string(LIST_ROW + 1, column, text, book.style("Header"))
    for k in range(LISTED):
        row = LIST_ROW + 2 + k
        sheet.set_row_pixels(row, 22)
        for column in range(1, 8):
            sheet.write_blank(row, column, None, book.style("Label"))
        here = f"MATCH({k + 1},sop_todo,0)"
        write(sheet, row, 1, f'=IFERROR("{k + 1}   "&INDEX(sop_todo_words,{here}),"")', book.style("Label"))
        write(sheet, row, 5, f'=IFERROR(INDEX(sop_todo_owner,{here}),"")', book.style("Label"))
        target = f"INDEX(sop_todo_sheet,{here})"
        link = f'=IFERROR(HYPERLINK("#\'"&{target}&"\'!A1",{target}&"  ►"),"")'
        write(sheet, row, 7, link, book.style("Label", font_color=INPUT_INK))


def _alerts(book: Book, sheet: Worksheet) -> None:
    """Write what needs attention, worst first: a sign, a word, and the figure."""
    sheet.write_string(LIST_ROW, 9, "What needs attention", book.style("ChartTitle"))
    for column in (9, 10, 11):
        sheet.write_blank(LIST_ROW + 1, column, None, book.style("Header"))
    sheet.write_string(LIST_ROW + 1, 9, "Alert", book.style("Header"))
    for k in range(LISTED):
        row = LIST_ROW + 2 + k
        here = f"MATCH({k + 1},sop_alerts,0)"
        word = f'CHOOSE(INDEX(sop_alert_severity,{here}),"▲ Act:  ","■ Watch:  ","● Fine:  ")'
        otherwise = "" if k else "○ Nothing yet: alerts come with the first run"
        text = f'=IFERROR({word}&INDEX(sop_alert_words,{here}),"{otherwise}")'
        write(sheet, row, 9, text, book.style("Label", indent=1))
        for column in (10, 11):
            sheet.write_blank(row, column, None, book.style("Label"))
    first = LIST_ROW + 3
    looks = {
        "▲": book.look(bg_color=BAD_FILL, font_color=BAD_INK, bold=True),
        "■": book.look(bg_color=WARN_FILL, font_color=WARN),
        "●": book.look(bg_color=GOOD_FILL, font_color=GOOD_INK),
    }
    for sign, look in looks.items():
        rule = {"type": "formula", "criteria": f'=LEFT($J{first},1)="{sign}"', "format": look}
        sheet.conditional_format(f"J{first}:L{first + LISTED - 1}", rule)


def _charts(book: Book, sheet: Worksheet, data: HomeData) -> None:
    demand = "Units a month, all families  |  solid actual, hatched forecast, outlined supply for customers"
    load = "Hours wanted, % of regular hours  |  solid closed, hatched ahead, orange above 100 %, dashed with overtime"
    chart_titles(book, sheet, CHART_ROW, 1, f"={data.demand_title}", demand)
    chart_titles(book, sheet, CHART_ROW, 7, f"={data.load_title}", load)
    about = "Demand by month, actual in closed months and forecast after, with supply outlined"
    place(sheet, CHART_ROW + 2, 1, _demand_chart(book, data), description=about)
    about = "Hours wanted at the busiest resource by month, as a share of its regular hours, with the overtime limit"
    place(sheet, CHART_ROW + 2, 7, _load_chart(book, data), description=about)


def _demand_chart(book: Book, data: HomeData) -> Chart:
    actual, forecast, supply = data.demand
    chart = base_chart(book, {"type": "column"}, size=CHART_SIZE)
    for row, look in ((actual, ACTUAL_FILL), (forecast, FORECAST_FILL)):
        chart.add_series(data.months.series(row, MONTHS, gap=45, overlap=100, **look))
    chart.add_series(data.months.series(supply, MONTHS, **OUTLINE))
    axes(chart, months="mmm")
    chart.set_legend({"none": True})
    return chart


def _load_chart(book: Book, data: HomeData) -> Chart:
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=CHART_SIZE)
    looks = (ACTUAL_FILL, FORECAST_FILL, {"fill": {"color": ADVERSE}})
    for row, look in zip(data.load, looks, strict=False):
        chart.add_series(data.months.series(row, MONTHS, gap=45, **look))
    lines = book.book.add_chart({"type": "line"})
    for row, line in zip(
        data.load[3:],
        ({"color": INK, "width": 1.5}, {"color": BAD, "width": 1.25, "dash_type": "dash"}),
        strict=True,
    ):
        lines.add_series(data.months.series(row, MONTHS, line=line))
    chart.combine(lines)
    axes(chart, number="0%", months="mmm", unit=0.5)
    chart.set_legend({"none": True})
    return chart


def _key(book: Book, sheet: Worksheet) -> None:
    """Write one sample of each kind of cell."""
    sheet.write_string(KEY_ROW, 1, "How to read this workbook", book.style("ChartTitle"))
    samples = (
        ("InputText", "Your input"),
        ("Override", "● Override"),
        ("Calc", "Formula or result"),
        ("Closed", "Closed month"),
        ("Warn", "■ Look at it"),
        ("Bad", "▲ Wrong: mend it"),
    )
    for column, (role, text) in zip(CARDS, samples, strict=True):
        style = book.style(role, align="center", locked=True, border=1, border_color=LINE)
        sheet.write_string(KEY_ROW + 1, column, text, style)


def _index(book: Book, sheet: Worksheet) -> None:
    """Write a link to every sheet below the printed page: it is for the screen."""
    sheet.write_string(INDEX_ROW, 1, "All sheets", book.style("ChartTitle"))
    link = book.style("Label", font_color=INPUT_INK)
    for column, (heading, names) in zip(CARDS, _groups(book.sheet_names), strict=True):
        sheet.write_string(INDEX_ROW + 1, column, heading, book.style("Header"))
        for offset, name in enumerate(names, start=2):
            sheet.write_url(INDEX_ROW + offset, column, f"internal:'{name}'!A1", link, name)


def _groups(names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the sheets under six headings: views and system, inputs in three, results in two."""
    inputs, results = ([t.sheet for t in tables] for tables in (INPUT_TABLES, RESULT_TABLES))
    views = [name for name in names if name not in {*inputs, *results, SHEET}]
    half = (len(results) + 1) // 2
    return [
        ("Views", views),
        ("Inputs: master data", inputs[:10]),
        ("Inputs: demand and supply", inputs[10:20]),
        ("Inputs: review and cycle", inputs[20:]),
        ("Results: plan", results[:half]),
        ("Results: figures and log", results[half:]),
    ]
