"""Cells as plain values, with the place they came from; what adapters give and take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache

ERROR_VALUES = frozenset(
    {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


class CellError(str):
    """An error value of a cell, `#N/A` and its like, told apart from text that merely looks so."""

    __slots__ = ()


@dataclass(frozen=True)
class Formula:
    """A formula for a Python-owned cell, with the value it has now.

    Attributes:
        text: the formula in English, without the leading `=`, as stored in the file.
        value: its result, so that a reader that does not calculate sees the right figure.
    """

    text: str
    value: Value = None


Value = str | float | int | bool | dt.date | dt.datetime | None
"""What a cell holds. Blank is None; an error is a `CellError`; a date is a date."""

CellInput = Value | Formula
"""What may be written to a cell."""

Row = list[Value]


@lru_cache(maxsize=16_384)
def column_letters(index: int) -> str:
    """Return the letters of a column counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Cells:
    """A block of cells, header first.

    Attributes:
        rows: the values; `rows[0]` is the header, the other rows are the body. All have one width.
        sheet: the sheet, or CSV file, the block stands on.
        top: row number of the header, from 1.
        left: column number of the first column, from 1.
    """

    rows: list[Row] = field(default_factory=list)
    sheet: str = ""
    top: int = 1
    left: int = 1

    def address(self, row: int, column: int) -> str:
        """Return the address of `rows[row][column]`, such as `C14`."""
        return f"{column_letters(self.left + column)}{self.top + row}"
