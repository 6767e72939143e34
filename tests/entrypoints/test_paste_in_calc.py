"""The sheet Paste actuals live in a real spreadsheet program and in a closed file: same verdict, same facts."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.entrypoints.machine import Machine
from sop_xl.entrypoints.ribbon import run_on
from sop_xl.schema import paste
from sop_xl.schema.inputs import ACTUALS
from sop_xl.services.actions import USE_CASES
from sop_xl.services.actuals_actions import ACTUALS_CASES
from sop_xl.services.cell_match import plain
from sop_xl.services.partner import VERSION
from tests.e2e.books import imported_book
from tests.services.company import context
from tests.services.pastes import places
from tests.support.calc_engine.app import App

pytestmark = [pytest.mark.soffice, pytest.mark.slow, pytest.mark.bench]

ROWS = [
    ["Measure", "Item", "Market", "Month", "Quantity", "Net value"],
    ["shipments", "CH-1", "East", "2027-01", 22.0, 1320.0],
    ["shipments", "TB-1 ", "East", "2027-01", 10.0, 1600.0],
    ["shipments", "XX-9", "East", "2027-01", 5.0, 100.0],
]
SHOWN = [area for area in paste.AREAS if area not in (paste.RAW, paste.SAYS)]


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """The company's workbook with a paste on its sheet, in a file."""
    path = tmp_path_factory.mktemp("closed") / "plan.xlsm"
    shutil.copy(imported_book(), path)
    workbook = FileWorkbook(path)
    workbook.write_area(paste.RAW.name, ROWS)
    workbook.commit()
    return path


def areas(workbook):
    return {area.name: [[plain(v) for v in row] for row in workbook.read_area(area.name)] for area in SHOWN}


def facts(workbook):
    return [[plain(v) for v in row] for row in workbook.read_cells(ACTUALS).rows]


def consent(workbook):
    for area, typed in ((paste.ACCEPT, "yes"), (paste.KEEP_ASIDE, "yes"), (paste.REASON, "0042 is right")):
        workbook.write_area(area.name, [[typed]])
    workbook.commit()


def test_live_and_in_a_file_the_sheet_says_the_same(closed, calc_app, tmp_path, monkeypatch):
    monkeypatch.setattr(App, "alert", lambda self, prompt, *_: self.settings.update(said=prompt))
    local = tmp_path / "local"
    here = Machine("Linux", Path("python"), "3.11", 64, tmp_path, tmp_path, local, tmp_path)
    live_path = Path(shutil.copy(closed, tmp_path / "plan.xlsm"))
    book = calc_app.books.open(live_path)
    try:
        live, file = LiveWorkbook(book), FileWorkbook(closed)
        before = facts(live)
        in_file = replace(context(file, places=replace(places(closed.parent), path=str(closed))), who="A. Meyer")

        checked = run_on(book, "check_paste", here), ACTUALS_CASES["check_paste"](in_file)
        assert checked[0].sentence == checked[1].sentence == "▲ 1 row is bad, 1 was read and corrected."
        assert areas(live) == areas(FileWorkbook(closed))
        assert [row[0] for row in live.read_area(paste.MARKS.name)] == [None, None, "●2;", "▲2;"]
        assert facts(live) == before

        for workbook in (live, file):
            consent(workbook)
        done = run_on(book, "commit_paste", here), ACTUALS_CASES["commit_paste"](in_file)
        assert done[0].sentence == done[1].sentence
        assert "Batch 2 is committed: 2 new" in done[0].sentence
        assert areas(live) == areas(FileWorkbook(closed))
        assert facts(live) == facts(FileWorkbook(closed)) != before
        assert live.read_property(VERSION).startswith("2-")

        undone = run_on(book, "undo_last", here), USE_CASES["undo_last"](in_file)
        assert undone[0].sentence == undone[1].sentence
        assert [row[:-1] for row in facts(live)] == [row[:-1] for row in facts(FileWorkbook(closed))]
        assert len(facts(live)) == len(before)
        assert live.read_area(paste.STATE.name) == [["reversed"]]
    finally:
        book.close()
