"""Forms come back to a workbook: looked at first, then one batch, nothing taken twice, undone as one."""

from __future__ import annotations

import datetime as dt

import pytest

from sop_xl.adapters.ledger.opening import create_file
from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import SopError
from sop_xl.schema import INPUT_TABLES
from sop_xl.schema.inputs import CYCLE_STEPS
from sop_xl.services.collect import collect, summary
from sop_xl.services.ledger_sync import User
from sop_xl.services.memory import Memory
from sop_xl.services.merge_copies import Choices
from sop_xl.services.partner import GUID as GUID_PROPERTY
from sop_xl.services.step_rules import StepError
from sop_xl.services.undo import undo_last
from sop_xl.share.form import ABOUT_LABELS, Form, FormRow
from sop_xl.share.records import PackRecord
from sop_xl.share.returned import ReturnedFile, ReturnedSheet
from tests.services.company import MemoryUndo, column, edit, tables_of, two_plants
from tests.share.cases import GUID, SALES_SHEET

NOW = dt.datetime(2027, 1, 6, 8, 0)
USER = User("Meyer", NOW)
HEADER = [c.header for c in SALES_SHEET.columns]
INPUTS = frozenset(t.name for t in INPUT_TABLES)
ITEM, MARKET = "CH-1", "East"


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


class Office:
    """The small company, its ledger, and forms to two salespeople about one item and market in three months."""

    def __init__(self, folder):
        self.workbook = two_plants()
        self.workbook.write_property(GUID_PROPERTY, GUID)
        self.workbook.commit()
        self.ledger = create_file(folder / "plan.sopledger", GUID, "plan.xlsm")
        self.memory, self.undo = Memory(self.ledger, USER), MemoryUndo()
        self.ledger.log_packs([self._pack(k, who) for k, who in enumerate(("Ann", "Bob"), 1)])

    def _pack(self, number, who):
        rows = tuple(
            FormRow(f"R{k:04d}", SALES_SHEET.name, self.key(k), {"quantity": None}, {"consensus": 40.0})
            for k in (1, 2, 3)
        )
        due, made = dt.date(2027, 1, 9), dt.datetime(2027, 1, 4, 9)
        form = Form(f"F{number:04d}-x", "Bikes", GUID, "2027-01", "", who, "sales", made, due, 3, (SALES_SHEET,))
        return PackRecord(form, "form", f"{who}@x", "Meyer", "R0001", f"{who}.xlsx", "", rows)

    def key(self, month):
        return {"item": ITEM, "market": MARKET, "period": f"2027-{month:02d}", "stream": "sales"}

    def back(self, who, *quantities, reason="", name=""):
        form = next(p.form for p in self.ledger.packs() if p.form.recipient == who)
        rows = []
        for asked, quantity in zip(self.ledger.pack_rows(form.form_id), quantities, strict=False):
            code, day = (
                asked.code(self.ledger.pack_secret(), form.form_id),
                dt.date.fromisoformat(asked.key["period"] + "-01"),
            )
            rows.append([code, ITEM, MARKET, day, 40.0, quantity, reason if quantity is not None else None, None])
        about = [
            list(pair) for pair in zip(ABOUT_LABELS, (*form.facts(), form.seal(self.ledger.pack_secret())), strict=True)
        ]
        sheets = ReturnedSheet(Cells([HEADER, *rows], "Sales")), ReturnedSheet(Cells(about, "About"))
        return ReturnedFile(name or f"{who}.xlsx", f"{who}{quantities}", NOW, "", sheets)

    def collect(self, *files, **more):
        return collect(self.workbook, self.memory, files, undo=self.undo, **more)

    def rows(self):
        """Return quantity, owner and reason of what is said for the item in the market, by month."""
        names = ("item", "market", "stream", "period", "quantity", "owner", "reason")
        found = zip(*(column(self.workbook, "overrides", name) for name in names), strict=True)
        return {row[3].month: row[4:] for row in found if row[:3] == (ITEM, MARKET, "sales")}

    def said(self):
        return {month: row[0] for month, row in self.rows().items()}

    def inputs(self):
        return {name: rows for name, rows in tables_of(self.workbook).items() if name in INPUTS}


def test_a_preview_changes_no_input_and_the_sheet_says_what_would_become_of_each(office):
    before = office.inputs()
    report = office.collect(office.back("Ann", 50.0, "lots", None))
    assert (report.run, office.inputs()) == ("", before)
    assert report.counts() == {"accepted": 1, "same": 0, "conflict": 0, "rejected": 1, "missing": 1}
    assert column(office.workbook, "returns", "status") == ["rejected", "missing", "accepted"]
    assert summary(report) == "1 file of 1 recipient: 1 accepted; 1 rejected; 1 missing. See the sheet Collect"


