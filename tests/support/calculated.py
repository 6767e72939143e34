"""A workbook as Calc works it out, its cells read from the open document: no file is saved and parsed for it."""

from __future__ import annotations

import datetime as dt
import zipfile
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import finalize

from lxml import etree
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from tests.support.calc_engine import require
from tests.support.calc_engine.book import Book
from tests.support.calc_engine.cell_io import read
from tests.support.calc_engine.office_process import OfficeProcess
from tests.support.calc_engine.uno_bridge import load_uno, properties
from tests.support.calc_engine.values import ErrorValue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

LARGEST_WHOLE = 1e15
"""Above it a file has numbers as 1E+15, which openpyxl reads as floats."""


class Calculated(Workbook):
    """The values of a workbook that is open in an office; a sheet is read when it is first asked for.

    Cells hold what openpyxl would read from the file the office saves: whole numbers as int, dates as datetime, errors
    by their names with the type `e`, None where nothing is shown.
    """

    def __init__(self, book: Book, path: Path) -> None:
        """Take a workbook that was opened from `path`; it is closed once nobody needs the values any more."""
        super().__init__()
        self.remove(self.worksheets[0])
        self._book = book
        self._unread = {*book.document.Sheets.ElementNames}
        for name in book.document.Sheets.ElementNames:
            self.create_sheet(name)
        for name, area in _names(path):
            self.defined_names[name] = DefinedName(name, attr_text=area)
        finalize(self, _close, book.document)

    def __getitem__(self, key: str) -> Worksheet:
        """Return a sheet, with its values."""
        sheet = super().__getitem__(key)
        if key in self._unread:
            self._unread.remove(key)
            _fill(sheet, self._book)
        return sheet

    def __iter__(self) -> Iterator[Worksheet]:
        """Go through the sheets, with their values."""
        return (self[name] for name in self.sheetnames)


def calculated(path: Path) -> Calculated:
    """Return the workbook at `path` with every formula calculated, as values; the office stays for the next."""
    require()
    document = _office().desktop.loadComponentFromURL(
        load_uno().systemPathToFileUrl(str(path.resolve())), "_blank", 0, properties(Hidden=True)
    )
    assert document is not None, f"soffice cannot open {path}"
    return Calculated(Book(None, document, path), path)


@cache
def _office() -> OfficeProcess:
    return OfficeProcess()


def _names(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the names of a workbook, and what each stands for."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("xl/workbook.xml"))
    for entry in root.iterfind(".//{*}definedName"):
        if entry.get("localSheetId") is None:
            yield entry.get("name"), entry.text


def _close(document: Any) -> None:
    with suppress(Exception):  # the office ended before
        document.close(True)


def _fill(sheet: Worksheet, book: Book) -> None:
    used = book.sheets(sheet.title).used_range
    for row, values in enumerate(read(used), used.row):
        for column, value in enumerate(values, used.column):
            if value != "":
                cell = sheet.cell(row, column)
                cell._value, cell.data_type = _as_in_a_file(value)


def _as_in_a_file(value: Any) -> tuple[Any, str]:
    """Return a value as openpyxl reads it, and the cell's type."""
    if isinstance(value, ErrorValue):
        return str(value), "e"
    if isinstance(value, str):
        return value, "s"
    if isinstance(value, bool):
        return value, "b"
    if isinstance(value, dt.datetime):
        return value, "d"
    return (int(value) if value.is_integer() and abs(value) < LARGEST_WHOLE else value), "n"
