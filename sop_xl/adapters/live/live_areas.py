"""Named areas of an open workbook that are no tables: read and written in one block each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.actuals.raw import RawPaste, squared
from sop_xl.adapters.gate import clean
from sop_xl.adapters.live.blocks import range_of, read_formulas, read_values, write
from sop_xl.adapters.live.live_cells import LiveCell
from sop_xl.adapters.live.number_formats import entries_as_they_were, fit_formats
from sop_xl.adapters.package.ranges import Rect
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xlwings as xw

    from sop_xl.adapters.live.journal import Journal
    from sop_xl.domain.cells import CellInput, Row


class LiveArea:
    """A named area as it stands now.

    Attributes:
        on: the sheet it stands on.
        area: its cells, as many rows as the sheet uses.
    """

    def __init__(self, book: xw.Book, name: str) -> None:
        """Look where the area stands.

        Raises:
            WorkbookError: the workbook has no such name.
        """
        if name not in book.names:
            raise WorkbookError(
                f"{book.name} has no area '{name}': the sheet was deleted or is of an older version. Close the "
                "workbook and run: sop-xl upgrade FILE.xlsm"
            )
        cells = book.names[name].refers_to_range
        self.on = cells.sheet
        self._limit = cells.row + cells.rows.count - 1
        used = self.on.used_range
        last = min(self._limit, max(cells.row, used.row + used.rows.count - 1))
        self.area = Rect(cells.row, cells.column, last, cells.column + cells.columns.count - 1)

    def values(self) -> list[Row]:
        """Return its cells down to the last row that holds something."""
        rows = read_values(range_of(self.on, self.area))
        while rows and all(value is None for value in rows[-1]):
            rows.pop()
        return rows

    def paste(self, source: str) -> RawPaste:
        """Return what is in it as a paste, with formulas and hidden rows told."""
        rows = squared(self.values())
        if not rows:
            return RawPaste([], source, self.on.name, self.area.top, self.area.left)
        block = Rect(self.area.top, self.area.left, self.area.top + len(rows) - 1, self.area.left + len(rows[0]) - 1)
        texts = read_formulas(range_of(self.on, block))
        formulas = frozenset(
            (r, c)
            for r, line in enumerate(texts)
            for c, text in enumerate(line)
            if text.startswith("=") and rows[r][c] != text
        )
        hidden = frozenset(row - block.top for row in _hidden(self.on, block.top, block.bottom))
        return RawPaste(rows, source, self.on.name, block.top, block.left, formulas=formulas, hidden=hidden)

    def write(self, rows: Sequence[Sequence[CellInput]], journal: Journal) -> None:
        """Make `rows` all there is in it, in one block; cells get number formats that keep the values."""
        width = self.area.right - self.area.left + 1
        height = max(len(rows), self.area.bottom - self.area.top + 1)
        block = Rect(self.area.top, self.area.left, self.area.top + height - 1, self.area.right)
        old = [[LiveCell(block.top + i, value) for value in row] for i, row in enumerate(self._read(block))]
        blank: Sequence[CellInput] = [None] * width
        new = [
            [LiveCell(block.top + i, clean(value)) for value in [*(rows[i] if i < len(rows) else ()), *blank][:width]]  # type: ignore[arg-type]
            for i in range(height)
        ]
        changed = [i for i in range(height) if any(not a.is_like(b) for a, b in zip(old[i], new[i], strict=True))]
        if not changed:
            return
        first, last = changed[0], changed[-1]
        part = Rect(block.top + first, block.left, block.top + last, block.right)
        old, new = old[first : last + 1], new[first : last + 1]
        before = entries_as_they_were(self.on, part, old)
        fit_formats(self.on, part, new, journal)
        journal.do(
            lambda: write(range_of(self.on, part), [[cell.entry for cell in row] for row in new]),
            lambda: write(range_of(self.on, part), before),
        )

    def _read(self, block: Rect) -> list[Row]:
        return read_values(range_of(self.on, block))


def _hidden(sheet: xw.Sheet, top: int, bottom: int) -> Iterator[int]:
    """Yield the hidden rows; Excel tells of a block whether all, none or some are, so blocks are halved."""
    found = sheet.range((top, 1), (bottom, 1)).rows.hidden
    if found is None and top < bottom:
        middle = (top + bottom) // 2
        yield from _hidden(sheet, top, middle)
        yield from _hidden(sheet, middle + 1, bottom)
    elif found:
        yield from range(top, bottom + 1)
