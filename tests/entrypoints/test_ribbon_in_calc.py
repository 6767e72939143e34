"""The ribbon pressed in a real spreadsheet program, button by button, its tables compared with those of file mode."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from xlwings import conversion

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.adapters.solver import HighsSolver
from sop_xl.demo import folder as demo_folder
from sop_xl.domain.errors import CancelledError, SolverError
from sop_xl.entrypoints import ribbon
from sop_xl.entrypoints.machine import Machine
from sop_xl.entrypoints.ribbon import ACTIONS, run_on
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.schema.results import SHORTAGES, SUPPLY_PLAN
from sop_xl.services import actions
from sop_xl.services.actions import PARTS
from sop_xl.services.cell_match import plain, same_row
from sop_xl.services.navigation import FAMILY_CELL, FAMILY_SHEET
from sop_xl.template.ribbon_model import COMMANDS
from tests.e2e.books import TWO_PLANTS
from tests.e2e.command import sop
from tests.services.company import tables_of
from tests.support.calc_engine.app import App
from tests.support.xlwings_stubs import windows

if TYPE_CHECKING:
    from sop_xl.services.actions import Outcome

pytestmark = [pytest.mark.soffice, pytest.mark.slow]

NAME = "two plants.xlsm"
IN_ORDER = ("check", "forecast", "accept_edits", "plan_supply", "roll_up_finance", "key_figures", "run_all")
"""The buttons that write, in the order of the month: each works on what the one before left."""
STATES = ("screen_updating", "enable_events", "display_alerts", "calculation", "status_bar")
SHOWN = [command for command in COMMANDS if command.sheet]
STEPS = ("read", "forecast", "supply", "finance", "kpi", "write")


@dataclass(frozen=True)
class Press:
    """What one press of a button did, live and in file mode."""

    outcome: Outcome
    said: str
    sheet: str
    before: dict[str, Any]
    after: dict[str, Any]
    live: dict[str, list[list[Any]]]
    file: dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def excel(calc_app):
    """Calc, where messages are taken down instead of shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "alert", lambda self, prompt, *_: self.settings.update(said=prompt))
        yield calc_app


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return Machine("Linux", Path("python"), "3.11", 64, home, home, home / "local", home)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """The company's workbook, never run, in a folder of its own."""
    path = tmp_path_factory.mktemp("inputs") / NAME
    assert sop("import", TWO_PLANTS, path).code == 0
    return path


