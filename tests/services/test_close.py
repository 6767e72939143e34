"""Closing a month: what it says, what it freezes, how period and stock move on, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sop_xl.actuals.csv_text import read_text
from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.errors import SopError, WorkbookError
from sop_xl.domain.ledger_log import KeptKind
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.render import render
from sop_xl.services.close import FROZEN, FROZEN_INPUTS, close_month
from sop_xl.services.run import run_cycle
from sop_xl.services.undo import undo_last
from tests.services.company import NOW, column, planned_two_plants, tables_of
from tests.services.pastes import BAD, commit, csv, memory_of, places

if TYPE_CHECKING:
    from pathlib import Path


def closed(workbook, undo, folder, **more):
    with memory_of(workbook, folder) as memory:
        return close_month(workbook, memory, NOW, undo, **more)


@pytest.fixture
def company(tmp_path: Path):
    """The company, planned, with the sales of January and a count of one part."""
    workbook, undo = planned_two_plants()
    text = "measure,item,market,location,period,quantity,value\n" + "\n".join(
        ["shipments,CH-1,East,,2027-01,26,1500", "inventory,LEG,,P1,2027-01,444,"]
    )
    commit(workbook, tmp_path, read_text(text.encode(), "january.csv"))
    return workbook, undo


def test_the_period_and_the_stock_move_on(company, tmp_path: Path) -> None:
    workbook, undo = company
    plan = {
        (i, p): c
        for i, p, m, c in zip(
            *(column(workbook, "supply_plan", f) for f in ("item", "location", "period", "closing")), strict=True
        )
        if str(m).startswith("2027-01")
    }
    report = closed(workbook, undo, tmp_path)
    assert (report.closed, report.opened) == ("2027-01", "2027-02")
    settings = dict(zip(column(workbook, "settings", "parameter"), column(workbook, "settings", "value"), strict=True))
    assert str(settings["current_period"]) == "2027-02-01"
    keys = zip(column(workbook, "stock", "item"), column(workbook, "stock", "location"), strict=True)
    stock = dict(zip(keys, column(workbook, "stock", "quantity"), strict=True))
    assert stock["LEG", "P1"] == 444.0
    assert stock["CH-1", "D1"] == plan["CH-1", "D1"]
    assert column(workbook, "runs", "steps")[-1] == "close 2027-01"


def test_ten_lines_say_what_came_and_why(company, tmp_path: Path) -> None:
    workbook, undo = company
    forecast = zip(*(column(workbook, "forecast", f) for f in ("item", "market", "period", "consensus")), strict=True)
    plan = sum(q for _, _, month, q in forecast if str(month).startswith("2027-01"))
    lines = closed(workbook, undo, tmp_path).lines
    assert 6 <= len(lines) <= 10
    assert lines[0].startswith(f"Jan 27 is closed: demand was 26 units, {plan - 26:,.0f} units")
    assert lines[0].endswith(f"below the plan of {plan:,.0f} units.")
    # 26 units at the planned 60 are 1,560; they brought 1,500: 60 less by price.
    assert "-60 by price." in lines[1]
    assert any("planned (" in line and line.startswith(("TB-", "CH-", "DK-")) for line in lines)
    assert any("Stock counted at the end was 444 units" in line for line in lines)
    assert any(line.startswith("Opening stock of Feb 27: ") and ", 1 counted, " in line for line in lines)


def test_the_cycle_is_frozen_in_the_ledger(company, tmp_path: Path) -> None:
    workbook, undo = company
    report = closed(workbook, undo, tmp_path)
    assert set(report.frozen) == {*FROZEN, *FROZEN_INPUTS}
    with memory_of(workbook, tmp_path) as memory:
        frozen = memory.ledger.kept(KeptKind.SNAPSHOT, "2027-01", "forecast")
        assert frozen is not None
        assert len(frozen) == len(column(workbook, "forecast", "item"))
        assert memory.ledger.runs()["steps"].tolist()[-1] == "close 2027-01"


def test_closing_is_taken_back_like_a_run_and_can_be_done_again(company, tmp_path: Path) -> None:
    workbook, undo = company
    before = tables_of(workbook, but=frozenset({"runs", "changes"}))
    closed(workbook, undo, tmp_path)
    report = undo_last(workbook, undo, NOW, places(tmp_path), "A. Meyer")
    assert report.undone == "R0003"
    assert tables_of(workbook, but=frozenset({"runs", "changes"})) == before
    again = closed(workbook, undo, tmp_path)
    assert again.closed == "2027-01"


def test_the_next_run_compares_with_the_cycle_that_was_closed(company, tmp_path: Path) -> None:
    workbook, undo = company
    closed(workbook, undo, tmp_path)
    run_cycle(workbook, solver=HighsSolver(), now=NOW, undo=undo)
    assert set(column(workbook, "last_cycle", "cycle")) == {"2027-01"}
    assert str(min(column(workbook, "forecast", "period"))) == "2027-02-01"


def test_closing_tests_the_assumptions_and_lists_what_rests_on_broken_ones(company, tmp_path: Path) -> None:
    workbook, undo = company
    # January brought 26 units for 1,500; the plan before it is not asked.
    put(
        workbook,
        "assumptions",
        {"id": "A-1", "text": "Sales stay above 1,600", "metric": "revenue", "operator": ">=", "value": 1600.0},
        {"id": "A-2", "text": "Prices hold", "metric": "revenue", "operator": ">", "value": 1400.0},
        {"id": "A-3", "text": "No duty", "metric": "Duty", "operator": "=", "value": 0.0},
    )
    put(workbook, "risks", {"id": "R-1", "description": "Sales fall", "assumption_id": "A-1"})
    report = closed(workbook, undo, tmp_path)
    assert column(workbook, "assumptions", "status") == ["broken", "held", None]
    assert column(workbook, "assumptions", "found")[:2] == [1500.0, 1500.0]
    assert column(workbook, "resting", "name") == ["R-1"]
    assert "A-1 is broken: Sales stay above 1,600 (1,500 instead of >= 1,600)." in report.notices
    assert "1 plan rests on assumptions that no longer hold: risk R-1." in report.notices
    with memory_of(workbook, tmp_path) as memory:
        frozen = memory.ledger.kept(KeptKind.SNAPSHOT, "2027-01", "assumptions")
        assert frozen is not None
        assert frozen["status"].tolist() == ["broken", "held", ""]


def put(workbook, name, *rows):
    """Write rows into an input table."""
    table = TABLE_BY_NAME[name]
    frame = conform(table, pd.DataFrame(list(rows)))
    workbook.write_cells(table, render(table, frame))
    workbook.commit()


def test_what_stands_in_the_way_is_told_and_nothing_changes(tmp_path: Path) -> None:
    workbook, undo = planned_two_plants()
    before = tables_of(workbook)
    with pytest.raises(SopError, match="no actuals of 2027-01 yet"):
        closed(workbook, undo, tmp_path)
    assert tables_of(workbook) == before
    commit(workbook, tmp_path, csv("shipments,CH-1,East,2027-01,26,1500", BAD), only_good=True)
    with pytest.raises(SopError, match=r"2027-01 is incomplete: 1 row kept aside"):
        closed(workbook, undo, tmp_path)
    closed(workbook, undo, tmp_path, force=True)
    with pytest.raises(SopError, match="2027-02 is open, but the plan in the workbook is of 2027-01"):
        closed(workbook, undo, tmp_path)


def test_a_workbook_that_cannot_be_written_is_not_closed(company, tmp_path: Path, monkeypatch) -> None:
    workbook, undo = company
    before, kept = tables_of(workbook), dict(undo.records)

    def locked():
        raise WorkbookError("plan.xlsm is open in Excel.")

    with memory_of(workbook, tmp_path) as memory:
        monkeypatch.setattr(workbook, "commit", locked)
        with pytest.raises(WorkbookError):
            close_month(workbook, memory, NOW, undo)
    assert tables_of(workbook) == before
    assert undo.records == kept
