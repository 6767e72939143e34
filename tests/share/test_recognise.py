"""A returned form is known by its codes alone, and each cell of it is taken, quarantined or told, never lost."""

from __future__ import annotations

import datetime as dt

import pytest

from sop_xl.domain.cells import CellError, Cells
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.values import CellFaultError
from sop_xl.share.answer_cells import answer_value, is_same
from sop_xl.share.collect import Missing, gather, missing_forms, reminder, settle_returns
from sop_xl.share.form import ABOUT_LABELS
from sop_xl.share.merge import DIFFER, Place, Verdict
from sop_xl.share.recognise import recognise
from sop_xl.share.returned import KnownForms, ReturnedFile, ReturnedSheet
from tests.share.cases import GUID, SALES_SHEET, pack, row

SECRET = "secret"
QUANTITY = TABLE_BY_NAME["overrides"].column("quantity")
ANN, BOB = pack(), pack("F0002-9ab3c4", rows=(row(1, "1E5", None), row(2, "00123", 40.0)))
HEADER = [column.header for column in SALES_SHEET.columns]
A, B = (Place("overrides", (item, "US", "2026-12", "sales"), "quantity") for item in ("00123", "1E5"))
DAY = dt.datetime(2026, 11, 6, 10, 0)


def known(*packs, cycle="2026-11", guid=GUID):
    rows = {one.form.form_id: one.rows for one in packs or (ANN, BOB)}
    forms = {one.form.form_id: one.form for one in packs or (ANN, BOB)}
    return KnownForms(guid, cycle, dt.date(2026, 11, 6), SECRET, forms, rows.__getitem__)


def body(one=ANN, **filled):
    """Return the rows of a form as they stand in the file, with what was filled in by item."""
    out = []
    for asked in one.rows:
        item, (value, *words) = (
            asked.key["item"],
            filled.get(asked.key["item"].lower().replace("00123", "a"), (..., "")),
        )
        value = asked.base["quantity"] if value is ... else value
        month = dt.date(2026, 12, 1)
        out.append(
            [asked.code(SECRET, one.form.form_id), item, "US", month, 40.0, value, *words, *[None] * (2 - len(words))]
        )
    return out


def file(*rows, one=ANN, name="answer.xlsx", at=DAY, header=HEADER, bare=(), about=True, typed=True, digest=""):
    sheet = ReturnedSheet(Cells([list(header), *map(list, rows)], "Tabelle1", 0, 1), frozenset(bare), typed)
    facts = zip(ABOUT_LABELS, (*one.form.facts(), one.form.seal(SECRET)), strict=True)
    said = ReturnedSheet(Cells([["About this form", None], *map(list, facts)], "Sheet2"))
    return ReturnedFile(name, digest or name, at, "", (sheet, said) if about else (sheet,))


def values(found):
    return {answer.place: answer.value for answer in found.answers}


def codes(found):
    return [str(remark.finding) for remark in found.remarks]


def test_an_answer_is_known_whatever_the_order_of_rows_and_columns_sheets_and_names():
    first, second = body(a=(55.0, "Promotion", "ad in May"))
    turned = [list(reversed(cells)) for cells in (HEADER, second, first)]
    found = recognise(file(*turned[1:], header=turned[0], name="Kopie von xyz.xlsx"), known())
    assert (found.form.recipient, codes(found)) == ("Ann", [])
    assert values(found) == {A: 55.0, B: None}
    assert [a.reason for a in found.answers if a.value] == ["Promotion; ad in May"]


def test_rows_that_are_missing_are_no_answer():
    found = recognise(file(body(a=(55.0,))[0]), known())
    assert (values(found), codes(found)) == ({A: 55.0}, [])


def test_a_sheet_saved_as_text_is_known_by_its_codes_with_decimal_commas_and_lost_zeros():
    code, *_ = body()[0]
    line = [code, "123", "US", "01.12.2026", "40", "55,5", None, None]
    found = recognise(file(line, about=False, typed=False, name="answer.csv"), known())
    assert (found.form.recipient, values(found), codes(found)) == ("Ann", {A: 55.5}, [])


def test_an_edited_key_and_a_code_of_nobody_are_quarantined_with_what_was_filled_in():
    first, second = body(a=(55.0,), **{"1e5": (7.0,)})
    first[1], second[0] = "00999", "R0002-0000000000000000"
    typed = [None, "00123", "US", dt.date(2027, 1, 1), None, 9.0, None, None]
    found = recognise(file(first, second, typed), known())
    assert (values(found), codes(found)) == ({}, ["R01", "R01", "R01"])
    assert [remark.value for remark in found.remarks] == ["55", "7", "9"]
    assert [remark.cell for remark in found.remarks] == ["Tabelle1!B1", "Tabelle1!A2", "Tabelle1!A3"]


