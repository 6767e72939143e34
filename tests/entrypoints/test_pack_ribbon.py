"""The buttons for mail that goes out, pressed on a workbook that is saved."""

from __future__ import annotations

import pytest

from sop_xl.adapters.mail.outlook import OutlookDrafts
from sop_xl.domain.errors import SopError
from sop_xl.domain.mail_errors import MailError
from sop_xl.entrypoints.pack_ribbon import make_all
from tests.services.company import context
from tests.services.pastes import places
from tests.share.pack_company import ROWS, company_with
from tests.share.test_letters import company


def no_outlook():
    raise MailError("Classic Outlook is not there.")


def test_packs_and_drafts_stand_beside_the_workbook(tmp_path):
    pressed = context(company_with((ROWS[0], ROWS[5])), places=places(tmp_path), who="A. Meyer")
    told = make_all(pressed, str(tmp_path / "plan.xlsm"), drafts=True, outlook=no_outlook)
    assert "2 mails are drafted and none is sent" in told.sentence
    folder = tmp_path / "Packs_2027-01"
    assert {path.suffix for path in folder.iterdir() if path.is_file()} == {".xlsx", ".pdf"}
    assert len(list((folder / "drafts").glob("*.eml"))) == 2


def test_a_workbook_without_a_folder_says_so():
    pressed = context(company_with(ROWS[:1]))
    with pytest.raises(SopError, match="save it in a folder"):
        make_all(pressed, "Book1", drafts=False)


def test_once_the_plan_is_signed_the_button_sends_what_was_decided(tmp_path):
    pressed = context(company(), places=places(tmp_path), who="A. Meyer")
    told = make_all(pressed, str(tmp_path / "plan.xlsm"), drafts=False)
    assert told.sentence.startswith("2 packs of the approved plan are in ")
    assert {path.name for path in (tmp_path / "Packs_2027-01").iterdir()} == {
        "Plan_Buyer_2027-01.xlsx",
        "Plan_P1_team_2027-01.xlsx",
    }


def test_drafts_go_to_outlook_where_it_is(tmp_path):
    from tests.adapters.test_mail import FakeOutlook

    outlook = FakeOutlook()
    pressed = context(company_with(ROWS[:1]), places=places(tmp_path), who="A. Meyer")
    made = make_all(pressed, str(tmp_path / "plan.xlsm"), drafts=True, outlook=lambda: OutlookDrafts(lambda: outlook))
    assert [item.To for item in outlook.saved] == ["ann@chairs.example"]
    assert not made.fault
