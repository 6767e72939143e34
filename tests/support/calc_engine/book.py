"""Workbooks and their sheets, over documents of Calc."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.cells import Range
from tests.support.calc_engine.excel_api import BookApi, SheetApi
from tests.support.calc_engine.formats import Formats
from tests.support.calc_engine.formulas import Formulas
from tests.support.calc_engine.inside import Inside
from tests.support.calc_engine.lookup import range_of
from tests.support.calc_engine.names import Names
from tests.support.calc_engine.outlines import Outlines
from tests.support.calc_engine.strict import MAX_COLUMN, MAX_ROW, NotAsInExcelError, check_sheet_name
from tests.support.calc_engine.tables import Tables
from tests.support.calc_engine.uno_bridge import load_uno, properties

if TYPE_CHECKING:
    from collections.abc import Iterator

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xlsm": "Calc MS Excel 2007 VBA XML", ".ods": "calc8"}
EVERYTHING = 1023


class Book(base_classes.Book):
    """A workbook.

    Attributes:
        document: Calc's own object.
        inside: what its office answers by itself.
        formats: its number formats.
        formulas: reads and writes formulas as Excel spells them.
        outlines: how deep its rows are grouped.
        totals: the totals rows that are not shown now, by table.
        protections: what is allowed on its protected sheets, where a program said so.
    """

    app: Any = None
    api: Any = None

    def __init__(self, app: Any, document: Any, path: Path | None) -> None:
        self.app = app
        self.document = document
        self.api = BookApi(document)
        self._path = path
        self.inside = Inside(document)
        self.formats = Formats(document, self.inside)
        self.formulas = Formulas(document)
        self.outlines = Outlines(path)
        self.totals: dict[str, list[str]] = {}
        self.protections: dict[str, dict[str, bool]] = {}
        self._table_key: tuple[str, ...] = ()
        self._table_places: dict[str, tuple[Any, int]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Book) and self.document == other.document

    __hash__ = object.__hash__

    @property
    def name(self) -> str:
        return self._path.name if self._path else "Book1"

    @property
    def fullname(self) -> str:
        return str(self._path) if self._path else self.name

    @cached_property
    def epoch(self) -> dt.datetime:
        """Day 0 of the workbook's dates."""
        day = self.document.NullDate
        return dt.datetime(day.Year, day.Month, day.Day)

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self, self.document.NamedRanges)

    @property
    def selection(self) -> Range | None:
        """The selected block, or nothing."""
        selected = self.document.CurrentSelection
        if selected is None or not hasattr(selected, "RangeAddress"):
            return None
        return Range.at(self, selected.RangeAddress)

    def table_places(self, hidden: str) -> dict[str, tuple[Any, int]]:
        """Return Calc's objects for all tables, and the sheets they stand on; asked anew when some come or go."""
        ranges = self.document.DatabaseRanges
        names = [name for name in ranges.ElementNames if not name.startswith(hidden)]
        key = (*names, *self.document.Sheets.ElementNames)
        if key != self._table_key:
            self._table_key = key
            found = {name: ranges.getByName(name) for name in names}
            self._table_places = {name: (range_, int(range_.DataArea.Sheet)) for name, range_ in found.items()}
        return self._table_places

    def calculate_by_itself(self, on: bool) -> None:
        """Switch between automatic and manual calculation; what waited is calculated."""
        self.document.enableAutomaticCalculation(on)
        if on:
            self.document.calculate()

    def activate(self) -> None:
        books = self.app.books.open_ones
        books.remove(self)
        books.append(self)

    def close(self) -> None:
        self.app.books.open_ones.remove(self)
        self.document.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if path is not None:
            self._path = Path(path).resolve()
        elif self._path is None:
            raise NotAsInExcelError("The workbook has no file yet.")
        assert self._path is not None
        options = properties(FilterName=FILTERS[self._path.suffix.casefold()], Overwrite=True)
        self.document.storeToURL(load_uno().systemPathToFileUrl(str(self._path)), options)

    def to_pdf(self, path: str, quality: Any = None) -> None:
        options = properties(FilterName="calc_pdf_Export", Overwrite=True)
        self.document.storeToURL(load_uno().systemPathToFileUrl(str(Path(path).resolve())), options)

    def run(self, macro: str, args: Any) -> Any:
        """Run a macro of the workbook, `Module.Name`."""
        module, _, name = macro.rpartition("!")[2].strip("'").rpartition(".")
        place = f"VBAProject.{module or 'Module1'}.{name}"
        url = f"vnd.sun.star.script:{place}?language=Basic&location=document"
        return self.document.getScriptProvider().getScript(url).invoke(tuple(args), (), ())[0]


