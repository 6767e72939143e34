"""A workbook on disk, read and written without Excel; what is not a table of ours stays byte for byte."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sop_xl.adapters.package import atomic, properties, rescue
from sop_xl.adapters.package.areas import place_of
from sop_xl.adapters.package.cell_values import is_uncalculated
from sop_xl.adapters.package.edit import Edit
from sop_xl.adapters.package.open_book import OpenBook
from sop_xl.adapters.package.ranges import column_number
from sop_xl.adapters.package.sheet_xml import CELL, formula_of, has_formulas, rows_below, unshare
from sop_xl.adapters.paste_file import sheet_paste
from sop_xl.adapters.rows.below import block_below, end_below
from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import TableNotFoundError, WorkbookError
from sop_xl.domain.paths import check_length

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sop_xl.actuals.raw import RawPaste
    from sop_xl.adapters.package.table_xml import TableXml
    from sop_xl.adapters.row_keys import OrphanCell
    from sop_xl.domain.cells import CellInput, Row
    from sop_xl.schema.table import Table

_ROW_NUMBER = re.compile(r'<row r="(\d+)"')
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$')


class FileWorkbook:
    """A closed .xlsx or .xlsm file. Nothing on disk changes before `commit`, and then everything at once.

    Tables are found by name and columns by header, wherever the user moved them. Formulas that depend on
    what is written lose their result in the file, so that no reader shows an old one; Excel and
    LibreOffice calculate them when they open it.
    """

    def __init__(self, path: Path, rescue_folder: Path | None = None) -> None:
        """Open the workbook at `path`.

        Args:
            path: the file.
            rescue_folder: where a save is kept whose folder vanishes meanwhile; None: nowhere.

        Raises:
            WorkbookError: it is missing, not a workbook, damaged, encrypted or made to do harm.
        """
        self._path = Path(path).resolve()
        self._rescue_folder = rescue_folder
        self._staged: dict[str, tuple[Table, Sequence[Sequence[CellInput]]]] = {}
        self._edit: Edit | None = None
        self._properties: dict[str, str] = {}
        self._areas: dict[str, Sequence[Sequence[CellInput]]] = {}
        atomic.sweep(self._path)
        self._data = b""
        self._book: OpenBook
        self._load()

    @classmethod
    def create(cls, path: Path, content: bytes) -> FileWorkbook:
        """Write a new workbook file, such as the template's bytes, and open it.

        Raises:
            WorkbookError: there is a file of that name, the name is not one Windows can hold, or
                `content` is no workbook.
        """
        path = Path(path).resolve()
        if _FORBIDDEN.search(path.name):
            raise WorkbookError(
                f'{path.name!r} is no file name for Windows: leave out < > : " | ? * and a last dot or blank.'
            )
        if not path.parent.is_dir():
            raise WorkbookError(f"There is no folder {path.parent}. Make it first.")
        check_length(path)
        OpenBook(content, path.name)
        atomic.save(path, content, expected=None, verify=lambda data: _same_bytes(data, content, path.name))
        return cls(path)

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    def beside(self, name: str) -> Path | None:
        """Return the path of a file named relative to the workbook's folder."""
        return self._path.resolve().parent / name

    def tables(self) -> Mapping[str, str]:
        """Return the Excel tables there are: name to sheet."""
        return {name: table.sheet for name, table in self._book.tables.items()}

    def read_cells(self, table: Table) -> Cells:
        """Return header and body of `table`, formulas as last calculated.

        Numbers are floats, dates are dates (with a time of day where they have one), errors `CellError`,
        blank and empty text None. Blank rows at the end are left out. A formula without a result in the
        file reads as None: see `uncalculated`.

        Raises:
            TableNotFoundError: there is no table of that name.
            WorkbookError: the file is damaged.
        """
        xml = self._table(table)
        header: Row = [*(table.headers if table.view and len(xml.headers) == len(table.headers) else xml.headers)]
        try:
            rows = self._book.reader.area(self._book.sheet_text(xml.sheet), xml.body)
        except (ValueError, IndexError) as fault:
            raise WorkbookError(f"{self.name} is damaged: sheet '{xml.sheet}' cannot be read ({fault}).") from fault
        while rows and all(value is None for value in rows[-1]):
            rows.pop()
        return Cells([header, *rows], xml.sheet, xml.body.top - 1, xml.ref.left)

    def uncalculated(self, table: Table) -> list[str]:
        """Return the addresses of the table's formulas that have no result in the file.

        Opening the workbook in Excel and saving it once gives them one.

        Raises:
            TableNotFoundError: there is no table of that name.
        """
        xml = self._table(table)
        return [
            f"{letters}{number}"
            for letters, number, attributes, _, inner in CELL.findall(self._book.sheet_text(xml.sheet))
            if "<f" in inner
            and xml.body.holds(int(number), column_number(letters))
            and is_uncalculated(attributes, inner)
        ]

    def typed_below(self, table: Table) -> str:
        """Return the block that touches `table` from below and is not part of it; empty where none does.

        Excel lets a table grow over what is typed below it, LibreOffice and programs do not.

        Raises:
            TableNotFoundError: there is no table of that name.
        """
        xml = self._table(table)
        end = end_below(xml.ref, (other.ref for other in self._book.tables.values() if other.sheet == xml.sheet))
        return block_below(xml.ref, rows_below(self._book.sheet_text(xml.sheet), xml.ref, end))

    def formulas(self, table: Table) -> dict[tuple[int, int], str]:
        """Return the formulas in the body of `table`, without `=`, by row and column in what `read_cells` gives.

        Raises:
            TableNotFoundError: there is no table of that name.
        """
        xml = self._table(table)
        if not has_formulas(self._book.sheet_text(xml.sheet)):
            return {}
        sheet = self._book.sheet_xml(xml.sheet)
        unshare(sheet)
        cells = (
            (row - xml.body.top + 1, column - xml.ref.left, formula_of(cell))
            for row in range(xml.body.top, xml.body.bottom + 1)
            for column, cell in (sheet.cells(row).items() if row in sheet.rows else ())
            if xml.body.holds(row, column)
        )
        return {(row, column): text for row, column, text in cells if text is not None}

    def write_cells(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> list[OrphanCell]:
        """Stage `rows`, header first, as the new body of `table`; a second write of a table replaces the first.

        In a table of the user's a cell whose value is the same stays as it is, its formula included.

        Returns:
            The user's cells whose row is gone, and formulas of the user's that a value had to replace.

        Raises:
            TableNotFoundError: there is no table of that name.
            WorkbookError: the file is open elsewhere, there is no room below the table, a column is
                missing, or a value cannot be stored. Nothing of this call is staged then.
        """
        self._table(table)
        atomic.check_writable(self._path)
        staged = {name: write for name, write in self._staged.items() if name != table.name}
        edit = self._edit if self._edit and table.name not in self._staged else self._replayed(staged)
        self._edit = None
        orphans = edit.write(table, rows)
        self._staged = staged | {table.name: (table, rows)}
        self._edit = edit
        return orphans

    def read_property(self, name: str) -> str:
        """Return a custom property of the file, as it stands on disk; blank where there is none."""
        return properties.read(self._book.package, name)

    def write_property(self, name: str, value: str) -> None:
        """Stage a text for a custom property; it is written by the next `commit`."""
        self._properties[name] = value

    def read_area(self, name: str) -> list[Row]:
        """Return the cells of a named area that is no table, down to the last row that holds something.

        Raises:
            WorkbookError: there is no such area.
        """
        sheet, area = place_of(self._book, name, self.name)
        rows = self._book.reader.area(self._book.sheet_text(sheet), area.within_rows(self._last_row(sheet)))
        while rows and all(value is None for value in rows[-1]):
            rows.pop()
        return rows

    def read_paste(self, name: str) -> RawPaste:
        """Return what was pasted into a named area, with formulas, formats and hidden rows told.

        Raises:
            WorkbookError: there is no such area, or a formula in it has no result.
        """
        sheet, area = place_of(self._book, name, self.name)
        return sheet_paste(self._book, sheet, self.name, within=area)

    def write_area(self, name: str, rows: Sequence[Sequence[CellInput]]) -> None:
        """Stage `rows` as all there is in a named area that is no table.

        Raises:
            WorkbookError: there is no such area, the file is open elsewhere, or a value cannot be stored.
        """
        sheet, area = place_of(self._book, name, self.name)
        atomic.check_writable(self._path)
        edit = self._edit or self._replayed(self._staged)
        self._edit = None
        edit.write_area(sheet, area, rows)
        self._areas[name] = rows
        self._edit = edit

    def _last_row(self, sheet: str) -> int:
        return max((int(number) for number in _ROW_NUMBER.findall(self._book.sheet_text(sheet))), default=1)

    def _replayed(self, staged: Mapping[str, tuple[Table, Sequence[Sequence[CellInput]]]]) -> Edit:
        edit = Edit(self._book)
        for table, rows in staged.values():
            edit.write(table, rows)
        for name, rows in self._areas.items():
            edit.write_area(*place_of(self._book, name, self.name), rows)
        return edit

    def commit(self) -> None:
        """Write all staged tables and properties in one save: the file is the old one or the new one, never a mixture.

        Where nothing differs from what is there, the file is left alone. The old version is kept in the
        folder `.sop_backup` beside the file.

        Raises:
            WorkbookError: the file is open elsewhere, was changed since it was read, or cannot be
                written. It is unchanged then, and what is staged stays so: `commit` may be tried again.
        """
        edit = self._edit or self._replayed(self._staged)
        self._edit = None
        edit.finish()
        package = self._book.package
        for name, value in self._properties.items():
            properties.write(package, name, value)
        if package.is_changed:
            data = package.written()
            self._book = OpenBook(self._data, self.name)
            self._save(data, package.verify)
            self._load()
        self._staged = {}
        self._properties = {}
        self._areas = {}

    def _save(self, data: bytes, verify: Callable[[bytes], None]) -> None:
        """Write the file; where its folder vanishes meanwhile, such as a network drive, keep what was to be written."""
        expected = atomic.digest(self._data)
        try:
            atomic.save(self._path, data, expected=expected, verify=verify)
        except WorkbookError as fault:
            if self._rescue_folder is None or not rescue.has_vanished(self._path, fault.__cause__):
                raise
            try:
                kept = rescue.keep(self._rescue_folder, self._path, data, expected)
            except OSError as second:
                raise fault from second
            raise WorkbookError(
                f"{self._path.parent} went away while {self.name} was saved. What was to be saved is kept in "
                f"{kept.copy}. When the folder is back, run: sop-xl resume {self.name}"
            ) from fault

    def _load(self) -> None:
        try:
            self._data = self._path.read_bytes()
        except OSError as fault:
            raise WorkbookError(f"{self._path} cannot be read: {fault.strerror}.") from fault
        self._book = OpenBook(self._data, self.name)

    def _table(self, table: Table) -> TableXml:
        if table.excel_name not in self._book.tables:
            raise TableNotFoundError(table.excel_name, table.sheet, sorted(self._book.tables))
        return self._book.tables[table.excel_name]


def _same_bytes(data: bytes, content: bytes, name: str) -> None:
    if data != content:
        raise WorkbookError(f"{name} does not read back as it was written; nothing is there.")
