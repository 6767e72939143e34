"""Charts and pivot caches: parts that hold copies of cells, which must not outlive them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.adapters.package.formula import resized
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.xml_text import escaped, plain, unescaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.adapters.package.dirty import Dirty
    from sop_xl.adapters.package.lookup import Lookup
    from sop_xl.adapters.package.ranges import Resize

_REFERENCE = re.compile(
    r"(?P<start><(?:\w+:)?f\b[^>]*>)(?P<formula>[^<]*)(?P<end></(?:\w+:)?f>)"
    r"(?P<cache>\s*<(?P<tag>(?:\w+:)?(?:numCache|strCache|multiLvlStrCache))\b.*?</(?P=tag)>)?",
    re.DOTALL,
)
_SOURCE = re.compile(r"<worksheetSource\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(\w+)="([^"]*)"')


def refreshed_chart(text: str, dirty: Dirty, lookup: Lookup, resizes: Sequence[Resize]) -> str:
    """Return a chart's XML with ranges that span a resized table body moved along, and no outdated copies of cells.

    The copies are taken off only where a cell they copy was written or no longer holds.
    """

    def replace(match: re.Match[str]) -> str:
        formula = unescaped(match["formula"])
        new = resized(formula, resizes)
        changed = new != formula or dirty.reads_any(lookup.areas(new, "", 0))
        cache = "" if changed else match["cache"] or ""
        shown = match["formula"] if new == formula else escaped(new)
        return f"{match['start']}{shown}{match['end']}{cache}"

    return _REFERENCE.sub(replace, text)


def refreshed_pivot(text: str, part: str, dirty: Dirty, lookup: Lookup, resizes: Sequence[Resize]) -> str:
    """Return a pivot cache's XML, refreshed when the workbook opens where its source was written."""
    original, text = text, plain(text, part)
    source = _SOURCE.search(text)
    if source is None:
        return original
    found = {name: unescaped(value) for name, value in _ATTRIBUTE.findall(source.group())}
    areas = lookup.areas(found["name"], "", 0) if "name" in found else _source_area(found)
    if not dirty.reads_any(areas):
        return original
    tag = source.group()
    for resize in resizes:
        if "ref" in found and resize.sheet.casefold() == found.get("sheet", "").casefold():
            tag = tag.replace(f'ref="{found["ref"]}"', f'ref="{resize.applied(Rect.parse(found["ref"])).text}"')
    text = text[: source.start()] + tag + text[source.end() :]
    text = re.sub(r'(<pivotCacheDefinition\b[^>]*?)\s*\brefreshOnLoad="[^"]*"', r"\1", text, count=1)
    return text.replace("<pivotCacheDefinition", '<pivotCacheDefinition refreshOnLoad="1"', 1)


def _source_area(found: dict[str, str]) -> list[tuple[str, Rect]]:
    return [(found.get("sheet", "").casefold(), Rect.parse(found["ref"]))] if "ref" in found else []
