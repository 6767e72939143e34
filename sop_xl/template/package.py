"""What XlsxWriter cannot write: named cell styles, theme, identity; and fixed zip bytes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from sop_xl.template.style import BAD, INPUT_INK, NAVY, PANEL, SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

Parts = dict[str, bytes]
"""A package: part name to its bytes, in the order of the zip."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VARIANT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
CUSTOM_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
PROPERTY_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
CUSTOM_PART = "docProps/custom.xml"
GUID_PROPERTY = "sop_workbook_guid"
STYLE_PREFIX = "sop_"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def finish_looks(parts: Parts, roles: Mapping[int, str], base: Mapping[str, int]) -> None:
    """Give the template's package its cell styles and its theme.

    Args:
        parts: the package XlsxWriter wrote.
        roles: role of each cell format by its index in `cellXfs`.
        base: index in `cellXfs` of each role's own look, without number format or extras.
    """
    named_styles(parts, roles, base)
    house_theme(parts)


def unpack(data: bytes) -> Parts:
    """Return the parts of a package, in order."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Parts) -> bytes:
    """Return a package whose bytes depend on its parts only: their order is kept, times are fixed."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, content, compresslevel=6)
    return out.getvalue()


def named_styles(parts: Parts, roles: Mapping[int, str], base: Mapping[str, int]) -> None:
    """Give every role a cell style `sop_<role>`, and derive each cell format from its role's.

    A format keeps, as its own, only what differs from its style: who restyles `sop_Input` restyles
    every input cell.
    """
    root = _read(parts["xl/styles.xml"])
    style_xfs, cell_xfs, styles = (_child(root, tag) for tag in ("cellStyleXfs", "cellXfs", "cellStyles"))
    originals = list(cell_xfs)
    ids = {}
    for role, index in base.items():
        ids[role] = len(style_xfs)
        style_xfs.append(_style_xf(originals[index]))
        etree.SubElement(styles, f"{{{MAIN}}}cellStyle", name=STYLE_PREFIX + role, xfId=str(ids[role]))
    for index, role in roles.items():
        _derive(originals[index], style_xfs[ids[role]], ids[role])
    for element in (style_xfs, styles):
        element.set("count", str(len(element)))
    parts["xl/styles.xml"] = _written(root)


def house_theme(parts: Parts) -> None:
    """Make Arial and the palette the theme, so that a user's own cells and charts match."""
    text = parts["xl/theme/theme1.xml"].decode()
    text = re.sub(r'<a:latin typeface="(Calibri|Cambria)"/>', '<a:latin typeface="Arial"/>', text)
    colours = {"dk2": NAVY, "lt2": PANEL, "hlink": INPUT_INK, "folHlink": INPUT_INK, "accent6": BAD}
    colours |= {f"accent{k}": colour for k, colour in enumerate(SERIES, start=1)}
    for slot, colour in colours.items():
        text = re.sub(rf'(<a:{slot}><a:srgbClr val=")[0-9A-F]+', rf"\g<1>{colour[1:]}", text)
    parts["xl/theme/theme1.xml"] = text.encode()


def stamp_guid(data: bytes, guid: str) -> bytes:
    """Return the workbook with this identity; one it already had is replaced.

    Args:
        data: a workbook; every part but the custom properties is kept as it is.
        guid: the workbook's own name, which no copy made by `new` shares.
    """
    parts = unpack(data)
    root = _read(parts[CUSTOM_PART]) if CUSTOM_PART in parts else _custom_properties(parts)
    for old in root.findall(f"{{{CUSTOM}}}property[@name='{GUID_PROPERTY}']"):
        root.remove(old)
    taken = [int(element.get("pid", "1")) for element in root]
    entry = etree.SubElement(
        root, f"{{{CUSTOM}}}property", fmtid=PROPERTY_SET, pid=str(max(taken, default=1) + 1), name=GUID_PROPERTY
    )
    etree.SubElement(entry, f"{{{VARIANT}}}lpwstr").text = guid
    parts[CUSTOM_PART] = _written(root)
    return pack(parts)


def read_guid(data: bytes) -> str:
    """Return the workbook's identity, or nothing where it has none yet."""
    parts = unpack(data)
    if CUSTOM_PART not in parts:
        return ""
    entry = _read(parts[CUSTOM_PART]).find(f"{{{CUSTOM}}}property[@name='{GUID_PROPERTY}']")
    return "" if entry is None else "".join(str(text) for text in entry.itertext())


def _custom_properties(parts: Parts) -> etree._Element:
    """Add an empty part of custom properties, its content type and its relationship."""
    types = _read(parts["[Content_Types].xml"])
    etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{CUSTOM_PART}", ContentType=CUSTOM_TYPE)
    parts["[Content_Types].xml"] = _written(types)
    rels = _read(parts["_rels/.rels"])
    taken = {element.get("Id") for element in rels}
    free = next(f"rId{k}" for k in range(1, len(taken) + 2) if f"rId{k}" not in taken)
    etree.SubElement(rels, f"{{{RELS}}}Relationship", Id=free, Type=CUSTOM_REL, Target=CUSTOM_PART)
    parts["_rels/.rels"] = _written(rels)
    return _read(f'<Properties xmlns="{CUSTOM}" xmlns:vt="{VARIANT}"/>'.encode())


_FACETS = {"numFmtId": "applyNumberFormat", "fontId": "applyFont", "fillId": "applyFill", "borderId": "applyBorder"}
_BLOCKS = {"alignment": "applyAlignment", "protection": "applyProtection"}


def _style_xf(original: etree._Element) -> etree._Element:
    """Return a copy of a cell format as the format of a style, which has no parent."""
    style = etree.fromstring(etree.tostring(original))
    for attribute in ("xfId", *_FACETS.values(), *_BLOCKS.values()):
        style.attrib.pop(attribute, "")
    return style


def _derive(xf: etree._Element, style: etree._Element, style_id: int) -> None:
    """Make a style the parent of a cell format, and mark what the format changes of it."""
    xf.set("xfId", str(style_id))
    for facet, flag in _FACETS.items():
        _flag(xf, flag, changed=xf.get(facet) != style.get(facet))
    for block, flag in _BLOCKS.items():
        own, parent = xf.find(f"{{{MAIN}}}{block}"), style.find(f"{{{MAIN}}}{block}")
        _flag(xf, flag, changed=_attributes(own) != _attributes(parent))


def _flag(xf: etree._Element, flag: str, *, changed: bool) -> None:
    if changed:
        xf.set(flag, "1")
    else:
        xf.attrib.pop(flag, "")


def _attributes(element: etree._Element | None) -> dict[str, str]:
    return {} if element is None else {str(k): str(v) for k, v in element.attrib.items()}


def _child(root: etree._Element, tag: str) -> etree._Element:
    found = root.find(f"{{{MAIN}}}{tag}")
    if found is None:
        msg = f"styles.xml has no {tag}"
        raise ValueError(msg)
    return found


def _read(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
