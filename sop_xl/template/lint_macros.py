"""Lint rules on code: VBA project and sheets fit together, lines are such as the editor takes, the ribbon works."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from sop_xl.template.lint_package import Problem, find
from sop_xl.template.macros import RIBBON_RELS, VBA_PART, VBA_REL, VBA_TYPE
from sop_xl.template.ribbon_model import COMMANDS
from sop_xl.template.ribbon_xml import ICONS, TIP_LIMIT
from sop_xl.template.vba_project import DOCUMENTS, Kind, Module, read_project, read_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sop_xl.template.lint_package import Package

LINE_LIMIT, CONTINUATION_LIMIT = 1023, 24
GROUP_LIMIT, COMMANDS_IN_GROUP = 7, range(3, 6)
KEYTIP = re.compile(r"[A-Z0-9]{1,3}")
SIGNATURES = {
    "onLoad": r"\w+ As IRibbonUI",
    "onAction": r"\w+ As IRibbonControl",
    "getEnabled": r"\w+ As IRibbonControl, ByRef \w+",
    "getVisible": r"\w+ As IRibbonControl, ByRef \w+",
}
"""What Excel calls each callback with."""
_CALLBACK = re.compile(r"(?:on|get)[A-Z]\w*")
_PROCEDURE = re.compile(r"^(Public |Private |)(?:Sub|Function) (\w+)\((.*)\)", re.MULTILINE)
_SHAPE_MACRO = re.compile(rb'(?:FmlaMacro>|macro=")\[0\]!([\w.]+)')
_RUN_PY = re.compile(r'\bRunPy\s+"(\w*)"')


def code_is_there(package: Package) -> Iterator[Problem]:
    """A VBA project that can be read, of the right type and related to the workbook, and both ribbon parts."""
    types = package.xml("[Content_Types].xml")
    kinds = {str(e.get("Extension")): e.get("ContentType") for e in types}
    if kinds.get("bin") != VBA_TYPE:
        yield Problem("code", "[Content_Types].xml", "parts ending in bin are not declared as VBA projects")
    workbook = next((e.get("ContentType", "") for e in types if e.get("PartName") == "/xl/workbook.xml"), "")
    if "macroEnabled" not in workbook:
        yield Problem("code", "[Content_Types].xml", "the workbook is not declared as one with macros")
    wanted = {VBA_PART: ("xl/_rels/workbook.xml.rels", VBA_REL)}
    wanted |= {part: ("_rels/.rels", kind) for part, kind in RIBBON_RELS.items()}
    for part, (rels, kind) in wanted.items():
        targets = {str(e.get("Target")).lstrip("/") for e in package.xml(rels) if e.get("Type") == kind}
        if part not in package.parts:
            yield Problem("code", part, "it is not there")
        elif part.removeprefix("xl/") not in {target.removeprefix("xl/") for target in targets}:
            yield Problem("code", part, f"{rels} does not lead to it")


def project_is_whole(package: Package) -> Iterator[Problem]:
    """The bytes of the VBA project are one."""
    try:
        _modules(package)
    except (ValueError, KeyError) as error:
        yield Problem("code", VBA_PART, str(error))


def code_names_match(package: Package) -> Iterator[Problem]:
    """Workbook and sheets have code names, and each has the document module of that name."""
    modules = {module.name: module.kind for module in _modules(package) if module.kind in DOCUMENTS}
    workbook = next((str(e.get("codeName")) for e in find(package.workbook, "m:workbookPr")), "None")
    named = {workbook: Kind.WORKBOOK}
    for sheet in package.sheets:
        name = next((str(e.get("codeName")) for e in find(sheet.root, "m:sheetPr")), "None")
        if name in named:
            yield Problem("code-name", sheet.name, f"its code name {name} is missing or taken")
        named[name] = Kind.SHEET
    for name in sorted(named.keys() | modules.keys()):
        if named.get(name) != modules.get(name):
            yield Problem("code-name", name, f"{named.get(name)} in the workbook, {modules.get(name)} in the project")


def lines_fit(package: Package) -> Iterator[Problem]:
    """Sources have lines the editor takes: short enough, not continued too often, ended as Windows ends them."""
    for name, text in read_sources(package.parts[VBA_PART]).items():
        if "\n" in text.replace("\r\n", "") or "\r" in text.replace("\r\n", ""):
            yield Problem("vba-line", name, "a line does not end with carriage return and line feed")
        continued = 0
        for number, line in enumerate(text.split("\r\n"), start=1):
            continued = continued + 1 if line.endswith(" _") else 0
            if len(line) > LINE_LIMIT:
                yield Problem("vba-line", f"{name}:{number}", f"longer than {LINE_LIMIT} characters")
            if continued > CONTINUATION_LIMIT:
                yield Problem("vba-line", f"{name}:{number}", f"continued more than {CONTINUATION_LIMIT} times")


def names_unique(package: Package) -> Iterator[Problem]:
    """Modules have names of their own, and no two standard modules a public procedure of one name."""
    modules = _modules(package)
    names = Counter(module.name.lower() for module in modules)
    yield from (Problem("vba-name", name, "two modules have this name") for name, n in names.items() if n > 1)
    public = Counter(
        name.lower()
        for module in modules
        if module.kind is Kind.STANDARD
        for name in {name for scope, name, _ in _PROCEDURE.findall(module.code) if scope != "Private "}
    )
    yield from (Problem("vba-name", name, "two modules have this procedure") for name, n in public.items() if n > 1)


def calls_resolve(package: Package) -> Iterator[Problem]:
    """Every macro of a shape is a procedure, and every RunPy an action of the ribbon's list."""
    procedures, actions = _procedures(package), {command.action for command in COMMANDS}
    for part, content in package.parts.items():
        if part.startswith("xl/drawings/"):
            for macro in _SHAPE_MACRO.findall(content):
                if not any(macro.decode() in (full, full.partition(".")[2]) for full in procedures):
                    yield Problem("call", part, f"there is no macro {macro.decode()}")
    for module in _modules(package):
        for action in _RUN_PY.findall(module.code):
            if action not in actions:
                yield Problem("call", module.name, f"there is no action '{action}'")


