"""What is wrong with an installation, finding by finding, each with its cure."""

from __future__ import annotations

import csv
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from sop_xl.entrypoints.install import (
    ENCODING,
    WHAT_IS_SUPPORTED,
    addin_file,
    config_file,
    read_config,
    startup_folder,
    wanted_config,
)
from sop_xl.entrypoints.machine import is_web_address
from sop_xl.template.vba_modules import ADDIN_FILE, PYTHON_NEEDED
from sop_xl.template.xlwings_vba import XLWINGS_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sop_xl.entrypoints.machine import Machine

REINSTALL = "Run: sop-xl install"
FROM_ELSEWHERE = re.compile(r"ZoneId\s*=\s*[34]")
"""The zones internet and untrusted; the others open without a bar."""


class State(StrEnum):
    """How a finding matters."""

    FINE = "fine"
    LOOK = "look"
    MEND = "mend"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: what was looked at.
        state: fine, worth a look, or to be mended.
        found: what was found, as a sentence.
        cure: what to do, as a sentence; empty where it is fine.
    """

    subject: str
    state: State
    found: str
    cure: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What a look around needs besides the machine.

    Attributes:
        packages: the version of each installed package of `NEEDED`.
        addin: the add-in's bytes as this version of sop_xl makes it.
        workbook: the full name of a workbook to look at too; empty: none.
    """

    packages: Mapping[str, str]
    addin: bytes
    workbook: str = ""


NEEDED = ("xlwings", "highspy", "pandas")
"""Packages a run cannot do without; all of them come with sop-xl."""


def surroundings(addin: bytes, workbook: Path | None = None) -> Surroundings:
    """Return what is installed beside this Python, and the workbook to look at."""
    packages = {}
    for name in NEEDED:
        with suppress(metadata.PackageNotFoundError):
            packages[name] = metadata.version(name)
    return Surroundings(packages, addin, str(workbook.absolute()) if workbook else "")


def examine(machine: Machine, around: Surroundings) -> list[Finding]:
    """Return all findings about an installation, in the order they build on each other."""
    checks: list[Callable[[Machine, Surroundings], Iterator[Finding]]] = [_python, _packages, _folders]
    windows = [_excel, _library, _config, _addin, _child_processes]
    checks += windows if machine.system == "Windows" else [_supported]
    checks += [_workbook] if around.workbook else []
    return [finding for check in checks for finding in check(machine, around)]


def must_mend(findings: list[Finding]) -> bool:
    """Whether something keeps sop_xl from working."""
    return any(finding.state is State.MEND for finding in findings)


def _python(machine: Machine, _: Surroundings) -> Iterator[Finding]:
    version = tuple(int(part) for part in re.findall(r"\d+", machine.python_version)[:2])
    needed = ".".join(map(str, PYTHON_NEEDED))
    found = f"Python {machine.python_version}, {machine.python_bits} bit: {machine.python}"
    if version < PYTHON_NEEDED:
        cure = f"Install Python {needed} or later from python.org, then: py -m pip install sop-xl"
        yield Finding("Python", State.MEND, f"{found}; at least {needed} is needed.", cure)
    elif machine.python_bits == 32:
        cure = "Install the 64-bit Python from python.org; it works with 32-bit Excel too."
        yield Finding("Python", State.LOOK, f"{found}; 32 bit limits it to 2 GB of memory.", cure)
    else:
        yield Finding("Python", State.FINE, found)


def _packages(_: Machine, around: Surroundings) -> Iterator[Finding]:
    for name in NEEDED:
        version = around.packages.get(name, "")
        if not version:
            cure = "Run: py -m pip install --force-reinstall sop-xl"
            yield Finding(name, State.MEND, f"{name} is not installed.", cure)
        elif name == "xlwings" and version != XLWINGS_VERSION:
            found = f"xlwings is {version}; the VBA in workbook and add-in is of {XLWINGS_VERSION}."
            yield Finding(name, State.MEND, found, f"Run: py -m pip install xlwings=={XLWINGS_VERSION}")
        else:
            yield Finding(name, State.FINE, f"{name} {version}")


def _folders(machine: Machine, _: Surroundings) -> Iterator[Finding]:
    folders = {"Data folder": machine.data, "Temporary folder": machine.temporary}
    if machine.system == "Windows":
        folders["Start-up folder"] = startup_folder(machine)
    for subject, folder in folders.items():
        if _is_writable(folder):
            yield Finding(subject, State.FINE, f"{folder} can be written.")
        else:
            cure = "Ask for the right to write there, or take the write protection off."
            yield Finding(subject, State.MEND, f"{folder} cannot be written.", cure)


def _supported(machine: Machine, _: Surroundings) -> Iterator[Finding]:
    yield Finding("Excel", State.LOOK, f"This is {machine.system}.", WHAT_IS_SUPPORTED.get(machine.system, ""))


def _excel(machine: Machine, _: Surroundings) -> Iterator[Finding]:
    if machine.excel is None:
        cure = "Install Microsoft Excel 2016 or later for the desktop. Without it the command line works alone."
        yield Finding("Excel", State.MEND, "No Excel was found on this computer.", cure)
    elif machine.excel_bits == 32:
        cure = "It works. For large workbooks install the 64-bit Office: 32 bit limits Excel to 2 GB of memory."
        yield Finding("Excel", State.LOOK, f"Excel {machine.excel_version} is a 32-bit program.", cure)
    else:
        bits = f", {machine.excel_bits} bit" if machine.excel_bits else ""
        yield Finding("Excel", State.FINE, f"Excel {machine.excel_version}{bits}: {machine.excel}")


