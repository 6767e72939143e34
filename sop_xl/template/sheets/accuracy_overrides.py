"""On the view Accuracy: what overrides were worth by owner and by reason, and items to let be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.parts import section, signs, write
from sop_xl.template.rows import HAIR
from sop_xl.template.words import cut, plural

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHOWN = 6
"""Rows of owners, and of reasons."""
ITEMS = 8
RIGHT = 8
"""First column, from 0, of the lists on the right."""
COLUMNS = (
    ("Forecasts", "general"),
    ("Better", "general"),
    ("WMAPE before", "percent_points_1"),
    ("WMAPE after", "percent_points_1"),
    ("FVA", "points"),
    ("FVA money", "thousands_delta"),
)
_TABLE = "tblOverrideValue"


def show_overrides(book: Book, sheet: Worksheet, row: int, last: int) -> None:
    """Write the four lists from `row`, from 0, on: owners, reasons, items that lost, items that gained."""
    lost = f'COUNTIFS({_TABLE}[Verdict],"let it be")'
    words = f'=IF(ROWS({_TABLE}[Kind])=0,"OVERRIDES",'
    words += f'"OVERRIDES:  "&{plural(lost, "item does", "items do")}&" better when left alone")'
    section(book, sheet, row, words, last)
    note = "all months ahead  |  before: statistical, events, launches  |  after: consensus"
    write(sheet, row, last, note, book.style("Section", align="right", bold=False, font_size=9))
    below = row + 2 + SHOWN
    items = f'COUNTIFS({_TABLE}[Kind],"item")'
    _list(book, sheet, List("By owner", "owner", "{k}", "TRUE", row + 1, 0, SHOWN))
    _list(book, sheet, List("By reason", "reason", "{k}", "TRUE", row + 1, RIGHT, SHOWN))
    _list(book, sheet, List("Let it be: overrides lost", "item", "{k}", "{money}<0", below, 0, ITEMS))
    gained = List("Overrides that helped", "item", f"({items}-{{k}}+1)", "{money}>0", below, RIGHT, ITEMS)
    _list(book, sheet, gained)


class List(NamedTuple):
    """One list: its title, the kind of rows, how a row's rank follows from its place, which rows it shows, where."""

    title: str
    kind: str
    rank: str
    shown: str
    row: int
    column: int
    rows: int


def _list(book: Book, sheet: Worksheet, made: List) -> None:
    first = made.column + (2 if made.column else 1)
    sheet.set_row_pixels(made.row, 34)
    heads = (*(name for name, _ in COLUMNS[:-1]), '="FVA, k"&sop_currency')
    write(sheet, made.row, made.column, made.title, book.style("Header", text_wrap=False))
    if made.column:
        sheet.write_blank(made.row, made.column + 1, None, book.style("Header"))
    for column, words in enumerate(heads, start=first):
        write(sheet, made.row, column, words, book.style("Header", align="right"))
    for k in range(1, made.rows + 1):
        line = made.row + k
        found = f'MATCH("{made.kind} "&{made.rank.format(k=k)},{_TABLE}[Place],0)'
        shown = made.shown.format(money=f"N(INDEX({_TABLE}[FVA money],{found}))")
        name = f'=IFERROR(IF({shown},{cut(f"INDEX({_TABLE}[Name],{found})", 30)},""),"")'
        write(sheet, line, made.column, name, book.style("CalcText"))
        if made.column:
            sheet.write_blank(line, made.column + 1, None, book.style("CalcText"))
        label = f"${xl_col_to_name(made.column)}{line + 1}"
        for column, (header, number) in enumerate(COLUMNS, start=first):
            cell = f"INDEX({_TABLE}[{header}],{found})"
            value = f'=IF({label}="","",IF({cell}="","",{cell}))'
            write(sheet, line, column, value, book.style("Calc", number))
    ends = (xl_col_to_name(first + 4), xl_col_to_name(first + 5))
    signs(book, sheet, f"{ends[0]}{made.row + 2}:{ends[1]}{made.row + 1 + made.rows}", **HAIR)
