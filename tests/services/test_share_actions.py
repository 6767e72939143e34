"""The buttons for what comes back, pressed: look, choose, commit, undo; and another copy merged."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from sop_xl.domain.errors import SopError
from sop_xl.services.actions import undo_last
from sop_xl.services.share_actions import SHARE_CASES
from tests.services.company import column, context, copied, edit, two_plants
from tests.services.test_collect import Office

COLLECT, COMMIT, MERGE = (SHARE_CASES[name] for name in ("collect_returns", "commit_returns", "merge_copy"))


class Chosen:
    """A user who chooses these files, and the files."""

    def __init__(self, *answers, returns=(), copies=None):
        self.answers, self.returns, self.copies = list(answers), returns, copies or {}

    def choose(self, title, *, many=False):
        return self.answers.pop(0)

    def read_returns(self, paths):
        assert [*paths] == ["Ann.xlsx"]
        return self.returns

    def open_copy(self, path):
        return self.copies[path]


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


@pytest.fixture
def desk(office):
    """The office's workbook on the screen, its ledger beside it."""
    ledger = SimpleNamespace(open=lambda *_: (office.ledger, []), path="plan.xlsm", guid_at=lambda _: "")
    office.ledger.close = lambda: None
    return context(office.workbook, office.undo, places=ledger, who="Meyer")


def test_returns_are_looked_at_then_committed_from_where_they_were_and_taken_back(office, desk):
    desk = replace(desk, files=Chosen(["Ann.xlsx"], returns=[office.back("Ann", 50.0)]))
    looked = COLLECT(desk)
    assert (office.said(), looked.sheet) == ({}, "Collect")
    assert "1 accepted" in looked.sentence
    done = COMMIT(desk)
    assert office.said() == {1: 50.0}
    assert done.sentence.startswith("R0001 1 file of 1 recipient: 1 accepted; 1 missing")
    assert undo_last(desk).sheet == "Log"
    assert office.said() == {}


def test_what_is_chosen_on_the_sheet_is_committed(office, desk):
    desk = replace(desk, files=Chosen(["Ann.xlsx"], returns=[office.back("Ann", 50.0), office.back("Bob", 55.0)]))
    COLLECT(desk)
    edit(
        office.workbook, "returns", column(office.workbook, "returns", "file").index("Bob.xlsx") + 1, "choice", "theirs"
    )
    COMMIT(desk)
    assert office.said() == {1: 55.0}


def test_another_copy_is_merged():
    base = two_plants()
    mine, theirs = copied(base), copied(base)
    edit(theirs, "resources", 1, "hours_per_week", 33.0)
    files = Chosen(["theirs"], ["base"], copies={"theirs": theirs, "base": base})
    assert MERGE(context(mine, files=files)).sheet == "Collect"
    assert column(mine, "resources", "hours_per_week")[0] == 33.0


def test_a_dialog_that_is_cancelled_changes_nothing(office, desk):
    for answers in ([[]], [["theirs"], []]):
        case = COLLECT if len(answers) == 1 else MERGE
        assert case(replace(desk, files=Chosen(*answers))).sentence == "No file was chosen; nothing was changed."


def test_a_commit_before_any_look_and_a_place_without_dialogs_say_what_to_do(desk):
    with pytest.raises(SopError, match="Press Collect returns first"):
        COMMIT(replace(desk, files=Chosen()))
    with pytest.raises(SopError, match="sop-xl collect"):
        COLLECT(desk)
