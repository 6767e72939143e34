"""The ledger: what the services ask of it, answered by one database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from sop_xl.adapters.ledger import backup, log, packs, queries
from sop_xl.adapters.ledger.commit import append, check_version
from sop_xl.adapters.ledger.digest import mismatches
from sop_xl.adapters.ledger.frames import inflated
from sop_xl.adapters.ledger.reverse import Reversal, reverse
from sop_xl.adapters.ledger.store import SqliteStore
from sop_xl.adapters.ledger.tables import BATCH_ISSUES, BATCH_RAW, CHANGES, META, RUNS
from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.ledger_errors import LedgerDamagedError, LedgerError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from sop_xl.adapters.ledger.store import Store
    from sop_xl.domain.batch import Batch, BatchRecord, DataVersion, FactKey
    from sop_xl.domain.ledger_log import KeptKind, KeptTable, LoggedChange, LoggedRun
    from sop_xl.share.form import FormRow
    from sop_xl.share.records import PackEvent, PackRecord


def no_step(_name: str) -> None:
    """Go on: tests put a hook in its place, to stop before a step that writes."""


class SqlLedger:
    """An append-only memory of actuals, runs and cycles, in SQLite or PostgreSQL.

    Every method that writes is one transaction: afterwards all of it is there, or nothing.
    """

    def __init__(self, store: Store, *, step: Callable[[str], None] = no_step) -> None:
        """Take an open database whose schema is current; `opening` opens it."""
        self.store = store
        self._step = step
        self.notices: list[str] = []
        """What the user should know of the last write though it succeeded: a backup that failed."""

    @property
    def place(self) -> str:
        """Where the ledger is, for messages."""
        return self.store.place

    @property
    def read_only(self) -> str:
        """Why it cannot be written, as a sentence; blank: it can."""
        return self.store.read_only

    @property
    def guid(self) -> str:
        """The GUID of the workbook it belongs to."""
        return self._meta("guid")

    @property
    def workbooks(self) -> tuple[str, ...]:
        """The paths of the workbooks that use it: one, unless copies were attached on purpose."""
        return tuple(json.loads(self._meta("workbooks") or "[]"))

    def attach(self, workbook: str, *, instead_of: str = "") -> None:
        """Note where a workbook of this ledger is; `instead_of` is where it was before it was moved."""
        kept = [path for path in self.workbooks if path not in (workbook, instead_of)]
        with self.store.writing() as conn:
            change = META.update().where(META.c.name == "workbooks")
            conn.execute(change.values(value=json.dumps([*kept, workbook])))

    def head(self) -> DataVersion:
        """Return the data version: the last batch."""
        with self.store.reading() as conn:
            return queries.head(conn)

    def batches(self) -> list[BatchRecord]:
        """Return all batches, oldest first."""
        with self.store.reading() as conn:
            return queries.records(conn)

    def batch(self, number: int) -> BatchRecord:
        """Return one batch.

        Raises:
            LedgerError: there is no batch of that number.
        """
        for record in self.batches():
            if record.number == number:
                return record
        raise LedgerError(f"There is no batch {number} in the ledger {self.place}.")

    def facts(self, *, as_of: int | None = None, periods: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the facts that stood after batch `as_of`, of some months, in the shape of `actuals`.

        Args:
            as_of: number of a batch, 0 for none; None: the last one.
            periods: months as `2026-10`; None: all.
        """
        with self.store.reading() as conn:
            return queries.facts_at(conn, as_of, periods)

    def history(self, key: FactKey) -> pd.DataFrame:
        """Return all that was ever recorded of one key, oldest first; columns `queries.HISTORY_FIELDS`."""
        with self.store.reading() as conn:
            return queries.history_of(conn, key)

    def find_keys(self, parts: Mapping[str, str], limit: int) -> list[FactKey]:
        """Return keys whose named parts are these, in order, `limit` at most."""
        with self.store.reading() as conn:
            return queries.find_keys(conn, parts, limit)

    def raw(self, number: int) -> bytes:
        """Return the paste of a batch as it was captured; nothing where there was none.

        Raises:
            LedgerDamagedError: it is not what was captured.
        """
        with self.store.reading() as conn:
            row = conn.execute(select(BATCH_RAW).where(BATCH_RAW.c.batch == number)).one_or_none()
        return inflated(row.content, row.sha256, f"the paste of batch {number}") if row else b""

    def issues(self, number: int) -> list[Issue]:
        """Return what the check of a batch found."""
        query = select(BATCH_ISSUES).where(BATCH_ISSUES.c.batch == number).order_by(BATCH_ISSUES.c.line)
        with self.store.reading() as conn:
            rows = conn.execute(query).all()
        return [Issue(Severity(r.severity), r.code, r.sheet, r.cell, r.message, r.cure) for r in rows]

    def commit(self, batch: Batch, *, expected: DataVersion | None = None) -> BatchRecord:
        """Append a batch.

        Args:
            batch: the batch.
            expected: the version that the batch was checked against; None: it does not matter.

        Raises:
            StaleVersionError: somebody else committed since.
            AlreadyCommittedError: the same content stands already.
            LedgerError: it could not be written. In each case the ledger is as it was.
        """
        self._step("begin")
        with self.store.writing() as conn:
            check_version(conn, expected)
            number = append(self.store, conn, batch, self._step)
            self._step("commit")
        return self._committed(number)

    def undo(
        self,
        number: int,
        *,
        who: str,
        at: dt.datetime,
        reason: str = "",
        choices: Mapping[FactKey, bool] | None = None,
        expected: DataVersion | None = None,
    ) -> BatchRecord:
        """Take a batch back by a reversing batch; taking that one back again is the redo.

        Args:
            number: the batch.
            who: who takes it back.
            at: when, by that person's clock.
            reason: why.
            choices: for keys that later batches touched: True takes back, False keeps what stands now.
            expected: the version that the user saw; None: it does not matter.

        Raises:
            ClashError: later batches touched keys for which there is no choice.
            StaleVersionError: somebody else committed since.
            LedgerError: there is nothing to take back, or it could not be written.
        """
        self._step("begin")
        with self.store.writing() as conn:
            check_version(conn, expected)
            wish = Reversal(number, who, at, reason, choices or {})
            undone = reverse(self.store, conn, wish, self._step)
            self._step("commit")
        return self._committed(undone)

    def log(
        self,
        *,
        run: LoggedRun | None = None,
        changes: Sequence[LoggedChange] = (),
        tables: Sequence[KeptTable] = (),
    ) -> None:
        """Append a run, changed cells and whole tables together.

        Raises:
            LedgerError: a frozen cycle would get other figures without a reason, or it could not be written.
        """
        self._step("begin")
        with self.store.writing() as conn:
            if run:
                log.add_run(conn, run)
            self._step("changes")
            log.add_changes(self.store, conn, changes)
            for table in tables:
                self._step("table")
                log.keep(conn, table)
            self._step("commit")
        self._after_write()

    def runs(self) -> pd.DataFrame:
        """Return all runs, oldest first."""
        with self.store.reading() as conn:
            return log.rows_of(conn, RUNS)

    def changes(self, table: str = "") -> pd.DataFrame:
        """Return all changed cells, oldest first; of one table where it is named."""
        with self.store.reading() as conn:
            return log.rows_of(conn, CHANGES, CHANGES.c.table_name == table if table else None)

    def kept(self, kind: KeptKind, cycle: str, table: str) -> pd.DataFrame | None:
        """Return the newest version of a table that was kept for a cycle, or None."""
        with self.store.reading() as conn:
            return log.kept_table(conn, kind, cycle, table)

    def kept_cycles(self, kind: KeptKind, table: str) -> list[str]:
        """Return the cycles for which a table was kept, oldest first."""
        with self.store.reading() as conn:
            return log.kept_cycles(conn, kind, table)

    def pack_secret(self) -> str:
        """Return the secret behind the seals of packs, made on its first use; it never leaves the ledger.

        Raises:
            LedgerError: there is none yet, and the ledger cannot be written.
        """
        with self.store.reading() as conn:
            found = packs.find_secret(conn)
        if found:
            return found
        with self.store.writing() as conn:
            return packs.made_secret(conn)

    def next_pack(self) -> int:
        """Return the number the next pack gets."""
        with self.store.reading() as conn:
            return packs.next_number(conn)

    def log_packs(self, made: Sequence[PackRecord] = (), *, events: Sequence[PackEvent] = ()) -> None:
        """Append packs with the rows they ask for, and what happened to packs, together.

        Raises:
            LedgerError: a pack of that id is there already, or it could not be written.
        """
        self._step("begin")
        with self.store.writing() as conn:
            packs.add_packs(self.store, conn, made)
            packs.add_events(self.store, conn, events)
            self._step("commit")
        self._after_write()

    def packs(self) -> list[PackRecord]:
        """Return all packs, oldest first, without their rows."""
        with self.store.reading() as conn:
            return packs.all_packs(conn)

    def pack_rows(self, form_id: str) -> list[FormRow]:
        """Return the rows a form asks for with their base values, in the order of its file."""
        with self.store.reading() as conn:
            return packs.rows_of(conn, form_id)

    def pack_of_code(self, code: str) -> str:
        """Return the id of the form a row's code belongs to; blank where it belongs to none."""
        with self.store.reading() as conn:
            return packs.form_of_code(conn, code)

    def pack_events(self) -> list[PackEvent]:
        """Return what happened to packs, oldest first."""
        with self.store.reading() as conn:
            return packs.all_events(conn)

    def verify(self) -> None:
        """Read everything and hold it against its hashes.

        Raises:
            LedgerDamagedError: something is not what was recorded; the message lists it.
        """
        with self.store.reading() as conn:
            found = mismatches(conn)
        if found:
            raise LedgerDamagedError(f"The ledger {self.place} is damaged: {'; '.join(found)}. Restore a backup.")

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def _meta(self, name: str) -> str:
        with self.store.reading() as conn:
            return str(conn.execute(select(META.c.value).where(META.c.name == name)).scalar() or "")

    def _committed(self, number: int) -> BatchRecord:
        self._step("committed")
        record = self.batch(number)
        self._after_write()
        return record

    def _after_write(self) -> None:
        self.notices = []
        if isinstance(self.store, SqliteStore):
            self.notices = [said for said in (backup.back_up(self.store.path, self._step),) if said]
