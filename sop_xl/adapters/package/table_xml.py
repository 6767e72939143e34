"""A table's own part: where it stands, its columns, its filter."""

from __future__ import annotations

from functools import cached_property

from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.xml_text import children, descendants, parsed, serialised, uncoded


def header_key(header: str) -> str:
    """Return what counts of a header: its words, in whatever case, however broken into lines."""
    return " ".join(header.replace("\u00a0", " ").split()).casefold()


class TableXml:
    """An Excel table, as its part tells.

    Attributes:
        sheet: name of the sheet it stands on.
        part: name of its part.
        ref: all its cells, with header and totals row.
        text: the part's XML.
        headers: names of its columns, which are what stands in its header row.
    """

    def __init__(self, text: str, part: str, sheet: str) -> None:
        """Read the part's XML."""
        self.sheet = sheet
        self.part = part
        self.text = text
        root = parsed(text, part)
        self.name = str(root.get("displayName") or root.get("name"))
        self.ref = Rect.parse(root.get("ref"))
        self._header_rows = int(root.get("headerRowCount", "1"))
        self._totals_rows = int(root.get("totalsRowCount", "0"))
        columns = descendants(root, "tableColumn")
        self.headers = [uncoded(column.get("name", "")) for column in columns]
        formulas = [children(column, "calculatedColumnFormula") for column in columns]
        self.calculated = [(found[0].text or "") if found else "" for found in formulas]
        self.is_filtered = bool(descendants(root, "filterColumn"))

    @property
    def body(self) -> Rect:
        """The rows of data: one at least."""
        ref = self.ref
        return Rect(ref.top + self._header_rows, ref.left, ref.bottom - self._totals_rows, ref.right)

    @property
    def header_row(self) -> int:
        """Row number of the header; where the table has none, of the row above its body."""
        return self.body.top - 1

    @property
    def has_header(self) -> bool:
        """Whether its first row is a header."""
        return self._header_rows > 0

    @property
    def has_totals(self) -> bool:
        """Whether its last row holds totals."""
        return self._totals_rows > 0

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column numbers by `header_key`."""
        return {header_key(header): self.ref.left + k for k, header in enumerate(self.headers)}

    def with_rows(self, count: int, *, keep_filter: bool) -> str:
        """Return the part's XML for a body of `count` rows; a filter or sorting that no longer holds is taken off."""
        root = parsed(self.text, self.part)
        body = Rect(self.body.top, self.ref.left, self.body.top + count - 1, self.ref.right)
        root.set("ref", Rect(self.ref.top, body.left, body.bottom + self._totals_rows, body.right).span)
        for auto_filter in children(root, "autoFilter"):
            auto_filter.set("ref", Rect(self.ref.top, body.left, body.bottom, body.right).span)
            if not keep_filter:
                for child in list(auto_filter):
                    auto_filter.remove(child)
        if not keep_filter:
            for state in children(root, "sortState"):
                root.remove(state)
        return serialised(root)
