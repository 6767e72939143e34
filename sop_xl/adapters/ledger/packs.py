"""Packs in the ledger: appended with what they asked, read back to be merged."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from sop_xl.adapters.ledger.tables import META, PACK_EVENTS, PACK_ROWS, PACKS
from sop_xl.share.form import Form, FormColumn, FormRow, FormSheet, Use
from sop_xl.share.records import PackEvent, PackRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Table

    from sop_xl.adapters.ledger.store import Store

SECRET = "pack_secret"
SECRET_BYTES = 32


def find_secret(conn: Connection) -> str:
    """Return the secret behind the seals; blank where none was made yet."""
    return str(conn.execute(select(META.c.value).where(META.c.name == SECRET)).scalar() or "")


def made_secret(conn: Connection) -> str:
    """Return the secret behind the seals, made now where there is none."""
    found = find_secret(conn)
    if not found:
        found = secrets.token_hex(SECRET_BYTES)
        conn.execute(META.insert().values(name=SECRET, value=found))
    return found


def next_number(conn: Connection) -> int:
    """Return the number the next pack gets."""
    return _next(conn, PACKS)


def _next(conn: Connection, table: Table) -> int:
    return int(conn.execute(select(func.coalesce(func.max(table.c.id), 0) + 1)).scalar_one())


def add_packs(store: Store, conn: Connection, packs: Sequence[PackRecord]) -> None:
    """Append packs with the rows they ask for, in their order."""
    secret = made_secret(conn)
    names = PACKS.columns.keys()
    for number, pack in enumerate(packs, next_number(conn)):
        conn.execute(PACKS.insert().values(dict(zip(names, _pack_row(number, pack), strict=True))))
    rows = [(pack.form.form_id, row) for pack in packs for row in pack.rows]
    first = _next(conn, PACK_ROWS)
    store.load(
        conn, PACK_ROWS, [_asked(number, form_id, row, secret) for number, (form_id, row) in enumerate(rows, first)]
    )


def _pack_row(number: int, pack: PackRecord) -> tuple[Any, ...]:
    form = pack.form
    identity = (form.form_id, form.company, form.guid, form.cycle, form.version, form.recipient, form.role)
    days = (form.made_at.isoformat(timespec="seconds"), form.expires.isoformat())
    sheets = json.dumps([asdict(sheet) for sheet in form.sheets], ensure_ascii=False)
    made = (pack.kind, pack.address, pack.who, pack.run, pack.file, pack.sha256)
    return (number, *identity, *days, form.row_count, sheets, *made)


def _asked(number: int, form_id: str, row: FormRow, secret: str) -> tuple[Any, ...]:
    values = [json.dumps(dict(part), ensure_ascii=False) for part in (row.key, row.base, row.shown)]
    return (number, form_id, row.row_id, row.code(secret, form_id), row.sheet, *values)


def all_packs(conn: Connection) -> list[PackRecord]:
    """Return all packs, oldest first, without the rows they ask for."""
    return [_pack(row) for row in conn.execute(select(PACKS).order_by(PACKS.c.id))]


def _pack(row: Any) -> PackRecord:
    form = Form(
        form_id=row.pack,
        company=row.company,
        guid=row.guid,
        cycle=row.cycle,
        version=row.version,
        recipient=row.recipient,
        role=row.role,
        made_at=dt.datetime.fromisoformat(row.at),
        expires=dt.date.fromisoformat(row.expires),
        row_count=row.row_count,
        sheets=tuple(_sheet(sheet) for sheet in json.loads(row.sheets)),
    )
    return PackRecord(form, row.kind, row.address, row.who, row.run, row.file, row.sha256)


def _sheet(kept: dict[str, Any]) -> FormSheet:
    columns = tuple(FormColumn(c["header"], Use(c["use"]), c["field"]) for c in kept["columns"])
    return FormSheet(kept["name"], kept["table"], columns, kept["fixed"])


def rows_of(conn: Connection, form_id: str) -> list[FormRow]:
    """Return the rows a pack asks for, in the order of the file."""
    query = select(PACK_ROWS).where(PACK_ROWS.c.pack == form_id).order_by(PACK_ROWS.c.id)
    return [_row(row) for row in conn.execute(query)]


def _row(row: Any) -> FormRow:
    return FormRow(row.row_id, row.sheet, json.loads(row.key), json.loads(row.base), json.loads(row.shown))


def form_of_code(conn: Connection, code: str) -> str:
    """Return the id of the form a row's code belongs to; blank where it belongs to none."""
    return str(conn.execute(select(PACK_ROWS.c.pack).where(PACK_ROWS.c.code == code)).scalar() or "")


def add_events(store: Store, conn: Connection, events: Sequence[PackEvent]) -> None:
    """Append what happened to packs, in that order."""
    first = _next(conn, PACK_EVENTS)
    store.load(conn, PACK_EVENTS, [_event_row(number, event) for number, event in enumerate(events, first)])


def _event_row(number: int, event: PackEvent) -> tuple[Any, ...]:
    at = event.at.isoformat(timespec="seconds")
    return (number, event.form_id, event.event, at, event.who, event.detail, event.sha256)


def all_events(conn: Connection) -> list[PackEvent]:
    """Return all that happened to packs, oldest first."""
    rows = conn.execute(select(PACK_EVENTS).order_by(PACK_EVENTS.c.id))
    return [PackEvent(r.pack, r.event, dt.datetime.fromisoformat(r.at), r.who, r.detail, r.sha256) for r in rows]
