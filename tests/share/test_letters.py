"""The mails packs go with: each kind there is, what each tells, and that none tells what its reader may not know."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from sop_xl.domain.errors import SopError
from sop_xl.schema.inputs import CYCLE_STEPS, DECISIONS
from sop_xl.services.compute import silent
from sop_xl.services.pack_delivery import letters_of, reminders
from sop_xl.services.packs import PackWish, make_packs
from sop_xl.share.collect import Missing
from sop_xl.share.own_view import told_without
from sop_xl.template.packs.printer import PackPrinter
from tests.services.pastes import memory_of
from tests.share.pack_company import ROWS, company_with, of, packs_in

CYCLE = "2027-01"
DUE = dt.date(2027, 1, 20)


def rows_of(table, *rows):
    return [list(table.headers), *([row.get(name) for name in table.fields] for row in rows)]


def company(status="done"):
    """The company with one step, signed or not, and two open decisions, one of them Ann's."""
    workbook = company_with()
    step = {"cycle": CYCLE, "step": "Executive meeting", "step_order": 5, "owner": "Boss", "status": status}
    step |= {"signed_by": "M. Boss", "signed_at": dt.datetime(2027, 1, 14, 15)} if status == "done" else {}
    workbook.put(CYCLE_STEPS, rows_of(CYCLE_STEPS, step))
    ask = {"status": "open", "cycle": CYCLE, "due": DUE}
    asked = (
        {"id": "D-1", "issue": "A second shift", "owner": "Boss"},
        {"id": "D-2", "issue": "A fair", "owner": "ann"},
    )
    workbook.put(DECISIONS, rows_of(DECISIONS, *(ask | one for one in asked)))
    return workbook


def made(folder, workbook, **wish):
    with memory_of(workbook, folder) as memory:
        return make_packs(workbook, memory, PackPrinter(), PackWish(**wish), silent)


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    return {letter.to.partition("@")[0]: letter for letter in letters_of(made(tmp_path_factory.mktemp("a"), company()))}


def test_who_owns_a_decision_is_told_of_it_and_executives_and_finance_of_all(letters):
    ids = {name: [word for word in ("D-1", "D-2") if word in letter.body] for name, letter in letters.items()}
    assert ids == {"ann": ["D-2"], "bob": [], "boss": ["D-1", "D-2"], "buy": [], "fay": ["D-1", "D-2"], "p1": []}
    assert "  - D-2 A fair (ann, due 20 Jan 2027)" in letters["ann"].body


def test_no_mail_names_what_its_reader_may_not_know(letters):
    others = {"ann": ("North", "Web", "Steel Co"), "bob": ("South", "TB-1", "Desk"), "buy": ("ASM-P1", "Steel Co")}
    for name, words in others.items():
        assert [word for word in words if word in letters[name].body + letters[name].subject] == []


def test_a_cause_with_a_strange_name_is_left_out_and_a_fact_with_one_too():
    lines = ["9 units of Rack late in Jan 27: ordered from Steel Co.", "Overtime: most at MILL, 3.", "MILLER: 2 more."]
    assert told_without(lines, {"Steel Co", "MILL"}) == ["9 units of Rack late in Jan 27.", "MILLER: 2 more."]
    assert told_without(lines, ()) == lines


def test_the_approved_plan_goes_to_plants_and_buyers_and_says_who_approved_it(tmp_path):
    packs = made(tmp_path, company(), approved=True)
    assert [(p.recipient.recipient, p.record.kind, p.name) for p in packs.made] == [
        ("Buyer", "plan", "Plan_Buyer_2027-01.xlsx"),
        ("P1 team", "plan", "Plan_P1_team_2027-01.xlsx"),
    ]
    assert not any(p.record.rows for p in packs.made)
    plant = openpyxl.load_workbook(BytesIO(of(packs, "P1 team").content), data_only=True)
    assert plant["Plan by site"]["A1"].value == "Plan by site: approved by M. Boss on 2027-01-14"
    assert {row[0] for row in plant["Plan by site"].iter_rows(min_row=8, values_only=True)} == {"P1", "Total"}
    bought = openpyxl.load_workbook(BytesIO(of(packs, "Buyer").content))["Plan"]
    assert {row[1] for row in bought.iter_rows(min_row=8, values_only=True) if row[1]} == {"WOOD"}
    first = letters_of(packs)[0]
    assert "the approved plan of Jan 27" in first.subject
    assert "yellow" not in first.body


def test_a_plan_that_is_not_approved_is_not_sent_as_one(tmp_path):
    with pytest.raises(SopError, match=r"2027-01 is not approved.*sign"):
        made(tmp_path, company("open"), approved=True)
    with pytest.raises(SopError, match="goes to plants and buyers"):
        made(tmp_path, company(), approved=True, roles=("sales",))


@pytest.mark.parametrize(
    ("today", "words"), [("2027-01-11", "are due 12 Jan 2027"), ("2027-01-13", "were due 12 Jan 2027")]
)
def test_a_reminder_says_which_form_and_whether_it_is_late(tmp_path, today, words):
    ann = of(packs_in(tmp_path, PackWish(answer_by=dt.date(2027, 1, 12)), ROWS[:1]), "Ann").record
    [letter] = reminders([Missing(replace(ann.form, recipient="Ann"), ann.address)], dt.date.fromisoformat(today))
    assert (letter.to, letter.attachments) == ("ann@chairs.example", ())
    assert words in letter.subject
    assert ann.form.form_id in letter.body
    assert ("file back today" in letter.body) == (today > "2027-01-12")