@pytest.fixture(scope="module")
def book(excel, inputs, tmp_path_factory):
    """The company open in Calc."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copy(inputs, folder)
    book = excel.books.open(folder / NAME)
    yield book
    book.close()


@pytest.fixture(scope="module")
def presses(book, here, inputs, tmp_path_factory):
    """All buttons that write, pressed one after the other in Calc, and their commands run on a closed file."""
    file = Path(shutil.copy(inputs, tmp_path_factory.mktemp("file")))
    return {action: pressed(book, here, action, file) for action in IN_ORDER}


def pressed(book, here, action, file):
    """Press a button, and do the same on a closed file."""
    before = states(book)
    outcome = run_on(book, action, here)
    command = ["check", file] if action == "check" else ["run", file, "--steps", ",".join(PARTS[action].steps)]
    assert sop(*command).code == 0
    live, closed = tables_of(LiveWorkbook(book)), tables_of(FileWorkbook(file))
    said = book.app.impl.settings["said"]
    return Press(outcome, said, book.sheets.active.name, before, states(book), live, closed)


def states(book):
    return {name: getattr(book.app, name) for name in STATES}


def differences(live, file):
    """Return where tables differ; when a run was and how long it took are left out."""
    found = []
    for name, rows in file.items():
        fields = TABLE_BY_NAME[name].fields
        keep = [
            k for k, field in enumerate(fields) if name not in ("runs", "changes") or field not in ("at", "seconds")
        ]
        one, other = ([[plain(row[k]) for k in keep] for row in table] for table in (live[name], rows))
        if len(one) != len(other):
            found.append(f"{name}: {len(one)} rows live, {len(other)} in file mode")
        found += [f"{name}: {a} live, {b} in file mode" for a, b in zip(one, other, strict=False) if not same_row(a, b)]
    return found[:5]


@pytest.mark.parametrize("action", IN_ORDER)
def test_what_a_button_writes_is_what_file_mode_writes(presses, action):
    assert differences(presses[action].live, presses[action].file) == []


@pytest.mark.parametrize("action", IN_ORDER)
def test_a_button_says_one_sentence_shows_its_sheet_and_puts_excel_back(presses, action):
    press = presses[action]
    assert not press.outcome.fault
    assert press.said.splitlines()[0] == press.outcome.sentence
    assert press.sheet == press.outcome.sheet
    assert press.after == press.before == states_of_excel()


def states_of_excel():
    return dict.fromkeys(STATES[:3], True) | {"calculation": "automatic", "status_bar": False}


def test_each_run_is_a_line_of_the_log(presses):
    runs = presses["run_all"].live["runs"]
    assert [row[0] for row in runs[1:]] == [f"R{k:04d}" for k in range(1, len(IN_ORDER))]


@pytest.mark.parametrize("command", SHOWN, ids=lambda command: command.action)
def test_a_command_that_shows_a_sheet_shows_it(presses, book, here, command):
    run_on(book, command.action, here)
    assert book.sheets.active.name == command.sheet


def test_families_and_months_are_walked_through(presses, book, here):
    first = book.names["sop_family"].refers_to_range.value
    run_on(book, "next_family", here)
    assert book.sheets.active.name == FAMILY_SHEET
    assert book.names["sop_family"].refers_to_range.value != first
    run_on(book, "previous_family", here)
    assert book.sheets[FAMILY_SHEET].range(FAMILY_CELL).value == first
    book.sheets[FAMILY_SHEET].range(FAMILY_CELL).value = None
    for sheet in ("Demand review", "Forecast"):
        book.sheets[sheet].activate()
        outcome = run_on(book, "go_now", here)
        assert outcome.sentence == "January 2027."
        assert book.selection.value.strftime("%Y-%m") == "2027-01"


def test_what_needs_no_plan_leaves_the_workbook_alone(presses, book, here, monkeypatch):
    monkeypatch.setattr(actions, "run_selftest", lambda *_: iter(()))
    before = tables_of(LiveWorkbook(book))
    assert not run_on(book, "about", here).fault
    assert not run_on(book, "selftest", here).fault
    assert tables_of(LiveWorkbook(book)) == before


# --- what cells ask -------------------------------------------------------------------------------


@pytest.fixture
def asked(presses, book):
    """A free corner of a sheet; arguments are typed there, and functions answer as Excel has them called."""
    sheet = book.sheets["Functions"]
    book.set_mock_caller()
    with windows() as excel:

        def ask(name, *arguments):
            call = getattr(excel.functions, name)
            sheet.range("AD1").value = [*arguments]
            cells = [sheet.range((1, 30 + k)) for k in range(len(arguments))]
            given = zip(cells, call.__xlfunc__["args"], strict=False)
            answer = call(*(conversion.read(cell, None, told["options"]) for cell, told in given))
            conversion.write(answer, sheet.range("AD3"), call.__xlfunc__["ret"]["options"])
            return sheet.range("AD3").value

        yield ask
    sheet.range("AD1:AK3").clear_contents()


def test_figures_and_reasons_are_asked_from_the_open_workbook(asked, book):
    workbook = LiveWorkbook(book)
    plan = read_table(SUPPLY_PLAN, workbook.read_cells(SUPPLY_PLAN)).frame
    month = pd.Period("2027-03", freq="M")
    closing = plan.loc[plan["item"].eq("CH-1") & plan["period"].eq(month), "closing"].sum()
    assert closing > 0
    day = month.to_timestamp().to_pydatetime()
    assert asked("SOP_GET", "closing", "CH-1", day) == pytest.approx(closing)
    run = book.names["sop_run"].refers_to_range.value
    assert asked("SOP_GET", "closing", "CH-1", day, None, None, None, run) == pytest.approx(closing)
    assert asked("SOP_GET", "closing", "Boats", day).startswith("SOP_GET: there is no 'Boats' in the results")
    assert asked("SOP_WHY", "late", "CH-1", day, run) == "Nothing is late."


def test_a_reason_is_asked_from_the_open_workbook(asked, book):
    """The company is short of nothing, so a shortage is written first; another run is named, so that it is read."""
    workbook = LiveWorkbook(book)
    before = workbook.read_cells(SHORTAGES).rows
    row = {"item": "CH-1", "market": "North", "period": pd.Period("2027-03", "M"), "quantity": 12.0, "kind": "late"}
    row |= {"family": "Chairs", "reason": "ASM-P1 is full."}
    workbook.write_cells(SHORTAGES, render(SHORTAGES, conform(SHORTAGES, pd.DataFrame([row]))))
    workbook.commit()
    told = asked("SOP_WHY", None, "Chairs", dt.datetime(2027, 3, 9), "R0099")
    workbook.write_cells(SHORTAGES, before)
    workbook.commit()
    assert told == "12 CH-1 for North late: ASM-P1 is full."


# --- cut short, and taken back --------------------------------------------------------------------


def test_a_run_cut_short_at_any_step_leaves_the_open_workbook_as_it_was(presses, book, here, monkeypatch):
    context, stop = ribbon.Session.context, iter(STEPS)
    monkeypatch.setattr(ribbon.Session, "context", lambda self: replace(context(self), progress=CancelAt(next(stop))))
    before = tables_of(LiveWorkbook(book))
    for step in STEPS:
        assert run_on(book, "run_all", here).sentence == f"Cancelled during the step {step}; nothing was written."
        assert states(book) == states_of_excel()
    assert tables_of(LiveWorkbook(book)) == before


class CancelAt:
    """A user who presses Esc during one step."""

    def __init__(self, step):
        self.step = step

    def __call__(self, name, *_):
        if name == self.step:
            raise CancelledError(name)


def test_a_solver_that_fails_changes_the_log_only(presses, book, here, monkeypatch):
    def fails(*_, **__):
        raise SolverError("The solver is missing. Install it: pip install highspy")

    monkeypatch.setattr(HighsSolver, "solve", fails)
    before = tables_of(LiveWorkbook(book))
    assert run_on(book, "run_all", here).sentence == "The solver is missing. Install it: pip install highspy"
    after = tables_of(LiveWorkbook(book))
    assert [name for name in before if after[name] != before[name]] == ["runs"]
    assert after["runs"][-1][-1] == "stopped: The solver is missing. Install it: pip install highspy"
    assert book.names["sop_run"].refers_to_range.value == before["runs"][-1][0]  # no formula asks again for nothing


@pytest.fixture
def dearer(presses, book):
    """The first item sold at another price since the last run; put back in the end. Gives the cell."""
    cell = cell_of(book, "items", "list_price")
    old, cell.value = cell.value, 99.0
    yield cell
    cell.value = old


def cell_of(book, table, field):
    """Return the cell of a table's first row."""
    declared = TABLE_BY_NAME[table]
    cells = LiveWorkbook(book).read_cells(declared)
    address = cells.address(1, cells.rows[0].index(declared.column(field).header))
    return book.sheets[cells.sheet].range(address)


