"""What a planner typed into the Supply review, brought into the table of targets; merged three ways like demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.change import Change
from sop_xl.schema.inputs import TARGETS
from sop_xl.schema.views import FIXED_KINDS, SUPPLY_REVIEW
from sop_xl.services.review_cells import number
from sop_xl.services.review_figures import joined_reasons, review_months
from sop_xl.services.review_lines import NAN, GridLine, edited_twice, read_lines, same

if TYPE_CHECKING:
    from collections.abc import Hashable

    from sop_xl.domain.cells import Cells
    from sop_xl.domain.issue import Issue

FIXED = "fixed_production"
OTHERS = ("min_stock", "max_stock", "target_stock", "target_backlog")
"""What else a row of targets may say: with one of these it stays when its quantity is no longer fixed."""


def fold_fixed(
    cells: Cells, targets: pd.DataFrame, grid_period: pd.Period
) -> tuple[pd.DataFrame, list[Change], list[Issue]]:
    """Return `targets` with what was typed into the grid, the changes that makes, and the issues found.

    A figure typed becomes the fixed quantity of the row for item, location and month, or a new row; one that was
    cleared goes, and its row with it where that says nothing else. The reason goes to all fixed quantities of its line.

    Args:
        cells: the grid as read, header first.
        targets: the table as parsed; any row order.
        grid_period: the first month of the grid, which is that of the cycle it was written for.
    """
    months = review_months(grid_period)
    issues: list[Issue] = []
    lines = read_lines(cells, SUPPLY_REVIEW, FIXED_KINDS, months, issues)
    table = targets.reset_index(drop=True)
    several = pd.Series([line.item for line in lines], dtype=object).duplicated(keep=False)
    merge = _Merge(table, months)
    for line, shared in zip(lines, several, strict=True):
        for k in merge.run(line, alone=not shared):
            said = f"{TARGETS.sheet} says otherwise for {line.item}, {line.place or 'its place'}, {months[k]}"
            issues.append(edited_twice(cells, SUPPLY_REVIEW, line, k, verb="fixes", table=said))
    return merge.table(), merge.changes, issues


class _Merge:
    """The merge of the grid with the table, line by line."""

    def __init__(self, table: pd.DataFrame, months: pd.PeriodIndex) -> None:
        self._table, self._months = table, months
        on_grid = table[table["period"].isin(months)]
        keys = zip(on_grid["item"], on_grid["location"], on_grid["period"], strict=True)
        self._row_of: dict[tuple[str, str, pd.Period], Hashable] = dict(zip(keys, on_grid.index, strict=True))
        self._dropped: list[Hashable] = []
        self._added: list[dict[str, object]] = []
        self.changes: list[Change] = []

    def table(self) -> pd.DataFrame:
        """Return the table as merged."""
        table = self._table.drop(index=self._dropped)
        if self._added:
            blank = dict.fromkeys(OTHERS, NAN)
            new = pd.DataFrame([{**blank, **row} for row in self._added], columns=list(table.columns))
            table = pd.concat([table, new.astype(table.dtypes.to_dict())], ignore_index=True)
        return table.reset_index(drop=True)

    def run(self, line: GridLine, *, alone: bool) -> list[int]:
        """Merge a line; return the months in which grid and table were both changed, to different figures."""
        conflicts = []
        rows: list[Hashable] = []
        for k, period in enumerate(self._months):
            if k in line.faulty:
                continue
            now, written = line.values[k], line.written[k]
            row = self._row(line, period, alone or not np.isnan(written))
            told = NAN if row is None else float(self._table.loc[row, FIXED])
            if not (same(now, written) or same(now, told)):
                if same(told, written):
                    self._set(line, period, row, told, now)
                else:
                    conflicts.append(k)
            if row is not None and row not in self._dropped and not np.isnan(self._table.loc[row, FIXED]):
                rows.append(row)
        self._reason(line, rows)
        return conflicts

    def _row(self, line: GridLine, period: pd.Period, takes_blank: bool) -> Hashable | None:
        """Return the table's row for a month of a line; one without a location may stand for it."""
        exact = self._row_of.get((line.item, line.place, period))
        return self._row_of.get((line.item, "", period)) if exact is None and takes_blank else exact

    def _set(self, line: GridLine, period: pd.Period, row: Hashable | None, told: float, now: float) -> None:
        if row is None:
            key = {"item": line.item, "location": line.place, "period": period}
            self._added.append({**key, FIXED: now, "reason": line.reason})
            self.changes.append(Change(TARGETS.name, _key(line.item, line.place, period), "", None, now))
            return
        key_text = _key(line.item, str(self._table.loc[row, "location"]), period)
        if np.isnan(now) and self._table.loc[row, list(OTHERS)].isna().all():
            self._dropped.append(row)
            self.changes.append(Change(TARGETS.name, key_text, "", told, None))
            return
        self._table.loc[row, FIXED] = now
        self.changes.append(Change(TARGETS.name, key_text, FIXED, number(told), number(now)))

    def _reason(self, line: GridLine, rows: list[Hashable]) -> None:
        """Give a reason that was typed into the grid to the fixed quantities of the line that stay."""
        there = self._table.loc[rows].assign(market="")
        if not line.reason or line.reason in (line.reason_written, joined_reasons(there)):
            return
        for row in rows:
            old = str(self._table.loc[row, "reason"])
            if old != line.reason:
                self._table.loc[row, "reason"] = line.reason
                item, place, period = (self._table.loc[row, name] for name in ("item", "location", "period"))
                self.changes.append(Change(TARGETS.name, _key(item, place, period), "reason", old or None, line.reason))


def _key(item: str, place: str, period: pd.Period) -> str:
    return f"{item} | {place} | {period}"
