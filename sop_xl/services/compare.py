"""What would change: two frames of one table compared by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.domain.change import Change
from sop_xl.schema.difference import difference, plain
from sop_xl.schema.parse import row_key

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.schema.table import Table


@dataclass(frozen=True)
class TableChange:
    """How one table changes.

    Attributes:
        table: its name.
        before, after: rows before and after.
        added, removed, altered: rows whose key is new, gone, or kept with another value.
        changes: the cells, row by row.
    """

    table: str
    before: int
    after: int
    added: int
    removed: int
    altered: int
    changes: tuple[Change, ...]


def compare(table: Table, old: pd.DataFrame, new: pd.DataFrame) -> TableChange:
    """Return what turns `old` into `new`; keys must be unique in each."""
    found = difference(table, old, new)
    changes: list[tuple[int, Change]] = []
    for name, before, after in found.changed():
        column = table.column(name)
        cells = plain(column, old[name].iat[before]), plain(column, new[name].iat[after])
        changes.append((after, Change(table.name, row_key(table, new, after), name, *cells)))
    listed = [change for _, change in sorted(changes, key=lambda pair: pair[0])]
    listed += [Change(table.name, row_key(table, new, row), "", None, "new row") for row in found.added]
    listed += [Change(table.name, row_key(table, old, row), "", "row", None) for row in found.removed]
    altered = len({row for row, _ in changes})
    counts = len(old), len(new), len(found.added), len(found.removed), altered
    return TableChange(table.name, *counts, tuple(listed))
