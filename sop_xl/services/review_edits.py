"""What a planner typed into the Demand review, brought into the table of overrides: nothing is lost, nothing guessed.

Each input row of the grid remembers what was written into it (column `As written`). With that a cell is
merged three ways: what was written, what stands there now, and what the table says now. Where only one of
the two changed, it counts; where both did, and differently, the run stops and names both cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.additions import SIGNS
from sop_xl.domain.change import Change
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.inputs import LEVEL_OVERRIDES, OVERRIDES
from sop_xl.schema.views import DEMAND_REVIEW, INPUT_KINDS
from sop_xl.services.review_figures import joined_reasons, review_months
from sop_xl.services.review_lines import NAN, TOLERANCE, GridLine, address, edited_twice, read_lines, same

if TYPE_CHECKING:
    from sop_xl.domain.cells import Cells


def fold_edits(
    cells: Cells, overrides: pd.DataFrame, grid_period: pd.Period, levels: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[Change], list[Issue]]:
    """Return `overrides` with what was typed into the grid, the changes that makes, and the issues found.

    A figure typed over one that an override adds to or subtracts from replaces it.
    A figure typed into an input row becomes a row of the whole item (blank market); one that was cleared
    goes. A figure typed over the sum of several markets is for the whole item; the markets' own rows stay
    as long as they fit in it, since what is left is spread over the other markets. Clearing such a sum
    takes them out. The reason goes to all rows of its line.

    Args:
        cells: the grid as read, header first.
        overrides: the table as parsed; any row order.
        grid_period: the first month of the grid, which is that of the cycle it was written for.
        levels: the table `level_overrides`, whose figures stand in the grid without a row of `overrides`. One
            typed over becomes a row of the item; one cannot be cleared from the grid.
    """
    spread = frozenset() if levels is None else frozenset(zip(levels["stream"], levels["period"], strict=True))
    months = review_months(grid_period)
    issues: list[Issue] = []
    lines = read_lines(cells, DEMAND_REVIEW, INPUT_KINDS, months, issues)
    table = overrides.reset_index(drop=True)
    groups = dict(iter(table[table["period"].isin(months)].groupby(["item", "stream"], sort=False)))
    none = table.iloc[:0]
    changes: list[Change] = []
    dropped: list[int] = []
    set_to: dict[tuple[int, str], float | str] = {}
    added: list[dict[str, object]] = []
    for line in lines:
        rows = groups.get((line.item, line.subject), none)
        merge = _LineMerge(line, rows, months, spread)
        merge.run(cells, issues)
        dropped += merge.dropped
        set_to |= merge.set_to
        added += merge.added
        changes += merge.changes
    for (index, field), value in set_to.items():
        table.loc[index, field] = value
    table = table.drop(index=dropped)
    if added:
        table = pd.concat([table, _rows(table, added)], ignore_index=True)
    return table.reset_index(drop=True), changes, issues


def with_shown(overrides: pd.DataFrame, grid_period: pd.Period) -> pd.DataFrame:
    """Return `overrides` with `shown` as the grid of that first month will show it; blank beyond the grid."""
    on_grid = overrides["market"].eq("") & overrides["period"].isin(review_months(grid_period))
    return overrides.assign(shown=overrides["quantity"].where(on_grid))


class _LineMerge:
    """The merge of one grid row with its rows of the table."""

    def __init__(
        self, line: GridLine, rows: pd.DataFrame, months: pd.PeriodIndex, spread: frozenset[tuple[str, pd.Period]]
    ) -> None:
        self._line = line
        self._spread = spread
        self._months = months
        self._whole = {row.period: row for row in rows[rows["market"].eq("")].itertuples()}
        self._parts = dict(iter(rows[rows["market"].ne("")].groupby("period")))
        self._rows = rows
        self.dropped: list[int] = []
        self.set_to: dict[tuple[int, str], float | str] = {}
        self.added: list[dict[str, object]] = []
        self.changes: list[Change] = []

    def run(self, cells: Cells, issues: list[Issue]) -> None:
        """Merge every month, then the reason."""
        for k, period in enumerate(self._months):
            if k in self._line.faulty:
                continue
            if self._from_level(k, period):
                self._over_level(cells, k, period, issues)
            elif not self._month(k, period):
                issues.append(self._conflict(cells, k, period))
        self._reason()

    def _month(self, k: int, period: pd.Period) -> bool:
        """Merge one month; return False where grid and table disagree."""
        now, written = self._line.values[k], self._line.written[k]
        row = self._whole.get(period)
        told = NAN if row is None else float(row.quantity)
        adds = False if row is None else row.mode in SIGNS
        if row is not None and adds and same(told, float(row.shown)):
            told = written
        if same(now, written) or same(now, told):
            return True
        over_markets = row is None and period in self._parts and not np.isnan(written)
        if not same(told, written) and not over_markets:
            return False
        if np.isnan(now):
            self._take_out(period)
        elif row is None:
            parts = self._parts.get(period)
            if parts is not None and (
                parts["mode"].isin(list(SIGNS)).any() or now < parts["quantity"].sum() - TOLERANCE
            ):
                self._take_out(period)
            self._add(period, now)
        else:
            self._set(row.Index, period, "quantity", float(row.quantity), now)
            if adds:
                self._set(row.Index, period, "mode", row.mode, "replace")
        return True

    def _from_level(self, k: int, period: pd.Period) -> bool:
        """Whether what was written there was a part of a figure for a family, region, channel or the company."""
        own = period in self._whole or period in self._parts
        return not own and not np.isnan(self._line.written[k]) and (self._line.subject, period) in self._spread

    def _over_level(self, cells: Cells, k: int, period: pd.Period, issues: list[Issue]) -> None:
        now = self._line.values[k]
        if same(now, self._line.written[k]):
            return
        if not np.isnan(now):
            self._add(period, now)
            return
        message = f"{self._line.item}, {self._line.subject}, {period} is its part of a figure for a whole level."
        cure = f"Change that on the sheet {LEVEL_OVERRIDES.sheet}, or type this item's own figure here."
        where = address(cells, DEMAND_REVIEW, self._line.position, k)
        issues.append(Issue(Severity.STOP, "level-figure", cells.sheet, where, message, cure))

    def _take_out(self, period: pd.Period) -> None:
        rows = [self._whole[period]] if period in self._whole else list(self._parts[period].itertuples())
        for row in rows:
            self.dropped.append(row.Index)
            self.changes.append(Change(OVERRIDES.name, self._key(period, row.market), "", _cell(row.quantity), None))

    def _add(self, period: pd.Period, quantity: float) -> None:
        line = self._line
        self.added.append(
            {"item": line.item, "period": period, "stream": line.subject, "quantity": quantity, "reason": line.reason}
        )
        self.changes.append(Change(OVERRIDES.name, self._key(period, ""), "", None, quantity))

    def _set(self, index: int, period: pd.Period, field: str, old: float | str, new: float | str) -> None:
        self.set_to[index, field] = new
        self.changes.append(Change(OVERRIDES.name, self._key(period, ""), field, _cell(old), _cell(new)))

    def _reason(self) -> None:
        """Give a reason that was typed into the grid to the rows of the line that stay."""
        line = self._line
        if not line.reason or line.reason in (line.reason_written, joined_reasons(self._rows)):
            return
        for row in self._rows.itertuples():
            if row.Index in self.dropped or row.reason == line.reason:
                continue
            self.set_to[row.Index, "reason"] = line.reason
            key = self._key(row.period, row.market)
            self.changes.append(Change(OVERRIDES.name, key, "reason", row.reason or None, line.reason))

    def _key(self, period: pd.Period, market: str) -> str:
        return " | ".join((self._line.item, market, str(period), self._line.subject))

    def _conflict(self, cells: Cells, k: int, period: pd.Period) -> Issue:
        line = self._line
        row = self._whole.get(period)
        said = "no quantity" if row is None or np.isnan(row.quantity) else f"{row.quantity:g}"
        table = f"{OVERRIDES.sheet} says {said} for {line.item}, {line.subject}, {period}"
        return edited_twice(cells, DEMAND_REVIEW, line, k, verb="says", table=table)


def _cell(value: float | str) -> float | str | None:
    return None if isinstance(value, float) and np.isnan(value) else value


def _rows(table: pd.DataFrame, added: list[dict[str, object]]) -> pd.DataFrame:
    """Return new rows in the columns and types of the table."""
    blank = {"market": "", "mode": "", "owner": "", "assumption_id": "", "at": pd.NaT, "shown": NAN}
    frame = pd.DataFrame([{**blank, **row} for row in added], columns=list(table.columns))
    return frame.astype(table.dtypes.to_dict())
