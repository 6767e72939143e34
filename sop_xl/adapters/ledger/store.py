"""The two kinds of database a ledger can live in, and how each is opened, locked and filled fast."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from sop_xl.adapters.ledger.faults import explained
from sop_xl.domain.ledger_errors import LedgerError, LedgerReadOnlyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Table

WAIT_S = 5.0
CACHE_KB = 128_000

PLANNER = {"jit": "off", "random_page_cost": "1.1", "effective_cache_size": "'4GB'", "work_mem": "'64MB'"}
"""What a session tells PostgreSQL of its disk: looking a key up is cheap, reading all facts is not."""


class Store(Protocol):
    """A database that holds one ledger."""

    place: str
    """Where it is, for messages; never with a password."""
    read_only: str
    """Why it may not be written, as a sentence; blank: it may."""

    def reading(self) -> Any:
        """Return a context with a connection that sees one committed state at a time."""
        ...

    def writing(self) -> Any:
        """Return a context with a connection that alone may write; all of it is committed at its end, or nothing."""
        ...

    def load(self, conn: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Put many rows into `table`, values in the order of its columns."""
        ...

    def has_grown(self, conn: Connection, *tables: Table) -> None:
        """Tell the database that these tables took many rows, so that it plans what comes next by them."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class _EngineStore:
    """What both kinds share: transactions whose faults are told in words."""

    def __init__(self, engine: Engine, place: str, read_only: str) -> None:
        self.engine = engine
        self.place = place
        self.read_only = read_only

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with."""
        with explained(self.place), self.engine.connect() as conn:
            yield conn

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one connection that may write now."""
        if self.read_only:
            raise LedgerReadOnlyError(self.read_only)
        engine = self.engine.execution_options(sop_writes=True)
        with explained(self.place), engine.begin() as conn:
            self._lock(conn)
            yield conn

    def _lock(self, conn: Connection) -> None:
        """Wait until no other writer is there."""

    def has_grown(self, conn: Connection, *tables: Table) -> None:
        """Do nothing: SQLite takes the index that is there, however many rows."""

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


class SqliteStore(_EngineStore):
    """A ledger in a file.

    The journal is a rollback journal, not a write-ahead log: at rest the ledger is one file, so that who
    copies it beside the workbook copies all of it. Writes are flushed to the disk before they count.
    """

    def __init__(self, path: Path, *, read_only: str = "", wait: float = WAIT_S) -> None:
        """Take the file at `path`, which is there; `wait` is how long another writer is waited for, in seconds."""
        mode = "ro" if read_only else "rw"
        uri = f"file:{quote(str(path))}?mode={mode}"

        def connect() -> sqlite3.Connection:
            conn = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)
            conn.execute("PRAGMA foreign_keys = ON")
            conn.execute("PRAGMA synchronous = EXTRA")
            conn.execute("PRAGMA temp_store = MEMORY")
            conn.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            return conn

        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
        event.listen(engine, "begin", _begin_sqlite)
        super().__init__(engine, f"'{path.name}'", read_only)
        self.path = path

    def load(self, conn: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Put many rows into `table` with one prepared statement."""
        marks = ", ".join("?" for _ in table.columns)
        if rows:
            conn.exec_driver_sql(f"INSERT INTO {table.name} VALUES ({marks})", [tuple(row) for row in rows])


def _begin_sqlite(conn: Connection) -> None:
    writes = conn.get_execution_options().get("sop_writes")
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class PostgresStore(_EngineStore):
    """A ledger in a PostgreSQL database, in a schema of its own: one database serves many workbooks."""

    def __init__(self, url: str, guid: str, *, read_only: str = "", wait: float = WAIT_S) -> None:
        """Connect to `url`; `wait` is how long another writer is waited for, in seconds.

        Raises:
            LedgerError: the driver is not installed, the address cannot be read or nobody answers there.
        """
        try:
            address = make_url(url).set(drivername="postgresql+psycopg")
            engine = create_engine(address, pool_size=1, max_overflow=4)
        except ArgumentError as fault:
            raise LedgerError(
                "The setting ledger_url is no address. Write it like postgresql://user@server/database."
            ) from fault
        except ImportError as fault:
            raise LedgerError(
                "The ledger is in PostgreSQL, whose driver is missing. Install sop-xl[postgres]."
            ) from fault
        self.url = url
        self.schema = schema_of(guid)
        self._wait = wait
        event.listen(engine, "connect", self._prepare)
        super().__init__(engine, f"'{address.database}' on {address.host or 'this machine'}", read_only)

    def _prepare(self, connection: Any, _record: object) -> None:
        """Point a new connection at the workbook's schema; what it sets must outlive a rollback."""
        with connection.cursor() as cursor:
            cursor.execute(f'SET search_path = "{self.schema}"')
            cursor.execute(f"SET lock_timeout = {int(self._wait * 1000)}")
            for setting, value in PLANNER.items():
                cursor.execute(f"SET {setting} = {value}")
            if self.read_only:
                cursor.execute("SET default_transaction_read_only = on")
        connection.commit()

    def _lock(self, conn: Connection) -> None:
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.schema,))

    def load(self, conn: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Put many rows into `table` by COPY."""
        cursor = conn.connection.cursor()
        with cursor.copy(f"COPY {table.name} FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
        self.has_grown(conn, table)

    def has_grown(self, conn: Connection, *tables: Table) -> None:
        """Count the tables anew now: PostgreSQL itself does so in its own time, and plans by old counts till then."""
        for table in tables:
            conn.exec_driver_sql(f"ANALYZE {table.name}")


def schema_of(guid: str) -> str:
    """Return the name of the schema that holds the ledger of that workbook."""
    return "sop_" + "".join(letter for letter in guid.lower() if letter.isalnum())
