"""The rows of a grid that a planner types into, as read: what stands there now, and what was written there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.cells import column_letters
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema import values as read
from sop_xl.schema.views import OPEN_FIELDS
from sop_xl.services.review_cells import read_written

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.domain.cells import Cells
    from sop_xl.schema.table import Table

TOLERANCE = 1e-6
"""Units below which two figures are the same; the tables keep 6 decimals."""
NAN = float("nan")


@dataclass(frozen=True)
class GridLine:
    """One input row of the grid.

    Attributes:
        position: its place in the cells' rows.
        item, place, subject: what it speaks about; the place is what column B says of it.
        values: what stands in its months, NaN where blank.
        written: what was written there by the last run.
        reason, reason_written: the same for the reason.
        faulty: months whose cell cannot be read.
    """

    position: int
    item: str
    place: str
    subject: str
    values: list[float]
    written: list[float]
    reason: str
    reason_written: str
    faulty: frozenset[int]


def read_lines(
    cells: Cells, grid: Table, subjects: Mapping[str, str], months: pd.PeriodIndex, issues: list[Issue]
) -> list[GridLine]:
    """Return the input rows of a grid; cells that cannot be read are added to `issues`.

    Args:
        cells: the grid as read, header first.
        grid: the view's table.
        subjects: what a row of each input kind speaks about, by kind.
        months: the open months of the grid.
        issues: gets what is found.
    """
    return [line for k in range(1, len(cells.rows)) if (line := _line(cells, k, grid, subjects, months, issues))]


def same(one: float, other: float) -> bool:
    """Whether two figures are the same, blank being the same as blank only."""
    if np.isnan(one) or np.isnan(other):
        return bool(np.isnan(one) and np.isnan(other))
    return abs(one - other) <= TOLERANCE * max(1.0, abs(other))


def _line(
    cells: Cells,
    position: int,
    grid: Table,
    subjects: Mapping[str, str],
    months: pd.PeriodIndex,
    issues: list[Issue],
) -> GridLine | None:
    """Return the input row at that place; None for a row of another kind."""
    row = dict(zip(grid.fields, cells.rows[position], strict=False))
    kind, item = _text(row.get("kind")), _text(row.get("item"))
    if kind not in subjects or not item:
        return None
    subject = subjects[kind]
    words = subject.replace("_", " ")
    values, faulty = [], set()
    for k, field in enumerate(OPEN_FIELDS):
        value, fault = _quantity(row.get(field))
        values.append(value)
        if fault:
            faulty.add(k)
            where = address(cells, grid, position, k)
            cure = "Type a number of units, 0 or more, or empty the cell."
            message = f"{item}, {words}, {months[k]} is {fault}."
            issues.append(Issue(Severity.STOP, "bad-number", cells.sheet, where, message, cure))
    written, reason_written = read_written(_text(row.get("written")))
    reason = _text(row.get("reason"))
    place = _text(row.get("class_"))
    return GridLine(position, item, place, subject, values, written, reason, reason_written, frozenset(faulty))


def _quantity(value: object) -> tuple[float, str]:
    """Return a quantity and an empty text, or NaN and what is wrong with it."""
    if read.is_blank(value):
        return NAN, ""
    if read.is_error(value):
        return NAN, f"the error {value}"
    try:
        number = read.as_number(value)
    except read.CellFaultError as fault:
        return NAN, f"{value!r}, {fault}"
    return (number, "") if number >= 0 else (NAN, f"{number:g}, below zero")


def _text(value: object) -> str:
    return "" if value is None or read.is_error(value) else read.as_text(value)


def address(cells: Cells, grid: Table, position: int, month: int) -> str:
    """Return the cell of a row's open month."""
    column = grid.fields.index(OPEN_FIELDS[month])
    return f"{column_letters(cells.left + column)}{cells.top + position}"


def edited_twice(cells: Cells, grid: Table, line: GridLine, month: int, *, verb: str, table: str) -> Issue:
    """Return that a figure was changed on the grid and in its table since the last run, and differently.

    Args:
        cells: the grid as read.
        grid: the view's table.
        line: the input row.
        month: which of its open months.
        verb: what the grid does with the figure.
        table: the table's sheet, and what stands there for which item, place and month.
    """
    typed = "nothing" if np.isnan(line.values[month]) else f"{line.values[month]:g}"
    message = f"{grid.sheet} {verb} {typed} and the table on {table}; both were changed since the last run."
    cure = "Type the same figure into both, or empty one of them."
    where = address(cells, grid, line.position, month)
    return Issue(Severity.STOP, "edited-twice", cells.sheet, where, message, cure)
