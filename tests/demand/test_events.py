import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.events import event_pairs, event_quantities, without_past_events
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.history import read_history
from sop_xl.demand.initiatives import initiative_quantities
from tests.demand.companies import company, shipments

ITEMS = [{"item": "A", "family": "F"}, {"item": "B", "family": "F"}, {"item": "C", "family": "G"}]
KEYS = [("A", "EU"), ("A", "US"), ("B", "EU"), ("C", "EU")]
BASE = np.repeat(np.array([[30.0], [10.0], [20.0], [np.nan]]), 3, axis=1)
MONTHS = pd.period_range("2026-01", periods=3, freq="M")


def planned(items=ITEMS, **tables):
    data = company({"horizon_months": 3}, items=items, **tables)
    return PlanningGrid.of(KEYS, MONTHS, data["items"]), data


def events(*rows):
    grid, data = planned(events=[{"event": str(k), "from_period": "2026-02", **row} for k, row in enumerate(rows)])
    return event_quantities(grid, BASE, data)


def test_a_percentage_applies_to_the_statistical_forecast_with_its_probability():
    # 20 % of 30 and of 10, half likely, in February only.
    out = events({"item": "A", "uplift_pct": 20, "probability_pct": 50})
    assert out.tolist() == [[0, 3, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_units_are_spread_by_share():
    # 60 a month over the family's 30, 10 and 20.
    out = events({"family": "F", "uplift_qty": 60, "to_period": "2026-03"})
    assert out.tolist() == [[0, 30, 30], [0, 10, 10], [0, 20, 20], [0, 0, 0]]


def test_an_event_of_one_market():
    assert events({"market": "US", "uplift_pct": 10})[:, 1].tolist() == [0, 1, 0, 0]


def test_a_loss_takes_no_more_than_there_is():
    assert events({"item": "A", "uplift_qty": -100})[:, 1].tolist() == [-30, -10, 0, 0]
    assert events({"item": "B", "uplift_pct": -80}, {"item": "B", "uplift_pct": -80})[2, 1] == -20


def test_units_for_an_item_without_a_forecast_make_one():
    assert events({"item": "C", "uplift_qty": 7})[3].tolist() == [0, 7, 0]


def test_past_events_do_not_come_again():
    assert not events({"item": "A", "uplift_pct": 20, "past": "yes"}).any()


def test_months_in_which_the_item_is_not_sold_stay_without():
    items = [{"item": "A", "family": "F", "end_period": "2026-02"}, *ITEMS[1:]]
    event = {"event": "E", "family": "F", "from_period": "2026-02", "to_period": "2026-03", "uplift_qty": 60}
    grid, data = planned(items, events=[event])
    assert event_quantities(grid, BASE, data).tolist() == [[0, 30, 0], [0, 10, 0], [0, 20, 60], [0, 0, 0]]


def test_pairs_of_events_in_units_for_a_named_item():
    rows = [{"item": "A", "market": "EU", "uplift_qty": 5}, {"family": "F", "uplift_qty": 5}, {"item": "B"}]
    _, data = planned(events=[{"event": str(k), "from_period": "2026-02", **row} for k, row in enumerate(rows)])
    assert event_pairs(data) == [("A", "EU")]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"uplift_pct": 50}, [100, 80, 100]),  # 120 / 1.5
        ({"uplift_qty": 30}, [100, 90, 100]),
        ({"uplift_qty": 500}, [100, 0, 100]),  # never below zero
        ({"uplift_pct": -100}, [100, 120, 100]),  # nothing can be known
        ({"uplift_pct": 50, "to_period": "2025-12"}, [100, 80, 100 / 1.5]),
    ],
)
def test_past_events_are_taken_out_of_history(event, expected):
    row = {"event": "E", "item": "A", "from_period": "2025-11", "past": "yes", **event}
    data = company(items=ITEMS, events=[row], actuals=shipments("A", [100, 120, 100]))
    history = read_history(data)
    cleaned = without_past_events(history, data)
    assert cleaned.quantity[0] == pytest.approx(np.array(expected, dtype=float))
    assert history.quantity[0].tolist() == [100, 120, 100]


def initiatives(**row):
    grid, data = planned(initiatives=[{"initiative": "I", "type": "market", "status": "approved", **row}])
    return initiative_quantities(grid, BASE, data)


def test_initiatives_by_target():
    assert initiatives(target="F", delta_pct=10)[:, 0].tolist() == [3, 1, 2, 0]
    assert initiatives(target="US", delta_qty=4)[:, 0].tolist() == [0, 4, 0, 0]
    assert initiatives(target="B", delta_qty=10, probability_pct=30, from_period="2026-03")[2].tolist() == [0, 0, 3]
    assert initiatives(delta_pct=-10)[:, 0].tolist() == [-3, -1, -2, 0]


@pytest.mark.parametrize("change", [{"status": "proposed"}, {"type": "capacity"}, {"target": "nobody"}])
def test_initiatives_that_do_not_count(change):
    assert not initiatives(**{"target": "A", "delta_qty": 10, **change}).any()
