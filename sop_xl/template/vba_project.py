"""A VBA project as bytes, from the sources of its modules, with no Excel at hand; and sources back from bytes.

The project holds sources only. The specification wants a writer to leave out the compiled form and to
give version 0xFFFF, upon which Excel compiles from source.

Source:
    Microsoft, [MS-OVBA] Office VBA File Format Structure, sections 2.3.1 to 2.3.4.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sop_xl.template.compound_file import write_compound_file
from sop_xl.template.compound_reader import read_compound_file
from sop_xl.template.ovba import compress, decompress, scramble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE_PAGE = "cp1252"
CODE_PAGE_NUMBER = 1252
SOURCE_ONLY = bytes.fromhex("CC61FFFF000000")
"""The stream `_VBA_PROJECT`: reserved, version 0xFFFF, reserved (2.3.4.1)."""
WINDOWS_64, ENGLISH = 3, 0x409
REFERENCES = (
    ("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
        r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
"""Libraries beside those of VBA and Excel, which are always there; `Office` has the ribbon's types."""
NAME_LIMIT = 31
"""Characters of a module's name at most."""
HOST = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"


class Kind(StrEnum):
    """What a module is: the workbook's own, a sheet's, one of procedures, or a class."""

    WORKBOOK = "workbook"
    SHEET = "sheet"
    STANDARD = "standard"
    CLASS = "class"


DOCUMENTS = (Kind.WORKBOOK, Kind.SHEET)
_BASE = {
    Kind.WORKBOOK: "0{00020819-0000-0000-C000-000000000046}",
    Kind.SHEET: "0{00020820-0000-0000-C000-000000000046}",
    Kind.CLASS: "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
}
_FLAGS = ("GlobalNameSpace", "Creatable", "PredeclaredId", "Exposed", "TemplateDerived", "Customizable")
_TRUE_OF_DOCUMENTS = ("PredeclaredId", "Exposed", "Customizable")


@dataclass(frozen=True)
class Module:
    """One module of a project.

    Attributes:
        kind: what it is.
        name: its name, at most 31 characters.
        code: its source as the editor shows it, without the attributes that head it in a file.
        attributes: attributes of a class beyond the usual ones, such as `VB_Description`.
    """

    kind: Kind
    name: str
    code: str
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> bytes:
        r"""The source as it is stored: attributes first, lines ended by `\r\n`, Windows' western code page.

        Raises:
            UnicodeEncodeError: the source has a character that code page lacks.
        """
        lines = [f'Attribute VB_Name = "{self.name}"', *self._attributes()]
        code = self.code.replace("\r\n", "\n").strip("\n")
        lines += code.split("\n") if code else []
        return ("\r\n".join(lines) + "\r\n").encode(CODE_PAGE)

    def _attributes(self) -> Iterator[str]:
        if self.kind is Kind.STANDARD:
            return
        yield f'Attribute VB_Base = "{_BASE[self.kind]}"'
        for name, value in {**_usual(self.kind), **dict(self.attributes)}.items():
            yield f"Attribute {name} = {value}"


def module_from_file(text: str, kind: Kind) -> Module:
    """Return the module in the text of a .bas or .cls file as the editor exports it."""
    lines = text.replace("\r\n", "\n").split("\n")
    first = next(k for k, line in enumerate(lines) if line.startswith("Attribute VB_"))
    attributes: dict[str, str] = {}
    while lines[first].startswith("Attribute VB_"):
        name, _, value = lines[first].removeprefix("Attribute ").partition(" = ")
        attributes[name] = value
        first += 1
    name = attributes.pop("VB_Name").strip('"')
    attributes.pop("VB_Base", None)
    own = tuple(item for item in attributes.items() if item not in _usual(kind).items())
    return Module(kind, name, "\n".join(lines[first:]).strip("\n"), own)


def _usual(kind: Kind) -> dict[str, str]:
    """Return the attributes every module of a kind has after its name and base."""
    if kind is Kind.STANDARD:
        return {}
    return {f"VB_{flag}": str(kind in DOCUMENTS and flag in _TRUE_OF_DOCUMENTS) for flag in _FLAGS}


def write_project(modules: Sequence[Module], name: str = "VBAProject") -> bytes:
    """Return the bytes of `vbaProject.bin`; the same modules give the same bytes.

    Args:
        modules: the modules, documents first; the workbook's own and one for every sheet must be there.
        name: the project's name, as the editor shows it.
    """
    names = "\n".join(module.name for module in modules)
    project_id = "{" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}\n{names}")).upper() + "}"
    streams = {module.name: compress(module.source) for module in modules}
    streams["dir"] = compress(_directory(modules, name))
    streams["_VBA_PROJECT"] = SOURCE_ONLY
    return write_compound_file(
        {"VBA": streams, "PROJECT": _project(modules, name, project_id), "PROJECTwm": _names(modules)}
    )


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _text(number: int, wide_number: int, text: str) -> bytes:
    """Return a text twice: in the code page, and in UTF-16."""
    return _record(number, text.encode(CODE_PAGE)) + _record(wide_number, text.encode("utf-16-le"))


