import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_xl.cycle.families import families
from sop_xl.cycle.family_plan import family_plan
from sop_xl.domain.settings import Settings
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.roll_up import roll_up_finance
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


def sheet(data, forecast=FORECAST, supply=SUPPLY_PLAN, last_cycle=LAST_CYCLE):
    costs = roll_up_costs(data)
    finance = roll_up_finance(data, forecast, supply, costs, last_cycle)
    return family_plan(data, forecast, supply, finance, last_cycle, costs), finance


def month(frame, family, period):
    return frame.set_index(["family", "period"]).loc[(family, pd.Period(period, freq="M"))]


def test_families_that_sell_nothing_do_not_appear():
    plan, _ = sheet(company())
    assert set(plan["family"]) == {"Bikes"}
    # 12 closed months, 3 planned ones.
    assert plan["period"].tolist() == list(pd.period_range("2025-03", "2026-05", freq="M"))


def test_a_planned_month():
    plan, _ = sheet(company())
    march = month(plan, "Bikes", "2026-03")
    # B1 and B2 together: opening 50 + 0; bought 0 + 1; served 27 + 1; 23 left.
    columns = ["opening", "supply", "used", "served", "closing", "backlog", "target", "forecast"]
    assert march[columns].tolist() == [50.0, 1.0, 0.0, 28.0, 23.0, 9.0, 40.0, 31.0]
    assert march["last_year"] == 2.0  # B2, March 2025
    assert march[["actual", "actual_supply", "actual_stock"]].isna().all()
    # East 1770 + 180, West 837; cogs 27 x 60 + 90.50; stock 23 x 60; budget of the two items.
    assert march[["revenue", "cogs", "inventory_value", "budget_revenue", "budget_cogs"]].tolist() == [
        2787.00,
        1710.50,
        1380.00,
        2000.00,
        1000.00,
    ]


def test_a_closed_month():
    plan, _ = sheet(company())
    february = month(plan, "Bikes", "2026-02")
    assert february[["actual", "old_forecast", "actual_supply", "actual_stock"]].tolist() == [12.0, 1005.0, 15.0, 50.0]
    assert february[["old_supply", "served", "revenue"]].tolist() == [21.0, 12.0, 1080.00]
    assert february[["opening", "closing", "forecast", "supply"]].isna().all()
    # Nobody reported production in January: blank, not zero. Nothing at all was reported in December.
    assert np.isnan(month(plan, "Bikes", "2026-01")["actual_supply"])
    assert np.isnan(month(plan, "Bikes", "2025-12")["actual"])


def test_a_family_without_sales_in_a_reported_month_had_none():
    more = [*company()["actuals"].to_dict("records"), shipped("W", "East", "2026-01", 4.0, 80.0)]
    plan, _ = sheet(company(actuals=more))
    assert month(plan, "Wheels", "2026-02")["actual"] == 0.0
    # Sold now, so its use in bikes shows: 100 + 0 - 40 used - 0 served = 60.
    april = month(plan, "Wheels", "2026-04")
    assert april[["opening", "supply", "used", "served", "closing"]].tolist() == [100.0, 0.0, 40.0, 0.0, 60.0]


def test_stock_is_worth_what_the_items_shown_are_worth():
    """P only goes into A: its stock is in the company's value, not in that of the sheet, which shows A's units."""
    stock = [("A", "2026-01", 10.0, None), ("A", "2026-02", 4.0, 9.0), ("P", "2026-01", 70.0, None)]
    actuals = [
        {"measure": "inventory", "item": item, "period": period, "quantity": units, "value": value}
        for item, period, units, value in stock
    ]
    items = [{"item": code, "family": "F", "standard_cost": cost} for code, cost in (("A", 2.5), ("P", 1.0))]
    data = plan_data(items=items, actuals=actuals)
    planned = [("A", 5.0, 0.0, 12.50), ("P", 60.0, 60.0, 40.00)]
    supply = table(
        "supply_plan",
        *[
            {"item": item, "location": "Plant", "period": "2026-03", "served": served, "used": used, "closing_value": v}
            for item, served, used, v in planned
        ],
    )
    plan, finance = sheet(data, table("forecast", *demand("A", "All", 5.0)), supply, table("last_cycle"))
    # January 10 x 2.50 at standard cost, February 4 as valued, March as planned.
    values = [month(plan, "F", period)["inventory_value"] for period in ("2026-01", "2026-02", "2026-03")]
    assert values == [25.00, 9.00, 12.50]
    all_items = finance[finance["line"].eq("inventory_value")].set_index("period")["amount"]
    assert all_items[pd.Period("2026-03", "M")] == 52.50


