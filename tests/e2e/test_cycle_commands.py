"""The commands of the cycle's calendar on a workbook file, as a user types them: new, status, sign, reopen, close."""

from __future__ import annotations

import shutil

import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.parse import read_table
from tests.e2e.books import planned_folder
from tests.e2e.command import sop

FIRST, SECOND = "Data gathering", "Demand review"


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """One month's commands in their order, each with what it said; and the workbook they were typed for."""
    folder = shutil.copytree(planned_folder(), tmp_path_factory.mktemp("cycle") / "company")
    book = folder / "plan.xlsm"
    said = {
        "bare": sop("cycle", "status", book, "--json"),
        "early": sop("cycle", "sign", book),
        "new": sop("cycle", "new", book),
        "again": sop("cycle", "new", book),
        "jump": sop("cycle", "sign", book, SECOND, "--by", "Bo"),
        "sign": sop("cycle", "sign", book, "--by", "Ann", "--json"),
        "second": sop("cycle", "sign", book, SECOND, "--by", "Bo"),
        "status": sop("cycle", "status", book),
        "no reason": sop("cycle", "reopen", book, FIRST),
        "reopen": sop("cycle", "reopen", book, FIRST, "--reason", "A late batch", "--by", "Ann"),
        "open close": sop("cycle", "close", book),
        "close": sop("cycle", "close", book, "--force", "--json"),
        "after": sop("cycle", "status", book, "--json"),
    }
    return said, book


def table(book, name):
    return read_table(TABLE_BY_NAME[name], FileWorkbook(book).read_cells(TABLE_BY_NAME[name])).frame


def test_a_month_without_a_calendar_says_how_to_make_one(story):
    said, _ = story
    assert said["bare"].code == 0
    assert said["bare"].json["steps"] == []
    assert "sop-xl cycle new" in said["bare"].json["then"]
    assert said["early"].code == 2
    assert "has no steps yet" in said["early"].err


def test_new_makes_the_five_steps_once(story):
    said, _ = story
    assert said["new"].code == 0
    assert FIRST in said["new"].out
    assert "Executive meeting" in said["new"].out
    assert said["again"].code == 2
    assert "has its steps" in said["again"].err


def test_steps_are_signed_in_their_order(story):
    said, _ = story
    assert said["jump"].code == 2
    assert f"{FIRST} of 2027-01 is not signed yet" in said["jump"].err
    assert said["sign"].json["steps"] == [FIRST]
    assert "Actuals" in said["sign"].json["locked"]
    assert said["second"].code == 0
    assert f"{SECOND} of 2027-01: signed" in said["second"].out


def test_status_shows_who_signed_and_what_comes_next(story):
    said, _ = story
    assert said["status"].code == 0
    for words in (FIRST, "Ann", "Bo", "finish and sign Supply review"):
        assert words in said["status"].out


def test_reopening_needs_a_reason_and_takes_later_signatures_along(story):
    said, _ = story
    assert said["no reason"].code == 2
    assert "needs a reason" in said["no reason"].err
    assert said["reopen"].code == 0
    assert f"{FIRST}, {SECOND} of 2027-01: reopened" in said["reopen"].out


def test_closing_needs_actuals_and_rolls_month_and_calendar(story):
    said, book = story
    assert said["open close"].code == 2
    assert "no actuals of 2027-01" in said["open close"].err
    assert said["close"].json["opened"] == "2027-02"
    steps = table(book, "cycle_steps")
    assert steps.groupby("cycle").size().to_dict() == {"2027-01": 5, "2027-02": 5}
    assert said["after"].json["cycle"] == "2027-02"
    assert [step["status"] for step in said["after"].json["steps"]] == ["open", *["not started"] * 4]
    changes = table(book, "changes")
    assert changes["reason"].str.contains("A late batch").any()
