"""Sheets of an OpenDocument file (.ods), as LibreOffice and Google Sheets save it: values and formulas' results."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.package.container import opened_archive
from sop_xl.adapters.package.xml_text import decoded, descendants, local_name, parsed
from sop_xl.domain.cells import CellError, Cells
from sop_xl.domain.errors import WorkbookError
from sop_xl.share.returned import ReturnedSheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.domain.cells import Row, Value

MIME = b"application/vnd.oasis.opendocument.spreadsheet"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
MAX_ROWS, MAX_COLUMNS = 200_000, 1_000
"""Rows and columns that are read; repeated blank ones beyond are no content."""


def sheets_of(data: bytes, name: str) -> tuple[list[ReturnedSheet], dt.datetime | None]:
    """Return the visible content of an .ods file and when it was last saved.

    Raises:
        WorkbookError: it is damaged, encrypted, made to do harm, or too large.
    """
    archive = opened_archive(data, name)
    content = _part(archive, "content.xml", name)
    if content is None:
        raise WorkbookError(f"{name} has no content. Open it and save it again.")
    sheets = [_sheet(table, name) for table in descendants(content, "table") if table.getparent() is not None]
    meta = _part(archive, "meta.xml", name)
    return sheets, _saved_at(meta)


def _part(archive: zipfile.ZipFile, part: str, name: str) -> Any:
    if part not in archive.namelist():
        return None
    try:
        data = archive.read(part)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as fault:
        raise WorkbookError(f"{name} is damaged or has a password ({fault}). Take it off and save again.") from fault
    return parsed(decoded(data, part), part)


def _saved_at(meta: Any) -> dt.datetime | None:
    for element in descendants(meta, "date") if meta is not None else ():
        try:
            return dt.datetime.fromisoformat((element.text or "")[:19])
        except ValueError:
            return None
    return None


def _sheet(table: Any, name: str) -> ReturnedSheet:
    title = table.get(f"{TABLE}name", "")
    rows: list[Row] = []
    uncalculated: list[tuple[int, int]] = []
    blank = 0
    for element, repeat in _repeated(table, "table-row", "rows"):
        row, bare = _row(element)
        if not row:
            blank += repeat
            continue
        if len(rows) + blank + repeat > MAX_ROWS:
            raise WorkbookError(f"{name}, sheet '{title}': more than {MAX_ROWS:,} rows. Delete what is far off.")
        rows += [[] for _ in range(blank)]
        blank = 0
        for _ in range(repeat):
            uncalculated += [(len(rows), column) for column in bare]
            rows.append(list(row))
    width = max(map(len, rows), default=0)
    cells = Cells([row + [None] * (width - len(row)) for row in rows], title)
    return ReturnedSheet(cells, frozenset(uncalculated))


def _repeated(parent: Any, name: str, what: str) -> Iterator[tuple[Any, int]]:
    """Yield rows or cells with how often each stands there, those inside groups included."""
    for child in parent:
        kind = local_name(child)
        if kind in (name, "covered-table-cell" if name == "table-cell" else name):
            yield child, int(child.get(f"{TABLE}number-{what}-repeated", "1"))
        elif kind in ("table-row-group", "table-rows", "table-header-rows"):
            yield from _repeated(child, name, what)


def _row(element: Any) -> tuple[Row, list[int]]:
    """Return the cells of a row up to its last filled one, and where formulas have no result."""
    row: Row = []
    bare: list[int] = []
    blank = 0
    for cell, repeat in _repeated(element, "table-cell", "columns"):
        value = _value(cell)
        formula = cell.get(f"{TABLE}formula") is not None
        if value is None and not formula:
            blank += repeat
            continue
        if len(row) + blank + repeat > MAX_COLUMNS:
            break
        row += [None] * blank
        blank = 0
        for _ in range(repeat):
            if value is None and cell.get(f"{OFFICE}value-type") is None:
                bare.append(len(row))
            row.append(value)
    return row, bare


def _value(cell: Any) -> Value:
    kind = cell.get(f"{OFFICE}value-type")
    text = "\n".join("".join(p.itertext()) for p in cell if local_name(p) == "p")
    if cell.get(f"{CALC}value-type") == "error":
        return CellError(text or "#VALUE!")
    if kind in ("float", "percentage", "currency"):
        return float(cell.get(f"{OFFICE}value", "nan"))
    if kind == "date":
        moment = dt.datetime.fromisoformat(cell.get(f"{OFFICE}date-value", "")[:19])
        return moment.date() if moment.time() == dt.time() else moment
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    return cell.get(f"{OFFICE}string-value") or text or None
