"""What the last page of Bridge is made of: heads, and cells to choose in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.parts import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

LAST = 11
"""Last column of the sheet, from 0."""


def heads(book: Book, sheet: Worksheet, row: int, words: Sequence[str]) -> None:
    """Write a row of heads over figures, from column B on."""
    sheet.set_row_pixels(row, 22)
    write(sheet, row, 0, None, book.style("Header"))
    for column, head in enumerate(words, start=1):
        write(sheet, row, column, head, book.style("Header", align="right", text_wrap=False))


def choice(
    book: Book, sheet: Worksheet, row: int, column: int, words: str, source: str | list[str], message: str
) -> None:
    """Write a label on a section's bar and, right of it, a cell to choose in from a list."""
    write(sheet, row, column, words, book.style("Section", align="right"))
    write(sheet, row, column + 1, None, book.style("InputText", "text", shrink=True))
    rule = {"validate": "list", "source": source, "input_title": words, "input_message": message}
    sheet.data_validation(row, column + 1, row, column + 1, rule)
