"""Rows on their way into the ledger: brought into a temporary table, so that the database does the matching."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Float, MetaData, SmallInteger, Table, Text, and_, func, select

from sop_xl.adapters.ledger.frames import month_names
from sop_xl.adapters.ledger.tables import FACT_KEYS
from sop_xl.domain.batch import KEY_FIELDS
from sop_xl.domain.ledger_errors import LedgerError
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from sqlalchemy import Connection

    from sop_xl.adapters.ledger.store import Store
    from sop_xl.domain.batch import Batch

_TEMPORARY = MetaData()

STAGED = Table(
    "staged",
    _TEMPORARY,
    Column("line", BigInteger),
    *(Column(name, Text) for name in KEY_FIELDS),
    Column("quantity", Float(53)),
    Column("value", Float(53)),
    Column("currency", Text),
    Column("void", SmallInteger),
    prefixes=["TEMPORARY"],
)

KEPT = Table("kept", _TEMPORARY, Column("key_id", BigInteger), prefixes=["TEMPORARY"])
"""Keys that an undo leaves as they are."""

SAME_KEY = and_(*(STAGED.c[name] == FACT_KEYS.c[name] for name in KEY_FIELDS))


@contextmanager
def temporary(conn: Connection, *tables: Table) -> Iterator[None]:
    """Have temporary tables, empty, for as long as the context lasts."""
    for table in tables:
        table.create(conn)
    yield
    for table in tables:
        table.drop(conn)


Staged = tuple[Any, ...]


def staged_rows(batch: Batch) -> list[Staged]:
    """Return the facts of a batch and the keys it empties, as `STAGED` holds them, but for the line.

    Raises:
        LedgerError: a key comes twice, or is not complete.
    """
    rows = _rows(batch.facts, 0) + _rows(batch.removed, 1)
    keys = {row[: len(KEY_FIELDS)] for row in rows}
    if len(keys) < len(rows):
        raise LedgerError(f"The batch names {len(rows) - len(keys):,} keys twice. Nothing was committed.")
    measure, item, period = (KEY_FIELDS.index(name) for name in ("measure", "item", "period"))
    if any(not (key[measure] and key[item] and key[period]) for key in keys):
        raise LedgerError("The batch has rows without measure, item or month. Nothing was committed.")
    return rows


def stage(store: Store, conn: Connection, rows: list[Staged]) -> None:
    """Fill `STAGED`."""
    store.load(conn, STAGED, [(line, *row) for line, row in enumerate(rows, 1)])


def _rows(frame: pd.DataFrame, void: int) -> list[Staged]:
    facts = conform(ACTUALS, frame)
    text = {name: facts[name].tolist() for name in ("measure", "item", "market", "location", "currency")}
    numbers = {name: _with_none(facts[name]) for name in ("quantity", "value")}
    columns = {**text, **numbers, "period": month_names(facts["period"]), "void": [void] * len(facts)}
    return list(zip(*(columns[name] for name in STAGED.columns.keys()[1:]), strict=True))


def _with_none(numbers: pd.Series) -> list[float | None]:
    return [None if number != number else number for number in numbers.tolist()]  # noqa: PLR0124 - NaN is blank


def add_new_keys(conn: Connection) -> None:
    """Give every staged key that the ledger does not know a number, in the order of the rows."""
    known = conn.execute(select(func.coalesce(func.max(FACT_KEYS.c.id), 0))).scalar_one()
    number = known + func.row_number().over(order_by=STAGED.c.line)
    new = (
        select(number, *(STAGED.c[name] for name in KEY_FIELDS))
        .outerjoin(FACT_KEYS, SAME_KEY)
        .where(FACT_KEYS.c.id.is_(None), STAGED.c.void == 0)
    )
    conn.execute(FACT_KEYS.insert().from_select(["id", *KEY_FIELDS], new))
