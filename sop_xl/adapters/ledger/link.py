"""The ledger of a workbook: found where it is, made where there is none, copied for a copy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from sop_xl.adapters.ledger import backup
from sop_xl.adapters.ledger.ledger import SqlLedger, no_step
from sop_xl.adapters.ledger.opening import create_file, create_url, open_file, open_url
from sop_xl.adapters.ledger.packs import SECRET
from sop_xl.adapters.ledger.place import SUFFIX, find, is_remote, ledger_path
from sop_xl.adapters.ledger.store import PostgresStore, SqliteStore
from sop_xl.adapters.ledger.tables import META, METADATA
from sop_xl.domain.ledger_errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sop_xl.adapters.ledger.place import Surroundings


@dataclass(frozen=True)
class Link:
    """A ledger, and what was done to have it.

    Attributes:
        ledger: the ledger.
        notices: what was done, as sentences.
        is_new: whether it was made just now; `synchronise` then fills it from the workbook.
    """

    ledger: SqlLedger
    notices: list[str] = field(default_factory=list)
    is_new: bool = False


def link(
    workbook: str, guid: str, ledger_url: str, surroundings: Surroundings, *, step: Callable[[str], None] = no_step
) -> Link:
    """Open the ledger of a workbook, or make it.

    Args:
        workbook: the workbook's path, or its URL in a cloud.
        guid: the workbook's GUID.
        ledger_url: the setting: blank for a file, or the address of a PostgreSQL database.
        surroundings: what the machine tells about places.
        step: called before each step that writes.

    Raises:
        LedgerError: it cannot be opened or made.
    """
    if not guid:
        raise LedgerError("The workbook has no GUID yet; give it one before it is linked to a ledger.")
    if is_database(ledger_url):
        found = open_url(ledger_url, guid, step=step)
        return Link(*found) if found else Link(create_url(ledger_url, guid, workbook), is_new=True)
    path = find(workbook, guid, surroundings)
    if path:
        return Link(*open_file(path, step=step))
    path = _free(ledger_path(workbook, guid, surroundings))
    notices = []
    if is_remote(workbook, surroundings):
        words = "The workbook is in a cloud or network folder, where a database breaks. Its ledger is kept in"
        notices = [f"{words} {path.parent}; other people see it only through a ledger_url."]
    return Link(create_file(path, guid, workbook), notices, is_new=True)


def is_database(ledger_url: str) -> bool:
    """Whether the setting names a database rather than leaving the ledger in its file.

    Raises:
        LedgerError: it names a kind of database that cannot hold a ledger.
    """
    if not ledger_url.strip():
        return False
    try:
        kind = make_url(ledger_url.strip()).get_backend_name()
    except ArgumentError:
        kind = ""
    if kind in ("postgresql", "postgres"):
        return True
    raise LedgerError(
        "The setting ledger_url is no address of a PostgreSQL database. Write it like "
        "postgresql://user@server/database, or clear it: the ledger is then a file beside the workbook."
    )


def fork(source: SqlLedger, workbook: str, guid: str, surroundings: Surroundings) -> SqlLedger:
    """Copy a ledger with all its history for a copy of its workbook, which goes by a GUID of its own from now on.

    Raises:
        LedgerError: it could not be done.
    """
    store = source.store
    if isinstance(store, PostgresStore):
        return _forked_schema(store, workbook, guid)
    if not isinstance(store, SqliteStore):
        raise LedgerError(f"The ledger {source.place} cannot be copied.")
    path = _free(ledger_path(workbook, guid, surroundings))
    temporary = path.with_name(path.name + backup.TEMPORARY)
    path.parent.mkdir(parents=True, exist_ok=True)
    backup.copy(store.path, temporary)
    with SqliteStore(temporary).writing() as conn:
        conn.execute(META.update().where(META.c.name == "guid").values(value=guid))
        conn.execute(META.update().where(META.c.name == "workbooks").values(value=json.dumps([workbook])))
    temporary.rename(path)
    return SqlLedger(SqliteStore(path))


def _forked_schema(store: PostgresStore, workbook: str, guid: str) -> SqlLedger:
    forked = create_url(store.url, guid, workbook)
    with forked.store.writing() as conn:
        for table in METADATA.sorted_tables:
            if table is not META:
                conn.exec_driver_sql(f'INSERT INTO {table.name} SELECT * FROM "{store.schema}".{table.name}')
        secret = f"name = '{SECRET}'"
        conn.exec_driver_sql(f'INSERT INTO {META.name} SELECT * FROM "{store.schema}".{META.name} WHERE {secret}')
    return forked


def _free(path: Path) -> Path:
    """Return the path, or one like it that no other workbook's ledger has."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} {number}{SUFFIX}")
    return free
