"""A click: Excel stands still meanwhile and is put back, every fault is told and none raised."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sop_xl.adapters.live import busy
from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.ledger_errors import PartnerError
from sop_xl.entrypoints import ribbon
from sop_xl.entrypoints.chosen_files import ExcelFiles
from sop_xl.entrypoints.machine import Machine
from sop_xl.entrypoints.ribbon import ACTIONS, Action, run_on
from sop_xl.services.actions import Outcome
from sop_xl.template.ribbon_model import COMMANDS
from tests.entrypoints.fake_excel import RESTED, FakeBook, FakeExcel


@pytest.fixture
def machine(tmp_path):
    return Machine("Linux", Path("python"), "3.11.7", 64, tmp_path, tmp_path, tmp_path, tmp_path)


def pressed(monkeypatch, machine, work, app=None, **more):
    """Press a button that does `work`; return its Excel and its book."""
    app = app or FakeExcel()
    book = FakeBook(app)
    monkeypatch.setattr(ribbon, "ACTIONS", {"press": Action(work, **more)})
    run_on(book, "press", machine)
    return app, book


def test_every_command_of_the_ribbon_is_an_action_and_every_action_a_command():
    assert set(ACTIONS) == {command.action for command in COMMANDS}


def test_excel_stands_still_during_the_work_and_is_put_back(monkeypatch, machine):
    during = {}

    def work(session):
        during.update(session.app.states)
        session.say("S&OP: step 1/2")
        return Outcome("Done.", "Home", "B2")

    app, book = pressed(monkeypatch, machine, work)
    still = dict.fromkeys(("screen_updating", "enable_events", "display_alerts"), False)
    assert during == RESTED | still | {"calculation": "manual"}
    assert app.states == RESTED
    assert app.alerts == [("info", "Done.")]
    assert book.sheets.shown == ["Home", "Home!B2"]


def test_a_planners_own_calculation_mode_is_kept(monkeypatch, machine):
    app, _ = pressed(monkeypatch, machine, lambda _: Outcome("Done."), FakeExcel(calculation="manual"))
    assert app.states["calculation"] == "manual"


@pytest.mark.parametrize("fault", [RuntimeError("bug"), InvalidInputError([]), KeyError("x")])
def test_excel_is_put_back_after_any_fault(monkeypatch, machine, fault):
    def work(session):
        raise fault

    app, _ = pressed(monkeypatch, machine, work)
    assert app.states == RESTED
    assert app.alerts[0][0] == "critical"


def test_one_state_that_excel_is_too_busy_to_put_back_is_told_and_does_not_keep_the_others(monkeypatch, machine):
    app = FakeExcel()
    monkeypatch.setattr(busy, "PAUSE_S", 0)

    def work(session):
        app.broken.add(("screen_updating", True))
        return Outcome("Done.")

    pressed(monkeypatch, machine, work, app)
    assert app.states == RESTED | {"screen_updating": False}
    assert "set back as it was (screen_updating)" in app.alerts[0][1]


def test_where_excel_is_too_busy_to_stand_still_it_says_so_and_what_was_set_is_put_back(monkeypatch, machine):
    app = FakeExcel()
    monkeypatch.setattr(busy, "PAUSE_S", 0)
    app.broken.add(("calculation", "manual"))
    pressed(monkeypatch, machine, lambda _: Outcome("never"), app)
    assert app.states == RESTED
    assert app.alerts[0][1].startswith("Excel is busy: a cell is being edited")


def test_a_fault_is_one_sentence_with_its_cell_and_cure_and_the_cell_is_shown(monkeypatch, machine):
    issue = Issue(Severity.STOP, "bad-value", "Demand", "C14", "Quantity is -40.", "Enter 0 or more.")

    def work(_):
        raise InvalidInputError([issue])

    app, book = pressed(monkeypatch, machine, work)
    mode, text = app.alerts[0]
    assert mode == "critical"
    assert text.splitlines()[0] == "Nothing was changed. Demand!C14: Quantity is -40. Enter 0 or more."
    assert book.sheets.shown == ["Demand", "Demand!C14"]


def test_a_bug_is_written_down_with_its_trace_and_said_to_be_one(monkeypatch, machine):
    def work(_):
        raise RuntimeError("a very special bug")

    app, _ = pressed(monkeypatch, machine, work)
    assert str(machine.log_file) in app.alerts[0][1]
    assert "a very special bug" not in app.alerts[0][1]
    written = machine.log_file.read_text()
    assert "RuntimeError: a very special bug" in written
    assert "action press" in written


def test_the_log_of_bugs_stays_small(monkeypatch, machine):
    machine.log_file.parent.mkdir(parents=True)
    machine.log_file.write_text("x" * (ribbon.MAX_LOG_BYTES + 1))

    def work(_):
        raise RuntimeError

    pressed(monkeypatch, machine, work)
    assert machine.log_file.stat().st_size < 10_000
    assert machine.log_file.with_suffix(".old.log").exists()


def test_a_click_tells_even_where_no_log_can_be_written(monkeypatch, machine, tmp_path):
    (tmp_path / "sop_xl").write_text("a file where the folder should be")

    def work(_):
        raise RuntimeError

    app, _ = pressed(monkeypatch, machine, work)
    assert "Please report it" in app.alerts[0][1]


def test_moving_about_neither_freezes_nor_interrupts(monkeypatch, machine):
    app, _ = pressed(monkeypatch, machine, lambda _: Outcome("January."), freezes=False, tells=False)
    assert app.alerts == []
    assert app.history == [("status_bar", "S&OP: January.")]


def test_an_excel_that_is_gone_raises_nothing(monkeypatch, machine):
    app = FakeExcel()
    app.alert = lambda *_, **__: (_ for _ in ()).throw(OSError("gone"))
    pressed(monkeypatch, machine, lambda _: Outcome("Done.", "Home"), app)


def test_where_there_are_no_messages_the_status_bar_says_it(monkeypatch, machine):
    app = FakeExcel()
    app.alert = lambda *_, **__: (_ for _ in ()).throw(NotImplementedError)
    pressed(monkeypatch, machine, lambda _: Outcome("Done."), app)
    assert app.states["status_bar"] == "S&OP: Done."


@pytest.mark.parametrize(("answer", "stops"), [(True, True), (False, False), (None, False), (OSError(), False)])
def test_esc_is_asked_of_the_workbooks_own_code_or_of_the_add_in(machine, answer, stops):
    app = FakeExcel()
    app.cancelled = answer
    session = ribbon.Session(FakeBook(app, "/nowhere/Anna's plan.xlsm"), machine)
    assert session.is_cancelled() is stops
    assert app.macros[0] == "'Anna''s plan.xlsm'!CancelRequested"
    assert ("'sop_xl.xlam'!CancelRequested" in app.macros) == isinstance(answer, Exception)


def test_about_names_versions_and_places(machine):
    outcome = run_on(FakeBook(FakeExcel()), "about", machine)
    assert outcome.sentence.startswith("sop_xl ")
    assert any("xlwings 0.37.8, Excel 16.0" in line for line in outcome.details)


def test_the_module_imports_nothing_heavy():
    code = (
        "import sys, sop_xl.entrypoints.ribbon; "
        "print([name for name in ('pandas', 'numpy', 'scipy', 'highspy', 'xlwings', 'lxml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


COPY = PartnerError(
    "plan.xlsm is a copy.", choices={"fork": "gives it a ledger of its own", "attach": "lets both share"}
)
LOST = PartnerError("The ledger was not found.", choices={"new": "makes a new one"})


@pytest.mark.parametrize(
    ("question", "pressed", "choice", "last"),
    [
        (COPY, "yes", "fork", "Cancel: nothing is done."),
        (COPY, "no", "attach", "Cancel: nothing is done."),
        (COPY, "cancel", "", "Cancel: nothing is done."),
        (LOST, "yes", "new", "No: nothing is done."),
        (LOST, "no", "", "No: nothing is done."),
    ],
)
def test_a_question_about_workbook_and_ledger_says_what_each_button_does(machine, question, pressed, choice, last):
    app, shown = FakeExcel(), []
    app.alert = lambda prompt, title, buttons, mode: shown.append((prompt, buttons)) or pressed
    assert ribbon.Session(FakeBook(app), machine).ask(question) == choice
    ((prompt, buttons),) = shown
    first, *lines = prompt.splitlines()
    assert first == question.found
    assert [line.split(": ")[1] for line in lines[1:-1]] == [f"{words}." for words in question.choices.values()]
    assert lines[-1] == last
    assert buttons == ("yes_no_cancel" if question is COPY else "yes_no")


def test_an_application_without_messages_cannot_ask(machine):
    app = FakeExcel()
    app.alert = lambda *_, **__: (_ for _ in ()).throw(NotImplementedError)
    assert ribbon.Session(FakeBook(app), machine).ask(COPY) == ""


def test_files_are_chosen_in_excels_own_dialog_and_cancelling_it_chooses_none():
    app = FakeExcel()
    asked = []
    app.api.GetOpenFilename = lambda **more: asked.append(more) or answers.pop(0)
    answers = [("a.xlsx", "b.zip"), "c.xlsm", False]
    files = ExcelFiles(app)
    assert [files.choose("Returns", many=True), files.choose("Copy"), files.choose("Copy")] == [
        ["a.xlsx", "b.zip"],
        ["c.xlsm"],
        [],
    ]
    assert asked[0] == {"Title": "Returns", "MultiSelect": True}


def test_where_there_is_no_dialog_the_command_line_is_named():
    with pytest.raises(SopError, match="sop-xl collect"):
        ExcelFiles(FakeExcel()).choose("Returns")
