"""The texts that cells share: read with their formatted runs joined, only ever appended to."""

from __future__ import annotations

import re
from typing import Any

from sop_xl.adapters.package.xml_text import (
    DECLARATION,
    children,
    coded,
    escaped,
    local_name,
    parsed,
    plain,
    uncoded,
)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY = f'{DECLARATION}<sst xmlns="{MAIN}" count="0" uniqueCount="0"></sst>'


def text_of_item(item: Any) -> str:
    """Return the text of an `si` or `is` element: its runs joined, phonetic help left out."""
    parts = [t.text or "" for child in item if local_name(child) == "r" for t in children(child, "t")]
    parts += [child.text or "" for child in item if local_name(child) == "t"]
    return uncoded("".join(parts))


class SharedStrings:
    """The workbook's shared texts: by index, and the index of a text, new ones at the end."""

    def __init__(self, text: str, part: str) -> None:
        """Read the part's XML; existing indices never change."""
        self._text = plain(text, part)
        items = children(parsed(self._text, part), "si")
        self.texts = [text_of_item(item) for item in items]
        self._indices: dict[str, int] = {}
        for index, item in enumerate(items):
            if len(item) == 1 and local_name(item[0]) == "t":
                self._indices.setdefault(self.texts[index], index)
        self._stored = len(items)

    def index(self, text: str) -> int:
        """Return the index of a text without formatting, appended where it is new."""
        index = self._indices.get(text)
        if index is None:
            index = self._indices[text] = len(self.texts)
            self.texts.append(text)
        return index

    def xml(self, more_uses: int) -> str:
        """Return the part's XML with the new texts; `more_uses` is how many more cells refer to it than before."""
        added = "".join(_item(text) for text in self.texts[self._stored :])
        if not added and not more_uses:
            return self._text
        text = re.sub(r"(<sst\b[^>]*?)\s*/>\s*$", r"\1></sst>", self._text)
        end = text.rindex("</sst>")
        start = re.search(r"<sst\b[^>]*>", text)
        assert start is not None
        tag = re.sub(r'\buniqueCount="\d+"', f'uniqueCount="{len(self.texts)}"', start.group())
        tag = re.sub(r'\bcount="(\d+)"', lambda m: f'count="{max(0, int(m.group(1)) + more_uses)}"', tag)
        return f"{text[: start.start()]}{tag}{text[start.end() : end]}{added}{text[end:]}"


def _item(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
    return f"<si><t{space}>{escaped(coded(text))}</t></si>"
