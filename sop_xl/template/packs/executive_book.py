"""The executive pack as a workbook: values, native charts, a table of contents, a sheet to nudge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.packs.executive_charts import add_charts, write_chart_data
from sop_xl.template.packs.nudge_sheet import SHEET as NUDGE
from sop_xl.template.packs.nudge_sheet import add_nudge
from sop_xl.template.packs.pack_book import PackBook, write_grid
from sop_xl.template.style import BAD, GOOD, SLATE, WARN

if TYPE_CHECKING:
    import datetime as dt

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.share.briefing import Briefing, Figure

SUMMARY, CHANGES, CHECKS, DATA = "Summary", "What changed", "Checks", "Chart data"
COLUMNS = 12
TILE_ROW, CHART_ROW, CHART_ROWS = 4, 8, 13
STATUS = {"good": ("● ", GOOD), "watch": ("■ ", WARN), "act": ("▲ ", BAD)}


def executive_bytes(briefing: Briefing, footer: str, made_at: dt.datetime) -> bytes:
    """Return the executive pack as the bytes of an `.xlsx`."""
    company = briefing.facts.company
    book = PackBook(f"{company}: plan {briefing.facts.period}", f"{company} planning", made_at)
    summary = book.sheet(SUMMARY, "view", [104] * COLUMNS)
    _changes(book, briefing, footer)
    for grid in briefing.grids:
        write_grid(book, grid, footer)
    add_nudge(book, next(g for g in briefing.grids if g.name == "Families"), footer)
    _checks(book, briefing, footer)
    places = write_chart_data(book, DATA, briefing.charts, footer)
    _summary(book, summary, briefing, footer)
    add_charts(book, summary, briefing.charts, places, (CHART_ROW, CHART_ROWS))
    return book.finish()


def _summary(book: PackBook, sheet: Worksheet, briefing: Briefing, footer: str) -> None:
    book.head(sheet, briefing.headline, briefing.subtitle(), COLUMNS - 1)
    book.text(sheet, 0, 0, briefing.headline, "Headline")
    failing = any(not check.holds for check in briefing.checks)
    light = {"bold": True, "align": "right", "font_color": BAD if failing else GOOD}
    book.text(sheet, 1, COLUMNS - 1, briefing.light(), "Plain", **light)
    for k, figure in enumerate(briefing.figures):
        _tile(book, sheet, 2 * k, figure)
    row = _decisions(book, sheet, CHART_ROW + 2 * CHART_ROWS, briefing)
    _contents(book, sheet, row + 1, briefing)
    book.footer(sheet, footer)
    sheet.fit_to_pages(1, 1)
    sheet.activate()


def _tile(book: PackBook, sheet: Worksheet, left: int, figure: Figure) -> None:
    sign, ink = STATUS.get(figure.status, ("", SLATE))
    for row in range(TILE_ROW, TILE_ROW + 3):
        sheet.write_blank(row, left + 1, None, book.style("TileNote", right=5, right_color="#FFFFFF"))
    sheet.set_row_pixels(TILE_ROW + 1, 30)
    book.text(sheet, TILE_ROW, left, figure.label, "TileLabel")
    style = _tile_style(book, figure.unit)
    shown = figure.words() if figure.value is None else figure.value
    sheet.merge_range(TILE_ROW + 1, left, TILE_ROW + 1, left + 1, shown, style)
    book.text(sheet, TILE_ROW + 2, left, f"{sign}{figure.note()}", "TileNote", bold=True, font_color=ink)


def _tile_style(book: PackBook, unit: str) -> Format:
    """Return a tile's format, which shows the value as `figure_words` says it."""
    if unit == "%":
        look = '0.0" %"'
    elif len(unit) == 3 and unit.isupper():
        look = f'[>=999500]#,##0.0,," m {unit}";[>=10000]#,##0," k {unit}";#,##0" {unit}"'
    else:
        look = f'#,##0" {unit}"'
    return book.style("TileValue", font_size=17, num_format=look, right=5, right_color="#FFFFFF")


