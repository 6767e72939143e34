"""Ranges of a small company's plan and of a scenario of it."""

from __future__ import annotations

import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.services.compute import StepMissingError
from sop_xl.services.scenario_ranges import plan_ranges
from sop_xl.services.scenarios import run_scenarios
from sop_xl.services.undo import undo_last
from tests.services.company import LOGS, NOW, copied, planned_two_plants, tables_of, two_plants
from tests.services.test_scenario_actions import CHANGES, LIST, put


@pytest.fixture(scope="module")
def ranged():
    workbook, undo = planned_two_plants()
    put(workbook, "scenarios", LIST)
    put(workbook, "scenario_changes", CHANGES)
    before = copied(workbook)
    return before, workbook, undo, plan_ranges(workbook, now=NOW, undo=undo)


def test_p10_is_below_p50_below_p90_and_the_plan_is_the_key_figures(ranged):
    _, workbook, _, (run, frame) = ranged
    assert run == "R0002"
    assert (frame["p10"] <= frame["p50"]).all()
    assert (frame["p50"] <= frame["p90"]).all()
    assert set(frame["paths"]) == {200}
    kpis = plan_kpis(workbook)
    whole = frame[frame["period"].isna()].set_index("measure")["plan"]
    for name in ("service", "late_units", "lost_units"):
        assert whole[name] == pytest.approx(kpis[name], rel=1e-4, abs=0.01)
    assert len(frame[frame["measure"].eq("service")]) == 13


def plan_kpis(workbook) -> dict[str, float]:
    from sop_xl.schema import TABLE_BY_NAME
    from sop_xl.schema.parse import read_table

    frame = read_table(TABLE_BY_NAME["kpis"], workbook.read_cells(TABLE_BY_NAME["kpis"])).frame
    return dict(zip(frame["kpi"], frame["value"], strict=True))


def test_the_same_seed_gives_the_same_answer_and_undo_takes_it_back(ranged):
    before, workbook, undo, (_, frame) = ranged
    _, again = plan_ranges(workbook, now=NOW, dry_run=True)
    assert again.equals(frame)
    back = copied(workbook)
    undo_last(back, undo, NOW)
    assert tables_of(back, but=LOGS) == tables_of(before, but=LOGS)


def test_a_scenario_is_played_on_the_same_futures_as_the_plan(ranged):
    _, workbook, _, (_, frame) = ranged
    report = run_scenarios(workbook, ["Dear"], solver=HighsSolver(), now=NOW, dry_run=True)
    base = report.ranges[report.ranges["scenario"].eq("base")].reset_index(drop=True)
    assert base.equals(frame)
    # Dear wood changes what the plan costs, not what is sold: service meets the same luck.
    both = report.ranges[report.ranges["measure"].eq("revenue")].set_index("scenario")
    assert both.at["Dear", "p10"] == pytest.approx(both.at["base", "p10"], rel=0.02)


def test_without_a_plan_there_is_nothing_to_play():
    with pytest.raises(StepMissingError, match="no plan yet"):
        plan_ranges(two_plants(), now=NOW)