def test_t14_make_to_stock():
    """T14 of the field report: sales and operations against the old plan."""
    sales, made = (960.0, 1040.0, 1010.0), (980.0, 1000.0, 990.0)
    months = ["2025-12", "2026-01", "2026-02"]
    actuals = [shipped("A", "", period, quantity, None) for period, quantity in zip(months, sales, strict=True)]
    actuals += [
        {"measure": "production", "item": "A", "period": period, "quantity": quantity}
        for period, quantity in zip(months, made, strict=True)
    ]
    actuals += [
        {"measure": "inventory", "item": "A", "period": period, "quantity": quantity}
        for period, quantity in zip(months, (520.0, 480.0, 460.0), strict=True)
    ]
    data = plan_data(items=[{"item": "A", "family": "MTS"}], actuals=actuals)
    last = table(
        "last_cycle", *[{"item": "A", "period": period, "forecast": 1000.0, "supply": 1000.0} for period in months]
    )
    plan, _ = sheet(data, table("forecast", *demand("A", "All", 1050.0)), table("supply_plan"), last)
    closed = plan[plan["period"].isin(pd.PeriodIndex(months, freq="M"))]
    assert (closed["actual"] - closed["old_forecast"]).tolist() == [-40.0, 40.0, 10.0]
    assert (closed["actual"] - closed["old_forecast"]).cumsum().tolist() == [-40.0, 0.0, 10.0]
    assert (closed["actual_supply"] - closed["old_supply"]).cumsum().tolist() == [-20.0, -20.0, -30.0]
    # Opening stock 500: 500 + 980 - 960 = 520, 520 + 1000 - 1040 = 480, 480 + 990 - 1010 = 460.
    corkscrew = 500.0 + (closed["actual_supply"] - closed["actual"]).cumsum()
    assert corkscrew.tolist() == closed["actual_stock"].tolist()


def test_t14_make_to_order():
    # Backlog 300 + bookings 200, 220, 210 - shipments 210, 215, 215 = 290, 295, 290.
    months = ["2025-12", "2026-01", "2026-02"]
    measures = {"bookings": (200.0, 220.0, 210.0), "shipments": (210.0, 215.0, 215.0), "backlog": (290.0, 295.0, 290.0)}
    actuals = [
        {"measure": measure, "item": "A", "period": period, "quantity": quantity}
        for measure, quantities in measures.items()
        for period, quantity in zip(months, quantities, strict=True)
    ]
    data = plan_data(items=[{"item": "A", "family": "MTO"}], actuals=actuals)
    plan, _ = sheet(data, table("forecast", *demand("A", "All", 205.0)), table("supply_plan"), table("last_cycle"))
    closed = plan[plan["period"].isin(pd.PeriodIndex(months, freq="M"))]
    assert (300.0 + (closed["bookings"] - closed["served"]).cumsum()).tolist() == closed["backlog"].tolist()
    # Demand is what was booked; in planned months bookings are the forecast.
    assert closed["actual"].tolist() == [200.0, 220.0, 210.0]
    assert month(plan, "MTO", "2026-03")["bookings"] == 205.0


def test_goods_on_their_way_between_locations_are_stock():
    rows = [
        # 10 of an open transfer arrive at the DC in March, where 5 are sold; 30 leave the plant, 30 arrive in April.
        ("DC", "2026-03", {"opening": 0.0, "received": 10.0, "served": 5.0, "closing": 5.0}),
        ("DC", "2026-04", {"opening": 5.0, "received": 30.0, "served": 35.0, "closing": 0.0}),
        ("Plant", "2026-03", {"opening": 20.0, "production": 15.0, "shipped_out": 30.0, "served": 0.0, "closing": 5.0}),
        ("Plant", "2026-04", {"opening": 5.0, "production": 0.0, "shipped_out": 0.0, "served": 0.0, "closing": 5.0}),
    ]
    supply = table(
        "supply_plan", *[{"item": "A", "location": place, "period": period, **units} for place, period, units in rows]
    )
    data = plan_data(
        items=[{"item": "A"}],
        open_orders=[
            {
                "order": "T1",
                "type": "transfer",
                "item": "A",
                "location": "DC",
                "period": "2026-03",
                "quantity": 10.0,
                "firm": "yes",
            }
        ],
    )
    plan, _ = sheet(data, table("forecast", *demand("A", "All", 5.0, 35.0)), supply, table("last_cycle"))
    # March: 20 + 10 on the way, 15 made, 5 sold: 40 = 5 + 5 + 30 on the way.
    assert month(plan, "Other", "2026-03")[["opening", "supply", "served", "closing"]].tolist() == [30, 15, 5, 40]
    assert month(plan, "Other", "2026-04")[["opening", "supply", "served", "closing"]].tolist() == [40, 0, 35, 5]


