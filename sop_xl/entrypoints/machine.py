"""What this computer is: its programs, folders and rules, as facts that others decide by."""

from __future__ import annotations

import os
import platform
import struct
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOUD_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
CHILD_PROCESS_RULE = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
"""The attack-surface rule of Windows that keeps Office programs from starting others."""
_OFFICE = r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_EXCEL_PATH = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_DEFENDER = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"


@dataclass(frozen=True)
class Machine:
    """Facts of one computer and user.

    Attributes:
        system: Windows, Darwin or Linux.
        python: the interpreter that runs now.
        python_version: such as 3.11.7.
        python_bits: 32 or 64.
        home: the user's folder.
        roaming: where Windows keeps a user's settings that follow them: `%APPDATA%`.
        local: where programs keep a user's data on this computer: `%LOCALAPPDATA%`.
        temporary: for files of a moment.
        excel: its program file; None where there is no Excel.
        excel_bits: 32 or 64; 0 where that is not known.
        excel_version: such as 16.0.17928; empty where that is not known.
        blocks_children: whether a rule keeps Excel from starting Python; None where that is not known.
        cloud: folders that OneDrive copies into the cloud.
    """

    system: str
    python: Path
    python_version: str
    python_bits: int
    home: Path
    roaming: Path
    local: Path
    temporary: Path
    excel: Path | None = None
    excel_bits: int = 0
    excel_version: str = ""
    blocks_children: bool | None = None
    cloud: tuple[Path, ...] = field(default=())

    @classmethod
    def here(cls) -> Machine:
        """Return the facts of this computer."""
        home = Path.home()
        return cls(
            system=platform.system(),
            python=Path(sys.executable),
            python_version=platform.python_version(),
            python_bits=struct.calcsize("P") * 8,
            home=home,
            roaming=_folder(os.environ, "APPDATA", home / ".config"),
            local=_folder(os.environ, "LOCALAPPDATA", home / ".local" / "share"),
            temporary=Path(tempfile.gettempdir()),
            cloud=tuple(Path(os.environ[name]) for name in CLOUD_VARIABLES if os.environ.get(name)),
            **_windows_facts(),
        )

    @property
    def data(self) -> Path:
        """Where sop_xl keeps what belongs to this user on this computer."""
        return self.local / "sop_xl"

    @property
    def log_file(self) -> Path:
        """Where bugs are written down."""
        return self.data / "sop_xl.log"

    def is_in_cloud(self, path: Path) -> bool:
        """Whether OneDrive copies the file into the cloud."""
        return any(path.is_relative_to(folder) for folder in self.cloud)

    def undo_folders(self, workbook: str) -> list[Path]:
        """Return where what runs changed may be kept, the best place first.

        That is beside the workbook, so that it moves along; for one in the cloud, or known by its
        address on the web only, it is the user's own folder.
        """
        from sop_xl.adapters.undo_store import FOLDER

        own, path = self.data / "undo", Path(workbook)
        if is_web_address(workbook) or not path.is_absolute():
            return [own]
        beside = path.parent / FOLDER
        return [own, beside] if self.is_in_cloud(path) else [beside, own]


def is_web_address(workbook: str) -> bool:
    """Whether a workbook's full name is an address, as Excel gives it for OneDrive and SharePoint."""
    return workbook.casefold().startswith(("http://", "https://"))


def _folder(environment: Mapping[str, str], name: str, otherwise: Path) -> Path:
    return Path(environment[name]) if environment.get(name) else otherwise


def _windows_facts() -> dict[str, Any]:
    """Return what Windows' registry says about Excel; nothing elsewhere."""
    if sys.platform != "win32":
        return {}
    platform_name = _registry(_OFFICE, "Platform")
    program = _registry(_EXCEL_PATH, "")
    rule = _registry(_DEFENDER, CHILD_PROCESS_RULE)
    return {
        "excel": Path(program) if program else None,
        "excel_bits": {"x64": 64, "x86": 32}.get(platform_name, 0),
        "excel_version": _registry(_OFFICE, "VersionToReport"),
        "blocks_children": rule == "1" if rule else None,
    }


def _registry(key: str, name: str) -> str:
    """Return a value of the machine's registry as text; empty where there is none."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    return ""
