"""Spreading, fair share, distribution and launches in a cell: supply.md 9, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.functions.arguments import ArgumentError
from tests.functions.asking import ask, column, figures, row

PARTS = st.lists(st.integers(0, 1000), min_size=2, max_size=12)


def test_parts_are_whole_and_add_up():
    # 100 x 35, 28, 21 of 84: 41.67, 33.33, 25: the largest remainder gets the unit left over.
    assert figures("DISAGG", 100, row(35, 28, 21)) == [42, 33, 25]
    assert ask("DISAGG", 100, column(1, 1, 1)) == column(34, 33, 33)
    # 20 lots of 5: 6.45, 6.45 and 7.10; one lot is left for the first; 3 make no lot and go to the largest weight.
    assert figures("DISAGG", 103, row(1, 1, 1.1), 5) == [35, 30, 38]
    assert figures("DISAGG", 10, row(1, 2), 0) == [pytest.approx(10 / 3, abs=1e-6), pytest.approx(20 / 3, abs=1e-6)]
    assert figures("DISAGG", -7, row(0, 0)) == [-4, -3]


@given(total=st.integers(-100_000, 100_000), weights=PARTS, lot=st.sampled_from([1, 5, 12]))
def test_parts_of_any_total_add_up(total, weights, lot):
    parts = np.array(figures("DISAGG", total, [weights], lot))
    assert parts.sum() == pytest.approx(total, abs=1e-6)
    rest = np.sort(np.abs(parts) % lot)
    assert rest[:-1] == pytest.approx(np.zeros(len(weights) - 1), abs=1e-6)


def test_fair_share_by_equal_days_of_cover():
    daily = row(10, 5, 15)
    # 120 to 60 on hand: 180 / 30 = 6 days everywhere.
    assert figures("FAIRSHARE", 120, daily, row(20, 10, 30)) == pytest.approx([40, 20, 60])
    # The third has 13.3 days, more than the 10 that the others reach with 120 + 30 over 15.
    assert figures("FAIRSHARE", 120, daily, row(20, 10, 200)) == pytest.approx([80, 40, 0])
    # 250 / 30 = 8.33 days.
    assert figures("FAIRSHARE", 120, daily, row(20, 10, 100)) == pytest.approx([63.33, 31.67, 25], abs=0.005)
    assert figures("FAIRSHARE", 60, row(10, 0, 20)) == pytest.approx([20, 0, 40])


def test_class_one_is_served_before_class_two():
    assert figures("FAIRSHARE", 100, row(60, 60, 60), None, row(2, 1, 2)) == pytest.approx([20, 60, 20])
    # Not enough for class 1: in it cover is equal, and class 2 gets nothing.
    assert figures("FAIRSHARE", 30, row(20, 40, 60), None, row(1, 1, 2)) == pytest.approx([10, 20, 0])
    # More than all need: 30 each, the other 30 by equal cover.
    assert figures("FAIRSHARE", 90, row(30, 30), None, row(1, 2)) == pytest.approx([45, 45])


@given(
    supply=st.integers(0, 5000),
    places=st.lists(st.tuples(st.integers(1, 500), st.integers(0, 800), st.integers(1, 3)), min_size=2, max_size=8),
)
def test_shares_add_up_and_nobody_has_less_cover_than_one_who_got_some(supply, places):
    needs, stock, classes = ([float(part) for part in side] for side in zip(*places, strict=True))
    share = np.array(figures("FAIRSHARE", supply, [needs], [stock]))
    assert share.sum() == pytest.approx(supply, abs=1e-6)
    assert share.min() >= 0
    cover = (np.array(stock) + share) / np.array(needs)
    if supply:
        assert cover[share > 1e-9] == pytest.approx(np.full((share > 1e-9).sum(), cover.min()), rel=1e-6)
    assert np.sum(ask("FAIRSHARE", supply, [needs], [stock], [classes])) == pytest.approx(supply, abs=1e-6)


def test_fair_share_needs_a_need():
    with pytest.raises(ArgumentError, match="needs are 0 or less"):
        ask("FAIRSHARE", 1, row(0, 0))
    with pytest.raises(ArgumentError, match="supply is -1"):
        ask("FAIRSHARE", -1, row(1, 1))


def test_drp_of_three_warehouses():
    assert figures("DRP", 50, row(*[25] * 6), None, 1, 50, 15) == [50, 0, 50, 0, 50, 0]
    assert figures("DRP", 20, row(*[10] * 6), None, 1, 30, 10) == [30, 0, 0, 30, 0, 0]
    gross = row(80, 0, 50, 30, 50, 0)
    shipped = figures("DRP", 100, gross, None, 2, 100, 20)
    assert shipped == [100, 0, 100, 0, 0, 0]
    arriving = row(0, 0, 100, 0, 100, 0)
    assert figures("PROJECT", 100, arriving, gross) == [20, 20, 70, 40, 90, 90]


def test_drp_counts_what_is_on_its_way():
    # 10 a month from 10, 15 on its way in month 2: 0, 5, then 5 short, 10, 10; two months on the way.
    assert figures("DRP", 10, row(10, 10, 10, 10), row(None, 15, None, None), 2) == [5, 10, 0, 0]
    # Nothing can arrive before the third month, however short the first two are.
    assert figures("DRP", 0, row(10, 10, 10), None, 2) == [30, 0, 0]


@given(
    opening=st.integers(0, 300),
    need=st.lists(st.integers(0, 100), min_size=2, max_size=12),
    lead=st.integers(0, 3),
    multiple=st.sampled_from([0, 1, 25]),
    safety=st.integers(0, 60),
)
def test_stock_is_safe_once_a_shipment_can_arrive(opening, need, lead, multiple, safety):
    shipped = np.array(figures("DRP", opening, [need], None, lead, multiple, safety))
    received = np.r_[np.zeros(min(lead, len(need))), shipped][: len(need)]
    stock = np.array(figures("PROJECT", opening, [list(received)], [need]))
    assert (stock[lead:] >= safety - 1e-6).all()
    if multiple:
        assert np.round(shipped / multiple) * multiple == pytest.approx(shipped)


def test_a_launch_rises_to_a_like_items_volume():
    # Half of 100 from month 2 on, in four steps: 12.5, 25, 37.5, 50.
    assert figures("RAMP", row(*[100] * 6), 2, 0.5, 4) == [0, 12.5, 25, 37.5, 50, 50]
    assert figures("RAMP", row(80, 90)) == [80, 90]
    with pytest.raises(ArgumentError, match="launch is 0; give 1 or more"):
        ask("RAMP", row(80, 90), 0)


def test_cannibalised_units_never_exceed_the_parent():
    assert figures("CANNIBAL", row(100, 150, 200), 40) == [40, 60, 80]
    assert figures("CANNIBAL", row(100, 150, 200), 40, row(100, 50, None)) == [40, 50, 0]
    with pytest.raises(ArgumentError, match="pct is 140"):
        ask("CANNIBAL", row(1, 2), 140)
