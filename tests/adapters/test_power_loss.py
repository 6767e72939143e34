"""A power cut loses what was not flushed (T06), and a disk that cannot be read is named (T08)."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.ledger.opening import create_file
from sop_xl.adapters.paste_file import read_paste
from sop_xl.domain.errors import SopError, WorkbookError
from tests.adapters.cases import PLAN, by_xlsxwriter
from tests.adapters.test_atomic import NEW, OLD, rows


class Disk:
    """What a power cut would leave of each file: what was flushed last, else nothing."""

    def __init__(self, *files: Path) -> None:
        """Take files that are safely on disk."""
        self._flushed = {file.stat().st_ino: file.read_bytes() for file in files}
        self.folder_flushed = False

    def flush(self, handle: int) -> None:
        """Note that a file, or the folder, was flushed."""
        place = Path(f"/proc/self/fd/{handle}")
        self.folder_flushed = place.is_dir()
        if not self.folder_flushed:
            self._flushed[os.fstat(handle).st_ino] = place.read_bytes()

    def after_cut(self, file: Path) -> bytes:
        """Return what is left of a file."""
        return self._flushed.get(file.stat().st_ino, b"")


def test_a_power_cut_leaves_the_old_workbook_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = by_xlsxwriter(tmp_path / "plan.xlsx", plan=OLD)
    disk, fsync, replace = Disk(path), os.fsync, os.replace
    left: list[list[list[Any]]] = []

    def cut() -> None:
        copy = tmp_path / "after the cut" / "plan.xlsx"
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(disk.after_cut(path))
        left.append(rows(copy))

    def flushing(handle: int) -> None:
        fsync(handle)
        disk.flush(handle)
        cut()

    def replacing(source: Path, target: Path) -> None:
        replace(source, target)
        disk.folder_flushed = False
        cut()

    workbook = FileWorkbook(path)
    workbook.write_cells(PLAN, NEW)
    monkeypatch.setattr(os, "fsync", flushing)
    monkeypatch.setattr(os, "replace", replacing)
    workbook.commit()
    monkeypatch.undo()
    # The old one until the new one takes its place, the new one from there on; the name is flushed at last.
    assert left[0] == OLD
    assert left[-1] == NEW
    assert all(found in (OLD, NEW) for found in left)
    assert disk.folder_flushed


def test_the_ledger_flushes_each_commit(tmp_path: Path) -> None:
    ledger = create_file(tmp_path / "plan.sopledger", "guid", "plan.xlsm")
    with ledger.store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3  # extra: the folder too
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
    ledger.close()


def test_a_disk_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = by_xlsxwriter(tmp_path / "plan.xlsx", plan=OLD)

    def broken(_: Path) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "read_bytes", broken)
    with pytest.raises(WorkbookError, match=r"plan\.xlsx cannot be read: Input/output error"):
        FileWorkbook(path)
    with pytest.raises(SopError, match=r"plan\.xlsx cannot be read \(Input/output error\)"):
        read_paste(path)
