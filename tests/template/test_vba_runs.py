"""Our VBA at work in LibreOffice: what it answers, and what it changes.

xlwings' own module and the wrappers of the worksheet functions need Windows, and LibreOffice does not know
their conditional compilation: a small stand-in takes their place, which notes in a cell what Python would
have been asked to run.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from sop_xl.template.macros import add_macros
from sop_xl.template.package import pack, unpack
from sop_xl.template.ribbon_model import COMMANDS
from sop_xl.template.vba_modules import PROBE, code_name, probe_code, project_modules
from sop_xl.template.vba_project import DOCUMENTS, Kind, Module, write_project
from tests.support.vba import VbaSession, call

pytestmark = pytest.mark.soffice

STAND_IN = Module(
    Kind.STANDARD,
    "xlwings",
    """Option Explicit
Public Function RunPython(PythonCommand As String)
    ActiveWorkbook.Worksheets("Guide").Range("Z1").Value = PythonCommand
    Application.Calculation = xlCalculationManual
    Application.ScreenUpdating = False
    If InStr(PythonCommand, "selftest") > 0 Then Err.Raise 1000
    If InStr(PythonCommand, "about") > 0 Then RunPython = -1
End Function

Public Function GetConfig(configKey As String, Optional default As String = "") As Variant
    GetConfig = default
End Function

Public Function Calculation() As Long
    Calculation = Application.Calculation
End Function

Public Function ScreenUpdating() As Boolean
    ScreenUpdating = Application.ScreenUpdating
End Function
""",
)
NO_HELP = Module(Kind.STANDARD, "modFunctionHelp", "Public Sub DescribeFunctions()\nEnd Sub")
OWN_MODULES = ("modBridge", "modRibbon", "modBuild")
AUTOMATIC = -4105
FRONT = {"do": "front"}
NOTED = {"do": "read", "sheet": "Guide", "area": "Z1"}
EVERY_ACTION = [command.action for command in COMMANDS]


def can_run(*actions: str) -> list[dict[str, Any]]:
    return [call("modRibbon.CanRun", action) for action in actions]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Return a function that opens a small workbook with our code and gives the answers to some steps."""
    path = tmp_path_factory.mktemp("vba") / "code.xlsm"
    path.write_bytes(small_workbook())
    with VbaSession(path) as session:
        yield session


def small_workbook() -> bytes:
    """Return a workbook with the sheets that commands show, and the names their rules ask, all saying no."""
    sheets = list(dict.fromkeys(command.sheet for command in COMMANDS if command.sheet))
    states = ["sop_current", *sorted({command.rule.name for command in COMMANDS if command.rule.name})]
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    book.set_vba_name("ThisWorkbook")
    for name in sheets:
        book.add_worksheet(name).set_vba_name(code_name(name))
    for row, state in enumerate(states, start=1):
        book.define_name(state, f"=Home!$B${row}")
        book.get_worksheet_by_name("Home").write(f"A{row}", state)
        book.get_worksheet_by_name("Home").write(f"B{row}", 0)
    book.close()
    ours = [m for m in project_modules(sheets, addin=False) if m.kind in DOCUMENTS or m.name in OWN_MODULES]
    parts = unpack(out.getvalue())
    add_macros(parts, write_project([*ours, STAND_IN, NO_HELP]), addin=False)
    return pack(parts)


def test_what_the_build_knows_is_what_vba_answers(ask):
    sheets = [call("modBuild.SheetOfAction", action) for action in EVERY_ACTION]
    assert ask(*sheets, call("modBuild.ProbeCode")) == [*(command.sheet for command in COMMANDS), probe_code()]


def test_an_action_that_is_a_sheet_shows_it_without_python(ask):
    showing = [command for command in COMMANDS if command.sheet]
    steps = [step for command in showing for step in (call("modBridge.RunPy", command.action), FRONT)]
    assert ask(*steps, NOTED)[1::2] == [command.sheet for command in showing]


def test_any_other_action_goes_to_python(ask):
    _, noted, _, again = ask(call("modBridge.RunPy", "check"), NOTED, call("modBridge.RunPy", "forecast"), NOTED)
    assert noted == [["import sop_xl.entrypoints.ribbon as r; r.run('check')"]]
    assert again == [["import sop_xl.entrypoints.ribbon as r; r.run('forecast')"]]


LOOK = [call("xlwings.Calculation"), call("xlwings.ScreenUpdating")]


@pytest.mark.parametrize("action", ["check", "about", "selftest"])
def test_excel_is_as_it_was_whatever_python_left(ask, action):
    # The stand-in leaves calculation by hand and a frozen screen. About ends with a fault; the self-test raises one.
    _, noted, *state = ask(call("modBridge.RunPy", action), NOTED, *LOOK)
    assert action in noted[0][0]
    assert state == [AUTOMATIC, True]


def test_commands_follow_what_the_workbook_holds(ask):
    rules = {command.rule.name: command.action for command in COMMANDS if command.rule.name}
    states = ask({"do": "read", "sheet": "Home", "area": "A1:A5"})[0]
    cells = {name: f"B{row}" for row, (name,) in enumerate(states, start=1)}
    free = ["about", "check"]
    assert ask(*can_run(*free, *rules.values())) == [True, True, *[False] * len(rules)]
    for rule, action in rules.items():
        _, *answers = ask({"do": "set", "sheet": "Home", "cell": cells[rule], "to": 1}, *can_run(*rules.values()))
        assert answers == [other == action for other in rules.values()]


def test_the_tab_never_shows_twice(ask):
    # (the add-in's, loaded), (the workbook's, add-in loaded), (the workbook's, alone)
    states = [(True, True), (False, True), (False, False)]
    shows = [call("modRibbon.TabShows", *state) for state in states]
    assert ask(*shows, call("modRibbon.AddInIsOpen")) == [True, False, True, False]


def test_a_cell_says_yes_or_no(ask):
    values = {0: False, 1: True, "": False, "R0001": True, "0": False}
    assert ask(*(call("modRibbon.Holds", value) for value in values)) == list(values.values())


def test_esc_is_remembered_until_the_next_run(ask):
    asked = call("modBridge.CancelRequested")
    cancel = call("modBridge.RequestCancel")
    assert ask(asked, cancel, asked, asked, call("modBridge.RunPy", "check"), asked) == [
        False,
        None,
        True,
        True,
        None,
        False,
    ]


def test_each_fault_of_python_is_told_with_the_command_that_mends_it(ask):
    program = r"C:\Python\python.exe"
    cures = {
        "OLD_PYTHON": "py -m pip install sop-xl",
        "NO_SOP_XL": f'"{program}" -m pip install sop-xl',
        "NO_XLWINGS": f'"{program}" -m pip install xlwings==0.37.8',
        "OTHER_XLWINGS": f'"{program}" -m pip install xlwings==0.37.8',
        "NO_PYTHON": "py -m pip install sop-xl",
    }
    texts = ask(*(call("modBridge.ProblemText", PROBE[fault], program) for fault in cures))
    for text, cure in zip(texts, cures.values(), strict=True):
        assert cure in text
        assert "sop-xl install" in text
        assert "Formulas keep working" in text
    (blocked, fine) = ask(call("modBridge.ProblemText", 70, program), call("modBridge.ProblemText", 0, program))
    assert "sop-xl doctor" in blocked
    assert fine == ""


def test_elsewhere_than_on_windows_no_probe_is_run(ask):
    assert ask(call("modBridge.PythonProblem")) == [""]
