"""Backups of a ledger file: one after each commit, the last good ones kept, the newest good one restored.

They stand in the folder `.sop_backup` beside the ledger, numbered in order, as those of workbooks do.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from sop_xl.adapters.package.atomic import BACKUP_FOLDER, BACKUPS, backups

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEMPORARY = ".ledger-tmp"
KEPT_BYTES = 1_000_000_000
FEWEST = 2


def copy(source: Path, target: Path) -> None:
    """Write a whole copy of the ledger `source`, as last committed, to `target`, and flush it to the disk.

    Raises:
        sqlite3.Error, OSError: it could not be done; `target` may be there in part.
    """
    target.unlink(missing_ok=True)
    with closing(_opened(source)) as old, closing(sqlite3.connect(target)) as new:
        new.execute("PRAGMA journal_mode = OFF")
        old.backup(new)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def is_sound(path: Path) -> bool:
    """Whether the file is a database whose pages fit together."""
    try:
        with closing(_opened(path)) as conn:
            return conn.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def back_up(path: Path, step: Callable[[str], None]) -> str:
    """Keep the ledger as it is now; older backups go only once this one is whole on the disk.

    Returns:
        Blank; or what went wrong, as a sentence. The ledger itself is not concerned then.
    """
    folder = path.parent / BACKUP_FOLDER
    temporary = folder / f"{path.stem} next{path.suffix}{TEMPORARY}"
    try:
        folder.mkdir(exist_ok=True)
        step("backup copy")
        copy(path, temporary)
        if not is_sound(temporary):
            return f"The ledger '{path.name}' is damaged; the backups before it are kept."
        old = backups(path)
        number = int(old[-1].stem[-6:]) + 1 if old else 1
        step("backup replace")
        newest = folder / f"{path.stem} {number:06d}{path.suffix}"
        temporary.replace(newest)
        step("backup rotate")
        _rotate([*old, newest])
    except (OSError, sqlite3.Error) as fault:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        return f"The ledger '{path.name}' could not be backed up ({fault}). What was committed stands."
    return ""


def _rotate(kept: list[Path]) -> None:
    """Delete the oldest backups, as many as are too many or too large together."""
    size = kept[-1].stat().st_size
    room = max(FEWEST, min(BACKUPS, KEPT_BYTES // max(size, 1)))
    for surplus in kept[:-room]:
        surplus.unlink(missing_ok=True)


def sweep(path: Path) -> None:
    """Delete copies that were not finished."""
    for folder in (path.parent, path.parent / BACKUP_FOLDER):
        for file in folder.glob(f"*{TEMPORARY}") if folder.is_dir() else ():
            if file.name.startswith((f"{path.stem} ", f"{path.name}")):
                with suppress(OSError):
                    file.unlink()


def set_aside(path: Path) -> Path:
    """Move a damaged ledger, and its journal, out of the way; return where it is now."""
    number = 1
    while (aside := path.with_name(f"{path.stem} damaged {number}{path.suffix}")).exists():
        number += 1
    journal = path.with_name(path.name + "-journal")
    path.rename(aside)
    if journal.exists():
        journal.rename(aside.with_name(aside.name + "-journal"))
    return aside
