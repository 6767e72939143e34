"""Blocks of cells by what a program calls them: addresses, names, tables, row and column numbers."""

from __future__ import annotations

import re
from typing import Any

from tests.support.calc_engine.cells import Range, address_of

_ADDRESS = re.compile(r"\$?[A-Za-z]{1,3}\$?\d+(:\$?[A-Za-z]{1,3}\$?\d+)?|\$?[A-Za-z]+:\$?[A-Za-z]+|\$?\d+:\$?\d+")
_COLUMN = re.compile(r"(\w+)\[([^\[\]]+)\]")


def range_of(sheet: Any, first: Any, last: Any = None) -> Range:
    """Return the block from `first` to `last`, as `Sheet.range` of xlwings takes them."""
    if isinstance(first, tuple) and len(first) == 4:
        return Range(sheet, *first)
    if isinstance(first, int) and isinstance(last, int):
        first, last = (first, last), None
    start = _corner(sheet, first)
    return start if last is None else _spanned(start, _corner(sheet, last))


def _corner(sheet: Any, place: Any) -> Range:
    if isinstance(place, Range):
        return place
    if isinstance(place, tuple):
        if 0 in place:
            raise IndexError("Rows and columns are counted from 1")
        return Range(sheet, *place, 1, 1)
    text = str(place).removeprefix("=")
    if "!" in text:
        name, _, text = text.rpartition("!")
        sheet = sheet.book.sheets(name.strip("'").replace("''", "'"))
    if _ADDRESS.fullmatch(text):
        return Range.at(sheet.book, sheet.sheet.getCellRangeByName(text.replace("$", "")).RangeAddress)
    return _named(sheet, text)


def _named(sheet: Any, name: str) -> Range:
    document = sheet.book.document
    for names in (sheet.sheet.NamedRanges, document.NamedRanges):
        if names.hasByName(name):
            return Range.at(sheet.book, names.getByName(name).getReferredCells().RangeAddress)
    column = _COLUMN.fullmatch(name)
    table = column.group(1) if column else name
    for other in sheet.book.sheets:
        if table in other.tables:
            found = other.tables(table)
            return found.column(column.group(2)) if column else found.data_body_range
    raise ValueError(f"{sheet.name} has no range {name!r}, such as {address_of(1, 1)}")


def _spanned(one: Range, other: Range) -> Range:
    top, left = min(one.row, other.row), min(one.column, other.column)
    bottom = max(one.row + one.shape[0], other.row + other.shape[0])
    right = max(one.column + one.shape[1], other.column + other.shape[1])
    return Range(one.sheet, top, left, bottom - top, right - left)
