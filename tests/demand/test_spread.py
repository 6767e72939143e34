import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.demand.spread import spread, spread_months


def test_by_share_and_equal_where_there_is_none():
    assert spread(100.0, np.array([3.0, 1.0])).tolist() == [75, 25]
    assert spread(100.0, np.array([0.0, np.nan])).tolist() == [50, 50]


def test_the_largest_remainder_takes_the_last_step():
    # A third each is 33.333333; one millionth is left, for the first of equals.
    assert spread(100.0, np.ones(3)) == pytest.approx([33.333334, 33.333333, 33.333333], abs=1e-9)


@given(
    total=st.integers(-(10**12), 10**12).map(lambda n: n / 1e6),
    weights=st.lists(st.floats(0, 1e6), min_size=1, max_size=25).map(np.array),
)
def test_the_parts_add_up_as_stored(total, weights):
    parts = spread(total, weights)
    assert sum(round(part * 1e6) for part in parts) == round(total * 1e6)
    assert (parts * np.sign(total) >= 0).all()


def test_each_month_by_its_own_weights():
    weights = np.array([[1.0, 0.0, 2.0], [1.0, 4.0, 6.0]])
    assert spread_months(np.array([10.0, 8.0, np.nan]), weights).tolist() == [[5, 0, 0], [5, 8, 0]]
