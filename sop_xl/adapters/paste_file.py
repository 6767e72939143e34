"""A file that holds actuals, as a raw paste: what it is is told by its content, never by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.actuals.csv_text import MAX_CELL, read_text
from sop_xl.actuals.locate import find_header
from sop_xl.actuals.raw import RawPaste, squared
from sop_xl.adapters.package.cell_values import is_uncalculated
from sop_xl.adapters.package.open_book import OpenBook
from sop_xl.adapters.package.ranges import Rect, column_number
from sop_xl.adapters.package.sheet_xml import CELL, SheetXml
from sop_xl.adapters.package.xml_text import children, descendants, parsed, unescaped
from sop_xl.domain.errors import SopError, WorkbookError

if TYPE_CHECKING:
    from pathlib import Path

    from sop_xl.domain.cells import Row

_CONTAINERS = (b"PK", b"\xd0\xcf\x11\xe0")
_MOST_CELLS = 60_000_000
_ROW = re.compile(r'<row r="(\d+)"([^>]*)>')
_HIDDEN = re.compile(r'\bhidden="(?:1|true)"')
_ATTRIBUTE = re.compile(r'\b(\w+)="([^"]*)"')
_SHEET = re.compile(r"<sheet\b([^>]*)>")
_PERCENT = {"9": "0%", "10": "0.00%"}
"""Formats of percentages that every program knows by number."""
_STYLE = re.compile(r'\bs="(\d+)"')


def read_paste(path: Path, sheet: str = "") -> RawPaste:
    """Return the cells of a CSV or xlsx file.

    Args:
        path: the file.
        sheet: name of the sheet; "": the only visible one, or the only one with a header of actuals.

    Raises:
        SopError: it is missing or cannot be read, with what to do: an old .xls, .xlsb or .ods, a web
            page, a file with a password, a damaged one, formulas without results, a sheet that is not there.
    """
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise SopError(f"{path} cannot be read ({fault.strerror}). Check the name and your rights.") from fault
    return paste_of(data, path.name, sheet)


def paste_of(data: bytes, name: str, sheet: str = "") -> RawPaste:
    """Return the cells of a file's bytes; see `read_paste`."""
    if not data.startswith(_CONTAINERS):
        if sheet:
            raise SopError(f"{name} is a text file and has no sheets; leave --sheet out.")
        return read_text(data, name)
    if b"application/vnd.oasis.opendocument" in data[:200]:
        raise WorkbookError(f"{name} is an OpenDocument sheet (.ods). Save it as .xlsx and try again.")
    book = OpenBook(data, name)
    states = _states(book)
    visible = [known for known in book.sheets if states.get(known, "visible") == "visible"]
    hidden = tuple(known for known in book.sheets if known not in visible)
    if sheet:
        if sheet not in book.sheets:
            raise SopError(f"{name} has no sheet '{sheet}' (it has: {', '.join(book.sheets)}).")
        return sheet_paste(book, sheet, name, hidden)
    pastes = [sheet_paste(book, known, name, hidden) for known in visible]
    filled = [paste for paste in pastes if len(pastes) == 1 or find_header(paste)]
    if len(filled) != 1:
        which = "no sheet" if not filled else f"{len(filled)} sheets"
        raise SopError(
            f"{name} has {which} with a header of actuals (sheets: {', '.join(visible)}). Name one: --sheet."
        )
    return filled[0]


def _states(book: OpenBook) -> dict[str, str]:
    text = book.package.text_of(book.part)
    sheets = (dict(_ATTRIBUTE.findall(match[1])) for match in _SHEET.finditer(text))
    return {unescaped(sheet.get("name", "")): sheet.get("state", "visible") for sheet in sheets}


