"""Sensing: between forecast and run rate, never below what is sold and on order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.demand.plan import plan_demand
from sop_xl.demand.sensing import Seen, sensed_month
from tests.demand.companies import company, shipments


def one(forecast, variation, sold, share, orders=0.0, before=0.0, before_share=0.0):
    seen = Seen(*(np.array([value]) for value in (sold, share, before, before_share)))
    value, credibility = sensed_month(np.array([forecast]), np.array([variation]), seen, np.array([orders]))
    return float(value[0]), float(credibility[0])


def test_day_10_of_30():
    # Forecast 300, sold 130, open 90: pro rata says 390. With an error of 100 %: k = 1 + 1/300,
    # Z = (1/3) / (1/3 + k) = 0.2494; 130 + 2/3 (300 + 0.2494 x 90) = 344.96.
    value, credibility = one(300.0, 1.0, 130.0, 1 / 3, 90.0)
    assert credibility == pytest.approx((1 / 3) / (1 / 3 + 1 + 1 / 300))
    assert value == pytest.approx(130 + 2 / 3 * (300 + credibility * 90))
    assert 300 < value < 390
    assert one(100.0, 1.0, 130.0, 0.99, 90.0)[0] == 220  # sold and on order


def test_start_and_end_of_the_month():
    assert one(300.0, 0.3, 0.0, 0.0)[0] == 300
    assert one(300.0, 0.3, 170.0, 1.0)[0] == 170


def test_a_surer_forecast_moves_less_and_more_weeks_move_more():
    sure, unsure = one(300.0, 0.05, 130.0, 1 / 3)[0], one(300.0, 0.6, 130.0, 1 / 3)[0]
    assert 300 < sure < unsure < 390
    assert one(300.0, 0.6, 130.0, 1 / 3, before=390.0, before_share=1.0)[0] > unsure


@given(st.floats(0, 1e5), st.floats(0, 2), st.floats(0, 1e5), st.floats(0, 1), st.floats(0, 1e5), st.floats(0, 1e5))
def test_bounds(forecast, variation, sold, share, orders, before):
    value, credibility = one(forecast, variation, sold, share, orders, before, 0.5)
    assert 0 <= credibility < 1
    assert value >= (sold + orders) * (1 - 1e-12)
    run = (sold + before / 2) / (share + 0.25)
    assert value <= max(sold + (1 - share) * max(forecast, run), sold + orders) * (1 + 1e-9) + 1e-9


ITEMS = [{"item": "A", "family": "Bikes"}]
NOW = {"current_period": pd.Period("2026-01", "M")}


def test_the_column_sensed_is_filled_where_something_was_seen():
    bookings = [{"item": "A", "from_date": "2026-01-01", "to_date": "2026-01-15", "quantity": 90}]
    for row in bookings:
        row.update({name: pd.Timestamp(row[name]) for name in ("from_date", "to_date")})
    data = company(NOW, items=ITEMS, actuals=shipments("A", [100.0, 90, 110] * 12), recent_bookings=bookings)
    forecast = plan_demand(data).forecast.set_index("period")
    assert forecast["sensed"].notna().tolist() == [True] * 3 + [False] * 3
    january = forecast.loc["2026-01"]
    # 11 of 22 working days: the run rate is 180.
    assert january["statistical"] < january["sensed"] < 180
    february = forecast.loc["2026-02"]
    assert february["statistical"] < february["sensed"] < 1.5 * february["statistical"]
    # It stands in the consensus, and the table says what it changed there.
    assert (forecast["consensus"] == forecast["sensed"].fillna(forecast["statistical"])).all()
    changed = (forecast["sensed"] - forecast["statistical"]).to_numpy()[:3]
    assert forecast["sensing_qty"].to_numpy()[:3] == pytest.approx(changed, abs=1e-5)


def test_sensing_can_be_left_out_of_the_consensus():
    bookings = [{"item": "A", "from_date": pd.Timestamp("2026-01-01"), "to_date": pd.Timestamp("2026-01-15"),
                 "quantity": 90}]  # fmt: skip
    data = company(
        {**NOW, "sense_consensus": False}, items=ITEMS, actuals=shipments("A", [100.0] * 36), recent_bookings=bookings
    )
    forecast = plan_demand(data).forecast
    assert forecast["sensed"].iloc[0] > 100
    assert forecast["sensing_qty"].isna().all()
    assert forecast["consensus"].to_numpy() == pytest.approx(np.full(6, 100.0), rel=1e-4)


def test_a_final_word_stands_above_what_is_sensed():
    bookings = [{"item": "A", "from_date": pd.Timestamp("2026-01-01"), "to_date": pd.Timestamp("2026-01-15"),
                 "quantity": 90}]  # fmt: skip
    final = [{"item": "A", "period": "2026-01", "stream": "final", "quantity": 70}]
    data = company(NOW, items=ITEMS, actuals=shipments("A", [100.0] * 36), recent_bookings=bookings, overrides=final)
    assert plan_demand(data).forecast["consensus"].iloc[0] == 70


def test_orders_alone_are_no_reason_to_expect_more():
    order = [{"order": "C1", "type": "customer", "item": "A", "period": "2026-02", "quantity": 500}]
    data = company(NOW, items=ITEMS, actuals=shipments("A", [100.0] * 24), open_orders=order)
    forecast = plan_demand(data).forecast
    assert forecast["sensed"].isna().all()
    assert forecast["consensus"].to_numpy() == pytest.approx(np.full(6, 100.0), rel=1e-4)
    # They consume the forecast of their own month, of the one before and of the one after.
    assert forecast["demand"].to_numpy() == pytest.approx([0, 500, 0, 100, 100, 100], rel=1e-4)


def test_orders_due_in_the_open_month_are_a_floor_beside_what_is_booked():
    bookings = [{"item": "A", "from_date": pd.Timestamp("2026-01-01"), "to_date": pd.Timestamp("2026-01-15"),
                 "quantity": 90}]  # fmt: skip
    order = [{"order": "C1", "type": "customer", "item": "A", "period": "2025-12", "quantity": 500}]
    data = company(NOW, items=ITEMS, actuals=shipments("A", [100.0] * 24), recent_bookings=bookings, open_orders=order)
    assert plan_demand(data).forecast["sensed"].iloc[0] == 590
