"""What belongs to a table's rows beyond what Python writes there, and follows their keys when rows move."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from sop_xl.adapters.row_keys import OrphanCell, display_text, key_text
from sop_xl.adapters.rows.sheet_cells import Cell, SheetCells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.adapters.rows.layout import Layout


@dataclass
class KeptRow(Generic[Cell]):
    """What a row of the old table had that goes with its key.

    Attributes:
        row: its row number.
        key: its key as text.
        cells: cells by column: the user's own, and those beside; all in a table of the user's.
        styles: styles, by column, where the user gave a result cell another style than its column has.
    """

    row: int
    key: str
    cells: dict[int, Cell] = field(default_factory=dict)
    styles: dict[int, str] = field(default_factory=dict)


class KeptRows(Generic[Cell]):
    """The rows of the old table, to be taken by key; what is left over is orphaned.

    Attributes:
        sheet: the cells of the table's sheet.
        moved: numbers of the old rows whose cells beside the table go with their key.
        rightmost: the last column, in or beside the table, of which cells may move.
    """

    def __init__(self, layout: Layout, sheet: SheetCells[Cell]) -> None:
        """Look through the old body; rows that hold nothing beyond the table's own are passed over at once."""
        self._layout = layout
        self.sheet = sheet
        self._arrays = sheet.arrays
        self._usual = sheet.usual_styles(layout.xml.body.top)
        self.moved: set[int] = set()
        self.rightmost = layout.xml.ref.right
        self._rows: dict[str, deque[KeptRow[Cell]]] = defaultdict(deque)
        for number in sheet.rows_with_more(layout):
            self._keep(number)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def _keep(self, number: int) -> None:
        layout, sheet = self._layout, self.sheet
        cells = sheet.cells(number)
        key = self._key(cells)
        kept: KeptRow[Cell] = KeptRow(number, key)
        for column, cell in cells.items():
            if layout.in_table(column) and (layout.is_user_owned or column not in layout.fields):
                kept.cells[column] = cell
            elif layout.is_beside(column) and key and not self.stays(number, column):
                kept.cells[column] = cell
                self.rightmost = max(self.rightmost, column)
            elif layout.in_table(column) and not layout.table.view:
                style = sheet.style(cell)
                if style != self._usual.get(column, ""):
                    kept.styles[column] = style
        if key:
            self.moved.add(number)
        if kept.cells or kept.styles:
            self._rows[key].append(kept)

    def _key(self, cells: Mapping[int, Cell]) -> str:
        values = [self.sheet.value(cells[c]) if c is not None and c in cells else None for c in self._layout.keys]
        return key_text(self._layout.kinds, values)

    def stays(self, row: int, column: int) -> bool:
        """Whether the cell is part of a block filled by one formula, which cannot be moved row by row."""
        return any(area.holds(row, column) for area in self._arrays)

    def take(self, key: str) -> KeptRow[Cell] | None:
        """Return what the next old row of that key had, once."""
        rows = self._rows.get(key)
        return rows.popleft() if rows else None

    def orphans(self) -> list[OrphanCell]:
        """Return the user's cells of the rows that nobody took, in the order they stood in."""
        left = sorted((kept for rows in self._rows.values() for kept in rows), key=lambda kept: kept.row)
        return [
            self.orphan(kept.key, column, cell)
            for kept in left
            for column, cell in sorted(kept.cells.items())
            if column not in self._layout.fields and self.sheet.has_content(cell)
        ]

    def orphan(self, key: str, column: int, cell: Cell) -> OrphanCell:
        """Return what the cell holds, for the Log."""
        formula = self.sheet.formula(cell)
        value = display_text(self.sheet.value(cell)) if formula is None else f"={formula}"
        return OrphanCell(key, self._layout.header(column), value)
