import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.evidence import PastErrors, past_errors, pooled_weight
from sop_xl.demand.pools import Pools

ITEMS = pd.DataFrame({"item": ["A", "B"], "family": ["F", "F"]})
MARKETS = pd.DataFrame({"market": ["EU", "US"], "region": ["", ""], "channel": ["Shop", "Shop"]})


def pools(*items):
    return Pools.of(pd.DataFrame({"item": list(items), "market": "EU"}, dtype="str"), ITEMS, MARKETS)


def errors(own, pooled, demand, steps):
    full = np.ones((len(own), steps))
    columns = [np.array(values, dtype=float)[:, None] * full for values in (own, pooled, demand)]
    return PastErrors(*columns, full > 0)


def test_pooled_counts_twice_before_there_is_evidence():
    assert pooled_weight({}, 0, pools("A")) == pytest.approx([2 / 3])


def test_weights_by_hand():
    # 24 months of evidence: exponent 2 x 24 / 48 = 1. Own errors are twice the pooled ones: odds 2 x 2.
    assert pooled_weight({24: errors([2], [1], [10], 24)}, 0, pools("A")) == pytest.approx([0.8])
    # Known 18 months before the end: 6 months, exponent 2 x 6 / 30 = 0.4, odds 2 x 2^0.4.
    odds = 2 * 2**0.4
    assert pooled_weight({24: errors([2], [1], [10], 24)}, 18, pools("A")) == pytest.approx([odds / (1 + odds)])


def test_an_item_leans_on_its_pool():
    # Pool: own 4 + 2 = 6, pooled 2 + 4 = 6, demand 10 + 10; half of it to each item.
    # A: (4 + 3) / (2 + 3) = 1.4, B: (2 + 3) / (4 + 3) = 5 / 7; exponent 1.
    weight = pooled_weight({24: errors([4, 2], [2, 4], [10, 10], 24)}, 0, pools("A", "B"))
    assert weight == pytest.approx([2.8 / 3.8, (10 / 7) / (17 / 7)])


def test_what_was_exact_lately_is_left_alone():
    known = {cut: errors([0.05, 1.0], [3, 3], [10, 10], cut) for cut in (1, 2, 3)}
    weight = pooled_weight(known, 0, pools("A", "B"))
    assert weight[0] == 0
    assert weight[1] > 0.5


def test_errors_are_those_of_the_groups_total():
    keys = pd.DataFrame({"item": ["A", "A"], "market": ["EU", "US"]}, dtype="str")
    panel = np.array([[9.0, 9.0, 5.0], [9.0, 9.0, 7.0]])
    own = {1: np.array([[6.0], [5.0]]), 0: np.array([[1.0], [1.0]])}
    pooled = {1: np.array([[4.0], [np.nan]]), 0: np.array([[1.0], [1.0]])}
    past = past_errors(panel, own, pooled, Pools.of(keys, ITEMS, MARKETS))
    # Own 11 against 12; the misses of the two markets, +1 and -2, cancel to 1.
    assert past[1].own.tolist() == [[1.0]]
    assert past[1].demand.tolist() == [[12.0]]
    assert past[0].own.shape == (1, 0)
