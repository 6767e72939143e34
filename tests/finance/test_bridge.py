"""Bridges against worked examples of textbooks, and by property: they add up to the cent."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.domain.money import round_half_up
from sop_xl.finance.bridge import STEPS, Bar, split_difference, waterfall, whole_cents

MONEY = ["from_revenue", "from_cost", "to_revenue", "to_cost", "to_constant"]


def lines(before, after, unit="EA"):
    """Items as (quantity, price, cost) before and after, all in plan currency."""
    frame = pd.DataFrame(
        {
            "item": [f"I{k}" for k in range(len(before))],
            "unit": unit,
            "from_quantity": [float(q) for q, _, _ in before],
            "to_quantity": [float(q) for q, _, _ in after],
            "from_revenue": [q * p for q, p, _ in before],
            "to_revenue": [q * p for q, p, _ in after],
            "to_constant": [q * p for q, p, _ in after],
            "from_cost": [q * c for q, _, c in before],
            "to_cost": [q * c for q, _, c in after],
        }
    )
    return frame.assign(**{column: round_half_up(frame[column].to_numpy(float)) for column in MONEY})


def totals(bridge):
    return {step: round(bridge[step].sum(), 2) for step in STEPS if round(bridge[step].sum(), 2) != 0}


GM_BEFORE = [(1000, 10, 6), (500, 20, 11), (200, 50, 35)]
GM_AFTER = [(1100, 9.50, 6.20), (450, 21, 11), (260, 50, 36)]


def test_gross_margin_of_three_items():
    # Q 1700 -> 1810; average margin 11,500 / 1700: volume 110 x 6.7647 = 744.12.
    bridge = split_difference(lines(GM_BEFORE, GM_AFTER))
    assert totals(bridge) == {"price": -100.00, "cost": -480.00, "volume": 744.12, "mix": 105.88}
    assert bridge["mix"].tolist() == [141.18, -741.18, 705.88]
    assert bridge["volume"].tolist() == [258.82, 291.18, 194.12]
    assert [bridge["start"].sum(), bridge["end"].sum()] == [11_500, 11_770]


def test_revenue_of_three_items():
    bridge = split_difference(lines(GM_BEFORE, GM_AFTER), measure="revenue")
    # Mean price 30,000 / 1700 x 110 = 1941.18.
    assert totals(bridge) == {"price": -100.00, "volume": 1941.18, "mix": 1058.82}
    assert bridge["end"].sum() - bridge["start"].sum() == 2900


def test_drury_mix_and_quantity():
    # Drury, Milano: margins 20, 12, 9; the source states 4,000 adverse in all.
    before = [(8000, 20, 0), (7000, 12, 0), (5000, 9, 0)]
    after = [(6000, 20, 0), (7000, 12, 0), (9000, 9, 0)]
    assert totals(split_difference(lines(before, after))) == {"mix": -32_900, "volume": 28_900}


def test_opentuition_mix_and_quantity():
    bridge = split_difference(lines([(7000, 9, 0), (3000, 12, 0)], [(8000, 9, 0), (7000, 12, 0)]))
    assert totals(bridge) == {"mix": 7_500, "volume": 49_500}


def test_kaplan_more_units_are_favourable():
    # 8000 at 760, 26000 at 94, 6000 at 940: average 354.10; 6000 units more in all, in the budget's mix.
    before = [(8000, 760, 0), (26000, 94, 0), (6000, 940, 0)]
    after = [(q * 1.15, p, 0) for q, p, _ in before]
    assert totals(split_difference(lines(before, after))) == {"volume": 2_124_600}


def test_the_joint_term_belongs_to_price():
    # Another convention prices at old volume: 2,500, 4,500 and a "mix" of 900 that is none.
    before = [(1000, 10, 0), (800, 15, 0), (500, 20, 0)]
    after = [(1000, 11, 0), (700, 15, 0), (800, 23, 0)]
    bridge = split_difference(lines(before, after), measure="revenue")
    assert totals(bridge) == {"price": 3400, "volume": 2782.61, "mix": 1717.39}


def test_currency_stands_apart_from_price():
    # 1000 at 50 EUR x 0.90 -> 1100 at 48 x 0.92: at the old rate 47,520.
    frame = lines([(1000, 45, 0)], [(1100, 48 * 0.92, 0)]).assign(to_constant=47_520.0)
    assert totals(split_difference(frame, measure="revenue")) == {"fx": 1056, "price": -1980, "volume": 4500}


def test_one_item_has_no_mix():
    # Source: 1000 at 50 less 30 -> 1100 at 48 less 31.
    bridge = split_difference(lines([(1000, 50, 30)], [(1100, 48, 31)]))
    assert totals(bridge) == {"volume": 2000, "price": -2200, "cost": -1100}


def test_new_and_lost_items_stand_apart():
    before = [(100, 10, 4), (50, 20, 5), (0, 0, 0), (10, 0, 3)]
    after = [(120, 10, 4), (0, 0, 0), (30, 7, 2), (12, 2, 3)]
    bridge = split_difference(lines(before, after))
    # A: 20 x 6. B: -50 x 15 lost. C: 30 x 5 new. D had no price: -12 - -30 = 18 is new too.
    assert totals(bridge) == {"volume": 120, "lost": -750, "new": 168}
    assert bridge["mix"].eq(0).all()


def test_mix_only_inside_one_unit_of_measure():
    frame = lines([(100, 10, 0), (900, 1, 0)], [(200, 10, 0), (900, 1, 0)])
    assert totals(split_difference(frame.assign(unit=["EA", "KG"]))) == {"volume": 1000}
    # In one unit 100 of 1000 more, at 1.90 on average: 190; the rest is mix.
    assert totals(split_difference(frame)) == {"volume": 190, "mix": 810}


def test_money_without_quantity_is_not_split():
    frame = lines([(100, 10, 6), (10, 5, 0)], [(110, 10, 6), (0, 0, 0)])
    frame.loc[0, "from_quantity"] = np.nan
    # 440 less 400; and the lost one, 50, keeps its own name.
    assert totals(split_difference(frame)) == {"unsplit": 40, "lost": -50}


@pytest.mark.parametrize(
    ("before", "after"),
    [((0, 0, 0), (0, 0, 0)), ((-5, 10, 4), (5, 10, 4)), ((5, 10, 4), (-5, 10, 4)), ((100, 1, 2), (100, 2, 1))],
)
def test_zero_and_sign_flips_still_add_up(before, after):
    bridge = split_difference(lines([before], [after]))
    assert sum(totals(bridge).values()) == round((bridge["end"] - bridge["start"]).sum(), 2)


def test_no_mix_where_the_old_quantities_are_nothing_in_all():
    bridge = split_difference(lines([(5, 10, 0), (-5, 8, 0)], [(6, 10, 0), (2, 8, 0)]))
    # 1 x 10 and 7 x 8.
    assert totals(bridge) == {"volume": 66}


def test_a_waterfall_crosses_zero():
    bars = waterfall([100, -130, 50, -5])
    assert bars == [Bar(0, 100, 0), Bar(0, 100, -30), Bar(0, 20, -30), Bar(15, 5, 0)]
    # Wholly below zero the base is too.
    assert waterfall([-10, -5, 2]) == [Bar(0, 0, -10), Bar(-10, 0, -5), Bar(-13, 0, -2)]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([100 / 3] * 3, [33.34, 33.33, 33.33]),
        ([0.05 / 7] * 7, [0.01] * 5 + [0.0] * 2),
        ([-100 / 3] * 3, [-33.33, -33.33, -33.34]),
        ([0.125], [0.13]),
        ([-0.125], [-0.13]),
        ([], []),
    ],
)
def test_whole_cents(values, wanted):
    assert whole_cents(np.array(values)).tolist() == wanted


amounts = st.integers(-5_000_000, 5_000_000).map(lambda cents: cents / 100)
quantities = st.one_of(st.integers(-50, 5000).map(float), st.floats(0.001, 5000), st.just(np.nan))
rows = st.tuples(st.sampled_from(["EA", "KG"]), quantities, quantities, *[amounts] * 5)


@given(st.lists(rows, min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_every_bridge_adds_up_to_the_cent(drawn):
    frame = pd.DataFrame(drawn, columns=["unit", "from_quantity", "to_quantity", *MONEY])
    for measure in ("gross_margin", "revenue"):
        bridge = split_difference(frame, measure=measure)
        cents = (bridge[[*STEPS, "start", "end"]] * 100).round().astype("int64")
        assert np.abs(bridge[list(STEPS)].to_numpy() * 100 - cents[list(STEPS)].to_numpy()).max() < 1e-3
        assert cents[list(STEPS)].sum(axis=1).tolist() == (cents["end"] - cents["start"]).tolist()


@given(st.lists(rows, min_size=2, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_items_changes_no_total(drawn, random):
    frame = pd.DataFrame(drawn, columns=["unit", "from_quantity", "to_quantity", *MONEY])
    shuffled = frame.sample(frac=1, random_state=random.randrange(2**31))
    assert totals(split_difference(frame)) == totals(split_difference(shuffled))
