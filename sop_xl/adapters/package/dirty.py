"""Formulas whose results in the file no longer hold, because something they read was written."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sop_xl.adapters.package.ranges import Rect, column_number
from sop_xl.adapters.package.sheet_xml import CELL, FORMULA, VALUE
from sop_xl.adapters.package.xml_text import unescaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.adapters.package.lookup import Area, Lookup
    from sop_xl.adapters.package.sheet_xml import SheetXml

_ATTRIBUTE = re.compile(r'\b(\w+)="([^"]*)"')
_RESULT_TYPE = re.compile(r'\s*\bt="(?:str|b|e|n|s)"')


@dataclass(frozen=True)
class FormulaCell:
    """A cell with a formula: `area` is all the cells that it fills."""

    sheet: str
    row: int
    column: int
    area: Rect
    reads: tuple[Area, ...] | None


class Dirty:
    """The cells that were written, and the formulas that read them, directly or through others."""

    def __init__(self) -> None:
        """Start with nothing written."""
        self._blocks: dict[str, list[Rect]] = defaultdict(list)
        self._cells: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))

    def __bool__(self) -> bool:
        return any(self._blocks.values())

    def mark(self, sheet: str, area: Rect) -> None:
        """Say that cells of a sheet were written."""
        self._blocks[sheet.casefold()].append(area)

    def touches(self, sheet: str, area: Rect) -> bool:
        """Whether the block holds a cell that was written, or whose result no longer holds."""
        name = sheet.casefold()
        if any(area.meets(block) for block in self._blocks.get(name, ())):
            return True
        rows = self._cells.get(name)
        if not rows:
            return False
        if area.bottom - area.top < len(rows):
            near = (rows[row] for row in range(area.top, area.bottom + 1) if row in rows)
        else:
            near = (columns for row, columns in rows.items() if area.top <= row <= area.bottom)
        return any(area.left <= column <= area.right for columns in near for column in columns)

    def reads_any(self, areas: tuple[Area, ...] | list[Area] | None) -> bool:
        """Whether any of the blocks was touched; blocks that cannot be told always are."""
        return areas is None or any(self.touches(sheet, area) for sheet, area in areas)

    def spread(self, formulas: list[FormulaCell]) -> list[FormulaCell]:
        """Return the formulas whose results no longer hold, through as many others as it takes."""
        dirty: list[FormulaCell] = []
        clean = formulas if self else []
        look_at = {name for name, blocks in self._blocks.items() if blocks} | self._cells.keys()
        while look_at:
            touches = cache(self.touches)  # many formulas read the same; what this round marks, the next one sees
            still_clean, found = [], set[str]()
            for formula in clean:
                reads = formula.reads
                if reads is None or any(sheet in look_at and touches(sheet, area) for sheet, area in reads):
                    dirty.append(formula)
                    self._mark_cells(formula)
                    found.add(formula.sheet.casefold())
                    look_at.add(formula.sheet.casefold())
                else:
                    still_clean.append(formula)
            clean, look_at = still_clean, found
        return dirty

    def _mark_cells(self, formula: FormulaCell) -> None:
        rows = self._cells[formula.sheet.casefold()]
        for row in range(formula.area.top, formula.area.bottom + 1):
            rows[row].update(range(formula.area.left, formula.area.right + 1))


def formula_cells(sheet: str, xml: SheetXml, lookup: Lookup) -> list[FormulaCell]:
    """Return the cells of a sheet that hold formulas, with what they read."""
    out = []
    shared: dict[str, tuple[str, int, int]] = {}
    for row in sorted(xml.rows):
        if "<f" not in xml.rows[row].cells:
            continue
        for match in CELL.finditer(xml.rows[row].cells):
            found = FORMULA.search(match.group(5) or "")
            if found:
                attributes = dict(_ATTRIBUTE.findall(found.group(1)))
                column = column_number(match.group(1))
                text, top, left = unescaped(found.group(2) or ""), row, column
                if attributes.get("t") == "shared":
                    if text:
                        shared[attributes.get("si", "")] = (text, row, column)
                    text, top, left = shared.get(attributes.get("si", ""), (text, row, column))
                out.append(
                    _formula_cell(
                        sheet, row, column, attributes, lookup.areas(text, sheet, row, (row - top, column - left))
                    )
                )
    return out


def _formula_cell(
    sheet: str, row: int, column: int, attributes: Mapping[str, str], reads: list[Area] | None
) -> FormulaCell:
    area = Rect(row, column, row, column)
    if attributes.get("t") != "shared" and "ref" in attributes:
        area = Rect.parse(attributes["ref"])
    if reads is not None and attributes.get("t") == "dataTable":
        reads = None
    return FormulaCell(sheet, row, column, area, None if reads is None else tuple(reads))


def drop_results(xml: SheetXml, formulas: list[FormulaCell], kept: set[tuple[int, int]]) -> None:
    """Take the results of `formulas` off their sheet, so that nobody shows them; `kept` are cells to leave."""
    rows: dict[int, set[int]] = defaultdict(set)
    for formula in formulas:
        for row in range(formula.area.top, formula.area.bottom + 1):
            for column in range(formula.area.left, formula.area.right + 1):
                if (row, column) not in kept:
                    rows[row].add(column)
    for row, columns in rows.items():
        cells = xml.cells(row)
        for column in columns & cells.keys():
            cells[column] = without_result(cells[column])
        if cells:
            xml.change(row, cells)


def without_result(cell: str) -> str:
    """Return a cell's text without its value; its formula and style stay."""
    start, rest = cell[: cell.index(">")], cell[cell.index(">") :]
    return _RESULT_TYPE.sub("", start) + VALUE.sub("", rest, count=1)
