"""Number formats, and what they make of the numbers in cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.calc_engine.uno_bridge import struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.calc_engine.inside import Inside

DATE_OR_TIME, TEXT, LOGICAL = 2 | 4, 256, 1024
GENERAL, DATED, BOOLEAN = "General", "YYYY-MM-DD", "BOOLEAN"


@dataclass(frozen=True)
class Shown:
    """What a number format shows.

    Attributes:
        code: the format, as Excel spells it.
        is_date, is_text, is_logical, is_general: what becomes of the cell's value.
    """

    code: str
    is_date: bool = False
    is_text: bool = False
    is_logical: bool = False
    is_general: bool = False


class Formats:
    """The number formats of one document, by code and by Calc's own key."""

    def __init__(self, document: Any, inside: Inside) -> None:
        self._formats = document.NumberFormats
        self._inside = inside
        self._locale = struct("lang.Locale", Language="en", Country="US")
        self._keys: dict[str, int] = {}
        self._shown: dict[int, Shown] = {}

    def key(self, code: str) -> int:
        """Return Calc's key of a format code."""
        if code not in self._keys:
            key = self._formats.queryKey(code, self._locale, False)
            self._keys[code] = key if key != -1 else self._formats.addNew(code, self._locale)
        return self._keys[code]

    def shown(self, key: int) -> Shown:
        """Return what the format of that key shows."""
        if key not in self._shown:
            found = self._formats.getByKey(key)
            code, kind = str(found.FormatString), int(found.Type)
            duration = code.upper().startswith(("[H", "[M", "[S"))
            is_logical = bool(kind & LOGICAL)
            is_general = code in (GENERAL, "Standard") or is_logical
            self._shown[key] = Shown(
                GENERAL if is_general else code,
                is_date=bool(kind & DATE_OR_TIME) and not duration,
                is_text=bool(kind & TEXT),
                is_logical=is_logical,
                is_general=is_general,
            )
        return self._shown[key]

    def areas(self, block: Any, top: int, left: int) -> Iterator[tuple[Shown, int, int, int, int]]:
        """Yield the blocks of one look in `block`: what they show, and first and last row and column.

        Rows and columns are counted from 0 at row `top` and column `left` of the sheet, counted from 0 too.
        """
        for key, areas in self._inside.looks(block):
            shown = self.shown(key)
            for area in areas:
                yield (shown, area.StartRow - top, area.EndRow - top, area.StartColumn - left, area.EndColumn - left)
