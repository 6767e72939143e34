"""Stopped at any step, a workbook and its ledger are the old ones or the new ones, and the next start says so.

What stands on the disk is looked at before every step that makes something lasting: what a kill there leaves.
Faults T01 to T05, T07, T09, T17 and T19 of the catalogue, through the whole of each use case; the ledger's own,
T10, T11, T16, T18 and T20 to T23, are in tests/ledger and tests/services/test_ledger_sync.py.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.ledger.opening import open_file
from sop_xl.adapters.solver import HighsSolver
from sop_xl.adapters.undo_store import FolderUndoStore
from sop_xl.domain.errors import WorkbookError
from sop_xl.services.close import close_month
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import remembering, remembering_if_possible
from sop_xl.services.paste import Wish, commit_paste
from sop_xl.services.run import run_cycle
from sop_xl.services.undo import history, undo_last
from tests.e2e.books import frames_of, planned_folder
from tests.e2e.command import sop
from tests.services.pastes import ROWS, csv, places

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
NOW = dt.datetime(2027, 1, 5, 9, 30)
USER = User("A. Meyer", NOW)


@dataclass
class Company:
    """The company's workbook in a folder, and what may be done with it."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "plan.xlsm"

    @property
    def undo(self) -> FolderUndoStore:
        return FolderUndoStore([self.folder / ".sop_undo"], "plan")

    def run(self, step: Callable[[str], None] = str) -> None:
        workbook = FileWorkbook(self.path)
        with remembering_if_possible(workbook, places(self.folder, step=step), USER) as (memory, _):
            run_cycle(workbook, steps=["kpi"], solver=HighsSolver(), now=NOW, undo=self.undo, memory=memory)

    def commit(self, step: Callable[[str], None] = str) -> None:
        workbook = FileWorkbook(self.path)
        with remembering(workbook, places(self.folder, step=step), USER, begin=False) as memory:
            commit_paste(workbook, memory, csv(*ROWS), Wish(reason="few rows"))

    def take_back(self, step: Callable[[str], None] = str) -> None:
        undo_last(FileWorkbook(self.path), self.undo, NOW, places(self.folder, step=step), "A. Meyer")

    def close(self, step: Callable[[str], None] = str) -> None:
        workbook = FileWorkbook(self.path)
        with remembering(workbook, places(self.folder, step=step), USER, begin=False) as memory:
            close_month(workbook, memory, NOW, self.undo, force=True)

    def start(self) -> list[str]:
        """Open both, as every start does; return what was said."""
        with remembering(FileWorkbook(self.path), places(self.folder), USER, begin=False) as memory:
            memory.ledger.verify()
            return memory.notices

    def state(self) -> tuple[str, tuple[str, int]]:
        """Return what workbook and ledger are on the disk now; the ledger is opened as a copy."""
        book = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return book, self._ledger_state()

    def _ledger_state(self) -> tuple[str, int]:
        copy = self.folder.parent / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for file in self.folder.glob("plan.sopledger*"):
            shutil.copy(file, copy)
        if not (copy / "plan.sopledger").exists():
            return "", 0
        ledger, notices = open_file(copy / "plan.sopledger")
        assert notices == []
        ledger.verify()
        return str(ledger.head()), len(ledger.runs())


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(Path(shutil.copytree(planned_folder(), tmp_path / "work")))