def test_a_row_of_another_persons_form_is_quarantined_and_says_whose_it_is():
    found = recognise(file(*body(), body(BOB, a=(99.0,))[1]), known())
    assert codes(found) == ["R01"]
    assert "belongs to the form of Ann" in found.remarks[0].message or "form of" in found.remarks[0].message


def test_sums_and_footers_without_a_code_are_no_answers():
    total = ["Sum of the rows shown", None, None, None, 80.0, 95.0, None, None]
    foot = [None] * 5 + [None, None, "Form F0001"]
    assert codes(recognise(file(*body(), [None, *total[1:]], foot), known())) == []


def test_a_cell_that_is_not_to_be_filled_is_ignored_and_listed():
    first, _ = body(a=(55.0,))
    first[4] = 41.0
    found = recognise(file(first), known())
    assert (values(found), codes(found), found.remarks[0].value) == ({A: 55.0}, ["R02"], "41")


def test_a_formula_without_a_result_is_quarantined_and_one_with_a_result_is_taken():
    first, second = body(a=(None,), **{"1e5": (7.0,)})
    found = recognise(file(first, second, bare={(1, 5)}), known())
    assert (values(found), codes(found)) == ({B: 7.0}, ["R03"])


@pytest.mark.parametrize("cell", ["lots", "1,234", "-5", -5.0, CellError("#N/A"), True, dt.date(2026, 1, 1)])
def test_a_value_that_cannot_be_is_quarantined_with_its_cell(cell):
    found = recognise(file(*body(a=(cell,))), known())
    assert (values(found), codes(found)) == ({B: None}, ["R04"])
    assert (found.remarks[0].cell, found.remarks[0].place) == ("Tabelle1!F1", A)


def test_a_deleted_column_to_fill_is_told_and_no_answer_and_a_deleted_column_for_the_reader_does_not_matter():
    without = [cells[:5] + cells[6:] for cells in (HEADER, *body())]
    found = recognise(file(*without[1:], header=without[0]), known())
    assert (values(found), codes(found)) == ({}, ["R15"])
    without = [cells[:2] + cells[5:] for cells in (HEADER, *body(a=(55.0,)))]
    assert values(recognise(file(*without[1:], header=without[0]), known()))[A] == 55.0


def test_without_the_column_of_codes_nothing_is_guessed():
    without = [cells[1:] for cells in (HEADER, *body(a=(55.0,)))]
    found = recognise(file(*without[1:], header=without[0]), known())
    assert (values(found), codes(found)) == ({}, ["R01"])


def test_a_form_of_another_company_or_no_form_at_all_is_left_out_by_name():
    found = recognise(file(*body()), known(BOB, guid="another"))
    assert (found.form, codes(found)) == (None, ["R11"])
    assert "Bolts Ltd" in found.remarks[0].message
    other = ReturnedFile("notes.xlsx", "1", sheets=[ReturnedSheet(Cells([["hello"]], "Sheet1"))])
    assert codes(recognise(other, known())) == ["R10"]
    assert codes(recognise(ReturnedFile("x.pdf", "1", fault="It is a picture."), known())) == ["R10"]


def test_a_form_that_is_late_of_an_older_cycle_or_with_edited_facts_is_taken_and_told():
    late = file(*body(a=(55.0,)), at=dt.datetime(2026, 11, 10))
    assert codes(recognise(late, known())) == ["R12"]
    assert codes(recognise(file(*body()), known(cycle="2026-12"))) == ["R14"]
    edited = file(*body(a=(55.0,)))
    edited.sheets[1].cells.rows[6][1] = "Somebody else"
    found = recognise(edited, known())
    assert (found.form.recipient, codes(found), values(found)[A]) == ("Ann", ["R02"], 55.0)


def test_a_row_that_stands_twice_counts_once_and_differing_ones_are_told():
    first, second = body(a=(55.0,))
    other = [*first[:5], 56.0, None, None]
    found = recognise(file(first, second, list(first), other), known())
    assert (values(found)[A], codes(found)) == (55.0, ["R01"])


def test_a_comment_without_a_figure_is_kept():
    found = recognise(file(*body(a=(40.0, None, "wait for May"))), known())
    assert codes(found) == ["R16"]
    assert "wait for May" in found.remarks[0].message


# --- returns together -----------------------------------------------------------------------------


def settled(*files, mine=None, given=None):
    gathered = gather(recognise(one, known()) for one in files)
    stands = {A: 40.0} if mine is None else mine
    return gathered, {s.place: (s.verdict, s.why) for s in settle_returns(gathered, stands, given or {})}


def test_a_later_return_of_the_same_person_counts_whatever_the_order_and_the_earlier_is_kept():
    early, late = file(*body(a=(50.0,)), name="1.xlsx"), file(*body(a=(60.0,)), name="2.xlsx", at=DAY.replace(hour=12))
    for files in ((early, late), (late, early)):
        gathered, found = settled(*files)
        assert found == {A: (Verdict.TAKE, "")}
        assert [a.value for a in gathered.answers if a.place == A] == [60.0]
        assert [(a.value, a.source) for a in gathered.replaced] == [(50.0, "1.xlsx")]
        assert [str(r.finding) for r in gathered.remarks] == ["R13"]


