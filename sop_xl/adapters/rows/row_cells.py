"""The cells of one row of a table: what Python writes, and what the row had that stays with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic

from sop_xl.adapters.gate import clean, is_blank
from sop_xl.adapters.package.formula import has_relative_rows, shifted
from sop_xl.adapters.package.table_xml import header_key
from sop_xl.adapters.row_keys import key_text
from sop_xl.adapters.rows.sheet_cells import Cell, SheetCells
from sop_xl.domain.cells import Formula, column_letters
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.adapters.row_keys import OrphanCell
    from sop_xl.adapters.rows.kept_rows import KeptRow, KeptRows
    from sop_xl.adapters.rows.layout import Layout
    from sop_xl.domain.cells import CellInput


class RowCells(Generic[Cell]):
    """Makes the cells of a table's new rows.

    Attributes:
        formulas: cells, by row and column, that got a formula with its result from Python.
        replaced: formulas of the user's that a value took the place of.
    """

    def __init__(self, layout: Layout, kept: KeptRows[Cell]) -> None:
        """Take the table's layout, and what its old rows keep."""
        self.formulas: set[tuple[int, int]] = set()
        self.replaced: list[OrphanCell] = []
        self._layout = layout
        self._kept = kept
        self._sheet: SheetCells[Cell] = kept.sheet
        self._fills = {column: _fill(layout, kept.sheet, column) for column in layout.own}
        self._columns = range(layout.xml.ref.left, layout.xml.ref.right + 1)
        self._sources: dict[int, int] = {}

    def match(self, headers: Sequence[CellInput], rows: Sequence[Sequence[CellInput]]) -> None:
        """Find each header among those of the Excel table.

        Raises:
            WorkbookError: a column with values has no place there.
        """
        xml = self._layout.xml
        for index, header in enumerate(headers):
            column = xml.columns.get(header_key(str(header)))
            if column is not None:
                self._sources[column] = index
            elif not all(is_blank(row[index]) for row in rows):
                raise WorkbookError(
                    f"Sheet '{xml.sheet}': table '{xml.name}' has no column '{header}'. "
                    "Put the column back, or start from the template."
                )

    def value(self, values: Sequence[CellInput], column: int | None) -> CellInput:
        """Return the value a row has for a column of the sheet."""
        return values[self._sources[column]] if column in self._sources else None

    def key(self, values: Sequence[CellInput]) -> str:
        """Return a row's key as text."""
        return key_text(self._layout.kinds, [clean(self.value(values, column)) for column in self._layout.keys])

    def cells(
        self, number: int, values: Sequence[CellInput], styles: Mapping[int, str], kept: KeptRow[Cell] | None
    ) -> dict[int, Cell]:
        """Return a row's cells by column, in order; `kept` is what the row had before.

        Raises:
            ValueError: a value that no cell can hold.
        """
        cells = {}
        for column in self._columns:
            source, style = self._sources.get(column), styles[column]
            if source is None:
                cells[column] = self._own_cell(number, column, style, kept)
            elif kept is None:
                cells[column] = self._new_cell(number, column, style, values[source])
            else:
                cells[column] = self._changed_cell(number, column, style, values[source], kept)
        return cells

    def _new_cell(self, number: int, column: int, style: str, value: CellInput) -> Cell:
        if isinstance(value, Formula):
            self.formulas.add((number, column))
        return self._sheet.made(number, column, style, value)

    def _changed_cell(self, number: int, column: int, style: str, value: CellInput, kept: KeptRow[Cell]) -> Cell:
        """Return a schema cell of a row that was there before: as it was, where its value is the same."""
        old = kept.cells.get(column)
        if old is None:
            return self._new_cell(number, column, kept.styles.get(column, style), value)
        if not isinstance(value, Formula) and _same(self._sheet.value(old), clean(value)):
            return self._sheet.moved(old, number)
        if self._sheet.formula(old) is not None:
            self.replaced.append(self._kept.orphan(kept.key, column, old))
        return self._new_cell(number, column, self._sheet.style(old), value)

    def _own_cell(self, number: int, column: int, style: str, kept: KeptRow[Cell] | None) -> Cell:
        """Return a cell of a column of the user's: the one its row had, or a new row's calculated one."""
        if kept is not None:
            old = kept.cells.get(column)
            return self._sheet.blank(number, column, style) if old is None else self._sheet.moved(old, number)
        fill = self._fills.get(column)
        if fill is None:
            return self._sheet.blank(number, column, style)
        formula, row = fill
        return self._sheet.calculated(number, column, style, shifted(formula, number - row))

    def refused(self, number: int, values: Sequence[CellInput]) -> WorkbookError:
        """Return the fault that names the first value of a row that no cell can hold."""
        xml = self._layout.xml
        for column, source in sorted(self._sources.items()):
            try:
                clean(values[source])
                self._sheet.made(number, column, "", values[source])
            except ValueError as fault:
                key = self.key([None if index == source else value for index, value in enumerate(values)])
                of_key = f" of {key}" if key else ""
                return WorkbookError(
                    f"{xml.sheet}!{column_letters(column)}{number}: {self._layout.header(column)}{of_key} "
                    f"in table '{xml.name}' {fault}. Nothing was changed."
                )
        raise AssertionError(number)


def _fill(layout: Layout, sheet: SheetCells[Cell], column: int) -> tuple[str, int] | None:
    """Return the formula that new rows get in a column of the user's, and the row it is written for."""
    body = layout.xml.body
    calculated = layout.xml.calculated[column - body.left]
    if calculated and not has_relative_rows(calculated):
        return calculated, body.top
    first, last = (_formula_at(sheet, row, column) for row in (body.top, body.bottom))
    if first is None or last is None or shifted(first, body.bottom - body.top) != last:
        return None
    return (first, body.top) if calculated or body.top < body.bottom else None


def _formula_at(sheet: SheetCells[Cell], row: int, column: int) -> str | None:
    cell = sheet.cells(row).get(column)
    return None if cell is None else sheet.formula(cell)


def _same(old: object, new: object) -> bool:
    return type(old) is type(new) and old == new
