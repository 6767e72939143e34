from dataclasses import replace
from math import isnan, nan

import pandas as pd
import pytest

from sop_xl.cycle.kpi import at_least, at_most
from sop_xl.cycle.kpi_money import days_of
from sop_xl.cycle.kpi_operations import accuracy_kpis, bias_word, customer_units
from sop_xl.cycle.kpis import kpis
from sop_xl.domain.calendar import Calendar
from sop_xl.domain.fiscal import fiscal_year
from sop_xl.domain.settings import Settings
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.supply.shortages import ranked
from tests.finance.small_company import FORECAST, LAST_CYCLE, NOW, SUPPLY_PLAN, company, table

LOAD = table(
    "load",
    {
        "resource": "Weld",
        "period": "2026-03",
        "wanted_hours": 130.0,
        "required_hours": 108.0,
        "available_hours": 100.0,
        "overtime_hours": 8.0,
        "overtime_limit": 10.0,
    },
    {
        "resource": "Paint",
        "period": "2026-04",
        "wanted_hours": 40.0,
        "required_hours": 45.0,
        "available_hours": 50.0,
        "overtime_hours": 0.0,
        "overtime_limit": 0.0,
    },
    {"resource": "Closed", "period": "2026-04", "wanted_hours": 0.0, "required_hours": 0.0, "available_hours": 0.0},
)
SHORTAGES = ranked(
    table(
        "shortages",
        {
            "item": "B1",
            "market": "East",
            "period": "2026-03",
            "quantity": 9.0,
            "kind": "late",
            "value": 900.0,
            "reason": "Weld is full",
            "description": "Road bike",
        },
        {"item": "W", "period": "2026-03", "quantity": 5.0, "kind": "below_target", "value": 50.0, "binding": "Weld"},
    )
)
ACCURACY = table(
    "accuracy",
    {"lag": 1.0, "wmape": 8.54, "bias": -8.54, "naive_wmape": 24.39, "fva": 15.85},
    {"lag": 3.0, "wmape": 90.0, "bias": 50.0},
    {"family": "Bikes", "lag": 1.0, "wmape": 70.0, "bias": 50.0},
)
PLAN_COST = table(
    "plan_cost",
    {"component": "production", "amount": 5.0},
    {"component": "total", "amount": 12345.67, "gap_pct": 0.25},
)


def results(data, *, load=LOAD, shortages=SHORTAGES, accuracy=ACCURACY, plan_cost=PLAN_COST, supply=SUPPLY_PLAN):
    costs = roll_up_costs(data)
    finance = roll_up_finance(data, FORECAST, supply, costs, LAST_CYCLE)
    figures = kpis(data, FORECAST, supply, load, shortages, finance, accuracy, plan_cost, costs=costs)
    return figures.set_index("kpi")


@pytest.fixture(scope="module")
def figures():
    return results(company())


def test_service_counts_demand_that_leaves_in_its_month(figures):
    # Customers want 30 + 20 + 1 = 51; 9 are open at the end of March; 42 / 51.
    assert figures.at["service", "value"] == pytest.approx(100 * 42 / 51)
    assert figures.loc["service", ["target", "status"]].tolist() == [95.0, "act"]
    assert figures.loc["late_units", ["value", "unit", "status"]].tolist() == [9.0, "units", "act"]
    assert figures.loc["lost_units", ["value", "status"]].tolist() == [0.0, "good"]
    assert figures.at["at_stake", "value"] == 900.00


def test_backlog_from_before_the_plan_is_not_this_plans_lateness():
    plan = table(
        "supply_plan",
        # 10 wanted, 60 still open, of which 50 are older: 10 are late, not 60.
        {"item": "B1", "period": "2026-03", "demand": 10.0, "served": 0.0, "backlog": 60.0},
        # 20 wanted, 15 of them into other items, 2 lost, 1 late.
        {"item": "B2", "period": "2026-03", "demand": 20.0, "used": 15.0, "lost": 2.0, "backlog": 1.0},
        # An order book of 9, of which 7 wait as agreed: 2 are late.
        {"item": "B3", "period": "2026-03", "demand": 30.0, "served": 21.0, "backlog": 9.0, "agreed": 7.0},
    )
    assert customer_units(plan) == (45.0, 13.0, 2.0)


def test_money_against_budget(figures):
    # No budget for May: nothing is compared.
    assert isnan(figures.at["revenue_12", "target"])
    assert figures.at["revenue_12", "status"] == ""
    # March 2787.00 (see the family plan); April 15.9 x 100 + 13.1 x 90 = 2769.
    assert figures.at["revenue_12", "value"] == 5556.00
    # COGS: March 27 x 60 + 90.50, April 29 x 60.
    assert figures.at["margin_12", "value"] == pytest.approx(100 * (5556 - 3450.5) / 5556)


