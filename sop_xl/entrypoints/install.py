"""The add-in and its settings put in place for one user of Excel on Windows, and taken away again."""

from __future__ import annotations

import csv
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.template.vba_modules import ADDIN_FILE
from sop_xl.template.xlwings_vba import CONFIG_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sop_xl.entrypoints.machine import Machine

WHAT_IS_SUPPORTED = {
    "Darwin": (
        "The buttons and SOP_ functions need Excel for Windows; Excel for Mac cannot start Python this way. "
        "On a Mac the command line does the same work on a closed workbook: sop-xl run FILE.xlsm"
    ),
    "Linux": (
        "There is no Excel for Linux, so there is nothing to install. The command line does the same work on a "
        "closed workbook: sop-xl run FILE.xlsm"
    ),
}
ENCODING = "mbcs" if sys.platform == "win32" else "cp1252"
"""VBA reads files in the code page of the computer, not as UTF-8."""
TRUST = (
    "Excel trusts the add-in where it now lies. For workbooks: keep them in one folder and add it in Excel under "
    "File > Options > Trust Center > Trust Center Settings > Trusted Locations. Where your company forbids that, "
    "right-click the file, Properties, Unblock."
)


def startup_folder(machine: Machine) -> Path:
    """Return the folder whose files Excel opens, and trusts, when it starts."""
    return machine.roaming / "Microsoft" / "Excel" / "XLSTART"


def addin_file(machine: Machine) -> Path:
    """Return where the add-in belongs."""
    return startup_folder(machine) / ADDIN_FILE


def config_file(machine: Machine) -> Path:
    """Return the file in which the VBA looks for Python."""
    return machine.home / f".{CONFIG_NAME}" / f"{CONFIG_NAME}.conf"


def wanted_config(machine: Machine) -> dict[str, str]:
    """Return the settings the VBA needs: this Python, one server for all calls, no imports from beside a workbook."""
    return {
        "INTERPRETER_WIN": str(machine.python),
        "USE UDF SERVER": "True",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "SHOW CONSOLE": "False",
    }


def install(machine: Machine, addin: bytes) -> list[str]:
    """Put the add-in and its settings in place, and return what was done, as lines.

    No administrator rights are needed. Settings that a user added to the file stay.

    Raises:
        SopError: this is no Windows, Excel is open, or a folder may not be written.
    """
    _check_supported(machine)
    config = config_file(machine)
    settings = _encoded(config_text(read_config(config) | wanted_config(machine)))
    _put(addin_file(machine), addin)
    _put(config, settings)
    return [
        f"Add-in: {addin_file(machine)}",
        f"Settings: {config} (Python: {machine.python})",
        TRUST,
        "Start Excel again: the tab S&OP is there. To look the installation over: sop-xl doctor",
    ]


def uninstall(machine: Machine) -> list[str]:
    """Take the add-in and its settings away, and return what was done, as lines; workbooks and what runs kept stay.

    Raises:
        SopError: this is no Windows, or Excel is open.
    """
    _check_supported(machine)
    gone = [path for path in (addin_file(machine), config_file(machine)) if _take_away(path)]
    with suppress(OSError):
        config_file(machine).parent.rmdir()
    done = [f"Taken away: {path}" for path in gone] or ["Nothing was installed for this user."]
    return [*done, f"Kept, to delete by hand: {machine.data}", "The package itself goes with: pip uninstall sop-xl"]


def read_config(path: Path) -> dict[str, str]:
    """Return the settings of a file, as `KEY` and value; none where there is no such file."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding=ENCODING, errors="replace")
    return {row[0].strip().upper(): row[1] for row in csv.reader(text.splitlines()) if len(row) > 1}


def config_text(settings: Mapping[str, str]) -> str:
    """Return settings as the VBA reads them: each in quotes, and no blank line, not even at the end."""
    return "\r\n".join(f'"{key}","{value}"' for key, value in settings.items())


def _encoded(text: str) -> bytes:
    try:
        return text.encode(ENCODING)
    except UnicodeEncodeError as fault:
        raise SopError(
            f"VBA cannot read the letter '{text[fault.start]}' in a path. "
            "Install Python in a folder such as C:\\Python."
        ) from fault


def _check_supported(machine: Machine) -> None:
    if machine.system != "Windows":
        raise SopError(WHAT_IS_SUPPORTED.get(machine.system, WHAT_IS_SUPPORTED["Linux"]))


def _put(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_bytes() == data:
            return
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(data)
        try:
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise _refused(path, fault) from fault


def _take_away(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as fault:
        raise _refused(path, fault) from fault
    return True


def _refused(path: Path, fault: OSError) -> SopError:
    if isinstance(fault, PermissionError) and path.exists():
        return SopError(f"{path} is in use. Close all Excel windows and try again.")
    return SopError(f"{path} cannot be written ({fault.strerror or fault}). Ask for the right to write that folder.")
