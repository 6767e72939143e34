"""The one gate every value passes on its way into a workbook: what a cell cannot hold is refused."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sop_xl.adapters.package.xml_text import storable
from sop_xl.domain.cells import CellError, Formula

if TYPE_CHECKING:
    from sop_xl.domain.cells import CellInput, Value

MAX_TEXT = 32_767


def clean(value: CellInput) -> Value:
    """Return `value` as a cell holds it, and as reading it back gives it.

    NaN, NaT and empty text are blank; whole numbers become floats; minus zero becomes zero; characters
    that a file cannot hold (controls, half a surrogate pair) are left out and line ends become line
    feeds. Of a `Formula` it is the result that counts.

    Raises:
        ValueError: no cell can hold it; the message says why, in words that follow the cell's name.
    """
    if isinstance(value, Formula):
        return clean(value.value)
    if value is None or type(value).__name__ == "NAType":
        return None
    if isinstance(value, CellError):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, dt.date):
        return _date(value)
    return _number(value)


def is_blank(value: CellInput) -> bool:
    """Whether a cell with that value is blank."""
    try:
        return clean(value) is None
    except ValueError:
        return False


def _text(value: str) -> str | None:
    text = storable(str(value))
    units = len(text.encode("utf-16-le")) // 2 if len(text) > MAX_TEXT // 2 else 0
    if units > MAX_TEXT:
        msg = f"has {units:,} characters; a cell holds {MAX_TEXT:,} at most"
        raise ValueError(msg)
    return text or None


def _date(value: dt.date) -> dt.date | None:
    if value != value:  # noqa: PLR0124 - NaT is the only date unlike itself
        return None
    if value.year < 1900:
        msg = f"is {value}; a workbook has no dates before 1900"
        raise ValueError(msg)
    if not isinstance(value, dt.datetime):
        return value
    if value.tzinfo is not None:
        msg = f"is {value}; a workbook's times have no time zone"
        raise ValueError(msg)
    moment = dt.datetime(*value.timetuple()[:6], microsecond=value.microsecond // 1000 * 1000)
    return moment.date() if moment.time() == dt.time() else moment


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isnan(number):
        return None
    if math.isinf(number):
        msg = "is infinite or beyond 1.8E+308; look for a division by zero in what it comes from"
        raise ValueError(msg)
    return number + 0.0
