"""Rectangles of cells and their A1 texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sop_xl.domain.cells import column_letters

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True)
class Rect:
    """A block of cells, ends included, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Rect:
        """Return the block that `A1:C5`, `$A$1:$C$5` or `A1` names; ValueError where it is none."""
        match = _AREA.fullmatch(text.strip())
        if match is None:
            msg = f"{text!r} is not a range of cells"
            raise ValueError(msg)
        left, top, right, bottom = match.groups()
        return cls(int(top), column_number(left), int(bottom or top), column_number(right or left))

    @property
    def text(self) -> str:
        """The block as `A1:C5`; one cell as `A1`."""
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def span(self) -> str:
        """The block as `A1:C5`, one cell as `A1:A1`: the form of a table's `ref`."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"

    @property
    def is_one_cell(self) -> bool:
        """Whether the block is a single cell."""
        return self.top == self.bottom and self.left == self.right

    def meets(self, other: Rect) -> bool:
        """Whether the two blocks share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def within_rows(self, last: int) -> Rect:
        """Return the part down to row `last`; its first row at least."""
        return Rect(self.top, self.left, max(self.top, min(self.bottom, last)), self.right)

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies in the block."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class Resize:
    """A table whose body got another number of rows.

    Attributes:
        sheet: name of the sheet the table stands on.
        old, new: its body before and after, without header and totals row; same top and columns.
        header: row number of its header, or of its first body row where it has none.
    """

    sheet: str
    old: Rect
    new: Rect
    header: int

    def applied(self, area: Rect) -> Rect:
        """Return `area` with its last row moved along, where it spans the old body exactly.

        With or without the table's header; in columns of the table only. Any other area is returned as it is.
        """
        spans = area.bottom == self.old.bottom and area.top in (self.old.top, self.header)
        inside = self.old.left <= area.left and area.right <= self.old.right
        return Rect(area.top, area.left, self.new.bottom, area.right) if spans and inside else area


def resized_sqref(sqref: str, resizes: list[Resize]) -> str:
    """Return the blank-separated list of areas with those that span a resized table body moved along."""
    out = []
    for text in sqref.split():
        try:
            area = Rect.parse(text)
        except ValueError:  # whole columns, such as A:A, never need to grow
            out.append(text)
            continue
        moved = area
        for resize in resizes:
            moved = resize.applied(moved)
        out.append(text if moved == area else moved.text)
    return " ".join(out)
