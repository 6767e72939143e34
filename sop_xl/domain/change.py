"""What a run would change in the workbook, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sop_xl.domain.cells import Value


@dataclass(frozen=True)
class Change:
    """One cell that changes.

    Attributes:
        table: name of the table.
        key: the row's key as text, parts joined by ` | `.
        field: the column's field name; empty where the whole row is new or goes.
        old: value before; None where the row is new.
        new: value after; None where the row goes.
    """

    table: str
    key: str
    field: str
    old: Value
    new: Value
