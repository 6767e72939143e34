"""Where a workbook's ledger is kept: beside it, or in the user's own folder where beside is no safe place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUFFIX = ".sopledger"
CLOUD_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer", "DROPBOX_PATH")
CLOUD_FOLDERS = ("onedrive", "dropbox", "google drive", "googledrive", "icloud drive", "box sync", "sharepoint")
CLOUD_PARTS = ("mobile documents", "cloudstorage")
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "9p", "davfs", "fuse.rclone"}
)


@dataclass(frozen=True)
class Surroundings:
    """What the machine tells about places.

    Attributes:
        data_folder: the user's local folder for data of programs.
        cloud_folders: folders that a program keeps in step with a cloud.
        network_mounts: where other machines' disks appear.
    """

    data_folder: Path
    cloud_folders: tuple[str, ...] = ()
    network_mounts: tuple[str, ...] = ()

    @classmethod
    def of(cls, environ: Mapping[str, str], platform: str, mounts: str = "") -> Surroundings:
        """Read them.

        Args:
            environ: the environment variables.
            platform: as `sys.platform`.
            mounts: the text of `/proc/mounts`, where there is one.
        """
        home = Path(environ.get("USERPROFILE") or environ.get("HOME") or ".")
        if platform == "win32":
            data = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        elif platform == "darwin":
            data = home / "Library" / "Application Support"
        else:
            data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
        clouds = tuple(environ[name] for name in CLOUD_VARIABLES if environ.get(name))
        return cls(data / "sop_xl", clouds, _network_mounts(mounts))


def _network_mounts(mounts: str) -> tuple[str, ...]:
    fields = [line.split() for line in mounts.splitlines()]
    return tuple(f[1].replace("\\040", " ") for f in fields if len(f) > 2 and f[2] in NETWORK_FILE_SYSTEMS)


def is_remote(workbook: str, surroundings: Surroundings) -> bool:
    """Whether a file beside the workbook would be on a cloud or network place, where databases break.

    Args:
        workbook: its path, or the URL that Excel gives for a file in SharePoint or OneDrive.
        surroundings: what the machine tells about places.
    """
    plain = workbook.replace("\\", "/").casefold()
    if "://" in plain or plain.startswith("//"):
        return True
    parts = PurePosixPath(plain).parts[:-1]
    if any(part in CLOUD_PARTS or part.startswith(CLOUD_FOLDERS) for part in parts):
        return True
    roots = (*surroundings.cloud_folders, *surroundings.network_mounts)
    return any(plain.startswith(root.replace("\\", "/").casefold().rstrip("/") + "/") for root in roots)


def ledger_path(workbook: str, guid: str, surroundings: Surroundings) -> Path:
    """Return where the ledger file of a workbook belongs."""
    if is_remote(workbook, surroundings):
        return surroundings.data_folder / "ledgers" / f"{guid}{SUFFIX}"
    return Path(workbook).with_suffix(SUFFIX)


def find(workbook: str, guid: str, surroundings: Surroundings) -> Path | None:
    """Return the ledger file of the workbook with this GUID, or None.

    Looked at are the place where it belongs, the local data folder, and, since a workbook may have been
    renamed, every ledger in the workbook's folder. A file in its place that is too damaged to tell is taken
    for the workbook's.
    """
    belongs = ledger_path(workbook, guid, surroundings)
    local = surroundings.data_folder / "ledgers" / f"{guid}{SUFFIX}"
    beside: Sequence[Path] = ()
    if not is_remote(workbook, surroundings):
        beside = sorted(Path(workbook).parent.glob(f"*{SUFFIX}"))
    for path in dict.fromkeys((belongs, local, *beside)):
        if path.exists():
            found = guid_of(path)
            if found == guid or (not found and path in (belongs, local)):
                return path
    return None


def guid_of(path: Path) -> str:
    """Return the GUID that a ledger file says it belongs to; blank where the file does not tell."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as conn:
            found = conn.execute("SELECT value FROM meta WHERE name = 'guid'").fetchone()
    except sqlite3.Error:
        return ""
    return str(found[0]) if found else ""