class Sheets(base_classes.Sheets):
    """The sheets of a workbook."""

    api: Any = None

    def __init__(self, book: Book) -> None:
        self._book = book
        self.api = book.document.Sheets

    @property
    def active(self) -> Sheet:
        return Sheet(self._book, self._book.document.CurrentController.ActiveSheet)

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self._book, self.api.getByIndex(k)) for k in range(len(self)))

    def __contains__(self, name: str) -> bool:
        return name.casefold() in (other.casefold() for other in self.api.ElementNames)

    def __call__(self, name_or_index: str | int) -> Sheet:
        if isinstance(name_or_index, int):
            return Sheet(self._book, self.api.getByIndex(name_or_index - 1))
        names = {name.casefold(): name for name in self.api.ElementNames}
        if name_or_index.casefold() not in names:
            raise KeyError(name_or_index)
        return Sheet(self._book, self.api.getByName(names[name_or_index.casefold()]))

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        names = [sheet.name for sheet in self]
        name = name or f"Sheet{len(self) + 1}"
        check_sheet_name(name, names)
        position = before.index - 1 if before else after.index if after else self.active.index - 1
        self.api.insertNewByName(name, position)
        sheet = self(name)
        sheet.activate()
        return sheet


class Sheet(base_classes.Sheet):
    """A sheet.

    Attributes:
        sheet: Calc's own object.
    """

    book: Any = None

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book = book
        self.sheet = sheet

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sheet) and self.book == other.book and self.name == other.name

    __hash__ = object.__hash__

    @property
    def api(self) -> SheetApi:
        return SheetApi(self)

    @property
    def name(self) -> str:
        return str(self.sheet.Name)

    @name.setter
    def name(self, value: str) -> None:
        check_sheet_name(value, [other.name for other in self.book.sheets if other.name != self.name])
        self.sheet.Name = value

    @property
    def index(self) -> int:
        return int(self.sheet.RangeAddress.Sheet) + 1

    @property
    def names(self) -> Names:
        return Names(self.book, self.sheet.NamedRanges)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def cells(self) -> Range:
        return Range(self, 1, 1, MAX_ROW, MAX_COLUMN)

    @property
    def used_range(self) -> Range:
        cursor = self.sheet.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return Range.at(self.book, cursor.RangeAddress)

    @property
    def visible(self) -> bool:
        return bool(self.sheet.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.sheet.IsVisible = bool(value)

    @property
    def is_protected(self) -> bool:
        """Whether its locked cells cannot be changed."""
        return bool(self.sheet.isProtected())

    def range(self, first: Any, last: Any = None) -> Range:
        return range_of(self, first, last)

    def activate(self) -> None:
        self.book.document.CurrentController.setActiveSheet(self.sheet)

    def select(self) -> None:
        self.activate()

    def delete(self) -> None:
        CALLS.note("clear", self.name)
        self.book.document.Sheets.removeByName(self.name)

    def clear_contents(self) -> None:
        self.used_range.clear_contents()

    def clear_formats(self) -> None:
        self.used_range.clear_formats()

    def clear(self) -> None:
        self.sheet.clearContents(EVERYTHING)

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)
