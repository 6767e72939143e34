"""Writes that are killed (SIGKILL) before each of their steps: run as a program, it leaves the ledgers behind.

    python -m tests.ledger.killed sqlite FOLDER ACTION
    python -m tests.ledger.killed URL PREFIX ACTION

It prints the steps, one a line, each with the file or the GUID of the ledger whose write was killed there.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sop_xl.adapters.ledger.ledger import SqlLedger
from sop_xl.adapters.ledger.migrations import migrate
from sop_xl.adapters.ledger.opening import create_file, create_url, open_file, open_url
from sop_xl.adapters.ledger.store import SqliteStore
from sop_xl.adapters.ledger.tables import META
from sop_xl.domain.change import Change
from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.ledger_log import KeptKind, KeptTable, LoggedChange
from tests.ledger.cases import BOLT, GEAR, LATER, NOW, NUT, forecast, paste

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.adapters.ledger.store import Store

ISSUE = Issue(Severity.WARN, "P16", "Paste", "C4", "1 empty amount.", "Tick it.")
FIRST = paste((BOLT, 10.0, 100.0), (NUT, 5.0, 50.0), raw=b"first", issues=[ISSUE])
SECOND = paste((BOLT, 12.0, 120.0), (GEAR, 7.0, 70.0), raw=b"second", issues=[ISSUE], source="second.csv")


def commit(ledger: SqlLedger) -> None:
    """Commit the second batch."""
    ledger.commit(SECOND)


def undo(ledger: SqlLedger) -> None:
    """Take the first batch back."""
    ledger.undo(1, who="A. Meyer", at=LATER)


def log(ledger: SqlLedger) -> None:
    """Log changes and freeze a table."""
    change = LoggedChange(Change("items", "00123", "family", "A", "B"), "R0001", NOW, "A. Meyer", "typed", "user")
    table = KeptTable(KeptKind.SNAPSHOT, "2026-11", "forecast", forecast(1.0), "R0001", NOW, "A. Meyer")
    ledger.log(changes=[change], tables=[table])


ACTIONS: dict[str, Callable[[SqlLedger], None]] = {"commit": commit, "undo": undo, "log": log}


def old_file(path: Path) -> None:
    """Make a ledger file of version 1, with the first batch in it."""
    path.touch()
    old_ledger(SqliteStore(path))


def old_ledger(store: Store) -> None:
    """Fill a database with a ledger of version 1, with the first batch in it."""
    with store.writing() as conn:
        migrate(conn, to=1)
        conn.execute(META.insert(), [{"name": "guid", "value": "guid"}, {"name": "workbooks", "value": "[]"}])
    SqlLedger(store).commit(FIRST)


class Ledgers:
    """Ledgers of one kind of database, each made with the first batch in it."""

    def __init__(self, kind: str, place: str) -> None:
        self._kind = kind
        self._place = place

    def make(self, number: int, action: str) -> str:
        """Make one; return its file or GUID."""
        if self._kind != "sqlite":
            guid = f"{self._place}-{action}-{number}"
            made = create_url(self._kind, guid, "plan.xlsm")
            made.commit(FIRST)
            made.close()
            return guid
        folder = Path(self._place) / f"{action}-{number}"
        folder.mkdir(parents=True)
        path = folder / "plan.sopledger"
        if action == "migrate":
            old_file(path)
        else:
            create_file(path, "guid", "plan.xlsm").commit(FIRST)
        return str(path)

    def act(self, name: str, action: str, step: Callable[[str], None]) -> None:
        """Open the ledger and do the action, calling `step` before each of its steps."""
        if self._kind == "sqlite":
            ledger, _ = open_file(Path(name), step=step)
        else:
            found = open_url(self._kind, name, step=step)
            assert found
            ledger = found[0]
        if action != "migrate":
            ACTIONS[action](ledger)


def steps_of(ledgers: Ledgers, action: str) -> list[str]:
    """Return the steps of an action, by doing it."""
    steps: list[str] = []
    ledgers.act(ledgers.make(0, action), action, steps.append)
    return steps


def kill_at_each_step(ledgers: Ledgers, action: str) -> None:
    """Kill the action before each of its steps, each time in a process and a ledger of its own."""
    for number, step in enumerate(steps_of(ledgers, action), 1):
        name = ledgers.make(number, action)
        child = os.fork()
        if child == 0:
            ledgers.act(name, action, _killer(number))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"{action} was not killed at {step}"
        print(step, name, sep="\t", flush=True)


def _killer(nth: int) -> Callable[[str], None]:
    seen = []

    def step(name: str) -> None:
        seen.append(name)
        if len(seen) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def kill_at_moments(ledgers: Ledgers, count: int) -> None:
    """Kill a commit at moments spread over the time that it takes."""
    start = time.perf_counter()
    ledgers.act(ledgers.make(0, "commit"), "commit", lambda _: None)
    whole = time.perf_counter() - start
    for number in range(1, count + 1):
        name = ledgers.make(number, "commit")
        child = os.fork()
        if child == 0:
            ledgers.act(name, "commit", lambda _: None)
            os._exit(0)
        time.sleep(whole * number / count)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("moment", name, sep="\t", flush=True)


if __name__ == "__main__":
    kind, place, what = sys.argv[1:]
    if what == "moments":
        kill_at_moments(Ledgers(kind, place), 12)
    else:
        kill_at_each_step(Ledgers(kind, place), what)
