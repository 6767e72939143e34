"""How deep rows are grouped: what the file said, and what was set since; Calc does not tell programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.adapters.package.open_book import OpenBook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LEVEL = re.compile(r'outlineLevel="(\d+)"')


class Outlines:
    """The outline levels of one workbook's rows; 1 is not grouped."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._levels: dict[str, dict[int, int]] = {}
        self._file: OpenBook | None = None

    def note(self, sheet: str, rows: Iterable[int], level: int) -> None:
        """Remember what was set."""
        self._levels.setdefault(sheet, {}).update(dict.fromkeys(rows, level))

    def level(self, sheet: str, row: int) -> int:
        """Return the level of a row."""
        found = self._levels.get(sheet, {}).get(row)
        return self._in_file(sheet, row) if found is None else found

    def _in_file(self, sheet: str, row: int) -> int:
        if self._path is None:
            return 1
        if self._file is None:
            self._file = OpenBook(self._path.read_bytes(), self._path.name)
        match = _LEVEL.search(self._file.sheet_xml(sheet).row_attributes(row, ("outlineLevel",)))
        return int(match.group(1)) + 1 if match else 1