def _library(machine: Machine, _: Surroundings) -> Iterator[Finding]:
    """Look for the DLL of Excel's bitness, which Excel loads; it lies beside Python or one folder up."""
    name = f"xlwings{machine.excel_bits or 64}-{XLWINGS_VERSION}.dll"
    places = (machine.python.parent, machine.python.parent.parent)
    found = next((folder / name for folder in places if (folder / name).is_file()), None)
    if found:
        yield Finding("xlwings DLL", State.FINE, str(found))
    else:
        others = sorted(file.name for folder in places for file in folder.glob("xlwings*.dll"))
        has = f" There is {', '.join(others)}." if others else ""
        again = f"py -m pip install --force-reinstall xlwings=={XLWINGS_VERSION}"
        cure = f"Run: {again}. If it goes again, an antivirus takes it."
        yield Finding("xlwings DLL", State.MEND, f"{name} is not beside {machine.python}.{has}", cure)


def _config(machine: Machine, _: Surroundings) -> Iterator[Finding]:
    path = config_file(machine)
    if not path.is_file():
        yield Finding("Settings", State.MEND, f"{path} is missing, so Excel does not know where Python is.", REINSTALL)
        return
    text = path.read_text(encoding=ENCODING, errors="replace")
    settings, wanted = read_config(path), wanted_config(machine)
    interpreter = settings.get("INTERPRETER_WIN", "")
    if any(not line.strip() for line in text.splitlines()):
        found = f"{path} has a blank line, which makes Excel wait for minutes."
        yield Finding("Settings", State.MEND, found, f"Delete the line, or run: {REINSTALL.removeprefix('Run: ')}")
    elif any(len(row) != 2 for row in csv.reader(text.splitlines())):
        found = f"{path} has a line that is not a key and a value, each in quotes."
        yield Finding("Settings", State.MEND, found, f"Delete the line, or the file and {REINSTALL.lower()}")
    elif not Path(interpreter).is_file():
        found = f"{path} names Python at '{interpreter}', where there is none."
        yield Finding("Settings", State.MEND, found, REINSTALL)
    elif interpreter != wanted["INTERPRETER_WIN"]:
        found = f"Excel uses Python at {interpreter}; this is {machine.python}."
        yield Finding("Settings", State.LOOK, found, f"If this one is meant: {REINSTALL.removeprefix('Run: ')}")
    else:
        yield Finding("Settings", State.FINE, str(path))


def _addin(machine: Machine, around: Surroundings) -> Iterator[Finding]:
    path = addin_file(machine)
    second = machine.roaming / "Microsoft" / "AddIns" / ADDIN_FILE
    if not path.is_file():
        yield Finding("Add-in", State.MEND, f"{path} is missing, so Excel has no tab S&OP of its own.", REINSTALL)
    elif path.read_bytes() != around.addin:
        found = f"{path} is of another version than this sop_xl."
        yield Finding("Add-in", State.MEND, found, f"Close Excel, then: {REINSTALL.removeprefix('Run: ')}")
    else:
        yield Finding("Add-in", State.FINE, str(path))
        yield from _mark_of_the_web("Add-in", path)
    if second.is_file():
        yield Finding("Add-in", State.LOOK, f"A second one lies at {second}.", "Delete it: the tab would show twice.")


def _child_processes(machine: Machine, _: Surroundings) -> Iterator[Finding]:
    subject = "Start of Python"
    if machine.blocks_children:
        cure = (
            "Ask your administrator to except Excel from the attack-surface rule 'Block all Office applications from "
            f"creating child processes' for {machine.python}. Meanwhile the command line works: sop-xl run FILE.xlsm"
        )
        yield Finding(subject, State.MEND, "A rule of Windows keeps Excel from starting Python.", cure)
    elif machine.blocks_children is None:
        found = "No rule against it was found; one of an antivirus cannot be seen from here."
        yield Finding(subject, State.FINE, found)
    else:
        yield Finding(subject, State.FINE, "The rule against it is off.")


def _workbook(machine: Machine, around: Surroundings) -> Iterator[Finding]:
    subject, path = "Workbook", Path(around.workbook)
    if is_web_address(around.workbook) or machine.is_in_cloud(path):
        found = f"{around.workbook} lies in OneDrive or SharePoint, which saves while you try things out."
        cure = "Switch AutoSave off for it, or work on a copy in a folder of this computer."
        yield Finding(subject, State.LOOK, found, cure)
        if is_web_address(around.workbook):
            return
    if not path.is_file():
        yield Finding(subject, State.MEND, f"There is no file {path}.", "Name the workbook with its folder.")
        return
    if not _is_writable(path.parent) or not os.access(path, os.W_OK):
        cure = "Take the write protection off, or work on a copy in a folder you may write to."
        yield Finding(subject, State.MEND, f"{path} or its folder is read-only.", cure)
    else:
        yield Finding(subject, State.FINE, f"{path} can be written.")
    yield from _mark_of_the_web(subject, path)


def _mark_of_the_web(subject: str, path: Path) -> Iterator[Finding]:
    """Look at the note that Windows attaches to files that came by mail or from the web."""
    try:
        zone = path.with_name(f"{path.name}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    if FROM_ELSEWHERE.search(zone):
        found = f"{path} came by mail or from the web, so Excel blocks its macros."
        cure = "Right-click the file, Properties, tick Unblock; or move it to a trusted location."
        yield Finding(subject, State.MEND, found, cure)


def _is_writable(folder: Path) -> bool:
    """Whether files can be made there, or the folder itself where it is not there yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)
