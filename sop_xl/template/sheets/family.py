"""The sheet Family: the classic S&OP sheet of one family, chosen from a list.

Sales, operations, stock (or backlog, where the family is made to order) and money, 3 closed and 12 open
months. The new forecast is read live from Demand review, so that an override moves forecast and stock
here at once, with no code; everything else is the last run's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.template.blocks import chart_titles
from sop_xl.template.charts import ACTUAL_FILL, FONT, FORECAST_FILL, axes, base_chart, months_at, place
from sop_xl.template.formulas import count_of
from sop_xl.template.parts import (
    FIRST,
    LAST,
    TIME_WIDTHS,
    masthead,
    print_page,
    protect,
    section,
    signs,
    time_header,
    write,
)
from sop_xl.template.rows import time_row
from sop_xl.template.sheets import family_data, family_facts
from sop_xl.template.sheets.family_data import ROWS, SHEET
from sop_xl.template.sheets.family_rows import (
    NEW,
    OLD,
    money,
    of_family,
    operations,
    sales,
    stock,
    switched_totals,
)
from sop_xl.template.sheets.family_words import (
    assumption_note,
    demand_note,
    sales_subtitle,
    sales_title,
    stock_subtitle,
    stock_title,
    supply_note,
)
from sop_xl.template.style import ACCENT, BAD, GOOD, INK, NAVY, NUMBER_FORMATS, RULE
from sop_xl.template.words import signed

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book
    from sop_xl.template.sheets.family_data import Helpers
    from sop_xl.template.sheets.family_facts import Facts

HEADER = 6
"""Row of the band names, from 0."""
SALES, OPERATIONS, STOCK, MONEY = 9, 17, 25, 33
"""Rows of the section bars, from 0."""
CHARTS = 40
CHART_ROWS = 11
LEFT_SIZE, RIGHT_SIZE = (776, 230), (728, 230)
NOTES = CHARTS + 2 + CHART_ROWS
RIGHT = 13
"""Column where the right half of the page starts."""
PIXELS, TALL = 20, 21
"""Height of a row; of one under charts and notes, other than the default, which LibreOffice takes for free to fit."""


def build(book: Book) -> None:
    """Write the sheet and what stands behind it."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    helpers = family_data.build(book)
    facts = family_facts.build(book, helpers.block.next + 1)
    subtitle = (
        f'="Units and "&sop_currency&" by month  |  old = "&{OLD}&" cycle, new = "&{NEW}&" cycle"&'
        f'IF(ABS({facts.typed})<0.5,"","  |  ▲ "&{signed(facts.typed)}&" "&sop_uom&" typed since the last run")'
    )
    masthead(book, sheet, '="Family plan: "&IF(sop_family="","no plan yet",sop_family)', subtitle, LAST)
    _parameters(book, sheet)
    time_header(book, sheet, HEADER, ("", "Cycle", "Trend", "Unit", "Aim", "Next 12"))
    for row, words in (
        (SALES, "SALES"),
        (OPERATIONS, "OPERATIONS"),
        (STOCK, f'=IF(sop_to_order=1,"BACKLOG",IF(sop_to_both=1,"INVENTORY AND BACKLOG","INVENTORY"){_part()})'),
        (MONEY, "MONEY"),
    ):
        section(book, sheet, row, words, LAST)
    for top, measures in (
        (SALES, sales(helpers)),
        (OPERATIONS, operations()),
        (STOCK, stock(helpers)),
        (MONEY, money()),
    ):
        for row, measure in enumerate(measures, start=top + 1):
            time_row(book, sheet, row, measure, pixels=PIXELS)
    switched_totals(book, sheet)
    _colours(book, sheet)
    _charts(book, sheet, helpers)
    _notes(book, sheet, facts)
    sheet.freeze_panes(HEADER + 3, FIRST)
    print_page(sheet, f"A1:AA{NOTES + 5}", repeat=(0, HEADER + 2))
    protect(sheet)


