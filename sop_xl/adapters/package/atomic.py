"""A file replaced as a whole: at every moment either the old one stands there or the new one.

The new content goes to a temporary file in the same folder, is flushed to disk and read back; the old
content goes to the folder `.sop_backup` beside the file, which holds the last `BACKUPS` versions, numbered
in order; only then takes the new file the old one's place. What a crash leaves behind is swept up the next
time the file is opened.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BACKUPS = 10
BACKUP_FOLDER = ".sop_backup"
_TEMPORARY = ".sop-tmp"
_SHARING_ERRORS = (5, 32, 33)
_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)


def digest(data: bytes) -> str:
    """Return what tells two contents apart."""
    return hashlib.sha256(data).hexdigest()


def check_writable(path: Path) -> None:
    """Check that the file may be replaced now.

    Raises:
        WorkbookError: a spreadsheet program has it open, or there is no right to write.
    """
    for lock, program in ((f"~${path.name}", "Excel"), (f".~lock.{path.name}#", "LibreOffice")):
        if (path.parent / lock).exists():
            raise WorkbookError(
                f"{path.name} is open in {program}. Close it and try again. "
                f"(If it is not, a crash left the file {lock}: delete that.)"
            )
    if path.exists() and not os.access(path, os.W_OK):
        raise WorkbookError(f"{path.name} is read-only. Take the write protection off, or work on a copy.")
    if not os.access(path.parent, os.W_OK):
        raise WorkbookError(f"The folder {path.parent} is read-only. Copy {path.name} to a folder you may write to.")


def save(path: Path, data: bytes, *, expected: str | None, verify: Callable[[bytes], None]) -> None:
    """Replace the file at `path` by `data`, or leave it as it is.

    Args:
        path: the file.
        data: its new content.
        expected: digest of the content it must have now; None: there is no such file yet.
        verify: checks the content as read back from disk, and raises where it is not right.

    Raises:
        WorkbookError: it could not be done; the file is what it was.
    """
    try:
        check_writable(path)
        with _locked(path):
            _check_unchanged(path, expected)
            _save(path, data, verify)
    except OSError as fault:
        raise _explained(path, data, fault) from fault


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file of ours as a whole, over an older one of its name; nobody ever sees half of it.

    Raises:
        OSError: it could not be done; an older file is what it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        _write_through(temporary, data)
        _replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _save(path: Path, data: bytes, verify: Callable[[bytes], None]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        _write_through(temporary, data)
        verify(temporary.read_bytes())
        if path.exists():
            shutil.copymode(path, temporary)
            _back_up(path)
        _replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _flush_folder(path.parent)


def _check_unchanged(path: Path, expected: str | None) -> None:
    now = digest(path.read_bytes()) if path.exists() else None
    if now != expected:
        what = "was changed by someone else" if now and expected else "was deleted" if expected else "is already there"
        raise WorkbookError(f"{path.name} {what} since it was read. Nothing was written; run again.")


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(source: Path, target: Path) -> None:
    """Move `source` over `target`; a reader that holds it on Windows gets some moments to let go."""
    for wait in _WAITS_S:
        try:
            os.replace(source, target)  # noqa: PTH105 - one call that tests can break
        except PermissionError as fault:
            if getattr(fault, "winerror", None) not in _SHARING_ERRORS:
                raise
            time.sleep(wait)
        else:
            return
    os.replace(source, target)  # noqa: PTH105


def _flush_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backups(path: Path) -> list[Path]:
    """Return the backups of the file at `path`, oldest first."""
    folder = path.parent / BACKUP_FOLDER
    pattern = re.compile(re.escape(path.stem) + r" \d{6}" + re.escape(path.suffix))
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(file for file in found if pattern.fullmatch(file.name))


def _back_up(path: Path) -> None:
    """Keep the file as it is now; older backups go only once this one is on disk."""
    old = backups(path)
    number = int(old[-1].stem[-6:]) + 1 if old else 1
    backup = path.parent / BACKUP_FOLDER / f"{path.stem} {number:06d}{path.suffix}"
    temporary = backup.with_name(backup.name + _TEMPORARY)
    try:
        _write_through(temporary, path.read_bytes())
        _replace(temporary, backup)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _flush_folder(backup.parent)
    for surplus in [*old, backup][:-BACKUPS]:
        surplus.unlink(missing_ok=True)


def sweep(path: Path) -> None:
    """Delete what a save that was cut off left beside the file."""
    places = (path.parent, path.parent / BACKUP_FOLDER)
    files = [file for folder in places if folder.is_dir() for file in folder.iterdir()]
    names = (f".{path.name}.", f"{path.stem} ")
    left = [file for file in files if file.name.endswith(_TEMPORARY) and file.name.startswith(names)]
    if not left:
        return
    with suppress(OSError, WorkbookError), _locked(path):
        for file in left:
            file.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the right to replace files in the folder; a crash gives it back by itself."""
    folder = path.parent / BACKUP_FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("wb") as file:
        try:
            _lock(file)
        except BlockingIOError as fault:
            raise WorkbookError(f"Another sop_xl is just writing in {path.parent}. Try again.") from fault
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as fault:
            raise BlockingIOError from fault

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:  # a network folder without locks: the check for changes must do
            return


def _explained(path: Path, data: bytes, fault: OSError) -> WorkbookError:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        need = 2 * len(data) // 1024 // 1024 + 1
        return WorkbookError(f"The disk is full: saving {path.name} needs {need} MB free. The file is unchanged.")
    if isinstance(fault, PermissionError):
        return WorkbookError(
            f"{path.name} is in use or may not be replaced. Close it, or work on a copy. It is unchanged."
        )
    return WorkbookError(
        f"{path.name} could not be saved ({fault}). It is unchanged; check the disk or network, then retry."
    )
