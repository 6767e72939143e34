"""Two copies of the small company, edited apart and merged: by key, inputs only, nothing lost, undone as one."""

from __future__ import annotations

import datetime as dt

import pytest

from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME
from sop_xl.services.ledger_sync import User
from sop_xl.services.merge_copies import Choices, check_same_company, merge_copies, read_choices
from sop_xl.services.undo import undo_last
from tests.services.company import MemoryUndo, column, copied, edit, tables_of, two_plants

USER = User("Ann", dt.datetime(2027, 1, 6, 8, 0))
INPUTS = frozenset(t.name for t in INPUT_TABLES)


def copies():
    base = two_plants()
    edit(base, "items", 1, "safety_stock", 70.0)
    return base, copied(base), copied(base)


def inputs_of(workbook):
    return {name: rows for name, rows in tables_of(workbook).items() if name in INPUTS}


def without_row(workbook, table, row):
    rows = [[*cells] for cells in workbook.read_cells(TABLE_BY_NAME[table]).rows]
    del rows[row]
    workbook.put(TABLE_BY_NAME[table], rows)


def turned(workbook, table):
    head, *body = workbook.read_cells(TABLE_BY_NAME[table]).rows
    workbook.put(TABLE_BY_NAME[table], [head, *reversed(body)])


def test_what_each_changed_alone_is_there_afterwards_whatever_the_order_of_rows():
    base, mine, theirs = copies()
    edit(mine, "items", 1, "safety_stock", 77.0)
    edit(theirs, "items", 2, "safety_stock", 88.0)
    edit(theirs, "resources", 1, "hours_per_week", 33.0)
    turned(theirs, "items")
    report = merge_copies(base, mine, theirs, user=USER)
    assert (report.conflicts, len(report.changes)) == ([], 2)
    assert column(mine, "items", "safety_stock")[:2] == [77.0, 88.0]
    assert column(mine, "resources", "hours_per_week")[0] == 33.0


def test_a_merge_with_the_base_changes_nothing_and_writes_no_line():
    base, mine, _ = copies()
    edit(mine, "items", 1, "safety_stock", 77.0)
    before = inputs_of(mine)
    assert merge_copies(base, mine, base, user=USER).run == ""
    assert inputs_of(mine) == before


def test_what_both_changed_stays_as_mine_until_somebody_chooses_on_the_sheet():
    base, mine, theirs = copies()
    edit(mine, "items", 1, "safety_stock", 77.0)
    edit(theirs, "items", 1, "safety_stock", 88.0)
    [conflict] = merge_copies(base, mine, theirs, user=USER).conflicts
    assert (conflict.mine, conflict.answers[0].value) == (77.0, 88.0)
    assert column(mine, "items", "safety_stock")[0] == 77.0
    assert column(mine, "returns", "status") == ["conflict"]
    edit(mine, "returns", 1, "choice", "theirs")
    assert merge_copies(base, mine, theirs, user=USER).conflicts == []
    assert column(mine, "items", "safety_stock")[0] == 88.0
    assert read_choices(mine).at  # what was chosen stays told


def test_one_word_may_decide_all_conflicts():
    base, mine, theirs = copies()
    edit(mine, "items", 1, "safety_stock", 77.0)
    edit(theirs, "items", 1, "safety_stock", None)
    merge_copies(base, mine, theirs, user=USER, choices=Choices(everywhere="theirs"))
    assert column(mine, "items", "safety_stock")[0] is None


def test_a_row_taken_out_there_stays_here_and_is_a_question():
    base, mine, theirs = copies()
    without_row(theirs, "stock", 1)
    before = inputs_of(mine)
    report = merge_copies(base, mine, theirs, user=USER)
    assert [one.place.table for one in report.conflicts] == ["stock"]
    assert inputs_of(mine) == before
    merge_copies(base, mine, theirs, user=USER, choices=Choices(everywhere="theirs"))
    assert inputs_of(mine)["stock"] == inputs_of(theirs)["stock"]


def test_a_row_taken_out_here_comes_back_whole_where_theirs_is_chosen():
    base, mine, theirs = copies()
    without_row(mine, "stock", 1)
    edit(theirs, "stock", 1, "quantity", 12.0)
    assert len(merge_copies(base, mine, theirs, user=USER).conflicts) == 1
    merge_copies(base, mine, theirs, user=USER, choices=Choices(everywhere="theirs"))
    assert sorted(map(str, inputs_of(mine)["stock"])) == sorted(map(str, inputs_of(theirs)["stock"]))


def test_columns_and_rows_of_the_users_own_stay():
    base, mine, theirs = copies()
    head, *body = mine.read_cells(TABLE_BY_NAME["items"]).rows
    mine.put(TABLE_BY_NAME["items"], [[*head, "My note"], *([*row, f"note {row[0]}"] for row in body)])
    edit(theirs, "items", 1, "safety_stock", 88.0)
    merge_copies(base, mine, theirs, user=USER)
    rows = mine.read_cells(TABLE_BY_NAME["items"]).rows
    assert [row[-1] for row in rows] == ["My note", *(f"note {row[0]}" for row in rows[1:])]


def test_settings_keep_their_kind_so_that_formulas_still_count_from_a_date():
    base, mine, theirs = copies()
    names = column(mine, "settings", "parameter")
    edit(theirs, "settings", names.index("current_period") + 1, "value", dt.date(2027, 2, 1))
    edit(theirs, "settings", names.index("horizon_months") + 1, "value", 12.0)
    merge_copies(base, mine, theirs, user=USER)
    assert inputs_of(mine)["settings"] == inputs_of(theirs)["settings"]


def test_undo_takes_the_whole_merge_back():
    base, mine, theirs = copies()
    edit(theirs, "items", 2, "safety_stock", 88.0)
    without_row(mine, "stock", 1)
    edit(theirs, "stock", 2, "quantity", 12.0)
    before, undo = inputs_of(mine), MemoryUndo()
    run = merge_copies(base, mine, theirs, user=USER, undo=undo).run
    assert inputs_of(mine) != before
    assert undo_last(mine, undo, USER.at).undone == run
    assert inputs_of(mine) == before


def test_a_dry_run_writes_nothing():
    base, mine, theirs = copies()
    edit(theirs, "items", 2, "safety_stock", 88.0)
    before = tables_of(mine)
    assert len(merge_copies(base, mine, theirs, user=USER, dry_run=True).settled) == 1
    assert tables_of(mine) == before


def test_a_copy_that_cannot_be_compared_is_named_with_every_fault_and_nothing_changes():
    base, mine, theirs = copies()
    edit(theirs, "items", 1, "safety_stock", "lots")
    edit(theirs, "items", 2, "item", column(theirs, "items", "item")[0])
    before = tables_of(mine)
    with pytest.raises(InvalidInputError) as fault:
        merge_copies(base, mine, theirs, user=USER)
    assert {issue.code for issue in fault.value.issues} == {"bad-value", "duplicate-key"}
    assert all("[memory]Items" in str(issue) for issue in fault.value.issues)
    assert tables_of(mine) == before


def test_copies_of_different_workbooks_are_refused():
    check_same_company([("a.xlsm", "1"), ("b.xlsm", ""), ("c.xlsm", "1")])
    with pytest.raises(SopError, match=r"c\.xlsm is no copy of a\.xlsm"):
        check_same_company([("a.xlsm", "1"), ("b.xlsm", ""), ("c.xlsm", "2")])
