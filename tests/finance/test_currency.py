"""Money of markets in other currencies, seen three ways: as reported, at constant rates, local."""

import pandas as pd
import pytest

from sop_xl.domain.errors import SopError
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.schema.inputs import FX_RATES
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import from_csv
from sop_xl.supply.rates import purchase_prices
from tests.finance.small_company import demand, plan_data, planned, shipped, table

ITEMS = [{"item": "A", "family": "Bikes", "list_price": 54.0, "standard_cost": 30.0}]
MARKETS = [{"market": "Home"}, {"market": "Abroad", "currency": "EUR"}]
RATES = [
    {"currency": "EUR", "period": "2026-02", "plan_rate": 0.90, "actual_rate": 0.92},
    {"currency": "EUR", "period": "2026-04", "plan_rate": 1.00},
]
SOLD = [{**shipped("A", "Abroad", "2026-02", 1100.0, 52_800.0), "currency": "EUR"}]


def company(actuals=SOLD, rates=RATES):
    return plan_data(items=ITEMS, markets=MARKETS, actuals=actuals, fx_rates=rates)


def money(data, period, line="revenue", market="Abroad"):
    forecast = table("forecast", *demand("A", "Abroad", 10.0, 10.0))
    plan = table(
        "supply_plan",
        planned("A", "2026-03", served=10, backlog=0, closing=0),
        planned("A", "2026-04", served=10, backlog=0, closing=0),
    )
    finance = roll_up_finance(data, forecast, plan, roll_up_costs(data), table("last_cycle"))
    key = ["market", "period", "line"]
    row = finance.set_index(key).loc[(market, pd.Period(period, freq="M"), line)]
    return row[["amount", "constant", "local"]].tolist()


def test_a_closed_month_three_ways():
    # 1100 at 48 EUR: x 0.92 = 48,576 reported; x 0.90 = 47,520 at plan rate; FX is 1,056.
    assert money(company(), "2026-02") == [48_576.0, 47_520.0, 52_800.0]
    # Cost is in plan currency whatever the rate: 1100 x 30.
    margin = money(company(), "2026-02", "gross_margin")
    assert margin[:2] == [15_576.0, 14_520.0]
    assert pd.isna(margin[2])


def test_a_rate_that_changes_holds_from_its_month_on_and_a_month_has_one_rate():
    # 100 EUR at 0.92 in February; 100 in January at that of February too, the first one known.
    sold = [{**shipped("A", "Abroad", f"2026-0{month}", 2.0, 100.0), "currency": "EUR"} for month in (1, 2)]
    rates = [*RATES, {"currency": "EUR", "period": "2026-01", "plan_rate": 0.90, "actual_rate": 0.85}]
    assert money(company(sold, RATES), "2026-01")[0] == 92.0
    assert [money(company(sold, rates), f"2026-0{month}")[0] for month in (1, 2)] == [85.0, 92.0]
    # Two rates in one month, before and after its middle: the month's average has to be given.
    text = "currency,period,plan_rate,actual_rate\nEUR,2026-02,0.9,0.92\nEUR,2026-02,0.9,0.97\n"
    issues = read_table(FX_RATES, from_csv(FX_RATES, text, "fx_rates.csv"), csv=True).issues
    assert [(issue.code, issue.severity) for issue in issues] == [("duplicate-key", "stop")]


def test_planned_months_take_the_local_price_at_their_plan_rate():
    # 10 at 48 EUR: in March the rate of February, 0.90; in April 1.00.
    assert money(company(), "2026-03") == [432.0, 432.0, 480.0]
    assert money(company(), "2026-04") == [480.0, 480.0, 480.0]


def test_what_was_booked_in_plan_currency_goes_back_at_the_actual_rate():
    # 48,576 / 0.92 = 52,800 EUR.
    booked = [shipped("A", "Abroad", "2026-02", 1100.0, 48_576.0)]
    assert money(company(booked), "2026-02") == [48_576.0, 47_520.0, 52_800.0]


def test_a_list_price_is_in_plan_currency():
    # Never sold: 54 at the rate of the current month, 0.90, is 60 EUR; in April that is 60 x 1.00.
    assert money(company([]), "2026-03") == [540.0, 540.0, 600.0]
    assert money(company([]), "2026-04") == [600.0, 600.0, 600.0]


def test_shipments_without_a_value_count_at_the_local_price():
    more = [*SOLD, shipped("A", "Abroad", "2026-01", 10.0, None)]
    # 10 at 48 EUR; before the first rate, that first one counts.
    assert money(company(more), "2026-01") == [441.6, 432.0, 480.0]


def test_finance_and_supply_refuse_a_currency_without_a_rate():
    with pytest.raises(SopError, match="no rate for EUR"):
        money(company(rates=[]), "2026-02")
    buys = pd.DataFrame({"price": [2.0], "currency": ["CHF"]})
    with pytest.raises(SopError, match="no rate for CHF"):
        purchase_prices(company(), buys, pd.Series([1.0]).to_numpy())


def test_supply_goes_by_the_same_rule_as_finance():
    buys = pd.DataFrame({"price": [2.0, float("nan"), 3.0], "currency": ["EUR", "EUR", ""]})
    prices = purchase_prices(company(), buys, pd.Series([9.0, 9.0, 9.0]).to_numpy())
    # Standard cost, where there is no price, is in plan currency already.
    assert prices.tolist() == [[1.8, 2.0, 2.0], [9.0, 9.0, 9.0], [3.0, 3.0, 3.0]]
