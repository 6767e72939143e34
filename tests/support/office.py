"""A real LibreOffice, headless: workbooks recalculated on load, and their pages as pictures.

Tests that use it carry the marker `soffice`. Where LibreOffice is missing they are skipped, except in
CI (variable `CI` set), where they fail: a check that did not run is no check.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile
import warnings
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.support.calculated import calculated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook

TIMEOUT_S = 300
_PRINT_TITLES = re.compile(rb'<definedName [^>]*name="_xlnm\.Print_Titles"[^>]*>[^<]*</definedName>')
_LOOKS_AND_RULES = re.compile(
    rb"<(conditionalFormatting|dataValidations|extLst)\b.*?</\1>|<(?:drawing|legacyDrawing)\b[^>]*/>", re.DOTALL
)

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
  <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
  <prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
NEVER_RECALCULATE = ALWAYS_RECALCULATE.replace("<value>0</value>", "<value>1</value>")


def converted(path: Path, folder: Path, suffix: str, *, recalculate: bool = True, pages: str = "") -> Path:
    """Return `path` as LibreOffice saves it into `folder` with another suffix: xlsx, xlsm, ods, pdf or csv.

    Args:
        path: a workbook LibreOffice can open; it is not changed.
        folder: where the result goes; made when missing, must not be the folder of `path`.
        suffix: the format wanted, without a dot.
        recalculate: whether all formulas are calculated on load, or shown as the file has them.
        pages: for pdf, the pages wanted, such as `1-20`; all where blank.

    Raises:
        AssertionError: LibreOffice gave no file; the message holds what it said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = f":calc_pdf_Export:{json.dumps({'PageRange': {'type': 'string', 'value': pages}})}" if pages else ""
    command = [
        _program("soffice"),
        f"-env:UserInstallation={office_profile(recalculate).as_uri()}",
        *(
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            suffix + options,
            "--outdir",
            str(folder),
            str(path),
        ),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    out = folder / f"{path.stem}.{suffix}"
    assert out.exists(), f"soffice gave no {out.name}:\n{done.stdout}\n{done.stderr}"
    return out


def recalculated(path: Path, tmp: Path, *, whole: bool = False) -> Workbook:
    """Return the workbook at `path` with every formula calculated by LibreOffice, as values.

    Args:
        path: a workbook of any kind LibreOffice reads.
        tmp: a folder for what is made on the way.
        whole: whether LibreOffice is to open all of it, or a copy without what changes no value.
    """
    return calculated(path if whole else _values_only(path, tmp / "quick" / path.name))


def without_print_titles(path: Path, out: Path) -> Path:
    """Copy a workbook without the rows that its sheets repeat on each page, and return the copy's path.

    They change no value, and LibreOffice takes 0.1 s for each sheet that has them: two thirds of the time
    it needs to open the template.

    Args:
        path: a workbook in a zip package.
        out: where the copy goes; its folder is made, and it may be `path` itself.
    """
    return _without(path, out, {"xl/workbook.xml": _PRINT_TITLES})


def _values_only(path: Path, out: Path) -> Path:
    """Copy a workbook without print titles, charts, rules for colours and rules for input, and return its path."""
    return _without(path, out, {"xl/workbook.xml": _PRINT_TITLES, "xl/worksheets/sheet": _LOOKS_AND_RULES})


def _without(path: Path, out: Path, left_out: Mapping[str, re.Pattern[bytes]]) -> Path:
    """Copy a workbook; parts whose name begins so lose what matches."""
    with zipfile.ZipFile(path) as package:
        parts = [(part, package.read(part)) for part in package.infolist()]
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w") as package:
        for part, content in parts:
            pattern = next((found for start, found in left_out.items() if part.filename.startswith(start)), None)
            package.writestr(part, content if pattern is None else pattern.sub(b"", content))
    return out


def values_of(path: Path) -> Workbook:
    """Return the workbook at `path` as the values last calculated; what openpyxl cannot show is not told."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, data_only=True)


def formulas_of(path: Path) -> Workbook:
    """Return the workbook at `path` with formulas as formulas; what openpyxl cannot show is not told."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def rendered(path: Path, folder: Path, *, dpi: int = 80) -> list[Path]:
    """Return the pages of the workbook at `path` as PNG files in `folder`, in the order of printing."""
    pdf = converted(path, folder, "pdf")
    subprocess.run(
        [_program("pdftoppm"), "-r", str(dpi), "-png", str(pdf), str(folder / path.stem)],
        check=True,
        timeout=TIMEOUT_S,
    )
    return sorted(folder.glob(f"{path.stem}-*.png"))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found:
        return found
    message = f"{name} is not installed: apt-get install libreoffice-calc poppler-utils"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@cache
def office_profile(recalculate: bool = True) -> Path:
    """Return a LibreOffice profile of this test run's own, so that runs side by side do not meet."""
    folder = Path(tempfile.mkdtemp(prefix="sop_xl_office_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    settings = ALWAYS_RECALCULATE if recalculate else NEVER_RECALCULATE
    (folder / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    return folder
