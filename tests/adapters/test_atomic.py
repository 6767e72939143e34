"""A save leaves the old file or the new one, whatever happens on the way."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.package import atomic
from sop_xl.domain.errors import WorkbookError
from tests.adapters.cases import JANUARY, MARCH, PLAN, PLAN_HEADER, by_xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable

OLD: list[list[Any]] = [PLAN_HEADER, ["old", JANUARY, 1.0, "x"]]
NEW: list[list[Any]] = [PLAN_HEADER, ["new", MARCH, 2.0, "y"], ["new", JANUARY, 3.0, "y"]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "S&OP #1 [50 %] 📈"
    folder.mkdir()
    return by_xlsxwriter(folder / "plan & 'budget'.xlsx", plan=OLD)


def staged(path: Path) -> FileWorkbook:
    workbook = FileWorkbook(path)
    workbook.write_cells(PLAN, NEW)
    return workbook


def rows(path: Path) -> list[list[Any]]:
    return FileWorkbook(path).read_cells(PLAN).rows


def leftovers(path: Path) -> list[str]:
    return sorted(
        file.name for folder in (path.parent, path.parent / ".sop_backup") for file in folder.glob("*.sop-tmp")
    )


def fails(fault: OSError) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise fault

    return fail


STEPS = ["fsync", "replace", "open"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("nth", [1, 2])
def test_a_fault_at_any_step_leaves_a_whole_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, nth: int, code: int
) -> None:
    workbook = staged(path)
    real = getattr(os, step)
    calls: list[Any] = []

    def broken(*args: Any, **options: Any) -> Any:
        calls.append(args)
        if len(calls) == nth:
            raise OSError(code, os.strerror(code))
        return real(*args, **options)

    monkeypatch.setattr(os, step, broken)
    with pytest.raises(WorkbookError, match=r"disk is full|in use|could not be saved"):
        workbook.commit()
    monkeypatch.undo()
    replaced = step == "open" and nth == 2  # only the folder's entry was not flushed
    assert rows(path) == (NEW if replaced else OLD)
    assert leftovers(path) == []


def test_after_a_fault_the_commit_can_be_tried_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = staged(path)
    monkeypatch.setattr(os, "replace", fails(OSError(errno.ENOSPC, "full")))
    with pytest.raises(WorkbookError, match=r"The disk is full: saving .* needs \d+ MB free"):
        workbook.commit()
    assert workbook.read_cells(PLAN).rows == OLD
    monkeypatch.undo()
    workbook.commit()
    assert rows(path) == NEW


KILL = """
    import os, sys
    from pathlib import Path
    from sop_xl.adapters.file_workbook import FileWorkbook
    from tests.adapters.cases import PLAN
    from tests.adapters.test_atomic import NEW

    step, nth, calls = sys.argv[2], int(sys.argv[3]), []
    real = getattr(os, step)

    def killed(*args, **options):
        calls.append(args)
        if len(calls) == nth:
            os.kill(os.getpid(), 9)
        return real(*args, **options)

    workbook = FileWorkbook(Path(sys.argv[1]))
    workbook.write_cells(PLAN, NEW)
    setattr(os, step, killed)
    workbook.commit()
