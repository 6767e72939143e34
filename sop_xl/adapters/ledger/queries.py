"""What stood in the ledger at any batch: current facts, the history of a key, batches and their state."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import func, select

from sop_xl.adapters.ledger.frames import months
from sop_xl.adapters.ledger.tables import BATCHES, FACT_KEYS, FACTS
from sop_xl.domain.batch import KEY_FIELDS, BatchKind, BatchRecord, BatchState, DataVersion, FactKey
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, RowMapping, ScalarSelect

HISTORY_FIELDS = ("batch", "at", "who", "kind", "source", "reason", "quantity", "value", "currency", "origin", "gone")


def latest(bound: int | None = None) -> ScalarSelect[Any]:
    """Return the number of the fact that stands for a row of `fact_keys`, of facts up to `bound`."""
    facts = FACTS.alias()
    query = select(func.max(facts.c.id)).where(facts.c.key_id == FACT_KEYS.c.id)
    if bound is not None:
        query = query.where(facts.c.id <= bound)
    return query.correlate(FACT_KEYS).scalar_subquery()


def facts_at(conn: Connection, as_of: int | None, periods: Sequence[str] | None) -> pd.DataFrame:
    """Return the facts that stood after batch `as_of` (None: now), of some months (None: all), as `actuals`."""
    bound = None if as_of is None else last_fact(conn, as_of)
    query = (
        select(*(FACT_KEYS.c[name] for name in KEY_FIELDS), FACTS.c.quantity, FACTS.c.value, FACTS.c.currency)
        .add_columns(FACTS.c.origin)
        .join_from(FACT_KEYS, FACTS, FACTS.c.id == latest(bound))
        .where(FACTS.c.void == 0)
    )
    if periods is not None:
        query = query.where(FACT_KEYS.c.period.in_(list(periods)))
    columns = list(zip(*conn.execute(query).all(), strict=True)) or [()] * len(ACTUALS.fields)
    frame = pd.DataFrame(dict(zip(ACTUALS.fields, columns, strict=True)))
    frame["period"] = months(columns[ACTUALS.fields.index("period")])
    return conform(ACTUALS, frame.astype({"quantity": "float64", "value": "float64"}))


def history_of(conn: Connection, key: FactKey) -> pd.DataFrame:
    """Return all that was ever recorded of one key, oldest first; columns `HISTORY_FIELDS`."""
    query = (
        select(*(BATCHES.c[name] for name in ("number", "at", "who", "kind", "source", "reason")))
        .add_columns(FACTS.c.quantity, FACTS.c.value, FACTS.c.currency, FACTS.c.origin, FACTS.c.void)
        .join_from(FACT_KEYS, FACTS, FACTS.c.key_id == FACT_KEYS.c.id)
        .join(BATCHES, BATCHES.c.number == FACTS.c.batch)
        .where(*(FACT_KEYS.c[name] == part for name, part in zip(KEY_FIELDS, key, strict=True)))
        .order_by(FACTS.c.id)
    )
    frame = pd.DataFrame(conn.execute(query).all(), columns=list(HISTORY_FIELDS))
    types = {"quantity": "float64", "value": "float64", "gone": bool, "at": "datetime64[s]"}
    return frame.astype(types)


def find_keys(conn: Connection, parts: Mapping[str, str], limit: int) -> list[FactKey]:
    """Return keys whose named parts are these, in order, `limit` at most."""
    columns = [FACT_KEYS.c[name] for name in KEY_FIELDS]
    query = select(*columns).where(*(FACT_KEYS.c[name] == part for name, part in parts.items()))
    return [FactKey(*row) for row in conn.execute(query.order_by(*columns).limit(limit))]


def last_fact(conn: Connection, number: int | None = None) -> int:
    """Return the highest fact number after batch `number`; None: after the last batch."""
    query = select(func.max(BATCHES.c.last_fact))
    if number is not None:
        query = query.where(BATCHES.c.number <= number)
    return conn.execute(query).scalar() or 0


def head(conn: Connection) -> DataVersion:
    """Return the state the ledger is in."""
    query = select(BATCHES.c.number, BATCHES.c.digest).order_by(BATCHES.c.number.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return DataVersion(row.number, row.digest) if row else DataVersion()


def records(conn: Connection) -> list[BatchRecord]:
    """Return all batches, oldest first, each with its state."""
    rows = conn.execute(select(BATCHES).order_by(BATCHES.c.number)).mappings().all()
    states = _states(rows)
    return [_record(row, states[row["number"]]) for row in rows]


def _states(rows: Sequence[RowMapping]) -> Mapping[int, BatchState]:
    """Whether each batch counts: it does unless later ones, as far as they count, take it back."""
    states = {}
    taken: dict[int, int] = {}
    for row in reversed(rows):
        number, stated = row["number"], row["added"] + row["changed"] + row["removed"]
        standing = stated - taken.get(number, 0)
        state = BatchState.COMMITTED if number not in taken else BatchState.PARTLY
        states[number] = state if standing > 0 or number not in taken else BatchState.REVERSED
        if row["reverses"] and standing > 0:
            taken[row["reverses"]] = taken.get(row["reverses"], 0) + standing
    return states


def _record(row: RowMapping, state: BatchState) -> BatchRecord:
    return BatchRecord(
        number=row["number"],
        kind=BatchKind(row["kind"]),
        source=row["source"],
        who=row["who"],
        at=dt.datetime.fromisoformat(row["at"]),
        reason=row["reason"],
        content=row["content"],
        left_out=row["left_out"],
        totals=json.loads(row["totals"]),
        reverses=row["reverses"],
        added=row["added"],
        changed=row["changed"],
        removed=row["removed"],
        equal=row["equal"],
        state=state,
        digest=row["digest"],
    )