def test_a_cell_that_a_later_return_leaves_as_it_was_takes_nothing_back():
    early, late = file(*body(a=(50.0,)), name="1.xlsx"), file(*body(), name="2.xlsx", at=DAY.replace(hour=12))
    gathered, found = settled(early, late)
    assert (found, gathered.replaced) == ({A: (Verdict.TAKE, "")}, [])


def test_the_same_file_twice_counts_once():
    twice = [file(*body(a=(50.0,)), name=name, digest="same") for name in ("1.xlsx", "2.xlsx")]
    gathered, found = settled(*twice)
    assert (found, [str(r.finding) for r in gathered.remarks]) == ({A: (Verdict.TAKE, "")}, ["R13"])


def test_two_people_who_give_one_cell_different_figures_are_a_conflict():
    bob = pack("F0002-9ab3c4")
    bob = type(bob)(**{**vars(bob), "form": type(bob.form)(**{**vars(bob.form), "recipient": "Bob"})})
    ours = known(ANN, bob)
    returns = [
        recognise(file(*body(a=(50.0,))), ours),
        recognise(file(*body(bob, a=(60.0,)), one=bob, name="b.xlsx"), ours),
    ]
    [one] = settle_returns(gather(returns), {A: 40.0}, {})
    assert (one.verdict, one.why, [a.who for a in one.answers]) == (Verdict.CONFLICT, DIFFER, ["Ann", "Bob"])


def test_who_answers_again_after_a_collect_replaces_what_was_taken_from_them_and_nobody_elses():
    again = file(*body(a=(60.0,)))
    assert settled(again, mine={A: 50.0}, given={A: ("Ann", 50.0)})[1] == {A: (Verdict.TAKE, "")}
    assert settled(again, mine={A: 50.0}, given={A: ("Bob", 50.0)})[1][A][0] is Verdict.CONFLICT
    assert settled(again, mine={A: 51.0}, given={A: ("Ann", 50.0)})[1][A][0] is Verdict.CONFLICT


def test_who_has_not_answered_their_last_form_is_named_with_a_text_to_remind_them():
    newer = pack("F0009-9ab3c4")
    forms = [Missing(ANN.form, "ann@x"), Missing(newer.form, "ann@x")]
    assert [one.form.form_id for one in missing_forms(forms, ["F0001-9ab3c4"], "2026-11")] == ["F0009-9ab3c4"]
    assert missing_forms(forms, ["F0009-9ab3c4"], "2026-11") == missing_forms(forms, [], "2026-10") == []
    subject, text = reminder(newer.form, newer.form.made_at.date())
    assert "09 Nov 2026" in subject
    assert all(word in text for word in ("Ann", "F0009-9ab3c4", "2 rows"))


# --- single cells ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (None, None),
        ("  ", None),
        (0.0, 0.0),
        ("12,5", 12.5),
        ("1.234,5", 1234.5),
        ("1 234,50", 1234.5),
        ("12.5", 12.5),
        ("1,234.5", 1234.5),
        (1 / 3, 0.333333),
        ("1.234.567,8", 1234567.8),
        ("1234,567", 1234.567),
    ],
)
def test_numbers_as_text_are_read_where_they_can_mean_one_number_only(cell, value):
    assert answer_value(QUANTITY, cell) == value


def test_months_days_flags_and_words_are_read_as_their_columns_are():
    events, orders = TABLE_BY_NAME["events"], TABLE_BY_NAME["open_orders"]
    assert answer_value(events.column("from_period"), dt.date(2026, 12, 1)) == "2026-12"
    assert answer_value(orders.column("firm"), True) == "yes"
    assert answer_value(TABLE_BY_NAME["items"].column("source"), "MAKE") == "make"
    with pytest.raises(CellFaultError):
        answer_value(TABLE_BY_NAME["items"].column("source"), "maybe")


@pytest.mark.parametrize(
    ("kept", "cell", "same"),
    [("00123", "00123", True), ("00123", 123.0, True), ("1E5", 100000.0, True), ("00123", 124.0, False)]
    + [("2026-12", cell, True) for cell in (dt.date(2026, 12, 1), "2026-12", "12/2026", "01.12.2026", "Dec 2026")]
    + [
        ("2026-12", dt.date(2027, 1, 1), False),
        ("2026-12", "01.11.2026", False),
        (None, None, True),
        (None, 1.0, False),
    ]
    + [(40.0, "40,0", True), (40.0, 40.0000001, True), (40.0, 40.1, False), (40.0, None, False), ("a", "A ", True)],
)
def test_a_cell_is_as_it_was_however_a_program_stores_it(kept, cell, same):
    assert is_same(kept, cell) is same
