import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.pools import Pools
from sop_xl.demand.top_down import shares, top_down

NAN = np.nan


def test_a_young_market_counts_by_its_months_not_by_the_year():
    old, young = np.full(24, 10.0), np.r_[np.full(21, NAN), np.full(3, 10.0)]
    assert shares(np.stack([old, young]), np.array([0, 0])) == pytest.approx([0.5, 0.5])


def test_shares_follow_recent_sales():
    # Weights of the last twelve months halve every six: A sold 4 in the newer half, B 4 in the older one.
    first = np.r_[np.zeros(6), np.full(6, 4.0)]
    second = np.r_[np.full(6, 4.0), np.full(6, 1.0)]
    share = shares(np.stack([first, second]), np.array([0, 0]))
    w = [0.5 ** (k / 6) for k in range(11, -1, -1)]
    a, b = 4 * sum(w[6:]), 4 * sum(w[:6]) + sum(w[6:])
    assert share == pytest.approx([a / (a + b), b / (a + b)])


def test_a_market_that_stopped_fades():
    going, stopped = np.full(24, 10.0), np.r_[np.full(18, 10.0), np.zeros(6)]
    assert shares(np.stack([going, stopped]), np.array([0, 0]))[1] < 0.01


def test_a_group_without_sales_for_a_year_is_shared_as_it_used_to_be():
    panel = np.zeros((3, 30))
    panel[0, 5], panel[1, 5] = 6.0, 2.0
    assert shares(panel, np.array([0, 0, 1])) == pytest.approx([0.75, 0.25, 1])


@given(
    arrays(float, (7, 30), elements=st.sampled_from([0.0, 0.0, 1.0, 3.0, 250.0, -2.0])),
    st.lists(st.integers(0, 29), min_size=7, max_size=7),
)
def test_shares_of_a_group_add_up(panel, begin):
    panel[np.arange(30) < np.array(begin)[:, None]] = NAN
    group_of = np.array([0, 0, 0, 1, 1, 2, 2])
    share = shares(panel, group_of)
    assert (share >= 0).all()
    assert np.bincount(group_of, share) == pytest.approx(np.ones(3), abs=1e-12)


def test_items_are_brought_half_way_to_the_forecast_of_their_pool():
    # Ten new items a year into a pool that grows 3 % a month: each item alone is a level, the total is not.
    months, size = 40, 100 * 1.03 ** np.arange(40)
    panel = np.full((10, months), NAN)
    for k in range(10):
        sells = np.arange(months) % 10 == k
        panel[k, k:] = np.where(sells, size, 0.0)[k:]
    keys = pd.DataFrame({"item": [f"I{k}" for k in range(10)], "market": "M"}, dtype="str")
    markets = pd.DataFrame({"market": ["M"], "region": [""], "channel": ["C"]})
    pools = Pools.of(keys, pd.DataFrame({"item": keys["item"], "family": "F"}), markets)
    forecast = top_down(panel, pools, 6, 12, (3,))
    assert forecast.source == ["F C"] * 10
    assert sorted(forecast.forecasts) == [0, 3]
    alone = forecast_panel(panel, 6, season=1).mean.sum(axis=0)
    total = forecast_panel(size[None], 6, season=1).mean[0]
    assert (alone < total).all()
    assert forecast.forecasts[0].sum(axis=0) == pytest.approx(np.sqrt(alone * total), rel=0.05)
