"""Undo: what comes back, what stays, what is refused, and that it can be done run by run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sop_xl.domain.cells import CellError
from sop_xl.domain.errors import UndoError
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.inputs import OVERRIDES
from sop_xl.services.run import run_cycle
from sop_xl.services.undo import State, history, undo_last
from sop_xl.services.undo_merge import CURE
from tests.services.company import (
    LOGS,
    NOW,
    MemoryUndo,
    column,
    context,
    edit,
    planned_two_plants,
    tables_of,
    two_plants,
)


def run(workbook, undo, *steps):
    steps = steps or ("forecast", "supply", "finance", "kpi")
    return run_cycle(workbook, steps=steps, solver=context(workbook).solver, now=NOW, undo=undo)


@pytest.fixture
def book():
    """The company, planned once with its undo kept."""
    return planned_two_plants()


def grid_row(workbook, kind, item):
    kinds, items = column(workbook, "demand_review", "kind"), column(workbook, "demand_review", "item")
    return next(k for k, pair in enumerate(zip(kinds, items, strict=True), start=1) if pair == (kind, item))


def test_an_undo_brings_every_table_back_to_what_it_was():
    before = tables_of(two_plants(), but=LOGS)
    workbook, undo = planned_two_plants()
    assert tables_of(workbook, but=LOGS) != before
    report = undo_last(workbook, undo, NOW)
    assert tables_of(workbook, but=LOGS) == before
    assert (report.run, report.undone, report.cycle) == ("R0002", "R0001", "")
    assert column(workbook, "runs", "steps")[-1] == "undo R0001"


def test_runs_are_taken_back_one_after_the_other(book):
    workbook, undo = book
    first = tables_of(workbook, but=LOGS)
    edit(workbook, "items", 1, "standard_cost", 37.0)
    run(workbook, undo, "finance")
    second = tables_of(workbook, but=LOGS)
    edit(workbook, "items", 1, "standard_cost", 39.0)
    run(workbook, undo, "finance")
    assert undo_last(workbook, undo, NOW).undone == "R0003"
    edit(workbook, "items", 1, "standard_cost", 37.0)
    assert tables_of(workbook, but=LOGS) == second
    assert undo_last(workbook, undo, NOW).undone == "R0002"
    edit(workbook, "items", 1, "standard_cost", first["items"][1][first["items"][0].index("Standard cost")])
    assert tables_of(workbook, but=LOGS) == first
    assert undo_last(workbook, undo, NOW).undone == "R0001"
    with pytest.raises(UndoError, match="all of it is undone already"):
        undo_last(workbook, undo, NOW)


def test_a_run_after_an_undo_gives_what_the_run_gave(book):
    workbook, undo = book
    planned = tables_of(workbook, but=LOGS)
    undo_last(workbook, undo, NOW)
    assert run(workbook, undo).run == "R0003"
    assert tables_of(workbook, but=LOGS) == planned


def test_what_was_typed_in_the_grid_comes_back_to_the_grid(book):
    workbook, undo = book
    row = grid_row(workbook, "override", "CH-1")
    edit(workbook, "demand_review", row, "m3", 777.0)
    typed = tables_of(workbook, but=LOGS)
    run(workbook, undo, "forecast")
    assert 777.0 in column(workbook, "overrides", "quantity")
    report = undo_last(workbook, undo, NOW)
    assert tables_of(workbook, but=LOGS) == typed
    assert 777.0 not in column(workbook, "overrides", "quantity")
    assert [(c.field, c.new) for c in report.changes] == [("", None)]
    assert column(workbook, "changes", "reason")[-1] == "R0002 undone"


# --- what was changed since: table of Python's, table of the user's -------------------------------


@pytest.mark.parametrize(
    ("table", "field"),
    [("forecast", "consensus"), ("supply_plan", "closing"), ("finance", "amount"), ("kpis", "value")],
)
def test_a_changed_result_cell_refuses_the_undo_and_is_named(book, table, field):
    workbook, undo = book
    edit(workbook, table, 2, field, 123456.0)
    before = tables_of(workbook)
    with pytest.raises(UndoError) as caught:
        undo_last(workbook, undo, NOW)
    (issue,) = caught.value.issues
    declared = TABLE_BY_NAME[table]
    assert issue.sheet == declared.sheet
    assert issue.cell.endswith("3")
    assert f"{declared.column(field).header} of " in issue.message
    assert "is 123456; the run wrote " in issue.message
    assert issue.cure == CURE
    assert tables_of(workbook) == before


@pytest.mark.parametrize("value", [None, "text", True, CellError("#N/A"), 1e-6])
def test_any_other_value_counts_as_changed(book, value):
    workbook, undo = book
    edit(workbook, "load", 1, "required_hours", value)
    with pytest.raises(UndoError, match="1 cell\\(s\\) or row\\(s\\) were changed"):
        undo_last(workbook, undo, NOW)


def test_rows_gone_and_rows_added_refuse_the_undo(book):
    workbook, undo = book
    declared = TABLE_BY_NAME["load"]
    rows = workbook.read_cells(declared).rows
    workbook.put(declared, [rows[0], *rows[2:], [*rows[1][:1], rows[2][1], *rows[1][2:]]])
    with pytest.raises(UndoError) as caught:
        undo_last(workbook, undo, NOW)
    said = " ".join(issue.message for issue in caught.value.issues)
    assert "which the run wrote, is gone" in said
    assert "was added after the run" in said


def test_sorting_a_result_table_is_no_change(book):
    workbook, undo = book
    declared = TABLE_BY_NAME["load"]
    rows = workbook.read_cells(declared).rows
    workbook.put(declared, [rows[0], *reversed(rows[1:])])
    assert undo_last(workbook, undo, NOW).undone == "R0001"


def test_only_the_first_changes_are_listed_and_all_counted(book):
    workbook, undo = book
    for row in range(1, 31):
        edit(workbook, "forecast", row, "consensus", -1.0)
    with pytest.raises(UndoError, match="30 cell") as caught:
        undo_last(workbook, undo, NOW)
    assert len(caught.value.issues) == 20


def override(workbook, item, quantity):
    """Add a row to the overrides, as a user would."""
    rows = workbook.read_cells(OVERRIDES).rows
    values = {"Item": item, "Month": NOW.date().replace(month=6, day=1), "Stream": "sales", "Quantity": quantity}
    workbook.put(OVERRIDES, [*rows, [values.get(header) for header in rows[0]]])


def test_an_override_added_after_the_run_stays(book):
    workbook, undo = book
    edit(workbook, "demand_review", grid_row(workbook, "override", "CH-1"), "m3", 777.0)
    run(workbook, undo, "forecast")
    override(workbook, "CH-2", 55.0)
    undo_last(workbook, undo, NOW)
    quantities = column(workbook, "overrides", "quantity")
    assert 55.0 in quantities
    assert 777.0 not in quantities


def test_an_override_the_run_made_and_the_user_changed_refuses_the_undo(book):
    workbook, undo = book
    edit(workbook, "demand_review", grid_row(workbook, "override", "CH-1"), "m3", 777.0)
    run(workbook, undo, "forecast")
    row = column(workbook, "overrides", "quantity").index(777.0) + 1
    edit(workbook, "overrides", row, "quantity", 778.0)
    with pytest.raises(UndoError, match="is 778; the run wrote 777"):
        undo_last(workbook, undo, NOW)


def test_an_override_the_run_took_out_and_the_user_made_again_refuses_the_undo(book):
    workbook, undo = book
    edit(workbook, "demand_review", grid_row(workbook, "override", "CH-1"), "m3", 777.0)
    run(workbook, undo, "forecast")
    edit(workbook, "demand_review", grid_row(workbook, "override", "CH-1"), "m3", None)
    taken = workbook.read_cells(OVERRIDES).rows
    run(workbook, undo, "forecast")
    row = next(row for row in taken[1:] if 777.0 in row)
    now = workbook.read_cells(OVERRIDES).rows
    workbook.put(OVERRIDES, [*now, [778.0 if value == 777.0 else value for value in row]])
    with pytest.raises(UndoError, match="which the run took out, is back"):
        undo_last(workbook, undo, NOW)


def test_a_note_beside_a_row_that_was_gone_comes_back_with_it(book):
    workbook, undo = book
    declared = TABLE_BY_NAME["load"]
    rows = workbook.read_cells(declared).rows
    resources = {row[0] for row in rows[1:]}
    noted = [[*rows[0], "My note"], *([*row, f"note {k}"] for k, row in enumerate(rows[1:], start=1))]
    workbook.put(declared, noted)
    horizon = column(workbook, "settings", "parameter").index("horizon_months") + 1
    edit(workbook, "settings", horizon, "value", 6.0)
    run(workbook, undo)
    assert len(workbook.read_cells(declared).rows) == 1 + 6 * len(resources)
    undo_last(workbook, undo, NOW)
    assert workbook.read_cells(declared).rows == noted


# --- which run, and whether anything was kept -----------------------------------------------------


def test_nothing_run_is_nothing_to_undo():
    with pytest.raises(UndoError, match="nothing was run yet"):
        undo_last(two_plants(), MemoryUndo(), NOW)


def test_a_run_of_which_nothing_was_kept_is_refused_with_a_way_out(book):
    with pytest.raises(UndoError, match=r"Nothing is kept of R0001.*\.sop_backup"):
        undo_last(book[0], MemoryUndo(), NOW)


def test_the_record_of_a_copy_is_not_taken_for_ones_own(book):
    workbook, undo = book
    (record,) = undo.records.values()
    edit(workbook, "runs", 1, "inputs", "another")
    with pytest.raises(UndoError, match="another copy of the workbook"):
        undo_last(workbook, undo, NOW)
    assert record.run == "R0001"


def test_the_record_of_another_version_is_refused_in_words(book):
    workbook, undo = book
    ((key, record),) = undo.records.items()
    undo.records[key] = replace(record, tables=(replace(record.tables[0], name="gone"),))
    with pytest.raises(UndoError, match="another version of sop_xl"):
        undo_last(workbook, undo, NOW)


def test_a_run_without_a_store_cannot_be_undone_and_one_with_a_broken_store_says_so():
    class Full(MemoryUndo):
        def save(self, record):
            raise UndoError("The run cannot be taken back later: the disk is full.")

    workbook = two_plants()
    assert run(workbook, Full(), "forecast").not_undoable.endswith("the disk is full.")
    assert column(workbook, "runs", "run") == ["R0001"]


def test_history_tells_what_became_of_each_run(book):
    workbook, undo = book
    edit(workbook, "items", 1, "standard_cost", 37.0)
    run(workbook, undo, "finance")
    undo_last(workbook, undo, NOW)
    entries = history(workbook, undo)
    assert [(e.run, e.state) for e in entries] == [
        ("R0001", State.LAST),
        ("R0002", State.UNDONE),
        ("R0003", State.UNDO),
    ]
    assert history(workbook, MemoryUndo())[0].state is State.STANDS


def test_the_cycle_before_counts_again_after_an_undo(book):
    workbook, undo = book
    first = tables_of(workbook, but=LOGS)
    current = column(workbook, "settings", "parameter").index("current_period") + 1
    edit(workbook, "settings", current, "value", "2027-02")
    run(workbook, undo)
    assert len(column(workbook, "last_cycle", "item")) > 0
    assert undo_last(workbook, undo, NOW).cycle == "2027-01"
    edit(workbook, "settings", current, "value", first["settings"][current][1])
    assert tables_of(workbook, but=LOGS) == first
    run(workbook, undo)
    assert tables_of(workbook, but=LOGS) == first
