"""Parts that sheets share: masthead, print set-up, time header, section bars, signs, load bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from sop_xl.template.style import ACTUAL, BAD, CLOSED, GOOD, HEAT, WHITE

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import StyledBook

PAST, AHEAD = 3, 12
"""Closed and open months on a time sheet."""
FIRST, QUARTERS, LAST = 7, 23, 26
"""Columns of a time sheet: first month (H), first quarter (X), last (AA)."""
TIME_WIDTHS = (
    ("A:A", 176),
    ("B:B", 66),
    ("C:C", 70),
    ("D:D", 46),
    ("E:E", 50),
    ("F:F", 64),
    ("G:G", 8),
    ("H:V", 54),
    ("W:W", 8),
    ("X:AA", 60),
)
MASTER_TEXT = (
    '=IF(chk_Total=0,"○ Not checked yet",IF(chk_Master=0,"● All "&chk_Total&" checks pass",'
    '"▲ "&chk_Master&" of "&chk_Total&" checks fail"))'
)
"""The master light in words; `chk_Master` and `chk_Total` are names of the Checks sheet."""


def masthead(book: StyledBook, sheet: Worksheet, title: str, subtitle: str, last: int) -> None:
    """Write the rows every sheet starts with: what it is, its scope, the master check, a way back.

    `title` and `subtitle` may be formulas (they then start with `=`). `last` is the last column, from 0.
    """
    for row, pixels in ((0, 36), (1, 20), (2, 4), (3, 10)):
        sheet.set_row_pixels(row, pixels)
    write(sheet, 0, 0, title, book.style("Title"))
    write(sheet, 1, 0, subtitle, book.style("Subtitle"))
    light = book.style("Plain", bold=True, align="right", font_size=11, font_color=GOOD)
    sheet.write_formula(0, last, MASTER_TEXT, light, "")
    cell = xl_rowcol_to_cell(0, last)
    failing = {"type": "text", "criteria": "begins with", "value": "▲", "format": book.look(font_color=BAD)}
    sheet.conditional_format(cell, failing)
    target, text = ("Checks", "Checks  ►") if sheet.name == "Home" else ("Home", "◄  Home")
    sheet.write_url(1, last, f"internal:'{target}'!A1", book.style("Link", align="right"), text)
    for column in range(last + 1):
        sheet.write_blank(2, column, None, book.style("Strip"))


def write(sheet: Worksheet, row: int, column: int, content: str | float | None, style: object) -> None:
    """Write text, a number, a blank, or a formula (text that starts with `=`), without a stale result."""
    if content is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(content, str) and content.startswith("="):
        sheet.write_formula(row, column, content, style, "")
    elif isinstance(content, str):
        sheet.write_string(row, column, content, style)
    else:
        sheet.write_number(row, column, content, style)


def print_page(sheet: Worksheet, area: str, *, repeat: tuple[int, int] | None = None, one_page: bool = True) -> None:
    """A4 landscape, one page wide, quiet footer with file, sheet and page; `repeat` header rows from 0.

    An empty `area` prints what the sheet holds: right where a table grows.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.35, right=0.35, top=0.4, bottom=0.5)
    sheet.fit_to_pages(1, 1 if one_page else 0)
    if area:
        sheet.print_area(area)
    sheet.center_horizontally()
    sheet.set_footer("&L&8&F  |  &A&C&8Confidential&R&8Page &P", {"margin": 0.25})
    if repeat:
        sheet.repeat_rows(*repeat)


def protect(sheet: Worksheet) -> None:
    """Protect against accidents, without a password: filters, widths and outline stay usable."""
    sheet.protect(
        "",
        {
            "format_columns": True,
            "format_rows": True,
            "autofilter": True,
            "sort": True,
            "select_locked_cells": True,
            "select_unlocked_cells": True,
        },
    )


