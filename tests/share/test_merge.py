"""Each row of the merge table, by hand; and that nothing depends on order."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.domain.errors import SopError
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.share.choices import decided, open_conflicts
from sop_xl.share.edits import answers_of, applied, between, edits
from sop_xl.share.merge import (
    BOTH,
    CLEARED,
    DIFFER,
    GONE,
    PARENT,
    TAKEN_OUT,
    TAKEN_OUT_HERE,
    Answer,
    Place,
    Verdict,
    contest_totals,
    settle,
    settle_all,
)

OVERRIDES, STOCK = TABLE_BY_NAME["overrides"], TABLE_BY_NAME["stock"]
CELL = Place("overrides", ("A", "North", "2026-11", "sales"), "quantity")
TOTAL = Place("overrides", ("A", "", "2026-11", "sales"), "quantity")
SOUTH = Place("overrides", ("A", "South", "2026-11", "sales"), "quantity")


def said(*values, place=CELL):
    return [Answer(place, value, who, source=f"{who}.xlsx") for who, value in zip("ab", values, strict=False)]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "verdict", "why"),
    [
        (10.0, 12.0, [10.0], None, ""),  # T = B: mine is kept
        (10.0, 10.0, [12.0], Verdict.TAKE, ""),  # M = B: theirs is taken
        (10.0, 12.0, [12.0], Verdict.SAME, ""),  # both changed alike
        (10.0, 11.0, [12.0], Verdict.CONFLICT, BOTH),
        (10.0, 10.0, [None], Verdict.CONFLICT, CLEARED),  # a blank is no zero and no deletion
        (10.0, None, [None], Verdict.SAME, ""),
        (None, None, [None], None, ""),
        (None, None, [0.0], Verdict.TAKE, ""),  # a zero is a value
        (None, 5.0, [0.0], Verdict.CONFLICT, BOTH),
        (10.0, 10.0, [12.0, 13.0], Verdict.CONFLICT, DIFFER),
        (10.0, 13.0, [12.0, 13.0], Verdict.CONFLICT, DIFFER),
        (10.0, 10.0, [12.0, 12.0], Verdict.TAKE, ""),
        (10.0, 10.0, [12.0, 10.0], Verdict.TAKE, ""),  # one of the two left it as it was
        (10.0, 10.0, [12.0, None], Verdict.CONFLICT, DIFFER),
    ],
)
def test_the_merge_table(base, mine, theirs, verdict, why):
    settled = settle(base, mine, said(*theirs))
    if verdict is None:
        assert settled is None
    else:
        assert (settled.verdict, settled.why) == (verdict, why)


def test_a_total_changed_beside_its_parts_is_contested_unless_they_add_up():
    # North 40 and South 60 make 100. North goes to 50 here, the total to 110 there: 50 + 60 = 110.
    base = {TOTAL: 100.0, CELL: 40.0, SOUTH: 60.0}
    for total, verdict, why in ((110.0, Verdict.TAKE, ""), (120.0, Verdict.CONFLICT, PARENT)):
        mine = base | {CELL: 50.0}
        settled = settle_all(base, mine, said(total, place=TOTAL))
        [one] = contest_totals(settled, base, mine)
        assert (one.verdict, one.why) == (verdict, why)


def test_parts_that_come_back_contest_the_total_that_comes_with_them_and_are_taken():
    base = {TOTAL: 100.0, CELL: 40.0, SOUTH: 60.0}
    answers = [*said(90.0, place=TOTAL), *said(45.0)]
    total, part = contest_totals(settle_all(base, base, answers), base, base)
    assert (total.place, total.verdict, part.verdict) == (TOTAL, Verdict.CONFLICT, Verdict.TAKE)


def test_a_total_alone_stands_whatever_its_parts():
    base = {TOTAL: 100.0, CELL: 40.0}
    [one] = contest_totals(settle_all(base, base, said(90.0, place=TOTAL)), base, base)
    assert one.verdict is Verdict.TAKE


def test_a_choice_is_mine_theirs_or_a_value():
    [one] = settle_all({CELL: 10.0}, {CELL: 11.0}, said(12.0))
    values = {word: decided([one], {(CELL, "a.xlsx"): word}) for word in ("", "mine", "Theirs", "11.5")}
    assert values == {"": {}, "mine": {}, "Theirs": {CELL: 12.0}, "11.5": {CELL: 11.5}}
    assert open_conflicts([one], {}) == [one]
    assert open_conflicts([one], {(CELL, "a.xlsx"): "mine"}) == []


def test_theirs_for_all_says_nothing_where_people_differ():
    settled = settle_all({CELL: 10.0}, {CELL: 10.0}, said(12.0, 13.0))
    assert decided(settled, {}, "theirs") == {}
    assert open_conflicts(settled, {}, "theirs") == settled
    assert decided(settled, {(CELL, "b.xlsx"): "theirs"}) == {CELL: 13.0}


@pytest.mark.parametrize("words", [{"a.xlsx": "theirs", "b.xlsx": "theirs"}, {"a.xlsx": "lots"}])
def test_a_choice_that_cannot_be_is_refused_by_name(words):
    settled = settle_all({CELL: 10.0}, {CELL: 10.0}, said(12.0, 13.0))
    with pytest.raises(SopError, match=r"overrides A \| North"):
        decided(settled, {(CELL, source): word for source, word in words.items()})


# --- whole tables ---------------------------------------------------------------------------------


def stock(rows):
    frame = pd.DataFrame(
        [(*key, *cells) for key, cells in rows.items()], columns=["item", "location", "quantity", "backlog"]
    )
    return conform(STOCK, frame.astype({"quantity": "float", "backlog": "float"}))


def merged(base, mine, theirs, word=""):
    """Return the table as it is after merging, and the conflicts left."""
    pairs, before, here = between(edits(STOCK, base, theirs), edits(STOCK, base, mine))
    settled = settle_all(before, here, answers_of(pairs, "b", "b.xlsm"))
    return conform(STOCK, applied(STOCK, mine, decided(settled, {}, word))), open_conflicts(settled, {}, word)


A, B, C = ("A", "P"), ("B", "P"), ("C", "P")


def test_rows_new_there_come_in_and_rows_taken_out_there_are_a_question():
    base = stock({A: (5.0, None), B: (7.0, 1.0)})
    theirs = stock({A: (6.0, None), C: (1.0, None)})
    table, conflicts = merged(base, base, theirs)
    assert table.equals(stock({A: (6.0, None), B: (7.0, 1.0), C: (1.0, None)}))
    assert [(one.place.key, one.why) for one in conflicts] == [(B, TAKEN_OUT)]
    assert merged(base, base, theirs, "theirs")[0].equals(theirs)


def test_a_row_taken_out_here_and_changed_there_is_one_question():
    base, mine = stock({A: (5.0, 2.0), B: (7.0, 1.0)}), stock({B: (7.0, 1.0)})
    table, [one] = merged(base, mine, stock({A: (6.0, 3.0), B: (7.0, 1.0)}))
    assert table.equals(mine)
    assert (one.place.key, one.why, one.mine) == (A, TAKEN_OUT_HERE, GONE)


CELLS = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.5, 1e6]))
TABLES = st.dictionaries(st.sampled_from([A, B, C, ("00123", "P"), ("1E5", "Q")]), st.tuples(CELLS, CELLS), max_size=5)


@given(base=TABLES, copy=TABLES)
@settings(max_examples=40, deadline=None)
def test_merging_with_the_base_changes_nothing(base, copy):
    table, conflicts = merged(stock(base), stock(copy), stock(base))
    assert conflicts == []
    assert table.equals(stock(copy))


@given(base=TABLES, mine=TABLES, theirs=TABLES)
@settings(max_examples=60, deadline=None)
def test_every_cell_ends_with_a_value_somebody_gave_it_and_theirs_only_where_mine_is_the_bases(base, mine, theirs):
    table, conflicts = merged(stock(base), stock(mine), stock(theirs))
    contested = {(one.place.key, one.place.field) for one in conflicts}
    for record in table.to_dict("records"):
        key = record["item"], record["location"]
        for k, name in enumerate(("quantity", "backlog")):
            b, m, t = (side.get(key, (None, None))[k] for side in (base, mine, theirs))
            value = None if pd.isna(record[name]) else record[name]
            assert value in ((m,) if m != b or t is None or (key, name) in contested else (t,))
    assert {*mine} <= {(r["item"], r["location"]) for r in table.to_dict("records")}


FIGURES = st.sampled_from([0.0, 1.0, 2.5])
EDITED = st.dictionaries(st.sampled_from([A, B, C]), st.tuples(FIGURES, FIGURES), max_size=3)
"""Edits that say something: a blank of theirs is a question, one of mine is mine to leave."""


@given(base=TABLES, one=EDITED, other=EDITED)
@settings(max_examples=40, deadline=None)
def test_whose_copy_comes_first_does_not_matter(base, one, other):
    """Edits of two people, in either order: the same questions, and the same values where there is none."""
    mine, theirs = base | one, base | other
    (first, asked), (second, asked_too) = (
        merged(stock(base), stock(copy), stock(edits)) for copy, edits in ((mine, theirs), (theirs, mine))
    )
    contested = {(c.place.key, c.place.field) for c in asked}
    assert {(c.place.key, c.place.field) for c in asked_too} == contested
    assert settled_cells(first, contested) == settled_cells(second, contested)


def settled_cells(table, contested):
    return {
        (record["item"], record["location"], name): None if pd.isna(record[name]) else record[name]
        for record in table.to_dict("records")
        for name in ("quantity", "backlog")
        if ((record["item"], record["location"]), name) not in contested
    }


PLACES = [CELL, TOTAL, SOUTH]
EDITS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(PLACES), st.sampled_from([None, 40.0, 50.0])), max_size=9
)
BASE = {TOTAL: 100.0, CELL: 40.0, SOUTH: 60.0}


@given(edited=EDITS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_order_of_answers_merges_to_the_same(edited, data):
    last = {(who, place): Answer(place, value, who, source=f"{who}.xlsx") for who, place, value in edited}
    answers = list(last.values())
    shuffled = data.draw(st.permutations(answers))
    outcome = contest_totals(settle_all(BASE, BASE, answers), BASE, BASE)
    assert contest_totals(settle_all(BASE, BASE, shuffled), BASE, BASE) == outcome


@given(edited=EDITS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_answers_that_do_not_differ_may_come_one_by_one_or_together(edited, data):
    first = {}
    for who, place, value in edited:
        first.setdefault(place, Answer(place, value, who, source=f"{who}.xlsx"))
    together = decided(settle_all(BASE, BASE, first.values()), {})
    mine = dict(BASE)
    for answer in data.draw(st.permutations(list(first.values()))):
        mine |= decided(settle_all(BASE, mine, [answer]), {})
    assert mine == BASE | together
