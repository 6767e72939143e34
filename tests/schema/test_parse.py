import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.domain.cells import CellError, Cells
from sop_xl.schema import TABLE_BY_NAME, TABLES, Kind
from sop_xl.schema.frames import conform, empty_frame, with_defaults
from sop_xl.schema.parse import parse, read_table
from sop_xl.schema.render import from_csv, render, to_csv
from sop_xl.schema.values import as_text

STOCK = TABLE_BY_NAME["stock"]
ITEMS = TABLE_BY_NAME["items"]
TARGETS = TABLE_BY_NAME["targets"]


def sheet(table, *rows):
    """Cells of a table at A6, as data sheets have it; rows are given by header position."""
    body = [list(row) + [None] * (len(table.headers) - len(row)) for row in rows]
    return Cells([list(table.headers), *body], table.sheet, 6, 1)


def found(issues):
    return {(issue.code, issue.cell) for issue in issues}


@pytest.mark.parametrize("code", ["00123", "1E5", "NA", "TRUE", "nan", "null", "=A1", "-", "@x", "A-1", "Ø 12"])
def test_text_keys_stay_text(code):
    frame, issues = parse(ITEMS, sheet(ITEMS, [code]))
    assert frame["item"].tolist() == [code]
    assert issues == []


def test_blank_is_not_zero():
    frame, issues = parse(STOCK, sheet(STOCK, ["A100", "Plant", None], ["B200", "Plant", 0.0]))
    assert np.isnan(frame["quantity"].iat[0])
    assert frame["quantity"].iat[1] == 0.0
    assert issues == []


def test_a_cell_error_is_an_issue_and_never_a_blank():
    _, issues = parse(STOCK, sheet(STOCK, ["A100", "Plant", CellError("#N/A")], [CellError("#REF!"), "Plant", 4.0]))
    assert found(issues) >= {("cell-error", "C7"), ("cell-error", "A8")}
    assert str(issues[0]).startswith("Stock!A8: Item holds the error #REF!")


@pytest.mark.parametrize(
    ("text", "number"),
    [("12.5", 12.5), (" 1,234.5 ", 1234.5), ("123-", -123.0), ("−7", -7.0), ("\u00a08", 8.0), ("5,600,000", 5.6e6)],
)
def test_a_number_as_text_is_read_and_reported(text, number):
    frame, issues = parse(STOCK, sheet(STOCK, ["A100", "Plant", text]))
    assert frame["quantity"].iat[0] == number
    assert found(issues) == {("number-as-text", "C7")}


@pytest.mark.parametrize("text", ["1,234", "tbd", "12,5", "1.2.3", "5%", "1e999"])
def test_text_that_is_no_single_number_stops(text):
    _, issues = parse(STOCK, sheet(STOCK, ["A100", "Plant", text]))
    assert found(issues) == {("bad-value", "C7")}


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), dt.date(2026, 11, 1)])
def test_a_value_that_is_no_number_stops(value):
    _, issues = parse(STOCK, sheet(STOCK, ["A100", "Plant", value]))
    assert found(issues) == {("bad-value", "C7")}


@pytest.mark.parametrize(
    "value", ["2026-11", "2026-11-30", dt.date(2026, 11, 1), dt.datetime(2026, 11, 5), 46327.0, "Nov 26", "Nov 2026"]
)
def test_a_month_in_many_spellings(value):
    # Serial 46327 is 1 Nov 2026: 46022 is 31 Dec 2025, and 305 days later.
    frame, issues = parse(TARGETS, sheet(TARGETS, ["A100", "Plant", value, 5.0]))
    assert frame["period"].tolist() == [pd.Period("2026-11", "M")]
    assert issues == []


@pytest.mark.parametrize("value", ["2026-13", "next month", 12.5, True])
def test_what_is_no_month_stops(value):
    _, issues = parse(TARGETS, sheet(TARGETS, ["A100", "Plant", value, 5.0]))
    assert ("bad-value", "C7") in found(issues)


def test_all_faults_are_found_at_once_each_with_its_cell():
    cells = sheet(
        TARGETS,
        ["A100", "Plant", "2026-11", -4.0],
        ["A100", "Plant", "2026-11", 4.0],
        [None, "Plant", "2026-12", 4.0],
        ["B200", "Plant", "soon", "many"],
    )
    _, issues = parse(TARGETS, cells)
    assert found(issues) == {
        ("out-of-bounds", "D7"),
        ("duplicate-key", "A8"),
        ("missing-value", "A9"),
        ("bad-value", "C10"),
        ("bad-value", "D10"),
    }
    message = next(str(issue) for issue in issues if issue.code == "out-of-bounds")
    assert message == "Targets!D7: Minimum stock is -4 units for A100 | Plant | 2026-11. Enter 0 or more."


def test_a_renamed_header_is_named_with_its_likely_twin():
    cells = sheet(STOCK, ["A100", "Plant", 5.0])
    cells.rows[0][2] = "Quantities"
    _, issues = parse(STOCK, cells)
    assert found(issues) == {("missing-column", "C6")}
    assert "'Quantities' may be it" in str(issues[0])


