"""The parts of a package that carry code: VBA project and ribbon, with what points to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from sop_xl.template.ribbon_xml import ribbon_parts

if TYPE_CHECKING:
    from sop_xl.template.package import Parts

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
VBA_PART = "xl/vbaProject.bin"
VBA_TYPE = "application/vnd.ms-office.vbaProject"
VBA_REL = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
RIBBON_RELS = {
    "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
    "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
}
"""Part of the ribbon to the type of its relationship: Excel 2010 and later take the first, 2007 the second."""
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORKBOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"


def add_macros(parts: Parts, project: bytes, *, addin: bool) -> None:
    """Add a VBA project and both ribbon parts to a package XlsxWriter wrote, and make it macro-enabled.

    Args:
        parts: the package; its workbook and sheets have code names, those of the project's document modules.
        project: the bytes of `vbaProject.bin`.
        addin: whether it becomes an add-in (.xlam) or a workbook (.xlsm).
    """
    types = parts["[Content_Types].xml"].replace(MAIN_TYPE.encode(), (ADDIN_TYPE if addin else WORKBOOK_TYPE).encode())
    parts["[Content_Types].xml"] = _with_first(types, f"{{{TYPES}}}Default", Extension="bin", ContentType=VBA_TYPE)
    parts[VBA_PART] = project
    _relate(parts, "xl/_rels/workbook.xml.rels", VBA_REL, "vbaProject.bin")
    for name, content in ribbon_parts(addin=addin).items():
        parts[name] = content
        _relate(parts, "_rels/.rels", RIBBON_RELS[name], name)


def _with_first(xml: bytes, tag: str, **attributes: str) -> bytes:
    """Return a part with one more element before all others."""
    root = etree.fromstring(xml)
    root.insert(0, root.makeelement(tag, attributes))
    return _written(root)


def _relate(parts: Parts, rels_part: str, kind: str, target: str) -> None:
    """Add a relationship under the first free id."""
    root = etree.fromstring(parts[rels_part])
    taken = {element.get("Id") for element in root}
    free = next(f"rId{k}" for k in range(1, len(taken) + 2) if f"rId{k}" not in taken)
    etree.SubElement(root, f"{{{RELS}}}Relationship", Id=free, Type=kind, Target=target)
    parts[rels_part] = _written(root)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
