"""Cases of frePPLe's documentation: four months of 350."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.demand.netting import net_forecast

GROSS = np.full(4, 350.0)


def test_each_order_takes_its_own_month():
    assert net_forecast(GROSS, np.array([130.0, 100, 80, 0])).tolist() == [220, 250, 270, 350]


def test_more_orders_than_forecast_leave_nothing():
    assert net_forecast(GROSS, np.array([300.0, 500, 280, 0])).tolist() == [50, 0, 70, 350]


def test_orders_reach_one_month_back_then_one_ahead():
    # 500 in month 2: 350 of its own, 50 left in month 1, 100 of month 3; then 280: 250 there, 30 of month 4.
    assert net_forecast(GROSS, np.array([300.0, 500, 280, 0]), early=1, late=1).tolist() == [0, 0, 0, 320]


quantities = st.lists(st.integers(0, 500), min_size=5, max_size=5).map(lambda q: np.array(q, dtype=float))


@given(gross=quantities, orders=quantities, early=st.integers(0, 3), late=st.integers(0, 3))
def test_what_is_consumed_is_never_more_than_ordered_or_forecast(gross, orders, early, late):
    net = net_forecast(gross, orders, early=early, late=late)
    assert ((net >= 0) & (net <= gross)).all()
    assert gross.sum() - net.sum() <= orders.sum() + 1e-9
    assert net.sum() == pytest.approx(max(gross.sum() - orders.sum(), net.sum()))
