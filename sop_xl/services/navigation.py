"""Moving about in the workbook: to a sheet, to the open month, from family to family."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from sop_xl.domain.cells import column_letters
from sop_xl.domain.errors import SopError
from sop_xl.schema import ALL_TABLES
from sop_xl.schema.parse import read_table
from sop_xl.schema.results import FAMILIES
from sop_xl.schema.table import Kind
from sop_xl.services.actions import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.domain.cells import Row, Value
    from sop_xl.ports import Workbook

FAMILY_SHEET, FAMILY_CELL = "Family", "A5"
"""Where the planner chooses the family that the sheet shows."""
HEAD_ROWS = 12
"""Rows at the top of a view among which its months stand."""


class Desk(Protocol):
    """What of a workbook is on the screen."""

    @property
    def active_sheet(self) -> str:
        """The sheet in front."""
        ...

    def show(self, sheet: str, cell: str = "") -> None:
        """Bring a sheet to the front, and select a cell of it."""
        ...

    def head(self, sheet: str, rows: int) -> Sequence[Row]:
        """Return the values of the first rows of a sheet, from cell A1."""
        ...

    def named_value(self, name: str) -> Value:
        """Return the value of a one-cell name of the workbook."""
        ...

    def write(self, sheet: str, cell: str, value: str) -> None:
        """Write a cell that the planner may write."""
        ...


def step_family(workbook: Workbook, desk: Desk, step: int) -> Outcome:
    """Show the next family (`step` 1) or the one before (-1); after the last comes the first.

    Raises:
        SopError: there is no plan yet.
    """
    families = read_table(FAMILIES, workbook.read_cells(FAMILIES)).frame["family"].tolist()
    if not families:
        raise SopError("There is no family to show yet. Run the cycle first.")
    chosen = str(desk.named_value("sop_family") or "")
    place = families.index(chosen) if chosen in families else (-1 if step > 0 else 0)
    family = families[(place + step) % len(families)]
    desk.write(FAMILY_SHEET, FAMILY_CELL, family)
    desk.show(FAMILY_SHEET, FAMILY_CELL)
    return Outcome(f"Family {family}, {families.index(family) + 1} of {len(families)}.")


def go_to_now(workbook: Workbook, desk: Desk) -> Outcome:
    """Move the sheet in front to the open month.

    Raises:
        SopError: the open month is not known, or the sheet does not show it.
    """
    now, sheet = _month(desk.named_value("sop_current")), desk.active_sheet
    if now is None:
        raise SopError("The open month is not known yet: give current_period on the sheet Settings, or load actuals.")
    cell = _in_head(desk.head(sheet, HEAD_ROWS), now) or _in_table(workbook, sheet, now)
    if not cell:
        raise SopError(f"The sheet {sheet} does not show {now:%B %Y}.")
    desk.show(sheet, cell)
    return Outcome(f"{now:%B %Y}.")


def _in_head(rows: Sequence[Row], now: dt.date) -> str:
    """Return the address of the month in the first row of a view that shows several months."""
    for number, row in enumerate(rows, start=1):
        months = [_month(value) for value in row]
        if now in months and sum(month is not None for month in months) > 1:
            return f"{column_letters(months.index(now) + 1)}{number}"
    return ""


def _in_table(workbook: Workbook, sheet: str, now: dt.date) -> str:
    """Return the address of the first row of the month in the table of a data sheet."""
    for table in ALL_TABLES:
        months = [column.header for column in table.columns if column.kind is Kind.MONTH]
        if table.sheet != sheet or table.view or not months:
            continue
        cells = workbook.read_cells(table)
        places = [k for k, header in enumerate(cells.rows[0]) if str(header) == months[0]]
        for number, row in enumerate(cells.rows):
            if places and _month(row[places[0]]) == now:
                return cells.address(number, places[0])
    return ""


def _month(value: Value) -> dt.date | None:
    return dt.date(value.year, value.month, 1) if isinstance(value, dt.date) else None
