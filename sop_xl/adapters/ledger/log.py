"""Runs, changed cells and whole tables in the ledger: in by appending, out newest version first."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import func, select

from sop_xl.adapters.ledger.frames import packed, unpacked
from sop_xl.adapters.ledger.tables import CHANGES, FRAMES, RUNS
from sop_xl.domain.ledger_errors import LedgerError
from sop_xl.domain.ledger_log import KeptKind
from sop_xl.schema import TABLE_BY_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Table

    from sop_xl.adapters.ledger.store import Store
    from sop_xl.domain.ledger_log import KeptTable, LoggedChange, LoggedRun


def _next_id(conn: Connection, table: Table) -> int:
    return int(conn.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one())


def add_run(conn: Connection, run: LoggedRun) -> None:
    """Append a run."""
    row = {**asdict(run), "at": run.at.isoformat(timespec="seconds"), "id": _next_id(conn, RUNS)}
    conn.execute(RUNS.insert().values(**row))


def add_changes(store: Store, conn: Connection, changes: Sequence[LoggedChange]) -> None:
    """Append changed cells, in their order."""
    first = _next_id(conn, CHANGES)
    store.load(conn, CHANGES, [_change_row(number, entry) for number, entry in enumerate(changes, first)])


def _change_row(number: int, entry: LoggedChange) -> tuple[Any, ...]:
    cell = entry.change
    values = [json.dumps(value, ensure_ascii=False, default=str) for value in (cell.old, cell.new)]
    at = entry.at.isoformat(timespec="seconds")
    where = (cell.table, cell.key, cell.field)
    return (number, entry.cause, at, entry.who, *where, *values, entry.reason, entry.source)


def keep(conn: Connection, kept: KeptTable) -> bool:
    """Append a whole table; return whether it was: what is kept already is not kept twice.

    Raises:
        LedgerError: the cycle was frozen with other figures, and there is no reason for a second version.
    """
    content, digest = packed(TABLE_BY_NAME[kept.table], kept.frame)
    newest = _newest(conn, kept.kind, kept.cycle, kept.table)
    if newest is not None:
        if newest.sha256 == digest:
            return False
        if kept.kind is KeptKind.SNAPSHOT and not kept.reason:
            raise LedgerError(
                f"Cycle {kept.cycle} was frozen on {newest.at[:10]} by {newest.who} with other figures in "
                f"{kept.table}. Give a reason to keep a second version; the first one stays."
            )
    row = {
        "id": _next_id(conn, FRAMES),
        "kind": kept.kind.value,
        "cycle": kept.cycle,
        "table_name": kept.table,
        "run": kept.run,
        "at": kept.at.isoformat(timespec="seconds"),
        "who": kept.who,
        "reason": kept.reason,
        "rows": len(kept.frame),
        "sha256": digest,
        "content": content,
    }
    conn.execute(FRAMES.insert().values(**row))
    return True


def _newest(conn: Connection, kind: KeptKind, cycle: str, table: str) -> Any:
    query = select(FRAMES).where(FRAMES.c.kind == kind.value, FRAMES.c.cycle == cycle, FRAMES.c.table_name == table)
    return conn.execute(query.order_by(FRAMES.c.id.desc()).limit(1)).one_or_none()


def kept_table(conn: Connection, kind: KeptKind, cycle: str, table: str) -> pd.DataFrame | None:
    """Return the newest version of a table kept for a cycle, or None."""
    newest = _newest(conn, kind, cycle, table)
    return None if newest is None else unpacked(TABLE_BY_NAME[table], newest.content, newest.sha256)


def kept_cycles(conn: Connection, kind: KeptKind, table: str) -> list[str]:
    """Return the cycles for which a table was kept, oldest first."""
    query = select(FRAMES.c.cycle).where(FRAMES.c.kind == kind.value, FRAMES.c.table_name == table)
    return sorted(conn.execute(query.distinct()).scalars())


def rows_of(conn: Connection, table: Table, where: ColumnElement[bool] | None = None) -> pd.DataFrame:
    """Return rows of RUNS or CHANGES as recorded, oldest first; values of cells as they were."""
    query = select(table).order_by(table.c.id)
    rows = conn.execute(query if where is None else query.where(where)).all()
    frame = pd.DataFrame(rows, columns=table.columns.keys())
    for column in ("before", "after"):
        if column in frame:
            frame[column] = pd.Series([json.loads(text) for text in frame[column]], dtype=object)
    frame["at"] = pd.to_datetime(frame["at"], format="ISO8601").astype("datetime64[s]")
    return frame.drop(columns="id")
