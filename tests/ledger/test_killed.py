"""Killed before any step of a write, the ledger holds the old state or the new one, and can go on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sop_xl.adapters.ledger.opening import open_file, open_url
from sop_xl.domain.ledger_errors import AlreadyCommittedError
from sop_xl.domain.ledger_log import KeptKind
from tests.ledger.cases import BOLT, GEAR, NUT, plain
from tests.ledger.killed import SECOND
from tests.support.postgres import server_url

if TYPE_CHECKING:
    from sop_xl.adapters.ledger.ledger import SqlLedger

ROOT = Path(__file__).parent.parent.parent
OLD = {BOLT: (10.0, 100.0, "1"), NUT: (5.0, 50.0, "1")}
NEW = {"commit": {BOLT: (12.0, 120.0, "2"), NUT: (5.0, 50.0, "1"), GEAR: (7.0, 70.0, "2")}, "undo": {}, "log": OLD}
AFTER = ("committed", "backup copy", "backup replace", "backup rotate")
"""Steps that come after the commit: the new state stands then."""


def killed(kind: str, place: str, action: str) -> list[tuple[str, str]]:
    command = [sys.executable, "-m", "tests.ledger.killed", kind, place, action]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [(step, name) for step, _, name in (line.partition("\t") for line in done.stdout.splitlines())]


def reopened(kind: str, name: str) -> tuple[SqlLedger, list[str]]:
    if kind == "sqlite":
        return open_file(Path(name))
    found = open_url(kind, name)
    assert found
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The kind of database, and where its ledgers go."""
    return ("sqlite", str(tmp_path)) if request.param == "sqlite" else (server_url(), tmp_path.name)


@pytest.mark.parametrize("action", ["commit", "undo", "log"])
def test_old_or_new_at_every_step(where: tuple[str, str], action: str) -> None:
    outcomes = killed(*where, action)
    assert len(outcomes) >= 4
    for step, name in outcomes:
        ledger, notices = reopened(where[0], name)
        is_new = step in AFTER
        assert plain(ledger.facts()) == (NEW[action] if is_new else OLD), step
        assert notices == []
        ledger.verify()
        if action == "log":
            frozen = ledger.kept(KeptKind.SNAPSHOT, "2026-11", "forecast")
            assert (frozen is not None) == (len(ledger.changes()) == 1) == is_new, step
        elif action == "commit" and is_new:
            with pytest.raises(AlreadyCommittedError, match="batch 2"):
                ledger.commit(SECOND)
        elif action == "commit":
            ledger.commit(SECOND)
            assert plain(ledger.facts()) == NEW["commit"]
        ledger.close()


def test_old_or_new_at_any_moment(tmp_path: Path) -> None:
    outcomes = killed("sqlite", str(tmp_path), "moments")
    assert len(outcomes) == 12
    for _, name in outcomes:
        ledger, _ = open_file(Path(name))
        assert plain(ledger.facts()) in (OLD, NEW["commit"])
        ledger.verify()


def test_a_migration_killed_at_every_step_starts_again(tmp_path: Path) -> None:
    outcomes = killed("sqlite", str(tmp_path), "migrate")
    assert [step for step, _ in outcomes][:2] == ["migrate copy", "migrate tables"]
    for step, name in outcomes:
        path = Path(name)
        ledger, notices = open_file(path)
        assert "from version 1 to 4 of its tables; its totals agree" in notices[0], step
        assert plain(ledger.facts()) == OLD
        assert ledger.raw(1) == b"first"
        assert len(ledger.runs()) == 0
        assert [file.name for file in path.parent.glob("*tmp*")] == []


def test_what_a_kill_leaves_behind_is_swept_up(tmp_path: Path) -> None:
    outcomes = dict(killed("sqlite", str(tmp_path), "commit"))
    folder = Path(outcomes["backup replace"]).parent / ".sop_backup"
    assert len(list(folder.glob("*.ledger-tmp"))) == 1
    ledger, _ = open_file(Path(outcomes["backup replace"]))
    assert list(folder.glob("*.ledger-tmp")) == []
    ledger.undo(2, who="A. Meyer", at=SECOND.at)
    assert ledger.notices == []
