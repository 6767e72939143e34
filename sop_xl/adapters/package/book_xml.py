"""The workbook part: sheets, defined names, date system, calculation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.adapters.package.formula import resized
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.xml_text import children, descendants, escaped, parsed, plain, relation_id, unescaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.adapters.package.ranges import Resize

_NAME = re.compile(r"(<definedName\b([^>]*)>)([^<]*)(</definedName>)")
_ATTRIBUTE = re.compile(r'\b(\w+)="([^"]*)"')
_BEFORE_CALCULATION = (
    *(
        "definedNames",
        "externalReferences",
        "functionGroups",
        "sheets",
        "bookViews",
        "workbookProtection",
        "workbookPr",
    ),
)
_BUILT_IN = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")


@dataclass(frozen=True)
class DefinedName:
    """A name of the workbook: `sheet` is the one it belongs to, empty for the whole workbook."""

    name: str
    sheet: str
    formula: str


class BookXml:
    """The workbook part, as read; changes give a new text."""

    def __init__(self, text: str, part: str) -> None:
        """Read the part's XML."""
        self._text = plain(text, part)
        root = parsed(self._text, part)
        self._sheets = [(e.get("name", ""), relation_id(e)) for e in descendants(root, "sheet")]
        settings = [e for e in children(root, "workbookPr") if e.get("date1904") in ("1", "true")]
        self.date1904 = bool(settings)

    def sheet_relations(self) -> Mapping[str, str]:
        """Return the sheets' relation ids by name, in workbook order."""
        return dict(self._sheets)

    def names(self) -> list[DefinedName]:
        """Return the defined names."""
        out = []
        for match in _NAME.finditer(self._text):
            attributes = dict(_ATTRIBUTE.findall(match.group(2)))
            out.append(
                DefinedName(unescaped(attributes.get("name", "")), self._owner(attributes), unescaped(match.group(3)))
            )
        return out

    def _owner(self, attributes: Mapping[str, str]) -> str:
        local = attributes.get("localSheetId", "")
        return self._sheets[int(local)][0] if local and int(local) < len(self._sheets) else ""

    def updated(self, resizes: Sequence[Resize]) -> str:
        """Return the part's XML with names that span a resized table body moved along, to be calculated on load."""
        text = _NAME.sub(lambda match: self._resized_name(match, resizes), self._text)
        return _calculated_on_load(text)

    def _resized_name(self, match: re.Match[str], resizes: Sequence[Resize]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match.group(2)))
        formula = unescaped(match.group(3))
        new = resized(formula, resizes)
        if attributes.get("name") in _BUILT_IN:
            new = _resized_print_area(new, self._owner(attributes), resizes)
        return match.group() if new == formula else f"{match.group(1)}{escaped(new)}{match.group(4)}"


def _resized_print_area(formula: str, sheet: str, resizes: Sequence[Resize]) -> str:
    """Return a sheet's print area or filter range, moved along with the table's end.

    It may start above and left of the table, and leave out columns at its right.
    """
    prefix, _, text = formula.rpartition("!")
    try:
        area = Rect.parse(text)
    except ValueError:
        return formula
    for resize in resizes:
        ends = resize.sheet == sheet and area.bottom == resize.old.bottom and area.top <= resize.header
        if ends and area.left <= resize.old.left <= area.right:
            return f"{prefix}!{text.rstrip('0123456789')}{resize.new.bottom}"
    return formula


def _calculated_on_load(text: str) -> str:
    found = re.search(r"<calcPr\b[^>]*>", text)
    if found and re.search(r'\bfullCalcOnLoad="(?:1|true)"', found.group()):
        return text
    if found:
        tag = re.sub(r'\s*\bfullCalcOnLoad="[^"]*"', "", found.group())
        return text[: found.start()] + tag.replace("<calcPr", '<calcPr fullCalcOnLoad="1"', 1) + text[found.end() :]
    for element in _BEFORE_CALCULATION:
        before = re.search(rf"<{element}\b[^>]*?/>|<{element}\b.*?</{element}>", text, re.DOTALL)
        if before:
            return f'{text[: before.end()]}<calcPr fullCalcOnLoad="1"/>{text[before.end() :]}'
    return text
