"""Paste actuals: where finance pastes a month's export in any shape, and reads what the check makes of it.

What the check found stands left of the paste, in columns that stay in sight, so that a paste may be as wide
as it likes. The sheet is not protected: cells pasted from another workbook bring their lock with them, and
the next paste over them would be refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from sop_xl.schema import paste
from sop_xl.schema.paste import BAND_ROW, BAND_ROWS, FIRST_ROW, SHEET, STATUS_WORDS
from sop_xl.template.parts import masthead, print_page, section, write
from sop_xl.template.rows import HAIR
from sop_xl.template.style import (
    BAD,
    BAD_FILL,
    BAD_INK,
    GOOD,
    GOOD_FILL,
    GOOD_INK,
    MUTE,
    NAVY,
    PANEL,
    WARN,
    WARN_FILL,
    WHITE,
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.schema.paste import Area
    from sop_xl.template.book import Book

WIDTHS = (("A:A", 52), ("B:B", 104), ("C:C", 52), ("D:D", 440), ("E:E", 12))
_FOUND: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Note", {"align": "right"}),
    ("Plain", {"indent": 1}),
    ("Note", {"indent": 1}),
    ("Plain", {"indent": 1}),
)
"""Looks of what a check writes beside the rows: number, status, code, message."""
RAW_WIDTH = 96
PRINTED = 84
"""Last row that is printed: receipt, questions and the first rows, on one page."""
LAST = 23
"""Column X: the last of the panels; the paste may go beyond."""
STEPS = (
    ("1  Paste", ("", "pasted")),
    ("2  Check", ("blocked", "red", "amber", "green")),
    ("3  Commit", ("committed",)),
)
PANELS = (
    (0, "QUESTIONS THAT ONLY YOU CAN ANSWER"),
    (5, "RECEIPT BEFORE COMMIT"),
    (10, "CONTROL AND CONSENT"),
    (14, "MOST FREQUENT FAULTS"),
    (18, "LARGEST CHANGES TO WHAT WAS COMMITTED"),
)
HEADS = {1: "Your answer", 2: "Code", 3: "Question", 5: "Rows", 6: "Count", 7: "Units", 8: "Value"}
HEADS |= {10: "Finance says", 14: "Rows", 15: "Code", 16: "What"}
HEADS |= {18: "Item", 19: "Market", 20: "Month", 21: "Before", 22: "After", 23: "Difference"}
_FIGURES = {6, 7, 8, 14, 21, 22, 23}


def build(book: Book) -> None:
    """Write the sheet and the defined name of each of its areas."""
    sheet = book.sheet(SHEET, "input", WIDTHS)
    typed = book.style("InputText", "text", bottom=0)
    sheet.set_column_pixels(paste.RAW.left - 1, paste.RAW.right - 1, RAW_WIDTH, typed)
    for column, (role, more) in enumerate(_FOUND):
        sheet.set_column_pixels(column, column, WIDTHS[column][1], book.style(role, "general", **more))
    sheet.set_column_pixels(4, 4, 12, book.style("Plain", "text", font_color=WHITE))
    _paper(book, sheet)
    words = (
        f"Paste the month's rows from {_corner(paste.RAW)} on, header included, columns in any order; "
        "then S&OP > Check paste. Nothing is stored before Commit."
    )
    masthead(book, sheet, SHEET, words, LAST)
    _steps(book, sheet)
    _panels(book, sheet)
    _receipt(book, sheet)
    _control(book, sheet)
    _grid_head(book, sheet)
    _colours(book, sheet)
    for area in paste.AREAS:
        book.book.define_name(area.name, f"='{SHEET}'!{_absolute(area)}")
    sheet.ignore_errors({"number_stored_as_text": paste.RAW.address})
    sheet.outline_settings(True, False, True, False)
    sheet.freeze_panes(FIRST_ROW - 1, 4)
    print_page(sheet, f"A1:X{PRINTED}")
    sheet.set_paper(8)


def _corner(area: Area) -> str:
    return area.address.split(":", maxsplit=1)[0]


def _absolute(area: Area) -> str:
    first, last = (xl_rowcol_to_cell(row - 1, column - 1, row_abs=True, col_abs=True) for row, column in _ends(area))
    return f"{first}:{last}"


def _ends(area: Area) -> tuple[tuple[int, int], tuple[int, int]]:
    return (area.top, area.left), (area.bottom, area.right)


def _paper(book: Book, sheet: Worksheet) -> None:
    """Give everything above the paste its own ground: the columns are inputs further down."""
    plain = book.style("Plain")
    for row in range(FIRST_ROW - 1):
        level = {"level": 1} if BAND_ROW - 2 <= row + 1 <= BAND_ROW + BAND_ROWS - 1 else {}
        sheet.set_row_pixels(row, 18, None, level)
        for column in range(paste.RAW.right):
            sheet.write_blank(row, column, None, plain)
    sheet.set_row_pixels(FIRST_ROW - 2, 24)


def _steps(book: Book, sheet: Worksheet) -> None:
    """Write what the last command says, and the three steps; the one that the sheet is in is dark."""
    sheet.set_row_pixels(paste.SAYS.top - 1, 24)
    write(sheet, paste.SAYS.top - 1, 0, None, book.style("Check", bottom=0))
    write(sheet, paste.STATE.top - 1, paste.STATE.left - 1, None, book.style("Note", "text"))
    state = f"${xl_rowcol_to_cell(paste.STATE.top - 1, paste.STATE.left - 1, row_abs=True)}"
    for k, (words, states) in enumerate(STEPS):
        row, left = paste.SAYS.top - 1, paste.RAW.left - 1 + 2 * k
        box = book.style("Plain", bg_color=PANEL, bold=True, indent=1)
        write(sheet, row, left, words, box)
        sheet.write_blank(row, left + 1, None, box)
        now = ",".join(f'{state}="{name}"' for name in states)
        look = book.look(bg_color=NAVY, font_color=WHITE)
        sheet.conditional_format(
            row, left, row, left + 1, {"type": "formula", "criteria": f"=OR({now})", "format": look}
        )


def _panels(book: Book, sheet: Worksheet) -> None:
    """Write the panels' bars and heads, and an empty cell of the right kind for each figure."""
    bar, head = BAND_ROW - 3, BAND_ROW - 2
    section(book, sheet, bar, PANELS[0][1], LAST)
    sheet.set_row_pixels(bar, 22, None, {"level": 1})
    for column, words in PANELS[1:]:
        write(sheet, bar, column, words, book.style("Section"))
    for column in range(LAST + 1):
        if column not in (4, 9, 13):
            side = "right" if column in _FIGURES else "left"
            write(sheet, head, column, HEADS.get(column), book.style("Header", align=side))
    label, unit = book.style("Label"), book.style("Unit", indent=0)
    answer, unseen = book.style("InputText", "text"), book.style("Plain", "text", font_color=WHITE)
    for row in range(BAND_ROW - 1, BAND_ROW - 1 + BAND_ROWS):
        looks: dict[int, Any] = {0: label, 1: answer, 2: unit, 3: label, 4: unseen, 15: unit, 16: label}
        looks |= {
            14: book.style("Calc", "count"),
            17: label,
            18: book.style("Label", "text"),
            19: book.style("Label", "text"),
            20: book.style("Label", "month", align="left"),
        }
        looks |= dict.fromkeys((21, 22), book.style("Calc", "cents")) | {23: book.style("Calc", "decimals_delta")}
        for column, look in looks.items():
            sheet.write_blank(row, column, None, look)
    note = {"validate": "any", "input_title": "Your answer"}
    note["input_message"] = "Type one of the choices that the question beside names, then check again."
    sheet.data_validation(paste.ANSWERS.address, note)


