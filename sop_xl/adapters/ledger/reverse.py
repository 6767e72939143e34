"""A batch is taken back by another batch that says again what stood before: nothing is ever deleted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select

from sop_xl.adapters.ledger import queries
from sop_xl.adapters.ledger.commit import FACT_COLUMNS, count_facts, seal
from sop_xl.adapters.ledger.digest import sha256
from sop_xl.adapters.ledger.staging import KEPT, temporary
from sop_xl.adapters.ledger.tables import FACT_KEYS, FACTS
from sop_xl.domain.batch import KEY_FIELDS, BatchKind, BatchState, Clash, FactKey
from sop_xl.domain.ledger_errors import ClashError, LedgerError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Select

    from sop_xl.adapters.ledger.store import Store
    from sop_xl.domain.batch import BatchRecord

SAID, NOW, OLD = (FACTS.alias(name) for name in ("said", "now", "old"))
"""What the batch said of a key; what stands now; what stood before the batch."""

OLD_ORIGIN = func.coalesce(OLD.c.origin, 0)


@dataclass(frozen=True)
class Reversal:
    """The wish to take a batch back.

    Attributes:
        number: the batch.
        who, at, reason: of the wish.
        choices: for keys that later batches touched: True takes the key back too, False keeps it.
    """

    number: int
    who: str
    at: dt.datetime
    reason: str
    choices: Mapping[FactKey, bool]


def reverse(store: Store, conn: Connection, wish: Reversal, step: Callable[[str], None]) -> int:
    """Append the batch that takes another one back; return its number.

    Raises:
        ClashError: later batches touched keys of it for which there is no choice.
        LedgerError: there is no such batch, or it is taken back already.
    """
    target = _target(conn, wish.number)
    facts = _span(conn, wish.number)
    kept = _kept(conn, wish, facts)
    before = queries.last_fact(conn)
    with temporary(conn, KEPT):
        step("stage")
        store.load(conn, KEPT, [(key_id,) for key_id in kept])
        step("facts")
        _add_facts(conn, facts, before)
    counts = count_facts(conn, before)
    if counts["last_fact"] == before:
        raise LedgerError(f"Nothing of batch {wish.number} is left to take back. Nothing was changed.")
    step("batch")
    head = {
        "kind": BatchKind.UNDO.value,
        "source": f"batch {wish.number}: {target.source}",
        "who": wish.who,
        "at": wish.at.isoformat(timespec="seconds"),
        "reason": wish.reason,
        "content": sha256(f"undo {wish.number} after {queries.head(conn)}".encode()),
        "left_out": 0,
        "totals": json.dumps({}),
        "reverses": wish.number,
        "equal": len(kept),
        **counts,
    }
    return seal(conn, head, before)


def _target(conn: Connection, number: int) -> BatchRecord:
    for record in queries.records(conn):
        if record.number == number and record.state is BatchState.REVERSED:
            raise LedgerError(f"Batch {number} is taken back already. Nothing was changed.")
        if record.number == number:
            return record
    raise LedgerError(f"There is no batch {number} in the ledger.")


def _span(conn: Connection, number: int) -> tuple[int, int]:
    """Return the first and the last fact number of a batch."""
    return queries.last_fact(conn, number - 1) + 1, queries.last_fact(conn, number)


def _touched(facts: tuple[int, int], *columns: Any) -> Select[Any]:
    """Return a query over the batch's keys that do not hold again what stood before it."""
    return (
        select(*columns)
        .join_from(SAID, FACT_KEYS, FACT_KEYS.c.id == SAID.c.key_id)
        .join(NOW, NOW.c.id == queries.latest())
        .outerjoin(OLD, OLD.c.id == SAID.c.supersedes)
        .where(SAID.c.id.between(*facts), NOW.c.origin != OLD_ORIGIN)
    )


def _kept(conn: Connection, wish: Reversal, facts: tuple[int, int]) -> Sequence[int]:
    """Return the numbers of keys to leave alone; a key that a later batch touched needs a choice."""
    values = (NOW.c.batch, NOW.c.quantity, NOW.c.value, OLD.c.quantity, OLD.c.value)
    keys = (FACT_KEYS.c[name] for name in KEY_FIELDS)
    query = _touched(facts, FACT_KEYS.c.id, *keys, *values).where(NOW.c.origin != SAID.c.origin)
    kept, open_clashes = [], []
    for key_id, *rest in conn.execute(query.order_by(SAID.c.id)).all():
        clash = Clash(FactKey(*rest[: len(KEY_FIELDS)]), *rest[len(KEY_FIELDS) :])
        if clash.key not in wish.choices:
            open_clashes.append(clash)
        elif not wish.choices[clash.key]:
            kept.append(key_id)
    if open_clashes:
        raise ClashError(wish.number, open_clashes)
    return kept


def _add_facts(conn: Connection, facts: tuple[int, int], before: int) -> None:
    number = queries.head(conn).batch + 1
    line = before + func.row_number().over(order_by=SAID.c.id)
    old = (OLD.c.quantity, OLD.c.value, func.coalesce(OLD.c.currency, ""), func.coalesce(OLD.c.void, 1))
    query = _touched(facts, line, SAID.c.key_id, literal(number), *old, OLD_ORIGIN, NOW.c.id)
    query = query.where(SAID.c.key_id.not_in(select(KEPT.c.key_id)))
    conn.execute(FACTS.insert().from_select(FACT_COLUMNS, query))
