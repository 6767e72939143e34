"""What a user put into a workbook beyond the rows of our tables, told by holding it against a fresh one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.package.formula import reads, table_and_columns
from sop_xl.adapters.package.ranges import Rect, column_number
from sop_xl.adapters.package.sheet_xml import CELL, has_content
from sop_xl.adapters.package.table_xml import header_key
from sop_xl.domain.issue import Issue, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sop_xl.adapters.package.formula import Token
    from sop_xl.adapters.package.open_book import OpenBook
    from sop_xl.adapters.package.table_xml import TableXml
    from sop_xl.schema.table import Table

OUR_NAMES = ("_", "sop_", "lst_", "chk_")
"""What the names start with that the template, or the program that saved the file, defines."""
EXTRAS = {
    "comments": "notes",
    "threadedComment": "comments",
    "drawing": "pictures, shapes or charts",
    "pivotTable": "pivot tables",
    "slicer": "slicers",
}
"""Parts a sheet may point at, and a planner's words for them."""


class Comparison:
    """A workbook beside a fresh one made from the present template."""

    def __init__(self, old: OpenBook, new: OpenBook, tables: Sequence[Table]) -> None:
        """Take both workbooks, and the tables whose rows are taken over."""
        self._old = old
        self._new = new
        names = [t.excel_name for t in tables if not t.view]
        self._pairs = [(old.tables[n], new.tables[n]) for n in names if n in old.tables and n in new.tables]
        self._fixed = {one.sheet.casefold() for one, other in self._pairs if _stands_alike(one, other)}

    def left_behind(self) -> list[Issue]:
        """Return what has no place in the new workbook, one issue for each thing."""
        return [*self._sheets(), *self._tables(), *self._cells(), *self._extras(), *self._names()]

    def keeps(self, sheet: str, formula: str) -> bool:
        """Whether a formula in a table on `sheet` means the same in the new workbook."""
        found = reads(formula)
        return (
            not found.anything
            and all((token.sheet or sheet).casefold() in self._fixed for token in found.areas)
            and all(self._has_columns(token, sheet) for token in found.tables)
            and all(token.text.casefold() in self._known_names for token in found.names)
        )

    def _has_columns(self, token: Token, sheet: str) -> bool:
        name, columns, _ = table_and_columns(token)
        tables = [t for t in self._new.tables.values() if (t.name == name if name else t.sheet == sheet)]
        return bool(tables) and all(header_key(column) in tables[0].columns for column in columns)

    @property
    def _known_names(self) -> set[str]:
        return {name.name.casefold() for name in self._new.xml.names()} | {n.casefold() for n in self._new.tables}

    def _sheets(self) -> Iterator[Issue]:
        new = {name.casefold() for name in self._new.xml.sheet_relations()}
        for name in self._old.xml.sheet_relations():
            if name.casefold() not in new:
                yield _own("own-sheet", name, "", "The template has no such sheet.")

    def _tables(self) -> Iterator[Issue]:
        for table in self._old.tables.values():
            if table.name not in self._new.tables and table.sheet in self._new.sheets:
                yield _own("own-table", table.sheet, table.ref.text, f"The template has no table '{table.name}'.")

    def _cells(self) -> Iterator[Issue]:
        for table, _ in self._pairs:
            beside, below = _outside(self._old.sheet_text(table.sheet), table)
            for block, where in ((beside, "beside"), (below, "below")):
                if block:
                    yield _own("own-cells", table.sheet, block, f"Cells {where} the table '{table.name}' are in use.")

    def _extras(self) -> Iterator[Issue]:
        for sheet, part in self._old.sheets.items():
            if sheet not in self._new.sheets:
                continue
            usual = {relation.kind for relation in self._new.package.relations(self._new.sheets[sheet])}
            for kind in sorted({relation.kind for relation in self._old.package.relations(part)} - usual):
                if kind in EXTRAS:
                    yield _own("own-extras", sheet, "", f"The sheet has {EXTRAS[kind]}.")

    def _names(self) -> Iterator[Issue]:
        for name in self._old.xml.names():
            if not name.name.startswith(OUR_NAMES) and name.name.casefold() not in self._known_names:
                yield _own("own-name", name.sheet, "", f"The name '{name.name}' stands for {name.formula}.")


def _own(code: str, sheet: str, cell: str, message: str) -> Issue:
    return Issue(Severity.WARN, code, sheet or "Names", cell, message, "It is not taken over.")


def _stands_alike(one: TableXml, other: TableXml) -> bool:
    """Whether every cell of a table keeps its address in the new workbook."""
    same_corner = (one.sheet, one.ref.top, one.ref.left) == (other.sheet, other.ref.top, other.ref.left)
    return same_corner and all(other.columns.get(header) == column for header, column in one.columns.items())


def _outside(text: str, table: TableXml) -> tuple[str, str]:
    """Return the blocks in which something stands beside a table and below it; empty where nothing does."""
    ref = table.ref
    beside: list[tuple[int, int]] = []
    below: list[tuple[int, int]] = []
    for cell in CELL.finditer(text):
        row, column = int(cell.group(2)), column_number(cell.group(1))
        if row < table.header_row or (row <= ref.bottom and ref.left <= column <= ref.right):
            continue
        if has_content(cell.group()):
            (below if row > ref.bottom else beside).append((row, column))
    return _block(beside), _block(below)


def _block(places: Sequence[tuple[int, int]]) -> str:
    if not places:
        return ""
    rows, columns = [row for row, _ in places], [column for _, column in places]
    return Rect(min(rows), min(columns), max(rows), max(columns)).text
