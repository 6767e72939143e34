"""A ledger file that is damaged gives way to its newest good backup, and is kept aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from sop_xl.adapters.ledger import backup
from sop_xl.adapters.ledger.digest import mismatches
from sop_xl.adapters.ledger.migrations import CURRENT, schema_version
from sop_xl.adapters.ledger.store import SqliteStore
from sop_xl.adapters.ledger.tables import BATCHES
from sop_xl.adapters.package.atomic import backups
from sop_xl.domain.ledger_errors import LedgerDamagedError, LedgerError

if TYPE_CHECKING:
    from pathlib import Path

CHECKED_BYTES = 16_000_000
"""Up to this size a file is checked whole each time it is opened; larger ones at each backup and by `verify`."""


def sound_version(store: SqliteStore) -> int | None:
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


def restored(path: Path) -> str:
    """Put the newest good backup in the place of a damaged ledger; say what that loses.

    Raises:
        LedgerDamagedError: there is no good backup; the file stays where it is.
    """
    lost = _last_batch(path)
    for candidate in reversed(backups(path)):
        if backup.is_sound(candidate) and sound_version(SqliteStore(candidate)) is not None:
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