def test_a_commit_takes_what_can_be_taken_with_who_and_why_as_one_batch_and_undo_takes_it_back(office):
    before = office.inputs()
    report = office.collect(
        office.back("Ann", 50.0, 60.0, reason="Promotion"), office.back("Bob", None, None, 70.0), commit=True
    )
    assert office.rows() == {1: (50.0, "Ann", "Promotion"), 2: (60.0, "Ann", "Promotion"), 3: (70.0, "Bob", None)}
    logged = office.ledger.changes("overrides")
    assert {*logged["source"]} == {"pack"}
    assert {*logged["who"]} == {"Ann", "Bob"}
    assert undo_last(office.workbook, office.undo, NOW).undone == report.run
    assert office.inputs() == before


def test_nothing_is_taken_twice(office):
    office.collect(office.back("Ann", 50.0), commit=True)
    before = office.inputs()
    again = office.collect(office.back("Ann", 50.0, name="Copy of Ann.xlsx"), commit=True)
    assert (again.run, again.counts()["same"], office.inputs()) == ("", 1, before)


def test_two_who_differ_are_a_conflict_until_one_is_chosen_on_the_sheet(office):
    files = office.back("Ann", 50.0), office.back("Bob", 55.0, 60.0)
    report = office.collect(*files, commit=True)
    assert (office.said(), len(report.conflicts)) == ({2: 60.0}, 1)
    names = column(office.workbook, "returns", "file")
    assert column(office.workbook, "returns", "status")[:2] == ["conflict", "conflict"]
    edit(office.workbook, "returns", names.index("Bob.xlsx") + 1, "choice", "theirs")
    assert office.collect(*files, commit=True).conflicts == []
    assert office.said() == {1: 55.0, 2: 60.0}


def test_what_was_typed_here_meanwhile_is_a_conflict_and_a_value_of_ones_own_may_be_chosen(office):
    office.collect(office.back("Ann", 50.0), commit=True)
    row = column(office.workbook, "overrides", "quantity").index(50.0) + 1
    edit(office.workbook, "overrides", row, "quantity", 52.0)
    second = office.back("Ann", 58.0)
    [conflict] = office.collect(second, commit=True).conflicts
    assert (conflict.base, conflict.mine, conflict.answers[0].value) == (None, 52.0, 58.0)
    at = "overrides", f"{ITEM} | {MARKET} | 2027-01 | sales", "quantity", "Ann.xlsx"
    office.collect(second, commit=True, choices=Choices({at: "54"}))
    assert office.said()[1] == 54.0


def test_who_answers_again_replaces_what_was_taken_from_them(office):
    office.collect(office.back("Ann", 50.0), commit=True)
    office.collect(office.back("Ann", 58.0, name="better.xlsx"), commit=True)
    assert office.said()[1] == 58.0


def test_who_answered_is_not_missing_at_the_next_collect(office):
    assert [m.form.recipient for m in office.collect(office.back("Ann", 50.0), commit=True).missing] == ["Bob"]
    assert office.collect(office.back("Bob", 50.0), commit=True).missing == []


def test_returns_may_be_collected_together_or_one_after_the_other_in_any_order(office, tmp_path):
    files = office.back("Ann", 50.0, None), office.back("Bob", None, 60.0)
    office.collect(*files, commit=True)
    (tmp_path / "second").mkdir()
    other = Office(tmp_path / "second")
    for who, values in (("Bob", (None, 60.0)), ("Ann", (50.0, None))):
        other.collect(other.back(who, *values), commit=True)
    assert other.said() == office.said()


def test_without_any_form_sent_there_is_nothing_to_collect(tmp_path):
    workbook = two_plants()
    with pytest.raises(SopError, match="No form went out"):
        collect(workbook, Memory(create_file(tmp_path / "x.sopledger", GUID, "x.xlsm"), USER), [])


def test_what_is_signed_is_not_changed_and_it_is_said_by_whom_and_how_to_reopen_it(office):
    step = {"cycle": "2027-01", "step": "Demand review", "step_order": 2, "status": "done"}
    step |= {"signed_by": "D. Head", "signed_at": dt.datetime(2027, 1, 5, 17), "signed_inputs": "overrides=0a1b"}
    cells = [list(CYCLE_STEPS.headers), [step.get(name) for name in CYCLE_STEPS.fields]]
    office.workbook.put(CYCLE_STEPS, cells)
    before = office.inputs()
    looked = office.collect(office.back("Ann", 55.0))
    assert looked.counts()["accepted"] == 1  # what would come is shown all the same
    with pytest.raises(
        StepError, match=r"Collecting would change Overrides, but .*D\. Head.*Nothing was changed.*eopen"
    ):
        office.collect(office.back("Ann", 55.0), commit=True)
    assert office.inputs() == before
    assert [event.event for event in office.ledger.pack_events()] == []
    # An answer that changes nothing is still an answer.
    assert office.collect(office.back("Ann"), commit=True).run == ""
