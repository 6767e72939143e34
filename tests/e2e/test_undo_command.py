"""Undo and history on the command line, on a workbook file with formulas."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.schema import ALL_TABLES, TABLE_BY_NAME
from tests.e2e.books import imported_book
from tests.e2e.command import sop

NAME = "two plants.xlsm"
LOGS = frozenset({"issues", "changes", "runs"})


def cells_of(path):
    """Return values and formulas of every table that an undo brings back."""
    workbook = FileWorkbook(path)
    return {t.name: (workbook.read_cells(t).rows, workbook.formulas(t)) for t in ALL_TABLES if t.name not in LOGS}


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder with the company, planned once, and what its run kept."""
    path = tmp_path_factory.mktemp("original") / NAME
    shutil.copy(imported_book(), path)
    assert sop("run", path).code == 0
    return path.parent


@pytest.fixture
def planned(original, tmp_path):
    return shutil.copytree(original, tmp_path / "planned") / NAME


def type_in(path, table, row, field, value):
    """Write one cell of a table, as a user would."""
    declared = TABLE_BY_NAME[table]
    workbook = FileWorkbook(path)
    rows = workbook.read_cells(declared).rows
    rows[row][rows[0].index(declared.column(field).header)] = value
    workbook.write_cells(declared, rows)
    workbook.commit()


def test_the_last_run_is_taken_back_with_the_formulas_of_the_grid(planned):
    before = cells_of(planned)
    assert len(before["demand_review"][1]) > 100
    type_in(planned, "items", 1, "list_price", 99.0)
    typed = cells_of(planned)
    assert sop("run", planned).code == 0
    assert cells_of(planned)["demand_review"] != typed["demand_review"]
    done = sop("undo", planned, "--json")
    assert done.code == 0, done.err
    assert (done.json["undone"], done.json["run"], done.json["cycle"]) == ("R0002", "R0003", "2027-01")
    assert cells_of(planned) == typed


def test_a_changed_cell_refuses_the_undo_and_the_file_stays(planned):
    type_in(planned, "kpis", 1, "value", 1.0)
    content = planned.read_bytes()
    done = sop("undo", planned, "--json")
    assert done.code == 2
    assert done.json["issues"][0]["code"] == "changed-since"
    assert done.json["issues"][0]["sheet"] == TABLE_BY_NAME["kpis"].sheet
    assert planned.read_bytes() == content


def test_history_says_what_undo_would_take_back(planned):
    assert [(r["run"], r["state"]) for r in sop("history", planned, "--json").json["runs"]] == [("R0001", "undoable")]
    assert sop("undo", planned).code == 0
    told = sop("history", planned)
    assert told.code == 0
    assert "undone" in told.out.splitlines()[0]
    assert sop("undo", planned).code == 2


def test_what_is_kept_lies_beside_the_workbook_and_moves_with_it(planned, tmp_path_factory):
    assert len(list((planned.parent / ".sop_undo").rglob("R0001-*.json.gz"))) == 1
    elsewhere = tmp_path_factory.mktemp("moved") / "moved"
    planned.parent.rename(elsewhere)
    assert sop("undo", elsewhere / planned.name).code == 0


KILLED_IN_COMMIT = """
import os, sys
from sop_xl.adapters.file_workbook import FileWorkbook
FileWorkbook.commit = lambda self: os._exit(9)
sys.argv = ["sop-xl", "run", sys.argv[1]]
from sop_xl.entrypoints.cli import main
main()
"""


def test_a_run_killed_between_keeping_and_writing_is_no_run_to_undo(planned):
    type_in(planned, "items", 1, "list_price", 99.0)
    before = cells_of(planned)
    done = subprocess.run([sys.executable, "-c", KILLED_IN_COMMIT, planned], capture_output=True, check=False)
    assert done.returncode == 9
    assert len(list((planned.parent / ".sop_undo").rglob("R0002-*"))) == 1
    assert cells_of(planned) == before
    assert sop("undo", planned, "--json").json["undone"] == "R0001"
