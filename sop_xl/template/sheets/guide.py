"""Guide: what the workbook is for, how the month runs, what each sheet holds, how to read it, its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sop_xl
from sop_xl.schema import TABLES
from sop_xl.schema.table import Owner
from sop_xl.template.parts import masthead, print_page, protect, section, write
from sop_xl.template.sheets.guide_words import HELP, LIMITS, MONTH, NUMBERS, PURPOSE, SAMPLES, SHEETS
from sop_xl.template.style import INPUT_INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Guide"
WIDTHS = (("A:A", 160), ("B:B", 150), ("C:C", 100), ("D:D", 420), ("E:E", 330))
LAST = 4
FIRST_ROW = 4
TABLE_BY_SHEET = {table.sheet: table for table in TABLES}


def build(book: Book) -> None:
    """Write the sheet, one section below the other."""
    sheet = book.sheet(SHEET, "system", WIDTHS)
    masthead(book, sheet, SHEET, "What this workbook is for, how the month runs, and how to read it", LAST)
    row = _purpose(book, sheet, FIRST_ROW)
    row = _month(book, sheet, row + 1)
    row = _key(book, sheet, row + 1)
    row = _numbers(book, sheet, row + 1)
    row = _sentences(book, sheet, row + 1, "KNOWN LIMITS", LIMITS)
    row = _sentences(book, sheet, row + 1, "HELP", HELP)
    row = _sheets(book, sheet, row + 1)
    sheet.freeze_panes(FIRST_ROW, 0)
    print_page(sheet, f"A1:E{row}", repeat=(0, 3), one_page=False)
    protect(sheet)


def _header(book: Book, sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    sheet.set_row_pixels(row, 24)
    for column in range(LAST + 1):
        write(sheet, row, column, texts[column] if column < len(texts) else None, book.style("Header"))


def _line(book: Book, sheet: Worksheet, row: int, texts: Sequence[str], *, indent: int = 0) -> None:
    """Write one line of words, with its hairline over the full width."""
    sheet.set_row_pixels(row, 20)
    for column in range(LAST + 1):
        text = texts[column] if column < len(texts) else ""
        write(sheet, row, column, text or None, book.style("Label", indent=indent if column else 0))


def _purpose(book: Book, sheet: Worksheet, row: int) -> int:
    section(book, sheet, row, "PURPOSE", LAST)
    row += 1
    for sentence in PURPOSE:
        write(sheet, row, 0, sentence, book.style("Plain"))
        row += 1
    facts = (
        ("Company", '=IF(sop_company="","Set it in Settings",sop_company)'),
        ("Owner of this workbook", "Planning"),
        ("Version of sop_xl", sop_xl.__version__),
        ("Last run", '=IF(sop_run="","none yet",sop_run&", cycle "&sop_cycle)'),
        ("State", '=IF(chk_Total=0,"not checked yet",(chk_Total-chk_Master)&" of "&chk_Total&" checks pass")'),
    )
    for label, content in facts:
        write(sheet, row, 0, label, book.style("Label"))
        write(sheet, row, 1, content, book.style("InputText" if label.startswith("Owner") else "Label"))
        row += 1
    owner = row - len(facts) + 1
    message = {
        "validate": "any",
        "input_title": "Owner",
        "input_message": "Who answers for this workbook: name or team.",
    }
    sheet.data_validation(owner, 1, owner, 1, message)
    return row


def _month(book: Book, sheet: Worksheet, row: int) -> int:
    section(book, sheet, row, "THE MONTH IN SIX STEPS", LAST)
    _header(book, sheet, row + 1, ("Step", "Where", "Working day", "What you do", "Command"))
    for offset, step in enumerate(MONTH, start=row + 2):
        _line(book, sheet, offset, (step.name, "", step.days, step.words, step.command))
        link = book.style("Label", font_color=INPUT_INK)
        sheet.write_url(offset, 1, f"internal:'{step.sheet}'!A1", link, f"{step.sheet}  ►")
    return row + 2 + len(MONTH)


def _key(book: Book, sheet: Worksheet, row: int) -> int:
    section(book, sheet, row, "CELLS", LAST)
    for offset, (role, sample, words) in enumerate(SAMPLES, start=row + 1):
        _line(book, sheet, offset, ("", words), indent=1)
        sheet.write_string(offset, 0, sample, book.style(role, align="center", locked=True))
    return row + 1 + len(SAMPLES)


def _numbers(book: Book, sheet: Worksheet, row: int) -> int:
    section(book, sheet, row, "NUMBERS AND TIME", LAST)
    for offset, (sample, words) in enumerate(NUMBERS, start=row + 1):
        _line(book, sheet, offset, (sample, words))
    return row + 1 + len(NUMBERS)


def _sentences(book: Book, sheet: Worksheet, row: int, title: str, sentences: Sequence[str]) -> int:
    section(book, sheet, row, title, LAST)
    for offset, sentence in enumerate(sentences, start=row + 1):
        _line(book, sheet, offset, (sentence,))
    return row + 1 + len(sentences)


def _sheets(book: Book, sheet: Worksheet, row: int) -> int:
    section(book, sheet, row, "SHEETS", LAST)
    _header(book, sheet, row + 1, ("Sheet", "Table", "Kind", "What it is for"))
    link = book.style("Label", font_color=INPUT_INK)
    for offset, name in enumerate(book.sheet_names, start=row + 2):
        table = TABLE_BY_SHEET.get(name)
        kind, words = SHEETS[name] if table is None else _of_table(table.owner, table.help)
        _line(book, sheet, offset, ("", table.excel_name if table else "", kind, words))
        sheet.write_url(offset, 0, f"internal:'{name}'!A1", link, name)
    return row + 2 + len(book.sheet_names)


def _of_table(owner: Owner, words: str) -> tuple[str, str]:
    return ("input" if owner is Owner.USER else "result"), words
