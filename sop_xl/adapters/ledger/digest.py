"""Hashes by which a ledger proves that it still says what was recorded.

Each batch has a digest over its head, its facts, its paste and its issues, and over the digest of the batch
before: what is changed behind the ledger's back, be it by a failing disk, no longer fits.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from sop_xl.adapters.ledger.tables import BATCH_ISSUES, BATCH_RAW, BATCHES, FACT_KEYS, FACTS, FRAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

CHUNK = 50_000
FIELD, LINE = "\x1f", "\x1e"
HEAD = tuple(column.name for column in BATCHES.columns if column.name != "digest")
KEY_COLUMNS = tuple(column for column in FACT_KEYS.columns if column.name != "id")


def sha256(content: bytes) -> str:
    """Return the hash of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def batch_digest(conn: Connection, head: Mapping[str, Any], before: str, first_fact: int) -> str:
    """Return the digest of a batch whose facts, paste and issues are stored.

    Args:
        conn: sees them.
        head: the columns `HEAD` of the batch.
        before: digest of the batch before it; blank for the first.
        first_fact: the lowest number its facts can have.
    """
    total = hashlib.sha256(before.encode())
    total.update(json.dumps([head[name] for name in HEAD], ensure_ascii=True).encode())
    facts = (
        select(FACTS, *KEY_COLUMNS)
        .join(FACT_KEYS, FACT_KEYS.c.id == FACTS.c.key_id)
        .where(FACTS.c.id.between(first_fact, head["last_fact"]))
        .order_by(FACTS.c.id)
    )
    add_lines(total, conn.execute(facts, execution_options={"yield_per": CHUNK}))
    number = head["number"]
    add_lines(total, conn.execute(select(BATCH_RAW.c.sha256).where(BATCH_RAW.c.batch == number)))
    add_lines(total, conn.execute(select(BATCH_ISSUES).where(BATCH_ISSUES.c.batch == number).order_by("line")))
    return total.hexdigest()


def add_lines(total: Any, rows: Iterable[Iterable[Any]]) -> None:
    """Add rows to a running hash, each value as text."""
    for row in rows:
        total.update(FIELD.join(map(str, row)).encode("utf-8", "surrogatepass"))
        total.update(LINE.encode())


def mismatches(conn: Connection) -> list[str]:
    """Return what in the ledger is not as it was recorded, in words; nothing where all is well."""
    found = []
    before, first_fact = "", 1
    for row in map(dict, conn.execute(select(BATCHES).order_by(BATCHES.c.number)).mappings().all()):
        if batch_digest(conn, row, before, first_fact) != row["digest"]:
            found.append(f"batch {row['number']} is not what was committed")
        before, first_fact = row["digest"], row["last_fact"] + 1
    for number, content, digest in conn.execute(select(BATCH_RAW)):
        if not _is_whole(content, digest):
            found.append(f"the paste of batch {number} is damaged")
    if conn.execute(select(func.max(FACTS.c.id))).scalar_one() not in (None, first_fact - 1):
        found.append("there are facts that belong to no batch")
    return found + _damaged_frames(conn)


def _damaged_frames(conn: Connection) -> list[str]:
    if not conn.dialect.has_table(conn, FRAMES.name):
        return []  # a ledger of version 1
    rows = conn.execute(select(FRAMES.c.id, FRAMES.c.content, FRAMES.c.sha256))
    return [f"kept table {number} is damaged" for number, content, digest in rows if not _is_whole(content, digest)]


def _is_whole(content: bytes, digest: str) -> bool:
    try:
        return sha256(zlib.decompress(content)) == digest
    except zlib.error:
        return False
