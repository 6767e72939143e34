"""Signing the steps of a cycle: what is written down, what is locked after, and how a step is reopened."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.ledger_log import KeptKind
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services.close import close_month
from sop_xl.services.run import run_cycle
from sop_xl.services.step_rules import StepError
from sop_xl.services.steps import cycle_status, reopen_step, sign_step, start_cycle
from sop_xl.services.steps_actions import STEP_CASES
from sop_xl.services.undo import undo_last
from tests.services.company import NOW, column, context, edit, planned_two_plants, tables_of, two_plants
from tests.services.pastes import ROWS, commit, csv, memory_of, places

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def company():
    """The company, planned, with the calendar of January."""
    workbook, undo = planned_two_plants()
    start_cycle(workbook, None, who="Ann", now=NOW)
    return workbook, undo


def sign(workbook, step="", who="Ann", memory=None):
    return sign_step(workbook, memory, step, who=who, now=NOW)


def steps(workbook, field):
    return column(workbook, "cycle_steps", field)


def test_a_signature_says_who_when_and_on_which_data(company, tmp_path: Path):
    workbook, _ = company
    commit(workbook, tmp_path, csv(*ROWS))
    with memory_of(workbook, tmp_path) as memory:
        done = sign(workbook, memory=memory)
        version = str(memory.ledger.head())
        logged = memory.ledger.changes("cycle_steps")
    assert done.steps == ["Data gathering"]
    assert done.version == f"{version}, {column(workbook, 'runs', 'run')[-1]}"
    assert done.then == "Sales: finish and sign Demand review by 2027-01-08."
    assert steps(workbook, "status") == ["done", "open", "not started", "not started", "not started"]
    assert (steps(workbook, "signed_by")[0], steps(workbook, "signed_at")[0]) == ("Ann", NOW)
    assert steps(workbook, "data_version")[0] == done.version
    written = logged[logged["field"].eq("signed_by")].iloc[-1]
    assert (written["who"], written["after"], written["reason"]) == ("Ann", "Ann", "signed Data gathering")


def test_signed_inputs_refuse_changes_and_say_who_signed_and_how_to_go_on(company):
    workbook, undo = company
    sign(workbook)
    sign(workbook, "Demand review", "Bob")
    edit(workbook, "events", 1, "uplift_pct", 99.0)
    before = tables_of(workbook, but=frozenset({"issues", "runs"}))
    with pytest.raises(InvalidInputError) as fault:
        run_cycle(workbook, solver=HighsSolver(), now=NOW, undo=undo)
    assert "It was changed after Bob signed Demand review on 2027-01-05 09:30" in str(fault.value)
    assert "sop-xl cycle reopen" in str(fault.value)
    assert tables_of(workbook, but=frozenset({"issues", "runs"})) == before
    reopen_step(workbook, None, "2", "The tender came in", who="Cy", now=NOW)
    run_cycle(workbook, solver=HighsSolver(), now=NOW, undo=undo)


def test_a_figure_typed_into_the_demand_review_is_refused_too(company):
    workbook, _ = company
    sign(workbook)
    sign(workbook)
    edit(workbook, "overrides", 1, "quantity", 1.0)
    assert "Overrides: changed after Ann signed Demand review" in cycle_status(workbook, NOW.date()).broken[0]


def test_the_ledger_knows_which_cells_changed_since(company, tmp_path: Path):
    workbook, _ = company
    with memory_of(workbook, tmp_path) as memory:
        sign(workbook, memory=memory)
        sign(workbook, memory=memory)
        kept = memory.ledger.kept(KeptKind.SIGNED, "2027-01", "events")
        assert kept is not None
        assert len(kept) == len(column(workbook, "events", "event"))
        old = column(workbook, "events", "uplift_pct")[0]
        edit(workbook, "events", 1, "uplift_pct", 99.0)
        broken = cycle_status(workbook, NOW.date(), memory.ledger).broken
    assert len(broken) == 2
    assert broken[1].endswith(f"Uplift (%): {'blank' if old is None else old} -> 99.0")


def test_signed_facts_take_no_restatement_but_the_open_month(company, tmp_path: Path):
    workbook, _ = company
    sign(workbook)
    before = tables_of(workbook)
    with pytest.raises(StepError, match="would change Actuals, but Ann signed Data gathering on 2027-01-05 09:30"):
        commit(workbook, tmp_path, csv("shipments,CH-1,East,2026-12,1,60"), answers={"P21:period": "take them"})
    assert tables_of(workbook) == before
    commit(workbook, tmp_path, csv(*ROWS))
    assert cycle_status(workbook, NOW.date()).broken == []


def test_reopening_needs_a_reason_and_opens_what_rests_on_it(company, tmp_path: Path):
    workbook, _ = company
    for who in ("Ann", "Bob", "Cy"):
        sign(workbook, who=who)
    before = tables_of(workbook)
    with pytest.raises(StepError, match="Reopening Demand review needs a reason"):
        reopen_step(workbook, None, "demand review", " ", who="Ann", now=NOW)
    with pytest.raises(StepError, match="Pre-meeting of 2027-01 is not signed"):
        reopen_step(workbook, None, "Pre-meeting", "why not", who="Ann", now=NOW)
    assert tables_of(workbook) == before
    with memory_of(workbook, tmp_path) as memory:
        done = reopen_step(workbook, memory, "Demand review", "Tender won", who="Ann", now=NOW)
        logged = memory.ledger.changes("cycle_steps")
    assert done.steps == ["Demand review", "Supply review"]
    assert steps(workbook, "status") == ["done", "open", "not started", "not started", "not started"]
    assert steps(workbook, "signed_by") == ["Ann", None, None, None, None]
    assert set(logged["reason"]) == {"reopened: Tender won"}
    assert "reopened: Tender won, Ann" in column(workbook, "changes", "reason")


@pytest.mark.parametrize(
    ("step", "who", "words"),
    [
        ("Supply review", "Ann", "Data gathering of 2027-01 is not signed yet, and Supply review rests on it"),
        ("Lunch", "Ann", "There is no step 'Lunch'. Steps of this cycle: 1 Data gathering, 2 Demand review"),
        ("1", "", "Who signs Data gathering"),
    ],
)
def test_what_cannot_be_signed_is_said(company, step, who, words):
    with pytest.raises(StepError, match=words):
        sign(company[0], step, who)


def test_a_review_is_signed_on_a_plan_of_its_month_only():
    workbook = two_plants()
    start_cycle(workbook, None, who="Ann", now=NOW)
    sign(workbook)
    with pytest.raises(StepError, match="There is no plan of 2027-01 to sign Demand review on"):
        sign(workbook)
    with pytest.raises(StepError, match=r"Ann signed Data gathering on 2027-01-05 09:30. To sign it again"):
        sign(workbook, "1")


def test_a_month_has_one_calendar(company):
    with pytest.raises(StepError, match="Cycle 2027-01 has its steps"):
        start_cycle(company[0], None, who="Ann", now=NOW)


def test_closing_makes_the_next_calendar_and_names_what_was_not_signed(company, tmp_path: Path):
    workbook, undo = company
    sign(workbook)
    commit(workbook, tmp_path, csv(*ROWS))
    before = tables_of(workbook, but=frozenset({"runs", "changes"}))
    with memory_of(workbook, tmp_path) as memory:
        report = close_month(workbook, memory, NOW, undo)
        frozen = memory.ledger.kept(KeptKind.SNAPSHOT, "2027-01", "cycle_steps")
    assert "2027-01 is closed without 4 signatures: Demand review, Supply review" in report.notices[-1]
    assert frozen is not None
    assert frozen["signed_by"].tolist() == ["Ann", "", "", "", ""]
    assert steps(workbook, "step")[5:] == steps(workbook, "step")[:5]
    status = cycle_status(workbook, dt.date(2027, 2, 1))
    assert (status.cycle, len(status.steps)) == ("2027-02", 5)
    assert status.then == "Planning: finish and sign Data gathering by 2027-02-03."
    undo_last(workbook, undo, NOW, places(tmp_path), "Ann")
    assert tables_of(workbook, but=frozenset({"runs", "changes"})) == before


def test_the_buttons_do_the_next_thing(company):
    workbook, undo = company

    def press(name, who="Ann"):
        return STEP_CASES[name](context(workbook, undo, who=who))

    assert press("sign_off").sentence == "Data gathering of 2027-01: signed on R0001."
    assert press("cycle_status").sentence == "2027-01. Sales: finish and sign Demand review by 2027-01-08."
    with pytest.raises(StepError, match="Type why into 'Reopen because'"):
        press("reopen_step")
    edit(workbook, "cycle_steps", 1, "reopen_reason", "A late count")
    outcome = press("reopen_step")
    assert outcome.sentence == "Data gathering of 2027-01: reopened."
    assert "Free again: Actuals, " in outcome.details[0]
    workbook.put(TABLE_BY_NAME["cycle_steps"], workbook.read_cells(TABLE_BY_NAME["cycle_steps"]).rows[:1])
    assert press("cycle_status").sentence.startswith("Data gathering, Demand review, ")
