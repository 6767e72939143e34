"""What a cell, a row or a block of cells means as an argument, and what is said when it is not that."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from sop_xl.demand.panel import Matrix
from sop_xl.domain.cells import ERROR_VALUES
from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING = "#N/A"
"""The error value that means "no data", as charts use it; every other error value is a fault."""
EXCEL_EPOCH = pd.Timestamp("1899-12-30")


class ArgumentError(SopError):
    """An argument of a worksheet function that it cannot work with."""


class Shape(Enum):
    """What an argument is made of."""

    HISTORY = "a row or column of numbers; blank: no data"
    FLOW = "a row or column of numbers; blank: 0"
    GRID = "a block of numbers; blank: 0"
    NUMBER = "a number"
    WHOLE = "a whole number"
    TEXT = "text"
    MONTH = "a month: a date in it, or text such as 2026-11"


History = Annotated[Matrix, Shape.HISTORY]
Flow = Annotated[Matrix, Shape.FLOW]
Grid = Annotated[Matrix, Shape.GRID]
Month = Annotated[pd.Period, Shape.MONTH]


def block(cells: object) -> list[list[object]]:
    """Return a cell, a row or a block as rows of cells."""
    if not isinstance(cells, (list, tuple)):
        return [[cells]]
    return [list(row) if isinstance(row, (list, tuple)) else [row] for row in cells]


def is_row(cells: object) -> bool:
    """Return whether the cells stand side by side: one row, more than one column."""
    rows = block(cells)
    return len(rows) == 1 and len(rows[0]) > 1


def is_blank(cells: object) -> bool:
    """Return whether nothing was given: no argument, or one empty cell."""
    rows = block(cells)
    return len(rows) == 1 and len(rows[0]) == 1 and _is_empty(rows[0][0])


def read(name: str, shape: Shape, cells: object) -> object:
    """Return an argument as its function takes it.

    Raises:
        ArgumentError: the cells are of another shape, hold text, or an error.
    """
    if shape in (Shape.HISTORY, Shape.FLOW):
        return _line(name, block(cells), np.nan if shape is Shape.HISTORY else 0.0)
    if shape is Shape.GRID:
        return np.array([_numbers(name, row, 0.0) for row in block(cells)], dtype=float)
    cell = _single(name, block(cells))
    if shape is Shape.TEXT:
        return _text(cell)
    if shape is Shape.MONTH:
        return _month(name, cell)
    number = _number(name, cell, None)
    if shape is Shape.WHOLE and not number.is_integer():
        msg = f"{name} is {cell}; give a whole number."
        raise ArgumentError(msg)
    return int(number) if shape is Shape.WHOLE else number


def same_length(**lines: Matrix) -> None:
    """Check that rows or columns go together.

    Raises:
        ArgumentError: they differ; the message tells how many values each has.
    """
    if len({len(values) for values in lines.values()}) > 1:
        sizes = ", ".join(f"{name} {len(values)}" for name, values in lines.items())
        msg = f"the number of values differs ({sizes}). Give as many of each."
        raise ArgumentError(msg)


def within(name: str, number: float, low: float, high: float) -> float:
    """Return the number.

    Raises:
        ArgumentError: it is not within its bounds.
    """
    if not low <= number <= high:
        span = f"{low:g} or more" if high == np.inf else f"a number from {low:g} to {high:g}"
        msg = f"{name} is {number:g}; give {span}."
        raise ArgumentError(msg)
    return number


def _line(name: str, rows: list[list[object]], blank: float) -> Matrix:
    if len(rows) > 1 and len(rows[0]) > 1:
        msg = f"{name} has {len(rows)} rows and {len(rows[0])} columns; give one row or one column."
        raise ArgumentError(msg)
    return np.array(_numbers(name, [cell for row in rows for cell in row], blank), dtype=float)


def _numbers(name: str, cells: Sequence[object], blank: float) -> list[float]:
    return [_number(f"cell {place} of {name}", cell, blank) for place, cell in enumerate(cells, start=1)]


def _number(name: str, cell: object, blank: float | None) -> float:
    """Return a number; text that is one counts, as cells formatted as text hold it. Blank is `blank`; None: a fault."""
    if _is_empty(cell):
        if blank is None:
            msg = f"{name} is blank; give a number."
            raise ArgumentError(msg)
        return blank
    try:
        number = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        found = str(cell)
        cure = "mend it first" if found in ERROR_VALUES else "give a number"
        msg = f"{name} is {found}; {cure}."
        raise ArgumentError(msg)
    return number


def _single(name: str, rows: list[list[object]]) -> object:
    if len(rows) > 1 or len(rows[0]) > 1:
        msg = f"{name} is a range of cells; give one."
        raise ArgumentError(msg)
    return rows[0][0]


def _text(cell: object) -> str:
    """Return text; a code that Excel holds as a number comes without its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _month(name: str, cell: object) -> pd.Period:
    try:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return pd.Period(EXCEL_EPOCH + pd.Timedelta(days=float(cell)), freq="M")
        if isinstance(cell, (dt.date, str)) and cell:
            return pd.Period(cell, freq="M")
    except (ValueError, OverflowError):
        pass
    found = "blank" if _is_empty(cell) else cell
    msg = f"{name} is {found}; give a date in the month, or text such as 2026-11."
    raise ArgumentError(msg)


def _is_empty(cell: object) -> bool:
    if isinstance(cell, float) and np.isnan(cell):
        return True
    return cell is None or cell == MISSING or (isinstance(cell, str) and not cell.strip())
