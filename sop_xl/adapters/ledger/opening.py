"""A ledger made or opened: checked, restored where it is damaged, brought to the current schema."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select

from sop_xl.adapters.ledger import backup
from sop_xl.adapters.ledger.digest import mismatches
from sop_xl.adapters.ledger.ledger import SqlLedger, no_step
from sop_xl.adapters.ledger.migrations import CURRENT, migrate, schema_version
from sop_xl.adapters.ledger.store import WAIT_S, PostgresStore, SqliteStore
from sop_xl.adapters.ledger.tables import BATCHES, FACTS, META
from sop_xl.adapters.package.atomic import backups
from sop_xl.domain.ledger_errors import LedgerDamagedError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from sop_xl.adapters.ledger.store import Store

Totals = tuple[float | None, ...]

CHECKED_BYTES = 16_000_000
"""Up to this size a file is checked whole each time it is opened; larger ones at each backup and by `verify`."""


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
        _fill(SqliteStore(temporary), guid, workbook)
        temporary.rename(path)
    except OSError as fault:
        raise LedgerError(f"The ledger '{path}' cannot be made ({fault.strerror}). Nothing was changed.") from fault
    return SqlLedger(SqliteStore(path))


def _fill(store: Store, guid: str, workbook: str) -> None:
    with store.writing() as conn:
        migrate(conn)
        conn.execute(META.insert(), [{"name": "guid", "value": guid}, {"name": "workbook", "value": workbook}])
    store.close()


def create_url(url: str, guid: str, workbook: str) -> SqlLedger:
    """Make an empty ledger in a PostgreSQL database, in a schema of its own.

    Raises:
        LedgerError: there is one already, nobody answers, or there is no right to make it.
    """
    store = PostgresStore(url, guid)
    with store.reading() as conn:
        if inspect(conn).has_schema(store.schema):
            raise LedgerError(f"There is a ledger of this workbook in {store.place} already.")
    with store.writing() as conn:
        conn.exec_driver_sql(f'CREATE SCHEMA "{store.schema}"')
        migrate(conn)
        conn.execute(META.insert(), [{"name": "guid", "value": guid}, {"name": "workbook", "value": workbook}])
    return SqlLedger(store)


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
    with store.reading() as conn:
        if not inspect(conn).has_schema(store.schema):
            store.close()
            return None
        version = schema_version(conn)
    if version > CURRENT:
        store.close()
        words = newer_words(store.place, version)
        return SqlLedger(PostgresStore(url, guid, read_only=words, wait=wait), step=step), [words]
    notices = []
    if version < CURRENT:
        with store.writing() as conn:
            _migrate_and_verify(conn)
        notices = [migrated_words(store.place, version)]
    return SqlLedger(store, step=step), notices


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
    version = _sound_version(store)
    if version is None:
        notices.append(_restored(path))
        version = _sound_version(store)
    if version is None:
        raise LedgerDamagedError(f"The ledger '{path.name}' is damaged, and so is its backup.")
    if version > CURRENT:
        words = newer_words(store.place, version)
        return SqlLedger(SqliteStore(path, read_only=words, wait=wait), step=step), [*notices, words]
    if version < CURRENT and read_only:
        raise LedgerError(f"{read_only} It is of an older version, which must be changed before it can be read.")
    if version < CURRENT:
        _migrate_file(path, store, step)
        notices.append(migrated_words(store.place, version))
    return SqlLedger(store, step=step), notices


def newer_words(place: str, version: int) -> str:
    """Say that a ledger is of a later version than this program."""
    return (
        f"The ledger {place} was written by a newer sop_xl (version {version} of its tables, this program knows "
        f"{CURRENT}). It can be read, not written: update sop_xl."
    )


def migrated_words(place: str, version: int) -> str:
    """Say that a ledger was brought up to date."""
    return f"The ledger {place} was brought from version {version} to {CURRENT} of its tables; its totals agree."


def _no_right(path: Path) -> str:
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return ""
    return f"The ledger '{path.name}' is in a place you may not write to: it can be read, not changed."


def _sound_version(store: SqliteStore) -> int | None:
    """Return the version of the tables; None where the file is damaged."""
    try:
        with store.reading() as conn:
            version = schema_version(conn)
            if version == 0:
                return None  # a ledger is never without tables
            if version <= CURRENT and store.path.stat().st_size <= CHECKED_BYTES:
                whole = conn.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"
                return version if whole and not mismatches(conn) else None
            return version
    except LedgerDamagedError:
        return None


def _restored(path: Path) -> str:
    """Put the newest good backup in the place of a damaged ledger; say what that loses."""
    lost = _last_batch(path)
    for candidate in reversed(backups(path)):
        if backup.is_sound(candidate) and _sound_version(SqliteStore(candidate)) is not None:
            temporary = path.with_name(path.name + backup.TEMPORARY)
            backup.copy(candidate, temporary)
            aside = backup.set_aside(path)
            temporary.replace(path)
            kept = _last_batch(path) or 0
            missing = f"batches {kept + 1} to {lost} are not in it" if lost and lost > kept else "nothing is known lost"
            return (
                f"The ledger '{path.name}' was damaged. The backup '{candidate.name}' took its place; it ends with "
                f"batch {kept}, {missing}. The damaged file is kept as '{aside.name}'."
            )
    raise LedgerDamagedError(
        f"The ledger '{path.name}' is damaged, and there is no good backup. Move it away: the ledger is then "
        f"rebuilt from the workbook, without the history before."
    )


def _last_batch(path: Path) -> int | None:
    """Return the number of the last batch, as far as the file can still tell."""
    try:
        with SqliteStore(path).reading() as conn:
            return conn.execute(select(func.max(BATCHES.c.number))).scalar() or 0
    except LedgerError:
        return None


def _migrate_file(path: Path, store: SqliteStore, step: Callable[[str], None]) -> None:
    """Migrate a copy, verify its totals, keep the old file as a backup, and swap.

    Raises:
        LedgerError: it could not be done, or another program wrote meanwhile; the old file stands.
    """
    temporary = path.with_name(path.name + backup.TEMPORARY)
    try:
        step("migrate copy")
        backup.copy(path, temporary)
        copied = SqliteStore(temporary)
        step("migrate tables")
        with copied.writing() as conn:
            totals = _migrate_and_verify(conn)
        step("migrate backup")
        said = backup.back_up(path, step)
        with store.reading() as conn:
            if said or _totals(conn) != totals:
                raise LedgerError(
                    f"The ledger {store.place} could not be brought up to date. {said or 'It is in use.'}"
                )
        step("migrate swap")
        temporary.replace(path)
    except (OSError, sqlite3.Error) as fault:
        raise LedgerError(
            f"The ledger {store.place} could not be brought up to date ({fault}). It is unchanged."
        ) from fault
    finally:
        temporary.unlink(missing_ok=True)


def _migrate_and_verify(conn: Connection) -> Totals:
    before = _totals(conn)
    migrate(conn)
    found = mismatches(conn)
    if _totals(conn) != before or found:
        raise LedgerDamagedError(f"The ledger could not be brought up to date: {'; '.join(found) or 'totals differ'}.")
    return before


def _totals(conn: Connection) -> Totals:
    """Return counts and sums that a migration must not change; whole units and cents add up in any order."""
    sums = (func.sum(func.round(FACTS.c[name] * scale)) for name, scale in (("quantity", 1), ("value", 100)))
    facts = conn.execute(select(func.count(), *sums).select_from(FACTS)).one()
    return (*facts, conn.execute(select(func.count()).select_from(BATCHES)).scalar_one())
