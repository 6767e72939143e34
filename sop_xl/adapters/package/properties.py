"""Custom properties of a workbook: short texts that travel with the file and that no cell shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from sop_xl.adapters.package.xml_text import children, parsed, serialised

if TYPE_CHECKING:
    from sop_xl.adapters.package.package import Package

PART = "docProps/custom.xml"
SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
FIRST_ID = 2


def read(package: Package, name: str) -> str:
    """Return the text of a property; blank where there is none."""
    part = _part(package)
    if not package.has(part):
        return ""
    found = _named(parsed(package.text_of(part), part), name)
    return "" if found is None else "".join(str(text) for text in found.itertext())


def write(package: Package, name: str, value: str) -> None:
    """Give a property a text; other properties stay as they are."""
    part = _part(package)
    there = package.has(part)
    text = package.text_of(part) if there else f'<Properties xmlns="{SPACE}" xmlns:vt="{VALUES}"/>'
    root = parsed(text, part)
    entry = _named(root, name)
    if entry is None:
        ids = [int(child.get("pid", "0")) for child in children(root, "property")]
        number = str(max(ids, default=FIRST_ID - 1) + 1)
        entry = etree.SubElement(root, f"{{{SPACE}}}property", fmtid=FORMAT_ID, pid=number, name=name)
    for child in list(entry):
        entry.remove(child)
    etree.SubElement(entry, f"{{{VALUES}}}lpwstr").text = value
    if there:
        package.put(part, serialised(root))
    else:
        package.add("", part, serialised(root), relation_type=RELATION, content_type=CONTENT_TYPE)


def _part(package: Package) -> str:
    """Return the part of custom properties: the one the package points at, else where it belongs."""
    found = [relation.target for relation in package.relations("") if relation.kind == "custom-properties"]
    return found[0] if found else PART


def _named(root: Any, name: str) -> Any:
    return next((child for child in children(root, "property") if child.get("name") == name), None)
