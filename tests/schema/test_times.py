"""Moments: day and time of day, to the second, from whatever a cell may hold, there and back."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from sop_xl.domain.cells import Cells
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import from_csv, render, to_csv
from sop_xl.schema.results import RUNS
from sop_xl.schema.values import CellFaultError, as_time
from sop_xl.services.log import log_line

AT = dt.datetime(2026, 11, 25, 14, 5, 9)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        (AT, AT),
        (AT.replace(microsecond=999_600), dt.datetime(2026, 11, 25, 14, 5, 10)),
        (dt.date(2026, 11, 25), dt.datetime(2026, 11, 25)),
        # 2026-11-25 is day 46351 of the 1900 system; 14:05:09 is 50,709 of its 86,400 seconds.
        (46351 + 50_709 / 86_400, AT),
        ("2026-11-25 14:05:09", AT),
        ("2026-11-25T14:05", AT.replace(second=0)),
        ("2026-11-25", dt.datetime(2026, 11, 25)),
    ],
)
def test_a_moment_is_read_to_the_second(cell, moment):
    assert as_time(cell) == moment


@pytest.mark.parametrize("cell", ["yesterday", "2026-02-30 10:00", True, 5.5])
def test_what_is_no_moment_is_a_fault(cell):
    with pytest.raises(CellFaultError):
        as_time(cell)


@pytest.mark.parametrize("at", [AT, dt.datetime(2026, 11, 25)])
def test_the_log_says_when_to_the_second_in_cells_and_in_csv(at):
    frame = conform(RUNS, pd.DataFrame([log_line("R0001", at, steps="kpi", cycle="2026-11", result="done")]))
    assert read_table(RUNS, Cells(render(RUNS, frame), RUNS.sheet, 1, 1)).frame["at"].tolist() == [pd.Timestamp(at)]
    csv = to_csv(RUNS, frame)
    assert csv.splitlines()[1].split(",")[1] == str(at).removesuffix(" 00:00:00")
    assert read_table(RUNS, from_csv(RUNS, csv, "runs.csv"), csv=True).frame["at"].tolist() == [pd.Timestamp(at)]
