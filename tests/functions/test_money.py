"""Cash cycle, bridge and gap in a cell: field.md T16, and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.functions.arguments import ArgumentError
from tests.functions.asking import ask, named, row

CENTS = st.integers(1, 100_000).map(lambda cents: cents / 100)


def test_cash_to_cash_of_a_month():
    assert named("C2C", 1.2e6, 0.78e6, 0.26e6, 0.18e6, 0.13e6) == {
        "DSO": pytest.approx(4.5),
        "DIO": pytest.approx(10),
        "DPO": pytest.approx(5),
        "Cash-to-cash": pytest.approx(9.5),
        "Gross margin %": pytest.approx(35),
        "Net working capital": 310_000,
        "Turns a year": pytest.approx(36),
    }
    # The same figures of a quarter of 90 days: three times the days, a third of the turns.
    assert named("C2C", 1.2e6, 0.78e6, 0.26e6, 0.18e6, 0.13e6, 90)["Turns a year"] == pytest.approx(12)
    assert named("C2C", 0, 1, 1, 1, 1)["DSO"] is None
    with pytest.raises(ArgumentError, match="days are 0"):
        ask("C2C", 1, 1, 1, 1, 1, 0)


def test_bridge_of_one_item():
    # +100 at a margin of 20; -2 on 1100; +1 of cost on 1100.
    assert named("BRIDGE", 1000, 50, 30, 1100, 48, 31) == {
        "Volume": 2000,
        "Mix": 0,
        "Price": -2200,
        "Cost": -1100,
        "New and lost items": 0,
        "Total": -1300,
    }


def test_bridge_of_two_items_splits_off_mix():
    # Margins 10 and 20, 100 units of each, then 120 and 90: 10 more at the mean of 15 is volume; the
    # difference itself is 200 - 200 = 0, so mix is -150.
    bars = named("BRIDGE", row(100, 100), row(20, 40), row(10, 20), row(120, 90), row(20, 40), row(10, 20))
    assert (bars["Volume"], bars["Mix"], bars["Total"]) == (150, -150, 0)


def test_a_new_item_stands_apart():
    bars = named("BRIDGE", row(100, 0), row(20, 0), row(10, 0), row(100, 50), row(20, 30), row(10, 18))
    assert (bars["New and lost items"], bars["Total"]) == (600, 600)


@given(st.lists(st.tuples(*[CENTS] * 6), min_size=2, max_size=5))
def test_bars_add_up_to_the_cent(items):
    bars = named("BRIDGE", *([list(column)] for column in zip(*items, strict=True)))
    total = bars.pop("Total")
    assert round(sum(bars.values()), 2) == total


def test_gap_to_budget():
    # Closed 190 against 200; 210 planned in the two months left, where 400 - 190 = 210 is needed.
    assert named("GAP", row(90, 100, 110, 100), row(100, 100, 100, 100), 2) == {
        "Gap to date": -10,
        "Gap to go": 10,
        "Gap of the year": 0,
        "Planned a month": 105,
        "Needed a month": 105,
    }
    assert named("GAP", row(90, 100), row(100, 100), 2)["Needed a month"] is None


def test_back_solve():
    # 100 at 50; 5,500 wanted of the same units: 55 each. Blank: revenue follows.
    assert named("BACKSOLVE", 100, 50, None, None, 5500.0, "price") == {"Units": 100, "Price": 55, "Revenue": 5500}
    assert named("BACKSOLVE", 100, 50, 120) == {"Units": 120, "Price": 50, "Revenue": 6000}
    assert named("BACKSOLVE", 0, 50, None, None, 10.0, "price")["Price"] is None
