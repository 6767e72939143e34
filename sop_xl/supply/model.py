"""A linear programme as sparse blocks: columns and rows that keep their keys, one minimisation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

Floats = np.ndarray | float
Terms = tuple[np.ndarray, np.ndarray, Floats]
"""Row of the block, column of the model, coefficient: arrays of one shape, or a coefficient for all."""


@dataclass(frozen=True)
class Block:
    """Columns or rows of one kind: one for each key and month.

    Attributes:
        name: what the block is, such as `make` or `capacity`.
        keys: what each line of the block stands for; n rows.
        start: number of its first column or row in the model.
        months: columns or rows of each key; 1 where the block has no months.
    """

    name: str
    keys: pd.DataFrame
    start: int
    months: int

    @property
    def shape(self) -> tuple[int, int]:
        """Keys and months."""
        return len(self.keys), self.months

    @property
    def size(self) -> int:
        """How many columns or rows."""
        return len(self.keys) * self.months

    @property
    def index(self) -> np.ndarray:
        """The columns' or rows' numbers in the model; shape (keys, months)."""
        return self.start + np.arange(self.size).reshape(self.shape)

    def of(self, vector: np.ndarray) -> np.ndarray:
        """Return the block's part of a vector over all columns or rows; shape (keys, months)."""
        return vector[self.start : self.start + self.size].reshape(self.shape)


@dataclass(frozen=True)
class LinearModel:
    """min cost @ x, where row_lower <= A x <= row_upper and lower <= x <= upper; the parts as arrays.

    Attributes:
        lower, upper: bounds of each column; shape (columns,).
        cost: objective coefficient of each column; shape (columns,).
        integer: whether the column must be whole; shape (columns,).
        row_lower, row_upper: bounds of each row; shape (rows,).
        term_rows, term_columns, term_values: the coefficients of A as triples; equal places add up.
        columns, rows: the blocks by name.
    """

    lower: np.ndarray
    upper: np.ndarray
    cost: np.ndarray
    integer: np.ndarray
    row_lower: np.ndarray
    row_upper: np.ndarray
    term_rows: np.ndarray
    term_columns: np.ndarray
    term_values: np.ndarray
    columns: dict[str, Block] = field(default_factory=dict, repr=False)
    rows: dict[str, Block] = field(default_factory=dict, repr=False)

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self.lower)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    @property
    def has_integers(self) -> bool:
        """Whether any column must be whole."""
        return bool(self.integer.any())

    def row_values(self, values: np.ndarray) -> np.ndarray:
        """Return A @ values; shape (rows,)."""
        products = self.term_values * values[self.term_columns]
        return np.bincount(self.term_rows, weights=products, minlength=self.row_count)

    def reduced_costs(self, duals: np.ndarray) -> np.ndarray:
        """Return cost - A' @ duals: change of the objective for one unit more of each column."""
        products = self.term_values * duals[self.term_rows]
        return self.cost - np.bincount(self.term_columns, weights=products, minlength=self.column_count)

    def with_cost(self, cost: np.ndarray) -> LinearModel:
        """Return the same rows and columns under another objective."""
        return replace(self, cost=cost)

    def largest_violation(self, values: np.ndarray) -> float:
        """Return by how much `values` break the worst row or bound; 0 where all hold."""
        rows = self.row_values(values)
        gaps = (self.row_lower - rows, rows - self.row_upper, self.lower - values, values - self.upper)
        return max(0.0, *(float(gap.max(initial=0.0)) for gap in gaps))


class ModelBuilder:
    """Collects blocks of columns and rows, then gives the `LinearModel`."""

    def __init__(self) -> None:
        self._columns: dict[str, Block] = {}
        self._rows: dict[str, Block] = {}
        self._column_parts: list[tuple[np.ndarray, ...]] = []
        self._row_parts: list[tuple[np.ndarray, ...]] = []
        self._term_parts: list[tuple[np.ndarray, ...]] = []
        self._column_count = 0
        self._row_count = 0

    def add_columns(
        self,
        name: str,
        keys: pd.DataFrame,
        months: int,
        *,
        lower: Floats = 0.0,
        upper: Floats = np.inf,
        integer: Floats | bool = False,
    ) -> Block:
        """Add a block of columns without cost; bounds have shape (keys, months) or broadcast to it."""
        block = Block(name, keys, self._column_count, months)
        whole = _flat(integer, block).astype(bool)
        self._column_parts.append((_flat(lower, block), _flat(upper, block), whole))
        self._columns[name] = block
        self._column_count += block.size
        return block

    def add_rows(
        self,
        name: str,
        keys: pd.DataFrame,
        months: int,
        terms: Sequence[Terms],
        *,
        lower: Floats = -np.inf,
        upper: Floats = np.inf,
    ) -> Block:
        """Add a block of rows; the rows of `terms` count from 0 inside the block."""
        block = Block(name, keys, self._row_count, months)
        self._row_parts.append((_flat(lower, block), _flat(upper, block)))
        for row, column, value in terms:
            shape = np.broadcast_shapes(np.shape(row), np.shape(column), np.shape(value))
            parts = (np.asarray(row) + block.start, np.asarray(column), np.asarray(value, dtype=float))
            self._term_parts.append(tuple(np.broadcast_to(part, shape).ravel() for part in parts))
        self._rows[name] = block
        self._row_count += block.size
        return block

    def build(self) -> LinearModel:
        """Return the model with a zero objective."""
        lower, upper, integer = _joined(self._column_parts, (float, float, bool))
        row_lower, row_upper = _joined(self._row_parts, (float, float))
        rows, columns, values = _joined(self._term_parts, (np.int64, np.int64, float))
        kept = values != 0.0
        return LinearModel(
            lower=lower,
            upper=upper,
            cost=np.zeros(len(lower)),
            integer=integer,
            row_lower=row_lower,
            row_upper=row_upper,
            term_rows=rows[kept],
            term_columns=columns[kept],
            term_values=values[kept],
            columns=self._columns,
            rows=self._rows,
        )


def _flat(values: Floats, block: Block) -> np.ndarray:
    return np.broadcast_to(np.asarray(values, dtype=float), block.shape).ravel()


def _joined(parts: Sequence[tuple[np.ndarray, ...]], dtypes: tuple[type, ...]) -> list[np.ndarray]:
    if not parts:
        return [np.zeros(0, dtype) for dtype in dtypes]
    columns = zip(*parts, strict=True)
    return [np.concatenate(arrays).astype(dtype) for arrays, dtype in zip(columns, dtypes, strict=True)]
