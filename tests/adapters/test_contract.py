"""One contract for all workbooks: in memory, files by whatever program, and open ones."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.file_workbook import FileWorkbook
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.adapters.row_keys import OrphanCell
from sop_xl.domain.cells import CellError, Formula
from sop_xl.domain.errors import TableNotFoundError, WorkbookError
from sop_xl.schema.table import Table, text
from tests.adapters import cases
from tests.adapters.cases import FEBRUARY, JANUARY, MARCH, ORDERS, ORDERS_HEADER, PLAN, PLAN_HEADER, Maker

if TYPE_CHECKING:
    from pathlib import Path

    from sop_xl.ports import Workbook


@pytest.fixture(
    params=[
        "memory",
        "XlsxWriter",
        "XlsxWriter 1904",
        "openpyxl",
        "prefixes",
        pytest.param("LibreOffice", marks=pytest.mark.soffice),
        pytest.param("live", marks=pytest.mark.soffice),
    ]
)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """A function that makes a workbook with the given rows, header first; reopened files, not fresh objects."""
    path = tmp_path / "plan.xlsx"
    files = {
        "XlsxWriter": cases.by_xlsxwriter,
        "openpyxl": cases.by_openpyxl,
        "prefixes": cases.by_open_xml_sdk,
        "LibreOffice": cases.by_libreoffice,
    }

    def maker(**rows: Any) -> Workbook:
        if request.param == "memory":
            return cases.in_memory(**rows)
        if request.param == "live":
            return LiveWorkbook(request.getfixturevalue("calc").books.open(cases.by_xlsxwriter(path, **rows)))
        if request.param == "XlsxWriter 1904":
            return FileWorkbook(cases.by_xlsxwriter(path, **rows, date1904=True))
        return FileWorkbook(files[request.param](path, **rows))

    return maker


def read(workbook: Workbook, table: Table = PLAN) -> list[list[Any]]:
    return workbook.read_cells(table).rows


def test_an_empty_table_is_its_header(make: Maker) -> None:
    assert read(make()) == [PLAN_HEADER]


def test_what_is_written_is_read(make: Maker) -> None:
    workbook = make()
    rows: list[list[Any]] = [
        ORDERS_HEADER,
        ["A-1", 40.0, dt.date(2026, 3, 14), "yes", None],
        ["A-2", -0.125, dt.date(1999, 12, 31), "no", True],
        ["A-3", 1e300, None, None, False],
        ["A-4", None, None, None, CellError("#N/A")],
        ["A-5", 123456789.123, None, None, dt.datetime(2026, 3, 14, 15, 9, 26)],
    ]
    assert workbook.write_cells(ORDERS, rows) == []
    workbook.commit()
    found = read(workbook, ORDERS)
    assert found == rows
    assert [type(value) for row in found for value in row] == [type(value) for row in rows for value in row]


CODES = ["00123", "1E5", "TRUE", "NA", "nan", "null", "-", "=A1", "+A", "@x", "#N/A", "_x0041_", "https://x.y"]
TEXTS = ["  lead", "a\nb", 'x<&>"y"', "Größe", "日本", "👷🏽‍♀️", "אבג abc", "a" * 32_767]


@pytest.mark.parametrize("code", CODES + TEXTS)
def test_text_stays_text(make: Maker, code: str) -> None:
    workbook = make()
    workbook.write_cells(PLAN, [PLAN_HEADER, [code, MARCH, 1.0, code]])
    workbook.commit()
    (value,) = {row[0] for row in read(workbook)[1:]}
    assert value == code
    assert type(value) is str


def test_nothing_is_visible_before_commit(make: Maker) -> None:
    workbook = make()
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", MARCH, 45.0, "theta"]])
    assert read(workbook) == [PLAN_HEADER]


def test_the_last_of_two_writes_counts(make: Maker) -> None:
    workbook = make()
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", JANUARY, 1.0, "x"], ["A100", MARCH, 45.0, "theta"]])
    workbook.write_cells(ORDERS, [ORDERS_HEADER, ["A-1", 40.0, None, None, None]])
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A200", MARCH, 45.0, "theta"]])
    workbook.commit()
    assert read(workbook) == [PLAN_HEADER, ["A200", MARCH, 45.0, "theta"]]
    assert read(workbook, ORDERS)[1:] == [["A-1", 40.0, None, None, None]]


def test_a_shorter_table_leaves_no_old_rows_behind(make: Maker) -> None:
    workbook = make()
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", JANUARY, 40.0, "x"], ["A100", FEBRUARY, 50.0, "x"]])
    workbook.commit()
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", MARCH, 45.0, "y"]])
    workbook.commit()
    assert read(workbook) == [PLAN_HEADER, ["A100", MARCH, 45.0, "y"]]
    workbook.write_cells(PLAN, [PLAN_HEADER])
    workbook.commit()
    assert read(workbook) == [PLAN_HEADER]


def test_blanks_of_all_sorts_are_blank(make: Maker) -> None:
    workbook = make()
    blanks: list[Any] = [None, "", math.nan, pd.NaT, np.float64("nan"), pd.NA]
    workbook.write_cells(ORDERS, [ORDERS_HEADER, *([f"A-{k}", 1, None, None, v] for k, v in enumerate(blanks))])
    workbook.commit()
    assert [row[4] for row in read(workbook, ORDERS)[1:]] == [None] * len(blanks)


def test_numbers_of_all_sorts_are_floats(make: Maker) -> None:
    workbook = make()
    numbers: list[Any] = [7, np.int64(7), np.float64(7.5), -0.0, 2**53, 1e-308]
    workbook.write_cells(ORDERS, [ORDERS_HEADER, *([f"A-{k}", v, None, None, None] for k, v in enumerate(numbers))])
    workbook.commit()
    found = [row[1] for row in read(workbook, ORDERS)[1:]]
    assert found == [7.0, 7.0, 7.5, 0.0, 2.0**53, 1e-308]
    assert math.copysign(1, found[3]) == 1


@pytest.mark.parametrize("value", [math.inf, -math.inf, 10**400, np.float64("inf")])
def test_an_infinite_number_is_refused_by_name(make: Maker, value: float) -> None:
    workbook = make()
    rows: list[list[Any]] = [PLAN_HEADER, ["A100", FEBRUARY, 1.0, "x"], ["A100", MARCH, value, "x"]]
    with pytest.raises(WorkbookError, match=r"Plan!\w+: Quantity of A100 \| 2026-03 in table 'tblPlan' is infinite"):
        workbook.write_cells(PLAN, rows)
    workbook.commit()
    assert read(workbook) == [PLAN_HEADER]


def test_text_that_no_cell_holds_is_refused_by_name(make: Maker) -> None:
    with pytest.raises(WorkbookError, match=r"Method of A100 \| 2026-03 .* has 32,768 characters"):
        make().write_cells(PLAN, [PLAN_HEADER, ["A100", MARCH, 1.0, "a" * 32_768]])


def test_characters_that_no_file_holds_are_left_out(make: Maker) -> None:
    workbook = make()
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A\x00\x0b1\ud800", MARCH, 1.0, "one\r\ntwo\rthree\t\x1f"]])
    workbook.commit()
    assert read(workbook)[1] == ["A1", MARCH, 1.0, "one\ntwo\nthree\t"]


def test_a_formula_reads_as_its_value(make: Maker) -> None:
    workbook = make()
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", MARCH, Formula("6*7", 42.0), Formula('"a"&"b"', "ab")]])
    workbook.commit()
    assert read(workbook)[1] == ["A100", MARCH, 42.0, "ab"]
    assert workbook.uncalculated(PLAN) == []


def test_columns_are_matched_by_header(make: Maker) -> None:
    workbook = make(plan=[["Month", "Item", "quantity ", "Method"], [MARCH, "A100", 1.0, "x"]])
    workbook.write_cells(PLAN, [["Method", "Quantity", "Item", "Month"], ["y", 2.0, "A200", JANUARY]])
    workbook.commit()
    assert read(workbook)[1:] == [[JANUARY, "A200", 2.0, "y"]]


OWN = ["Item", "My note", "Month", "Quantity", "Method"]


def test_the_users_columns_follow_their_key(make: Maker) -> None:
    workbook = make(plan=[OWN, ["A100", "late", JANUARY, 1.0, "x"], ["A200", "check", JANUARY, 2.0, "x"]])
    rows: list[list[Any]] = [["A050", JANUARY, 9.0, "y"], ["A200", JANUARY, 20.0, "y"], ["A100", JANUARY, 10.0, "y"]]
    assert workbook.write_cells(PLAN, [PLAN_HEADER, *rows]) == []
    workbook.commit()
    assert read(workbook) == [
        OWN,
        ["A050", None, JANUARY, 9.0, "y"],
        ["A200", "check", JANUARY, 20.0, "y"],
        ["A100", "late", JANUARY, 10.0, "y"],
    ]


def test_what_belongs_to_a_key_that_is_gone_is_returned(make: Maker) -> None:
    workbook = make(plan=[OWN, ["A100", "late", JANUARY, 1.0, "x"], ["A200", 7.0, JANUARY, 2.0, "x"]])
    orphans = workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", JANUARY, 1.0, "x"]])
    assert orphans == [OrphanCell("A200 | 2026-01", "My note", "7")]
    assert workbook.write_cells(PLAN, [PLAN_HEADER]) == [
        OrphanCell("A100 | 2026-01", "My note", "late"),
        OrphanCell("A200 | 2026-01", "My note", "7"),
    ]


def test_the_same_key_twice_is_matched_in_order(make: Maker) -> None:
    workbook = make(plan=[OWN, *(["A100", f"note {k}", JANUARY, float(k), "x"] for k in range(3))])
    rows: list[list[Any]] = [["A100", JANUARY, 8.0, "y"], ["A100", JANUARY, 9.0, "y"]]
    orphans = workbook.write_cells(PLAN, [PLAN_HEADER, *rows])
    workbook.commit()
    assert [row[1] for row in read(workbook)[1:]] == ["note 0", "note 1"]
    assert orphans == [OrphanCell("A100 | 2026-01", "My note", "note 2")]


def test_a_key_typed_as_a_number_is_the_same_key(make: Maker) -> None:
    mid_january = dt.date(2026, 1, 15)
    workbook = make(plan=[OWN, [123.0, "mine", mid_january, 1.0, "x"]])
    assert workbook.write_cells(PLAN, [PLAN_HEADER, ["123", JANUARY, 1.0, "x"]]) == []
    workbook.commit()
    assert read(workbook)[1] == ["123", "mine", JANUARY, 1.0, "x"]


BLANK: list[Any] = [None] * 5
BELOW: list[list[Any]] = [["A-2", *BLANK[1:]], BLANK, [None, 3.0, *BLANK[2:]], BLANK, BLANK, ["a note", *BLANK[1:]]]
"""Rows 2 and 4 belong together; the note is two free rows away."""


@pytest.mark.parametrize(
    ("below", "rows"),
    [(BELOW, (2, 4)), ([[*BLANK, "beside"], BLANK, *BELOW], None), ([], None)],
    ids=["rows", "no rows of the table", "nothing"],
)
def test_what_is_typed_below_a_table_is_told(make: Maker, below: list[list[Any]], rows: tuple[int, int] | None) -> None:
    workbook = make(orders=[ORDERS_HEADER, ["A-1", 40.0, None, "yes", None]], below=below)
    cells = workbook.read_cells(ORDERS)
    assert len(cells.rows) == 2
    assert workbook.typed_below(ORDERS) == (f"{cells.address(rows[0], 0)}:{cells.address(rows[1], 4)}" if rows else "")
    assert workbook.typed_below(PLAN) == ""


def test_a_missing_table_is_named(make: Maker) -> None:
    missing = Table("gone", "Gone", (text("Item", "item"),), key=("item",))
    workbook = make()
    for act in (
        workbook.read_cells,
        workbook.uncalculated,
        workbook.typed_below,
        lambda table: workbook.write_cells(table, [["Item"]]),
    ):
        with pytest.raises(TableNotFoundError, match=r"no table 'tblGone'.*tblOrders, tblPlan"):
            act(missing)


def test_a_missing_column_is_named_where_values_would_be_lost(make: Maker) -> None:
    workbook = make(plan=[["Item", "Month", "Quantity"], ["A100", JANUARY, 1.0]])
    with pytest.raises(WorkbookError, match="'tblPlan' has no column 'Method'"):
        workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", JANUARY, 1.0, "x"]])
    workbook.write_cells(PLAN, [PLAN_HEADER, ["A100", JANUARY, 2.0, None]])
    workbook.commit()
    assert read(workbook)[1:] == [["A100", JANUARY, 2.0]]


def test_tables_and_name(make: Maker) -> None:
    workbook = make()
    assert workbook.tables() == {"tblPlan": "Plan", "tblOrders": "Orders"}
    assert workbook.name
