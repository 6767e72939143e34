"""The modules of the VBA project: sheets' own, ours from `vba/`, those made from the ribbon, and xlwings'."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import sop_xl
from sop_xl.template.ribbon_model import COMMANDS
from sop_xl.template.udf_wrappers import generate_help, generate_wrappers
from sop_xl.template.vba_project import (
    DOCUMENTS,
    NAME_LIMIT,
    Kind,
    Module,
    module_from_file,
    read_project,
    write_project,
)
from sop_xl.template.xlwings_vba import XLWINGS_VERSION, xlwings_modules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sop_xl.template.ribbon_model import Rule

WORKBOOK_FILE, ADDIN_FILE = "SOP_Template.xlsm", "sop_xl.xlam"
WORKBOOK_PROJECT, ADDIN_PROJECT = "VBAProject", "sop_xl_addin"
"""Names of the projects, as the editor shows them."""
WORKBOOK_CODE_NAME = "ThisWorkbook"
CODE_NAME_PREFIX = "sh"
OWN = ("modBridge.bas", "modRibbon.bas")
BOOK_CALLBACK, ADDIN_CALLBACK = "sopBook", "sopAddin"
"""What callbacks start with. Two open files must not have callbacks of the same names."""
RULE_ALWAYS = "*"

PYTHON_NEEDED = (3, 11)
PROBE = {"FINE": 0, "OLD_PYTHON": 11, "NO_SOP_XL": 12, "NO_XLWINGS": 13, "OTHER_XLWINGS": 14, "NO_PYTHON": 9009}
"""Exit codes of the probe that looks whether Python can be called."""


def code_name(sheet: str) -> str:
    """Return the name VBA knows a sheet by: `shInventoryBacklog` for `Inventory & backlog`."""
    words = re.findall(r"[A-Za-z0-9]+", sheet)
    return (CODE_NAME_PREFIX + "".join(word[0].upper() + word[1:] for word in words))[:NAME_LIMIT]


def template_project(sheets: Iterable[str], saved: bytes | None = None) -> bytes:
    """Return the VBA project of the workbook.

    Args:
        sheets: every sheet, in tab order.
        saved: the same project as Excel once saved it, to be used as it is; made from the sources when left out.

    Raises:
        ValueError: the sources of the saved project are not those of this version, or it lacks a sheet.
    """
    names = tuple(sheets)
    if saved is None:
        return _written(names, addin=False)
    differences = source_differences(project_modules(names, addin=False), read_project(saved))
    if differences:
        msg = "The saved VBA project is not the one of these sources: " + "; ".join(differences)
        raise ValueError(msg)
    return saved


def addin_project(sheets: Iterable[str]) -> bytes:
    """Return the VBA project of the add-in."""
    return _written(tuple(sheets), addin=True)


@cache
def _written(sheets: tuple[str, ...], *, addin: bool) -> bytes:
    return write_project(project_modules(sheets, addin=addin), ADDIN_PROJECT if addin else WORKBOOK_PROJECT)


def project_modules(sheets: Iterable[str], *, addin: bool) -> list[Module]:
    """Return all modules of a project, documents first."""
    events = module_from_file(_text("AddIn.cls" if addin else "ThisWorkbook.cls"), Kind.WORKBOOK)
    documents = [Module(Kind.SHEET, code_name(sheet), "") for sheet in sheets]
    return [events, *documents, *_standard_modules(addin)]


@cache
def _standard_modules(addin: bool) -> tuple[Module, ...]:
    own = [_text(file).replace(BOOK_CALLBACK, ADDIN_CALLBACK if addin else BOOK_CALLBACK) for file in OWN]
    made = [build_module(addin=addin), generate_help(), generate_wrappers(ADDIN_FILE if addin else WORKBOOK_FILE)]
    return (*(module_from_file(text, Kind.STANDARD) for text in (*own, *made)), *xlwings_modules(addin=addin))


def _text(file: str) -> str:
    return resources.files("sop_xl.template").joinpath("vba", file).read_text(encoding="cp1252")


def build_module(*, addin: bool) -> str:
    """Return the source of `modBuild`: what the build knows, and what the ribbon's list says of each action."""
    constants = {
        "SOP_VERSION": sop_xl.__version__,
        "XLWINGS_NEEDED": XLWINGS_VERSION,
        "PYTHON_NEEDED": ".".join(map(str, PYTHON_NEEDED)),
        "RULE_ALWAYS": RULE_ALWAYS,
    }
    lines = [
        'Attribute VB_Name = "modBuild"',
        "' Made when the workbook is built: versions, and what sop_xl.template.ribbon_model says of each action.",
        "Option Explicit",
        "",
        f"Public Const IS_ADDIN As Boolean = {addin}",
        *(f'Public Const {name} As String = "{value}"' for name, value in constants.items()),
        *(f"Public Const PROBE_{name} As Long = {code}" for name, code in PROBE.items()),
        "",
        "Public Function ProbeCode() As String",
        "    ' What Python is asked to run to see whether it can serve; its exit code is the answer.",
        *_concatenated("ProbeCode", probe_code().split(";")),
        "End Function",
        "",
        *_look_up("SheetOfAction", {c.action: c.sheet for c in COMMANDS if c.sheet}),
        "",
        *_look_up("RuleOfAction", {c.action: rule for c in COMMANDS if (rule := _rule_word(c.rule))}),
    ]
    return "\n".join(lines) + "\n"


def probe_code() -> str:
    """Return the Python that the probe runs: one line, any version can read it, no double quotes."""
    code = {name: f"sys.exit({number})" for name, number in PROBE.items()}
    return ";".join(
        (
            "import sys",
            f"sys.version_info < {PYTHON_NEEDED} and {code['OLD_PYTHON']}",
            "from importlib.util import find_spec as there",
            "from importlib.metadata import version",
            f"there('sop_xl') or {code['NO_SOP_XL']}",
            f"there('xlwings') or {code['NO_XLWINGS']}",
            f"version('xlwings') == '{XLWINGS_VERSION}' or {code['OTHER_XLWINGS']}",
        )
    )


def _rule_word(rule: Rule) -> str:
    return RULE_ALWAYS if rule.anywhere else rule.name


def _concatenated(name: str, statements: Sequence[str]) -> list[str]:
    lines = [f'    {name} = "{statements[0]}"']
    return [*lines, *(f'    {name} = {name} & ";{statement}"' for statement in statements[1:])]


def _look_up(name: str, entries: dict[str, str]) -> list[str]:
    """Return a VBA function from an action to a text; actions without an entry give nothing."""
    cases = [f'        Case "{action}": {name} = "{text}"' for action, text in entries.items()]
    head = [f"Public Function {name}(ByVal action As String) As String", "    Select Case action"]
    return [*head, *cases, "    End Select", "End Function"]


def source_differences(ours: Sequence[Module], theirs: Sequence[Module]) -> list[str]:
    """Return how the sources of two projects differ, module by module; empty: they are the same.

    Excel's editor changes the case of names and the spaces at line ends; neither counts.
    """
    mine, other = ({module.name.lower(): module for module in modules} for modules in (ours, theirs))
    found = [f"no module {module.name}" for name, module in mine.items() if name not in other]
    found += [f"a module {module.name} too many" for name, module in other.items() if name not in mine]
    for name, module in mine.items():
        if name in other and (module.kind, _plain(module)) != (other[name].kind, _plain(other[name])):
            found.append(f"{module.name} differs")
    return found


def _plain(module: Module) -> list[str]:
    if module.kind in DOCUMENTS and not module.code:
        return []
    return [line.rstrip().lower() for line in module.code.strip().splitlines()]
