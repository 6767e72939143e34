"""Where two frames of one table differ: rows matched by key, cells compared as they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.schema.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.domain.cells import Value
    from sop_xl.schema.table import Column, Table


@dataclass(frozen=True)
class Difference:
    """What turns one frame of a table into another.

    Attributes:
        added: positions in the new frame of rows whose key is new.
        removed: positions in the old frame of rows whose key is gone.
        old, new: positions of the rows that both have, pair by pair; shape (pairs,).
        cells: for each column that is no part of the key, which of the pairs differ; positions in `old`.
    """

    added: list[int]
    removed: list[int]
    old: np.ndarray = field(repr=False)
    new: np.ndarray = field(repr=False)
    cells: dict[str, np.ndarray] = field(repr=False)

    def changed(self) -> Iterator[tuple[str, int, int]]:
        """Yield field, row in the old and row in the new frame of every cell that differs."""
        for name, pairs in self.cells.items():
            for pair in pairs.tolist():
                yield name, int(self.old[pair]), int(self.new[pair])


def difference(table: Table, old: pd.DataFrame, new: pd.DataFrame) -> Difference:
    """Return what turns `old` into `new`, whatever the order of rows; keys must be unique in each."""
    key = list(table.key)
    left, right = (frame.assign(_row=range(len(frame)))[[*key, "_row"]] for frame in (old, new))
    both = left.merge(right, on=key, how="outer", suffixes=("_old", "_new"))
    kept = both.dropna(subset=["_row_old", "_row_new"])
    pairs = kept["_row_old"].to_numpy(int), kept["_row_new"].to_numpy(int)
    cells = {c.field: _differing(c, old, new, *pairs) for c in table.columns if c.field not in key}
    added = both.loc[both["_row_old"].isna(), "_row_new"].astype(int).tolist()
    removed = both.loc[both["_row_new"].isna(), "_row_old"].astype(int).tolist()
    return Difference(added, removed, *pairs, cells)


def _differing(
    column: Column, old: pd.DataFrame, new: pd.DataFrame, rows: np.ndarray, others: np.ndarray
) -> np.ndarray:
    before = old[column.field].take(rows).reset_index(drop=True)
    after = new[column.field].take(others).reset_index(drop=True)
    return np.flatnonzero((before.ne(after) & ~(before.isna() & after.isna())).to_numpy(bool))


def plain(column: Column, value: Any) -> Value:
    """Return a frame's value as a cell holds it; months, days and moments as ISO text."""
    if value is None or value is pd.NaT or value != value or value == "":  # noqa: PLR0124
        return None
    if column.kind in (Kind.MONTH, Kind.DATE):
        return str(value)[:10]
    if column.kind is Kind.TIME:
        return str(value)
    return value
