from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.domain.money import round_half_up, split_cents
from sop_xl.domain.settings import Settings
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.markets import served_by_market
from sop_xl.finance.price import local_price_by_market
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.schema.results import FINANCE
from tests.finance.small_company import (
    FORECAST,
    LAST_CYCLE,
    NOW,
    SUPPLY_PLAN,
    company,
    demand,
    plan_data,
    shipped,
    table,
)

NO_CYCLE = table("last_cycle")


def finance_of(data, forecast=FORECAST, supply_plan=SUPPLY_PLAN, last_cycle=NO_CYCLE):
    return roll_up_finance(data, forecast, supply_plan, roll_up_costs(data), last_cycle)


def figure(finance, family, market, period, line, column="amount"):
    rows = finance[
        finance["family"].eq(family)
        & finance["market"].eq(market)
        & finance["period"].eq(pd.Period(period, freq="M"))
        & finance["line"].eq(line)
    ]
    assert len(rows) == 1
    return rows[column].iloc[0]


def test_plan_is_what_ships_at_net_price_and_standard_cost():
    finance = finance_of(company())
    # East, March: B1 17.7 x 100 = 1770, B2 1 x 180; cogs 17.7 x 60 = 1062, B2 90.50.
    assert figure(finance, "Bikes", "East", "2026-03", "revenue") == 1950.00
    assert figure(finance, "Bikes", "East", "2026-03", "cogs") == 1152.50
    assert figure(finance, "Bikes", "East", "2026-03", "gross_margin") == 797.50
    # West, April: 13.1 x 90 = 1179; 13.1 x 60 = 786.
    assert figure(finance, "Bikes", "West", "2026-04", "gross_margin") == 393.00
    # Stock: Bikes 23 x 60, Wheels 100 x 10; no market.
    assert figure(finance, "Bikes", "", "2026-03", "inventory_value") == 1380.00
    assert figure(finance, "Wheels", "", "2026-03", "inventory_value") == 1000.00


def test_closed_months_show_what_happened():
    finance = finance_of(company())
    # January West: 10 sold for 900, at standard 10 x 60.
    assert figure(finance, "Bikes", "West", "2026-01", "revenue") == 900.00
    assert figure(finance, "Bikes", "West", "2026-01", "cogs") == 600.00
    assert figure(finance, "Bikes", "", "2026-02", "inventory_value") == 3000.00
    assert set(finance.loc[finance["period"] < NOW, "version"]) == {"actual"}
    assert set(finance.loc[finance["period"] >= NOW, "version"]) == {"plan"}
    # The previous fiscal year starts in January 2025.
    assert figure(finance, "Bikes", "East", "2025-03", "revenue") == 360.00


def test_the_fiscal_year_start_bounds_the_past():
    data = company()
    later = plan_data(
        Settings(current_period=NOW, horizon_months=3, fiscal_year_start=7),
        **{name: frame.to_dict("records") for name, frame in data.tables.items() if name in ("items", "markets")},
        actuals=[shipped("B1", "East", "2024-06", 1.0, 5.0), shipped("B1", "East", "2024-07", 1.0, 7.0)],
    )
    finance = finance_of(later)
    # 2026-03 is in the year from 2025-07, the one before starts in 2024-07.
    assert finance["period"].min() == pd.Period("2024-07", freq="M")


def test_booked_revenue_and_cogs_come_before_shipments():
    row = {"item": "B1", "market": "East", "period": "2026-01"}
    more = [
        {"measure": "revenue", "value": 1900.0, **row},
        {"measure": "cogs", "value": 1234.56, **row},
        {"measure": "opex", "value": 77.0, **row},
    ]
    finance = finance_of(company(actuals=[shipped("B1", "East", "2026-01", 20.0, 2000.0), *more]))
    assert figure(finance, "Bikes", "East", "2026-01", "gross_margin") == 665.44
    assert figure(finance, "Bikes", "East", "2026-01", "opex") == 77.00


def test_operating_expense_may_be_of_a_family_or_of_the_whole_company():
    spent = [
        {"measure": "opex", "item": item, "period": "2026-01", "value": 10.0} for item in ("Bikes", "(company)", "B2")
    ]
    finance = finance_of(company(actuals=[shipped("B1", "East", "2026-01", 20.0, 2000.0), *spent]))
    assert figure(finance, "Bikes", "", "2026-01", "opex") == 20.00
    assert figure(finance, "", "", "2026-01", "opex") == 10.00


def test_revenue_of_the_whole_item_stands_for_all_its_markets():
    whole = {"measure": "revenue", "item": "B1", "period": "2026-01", "value": 2950.0}
    shipments = [shipped("B1", "East", "2026-01", 20.0, 2000.0), shipped("B1", "West", "2026-01", 10.0, 900.0)]
    finance = finance_of(company(actuals=[whole, *shipments]))
    january = finance[finance["period"].eq(pd.Period("2026-01", freq="M")) & finance["line"].eq("revenue")]
    assert january["amount"].sum() == 2950.0
    # Quantities are still known by market: (20 + 10) x 60.
    cogs = finance[finance["period"].eq(pd.Period("2026-01", freq="M")) & finance["line"].eq("cogs")]
    assert cogs["amount"].sum() == 1800.0


