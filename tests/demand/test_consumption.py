"""Orders consume the forecast: what is handed to supply, by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.consumption import with_orders
from sop_xl.demand.plan import plan_demand
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST
from sop_xl.supply.demand import customer_demand
from sop_xl.supply.places import Places
from tests.demand.companies import company, shipments

FOUR = [350.0] * 4


def forecast(quantities, item="A", market="All", start="2026-01"):
    periods = pd.period_range(start, periods=len(quantities), freq="M")
    rows = [
        {"item": item, "market": market, "period": period, "consensus": quantity}
        for period, quantity in zip(periods, quantities, strict=True)
    ]
    return conform(FORECAST, pd.DataFrame(rows).reindex(columns=list(FORECAST.fields)))


def orders(*quantities, market="", item="A", start="2026-01"):
    periods = pd.period_range(start, periods=len(quantities), freq="M")
    return [
        {"order": f"C{k}{item}{market}", "type": "customer", "item": item, "market": market, "period": str(period),
         "quantity": quantity}
        for k, (period, quantity) in enumerate(zip(periods, quantities, strict=True))
    ]  # fmt: skip


def netted(gross, rows, settings=None, **tables):
    options = {"horizon_months": 4, **(settings or {})}
    data = company(options, items=[{"item": "A"}], open_orders=rows, **tables)
    return with_orders(forecast(gross), data)


def left(frame):
    return (frame["consensus"] - frame["consumed"].fillna(0.0)).tolist()


def test_the_published_netting_example():
    # frePPLe: gross 350 a month; without a reach, then one month early and late.
    none = {"consume_early_months": 0, "consume_late_months": 0}
    assert left(netted(FOUR, orders(130, 100, 80), none)) == [220, 250, 270, 350]
    assert left(netted(FOUR, orders(300, 500, 280, 0), none)) == [50, 0, 70, 350]
    made = netted(FOUR, orders(300, 500, 280, 0))
    assert left(made) == [0, 0, 0, 320]
    assert made["orders"].fillna(0).tolist() == [300, 500, 280, 0]
    assert made["demand"].tolist() == [300, 500, 280, 320]
    assert (made["consensus"] == 350).all()


def test_supply_is_asked_for_orders_and_what_they_left():
    data = company(
        {"horizon_months": 4}, items=[{"item": "A"}], open_orders=orders(300, 500, 280, 0),
        actuals=shipments("A", [350.0] * 36),
    )  # fmt: skip
    asked = customer_demand(data, plan_demand(data).forecast, Places.of(data))
    assert asked["quantity"].to_numpy() == pytest.approx([300, 500, 280, 320], rel=1e-4)


def test_switched_off_the_consensus_is_the_demand():
    made = netted(FOUR, orders(300, 500, 280, 0), {"consume_forecast": False})
    assert made["demand"].tolist() == FOUR
    assert made[["orders", "consumed"]].isna().all(axis=None)


def test_an_order_without_forecast_is_demand_of_its_own():
    data = company({"horizon_months": 4}, items=[{"item": "A"}, {"item": "B"}], open_orders=orders(0, 7, item="B"))
    made = with_orders(forecast(FOUR), data)
    mine = made[made["item"] == "B"]
    assert mine[["market", "orders", "demand"]].to_numpy().tolist() == [["All", 7, 7]]
    assert mine["consensus"].isna().all()
    assert made.loc[made["item"] == "A", "demand"].tolist() == FOUR


def test_an_order_for_the_whole_item_is_shared_out_to_its_markets():
    both = conform(FORECAST, pd.concat([forecast([30.0, 30], market="EU"), forecast([10.0, 10], market="US")]))
    data = company({"horizon_months": 2}, items=[{"item": "A"}], open_orders=orders(20))
    made = with_orders(both, data)
    # 15 and 5 of 20, within the 30 and 10 forecast.
    assert made["orders"].dropna().tolist() == [15, 5]
    assert made["demand"].tolist() == [30, 30, 10, 10]


def test_overdue_orders_are_due_now_unless_the_backlog_holds_them():
    late = orders(400, start="2025-12")
    assert netted(FOUR, late)["demand"].tolist() == [400, 300, 350, 350]
    stock = [{"item": "A", "quantity": 0, "backlog": 390}]
    assert netted(FOUR, late, stock=stock)["orders"].dropna().tolist() == [10]
    # An order due later is no part of a backlog of late orders, but of an order book.
    ahead = orders(0, 390)
    assert netted(FOUR, ahead, stock=stock)["orders"].dropna().tolist() == [390]
    booked = [{"item": "A", "target_backlog_weeks": 6}]
    data = company({"horizon_months": 4}, items=booked, open_orders=ahead, stock=stock)
    assert with_orders(forecast(FOUR), data)["orders"].isna().all()


def test_netting_again_changes_nothing():
    data = company({"horizon_months": 4}, items=[{"item": "A"}], open_orders=orders(300, 500, 280, 0))
    once = with_orders(forecast(FOUR), data)
    pd.testing.assert_frame_equal(with_orders(once, data), once)
    assert np.isnan(once["statistical"]).all()
