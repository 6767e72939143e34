"""The buttons of scenarios pressed on a small company: a new one, simulate, run, approve, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sop_xl.cycle.locks import signed_inputs
from sop_xl.cycle.scenarios import ScenarioError
from sop_xl.domain.errors import InvalidInputError
from sop_xl.entrypoints.ribbon import SCENARIO_CASES as PRESSED
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services.inputs import read_inputs
from sop_xl.services.scenario_actions import SCENARIO_CASES
from sop_xl.services.scenario_approval import approve_scenario
from sop_xl.services.scenarios import run_scenarios
from sop_xl.services.step_rules import StepError
from sop_xl.services.undo import undo_last
from tests.services.company import LOGS, NOW, column, context, copied, planned_two_plants, tables_of

if TYPE_CHECKING:
    from sop_xl.adapters.memory_workbook import MemoryWorkbook

LIST = [("Dear", None, None, None, "proposed"), ("Shut", None, None, None, "draft")]
CHANGES = [
    ("Dear", "suppliers", "item=WOOD", "price", None, "multiply", 1.5, "Wood got dear"),
    ("Shut", "items", "family=Tables", "list_price", None, "multiply", 2, None),
]


@dataclass
class Screen:
    """Where the planner is."""

    active_sheet: str = "Home"
    selected_row: int = 1


def put(workbook: MemoryWorkbook, name: str, rows: list) -> None:
    table = TABLE_BY_NAME[name]
    blank = [None] * len(table.headers)
    workbook.put(table, [list(table.headers), *([*row, *blank][: len(blank)] for row in rows)])


@pytest.fixture(scope="module")
def started():
    workbook, undo = planned_two_plants()
    put(workbook, "scenarios", LIST)
    put(workbook, "scenario_changes", CHANGES)
    return workbook, undo


@pytest.fixture(scope="module")
def compared(started):
    """The company with Dear run and kept."""
    workbook = copied(started[0])
    pressed = context(workbook, started[1])
    row = Screen("Scenario changes", 2)
    return workbook, pressed.undo, SCENARIO_CASES["run_scenarios"](pressed, row)


def test_every_button_of_the_group_has_its_use_case():
    assert set(PRESSED) == set(SCENARIO_CASES)


def test_run_plans_the_scenario_of_the_row_shows_compare_and_can_be_undone(started, compared):
    workbook, undo, outcome = compared
    assert outcome.sheet == "Compare"
    assert outcome.sentence.startswith("Dear R0002: compared with the plan.")
    assert set(column(workbook, "scenario_results", "scenario")) == {"base", "Dear"}
    assert outcome.details[0].startswith("Dear: ")
    back = copied(workbook)
    undo_last(back, undo, NOW)
    assert tables_of(back, but=LOGS) == tables_of(started[0], but=LOGS)


def test_simulate_tells_and_writes_nothing(started):
    workbook = copied(started[0])
    before = tables_of(workbook)
    outcome = SCENARIO_CASES["simulate_scenario"](context(workbook, started[1]), Screen("Scenario list", 2))
    assert outcome.sentence == "Dear simulated; nothing was written."
    assert tables_of(workbook) == before


def test_a_new_scenario_is_a_draft_with_a_free_name_and_keeps_the_order_of_the_list(started):
    workbook = copied(started[0])
    before = tables_of(workbook, but=LOGS)
    pressed = context(workbook, started[1])
    outcome = SCENARIO_CASES["new_scenario"](pressed, Screen())
    assert column(workbook, "scenarios", "scenario") == ["Dear", "Shut", "Scenario 1"]
    assert column(workbook, "scenarios", "status")[-1] == "draft"
    assert (outcome.sheet, outcome.cell) == ("Scenario list", "A4")
    undo_last(workbook, pressed.undo, NOW)
    assert tables_of(workbook, but=LOGS) == before


def test_ranges_are_told_in_one_sentence_and_shown(compared):
    workbook = copied(compared[0])
    outcome = SCENARIO_CASES["plan_ranges"](context(workbook, compared[1]), Screen())
    assert outcome.sheet == "Ranges"
    assert outcome.sentence.startswith("R0003: service between ")
    assert set(column(workbook, "scenario_ranges", "scenario")) == {"base", "Dear"}


def test_approve_takes_the_one_that_is_proposed_and_is_a_change_list_that_undo_takes_back(compared):
    workbook = copied(compared[0])
    before = tables_of(workbook, but=LOGS)
    pressed = context(workbook, compared[1])
    outcome = SCENARIO_CASES["approve_scenario"](pressed, Screen())
    assert outcome.sentence.startswith("R0003: Dear is approved, ")
    assert any("price" in line for line in outcome.details)
    assert "Wood got dear" in column(workbook, "changes", "reason")
    undo_last(workbook, pressed.undo, NOW)
    assert tables_of(workbook, but=LOGS) == before


def test_approve_asks_which_where_none_or_two_are_proposed(compared):
    workbook = copied(compared[0])
    put(workbook, "scenarios", [(*row[:4], "proposed") for row in LIST])
    with pytest.raises(ScenarioError, match=r"2 are: Dear, Shut"):
        SCENARIO_CASES["approve_scenario"](context(workbook, compared[1]), Screen())


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda w: put(w, "scenario_changes", [(*CHANGES[0][:6], 1.6, None), CHANGES[1]]), "or the changes of 'Dear'"),
        (lambda w: w.put(TABLE_BY_NAME["items"], _dearer(w)), "The inputs, or the changes"),
        (lambda w: put(w, "scenario_results", []), "never planned beside the plan"),
    ],
    ids=["its changes moved", "the base moved", "never planned"],
)
def test_what_was_not_seen_as_it_is_cannot_be_approved(compared, spoil, words):
    workbook = copied(compared[0])
    spoil(workbook)
    before = tables_of(workbook)
    with pytest.raises(ScenarioError, match=words):
        approve_scenario(workbook, "Dear", now=NOW)
    assert tables_of(workbook) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([("Dear", "items", "item=CH-1", "list_price", None, "set", -4, None)], "-4"),
        ([("Dear", "items", "colour=red", "list_price", None, "set", 4, None)], "no field 'colour'"),
        (
            [("Dear", "items", "item=CH-1", "list_price", None, "set", price, str(price)) for price in (40, 41)],
            "CH-1",
        ),
    ],
    ids=["a value out of bounds", "a filter that cannot be read", "two rows that set one cell"],
)
def test_a_scenario_whose_plan_would_have_faults_is_not_approved_and_nothing_changes(compared, changes, words):
    # It was compared as it was; what it has become is checked before anything is asked of the comparison.
    workbook = copied(compared[0])
    put(workbook, "scenario_changes", changes)
    before = tables_of(workbook)
    with pytest.raises(InvalidInputError) as fault:
        approve_scenario(workbook, "Dear", now=NOW)
    assert words in str(fault.value)
    assert all(issue.sheet and issue.cure for issue in fault.value.issues)
    assert tables_of(workbook) == before


def test_a_fault_of_the_base_refuses_the_approval_of_every_scenario_over_it(compared):
    workbook = copied(compared[0])
    head, first, *rest = [list(row) for row in workbook.read_cells(TABLE_BY_NAME["suppliers"]).rows]
    first[head.index("Lead time (days)")] = -3.0
    workbook.put(TABLE_BY_NAME["suppliers"], [head, first, *rest])
    before = tables_of(workbook)
    with pytest.raises(InvalidInputError, match="-3"):
        approve_scenario(workbook, "Dear", now=NOW)
    assert tables_of(workbook) == before


def _dearer(workbook: MemoryWorkbook) -> list:
    head, first, *rest = [list(row) for row in workbook.read_cells(TABLE_BY_NAME["items"]).rows]
    first[head.index("List price")] = 1.0 + float(first[head.index("List price")] or 0.0)
    return [head, first, *rest]


def test_what_a_step_has_signed_cannot_be_changed_by_an_approval(compared):
    workbook = copied(compared[0])
    table = TABLE_BY_NAME["cycle_steps"]
    cycle = str(column(workbook, "runs", "cycle")[0])
    signed = {"cycle": cycle, "step": "Supply review", "step_order": 3, "status": "done"}
    signed |= {"signed_by": "Ann", "signed_at": NOW, "locks": "suppliers"}
    signed["signed_inputs"] = signed_inputs(pd.Series(signed), read_inputs(workbook).frames, cycle)
    row = [signed.get(name) for name in table.fields]
    workbook.put(table, [list(table.headers), row])
    with pytest.raises(StepError, match="Approving Dear would change Suppliers, but Ann signed Supply review"):
        approve_scenario(workbook, "Dear", now=NOW)


def test_an_expired_or_unknown_scenario_is_not_planned(compared):
    workbook = copied(compared[0])
    put(workbook, "scenarios", [(*row[:4], "expired") for row in LIST])
    with pytest.raises(ScenarioError, match="no scenario to plan"):
        run_scenarios(workbook, solver=context(workbook, compared[1]).solver, now=NOW)
