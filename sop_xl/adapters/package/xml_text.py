"""XML parts as text: decoded, refused where they could do harm, and in the one form the patterns expect."""

from __future__ import annotations

import codecs
import re
from typing import Any

from lxml import etree

from sop_xl.domain.errors import WorkbookError

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*\?>")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ENTITY = re.compile(r"&(#x[0-9a-fA-F]+|#\d+|amp|lt|gt|quot|apos);")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def decoded(data: bytes, part: str) -> str:
    """Return the XML of a part as text, whatever its encoding.

    Raises:
        WorkbookError: it is not readable, or declares a document type (entities can make a small
            file fill the memory, or read other files).
    """
    try:
        text = _decoded(data)
    except (UnicodeError, LookupError) as fault:
        raise WorkbookError(f"The workbook is damaged: {part} is not readable ({fault}).") from fault
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise WorkbookError(
            f"The workbook's part {part} declares a document type, which no spreadsheet program writes."
        )
    return text


def _decoded(data: bytes) -> str:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _as_utf8(data[len(mark) :].decode(codec))
    declared = _DECLARATION.match(data[:200].decode("latin-1"))
    return _as_utf8(data.decode(declared.group(1) if declared else "utf-8"))


def _as_utf8(text: str) -> str:
    declared = _DECLARATION.match(text)
    if declared is None or declared.group(1).lower() == "utf-8":
        return text
    return DECLARATION + text[declared.end() :]


def parsed(text: str, part: str) -> Any:
    """Return the root element of a part's XML, without comments; nothing outside the text is read.

    Raises:
        WorkbookError: it is not well-formed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as fault:
        raise WorkbookError(f"The workbook is damaged: {part}: {fault}.") from fault


def local_name(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Any, name: str) -> list[Any]:
    """Return the direct children of that local name, in whatever namespace."""
    return [child for child in element if local_name(child) == name]


def descendants(element: Any, name: str) -> list[Any]:
    """Return all elements of that local name below `element`, in whatever namespace."""
    return list(element.iter(f"{{*}}{name}"))


def relation_id(element: Any) -> str:
    """Return an element's `r:id`, in the transitional or the strict namespace."""
    for key, value in element.attrib.items():
        if etree.QName(key).localname == "id" and etree.QName(key).namespace:
            return str(value)
    return ""


def serialised(root: Any) -> str:
    """Return the XML of `root` as a part's text, double-quoted and without comments."""
    return DECLARATION + str(etree.tostring(root, encoding="unicode"))


def unprefixed(root: Any) -> Any:
    """Return `root` with its own namespace as the default one: `<x:row>` becomes `<row>`."""
    if root.prefix is None:
        return root
    spaces = {prefix: space for prefix, space in root.nsmap.items() if prefix not in (None, root.prefix)}
    own: dict[Any, Any] = {None: root.nsmap[root.prefix]}
    out = etree.Element(root.tag, nsmap=own | spaces)
    out.attrib.update(root.attrib)
    out.text = root.text
    out.extend(list(root))
    return out


def plain(text: str, part: str) -> str:
    """Return a part's XML in the form the patterns here expect: default namespace, double quotes, no comments."""
    start = text.find("?>") + 2 if text.lstrip().startswith("<?xml") else 0
    prefixed = re.match(r"\s*<[\w.-]+:", text[start : start + 1000]) is not None
    quoted = re.search(r"=\s*'", text[start:]) is not None and re.search(r"<[^<>]*=\s*'", text[start:]) is not None
    if prefixed or quoted or "<!--" in text or "<![CDATA[" in text or "<?" in text[start:]:
        return serialised(unprefixed(parsed(text, part)))
    return text


def escaped(text: str) -> str:
    """Return `text` for the content of an element, or for an attribute in double quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def unescaped(text: str) -> str:
    """Return the characters that escaped XML text stands for."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    code = match.group(1)
    if code.startswith("#x"):
        return chr(int(code[2:], 16))
    return chr(int(code[1:])) if code.startswith("#") else _ENTITIES[code]


def storable(text: str) -> str:
    """Return `text` without the characters XML cannot hold; line ends become line feeds."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ILLEGAL.sub("", text)


def coded(text: str) -> str:
    """Return `text` as a spreadsheet stores it: what looks like a coded character is coded itself."""
    return _CODED.sub(lambda match: f"_x005F_{match.group()[1:]}", text) if "_x" in text else text


def uncoded(text: str) -> str:
    """Return the text that a spreadsheet's stored text means: `_x000D_` is a carriage return."""
    return _CODED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text
