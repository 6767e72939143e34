"""Which workbook this is, wherever it was moved to."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def workbook_identity(path: Path) -> str:
    """Return the identity that a workbook carries; its file name where it has none, or cannot be read."""
    from sop_xl.template.package import CUSTOM_PART, pack, read_guid

    try:
        with zipfile.ZipFile(path) as package:
            parts = {CUSTOM_PART: package.read(CUSTOM_PART)} if CUSTOM_PART in package.namelist() else {}
    except (OSError, zipfile.BadZipFile):
        return path.name
    return read_guid(pack(parts)) or path.name
