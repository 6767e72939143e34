"""A ledger made or opened: checked, restored where it is damaged, brought to the current schema."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from sop_xl.adapters.ledger import backup
from sop_xl.adapters.ledger.ledger import SqlLedger, no_step
from sop_xl.adapters.ledger.migrations import CURRENT, migrate, schema_version
from sop_xl.adapters.ledger.restore import restored, sound_version
from sop_xl.adapters.ledger.store import WAIT_S, PostgresStore, SqliteStore
from sop_xl.adapters.ledger.tables import META
from sop_xl.adapters.ledger.upgrade import migrated_words, upgrade, upgrade_file
from sop_xl.domain.ledger_errors import LedgerDamagedError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from sop_xl.adapters.ledger.store import Store


def create_file(path: Path, guid: str, workbook: str) -> SqlLedger:
    """Make an empty ledger file for the workbook with this GUID.

    Raises:
        LedgerError: there is a file of that name, or it cannot be made.
    """
    if path.exists():
        raise LedgerError(f"There is a file '{path.name}' already. Move it away first.")
    temporary = path.with_name(path.name + backup.TEMPORARY)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        temporary.touch()
        with SqliteStore(temporary).writing() as conn:
            _fill(conn, guid, workbook)
        temporary.rename(path)
    except OSError as fault:
        raise LedgerError(f"The ledger '{path}' cannot be made ({fault.strerror}). Nothing was changed.") from fault
    return SqlLedger(SqliteStore(path))


def create_url(url: str, guid: str, workbook: str) -> SqlLedger:
    """Make an empty ledger in a PostgreSQL database, in a schema of its own.

    Raises:
        LedgerError: there is one already, nobody answers, or there is no right to make it.
    """
    store = PostgresStore(url, guid)
    with _closed_on_fault(store):
        with store.reading() as conn:
            if inspect(conn).has_schema(store.schema):
                raise LedgerError(f"There is a ledger of this workbook in {store.place} already.")
        with store.writing() as conn:
            conn.exec_driver_sql(f'CREATE SCHEMA "{store.schema}"')
            _fill(conn, guid, workbook)
    return SqlLedger(store)


@contextmanager
def _closed_on_fault(store: Store) -> Iterator[None]:
    try:
        yield
    except LedgerError:
        store.close()
        raise


def _fill(conn: Connection, guid: str, workbook: str) -> None:
    migrate(conn)
    conn.execute(META.insert().values(name="guid", value=guid))
    conn.execute(META.insert().values(name="workbooks", value=json.dumps([workbook])))


def open_url(
    url: str, guid: str, *, step: Callable[[str], None] = no_step, wait: float = WAIT_S
) -> tuple[SqlLedger, list[str]] | None:
    """Open the ledger of a workbook in PostgreSQL; None where it has none there.

    Returns:
        The ledger, and what was done on opening, as sentences.

    Raises:
        LedgerError: nobody answers, or the database holds something else under its name.
    """
    store = PostgresStore(url, guid, wait=wait)
    with _closed_on_fault(store):
        with store.reading() as conn:
            version = schema_version(conn) if inspect(conn).has_schema(store.schema) else None
        if version is not None and version < CURRENT:
            with store.writing() as conn:
                upgrade(conn)
            return SqlLedger(store, step=step), [migrated_words(store.place, version)]
    if version == CURRENT:
        return SqlLedger(store, step=step), []
    store.close()
    if version is None:
        return None
    words = newer_words(store.place, version)
    return SqlLedger(PostgresStore(url, guid, read_only=words, wait=wait), step=step), [words]


def open_file(
    path: Path, *, step: Callable[[str], None] = no_step, wait: float = WAIT_S
) -> tuple[SqlLedger, list[str]]:
    """Open a ledger file, restoring the last good backup where it is damaged.

    Returns:
        The ledger, and what was done on opening, as sentences.

    Raises:
        LedgerDamagedError: it is damaged, and no backup is good.
        LedgerError: it is no ledger, or cannot be read.
    """
    read_only = _no_right(path)
    notices = [read_only] if read_only else []
    if not read_only:
        backup.sweep(path)
    store = SqliteStore(path, read_only=read_only, wait=wait)
    version = sound_version(store)
    if version is None:
        notices.append(restored(path))
        version = sound_version(store)
    if version is None:
        raise LedgerDamagedError(f"The ledger '{path.name}' is damaged, and so is its backup.")
    if version > CURRENT:
        words = newer_words(store.place, version)
        return SqlLedger(SqliteStore(path, read_only=words, wait=wait), step=step), [*notices, words]
    if version < CURRENT and read_only:
        raise LedgerError(f"{read_only} It is of an older version, which must be changed before it can be read.")
    if version < CURRENT:
        upgrade_file(path, store, step)
        notices.append(migrated_words(store.place, version))
    return SqlLedger(store, step=step), notices


def newer_words(place: str, version: int) -> str:
    """Say that a ledger is of a later version than this program."""
    return (
        f"The ledger {place} was written by a newer sop_xl (version {version} of its tables, this program knows "
        f"{CURRENT}). It can be read, not written: update sop_xl."
    )


def _no_right(path: Path) -> str:
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return ""
    return f"The ledger '{path.name}' is in a place you may not write to: it can be read, not changed."
