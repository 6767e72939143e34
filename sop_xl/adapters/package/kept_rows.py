"""What belongs to a table's rows beyond what Python writes there, and follows their keys when rows move."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.adapters.package.ranges import MAX_COLUMN
from sop_xl.adapters.package.sheet_xml import STYLES, array_areas, column_ends, formula_of, has_content, style_of
from sop_xl.adapters.package.table_xml import header_key
from sop_xl.adapters.row_keys import OrphanCell, display_text, key_kinds, key_text
from sop_xl.domain.cells import column_letters
from sop_xl.schema.table import Owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.adapters.package.cell_values import CellReader
    from sop_xl.adapters.package.ranges import Rect
    from sop_xl.adapters.package.sheet_xml import SheetXml
    from sop_xl.adapters.package.table_xml import TableXml
    from sop_xl.schema.table import Table


class Layout:
    """The columns of a table as it stands in the workbook.

    Attributes:
        table, xml: the schema's table and the Excel table.
        schema: numbers of the columns the schema declares.
        own: numbers of the user's own columns in the Excel table.
        beside: first and last column of the cells to the right that go with the rows.
        keys: column numbers of the key fields; None where the Excel table lacks one.
        kinds: what the key fields hold.
        kind_column: number of the column that tells a view's rows apart; 0 where the table is no view.
    """

    def __init__(self, table: Table, xml: TableXml, others: Sequence[Rect]) -> None:
        """Match headers; `others` are the other tables on the sheet, which end the cells beside this one."""
        self.table = table
        self.xml = xml
        names = {header_key(column.header): column.field for column in table.columns}
        self.fields = {number: names[header] for header, number in xml.columns.items() if header in names}
        self.schema = sorted(self.fields)
        self.own = [number for number in range(xml.ref.left, xml.ref.right + 1) if number not in self.fields]
        columns = {name: number for number, name in self.fields.items()}
        self.keys = [columns.get(name) for name in table.key]
        self.kinds = key_kinds(table)
        self.kind_column = columns.get("kind", 0) if table.view else 0
        right = [other.left for other in others if other.left > xml.ref.right and _rows_meet(other, xml.ref)]
        self.beside = (xml.ref.right + 1, min(right, default=MAX_COLUMN + 1) - 1)

    @property
    def is_user_owned(self) -> bool:
        """Whether the user types the table, so that every cell of it that need not change stays."""
        return self.table.owner is Owner.USER

    def header(self, column: int) -> str:
        """Return the header of a column of the Excel table, the letters of one beside it."""
        ref = self.xml.ref
        return self.xml.headers[column - ref.left] if ref.left <= column <= ref.right else column_letters(column)

    def in_table(self, column: int) -> bool:
        """Whether the column belongs to the Excel table."""
        return self.xml.ref.left <= column <= self.xml.ref.right

    def is_beside(self, column: int) -> bool:
        """Whether cells of the column go with the rows of the table."""
        return self.beside[0] <= column <= self.beside[1]


def _rows_meet(one: Rect, other: Rect) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom


@dataclass
class KeptRow:
    """What a row of the old table had that goes with its key.

    Attributes:
        row: its row number.
        key: its key as text.
        cells: texts of cells, by column: the user's own, and those beside; all in a table of the user's.
        styles: style ids, by column, where the user gave a result cell another style than its column has.
    """

    row: int
    key: str
    cells: dict[int, str] = field(default_factory=dict)
    styles: dict[int, str] = field(default_factory=dict)


class KeptRows:
    """The rows of the old table, to be taken by key; what is left over is orphaned.

    Attributes:
        sheet: the table's sheet.
        moved: numbers of the old rows whose cells beside the table go with their key.
        rightmost: the last column, in or beside the table, of which cells may move.
    """

    def __init__(self, layout: Layout, sheet: SheetXml, reader: CellReader) -> None:
        """Look through the old body; rows that hold nothing beyond the table's own are passed over at once."""
        self._layout = layout
        self.sheet = sheet
        self._reader = reader
        body = layout.xml.body
        self._arrays = array_areas(sheet)
        self._standard = STYLES.findall(sheet.rows[body.top].cells) if body.top in sheet.rows else []
        self._first = {column: style_of(cell) for column, cell in sheet.cells(body.top).items()}
        self.moved: set[int] = set()
        self.rightmost = layout.xml.ref.right
        self._rows: dict[str, deque[KeptRow]] = defaultdict(deque)
        for number in range(body.top, body.bottom + 1):
            if number in sheet.rows and self._holds_more(sheet.rows[number].cells):
                self._keep(number)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def _holds_more(self, cells: str) -> bool:
        layout = self._layout
        if not cells:
            return False
        if layout.is_user_owned or layout.own or column_ends(cells)[1] > layout.xml.ref.right:
            return True
        return not layout.table.view and STYLES.findall(cells) != self._standard

    def _keep(self, number: int) -> None:
        layout = self._layout
        cells = self.sheet.cells(number)
        key = self._key(cells)
        kept = KeptRow(number, key)
        for column, cell in cells.items():
            if layout.in_table(column) and (layout.is_user_owned or column not in layout.fields):
                kept.cells[column] = cell
            elif layout.is_beside(column) and key and not self.stays(number, column):
                kept.cells[column] = cell
                self.rightmost = max(self.rightmost, column)
            elif layout.in_table(column) and style_of(cell) != self._first.get(column, "") and not layout.table.view:
                kept.styles[column] = style_of(cell)
        if key:
            self.moved.add(number)
        if kept.cells or kept.styles:
            self._rows[key].append(kept)

    def _key(self, cells: dict[int, str]) -> str:
        values = [self._reader.value(cells[c]) if c is not None and c in cells else None for c in self._layout.keys]
        return key_text(self._layout.kinds, values)

    def stays(self, row: int, column: int) -> bool:
        """Whether the cell is part of a block filled by one formula, which cannot be moved row by row."""
        return any(area.holds(row, column) for area in self._arrays)

    def take(self, key: str) -> KeptRow | None:
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
            if column not in self._layout.fields and has_content(cell)
        ]

    def orphan(self, key: str, column: int, cell: str) -> OrphanCell:
        """Return what the cell's text holds, for the Log."""
        formula = formula_of(cell)
        value = display_text(self._reader.value(cell)) if formula is None else f"={formula}"
        return OrphanCell(key, self._layout.header(column), value)