def time_header(
    book: StyledBook, sheet: Worksheet, row: int, texts: tuple[str, ...], *, start: str = "sop_current"
) -> None:
    """Write band names, the month row (true dates), and the texture strip.

    `texts` are the headers of columns A to G. The month cells stand in row `row + 1`, H to V; `start` is
    the name of the first open month.
    """
    for offset, pixels in ((0, 18), (1, 22), (2, 4)):
        sheet.set_row_pixels(row + offset, pixels)
    for column, words in ((FIRST, "Closed"), (FIRST + PAST, "Forecast  ►  open month first"), (QUARTERS, "Quarters")):
        sheet.write_string(row, column, words, book.style("Band"))
    for column, words in enumerate(texts):
        more: dict[str, Any] = {"indent": 1} if column == 3 else {}
        sheet.write_string(
            row + 1, column, words, book.style("Header", align="left" if column < 4 else "right", **more)
        )
    for k in range(PAST + AHEAD):
        more = {"bg_color": CLOSED} if k < PAST else {}
        head = book.style("Header", "month", align="right", text_wrap=False, **more)
        sheet.write_formula(row + 1, FIRST + k, f"=EDATE({start},{k - PAST})", head, "")
        strip = {"bg_color": ACTUAL} if k < PAST else {"pattern": 14, "fg_color": ACTUAL, "bg_color": WHITE}
        sheet.write_blank(row + 2, FIRST + k, None, book.style("Plain", **strip))
    for q in range(4):
        first, last = (xl_rowcol_to_cell(row + 1, FIRST + PAST + 3 * q + k) for k in (0, 2))
        words = f'=TEXT({first},"mmm")&"–"&TEXT({last},"mmm")'
        sheet.write_formula(row + 1, QUARTERS + q, words, book.style("Header", align="right"), "")


def section(book: StyledBook, sheet: Worksheet, row: int, words: str, last: int, first: int = 0) -> None:
    """Write a section bar over the full width."""
    sheet.set_row_pixels(row, 22)
    for column in range(first, last + 1):
        sheet.write_blank(row, column, None, book.style("Section"))
    write(sheet, row, first, words, book.style("Section"))


DASH = '"–";"–";"–"'
"""Number format of what is nothing in the unit shown."""
HALF_THOUSAND = 500.0
"""What shows as 0 in thousands."""


def signs(
    book: StyledBook, sheet: Worksheet, area: str, *, good_when_positive: bool = True, least: float = 0, **more: Any
) -> None:
    """Colour a signed difference: blue is good, orange is bad; the sign says the same. `more`: as in `heat`.

    What is within `least` of zero, and so would read +0 or −0, is shown as nothing.
    """
    if least:
        tiny(book, sheet, area, least, **more)
    up, down = (GOOD, BAD) if good_when_positive else (BAD, GOOD)
    first = area.split(":", maxsplit=1)[0].replace("$", "")
    for criteria, ink in ((f">{least}", up), (f"<-{least}" if least else "<0", down)):
        test = f"=AND(ISNUMBER({first}),N({first}){criteria})"
        rule = {"type": "formula", "criteria": test, "format": book.look(font_color=ink, **more)}
        sheet.conditional_format(area, rule)


def tiny(book: StyledBook, sheet: Worksheet, area: str, least: float, **more: Any) -> None:
    """Show numbers closer to zero than `least`, half of the unit they are shown in, as a dash. `more`: as in `heat`."""
    first = area.split(":", maxsplit=1)[0].replace("$", "")
    rule = {"type": "formula", "criteria": f"={is_tiny(first, least)}", "stop_if_true": True}
    sheet.conditional_format(area, {**rule, "format": book.look(num_format=DASH, **more)})


def is_tiny(cell: str, least: float) -> str:
    """Return the formula, without `=`, of whether a cell's number is that close to zero."""
    return f"AND(ISNUMBER({cell}),ABS(N({cell}))<{least})"


def heat(book: StyledBook, sheet: Worksheet, area: str, **more: Any) -> None:
    """Colour load by fixed bands, highest first; blank cells and text stay as they are.

    `more` is what each band looks like beyond its colours: LibreOffice shows one rule a cell only.
    """
    first = area.split(":", maxsplit=1)[0].replace("$", "")
    for low, fill, ink in reversed(HEAT):
        rule = {
            "type": "formula",
            "criteria": f"=AND(ISNUMBER({first}),{first}>={low})",
            "stop_if_true": True,
            "format": book.look(bg_color=fill, font_color=ink, bold=low >= 1.0, **more),
        }
        sheet.conditional_format(area, rule)