def _decisions(book: PackBook, sheet: Worksheet, row: int, briefing: Briefing) -> int:
    """Write the open decisions; return the row after them."""
    for k in range(COLUMNS):
        sheet.write_blank(row, k, None, book.style("Section"))
    book.text(sheet, row, 0, "Decisions", "Section")
    for column, head in ((4, "Options"), (8, "Money effect"), (10, "Owner"), (11, "Decide by")):
        book.text(sheet, row, column, head, "Section", bold=False, font_size=9)
    grid = briefing.decisions
    fields = [column.field for column in grid.columns]
    open_ones = [dict(zip(fields, values, strict=True)) for values in grid.rows]
    for entry in [e for e in open_ones if e["status"] == "open"][:5]:
        row += 1
        for k in range(COLUMNS):
            sheet.write_blank(row, k, None, book.style("CalcText"))
        book.text(sheet, row, 0, f"{entry['id']}  {entry['issue'] or ''}", "CalcText", bold=True)
        book.text(sheet, row, 4, str(entry["options"] or ""), "CalcText", font_size=9)
        columns = {column.field: column for column in grid.columns}
        book.value(sheet, row, 8, entry["money_effect"], columns["money_effect"], "Calc")
        book.text(sheet, row, 10, str(entry["owner"] or ""), "CalcText")
        book.value(sheet, row, 11, entry["due"], columns["due"], "CalcText")
    return row + 1


def _contents(book: PackBook, sheet: Worksheet, row: int, briefing: Briefing) -> None:
    """Write the table of contents: a link a sheet, and what it shows."""
    for k in range(COLUMNS):
        sheet.write_blank(row, k, None, book.style("Section"))
    book.text(sheet, row, 0, "In this file", "Section")
    entries = [
        (CHANGES, "What changed since the last cycle, and why"),
        *((grid.name, grid.title) for grid in briefing.grids),
        (NUDGE, "Change demand, price or cost, and see margin follow, by formula"),
        (CHECKS, "What must hold between the figures"),
        (DATA, "The figures behind the charts"),
    ]
    half = (len(entries) + 1) // 2
    for k, (name, words) in enumerate(entries):
        line, column = row + 1 + k % half, 6 * (k // half)
        sheet.write_url(line, column, f"internal:'{name}'!A1", book.style("Link"), name)
        book.text(sheet, line, column + 2, words, "Plain")


def _changes(book: PackBook, briefing: Briefing, footer: str) -> None:
    sheet = book.sheet(CHANGES, "view", (40, 1000))
    book.head(sheet, "What changed, and why", briefing.subtitle(), 1)
    for k, line in enumerate(briefing.changes):
        sheet.set_row_pixels(4 + k, 34)
        book.text(sheet, 4 + k, 0, f"{k + 1}", "Label")
        book.text(sheet, 4 + k, 1, line, "CalcText", text_wrap=True)
    book.footer(sheet, footer)


def _checks(book: PackBook, briefing: Briefing, footer: str) -> None:
    sheet = book.sheet(CHECKS, "system", (420, 150, 150, 120, 90, 100))
    book.head(sheet, briefing.light(), "Two figures that must be the same, wherever they come from", 5)
    for k, head in enumerate(("What must hold", "Expected", "Found", "Difference", "Tolerance", "  Holds")):
        book.text(sheet, 4, k, head, "Header", align="left" if k in (0, 5) else "right")
    for row, check in enumerate(briefing.checks, 5):
        book.text(sheet, row, 0, check.name, "Label")
        for k, value in enumerate((check.expected, check.found), 1):
            sheet.write_number(row, k, value, book.style("Calc", "cents"))
        sheet.write_formula(row, 3, f"=C{row + 1}-B{row + 1}", book.style("Calc", "cents"), check.difference)
        sheet.write_number(row, 4, check.tolerance, book.style("Calc", "rate"))
        formula = f'=IF(ABS(D{row + 1})<=E{row + 1},"● yes","▲ no")'
        sheet.write_formula(row, 5, formula, book.style("Check", indent=1), "● yes" if check.holds else "▲ no")
    book.footer(sheet, footer)