def ribbon_works(package: Package) -> Iterator[Problem]:
    """Both ribbon parts show the same, with callbacks, icons, tips and keys as Excel needs them."""
    shown = set()
    for part in RIBBON_RELS:
        try:
            root = package.xml(part)
        except etree.XMLSyntaxError as error:
            yield Problem("ribbon", part, f"not well-formed: {error}")
            continue
        space = str(etree.QName(root).namespace)
        shown.add(package.parts[part].replace(space.encode(), b""))
        yield from _callback_problems(package, part, root)
        yield from _control_problems(part, root)
        yield from _layout_problems(part, root)
    if len(shown) > 1:
        yield Problem("ribbon", "customUI", "the two parts differ by more than their namespace")


def _callback_problems(package: Package, part: str, root: etree._Element) -> Iterator[Problem]:
    procedures = _procedures(package)
    for element in root.iter():
        for attribute, callback in ((str(k), str(v)) for k, v in element.attrib.items()):
            if not _CALLBACK.fullmatch(attribute):
                continue
            signature, arguments = SIGNATURES.get(attribute), procedures.get(callback)
            if arguments is None or signature is None or not re.fullmatch(signature, arguments):
                yield Problem("ribbon", f"{part} {element.get('id')}", f"{attribute}: {callback} is no such callback")


def _control_problems(part: str, root: etree._Element) -> Iterator[Problem]:
    actions = {command.action for command in COMMANDS}
    ids = Counter(str(element.get("id")) for element in root.iter() if element.get("id"))
    yield from (Problem("ribbon", f"{part} {name}", "two controls have this id") for name, n in ids.items() if n > 1)
    for button in root.iter("{*}button", "{*}menu"):
        where = f"{part} {button.get('id')}"
        if button.get("imageMso") not in ICONS:
            yield Problem("ribbon", where, f"the icon {button.get('imageMso')} is not on the list")
        if button.tag.endswith("button") and button.get("tag") not in actions:
            yield Problem("ribbon", where, f"there is no action {button.get('tag')}")
        for tip in ("label", "screentip", "supertip"):
            if not 0 < len(button.get(tip, "")) <= TIP_LIMIT:
                yield Problem("ribbon", where, f"its {tip} is missing or too long")


def _layout_problems(part: str, root: etree._Element) -> Iterator[Problem]:
    groups = list(root.iter("{*}group"))
    if len(groups) > GROUP_LIMIT:
        yield Problem("ribbon", part, f"more than {GROUP_LIMIT} groups")
    for group in groups:
        buttons = len(list(group.iterchildren("{*}button")))
        if buttons not in COMMANDS_IN_GROUP:
            yield Problem("ribbon", f"{part} {group.get('id')}", f"{buttons} commands in the group")
    yield from _key_tip_problems(part, [control for group in groups for control in group])
    for menu in root.iter("{*}menu"):
        yield from _key_tip_problems(part, menu)


def _key_tip_problems(part: str, controls: Iterable[etree._Element]) -> Iterator[Problem]:
    """Yield what is wrong with the key tips that wait for a key at the same time: of the tab, or of one menu."""
    keys = sorted(str(control.get("keytip")) for control in controls)
    for key, following in zip(keys, [*keys[1:], ""], strict=True):
        if not KEYTIP.fullmatch(key) or following.startswith(key):
            yield Problem("ribbon", part, f"key tip {key} is no key tip, or another begins with it")


@lru_cache(maxsize=1)
def _modules(package: Package) -> list[Module]:
    return read_project(package.parts[VBA_PART])


def _procedures(package: Package) -> dict[str, str]:
    """Return the arguments of the public procedures of standard modules, by `module.procedure`."""
    return {
        f"{module.name}.{name}": arguments
        for module in _modules(package)
        if module.kind is Kind.STANDARD
        for scope, name, arguments in _PROCEDURE.findall(module.code)
        if scope != "Private "
    }


PROJECT_RULES = (code_names_match, lines_fit, names_unique, calls_resolve, ribbon_works)


def macro_problems(package: Package) -> Iterator[Problem]:
    """Return what all rules on code find; where there is no readable project or ribbon, only that."""
    missing = list(code_is_there(package)) or list(project_is_whole(package))
    yield from missing
    if not missing:
        for rule in PROJECT_RULES:
            yield from rule(package)
