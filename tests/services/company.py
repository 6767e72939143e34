"""A small company in a workbook in memory, and undo records kept in memory."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.adapters.scheduler import DispatchScheduler
from sop_xl.adapters.solver import HighsSolver
from sop_xl.schema import ALL_TABLES, TABLE_BY_NAME
from sop_xl.services.actions import Context
from sop_xl.services.run import run_cycle
from sop_xl.services.transfer import combine, import_folder, read_folder

if TYPE_CHECKING:
    from sop_xl.domain.undo import UndoRecord

TWO_PLANTS = Path(__file__).parent.parent / "companies" / "two_plants"
NOW = dt.datetime(2027, 1, 5, 9, 30)
LOGS = frozenset({"issues", "changes", "runs"})


class MemoryUndo:
    """Records by run, as an adapter would keep them."""

    def __init__(self):
        self.records: dict[tuple[str, str], UndoRecord] = {}

    def save(self, record: UndoRecord) -> None:
        self.records[record.run, record.mark] = record

    def load(self, run: str, mark: str) -> UndoRecord | None:
        return self.records.get((run, mark))

    def discard(self, run: str, mark: str) -> None:
        self.records.pop((run, mark), None)


def two_plants() -> MemoryWorkbook:
    """Return a workbook with the inputs of the company, never run."""
    return copied(_imported())


def planned_two_plants() -> tuple[MemoryWorkbook, MemoryUndo]:
    """Return the company planned once, and what its run kept."""
    workbook, undo = _planned()
    kept = MemoryUndo()
    kept.records.update(undo.records)
    return copied(workbook), kept


@cache
def _imported() -> MemoryWorkbook:
    workbook = MemoryWorkbook(ALL_TABLES)
    folder = read_folder(TWO_PLANTS)
    import_folder(folder, combine(folder, None), workbook)
    return workbook


@cache
def _planned() -> tuple[MemoryWorkbook, MemoryUndo]:
    workbook, undo = two_plants(), MemoryUndo()
    run_cycle(workbook, solver=HighsSolver(), now=NOW, undo=undo)
    return workbook, undo


def copied(workbook: MemoryWorkbook) -> MemoryWorkbook:
    """Return a workbook of its own with the same cells."""
    copy = MemoryWorkbook(ALL_TABLES)
    for table in ALL_TABLES:
        copy.put(table, workbook.read_cells(table).rows)
    return copy


def context(workbook: Any, undo: Any = None, **more: Any) -> Context:
    """Return what an action works with."""
    return Context(
        workbook=workbook,
        solver=HighsSolver(),
        scheduler=DispatchScheduler(),
        undo=undo if undo is not None else MemoryUndo(),
        now=NOW,
        new_workbook=lambda: MemoryWorkbook(ALL_TABLES),
        **more,
    )


def tables_of(workbook: Any, *, but: frozenset[str] = frozenset()) -> dict[str, list[list[Any]]]:
    """Return what every table holds, header first."""
    return {t.name: workbook.read_cells(t).rows for t in ALL_TABLES if t.name not in but}


def column(workbook: Any, table: str, field: str) -> list[Any]:
    """Return a column of a table."""
    declared = TABLE_BY_NAME[table]
    rows = workbook.read_cells(declared).rows
    place = rows[0].index(declared.column(field).header)
    return [row[place] for row in rows[1:]]


def edit(workbook: MemoryWorkbook, table: str, row: int, field: str, value: Any) -> None:
    """Type a value into a cell, as a user would; rows are counted from 1."""
    declared = TABLE_BY_NAME[table]
    rows = [[*cells] for cells in workbook.read_cells(declared).rows]
    rows[row][rows[0].index(declared.column(field).header)] = value
    workbook.put(declared, rows)
