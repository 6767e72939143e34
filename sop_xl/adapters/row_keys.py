"""What tells rows apart across adapters, and the cells whose row is gone."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.schema.table import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.domain.cells import Value
    from sop_xl.schema.table import Table

SEPARATOR = " | "


@dataclass(frozen=True)
class OrphanCell:
    """A cell of the user's that could not follow its row.

    Its row is gone, or another value had to take the place of a formula of the user's.

    Attributes:
        key: the key of the row, parts joined by ` | `; empty where the row had none.
        header: the header of the column, or its letters where it has none.
        value: what stood in the cell, as text; a formula with its `=`.
    """

    key: str
    header: str
    value: str


def key_kinds(table: Table) -> list[Kind]:
    """Return what the key columns of `table` hold."""
    return [table.column(field).kind for field in table.key]


def key_text(kinds: Sequence[Kind], values: Sequence[Value]) -> str:
    """Return the key of a row as text, the same for 123 and "123", and for any day of a month.

    Args:
        kinds: what each key column holds.
        values: the row's values in these columns.

    Returns:
        The parts joined by ` | `; empty where all of them are blank.
    """
    parts = [_part(kind, value) for kind, value in zip(kinds, values, strict=True)]
    return SEPARATOR.join(parts) if any(parts) else ""


def _part(kind: Kind, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()[:7] if kind is Kind.MONTH else value.isoformat()
    return display_text(value)


def display_text(value: Value) -> str:
    """Return a value as a reader would write it down: whole numbers without a point, trimmed, in one Unicode form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else unicodedata.normalize("NFC", str(value).strip())
