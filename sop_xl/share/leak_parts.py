"""Leaks by parts and properties: macros, links, caches, names of machines and people."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from sop_xl.share.leaks import MAIN, Allowed, Leak, Package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KNOWN = re.compile(
    r"^(\[Content_Types\]\.xml|_rels/\.rels|docProps/(core|app|custom)\.xml|docMetadata/LabelInfo\.xml"
    r"|xl/(workbook|styles|sharedStrings)\.xml|xl/_rels/workbook\.xml\.rels|xl/theme/theme\d+\.xml"
    r"|xl/worksheets/(sheet\d+\.xml|_rels/sheet\d+\.xml\.rels)|xl/drawings/(drawing\d+\.xml|_rels/drawing\d+\.xml\.rels)"
    r"|xl/charts/chart\d+\.xml|xl/media/image\d+\.png|xl/tables/table\d+\.xml)$"
)
"""Parts a file of ours may have; whatever else is there did not come from us."""
NAMED_PARTS = (
    ("macro", r"vbaProject|\.bin$|activeX|ctrlProps", "a macro or control"),
    ("external-link", r"externalLinks/", "a link to another workbook"),
    ("connection", r"connections\.xml|queryTables/|queries/", "a connection to a database"),
    ("pivot-cache", r"pivotCache|pivotTables/", "a pivot cache, which keeps all rows of its source"),
    ("comment", r"comments|persons/|threadedComment", "comments, which carry names"),
    ("printer-settings", r"printerSettings", "settings of a printer, which carry its name"),
)
PLACES = re.compile(
    rb"[A-Za-z]:\\\\?[A-Za-z0-9_]|\\\\[A-Za-z0-9_.-]+\\|file://|/home/[a-z]|/Users/[A-Za-z]|/tmp/[A-Za-z0-9]"
)
ADDRESS = re.compile(rb"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
NAMES = re.compile(r"^_xlnm\.(Print_Area|Print_Titles|_FilterDatabase)$")


def named_parts(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find parts that must not be there, by what they are."""
    for rule, pattern, words in NAMED_PARTS:
        yield from (Leak(rule, name, words) for name in package.named(pattern))
    types = package.parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types:
        yield Leak("macro", "[Content_Types].xml", "the workbook is declared to have macros")


def unknown_parts(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find parts of a kind that we never write."""
    told = re.compile("|".join(pattern for _, pattern, _ in NAMED_PARTS), re.IGNORECASE)
    for name in package.parts:
        if not KNOWN.match(name) and not told.search(name):
            yield Leak("unknown-part", name, "a part that is none of ours")


def external_targets(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find relations that point out of the file."""
    for name in package.named(r"\.rels$"):
        tree = package.tree(name)
        for relation in [] if tree is None else tree:
            if relation.get("TargetMode") == "External":
                yield Leak("external-link", name, f"a link to {relation.get('Target', '')[:40]}")


def hidden_sheets(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find sheets that are hidden, be it so deep that the menu does not show them."""
    for sheet in package.workbook.iter(f"{MAIN}sheet"):
        if sheet.get("state", "visible") != "visible":
            yield Leak("hidden-sheet", "xl/workbook.xml", f"sheet {sheet.get('name')!r} is {sheet.get('state')}")


def names(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find defined names beyond those of print areas and filters."""
    for name in package.workbook.iter(f"{MAIN}definedName"):
        if not NAMES.match(name.get("name", "")):
            yield Leak("defined-name", "xl/workbook.xml", f"the name {name.get('name')!r}")


def own_path(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find the folder the workbook was last saved in."""
    if b"absPath" in package.parts.get("xl/workbook.xml", b""):
        yield Leak("own-path", "xl/workbook.xml", "the folder it was saved in")


def properties(package: Package, allowed: Allowed) -> Iterator[Leak]:
    """Find names in the properties other than the team's, and properties of anybody's own."""
    core = package.tree("docProps/core.xml")
    for element in [] if core is None else core:
        tag = str(element.tag).rpartition("}")[2]
        if tag in ("creator", "lastModifiedBy") and (element.text or "") != allowed.author:
            yield Leak("author", "docProps/core.xml", f"{tag} is {element.text!r}, not {allowed.author!r}")
    app = package.tree("docProps/app.xml")
    for element in [] if app is None else app:
        tag = str(element.tag).rpartition("}")[2]
        if tag in ("Company", "Manager", "HyperlinkBase") and element.text:
            yield Leak("company", "docProps/app.xml", f"{tag} is {element.text!r}")
    custom = package.tree("docProps/custom.xml")
    for element in [] if custom is None else custom:
        if not element.get("name", "").startswith("MSIP_Label_"):
            yield Leak("custom-property", "docProps/custom.xml", f"the property {element.get('name')!r}")


def places_and_addresses(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find paths of machines and addresses of people in any text of any part."""
    for name, content in package.parts.items():
        if name.endswith(".png"):
            continue
        for rule, pattern in (("path", PLACES), ("address", ADDRESS)):
            found = pattern.search(content)
            if found:
                yield Leak(rule, name, repr(found.group().decode("utf-8", "replace"))[:60])


def pictures(package: Package, _allowed: Allowed) -> Iterator[Leak]:
    """Find pictures that carry more than pixels: where, when and with what they were taken."""
    for name in package.named(r"^xl/media/"):
        content = package.parts[name]
        if not content.startswith(b"\x89PNG"):
            yield Leak("picture", name, "a picture that is no plain PNG")
            continue
        position = 8
        while position + 8 <= len(content):
            length, tag = struct.unpack(">I4s", content[position : position + 8])
            if tag in (b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"):
                yield Leak("picture", name, f"a picture with {tag.decode()} in it")
            position += length + 12


def label(package: Package, allowed: Allowed) -> Iterator[Leak]:
    """Find that the sensitivity label of the source is missing."""
    if not allowed.label:
        return
    parts = b"".join(package.parts.get(name, b"") for name in ("docMetadata/LabelInfo.xml", "docProps/custom.xml"))
    if allowed.label.encode() not in parts:
        yield Leak("label", "docMetadata/LabelInfo.xml", "the sensitivity label of the workbook is not carried")


PART_RULES: tuple[Callable[[Package, Allowed], Iterator[Leak]], ...] = (
    named_parts,
    unknown_parts,
    external_targets,
    hidden_sheets,
    names,
    own_path,
    properties,
    places_and_addresses,
    pictures,
    label,
)