def brought_back(book):
    """Return what an undo brings back: values, and the formulas of the grid."""
    workbook = LiveWorkbook(book)
    tables = {name: rows for name, rows in tables_of(workbook).items() if name not in ("runs", "changes", "issues")}
    return tables, workbook.formulas(TABLE_BY_NAME["demand_review"])


def test_undo_refuses_what_was_typed_over_names_the_cell_and_brings_the_rest_back_once_it_is_put_right(
    dearer, book, here
):
    before = brought_back(book)
    assert not run_on(book, "run_all", here).fault
    planned = brought_back(book)
    assert planned != before
    cell = cell_of(book, "accuracy", "wmape")
    right, cell.value = cell.value, 123456.0
    outcome = run_on(book, "undo_last", here)
    assert outcome.fault
    assert f"{cell.sheet.name}!{cell.get_address(False, False)}: " in outcome.sentence
    cell.value = right
    assert brought_back(book) == planned
    assert run_on(book, "undo_last", here).sentence.endswith("your inputs are as they were.")
    assert brought_back(book) == before


def test_every_action_is_pressed_somewhere_above():
    """The paste's are in `test_paste_in_calc`; the weeks' and the month's are tested in memory, not in Calc yet."""
    moves = {"next_family", "previous_family", "go_now", "about", "selftest", "undo_last"}
    weeks = {"schedule", "close_month"}
    paste = {"check_paste", "commit_paste"}
    assert set(ACTIONS) == {*IN_ORDER, *(command.action for command in SHOWN), *moves, *weeks, *paste}


# --- the demo company -----------------------------------------------------------------------------


def test_the_demo_company_is_planned_live_as_it_is_on_a_closed_file(excel, here, tmp_path):
    path, file = tmp_path / "demo.xlsm", tmp_path / "file" / "demo.xlsm"
    assert sop("import", str(demo_folder()), path).code == 0
    file.parent.mkdir()
    shutil.copy(path, file)
    book = excel.books.open(path)
    try:
        press = pressed(book, here, "run_all", file)
    finally:
        book.close()
    assert not press.outcome.fault
    assert differences(press.live, press.file) == []
    assert press.after == states_of_excel()
