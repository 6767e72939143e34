"""The button Schedule: what it writes, what it says, and its way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sop_xl.domain.errors import SopError
from sop_xl.services.actions import USE_CASES
from tests.services.company import LOGS, column, context, planned_two_plants, tables_of, two_plants
from tests.services.pastes import memory_of, places

if TYPE_CHECKING:
    from pathlib import Path


def test_a_schedule_is_written_beside_the_plan_logged_and_taken_back():
    workbook, undo = planned_two_plants()
    before = tables_of(workbook, but=LOGS)
    outcome = USE_CASES["schedule"](context(workbook, undo))
    assert outcome.sheet == "Schedule"
    assert "8 weeks, by dispatch rule: " in outcome.sentence
    assert outcome.sentence.endswith("R0002. Undo last run takes it back.")
    assert set(column(workbook, "schedule", "method")) == {"dispatch rule"}
    after = tables_of(workbook, but=LOGS)
    assert {name for name in after if after[name] != before[name]} == {"schedule", "tracking_stock"}
    assert column(workbook, "runs", "steps")[-1] == "schedule"
    USE_CASES["undo_last"](context(workbook, undo))
    assert tables_of(workbook, but=LOGS) == before


def test_without_a_plan_it_says_what_to_do():
    with pytest.raises(SopError, match="Run the step supply first"):
        USE_CASES["schedule"](context(two_plants()))


def test_the_ledger_knows_of_a_schedule_and_of_its_undo(tmp_path: Path):
    workbook, undo = planned_two_plants()
    desk = context(workbook, undo, places=places(tmp_path), who="A. Meyer")
    USE_CASES["schedule"](desk)
    with memory_of(workbook, tmp_path) as memory:
        last = memory.ledger.runs().iloc[-1]
        assert not memory.notices
    logged = {name: column(workbook, "runs", name)[-1] for name in ("run", "steps", "cycle", "inputs", "result")}
    assert last[list(logged)].to_dict() == logged
    assert (last["steps"], last["who"]) == ("schedule", "A. Meyer")
    USE_CASES["undo_last"](desk)
    with memory_of(workbook, tmp_path) as memory:
        assert memory.ledger.runs()["steps"].tolist()[-2:] == ["schedule", "undo R0002"]
