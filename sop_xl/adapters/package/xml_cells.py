"""The cells of a worksheet in a file, each the text it has there, for the placing of a table's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.package.sheet_xml import STYLES, array_areas, blank, column_ends, formula_of, has_content, style_of
from sop_xl.adapters.package.sheet_xml import moved as moved_cell
from sop_xl.adapters.package.xml_text import escaped
from sop_xl.domain.cells import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.adapters.package.cell_values import CellReader, CellWriter
    from sop_xl.adapters.package.sheet_xml import SheetXml
    from sop_xl.adapters.rows.layout import Layout
    from sop_xl.domain.cells import CellInput, Value


class XmlCells:
    """The cells of a sheet's XML: see `SheetCells`. Styles are ids of the file.

    Attributes:
        arrays: the blocks filled by one formula each.
    """

    def __init__(self, sheet: SheetXml, reader: CellReader, writer: CellWriter) -> None:
        """Take a sheet with no shared formulas left, and what reads and writes its cells."""
        self._sheet = sheet
        self._reader = reader
        self._writer = writer
        self._letters: dict[int, str] = {}
        self.arrays = array_areas(sheet)

    def cells(self, row: int) -> dict[int, str]:
        """Return the cells of a row by column."""
        return self._sheet.cells(row)

    def rows_with_more(self, layout: Layout) -> Iterator[int]:
        """Yield the rows of the body with cells of the user's, beside them, or with styles unlike the first row's."""
        body, rows = layout.xml.body, self._sheet.rows
        standard = STYLES.findall(rows[body.top].cells) if body.top in rows else []
        for number in range(body.top, body.bottom + 1):
            cells = rows[number].cells if number in rows else ""
            if not cells:
                continue
            is_users = layout.is_user_owned or layout.own or column_ends(cells)[1] > layout.xml.ref.right
            if is_users or (not layout.table.view and STYLES.findall(cells) != standard):
                yield number

    def value(self, cell: str) -> Value:
        """Return what the cell holds; of a formula its result."""
        return self._reader.value(cell)

    def formula(self, cell: str) -> str | None:
        """Return the cell's formula without `=`."""
        return formula_of(cell)

    def usual_styles(self, row: int) -> dict[int, str]:
        """Return the styles of a row's cells by column."""
        return {column: self.style(cell) for column, cell in self.cells(row).items()}

    def style(self, cell: str) -> str:
        """Return the cell's style id."""
        return style_of(cell)

    def has_content(self, cell: str) -> bool:
        """Whether the cell holds a value or a formula."""
        return has_content(cell)

    def moved(self, cell: str, row: int) -> str:
        """Return the cell in another row."""
        return moved_cell(cell, row)

    def blank(self, row: int, column: int, style: str) -> str:
        """Return an empty cell; no text where it has no style."""
        return blank(row, column, style)

    def made(self, row: int, column: int, style: str, value: CellInput) -> str:
        """Return a cell with a value; ValueError where no cell can hold it."""
        return self._writer.cell(f"{self._letter(column)}{row}", style, value)

    def calculated(self, row: int, column: int, style: str, formula: str) -> str:
        """Return a cell with a formula that has no result yet."""
        shown = f' s="{style}"' if style else ""
        return f'<c r="{self._letter(column)}{row}"{shown}><f>{escaped(formula)}</f></c>'

    def _letter(self, column: int) -> str:
        if column not in self._letters:
            self._letters[column] = column_letters(column)
        return self._letters[column]
