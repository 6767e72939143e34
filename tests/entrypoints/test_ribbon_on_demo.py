"""Each button of the tab pressed in a live Calc on Adventure Works cut short, and beside it in a closed file.

One office, one workbook, one month: the buttons follow each other as in a cycle, and each works on what the one before
left. What the engines compute is computed once: they are pure, so the same inputs, compared frame by frame, give the
file the same results.

A new button is one line in `MONTH`, where it comes in the month: its action, and what the planner does before it, a
function of `planner` (`does_nothing` where that is all). Where its use case is in none of the lists that
`pressing.FILE_CASES` is made of, it gets a line there; a button without one is pressed in Calc only, and must write
nothing. What it is there to write goes into `WRITES`. A button that only shows a sheet needs no line.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from sop_xl.adapters import scheduler
from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.ledger import packs
from sop_xl.entrypoints import places
from sop_xl.entrypoints.machine import Machine
from sop_xl.entrypoints.ribbon import ACTIONS
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services import actions, compute, schedule
from sop_xl.services.selftest import run_selftest
from sop_xl.template.ribbon_model import COMMANDS
from tests.companies.short_adventureworks import write_short_company
from tests.e2e.books import frames_of
from tests.e2e.command import sop
from tests.e2e.family_view import TABLES, assert_adds_up
from tests.entrypoints import planner
from tests.entrypoints.fake_excel import RESTED
from tests.entrypoints.planner import does_nothing
from tests.entrypoints.pressing import NOW, ComputedOnce, Dialog, Twins
from tests.support.calc_engine.app import App
from tests.support.calc_engine.excel_api import AppApi
from tests.support.office import without_print_titles

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.soffice, pytest.mark.slow]

MONTH: dict[str, Callable[[planner.Desk], list[Path] | None]] = {
    "about": does_nothing,
    "selftest": does_nothing,
    "check": does_nothing,
    "forecast": does_nothing,
    "plan_supply": does_nothing,
    "roll_up_finance": does_nothing,
    "key_figures": does_nothing,
    "schedule": does_nothing,
    "next_family": does_nothing,
    "previous_family": does_nothing,
    "make_packs": does_nothing,
    "draft_mails": does_nothing,
    "cycle_status": does_nothing,
    "reopen_step": planner.gives_a_reason,
    "collect_returns": planner.fills_a_form,
    "commit_returns": does_nothing,
    "merge_copy": planner.has_a_copy,
    "check_paste": planner.pastes_a_month,
    "commit_paste": planner.consents,
    "accept_edits": planner.types_a_forecast,
    "go_now": does_nothing,
    "new_scenario": does_nothing,
    "simulate_scenario": planner.goes_to_a_scenario,
    "run_scenarios": planner.goes_to_a_scenario,
    "plan_ranges": does_nothing,
    "approve_scenario": planner.goes_to_a_scenario,
    "accept_fixed": planner.fixes_a_quantity,
    "run_all": planner.raises_a_price,
    "sign_off": does_nothing,
    "close_month": does_nothing,
    "undo_last": does_nothing,
}
"""The buttons in the order of a month, and what the planner does before each."""
CASES = 2
"""Textbook cases of the self-test; all of them take half a minute, and run in `supply/test_textbook`."""
EFFORT = 0.2
"""What the search for a schedule may take, a tenth of what it takes for a planner."""
SHOWN = [command for command in COMMANDS if command.sheet]


@pytest.fixture(scope="module")
def dialog():
    return Dialog()


@pytest.fixture(scope="module")
def patch(dialog):
    """What differs from day to day made the same, messages taken down, and files chosen without a window."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "alert", lambda self, prompt, *_: self.settings.update(said=prompt))
        patch.setattr(AppApi, "GetOpenFilename", staticmethod(dialog), raising=False)
        patch.setattr(places, "stamp", lambda: NOW)
        patch.setattr(packs, "secrets", SimpleNamespace(token_hex=lambda size: "5e" * size))
        patch.setattr(actions, "run_selftest", lambda *more: islice(run_selftest(*more), CASES))
        for engine in ("plan_demand", "plan_supply"):
            patch.setattr(compute, engine, ComputedOnce(getattr(compute, engine)))
        patch.setattr(schedule, "make_schedule", ComputedOnce(schedule.make_schedule))
        patch.setattr(scheduler, "scheduler", partial(scheduler.scheduler, effort=EFFORT))
        yield patch


@pytest.fixture(scope="module")
def twins(calc_app, tmp_path_factory, patch, dialog):
    """The company before its first cycle, open in Calc and closed in a file."""
    home = tmp_path_factory.mktemp("demo")
    path, closed, noted = home / "demo.xlsm", home / "file" / "demo.xlsm", set()
    assert sop("import", write_short_company(home / "inputs"), path).code == 0
    closed.parent.mkdir()
    shutil.copy(path, closed)
    writes = FileWorkbook.write_cells

    def noting(self, table, rows):
        noted.add(table.name)
        return writes(self, table, rows)

    patch.setattr(FileWorkbook, "write_cells", noting)
    book = calc_app.books.open(without_print_titles(path, path))
    yield Twins(
        book, Machine("Linux", Path("python"), "3.11", 64, home, home, home / "local", home), closed, dialog, noted
    )
    book.close()


