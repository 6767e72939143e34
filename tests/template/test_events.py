"""The sheet Events & launches, calculated by LibreOffice, against the tables it reads."""

import pytest

from sop_xl.template.sheets import events
from tests.template.cells import figures, same
from tests.template.large_plan import OPEN

pytestmark = pytest.mark.soffice
YEAR = OPEN[:12]


@pytest.fixture
def sheet(large_book):
    return large_book["Events & launches"]


def of_place(large, place):
    table = large["demand_changes"]
    return table[table["place"] == place].set_index("period")["quantity"][YEAR]


def test_what_all_add_is_the_sum_of_the_kinds(sheet, large):
    table = large["demand_changes"]
    by_kind = table.groupby(["kind", "period"])["quantity"].sum()
    for offset, kind in enumerate(("event", "launch", "taken")):
        same(figures(sheet, events.TOTAL + offset + 1, 11, 12), by_kind[kind][YEAR])
    together = table.groupby("period")["quantity"].sum()[YEAR]
    same(figures(sheet, events.TOTAL + 5, 11, 12), together)
    same(figures(sheet, events.TOTAL + 5, 6, 1), [together.sum()])


def test_events_and_launches_are_listed_by_rank(sheet, large):
    for bar, kind, count in ((events.EVENT, "event", events.EVENTS), (events.LAUNCH, "launch", 2)):
        for k in range(1, count + 1):
            row = bar + k + 1
            assert sheet.cell(row, 1).value == f"{kind.capitalize()} {k}"
            same(figures(sheet, row, 11, 12), of_place(large, f"{kind} {k}"))
    assert sheet.cell(events.EVENT + 2, 4).value == "10 %"
    assert sheet.cell(events.EVENT + 2, 5).value == pytest.approx(0.05)
    assert sheet.cell(events.EVENT + 1, 1).value == "EVENTS TO COME:  6 LARGEST OF 7"
    assert not sheet.cell(events.LAUNCH + 4, 1).value


def test_what_history_tells_and_how_it_was_corrected(sheet):
    first = events.TOLD + 3
    assert sheet.cell(events.TOLD + 1, 1).value == "WHAT HISTORY TELLS:  11 OF 12 EFFECTS"
    assert [sheet.cell(first + k, 1).value for k in range(10)] == [f"Name {k:02}" for k in range(1, 11)]
    assert sheet.cell(first, 6).value == 3
    assert not sheet.cell(first + 1, 6).value
    assert sheet.cell(first + 1, 13).value == "○ cannot tell"
    assert sheet.cell(first + 1, 15).value == "it sells in too few months"
    counts = [sheet.cell(events.HISTORY + 2 + k, 6).value for k in range(6)]
    assert counts == [2, 1, 0, 2, 1, 1]
