"""Changes to a workbook, gathered table by table and then worked into its parts all at once."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from sop_xl.adapters.package.areas import write_area
from sop_xl.adapters.package.book_xml import BookXml
from sop_xl.adapters.package.cell_values import CellReader, CellWriter
from sop_xl.adapters.package.dirty import Dirty, drop_results, formula_cells
from sop_xl.adapters.package.lookup import Lookup
from sop_xl.adapters.package.pictures import refreshed_chart, refreshed_pivot
from sop_xl.adapters.package.ranges import resized_sqref
from sop_xl.adapters.package.sheet_xml import has_formulas
from sop_xl.adapters.package.table_write import TableWrite, Written
from sop_xl.adapters.package.table_xml import TableXml
from sop_xl.adapters.rows.layout import Layout
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.adapters.package.open_book import OpenBook
    from sop_xl.adapters.package.ranges import Rect, Resize
    from sop_xl.adapters.package.sheet_xml import SheetXml
    from sop_xl.adapters.row_keys import OrphanCell
    from sop_xl.domain.cells import CellInput
    from sop_xl.schema.table import Table

_SQREF = re.compile(r'(\bsqref=")([^"]*)(")|(<(?:\w+:)?sqref>)([^<]*)(</(?:\w+:)?sqref>)')
_FORMULA_ADDRESS = re.compile(r'<c r="([A-Z]+\d+)"[^>]*>\s*<f\b')
_CHAIN = "calcChain"
_TEXT_CELL = ' t="s"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


class Edit:
    """New rows for some tables of an open workbook; `finish` works them into its package."""

    def __init__(self, book: OpenBook) -> None:
        """Start with nothing changed."""
        self._book = book
        self._strings = book.new_strings()
        self._styles = book.new_styles()
        date1904 = book.xml.date1904
        self._reader = CellReader(self._strings.texts, self._styles, date1904=date1904)
        self._writer = CellWriter(self._strings, self._styles, date1904=date1904)
        self._tables = dict(book.tables)
        self._sheets: dict[str, SheetXml] = {}
        self._written: dict[str, Written] = {}
        self._areas: list[tuple[str, Rect]] = []

    def write_area(self, sheet: str, area: Rect, rows: Sequence[Sequence[CellInput]]) -> None:
        """Make `rows` all there is in an area that is no table.

        Raises:
            WorkbookError: a value cannot be stored; the edit must not be used any further.
        """
        try:
            touched = write_area(self._sheet(sheet), area, rows, self._writer)
        except ValueError as fault:
            raise WorkbookError(f"Sheet '{sheet}': {fault}. Nothing was changed.") from fault
        self._areas.append((sheet, touched))

    def write(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> list[OrphanCell]:
        """Place the new rows of one table, header first; return the user's cells that found no row.

        Raises:
            WorkbookError: see `TableWrite.write`; the edit must not be used any further.
        """
        xml = self._tables[table.excel_name]
        others = [t.ref for t in self._tables.values() if t.sheet == xml.sheet and t.name != xml.name]
        layout = Layout(table, xml, others)
        sheet = self._sheet(xml.sheet)
        write = TableWrite(layout, xml, sheet, self._reader, self._writer, self._book.prototypes(table))
        written = write.write(rows, others)
        self._written[xml.name] = written
        resize = written.resize
        grown = resize.old.bottom != resize.new.bottom
        if grown or (xml.is_filtered and not written.keep_filter):
            count = resize.new.bottom - resize.new.top + 1
            text = xml.with_rows(count, keep_filter=written.keep_filter)
            self._tables[xml.name] = TableXml(text, xml.part, xml.sheet)
        return written.orphans

    def _sheet(self, name: str) -> SheetXml:
        if name not in self._sheets:
            self._sheets[name] = self._book.sheet_xml(name)
        return self._sheets[name]

    def finish(self) -> None:
        """Work everything into the package's parts; where nothing differs, nothing is changed."""
        resizes = [w.resize for w in self._written.values() if w.resize.old != w.resize.new]
        for name, sheet in self._sheets.items():
            _resize_rules(sheet, [resize for resize in resizes if resize.sheet == name])
        dirty = self._dirty()
        if not dirty:
            return
        names = BookXml(self._book.xml.updated(resizes), self._book.part).names()
        lookup = Lookup(self._book.sheets, self._tables.values(), names)
        self._drop_results(dirty, lookup)
        package = self._book.package
        for part in package.parts_of_type("chart+xml"):
            package.put(part, refreshed_chart(package.text_of(part), dirty, lookup, resizes))
        for part in package.parts_of_type("pivotCacheDefinition+xml"):
            package.put(part, refreshed_pivot(package.text_of(part), part, dirty, lookup, resizes))
        self._put_sheets()
        self._put_tables()
        package.put(self._book.part, self._book.xml.updated(resizes))

    def _dirty(self) -> Dirty:
        """Return the cells written, of the sheets that came out different."""
        dirty = Dirty()
        changed = {name for name, sheet in self._sheets.items() if sheet.text() != self._book.sheet_text(name)}
        for written in self._written.values():
            if written.resize.sheet in changed:
                dirty.mark(written.resize.sheet, written.touched)
        for sheet, area in self._areas:
            if sheet in changed:
                dirty.mark(sheet, area)
        return dirty

    def _drop_results(self, dirty: Dirty, lookup: Lookup) -> None:
        formulas = []
        for name in self._book.sheets:
            if name not in self._sheets and not has_formulas(self._book.sheet_text(name)):
                continue
            formulas += formula_cells(name, self._sheet(name), lookup)
        by_sheet = defaultdict(list)
        for formula in dirty.spread(formulas):
            by_sheet[formula.sheet].append(formula)
        for name, found in by_sheet.items():
            fresh = {cell for w in self._written.values() if w.resize.sheet == name for cell in w.formulas}
            drop_results(self._sheets[name], found, fresh)

    def _put_sheets(self) -> None:
        package, uses, formulas_moved = self._book.package, 0, False
        chained = any(relation.kind == _CHAIN for relation in package.relations(self._book.part))
        for name, sheet in self._sheets.items():
            old, new = self._book.sheet_text(name), sheet.text()
            if old == new:
                continue
            uses += new.count(_TEXT_CELL) - old.count(_TEXT_CELL)
            formulas_moved |= chained and _FORMULA_ADDRESS.findall(old) != _FORMULA_ADDRESS.findall(new)
            package.put(self._book.sheets[name], new)
        self._put_strings(uses)
        package.put(self._book.styles_part, self._styles.xml())
        if formulas_moved:
            package.remove(self._book.part, _CHAIN)

    def _put_strings(self, uses: int) -> None:
        book, text = self._book, self._strings.xml(uses)
        if book.strings_part:
            book.package.put(book.strings_part, text)
        elif self._strings.texts:
            part = book.part.rpartition("/")[0] + "/sharedStrings.xml"
            kind = f"{_RELATIONS}/sharedStrings"
            book.package.add(book.part, part.lstrip("/"), text, relation_type=kind, content_type=_STRINGS_TYPE)

    def _put_tables(self) -> None:
        for name, table in self._tables.items():
            if table is not self._book.tables[name]:
                self._book.package.put(table.part, table.text)


def _resize_rules(sheet: SheetXml, resizes: list[Resize]) -> None:
    """Move the ends of validations, conditional formats and the like that span a resized table body."""
    if not resizes:
        return

    def replace(match: re.Match[str]) -> str:
        start, areas, end = match.group(1, 2, 3) if match.group(1) else match.group(4, 5, 6)
        return f"{start}{resized_sqref(areas, resizes)}{end}"

    sheet.tail = _SQREF.sub(replace, sheet.tail)
