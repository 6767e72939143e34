"""A save whose folder vanished, such as a network drive: what was to be written is kept, and can be resumed.

Each kept save is two files of the user's own folder: the workbook as it was to be, and a note with the path it
belongs to and the digest of what it replaces.
"""

from __future__ import annotations

import errno
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.adapters.package import atomic
from sop_xl.adapters.package.package import Package
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = ".json"
_GONE = {
    getattr(errno, name)
    for name in (
        "ENOENT", "EIO", "ESTALE", "ENOTCONN", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ETIMEDOUT",
        "ENXIO", "ENODEV", "ECONNRESET", "ECONNABORTED", "EREMOTEIO",
    )
    if hasattr(errno, name)
}  # fmt: skip
_GONE_ON_WINDOWS = (3, 21, 51, 53, 55, 59, 64, 67, 121, 1167, 1231, 1232, 1236)
"""Path not found, device not ready, network busy, name or device gone, connection aborted, and the like."""


@dataclass(frozen=True)
class Kept:
    """A save that was kept.

    Attributes:
        copy: the workbook as it was to be.
        target: where it belongs.
        expected: digest of what stood there when it was read; "": nothing.
    """

    copy: Path
    target: Path
    expected: str


def has_vanished(path: Path, fault: BaseException | None) -> bool:
    """Whether a save failed because the place of `path` is no longer there."""
    if not isinstance(fault, OSError) or isinstance(fault, PermissionError):
        return False
    with suppress(OSError):
        if path.parent.is_dir() and fault.errno == errno.ENOENT:
            return False
    return fault.errno in _GONE or getattr(fault, "winerror", None) in _GONE_ON_WINDOWS


def keep(folder: Path, target: Path, data: bytes, expected: str | None) -> Kept:
    """Keep `data`, which was to be written to `target`, in `folder`.

    Raises:
        OSError: that is not possible either.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = atomic.digest(str(target).encode())[:8]
    copy = folder / f"{target.stem} {mark}{target.suffix}"
    kept = Kept(copy, target, expected or "")
    _replace(copy, data)
    note = {"target": str(target), "expected": kept.expected, "content": atomic.digest(data)}
    _replace(_note_of(copy), json.dumps(note).encode())
    return kept


def find(folder: Path, target: Path) -> Kept | None:
    """Return the save of `target` that is kept in `folder`; None where there is none, or half of one only."""
    mark = atomic.digest(str(target).encode())[:8]
    copy = folder / f"{target.stem} {mark}{target.suffix}"
    with suppress(OSError, ValueError, KeyError):
        note = json.loads(_note_of(copy).read_text(encoding="utf-8"))
        if note["target"] == str(target) and atomic.digest(copy.read_bytes()) == note["content"]:
            return Kept(copy, target, note["expected"])
    return None


def resume(kept: Kept) -> None:
    """Put a kept save in its place, and forget it.

    Raises:
        WorkbookError: the workbook was changed since, or the place is still not there; the copy stays then.
    """
    data = kept.copy.read_bytes()
    try:
        atomic.save(kept.target, data, expected=kept.expected or None, verify=Package(data, kept.target.name).verify)
    except WorkbookError as fault:
        raise WorkbookError(f"{fault} What was kept is still in {kept.copy}.") from fault
    drop(kept)


def drop(kept: Kept) -> None:
    """Forget a kept save."""
    for file in (_note_of(kept.copy), kept.copy):
        file.unlink(missing_ok=True)


def _note_of(copy: Path) -> Path:
    return copy.with_name(copy.name + _NOTE)


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(path.name + ".sop-tmp")
    temporary.write_bytes(data)
    temporary.replace(path)
