"""What the buttons do to a workbook, and what they say."""

from __future__ import annotations

from functools import cache

import pytest

from sop_xl.domain.errors import CancelledError, InvalidInputError, SolverError, SopError, UndoError, WorkbookError
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services import actions
from sop_xl.services.actions import PARTS, USE_CASES, fault_outcome
from sop_xl.services.compute import STEPS
from sop_xl.services.selftest import CaseResult
from sop_xl.template.ribbon_model import COMMANDS
from tests.services.company import LOGS, column, context, edit, planned_two_plants, tables_of, two_plants

PARTS_IN_ORDER = ("forecast", "plan_supply", "roll_up_finance", "key_figures")


@pytest.fixture(scope="module")
def planned():
    """The company after one run; copied before a test changes it."""
    workbook = two_plants()
    outcome = USE_CASES["run_all"](context(workbook))
    return workbook, outcome


@pytest.mark.bench
def test_the_parts_one_by_one_give_what_the_cycle_gives(planned):
    workbook = two_plants()
    for action in PARTS_IN_ORDER:
        assert not USE_CASES[action](context(workbook)).fault
    assert tables_of(workbook, but=LOGS) == tables_of(planned[0], but=LOGS)


def test_the_cycle_is_told_in_one_sentence_with_its_way_back(planned):
    outcome = planned[1]
    assert outcome.sentence.startswith("The cycle is planned: R0001, cycle 2027-01, ")
    assert outcome.sentence.endswith("Undo last run takes it back.")
    assert outcome.sheet == "Home"
    assert outcome.details[0].startswith("Service: 100.0 %")


def test_every_part_runs_steps_that_exist_and_shows_a_sheet():
    assert {step for part in PARTS.values() for step in part.steps} == set(STEPS)
    assert all(part.sheet for part in PARTS.values())
    assert set(USE_CASES) <= {command.action for command in COMMANDS}


def test_rows_below_an_input_table_are_named_by_every_check_and_run():
    workbook = two_plants()
    workbook.put_below(TABLE_BY_NAME["bom"], [["BIKE", "BELL", 1.0]])
    below = "stand below table 'tblBom' without being part of it, so they are not read. Drag the table's lower right"
    outcome = USE_CASES["check"](context(workbook))
    assert not outcome.fault
    assert below in outcome.sentence
    outcome = USE_CASES["forecast"](context(workbook))
    assert "1 is worth a look" in outcome.sentence
    assert column(workbook, "issues", "code") == ["below-table"]


def test_a_check_writes_the_issues_and_nothing_else():
    workbook = two_plants()
    edit(workbook, "bom", 1, "qty_per", -2.0)
    before = tables_of(workbook, but=LOGS)
    outcome = USE_CASES["check"](context(workbook))
    assert outcome.fault
    assert outcome.sheet == "Issues"
    assert outcome.sentence.startswith("1 issue stops a run. The first: Bill of material!")
    assert column(workbook, "issues", "severity") == ["stop"]
    assert column(workbook, "runs", "run") == []
    assert tables_of(workbook, but=LOGS) == before


def test_a_check_of_good_inputs_says_so_and_clears_the_old_list():
    workbook = two_plants()
    edit(workbook, "bom", 1, "qty_per", -2.0)
    USE_CASES["check"](context(workbook))
    edit(workbook, "bom", 1, "qty_per", 2.0)
    assert USE_CASES["check"](context(workbook)).sentence == "No issues: the inputs can be planned."
    assert column(workbook, "issues", "severity") == []


@pytest.mark.parametrize("action", sorted(PARTS))
def test_a_fault_in_the_inputs_is_told_and_listed_and_nothing_else_changes(action):
    workbook = two_plants()
    edit(workbook, "bom", 1, "qty_per", -2.0)
    before = tables_of(workbook, but=LOGS)
    with pytest.raises(InvalidInputError) as caught:
        USE_CASES[action](context(workbook))
    told = fault_outcome(caught.value)
    assert told.fault
    assert told.sentence.startswith("Nothing was changed. Bill of material!")
    assert told.cell
    assert tables_of(workbook, but=LOGS) == before
    assert column(workbook, "issues", "severity") == ["stop"]
    assert column(workbook, "runs", "result")[0].startswith("stopped: 1 fault(s) stop the run")


def test_a_stopped_run_leaves_the_cycle_of_the_plan_that_is_there():
    workbook, _ = planned_two_plants()
    edit(workbook, "bom", 1, "qty_per", -2.0)
    with pytest.raises(InvalidInputError):
        USE_CASES["run_all"](context(workbook))
    assert column(workbook, "runs", "cycle") == ["2027-01", "2027-01"]


@pytest.mark.parametrize("action", ["plan_supply", "roll_up_finance", "key_figures"])
def test_a_part_whose_input_was_never_made_names_the_step_before(action):
    workbook = two_plants()
    before = tables_of(workbook, but=LOGS)
    with pytest.raises(SopError, match="Run the step"):
        USE_CASES[action](context(workbook))
    assert tables_of(workbook, but=LOGS) == before
    assert column(workbook, "runs", "result")[0].startswith("stopped: There is no")


