import numpy as np
import pandas as pd

from sop_xl.demand.pools import Pools

ITEMS = pd.DataFrame({"item": ["A", "B"], "family": ["Bikes", "Helmets"]})
MARKETS = pd.DataFrame(
    {
        "market": ["North shop", "North web", "South shop", "East"],
        "region": ["North", "North", "South", "East"],
        "channel": ["Shop", "Web", "Shop", ""],
    }
)
NAN = np.nan


def pools(*pairs, markets=MARKETS):
    keys = pd.DataFrame(list(pairs), columns=["item", "market"], dtype="str")
    return Pools.of(keys, ITEMS, markets)


def test_a_pool_is_a_family_in_a_channel_or_else_a_region():
    p = pools(("A", "East"), ("A", "North shop"), ("A", "North web"), ("A", "South shop"), ("B", "South shop"))
    assert p.pool.names == ("Bikes East", "Bikes Shop", "Bikes Web", "Helmets Shop")
    assert p.place.names == ("East", "Shop", "Web")
    assert p.family.names == ("Bikes", "Helmets")
    # Both shops of A are one group: A in the channel Shop.
    assert p.group_of.tolist() == [0, 1, 2, 1, 3]
    assert p.pool.part_of.tolist() == [0, 1, 2, 3]
    assert p.family.part_of.tolist() == [0, 0, 0, 1]


def test_without_markets_the_family_is_the_pool():
    p = pools(("A", "All"), ("B", "All"), markets=MARKETS.iloc[:0])
    assert p.pool.names == ("Bikes", "Helmets")
    assert p.place.names == ("",)


def test_group_totals_leave_out_what_has_not_begun_and_know_their_gaps():
    p = pools(("A", "North shop"), ("A", "South shop"), ("B", "South shop"))
    panel = np.array([[NAN, 1.0, 2.0, NAN, 4.0], [NAN, NAN, 10.0, 20.0, 30.0], [5.0, 6.0, 7.0, 8.0, 9.0]])
    np.testing.assert_array_equal(p.group_totals(panel), [[NAN, 1, 12, NAN, 34], [5, 6, 7, 8, 9]])
    np.testing.assert_array_equal(p.rows(np.array([False, True, True])).group_of, [0, 1])


def test_no_series_no_pools():
    assert pools().group_totals(np.empty((0, 3))).shape == (0, 3)
