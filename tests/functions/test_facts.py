"""Figures and reasons from the calling workbook: what is found, what is said, how often it is read."""

import datetime as dt

import pandas as pd
import pytest

from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.domain.errors import TableNotFoundError
from sop_xl.functions.arguments import ArgumentError
from sop_xl.functions.catalogue import FUNCTIONS
from sop_xl.schema import ALL_TABLES
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ITEMS
from sop_xl.schema.render import render
from sop_xl.schema.results import (
    FAMILY_PLAN,
    FINANCE,
    FORECAST,
    LAST_CYCLE,
    LOAD,
    PLAN_COST,
    RUNS,
    SHORTAGES,
    SUPPLY_PLAN,
)
from sop_xl.services.facts import WorkbookFacts

NOV = pd.Period("2026-11", freq="M")


class CountingWorkbook(MemoryWorkbook):
    """Counts how often each table is read."""

    def __init__(self, name="book.xlsm"):
        super().__init__(ALL_TABLES, name)
        self.reads = {}

    def read_cells(self, table):
        self.reads[table.name] = self.reads.get(table.name, 0) + 1
        return super().read_cells(table)

    def fill(self, table, *rows):
        self.put(table, render(table, conform(table, pd.DataFrame(rows))))


@pytest.fixture
def book():
    book = CountingWorkbook()
    book.fill(
        ITEMS, {"item": "B1", "family": "Bikes"}, {"item": "B2", "family": "Bikes"}, {"item": "H1", "family": "Helmets"}
    )
    book.fill(
        FORECAST,
        {"item": "B1", "market": "Europe", "period": NOV, "consensus": 100.0},
        {"item": "B1", "market": "Asia", "period": NOV, "consensus": 40.0},
        {"item": "B2", "market": "Europe", "period": NOV, "consensus": 10.0},
        {"item": "H1", "market": "Asia", "period": NOV},
    )
    book.fill(FAMILY_PLAN, {"family": "Bikes", "period": NOV, "supply": 160.0})
    book.fill(
        SUPPLY_PLAN,
        {"family": "Bikes", "item": "B1", "location": "North", "period": NOV, "closing": 30.0},
        {"family": "Bikes", "item": "B1", "location": "South", "period": NOV, "closing": 12.0},
    )
    money = {"family": "Bikes", "market": "Europe", "period": NOV}
    book.fill(
        FINANCE,
        {**money, "line": "revenue", "amount": 5000.0, "budget": 5500.0, "last_cycle": 4800.0},
        {**money, "line": "cogs", "amount": 3000.0},
    )
    book.fill(
        LOAD,
        {"resource": "Paint", "period": NOV, "load_pct": 90.0, "required_hours": 90.0},
        {"resource": "Weld", "period": NOV, "load_pct": 110.0, "required_hours": 220.0},
    )
    book.fill(LAST_CYCLE, {"cycle": "2026-10", "item": "B1", "period": NOV, "forecast": 130.0})
    book.fill(PLAN_COST, {"scenario": "Base", "component": "total", "amount": 1.0})
    book.fill(RUNS, {"run": "R0001", "at": dt.datetime(2026, 11, 3), "cycle": "2026-11"})
    return book


@pytest.fixture
def ask(book):
    facts = WorkbookFacts(lambda: book)
    return lambda name, *cells: FUNCTIONS[f"SOP_{name}"].answer(*cells, facts=facts)


