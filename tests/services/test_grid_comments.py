"""Comments on numbers: shown beside what they are about, whatever the order of rows, and never taken for input."""

from __future__ import annotations

import pandas as pd

from sop_xl.adapters.solver import HighsSolver
from sop_xl.cycle.notes import comments
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.render import render
from sop_xl.schema.views import DEMAND_REVIEW
from sop_xl.services.compute import Results
from sop_xl.services.grid_comments import with_comments
from sop_xl.services.inputs import read_inputs
from sop_xl.services.run import run_cycle, stored_reader, write_reviews
from tests.finance.small_company import plan_data
from tests.services.company import NOW, column, planned_two_plants

NOTES = [
    {"about": "demand", "key": "B1", "period": "2026-04", "field": "orders", "text": "Fair moved", "author": "Ann"},
    {"about": "demand", "key": "B1", "period": "2026-03", "text": "Strike"},
    {"about": "demand", "key": "B1", "period": "2026-02", "text": "Over and past"},
    {"about": "supply", "key": "B1", "text": "Only on Supply review"},
    {"about": "family", "key": "Bikes", "text": "New colours", "author": "Bo"},
]
FIELDS = DEMAND_REVIEW.fields


def row(kind, item="", family="Bikes", reason=None):
    cells = dict.fromkeys(FIELDS)
    cells |= {"kind": kind, "item": item, "family": family, "reason": reason}
    return [cells[field] for field in FIELDS]


def test_a_comment_names_month_figure_and_author_and_ends_with_its_month():
    data = plan_data(notes=NOTES)
    assert comments(data, "demand") == {"B1": "Mar 26: Strike  |  Apr 26 orders: Fair moved (Ann)"}
    assert comments(data, "family") == {"Bikes": "New colours (Bo)"}


def test_comments_stand_by_their_key_in_any_order_and_leave_typed_reasons_alone():
    rows = [row("family"), row("item", "B2"), row("item", "B1"), row("override", "B1", reason="My word")]
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        given = [list(FIELDS), *(rows[k] for k in order)]
        shown = with_comments(DEMAND_REVIEW, given, plan_data(notes=NOTES))
        said = {(r[FIELDS.index("kind")], r[FIELDS.index("item")]): r[FIELDS.index("reason")] for r in shown[1:]}
        assert said == {
            ("family", ""): "► New colours (Bo)",
            ("item", "B2"): None,
            ("item", "B1"): "► Mar 26: Strike  |  Apr 26 orders: Fair moved (Ann)",
            ("override", "B1"): "My word",
        }
    assert with_comments(DEMAND_REVIEW, given, plan_data()) is given


def test_comments_in_the_grids_are_no_edits():
    workbook, _ = planned_two_plants()
    table = TABLE_BY_NAME["notes"]
    notes = pd.DataFrame([{"about": kind, "key": "CH-1", "text": f"On {kind}"} for kind in ("demand", "supply")])
    workbook.write_cells(table, render(table, conform(table, notes)))
    workbook.commit()
    write_reviews(workbook, read_inputs(workbook).plan_data(), Results(stored_reader(workbook)))
    workbook.commit()
    assert "► On demand" in column(workbook, "demand_review", "reason")
    assert "► On supply" in column(workbook, "supply_review", "reason")
    assert read_inputs(workbook).changes == []


def test_a_run_again_leaves_comments_on_money_and_hours_as_they_were_sorted():
    # Finance and Capacity read the table themselves, so what must hold is the table: rows, order and cells.
    workbook, _ = planned_two_plants()
    table = TABLE_BY_NAME["notes"]
    said = [("resource", "Weld", "Robot"), ("finance", "revenue", "Fair"), ("family", "Chairs", "New colours")]
    rows = conform(table, pd.DataFrame(said, columns=["about", "key", "text"])).iloc[::-1]
    workbook.write_cells(table, render(table, rows))
    workbook.commit()
    before = workbook.read_cells(table)
    run_cycle(workbook, solver=HighsSolver(), now=NOW, steps=("finance", "kpi"))
    assert workbook.read_cells(table) == before
    assert column(workbook, "notes", "key") == rows["key"].tolist()
