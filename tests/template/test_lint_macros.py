"""Every rule on code and ribbon catches what it is for: one planted fault each, in a small macro workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sop_xl.template.addin import build_addin
from sop_xl.template.lint_macros import CONTINUATION_LIMIT, macro_problems
from sop_xl.template.lint_package import Package
from sop_xl.template.macros import VBA_PART
from sop_xl.template.package import unpack
from sop_xl.template.ribbon_model import CYCLE
from sop_xl.template.vba_project import Kind, Module, read_project, write_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.template.package import Parts

    Change = Callable[[list[Module]], list[Module]]

RIBBON, OLD_RIBBON = "customUI/customUI14.xml", "customUI/customUI.xml"
CYCLE_GROUP = rf'<group id="{CYCLE.id}"[\s\S]*?</group>'


@pytest.fixture(scope="module")
def clean() -> Parts:
    """The add-in: the same code and ribbon as the template, one sheet."""
    return unpack(build_addin())


def rules_broken(parts: Parts) -> set[str]:
    return {problem.rule for problem in macro_problems(Package(parts))}


def test_the_clean_package_breaks_no_rule(clean):
    assert rules_broken(clean) == set()


# rule, part, what is there, what is planted
IN_PARTS = [
    ("code", "[Content_Types].xml", "ms-office.vbaProject", "octet-stream"),
    ("code", "[Content_Types].xml", r"addin\.macroEnabled", "sheet"),
    ("code", "xl/_rels/workbook.xml.rels", r'<Relationship [^>]*Target="vbaProject.bin"/>', ""),
    ("code", "_rels/.rels", r'<Relationship [^>]*Target="customUI/customUI14.xml"/>', ""),
    ("code-name", "xl/workbook.xml", 'codeName="ThisWorkbook"', 'codeName="Workbook"'),
    ("code-name", "xl/workbook.xml", ' codeName="ThisWorkbook"', ""),
    ("code-name", "xl/worksheets/sheet1.xml", 'codeName="shAbout"', 'codeName="Sheet1"'),
    ("code-name", "xl/worksheets/sheet1.xml", ' codeName="shAbout"', ""),
    ("ribbon", RIBBON, "</tabs>", ""),
    ("ribbon", RIBBON, 'id="sop_check"', 'id="sop_run_all"'),
    ("ribbon", RIBBON, 'onAction="modRibbon.sopAddinRun"', 'onAction="modRibbon.sopAddinGo"'),
    ("ribbon", RIBBON, 'onAction="modRibbon.sopAddinRun"', 'onAction="modRibbon.sopAddinEnabled"'),
    ("ribbon", RIBBON, 'getVisible="modRibbon.sopAddinVisible"', 'getVisible="modRibbon.sopAddinRun"'),
    ("ribbon", RIBBON, 'onLoad="modRibbon.sopAddinLoaded"', 'onLoad="modRibbon.TabShows"'),
    ("ribbon", RIBBON, ' onAction="', ' onClick="'),
    ("ribbon", RIBBON, 'imageMso="Undo"', 'imageMso="UndoRun"'),
    ("ribbon", RIBBON, 'tag="undo_last"', 'tag="undo"'),
    ("ribbon", RIBBON, r' supertip="[^"]*"', ""),
    ("ribbon", RIBBON, r' supertip="[^"]*"', f' supertip="{"x" * 1024}"'),
    ("ribbon", RIBBON, 'keytip="H"', 'keytip="R"'),
    ("ribbon", RIBBON, 'keytip="H"', 'keytip="R1"'),
    ("ribbon", RIBBON, 'keytip="H"', 'keytip="h 1"'),
    ("ribbon", RIBBON, rf"({CYCLE_GROUP})", r'\1<group id="g"><button id="b"/></group>'),
    ("ribbon", RIBBON, '<menu id="sopDemandMore"', '<menu id="sop_check"'),
    ("ribbon", RIBBON, 'keytip="2"', 'keytip="R"'),
    ("ribbon", RIBBON, '(tag="show_events" )keytip="E"', r'\1keytip="A"'),
    ("ribbon", OLD_RIBBON, 'label="Home"', 'label="House"'),
]


@pytest.mark.parametrize(("rule", "part", "old", "new"), IN_PARTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(IN_PARTS)])
def test_a_fault_planted_in_a_part_is_found(clean, rule, part, old, new):
    text = clean[part].decode()
    changed = re.sub(old, new, text, count=1)
    assert changed != text
    assert rule in rules_broken({**clean, part: changed.encode()})


@pytest.mark.parametrize("part", [VBA_PART, RIBBON, OLD_RIBBON])
def test_a_part_that_is_missing_is_found(clean, part):
    assert rules_broken({name: content for name, content in clean.items() if name != part}) == {"code"}


def test_bytes_that_are_no_project_are_found(clean):
    assert rules_broken({**clean, VBA_PART: b"x" * 2000}) == {"code"}
    assert rules_broken({**clean, VBA_PART: clean[VBA_PART][:5000]}) == {"code"}


def test_an_eighth_group_is_found(clean):
    more = "".join(
        f'<group id="g{n}">{"".join(_button(f"b{n}{k}", f"{n}{k}") for k in range(3))}</group>' for n in range(1, 3)
    )
    text = clean[RIBBON].decode().replace("</tab>", more + "</tab>")
    problems = [p.what for p in macro_problems(Package({**clean, RIBBON: text.encode()}))]
    assert "more than 7 groups" in problems


def _button(name: str, keytip: str) -> str:
    return f'<button id="{name}" label="x" screentip="x" supertip="x" imageMso="Undo" tag="check" keytip="{keytip}"/>'


def appended(name: str, code: str) -> Change:
    """Return a change that adds lines to a module."""

    def change(modules: list[Module]) -> list[Module]:
        return [Module(m.kind, m.name, f"{m.code}\n{code}", m.attributes) if m.name == name else m for m in modules]

    return change


def renamed(old: str, new: str) -> Change:
    """Return a change that gives a module another name."""

    def change(modules: list[Module]) -> list[Module]:
        return [Module(m.kind, new if m.name == old else m.name, m.code, m.attributes) for m in modules]

    return change


def without(name: str) -> Change:
    """Return a change that leaves a module out."""
    return lambda modules: [m for m in modules if m.name != name]


LONG_CHAIN = "Sub Chain()\n    x = 1" + " + _\n        1" * (CONTINUATION_LIMIT + 1) + "\nEnd Sub"
IN_CODE = [
    ("vba-line", appended("modBuild", "' " + "x" * 1022)),
    ("vba-line", appended("modBuild", LONG_CHAIN)),
    ("vba-line", appended("modBuild", "' a line feed alone is\rno line end")),
    ("vba-name", appended("modBuild", "Public Sub RunPy(action)\nEnd Sub")),
    ("vba-name", appended("modBuild", "Function runpy(action)\nEnd Function")),
    ("vba-name", lambda modules: [*modules, Module(Kind.STANDARD, "MODBUILD", "")]),
    ("code-name", without("shAbout")),
    ("code-name", without("ThisWorkbook")),
    ("code-name", lambda modules: [*modules, Module(Kind.SHEET, "shExtra", "")]),
    ("code-name", renamed("shAbout", "shOther")),
    ("call", appended("modBuild", 'Public Sub Button()\n    RunPy "chek"\nEnd Sub')),
    ("ribbon", without("modRibbon")),
    ("ribbon", renamed("modRibbon", "modTab")),
]


@pytest.mark.parametrize(("rule", "change"), IN_CODE, ids=[f"{f[0]}-{n}" for n, f in enumerate(IN_CODE)])
def test_a_fault_planted_in_the_code_is_found(clean, rule, change):
    changed = write_project(change(read_project(clean[VBA_PART])))
    assert rule in rules_broken({**clean, VBA_PART: changed})


def test_a_module_name_that_is_too_long_never_gets_into_a_project():
    with pytest.raises(ValueError, match="31 characters"):
        write_project([Module(Kind.STANDARD, "m" * 32, "")])


def test_a_character_outside_the_code_page_never_gets_into_a_project():
    with pytest.raises(UnicodeEncodeError):
        write_project([Module(Kind.STANDARD, "modText", "' \u2264")])


@pytest.mark.parametrize(
    ("macro", "found"), [("modBridge.RunPy", False), ("RunPy", False), ("modBridge.Go", True), ("Go", True)]
)
def test_the_macro_of_a_shape_must_be_there(clean, macro, found):
    shape = f"<x:ClientData><x:FmlaMacro>[0]!{macro}</x:FmlaMacro></x:ClientData>".encode()
    drawing = f'<xdr:sp macro="[0]!{macro}"/>'.encode()
    for content in (shape, drawing):
        assert ("call" in rules_broken({**clean, "xl/drawings/vmlDrawing1.vml": content})) == found