def _parameters(book: Book, sheet: Worksheet) -> None:
    """Write the chooser and, beside it, what the plan of the family rests on."""
    sheet.set_row_pixels(4, 24)
    sheet.set_row_pixels(5, 6)
    sheet.write_blank(4, 0, None, book.style("InputText", bold=True))
    sheet.data_validation(
        4,
        0,
        4,
        0,
        {
            "validate": "list",
            "source": "=sop_families",
            "input_title": "Family",
            "input_message": "Choose a family: the whole sheet follows. Empty: the largest one.",
            "error_title": "Not a family",
            "error_message": "Choose one of the list, or empty the cell for the largest family.",
        },
    )
    unknown = f'AND(sop_family<>"",{count_of("tblFamilies", ("Family", "sop_family"))}=0)'
    largest = 'IF(OR(sop_family="",TRIM($A$5)<>""),"","; showing the largest: "&sop_family)'
    hint = f'=IF({unknown},"▲ not in the plan: choose from the list","◄ choose a family"&{largest})'
    write(sheet, 4, 1, hint, book.style("Note", font_size=8))

    strategy = '=IF(sop_to_both=1,"MTS + MTO",sop_strategy)'
    for column, label, value, number in (
        (7, "Strategy", strategy, "general"),
        (10, "Unit", "=sop_uom", "general"),
        (13, "Target cover, days", f'=IFERROR({of_family("Cover days")},"")', "days"),
        (16, "Sold items", f'=IFERROR({of_family("Sold items")},"")', "units"),
        (19, "Rank by revenue", f'=IFERROR({of_family("Rank")},"")', "units"),
    ):
        write(sheet, 4, column - 1, label, book.style("Note", align="right"))
        write(sheet, 4, column, value, book.style("Label", number, bold=True, align="left", indent=1))
    write(sheet, 4, 23, "Bottleneck", book.style("Note", align="right"))
    for column in range(24, LAST + 1):
        sheet.write_blank(4, column, None, book.style("Label"))
    write(sheet, 4, 24, '=IF(sop_bottleneck="","none",sop_bottleneck)', book.style("Label", bold=True, indent=1))


def _part() -> str:
    """Return the fragment that says so where the family has items that are not sold: their stock is left out."""
    parts, sold = (f"N(IFERROR({of_family(column)},0))" for column in ("Items", "Sold items"))
    return f'&IF({parts}>{sold}," OF SOLD ITEMS","")'


# --- looks --------------------------------------------------------------------------------------


def _colours(book: Book, sheet: Worksheet) -> None:
    rows, first = ROWS, ROWS.stock
    for top, bottom in (
        (rows.difference, rows.change),
        (rows.plan_difference, rows.plan_difference + 1),
        (rows.revenue + 2, rows.revenue + 2),
    ):
        _quiet(book, sheet, f"H{top}:AA{bottom}", 500 if top > rows.revenue else 0.5)
        signs(book, sheet, f"H{top}:AA{bottom}")
    cell = f"H{rows.load}"
    over = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),N({cell})>1.0049)"}
    sheet.conditional_format(f"H{rows.load}:AA{rows.load}", {**over, "format": book.look(font_color=BAD, bold=True)})
    gap = f"F{first + 3}"
    for test, look in (
        ("sop_to_order=1", {"num_format": NUMBER_FORMATS["units"]}),
        (f"AND(ISNUMBER({gap}),N({gap})>=0.5)", {"font_color": GOOD}),
        (f"AND(ISNUMBER({gap}),N({gap})<=-0.5)", {"font_color": BAD}),
    ):
        rule = {"type": "formula", "criteria": f"={test}", "stop_if_true": True, "format": book.look(**look)}
        sheet.conditional_format(f"F{first + 3}:AA{first + 3}", rule)
    for row, test in ((first + 4, "sop_to_order=1"), (first + 6, "sop_to_order+sop_to_both>0")):
        decimals = book.look(num_format=NUMBER_FORMATS["one_decimal"])
        rule = {"type": "formula", "criteria": f"={test}", "format": decimals}
        sheet.conditional_format(f"F{row}:AA{row}", rule)


