"""A program that works on a workbook open in an office which another program started, and is killed there.

Run as a module with the office's pipe and a folder; then a line of stdin for each life, as JSON: the call of the
spreadsheet at which it is killed, the workbook, and the rows to write or the button to press. It answers with the
signal that ended that life, 0 where it lived on.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlwings

from sop_xl.adapters.live.commit_file import CommitFile
from sop_xl.adapters.live_workbook import LiveWorkbook
from tests.support.calc_engine.app import AS_STARTED, ENGINE, App, Apps, Books
from tests.support.calc_engine.book import Book
from tests.support.calc_engine.calls import CALLS, Call
from tests.support.calc_engine.excel_api import AppApi
from tests.support.calc_engine.office_process import connected
from tests.support.calc_engine.uno_bridge import load_uno

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sop_xl.entrypoints.machine import Machine
    from sop_xl.schema.table import Table

    Rows = list[list[Any]]

WHEN = dt.datetime(2026, 11, 25, 14, 5)
IDENTITY = "rich"


def safety(folder: Path) -> CommitFile:
    """Return what keeps the commit of both programs."""
    return CommitFile([folder / "kept"], IDENTITY, WHEN)


class JoinedApp(App):
    """An office that another program started."""

    def __init__(self, pipe: str) -> None:
        self._apps = Apps()
        self.settings = {**AS_STARTED}
        self.desktop = connected(pipe, seconds=20)
        self.pid = 0
        self.books = Books(self)
        self.api = self.xl = AppApi(self.settings)
        self.clipboard = None

    def join(self, path: Path) -> Book:
        """Return a workbook that is open there."""
        url = load_uno().systemPathToFileUrl(str(path))
        documents = self.desktop.Components.createEnumeration()
        while documents.hasMoreElements():
            document = documents.nextElement()
            if document.getURL() == url:
                book = Book(self, document, path)
                self.books.open_ones.append(book)
                return book
        raise FileNotFoundError(path)


class SecondProgram:
    """Starts the program, and has it killed as often as one likes."""

    def __init__(self, pipe: str, folder: Path) -> None:
        command = [sys.executable, "-m", __name__, pipe, str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def killed_at(self, call: int, path: Path, tables: Mapping[str, Rows]) -> bool:
        """Let it write and be killed at a call; return whether it was, or was done before."""
        rows = {name: [[_plain(value) for value in row] for row in body] for name, body in tables.items()}
        return self._told([call, str(path), rows])

    def killed_while_writing(self, action: str, block: int, path: Path, machine: Machine) -> bool:
        """Let it do what a button does and be killed before it writes its block of that number; return whether."""
        return self._told([block, str(path), {"action": action, "home": str(machine.home)}])

    def _told(self, message: list[Any]) -> bool:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer in ("0", str(-signal.SIGKILL)), answer
        return answer != "0"

    def stop(self) -> None:
        """End it."""
        self._process.communicate(timeout=20)


def _plain(value: Any) -> Any:
    return {"d": value.isoformat()} if isinstance(value, dt.date) else value


def _main(pipe: str, folder: Path, declared: Mapping[str, Table]) -> None:
    for line in sys.stdin:
        call, path, tables = json.loads(line, object_hook=_day)
        life = os.fork()
        if not life and "action" in tables:
            _press(pipe, Path(path), tables["action"], call, Path(tables["home"]))
        elif not life:
            _live(pipe, folder, Path(path), call, {declared[name]: rows for name, rows in tables.items()})
        _, status = os.waitpid(life, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _day(value: dict[str, Any]) -> Any:
    return dt.date.fromisoformat(value["d"]) if value.keys() == {"d"} else value


def _live(pipe: str, folder: Path, path: Path, call: int, tables: Mapping[Table, Rows]) -> None:
    """Write, and be killed meanwhile or end."""
    workbook = LiveWorkbook(_joined(pipe, path), safety(folder))
    for table, rows in tables.items():
        workbook.write_cells(table, rows)
    CALLS.forget()
    CALLS.before = _killing(call)
    workbook.commit()
    os._exit(0)


def _press(pipe: str, path: Path, action: str, block: int, home: Path) -> None:
    """Do what a button does, and be killed meanwhile or end."""
    from sop_xl.entrypoints.machine import Machine
    from sop_xl.entrypoints.ribbon import run_on

    def hook(call: Call) -> None:
        if call.kind == "write" and len(CALLS.of("write")) == block:
            os.kill(os.getpid(), signal.SIGKILL)

    book = _joined(pipe, path)
    CALLS.forget()
    CALLS.before = hook
    run_on(book, action, Machine("Linux", Path("python"), "3.11", 64, home, home, home / "local", home))
    os._exit(0)


def _joined(pipe: str, path: Path) -> xlwings.Book:
    xlwings.engines.add(xlwings.Engine(impl=ENGINE))
    xlwings.engines.active = xlwings.engines[ENGINE.name]
    return xlwings.Book(impl=JoinedApp(pipe).join(path))


def _killing(number: int) -> Callable[[Call], None]:
    def hook(_call: Call) -> None:
        if len(CALLS.made) > number:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


if __name__ == "__main__":
    from tests.adapters.cases import TABLES

    _main(sys.argv[1], Path(sys.argv[2]), {table.name: table for table in TABLES})
