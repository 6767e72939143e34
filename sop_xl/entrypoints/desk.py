"""The screen of a workbook in Excel, through xlwings' book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.domain.cells import Row, Value

WIDTH = 60
"""Columns that are looked through for months; the widest view has 35."""


class ExcelDesk:
    """Shows sheets, selects cells, and writes the few cells that only steer a view."""

    def __init__(self, book: Any) -> None:
        """Take xlwings' book."""
        self._book = book

    @property
    def active_sheet(self) -> str:
        """The sheet in front."""
        return str(self._book.sheets.active.name)

    @property
    def selected_row(self) -> int:
        """The row of the cell that is selected, as Excel counts."""
        return int(self._book.selection.row)

    def show(self, sheet: str, cell: str = "") -> None:
        """Bring a sheet to the front, and select a cell of it."""
        found = self._book.sheets[sheet]
        found.activate()
        if cell:
            found.range(cell).select()

    def head(self, sheet: str, rows: int) -> Sequence[Row]:
        """Return the values of the first rows of a sheet, from cell A1."""
        area = self._book.sheets[sheet].range((1, 1), (rows, WIDTH))
        return area.options(ndim=2, err_to_str=True).value

    def named_value(self, name: str) -> Value:
        """Return the value of a one-cell name of the workbook."""
        return self._book.names[name].refers_to_range.value

    def write(self, sheet: str, cell: str, value: str) -> None:
        """Write a cell that the planner may write."""
        self._book.sheets[sheet].range(cell).value = value
