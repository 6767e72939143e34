"""xlwings' own VBA, taken from the installed package when a project is built, with its licence header.

The VBA, the DLL it loads and the Python package must be of one version: VBA is taken from the package, and
the version is compared with the one this product is tested with. One constant is changed, as xlwings
documents for add-ins of one's own: the name of the configuration file, so that installing sop_xl never
changes the interpreter of a user's other xlwings workbooks.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from sop_xl.domain.errors import SopError
from sop_xl.template.vba_project import Kind, Module, module_from_file

XLWINGS_VERSION = "0.37.8"
"""The version all parts are tested with; `pyproject.toml` pins the same."""
CONFIG_NAME = "sop_xl"
r"""xlwings' settings are read from `%USERPROFILE%\.sop_xl\sop_xl.conf`, else from `sop_xl.conf` beside the workbook."""
IN_WORKBOOK, IN_ADDIN, DICTIONARY = "xlwings.bas", "xlwings_custom_addin.bas", "addin/Dictionary.cls"


class XlwingsVersionError(SopError):
    """The installed xlwings is not the one the VBA was tested with."""


def xlwings_modules(*, addin: bool, folder: Path | None = None) -> list[Module]:
    """Return the modules `xlwings` and `Dictionary`.

    Args:
        addin: whether they act on the workbook in front, as an add-in must, or on the one they are in.
        folder: where xlwings is installed; found when left out.

    Raises:
        XlwingsVersionError: xlwings is missing, or is another version than `XLWINGS_VERSION`.
    """
    folder = folder or _installed()
    main = (folder / (IN_ADDIN if addin else IN_WORKBOOK)).read_text(encoding="cp1252")
    found = re.search(r"^'Version: (\S+)", main, re.MULTILINE)
    if not found or found.group(1) != XLWINGS_VERSION:
        version = found.group(1) if found else "an unknown version"
        raise XlwingsVersionError(
            f"The VBA in {folder} is of {version}, not of xlwings {XLWINGS_VERSION}. "
            f"Run: pip install xlwings=={XLWINGS_VERSION}"
        )
    main, count = re.subn(r'(PROJECT_NAME As String = )"\w+"', rf'\g<1>"{CONFIG_NAME}"', main)
    if count != 1:
        raise XlwingsVersionError(f"The VBA in {folder} does not name its configuration file where it used to.")
    dictionary = (folder / DICTIONARY).read_text(encoding="cp1252")
    return [module_from_file(main, Kind.STANDARD), module_from_file(dictionary, Kind.CLASS)]


def _installed() -> Path:
    """Return the folder of the installed xlwings, without importing it."""
    try:
        return Path(str(metadata.distribution("xlwings").locate_file("xlwings")))
    except metadata.PackageNotFoundError as error:
        raise XlwingsVersionError(f"xlwings is not installed. Run: pip install xlwings=={XLWINGS_VERSION}") from error