def test_a_whole_items_shipment_does_not_add_to_its_markets_revenue():
    rows = [
        {"measure": "revenue", "item": "B1", "market": "East", "period": "2026-01", "value": 100.0},
        shipped("B1", "", "2026-01", 5.0, 500.0),
    ]
    finance = finance_of(company(actuals=rows))
    closed = finance[finance["version"].eq("actual")].groupby("line")["amount"].sum()
    assert closed["revenue"] == 100.0
    assert closed["cogs"] == 300.0  # 5 x 60: no other quantity is known


def test_shipments_and_stock_without_a_value_are_valued():
    rows = [
        shipped("B1", "East", "2026-01", 10.0, 950.0),
        shipped("B1", "East", "2026-02", 4.0, None),
        {"measure": "inventory", "item": "B1", "period": "2026-02", "quantity": 7.0},
    ]
    finance = finance_of(company(actuals=rows))
    assert figure(finance, "Bikes", "East", "2026-02", "revenue") == 380.00  # 4 at January's 95
    assert figure(finance, "Bikes", "", "2026-02", "inventory_value") == 420.00  # 7 x 60


def test_foreign_sales_count_at_the_months_actual_rate():
    row = {**shipped("B1", "West", "2026-02", 10.0, 1000.0), "currency": "EUR"}
    rates = [
        {"currency": "EUR", "period": "2026-01", "plan_rate": 1.5},
        {"currency": "EUR", "period": "2026-02", "plan_rate": 1.1, "actual_rate": 1.0825},
    ]
    finance = finance_of(company(actuals=[row], fx_rates=rates))
    assert figure(finance, "Bikes", "West", "2026-02", "revenue") == 1082.50


def test_sites_split_and_rejoined_give_the_same_cents():
    whole = shipped("B1", "East", "2026-02", 3.3, 100.05)
    parts = [{**shipped("B1", "East", "2026-02", 1.1, 33.35), "location": site} for site in ("P1", "P2", "P3")]
    one, three = finance_of(company(actuals=[whole])), finance_of(company(actuals=parts))
    pd.testing.assert_frame_equal(one, three, check_exact=True)


def test_budget_of_items_joins_their_family():
    finance = finance_of(company())
    assert figure(finance, "Bikes", "East", "2026-03", "revenue", "budget") == 2000.00
    assert figure(finance, "Bikes", "East", "2026-03", "gross_margin", "budget") == 1000.00
    # A budget without market stands apart from the two markets.
    assert figure(finance, "Bikes", "", "2026-04", "revenue", "budget") == 2500.00
    assert figure(finance, "Bikes", "", "2026-04", "opex", "budget") == 300.00
    # Operating expense is planned as budgeted.
    assert figure(finance, "Bikes", "", "2026-04", "opex") == 300.00


def test_one_market_takes_what_has_none():
    data = plan_data(
        items=[{"item": "A", "list_price": 10.0, "standard_cost": 4.0}],
        budget=[{"item_or_family": "Other", "period": "2026-03", "revenue": 90.0, "cogs": 40.0}],
        actuals=[shipped("A", "", "2026-02", 1.0, 9.0)],
    )
    forecast = table("forecast", *demand("A", "All", 10.0))
    supply = table("supply_plan", {"item": "A", "location": "Plant", "period": "2026-03", "served": 10.0})
    finance = finance_of(data, forecast, supply)
    assert set(finance["market"]) == {"All"}
    row = finance[finance["line"].eq("gross_margin") & finance["period"].eq(NOW)].iloc[0]
    assert (row["amount"], row["budget"]) == (50.0, 50.0)  # 10 x (9 - 4); 90 - 40


def test_last_cycle_is_added_up_to_its_family():
    finance = finance_of(company(), last_cycle=LAST_CYCLE)
    # 100.10 + 50.20; 60.05 + 20.00.
    assert figure(finance, "Bikes", "", "2026-02", "revenue", "last_cycle") == 150.30
    assert figure(finance, "Bikes", "", "2026-02", "gross_margin", "last_cycle") == 70.25


def test_each_item_is_rounded_before_it_is_added():
    # Three items of 0.125 each: 0.13 x 3 = 0.39, where the sum 0.375 would round to 0.38.
    codes = ["A", "B", "C"]
    data = plan_data(items=[{"item": code, "list_price": 0.125, "standard_cost": 0.0} for code in codes])
    forecast = table("forecast", *[row for code in codes for row in demand(code, "All", 1.0)])
    supply = table(
        "supply_plan",
        *[{"item": code, "location": "Plant", "period": "2026-03", "served": 1.0} for code in codes],
    )
    finance = finance_of(data, forecast, supply)
    assert finance.set_index("line").at["revenue", "amount"] == 0.39


