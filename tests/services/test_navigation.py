"""Going to the open month, and from family to family."""

from __future__ import annotations

import datetime as dt

import pytest

from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.domain.errors import SopError
from sop_xl.schema import ALL_TABLES
from sop_xl.schema.results import FAMILIES, FORECAST
from sop_xl.services.navigation import go_to_now, step_family

JANUARY, FEBRUARY, MARCH = dt.datetime(2027, 1, 1), dt.datetime(2027, 2, 1), dt.datetime(2027, 3, 1)


class Desk:
    """A screen that records what is shown and written."""

    def __init__(self, sheet="Home", rows=(), **names):
        self.active_sheet, self.rows, self.names = sheet, rows, names
        self.shown, self.written = [], []

    def show(self, sheet, cell=""):
        self.shown.append((sheet, cell))

    def head(self, sheet, rows):
        assert sheet == self.active_sheet
        return self.rows[:rows]

    def named_value(self, name):
        return self.names.get(name)

    def write(self, sheet, cell, value):
        self.written.append((sheet, cell, value))


def book_with(table, **columns):
    workbook = MemoryWorkbook(ALL_TABLES)
    count = len(next(iter(columns.values())))
    rows = [[columns[f][k] if f in columns else None for f in table.fields] for k in range(count)]
    workbook.put(table, [list(table.headers), *rows])
    return workbook


@pytest.mark.parametrize(
    ("chosen", "step", "shows"),
    [
        ("Bikes", 1, "Tables"),
        ("Tables", 1, "Bikes"),
        ("Bikes", -1, "Tables"),
        ("", 1, "Bikes"),
        ("", -1, "Tables"),
        ("gone", 1, "Bikes"),
    ],
)
def test_families_follow_one_another_in_a_circle(chosen, step, shows):
    workbook = book_with(FAMILIES, family=["Bikes", "Tables"])
    desk = Desk(sop_family=chosen)
    step_family(workbook, desk, step)
    assert desk.written == [("Family", "A5", shows)]
    assert desk.shown == [("Family", "A5")]


def test_without_a_plan_there_is_no_family_to_show():
    desk = Desk()
    with pytest.raises(SopError, match="Run the cycle first"):
        step_family(MemoryWorkbook(ALL_TABLES), desk, 1)
    assert desk.written == []


def test_a_view_moves_to_the_open_month_in_its_row_of_months():
    rows = [["Family", FEBRUARY, None, None], ["", None, None, None], ["", JANUARY, FEBRUARY, MARCH]]
    desk = Desk("Demand review", rows, sop_current=FEBRUARY)
    assert go_to_now(MemoryWorkbook(ALL_TABLES), desk).sentence == "February 2027."
    assert desk.shown == [("Demand review", "C3")]


def test_a_data_sheet_moves_to_the_first_row_of_the_open_month():
    months = [dt.date(2027, 1, 1), dt.date(2027, 2, 1), dt.date(2027, 2, 1)]
    workbook = book_with(FORECAST, item=["A", "A", "B"], period=months)
    desk = Desk(FORECAST.sheet, [["no months here"]], sop_current=FEBRUARY)
    go_to_now(workbook, desk)
    column = "ABCDEFGH"[FORECAST.fields.index("period")]
    assert desk.shown == [(FORECAST.sheet, f"{column}3")]


@pytest.mark.parametrize(
    ("sheet", "now", "says"),
    [("Home", FEBRUARY, "does not show February 2027"), ("Home", None, "give current_period on the sheet Settings")],
)
def test_where_there_is_no_month_to_go_to_it_says_why(sheet, now, says):
    desk = Desk(sheet, [["x"]], sop_current=now)
    with pytest.raises(SopError, match=says):
        go_to_now(MemoryWorkbook(ALL_TABLES), desk)
    assert desk.shown == []