def _receipt(book: Book, sheet: Worksheet) -> None:
    """Write the receipt: rows by status, their total, and what a commit would do to what is known."""
    first = BAND_ROW - 1
    numbers = ("count", "units", "cents")
    for k, words in enumerate(STATUS_WORDS.values()):
        write(sheet, first + k, 5, words, book.style("Label"))
        for column, number in enumerate(numbers, start=6):
            sheet.write_blank(first + k, column, None, book.style("Calc", number))
    total = first + len(STATUS_WORDS)
    write(sheet, total, 5, "All rows pasted", book.style("OutputLabel"))
    for column, number in enumerate(numbers, start=6):
        letter = "GHI"[column - 6]
        area = f"{letter}{first + 1}:{letter}{total}"
        write(sheet, total, column, f'=IF(COUNT({area})=0,"",SUM({area}))', book.style("Output", number))
    for k, words in enumerate(("New", "Changed", "As known")):
        row = paste.COUNTS.top - 1 + k
        write(sheet, row, 5, words, book.style("Label"))
        sheet.write_blank(row, 6, None, book.style("Calc", "count"))


def _control(book: Book, sheet: Worksheet) -> None:
    """Write what finance types: control totals, consent and reason; and whether the totals tie."""
    first = BAND_ROW - 1
    total = first + len(STATUS_WORDS) + 1
    for offset, words, number in ((0, "Total value", "cents"), (1, "Total units", "units")):
        _pair(book, sheet, first + offset, words, None, book.style("Input", number))
    for offset, words, column, number in (
        (2, "Difference in value", "I", "cents"),
        (3, "Difference in units", "H", "units"),
    ):
        control = f"$M${first + offset - 1}"
        kept = f"{column}{total}-N({column}{total - 1})"
        formula = f'=IF(OR({control}="",COUNT({column}{total})=0),"",ROUND({kept}-{control},2))'
        _pair(book, sheet, first + offset, words, formula, book.style("Calc", number))
    missing, off = f"COUNT($M${first + 3}:$M${first + 4})=0", f"ABS(N($M${first + 3}))+ABS(N($M${first + 4}))>0"
    tie = f'=IF({missing},"○ Nothing to tie to yet",IF({off},"▲ Does not tie to the ledger","● Ties to the ledger"))'
    write(sheet, first + 4, 10, tie, book.style("Check"))
    for beside in (11, 12):
        sheet.write_blank(first + 4, beside, None, book.style("Label"))
    for typed, words, message in (
        (paste.ACCEPT, "Rows to look at are right", "yes: you have looked at them; they are committed as they are."),
        (paste.KEEP_ASIDE, "Commit without bad rows", "yes: bad rows stay here; the month says it is incomplete."),
    ):
        _pair(book, sheet, typed.top - 1, words, None, book.style("InputText", "text", align="right"))
        rule = {"validate": "list", "source": ["yes", "no"], "input_title": words[:32], "input_message": message}
        sheet.data_validation(typed.address, rule)
    write(sheet, paste.REASON.top - 1, 10, "Reason", book.style("Label"))
    write(sheet, paste.REASON.top - 1, paste.REASON.left - 1, None, book.style("InputText", "text"))
    sheet.write_blank(paste.REASON.top - 1, 12, None, book.style("InputText", "text"))