"""


@pytest.mark.parametrize(
    ("step", "nth", "kept"),
    [
        ("fsync", 1, OLD),  # the temporary file is not yet on disk
        ("fsync", 2, OLD),  # nor the backup
        ("replace", 1, OLD),  # the backup has no name
        ("replace", 2, OLD),  # the new file has not taken its place
        ("open", 2, NEW),  # it has, and the folder is about to be flushed
    ],
)
def test_a_kill_at_any_step_leaves_a_whole_file(path: Path, step: str, nth: int, kept: list[list[Any]]) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KILL), str(path), step, str(nth)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    assert kept is NEW or leftovers(path)
    assert rows(path) == kept
    assert leftovers(path) == []


def test_a_file_that_reads_back_wrong_is_not_put_in_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook, real = staged(path), Path.read_bytes
    cut = lambda self: real(self)[: -100 if self.name.endswith(".sop-tmp") else None]  # noqa: E731
    monkeypatch.setattr(Path, "read_bytes", cut)
    with pytest.raises(WorkbookError, match="damaged"):
        workbook.commit()
    monkeypatch.undo()
    assert (rows(path), leftovers(path)) == (OLD, [])


@pytest.mark.parametrize(("lock", "program"), [("~${}", "Excel"), (".~lock.{}#", "LibreOffice")])
def test_a_file_that_is_open_is_refused_before_anything(path: Path, lock: str, program: str) -> None:
    (path.parent / lock.format(path.name)).touch()
    with pytest.raises(WorkbookError, match=f"is open in {program}. Close it"):
        staged(path)


def test_a_file_opened_between_write_and_commit_is_refused(path: Path) -> None:
    workbook = staged(path)
    lock = path.parent / f"~${path.name}"
    lock.touch()
    with pytest.raises(WorkbookError, match="is open in Excel"):
        workbook.commit()
    assert rows(path) == OLD
    lock.unlink()
    workbook.commit()
    assert rows(path) == NEW


def test_a_file_changed_meanwhile_is_refused(path: Path) -> None:
    first, second = staged(path), staged(path)
    first.commit()
    written = path.read_bytes()
    for _ in range(2):
        with pytest.raises(WorkbookError, match="was changed by someone else since it was read"):
            second.commit()
    assert path.read_bytes() == written


def test_a_file_deleted_meanwhile_is_refused(path: Path) -> None:
    workbook = staged(path)
    path.unlink()
    with pytest.raises(WorkbookError, match="was deleted since it was read"):
        workbook.commit()


def test_two_saves_at_once_are_refused(path: Path) -> None:
    workbook = staged(path)
    with atomic._locked(path), pytest.raises(WorkbookError, match="Another sop_xl is just writing"):
        workbook.commit()
    workbook.commit()
    assert rows(path) == NEW


def test_a_read_only_file_or_folder_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for readonly, message in ((path, "is read-only. Take the write protection off"), (path.parent, "The folder")):
        monkeypatch.setattr(os, "access", lambda place, _, readonly=readonly: place != readonly)
        with pytest.raises(WorkbookError, match=message):
            staged(path)


def test_a_reader_on_windows_gets_time_to_let_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook, real = staged(path), os.replace
    waits: list[float] = []
    fault = PermissionError(errno.EACCES, "sharing violation")
    fault.winerror = 32  # type: ignore[attr-defined]

    def busy(source: Any, target: Any) -> None:
        if len(waits) < 3:
            raise fault
        real(source, target)

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(time, "sleep", waits.append)
    workbook.commit()
    assert rows(path) == NEW
    assert waits == sorted(waits)
    monkeypatch.setattr(os, "replace", fails(fault))
    workbook.write_cells(PLAN, OLD)
    with pytest.raises(WorkbookError, match=r"is in use or may not be replaced. Close it"):
        workbook.commit()
    assert sum(waits) < 6


def test_old_versions_are_kept_in_order(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "BACKUPS", 3)
    workbook = FileWorkbook(path)
    assert atomic.backups(path) == []
    for k in range(5):
        workbook.write_cells(PLAN, [PLAN_HEADER, [f"version {k}", JANUARY, 1.0, "x"]])
        workbook.commit()
    kept = atomic.backups(path)
    assert [file.name for file in kept] == [f"plan & 'budget' 00000{k}.xlsx" for k in (3, 4, 5)]
    assert [FileWorkbook(file).read_cells(PLAN).rows[1][0] for file in kept] == ["version 1", "version 2", "version 3"]


def test_rights_are_kept_and_links_followed(path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("link.xlsx")
    link.symlink_to(path)
    staged(link).commit()
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert rows(path) == NEW


def test_create(path: Path) -> None:
    content = path.read_bytes()
    new = path.with_name("new plan.xlsx")
    assert FileWorkbook.create(new, content).read_cells(PLAN).rows == OLD
    assert new.read_bytes() == content
    with pytest.raises(WorkbookError, match="is already there"):
        FileWorkbook.create(new, content)
    for name in ("a:b.xlsx", "plan.xlsx.", "what?.xlsx", "plan.xlsx "):
        with pytest.raises(WorkbookError, match="is no file name for Windows"):
            FileWorkbook.create(path.with_name(name), content)
    with pytest.raises(WorkbookError, match="There is no folder"):
        FileWorkbook.create(path.parent / "gone" / "plan.xlsx", content)
    with pytest.raises(WorkbookError, match="is not a workbook"):
        FileWorkbook.create(path.with_name("text.xlsx"), b"hello")
    with pytest.raises(WorkbookError, match=r"Excel opens 218 at most"):
        FileWorkbook.create(path.with_name("a" * 300 + ".xlsx"), content)
    assert not path.with_name("text.xlsx").exists()


def test_the_zip_is_as_it_was(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        before = archive.infolist()
    staged(path).commit()
    with zipfile.ZipFile(path) as archive:
        after = archive.infolist()
    facts = [[(i.filename, i.date_time, i.compress_type, i.external_attr) for i in infos] for infos in (before, after)]
    assert facts[0] == facts[1]