def test_a_company_without_anything_to_show():
    data = plan_data(items=[{"item": "A"}])
    finance = finance_of(data, table("forecast"), table("supply_plan"))
    assert len(finance) == 0
    assert tuple(finance.columns) == FINANCE.fields


def test_cents_are_split_by_the_largest_remainder():
    # F12 of the finance note.
    assert split_cents(100.0, np.ones(3)).tolist() == [33.34, 33.33, 33.33]
    assert split_cents(0.05, np.ones(7)).tolist() == [0.01] * 5 + [0.0] * 2
    assert split_cents(-1.0, np.array([1.0, 2.0])).tolist() == [-0.33, -0.67]
    assert split_cents(7.0, np.zeros(2)).tolist() == [3.5, 3.5]


cents = st.integers(0, 10**6).map(lambda n: n / 100)
units = st.integers(0, 10**4).map(lambda n: n / 8)


@st.composite
def companies(draw):
    """Random input of 1 to 4 items in 2 families, 1 to 3 markets: data, forecast, supply plan."""
    codes = [f"I{k}" for k in range(draw(st.integers(1, 4)))]
    markets = [f"M{k}" for k in range(draw(st.integers(1, 3)))]
    months = [str(NOW + k) for k in range(3)]
    items = [
        {
            "item": code,
            "family": draw(st.sampled_from(["F1", "F2"])),
            "list_price": draw(cents),
            "standard_cost": draw(st.one_of(st.none(), cents)),
            "material_cost": draw(cents),
        }
        for code in codes
    ]
    past = [str(NOW - k) for k in (1, 2, 14)]
    actuals = [
        {**shipped(code, market, month, draw(units), draw(st.one_of(st.none(), cents))), "measure": measure}
        for code in codes
        for market in markets
        for month in past
        for measure in draw(st.lists(st.sampled_from(["shipments", "revenue", "cogs", "bookings"]), unique=True))
    ]
    forecast = [row for code in codes for market in markets for row in demand(code, market, *draw(three_units))]
    supply = [
        {"item": code, "location": "Plant", "period": month, "served": served, "used": 0.0, "backlog": backlog}
        for code in codes
        for month, served, backlog in zip(months, draw(three_units), draw(three_units), strict=True)
    ]
    data = plan_data(items=items, markets=[{"market": market} for market in markets], actuals=actuals)
    return data, table("forecast", *forecast), table("supply_plan", *supply)


three_units = st.lists(units, min_size=3, max_size=3)


def in_cents(values):
    scaled = values.to_numpy(float) * 100
    whole = np.rint(scaled)
    assert np.abs(scaled - whole).max(initial=0.0) < 1e-4  # no dust: each figure is whole cents
    return int(whole.astype(np.int64).sum())


@settings(max_examples=30, deadline=None)
@given(case=companies())
def test_money_ties_to_the_cent(case):
    data, forecast, supply = case
    finance = finance_of(data, forecast, supply)
    total = {line: in_cents(rows["amount"].dropna()) for line, rows in finance.groupby("line")}
    assert total.get("revenue", 0) - total.get("cogs", 0) == total.get("gross_margin", 0)
    keys = ["family", "market", "period"]
    wide = finance.pivot_table(index=keys, columns="line", values="amount", aggfunc="sum")
    wide = wide.reindex(columns=["revenue", "cogs", "gross_margin"]).fillna(0.0)
    assert (round_half_up((wide["revenue"] - wide["cogs"]).to_numpy()) == wide["gross_margin"].to_numpy()).all()


@settings(max_examples=20, deadline=None)
@given(case=companies())
def test_planned_revenue_by_a_plain_loop(case):
    data, forecast, supply = case
    sold = served_by_market(data, forecast, supply)
    assert sold["quantity"].sum() == pytest.approx(supply["served"].sum())
    prices = local_price_by_market(data, pd.Index(sorted(set(sold["market"]))))
    expected = 0
    for row in sold.itertuples():
        exact = Decimal(repr(round(float(row.quantity * prices.at[row.item, row.market]), 8)))
        expected += int(exact.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)
    finance = finance_of(data, forecast, supply)
    planned = finance[finance["version"].eq("plan") & finance["line"].eq("revenue")]["amount"]
    assert in_cents(planned.dropna()) == expected


@settings(max_examples=20, deadline=None)
@given(case=companies(), seed=st.integers(0, 99))
def test_the_order_of_rows_is_irrelevant(case, seed):
    data, forecast, supply = case

    def shuffled(frame):
        return frame.sample(frac=1.0, random_state=seed)

    mixed = data.with_tables(**{name: shuffled(frame) for name, frame in data.tables.items()})
    again = finance_of(mixed, shuffled(forecast), shuffled(supply))
    pd.testing.assert_frame_equal(finance_of(data, forecast, supply), again, check_exact=True)
    pd.testing.assert_frame_equal(roll_up_costs(data), roll_up_costs(mixed), check_exact=True)
