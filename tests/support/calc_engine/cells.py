"""Blocks of cells: where they are, what they hold, how they look."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.support.calc_engine import cell_io, paste
from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.excel_api import RangeApi
from tests.support.calc_engine.strict import MAX_COLUMN, MAX_ROW, NotAsInExcelError, check_area
from tests.support.calc_engine.uno_bridge import struct

if TYPE_CHECKING:
    from collections.abc import Sequence

VALUES_ONLY = 1 | 2 | 4 | 16
FORMATS_ONLY = 32 | 64 | 256
EVERYTHING = 1023
POINTS = 2540 / 72
"""Calc counts in 1/100 mm."""
CHARACTER = 195
"""Width of a character in 1/100 mm, about."""
_STEPS = {"down": (1, 0), "up": (-1, 0), "right": (0, 1), "left": (0, -1)}


class Range(base_classes.Range):
    """A block of cells of one sheet; rows and columns are counted from 1."""

    max_cells_per_write = None
    sheet: Any = None
    row = column = 0
    shape = (0, 0)

    def __init__(self, sheet: Any, row: int, column: int, rows: int, columns: int) -> None:
        if rows and columns:
            check_area(row, column, rows, columns)
        self.sheet = sheet
        self.row = row
        self.column = column
        self.shape = (rows, columns)
        self.options: dict[str, Any] = {}

    @classmethod
    def at(cls, book: Any, area: Any) -> Range:
        """Return the block of a UNO address."""
        sheet = book.sheets(int(area.Sheet) + 1)
        size = (area.EndRow - area.StartRow + 1, area.EndColumn - area.StartColumn + 1)
        return cls(sheet, area.StartRow + 1, area.StartColumn + 1, *size)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    @cached_property
    def block(self) -> Any:
        """Calc's own object; each takes a millisecond to get, for all that it can do is told along with it."""
        rows, columns = self.shape
        ends = (self.column + columns - 2, self.row + rows - 2)
        return self.sheet.sheet.getCellRangeByPosition(self.column - 1, self.row - 1, *ends)

    @property
    def first_cell(self) -> Any:
        """Calc's address of the first cell."""
        return struct("table.CellAddress", Sheet=self.sheet.index - 1, Row=self.row - 1, Column=self.column - 1)

    @property
    def api(self) -> RangeApi | None:
        return RangeApi(self) if len(self) else None

    @property
    def place(self) -> str:
        """Sheet and address, for calls and messages."""
        return f"{self.sheet.name}!{self.get_address(False, False, False)}"

    def part(self, row: int, column: int, rows: int, columns: int) -> Range:
        """Return a block inside or beside this one, counted from 0 at its corner."""
        return Range(self.sheet, self.row + row, self.column + column, rows, columns)

    def __call__(self, *place: int) -> Range:
        row, column = place if len(place) == 2 else (*(k + 1 for k in divmod(place[0] - 1, self.shape[1])),)
        return self.part(row - 1, column - 1, 1, 1)

    @property
    def rows(self) -> Range:
        return self

    @property
    def columns(self) -> Range:
        return self

    # --- what the cells hold ----------------------------------------------------------------------

    @property
    def raw_value(self) -> Any:
        CALLS.note("read", self.place, len(self))
        rows = cell_io.read(self)
        return rows[0][0] if len(self) == 1 else rows

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        self.write(value)

    @property
    def formula(self) -> Any:
        CALLS.note("read formulas", self.place, len(self))
        rows = self.sheet.book.formulas.of_block(self.block)
        return rows[0][0] if len(self) == 1 else tuple(tuple(row) for row in rows)

    @formula.setter
    def formula(self, value: Any) -> None:
        self.write(value)

    formula2 = formula

    def write(self, value: Any) -> None:
        """Assign values and formulas, as Excel's `Value` takes them."""
        CALLS.note("write", self.place, len(self))
        self.check_unlocked()
        cell_io.write(self, value)

    @property
    def has_array(self) -> bool | None:
        """Whether the cells belong to an array: None where only some do."""
        if self.block.getArrayFormula():
            return True
        return None if any(text.startswith("{=") for row in self.block.getFormulaArray() for text in row) else False

    def check_unlocked(self) -> None:
        """Raise where the sheet is protected and a cell of the block is locked."""
        if not self.sheet.is_protected:
            return
        found = self.block.getCellFormatRanges()
        if any(found.getByIndex(k).CellProtection.IsLocked for k in range(found.Count)):
            raise NotAsInExcelError(f"{self.place}: the cell is on a protected sheet.")

    def clear_contents(self) -> None:
        self._clear(VALUES_ONLY)

    def clear_formats(self) -> None:
        self._clear(FORMATS_ONLY)

    def clear(self) -> None:
        self._clear(EVERYTHING)

    def _clear(self, flags: int) -> None:
        CALLS.note("clear", self.place, len(self))
        self.check_unlocked()
        self.block.clearContents(flags)

    # --- where the block is -----------------------------------------------------------------------

    def get_address(self, row_absolute: bool, column_absolute: bool, external: bool) -> str:
        rows, columns = self.shape
        first = address_of(self.row, self.column, row_absolute, column_absolute)
        last = address_of(self.row + rows - 1, self.column + columns - 1, row_absolute, column_absolute)
        text = first if first == last else f"{first}:{last}"
        return f"[{self.sheet.book.name}]{self.sheet.name}!{text}" if external else text

    @property
    def address(self) -> str:
        return self.get_address(True, True, False)

    def end(self, direction: str) -> Range:
        down, right = _STEPS[direction]
        line = self._line(down, right)
        steps = 0
        if len(line) > 1 and line[0] and line[1]:
            while steps + 1 < len(line) and line[steps + 1]:
                steps += 1
        else:
            limit = MAX_ROW - self.row if down > 0 else MAX_COLUMN - self.column if right > 0 else len(line) - 1
            steps = next((k for k in range(1, len(line)) if line[k]), limit)
        return self(1 + down * steps, 1 + right * steps)

    def _line(self, down: int, right: int) -> Sequence[bool]:
        """Return whether the cells from the corner to the end of what is used hold something."""
        used = self.sheet.used_range
        last_row, last_column = used.row + used.shape[0] - 1, used.column + used.shape[1] - 1
        if down:
            size = max(1, last_row - self.row + 1) if down > 0 else self.row
            cells = self.part(0 if down > 0 else 1 - size, 0, size, 1)
        else:
            size = max(1, last_column - self.column + 1) if right > 0 else self.column
            cells = self.part(0, 0 if right > 0 else 1 - size, 1, size)
        filled = [value != "" for row in cells.block.getDataArray() for value in row]
        return filled if down > 0 or right > 0 else filled[::-1]

    @property
    def table(self) -> Any:
        return next((table for table in self.sheet.tables if table.holds(self)), None)

    @property
    def merge_cells(self) -> bool | None:
        """Whether the cells are merged: None where only some are."""
        return None if cell_io.any_merged(self) else False

    # --- how it looks -----------------------------------------------------------------------------

    @property
    def number_format(self) -> str | None:
        CALLS.note("format", self.place, len(self))
        if len(self) > 1 and self.block.getPropertyState("NumberFormat").value == "AMBIGUOUS_VALUE":
            return None
        return self.sheet.book.formats.shown(self.block.NumberFormat).code

    @number_format.setter
    def number_format(self, value: str) -> None:
        CALLS.note("format", self.place, len(self))
        self.check_unlocked()
        self.block.NumberFormat = self.sheet.book.formats.key(value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        colour = self.block.CellBackColor
        return None if colour == -1 else (colour >> 16 & 255, colour >> 8 & 255, colour & 255)

    @color.setter
    def color(self, value: tuple[int, int, int] | str | None) -> None:
        if isinstance(value, str):
            value = (int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16))
        self.block.CellBackColor = -1 if value is None else value[0] << 16 | value[1] << 8 | value[2]

    def autofit(self, axis: str | None = None) -> None:
        if axis in (None, "columns", "c"):
            self.block.Columns.OptimalWidth = True
        if axis in (None, "rows", "r"):
            self.block.Rows.OptimalHeight = True

    @property
    def column_width(self) -> float:
        return float(self.block.Columns.getByIndex(0).Width / CHARACTER)

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.block.Columns.Width = int(value * CHARACTER)

    @property
    def row_height(self) -> float | None:
        heights = {self.block.Rows.getByIndex(k).Height for k in range(self.shape[0])}
        return round(heights.pop() / POINTS, 1) if len(heights) == 1 else None

    @row_height.setter
    def row_height(self, value: float) -> None:
        CALLS.note("format", self.place, len(self))
        self.block.Rows.Height = round(value * POINTS)
        self.block.Rows.IsVisible = True

    @property
    def row_hidden(self) -> bool | None:
        return _agreed({not self.block.Rows.getByIndex(k).IsVisible for k in range(self.shape[0])})

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.block.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        return _agreed({not self.block.Columns.getByIndex(k).IsVisible for k in range(self.shape[1])})

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.block.Columns.IsVisible = not value

    def autofill(self, destination: Any, type_: str) -> None:
        paste.fill_formats(self, destination.impl, type_)

    def copy(self, destination: Any = None) -> None:
        if destination is not None:
            raise NotImplementedError("Only copying to the clipboard is here.")
        self.sheet.book.app.clipboard = self

    def paste(self, paste: str | None, operation: Any, skip_blanks: bool, transpose: bool) -> None:
        _paste_formats(self, paste)

    def select(self) -> None:
        self.sheet.book.document.CurrentController.select(self.block)


def _paste_formats(target: Range, what: str | None) -> None:
    paste.paste_formats(target.sheet.book.app.clipboard, target, what)


def _agreed(answers: set[bool]) -> bool | None:
    return answers.pop() if len(answers) == 1 else None


def address_of(row: int, column: int, row_absolute: bool = False, column_absolute: bool = False) -> str:
    """Return a cell's address."""
    letters, rest = "", column
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{'$' if column_absolute else ''}{letters}{'$' if row_absolute else ''}{row}"
