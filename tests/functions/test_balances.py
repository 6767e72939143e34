"""Stock, backlog, cover and netting in a cell: field.md T6, T10, T11, T13, T14, T16."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.functions.arguments import ArgumentError
from tests.functions.asking import ask, column, figures, row

UNITS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=24)


def test_the_family_sheet():
    # Made 980, 1000, 990 against sales of 960, 1040, 1010 from 500; bookings against shipments from 300.
    assert figures("PROJECT", 500, row(980, 1000, 990), row(960, 1040, 1010)) == [520, 480, 460]
    assert figures("BACKLOG", 300, row(200, 220, 210), row(210, 215, 215)) == [290, 295, 290]
    assert ask("PROJECT", -5, column(10), column(None)) == column(5)


@given(months=UNITS, opening=st.integers(-1000, 10_000))
def test_stock_and_backlog_mirror_each_other(months, opening):
    supply, demand = ([float(value) for value in side] for side in zip(*months, strict=True))
    # What supply adds to stock it takes from backlog: the two always move by the same amount.
    stock = np.ravel(ask("PROJECT", opening, [supply], [demand]))
    backlog = np.ravel(ask("BACKLOG", -opening, [demand], [supply]))
    assert list(stock) == list(-backlog)
    assert stock[-1] == opening + sum(supply) - sum(demand)


def test_cover_walks_the_demand():
    # 1000 in 20 days, then 500 of 800: 12.5 days.
    assert ask("COVER", 1500, row(1000, 800, 600), 20) == pytest.approx(32.5)
    # 1000 of 1000 in 20 days, the rest half of the next 30.
    assert ask("COVER", 1400, row(1000, 800), row(20, 30)) == pytest.approx(35)
    # 600 beyond 60 days, at 2400 / 60 = 40 a day: 15 more; without demand there is no rate to go on with.
    assert ask("COVER", 3000, row(1000, 800, 600), 20) == pytest.approx(75)
    assert ask("COVER", 30, row(10, 0, 0, 0), 20) == 80
    assert ask("COVER", -3, row(1000), 20) == 0
    assert ask("COVER", 10, row(0, 10), 20) == 40
    with pytest.raises(ArgumentError, match="month_days has a month of 0"):
        ask("COVER", 1, row(1, 2), row(20, 0))


def test_weeks_of_backlog():
    # 300 at 100 a week; a month without shipments counts with the mean, 400 / 8 weeks.
    assert figures("BACKLOGWEEKS", row(300, 100), row(400, 0), 4) == [3, 2]
    assert figures("BACKLOGWEEKS", row(0, 10), row(0, 0), row(4, 5)) == [0, None]


def test_orders_consume_the_forecast():
    gross = row(350, 350, 350)
    assert figures("NETTING", gross, row(130, 100, 80)) == [220, 250, 270]
    four, orders = row(350, 350, 350, 350), row(300, 500, 280, None)
    assert figures("NETTING", four, orders) == [50, 0, 70, 350]
    assert figures("NETTING", four, orders, 1, 1) == [0, 0, 0, 320]
    with pytest.raises(ArgumentError, match="back is -1; give 0 or more"):
        ask("NETTING", gross, gross, -1)


def test_safety_stock_and_fill_rate():
    # Chopra and Meindl: z(0.9) x 500 x sqrt(2); lead 7 +- 7: sqrt(7 x 500^2 + 2500^2 x 49) = 17,550.
    assert ask("SAFETY", 0.9, 2500, 500, 2) == pytest.approx(906, abs=0.5)
    assert ask("SAFETY", 0.9, 2500, 500, 7, 7) == pytest.approx(22_491, abs=1)
    assert ask("SAFETY", 0.5, 2500, 500, 2) == pytest.approx(0, abs=1e-9)
    assert ask("FILLRATE", 1000, 10_000, 500 * 2**0.5) == pytest.approx(0.9975, abs=0.00005)
    with pytest.raises(ArgumentError, match="service is 95; give a share"):
        ask("SAFETY", 95, 2500, 500, 2)
    with pytest.raises(ArgumentError, match="lot is 0; give more than 0"):
        ask("FILLRATE", 1, 0, 1)


@given(st.floats(0.5, 0.999), st.floats(1, 1e4), st.floats(1, 1e3))
def test_more_safety_stock_never_serves_less(service, lot, deviation):
    more = ask("FILLRATE", ask("SAFETY", service, 0, deviation, 1), lot, deviation)
    assert more >= ask("FILLRATE", 0, lot, deviation) - 1e-12
    assert more <= 1