@pytest.mark.parametrize(
    ("cells", "figure"),
    [
        (("forecast", "Bikes", "2026-11"), 150),
        (("Forecast ", "B1", dt.datetime(2026, 11, 20)), 140),
        (("forecast", "Bikes", "2026-11", "Europe"), 110),
        (("forecast", None, "2026-11"), 150),
        (("forecast", "H1", "2026-11"), None),
        (("forecast", "Bikes", "2026-12"), None),
        (("supply", "Bikes", "2026-11"), 160),
        (("closing", "Bikes", "2026-11"), 42),
        (("closing", "B1", "2026-11", "South"), 12),
        (("revenue", "Bikes", "2026-11"), 5000),
        (("budget_revenue", "Bikes", "2026-11", "Europe"), 5500),
        (("revenue", "Bikes", "2026-11", None, None, "last"), 4800),
        (("forecast", "Bikes", "2026-11", None, "Base", "Last"), 130),
        (("load_pct", "Weld", "2026-11"), 110),
        (("required_hours", None, "2026-11"), 310),
    ],
)
def test_a_measure_is_found(ask, cells, figure):
    assert ask("GET", *cells) == figure


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("turnover", "Bikes", "2026-11"), "no measure 'turnover'; take one of forecast, statistical"),
        (("forecast", "Boats", "2026-11"), "no 'Boats' in the results (Forecast)"),
        (("forecast", "Bikes", "2026-11", "Mars"), "no market 'Mars'"),
        (("closing", "Bikes", "2026-11", "Europe"), "no location 'Europe'"),
        (("supply", "Bikes", "2026-11", "North"), "supply is not kept by site"),
        (("forecast", "Bikes", "2026-11", None, "Boom"), "results are of Base, not of scenario Boom"),
        (("forecast", "Bikes", "2026-11", None, None, "2025-01"), "no cycle '2025-01'"),
        (("backlog", "Bikes", "2026-11", None, None, "last"), "no measure 'backlog' of the cycle before"),
        (("load_pct", None, "2026-11"), "cannot be added up"),
    ],
)
def test_what_is_not_there_is_said(ask, cells, words):
    with pytest.raises(ArgumentError) as fault:
        ask("GET", *cells)
    assert words in str(fault.value)


def test_tables_are_read_once_a_run(ask, book):
    for _ in range(50):
        assert ask("GET", "forecast", "Bikes", "2026-11", None, None, None, "R0001") == 150
    assert (book.reads["forecast"], book.reads["items"]) == (1, 1)
    book.fill(FORECAST, {"item": "B1", "market": "Europe", "period": NOV, "consensus": 7.0})
    book.fill(RUNS, {"run": "R0001", "cycle": "2026-11"}, {"run": "R0002", "cycle": "2026-11"})
    assert ask("GET", "forecast", "Bikes", "2026-11", None, None, None, "R0002") == 7
    assert book.reads["forecast"] == 2


def test_two_workbooks_keep_their_own_figures(book):
    other = CountingWorkbook("other.xlsm")
    books = [book, other]
    facts = WorkbookFacts(lambda: books[0])
    get = FUNCTIONS["SOP_GET"]
    for _ in range(3):
        assert get.answer("forecast", None, "2026-11", facts=facts) == 150
        books.reverse()
        assert get.answer("forecast", None, "2026-11", facts=facts) is None
        books.reverse()
    assert book.reads["forecast"] == other.reads["forecast"] == 1


def test_a_workbook_without_the_table_says_so():
    facts = WorkbookFacts(lambda: MemoryWorkbook([RUNS]))
    with pytest.raises(TableNotFoundError, match="no table 'tblForecast'"):
        FUNCTIONS["SOP_GET"].answer("forecast", None, "2026-11", facts=facts)


def test_why_names_the_dearest_shortages(ask, book):
    assert ask("WHY", "late", "Bikes", "2026-11") == "Nothing is late."
    row = {"market": "Europe", "period": NOV, "kind": "late", "family": "Bikes", "reason": "Weld is full; late."}
    book.fill(
        SHORTAGES,
        {**row, "item": "B1", "quantity": 1200.0, "value": 10.0},
        {**row, "item": "B2", "quantity": 5.0, "value": 900.0, "reason": "No frames.", "cure": "Find 10 more."},
        {**row, "item": "B3", "quantity": 6.0, "value": 8.0, "kind": "below_target", "market": ""},
        {**row, "item": "B4", "quantity": 7.0, "value": 1.0},
        {**row, "item": "B4", "quantity": 8.0, "value": 5000.0, "period": NOV + 1},
    )
    book.fill(RUNS, {"run": "R0002"})
    assert ask("WHY", None, "Bikes", "2026-11") == (
        "5 B2 for Europe late: No frames. Find 10 more. 1,200 B1 for Europe late: Weld is full; late. "
        "6 B3 below target: Weld is full; late. And 1 more: see Shortages."
    )
    assert ask("WHY", "below target", "Bikes", "2026-11") == "6 B3 below target: Weld is full; late."
    assert ask("WHY", "late", "B4", "2026-12").startswith("8 B4")
    assert ask("WHY", None, "Helmets", "2026-11") == "Nothing is late, lost or below target."
    assert ask("WHY", "Forecast", "B1", "2026-11") == ask("EXPLAIN", "B1", "2026-11")
    assert ask("WHY", "forecast", "B1", "2026-11").startswith("B1, all markets, 2026-11: consensus 140.0 units")
    with pytest.raises(ArgumentError, match="no shortage 'early'"):
        ask("WHY", "early", "Bikes", "2026-11")
