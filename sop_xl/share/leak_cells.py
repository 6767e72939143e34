"""Leaks by cells: hidden rows, formulas that reach out, lists and charts of other sheets, figures of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.share.leaks import CHART, MAIN, Allowed, Leak, Package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUNCTIONS = frozenset({"SUM", "SUMIFS", "SUBTOTAL", "IF", "ABS"})
"""What formulas of ours use; none of them can reach out of the file."""
CALL = re.compile(r"([A-Z][A-Z0-9.]*)\(")
SHEET_OF = re.compile(r"^'?((?:[^'!]|'')+)'?!")


def hidden_cells(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find hidden rows and columns; those a filter hides are hidden too."""
    for name, sheet in package.sheets.items():
        for tag, words in (("row", "row"), ("col", "column")):
            for element in sheet.iter(f"{MAIN}{tag}"):
                if element.get("hidden") in ("1", "true"):
                    yield Leak("hidden-cells", name, f"a hidden {words} ({element.get('r') or element.get('min')})")


def formulas(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find formulas other than plain sums within the file."""
    for name, sheet in package.sheets.items():
        for element in sheet.iter(f"{MAIN}f"):
            text = re.sub(r'"[^"]*"', '""', element.text or "")
            strange = [call for call in CALL.findall(text) if call not in FUNCTIONS]
            if strange or "[" in text or "|" in text or element.get("t") in ("array", "dataTable"):
                yield Leak("formula", name, f"the formula {text[:60]!r}")


def lists(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find lists of choices that are kept on another sheet or behind a name."""
    for name, sheet in package.sheets.items():
        for rule in sheet.iter(f"{MAIN}dataValidation"):
            source = "".join(e.text or "" for e in rule.iter(f"{MAIN}formula1"))
            is_list = rule.get("type") == "list"
            if "!" in source or (is_list and not source.startswith('"')):
                yield Leak("choice-list", name, f"a list of choices from {source[:40]!r}")


def charts(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find charts whose figures, which they keep a copy of, are not on a visible sheet of this file."""
    for name in package.named(r"^xl/charts/chart"):
        tree = package.tree(name)
        for element in [] if tree is None else tree.iter(f"{CHART}f"):
            found = SHEET_OF.match(element.text or "")
            if not found or found.group(1).replace("''", "'") not in package.visible:
                yield Leak("chart-cache", name, f"figures of {(element.text or '')[:60]!r}")


def figures(package: Package, allowed: Allowed) -> Iterator[Leak]:
    """Find figures that the recipient may not see, in cells and in the copies charts keep."""
    if not allowed.figures:
        return
    for name, sheet in package.sheets.items():
        cells = (c for c in sheet.iter(f"{MAIN}c") if c.get("t", "n") in ("n", "str"))
        yield from _forbidden(name, (v.text for c in cells for v in c.iter(f"{MAIN}v")), allowed)
    for name in package.named(r"^xl/charts/chart"):
        tree = package.tree(name)
        if tree is not None:
            yield from _forbidden(name, (v.text for v in tree.iter(f"{CHART}v")), allowed)


def _forbidden(name: str, texts: Iterator[str | None], allowed: Allowed) -> Iterator[Leak]:
    for text in texts:
        try:
            value = round(float(text or ""), 6)
        except ValueError:
            continue
        if value in allowed.figures:
            yield Leak("figure", name, f"{text}, a figure that is not this recipient's")


def words(package: Package, allowed: Allowed) -> Iterator[Leak]:
    """Find cells that name what the recipient may not see."""
    for text in package.texts:
        if text in allowed.words:
            yield Leak("name", "xl/sharedStrings.xml", f"{text!r}, which is not this recipient's")


CELL_RULES: tuple[Callable[[Package, Allowed], Iterator[Leak]], ...] = (
    hidden_cells,
    formulas,
    lists,
    charts,
    figures,
    words,
)
