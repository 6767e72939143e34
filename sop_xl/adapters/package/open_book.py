"""A workbook file as opened: where its sheets and tables are, and what their cells hold."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sop_xl.adapters.package.book_xml import BookXml
from sop_xl.adapters.package.cell_values import CellReader
from sop_xl.adapters.package.looks import Prototype
from sop_xl.adapters.package.package import Package
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.shared_strings import EMPTY, SharedStrings
from sop_xl.adapters.package.sheet_xml import SheetXml, orderly, style_of
from sop_xl.adapters.package.styles import Styles
from sop_xl.adapters.package.table_xml import TableXml
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.schema.table import Table

PROTOTYPE = "sop_row_"
_ROW_ATTRIBUTES = ("ht", "customHeight", "outlineLevel")


class OpenBook:
    """A workbook's package with its main parts read; nothing here is changed.

    Attributes:
        package: the parts.
        part, styles_part, strings_part: names of the workbook's main parts.
        xml: the workbook part.
        sheets: the worksheets' parts by sheet name.
        tables: the tables by name.
    """

    def __init__(self, data: bytes, name: str) -> None:
        """Open the bytes of a workbook file; `name` is for messages."""
        self.package = Package(data, name)
        self.part = next((r.target for r in self.package.relations("") if r.kind == "officeDocument"), "")
        if not self.part.endswith(".xml"):
            raise WorkbookError(f"{name} is not an .xlsx or .xlsm workbook. Open it in Excel and save it as one.")
        self.xml = BookXml(self.package.text_of(self.part), self.part)
        relations = self.package.relations(self.part)
        by_kind = {relation.kind: relation.target for relation in relations}
        self.styles_part = by_kind.get("styles", "")
        self.strings_part = by_kind.get("sharedStrings", "")
        parts = {relation.id: relation.target for relation in relations if relation.kind == "worksheet"}
        self.sheets = {sheet: parts[id_] for sheet, id_ in self.xml.sheet_relations().items() if id_ in parts}
        self.tables = {table.name: table for table in self._tables()}
        self._orderly: dict[str, str] = {}

    def _tables(self) -> list[TableXml]:
        return [
            TableXml(self.package.text_of(relation.target), relation.target, sheet)
            for sheet, part in self.sheets.items()
            for relation in self.package.relations(part)
            if relation.kind == "table"
        ]

    def sheet_text(self, sheet: str) -> str:
        """Return a worksheet's XML in orderly form."""
        part = self.sheets[sheet]
        if part not in self._orderly:
            self._orderly[part] = orderly(self.package.text_of(part), part)
        return self._orderly[part]

    def sheet_xml(self, sheet: str) -> SheetXml:
        """Return a worksheet's XML cut into rows, to be changed freely."""
        return SheetXml(self.sheet_text(sheet))

    def new_strings(self) -> SharedStrings:
        """Return the shared texts, to be appended to freely."""
        text = self.package.text_of(self.strings_part) if self.strings_part else EMPTY
        return SharedStrings(text, self.strings_part or "sharedStrings.xml")

    def new_styles(self) -> Styles:
        """Return the styles, to be appended to freely."""
        if not self.styles_part:
            raise WorkbookError(f"{self.package.name} has no styles. Open it in Excel and save it again.")
        return Styles(self.package.text_of(self.styles_part), self.styles_part)

    @cached_property
    def reader(self) -> CellReader:
        """What reads the workbook's cells."""
        return CellReader(self.new_strings().texts, self.new_styles(), date1904=self.xml.date1904)

    def prototypes(self, table: Table) -> Mapping[str, Prototype]:
        """Return the looks of a view's rows by kind: the cells that the names `sop_row_<kind>` stand for."""
        if not table.view:
            return {}
        names = [name for name in self.xml.names() if name.name.startswith(PROTOTYPE)]
        return {name.name.removeprefix(PROTOTYPE): self._prototype(name.formula, table) for name in names}

    def _prototype(self, formula: str, table: Table) -> Prototype:
        prefix, _, text = formula.rpartition("!")
        sheet = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix
        xml, area = self._prototype_sheet(sheet), Rect.parse(text)
        cells = xml.cells(area.top)
        styles = {
            field: style_of(cells[area.left + k]) if area.left + k in cells else ""
            for k, field in enumerate(table.fields)
        }
        return Prototype(styles, xml.row_attributes(area.top, _ROW_ATTRIBUTES))

    def _prototype_sheet(self, sheet: str) -> SheetXml:
        if sheet not in self._prototype_sheets:
            self._prototype_sheets[sheet] = self.sheet_xml(sheet)
        return self._prototype_sheets[sheet]

    @cached_property
    def _prototype_sheets(self) -> dict[str, SheetXml]:
        return {}
