"""A folder that vanishes while a workbook is saved (T12), and a path that Excel cannot open (T13)."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.package import rescue
from sop_xl.domain.errors import WorkbookError
from sop_xl.domain.paths import LONGEST
from sop_xl.entrypoints import places, resume_cli
from tests.adapters.cases import PLAN, by_xlsxwriter
from tests.adapters.test_atomic import NEW, OLD, rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A network drive with a workbook on it."""
    (tmp_path / "share").mkdir()
    return by_xlsxwriter(tmp_path / "share" / "plan.xlsx", plan=OLD)


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder."""
    monkeypatch.setattr(places, "rescue_folder", lambda: tmp_path / "own")
    monkeypatch.setattr(resume_cli, "rescue_folder", lambda: tmp_path / "own")
    return tmp_path / "own"


def cut_off(share: Path, local: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: int) -> str:
    """Save a change while the drive goes away at a step; return the message."""
    workbook = FileWorkbook(share, local)
    workbook.write_cells(PLAN, NEW)
    away, real = share.parent.with_name("away"), getattr(os, step)

    def vanish(*args: Any, **options: Any) -> Any:
        if str(local) in str(args[0]):
            return real(*args, **options)
        if share.parent.exists():
            share.parent.rename(away)
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, step, vanish)
    with pytest.raises(WorkbookError) as raised:
        workbook.commit()
    monkeypatch.setattr(os, step, real)
    if away.exists():
        away.rename(share.parent)
    return str(raised.value)


@pytest.mark.parametrize("fault", [errno.ENOENT, errno.EIO, errno.ESTALE, errno.EHOSTDOWN])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_save_is_kept_where_its_folder_vanishes_and_can_be_resumed(
    share: Path,
    local: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    step: str,
    fault: int,
) -> None:
    message = cut_off(share, local, monkeypatch, step, fault)
    kept = rescue.find(local, share)
    assert kept is not None
    assert f"went away while plan.xlsx was saved. What was to be saved is kept in {kept.copy}" in message
    assert rows(share) == OLD
    # The next start says so; nothing is done unasked.
    assert places.open_workbook(share).read_cells(PLAN).rows == OLD
    assert "sop-xl resume" in capsys.readouterr().err
    resume_cli.resume(share)
    assert rows(share) == NEW
    assert rescue.find(local, share) is None
    assert list(local.iterdir()) == []


def test_who_changed_the_workbook_meanwhile_is_not_overwritten(
    share: Path, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off(share, local, monkeypatch, "fsync", errno.EIO)
    other = FileWorkbook(share)
    other.write_cells(PLAN, NEW[:1])
    other.commit()
    with pytest.raises(WorkbookError, match=r"was changed by someone else since it was read.*is still in"):
        resume_cli.resume(share)
    assert rows(share) == NEW[:1]
    resume_cli.resume(share, drop=True)
    with pytest.raises(WorkbookError, match=r"nothing to resume"):
        resume_cli.resume(share)


def test_half_a_kept_save_is_none(share: Path, local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off(share, local, monkeypatch, "fsync", errno.EIO)
    kept = rescue.find(local, share)
    assert kept is not None
    kept.copy.write_bytes(kept.copy.read_bytes()[:-1])
    assert rescue.find(local, share) is None


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_or_a_lock_is_no_vanished_folder(
    share: Path, local: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    cut_off(share, local, monkeypatch, "fsync", fault)
    assert rescue.find(local, share) is None


def test_where_nothing_can_be_kept_either_the_first_fault_is_told(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    message = cut_off(share, tmp_path / "file" / "own", monkeypatch, "fsync", errno.EIO)
    assert "could not be saved" in message


def test_a_path_that_excel_cannot_open_is_refused_before_anything(tmp_path: Path, share: Path) -> None:
    deep = tmp_path
    while len(str(deep)) < 200:
        deep /= "folder"
    deep.mkdir(parents=True)
    longest = deep / ("x" * (LONGEST - len(str(deep)) - 6) + ".xlsx")
    content = share.read_bytes()
    FileWorkbook.create(longest, content)
    with pytest.raises(WorkbookError, match=r"has 219 characters, and Excel opens 218 at most"):
        FileWorkbook.create(longest.with_name("x" + longest.name), content)
    assert [file.name for file in deep.iterdir() if file.is_file()] == [longest.name]
