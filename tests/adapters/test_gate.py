"""The gate: what a cell cannot hold is refused in words, the rest comes as it will be read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from sop_xl.adapters.gate import clean, is_blank
from sop_xl.adapters.row_keys import display_text, key_text
from sop_xl.domain.cells import CellError, Formula
from sop_xl.schema.table import Kind


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (dt.date(1899, 12, 31), "is 1899-12-31; a workbook has no dates before 1900"),
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "a workbook's times have no time zone"),
        ("📈" * 16_384, "has 32,768 characters; a cell holds 32,767 at most"),  # two units each
        (float("inf"), "is infinite or beyond"),
        (Formula("1/0", float("-inf")), "is infinite or beyond"),
    ],
)
def test_what_no_cell_holds(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clean(value)
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (pd.Timestamp(2026, 1, 1), dt.date(2026, 1, 1)),
        (dt.datetime(2026, 1, 1, 12, 0, 0, 1999), dt.datetime(2026, 1, 1, 12, 0, 0, 1000)),
        ("📈" * 16_383, "📈" * 16_383),
        (CellError("#N/A"), CellError("#N/A")),
        ("\x01", None),
        (True, True),
    ],
)
def test_what_a_cell_holds(value: Any, wanted: Any) -> None:
    assert (clean(value), type(clean(value))) == (wanted, type(wanted))
    assert is_blank(value) == (wanted is None)


def test_keys_as_text() -> None:
    kinds = [Kind.TEXT, Kind.MONTH, Kind.DATE, Kind.TEXT]
    day = dt.date(2026, 1, 15)
    # é as one character and as e with an accent are one key; 123 typed as a number is the code 123
    assert key_text(kinds, ["Caf\u00e9", day, day, 123.0]) == key_text(kinds, ["Cafe\u0301 ", day, day, "123"])
    assert key_text(kinds, [None, day, None, True]) == " | 2026-01 |  | TRUE"
    assert key_text(kinds, [None, None, None, None]) == ""
    assert [display_text(value) for value in (1.5, False, day)] == ["1.5", "FALSE", "2026-01-15"]
