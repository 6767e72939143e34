"""A workbook that remembers what stood in the tables a run writes, so that the run can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.cells import Formula
from sop_xl.domain.undo import Block, UndoRecord, WrittenTable
from sop_xl.schema.results import CHANGES, ISSUES, RETURNS, RUNS
from sop_xl.schema.table import Owner
from sop_xl.services.cell_match import header_key, plain, same_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sop_xl.domain.cells import CellInput, Cells, Row
    from sop_xl.ports import Orphan, Workbook
    from sop_xl.schema.table import Table

KEPT = frozenset({ISSUES.name, RETURNS.name, CHANGES.name, RUNS.name})
"""Tables that an undo leaves as they are: what was found and done stays told."""


class Recording:
    """The workbook of one run: every table is read once, what is written is remembered."""

    def __init__(self, workbook: Workbook) -> None:
        """Record what is written to `workbook`."""
        self._workbook = workbook
        self._read: dict[str, Cells] = {}
        self._tables: Mapping[str, str] | None = None
        self._written: dict[str, tuple[Table, Sequence[Sequence[CellInput]]]] = {}

    @property
    def name(self) -> str:
        """The workbook's name."""
        return self._workbook.name

    def beside(self, name: str) -> Path | None:
        """Return the path of a file beside the workbook."""
        return self._workbook.beside(name)

    def tables(self) -> Mapping[str, str]:
        """Return the Excel tables there are: name to sheet."""
        if self._tables is None:
            self._tables = self._workbook.tables()
        return self._tables

    def read_cells(self, table: Table) -> Cells:
        """Return header and body of `table` as they are before the run; see `Workbook.read_cells`."""
        if table.name not in self._read:
            self._read[table.name] = self._workbook.read_cells(table)
        return self._read[table.name]

    def uncalculated(self, table: Table) -> Sequence[str]:
        """Return the addresses of formulas without a result."""
        return self._workbook.uncalculated(table)

    def typed_below(self, table: Table) -> str:
        """Return the block that touches `table` from below."""
        return self._workbook.typed_below(table)

    def formulas(self, table: Table) -> Mapping[tuple[int, int], str]:
        """Return the formulas in the body of `table`."""
        return self._workbook.formulas(table)

    def write_cells(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> Sequence[Orphan]:
        """Stage `rows`, and remember them."""
        self._written[table.name] = (table, rows)
        return self._workbook.write_cells(table, rows)

    def commit(self) -> None:
        """Make all staged writes visible."""
        self._workbook.commit()
        self._read.clear()
        self._written.clear()

    def record(self, run: str, mark: str) -> UndoRecord:
        """Return what the staged writes will change; call it before `commit`."""
        pairs = [self._pair(*write) for name, write in self._written.items() if name not in KEPT]
        return UndoRecord(run, mark, tuple(pair for pair in pairs if not _is_unchanged(pair)))

    def _pair(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> WrittenTable:
        before = _plain_rows(self.read_cells(table).rows)
        if table.view or table.owner is Owner.USER:
            old = Block(before, dict(self.formulas(table)))
            return WrittenTable(table.name, old, Block(_plain_rows(rows), _formulas(rows)))
        return WrittenTable(table.name, Block(before), Block(_plain_rows(rows)))


def _plain_rows(rows: Sequence[Sequence[CellInput]]) -> list[Row]:
    return [[plain(value) for value in row] for row in rows]


def _formulas(rows: Sequence[Sequence[CellInput]]) -> dict[tuple[int, int], str]:
    return {
        (k, j): value.text for k, row in enumerate(rows) for j, value in enumerate(row) if isinstance(value, Formula)
    }


def _is_unchanged(pair: WrittenTable) -> bool:
    """Whether a table comes out as it was; row by row, in the columns that were written."""
    old, new = pair.before.rows, pair.after.rows
    if len(old) != len(new):
        return False
    places = {header_key(header): k for k, header in enumerate(old[0])}
    columns = [places.get(header_key(header)) for header in new[0]]
    if None in columns:
        return False
    formulas = {(k, columns[j]): text for (k, j), text in pair.after.formulas.items()}
    if formulas != {place: text for place, text in pair.before.formulas.items() if place[1] in columns}:
        return False
    return all(same_row([row[k] for k in columns if k is not None], other) for row, other in zip(old, new, strict=True))