def sheet_paste(
    book: OpenBook, sheet: str, name: str, hidden_sheets: tuple[str, ...] = (), within: Rect | None = None
) -> RawPaste:
    """Return the cells of a sheet, or of an area of it, as a paste.

    Raises:
        WorkbookError: a formula has no result, or cells are too far apart or too long.
    """
    xml = book.sheet_text(sheet)
    filled = [cell for cell in filled_cells(xml) if within is None or within.holds(cell[0], cell[1])]
    if not filled:
        return RawPaste([], name, sheet)
    area = area_of(filled, name, sheet)
    rows = squared(book.reader.area(xml, area))
    top, left = area.top, area.left
    styles = _cell_formats(book)
    formulas = frozenset((row - top, column - left) for row, column, _, inner in filled if "<f" in inner)
    _refuse(rows, filled, area, name)
    return RawPaste(
        rows,
        name,
        sheet,
        top,
        left,
        formats=_formats(_telling_formats(styles), filled, area),
        hidden=frozenset(int(m[1]) - top for m in _ROW.finditer(xml) if _HIDDEN.search(m[2]) and int(m[1]) >= top),
        formulas=formulas,
        links=_links(book) if formulas else (),
        merged=tuple(_shifted(merged, top, left) for merged in SheetXml(xml).merged()),
        row_count=area.bottom if within is None else 0,
        hidden_sheets=hidden_sheets,
        cell_formats=len(styles),
    )


Filled = tuple[int, int, str, str]
"""Row, column, attributes and inner text of a cell that holds something."""


def filled_cells(xml: str) -> list[Filled]:
    """Return the cells of a sheet's XML that hold something, a formula without result included."""
    return [
        (int(number), column_number(letters), attributes, inner)
        for letters, number, attributes, plain, inner in CELL.findall(xml)
        if plain or inner
    ]


def area_of(filled: list[Filled], name: str, sheet: str) -> Rect:
    """Return the area that all filled cells lie in.

    Raises:
        SopError: it has more cells than can be read.
    """
    rows, columns = [cell[0] for cell in filled], [cell[1] for cell in filled]
    area = Rect(min(rows), min(columns), max(rows), max(columns))
    if (area.bottom - area.top + 1) * (area.right - area.left + 1) > _MOST_CELLS:
        raise SopError(f"{name}, sheet '{sheet}': cells from {area.text} are too far apart. Delete what is far off.")
    return area


def _refuse(rows: list[Row], filled: list[Filled], area: Rect, name: str) -> None:
    for row, column, attributes, inner in filled:
        if inner and is_uncalculated(attributes, inner):
            where = Rect(row, column, row, column).text
            raise WorkbookError(f"{name}, {where}: the formula has no result. Open and save the file once in Excel.")
    for r, cells in enumerate(rows):
        for c, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                where = Rect(area.top + r, area.left + c, area.top + r, area.left + c).text
                raise WorkbookError(f"{name}, {where}: {len(cell):,} characters; a cell holds {MAX_CELL:,}.")


def _formats(codes: dict[str, str], filled: list[Filled], area: Rect) -> dict[tuple[int, int], str]:
    """Return the number formats that say what a number means, by place; the others do not matter."""
    out = {}
    for row, column, attributes, _ in filled if codes else ():
        match = _STYLE.search(attributes)
        if match and match[1] in codes:
            out[row - area.top, column - area.left] = codes[match[1]]
    return out


def _cell_formats(book: OpenBook) -> list[str]:
    """Return the number format of each cell format of the file, "" for one that is built in and no percentage."""
    if not book.styles_part:
        return []
    root = parsed(book.package.text_of(book.styles_part), book.styles_part)
    codes = {e.get("numFmtId"): e.get("formatCode", "") for e in descendants(root, "numFmt")}
    styles = [e for group in children(root, "cellXfs") for e in children(group, "xf")]
    return [codes.get(e.get("numFmtId"), _PERCENT.get(e.get("numFmtId", ""), "")) for e in styles]


def _telling_formats(styles: list[str]) -> dict[str, str]:
    """Return formats such as 00000, which give codes their zeros, and those of percentages, by number of the style."""
    zeros = {str(k): code for k, code in enumerate(styles) if len(code) > 1 and set(code) == {"0"}}
    return zeros | {str(k): code for k, code in enumerate(styles) if "%" in code}


def _links(book: OpenBook) -> tuple[str, ...]:
    """Return the files that the workbook's formulas refer to."""
    out = []
    for relation in book.package.relations(book.part):
        if relation.kind != "externalLink":
            continue
        folder, _, part = relation.target.rpartition("/")
        path = f"{folder}/_rels/{part}.rels"
        if book.package.has(path):
            targets = (e.get("Target", "") for e in parsed(book.package.text_of(path), path))
            out += [target.replace("\\", "/").rpartition("/")[2] for target in targets if target]
    return tuple(dict.fromkeys(out))


def _shifted(area: Rect, top: int, left: int) -> tuple[int, int, int, int]:
    return area.top - top, area.left - left, area.bottom - top, area.right - left
