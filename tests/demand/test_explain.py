"""The sum behind a number, by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.explain import NO_METHOD, explain, why_method
from sop_xl.domain.errors import SopError
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import EVENTS, INITIATIVES, ITEMS, LEVEL_OVERRIDES, MARKETS, OVERRIDES
from sop_xl.schema.results import (
    ACCURACY,
    ANALOGUES,
    DEMAND_CHANGES,
    FORECAST,
    LAUNCH_PLAN,
    NEW_PRODUCTS,
)

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
SCORES = frame(
    ACCURACY,
    [{"family": "F", "item": "A", "lag": 1, "wmape": 20, "naive_wmape": 26, "fva": 6}],
)


def tables(*given):
    """Tables as an open workbook gives them: those named, the others empty."""
    known = {table.name: frame(table, rows) for table, rows in given}
    return lambda table: known.get(table.name, frame(table, []))


def asked(rows=ROWS, *given):
    return tables((FORECAST, rows.to_dict("records")), (ACCURACY, SCORES.to_dict("records")), *given)


def test_parts_people_and_consensus_add_up():
    made = explain(asked(), "A", "", NOVEMBER)
    known = {name: value for name, value in made.parts.items() if np.isfinite(value)}
    assert known == {"statistical": 16, "event_qty": 3, "launch_qty": 0, "initiative_qty": -1}
    assert (made.baseline, made.people, made.consensus, made.naive) == (18, 2, 20, 13)
    assert made.streams == {"sales": 16}
    text = " ".join(made.sentences())
    assert "consensus 20.0 units = statistical forecast +16.0 events +3.0 initiatives -1.0 +2.0 by people" in text
    assert "missed by 20.0 %, naive by 26.0 %: +6.0 points" in text


def test_sensing_and_orders_are_told():
    row = ROWS[ROWS["market"] == "Y"].assign(sensing_qty=4, consensus=10, orders=7, consumed=6, demand=11)
    text = " ".join(explain(asked(row), "A", "Y", NOVEMBER).sentences())
    assert "consensus 10.0 units = statistical forecast +6.0 recent bookings +4.0;" in text
    assert "Operations plan for 11.0 units: 7.0 of orders due" in text
    assert "the 4.0 that no order has consumed" in text


def test_one_market_is_explained_alone():
    made = explain(asked(), "A", "Y", NOVEMBER)
    assert (made.baseline, made.people, made.consensus) == (6, 0, 6)


def test_a_launch_has_no_method_and_says_so():
    made = explain(asked(), "N", "X", NOVEMBER)
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
        explain(asked(), item, market, month)


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("Theta + Holt-Winters + Autoregression", "three years"),
        ("Theta + Holt-Winters + smoothing", "one to three"),
        ("Smoothed level", "less than a year"),
        ("Season of Bikes Reseller + smoothed level", "season"),
        ("ETS + SARIMAX", "careful"),
        ("Seasonal naive, by class rule", "Class rules"),
    ],
)
def test_every_method_has_its_reason(method, reason):
    assert reason in why_method(method)


CHANGE = {"place": "event 1", "kind": "event", "type": "promotion", "period": NOVEMBER}
OTHERS = (
    (ITEMS, [{"item": "N", "family": "F"}, {"item": "A", "family": "F"}]),
    (MARKETS, [{"market": "X", "region": "North"}, {"market": "Y", "region": "South"}]),
    (
        NEW_PRODUCTS,
        [{"launch": "L1", "item": "N", "gate": "validate", "gate_month": NOVEMBER, "probability_pct": 60,
          "launch_period": NOVEMBER, "basis": "like A and B x 0.8, 6 months to full volume", "cannibalises": "A",
          "market": 900, "market_low": 700, "bass_p": 0.01, "bass_q": 0.4}],
    ),
    (ANALOGUES, [{"launch": "L1", "place": 1, "like_item": "A", "weight_pct": 75, "reason": "same family F"},
                 {"launch": "L1", "place": 2, "like_item": "B", "weight_pct": 25},
                 {"launch": "L1", "place": 3, "like_item": "C"}]),
    (LAUNCH_PLAN, [{"launch": "L1", "item": "N", "period": NOVEMBER, "own": 0, "sell_through": 12, "pipeline_fill": 6,
                    "taken": 2, "if_success": 30}]),
    (EVENTS, [{"event": "Fair", "family": "F", "from_period": NOVEMBER, "probability_pct": 50, "past": "no"},
              {"event": "Other", "family": "G", "from_period": NOVEMBER, "past": "no"}]),
    (DEMAND_CHANGES, [{**CHANGE, "name": "Fair", "uplift_pct": 20, "probability_pct": 50, "basis": "history"},
                      {**CHANGE, "name": "Other", "place": "event 2", "uplift_pct": 9, "probability_pct": 50}]),
    (INITIATIVES, [{"initiative": "I1", "name": "Web shop", "type": "market", "target": "X", "delta_pct": 10,
                    "probability_pct": 40, "status": "approved"},
                   {"initiative": "I2", "type": "market", "target": "F", "delta_qty": 5, "probability_pct": 100,
                    "status": "approved", "to_period": NOVEMBER - 1},
                   {"initiative": "I3", "type": "market", "delta_qty": 5, "status": "proposed"}]),
    (OVERRIDES, [{"item": "A", "market": "X", "period": NOVEMBER, "stream": "sales", "quantity": 16,
                  "mode": "replace", "owner": "Ann", "reason": "tender won"}]),
    (LEVEL_OVERRIDES, [{"family": "F", "region": "North", "period": NOVEMBER, "stream": "final", "quantity": 99,
                        "mode": "add", "owner": "Bob"}]),
)  # fmt: skip


def test_a_launch_is_told_with_gate_probability_curve_and_analogues():
    said = explain(asked(ROWS, *OTHERS), "N", "X", NOVEMBER).causes
    assert said[1:5] == [
        "Launch L1 (gate validate decided in 2026-11, probability 60 %, from 2026-11): "
        "like A and B x 0.8, 6 months to full volume.",
        "Its Bass curve: market 900 units (700 to no end known), p 0.0100, q 0.4000.",
        "Like items by weight: A 75 % (same family F), B 25 %.",
        "In the month: sell-through 12.0, pipeline fill 6.0; 30.0 if every gate is passed (all markets together).",
    ]


def test_events_losses_initiatives_and_people_are_told():
    said = explain(asked(ROWS, *OTHERS), "A", "", NOVEMBER).causes
    assert said == [
        "Event Fair: +20.0 % (history), probability 50 %.",
        "Launch L1 of N takes 2.0 of it.",
        "Initiative I1 Web shop: +10.0 % on X, probability 40 %.",
        "Override (sales, replace 16.0, X) by Ann: tender won.",
        "Override (final, add 99.0, F North) by Bob, no reason given.",
    ]
    south = " ".join(explain(asked(ROWS, *OTHERS), "A", "Y", NOVEMBER).sentences())
    assert not ({"Initiative", "Override"} & set(south.split()))
    assert "Event Fair" in south
