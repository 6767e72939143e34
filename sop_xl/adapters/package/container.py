"""What may be opened: the checks a file passes before anything in it is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from sop_xl.domain.errors import WorkbookError

MEGABYTE = 1024 * 1024
CONTENT_TYPES = "[Content_Types].xml"
MAX_FILE = 50 * MEGABYTE
MAX_PARTS = 10_000
MAX_INFLATED = 500 * MEGABYTE
MAX_RATIO = 200
RATIO_FROM = 10 * MEGABYTE

OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"


def opened(data: bytes, name: str) -> zipfile.ZipFile:
    """Return the zip archive of a workbook's bytes, once it is known to be a harmless one.

    Args:
        data: the whole file.
        name: its name, for messages.

    Raises:
        WorkbookError: not a workbook of this kind, damaged, or made to do harm.
    """
    _check_kind(data, name)
    archive = opened_archive(data, name)
    if CONTENT_TYPES not in archive.namelist():
        raise WorkbookError(f"{name} is a zip file but not a workbook. Save it as .xlsx or .xlsm in Excel.")
    return archive


def opened_archive(data: bytes, name: str) -> zipfile.ZipFile:
    """Return a zip archive of files, or an OpenDocument file, once it is known to be harmless.

    Raises:
        WorkbookError: too large, damaged, encrypted, or made to do harm.
    """
    if len(data) > MAX_FILE:
        raise WorkbookError(f"{name} has {len(data) // MEGABYTE} MB; at most {MAX_FILE // MEGABYTE} MB are read.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as fault:
        raise WorkbookError(f"{name} is damaged or cut off ({fault}). Take a backup or a fresh copy.") from fault
    _check_parts(archive, name)
    return archive


def _check_kind(data: bytes, name: str) -> None:
    if not data:
        raise WorkbookError(f"{name} is empty: 0 bytes. Take a backup or a fresh copy.")
    if data.startswith(OLD_OR_ENCRYPTED):
        raise WorkbookError(
            f"{name} is an old .xls file or has a password or a sensitivity label that encrypts it. "
            "Open it in Excel, take the password off, and save it as .xlsx or .xlsm."
        )
    if data.lstrip()[:1] == b"<":
        raise WorkbookError(f"{name} is a web page or XML text, not a workbook. Open it in Excel and save it as .xlsx.")
    if not data.startswith(b"PK"):
        raise WorkbookError(f"{name} is not a workbook. Save it as .xlsx or .xlsm in Excel.")


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an archive with parts that point outside, unpack to too much, or share a name."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise WorkbookError(f"{name} holds {len(parts):,} parts; no workbook has more than {MAX_PARTS:,}.")
    if sum(part.file_size for part in parts) > MAX_INFLATED:
        raise WorkbookError(f"{name} would unpack to more than {MAX_INFLATED // MEGABYTE} MB.")
    names = [part.filename for part in parts]
    if len({part.casefold() for part in names}) != len(names):
        raise WorkbookError(f"{name} holds two parts of one name.")
    for part in parts:
        _check_part(part, name)


def _check_part(part: zipfile.ZipInfo, name: str) -> None:
    path = PurePosixPath(part.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in part.filename:
        raise WorkbookError(f"{name} holds a part named {part.filename!r}, which points outside the file.")
    if part.flag_bits & 1:
        raise WorkbookError(f"{name} is encrypted. Take the password off in Excel and save it again.")
    if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * max(1, part.compress_size):
        raise WorkbookError(f"{name}: {part.filename} would unpack to more than {MAX_RATIO} times its size.")
