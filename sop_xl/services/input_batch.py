"""Inputs that others gave, written as one batch: into the ledger, then the tables, one line of the log, one undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.domain.change import Change
from sop_xl.domain.ledger_log import LoggedChange
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.render import render
from sop_xl.schema.results import CHANGES, RETURNS, RUNS
from sop_xl.services import log
from sop_xl.services.compare import compare
from sop_xl.services.run import commit_kept
from sop_xl.services.run_memory import InputMemory
from sop_xl.share.edits import applied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.ports import Orphan, UndoStore
    from sop_xl.schema.table import Table
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import Memory
    from sop_xl.services.recording import Recording
    from sop_xl.share.form import Plain
    from sop_xl.share.merge import Place


@dataclass(frozen=True)
class Giver:
    """Who gave a value, and why."""

    who: str = ""
    reason: str = ""


@dataclass(frozen=True)
class InputBatch:
    """What is to be written.

    Attributes:
        steps: what the log calls it, such as `collect`.
        result: what came of it, in words.
        values: by place.
        givers: whose each value is; what is missing is the user's own.
        source: whom the list of changes names: pack, or user for a copy of the workbook.
    """

    steps: str
    result: str
    values: Mapping[Place, Plain] = field(repr=False)
    givers: Mapping[Place, Giver] = field(repr=False, default_factory=dict)
    source: str = "pack"


@dataclass(frozen=True)
class WrittenBatch:
    """What was written.

    Attributes:
        run: its number in the log; blank where nothing changed.
        changes: the cells.
        not_undoable, not_remembered: why it cannot be taken back, or is not in the ledger; blank: it is in order.
    """

    run: str = ""
    changes: tuple[Change, ...] = ()
    not_undoable: str = ""
    not_remembered: str = ""


def write_batch(
    workbook: Recording,
    frames: Mapping[str, pd.DataFrame],
    batch: InputBatch,
    user: User,
    undo: UndoStore | None,
    memory: Memory | None,
) -> WrittenBatch:
    """Write the values of a batch into the tables and log them, with all that was staged before; commit.

    Args:
        workbook: records what stood there, for the undo.
        frames: the input tables as they stand on their sheets.
        batch: what to write.
        user: on whose behalf, and when.
        undo: keeps what stood there; None: it cannot be taken back.
        memory: the ledger; None: there is none.
    """
    tables = [TABLE_BY_NAME[name] for name in dict.fromkeys(place.table for place in batch.values)]
    changes: list[Change] = []
    orphans: list[tuple[Table, Orphan]] = []
    for table in tables:
        new = applied(table, frames[table.name], batch.values)
        found = compare(table, conform(table, frames[table.name]), conform(table, new)).changes
        if found:
            orphans += [(table, orphan) for orphan in workbook.write_cells(table, render(table, new))]
            changes += [*found, *_cells_of_new(found, batch.values)]
    if not changes:
        workbook.commit()
        return WrittenBatch()
    runs = log.read_log(workbook)
    line = _line(runs, batch, user)
    logged = _logged(batch, changes, str(line["run"]), user)
    _stage_log(workbook, runs, line, logged, orphans, user)
    why, unknown = commit_kept(workbook, line, undo, InputMemory(memory, line, logged) if memory else None)
    return WrittenBatch(str(line["run"]), tuple(changes), why, unknown)


def _cells_of_new(changes: Sequence[Change], values: Mapping[Place, Plain]) -> list[Change]:
    """Return the cells of rows that are new, so that the list of changes tells each value and not just the row."""
    new = {(change.table, change.key) for change in changes if not change.field and change.new is not None}
    return [
        Change(place.table, place.row, place.field, None, value)
        for place, value in values.items()
        if place.field and value is not None and (place.table, place.row) in new
    ]


def _line(runs: pd.DataFrame, batch: InputBatch, user: User) -> dict[str, object]:
    cycle = log.current_cycle(runs)
    return log.log_line(log.next_run(runs), user.at, steps=batch.steps, cycle=cycle, result=batch.result)


def _logged(batch: InputBatch, changes: Sequence[Change], run: str, user: User) -> list[LoggedChange]:
    by_cell = {(place.table, place.row, place.field): giver for place, giver in batch.givers.items()}
    by_row = {(place.table, place.row): giver for place, giver in batch.givers.items()}
    out = []
    for change in changes:
        row = change.table, change.key
        giver = by_cell.get((*row, change.field)) or by_row.get(row) or Giver()
        reason = giver.reason or f"{batch.steps}: {giver.who}".rstrip(": ")
        out.append(LoggedChange(change, run, user.at, giver.who or user.name, reason, batch.source))
    return out


def _stage_log(
    workbook: Recording,
    runs: pd.DataFrame,
    line: dict[str, object],
    logged: Sequence[LoggedChange],
    orphans: Sequence[tuple[Table, Orphan]],
    user: User,
) -> None:
    run = str(line["run"])
    log.append(workbook, RUNS, runs, [line])
    rows = [log.change_row(run, user.at, kept.change, _words(kept), kept.source) for kept in logged]
    rows += [log.orphan_row(run, user.at, table, orphan) for table, orphan in orphans]
    log.append(workbook, CHANGES, log.read_log(workbook, CHANGES), rows)


def _words(kept: LoggedChange) -> str:
    """Return who and why as the sheet Changes tells it."""
    return kept.reason if kept.who in ("", kept.reason) or kept.who in kept.reason else f"{kept.who}: {kept.reason}"


def write_returns(workbook: Recording, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stage `rows` as all there is on the sheet Collect, in their order."""
    frame = pd.DataFrame(list(rows), columns=list(RETURNS.fields), dtype="object")
    blanks = {name: "" for name in RETURNS.fields if name not in ("base", "mine", "theirs")}
    workbook.write_cells(RETURNS, render(RETURNS, frame.fillna(blanks)))
