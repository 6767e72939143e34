"""The ledger's schema, version by version. A version that was once released never changes again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from sop_xl.adapters.ledger.tables import META
from sop_xl.domain.ledger_errors import LedgerDamagedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

TYPES = {
    "sqlite": {"id": "INTEGER PRIMARY KEY", "int": "INTEGER", "real": "REAL", "blob": "BLOB"},
    "postgresql": {"id": "BIGINT PRIMARY KEY", "int": "BIGINT", "real": "DOUBLE PRECISION", "blob": "BYTEA"},
}

ACTUALS_SQL = (
    "CREATE TABLE batches (number {id}, kind TEXT NOT NULL, source TEXT NOT NULL, who TEXT NOT NULL,"
    " at TEXT NOT NULL, reason TEXT NOT NULL, content TEXT NOT NULL, left_out {int} NOT NULL, totals TEXT NOT NULL,"
    " reverses {int} NOT NULL, added {int} NOT NULL, changed {int} NOT NULL, removed {int} NOT NULL,"
    " equal {int} NOT NULL, last_fact {int} NOT NULL, digest TEXT NOT NULL)",
    "CREATE TABLE batch_raw (batch {id} REFERENCES batches DEFERRABLE INITIALLY DEFERRED, content {blob} NOT NULL,"
    " sha256 TEXT NOT NULL)",
    "CREATE TABLE batch_issues (batch {int} NOT NULL REFERENCES batches DEFERRABLE INITIALLY DEFERRED,"
    " line {int} NOT NULL, severity TEXT NOT NULL, code TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL,"
    " message TEXT NOT NULL, cure TEXT NOT NULL, PRIMARY KEY (batch, line))",
    "CREATE TABLE fact_keys (id {id}, measure TEXT NOT NULL, item TEXT NOT NULL, market TEXT NOT NULL,"
    " location TEXT NOT NULL, period TEXT NOT NULL, UNIQUE (item, period, measure, market, location))",
    "CREATE INDEX fact_keys_period ON fact_keys (period)",
    "CREATE TABLE facts (id {id}, key_id {int} NOT NULL, batch {int} NOT NULL, quantity {real},"
    " value {real}, currency TEXT NOT NULL, void SMALLINT NOT NULL, origin {int} NOT NULL, supersedes {int})",
    "CREATE INDEX facts_key ON facts (key_id, id)",
)

MEMORY_SQL = (
    "CREATE TABLE runs (id {id}, run TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, steps TEXT NOT NULL,"
    " cycle TEXT NOT NULL, version TEXT NOT NULL, inputs TEXT NOT NULL, seconds {real}, result TEXT NOT NULL)",
    "CREATE TABLE changes (id {id}, cause TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL,"
    " table_name TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,"
    " reason TEXT NOT NULL, source TEXT NOT NULL)",
    "CREATE INDEX changes_key ON changes (table_name, key)",
    "CREATE TABLE frames (id {id}, kind TEXT NOT NULL, cycle TEXT NOT NULL, table_name TEXT NOT NULL,"
    " run TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL, rows INTEGER NOT NULL,"
    " sha256 TEXT NOT NULL, content {blob} NOT NULL)",
    "CREATE INDEX frames_cycle ON frames (kind, table_name, cycle)",
)

GUARD_WORDS = "the ledger is append-only"

PACKS_SQL = (
    "CREATE TABLE packs (id {id}, pack TEXT NOT NULL UNIQUE, company TEXT NOT NULL, guid TEXT NOT NULL,"
    " cycle TEXT NOT NULL, version TEXT NOT NULL, recipient TEXT NOT NULL, role TEXT NOT NULL, at TEXT NOT NULL,"
    " expires TEXT NOT NULL, row_count {int} NOT NULL, sheets TEXT NOT NULL, kind TEXT NOT NULL,"
    " address TEXT NOT NULL, who TEXT NOT NULL, run TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL)",
    "CREATE TABLE pack_rows (id {id}, pack TEXT NOT NULL, row_id TEXT NOT NULL, code TEXT NOT NULL UNIQUE,"
    " sheet TEXT NOT NULL, key TEXT NOT NULL, base TEXT NOT NULL, shown TEXT NOT NULL)",
    "CREATE INDEX pack_rows_pack ON pack_rows (pack, id)",
    "CREATE TABLE pack_events (id {id}, pack TEXT NOT NULL, event TEXT NOT NULL, at TEXT NOT NULL,"
    " who TEXT NOT NULL, detail TEXT NOT NULL, sha256 TEXT NOT NULL)",
)

FIRST_GUARDED = ("batches", "batch_raw", "batch_issues", "fact_keys", "facts", "runs", "changes", "frames")
PACKS_GUARDED = ("packs", "pack_rows", "pack_events")
GUARDED = FIRST_GUARDED + PACKS_GUARDED


def _create(statements: tuple[str, ...]) -> Callable[[Connection], None]:
    def create(conn: Connection) -> None:
        for statement in statements:
            conn.exec_driver_sql(statement.format(**TYPES[conn.dialect.name]))

    return create


def _guard(conn: Connection) -> None:
    """Let the database itself refuse to change or delete what was recorded."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{GUARD_WORDS}'; END $$"
        )
    _guard_tables(conn, FIRST_GUARDED)


def _create_packs(conn: Connection) -> None:
    _create(PACKS_SQL)(conn)
    _guard_tables(conn, PACKS_GUARDED)


def _guard_tables(conn: Connection, tables: tuple[str, ...]) -> None:
    for table in tables:
        for action in ("UPDATE", "DELETE"):
            name = f"{table}_no_{action.lower()}"
            if conn.dialect.name == "postgresql":
                body = "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            else:
                body = f"BEGIN SELECT RAISE(ABORT, '{GUARD_WORDS}'); END"
            conn.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE {action} ON {table} {body}")


@dataclass(frozen=True)
class Migration:
    """One step of the schema.

    Attributes:
        version: the version it leads to.
        words: what it brings, for the log.
        apply: does it, inside the caller's transaction.
    """

    version: int
    words: str
    apply: Callable[[Connection], None]


MIGRATIONS = (
    Migration(1, "batches of actuals, with raw pastes and issues", _create(ACTUALS_SQL)),
    Migration(2, "runs, changes, frozen cycles and forecasts", _create(MEMORY_SQL)),
    Migration(3, "the database refuses to change what was recorded", _guard),
    Migration(4, "packs, what they ask for and what became of them", _create_packs),
)
CURRENT = MIGRATIONS[-1].version


def schema_version(conn: Connection) -> int:
    """Return the version the ledger has; 0: there is none yet.

    Raises:
        LedgerDamagedError: it is a database, but not a ledger.
    """
    tables = inspect(conn).get_table_names()
    if not tables:
        return 0
    if META.name in tables:
        found = conn.execute(select(META.c.value).where(META.c.name == "schema_version")).scalar()
        if found and found.isdecimal():
            return int(found)
    raise LedgerDamagedError("This database is not a ledger of sop_xl: it holds other tables. Name another place.")


def migrate(conn: Connection, to: int = CURRENT) -> list[Migration]:
    """Bring the schema up to version `to` inside the caller's transaction; return the steps taken."""
    version = schema_version(conn)
    steps = [migration for migration in MIGRATIONS if version < migration.version <= to]
    if version == 0:
        conn.exec_driver_sql("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        conn.execute(META.insert().values(name="schema_version", value="0"))
    for migration in steps:
        migration.apply(conn)
    if steps:
        version = steps[-1].version
        conn.execute(META.update().where(META.c.name == "schema_version").values(value=str(version)))
    return steps
