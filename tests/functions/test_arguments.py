"""What cells mean as arguments, and the sentence where they mean nothing."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from sop_xl.functions.arguments import ArgumentError, Shape, is_blank, is_row, read


def test_blanks_in_a_history_are_missing_and_in_a_flow_zero():
    cells = [[1.0, None, "", "#N/A", 5]]
    assert np.array_equal(read("history", Shape.HISTORY, cells), [1, np.nan, np.nan, np.nan, 5], equal_nan=True)
    assert list(read("plan", Shape.FLOW, cells)) == [1, 0, 0, 0, 5]
    assert read("plan", Shape.GRID, [[1, None], [None, 2]]).tolist() == [[1, 0], [0, 2]]


@pytest.mark.parametrize("cells", [7.0, [7.0], [[7.0]], ((7.0,),), "7"])
def test_one_cell_may_come_in_any_wrapping(cells):
    assert read("alpha", Shape.NUMBER, cells) == 7
    assert list(read("history", Shape.HISTORY, cells)) == [7]
    assert not is_row(cells)


def test_rows_and_columns_are_told_apart():
    assert is_row([[1, 2]])
    assert not is_row([[1], [2]])
    assert is_blank(None)
    assert is_blank([[""]])
    assert not is_blank([[None, None]])


@pytest.mark.parametrize(
    "cell",
    [dt.datetime(2026, 11, 1), dt.date(2026, 11, 30), "2026-11", "2026-11-15", 46327.0],
)
def test_a_month_by_date_text_or_serial(cell):
    # 46327 is 1 November 2026 in Excel's count of days.
    assert read("period", Shape.MONTH, cell) == pd.Period("2026-11", freq="M")


def test_a_code_held_as_a_number_is_text_without_its_decimals():
    assert read("family", Shape.TEXT, 100.0) == "100"
    assert read("family", Shape.TEXT, " Bikes ") == "Bikes"


@pytest.mark.parametrize(
    ("shape", "cells", "words"),
    [
        (Shape.HISTORY, [[1, 2], [3, 4]], "x has 2 rows and 2 columns; give one row or one column"),
        (Shape.HISTORY, [[1, "n.a."]], "cell 2 of x is n.a.; give a number"),
        (Shape.FLOW, [["#REF!"]], "cell 1 of x is #REF!; mend it first"),
        (Shape.GRID, [[1, "#DIV/0!"]], "cell 2 of x is #DIV/0!; mend it first"),
        (Shape.NUMBER, [[1, 2]], "x is a range of cells; give one"),
        (Shape.NUMBER, None, "x is blank; give a number"),
        (Shape.NUMBER, float("inf"), "x is inf; give a number"),
        (Shape.WHOLE, 1.5, "x is 1.5; give a whole number"),
        (Shape.MONTH, "soon", "x is soon; give a date in the month"),
        (Shape.MONTH, None, "x is blank; give a date in the month"),
        (Shape.MONTH, 1e300, "give a date in the month"),
    ],
)
def test_faults_name_the_argument_and_the_cure(shape, cells, words):
    with pytest.raises(ArgumentError) as fault:
        read("x", shape, cells)
    assert words in str(fault.value)
