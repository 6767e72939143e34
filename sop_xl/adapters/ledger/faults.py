"""What a database says when it fails, in a planner's words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from sop_xl.domain.ledger_errors import LedgerBusyError, LedgerDamagedError, LedgerError, LedgerReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected", "is being accessed")
_FULL = ("disk is full", "could not extend file", "no space left", "disk quota")
_DAMAGED = ("malformed", "not a database", "invalid page", "checksum", "disk image", "no such table: meta")
_READ_ONLY = ("readonly database", "read-only", "permission denied", "unable to open database file")
_UNREACHABLE = ("connection refused", "could not translate", "connection failed", "server closed", "no such file")


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn a fault of the database into a `LedgerError` that names the ledger and what to do."""
    try:
        yield
    except SQLAlchemyError as fault:
        raise _in_words(place, fault) from fault


def _in_words(place: str, fault: SQLAlchemyError) -> LedgerError:
    said = str(fault.orig if isinstance(fault, DBAPIError) else fault).strip()
    text = said.lower()
    for words, error in _ANSWERS:
        if any(word in text for word in words):
            kind, message = error
            return kind(message.format(place=place))
    if "append-only" in text:
        return LedgerError(f"The ledger {place} keeps what was recorded: nothing in it is changed or deleted.")
    return LedgerError(f"The ledger {place} failed ({said.splitlines()[0] if said else fault}). Nothing was changed.")


_ANSWERS: tuple[tuple[tuple[str, ...], tuple[type[LedgerError], str]], ...] = (
    (
        _BUSY,
        (
            LedgerBusyError,
            "The ledger {place} is in use by another program. Nothing was changed; try again in a moment.",
        ),
    ),
    (
        _FULL,
        (
            LedgerError,
            "The disk of the ledger {place} is full. Nothing was changed; make room, then try again.",
        ),
    ),
    (
        _DAMAGED,
        (
            LedgerDamagedError,
            "The ledger {place} is damaged. Close the workbook and open it again: the last good backup is then "
            "restored.",
        ),
    ),
    (
        _READ_ONLY,
        (
            LedgerReadOnlyError,
            "The ledger {place} cannot be written: there is no right to. Nothing was changed; ask for the right, "
            "or move workbook and ledger to a folder you may write to.",
        ),
    ),
    (
        _UNREACHABLE,
        (
            LedgerError,
            "The ledger {place} cannot be reached. Nothing was changed; check the network and the setting ledger_url.",
        ),
    ),
)
