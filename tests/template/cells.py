"""Read cells of a calculated view: blanks as NaN, blocks of Chart data by their heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NAN = float("nan")


def figures(sheet: Worksheet, row: int, first: int, count: int) -> list[float]:
    """Return `count` figures of a row from column `first`, counted as Excel does; NaN where there is nothing."""
    values = (sheet.cell(row, first + k).value for k in range(count))
    return [NAN if value in (None, "") else value for value in values]


def words(sheet: Worksheet, row: int, column: int = 1) -> str:
    """Return what a cell says; "" where it is blank."""
    return str(sheet.cell(row, column).value or "")


def block(book: Workbook, title: str) -> dict[str, list[object]]:
    """Return the rows of a block of Chart data by their names, each with its 21 cells."""
    sheet = book["Chart data"]
    (start,) = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == title]
    rows: dict[str, list[object]] = {}
    for row in range(start + 2, start + 63):
        name = sheet.cell(row, 1).value
        if name is None or (str(name).isupper() and ":" in str(name)):
            break
        rows[str(name)] = [sheet.cell(row, 2 + k).value for k in range(21)]
    return rows


def same(found: list[float], wanted: object) -> None:
    """Assert that figures agree, blanks included."""
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(wanted, float), rtol=1e-9, atol=1e-6)