def _pair(book: Book, sheet: Worksheet, row: int, words: str, content: str | None, style: object) -> None:
    write(sheet, row, 10, words, book.style("Label"))
    sheet.write_blank(row, 11, None, book.style("Label"))
    write(sheet, row, 12, content, style)


def _grid_head(book: Book, sheet: Worksheet) -> None:
    """Write the two rows above the paste: the bar, and the heads with what each column was taken for."""
    bar, head = FIRST_ROW - 3, FIRST_ROW - 2
    section(book, sheet, bar, "WHAT THE CHECK FOUND", LAST)
    write(sheet, bar, 5, "YOUR ROWS, and what each column was taken for", book.style("Section"))
    for column, words in enumerate(("Row", "SOP status", "Code", "SOP message")):
        more: dict[str, Any] = {"align": "left", "indent": 1} if column else {"align": "right"}
        write(sheet, head, column, words, book.style("Header", **more))
    for column in range(paste.RAW.left - 1, paste.RAW.right):
        sheet.write_blank(head, column, None, book.style("Header", "text", align="left", text_wrap=False, shrink=True))


def _colours(book: Book, sheet: Worksheet) -> None:
    """Colour states by their first sign, which says the same without colour."""
    _signs(book, sheet, f"B{FIRST_ROW}:B{paste.LAST_ROW}", HAIR)
    _signs(book, sheet, f"F{BAND_ROW}:F{BAND_ROW + len(STATUS_WORDS) - 1}", {})
    for area in (paste.SAYS.address, f"K{BAND_ROW + 4}"):
        for sign, ink in (("▲", BAD), ("■", WARN), ("○", MUTE), ("●", GOOD)):
            rule = {"type": "text", "criteria": "begins with", "value": sign, "format": book.look(font_color=ink)}
            sheet.conditional_format(area, rule)
    _marks(book, sheet)
    filled = {"type": "formula", "criteria": f'=$B{FIRST_ROW}<>""', "format": book.look(**HAIR)}
    for area in (f"A{FIRST_ROW}:A{paste.LAST_ROW}", f"C{FIRST_ROW}:D{paste.LAST_ROW}"):
        sheet.conditional_format(area, filled)
    out = {
        "type": "formula",
        "criteria": f'=LEFT($B{FIRST_ROW},1)="○"',
        "format": book.look(font_color=MUTE, italic=True),
    }
    sheet.conditional_format(paste.RAW.address, out)


def _marks(book: Book, sheet: Worksheet) -> None:
    """Colour the exact cells that the check names in the column left of the paste, whose own ink is not seen."""
    marks = f"$E{FIRST_ROW}"
    place = f"COLUMN()-COLUMN({marks})"
    looks: dict[str, dict[str, Any]] = {
        "bad": {"font_color": BAD_INK, "bg_color": BAD_FILL, "bold": True},
        "warn": {"font_color": WARN, "bg_color": WARN_FILL},
        "fixed": {"font_color": GOOD_INK, "bg_color": GOOD_FILL},
    }
    for status, look in looks.items():
        criteria = f'=ISNUMBER(FIND("{paste.SIGNS[status]}"&{place}&";",{marks}))'
        sheet.conditional_format(
            paste.RAW.address, {"type": "formula", "criteria": criteria, "format": book.look(**look)}
        )


def _signs(book: Book, sheet: Worksheet, area: str, more: dict[str, Any]) -> None:
    looks: tuple[tuple[str, dict[str, Any]], ...] = (
        (STATUS_WORDS["bad"], {"font_color": BAD_INK, "bg_color": BAD_FILL, "bold": True}),
        (STATUS_WORDS["warn"], {"font_color": WARN, "bg_color": WARN_FILL, "bold": True}),
        (STATUS_WORDS["fixed"], {"font_color": GOOD_INK, "bg_color": GOOD_FILL}),
        (STATUS_WORDS["excluded"], {"font_color": MUTE}),
        (STATUS_WORDS["good"], {}),
    )
    for words, look in looks:
        rule = {"type": "cell", "criteria": "==", "value": f'"{words}"', "format": book.look(**look, **more)}
        if look or more:
            sheet.conditional_format(area, rule)
