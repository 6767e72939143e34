"""Blocks of cells, read and written in one call each.

What Excel, COM and xlwings do unasked is undone here: one row or column comes flat, currency as a Decimal cut to
4 places, a date as a moment, an error as a number or as a text like any other, and a large block is written in
pieces.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live import excel_model
from sop_xl.domain.cells import ERROR_VALUES, CellError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlwings as xw

    from sop_xl.adapters.package.ranges import Rect
    from sop_xl.domain.cells import Row, Value

NEWER_ERRORS = {-2146826245: "#GETTING_DATA", -2146826243: "#SPILL!", -2146826238: "#CALC!"}
"""Numbers that COM gives for errors which xlwings does not know; no cell holds a whole number otherwise."""
UNKNOWN_ERROR = "#VALUE!"
UNKNOWN_NAME = -2147352570
"""COM's code for a property that an object does not have."""
LONGEST = 8_000
"""Characters of a text that Excel takes among others in a block, and a little less; alone it takes 32,767."""
_MS = 1000
_PLAIN = (float, str, bool, type(None))


def range_of(sheet: xw.Sheet, area: Rect) -> xw.Range:
    """Return the cells of a sheet that `area` names."""
    return sheet.range((area.top, area.left), (area.bottom, area.right))


def read_values(cells: xw.Range) -> list[Row]:
    """Return the values of a block by row: floats, texts, bools, dates, errors, and None for blank."""
    rows = _read(cells, err_to_str=True)
    errors = _errors(cells, rows)
    exact = excel_model.exact_numbers(cells) if any(isinstance(v, Decimal) for row in rows for v in row) else None
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if (i, j) in errors:
                row[j] = CellError(value)
            elif type(value) not in _PLAIN:
                row[j] = _value(value if exact is None else exact[i][j] if isinstance(value, Decimal) else value)
    return rows


def _read(cells: xw.Range, *, err_to_str: bool) -> list[list[Any]]:
    return cells.options(ndim=2, chunksize=None, err_to_str=err_to_str).value


def _errors(cells: xw.Range, rows: list[list[Any]]) -> set[tuple[int, int]]:
    """Return which cells hold an error, and not a text that looks like one."""
    alike = {(i, j) for i, row in enumerate(rows) for j, v in enumerate(row) if type(v) is str and v in ERROR_VALUES}
    if not alike:
        return set()
    without = _read(cells, err_to_str=False)
    return {(i, j) for i, j in alike if without[i][j] is None}


def _value(value: Any) -> Value:
    if isinstance(value, dt.datetime):
        milliseconds = round(value.microsecond / _MS)
        moment = value.replace(microsecond=0, tzinfo=None) + dt.timedelta(milliseconds=milliseconds)
        return moment.date() if moment.time() == dt.time() else moment
    if isinstance(value, int):
        return CellError(NEWER_ERRORS.get(value, UNKNOWN_ERROR))
    return float(value)


def read_formulas(cells: xw.Range) -> list[list[str]]:
    """Return the contents of a block as texts: formulas with their `=`, constants, and nothing for blank."""
    found = _formulas(cells)
    if isinstance(found, str) or found is None:
        return [[found or ""]]
    return [[*row] for row in found]


def _formulas(cells: xw.Range) -> Any:
    try:
        return cells.formula2
    except Exception as fault:
        if _is_older_excel(fault):
            return cells.formula
        raise


def _is_older_excel(fault: Exception) -> bool:
    """Whether a property is missing: Excel before dynamic arrays has no `Formula2`, and needs none."""
    return isinstance(fault, AttributeError) or getattr(fault, "hresult", None) == UNKNOWN_NAME


def write(cells: xw.Range, rows: Sequence[Sequence[Any]]) -> None:
    """Write a block; what starts with `=` becomes a formula where the cell is not formatted as text.

    A text that is too long to be written among others is written alone, after them.

    Args:
        cells: the block.
        rows: its values, by row, of the block's size.
    """
    long = {(i, j): v for i, row in enumerate(rows) for j, v in enumerate(row) if type(v) is str and len(v) > LONGEST}
    if long:
        rows = [[None if (i, j) in long else value for j, value in enumerate(row)] for i, row in enumerate(rows)]
    _write_block(cells, rows)
    for place, text in long.items():
        cells[place].value = text


def _write_block(cells: xw.Range, rows: Sequence[Sequence[Any]]) -> None:
    whole = cells.options(chunksize=None)
    if not any(type(value) is str and value.startswith("=") for row in rows for value in row):
        whole.value = rows
        return
    try:
        whole.formula2 = rows
    except Exception as fault:
        if not _is_older_excel(fault):
            raise
        whole.value = rows
