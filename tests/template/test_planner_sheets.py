"""The sheets Production plans, Procurement, Distribution and Schedule, calculated by LibreOffice, by hand."""

import pytest

from sop_xl.template import names
from sop_xl.template.blocks import Block
from sop_xl.template.book import Book
from tests.template.cells import block, figures, same, words
from tests.template.planner_tables import NOW

pytestmark = pytest.mark.soffice
BLANK = [float("nan")] * 3


def test_production_plans_show_the_family_with_most_hours(large_book):
    sheet = large_book["Production plans"]
    assert words(sheet, 8) == "PRODUCTION OF F02"
    # Twelve months: chase is late for 5 a month, level holds 20, mixed 8, the optimum 3.
    assert words(sheet, 8, 27).endswith("Chase 60,  Level 240,  Mixed 96,  Optimum 36")
    same(figures(sheet, 10, 11, 12), [50 + k for k in range(12)])
    same(figures(sheet, 11, 11, 12), [50 + k for k in range(12)])
    same(figures(sheet, 12, 11, 3), [-5, -5, -5])
    same(figures(sheet, 18, 11, 3), [3, 3, 3])
    assert words(sheet, 20, 13) == "In stock on average: optimum 3, chase −5, level 20"


def test_rough_cut_and_building_ahead(large_book):
    sheet = large_book["Production plans"]
    assert [words(sheet, row) for row in (36, 37, 38)] == ["R02", "R01", ""]
    same(figures(sheet, 36, 11, 4), [0.8, 0.8, 1.2, 0.8])
    same(figures(sheet, 36, 2, 1), [80])
    assert words(sheet, 45) == (
        "BUILDING AHEAD OF PEAKS:  12 h, held for 18 k EUR; without it 8 h of overtime and 4 h late, 50 k EUR"
    )
    assert words(sheet, 47) == "R02"
    same(figures(sheet, 47, 20, 1), [32000])
    assert words(sheet, 47, 22) == "late without it"
    assert words(sheet, 48) == ""


def test_procurement_in_money(large_book):
    sheet = large_book["Procurement"]
    same(figures(sheet, 9, 8, 7), [*BLANK, 100000, 0, 0, 0])
    same(figures(sheet, 10, 11, 4), [0, 50000, 40000, 40000])
    same(figures(sheet, 11, 11, 4), [100000, 50000, 40000, 40000])
    same(figures(sheet, 12, 11, 4), [40000, 40000, 40000, 0])
    # 100 k open and B's 10 k, then 40 k more a month: less 100 k, 50 k, 40 k, 40 k.
    same(figures(sheet, 13, 11, 4), [50000, 40000, 40000, 0])
    assert words(sheet, 15) == "Of 230 k that arrive in 12 months, 57 % is still to be ordered"
    assert [words(sheet, row) for row in (31, 32, 33)] == ["F02", "Other items, parts", ""]
    same(figures(sheet, 31, 11, 4), [100000, 40000, 40000, 40000])
    same(figures(sheet, 32, 11, 4), [0, 10000, 0, 0])


def test_the_next_orders_come_late_ones_first(large_book):
    sheet = large_book["Procurement"]
    assert words(sheet, 40) == "NEXT ORDERS TO PLACE:  4 orders in the plan, 1 late"
    assert [words(sheet, row, 3) for row in range(42, 47)] == ["B", "A", "A", "A", ""]
    assert words(sheet, 42, 18) == "▲ late: stock runs out before it comes"


def test_distribution_by_place_and_what_is_short(large_book):
    sheet = large_book["Distribution"]
    same(figures(sheet, 9, 11, 2), [80, 0])
    same(figures(sheet, 11, 11, 2), [30, 0])
    same(figures(sheet, 12, 11, 1), [200])
    assert [words(sheet, row) for row in (15, 18, 21)] == ["D1", "D2", ""]
    same(figures(sheet, 18, 11, 1), [50])
    same(figures(sheet, 20, 11, 1), [30])
    assert words(sheet, 34) == "SHORT:  1 row, by month"
    assert words(sheet, 36, 18) == "gets 15 less than its share"


def test_the_schedule_by_day(large_book):
    sheet = large_book["Schedule"]
    assert words(sheet, 2).startswith("P1, next 2 weeks, by dispatch rule")
    assert [words(sheet, row) for row in (9, 10)] == ["R03", ""]
    same(figures(sheet, 9, 8, 4), [100, 50, 25, 0])
    assert words(sheet, 17) == "LOTS OF R03, IN THEIR ORDER"
    # Needed on the first day, 1 May 2026, a Friday.
    assert [words(sheet, 20, 8 + k) for k in range(4)] == ["–", "–", "", ""]
    assert [words(sheet, 21, 8 + k) for k in range(4)] == ["|", "", "▲", ""]
    assert words(sheet, 22) == ""


def test_the_schedules_troubles(large_book):
    sheet = large_book["Schedule"]
    assert words(sheet, 49) == "LATE OR NOT SCHEDULED:  2 lots"
    assert [words(sheet, row, 6) for row in (51, 52)] == ["▲ no place", "1.25"]
    assert [words(sheet, row, 8) for row in (51, 52)] == ["R03 is full.", "It waited for R03."]
    assert words(sheet, 62) == "STOCK BY WEEK OF ITEMS THAT RUN SHORT:  1 item"
    assert [words(sheet, 64, column) for column in (12, 17, 22)] == ["5", "−3", ""]


def test_targets_and_surplus(large_book):
    sheet = large_book["Inventory & backlog"]
    assert (
        words(sheet, 112)
        == "TARGETS TO REVIEW:  0 targets are low, 1 are high; safety stock alone would move −1,500 EUR"
    )
    assert [words(sheet, 114, column) for column in (1, 15, 18)] == ["A", "25", "▼ lower the target"]
    assert words(sheet, 127) == "EXCESS AND OBSOLETE STOCK:  1 item, 0 excess, 700 obsolete"
    assert words(sheet, 129) == "B"


def test_commitment_stands_on_chart_data(large_book):
    rows = block(large_book, "PROCUREMENT: RECEIPTS AND COMMITMENT")
    assert rows["Committed"][:3] == [50000, 40000, 40000]
    assert NOW.month == 5


def test_two_blocks_of_chart_data_never_share_a_row():
    book = Book([names.SHEET])
    Block(book, 100, "FIRST", ()).add("one", ())
    with pytest.raises(ValueError, match="Row 103 of Chart data is for one already"):
        Block(book, 102, "SECOND", ())
