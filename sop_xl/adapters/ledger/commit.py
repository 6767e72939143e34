"""A batch goes in: facts that say something new, what they supersede, the paste, the issues, one digest."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, or_, select

from sop_xl.adapters.ledger import queries
from sop_xl.adapters.ledger.digest import add_lines, batch_digest, sha256
from sop_xl.adapters.ledger.staging import SAME_KEY, STAGED, add_new_keys, stage, staged_rows, temporary
from sop_xl.adapters.ledger.tables import BATCH_ISSUES, BATCH_RAW, BATCHES, FACT_KEYS, FACTS
from sop_xl.domain.batch import BatchState
from sop_xl.domain.ledger_errors import AlreadyCommittedError, StaleVersionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from sop_xl.adapters.ledger.staging import Staged
    from sop_xl.adapters.ledger.store import Store
    from sop_xl.domain.batch import Batch, DataVersion

MANY = 10_000
"""Rows of a batch after which the database counts its tables anew."""
FACT_COLUMNS = [column.name for column in FACTS.columns]


def check_version(conn: Connection, expected: DataVersion | None) -> None:
    """Check that nobody committed since `expected`; None: it does not matter.

    Raises:
        StaleVersionError: somebody did.
    """
    if expected is None or queries.head(conn).is_same(expected):
        return
    later = [record for record in queries.records(conn) if record.number > expected.batch]
    raise StaleVersionError(later[0] if later else None, expected.batch)


def content_of(batch: Batch, rows: list[Staged]) -> str:
    """Return what tells the content of a batch, whose rows these are, from any other."""
    if batch.content:
        return batch.content
    total = hashlib.sha256(batch.raw)
    add_lines(total, rows)
    return total.hexdigest()


def append(store: Store, conn: Connection, batch: Batch, step: Callable[[str], None]) -> int:
    """Put `batch` into the ledger inside the caller's transaction; return its number.

    Args:
        store: the database.
        conn: the connection that alone may write.
        batch: the batch.
        step: called before each step that writes, with its name.

    Raises:
        AlreadyCommittedError: the same content stands already, and nothing new would come of it.
        LedgerError: a key comes twice.
    """
    number, before = queries.head(conn).batch + 1, queries.last_fact(conn)
    rows = staged_rows(batch)
    with temporary(conn, STAGED):
        step("stage")
        stage(store, conn, rows)
        step("keys")
        add_new_keys(conn)
        step("facts")
        _add_facts(conn, number, before)
        if len(rows) >= MANY:
            store.has_grown(conn, FACT_KEYS, FACTS)
    content = content_of(batch, rows)
    counts = count_facts(conn, before)
    stated = counts["last_fact"] - before
    _refuse_repeat(conn, content, stated)
    step("raw")
    if batch.raw:
        packed = {"content": zlib.compress(batch.raw), "sha256": sha256(batch.raw)}
        conn.execute(BATCH_RAW.insert().values(batch=number, **packed))
    step("issues")
    store.load(conn, BATCH_ISSUES, [(number, line, *_issue(issue)) for line, issue in enumerate(batch.issues, 1)])
    step("batch")
    head = {
        "kind": batch.kind.value,
        "source": batch.source,
        "who": batch.who,
        "at": batch.at.isoformat(timespec="seconds"),
        "reason": batch.reason,
        "content": content,
        "left_out": batch.left_out,
        "totals": json.dumps(dict(batch.totals), ensure_ascii=False, sort_keys=True, default=str),
        "reverses": 0,
        "equal": len(rows) - stated,
        **counts,
    }
    return seal(conn, head, before)


def seal(conn: Connection, head: Mapping[str, Any], before: int) -> int:
    """Store the batch whose facts, those after number `before`, and paste are in; return its number.

    Args:
        conn: the connection that alone may write.
        head: the batch's columns but `number` and `digest`.
        before: the highest fact number of the batch before.
    """
    version = queries.head(conn)
    row = {**head, "number": version.batch + 1}
    digest = batch_digest(conn, row, version.digest, before + 1)
    conn.execute(BATCHES.insert().values(**row, digest=digest))
    return version.batch + 1


def _issue(issue: Any) -> tuple[str, ...]:
    return (str(issue.severity), issue.code, issue.sheet, issue.cell, issue.message, issue.cure)


def _refuse_repeat(conn: Connection, content: str, stated: int) -> None:
    """Notice content that stands already, unless rows of it had stayed in quarantine and say something new."""
    same = conn.execute(select(BATCHES.c.number).where(BATCHES.c.content == content)).scalars().all()
    if not same:
        return
    standing = [r for r in queries.records(conn) if r.number in same and r.state is BatchState.COMMITTED]
    if standing and not (stated and standing[-1].left_out):
        raise AlreadyCommittedError(standing[-1])


def _add_facts(conn: Connection, number: int, before: int) -> None:
    """Store the staged rows that differ from what stands."""
    now = FACTS.alias("now")
    line = before + func.row_number().over(order_by=STAGED.c.line)
    says = (STAGED.c.quantity, STAGED.c.value, STAGED.c.currency, STAGED.c.void)
    differs = [now.c[column.name].is_distinct_from(column) for column in says[:3]]
    new = (
        select(line, FACT_KEYS.c.id, literal(number), *says, literal(number), now.c.id)
        .join_from(STAGED, FACT_KEYS, SAME_KEY)
        .outerjoin(now, now.c.id == queries.latest())
        .where(
            or_(
                (STAGED.c.void == 0) & or_(now.c.id.is_(None), now.c.void == 1, *differs),
                (STAGED.c.void == 1) & (now.c.void == 0),
            )
        )
    )
    conn.execute(FACTS.insert().from_select(FACT_COLUMNS, new))


def count_facts(conn: Connection, before: int) -> dict[str, int]:
    """Return what the facts after number `before` do, and the highest number: the columns of a batch."""
    old = FACTS.alias("old")
    is_new = or_(old.c.id.is_(None), old.c.void == 1)
    query = (
        select(FACTS.c.void, is_new.label("is_new"), func.count().label("n"))
        .outerjoin(old, old.c.id == FACTS.c.supersedes)
        .where(FACTS.c.id > before)
        .group_by(FACTS.c.void, is_new)
    )
    counts = {"added": 0, "changed": 0, "removed": 0}
    for void, new, n in conn.execute(query):
        counts["removed" if void else "added" if new else "changed"] += n
    return {**counts, "last_fact": before + sum(counts.values())}
