"""The parts a plan is made of, each by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.domain.lead_time import lead_months
from sop_xl.supply.bill import top_down
from sop_xl.supply.cause import month_span
from sop_xl.supply.hours import read_hours
from sop_xl.supply.lead_times import weeks_of_backlog
from sop_xl.supply.plan_cost import rounded_parts
from sop_xl.supply.rates import unit_rates
from sop_xl.supply.stock_plan import cover_days
from sop_xl.supply.stock_targets import cover_stock
from tests.supply.cases import company, costs


def test_lead_times_round_at_half_a_month():
    # A month is 365 / 12 = 30.42 days: half of it is 15.2.
    days = pd.Series([0, 15, 16, 45, 46, np.nan])
    assert lead_months(days, 365).tolist() == [0, 0, 1, 1, 2, 0]


def test_parents_come_before_components_and_a_loop_comes_last():
    lines = [("A", "C"), ("A", "B"), ("B", "C"), ("X", "Y"), ("Y", "X")]
    bom = pd.DataFrame(lines, columns=["parent", "component"])
    assert top_down(["C", "X", "B", "Y", "A"], bom) == ["A", "B", "C", "X", "Y"]


def test_components_of_a_total_add_up_to_it():
    # Three thirds of 100.00: the first of equal remainders gets the odd cent.
    assert rounded_parts(np.array([100 / 3] * 3)).tolist() == [33.34, 33.33, 33.33]
    assert rounded_parts(np.array([0.0, 1.005, 2.0])).tolist() == [0, 1.01, 2]
    assert rounded_parts(np.array([0.1 + 0.2])).tolist() == [0.3]


def test_month_spans_in_words():
    periods = pd.period_range("2026-11", periods=6, freq="M")
    assert month_span(periods, 2, 2) == "Jan 27"
    assert month_span(periods, 2, 5) == "Jan to Apr 27"
    assert month_span(periods, 0, 3) == "Nov 26 to Feb 27"


def test_hours_from_the_resource_and_from_the_table():
    # January has 31 days: 70 h a week x 31/7 = 310, at 90 % 279, overtime a tenth. February is given.
    data = company(
        {"horizon_months": 2},
        resources=[
            {"resource": "R", "hours_per_week": 70, "efficiency_pct": 90, "overtime_max_pct": 10, "cost_per_hour": 8}
        ],
        capacity=[{"resource": "R", "period": "2027-02", "hours": 100, "overtime_hours": 7}],
    )
    hours = read_hours(data, ["R", "OTHER"])
    assert hours.regular[0].tolist() == pytest.approx([279, 100])
    assert hours.overtime[0].tolist() == pytest.approx([27.9, 7])
    assert hours.overtime_cost[0] == 12  # blank: half as much again
    assert np.isinf(hours.regular[1]).all()
    assert hours.overtime[1].tolist() == [0, 0]


def test_a_planned_workforce_replaces_the_resource_hours():
    data = company(
        {"horizon_months": 1},
        calendar=[{"period": "2027-01", "working_days": 20}],
        resources=[{"resource": "R", "hours_per_week": 1, "cost_per_hour": 5, "overtime_max_pct": 10}],
        labour=[{"resource": "R", "workers": 3, "hours_per_worker_day": 7, "cost_per_hour": 9}],
    )
    hours = read_hours(data, ["R"])
    assert hours.regular.tolist() == [[0]]
    assert hours.crew_hours.tolist() == [[140]]
    assert hours.crew_overtime.tolist() == [[14]]
    assert hours.cost.tolist() == [0]  # the wage is paid, used or not
    assert hours.overtime_cost.tolist() == [7.5]


def test_blank_costs_take_their_defaults():
    data = company(
        {"holding_rate_per_year": 0.24},
        items=[
            {"item": "A"},
            {"item": "B", "holding_cost": 0, "backorder_cost": 0, "lost_sale_cost": 0},
            {"item": "C", "standard_cost": 50, "list_price": 40},
            {"item": "D"},
        ],
    )
    rates = unit_rates(data, costs({"A": 100, "B": 10}, {"A": 180, "B": 20}))
    assert rates.holding.tolist() == [2, 0, 1, 0]  # 24 % / 12 of the cost
    assert rates.backorder.tolist() == [20, 0, 2, 0]  # a quarter of the margin, at least twice the holding
    assert rates.lost.tolist() == [180, 0, 40, 0]  # the price, else twice the cost
    assert rates.worth.tolist() == [180, 20, 50, 0.5]  # price or cost; at least 1 % of the median


def test_cover_stock_goes_on_after_the_horizon():
    # 30 days in months of 30 days: next month's demand; after the last month the mean of a short horizon.
    demand = np.array([[10.0, 20.0, 30.0]])
    lengths = np.array([30.0, 30.0, 30.0])
    assert cover_stock(demand, lengths, np.array([30.0])).tolist() == [[20, 30, 20]]
    assert cover_stock(demand, lengths, np.array([45.0])).tolist() == [[35, 40, 30]]
    # With a year or more, the month of a year before.
    year = np.arange(1.0, 13.0)[None, :]
    assert cover_stock(year, np.full(12, 30.0), np.array([60.0]))[0, -1] == 1 + 2


def test_cover_days_by_hand():
    # 25 on 10, 20, 0: 10 in month 2 (30 days), 15 of 20 in month 3 (22.5 days). After month 4, which has no
    # demand, each day takes (10 + 20 + 0) / 90: 5 last 15 days, after the 30 of month 4 where that is ahead.
    lengths = np.full(4, 30.0)
    days = cover_days(np.array([[25.0, 0.0, 5.0, 5.0]]), np.array([[9.0, 10.0, 20.0, 0.0]]), lengths)
    assert days.tolist() == [[52.5, 0, 45, 15]]
    # Steady stock on steady demand lasts as long at the end as at the start.
    assert cover_days(np.full((1, 4), 5.0), np.full((1, 4), 30.0), lengths).tolist() == [[5, 5, 5, 5]]
    # Nobody wants it: the horizon's length.
    assert cover_days(np.full((1, 4), 5.0), np.array([[9.0, 0.0, 0.0, 0.0]]), lengths).tolist() == [[120] * 4]


def test_weeks_of_backlog():
    # 40 late, 100 shipped in 4 weeks: 1.6 weeks. A month without shipments takes the mean of 12.5 a week.
    weeks = weeks_of_backlog(np.array([[40.0, 25.0]]), np.array([[100.0, 0.0]]), np.array([4.0, 4.0]))
    assert weeks.tolist() == [[1.6, 2.0]]
    assert np.isnan(weeks_of_backlog(np.array([[1.0]]), np.array([[0.0]]), np.array([4.0]))).all()
