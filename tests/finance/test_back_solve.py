"""Back-solve by hand: 100 units at 50 are 5,000."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.finance.back_solve import Trade, back_solve

BASE = Trade(100.0, 50.0, 5000.0)


@pytest.mark.parametrize(
    ("flex", "edits", "wanted"),
    [
        ("revenue", {}, BASE),
        ("revenue", {"units": 120.0}, Trade(120.0, 50.0, 6000.0)),
        ("price", {"units": 120.0}, Trade(120.0, 5000 / 120, 5000.0)),
        ("price", {"revenue": 5500.0}, Trade(100.0, 55.0, 5500.0)),
        ("units", {"revenue": 5500.0}, Trade(110.0, 50.0, 5500.0)),
        ("units", {"price": 40.0}, Trade(125.0, 40.0, 5000.0)),
        # The rule names what is edited: revenue follows, or units where revenue is edited too.
        ("units", {"units": 80.0}, Trade(80.0, 50.0, 4000.0)),
        ("revenue", {"revenue": 4000.0}, Trade(80.0, 50.0, 4000.0)),
        ("revenue", {"revenue": 4000.0, "units": 100.0}, Trade(100.0, 40.0, 4000.0)),
        # All three edited: the rule decides.
        ("price", {"units": 10.0, "price": 1.0, "revenue": 70.0}, Trade(10.0, 7.0, 70.0)),
        # To the cent: 3 x 0.335 = 1.005.
        ("revenue", {"units": 3.0, "price": 0.335}, Trade(3.0, 0.335, 1.01)),
    ],
)
def test_what_follows(flex, edits, wanted):
    assert back_solve(BASE, flex, **edits) == pytest.approx(wanted)


def test_no_units_have_no_price():
    found = back_solve(BASE, "price", units=0.0)
    assert math.isnan(found.price)
    assert found.revenue == 5000.0


@settings(max_examples=60)
@given(st.sampled_from(["units", "price", "revenue"]), st.tuples(*[st.none() | st.integers(1, 10**6)] * 3))
def test_price_times_units_is_revenue_to_the_cent(flex, edits):
    given_figures = {k: None if v is None else v / 100 for k, v in zip(Trade._fields, edits, strict=True)}
    found = back_solve(BASE, flex, **given_figures)
    assert found.units * found.price == pytest.approx(found.revenue, abs=0.00501)
