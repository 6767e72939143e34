"""A workbook that is a copy, or whose ledger is gone: the button asks, and does what is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from sop_xl.adapters.ledger.place import SUFFIX
from sop_xl.adapters.ledger.places import LedgerPlaces
from sop_xl.domain.ledger_errors import PartnerError, UndecidedError
from sop_xl.services.actions import USE_CASES
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import remembering
from sop_xl.services.partner import GUID
from tests.services.company import NOW, context, tables_of, two_plants
from tests.services.pastes import places


class CopyPlaces(LedgerPlaces):
    """Where a copy of the workbook looks: the original is still there, with the GUID they share."""

    def guid_at(self, path):
        return "shared" if path.endswith("plan.xlsm") else ""


@dataclass
class Asked:
    """A user who gives one answer, and what was asked."""

    answer: str
    question: PartnerError | None = None

    def __call__(self, question):
        self.question = question
        return self.answer


@pytest.fixture
def linked(tmp_path):
    """A workbook with a ledger beside it, opened once."""
    workbook = two_plants()
    workbook.write_property(GUID, "shared")
    workbook.commit()
    opened(workbook, places(tmp_path), None)
    return workbook


def opened(workbook, where, ask):
    with remembering(workbook, where, User("A. Meyer", NOW, ask)) as memory:
        return memory.ledger.guid, memory.ledger.workbooks, memory.notices


def copy_places(folder):
    return CopyPlaces(str(folder / "copy.xlsm"), places(folder).surroundings, GUID)


def ledgers(folder):
    return sorted(path.name for path in folder.glob(f"*{SUFFIX}"))


def test_a_copy_may_get_a_ledger_of_its_own(linked, tmp_path):
    ask = Asked("fork")
    guid, workbooks, notices = opened(linked, copy_places(tmp_path), ask)
    assert ask.question.found.startswith(f"{linked.name} is a copy of {tmp_path / 'plan.xlsm'}")
    assert [*ask.question.choices] == ["fork", "attach"]
    assert guid == linked.read_property(GUID) != "shared"
    assert workbooks == (str(tmp_path / "copy.xlsm"),)
    assert ledgers(tmp_path) == ["copy.sopledger", "plan.sopledger"]
    assert "has a ledger of its own now" in notices[0]


def test_a_copy_may_work_on_the_same_ledger(linked, tmp_path):
    guid, workbooks, _ = opened(linked, copy_places(tmp_path), Asked("attach"))
    assert guid == "shared"
    assert workbooks == (str(tmp_path / "plan.xlsm"), str(tmp_path / "copy.xlsm"))
    assert ledgers(tmp_path) == ["plan.sopledger"]


def test_a_question_left_open_does_nothing_at_all(linked, tmp_path):
    before = tables_of(linked)
    asked = replace(context(linked, places=copy_places(tmp_path)), ask=Asked(""))
    with pytest.raises(UndecidedError, match=r"Nothing was done: .* is a copy of"):
        USE_CASES["forecast"](asked)
    assert tables_of(linked) == before
    assert ledgers(tmp_path) == ["plan.sopledger"]


def test_a_lost_ledger_is_made_anew_only_where_the_user_says_so(linked, tmp_path):
    (tmp_path / "plan.sopledger").unlink()
    with pytest.raises(UndecidedError, match=r"The ledger of .* was not found"):
        opened(linked, places(tmp_path), Asked(""))
    assert ledgers(tmp_path) == []
    ask = Asked("new")
    _, _, notices = opened(linked, places(tmp_path), ask)
    assert [*ask.question.choices] == ["new"]
    assert "A new one" in notices[0]
    assert ledgers(tmp_path) == ["plan.sopledger"]


def test_where_nobody_can_be_asked_a_copy_is_a_fault(linked, tmp_path):
    with pytest.raises(PartnerError, match="'fork' gives the copy"):
        opened(linked, copy_places(tmp_path), None)
