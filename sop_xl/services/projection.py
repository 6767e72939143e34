"""The sheet Actuals and the ledger held against each other: what was typed there, and the sheet filled anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.batch import KEY_FIELDS, VALUE_FIELDS, FactKey
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import stops
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.services.partner import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sop_xl.domain.batch import DataVersion
    from sop_xl.ports import LinkedWorkbook, Orphan

SHEET_ROWS = 1_048_000
"""Facts that the sheet is given; the oldest months beyond that stay in the ledger only."""

KEY = list(KEY_FIELDS)


@dataclass(frozen=True)
class Difference:
    """What turns one set of facts into another.

    Attributes:
        facts: rows that are new or differ, as in the second set.
        removed: rows of the first set whose key is gone.
    """

    facts: pd.DataFrame
    removed: pd.DataFrame

    def __len__(self) -> int:
        """Return how many keys differ."""
        return len(self.facts) + len(self.removed)

    def keys(self) -> set[FactKey]:
        """Return the keys that differ."""
        return {key for frame in (self.facts, self.removed) for key in keys_of(frame)}

    def without(self, keys: set[FactKey]) -> Difference:
        """Return the difference but for some keys."""
        facts, removed = (_without(frame, keys) for frame in (self.facts, self.removed))
        return Difference(facts, removed)


def _without(frame: pd.DataFrame, keys: set[FactKey]) -> pd.DataFrame:
    stays = np.array([key not in keys for key in keys_of(frame)], dtype=bool)
    return frame[stays].reset_index(drop=True)


def keys_of(frame: pd.DataFrame) -> list[FactKey]:
    """Return the keys of a frame of facts, row by row."""
    columns = [frame[name].astype("str") for name in KEY]
    return [FactKey(*parts) for parts in zip(*columns, strict=True)]


def difference(old: pd.DataFrame, new: pd.DataFrame) -> Difference:
    """Return what turns the facts `old` into `new`; both as `actuals`, keys unique, batches not compared."""
    both = old.merge(new, on=KEY, how="outer", suffixes=("_old", ""), indicator="side")
    differs = both["side"].eq("right_only")
    for name in VALUE_FIELDS:
        before, after = both[f"{name}_old"], both[name]
        differs |= both["side"].eq("both") & before.ne(after) & ~(before.isna() & after.isna())
    gone = both.loc[both["side"].eq("left_only"), KEY]
    return Difference(conform(ACTUALS, both[differs]), conform(ACTUALS, gone))


def on_sheet(facts: pd.DataFrame) -> pd.DataFrame:
    """Return those of the facts that the sheet is given: all, or as many of the latest months as it has room for."""
    if len(facts) <= SHEET_ROWS:
        return facts
    rows = facts["period"].value_counts().sort_index(ascending=False).cumsum()
    return facts[facts["period"].isin(rows[rows <= SHEET_ROWS].index)].reset_index(drop=True)


def typed_facts(workbook: LinkedWorkbook) -> pd.DataFrame:
    """Return what the sheet Actuals holds now.

    Raises:
        InvalidInputError: it has faults, so that filling it anew would lose what the user typed.
    """
    parsed = read_table(ACTUALS, workbook.read_cells(ACTUALS))
    if stops(parsed.issues):
        raise InvalidInputError(stops(parsed.issues))
    return conform(ACTUALS, parsed.frame)


def project(workbook: LinkedWorkbook, facts: pd.DataFrame, version: DataVersion) -> Sequence[Orphan]:
    """Fill the sheet Actuals with these facts of that version, in one commit; return user's cells left over."""
    orphans = workbook.write_cells(ACTUALS, render(ACTUALS, on_sheet(facts)))
    workbook.write_property(VERSION, str(version))
    workbook.commit()
    return orphans
