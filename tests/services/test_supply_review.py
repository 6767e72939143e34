"""The Supply review: rows that follow from the plan, and the merge of what is typed there into the targets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop_xl.domain.cells import Cells
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.inputs import TARGETS
from sop_xl.schema.parse import read_table
from sop_xl.schema.results import FIXED_COST, FIXED_PLAN, PRODUCTION, SUPPLY_PLAN
from sop_xl.schema.views import OPEN_FIELDS, SUPPLY_REVIEW
from sop_xl.services.actions import run_part
from sop_xl.services.review_cells import as_written
from sop_xl.services.supply_edits import fold_fixed
from sop_xl.services.supply_grid import NO_REASON
from sop_xl.services.undo import undo_last
from tests.services.company import NOW, column, context, edit, planned_two_plants

FIRST = pd.Period("2027-01", "M")
NAN = float("nan")


# --- the merge, by hand -------------------------------------------------------------------------


def typed(*lines: dict) -> Cells:
    """The grid with these rows of fixed quantities: now and written by month number, reason."""
    rows = [list(SUPPLY_REVIEW.headers)]
    for line in lines:
        written = np.array([line.get("written", {}).get(k, NAN) for k in range(1, 13)])
        cells = {f"m{k}": value for k, value in line.get("now", {}).items()}
        cells |= {"kind": "fixed", "item": line.get("item", "A"), "class_": line.get("place", "P")}
        cells |= {"reason": line.get("reason"), "written": as_written(written, line.get("was_reason", ""))}
        rows.append([cells.get(field) for field in SUPPLY_REVIEW.fields])
    return Cells(rows, SUPPLY_REVIEW.sheet, 7, 1)


def targets(*rows: dict) -> pd.DataFrame:
    made = [{"item": "A", "location": "P", "period": FIRST, **row} for row in rows]
    return conform(TARGETS, pd.DataFrame(made)) if made else empty_frame(TARGETS)


def test_a_figure_typed_becomes_a_fixed_quantity_with_its_reason():
    frame, changes, issues = fold_fixed(typed({"now": {2: 40.0}, "reason": "Strike"}), targets(), FIRST)
    assert not issues
    assert frame[["item", "location", "period", "fixed_production", "reason"]].to_numpy().tolist() == [
        ["A", "P", FIRST + 1, 40.0, "Strike"]
    ]
    assert [(c.table, c.key, c.old, c.new) for c in changes] == [("targets", "A | P | 2027-02", None, 40.0)]


def test_clearing_takes_out_the_quantity_and_the_row_only_where_it_says_nothing_else():
    there = targets({"fixed_production": 40}, {"period": FIRST + 1, "fixed_production": 30, "min_stock": 5})
    frame, changes, issues = fold_fixed(typed({"written": {1: 40, 2: 30}}), there, FIRST)
    assert not issues
    assert frame["period"].tolist() == [FIRST + 1]
    assert frame["min_stock"].tolist() == [5]
    assert frame["fixed_production"].isna().all()
    assert [(c.field, c.old, c.new) for c in changes] == [("", 40.0, None), ("fixed_production", 30.0, None)]


def test_what_was_changed_in_the_table_alone_stays():
    there = targets({"fixed_production": 55})
    frame, changes, issues = fold_fixed(typed({"now": {1: 40}, "written": {1: 40}}), there, FIRST)
    assert frame["fixed_production"].tolist() == [55]
    assert not changes
    assert not issues


def test_both_changed_is_a_question_to_the_planner():
    there = targets({"fixed_production": 55})
    _, changes, issues = fold_fixed(typed({"now": {1: 60}, "written": {1: 40}}), there, FIRST)
    assert not changes
    assert [(issue.code, issue.cell) for issue in issues] == [("edited-twice", "K8")]


def test_a_quantity_without_a_location_is_changed_where_it_stands():
    there = targets({"location": "", "fixed_production": 40})
    frame, changes, _ = fold_fixed(typed({"now": {1: 45}, "written": {1: 40}}), there, FIRST)
    assert frame[["location", "fixed_production"]].to_numpy().tolist() == [["", 45]]
    assert [(c.key, c.field) for c in changes] == [("A |  | 2027-01", "fixed_production")]


def test_two_places_of_an_item_have_rows_of_their_own():
    grid = typed({"now": {1: 45}}, {"place": "Q", "now": {1: 15}})
    frame, _, issues = fold_fixed(grid, targets({"location": "", "fixed_production": 40}), FIRST)
    assert not issues
    assert frame[["location", "fixed_production"]].to_numpy().tolist() == [["", 40], ["P", 45], ["Q", 15]]


@pytest.mark.parametrize(("value", "words"), [("forty", "forty"), (-3.0, "below zero")])
def test_what_is_no_quantity_stops_the_run_and_names_the_cell(value, words):
    frame, changes, issues = fold_fixed(typed({"now": {3: value}}), targets(), FIRST)
    assert frame.empty
    assert not changes
    assert [(issue.code, issue.cell) for issue in issues] == [("bad-number", "M8")]
    assert words in issues[0].message


def test_a_new_reason_goes_to_every_fixed_quantity_of_its_row():
    there = targets({"fixed_production": 40, "reason": "old"}, {"period": FIRST + 1, "fixed_production": 30})
    same = {1: 40, 2: 30}
    frame, changes, _ = fold_fixed(
        typed({"now": same, "written": same, "was_reason": "old", "reason": "Strike"}), there, FIRST
    )
    assert frame["reason"].tolist() == ["Strike", "Strike"]
    assert [(c.field, c.old, c.new) for c in changes] == [("reason", "old", "Strike"), ("reason", None, "Strike")]


# --- in a workbook ------------------------------------------------------------------------------


def frame_of(workbook, table) -> pd.DataFrame:
    return conform(table, read_table(table, workbook.read_cells(table)).frame)


def rows_of(workbook, item: str, place: str) -> dict[str, dict]:
    """The rows of a place by kind, with their number in the grid."""
    cells = workbook.read_cells(SUPPLY_REVIEW).rows
    rows = [dict(zip(SUPPLY_REVIEW.fields, row, strict=True)) | {"row": k} for k, row in enumerate(cells)]
    return {row["kind"]: row for row in rows[1:] if (row["item"], row["class_"]) == (item, place)}


def months(row: dict) -> list[float]:
    return [row[field] for field in OPEN_FIELDS]


def test_the_grid_shows_the_plan_the_stock_and_the_plan_without_what_is_fixed():
    # The company fixes 40 tables at P2 in January, without a reason.
    workbook, _ = planned_two_plants()
    rows = rows_of(workbook, "TB-1", "P2")
    assert [*rows] == ["plan", "asked", "stock", "free", "fixed"]
    assert rows["fixed"]["m1"] == rows["plan"]["m1"] == 40
    assert rows["fixed"]["to_year"] == NO_REASON
    plan = frame_of(workbook, SUPPLY_PLAN).query("item == 'TB-1' and location == 'P2'").iloc[:12]
    fixed = frame_of(workbook, FIXED_PLAN).iloc[0]
    assert rows["free"]["m1"] == pytest.approx(fixed["free"])
    assert months(rows["plan"]) == pytest.approx(plan["production"].tolist(), abs=1e-5)
    assert months(rows["stock"]) == pytest.approx(plan["closing"].tolist(), abs=1e-5)
    assert months(rows["asked"]) == pytest.approx((plan["demand"] + plan["shipped_out"]).tolist())


def test_a_place_without_anything_fixed_has_no_row_for_the_plan_without_it():
    workbook, _ = planned_two_plants()
    assert [*rows_of(workbook, "CH-1", "P1")] == ["plan", "asked", "stock", "fixed"]
    assert not rows_of(workbook, "WOOD", "P1")


def test_a_quantity_typed_is_planned_around_costed_logged_and_taken_back():
    workbook, undo = planned_two_plants()
    before = workbook.read_cells(TARGETS).rows
    row = rows_of(workbook, "TB-1", "P2")["fixed"]["row"]
    edit(workbook, "supply_review", row, "m3", 12.0)
    edit(workbook, "supply_review", row, "reason", "Line is rebuilt")
    outcome = run_part("accept_fixed", context(workbook, undo))
    assert outcome.sheet == "Supply review"
    made = frame_of(workbook, PRODUCTION).query("item == 'TB-1' and location == 'P2'")
    by_month = made.groupby("period")["quantity"].sum()
    assert by_month[pd.Period("2027-03", "M")] == pytest.approx(12)
    rows = rows_of(workbook, "TB-1", "P2")
    assert (rows["plan"]["m3"], rows["fixed"]["to_year"], rows["fixed"]["reason"]) == (12, None, "Line is rebuilt")
    assert len(frame_of(workbook, FIXED_PLAN)) == 2
    assert "total" in set(frame_of(workbook, FIXED_COST)["component"])
    assert "typed in Supply review" in column(workbook, "changes", "reason")
    undo_last(workbook, undo, NOW)
    assert workbook.read_cells(TARGETS).rows == before


def test_planning_again_changes_nothing():
    workbook, undo = planned_two_plants()
    before = workbook.read_cells(SUPPLY_REVIEW).rows
    run_part("plan_supply", context(workbook, undo))
    assert workbook.read_cells(SUPPLY_REVIEW).rows == before


def test_a_row_remembers_what_the_formula_of_its_state_compares():
    # Count, sum, and sum weighted by column: 40 in January, which is column K, the 11th.
    workbook, _ = planned_two_plants()
    row = rows_of(workbook, "TB-1", "P2")["fixed"]
    assert (row["net_price"], row["cycle12"], row["year12"]) == (1, 40, 440)