class FailingSolver:
    """A solver that is not there."""

    def solve(self, model, **_):
        raise SolverError("The solver is missing. Install it: pip install highspy")


def test_a_failing_solver_changes_nothing_but_the_log():
    workbook = two_plants()
    before = tables_of(workbook, but=LOGS)
    failing = context(workbook)
    with pytest.raises(SolverError):
        USE_CASES["run_all"](type(failing)(**{**vars(failing), "solver": FailingSolver()}))
    assert tables_of(workbook, but=LOGS) == before
    assert column(workbook, "runs", "result") == ["stopped: The solver is missing. Install it: pip install highspy"]


@cache
def progress_points():
    """Every call a run makes to its progress, in order."""
    points = []
    USE_CASES["run_all"](context(two_plants(), progress=lambda *point: points.append(point)))
    return points


class CancelAt:
    """A user who presses Esc at the n-th call."""

    def __init__(self, call):
        self.left = call

    def __call__(self, step, done, total):
        self.left -= 1
        if self.left < 0:
            raise CancelledError(step)


def test_a_run_cancelled_anywhere_before_it_writes_leaves_everything_as_it_was():
    points = progress_points()
    assert points[0] == ("read", 0, 1)
    last = max(k for k, (step, done, _) in enumerate(points) if (step, done) == ("write", 0))
    firsts = {step: k for k, (step, _, _) in reversed(list(enumerate(points)))}
    for call in {*firsts.values(), last}:
        workbook = two_plants()
        before = tables_of(workbook)
        with pytest.raises(CancelledError, match="nothing was written"):
            USE_CASES["run_all"](context(workbook, progress=CancelAt(call)))
        workbook.commit()
        assert tables_of(workbook) == before, points[call]


def test_esc_after_the_write_is_too_late_and_no_fault():
    workbook, points = two_plants(), progress_points()
    assert points[-1] == ("write", 1, 1)
    outcome = USE_CASES["run_all"](context(workbook, progress=CancelAt(len(points) - 1)))
    assert outcome.sentence.startswith("The cycle is planned: R0001")


class Breaks:
    """A workbook that breaks at the n-th write, or at the commit."""

    def __init__(self, workbook, at):
        self._workbook, self._left = workbook, at

    def __getattr__(self, name):
        return getattr(self._workbook, name)

    def write_cells(self, table, rows):
        if self._left == 0:
            raise WorkbookError("The sheet is protected. Unprotect it.")
        self._left -= 1
        return self._workbook.write_cells(table, rows)

    def commit(self):
        raise WorkbookError("The workbook is busy. Leave the cell you are editing.")


@pytest.mark.parametrize("at", [0, 1, 3, 99])
def test_a_write_that_fails_anywhere_changes_nothing_and_keeps_nothing(at):
    workbook = two_plants()
    before, undo = tables_of(workbook), context(workbook).undo
    with pytest.raises(WorkbookError):
        USE_CASES["forecast"](context(Breaks(workbook, at), undo))
    assert tables_of(workbook) == before
    assert undo.records == {}


@pytest.mark.parametrize(
    ("found", "fault", "says"),
    [
        (100.004, False, "All 2 textbook cases come out as in the books."),
        (100.02, True, "1 of 2 textbook cases came out wrong"),
    ],
)
def test_the_self_test_says_whether_the_books_are_met(monkeypatch, found, fault, says):
    cases = [CaseResult("a", "book", 50.0, 50.0, 0.01), CaseResult("b", "book", 100.0, found, 0.01)]
    monkeypatch.setattr(actions, "run_selftest", lambda *_: iter(cases))
    outcome = USE_CASES["selftest"](context(None))
    assert outcome.fault is fault
    assert outcome.sentence.startswith(says)
    assert outcome.details[1] == f"b: expected 100.00, found {found:.2f}"


def test_an_undo_is_told_with_what_stands_now():
    assert USE_CASES["undo_last"](context(*planned_two_plants())).sentence == (
        "R0001 is taken back. No plan is left; your inputs are as they were."
    )


def test_a_fault_names_the_worst_cell_and_counts_the_others():
    warn = Issue(Severity.WARN, "w", "Items", "A3", "Odd.", "Look.")
    stop = Issue(Severity.STOP, "s", "Demand", "C14", "Quantity is -40.", "Enter 0 or more.")
    told = fault_outcome(InvalidInputError([warn, stop]))
    assert told.sentence == (
        "Nothing was changed. Demand!C14: Quantity is -40. Enter 0 or more. 1 more on the sheet Issues."
    )
    assert (told.sheet, told.cell) == ("Demand", "C14")
    assert fault_outcome(UndoError("1 cell was changed.", [stop])).sheet == "Demand"
    assert fault_outcome(CancelledError("supply")).fault is False
