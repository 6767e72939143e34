"""A paste as captured: cells with where they stood, before anything is read into them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.domain.cells import column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.cells import Row, Value

Place = tuple[int, int]
"""Row and column of a cell in `RawPaste.rows`, from 0."""


@dataclass(frozen=True)
class RawPaste:
    """A block of cells from a sheet or a file.

    Attributes:
        rows: the values, all of one width; blank is None.
        source: the file or sheet, for messages and profiles.
        sheet: name of the sheet; "" for text files.
        top, left: row and column number of `rows[0][0]`, from 1.
        typed: whether cells had types; in a text file every number is text, which is no fault.
        formats: number formats by place, those that are not General.
        hidden: indices of rows that are hidden or filtered away.
        formulas: places of cells whose value is a formula's result.
        links: other files that the cells' formulas refer to.
        merged: merged areas by index: top, left, bottom, right.
        row_count: rows of the whole source, header and titles included; 0: as many as `rows`.
        own_columns: places of headers or marks of our own that the paste covers or cuts into.
        hidden_sheets: sheets of the file that nobody sees.
        cell_formats: how many cell formats the file has.
    """

    rows: list[Row] = field(repr=False)
    source: str = ""
    sheet: str = ""
    top: int = 1
    left: int = 1
    typed: bool = True
    formats: Mapping[Place, str] = field(default_factory=dict, repr=False)
    hidden: frozenset[int] = frozenset()
    formulas: frozenset[Place] = field(default=frozenset(), repr=False)
    links: tuple[str, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = field(default=(), repr=False)
    row_count: int = 0
    own_columns: frozenset[Place] = frozenset()
    hidden_sheets: tuple[str, ...] = ()
    cell_formats: int = 0

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    @property
    def total_rows(self) -> int:
        """Rows of the source, everything counted."""
        return self.row_count or len(self.rows)

    def address(self, row: int, column: int) -> str:
        """Return the address of a cell, such as `C14`."""
        return f"{column_letters(self.left + column)}{self.top + row}"

    def row_number(self, row: int) -> int:
        """Return the number of a row as the sheet or the file shows it."""
        return self.top + row

    def letters(self, column: int) -> str:
        """Return the letters of a column as the sheet shows them."""
        return column_letters(self.left + column)

    def digest(self) -> str:
        """Return the sha256 of the cells' types and values; where they stand does not count."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update("\x1f".join(map(_marked, row)).encode("utf-8", "surrogatepass") + b"\x1e")
        return digest.hexdigest()


def as_kept(raw: RawPaste) -> bytes:
    """Return a paste as it is kept for ever: JSON with every cell's type and value, and where it stood."""
    kept = {
        "source": raw.source,
        "sheet": raw.sheet,
        "top": raw.top,
        "left": raw.left,
        "typed": raw.typed,
        "row_count": raw.total_rows,
        "hidden": sorted(raw.hidden),
        "formulas": sorted(raw.formulas),
        "links": raw.links,
        "merged": raw.merged,
        "formats": [[*place, code] for place, code in sorted(raw.formats.items())],
        "rows": [[_marked(cell) for cell in row] for row in raw.rows],
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _marked(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"b{value}"
    if isinstance(value, int | float):
        return f"n{float(value)!r}"
    return f"d{value.isoformat()}" if isinstance(value, dt.date) else f"s{value}"


def squared(rows: list[Row]) -> list[Row]:
    """Return the rows with one width, without blank rows and columns at the end."""
    height = max((k + 1 for k, row in enumerate(rows) if any(cell is not None for cell in row)), default=0)
    kept = rows[:height]
    width = max((_filled_width(row) for row in kept), default=0)
    return [row if len(row) == width else (row + [None] * width)[:width] for row in kept]


def _filled_width(row: Row) -> int:
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return width
