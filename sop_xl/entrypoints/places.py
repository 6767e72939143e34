"""Who is at work, and where on this computer the ledger of a workbook may be."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sop_xl.adapters.ledger.places import LedgerPlaces

MOUNTS = Path("/proc/mounts")


def user_name() -> str:
    """Return the name of the user of this computer; blank where it is not known."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""


def ledger_places(workbook: str) -> LedgerPlaces:
    """Return where the ledger of a workbook may be; `workbook` is its whole path, or its address in a cloud."""
    from sop_xl.adapters.ledger.place import Surroundings
    from sop_xl.adapters.ledger.places import LedgerPlaces
    from sop_xl.template.package import GUID_PROPERTY

    mounts = ""
    with suppress(OSError):
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    return LedgerPlaces(workbook, Surroundings.of(os.environ, sys.platform, mounts), GUID_PROPERTY)
