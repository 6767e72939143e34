"""Who is at work and when, and where on this computer ledger and undo records of a workbook are."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.adapters.ledger.places import LedgerPlaces
    from sop_xl.adapters.undo_store import FolderUndoStore

MOUNTS = Path("/proc/mounts")


def user_name() -> str:
    """Return the name of the user of this computer; blank where it is not known."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""


def stamp() -> dt.datetime:
    """Return the time that what is done now is stamped with, to the second."""
    return dt.datetime.now().replace(microsecond=0)


def ledger_places(workbook: str) -> LedgerPlaces:
    """Return where the ledger of a workbook may be; `workbook` is its whole path, or its address in a cloud."""
    from sop_xl.adapters.ledger.place import Surroundings
    from sop_xl.adapters.ledger.places import LedgerPlaces
    from sop_xl.template.package import GUID_PROPERTY

    mounts = ""
    with suppress(OSError):
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    return LedgerPlaces(workbook, Surroundings.of(os.environ, sys.platform, mounts), GUID_PROPERTY)


def undo_store(file: Path) -> FolderUndoStore:
    """Return what keeps the cells that runs on a closed workbook change."""
    from sop_xl.adapters.undo_store import FolderUndoStore
    from sop_xl.entrypoints.identity import workbook_identity
    from sop_xl.entrypoints.machine import Machine

    path = file.resolve()
    return FolderUndoStore(Machine.here().undo_folders(str(path)), workbook_identity(path))


def rescue_folder() -> Path:
    """Return where saves are kept whose folder vanished."""
    from sop_xl.entrypoints.machine import Machine

    return Machine.here().data / "rescued"


def open_workbook(file: Path) -> FileWorkbook:
    """Open a closed workbook; a save of it that was cut off by a vanished folder is told on stderr."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.adapters.package import rescue

    folder, path = rescue_folder(), file.resolve()
    if kept := rescue.find(folder, path):
        print(
            f"The last save of {path.name} was cut off when its folder went away; what was to be saved is in "
            f"{kept.copy}. To put it in place: sop-xl resume {file}; to forget it: sop-xl resume --drop {file}",
            file=sys.stderr,
        )
    return FileWorkbook(path, folder)
