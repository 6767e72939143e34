"""Files that came back, from a folder, a zip archive or a mail: told by their content, never by their name."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import hashlib
import zipfile
from dataclasses import replace
from email.utils import parseaddr
from typing import TYPE_CHECKING

from sop_xl.actuals.csv_text import read_text
from sop_xl.adapters.open_document import MIME, sheets_of
from sop_xl.adapters.package.cell_values import is_uncalculated
from sop_xl.adapters.package.container import CONTENT_TYPES, OLD_OR_ENCRYPTED, opened_archive
from sop_xl.adapters.package.open_book import OpenBook
from sop_xl.adapters.package.xml_text import descendants, parsed
from sop_xl.adapters.paste_file import area_of, filled_cells
from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import SopError
from sop_xl.share.returned import ReturnedFile, ReturnedSheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import EmailMessage
    from pathlib import Path

MAX_FILES, MAX_DEPTH = 1_000, 2
"""Files in one archive or mail, and how deep one may lie in another."""
CORE = "docProps/core.xml"
IGNORED = (".", "~$", "__MACOSX/")
"""What the names of files begin with that programs leave behind."""
USE = "Send the .xlsx back that was sent out, saved in Excel, LibreOffice or Google Sheets; .ods and .csv are read too."


def read_returns(paths: Sequence[Path]) -> list[ReturnedFile]:
    """Return all files at `paths`, which are files or folders of files; what cannot be read has its fault.

    Raises:
        SopError: a path is not there.
    """
    out: list[ReturnedFile] = []
    names: set[str] = set()
    for path in paths:
        if path.is_dir():
            found = [file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith(IGNORED)]
        elif path.is_file():
            found = [path]
        else:
            raise SopError(f"There is no file or folder '{path}'. Name what came back.")
        base = path if path.is_dir() else path.parent
        for file in found:
            name = file.relative_to(base).as_posix()
            name = name if name not in names else f"{file.resolve().parent.name}/{name}"
            names.add(name)
            out += returned(file.read_bytes(), name)
    return out


def returned(data: bytes, name: str, depth: int = 0) -> list[ReturnedFile]:
    """Return what the bytes of a file are: one file, or all that an archive or a mail holds."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        if _is_mail(data, name):
            return list(_mail(data, name, depth))
        if data.startswith(b"PK"):
            return _zipped(data, name, digest, depth)
        if data.startswith(OLD_OR_ENCRYPTED):
            return [_workbook(data, name, digest)]
        return [ReturnedFile(name, digest, sheets=_text(data, name))]
    except SopError as fault:
        return [ReturnedFile(name, digest, fault=f"{str(fault).splitlines()[0]} {USE}")]
    except (ValueError, IndexError, KeyError, OverflowError) as fault:
        return [ReturnedFile(name, digest, fault=f"{name} is damaged ({fault}). {USE}")]


def _zipped(data: bytes, name: str, digest: str, depth: int) -> list[ReturnedFile]:
    archive = opened_archive(data, name)
    names = archive.namelist()
    if "mimetype" in names and archive.read("mimetype").startswith(MIME):
        sheets, at = sheets_of(data, name)
        return [ReturnedFile(name, digest, at, sheets=sheets)]
    if CONTENT_TYPES in names:
        return [_workbook(data, name, digest)]
    return list(_archive(archive, name, depth))


def _workbook(data: bytes, name: str, digest: str) -> ReturnedFile:
    book = OpenBook(data, name)
    sheets = [_sheet(book, sheet, name) for sheet in book.sheets]
    return ReturnedFile(name, digest, _saved_at(book), sheets=sheets)


def _sheet(book: OpenBook, sheet: str, name: str) -> ReturnedSheet:
    xml = book.sheet_text(sheet)
    filled = filled_cells(xml)
    if not filled:
        return ReturnedSheet(Cells([], sheet))
    area = area_of(filled, name, sheet)
    bare = {
        (r - area.top, c - area.left)
        for r, c, attributes, inner in filled
        if inner and is_uncalculated(attributes, inner)
    }
    return ReturnedSheet(Cells(book.reader.area(xml, area), sheet, area.top, area.left), frozenset(bare))


def _saved_at(book: OpenBook) -> dt.datetime | None:
    """Return when the program saved it last, by its properties; without a time zone, as they say it."""
    if not book.package.has(CORE):
        return None
    for element in descendants(parsed(book.package.text_of(CORE), CORE), "modified"):
        try:
            return dt.datetime.fromisoformat((element.text or "").strip()[:19])
        except ValueError:
            return None
    return None


def _text(data: bytes, name: str) -> list[ReturnedSheet]:
    raw = read_text(data, name)
    return [ReturnedSheet(Cells([list(row) for row in raw.rows], name), typed=False)]


def _archive(archive: zipfile.ZipFile, name: str, depth: int) -> Iterator[ReturnedFile]:
    if depth >= MAX_DEPTH:
        raise SopError(f"{name} is an archive in an archive in an archive; unpack it first.")
    parts = [p for p in archive.infolist() if not p.is_dir() and not _is_left_behind(p.filename)]
    if len(parts) > MAX_FILES:
        raise SopError(f"{name} holds {len(parts):,} files; at most {MAX_FILES:,} are read.")
    for part in sorted(parts, key=lambda p: p.filename):
        try:
            data = archive.read(part)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as fault:
            yield ReturnedFile(f"{name}/{part.filename}", "", fault=f"It is damaged or has a password ({fault}). {USE}")
            continue
        yield from returned(data, f"{name}/{part.filename}", depth + 1)


def _is_left_behind(path: str) -> bool:
    return path.startswith(IGNORED) or path.rpartition("/")[2].startswith(IGNORED)


def _is_mail(data: bytes, name: str) -> bool:
    head = data[:4000].lower()
    return name.lower().endswith(".eml") or (head.count(b"\nfrom:") > 0 and b"\nmime-version:" in head)


def _mail(data: bytes, name: str, depth: int) -> Iterator[ReturnedFile]:
    """Yield the attachments of a mail, with its sender, and its date as that of the return."""
    if depth >= MAX_DEPTH:
        raise SopError(f"{name} is a mail in a mail in a mail; save its attachments.")
    message = email.message_from_bytes(data, policy=email.policy.default)
    sender = parseaddr(str(message.get("From", "")))[1]
    sent = _sent_at(message)
    found = list(message.iter_attachments())[:MAX_FILES]
    if not found:
        raise SopError(f"{name} is a mail without an attachment.")
    for number, part in enumerate(found, 1):
        content = part.get_payload(decode=True)
        title = f"{name}/{part.get_filename() or f'attachment {number}'}"
        if part.get_content_maintype() == "image" or not isinstance(content, bytes):
            continue
        for one in returned(content, title, depth + 1):
            yield replace(one, at=sent or one.at, sender=one.sender or sender)


def _sent_at(message: EmailMessage) -> dt.datetime | None:
    """Return when a mail was sent, in universal time as workbooks keep it."""
    at = getattr(message.get("Date"), "datetime", None)
    return at.astimezone(dt.UTC).replace(tzinfo=None) if at else None
