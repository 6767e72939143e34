"""Somebody who fills forms in a real LibreOffice, the way people do: sorting, deleting, adding, saving as they like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.share.form import CODE_HEADER
from tests.support.calc_engine.office_process import OfficeProcess
from tests.support.calc_engine.uno_bridge import load_uno, properties

if TYPE_CHECKING:
    from pathlib import Path

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8", ".csv": "Text - txt - csv (StarCalc)"}
GERMAN_CSV = "59,34,76,1,,1031,false,true,false,false,false,{sheet}"
"""Separator ;, quote ", UTF-8, from line 1, German language, cells as they are shown, one sheet by number."""


class Clerk:
    """One office, in which forms are opened one after the other."""

    def __init__(self) -> None:
        self._office = OfficeProcess()

    def open(self, path: Path) -> Paper:
        """Open a form; every sheet's protection is taken off, as anybody can."""
        url = load_uno().systemPathToFileUrl(str(path.resolve()))
        document = self._office.desktop.loadComponentFromURL(url, "_blank", 0, properties(Hidden=True))
        for name in document.Sheets.ElementNames:
            document.Sheets.getByName(name).unprotect("")
        return Paper(document)

    def stop(self) -> None:
        """Close the office."""
        self._office.stop()


class Paper:
    """A form that is open."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self._layouts: dict[str, tuple[int, list[str], list[str]]] = {}

    def _layout(self, sheet: str) -> tuple[int, list[str], list[str]]:
        """Return the row of the header, from 0, the headers, and the codes of the rows below it."""
        if sheet not in self._layouts:
            page = self.document.Sheets.getByName(sheet)
            cursor = page.createCursor()
            cursor.gotoEndOfUsedArea(False)
            address = cursor.RangeAddress
            rows = page.getCellRangeByPosition(0, 0, address.EndColumn, address.EndRow).getDataArray()
            top = next(k for k, row in enumerate(rows) if CODE_HEADER in row)
            headers = [str(cell) for cell in rows[top]]
            self._layouts[sheet] = (top, headers, [str(row[headers.index(CODE_HEADER)]) for row in rows[top + 1 :]])
        return self._layouts[sheet]

    def write(self, sheet: str, code: str, header: str, value: Any) -> None:
        """Type into a cell: a number, a text, a formula that begins with =, or nothing."""
        top, headers, codes = self._layout(sheet)
        page = self.document.Sheets.getByName(sheet)
        cell = page.getCellByPosition(headers.index(header), top + 1 + codes.index(code))
        if value is None:
            cell.setString("")
        elif isinstance(value, float):
            cell.setValue(value)
        elif value.startswith("="):
            cell.setFormula(value)
        else:
            cell.setString(value)

    def turn(self, sheet: str) -> None:
        """Put the rows in the opposite order."""
        top, headers, codes = self._layout(sheet)
        count, page = sum(bool(code) for code in codes), self.document.Sheets.getByName(sheet)
        body = page.getCellRangeByPosition(0, top + 1, len(headers) - 1, top + count)
        body.setDataArray(tuple(reversed(body.getDataArray())))
        self._layouts.clear()

    def delete_column(self, sheet: str, header: str) -> None:
        """Delete a whole column."""
        self.document.Sheets.getByName(sheet).Columns.removeByIndex(self._layout(sheet)[1].index(header), 1)
        self._layouts.clear()

    def add_sheet(self) -> None:
        """Put a sheet of one's own in front, with notes on it."""
        self.document.Sheets.insertNewByName("My notes", 0)
        self.document.Sheets.getByName("My notes").getCellByPosition(0, 0).setString("Row code")

    def rename(self, sheet: str, name: str) -> None:
        """Call a sheet something else."""
        self.document.Sheets.getByName(sheet).setName(name)

    def save(self, path: Path, sheet: str = "") -> Path:
        """Save as what the name says, a text file with that sheet only, and close."""
        options: dict[str, Any] = {"FilterName": FILTERS[path.suffix], "Overwrite": True}
        if path.suffix == ".csv":
            number = list(self.document.Sheets.ElementNames).index(sheet) + 1
            options["FilterOptions"] = GERMAN_CSV.format(sheet=number)
        self.document.storeToURL(load_uno().systemPathToFileUrl(str(path.resolve())), properties(**options))
        self.document.close(True)
        if path.suffix == ".csv":
            path.with_name(f"{path.stem}-{sheet}.csv").rename(path)
        return path
