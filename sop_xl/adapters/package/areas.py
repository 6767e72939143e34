"""Named areas of a workbook file that are no tables: where they stand, and their cells written in place."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.sheet_xml import has_content, style_of
from sop_xl.domain.cells import column_letters
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.adapters.package.cell_values import CellWriter
    from sop_xl.adapters.package.open_book import OpenBook
    from sop_xl.adapters.package.sheet_xml import SheetXml
    from sop_xl.domain.cells import CellInput

_COLUMNS = re.compile(r"<col\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r'\b(min|max|style)="(\d+)"')


def place_of(book: OpenBook, name: str, file: str) -> tuple[str, Rect]:
    """Return the sheet and the cells that a defined name stands for.

    Raises:
        WorkbookError: there is no such name, or it stands for something else.
    """
    for found in book.xml.names():
        if found.name == name:
            prefix, _, text = found.formula.rpartition("!")
            sheet = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix
            with suppress(ValueError):
                area = Rect.parse(text)
                if sheet in book.sheets:
                    return sheet, area
    raise WorkbookError(
        f"{file} has no area '{name}': the sheet was deleted or is of an older version. Run: sop-xl upgrade {file}"
    )


def write_area(sheet: SheetXml, area: Rect, rows: Sequence[Sequence[CellInput]], writer: CellWriter) -> Rect:
    """Make `rows` all there is in an area of a sheet, in the looks its cells have; return what was touched."""
    last = max((number for number, row in sheet.rows.items() if row.cells and number <= area.bottom), default=0)
    bottom = max(area.top, min(area.bottom, max(last, area.top + len(rows) - 1)))
    looks = _column_styles(sheet)
    blank: Sequence[CellInput] = [None] * (area.right - area.left + 1)
    for number in range(area.top, bottom + 1):
        values = rows[number - area.top] if number - area.top < len(rows) else blank
        cells = sheet.cells(number)
        was_there = any(has_content(cells[column]) for column in cells if area.left <= column <= area.right)
        if values is blank and not was_there:
            continue
        for column, value in enumerate(values, area.left):
            style = style_of(cells[column]) if column in cells else looks.get(column, "")
            text = writer.cell(f"{column_letters(column)}{number}", style, value)
            if text:
                cells[column] = text
            else:
                cells.pop(column, None)
        sheet.put(number, cells)
    return Rect(area.top, area.left, bottom, area.right)


def _column_styles(sheet: SheetXml) -> Mapping[int, str]:
    """Return the style of each column that has one, for cells that are not there yet."""
    styles: dict[int, str] = {}
    for match in _COLUMNS.finditer(sheet.head):
        found: dict[str, str] = dict(_ATTRIBUTE.findall(match[1]))
        if "style" in found:
            styles.update(dict.fromkeys(range(int(found["min"]), int(found["max"]) + 1), found["style"]))
    return styles
