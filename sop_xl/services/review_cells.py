"""Cells that the grids of Demand review and Supply review share: letters, sums, changes, rows as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.cells import Formula, column_letters
from sop_xl.schema.views import DEMAND_REVIEW, OPEN_FIELDS, OPEN_MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sop_xl.domain.cells import CellInput

LETTER = {field: column_letters(k) for k, field in enumerate(DEMAND_REVIEW.fields, start=1)}
"""Column letters of each field; the grid starts in column A."""
FIRST_MONTH, LAST_MONTH = LETTER[OPEN_FIELDS[0]], LETTER[OPEN_FIELDS[-1]]
KIND, PRICE, NEXT12, REASON = LETTER["kind"], LETTER["net_price"], LETTER["next12"], LETTER["reason"]

GridRow = dict[str, "CellInput"]
"""The cells of a row by field."""


def value_of(cell: CellInput) -> float | None:
    """Return the number a cell shows; None for blank and text."""
    value = cell.value if isinstance(cell, Formula) else cell
    return float(value) if isinstance(value, int | float) else None


def as_written(values: NDArray[np.float64], reason: str) -> str:
    """Return the text that remembers what an input row showed when it was written; `read_written` undoes it."""
    if np.isnan(values).all() and not reason:
        return ""
    return "|".join([*("" if np.isnan(v) else repr(float(v)) for v in values), reason])


def read_written(text: str) -> tuple[list[float], str]:
    """Return the months and the reason an input row was written with; see `as_written`."""
    parts = text.split("|", OPEN_MONTHS)
    if len(parts) <= OPEN_MONTHS:
        return [float("nan")] * OPEN_MONTHS, ""
    return [float(part) if part else float("nan") for part in parts[:OPEN_MONTHS]], parts[OPEN_MONTHS]


def sums(cells: GridRow, row: int) -> GridRow:
    """Return the total of the open months of a row."""
    values = [v for f in OPEN_FIELDS if (v := value_of(cells.get(f))) is not None]
    months = f"{FIRST_MONTH}{row}:{LAST_MONTH}{row}"
    total: float | str = float(sum(values)) if values else ""
    return {"next12": Formula(f'IF(COUNT({months})=0,"",SUM({months}))', total)}


def changes(cells: GridRow, row: int) -> GridRow:
    """Return the change of the next 12 months to the last cycle and to the last year, as shares."""
    return {
        field: _change(value_of(cells["next12"]), value_of(cells.get(base)), row, LETTER[base])
        for field, base in (("to_cycle", "cycle12"), ("to_year", "year12"))
    }


def _change(total: float | None, base: float | None, row: int, letter: str) -> Formula:
    text = f'IF(AND(ISNUMBER(${NEXT12}{row}),N(${letter}{row})>0),ROUND(${NEXT12}{row}/${letter}{row}-1,3),"")'
    value = round(total / base - 1, 3) if total is not None and base is not None and base > 0 else ""
    return Formula(text, value)


def like_for_like(total: float, base: float, parts: tuple[str, str], row: int) -> Formula:
    """Return the change of a sum to the last cycle, over those of its rows alone that the last cycle knew, as a share.

    Args:
        total: of the next 12 months, of those rows.
        base: what the last cycle had for them.
        parts: the formulas of both.
        row: of the sum.
    """
    text = f'IF(N(${LETTER["cycle12"]}{row})>0,ROUND({parts[0]}/{parts[1]}-1,3),"")'
    return Formula(text, round(total / base - 1, 3) if base > 0 else "")


def number(value: float) -> float | None:
    """Return a figure as a cell: blank where there is none."""
    return None if np.isnan(value) else float(value)
