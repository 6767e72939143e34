"""Tables: Excel's ListObjects, which Calc keeps as database ranges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.cells import Range
from tests.support.calc_engine.excel_api import TableApi
from tests.support.calc_engine.filters import AutoFilter
from tests.support.calc_engine.strict import NotAsInExcelError, check_table_name

if TYPE_CHECKING:
    from collections.abc import Iterator

HIDDEN_NAMES = "__Anonymous"
_OWN_COLUMN = re.compile(r"(?<![\w\[])(?<!\],)\[")
"""A column of the table the formula stands in; Calc reads it only with the table's name."""


class Tables(base_classes.Tables):
    """The tables of a sheet."""

    api: Any = None

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.api = sheet.book.document.DatabaseRanges

    def _tables(self) -> list[Table]:
        index = self._sheet.index - 1
        found = self._sheet.book.table_places(HIDDEN_NAMES)
        return [Table(self._sheet, range_, name) for name, (range_, sheet) in found.items() if sheet == index]

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables())

    def __len__(self) -> int:
        return len(self._tables())

    def __contains__(self, name: str) -> bool:
        return any(table.name.casefold() == name.casefold() for table in self._tables())

    def __call__(self, name_or_index: str | int) -> Table:
        tables = self._tables()
        if isinstance(name_or_index, int):
            return tables[name_or_index - 1]
        for table in tables:
            if table.name.casefold() == name_or_index.casefold():
                return table
        raise KeyError(name_or_index)

    def add(
        self,
        source_type: Any = None,
        source: Any = None,
        link_source: Any = None,
        has_headers: bool = True,
        destination: Any = None,
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        name = name or f"Table{len(self.api.ElementNames) + 1}"
        check_table_name(name, [*self.api.ElementNames, *self._sheet.book.document.NamedRanges.ElementNames])
        area = source.impl
        _check_apart(self._tables(), area)
        self.api.addNewByName(name, area.block.RangeAddress)
        table = self(name)
        table.range_.ContainsHeader = has_headers
        table.range_.AutoFilter = has_headers
        return table


class Table(base_classes.Table):
    """One table.

    Attributes:
        range_: Calc's own object.
    """

    table_style = show_table_style_row_stripes = None
    parent: Any = None
    name = display_name = ""

    def __init__(self, sheet: Any, range_: Any, name: str) -> None:
        self.parent = sheet
        self.range_ = range_
        self.name = self.display_name = name

    @property
    def api(self) -> TableApi:
        return TableApi(self)

    @property
    def area(self) -> Any:
        """Calc's address of all its cells."""
        return self.range_.DataArea

    @property
    def range(self) -> Range:
        return Range.at(self.parent.book, self.area)

    @property
    def show_headers(self) -> bool:
        return bool(self.range_.ContainsHeader)

    @property
    def show_totals(self) -> bool:
        return bool(self.range_.TotalsRow)

    @show_totals.setter
    def show_totals(self, on: bool) -> None:
        """Take the totals row away, or bring back the one there was."""
        CALLS.note("set", f"{self.name} show_totals={on}")
        if on == self.show_totals:
            return
        whole, book = self.range, self.parent.book
        rows, columns = whole.shape
        if on:
            self.range_.setDataArea(whole.part(0, 0, rows + 1, columns).block.RangeAddress)
            self.range_.TotalsRow = True
            whole.part(rows, 0, 1, columns).formula = [book.totals.pop(self.name, [""] * columns)]
        else:
            totals = whole.part(rows - 1, 0, 1, columns)
            texts = book.formulas.of_block(totals.block)[0]
            book.totals[self.name] = [_OWN_COLUMN.sub(f"{self.name}[", text) for text in texts]
            totals.clear_contents()
            self.range_.TotalsRow = False
            self.range_.setDataArea(whole.part(0, 0, rows - 1, columns).block.RangeAddress)

    @property
    def show_autofilter(self) -> bool:
        return bool(self.range_.AutoFilter)

    @property
    def header_row_range(self) -> Range | None:
        whole = self.range
        return whole.part(0, 0, 1, whole.shape[1]) if self.show_headers else None

    @property
    def data_body_range(self) -> Range | None:
        whole, top = self.range, int(self.show_headers)
        rows = whole.shape[0] - top - int(self.show_totals)
        return whole.part(top, 0, rows, whole.shape[1]) if rows else None

    @property
    def totals_row_range(self) -> Range | None:
        whole = self.range
        return whole.part(whole.shape[0] - 1, 0, 1, whole.shape[1]) if self.show_totals else None

    insert_row_range = None

    @property
    def autofilter(self) -> AutoFilter:
        return AutoFilter(self)

    def holds(self, cells: Range) -> bool:
        """Whether the first cell of a block lies in the table."""
        whole = self.range
        inside = whole.row <= cells.row < whole.row + whole.shape[0]
        return inside and whole.column <= cells.column < whole.column + whole.shape[1]

    def column(self, header: str) -> Range:
        """Return the body of the column of that header."""
        headers = self.header_row_range
        assert headers is not None
        position = headers.block.getDataArray()[0].index(header)
        body = self.data_body_range
        return body.part(0, position, body.shape[0], 1)

    def resize(self, cells: Any) -> None:
        """Make the table cover `cells`: its header stays where it is."""
        area, old = cells.impl, self.range
        CALLS.note("resize", f"{self.name} to {area.place}")
        if area.sheet != self.parent:
            raise NotAsInExcelError(f"{self.name} cannot move to the sheet {area.sheet.name}.")
        if self.parent.is_protected:
            raise NotAsInExcelError(f"{self.name} cannot be resized on a protected sheet.")
        if self.show_headers and (area.row, area.shape[0] > 1) != (old.row, True):
            raise NotAsInExcelError(f"{self.name}: the header stays in row {old.row}, with a row below it.")
        _check_apart([table for table in self.parent.tables if table.name != self.name], area)
        self.range_.setDataArea(area.block.RangeAddress)


def _check_apart(tables: list[Table], area: Range) -> None:
    """Raise where a block shares a cell with one of the tables."""
    for table in tables:
        other = table.range
        rows = area.row < other.row + other.shape[0] and other.row < area.row + area.shape[0]
        columns = area.column < other.column + other.shape[1] and other.column < area.column + area.shape[1]
        if rows and columns:
            raise NotAsInExcelError(f"A table at {area.place} would overlap {table.name}.")
