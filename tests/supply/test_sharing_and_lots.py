"""Fair share, replenishment, steady rates and lots: what the worksheet functions do not reach."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.supply.fair_share import fair_share, share_by_class
from sop_xl.supply.lot_sizing import wagner_whitin
from sop_xl.supply.replenishment import planned_receipts, shipments
from sop_xl.supply.safety_stock import expected_shortage
from sop_xl.supply.steady_rates import rates_with_changes, requirements


def test_a_backlog_is_served_before_cover_is_built():
    # 10 short in the second place: 10 for it, then 10 days' worth for both: (30 + 0 - 10) / 2 = 10 each.
    assert fair_share(30, np.array([1.0, 1.0]), np.array([0.0, -10.0])) == pytest.approx([10, 20])


@given(
    st.floats(0, 1e5),
    st.lists(st.tuples(st.floats(0.1, 100), st.floats(0, 1e4)), min_size=1, max_size=6),
)
def test_fair_share_is_the_one_of_a_search(supply, places):
    demand, stock = (np.array(side) for side in zip(*places, strict=True))
    low, high = stock.min() / demand.max() - 1, (supply + stock.sum()) / demand.min() + 1
    for _ in range(200):
        level = (low + high) / 2
        low, high = (low, level) if np.maximum(level * demand - stock, 0).sum() > supply else (level, high)
    assert fair_share(supply, demand, stock) == pytest.approx(np.maximum(low * demand - stock, 0), rel=1e-6, abs=1e-6)


def test_a_class_that_has_enough_takes_nothing():
    share = share_by_class(5, np.array([10.0, 10.0]), np.array([12.0, 0.0]), np.array([1, 2]))
    assert share.tolist() == [0, 5]


def test_receipts_come_in_whole_multiples_without_rounding_dust():
    # 0.1 + 0.2 short in multiples of 0.1 is 3 of them, not 4.
    receipts = planned_receipts(0.0, np.array([0.1 + 0.2]), np.zeros(1), multiple=0.1)
    assert receipts == pytest.approx([0.3])
    assert shipments(np.array([0.0, 5.0]), 5).tolist() == [0, 0]


def test_stock_beyond_a_months_need_serves_the_next():
    assert requirements(np.array([30.0, 40, 60]), 100, np.zeros(3)).tolist() == [0, 0, 30]
    assert requirements(np.array([30.0, 40]), 0, np.array([20.0, 0])).tolist() == [50, 20]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=7), st.integers(0, 6), st.data())
def test_runs_at_one_rate_are_nearest_of_all_cuts(need, changes, data):
    need = np.array(need, dtype=float)
    days = np.array(data.draw(st.lists(st.integers(1, 23), min_size=len(need), max_size=len(need))), dtype=float)
    made = rates_with_changes(need, days, changes)
    assert made.sum() == pytest.approx(need.sum())
    best = np.inf
    for cuts in range(2 ** (len(need) - 1)):
        edges = [0, *(k + 1 for k in range(len(need) - 1) if cuts >> k & 1), len(need)]
        if len(edges) - 2 <= changes:
            runs = [slice(a, b) for a, b in itertools.pairwise(edges)]
            other = np.concatenate([need[run].sum() / days[run].sum() * days[run] for run in runs])
            best = min(best, (np.cumsum(other - need) ** 2).sum())
    assert (np.cumsum(made - need) ** 2).sum() == pytest.approx(best, abs=1e-6)


def test_of_equal_plans_fewer_lots():
    # 10 for the setup or 10 for carrying 10 units: one lot.
    assert wagner_whitin(np.array([5.0, 10.0]), 10, 1).tolist() == [15, 0]
    assert wagner_whitin(np.zeros(3), 10, 1).tolist() == [0, 0, 0]


def test_shortage_without_safety_stock():
    # Half of the cycles are short, by 0.3989 deviations on average over all.
    assert expected_shortage(0, 100) == pytest.approx(39.894, abs=0.001)
