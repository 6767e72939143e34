"""Yearly rebates (T126): the volume expected for the whole agreement sets the rate; closed months are trued up."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.domain.errors import SopError
from sop_xl.domain.settings import Settings
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.rebates import Agreement, earned, expected_volume, rate_reached
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.finance.sales import outlook
from tests.finance.small_company import demand, plan_data, shipped, table

MONTHS = pd.period_range("2026-01", "2026-06", freq="M")
NOW = pd.Period("2026-04", "M")
AGREEMENT = {"agreement": "R1", "market": "East", "from_period": "2026-01", "to_period": "2026-06", "measured": "units"}


def agreement(*tiers, retrospective=True):
    thresholds, rates = (np.array(column, dtype=float) for column in zip(*tiers, strict=True))
    return Agreement("R1", MONTHS, thresholds, rates, retrospective, by_units=True)


@pytest.mark.parametrize(("expected", "rate"), [(999.0, 0.0), (1000.0, 3.0), (1999.99, 3.0), (2000.0, 5.0), (9e9, 5.0)])
def test_the_rate_is_that_of_the_highest_threshold_reached(expected, rate):
    assert rate_reached(agreement((1000, 3), (2000, 5)), expected) == rate


def test_a_retrospective_rebate_is_earned_from_the_first_unit():
    revenue = np.array([1000.0, 2000.0, 500.05])
    # 3 % of all months alike: 30, 60, 15.0015 -> 15.00.
    assert earned(agreement((1000, 3)), revenue / 10, revenue, 1200.0).tolist() == [30.0, 60.0, 15.0]
    assert earned(agreement((1000, 3)), revenue / 10, revenue, 999.0).tolist() == [0.0, 0.0, 0.0]


def test_another_rebate_is_earned_only_beyond_the_threshold():
    volume, revenue = np.array([60.0, 60.0, 100.0]), np.array([600.0, 600.0, 1000.0])
    # 2 % from 100 on, 4 % from 150 on. Month 2: 20 of 60 units beyond 100 -> 200 x 2 % = 4.00.
    # Month 3 starts at 120: 30 units at 2 % = 6.00, 70 at 4 % = 28.00.
    split = agreement((100, 2), (150, 4), retrospective=False)
    assert earned(split, volume, revenue, 1e9).tolist() == [0.0, 4.0, 34.0]


def test_months_beyond_the_plan_count_as_the_mean_of_those_before():
    assert expected_volume(np.array([100.0, 200.0, 300.0]), 3, 12) == 2400.0
    assert expected_volume(np.array([]), 0, 12) == 0.0


def company(booked=(), sold=300.0, planned=100.0, market="East", **more):
    """Sell 300 units at 10 from January to March, in East, and plan `planned` a month from April to June."""
    months = ("2026-01", "2026-02", "2026-03")
    actuals = [shipped("A", "East", month, sold / 3, sold / 3 * 10) for month in months]
    actuals += [
        {"measure": "rebates", "item": "(company)", "market": market, "period": month, "value": value}
        for month, value in booked
    ]
    data = plan_data(
        Settings(NOW, horizon_months=3),
        items=[{"item": "A", "family": "Goods", "list_price": 12.0, "standard_cost": 4.0, "source": "buy"}],
        markets=[{"market": "East"}, {"market": "West"}],
        actuals=actuals,
        rebates=[{**AGREEMENT, "threshold": 500.0, "rebate_pct": 5.0, **more}],
    )
    return data, planned


def figures(case):
    data, planned = case
    costs = roll_up_costs(data)
    forecast = table("forecast", *demand_from("A", "East", planned))
    flows = [
        {"family": "Goods", "item": "A", "location": "Plant", "period": month, "demand": planned, "served": planned,
         "opening": 0.0, "purchases": planned, "closing": 0.0, "backlog": 0.0, "closing_value": 0.0}
        for month in MONTHS[3:]
    ]  # fmt: skip
    supply = table("supply_plan", *flows)
    sales = outlook(data, forecast, supply, costs)
    finance = roll_up_finance(data, forecast, supply, costs, table("last_cycle"), sales=sales)
    lines = finance.pivot_table(index="line", columns="period", values="amount", aggfunc="sum").reindex(columns=MONTHS)
    return sales, lines


def demand_from(item, market, planned):
    return [{**row, "period": NOW + k} for k, row in enumerate(demand(item, market, planned, planned, planned))]


def test_below_the_threshold_there_is_nothing():
    # 300 sold + 3 x 60 planned = 480 < 500.
    sales, lines = figures(company(planned=60.0))
    assert "rebates" not in lines.index
    assert sales.rebates["accrued"].tolist() == [0.0] * 6
    assert lines.loc["revenue"].tolist() == [1000.0] * 3 + [600.0] * 3


def test_a_threshold_crossed_mid_year_is_trued_up_in_the_open_month():
    # 300 + 300 = 600 >= 500: 5 % of 1,000 a month. January to March were booked without: 150 in April, and its own 50.
    sales, lines = figures(company())
    accruals = sales.rebates.set_index("period")
    assert accruals["expected"].unique().tolist() == [600.0]
    assert accruals["true_up"].tolist() == [0.0, 0.0, 0.0, 150.0, 0.0, 0.0]
    assert lines.loc["rebates"].fillna(0.0).tolist() == [0.0, 0.0, 0.0, 200.0, 50.0, 50.0]
    assert lines.loc["revenue"].tolist() == [1000.0] * 3 + [800.0, 950.0, 950.0]
    # Gross revenue stays units at list price: 100 x 12.
    assert (lines.loc["revenue"] + lines.loc["deductions"]).tolist() == [1200.0] * 6
    # The whole agreement bears 5 % of everything: 300 of 6,000.
    assert lines.loc["rebates"].sum() == 300.0


def test_what_was_booked_is_taken_off_closed_months_and_not_again():
    booked = [("2026-01", 50.0), ("2026-02", 50.0), ("2026-03", 30.0)]
    _, lines = figures(company(booked))
    # 150 earned, 130 booked: the true-up is 20.
    assert lines.loc["rebates"].tolist() == [50.0, 50.0, 30.0, 70.0, 50.0, 50.0]
    assert lines.loc["revenue"].tolist() == [950.0, 950.0, 970.0, 930.0, 950.0, 950.0]


def test_an_expectation_that_falls_gives_the_accrual_back():
    booked = [(str(month), 50.0) for month in MONTHS[:3]]
    _, lines = figures(company(booked, planned=60.0))
    # 480 < 500 after all: 150 come back in April.
    assert lines.loc["rebates"].fillna(0.0).tolist() == [50.0, 50.0, 50.0, -150.0, 0.0, 0.0]
    assert lines.loc["rebates"].sum() == 0.0


def test_an_agreement_ended_last_month_is_settled_in_the_open_one():
    sales, lines = figures(company(to_period="2026-03", threshold=300.0))
    assert sales.rebates.set_index("period")["accrued"].to_dict()[NOW] == 150.0
    assert lines.loc["rebates"].fillna(0.0).tolist() == [0.0, 0.0, 0.0, 150.0, 0.0, 0.0]


def test_cents_are_spread_without_a_rest_and_rows_in_any_order_give_the_same():
    data, planned = company([("2026-01", 33.33), ("2026-02", 0.01)])
    one = figures((data, planned))[1]
    other = figures((data.with_tables(actuals=data["actuals"].iloc[::-1].reset_index(drop=True)), planned))[1]
    pd.testing.assert_frame_equal(one, other)
    assert one.loc["rebates"].iloc[:2].tolist() == [33.33, 0.01]


def test_a_rebate_of_nothing_sold_is_named():
    with pytest.raises(SopError, match=r"33\.00 of rebates of \(company\) in 2026-02, but nothing was sold"):
        figures(company([("2026-02", 33.0)], market="West"))