def _directory(modules: Sequence[Module], name: str) -> bytes:
    """Return the records of the stream `dir` (2.3.4.2): project, references, modules."""
    out = _record(0x01, struct.pack("<I", WINDOWS_64))
    out += _record(0x02, struct.pack("<I", ENGLISH)) + _record(0x14, struct.pack("<I", ENGLISH))
    out += _record(0x03, struct.pack("<H", CODE_PAGE_NUMBER)) + _record(0x04, name.encode(CODE_PAGE))
    out += _text(0x05, 0x40, "") + _text(0x06, 0x3D, "")  # description, help file
    out += _record(0x07, bytes(4)) + _record(0x08, bytes(4))  # help context, library flags
    out += struct.pack("<HIIH", 0x09, 4, 1, 1)  # version 1.1: 6 bytes though the record says 4
    out += _text(0x0C, 0x3C, "")  # constants of conditional compilation
    for reference, library in REFERENCES:
        path = library.encode(CODE_PAGE)
        out += _text(0x16, 0x3E, reference)
        out += _record(0x0D, struct.pack("<I", len(path)) + path + bytes(6))
    out += _record(0x0F, struct.pack("<H", len(modules))) + _record(0x13, struct.pack("<H", 0xFFFF))
    return out + b"".join(map(_module_record, modules)) + _record(0x10, b"")


def _module_record(module: Module) -> bytes:
    out = _text(0x19, 0x47, module.name) + _text(0x1A, 0x32, module.name) + _text(0x1C, 0x48, "")
    out += _record(0x31, bytes(4))  # the source starts at byte 0: nothing compiled stands before it
    out += _record(0x1E, bytes(4)) + _record(0x2C, struct.pack("<H", 0xFFFF))
    return out + _record(0x21 if module.kind is Kind.STANDARD else 0x22, b"") + _record(0x2B, b"")


def _project(modules: Sequence[Module], name: str, project_id: str) -> bytes:
    """Return the stream `PROJECT` (2.3.1): not protected, no password, visible."""
    words = {Kind.STANDARD: "Module={}", Kind.CLASS: "Class={}"}
    lines = [f'ID="{project_id}"']
    lines += [words.get(module.kind, "Document={}/&H00000000").format(module.name) for module in modules]
    lines += [f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    settings = (("CMG", bytes(4), 0xA7), ("DPB", bytes(1), 0xA2), ("GC", b"\xff", 0x9D))
    lines += [f'{key}="{scramble(project_id, value, seed)}"' for key, value, seed in settings]
    lines += ["", "[Host Extender Info]", HOST, "", "[Workspace]"]
    lines += [f"{module.name}=0, 0, 0, 0, C" for module in modules]
    return ("\r\n".join(lines) + "\r\n").encode(CODE_PAGE)


def _names(modules: Sequence[Module]) -> bytes:
    """Return the stream `PROJECTwm` (2.3.3): names in both encodings. Office refuses it compressed."""
    each = (m.name.encode(CODE_PAGE) + b"\0" + m.name.encode("utf-16-le") + b"\0\0" for m in modules)
    return b"".join(each) + b"\0\0"


def read_project(data: bytes) -> list[Module]:
    """Return the modules of a project, whoever wrote it, in the order of the project.

    Raises:
        ValueError: the bytes are no VBA project.
    """
    streams = {path.upper(): content for path, content in read_compound_file(data).items()}
    kinds = _kinds(streams.get("PROJECT", b"").decode(CODE_PAGE))
    modules = []
    for name, text in read_sources(data).items():
        kind = kinds[name]
        if kind is Kind.SHEET and _BASE[Kind.WORKBOOK] in text:
            kind = Kind.WORKBOOK
        modules.append(module_from_file(text, kind))
    return modules


def read_sources(data: bytes) -> dict[str, str]:
    """Return the source of every module as it is stored, attributes and line ends included.

    Raises:
        ValueError: the bytes are no VBA project.
    """
    streams = {path.upper(): content for path, content in read_compound_file(data).items()}
    if "VBA/DIR" not in streams:
        msg = "This compound file holds no VBA project: it has no stream VBA/dir."
        raise ValueError(msg)
    return {
        name: decompress(streams[f"VBA/{name}".upper()][offset:]).decode(CODE_PAGE)
        for name, offset in _modules(decompress(streams["VBA/DIR"]))
    }


def _kinds(project: str) -> dict[str, Kind]:
    """Return each module's kind from the stream `PROJECT`; a document counts as a sheet here."""
    words = {"Module": Kind.STANDARD, "Class": Kind.CLASS, "Document": Kind.SHEET}
    entries = (line.partition("=") for line in project.splitlines())
    return {value.partition("/")[0]: words[key] for key, _, value in entries if key in words}


def _modules(directory: bytes) -> Iterator[tuple[str, int]]:
    """Return each module's name and where in its stream the source starts."""
    at, name = 0, ""
    while at < len(directory):
        number, size = struct.unpack_from("<HI", directory, at)
        data = directory[at + 6 : at + 6 + size]
        at += 6 + size + (2 if number == 0x09 else 0)
        if number == 0x19:
            name = data.decode(CODE_PAGE)
        elif number == 0x31:
            yield name, struct.unpack("<I", data)[0]
