"""What holds for any table: writing and reading are each other's undoing, the rest stays."""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.gate import clean
from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.domain.cells import CellError
from tests.adapters.cases import ORDERS, ORDERS_HEADER, PLAN, PLAN_HEADER, TABLES, by_xlsxwriter, parts
from tests.support.office import formulas_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.floats(allow_nan=True, allow_infinity=False) | st.integers(-(2**60), 2**60)
days = st.dates(dt.date(1900, 1, 1), dt.date(9999, 12, 31))
values = st.none() | texts | numbers | st.booleans() | days | st.sampled_from([CellError("#N/A"), CellError("#REF!")])
months = days.map(lambda day: day.replace(day=1))
plans = st.lists(st.tuples(texts, st.none() | months, numbers, texts), max_size=8)
orders = st.lists(st.tuples(texts, numbers, st.none() | days, st.sampled_from(["yes", "no", ""]), values), max_size=8)


@cache
def template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return by_xlsxwriter(Path(folder) / "plan.xlsx").read_bytes()


def expected(header: list[Any], rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    """Return the rows as they are read: cleaned, blank ones at the end left out."""
    out = [[clean(value) for value in row] for row in rows]
    while out and all(value is None for value in out[-1]):
        out.pop()
    return [header, *out]


def same(found: list[list[Any]], wanted: list[list[Any]]) -> bool:
    types = [[type(value) for value in row] for row in found] == [[type(value) for value in row] for row in wanted]
    return types and found == wanted


@given(plan=plans, first=orders, second=orders)
@settings(max_examples=40, deadline=None)
def test_what_was_written_last_is_read_in_any_workbook(plan: list[Any], first: list[Any], second: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = FileWorkbook.create(Path(folder) / "plan.xlsx", template())
        for workbook in (file, MemoryWorkbook(TABLES)):
            workbook.write_cells(ORDERS, [ORDERS_HEADER, *first])
            workbook.write_cells(PLAN, [PLAN_HEADER, *plan])
            workbook.commit()
            workbook.write_cells(ORDERS, [ORDERS_HEADER, *second])
            before = parts(Path(folder) / "plan.xlsx")
            workbook.commit()
            assert same(workbook.read_cells(ORDERS).rows, expected(ORDERS_HEADER, second))
            assert same(workbook.read_cells(PLAN).rows, expected(PLAN_HEADER, plan))
            assert parts(Path(folder) / "plan.xlsx")["xl/worksheets/sheet1.xml"] == before["xl/worksheets/sheet1.xml"]
        assert same(FileWorkbook(Path(folder) / "plan.xlsx").read_cells(PLAN).rows, expected(PLAN_HEADER, plan))
        formulas_of(Path(folder) / "plan.xlsx").close()


keys = st.lists(st.sampled_from("ABCDEF"), max_size=6)


@given(old=keys, new=keys)
@settings(max_examples=40, deadline=None)
def test_a_users_cells_are_with_their_key_or_returned(old: list[str], new: list[str]) -> None:
    header = ["Item", "Note", "Month", "Quantity", "Method"]
    rows = [[key, f"note {k}", None, None, None] for k, key in enumerate(old)]
    with tempfile.TemporaryDirectory() as folder:
        file = FileWorkbook(by_xlsxwriter(Path(folder) / "plan.xlsx", plan=[header, *rows]))
        memory = MemoryWorkbook(TABLES)
        memory.put(PLAN, [header, *rows])
        found: list[tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]] = []
        for workbook in (file, memory):
            orphans = workbook.write_cells(PLAN, [PLAN_HEADER, *([key, None, None, None] for key in new)])
            workbook.commit()
            placed = [(row[0], row[1]) for row in workbook.read_cells(PLAN).rows[1:]]
            found.append((placed, sorted((orphan.key.split(" ")[0], orphan.value) for orphan in orphans)))
        assert found[0] == found[1]
        placed, gone = found[0]
        assert sorted([pair for pair in placed if pair[1]] + gone) == sorted((row[0], row[1]) for row in rows)
        assert all(key not in new or old.count(key) > new.count(key) for key, _ in gone)
