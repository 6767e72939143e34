"""Production plans and lots in a cell: field.md T2, T6, T7, T12, T14."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.functions.arguments import ArgumentError
from tests.functions.asking import ask, column, figures, row

DEMAND = st.lists(st.integers(0, 500), min_size=1, max_size=10)


def test_level_plans_of_arnold():
    # 115 + 125 + 140 + 150 + 130 - 100 = 560 in 70 days: 8 a day.
    made = figures("LEVEL", row(115, 125, 140, 150), 100, 130, row(21, 19, 20, 10))
    assert made == [168, 152, 160, 80]
    assert figures("PROJECT", 100, [made], row(115, 125, 140, 150)) == [153, 180, 200, 130]
    assert figures("LEVEL", row(110, 120, 130, 120, 120), 100, 80) == [pytest.approx(116)] * 5
    # A backlog of 100 hours down to 80, five weeks of 100 bookings.
    assert figures("LEVEL", row(100, 100, 100, 100, 100), -100, -80) == [pytest.approx(104)] * 5
    # The family sheet: 1050, 1050, 1100, 1100, 1000 from 460 to 500.
    assert figures("LEVEL", row(1050, 1050, 1100, 1100, 1000), 460, 500) == [pytest.approx(1068)] * 5


def test_chase_follows_the_need():
    assert figures("CHASE", row(110, 120, 130, 120, 120), 100, 80) == [90, 120, 130, 120, 120]
    # JC Company: safety stock of 25 % of each month's demand.
    demand, safety = row(1800, 1500, 1100, 900, 1100, 1600), row(450, 375, 275, 225, 275, 400)
    assert figures("CHASE", demand, 400, safety) == [1850, 1425, 1000, 850, 1150, 1725]
    # Stock of 100 serves 30 + 40; the third month needs 30 more than what is left.
    assert figures("CHASE", row(30, 40, 60), 100) == [0, 0, 30]


@given(demand=DEMAND, opening=st.integers(0, 300))
def test_chase_between_level_and_every_month(demand, opening):
    need = np.ravel(ask("CHASE", [demand], opening))
    one_rate = np.ravel(ask("CHASE", [demand], opening, None, None, 0))
    assert one_rate == pytest.approx(np.full(len(demand), need.sum() / len(demand)))
    assert np.ravel(ask("CHASE", [demand], opening, None, None, len(demand))) == pytest.approx(need)
    two_rates = np.ravel(ask("CHASE", [demand], opening, None, None, 1))
    assert two_rates.sum() == pytest.approx(need.sum())
    assert len(np.unique(np.round(two_rates, 6))) <= 2


def test_one_change_of_rate_is_put_where_it_serves_best():
    # Need 90, 120, 130, 120, 120: after month 1 the rest is 122.5 a month, 2.5 and 5 off on the way; any
    # other cut is further off.
    made = figures("CHASE", row(110, 120, 130, 120, 120), 100, 80, None, 1)
    assert made == [90, 122.5, 122.5, 122.5, 122.5]


def test_hours_are_worked_before_the_units_are_done():
    assert figures("LOAD", row(100, 120, 90), 1.5) == [150, 180, 135]
    # One month earlier; the first month's work is overdue and counts in it.
    assert figures("LOAD", row(100, 120, 90), 1.5, 1) == [330, 135, 0]
    with pytest.raises(ArgumentError, match=r"offset is 1\.5; give a whole number"):
        ask("LOAD", row(100, 120, 90), 1.5, 1.5)


@given(plan=DEMAND, hours=st.floats(0.1, 10), offset=st.integers(0, 3))
def test_no_hour_is_lost(plan, hours, offset):
    if offset <= len(plan):
        assert np.sum(ask("LOAD", [plan], hours, offset)) == pytest.approx(sum(plan) * hours)


def test_overall_factors_of_vollmann():
    a, b = (33, 33, 33, 40, 40, 40, 30, 30, 30, 37, 37, 37, 37), (17, 17, 17, 13, 13, 13, 25, 25, 25, 27, 27, 27, 27)
    load = np.array(ask("CPOF", [list(a), list(b)], row(0.95, 1.85), column(60.3, 30.4, 9.3)))
    assert load.sum(axis=0) == pytest.approx([62.80] * 3 + [62.05] * 3 + [74.75] * 3 + [85.10] * 4)
    assert load.sum() == pytest.approx(939.20)
    assert load[:, 0] == pytest.approx([37.87, 19.09, 5.84], abs=0.005)
    with pytest.raises(ArgumentError, match="give one row a product"):
        ask("CPOF", row(33, 40), row(0.95, 1.85), row(1))


def test_wagner_whitin():
    lots, cost = ask("WW", row(90, 120, 80, 70), 500, 2)
    assert lots == [210, 0, 150, 0]
    # Setup 500 + 120 x 2, nothing, 500 + 70 x 2, nothing.
    assert cost == [740, 0, 640, 0]
    assert sum(cost) == 1380
    with pytest.raises(ArgumentError, match="below 0"):
        ask("WW", row(1, -1), 1, 1)


def test_economic_order_quantity():
    (answer,) = ask("EOQ", 1300, 8, 0.225)
    assert answer == [pytest.approx(304.047, abs=0.001), pytest.approx(68.4105, abs=0.0001)]
    with pytest.raises(ArgumentError, match="hold is 0"):
        ask("EOQ", 1300, 8, 0)


@given(
    demand=st.lists(st.integers(0, 50), min_size=2, max_size=6),
    setup=st.integers(0, 200),
    hold=st.integers(0, 5),
)
def test_no_other_lots_cost_less(demand, setup, hold):
    lots, cost = ask("WW", [demand], setup, hold)
    assert sum(lots) == sum(demand)
    assert min(np.cumsum(lots) - np.cumsum(demand)) >= 0
    # Every choice of months with a lot, each serving up to the next one.
    best = min(
        _cost(demand, setup, hold, months)
        for size in range(len(demand) + 1)
        for months in itertools.combinations(range(len(demand)), size)
        if not any(demand[: months[0] if months else len(demand)])
    )
    assert sum(cost) == pytest.approx(best)


def _cost(demand, setup, hold, months):
    lots = np.zeros(len(demand))
    for first, after in itertools.pairwise((*months, len(demand))):
        lots[first] = sum(demand[first:after])
    return setup * np.count_nonzero(lots) + hold * (np.cumsum(lots) - np.cumsum(demand)).sum()
