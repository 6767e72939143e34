"""Executive: one printed page with the message, six figures, six charts, and the decisions that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import across, chart_titles
from sop_xl.template.charts import FONT, place, swatch
from sop_xl.template.parts import AHEAD, PAST, print_page, protect, section, write
from sop_xl.template.sheets import executive_charts as charts
from sop_xl.template.sheets import executive_data as data
from sop_xl.template.sheets import executive_lists as lists
from sop_xl.template.sheets import executive_months as months_data
from sop_xl.template.sheets import executive_words as words
from sop_xl.template.sheets.executive_bridge import Bridge, margin_bridge
from sop_xl.template.sheets.executive_tiles import key_tiles
from sop_xl.template.style import ACTUAL, BAD, GOOD, SLATE, TREND, WARN, WHITE

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Executive"
COLUMNS, LAST = 12, 11
WIDTHS = tuple((f"{xl_col_to_name(k)}:{xl_col_to_name(k)}", 106 if k % 2 == 0 else 92) for k in range(COLUMNS))
"""A tile is two columns wide, a chart four."""
TILE_ROW, CHART_ROW, CHART_ROWS = 4, 8, 13
DECISION_ROW = CHART_ROW + 2 * CHART_ROWS
RISK_ROW = DECISION_ROW + lists.DECISIONS + 1
KEY = (("solid", "Actual"), ("hatch", "Forecast"), ("outline", "Budget, target"))


class Facts(NamedTuple):
    """Where the page finds its figures on Chart data."""

    figures: dict[str, data.Figure]
    peak: data.Peak
    year: data.Year
    months: months_data.Months
    ahead: months_data.Ahead
    accuracy: int
    bridge: Bridge
    scope: months_data.Scope
    short: months_data.Shortages


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    facts = _facts(book)
    sheet = book.sheet(SHEET, "view", WIDTHS)
    for row, pixels in ((0, 32), (1, 20), (2, 4), (3, 8), (4, 18), (5, 30), (6, 18), (7, 10)):
        sheet.set_row_pixels(row, pixels)
    _head(book, sheet, facts)
    _tiles(book, sheet, facts)
    _charts(book, sheet, facts)
    _decisions(book, sheet)
    print_page(sheet, f"A1:L{RISK_ROW + 2}")
    sheet.set_margins(left=0.3, right=0.3, top=0.3, bottom=0.45)
    protect(sheet)


def _facts(book: Book) -> Facts:
    figures, year = data.key_figures(book), data.fiscal_year(book)
    peak = data.peak_of_load(book, figures["peak_wanted"])
    scope = months_data.families_in_scope(book)
    return Facts(
        figures,
        peak,
        year,
        months_data.months_in_view(book, scope),
        months_data.months_of_load(book, peak.shown),
        data.monthly_accuracy(book),
        margin_bridge(book, year),
        scope,
        months_data.shortages_by_family(book, scope),
    )


def _head(book: Book, sheet: Worksheet, facts: Facts) -> None:
    """Write the message, which shrinks rather than being cut, the scope, the key, and a way back off the page."""
    style = book.style("Headline", shrink=True)
    sheet.merge_range(0, 0, 0, LAST, "", style)
    said = data.message(book, words.headline(facts.figures, facts.bridge, facts.year))
    write(sheet, 0, 0, words.message(said), style)
    write(sheet, 1, 0, words.subtitle(), book.style("Subtitle"))
    for column in range(COLUMNS):
        sheet.write_blank(2, column, None, book.style("Strip"))
    for k, (kind, text) in enumerate(KEY):
        left = 44 + k * 108
        image = {"image_data": swatch(kind), "x_offset": left, "y_offset": 4, "decorative": True}
        sheet.insert_image(1, 8, f"{kind}.png", image)
        box = {"x_offset": left + 24, "y_offset": -1, "width": 106, "height": 20, "font": FONT}
        bare = {"line": {"none": True}, "fill": {"none": True}, "align": {"vertical": "middle"}}
        sheet.insert_textbox(1, 8, text, {**box, **bare, "description": f"{kind}: {text}"})
    sheet.write_url(0, LAST + 1, "internal:'Home'!A1", book.style("Link", indent=1), "◄  Home")


def _tiles(book: Book, sheet: Worksheet, facts: Facts) -> None:
    """Write six figures, each with what it is compared with and the months behind it."""
    tiles = key_tiles(facts.figures, facts.peak, facts.months)
    data.tile_states(book, [tile.state for tile in tiles])
    months, load, year = facts.months, facts.ahead.load, data.YEAR
    sparks = (
        across(facts.year.revenue, year),
        across(facts.year.margin, year),
        across(facts.accuracy, year),
        across(months.stock, PAST + AHEAD),
        across(load, AHEAD),
        across(months.late, AHEAD, PAST),
    )
    for k, (tile, spark) in enumerate(zip(tiles, sparks, strict=True)):
        left = 2 * k
        write(sheet, TILE_ROW, left, f"={tile.label}", book.style("TileLabel"))
        write(sheet, TILE_ROW + 1, left, f"={tile.value}", book.style("TileValue", tile.number, font_size=17))
        write(sheet, TILE_ROW + 2, left, f"={tile.note}", book.style("TileNote", font_color=SLATE, bold=True))
        for row in range(TILE_ROW, TILE_ROW + 3):
            sheet.write_blank(row, left + 1, None, book.style("TileNote", right=5, right_color=WHITE))
        look = {"type": "column", "min": 0, "series_color": TREND, "last_point": k < 4, "last_color": ACTUAL}
        sheet.add_sparkline(TILE_ROW + 1, left + 1, {"range": spark, **look})
    for state, ink in (("act", BAD), ("watch", WARN), ("good", GOOD)):
        test = f'=INDEX(sop_tile_states,INT((COLUMN()+1)/2))="{state}"'
        rule = {"type": "formula", "criteria": test, "format": book.look(font_color=ink)}
        sheet.conditional_format(TILE_ROW + 2, 0, TILE_ROW + 2, LAST, rule)


def _charts(book: Book, sheet: Worksheet, facts: Facts) -> None:
    """Draw two rows of three charts, each below its finding."""
    for k, (title, subtitle, chart, about) in enumerate(_six(book, facts)):
        row, column = CHART_ROW + CHART_ROWS * (k // 3), 4 * (k % 3)
        sheet.set_row_pixels(row, 20)
        sheet.set_row_pixels(row + 1, 16)
        chart_titles(book, sheet, row, column, title, subtitle)
        place(sheet, row + 2, column, chart, description=about, dy=0)
        for line in range(row + 2, row + CHART_ROWS - 1):
            sheet.set_row_pixels(line, 23)
        sheet.set_row_pixels(row + CHART_ROWS - 1, 8)


def _six(book: Book, facts: Facts) -> list[tuple[str, str, Chart, str]]:
    """Return title, subtitle, chart and description of each."""
    year, bridge, months = facts.year, facts.bridge, facts.months
    return [
        (
            words.revenue_title(facts.figures, year),
            '="Net revenue "&sop_fiscal_name&" by month, "&sop_currency',
            charts.revenue_chart(book, year),
            "Net revenue of the fiscal year by month, actual and plan, against budget",
        ),
        (
            words.bridge_title(bridge, year),
            words.bridge_subtitle(bridge, year),
            charts.bridge_chart(book, bridge),
            "Gross margin of the fiscal year from budget to outlook: volume, mix of families, margin rates",
        ),
        (
            words.demand_title(months),
            words.demand_subtitle(facts.scope),
            charts.demand_chart(book, months),
            "Supply by month, actual and plan, with demand outlined",
        ),
        (
            words.load_title(facts.peak, facts.ahead),
            "Planned hours, % of regular; outlined: wanted, dashed: with overtime",
            charts.load_chart(book, facts.ahead),
            "Planned and wanted load by month of the resource short of hours, or the fullest, with its overtime limit",
        ),
        (
            words.stock_title(months),
            '="Stock at standard cost, all items, month end, "&sop_currency',
            charts.stock_chart(book, months),
            "Stock at standard cost by month, actual and plan, against target",
        ),
        (
            words.shortage_title(facts.short),
            '=sop_currency&", next "&sop_ahead&" months; orange late or lost, grey below target stock"',
            charts.shortage_chart(book, facts.short),
            "Shortages of the months ahead in money by family, the dearest first",
        ),
    ]


def _decisions(book: Book, sheet: Worksheet) -> None:
    """Write the open decisions that are due first, and the risks that weigh most."""
    found = lists.pick_rows(book)
    small = book.style("Section", bold=False, font_size=9)
    section(book, sheet, DECISION_ROW, lists.decisions_head(), LAST)
    for column, text in ((4, "Options"), (8, "Money effect"), (10, "Owner"), (11, "Decide by")):
        write(sheet, DECISION_ROW, column, text, small)
    for k, place_in_table in enumerate(found.decisions):
        row = DECISION_ROW + 1 + k
        sheet.set_row_pixels(row, 19)
        for column in range(COLUMNS):
            sheet.write_blank(row, column, None, book.style("Label"))
        texts = lists.decision_texts(k, place_in_table)
        for column, text in zip((0, 4, 8, 10, 11), texts, strict=True):
            look = {"bold": True} if column == 0 else {"font_size": 9}
            write(sheet, row, column, text, book.style("Label", **look))
    section(book, sheet, RISK_ROW, "WORST RISKS", LAST)
    write(sheet, RISK_ROW, 4, lists.risks_head(), small)
    sheet.set_row_pixels(RISK_ROW + 1, 19)
    for column in range(COLUMNS):
        sheet.write_blank(RISK_ROW + 1, column, None, book.style("Label"))
    for k, place_in_table in enumerate(found.risks):
        write(sheet, RISK_ROW + 1, 4 * k, lists.risk_text(k, place_in_table), book.style("Label", font_size=9))
