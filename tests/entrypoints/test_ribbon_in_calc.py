"""The ribbon in a real spreadsheet program: moving about, asking cells, a run cut short, killed or taken back.

Every button is pressed in `test_ribbon_on_demo`.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from xlwings import conversion

from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.errors import CancelledError, SolverError
from sop_xl.entrypoints import ribbon
from sop_xl.entrypoints.machine import Machine
from sop_xl.entrypoints.ribbon import run_on
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render
from sop_xl.schema.results import SHORTAGES, SUPPLY_PLAN
from sop_xl.services import compute
from sop_xl.services.navigation import FAMILY_CELL, FAMILY_SHEET
from tests.e2e.books import planned_folder
from tests.entrypoints.pressing import ComputedOnce
from tests.services.company import tables_of
from tests.support.calc_engine.app import App
from tests.support.calc_engine.second_program import SecondProgram
from tests.support.office import without_print_titles
from tests.support.xlwings_stubs import windows

pytestmark = [pytest.mark.soffice, pytest.mark.slow]

NAME = "two plants.xlsm"
STATES = ("screen_updating", "enable_events", "display_alerts", "calculation", "status_bar")
STEPS = ("read", "forecast", "supply", "finance", "kpi", "write")


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
def book(excel, tmp_path_factory):
    """The company, planned, open in Calc."""
    path = tmp_path_factory.mktemp("live") / NAME
    shutil.copy(planned_folder() / "plan.xlsm", path)
    book = excel.books.open(without_print_titles(path, path))
    yield book
    book.close()


def states(book):
    return {name: getattr(book.app, name) for name in STATES}


def states_of_excel():
    return dict.fromkeys(STATES[:3], True) | {"calculation": "automatic", "status_bar": False}


def test_families_and_months_are_walked_through(book, here):
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


# --- what cells ask -------------------------------------------------------------------------------


@pytest.fixture
def asked(book):
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


def test_a_run_cut_short_at_any_step_leaves_the_open_workbook_as_it_was(book, here, monkeypatch):
    context, stop = ribbon.Session.context, iter(STEPS)
    monkeypatch.setattr(ribbon.Session, "context", lambda self: replace(context(self), progress=CancelAt(next(stop))))
    for engine in ("plan_demand", "plan_supply"):
        monkeypatch.setattr(compute, engine, ComputedOnce(getattr(compute, engine)))
    before = tables_of(LiveWorkbook(book))
    for step in STEPS:
        assert run_on(book, "run_all", here).sentence == f"Cancelled during the step {step}; nothing was written."
        assert states(book) == states_of_excel()
    assert tables_of(LiveWorkbook(book)) == before


def test_a_python_killed_while_a_button_writes_is_made_good_by_the_next_click(dearer, book, here, excel, tmp_path):
    before = tables_of(LiveWorkbook(book)), brought_back(book), shown(book)
    program = SecondProgram(excel.impl.pipe, tmp_path)
    try:
        assert program.killed_while_writing("run_all", 4, Path(book.fullname), here)
    finally:
        program.stop()
    assert tables_of(LiveWorkbook(book)) != before[0]
    outcome = run_on(book, "undo_last", here)
    assert outcome.sentence.startswith(f"Python was stopped while it wrote into {NAME}")
    assert outcome.sentence.endswith("The workbook is now as it was before that click. Press the button again.")
    assert (tables_of(LiveWorkbook(book)), brought_back(book), shown(book)) == before
    assert states(book) == states_of_excel()
    assert not run_on(book, "check", here).fault


def shown(book):
    """Return the heights and the protection of the rows of Demand review: what a half pasted view would have lost."""
    sheet = book.sheets["Demand review"]
    return [sheet.range((row, 1)).row_height for row in range(1, 60)], sheet.impl.is_protected


class CancelAt:
    """A user who presses Esc during one step."""

    def __init__(self, step):
        self.step = step

    def __call__(self, name, *_):
        if name == self.step:
            raise CancelledError(name)


def test_a_solver_that_fails_changes_the_log_only(book, here, monkeypatch):
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
def dearer(book):
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
    assert not run_on(book, "roll_up_finance", here).fault
    planned = brought_back(book)
    assert planned != before
    cell = cell_of(book, "finance", "amount")
    right, cell.value = cell.value, 123456.0
    outcome = run_on(book, "undo_last", here)
    assert outcome.fault
    assert f"{cell.sheet.name}!{cell.get_address(False, False)}: " in outcome.sentence
    cell.value = right
    assert brought_back(book) == planned
    assert run_on(book, "undo_last", here).sentence.endswith("your inputs are as they were.")
    assert brought_back(book) == before
