"""Parts of a company that share nothing (no resource, material, lane or item) are solved apart: exact, and quicker.

The rows and columns of a programme are a graph, an edge a coefficient; what is not connected has a best plan of its
own, and the plans side by side are the best of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from sop_xl.supply.basis import Basis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.ports import Solution, Solver
    from sop_xl.supply.model import LinearModel

LEAST = 3000
"""Rows of a part; smaller ones go together, since each programme costs some time to hand over."""


@dataclass(frozen=True)
class Together:
    """The solutions of all parts side by side; see `ports.Solution`."""

    objective: float
    values: np.ndarray = field(repr=False)
    duals: np.ndarray = field(repr=False)
    optimal: bool
    out_of_time: bool
    bound: float
    parts: Sequence[tuple[np.ndarray, np.ndarray, Solution]] = field(repr=False)

    @property
    def basis(self) -> Basis | None:
        """Where the parts ended; None where one does not say."""
        ends = [part.basis for _, _, part in self.parts]
        columns, rows = np.zeros(len(self.values), np.int8), np.zeros(len(self.duals), np.int8)
        for (mine, held, _), end in zip(self.parts, ends, strict=True):
            if end is None:
                return None
            columns[mine], rows[held] = end.columns, end.rows
        return Basis(columns, rows, sum(end.steps for end in ends if end is not None))


class Apart:
    """A solver that gives another one each part of a programme by itself; whole columns are left together."""

    def __init__(self, solver: Solver, least: int = LEAST) -> None:
        """Take the solver that does the work, and the rows a part has at least."""
        self._solver, self._least = solver, least

    def solve(
        self, model: LinearModel, *, node_limit: int | None = None, mip_gap: float = 1e-6, start: Basis | None = None
    ) -> Solution:
        """Return the best solution of the minimisation; see `ports.Solver`."""
        columns, rows = (np.zeros(0, int),) * 2 if model.has_integers else parts(model, self._least)
        if not columns.any():
            return self._one(model, node_limit, mip_gap, start)
        objective, bound, optimal, out_of_time = 0.0, 0.0, True, False
        values, duals = np.zeros(model.column_count), np.zeros(model.row_count)
        found = []
        for number in range(columns.max() + 1):
            mine, held = np.flatnonzero(columns == number), np.flatnonzero(rows == number)
            begin = None if start is None else Basis(start.columns[mine], start.rows[held], start.steps)
            answer = self._one(_part(model, mine, held), node_limit, mip_gap, begin)
            objective, bound = objective + answer.objective, bound + answer.bound
            optimal = optimal and answer.optimal
            out_of_time = out_of_time or answer.out_of_time
            values[mine], duals[held] = answer.values, answer.duals
            found.append((mine, held, answer))
        return Together(objective, values, duals, optimal, out_of_time, bound, found)

    def _one(self, model: LinearModel, node_limit: int | None, mip_gap: float, start: Basis | None) -> Solution:
        if start is None:
            return self._solver.solve(model, node_limit=node_limit, mip_gap=mip_gap)
        return self._solver.solve(model, node_limit=node_limit, mip_gap=mip_gap, start=start)


def parts(model: LinearModel, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the part of each column and each row, counted from 0, all of them with at least `least` rows."""
    from scipy.sparse.csgraph import connected_components

    size = model.column_count + model.row_count
    ends = (model.term_columns, model.column_count + model.term_rows)
    count, label = connected_components(coo_array((np.ones(len(ends[0])), ends), shape=(size, size)), directed=False)
    rows = np.bincount(label[model.column_count :], minlength=count)
    part = np.cumsum(rows) // max(least, 1)
    # What is left over at the end is too small for a part of its own.
    part = np.minimum(part, max(int(rows.sum()) // max(least, 1) - 1, 0))
    part = np.unique(part, return_inverse=True)[1]
    return part[label[: model.column_count]], part[label[model.column_count :]]


def _part(model: LinearModel, columns: np.ndarray, rows: np.ndarray) -> LinearModel:
    """Return the programme of these columns and rows, without names."""
    column, row = np.full(model.column_count, -1), np.full(model.row_count, -1)
    column[columns], row[rows] = np.arange(len(columns)), np.arange(len(rows))
    mine = column[model.term_columns] >= 0
    return replace(
        model,
        lower=model.lower[columns],
        upper=model.upper[columns],
        cost=model.cost[columns],
        integer=model.integer[columns],
        row_lower=model.row_lower[rows],
        row_upper=model.row_upper[rows],
        term_rows=row[model.term_rows[mine]],
        term_columns=column[model.term_columns[mine]],
        term_values=model.term_values[mine],
        columns={},
        rows={},
    )
