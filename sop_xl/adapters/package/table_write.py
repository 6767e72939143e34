"""One table's new rows placed on its sheet, among all that stands around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.adapters.package.looks import Looks, Prototype, shown
from sop_xl.adapters.package.ranges import Rect, Resize
from sop_xl.adapters.package.sheet_xml import blank, column_ends, has_content, moved, style_of, unshare
from sop_xl.adapters.package.xml_cells import XmlCells
from sop_xl.adapters.rows.kept_rows import KeptRow, KeptRows
from sop_xl.adapters.rows.row_cells import RowCells
from sop_xl.domain.cells import column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.adapters.package.cell_values import CellReader, CellWriter
    from sop_xl.adapters.package.sheet_xml import SheetXml
    from sop_xl.adapters.package.table_xml import TableXml
    from sop_xl.adapters.row_keys import OrphanCell
    from sop_xl.adapters.rows.layout import Layout
    from sop_xl.domain.cells import CellInput


@dataclass
class Written:
    """What a write did.

    Attributes:
        orphans: the user's cells that found no row, and formulas that a value took the place of.
        resize: the table's body before and after.
        touched: the cells that may have changed, the ones beside the table included.
        formulas: cells that got a formula with its result from Python.
        keep_filter: whether the table's filter still fits its rows.
    """

    orphans: list[OrphanCell]
    resize: Resize
    touched: Rect
    formulas: set[tuple[int, int]] = field(default_factory=set)
    keep_filter: bool = False


class TableWrite:
    """Places the rows of one table on its sheet, which is changed in place."""

    def __init__(
        self,
        layout: Layout,
        xml: TableXml,
        sheet: SheetXml,
        reader: CellReader,
        writer: CellWriter,
        prototypes: Mapping[str, Prototype],
    ) -> None:
        """Take the table and its layout, its sheet, what reads and writes cells, and the looks of a view's rows."""
        unshare(sheet)
        self._layout = layout
        self._xml = xml
        self._sheet = sheet
        self._old = xml.body
        self._kept = KeptRows(layout, XmlCells(sheet, reader, writer))
        self._looks = Looks(layout, sheet, prototypes)
        self._row = RowCells(layout, self._kept)
        self._keep_filter = False
        sheet.show_outline(self._looks.outline)

    def write(self, rows: Sequence[Sequence[CellInput]], others: Sequence[Rect]) -> Written:
        """Place `rows`, header first.

        Args:
            rows: the schema's headers, then the rows.
            others: where the other tables of the sheet stand.

        Raises:
            WorkbookError: no room below the table, a value no cell can hold, a column that is missing.
        """
        self._row.match(rows[0], rows[1:])
        body = rows[1:] or [[None] * len(rows[0])]
        new = Rect(self._old.top, self._old.left, self._old.top + len(body) - 1, self._old.right)
        self._check_room(new.bottom - self._old.bottom, others)
        self._keep_filter = self._layout.is_user_owned and new == self._old
        totals = self._lifted_totals()
        for number, values in enumerate(body, new.top):
            self._place(number, values)
        for number in range(new.bottom + 1, self._old.bottom + 1):
            self._clear(number)
        self._put_totals(new.bottom + 1, totals)
        return self._written(new)

    def _written(self, new: Rect) -> Written:
        xml = self._xml
        header = xml.header_row if xml.has_header else self._old.top
        return Written(
            orphans=self._row.replaced + self._kept.orphans(),
            resize=Resize(xml.sheet, self._old, new, header),
            touched=Rect(self._old.top, new.left, max(new.bottom, self._old.bottom) + 1, self._kept.rightmost),
            formulas=self._row.formulas,
            keep_filter=self._keep_filter,
        )

    def _check_room(self, growth: int, others: Sequence[Rect]) -> None:
        ref = self._xml.ref
        if growth <= 0:
            return
        needed = Rect(ref.bottom + 1, ref.left, ref.bottom + growth, ref.right)
        for other in (*others, *self._sheet.merged()):
            if other.meets(needed):
                raise self._layout.no_room(other.text, growth)
        for number in range(needed.top, needed.bottom + 1):
            for column, cell in self._sheet.cells(number).items() if number in self._sheet.rows else ():
                if needed.holds(number, column) and has_content(cell):
                    raise self._layout.no_room(f"{column_letters(column)}{number}", growth)

    def _place(self, number: int, values: Sequence[CellInput]) -> None:
        kind = self._kind(values)
        try:
            kept = self._kept.take(self._row.key(values)) if self._kept else None
            cells = self._row.cells(number, values, self._looks.styles(kind), kept)
        except ValueError as fault:
            raise self._row.refused(number, values) from fault
        fixed = self._fixed(number)
        if kept or fixed:
            cells = self._among(number, fixed, cells, kept)
        old = self._sheet.rows.get(number)
        attributes = self._looks.attributes(kind, old.attributes if old else None, keep_hidden=self._keep_filter)
        self._sheet.set_row(number, attributes, "".join(cells.values()))

    def _kind(self, values: Sequence[CellInput]) -> str:
        return str(self._row.value(values, self._layout.kind_column)) if self._layout.kind_column else ""

    def _fixed(self, number: int) -> dict[int, str]:
        """Return the cells of a row that stay where they are: those outside the table that go with no key."""
        row = self._sheet.rows.get(number)
        if row is None or not row.cells or all(self._layout.in_table(end) for end in column_ends(row.cells)):
            return {}
        goes = number in self._kept.moved
        return {
            column: cell
            for column, cell in self._sheet.cells(number).items()
            if not self._layout.in_table(column)
            and not (goes and self._layout.is_beside(column) and not self._kept.stays(number, column))
        }

    def _among(
        self, number: int, fixed: dict[int, str], cells: dict[int, str], kept: KeptRow[str] | None
    ) -> dict[int, str]:
        """Return the row's cells in order: those of the table, those that stay, those that came with the key."""
        merged = fixed | cells
        for column, cell in kept.cells.items() if kept else ():
            if self._layout.in_table(column):
                continue
            if column in fixed and has_content(fixed[column]) and has_content(cell):
                raise self._layout.no_room(f"{column_letters(column)}{number}", 1)
            merged[column] = moved(cell, number)
        return {column: merged[column] for column in sorted(merged)}

    def _clear(self, number: int) -> None:
        """Take what the table left behind off a row below its new end; a user's table leaves its formats."""
        if number not in self._sheet.rows:
            return
        cells = self._fixed(number)
        if self._layout.is_user_owned:
            old = self._sheet.cells(number)
            cells |= {c: blank(number, c, style_of(cell)) for c, cell in old.items() if self._layout.in_table(c)}
        attributes = self._sheet.rows[number].attributes if self._layout.is_user_owned else ""
        self._sheet.put(number, cells, shown(attributes))

    def _lifted_totals(self) -> dict[int, str]:
        """Take the totals row off the sheet, and return its cells."""
        row = self._old.bottom + 1
        if not self._xml.has_totals:
            return {}
        cells = self._sheet.cells(row)
        self._sheet.put(row, {column: cell for column, cell in cells.items() if not self._layout.in_table(column)})
        return {column: cell for column, cell in cells.items() if self._layout.in_table(column)}

    def _put_totals(self, row: int, totals: dict[int, str]) -> None:
        if totals:
            formulas = {column: moved(cell, row) for column, cell in totals.items()}
            self._sheet.put(row, self._sheet.cells(row) | formulas)
