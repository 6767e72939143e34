"""A workbook's package as the lint rules read it: sheets, tables, names, formulas, styles."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from sop_xl.template.package import MAIN, RELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.template.package import Parts

REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
NS = {
    "m": MAIN,
    "r": RELS,
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "xm": "http://schemas.microsoft.com/office/excel/2006/main",
}
_CELL = re.compile(r"^\$?([A-Z]{1,3})\$?(\d+)$")


class Problem(NamedTuple):
    """What a rule found: the rule's name, where, and what is wrong."""

    rule: str
    where: str
    what: str


class Formula(NamedTuple):
    """A formula and where it stands: a cell, a name, a validation, a conditional format, a chart."""

    where: str
    text: str


class Area(NamedTuple):
    """A block of cells, columns and rows from 1, ends included."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Area) -> bool:
        """Whether the two blocks share a cell."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, state, part and content."""

    name: str
    state: str
    part: str
    root: etree._Element = field(repr=False)


@dataclass(frozen=True)
class TablePart:
    """One table: its sheet and its definition."""

    sheet: Sheet
    part: str
    root: etree._Element = field(repr=False)

    @property
    def name(self) -> str:
        """The name formulas use."""
        return self.root.get("displayName", "")

    @property
    def columns(self) -> list[str]:
        """The column names, in order, as formulas write them."""
        return [str(c.get("name")).replace("_x000a_", "\n") for c in find(self.root, "m:tableColumns/m:tableColumn")]

    @property
    def area(self) -> Area:
        """Header and body."""
        return area_of(self.root.get("ref", "A1"))

    @property
    def has_header(self) -> bool:
        """Whether the first row is a header."""
        return self.root.get("headerRowCount", "1") != "0"


class Package:
    """A workbook, read once."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts of a workbook; what is not well-formed raises lxml's error."""
        self.parts = parts
        self.workbook = self.xml("xl/workbook.xml")
        self.styles = self.xml("xl/styles.xml")

    def xml(self, part: str) -> etree._Element:
        """Return the root of an XML part."""
        return etree.fromstring(self.parts[part], etree.XMLParser(resolve_entities=False, no_network=True))

    def targets(self, part: str) -> dict[str, str]:
        """Return the parts that `part` has relationships to, by relationship id; outside targets are left out."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels".lstrip("/")
        if rels not in self.parts:
            return {}
        return {
            str(rel.get("Id")): _target(folder, str(rel.get("Target")))
            for rel in self.xml(rels)
            if rel.get("TargetMode") != "External"
        }

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The worksheets, in tab order."""
        targets = self.targets("xl/workbook.xml")
        out = []
        for entry in find(self.workbook, "m:sheets/m:sheet"):
            part = targets[str(entry.get(REL_ID))]
            out.append(Sheet(str(entry.get("name")), str(entry.get("state", "visible")), part, self.xml(part)))
        return out

    @cached_property
    def tables(self) -> list[TablePart]:
        """The tables of all sheets."""
        found = []
        for sheet in self.sheets:
            targets = self.targets(sheet.part)
            ids = [str(part.get(REL_ID)) for part in find(sheet.root, "m:tableParts/m:tablePart")]
            found += [TablePart(sheet, targets[i], self.xml(targets[i])) for i in ids]
        return found

    @cached_property
    def defined(self) -> list[tuple[str, str, str]]:
        """Each defined name as written: its sheet's number, "" for the whole workbook, the name, what it stands for."""
        entries = find(self.workbook, "m:definedNames/m:definedName")
        return [(e.get("localSheetId", ""), str(e.get("name")), e.text or "") for e in entries]

    @cached_property
    def names(self) -> dict[str, str]:
        """The defined names of the workbook and what they stand for."""
        return {name: text for sheet, name, text in self.defined if not sheet}

    @cached_property
    def shared_strings(self) -> list[str]:
        """The texts cells point to."""
        if "xl/sharedStrings.xml" not in self.parts:
            return []
        return ["".join(str(t) for t in si.itertext()) for si in self.xml("xl/sharedStrings.xml")]

    @cached_property
    def formulas(self) -> list[Formula]:
        """Every formula of the workbook."""
        return list(self._formulas())

    def _formulas(self) -> Iterator[Formula]:
        for name, text in self.names.items():
            yield Formula(f"name {name}", text)
        for sheet in self.sheets:
            for cell in find(sheet.root, "m:sheetData/m:row/m:c[m:f]"):
                yield Formula(f"{sheet.name}!{cell.get('r')}", cell.findtext(f"{{{MAIN}}}f") or "")
            for element in find(sheet.root, "//m:formula1 | //m:formula2 | //m:cfRule/m:formula | //xm:f"):
                if not (element.text or "").startswith('"'):
                    yield Formula(f"{sheet.name} rule", element.text or "")
        for part in self.parts:
            if part.startswith("xl/charts/chart"):
                for element in find(self.xml(part), "//c:f"):
                    yield Formula(part, element.text or "")

    def text_at(self, sheet: Sheet, address: str) -> str | None:
        """Return the text of a cell, or None where it holds none."""
        for cell in find(sheet.root, f"m:sheetData/m:row/m:c[@r='{address}']"):
            value = cell.findtext(f"{{{MAIN}}}v")
            if cell.get("t") == "s" and value is not None:
                index = int(value)
                return self.shared_strings[index] if index < len(self.shared_strings) else None
            if cell.get("t") == "inlineStr":
                return "".join(str(t) for t in cell.itertext())
            return value
        return None


def find(root: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at an XPath with the prefixes of `NS`."""
    found: list[etree._Element] = root.xpath(path, namespaces=NS)  # type: ignore[assignment]
    return found


def area_of(reference: str) -> Area:
    """Return the block of `B2:D9` or `B2`."""
    first, _, last = reference.partition(":")
    (left, top), (right, bottom) = position_of(first), position_of(last or first)
    return Area(left, top, right, bottom)


def position_of(address: str) -> tuple[int, int]:
    """Return column and row of a cell, from 1."""
    match = _CELL.match(address)
    if not match:
        msg = f"{address!r} is not a cell"
        raise ValueError(msg)
    column = 0
    for letter in match.group(1):
        column = 26 * column + ord(letter) - 64
    return column, int(match.group(2))


def _target(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
