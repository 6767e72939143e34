"""Ranges of a plan: a plan played by hand, errors that go together by hand, the same futures for every scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.supply.demand_paths import Together, factors, persistence, together
from sop_xl.supply.played import Ground, play

JAN = pd.Period("2027-01", "M")
MONTHS = pd.period_range(JAN, periods=3, freq="M")
ALONE = Together(0.0, 0.0, 0.0)


def ground(demand, inflow, *, opening=0.0, backlog=0.0, firm=None, agreed=None, waits=True) -> Ground:
    one = np.array([demand], float)
    none = np.zeros_like(one)
    keys = pd.DataFrame({"item": ["A"], "location": "P", "family": "F", "price": 10.0, "cost": 6.0})
    return Ground(
        keys=keys,
        demand=one,
        firm=none if firm is None else np.array([firm], float),
        inflow=np.array([inflow], float),
        opening=np.array([opening]),
        backlog=np.array([backlog]),
        agreed=none if agreed is None else np.array([agreed], float),
        waits=np.array([waits]),
    )


def factor(*by_month: float) -> np.ndarray:
    return np.array(by_month, float)[None, :, None]


def test_what_is_short_waits_and_is_served_first():
    # 5 + 10 against 20: 5 wait. Then 10 against 5 + 10: 5 wait again, all of the month's own. Then 20 against 15.
    played = play(ground([10, 10, 10], [10, 10, 20], opening=5.0), factor(2, 1, 1))
    assert played.demand[0, :, 0].tolist() == [20, 10, 10]
    assert played.served[0, :, 0].tolist() == [15, 10, 15]
    assert played.late[0, :, 0].tolist() == [5, 5, 0]
    assert played.stock[0, :, 0].tolist() == [0, 0, 5]
    assert played.lost.sum() == 0


def test_who_does_not_wait_is_lost():
    played = play(ground([10, 10, 10], [10, 10, 20], opening=5.0, waits=False), factor(2, 1, 1))
    assert played.served[0, :, 0].tolist() == [15, 10, 10]
    assert played.lost[0, :, 0].tolist() == [5, 0, 0]
    assert played.stock[0, :, 0].tolist() == [0, 0, 10]
    assert played.late.sum() == 0


def test_orders_come_as_they_are_and_an_order_book_is_not_late():
    # 6 of 10 are ordered: half of the other 4 is 2. Late at the start 3; 4 may be open by agreement.
    played = play(ground([10, 10], [5, 9], backlog=3.0, firm=[6, 0], agreed=[4, 4]), factor(0.5, 1))
    assert played.demand[0, :, 0].tolist() == [8, 10]
    # 11 wanted, 5 there, 6 wait of which 4 may. Then 16 wanted, 9 there, 7 wait of which 4 may.
    assert played.late[0, :, 0].tolist() == [2, 3]


@given(
    demand=st.lists(st.floats(0, 100), min_size=3, max_size=3),
    inflow=st.lists(st.floats(-20, 100), min_size=3, max_size=3),
    luck=st.lists(st.floats(0, 4), min_size=3, max_size=3),
    waits=st.booleans(),
)
def test_stock_and_orders_balance_and_more_demand_never_serves_better(demand, inflow, luck, waits):
    place = ground(demand, inflow, opening=10.0, waits=waits)
    played = play(place, np.stack([factor(*luck)[:, :, 0], factor(*luck)[:, :, 0] + 0.5], axis=2))
    assert (played.stock >= 0).all()
    come = np.maximum(place.inflow, -1e9)[0].sum()
    if min(inflow) >= 0:
        np.testing.assert_allclose(10 + come - played.served.sum(axis=(0, 1)), played.stock[0, -1], atol=1e-6)
    missed = (played.late + played.lost).sum(axis=(0, 1))
    assert missed[1] >= missed[0] - 1e-6


def levels(halves: dict[str, float], families: dict[str, float], company: float) -> pd.DataFrame:
    rows = [("item", i, 100.0, h) for i, h in halves.items()] + [("family", f, 200.0, h) for f, h in families.items()]
    rows.append(("company", "", 400.0, company))
    frame = pd.DataFrame(rows, columns=["level", "node", "statistical", "half"]).assign(period=JAN)
    return frame.assign(p10=frame["statistical"] - frame["half"], p90=frame["statistical"] + frame["half"])


NOTHING = pd.DataFrame(columns=["cycle", "item", "period", "consensus"])
CAME = pd.DataFrame(columns=["item", "period", "quantity"])


def test_how_items_err_together_is_read_from_the_ranges_of_totals():
    # Items of half range 10 each. Alone a family of two has sqrt(200), together 20; r = (W^2 - 200) / 200.
    # The company: what is beyond the families' own squares, over 4 cross products of 10 by 10, both ways: 800.
    within, across = 0.5, 0.25
    wide = np.sqrt(200 + within * 200)
    whole = np.sqrt(2 * wide**2 + across * 800)
    family_of = pd.Series({"A": "F", "B": "F", "C": "G", "D": "G"})
    table = levels(dict.fromkeys("ABCD", 10.0), {"F": wide, "G": wide}, whole)
    how = together(table, family_of, NOTHING, CAME)
    assert (how.family, how.company, how.persistence) == pytest.approx((within, across, 0.0))


def test_how_long_errors_last_is_read_from_archived_forecasts():
    # Errors 2 then 1, and -2 then -1: (2 + 2) / sqrt(8 * 2) = 1, cut at 0.9; one of them turned round: 0.
    archive = pd.DataFrame(
        {"cycle": "c", "item": ["A", "A", "B", "B"], "period": [JAN, JAN + 1] * 2, "consensus": [10.0] * 4}
    )
    came = archive.assign(quantity=[12.0, 11.0, 8.0, 9.0])[["item", "period", "quantity"]]
    assert persistence(archive, came) == 0.9
    assert persistence(archive, came.assign(quantity=[12.0, 11.0, 8.0, 11.0])) == 0.0


def test_an_items_futures_keep_its_range_and_its_mean():
    keys = pd.DataFrame({"item": ["A"], "family": ["F"]})
    found = factors(keys, levels({"A": 30.0}, {}, 30.0), MONTHS[:1], ALONE, seed=1, draws=4000)
    assert found.mean() == pytest.approx(1.0)
    assert np.quantile(found, [0.1, 0.5, 0.9]) == pytest.approx([0.7, 1.0, 1.3], abs=0.03)


def test_the_same_item_has_the_same_luck_whatever_else_is_planned():
    how = Together(0.2, 0.4, 0.3)
    table = levels({"A": 30.0, "B": 10.0}, {"F": 35.0}, 35.0)
    both = factors(pd.DataFrame({"item": ["A", "B"], "family": "F"}), table, MONTHS, how, seed=1)
    alone = factors(pd.DataFrame({"item": ["B"], "family": "F"}), table, MONTHS, how, seed=1)
    assert both.shape == (2, 3, 200)
    np.testing.assert_array_equal(both[1], alone[0])
    assert not np.array_equal(alone, factors(pd.DataFrame({"item": ["B"], "family": "F"}), table, MONTHS, how, seed=2))


def test_items_of_a_family_rise_and_fall_together():
    keys = pd.DataFrame({"item": ["A", "B"], "family": "F"})
    table = levels({"A": 30.0, "B": 30.0}, {"F": 60.0}, 60.0)
    found = factors(keys, table, MONTHS[:1], Together(0.0, 0.8, 0.0), seed=1, draws=4000)
    assert np.corrcoef(found[:, 0])[0, 1] == pytest.approx(0.8, abs=0.05)
