"""The sum behind a number, by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.explain import NO_METHOD, explain, why_method
from sop_xl.domain.errors import SopError
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ACCURACY, FORECAST

NOVEMBER = pd.Period("2026-11", "M")


def frame(table, rows):
    return conform(table, pd.DataFrame(rows).reindex(columns=list(table.fields)))


ROWS = frame(
    FORECAST,
    [
        {"item": "A", "market": "X", "period": NOVEMBER, "naive": 8, "statistical": 10, "event_qty": 3,
         "launch_qty": 0, "initiative_qty": -1, "sales": 16, "consensus": 14, "method": "Rate of sale"},
        {"item": "A", "market": "Y", "period": NOVEMBER, "naive": 5, "statistical": 6, "event_qty": 0,
         "launch_qty": 0, "initiative_qty": 0, "consensus": 6, "method": "Rate of sale"},
        {"item": "N", "market": "X", "period": NOVEMBER, "launch_qty": 4, "consensus": 4},
    ],
)  # fmt: skip
SCORES = frame(ACCURACY, [{"family": "F", "item": "A", "lag": 1, "wmape": 20, "naive_wmape": 26, "fva": 6}])


def test_parts_people_and_consensus_add_up():
    made = explain(ROWS, SCORES, "A", "", NOVEMBER)
    known = {name: value for name, value in made.parts.items() if np.isfinite(value)}
    assert known == {"statistical": 16, "event_qty": 3, "launch_qty": 0, "initiative_qty": -1}
    assert (made.baseline, made.people, made.consensus, made.naive) == (18, 2, 20, 13)
    assert made.streams == {"sales": 16}
    text = " ".join(made.sentences())
    assert "consensus 20.0 units = statistical forecast +16.0 events +3.0 initiatives -1.0 +2.0 by people" in text
    assert "missed by 20.0 %, naive by 26.0 %: +6.0 points" in text


def test_sensing_and_orders_are_told():
    row = ROWS[ROWS["market"] == "Y"].assign(sensing_qty=4, consensus=10, orders=7, consumed=6, demand=11)
    text = " ".join(explain(row, SCORES, "A", "Y", NOVEMBER).sentences())
    assert "consensus 10.0 units = statistical forecast +6.0 recent bookings +4.0;" in text
    assert "Operations plan for 11.0 units: 7.0 of orders due" in text
    assert "the 4.0 that no order has consumed" in text


def test_one_market_is_explained_alone():
    made = explain(ROWS, SCORES, "A", "Y", NOVEMBER)
    assert (made.baseline, made.people, made.consensus) == (6, 0, 6)


def test_a_launch_has_no_method_and_says_so():
    made = explain(ROWS, SCORES, "N", "X", NOVEMBER)
    assert made.reason == NO_METHOD
    assert made.parts["launch_qty"] == made.consensus == 4
    assert "not scored" in made.sentences()[-1]


@pytest.mark.parametrize(
    ("item", "market", "month", "found"),
    [("Z", "", NOVEMBER, "item 'Z'. There is: A, N"), ("A", "Q", NOVEMBER, "market 'Q'. There is: X, Y"),
     ("A", "", NOVEMBER + 1, "period '2026-12'. There is: 2026-11")],
)  # fmt: skip
def test_what_is_not_there_is_named_with_what_there_is(item, market, month, found):
    with pytest.raises(SopError, match=found):
        explain(ROWS, SCORES, item, market, month)


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("Theta + Holt-Winters + Autoregression", "three years"),
        ("Theta + Holt-Winters + smoothing", "one to three"),
        ("Smoothed level", "less than a year"),
        ("Season of Bikes Reseller + smoothed level", "season"),
        ("ETS + SARIMAX", "careful"),
    ],
)
def test_every_method_has_its_reason(method, reason):
    assert reason in why_method(method)