@pytest.fixture(scope="module")
def presses(twins):
    """What each button did, pressed one after the other."""
    return {action: twins.pressed(action, before) for action, before in MONTH.items()}


def test_what_a_button_writes_is_what_file_mode_writes(presses):
    assert {action: press.differ for action, press in presses.items()} == {action: [] for action in presses}


def test_after_the_month_every_table_is_the_same(presses, twins):
    assert twins.differing({*TABLE_BY_NAME}) == []


@pytest.fixture(scope="module")
def reopened(presses, twins, calc_app):
    """The workbook after the month, saved, opened again and calculated anew."""
    twins.book.save()
    copy = shutil.copy(twins.book.fullname, twins.path.with_name("saved.xlsm"))
    book = calc_app.books.open(copy)
    calc_app.calculate()
    yield book
    book.close()


def test_saved_and_opened_again_tables_and_views_are_those_of_the_core(reopened, twins):
    again = replace(twins, book=reopened)
    assert again.differing({*TABLE_BY_NAME}) == []
    family = reopened.names["sop_family"].refers_to_range.value
    view = reopened.sheets["Family"].range("A1:AA40").value
    assert_adds_up(view, family, frames_of(twins.path, *TABLES), months=6)


def test_saved_and_opened_again_the_checks_say_what_they_said(reopened, twins):
    lights = [
        {row[0]: row[7] for row in book.sheets["Checks"].range("A13:H120").value} for book in (twins.book, reopened)
    ]
    assert lights[0] == lights[1]
    assert str(lights[1]["A02"]).startswith("▲")  # the month's actuals are there, and its closing was taken back


def test_a_button_says_one_sentence_shows_its_sheet_and_puts_excel_back(presses):
    for action, press in presses.items():
        assert not press.live.fault, press.live.sentence
        assert press.sheet == (press.live.sheet or press.sheet)
        if ACTIONS[action].tells:
            assert (press.said.splitlines()[0], press.after) == (press.live.sentence, RESTED)
        else:
            assert press.after == RESTED | {"status_bar": f"S&OP: {press.live.sentence}"}
        if press.file:
            assert press.file.sheet == press.live.sheet


def test_months_and_families_are_gone_through(presses):
    said = [presses[action].live.sentence for action in ("next_family", "previous_family", "go_now")]
    assert said == ["Family Accessories, 1 of 3.", "Family Touring Bikes, 3 of 3.", "November 2026."]


WRITES = {
    "forecast": {"forecast", "accuracy", "demand_review", "runs"},
    "plan_supply": {"supply_plan", "production", "purchases", "load"},
    "roll_up_finance": {"finance", "family_plan"},
    "key_figures": {"kpis"},
    "accept_edits": {"overrides", "forecast", "demand_review", "changes"},
    "accept_fixed": {"targets", "supply_plan", "supply_review", "changes"},
    "run_all": {"finance", "kpis", "runs"},
    "schedule": {"schedule", "tracking_stock", "runs"},
    "collect_returns": {"returns"},
    "commit_returns": {"overrides", "changes", "runs"},
    "merge_copy": {"returns", "items"},
    "reopen_step": {"cycle_steps"},
    "sign_off": {"cycle_steps"},
    "commit_paste": {"actuals"},
    "new_scenario": {"scenarios", "runs"},
    "run_scenarios": {"scenario_results", "runs"},
    "plan_ranges": {"scenario_ranges", "runs"},
    "approve_scenario": {"scenarios", "resources", "changes"},
    "close_month": {"settings", "stock"},
    "undo_last": {"settings", "stock"},
}
"""Tables that a button is there to write."""


def test_the_buttons_wrote_what_they_are_for(presses):
    missing = {action: tables - presses[action].written for action, tables in WRITES.items()}
    assert not any(missing.values()), missing


def test_a_button_that_is_of_no_use_in_a_file_writes_no_table(presses):
    assert {action: press.written for action, press in presses.items() if not press.file and press.written} == {}


@pytest.mark.parametrize("command", SHOWN, ids=lambda command: command.action)
def test_a_command_that_shows_a_sheet_shows_it(twins, command):
    press = twins.pressed(command.action, does_nothing)
    assert (press.sheet, press.written, press.after["status_bar"]) == (command.sheet, set(), f"S&OP: {command.sheet}")


def test_every_action_is_pressed():
    assert {*ACTIONS} == {*MONTH, *(command.action for command in SHOWN)}
