"""The sheet Paste actuals in a workbook in memory: verdict beside the rows, answers, consent, commit, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sop_xl.domain.errors import SopError
from sop_xl.schema import paste
from sop_xl.services.actions import USE_CASES
from sop_xl.services.actuals_actions import ACTUALS_CASES
from sop_xl.services.paste_verdict import CASES
from tests.services.company import column, context, tables_of, two_plants
from tests.services.pastes import places

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ["Measure", "Item", "Market", "Month", "Quantity", "Net value", "Note"]
GOOD = ["shipments", "CH-1", "East", "2027-01", 22.0, 1320.0, None]
LOOK = ["shipments", "CH-2", "South", "2027-01", None, 72.0, "no units"]
BAD = ["shipments", "XX-9", "East", "2027-01", 5.0, 100.0, None]
TEXT = ["shipments", "TB-1 ", "East", "2027-01", 10.0, 1600.0, None]


def pasted(*rows):
    """Return the company's workbook with these rows on the sheet, two rows below the first."""
    workbook = two_plants()
    workbook.put_area(paste.RAW.name, [[None] * 7, [None] * 7, HEADER, *rows])
    return workbook


def press(workbook, folder: Path, action: str):
    return {**USE_CASES, **ACTUALS_CASES}[action](context(workbook, places=places(folder), who="A. Meyer"))


def area(workbook, found: paste.Area):
    return [list(row) for row in workbook.read_area(found.name)]


def cell(workbook, found: paste.Area):
    rows = area(workbook, found)
    return rows[0][0] if rows else None


def test_the_verdict_stands_beside_the_rows_and_no_fact_changes(tmp_path: Path) -> None:
    workbook = pasted(GOOD, TEXT, LOOK, BAD)
    before = tables_of(workbook)
    outcome = press(workbook, tmp_path, "check_paste")
    assert tables_of(workbook) == before
    assert (outcome.fault, outcome.sheet) == (True, "Paste actuals")
    assert outcome.sentence == "▲ 1 row is bad, 1 wants a look, 1 was read and corrected."
    assert (cell(workbook, paste.STATE), cell(workbook, paste.SAYS)) == ("red", outcome.sentence)
    assert [row[:3] for row in area(workbook, paste.ROWS)] == [
        [20.0, None, None],
        [21.0, None, None],
        [22.0, None, None],
        [23.0, "● Good", None],
        [24.0, "● Corrected", "P31"],
        [25.0, "■ Look", "P16"],
        [26.0, "▲ Bad", "P10"],
    ]
    assert "XX-9" in area(workbook, paste.ROWS)[6][3]
    # Item is the second column of the paste, quantity the fifth.
    assert [row[0] for row in area(workbook, paste.MARKS)[4:]] == ["●2;", "■5;", "▲2;"]
    assert area(workbook, paste.MAPPING)[0][:7] == ["Measure", "Item", "Market", "Month", "Quantity", "Value", None]
    assert area(workbook, paste.RECEIPT) == [
        [1.0, 22.0, 1320.0],
        [1.0, 10.0, 1600.0],
        [1.0, None, 72.0],
        [1.0, 5.0, 100.0],
        [0.0, None, None],
    ]
    assert [row[0] for row in area(workbook, paste.COUNTS)] == [3.0, 0.0, 0.0]
    assert [1.0, "P10", "not in the list"] in area(workbook, paste.FAULTS)


def test_every_case_of_the_check_has_a_few_words() -> None:
    assert list(CASES) == [f"P{k:02d}" for k in range(1, 42)]
    assert max(map(len, CASES.values())) <= 26  # the width of the column