quantity = st.integers(0, 10**9).map(lambda n: n / 10**6)


@settings(max_examples=25, deadline=None)
@given(flows=st.lists(st.tuples(quantity, quantity, quantity, quantity), min_size=6, max_size=6), shares=st.booleans())
def test_every_family_ties(flows, shares):
    """Random plans of two items at one plant over three months: the corkscrew and the money hold."""
    stock = {"A": 0.0, "B": 5.0}
    rows = []
    for position, (made, bought, served, used) in enumerate(flows):
        item, period = "AB"[position % 2], NOW + position // 2
        closing = round(stock[item] + made + bought - served - used, 6)
        flow = {"production": made, "purchases": bought, "served": served + used, "used": used}
        rows.append(
            {
                "item": item,
                "location": "Plant",
                "period": str(period),
                "opening": stock[item],
                **flow,
                "closing": closing,
                "closing_value": closing * 2,
            }
        )
        stock[item] = closing
    items = [
        {"item": code, "family": "F" if shares else code, "list_price": 3.3, "standard_cost": 2.0} for code in "AB"
    ]
    supply = table("supply_plan", *rows)
    forecast = table("forecast", *demand("A", "All", 1.0, 2.0, 3.0), *demand("B", "All", 1.0, 0.0, 0.0))
    plan, finance = sheet(plan_data(items=items), forecast, supply, table("last_cycle"))
    ahead = plan[plan["period"] >= NOW]
    ending = ahead["opening"] + ahead["supply"] - ahead["used"] - ahead["served"]
    assert np.abs(ending - ahead["closing"]).max() <= 1e-6
    assert ahead["served"].sum() == pytest.approx((supply["served"] - supply["used"]).sum(), abs=1e-6)
    # A is sold; B, forecast in its first month, too: nothing is left out of the value.
    for line in ("revenue", "cogs", "inventory_value"):
        table_sum = finance.loc[finance["line"].eq(line), "amount"].sum()
        assert round(plan[line].sum(), 2) == round(table_sum, 2)


def test_families_are_ranked_by_revenue_ahead():
    data = plan_data(
        Settings(current_period=NOW, horizon_months=3, default_cover_days=10.0),
        items=[
            {"item": "A", "family": "Small", "list_price": 1.0, "strategy": "MTO", "uom": "KG"},
            {"item": "B", "family": "Large", "list_price": 100.0, "target_cover_days": 20.0},
            {"item": "C", "family": "Large", "list_price": 100.0},
            {"item": "S", "family": "Parts"},
        ],
        bom=[{"parent": "B", "component": "S", "qty_per": 1.0}],
    )
    forecast = table("forecast", *demand("A", "All", 5.0), *demand("B", "All", 5.0), *demand("C", "All", 5.0))
    supply = table(
        "supply_plan",
        *[{"item": code, "location": "Plant", "period": "2026-03", "served": 5.0} for code in "ABC"],
        {"item": "S", "location": "Plant", "period": "2026-03", "served": 5.0, "used": 5.0},
    )
    production = table(
        "production",
        *[
            {"item": item, "location": "Plant", "resource": resource, "period": "2026-03", "quantity": 5.0}
            for item, resource in [("A", "R1"), ("B", "R1"), ("S", "R2"), ("C", "R1")]
        ],
    )
    load = table(
        "load",
        {"resource": "R1", "period": "2026-03", "load_pct": 70.0},
        {"resource": "R2", "period": "2026-04", "load_pct": 95.0},
        {"resource": "R3", "period": "2026-04", "load_pct": 99.0},
    )
    _, finance = sheet(data, forecast, supply, table("last_cycle"))
    listed = families(data, forecast, supply, production, load, finance).set_index("family")
    assert listed.index.tolist() == ["Large", "Small"]
    # Large: cover (20 + 10 by default) / 2; its item B rests on S, made on R2, the fullest it uses.
    assert listed.loc["Large"].tolist() == [1.0, "MTS", "EA", 2.0, 2.0, 15.0, "R2", ""]
    assert listed.loc["Small"].tolist() == [2.0, "MTO", "KG", 1.0, 1.0, 10.0, "R1", ""]
