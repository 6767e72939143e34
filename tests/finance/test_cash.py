"""Working capital against worked examples, and the cash table of the small company by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.domain.settings import Settings
from sop_xl.finance.cash import CashDays, cash_days, corkscrew, settle
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.overtime import absorb, overtime_premium
from sop_xl.finance.results import money_results
from tests.finance.small_company import FORECAST, INPUTS, NOW, SUPPLY_PLAN, company, plan_data, shipped, table


def test_days_of_a_year():
    # 120,000 / 1,095,000 x 365 and so on.
    days = cash_days(120_000, 90_000, 60_000, revenue=1_095_000, cogs=730_000, days=365)
    assert days == pytest.approx(CashDays(40.0, 45.0, 30.0, 55.0))


def test_days_of_a_month():
    days = cash_days(0.18, 0.26, 0.13, revenue=1.2, cogs=0.78, days=30)
    assert days == pytest.approx(CashDays(4.5, 10.0, 5.0, 9.5))


def test_days_without_a_flow_are_unknown():
    assert np.isnan(cash_days(1, 1, 1, revenue=0, cogs=5, days=30)).tolist() == [True, False, False, True]


def test_terms_of_45_days_are_half_and_half():
    # Months 3 and 4: 0.5 x 120 + 0.5 x 100 = 110, 0.5 x 150 + 0.5 x 120 = 135.
    assert settle(np.array([100.0, 120.0, 150.0, 0.0]), 45).tolist() == [0, 50, 110, 135]


def test_terms_of_nothing_and_beyond_the_horizon():
    assert settle(np.array([1.0, 2.0]), 0).tolist() == [1, 2]
    assert settle(np.array([1.0, 2.0]), 90).tolist() == [0, 0]


def test_a_cent_is_never_split():
    # 0.01 at 45 days: half a cent rounds up to the later month.
    assert settle(np.array([0.01, 0.0, 0.0]), 45).tolist() == [0, 0, 0.01]


cents = st.lists(st.integers(-10_000_000, 10_000_000).map(lambda c: c / 100), min_size=1, max_size=24)


@given(cents, st.floats(0, 120))
def test_what_is_not_settled_stays_open(amounts, days):
    added = np.array(amounts)
    balance = corkscrew(added, settle(added, days))
    steps = np.rint(np.array(balance) * 100).astype("int64")
    assert (steps[0] + steps[1] - steps[2] == steps[3]).all()
    assert (steps[0][1:] == steps[3][:-1]).all()
    whole = np.concatenate([added, np.zeros(6)])
    assert round(settle(whole, days).sum(), 2) == round(added.sum(), 2)


def test_absorption_by_normal_capacity():
    # 200,000 over 10,000 normal hours is 20 an hour; 8,000 hours take up 160,000; at 12,000 the rate is 16.67.
    assert absorb(200_000, 10_000, 8_000)[:3] == (20.0, 160_000.0, 40_000.0)
    rate, absorbed, under, over = absorb(200_000, 10_000, 12_000)
    assert (round(rate, 2), absorbed, under, over) == (16.67, 200_000.0, 0.0, 40_000.0)
    # Kaplan, Limco: 10 x 21,000 against 200,000.
    assert absorb(200_000, 20_000, 21_000).over_absorbed == 10_000
    assert absorb(200_000, 10_000, 0).under_absorbed == 200_000


INITIATIVES = [
    {"initiative": "1", "target": "B1", "from_period": "2026-04", "capex": 1000.0, "one_off_cost": 50.0,
     "probability_pct": 50.0, "status": "approved"},
    {"initiative": "2", "capex": 7.0, "status": "approved"},
    {"initiative": "3", "capex": 9.0, "from_period": "2026-01", "status": "approved"},
    {"initiative": "4", "capex": 9.0, "from_period": "2026-04", "status": "proposed"},
]  # fmt: skip
SHOP = {
    **INPUTS,
    "markets": [{"market": "East", "payment_days": 45.0}, {"market": "West", "payment_days": 0.0}],
    "actuals": [*INPUTS["actuals"], {"measure": "receipts", "item": "W", "period": "2026-02", "value": 30.0}],
    "initiatives": INITIATIVES,
    "resources": [
        {"resource": "Saw", "cost_per_hour": 20.0, "overtime_cost_per_hour": 30.0},
        {"resource": "Crew", "cost_per_hour": 1.0, "overtime_cost_per_hour": 2.0},
        {"resource": "Oven", "cost_per_hour": 1.0},
    ],
    "labour": [{"resource": "Crew", "workers": 2.0, "cost_per_hour": 10.0, "overtime_cost_per_hour": 25.0}],
    "routings": [{"item": "B1", "operation": "10", "resource": "Saw", "hours_per_unit": 0.1}],
}
LOAD = table(
    "load",
    {"resource": "Saw", "period": "2026-03", "overtime_hours": 3.0},
    {"resource": "Saw", "period": "2026-02", "overtime_hours": 9.0},
    {"resource": "Crew", "period": "2026-03", "overtime_hours": 2.0},
    {"resource": "Oven", "period": "2026-03", "overtime_hours": 2.0},
)
ORDER = {"item": "B2", "supplier": "S", "location": "Plant", "period": "2026-03", "quantity": 1.0, "value": 80.0}
PURCHASES = table("purchases", ORDER)


def money(data, purchases=PURCHASES, load=LOAD):
    """Return the results, cash of the planned months only."""
    found = all_months(data, purchases, load)
    cash = found["cash"]
    return {**found, "cash": cash[cash["version"].eq("plan")].reset_index(drop=True)}


def all_months(data, purchases=PURCHASES, load=LOAD):
    plan = {"forecast": FORECAST, "supply_plan": SUPPLY_PLAN, "purchases": purchases, "load": load}
    plan["launch_plan"] = table("launch_plan")
    return money_results(data, {**plan, "item_costs": roll_up_costs(data), "last_cycle": table("last_cycle")})


@pytest.fixture
def cash():
    settings = Settings(current_period=NOW, horizon_months=3, days_in_year=360, supplier_payment_days=30)
    return money(plan_data(settings, **SHOP))["cash"]


def test_receivables_by_the_terms_of_each_market(cash):
    # East: January 2000, March 1950; West pays at once: March 9.3 x 90 = 837, April 13.1 x 90 = 1179.
    # March opens with half of January's 2000, which comes in March.
    assert cash["opening_receivables"].tolist() == [1000.0, 1950.0, 975.0 + 1590.0]
    # April East: 15.9 x 100 = 1590.
    assert cash["revenue"].tolist() == [2787.0, 2769.0, 0.0]
    assert cash["receipts"].tolist() == [1000.0 + 837.0, 975.0 + 1179.0, 975.0 + 795.0]
    assert cash["closing_receivables"].tolist() == [1950.0, 2565.0, 795.0]


def balance(measure, value, market="", period="2026-02"):
    return {"measure": measure, "item": "(company)", "market": market, "period": period, "value": value}


def shop_with(*balances, **more):
    settings = Settings(current_period=NOW, horizon_months=3, days_in_year=360, supplier_payment_days=30)
    return money(plan_data(settings, **{**SHOP, "actuals": [*SHOP["actuals"], *balances], **more}))["cash"]


def test_what_was_booked_as_open_is_what_the_plan_opens_with(cash):
    # Terms leave 1,000 of the East open, all due in March; 1,300 are: they come in March. Nothing else changes.
    booked = shop_with(balance("receivables", 1300.0, "East"), balance("receivables", 9.0, "East", "2026-01"))
    assert booked["opening_receivables"].tolist() == [1300.0, 1950.0, 975.0 + 1590.0]
    assert (booked["receipts"] - cash["receipts"]).tolist() == [300.0, 0.0, 0.0]
    # West pays at once, so that 50 of it are overdue; the company as a whole: the same 1,050.
    apart = shop_with(balance("receivables", 1000.0, "East"), balance("receivables", 50.0, "West"))
    assert apart["receipts"].tolist() == [1000.0 + 50.0 + 837.0, *cash["receipts"].tolist()[1:]]
    whole = shop_with(balance("receivables", 1050.0))
    pd.testing.assert_frame_equal(apart, whole)


def test_booked_receivables_come_in_the_proportions_of_terms():
    # East sells 1,000 in February at 45 days: half due in March, half in April; 600.01 are open, not 1,000.
    east = [*INPUTS["actuals"][2:], shipped("B1", "East", "2026-02", 10.0, 1000.0)]
    terms = shop_with(actuals=east)
    booked = shop_with(actuals=[*east, balance("receivables", 600.01, "East")])
    assert terms["opening_receivables"].iloc[0] == 1000.0
    assert booked["opening_receivables"].iloc[0] == 600.01
    assert (terms["receipts"] - booked["receipts"]).round(2).tolist() == [199.99, 200.0, 0.0]


def test_booked_payables_are_paid_by_terms():
    booked = shop_with(balance("payables", 42.0))
    assert booked["opening_payables"].tolist() == [42.0, 80.0, 0.0]
    assert booked["payments"].tolist() == [42.0, 80.0, 0.0]
    assert shop_with(balance("payables", 0.0))["payments"].tolist() == [0.0, 80.0, 0.0]


def test_payables_by_the_supplier_terms(cash):
    assert cash["opening_payables"].tolist() == [30.0, 80.0, 0.0]
    assert cash["purchases"].tolist() == [80.0, 0.0, 0.0]
    assert cash["payments"].tolist() == [30.0, 80.0, 0.0]


def test_orders_placed_before_are_paid_too():
    # Nothing new is bought; the one B2 that arrives in March was ordered before, at the supplier's 85.
    offer = {"item": "B2", "supplier": "S", "price": 85.0}
    data = plan_data(Settings(NOW, horizon_months=3), **SHOP, suppliers=[offer])
    found = money(data, table("purchases"))
    assert found["cash"]["purchases"].tolist() == [85.0, 0.0, 0.0]
    # Its standard cost is 90.50.
    assert line(found["finance"], "price_variance") == {("Bikes", "2026-03"): -5.50}


def closed(*balances, **more):
    settings = Settings(current_period=NOW, horizon_months=3, days_in_year=360, supplier_payment_days=30)
    found = all_months(plan_data(settings, **{**SHOP, "actuals": [*SHOP["actuals"], *balances], **more}))["cash"]
    return found[found["version"].eq("actual")]


def test_closed_months_by_terms_and_as_posted():
    # East's 2,000 of January are due in 45 days, half in February; West pays 900 and 1,080 at once.
    planned_stock = {"item_or_family": "Bikes", "period": "2026-01", "inventory_value": 5.0}
    by_terms = closed(budget=[planned_stock])
    assert by_terms["period"].astype(str).tolist() == ["2026-01", "2026-02"]
    assert by_terms["receipts"].tolist() == [900.0, 1000.0 + 1080.0]
    assert by_terms["closing_receivables"].tolist() == [2000.0, 1000.0]
    # January has no receipt of goods: 30 B1 at 60, of which 2 are an hour's tenth at 20; February has one of 30.
    assert by_terms["purchases"].tolist() == [30.0 * 60.0 - 30.0 * 2.0, 30.0]
    assert by_terms["payments"].tolist() == [0.0, 1740.0]
    # Nothing made was posted for January: hours of what was sold; 15 B1 were made in February.
    assert by_terms["conversion"].tolist() == [60.0, 30.0]
    assert by_terms[["overhead", "overtime", "one_off", "capex"]].isna().all(axis=None)
    # Only February's stock was counted; a budget of it is no count.
    assert by_terms["inventory_value"].fillna(-1.0).tolist() == [-1.0, 3000.0]
    assert by_terms["net_cash"].tolist() == [900.0 - 60.0, 2080.0 - 1740.0 - 30.0]
    # 1,500 were open in January and 1,300 in February: what came in follows.
    east = [balance("receivables", 1500.0, "East", "2026-01"), balance("receivables", 1300.0, "East")]
    posted = closed(*east)
    assert posted["opening_receivables"].tolist() == [-500.0, 1500.0]
    assert posted["receipts"].tolist() == [900.0, 200.0 + 1080.0]
    assert posted["closing_receivables"].tolist() == [1500.0, 1300.0]
    # Where the last month is not posted, an earlier one says nothing.
    pd.testing.assert_frame_equal(closed(east[0]), closed())


def test_a_rebate_is_paid_at_the_end_of_its_agreement():
    # East gets 10 % back on all it buys from January to April: paid in April; invoices are paid in full before.
    deal = {"agreement": "E", "market": "East", "from_period": "2026-01", "to_period": "2026-04", "threshold": 0.0,
            "rebate_pct": 10.0, "measured": "revenue", "retrospective": "yes"}  # fmt: skip
    booked = {"measure": "rebates", "item": "B1", "market": "East", "period": "2026-01", "value": 200.0}
    with_deal, without = closed(booked, rebates=[deal]), closed()
    assert with_deal["receipts"].tolist() == without["receipts"].tolist()
    assert with_deal["revenue"].tolist() == [2700.0, 1080.0]
    assert with_deal["closing_rebates"].tolist() == [200.0, 200.0]
    plan = shop_with(booked, rebates=[deal])
    # March 1,950 and April 1,590 go to East: 195 and 159.
    assert plan["rebates"].tolist() == [195.0, 159.0, 0.0]
    assert plan["rebates_paid"].tolist() == [0.0, 200.0 + 195.0 + 159.0, 0.0]
    assert plan["closing_rebates"].tolist() == [395.0, 0.0, 0.0]
    assert plan["receipts"].tolist() == shop_with()["receipts"].tolist()
    # One that runs beyond the plan is not paid in it; one that nobody agreed on comes off the invoice.
    beyond = shop_with(booked, rebates=[{**deal, "to_period": "2027-12"}])
    assert beyond["rebates_paid"].sum() == 0.0
    assert closed(booked)["receipts"].tolist() == [900.0, 900.0 + 1080.0]


def test_what_is_paid_at_once(cash):
    # 20 B1 made in April, 0.1 h at 20. Premium: 3 x 10 + 2 x 15; the oven has no overtime rate.
    assert cash["conversion"].tolist() == [0.0, 40.0, 0.0]
    assert cash["overtime"].tolist() == [60.0, 0.0, 0.0]
    assert cash["opex"].tolist() == [0.0, 300.0, 0.0]
    # Half of it, since its probability is 50 %; what started in January is spent.
    assert cash["one_off"].tolist() == [0.0, 25.0, 0.0]
    assert cash["capex"].tolist() == [7.0, 500.0, 0.0]
    # March: 1837 - 30 - 60 - 7; April: 2154 - 80 - 40 - 300 - 25 - 500.
    assert cash["net_cash"].tolist() == [1740.0, 1209.0, 1770.0]


def test_days_by_the_last_three_months(cash):
    # January to March: revenue 2900 + 1080 + 2787 = 6767; 1950 / 6767 x 90.
    assert cash["dso"].iloc[0] == 25.9
    # COGS 30 x 60 + 12 x 60 + 1710.50 = 4230.50; stock 23 x 60 + 100 x 10 = 2380; payables 80.
    assert (cash["dio"].iloc[0], cash["dpo"].iloc[0]) == (50.6, 1.7)
    # 25.935 + 50.632 - 1.702.
    assert cash["cash_to_cash"].iloc[0] == 74.9


def test_overhead_that_production_does_not_bear():
    # Saw: 8 an hour, 100 hours, normal load 50 %: 400 a month. March works 20 hours, April 60, May none.
    settings = Settings(NOW, horizon_months=3, normal_load_pct=50.0)
    saw = {"resource": "Saw", "cost_per_hour": 20.0, "overhead_per_hour": 8.0}
    hours = {"2026-03": 20.0, "2026-04": 60.0, "2026-05": 0.0, "2026-02": 1.0}
    load = table("load", *(
        {"resource": "Saw", "period": p, "required_hours": h, "available_hours": 100.0} for p, h in hours.items()
    ))  # fmt: skip
    data = plan_data(settings, **{**SHOP, "resources": [saw], "labour": []})
    found = money(data, load=load)
    assert line(found["finance"], "under_absorbed") == {("", "2026-03"): 240.0, ("", "2026-05"): 400.0}
    assert found["cash"]["overhead"].tolist() == [240.0, 0.0, 400.0]
    # 20 B1 in April, 0.1 hours at 28, and two wheels of 10, against the standard of 60.
    assert line(found["finance"], "production_variance") == {("", "2026-04"): 56.0 + 400.0 - 1200.0}
    # 9.3 + 17.7 B1 leave in March, each with 0.80 of overhead in its standard; then 29.
    fixed = line(found["finance"], "fixed_overhead")
    assert [fixed["Bikes", month] for month in ("2026-03", "2026-04")] == [21.6, 23.2]


def line(finance, name):
    rows = finance[finance["line"].eq(name)]
    sums = rows.groupby(["family", "period"])["amount"].sum().round(2)
    return {(family, str(period)): amount for (family, period), amount in sums.items()}


def test_overtime_of_closed_months_is_past():
    assert overtime_premium(plan_data(**SHOP), LOAD)["premium"].tolist() == [30.0, 0.0, 30.0]


def test_a_company_without_markets_pays_in_thirty_days():
    cash = money(company(markets=[]), table("purchases"), table("load"))["cash"]
    assert cash["receipts"].tolist()[1:] == cash["revenue"].tolist()[:2]
