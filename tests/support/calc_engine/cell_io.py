"""Values of whole blocks, read and written in one go; strict about what Excel would change in silence."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.support.calc_engine.formats import BOOLEAN, DATED, GENERAL, Shown
from tests.support.calc_engine.formulas import error_formula
from tests.support.calc_engine.strict import ERRORS, NotAsInExcelError, check_value
from tests.support.calc_engine.values import ErrorValue, as_rows, from_serial, to_serial

if TYPE_CHECKING:
    from collections.abc import Iterator

TAB_MARK = "\x01"
ERROR_OF_CODE = {
    503: "#NUM!",
    519: "#VALUE!",
    521: "#NULL!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
"""Calc's numbers of the errors that Excel knows."""
Cell = tuple[int, int]
"""A row and a column of a block, from 0."""


def read(area: Any) -> list[list[Any]]:
    """Return the values of a block: floats, texts, bools, datetimes, errors, and "" for blank."""
    rows = [[_told(value) for value in row] for row in area.block.getDataArray()]
    _read_dates(area, rows)
    _read_errors(area, rows)
    return rows


def _told(value: Any) -> Any:
    """Return what Calc tells; in a text of several lines it keeps a tab as a mark of its own."""
    return value.replace(TAB_MARK, "\t") if type(value) is str else value


def _read_dates(area: Any, rows: list[list[Any]]) -> None:
    epoch = area.sheet.book.epoch
    for shown, row, columns in _looks(area):
        if not (shown.is_date or shown.is_logical):
            continue
        for j in columns:
            value = rows[row][j]
            if isinstance(value, float):
                rows[row][j] = bool(value) if shown.is_logical else from_serial(value, epoch)


def _read_errors(area: Any, rows: list[list[Any]]) -> None:
    for code, row, column in area.sheet.book.inside.faults(area.block):
        rows[row - area.row + 1][column - area.column + 1] = ErrorValue(ERROR_OF_CODE.get(code, "#VALUE!"))


def write(area: Any, value: Any) -> None:
    """Assign values and formulas to a block, of which they must be the size.

    Raises:
        NotAsInExcelError: Excel would refuse a value, or not keep it as it is given.
    """
    rows = as_rows(value, *area.shape)
    if (len(rows), len(rows[0])) != area.shape:
        raise NotAsInExcelError(f"{area.place}: {len(rows)} x {len(rows[0])} values for {area.shape} cells.")
    block = _Block(area, rows)
    area.block.setDataArray(tuple(tuple(row) for row in block.plain))
    changed = [(DATED, block.undated), (BOOLEAN, block.logical), (GENERAL, block.no_longer_logical)]
    for code, cells in (*changed, *block.apostrophes.items()):
        for top, bottom, column in _runs(cells):
            part = area.part(top, column, bottom - top + 1, 1)
            part.block.NumberFormat = area.sheet.book.formats.key(code)
    area.sheet.book.formulas.put(area.block, block.formulas)


class _Block:
    """What is to be done for the values of one block.

    Attributes:
        plain: what Calc's data array takes.
        formulas: formulas and errors, by cell.
        undated: dates in cells without a format, which get one as in Excel.
        logical: truth values, which Calc tells by their format.
        no_longer_logical: numbers in cells that held a truth value.
        apostrophes: texts typed with one, by the format their cells have and Calc would change.
    """

    def __init__(self, area: Any, rows: list[list[Any]]) -> None:
        self.plain = rows
        self.formulas: dict[Cell, str] = {}
        self.undated: list[Cell] = []
        self.logical: list[Cell] = []
        self.no_longer_logical: list[Cell] = []
        self.apostrophes: dict[str, list[Cell]] = defaultdict(list)
        self._area = area
        for shown, row, columns in _looks(area):
            numbers = not (shown.is_text or shown.is_logical)
            cells = rows[row]
            for column in columns:
                if not (numbers and type(cells[column]) is float):
                    self._take((row, column), shown)

    def _take(self, cell: Cell, shown: Shown) -> None:
        row = self.plain[cell[0]]
        value = row[cell[1]]
        if value is None or value == "":
            row[cell[1]] = ""
        elif isinstance(value, str) and not shown.is_text and (value[0] == "=" or value in ERRORS):
            self.formulas[cell] = value if value[0] == "=" else error_formula(value)
            row[cell[1]] = ""
            if shown.is_logical:
                self.no_longer_logical.append(cell)
        elif isinstance(value, str) and not shown.is_text and value[0] == "'":
            row[cell[1]] = value[1:]  # typed with an apostrophe: text, whatever it looks like
            self.apostrophes[shown.code].append(cell)
        else:
            self._check(cell, value, shown)
            row[cell[1]] = value if isinstance(value, str) else self._number(cell, value, shown)

    def _check(self, cell: Cell, value: Any, shown: Shown) -> None:
        try:
            check_value(value, is_text=shown.is_text, is_date=shown.is_date, is_general=shown.is_general)
        except NotAsInExcelError as fault:
            raise NotAsInExcelError(f"{self._area.part(*cell, 1, 1).place}: {fault}") from fault

    def _number(self, cell: Cell, value: Any, shown: Shown) -> float:
        if isinstance(value, dt.datetime):
            if not shown.is_date:
                self.undated.append(cell)
            return to_serial(value, self._area.sheet.book.epoch)
        if isinstance(value, bool):
            self.logical.append(cell)
        elif shown.is_logical:
            self.no_longer_logical.append(cell)
        return float(value)


def _looks(area: Any) -> Iterator[tuple[Shown, int, range]]:
    """Yield what the cells of a block show: the look, the row, and the columns that have it."""
    formats = area.sheet.book.formats
    for shown, top, bottom, left, right in formats.areas(area.block, area.row - 1, area.column - 1):
        for row in range(top, bottom + 1):
            yield shown, row, range(left, right + 1)


def _runs(cells: list[Cell]) -> Iterator[tuple[int, int, int]]:
    """Yield the runs of cells in one column: first and last row, column."""
    ordered = sorted((column, row) for row, column in cells)
    start = 0
    for k, (column, row) in enumerate(ordered):
        if k + 1 == len(ordered) or ordered[k + 1] != (column, row + 1):
            yield ordered[start][1], row, column
            start = k + 1


def any_merged(area: Any) -> bool:
    """Whether any cell of a block is merged with others."""
    return bool(area.block.getIsMerged())
