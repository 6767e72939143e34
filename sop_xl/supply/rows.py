"""How columns enter rows: a key's months into a line's months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.supply.model import Block, Floats, Terms


def terms(rows: np.ndarray, block: Block, value: Floats = 1.0, *, lag: int | np.ndarray = 0) -> Terms:
    """Return coefficients that put each key's columns into one line of a block of rows.

    Args:
        rows: the line (key) of the rows each key of `block` belongs to; -1 for none; shape (keys,).
        block: the columns.
        value: coefficient; one, or shape (keys,), (keys, 1) or (keys, months).
        lag: months that row months are after column months, one or by key; what falls outside is left out.
    """
    months = block.months
    month = np.arange(months) + np.broadcast_to(np.asarray(lag), (len(rows),))[:, None]
    kept = (month >= 0) & (month < months) & (np.asarray(rows) >= 0)[:, None]
    coefficient = np.asarray(value, dtype=float)
    if coefficient.ndim == 1:
        coefficient = coefficient[:, None]
    coefficient = np.broadcast_to(coefficient, kept.shape)
    row = np.asarray(rows)[:, None] * months + month
    return row[kept], block.index[kept], coefficient[kept]


def columns_of(rows: np.ndarray, block: Block, chosen: np.ndarray, value: Floats) -> Terms:
    """Put the columns of the `chosen` keys of a block, with repeats, into `rows`, month by month."""
    months = np.arange(block.months)
    coefficient = np.asarray(value, dtype=float)
    if coefficient.ndim == 1:
        coefficient = coefficient[:, None]
    row = rows[:, None] * block.months + months
    return row, block.index[chosen], np.broadcast_to(coefficient, row.shape)


def lines(numbers: pd.Series, size: int) -> np.ndarray:
    """Return the line of each number in `numbers`, -1 where it is not among them; shape (size,)."""
    line = np.full(size, -1)
    line[numbers] = np.arange(len(numbers))
    return line
