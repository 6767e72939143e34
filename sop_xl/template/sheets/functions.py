"""Functions: each worksheet function at work in a small example, and how to use it."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from sop_xl.functions.catalogue import by_area
from sop_xl.functions.examples import examples
from sop_xl.template.parts import masthead, print_page, section, write

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.functions.examples import Example
    from sop_xl.functions.worksheet import Cell, TableOfCells
    from sop_xl.template.book import Book

SHEET = "Functions"
WIDTHS = (("A:A", 150), ("B:M", 58), ("N:N", 640))
HELP, LAST = 13, 13
FIRST_ROW = 4
HELP_SIGNS = 120
"""Characters that fit into the column of help."""
INTRODUCTION = (
    "Each block is one function: what goes in (amber), what comes out for it, and the formula. To try it, choose the "
    "formula, press F2, then Enter.",
    "The add-in must be installed. A formula that gives several cells spills to the right and below (before Excel "
    "2021: select the cells, press Ctrl+Shift+Enter).",
    "A row gives a row, a column a column. A blank in a history is no data, never zero. #N/A counts as blank; other "
    "error values must be mended first.",
    "A function that cannot answer says why in one sentence, which starts with its name. Percentages are in points: 15 "
    "means 15 %.",
    "Nothing is calculated before an argument changes. SOP_GET and SOP_WHY read this workbook's results: with sop_run "
    "as last argument they follow each run.",
)


def build(book: Book) -> None:
    """Write the sheet: a section for each area, a block for each function. It is not protected: play with it."""
    sheet = book.sheet(SHEET, "system", WIDTHS)
    masthead(book, sheet, SHEET, "What a cell can ask the planning engines, each function at work", LAST)
    row = FIRST_ROW
    for sentence in INTRODUCTION:
        write(sheet, row, 0, sentence, book.style("Plain"))
        row += 1
    shown = examples()
    for area, functions in by_area().items():
        row += 1
        section(book, sheet, row, area.upper(), LAST)
        row += 2
        for function in functions:
            row = _block(book, sheet, row, shown[function.name])
    sheet.freeze_panes(FIRST_ROW, 0)
    print_page(sheet, f"A1:N{row}", repeat=(0, 3), one_page=False)


def _block(book: Book, sheet: Worksheet, row: int, example: Example) -> int:
    """Write one function and return the row of the next one."""
    function = example.function
    write(sheet, row, 0, function.syntax, book.style("ChartTitle"))
    write(sheet, row + 1, 0, function.summary, book.style("Note"))
    row += 2
    references: list[str] = []
    for place, argument in enumerate(function.arguments):
        cells = example.cells(place)
        _line(book, sheet, row, argument.name, argument.help)
        references.append(_inputs(book, sheet, row, cells) if cells else "")
        row += len(cells) if cells else 1
    answer = example.answer()
    words = wrap(function.returns + (" Here: of a sample company." if function.needs_facts else ""), HELP_SIGNS)
    for offset, values in enumerate(answer):
        _line(book, sheet, row + offset, str(values[0]), words[offset] if offset < len(words) else "", bold=True)
        for column, value in enumerate(values[1:], start=1):
            write(sheet, row + offset, column, value, _output(book, value))
    row += len(answer)
    _line(book, sheet, row, "Formula", " ".join(words[len(answer) :]))
    sheet.write_string(row, 1, _formula(function.name, references), book.style("InputText"))
    # The answer, once live, needs as many free rows from the formula down.
    return row + len(answer) + 1


def _line(book: Book, sheet: Worksheet, row: int, name: str, words: str, *, bold: bool = False) -> None:
    """Write a line's name and help, with its hairline over the full width."""
    for column in range(1, HELP):
        sheet.write_blank(row, column, None, book.style("Label"))
    write(sheet, row, 0, name, book.style("Label_1", bold=bold))
    write(sheet, row, HELP, words or None, book.style("Unit"))


def _inputs(book: Book, sheet: Worksheet, row: int, cells: TableOfCells) -> str:
    """Write the cells of an argument and return their reference."""
    for down, values in enumerate(cells):
        for across, value in enumerate(values):
            style = book.style("InputText") if isinstance(value, str) else book.style("Input", _number(value))
            write(sheet, row + down, 1 + across, value, style)
    if len(cells) == 1 and len(cells[0]) == 1:
        return xl_rowcol_to_cell(row, 1)
    return xl_range(row, 1, row + len(cells) - 1, len(cells[0]))


def _formula(name: str, references: list[str]) -> str:
    """Return the formula as text; arguments left out at the end are not written."""
    while references and not references[-1]:
        references = references[:-1]
    return f"={name}({','.join(references)})"


def _output(book: Book, value: Cell) -> object:
    if isinstance(value, str):
        return book.style("CalcText", bold=True)
    return book.style("Calc", _number(value), bold=True)


def _number(value: Cell) -> str:
    """Return the number format: decimals only where there are any."""
    if not isinstance(value, float) or value.is_integer():
        return "units"
    return "rate" if abs(value) < 1 else "decimals"