def _quiet(book: Book, sheet: Worksheet, area: str, below: float) -> None:
    """Show a difference that rounds to zero as a dash, without a sign or a colour."""
    cell = area.split(":", maxsplit=1)[0]
    look = book.look(num_format='"–";"–";"–"', font_color=INK)
    rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),ABS(N({cell}))<{below})", "format": look}
    sheet.conditional_format(area, {**rule, "stop_if_true": True})


def _charts(book: Book, sheet: Worksheet, helpers: Helpers) -> None:
    sheet.set_row_pixels(CHARTS - 1, 8)
    for row in range(CHARTS, NOTES):
        sheet.set_row_pixels(row, TALL)
    chart_titles(book, sheet, CHARTS, 0, sales_title(), sales_subtitle())
    chart_titles(book, sheet, CHARTS, RIGHT, stock_title(), stock_subtitle())
    sales = _columns(book, LEFT_SIZE, [("Actual", ROWS.actual), ("New forecast", ROWS.forecast)])
    lines = book.book.add_chart({"type": "line"})
    lines.add_series(_line(helpers, helpers.old_line))
    marks = {"type": "long_dash", "size": 9, "fill": {"color": RULE}, "border": {"color": RULE}}
    lines.add_series(
        {
            "name": "Last year",
            "categories": months_at(SHEET, ROWS.month - 1),
            "values": months_at(SHEET, ROWS.last_year - 1),
            "line": {"none": True},
            "marker": marks,
        }
    )
    sales.combine(lines)
    axes(sales)
    # The line has no entry: there may be no old forecast. The subtitle names it where there is one.
    sales.set_legend({"position": "top", "font": FONT, "delete_series": [2]})
    what = "Sales of the family by month: actual, new forecast, old forecast and last year"
    place(sheet, CHARTS + 2, 0, sales, description=what)
    stock = base_chart(book, {"type": "column"}, size=RIGHT_SIZE)
    for row, fill in ((helpers.solid, ACTUAL_FILL), (helpers.hatched, FORECAST_FILL)):
        stock.add_series(helpers.block.series(row, family_data.MONTHS, gap=45, overlap=100, **fill))
    line = book.book.add_chart({"type": "line"})
    line.add_series(_line(helpers, helpers.line))
    stock.combine(line)
    axes(stock)
    what = "Stock at month end against target; for families made to order, backlog and shipments"
    place(sheet, CHARTS + 2, RIGHT, stock, description=what)


def _columns(book: Book, size: tuple[int, int], series: list[tuple[str, int]]) -> Chart:
    """Return a chart of actual columns, solid, and planned ones, hatched, in one place each month."""
    chart = base_chart(book, {"type": "column"}, size=size)
    for (name, row), fill in zip(series, (ACTUAL_FILL, FORECAST_FILL), strict=True):
        cells = {"categories": months_at(SHEET, ROWS.month - 1), "values": months_at(SHEET, row - 1)}
        chart.add_series({"name": name, **cells, "gap": 45, "overlap": 100, **fill})
    return chart


def _line(helpers: Helpers, row: int) -> dict[str, Any]:
    return helpers.block.series(row, family_data.MONTHS, line={"color": ACCENT, "width": 1.75})


def _notes(book: Book, sheet: Worksheet, facts: Facts) -> None:
    """Write what the plan takes for granted, and what is wrong with demand and supply, in sentences."""
    blocks = (
        (0, 5, "Assumptions", assumption_note(facts)),
        (7, 15, "Demand issues", demand_note(facts)),
        (17, LAST, "Supply issues", supply_note(facts)),
    )
    for row in range(NOTES, NOTES + 5):
        sheet.set_row_pixels(row, TALL)
    for first, last, head, words in blocks:
        write(sheet, NOTES, first, head, book.style("Plain", bold=True, font_color=NAVY))
        look = book.style("NoteWrap")
        sheet.merge_range(NOTES + 1, first, NOTES + 4, last, "", look)
        sheet.write_formula(NOTES + 1, first, words, look, "")
