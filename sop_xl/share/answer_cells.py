"""One cell of a returned form: what its value is, and whether a cell that is not to be filled is as it was."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sop_xl.schema import values as read
from sop_xl.schema.parse import READERS
from sop_xl.schema.table import Kind
from sop_xl.schema.values import CellFaultError
from sop_xl.share.form import plain_value

if TYPE_CHECKING:
    from sop_xl.domain.cells import Value
    from sop_xl.schema.table import Column
    from sop_xl.share.form import Plain

_DECIMAL_COMMA = re.compile(r"[-+]?(\d+|\d{1,3}([. '\u2019]\d{3})+),\d+")
_THREE_DIGITS = re.compile(r"[-+]?\d{1,3},\d{3}")
_NUMBERS = re.compile(r"\d+")
_CLOSE = 1e-6


def answer_value(column: Column, cell: Value) -> Plain:
    """Return what a filled cell says, as forms keep it; None: it is blank.

    A text that is a number with a decimal comma is read as one; `1,234` may mean two numbers and is a fault.

    Raises:
        CellFaultError: it is no such value, or out of the column's bounds; the message says why.
    """
    if read.is_blank(cell):
        return None
    if read.is_error(cell):
        raise CellFaultError(f"the error {cell}")
    value: Any = cell
    if column.is_numeric and isinstance(cell, str):
        value = _decimal_point(cell)
    if column.kind is not Kind.ANY:
        value = READERS[column.kind](value)
    if column.choices and column.kind is Kind.TEXT:
        value = _chosen(column, value)
    if column.is_numeric:
        _check_bounds(column, value)
    return plain_value(column, value)


def _decimal_point(cell: str) -> str:
    text = cell.translate(read.SPACES).strip().replace("\u2212", "-")
    if not _DECIMAL_COMMA.fullmatch(text) or _THREE_DIGITS.fullmatch(text):
        return text
    whole, _, part = text.partition(",")
    return f"{re.sub(r'[^0-9+-]', '', whole)}.{part}"


def _chosen(column: Column, value: str) -> str:
    for choice in column.choices:
        if choice.casefold() == value.casefold():
            return choice
    raise CellFaultError(f"none of {', '.join(choice for choice in column.choices if choice)}")


def _check_bounds(column: Column, value: float) -> None:
    if column.minimum is not None and value < column.minimum:
        raise CellFaultError(f"below {column.minimum:g}")
    if column.maximum is not None and value > column.maximum:
        raise CellFaultError(f"above {column.maximum:g}")


def is_same(kept: Plain, cell: Value) -> bool:
    """Whether a cell still says what the form said, in whatever way a program has stored it since.

    `00123` may have become the number 123, a month its first day or another program's text for it.
    """
    if kept is None or read.is_blank(cell):
        return kept in (None, "") and read.is_blank(cell)
    if isinstance(kept, float):
        return _is_number(kept, cell)
    said, found = str(kept), read.as_text(cell)
    if said.casefold() == found.casefold():
        return True
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        with suppress(ValueError):
            return float(said) == cell
    return _is_day(said, cell)


def _is_number(kept: float, cell: Value) -> bool:
    with suppress(CellFaultError):
        number = read.as_number(_decimal_point(cell) if isinstance(cell, str) else cell)
        return abs(number - kept) <= _CLOSE * max(1.0, abs(kept))
    return False


def _is_day(said: str, cell: Value) -> bool:
    """Whether a cell is the month `2026-11` or the day `2026-11-25`, as a date or in digits of any order."""
    if not read.ISO_DAY.fullmatch(said):
        return False
    with suppress(CellFaultError, ValueError):
        return read.as_day(cell).isoformat().startswith(said)
    wanted = sorted(int(part) for part in said.split("-"))
    digits = sorted(int(part) for part in _NUMBERS.findall(read.as_text(cell)))
    return digits in (wanted, sorted([*wanted, 1])) or digits == sorted(part % 100 for part in wanted)
