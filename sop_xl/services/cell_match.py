"""When two cells are the same, whether they were just made, read back, or kept on disk in between."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

from sop_xl.domain.cells import CellError, Formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.domain.cells import Row, Value

RELATIVE = 1e-12
"""How far two numbers may differ that are the same: programs write 15 to 17 digits."""
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: Any) -> Value:
    """Return a cell as reading it back gives it: of a formula the result, of a whole number a float."""
    kind = type(value)
    if kind is float:
        return None if math.isnan(value) else value
    if value is None or (kind is str and value and value.isprintable()):
        return value
    if isinstance(value, Formula):
        return plain(value.value)
    if isinstance(value, bool | CellError):
        return value
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")) or None
    if isinstance(value, dt.date):
        return _day(value)
    return plain(float(value))


def _day(value: dt.date) -> Value:
    if value != value:  # noqa: PLR0124 - NaT is the only date unlike itself
        return None
    if not isinstance(value, dt.datetime):
        return value
    moment = dt.datetime(*value.timetuple()[:6])
    return moment.date() if moment.time() == dt.time() else moment


def same(one: Value, other: Value) -> bool:
    """Whether two plain values are the same cell."""
    if one == other:
        return isinstance(one, bool) == isinstance(other, bool)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=RELATIVE)
    return False


def same_row(one: Sequence[Value], other: Sequence[Value]) -> bool:
    """Whether two rows of plain values are the same."""
    return len(one) == len(other) and all(map(same, one, other))


def row_key(row: Row, places: Sequence[int]) -> tuple[str, ...]:
    """Return what tells a row of plain values apart: its key cells as text."""
    return tuple(_word(row[place]) for place in places)


def _word(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def header_key(header: object) -> str:
    """Return what counts of a header: its words, in whatever case."""
    return " ".join(str(header).replace("\u00a0", " ").split()).casefold()
