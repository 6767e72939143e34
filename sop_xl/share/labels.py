"""The sensitivity label of a workbook, carried into what is made from it."""

from __future__ import annotations

import zipfile
from io import BytesIO

PART = "docMetadata/LabelInfo.xml"
CUSTOM = "docProps/custom.xml"
KIND = "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels"
TYPE = "application/vnd.ms-office.classificationlabels+xml"
MARK = b"MSIP_Label_"


def label_of(content: bytes) -> bytes:
    """Return the label of an Office file as it has it, part or property; nothing where it has none."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        if PART in names:
            return archive.read(PART)
        custom = archive.read(CUSTOM) if CUSTOM in names else b""
    return custom if MARK in custom else b""


def with_label(content: bytes, label: bytes) -> bytes:
    """Return an `.xlsx` that carries the label; one kept as properties alone cannot be carried, and is left out.

    The lint then finds that it is missing, and the file does not go.
    """
    if not label or MARK in label:
        return content
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry, _patched(entry.filename, source.read(entry.filename)))
        target.writestr(zipfile.ZipInfo(PART, (1980, 1, 1, 0, 0, 0)), label)
    return out.getvalue()


def _patched(name: str, part: bytes) -> bytes:
    if name == "_rels/.rels":
        relation = f'<Relationship Id="rIdLabel" Type="{KIND}" Target="{PART}"/>'
        return part.replace(b"</Relationships>", f"{relation}</Relationships>".encode())
    if name == "[Content_Types].xml":
        override = f'<Override PartName="/{PART}" ContentType="{TYPE}"/>'
        return part.replace(b"</Types>", f"{override}</Types>".encode())
    return part
