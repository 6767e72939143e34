"""Comments on the sheets Finance and Capacity: beside the rows they are about, in words at the foot, in any order."""

import pytest

from tests.template.cells import words
from tests.template.large_plan import RESOURCES

pytestmark = pytest.mark.soffice


def column(sheet, letter):
    """Return the texts of a column by row, as Excel counts."""
    return {cell.row: str(cell.value or "") for cell in sheet[letter]}


def told(sheet):
    """Return the lines below the bar COMMENTS."""
    (bar,) = [row for row, text in column(sheet, "A").items() if text == "COMMENTS"]
    return [words(sheet, bar + k) for k in range(1, 7)]


def marked(sheet, letter):
    """Return the labels of the rows that carry the mark in a column."""
    return [words(sheet, row) for row, text in column(sheet, letter).items() if text.endswith(" ►")]


def test_money_shows_comments_of_the_fiscal_year_and_how_many_more(large_book):
    sheet = large_book["Finance"]
    assert marked(sheet, "B") == ["Net revenue", "F02", "F03"]
    assert told(sheet) == [
        "►  F02: New colours",
        *(f"►  F03: Remark {k} (A{k})" for k in range(1, 5)),
        "2 more comments on the sheet Notes",
    ]


def test_hours_show_comments_of_open_months_beside_both_heat_maps(large_book):
    sheet = large_book["Capacity"]
    shown = [name for name in column(sheet, "A").values() if name in RESOURCES]
    assert shown.count("R03") == 2
    assert marked(sheet, "D") == ["R03", "R03"]
    assert told(sheet) == ["►  R03, Jun 26 wanted: Robot comes (Cy)", "", "", "", "", ""]


def test_the_table_sorted_another_way_marks_the_same_rows(bridge_book):
    assert [row[0].value for row in bridge_book["Notes"]["A7:A9"]] == ["resource", "finance", "family"]
    assert marked(bridge_book["Finance"], "B") == ["Cost of goods sold", "Beta"]
    assert told(bridge_book["Finance"]) == ["►  cogs: Freight (Bo)", "►  Beta: Late (Cy)", "", "", "", ""]
    assert marked(bridge_book["Capacity"], "D") == ["Saw", "Saw"]
    assert told(bridge_book["Capacity"])[0] == "►  Saw: Blade (Ann)"