def states_of(company: Company, act: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Do something, and return what was on the disk before each of its lasting steps, and at the end."""
    found = [company.state()]

    def look(*_: object) -> None:
        found.append(company.state())

    with monkeypatch.context() as patch:
        for name in ("fsync", "replace", "rename"):
            real = getattr(os, name)
            patch.setattr(os, name, lambda *args, real=real, **more: (look(), real(*args, **more))[1])
        act(step=look)
    found.append(company.state())
    return found


@pytest.mark.parametrize("action", ["run", "commit", "close"])
def test_at_every_step_workbook_and_ledger_are_old_or_new(
    company: Company, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.start()
    found = states_of(company, getattr(company, action), monkeypatch)
    assert len(found) > 8
    books = list(dict.fromkeys(book for book, _ in found))
    ledgers = list(dict.fromkeys(ledger for _, ledger in found))
    # The old file, the new one, nothing between; a first commit first notes which batch the sheet shows.
    assert len(books) == (3 if action == "commit" else 2)
    # No batch, or first what the sheet holds and then the paste, each whole.
    assert [head.partition("-")[0] for head, _ in ledgers] == (["", "1", "2"] if action == "commit" else ["", ""])
    # The ledger is first: never is there a new workbook with an old ledger.
    assert (books[-1], ledgers[0]) not in found
    assert found[-1] == (books[-1], ledgers[-1])


def test_an_undo_is_old_or_new_at_every_step(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.commit()
    found = states_of(company, company.take_back, monkeypatch)
    assert len(dict.fromkeys(book for book, _ in found)) == 2
    assert [head.partition("-")[0] for head in dict.fromkeys(head for _, (head, _) in found)] == ["2", "3"]
    assert company.start() == []


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("run", "The ledger knows R0002 (kpi, 2027-01-05 09:30), which the log of plan.xlsm does not have"),
        ("commit", "plan.xlsm showed batch 1; the ledger goes to batch 2, 2027-01-05, by A. Meyer (january.csv)"),
        ("close", "The ledger knows R0002 (close 2027-01, 2027-01-05 09:30)"),
    ],
)
def test_the_next_start_after_a_kill_between_ledger_and_workbook_says_so(
    company: Company, action: str, said: str
) -> None:
    old = company.path.read_bytes()
    getattr(company, action)()
    company.path.write_bytes(old)  # as if the workbook had not been written any more
    assert said in company.start()[0]
    last = history(FileWorkbook(company.path), company.undo)[-1]
    assert last.steps == ("batch 2" if action == "commit" else "forecast, supply, finance, kpi")


KILLED = """
    import os, signal, sys
    from sop_xl.adapters.file_workbook import FileWorkbook
    commits, commit = [], FileWorkbook.commit
    def killed(self):
        commits.append(1)
        if len(commits) == 2:  # the first one only notes which batch the sheet shows
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self)
    FileWorkbook.commit = killed
    sys.argv = ["sop-xl", *sys.argv[1:]]
    from sop_xl.entrypoints.cli import main
    main()
"""


def test_a_commit_killed_before_the_sheet_is_finished_by_the_next_command(company: Company, tmp_path: Path) -> None:
    paste = tmp_path / "january.csv"
    paste.write_text("\n".join(["measure,item,market,period,quantity,value", *ROWS]))
    before = frames_of(company.path, "actuals")["actuals"]
    words = ["actuals", "commit", company.path, paste, "--reason", "few rows"]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), *map(str, words)], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == -9
    assert frames_of(company.path, "actuals")["actuals"].equals(before)
    again = sop(*words)
    assert again.code == 2
    assert "Already committed as batch 2" in again.err
    assert [run["steps"] for run in sop("history", company.path, "--json").json["runs"]][-1] == "batch 2"
    assert sop("undo", company.path, "--json").json["undone"] == "R0002"


def test_on_a_full_disk_nothing_is_changed_and_it_is_said(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    before = company.path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(WorkbookError, match="disk is full"):
            company.run()
    assert company.path.read_bytes() == before
    assert list(company.folder.glob("*tmp*")) == []
    company.run()
    assert company.path.read_bytes() != before


def test_a_workbook_that_is_open_elsewhere_keeps_the_commit_in_the_ledger(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sop_xl.adapters.package import atomic

    def locked(*_: object, **__: object) -> None:
        raise WorkbookError("plan.xlsm is open in Excel. Close it and try again.")

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "save", locked)
        workbook = FileWorkbook(company.path)
        with remembering(workbook, places(company.folder), USER, begin=False) as memory:
            done = commit_paste(workbook, memory, csv(*ROWS), Wish(reason="few rows"))
    assert any("the sheet Actuals could not be filled: plan.xlsm is open in Excel" in told for told in done.notices)
    company.start()
    assert [entry.steps for entry in history(FileWorkbook(company.path), company.undo)][-1] == "batch 2"


def test_a_ledger_that_cannot_be_opened_does_not_keep_the_plan_from_being_made(company: Company) -> None:
    (company.folder / "plan.sopledger").write_bytes(b"no ledger" * 1000)
    shutil.rmtree(company.folder / ".sop_backup")
    told = sop("run", company.path, "--steps", "kpi", "--json")
    assert told.code == 0
    (warning,) = [issue for issue in told.json["issues"] if issue["code"] == "no-ledger"]
    assert "is damaged, and there is no good backup" in warning["message"]
    assert told.json["run"] == "R0002"


def test_a_copy_beside_its_original_is_a_question_and_a_copied_folder_is_none(company: Company, tmp_path: Path) -> None:
    company.commit()
    shutil.copy(company.path, company.folder / "copy.xlsm")
    refused = sop("actuals", "undo", company.folder / "copy.xlsm")
    assert refused.code == 2
    assert "is a copy of" in refused.err
    forked = sop("ledger", company.folder / "copy.xlsm", "--choose", "fork", "--json").json
    assert forked["batches"] == 2
    assert sop("actuals", "undo", company.folder / "copy.xlsm").code == 0
    assert [r["number"] for r in sop("actuals", "history", company.path, "--json").json["batches"]] == [1, 2]
    shutil.copytree(company.folder, tmp_path / "whole")
    assert sop("actuals", "undo", tmp_path / "whole" / "plan.xlsm").code == 0