def test_a_full_budget_is_compared():
    budget = [
        {"item_or_family": "Bikes", "period": month, "revenue": 1930.0, "cogs": 1150.0}
        for month in ("2026-03", "2026-04", "2026-05")
    ]
    figures = results(company(budget=budget))
    # 5556 against 5790: 4.04 % below, within 5 %. Margin 37.9 % against 40.4 %: 2.5 points below.
    assert figures.loc["revenue_12", ["target", "status"]].tolist() == [5790.0, "watch"]
    assert figures.at["margin_12", "target"] == pytest.approx(100 * 780 / 1930)
    assert figures.at["margin_12", "status"] == "act"


def test_outlook_is_actual_to_date_plus_plan():
    months = [str(month) for month in pd.period_range("2026-01", "2026-12", freq="M")]
    budget = [{"item_or_family": "Bikes", "period": month, "revenue": 1000.0, "cogs": 500.0} for month in months]
    figures = results(company(budget=budget))
    # January 2900, February 1080, March 2787, April 2769; no plan after April is compared with no budget.
    assert figures.loc["revenue_fy", ["value", "target", "status"]].tolist() == [9536.00, 4000.00, "good"]


def test_run_rate_needs_a_plan_to_the_end_of_the_year():
    assert isnan(results(company()).at["run_rate", "target"])


def test_stock_in_money_days_and_turns(figures):
    # Today 50 x 60 + 100 x 10; end of May 14 x 60 + 60 x 10; target 20 of B1 and W.
    assert figures.loc[["stock_now", "stock_12"], "value"].tolist() == [4000.00, 1440.00]
    assert figures.loc["stock_12", ["target", "status"]].tolist() == [1400.00, "good"]
    # COGS of 3 months 3450.50: a year has 13802.
    assert figures.at["dio", "value"] == pytest.approx(1440 / 13802 * 365)
    # Closing 1380 + 1000, 840 + 600, 840 + 600: average 1753.33.
    assert figures.at["turns", "value"] == pytest.approx(13802 / (5260 / 3))


def test_days_and_turns_of_t16():
    # T16: a month of 30 days, revenue 1.2m, COGS 0.78m, inventory 0.26m, AR 0.18m, AP 0.13m.
    dso, dio, dpo = days_of(0.18, 1.2, 30), days_of(0.26, 0.78, 30), days_of(0.13, 0.78, 30)
    assert [dso, dio, dpo, dso + dio - dpo] == pytest.approx([4.5, 10.0, 5.0, 9.5])


def test_days_of_f10():
    # Revenue 1,095,000, COGS 730,000, AR 120,000, stock 90,000, AP 60,000.
    days = [days_of(120e3, 1095e3, 365), days_of(90e3, 730e3, 365), days_of(60e3, 730e3, 365)]
    assert days == pytest.approx([40.0, 45.0, 30.0])


def test_accuracy_is_the_archived_consensus_once_three_months_have_closed():
    def archived(months):
        rows = [
            {"family": "(all)", "item": "(all)", "lag": 1.0, "months": months, "step": step, **numbers}
            for step, numbers in (("naive", {"wmape": 30.0, "bias": 9.0}), ("consensus", {"wmape": 34.0, "bias": 6.0}))
        ]
        return table("accuracy_steps", *rows)  # fmt: skip

    rows = {row.kpi: row for row in accuracy_kpis(ACCURACY, archived(3.0))}
    assert (rows["accuracy"].value, rows["accuracy"].target, rows["bias"].value) == (66, 70, 6)
    assert rows["accuracy"].name == "Forecast accuracy: consensus, 3 months"
    assert rows["fva"].value == -4
    rows = {row.kpi: row for row in accuracy_kpis(ACCURACY, archived(2.0))}
    assert rows["accuracy"].value == pytest.approx(91.46)
    assert "backtest" in rows["accuracy"].name


def test_accuracy_is_the_companys_one_month_ahead(figures):
    assert figures.loc["accuracy", ["value", "target", "status"]].tolist() == pytest.approx([91.46, 75.61, "good"])
    assert figures.loc["bias", ["name", "value", "status"]].tolist() == ["Forecast bias: over-forecast", -8.54, "watch"]
    assert figures.at["fva", "value"] == 15.85


