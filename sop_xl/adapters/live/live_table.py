"""An Excel table in an open workbook: where it stands, and its columns."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sop_xl.adapters.live.blocks import range_of, read_values
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.table_xml import header_key

if TYPE_CHECKING:
    import xlwings as xw

    from sop_xl.domain.cells import Row
    from sop_xl.schema.table import Table


class LiveTable:
    """A table as it stands now; see `ExcelTable`.

    Attributes:
        table: xlwings' own object.
        on: the sheet it stands on.
        name, sheet: names of both.
        ref: all its cells, with header and totals row.
        has_header, has_totals: whether its first row is a header, its last one totals.
        calculated: the formulas that fill new rows of its columns; set once its body was read.
    """

    def __init__(self, table: xw.main.Table, on: xw.Sheet, sheet: str, declared: Table) -> None:
        """Look where the table stands; `declared` names the columns of one without a header."""
        self.table = table
        self.on = on
        self.name = declared.excel_name
        self.sheet = sheet
        self.ref = place_of(table)
        self.has_header = bool(table.show_headers)
        self.has_totals = bool(table.show_totals)
        self._declared = declared
        self.calculated = [""] * (self.ref.right - self.ref.left + 1)

    @property
    def body(self) -> Rect:
        """The rows of data: one at least."""
        ref = self.ref
        return Rect(ref.top + self.has_header, ref.left, ref.bottom - self.has_totals, ref.right)

    @cached_property
    def headers(self) -> list[str]:
        """The names of its columns, which are what stands in its header row; a view's are the schema's."""
        if not self.has_header:
            return self._unwritten()
        top = Rect(self.ref.top, self.ref.left, self.ref.top, self.ref.right)
        return self.named(read_values(range_of(self.on, top))[0])

    def named(self, row: Row) -> list[str]:
        """Return the headers that the values of the header row are."""
        headers = ["" if value is None else str(value) for value in row]
        if self._declared.view and len(headers) == len(self._declared.headers):
            return [*self._declared.headers]
        return headers

    def _unwritten(self) -> list[str]:
        width = self.ref.right - self.ref.left + 1
        if width == len(self._declared.headers):
            return [*self._declared.headers]
        return [f"Column{k}" for k in range(1, width + 1)]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column numbers by `header_key`."""
        return {header_key(header): self.ref.left + k for k, header in enumerate(self.headers)}


def place_of(table: xw.main.Table) -> Rect:
    """Return all the cells of a table."""
    cells = table.range
    rows, columns = cells.shape
    top, left = cells.row, cells.column
    return Rect(top, left, top + rows - 1, left + columns - 1)
