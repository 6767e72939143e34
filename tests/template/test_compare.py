"""The sheets Compare and Ranges, calculated by LibreOffice: who stands where, differences, reasons, findings."""

from __future__ import annotations

import numpy as np
import pytest

from sop_xl.template.sheets import compare, ranges
from tests.template.cells import block, figures, same, words
from tests.template.scenario_tables import BASE, BUDGETS, NAN, PLANS, RISKS

pytestmark = pytest.mark.soffice
ROWS = {
    line.measure: compare.TOP + 2 + offset + sum(len(lines) + 1 for _, lines in compare.SECTIONS[:k])
    for k, (_, measures) in enumerate(compare.SECTIONS)
    for offset, line in enumerate(measures)
}
"""The row of each measure, as Excel counts."""
PLACES = {"Weekend shift": 6, "Less demand": 10, "More demand": 14}
"""The proposed one first, then those of the list that were planned; columns as Excel counts."""


def test_the_proposed_one_comes_first_then_the_list_without_what_was_not_planned(large_book):
    sheet = large_book["Compare"]
    assert [words(sheet, compare.NAME + 1, column) for column in (*PLACES.values(), 18)] == [*PLACES, ""]
    states = [words(sheet, compare.STATE + 1, column) for column in PLACES.values()]
    assert states == ["► proposed, over More demand", "draft", "draft"]
    assert "beside the plan as it stands" in words(sheet, 2)


@pytest.mark.parametrize("measure", BASE)
def test_every_figure_is_its_tables_with_its_differences(large_book, measure):
    sheet, row, budget = large_book["Compare"], ROWS[measure], BUDGETS.get(measure, NAN)
    same(figures(sheet, row, 3, 2), [budget, BASE[measure]])
    for name, column in PLACES.items():
        value = {**BASE, **PLANS[name]}[measure]
        same(figures(sheet, row, column, 3), [value, value - BASE[measure], value - budget])
    assert np.isnan(figures(sheet, row, 18, 3)).all()


def test_what_each_changes_and_what_moved_is_told(large_book):
    sheet = large_book["Compare"]
    row = compare.WHY + 2
    assert words(sheet, row, 6) == (
        "All of More demand, and:\ncapacity (resource=R02): hours = 120 from Mar 27\n"
        "resources (resource=R01): hours per week + 14"
    )
    assert words(sheet, row, 14) == "forecast: consensus × 1.1"
    assert words(sheet, row + 5, 6) == "R01 −600, R02 +0"
    assert words(sheet, row + 5, 10) == "–"


def test_the_proposal_is_told_in_one_sentence_with_its_decision(large_book):
    assert words(large_book["Compare"], compare.ADVICE + 1) == (
        "►  Weekend shift against the plan:  gross margin 0,  net cash 0,  mean stock −200 k,  service 0.0 pp,  "
        "late units 0,  overtime −600 h  |  decision D7 by 19 May"
    )


def test_the_charts_say_what_they_show(large_book):
    sheet = large_book["Compare"]
    titles = [words(sheet, compare.CHARTS + 1, column) for column in (1, 4, 10, 15)]
    assert titles == [
        "More demand earns most: 10.0 m",
        "Weekend shift holds least stock: 14.8 m",
        "More demand is late most: 500",
        "Less demand needs least overtime: 0 h",
    ]
    bars = block(large_book, "COMPARE: BARS")
    assert bars["Overtime"][:4] == [1000, 400, 0, 3000]
    assert [bars[f"Overtime: {name}"][:4] for name in ("Base", "Proposed")] == [
        [1000, None, None, None],
        [None, 400, None, None],
    ]


def test_ranges_of_the_plan_together_and_by_month(large_book):
    sheet = large_book["Ranges"]
    assert words(sheet, 1) == "Ranges of the plan"
    assert "in 200 futures" in words(sheet, 2)
    same(figures(sheet, ranges.WHOLE + 2, 3, 7), [97, 88.5, 93, 96, -8.5, -4, -1])
    same(figures(sheet, ranges.WHOLE + 3, 3, 4), [NAN] * 4)
    same(figures(sheet, ranges.BY_MONTH + 4, 3, 12), [90 - k for k in range(12)])
    same(figures(sheet, ranges.RISK + 1, 3, 12), RISKS)


def test_weak_months_are_named_worst_first_with_who_misses_most(large_book):
    sheet = large_book["Ranges"]
    assert words(sheet, ranges.HEADLINE + 1) == (
        "►  In 1 of 10 futures service is below 88.5 % and gross margin below 8.4 m;  "
        "2 months would miss the service level more often than not"
    )
    listed = [words(sheet, ranges.WEAK + 2 + k).split(":")[0] for k in range(4)]
    assert listed == ["Jul 26", "Apr 27", "Aug 26", "Jun 26"]
    assert words(sheet, ranges.WEAK + 2, 5) == "missed most:  F02 7 units"
    assert words(sheet, ranges.CHARTS + 1) == "Service may fall to 79 % in the weakest month (P10)"
