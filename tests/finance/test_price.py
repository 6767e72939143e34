import pandas as pd
import pytest

from sop_xl.finance.price import local_price_by_market, net_price
from tests.finance.small_company import company, plan_data, shipped


def test_net_price_is_last_years_value_over_quantity():
    # B1: (2000 + 900 + 1080) / (20 + 10 + 12) = 3980 / 42; B2: 360 / 2; W has no price at all.
    prices = net_price(company())
    assert prices["B1"] == pytest.approx(3980 / 42)
    assert prices["B2"] == 180.0
    assert pd.isna(prices["W"])


def test_a_market_without_sales_takes_the_items_price():
    prices = local_price_by_market(company(), pd.Index(["East", "West"]))
    assert prices.loc["B1"].tolist() == [100.0, 90.0]
    assert prices.loc["B2"].tolist() == [180.0, 180.0]


def test_what_is_older_than_a_year_or_not_closed_does_not_count():
    actuals = [shipped("B1", "East", "2025-02", 1.0, 1.0), shipped("B1", "East", "2026-03", 1.0, 1.0)]
    assert net_price(company(actuals=actuals))["B1"] == 120.0


def test_bookings_price_an_item_that_was_never_shipped():
    rows = [{**shipped("B1", "East", "2026-02", 4.0, 440.0), "measure": "bookings"}]
    assert net_price(company(actuals=rows))["B1"] == 110.0


def test_sales_in_another_currency_count_at_the_months_actual_rate():
    rows = [{**shipped("A", "", "2026-02", 10.0, 100.0), "currency": "EUR"}]
    rates = [{"currency": "EUR", "period": "2026-02", "plan_rate": 1.1, "actual_rate": 1.25}]
    data = plan_data(items=[{"item": "A"}], actuals=rows, fx_rates=rates)
    assert net_price(data)["A"] == pytest.approx(12.5)