def test_peaks_name_resource_and_month(figures):
    assert figures.at["peak_load", "name"] == "Peak load: Weld, Mar 26"
    assert figures.loc["peak_load", ["value", "status"]].tolist() == [108.0, "watch"]
    # 130 h wanted of 100 regular ones, 100 + 10 there; more than 10 % beyond them.
    assert figures.loc["peak_wanted", ["value", "target", "status"]].tolist() == pytest.approx([130.0, 110.0, "act"])
    # 8 h of 150 regular: 5.3 %.
    assert figures.loc["overtime", ["value", "status"]].tolist() == [8.0, "act"]


def test_of_equal_peaks_the_earliest_month_then_the_most_wanted_then_the_name_counts():
    def row(resource, month, wanted):
        hours = {"wanted_hours": wanted, "required_hours": 115.0, "available_hours": 100.0, "overtime_limit": 15.0}
        return {"resource": resource, "period": f"2026-{month:02}", **hours}

    tied = [row("A", 5, 150.0), row("Z", 3, 120.0), row("M", 3, 130.0), row("N", 3, 130.0)]
    tied[0]["required_hours"] += 1e-9
    assert results(company(), load=table("load", *tied)).at["peak_load", "name"] == "Peak load: M, Mar 26"


def test_definitions_name_the_months_that_are_planned(figures):
    assert not figures.drop("growth")["definition"].str.contains("12 months").any()
    assert "next 3 months" in figures.at["service", "definition"]
    assert figures.at["stock_12", "name"] == "Stock after 3 months, all items"


def test_a_year_planned_in_part_says_so(figures):
    # January and February are closed, March and April planned; nothing is sold after.
    assert figures.at["revenue_fy", "name"] == "Revenue, 4 of 12 months of the fiscal year"


def test_below_target_is_the_average_month(figures):
    # Missing to 20: B1 0, 6, 6; B2 20 in March; W none: 32 / 3.
    assert figures.at["below_target", "value"] == pytest.approx(32 / 3, abs=1e-6)


def test_growth_needs_a_year_of_plan(figures):
    assert isnan(figures.at["growth", "value"])


def test_plan_cost_is_the_total(figures):
    assert figures.at["plan_cost", "value"] == 12345.67


def test_the_gap_of_the_plan_is_shown_and_judged(figures):
    assert figures.at["plan_gap", "value"] == 0.25
    assert figures.at["plan_gap", "status"] == "watch"


def test_what_is_not_known_is_blank_and_not_judged():
    none = {name: table(name) for name in ("load", "shortages", "accuracy", "plan_cost")}
    figures = results(company(), **none)
    for name in ("accuracy", "bias", "fva", "peak_load", "plan_cost"):
        assert isnan(figures.at[name, "value"])
        assert figures.at[name, "status"] == ""
    assert (figures["definition"] != "").all()


@pytest.mark.parametrize(("value", "status"), [(95.0, "good"), (93.0, "watch"), (92.99, "act"), (nan, "")])
def test_limits_include_their_ends(value, status):
    assert at_least(value, 95.0, 2.0) == status
    assert at_most(-value, -95.0, 2.0) == status


def test_bias_word():
    # field.md 4.5: actual less forecast, so below zero is over-forecast.
    assert [bias_word(value) for value in (-1.0, 1.0, 0.0, nan)] == [": over-forecast", ": under-forecast", "", ""]


@pytest.mark.parametrize(
    ("period", "first", "start"),
    [("2026-03", 1, "2026-01"), ("2026-03", 7, "2025-07"), ("2026-07", 7, "2026-07"), ("2026-06", 7, "2025-07")],
)
def test_fiscal_year(period, first, start):
    year = fiscal_year(pd.Period(period, freq="M"), first)
    assert (str(year[0]), len(year)) == (start, 12)


def test_a_plan_to_the_end_of_the_year_has_growth_and_run_rate():
    budget = [
        {"item_or_family": "Bikes", "period": str(pd.Period("2026-01", freq="M") + k), "revenue": 1000.0, "cogs": 1.0}
        for k in range(12)
    ]
    long = Settings(current_period=NOW, horizon_months=12)
    figures = results(replace(company(budget=budget), settings=long, calendar=Calendar.of(long.plan_periods)))
    # The last 12 months sold 20 + 10 + 12 + 2 = 44; forecast 20 + 10 + 10 + 10 + 1 = 51.
    assert figures.at["growth", "value"] == pytest.approx(100 * (51 / 44 - 1), abs=1e-6)
    # 12000 - 2900 - 1080 = 8020 in 10 months; planned 2787 + 2769 = 5556.
    assert figures.loc["run_rate", ["value", "target", "status"]].tolist() == [555.60, 802.00, "act"]
