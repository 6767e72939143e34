"""An older ledger brought to the current schema: on a copy, swapped in once its totals agree."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from sop_xl.adapters.ledger import backup
from sop_xl.adapters.ledger.digest import mismatches
from sop_xl.adapters.ledger.migrations import CURRENT, migrate
from sop_xl.adapters.ledger.store import SqliteStore
from sop_xl.adapters.ledger.tables import BATCHES, FACTS
from sop_xl.domain.ledger_errors import LedgerDamagedError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

Totals = tuple[float | None, ...]


def upgrade_file(path: Path, store: SqliteStore, step: Callable[[str], None]) -> None:
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
            totals = upgrade(conn)
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


def upgrade(conn: Connection) -> Totals:
    """Migrate inside the caller's transaction, and return the totals, which are as before.

    Raises:
        LedgerDamagedError: they are not; the transaction must not be committed.
    """
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


def migrated_words(place: str, version: int) -> str:
    """Say that a ledger was brought up to date."""
    return f"The ledger {place} was brought from version {version} to {CURRENT} of its tables; its totals agree."