def test_a_commit_needs_consent_and_says_in_which_cells(tmp_path: Path) -> None:
    workbook = pasted(GOOD, LOOK, BAD)
    before = tables_of(workbook)
    refused = press(workbook, tmp_path, "commit_paste")
    assert refused.fault
    assert refused.sentence.startswith("1 bad row; nothing was committed.")
    assert f"Keep bad rows aside: yes in {paste.KEEP_ASIDE.address}." in refused.details
    assert f"Accept: yes in {paste.ACCEPT.address}, and why in {paste.REASON.address}." in refused.details
    assert tables_of(workbook) == before
    for found, typed in ((paste.KEEP_ASIDE, "yes"), (paste.ACCEPT, "Yes"), (paste.REASON, "samples")):
        workbook.put_area(found.name, [[typed]])
    done = press(workbook, tmp_path, "commit_paste")
    assert not done.fault
    assert done.sentence == (
        "■ Batch 2 is committed: 2 new, 0 changed, 0 as known. 2027-01 is incomplete: 1 row kept aside. "
        "S&OP > Undo last run takes it back."
    )
    assert cell(workbook, paste.STATE) == "committed"
    assert (cell(workbook, paste.ACCEPT), cell(workbook, paste.REASON)) == (None, None)
    assert area(workbook, paste.ROWS)[5][1] == "▲ Bad"
    assert column(workbook, "issues", "code") == ["incomplete-actuals"]
    assert len(column(workbook, "actuals", "item")) == 293 + 2
    press(workbook, tmp_path, "check")
    assert "incomplete-actuals" in column(workbook, "issues", "code")
    press(workbook, tmp_path, "undo_last")
    assert "incomplete-actuals" not in column(workbook, "issues", "code")


def test_undo_takes_the_paste_back_and_the_sheet_says_so(tmp_path: Path) -> None:
    workbook = pasted(GOOD)
    for found, typed in ((paste.ACCEPT, "yes"), (paste.REASON, "few rows")):
        workbook.put_area(found.name, [[typed]])
    press(workbook, tmp_path, "commit_paste")
    outcome = press(workbook, tmp_path, "undo_last")
    assert outcome.sentence.startswith("R0001 is taken back.")
    assert cell(workbook, paste.STATE) == "reversed"
    assert len(column(workbook, "actuals", "item")) == 293


def test_answers_stay_beside_their_questions(tmp_path: Path) -> None:
    rows = [[*GOOD[:4], text, None, None] for text in ("1.234", "2.500")]
    rows[1][1] = "CH-2"
    workbook = pasted(*rows)
    outcome = press(workbook, tmp_path, "check_paste")
    assert outcome.sentence == "▲ 1 question to answer before anything can be committed."
    assert cell(workbook, paste.STATE) == "blocked"
    code, words = area(workbook, paste.QUESTIONS)[0]
    assert (code, words.endswith("[dot | comma]")) == ("P04", True)
    workbook.put_area(paste.ANSWERS.name, [["comma"]])
    for _ in range(2):
        press(workbook, tmp_path, "check_paste")
        assert cell(workbook, paste.ANSWERS) == "comma"
        assert sum(row[1] or 0 for row in area(workbook, paste.RECEIPT)) == 1234 + 2500


def test_control_totals_that_do_not_tie_block(tmp_path: Path) -> None:
    workbook = pasted(GOOD)
    workbook.put_area(paste.CONTROL_VALUE.name, [[1302.0]])
    outcome = press(workbook, tmp_path, "check_paste")
    assert cell(workbook, paste.STATE) == "blocked"
    assert any("Paste 1,320.00; control 1,302.00; difference 18.00" in line for line in outcome.details)
    workbook.put_area(paste.CONTROL_VALUE.name, [[1320.0]])
    press(workbook, tmp_path, "check_paste")
    assert cell(workbook, paste.STATE) == "amber"  # fewer rows than usual


def test_a_paste_over_our_columns_and_no_paste_are_told(tmp_path: Path) -> None:
    workbook = two_plants()
    with pytest.raises(SopError, match="Nothing is pasted on the sheet Paste actuals"):
        press(workbook, tmp_path, "check_paste")
    workbook = pasted(GOOD)
    workbook.put_area(paste.ROWS.name, [["x", "CH-1", None, None]])
    outcome = press(workbook, tmp_path, "check_paste")
    assert any("The paste covers the SOP columns" in line for line in outcome.details)


def test_close_month_is_a_button(tmp_path: Path) -> None:
    workbook = pasted(GOOD)
    press(workbook, tmp_path, "run_all")
    for found, typed in ((paste.ACCEPT, "yes"), (paste.REASON, "few rows")):
        workbook.put_area(found.name, [[typed]])
    press(workbook, tmp_path, "commit_paste")
    outcome = press(workbook, tmp_path, "close_month")
    assert outcome.sentence == (
        "R0003: 2027-01 is closed, 2027-02 is open. Run the cycle. Undo last run takes it back."
    )
    assert outcome.details[0].startswith("Jan 27 is closed: demand was 22 units")
