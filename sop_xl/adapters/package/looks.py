"""How the rows of a table look: like its first row, or in a view like the model row of their kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.adapters.package.sheet_xml import style_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.adapters.package.sheet_xml import SheetXml
    from sop_xl.adapters.rows.layout import Layout

_HIDDEN = re.compile(r'\s*\b(?:hidden|collapsed)="[^"]*"')


@dataclass(frozen=True)
class Prototype:
    """How rows of one kind look in a view: style ids by field, and the row's attributes."""

    styles: Mapping[str, str]
    attributes: str

    @property
    def outline(self) -> int:
        """How deep the row is grouped."""
        found = re.search(r'\boutlineLevel="(\d+)"', self.attributes)
        return int(found.group(1)) if found else 0


class Looks:
    """Styles of cells and attributes of rows, as the table had them before it is written."""

    def __init__(self, layout: Layout, sheet: SheetXml, prototypes: Mapping[str, Prototype]) -> None:
        """Take the looks of the table's first row, and those of a view's rows by kind."""
        body, cells = layout.xml.body, sheet.cells(layout.xml.body.top)
        self._first = {c: style_of(cells[c]) if c in cells else "" for c in range(body.left, body.right + 1)}
        self._attributes = sheet.rows[body.top].attributes if body.top in sheet.rows else ""
        self._prototypes = prototypes
        self._by_kind = {
            kind: {c: prototype.styles.get(layout.fields.get(c, ""), style) for c, style in self._first.items()}
            for kind, prototype in prototypes.items()
        }
        self.outline = max((prototype.outline for prototype in prototypes.values()), default=0)

    def styles(self, kind: str) -> Mapping[int, str]:
        """Return the style ids of a new row by column; `kind` is empty where the table is no view."""
        return self._by_kind.get(kind, self._first)

    def attributes(self, kind: str, old: str | None, *, keep_hidden: bool) -> str:
        """Return the attributes of a row: the model row's, else those it had, else the first row's.

        Rows stand elsewhere after a write, so that none stays hidden unless `keep_hidden`.
        """
        if kind in self._prototypes:
            return self._prototypes[kind].attributes
        attributes = self._attributes if old is None else old
        return attributes if keep_hidden else shown(attributes)


def shown(attributes: str) -> str:
    """Return a row's attributes for a row that is not hidden."""
    return _HIDDEN.sub("", attributes)
