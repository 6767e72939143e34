"""The ribbon: what its list promises, in both parts, and that everything it calls is there."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from sop_xl.entrypoints.ribbon import ACTIONS
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST
from sop_xl.template.addin import build_addin
from sop_xl.template.build import build_template, sheet_names
from sop_xl.template.lint_macros import macro_problems
from sop_xl.template.lint_package import Package
from sop_xl.template.package import unpack
from sop_xl.template.ribbon_model import COMMANDS, GROUPS, Command
from sop_xl.template.ribbon_xml import ICONS, SINCE_2007, SINCE_2010, ribbon_parts, ribbon_xml, super_tip
from sop_xl.template.vba_modules import WORKBOOK_FILE
from tests.support.office import recalculated

EACH = pytest.mark.parametrize("command", COMMANDS, ids=[command.action for command in COMMANDS])


@pytest.fixture(scope="module")
def names() -> set[str]:
    return set(Package(unpack(build_template())).names)


def buttons(xml: bytes) -> dict[str, dict[str, str]]:
    """The buttons of a ribbon part by the action they run."""
    found = etree.fromstring(xml).iter("{*}button")
    return {str(b.get("tag")): {str(k): str(v) for k, v in b.attrib.items()} for b in found}


def test_every_command_is_an_action_of_python_and_every_action_a_command():
    assert {command.action for command in COMMANDS} == set(ACTIONS)


def test_the_groups_follow_the_month():
    month = ["Cycle", "Data", "Demand", "Supply", "Finance", "Scenario", "View and help"]
    assert [g.label for g in GROUPS] == month
    assert [sum(command.large for command in group.commands) <= 1 for group in GROUPS] == [True] * 7


@EACH
def test_a_sheet_that_is_shown_is_one_of_the_workbook(command: Command):
    assert command.sheet in ("", *sheet_names())


@EACH
def test_a_rule_asks_a_name_the_workbook_has(command: Command, names: set[str]):
    assert command.rule.name in ("", *names)
    assert bool(command.rule.words) != command.rule.anywhere


@EACH
def test_a_button_says_all_a_planner_needs_before_pressing_it(command: Command):
    button = buttons(ribbon_xml(SINCE_2010, addin=False))[command.action]
    assert button["label"] == button["screentip"] == command.label
    assert button["keytip"] == command.keytip
    assert button["supertip"].splitlines()[:4] == [
        f"Reads: {command.reads}",
        f"Writes: {command.writes}",
        f"Undo: {command.undo}",
        f"Takes: {command.takes}",
    ]
    assert "&" not in super_tip(command) + command.label


@EACH
def test_what_changes_cells_can_be_taken_back_or_says_why_not(command: Command):
    changes = not command.writes.startswith("Nothing")
    assert (command.undo == "Not needed: no cell changes.") != changes


def test_no_icon_is_listed_in_vain():
    assert {command.image for command in COMMANDS} == ICONS


def test_the_two_parts_differ_in_their_namespace_only():
    new, old = ribbon_xml(SINCE_2010, addin=False), ribbon_xml(SINCE_2007, addin=False)
    assert new.replace(SINCE_2010.encode(), SINCE_2007.encode()) == old


def test_workbook_and_addin_share_no_callback_and_no_tab():
    # Excel finds a callback by its name in whichever open file it meets first.
    def callbacks(addin: bool) -> set[str]:
        root = etree.fromstring(ribbon_parts(addin=addin)["customUI/customUI.xml"])
        return {str(v) for e in root.iter() for k, v in e.attrib.items() if str(k).startswith(("get", "on"))}

    book, addin = callbacks(False), callbacks(True)
    assert len(book) == len(addin) == 4
    assert not {name.lower() for name in book} & {name.lower() for name in addin}
    ids = [etree.fromstring(ribbon_xml(SINCE_2010, addin=a)).find(".//{*}tab").get("id") for a in (False, True)]
    assert ids == ["sopTab", "sopAddinTab"]


def test_the_tab_shows_its_ampersand():
    root = etree.fromstring(ribbon_xml(SINCE_2010, addin=False))
    assert root.find(".//{*}tab").get("label") == "S&&OP"


@pytest.mark.parametrize("build", [build_template, build_addin])
def test_an_independent_validator_expects_it_to_open_cleanly(build, tmp_path: Path):
    path = tmp_path / ("a.xlam" if build is build_addin else WORKBOOK_FILE)
    path.write_bytes(build())
    result = OpenXmlValidator(file_format=FileFormat.OFFICE_2019).validate(str(path))
    assert [str(error) for error in result.errors] == []


def test_the_addin_passes_the_rules_on_code():
    assert list(macro_problems(Package(unpack(build_addin())))) == []


@pytest.mark.soffice
def test_rules_follow_the_workbook(tmp_path: Path):
    # A forecast is there, nothing after it.
    row = {"item": "A", "market": "All", "period": pd.Period("2026-01"), "consensus": 5.0}
    path = tmp_path / WORKBOOK_FILE
    path.write_bytes(build_template({"forecast": conform(FORECAST, pd.DataFrame([row]))}))
    held = states(recalculated(path, tmp_path))
    assert {name: bool(value) for name, value in held.items()} == {
        "sop_forecasted": True,
        "sop_supplied": False,
        "sop_planned": False,
        "sop_run": False,
    }


def states(book) -> dict[str, object]:
    """What the names hold that rules ask, from where they stand in Chart data."""
    rules = {command.rule.name for command in COMMANDS if command.rule.name}
    rows = book["Chart data"].iter_rows(min_col=1, max_col=2, values_only=True)
    found = {name: value for name, value in rows if name in rules}
    assert set(found) == rules
    return found


def test_a_person_with_excel_is_asked_to_press_every_button():
    page = (Path(__file__).parents[2] / "docs" / "windows-check.md").read_text(encoding="utf-8")
    assert [c.label for c in COMMANDS if not c.sheet and f"*{c.label}*" not in page] == []
    assert sum(map(int, re.findall(r"^## [A-G]\..*\((\d+) minutes\)$", page, re.MULTILINE))) == 30
