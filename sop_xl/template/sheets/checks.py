"""Checks: what must hold in a plan, worked out by the workbook itself; what fails stands first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.utility import xl_range_abs

from sop_xl.template.parts import masthead, print_page, protect, section, write
from sop_xl.template.sheets.check import AREAS, Check
from sop_xl.template.sheets.check_list import CHECKS
from sop_xl.template.style import BAD_FILL, BAD_INK, INPUT_INK, MUTE, NUMBER_FORMATS, PANEL

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Checks"
WIDTHS = (
    ("A:A", 56),
    ("B:B", 84),
    ("C:C", 430),
    ("D:F", 110),
    ("G:G", 78),
    ("H:H", 90),
    ("I:I", 398),
    ("J:J", 172),
    ("K:K", 60),
)
HEADERS = ("Id", "Area", "Check", "Expected", "Found", "Difference", "Tolerance", "Status", "What to do", "Go to")
LAST = len(HEADERS) - 1
SUMMARY_ROW, HEADER_ROW, FAILS_ROW, FAIL_ROWS = 4, 5, 6, 5
FIRST_ROW = FAILS_ROW + 1 + FAIL_ROWS
RANK = LAST + 1
"""Column K, beside the print area: the number of a failing check among those that fail."""


class Span(NamedTuple):
    """Rows of the list of all checks, from 0, section bars included."""

    first: int
    last: int

    def column(self, column: int) -> str:
        """Return the range of one column of the list."""
        return xl_range_abs(self.first, column, self.last, column)


def build(book: Book) -> None:
    """Write the sheet, and the names `chk_Status` and `chk_Total` that the light of every sheet reads."""
    sheet = book.sheet(SHEET, "system", WIDTHS)
    subtitle = "What fails first, then all by area  |  figures are formulas over the tables; to the cent where money"
    masthead(book, sheet, SHEET, subtitle, LAST)
    _header(book, sheet)
    span = Span(FIRST_ROW, FIRST_ROW + len(CHECKS) + len(AREAS) - 1)
    _all_checks(book, sheet, span)
    _fails(book, sheet, span)
    _summary(book, sheet, span)
    _colours(book, sheet, span)
    book.book.define_name("chk_Status", f"={SHEET}!{span.column(7)}")
    sheet.freeze_panes(HEADER_ROW + 1, 3)
    print_page(sheet, f"A1:J{span.last + 1}", repeat=(0, HEADER_ROW), one_page=False)
    protect(sheet)


def _header(book: Book, sheet: Worksheet) -> None:
    sheet.set_row_pixels(HEADER_ROW, 30)
    for column, text in enumerate(HEADERS):
        figures = 3 <= column <= 6
        more: dict[str, Any] = {"indent": 1} if column == 7 else {}
        sheet.write_string(HEADER_ROW, column, text, book.style("Header", align="right" if figures else "left", **more))
    sheet.write_string(HEADER_ROW, RANK, "Fail no.", book.style("Note", align="right", valign="bottom"))


def _all_checks(book: Book, sheet: Worksheet, span: Span) -> None:
    row = span.first
    for area in AREAS:
        section(book, sheet, row, area.upper(), LAST)
        row += 1
        for check in (check for check in CHECKS if check.area == area):
            _check(book, sheet, row, check, span)
            row += 1


def _check(book: Book, sheet: Worksheet, row: int, check: Check, span: Span) -> None:
    """Write one check; what does not apply is blank, and so neither passes nor fails."""
    n = row + 1
    sheet.set_row_pixels(row, 21)
    write(sheet, row, 0, check.id, book.style("Unit"))
    write(sheet, row, 1, check.area, book.style("Label"))
    write(sheet, row, 2, check.text, book.style("Label"))
    write(sheet, row, 3, f'=IF({check.applies},{check.expected},"")', book.style("Calc", check.number))
    write(sheet, row, 4, f'=IF(D{n}="","",{check.found})', book.style("Calc", check.number))
    difference = "delta" if check.number == "count" else "cents"
    write(sheet, row, 5, f'=IF(D{n}="","",ROUND(E{n}-D{n},6))', book.style("Calc", difference))
    write(sheet, row, 6, check.tolerance, book.style("Soft", "general"))
    status = f'=IF(D{n}="","○ Not run",IF(ABS(F{n})<=G{n},"● Pass","▲ Fail"))'
    write(sheet, row, 7, status, book.style("Check", indent=1))
    write(sheet, row, 8, f'=IF(LEFT(H{n},1)="▲","{check.todo}","")', book.style("Label"))
    _link(book, sheet, row, check.sheet)
    rank = f'=IF(LEFT(H{n},1)="▲",COUNT(K${span.first}:K{n - 1})+1,"")'
    write(sheet, row, RANK, rank, book.style("Note", "general", align="right"))


def _link(book: Book, sheet: Worksheet, row: int, target: str) -> None:
    style = book.style("Label", font_color=INPUT_INK)
    sheet.write_url(row, LAST, f"internal:'{target}'!A1", style, f"{target}  ►")


def _fails(book: Book, sheet: Worksheet, span: Span) -> None:
    """Write the block of what fails, worst area first; empty rows look like paper."""
    more = f'IF(chk_Master>{FAIL_ROWS},", the first {FAIL_ROWS} of them here","")'
    words = f'=IF(chk_Total=0,"NOTHING TO CHECK YET",IF(chk_Master=0,"NOTHING FAILS","FAIL: "&chk_Master&{more}))'
    section(book, sheet, FAILS_ROW, words, LAST)
    for k in range(FAIL_ROWS):
        row = FAILS_ROW + 1 + k
        sheet.set_row_pixels(row, 21)
        at = f"MATCH({k + 1},{span.column(RANK)},0)"
        for column in range(LAST):
            role, number = _fail_style(column)
            text = f'=IFERROR(INDEX({span.column(column)},{at}),"")'
            write(
                sheet, row, column, text, book.style(role, number, bottom=0, **({"indent": 1} if column == 7 else {}))
            )
        target = f'SUBSTITUTE(INDEX({span.column(LAST)},{at}),"  ►","")'
        link = f'=IFERROR(HYPERLINK("#\'"&{target}&"\'!A1",INDEX({span.column(LAST)},{at})),"")'
        write(sheet, row, LAST, link, book.style("Label", bottom=0, font_color=INPUT_INK))


def _fail_style(column: int) -> tuple[str, str | None]:
    if column == 0:
        return "Unit", None
    if column == 5:
        return "Calc", "delta"
    if column == 6:
        return "Soft", "general"
    return ("Calc", "count") if column in (3, 4) else ("Label", None)


def _summary(book: Book, sheet: Worksheet, span: Span) -> None:
    """Write the band of counts by area: `Data 5 of 5`."""
    sheet.set_row_pixels(SUMMARY_ROW, 26)
    band = book.style("Plain", bg_color=PANEL, bold=True, indent=1)
    for column in range(LAST + 1):
        sheet.write_blank(SUMMARY_ROW, column, None, band)
    parts = []
    for area in AREAS:
        inside = f'({span.column(1)}="{area}")*(LEFT({span.column(7)},1)="{{}}")'
        passed, failed = (f"SUMPRODUCT({inside.format(mark)})" for mark in "●▲")
        parts.append(f'"{area} "&IF({passed}+{failed}=0,"–",{passed}&" of "&({passed}+{failed}))')
    separator = '&"   |   "&'
    write(sheet, SUMMARY_ROW, 0, f'={separator.join(parts)}&"   pass"', band)


def _colours(book: Book, sheet: Worksheet, span: Span) -> None:
    """Colour the status by its first sign, which says the same without colour."""
    fail = {"type": "text", "criteria": "begins with", "value": "▲"}
    fail |= {"format": book.look(font_color=BAD_INK, bg_color=BAD_FILL)}
    quiet = {"type": "text", "criteria": "begins with", "value": "○", "format": book.look(font_color=MUTE)}
    area = f"H{FAILS_ROW + 2}:H{span.last + 1}"
    sheet.conditional_format(area, fail)
    sheet.conditional_format(area, quiet)
    first = FAILS_ROW + 1
    cents = {"type": "formula", "criteria": f"=AND(ISNUMBER($G{first + 1}),$G{first + 1}>0)"}
    sheet.conditional_format(
        first, 3, first + FAIL_ROWS - 1, 5, cents | {"format": book.look(num_format=NUMBER_FORMATS["cents"])}
    )
