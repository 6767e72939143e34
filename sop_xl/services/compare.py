"""What would change: two frames of one table compared by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.domain.change import Change
from sop_xl.schema.parse import row_key
from sop_xl.schema.table import Kind

if TYPE_CHECKING:
    from sop_xl.domain.cells import Value
    from sop_xl.schema.table import Column, Table


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
    key = list(table.key)
    left, right = (frame.assign(_row=range(len(frame)))[[*key, "_row"]] for frame in (old, new))
    both = left.merge(right, on=key, how="outer", suffixes=("_old", "_new"))
    kept = both.dropna().astype({"_row_old": int, "_row_new": int})
    added = both.loc[both["_row_old"].isna(), "_row_new"].astype(int).tolist()
    removed = both.loc[both["_row_new"].isna(), "_row_old"].astype(int).tolist()
    changes: list[tuple[int, Change]] = []
    altered: set[int] = set()
    for column in table.columns:
        if column.field in key:
            continue
        before = old[column.field].take(kept["_row_old"]).reset_index(drop=True)
        after = new[column.field].take(kept["_row_new"]).reset_index(drop=True)
        differs = (before.ne(after) & ~(before.isna() & after.isna())).to_numpy(bool)
        for position in differs.nonzero()[0].tolist():
            row = int(kept["_row_new"].iat[position])
            altered.add(row)
            cells = plain(column, before.iat[position]), plain(column, after.iat[position])
            changes.append((row, Change(table.name, row_key(table, new, row), column.field, *cells)))
    listed = [change for _, change in sorted(changes, key=lambda pair: pair[0])]
    listed += [Change(table.name, row_key(table, new, row), "", None, "new row") for row in added]
    listed += [Change(table.name, row_key(table, old, row), "", "row", None) for row in removed]
    return TableChange(table.name, len(old), len(new), len(added), len(removed), len(altered), tuple(listed))


def plain(column: Column, value: Any) -> Value:
    """Return a frame's value as a cell holds it."""
    if value is None or value is pd.NaT or value != value or value == "":  # noqa: PLR0124
        return None
    if column.kind in (Kind.MONTH, Kind.DATE):
        return str(value)[:10]
    if column.kind is Kind.TIME:
        return str(value)
    return value
