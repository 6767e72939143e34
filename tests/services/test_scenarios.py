"""Scenarios planned beside the plan of a small company, compared, and one approved."""

from __future__ import annotations

import pytest

from sop_xl.adapters.compute import LocalProcesses
from sop_xl.adapters.solver import HighsSolver
from sop_xl.cycle.scenarios import ScenarioError
from sop_xl.domain.errors import InvalidInputError
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services.compute import compute_cycle
from sop_xl.services.inputs import read_inputs
from sop_xl.services.run import run_cycle
from sop_xl.services.scenario_approval import approve_scenario
from sop_xl.services.scenarios import run_beside, run_scenarios
from sop_xl.services.undo import undo_last
from sop_xl.supply.warm import Remembering
from tests.services.company import LOGS, NOW, MemoryUndo, column, planned_two_plants, tables_of

SCENARIOS = [
    ("Dear", None, "Prices up", None, "draft"),
    ("Dear and more", "Dear", None, None, None),
    ("Old", None, None, None, "expired"),
]
CHANGES = [
    ("Dear", "suppliers", "item=WOOD", "price", None, "multiply", 1.5, "Wood got dear"),
    ("Dear and more", "forecast", "family=Chairs", "consensus", None, "multiply", 1.1, "Chairs sell"),
]


def company(changes=CHANGES):
    workbook, undo = planned_two_plants()
    for name, rows in (("scenarios", SCENARIOS), ("scenario_changes", changes)):
        table = TABLE_BY_NAME[name]
        blank = [None] * len(table.headers)
        workbook.put(table, [list(table.headers), *([*row, *blank][: len(blank)] for row in rows)])
    return workbook, undo


def planned(workbook, names=None, **more):
    return run_scenarios(workbook, names, solver=HighsSolver(), now=NOW, **more)


def test_scenarios_are_compared_with_the_base_and_the_plan_stays():
    workbook, undo = company()
    before = tables_of(workbook, but=LOGS)
    report = planned(workbook, undo=undo)
    after = tables_of(workbook, but=LOGS)
    assert {name for name in after if after[name] != before[name]} == {"scenario_results", "scenario_ranges"}
    rows = report.results.set_index(["scenario", "measure"])
    assert set(report.results["scenario"]) == {"base", "Dear", "Dear and more"}
    base, dear, more = report.planned
    finance = base.frames["finance"]
    ahead = base.case.inputs.plan_data().calendar.periods[:12]
    soon = finance[finance["period"].isin(ahead) & finance["line"].eq("revenue")]["amount"].sum()
    assert rows.loc[("base", "revenue"), "value"] == pytest.approx(soon)
    # Dearer wood costs margin, not sales.
    assert rows.loc[("Dear", "revenue"), "difference"] == 0
    assert rows.loc[("Dear", "plan_cost"), "difference"] > 0
    assert "Wood got dear" in rows.loc[("Dear", "plan_cost"), "reason"]
    sold = more.frames["forecast"].merge(dear.frames["forecast"], on=["item", "market", "period"])
    chairs = sold["item"].str.startswith("CH-")
    assert (sold.loc[chairs, "consensus_x"] / sold.loc[chairs, "consensus_y"]).dropna().tolist() == pytest.approx(
        [1.1] * int((chairs & sold["consensus_y"].gt(0)).sum())
    )
    undo_last(workbook, undo, NOW)
    assert tables_of(workbook, but=LOGS) == before


def test_alone_or_together_in_one_process_or_two_the_figures_are_the_same():
    workbook, _ = company()
    both = planned(workbook, ["Dear and more", "Dear"], dry_run=True, compute=LocalProcesses(2, least_bytes=0)).results
    alone = planned(workbook, ["Dear"], dry_run=True).results
    assert both[both["scenario"].ne("Dear and more")].reset_index(drop=True).equals(alone)
    assert column(workbook, "scenario_results", "scenario") == []


@pytest.mark.parametrize(("field", "value", "kept"), [("target_cover_days", 40, True), ("list_price", 400, False)])
def test_the_forecast_is_made_anew_only_where_it_reads_what_changed(field, value, kept):
    workbook, _ = company([("Dear", "items", "item=CH-1", field, None, "set", value, "")])
    base, dear = planned(workbook, ["Dear"], dry_run=True).planned
    assert (dear.frames["forecast"] is base.frames["forecast"]) == kept
    assert dear.frames["supply_plan"] is not base.frames["supply_plan"]
    anew = compute_cycle(dear.case.inputs.plan_data(), steps=("forecast",), solver=HighsSolver())
    assert anew["forecast"].equals(dear.frames["forecast"])


def test_beside_a_run_that_was_just_made_the_figures_are_the_same_and_it_can_be_approved():
    workbook, undo = company()
    remembering = Remembering(HighsSolver())
    done = run_cycle(workbook, solver=remembering, now=NOW, undo=undo)
    inputs = read_inputs(workbook)
    beside = run_beside(workbook, inputs, done, remembering.ends, ["Dear"], solver=HighsSolver(), now=NOW, undo=undo)
    anew = planned(workbook, ["Dear"], dry_run=True)
    assert beside.results.equals(anew.results)
    assert beside.ranges.equals(anew.ranges)
    assert approve_scenario(workbook, "Dear", now=NOW, dry_run=True).tables


def test_an_approved_scenario_is_the_plan_of_the_next_run_and_can_be_taken_back():
    workbook, undo = company()
    expected = planned(workbook, ["Dear and more"]).planned[1]
    before = tables_of(workbook, but=LOGS)
    done = approve_scenario(workbook, "Dear and more", now=NOW, undo=undo)
    assert [table.table for table in done.tables] == ["suppliers", "overrides", "scenarios"]
    assert "approved" in column(workbook, "scenarios", "status")
    again = MemoryUndo()
    report = run_cycle(workbook, solver=HighsSolver(), now=NOW, undo=again)
    assert report.frames["finance"]["amount"].sum() == pytest.approx(expected.frames["finance"]["amount"].sum())
    undo_last(workbook, again, NOW)
    undo_last(workbook, undo, NOW)
    assert tables_of(workbook, but=LOGS) == before


def test_faults_of_all_scenarios_are_named_at_once_and_nothing_is_written():
    broken = [
        ("Dear", "items", "item=CH-1", "list_price", None, "set", -4, ""),
        ("Dear and more", "items", "colour=red", "list_price", None, "set", 4, ""),
    ]
    workbook, undo = company(broken)
    before = tables_of(workbook)
    with pytest.raises(InvalidInputError) as fault:
        planned(workbook, undo=undo)
    assert "-4" in str(fault.value)
    assert "no field 'colour'" in str(fault.value)
    assert tables_of(workbook) == before
    with pytest.raises(ScenarioError, match="no scenario 'Nobody'"):
        planned(workbook, ["Nobody"])
