"""What the words in a formula stand for: sheets, tables and defined names, down to blocks of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.package.formula import REF_ERROR, area_of, is_fixed, reads, table_and_columns
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.table_xml import header_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sop_xl.adapters.package.book_xml import DefinedName
    from sop_xl.adapters.package.formula import Token
    from sop_xl.adapters.package.table_xml import TableXml

Area = tuple[str, Rect]
"""A sheet's name, case folded, and a block of its cells."""

MAX_DEPTH = 20


class Lookup:
    """Finds the cells that a formula reads."""

    def __init__(self, sheets: Iterable[str], tables: Iterable[TableXml], names: Iterable[DefinedName]) -> None:
        """Take what the workbook has; tables as they stand now."""
        self._sheets = {sheet.casefold() for sheet in sheets}
        self._tables = {table.name.casefold(): table for table in tables}
        self._names = {(name.sheet.casefold(), name.name.casefold()): name.formula for name in names}
        self._known: dict[Token, list[Area]] = {}

    def areas(
        self, formula: str, sheet: str, row: int, shift: tuple[int, int] = (0, 0), depth: int = 0
    ) -> list[Area] | None:
        """Return the blocks `formula` reads, or None where that cannot be told from its text.

        Args:
            formula: without `=`.
            sheet: the sheet it stands on.
            row: its row, for `[#This Row]`.
            shift: rows and columns between the cell it is written for and the cell it stands in.
            depth: how many defined names led to it.
        """
        found = reads(formula)
        if found.anything or depth > MAX_DEPTH:
            return None
        out: list[Area] = []
        for token in found.areas:
            place = (token.sheet or sheet).casefold()
            if ":" in place and place not in self._sheets:
                return None
            out.append((place, area_of(token, *shift)))
        out += [area for token in found.tables for area in self._table_area(token, sheet, row)]
        for token in found.names:
            areas = self._name_areas(token, sheet, row, depth)
            if areas is None:
                return None
            out += areas
        return out

    def _table_area(self, token: Token, sheet: str, row: int) -> list[Area]:
        """Return what a structured reference means; the many that mean the same wherever they stand are kept."""
        if token in self._known:
            return self._known[token]
        name, columns, this_row = table_and_columns(token)
        tables = [self._tables.get(name.casefold())] if name else self._tables_at(sheet, row)
        found = [(t.sheet.casefold(), _columns_of(t, columns, row if this_row else 0)) for t in tables if t is not None]
        if name and not this_row:
            self._known[token] = found
        return found

    def _tables_at(self, sheet: str, row: int) -> list[TableXml | None]:
        return [
            table
            for table in self._tables.values()
            if table.sheet.casefold() == sheet.casefold() and table.ref.top <= row <= table.ref.bottom
        ]

    def _name_areas(self, token: Token, sheet: str, row: int, depth: int) -> list[Area] | None:
        name = token.text.casefold()
        if name in self._tables:
            table = self._tables[name]
            return [(table.sheet.casefold(), table.ref)]
        formula = self._names.get(((token.sheet or sheet).casefold(), name), self._names.get(("", name)))
        if formula is None or formula == REF_ERROR:
            return []
        if not is_fixed(formula):
            return None
        return self.areas(formula, token.sheet or sheet, row, depth=depth + 1)


def _columns_of(table: TableXml, columns: tuple[str, ...], row: int) -> Rect:
    ref = table.ref
    ends = [table.columns.get(header_key(column)) for column in columns]
    left, right = (ends[0] or ref.left, ends[-1] or ref.right) if ends and all(ends) else (ref.left, ref.right)
    if row and ref.top <= row <= ref.bottom:
        return Rect(row, left, row, right)
    return Rect(ref.top, left, ref.bottom, right)