def test_own_columns_of_the_user_are_no_fault():
    cells = sheet(STOCK, ["A100", "Plant", 5.0])
    cells.rows[0].append("My note")
    cells.rows[1].append("call Ann")
    frame, issues = parse(STOCK, cells)
    assert issues == []
    assert list(frame.columns) == list(STOCK.fields)


def test_columns_in_another_order_are_read_by_name():
    cells = Cells(
        [["Quantity", "Item", "Location", "Backlog", "As of"], [5.0, "A100", "Plant", None, None]], "Stock", 6, 1
    )
    frame, issues = parse(STOCK, cells)
    assert (frame["item"].iat[0], frame["quantity"].iat[0]) == ("A100", 5.0)
    assert issues == []


def test_blank_rows_are_skipped_and_addresses_still_right():
    _, issues = parse(STOCK, sheet(STOCK, ["A100", "Plant", 5.0], [], [" "], ["B200", "Plant", "x"]))
    assert found(issues) == {("bad-value", "C10")}


def test_choices_are_read_whatever_their_case_and_others_refused():
    frame, issues = parse(ITEMS, sheet(ITEMS, ["A", None, None, None, "MAKE"], ["B", None, None, None, "steal"]))
    assert frame["source"].tolist() == ["make", ""]
    assert found(issues) == {("bad-value", "E8")}


def test_defaults_fill_blanks_and_flags_become_true_or_false():
    labour = TABLE_BY_NAME["labour"]
    frame, _ = parse(labour, sheet(labour, ["Line", 5.0, None, None, None, None, None, None, "yes"], ["Oven", 2.0]))
    filled = with_defaults(labour, frame)
    assert filled["hours_per_worker_day"].tolist() == [8.0, 8.0]
    assert filled["whole_workers"].tolist() == [True, False]


def test_csv_needs_only_its_keys_and_names_columns_it_does_not_know():
    cells = from_csv(STOCK, "item,quantity,colour\nA100,5,red\n", "stock.csv")
    parsed = read_table(STOCK, cells, csv=True)
    assert parsed.frame["quantity"].tolist() == [5.0]
    assert found(parsed.issues) == {("unknown-column", "C1")}


def test_csv_with_a_cell_too_many_says_so():
    parsed = read_table(STOCK, from_csv(STOCK, "item,quantity\nA100,1,234\n", "stock.csv"), csv=True)
    assert found(parsed.issues) == {("unknown-column", "C1")}


TEXT = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
    .map(as_text)
    .filter(lambda text: not text.startswith("#"))
)
VALUES = {
    Kind.TEXT: TEXT,
    Kind.NUMBER: st.floats(0, 90, allow_nan=False).map(lambda x: round(x, 6) + 0.0),
    Kind.MONEY: st.integers(-(10**12), 10**12).map(lambda cents: cents / 100),
    Kind.PERCENT: st.floats(0, 99).map(lambda x: round(x, 6) + 0.0),
    Kind.MONTH: st.integers(0, 900).map(lambda k: pd.Period("1990-01", "M") + k),
    Kind.DATE: st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)).map(pd.Timestamp),
    Kind.TIME: st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)).map(lambda t: pd.Timestamp(t).floor("s")),
    Kind.FLAG: st.sampled_from(["yes", "no", ""]),
    Kind.ANY: st.one_of(st.none(), st.integers(-999, 999).map(float), st.just("some text")),
}


@st.composite
def frames(draw):
    table = draw(st.sampled_from([table for table in TABLES if table.name != "cycle_steps"]))
    rows = []
    for number in range(draw(st.integers(1, 4))):
        row = {}
        for column in table.columns:
            values = st.sampled_from(column.choices) if column.choices else VALUES[column.kind]
            row[column.field] = draw(values)
        first = table.column(table.key[0])
        if first.kind is Kind.TEXT and not first.choices:
            row[first.field] = f"key {number}"
        rows.append(row)
    frame = pd.concat([empty_frame(table), pd.DataFrame(rows)], ignore_index=True)
    frame = conform(table, frame.drop_duplicates(list(table.key)))
    return table, frame


@given(frames())
def test_parse_undoes_render(case):
    table, frame = case
    required = [c.field for c in table.columns if c.required or c.field in table.key]
    blank = frame[required].isna().any().any() or (frame[required] == "").any().any()
    read, issues = parse(table, Cells(render(table, frame), table.sheet, 6, 1))
    if not blank:
        assert [i for i in issues if i.code not in ("out-of-bounds",)] == []
    pd.testing.assert_frame_equal(read, frame)


@given(frames())
def test_csv_there_and_back_is_the_same(case):
    table, frame = case
    read, _ = parse(table, from_csv(table, to_csv(table, frame), "x.csv"), csv=True)
    pd.testing.assert_frame_equal(read, frame)


def test_csv_with_a_column_named_almost_right_stops():
    parsed = read_table(STOCK, from_csv(STOCK, "item,qty\nA100,5\n", "stock.csv"), csv=True)
    assert [(issue.severity, issue.code, issue.cell) for issue in parsed.issues] == [("stop", "unknown-column", "B1")]
    assert "'quantity'" in parsed.issues[0].message
