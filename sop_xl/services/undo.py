"""Take back the last run or commit: the cells or facts as they stood before, where nobody changed them since."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import UndoError
from sop_xl.domain.ledger_errors import LedgerError
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.parse import read_table
from sop_xl.schema.results import CHANGES, RUNS
from sop_xl.services import log
from sop_xl.services.batch_log import batch_of
from sop_xl.services.batches import undo_batch
from sop_xl.services.cell_match import plain
from sop_xl.services.compare import compare
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import remembering, remembering_if_possible
from sop_xl.services.review import GRID_OF
from sop_xl.services.run_memory import logged_run
from sop_xl.services.undo_merge import restored

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    import pandas as pd

    from sop_xl.domain.cells import CellInput
    from sop_xl.domain.change import Change
    from sop_xl.domain.ledger_errors import PartnerError
    from sop_xl.domain.undo import UndoRecord
    from sop_xl.ports import LedgerPlaces, LinkedWorkbook, Orphan, UndoStore, Workbook
    from sop_xl.schema.table import Table

LISTED = 20
"""Changed cells that a refusal lists; it counts them all."""


@dataclass(frozen=True)
class UndoReport:
    """What an undo did.

    Attributes:
        run: its own number in the log.
        undone: the number of the run that was taken back.
        cycle: the cycle of the plan that stands now; empty where there is none any more.
        rows: rows of each table that was brought back.
        changes: input cells that were brought back.
        notices: what the user should know beside.
    """

    run: str
    undone: str
    cycle: str
    rows: dict[str, int]
    changes: list[Change]
    notices: list[str] = field(default_factory=list)


def undo_last(
    workbook: LinkedWorkbook,
    store: UndoStore,
    now: dt.datetime,
    places: LedgerPlaces | None = None,
    who: str = "",
    ask: Callable[[PartnerError], str] | None = None,
) -> UndoReport:
    """Take back what the last line of the log that stands did, a run or a commit of actuals.

    Of a run the cells that it changed are brought back, in one commit. The lists of issues and changes
    and the log stay; the undo becomes a line of the log. Called again, it takes back what was before.

    Args:
        workbook: the workbook.
        store: keeps what runs changed.
        now: stamp of the undo.
        places: finds the ledger, which commits are taken back in and which hears of all undos.
        who: on whose behalf.
        ask: asks them what only they can decide; None: nobody is there.

    Raises:
        UndoError: there is nothing to take back, nothing was kept of it, or cells were changed
            since; all of these are listed, and nothing was written.
        LedgerError: a commit is to be taken back, and the ledger cannot do it.
    """
    runs = log.read_log(workbook)
    last = log.last_standing(runs)
    steps = runs.loc[runs["run"].eq(last), "steps"]
    number = batch_of(str(steps.iloc[0])) if len(steps) else None
    user = User(who, now, ask)
    if number is not None:
        return _undo_batch(workbook, last, number, places, user)
    with remembering_if_possible(workbook, places, user) as (memory, remarks):
        report, line = _undo_run(workbook, store, now, last)
        notices = [remark.message for remark in remarks]
        if memory:
            with suppress(LedgerError):
                memory.ledger.log(run=logged_run(line, who))
    return replace(report, notices=notices)


def _undo_batch(
    workbook: LinkedWorkbook, last: str, number: int, places: LedgerPlaces | None, user: User
) -> UndoReport:
    """Take a batch back in the ledger, and show what stands then."""
    if places is None:
        raise UndoError(f"{last} is batch {number} of the ledger, which is not at hand here.")
    with remembering(workbook, places, user, begin=False) as memory:
        done = undo_batch(workbook, memory.ledger, number, user=user)
        rows = {ACTUALS.name: len(memory.ledger.facts())}
    runs = log.read_log(workbook)
    line = runs[runs["inputs"].eq(str(done.record.version))]
    run = str(line["run"].iloc[-1]) if len(line) else ""
    return UndoReport(run, last, log.current_cycle(runs), rows, [], [*memory.notices, *done.notices])


def _undo_run(
    workbook: Workbook, store: UndoStore, now: dt.datetime, last: str
) -> tuple[UndoReport, dict[str, object]]:
    """Bring back the cells of a run; return what was done, and its line in the log."""
    runs = log.read_log(workbook)
    record = _record(store, runs, last)
    rows = _restored_rows(workbook, record)
    cycle = _cycle_before(runs, last)
    report = UndoReport(
        run=log.next_run(runs),
        undone=last,
        cycle=cycle,
        rows={name: len(body) - 1 for name, body in rows.items()},
        changes=_input_changes(workbook, rows),
    )
    orphans: list[tuple[Table, Orphan]] = []
    for name, body in rows.items():
        table = TABLE_BY_NAME[name]
        orphans += [(table, orphan) for orphan in workbook.write_cells(table, body)]
    line = _log(workbook, runs, report, orphans, now)
    workbook.commit()
    return report, line


class State(StrEnum):
    """What became of a line of the log."""

    LAST = "undoable"
    STANDS = "done"
    UNDONE = "undone"
    STOPPED = "stopped"
    UNDO = "undo"


@dataclass(frozen=True)
class HistoryEntry:
    """A line of the log.

    Attributes:
        run: its number.
        at: when, by the local clock.
        steps: what was run, or `undo` and the run taken back.
        cycle: the cycle of the plan it left; empty where there was none.
        inputs: hash of the inputs; empty where nothing was planned.
        seconds: how long it took; None where that was not told.
        result: what came out, in words.
        state: what became of it; `undoable` where `undo_last` would take it back.
    """

    run: str
    at: dt.datetime
    steps: str
    cycle: str
    inputs: str
    seconds: float | None
    result: str
    state: State


def history(workbook: Workbook, store: UndoStore) -> list[HistoryEntry]:
    """Return the log, oldest first, with what became of each run."""
    runs = log.read_log(workbook)
    last, gone, nothing = log.last_standing(runs), log.undone(runs), log.stopped(runs)
    kept = bool(last) and _is_kept(store, runs, last)

    def state(line: Any) -> State:
        if line.steps.startswith(log.UNDO):
            return State.UNDO
        if nothing[line.Index]:
            return State.STOPPED
        if line.run in gone:
            return State.UNDONE
        return State.LAST if line.run == last and kept else State.STANDS

    return [
        HistoryEntry(
            line.run,
            line.at.to_pydatetime(),
            line.steps,
            line.cycle,
            line.inputs,
            None if math.isnan(line.seconds) else float(line.seconds),
            line.result,
            state(line),
        )
        for line in runs.itertuples()
    ]


def _is_kept(store: UndoStore, runs: pd.DataFrame, last: str) -> bool:
    if batch_of(str(runs.loc[runs["run"].eq(last), "steps"].iloc[0])) is not None:
        return True
    try:
        return store.load(last, log.mark(runs, last)) is not None
    except UndoError:
        return False


def _record(store: UndoStore, runs: pd.DataFrame, last: str) -> UndoRecord:
    if not last:
        raise UndoError("There is no run to take back: nothing was run yet, or all of it is undone already.")
    record = store.load(last, log.mark(runs, last))
    if record is None:
        raise UndoError(
            f"Nothing is kept of {last}: it was run in another copy of the workbook, on another computer, or "
            "too many runs ago. Restore a copy from the folder .sop_backup, or run again with the old inputs."
        )
    return record


def _restored_rows(workbook: Workbook, record: UndoRecord) -> dict[str, list[list[CellInput]]]:
    rows, conflicts = {}, []
    unknown = [written.name for written in record.tables if written.name not in TABLE_BY_NAME]
    if unknown:
        raise UndoError(
            f"{record.run} was run by another version of sop_xl, which had a table '{unknown[0]}'. Run again."
        )
    for written in record.tables:
        table = TABLE_BY_NAME[written.name]
        formulas = workbook.formulas(table) if written.after.formulas or written.before.formulas else {}
        result = restored(table, written, workbook.read_cells(table), formulas)
        rows[table.name] = result.rows
        conflicts += result.conflicts
    if conflicts:
        more = f" The first {LISTED}:" if len(conflicts) > LISTED else ""
        raise UndoError(
            f"{len(conflicts)} cell(s) or row(s) were changed after {record.run} wrote them, so it was not taken "
            f"back; nothing was changed.{more}",
            conflicts[:LISTED],
        )
    return rows


def _cycle_before(runs: pd.DataFrame, last: str) -> str:
    """Return the cycle of the plan that stood there before the run `last`."""
    position = int(runs.index[runs["run"].eq(last)][-1])
    return log.current_cycle(runs.iloc[:position])


def _input_changes(workbook: Workbook, rows: dict[str, list[list[CellInput]]]) -> list[Change]:
    """Return the cells of the user's that come back; what Python shows beside them is left out."""
    changes: list[Change] = []
    for table in GRID_OF:
        if table.name in rows:
            cells = Cells([[plain(value) for value in row] for row in rows[table.name]], table.sheet)
            frames = [read_table(table, found).frame for found in (workbook.read_cells(table), cells)]
            old, new = (conform(table, frame) for frame in frames)
            changes += [change for change in compare(table, old, new).changes if change.field != "shown"]
    return changes


def _log(
    workbook: Workbook,
    runs: pd.DataFrame,
    report: UndoReport,
    orphans: Sequence[tuple[Table, Orphan]],
    now: dt.datetime,
) -> dict[str, object]:
    result = f"{report.undone} taken back"
    line = log.log_line(report.run, now, steps=log.UNDO + report.undone, cycle=report.cycle, result=result)
    log.append(workbook, RUNS, runs, [line])
    rows = [log.change_row(report.run, now, change, f"{report.undone} undone", "python") for change in report.changes]
    rows += [log.orphan_row(report.run, now, table, orphan) for table, orphan in orphans]
    if rows:
        log.append(workbook, CHANGES, log.read_log(workbook, CHANGES), rows)
    return line
