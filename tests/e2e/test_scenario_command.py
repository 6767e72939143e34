"""Scenarios on a workbook file: mailed and run elsewhere they give the same figures; the commands say what they did."""

from __future__ import annotations

import shutil

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.solver import HighsSolver
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.services.scenarios import run_scenarios
from tests.e2e.books import frames_of, planned_folder
from tests.e2e.command import sop
from tests.services.company import NOW
from tests.services.test_scenario_actions import CHANGES, LIST


@pytest.fixture(scope="module")
def mailed(tmp_path_factory):
    """The workbook with two scenarios in it, and a copy under another name in another folder, without its ledger."""
    here = tmp_path_factory.mktemp("here")
    path = shutil.copy(planned_folder() / "plan.xlsm", here / "plan.xlsm")
    workbook = FileWorkbook(path)
    for name, rows in (("scenarios", LIST), ("scenario_changes", CHANGES)):
        table = TABLE_BY_NAME[name]
        wide = [[*row, *[None] * len(table.headers)][: len(table.headers)] for row in rows]
        workbook.write_cells(table, [list(table.headers), *wide])
    workbook.commit()
    there = shutil.copy(path, tmp_path_factory.mktemp("there") / "As mailed (2).xlsm")
    return path, there


def test_mailed_inside_the_workbook_and_run_elsewhere_it_gives_the_same_figures(mailed):
    path, there = mailed
    here = run_scenarios(FileWorkbook(path), ["Dear"], solver=HighsSolver(), now=NOW, dry_run=True)
    done = sop("scenario", "run", there, "Dear", "--json")
    assert done.code == 0, done.err
    assert done.json["run"] == "R0002"
    stored = frames_of(there, "scenario_results", "scenario_ranges")
    assert stored["scenario_results"].equals(here.results)
    assert stored["scenario_ranges"].equals(here.ranges)


def test_the_commands_tell_ranges_and_what_approving_would_change(mailed):
    _, there = mailed
    told = sop("scenario", "ranges", there, "--dry-run")
    assert "200 futures of demand against its quantities" in told.out
    assert "Nothing was written." in told.out
    would = sop("scenario", "approve", there, "Dear", "--dry-run")
    assert would.code == 0, would.err
    assert "suppliers" in would.out
    never = sop("scenario", "approve", there, "Shut")
    assert never.code == 2
    assert "was never planned beside the plan" in never.err
