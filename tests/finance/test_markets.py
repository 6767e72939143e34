import pandas as pd
import pytest

from sop_xl.finance.markets import default_location, served_by_market
from tests.finance.small_company import FORECAST, SUPPLY_PLAN, company, table


def test_markets_share_what_is_short_by_what_they_want():
    # March, B1: the opening backlog of 6 is owed by the demand of the horizon, East 30 : West 20 = 3.6 : 2.4.
    # Wanted East 23.6, West 12.4 of 36; 27 leave: East 17.7, West 9.3; open 9: East 5.9, West 3.1.
    # April: East 10 + 5.9, West 10 + 3.1, all 29 leave.
    sold = served_by_market(company(), FORECAST, SUPPLY_PLAN)
    got = {(row.item, row.market, str(row.period)): row.quantity for row in sold.itertuples()}
    assert got == pytest.approx(
        {
            ("B1", "East", "2026-03"): 17.7,
            ("B1", "West", "2026-03"): 9.3,
            ("B1", "East", "2026-04"): 15.9,
            ("B1", "West", "2026-04"): 13.1,
            ("B2", "East", "2026-03"): 1.0,
        }
    )


def test_a_location_serves_the_markets_that_ship_from_it():
    data = company(
        locations=[{"location": "DC"}, {"location": "Plant"}],
        markets=[{"market": "East", "ship_from": "DC"}, {"market": "West", "ship_from": "Plant"}],
        stock=[],
    )
    plan = table(
        "supply_plan",
        *[
            {"item": "B1", "location": place, "period": "2026-03", "served": served, "backlog": 0.0}
            for place, served in [("DC", 20.0), ("Plant", 4.0)]
        ],
    )
    sold = served_by_market(data, FORECAST, plan).set_index("market")["quantity"]
    assert sold.to_dict() == {"East": 20.0, "West": 4.0}


@pytest.mark.parametrize(
    ("locations", "lanes", "expected"),
    [
        ([], [], "Plant"),
        ([("Z", "plant"), ("B", "plant"), ("A", "supplier")], [], "B"),
        ([("B", "plant"), ("D1", "dc"), ("D2", "dc")], ["D2"], "D2"),
    ],
)
def test_markets_that_name_no_location_are_served_by_one(locations, lanes, expected):
    data = company(
        locations=[{"location": name, "type": kind} for name, kind in locations],
        lanes=[{"from_location": "B", "to_location": name} for name in lanes],
    )
    assert default_location(data) == expected


def test_old_orders_are_split_by_the_horizons_demand_where_the_month_has_none():
    forecast = FORECAST[FORECAST["item"].eq("B1") & FORECAST["period"].eq(pd.Period("2026-04", freq="M"))]
    plan = table("supply_plan", {"item": "B1", "location": "Plant", "period": "2026-03", "served": 6.0, "backlog": 0.0})
    sold = served_by_market(company(), forecast, plan).set_index("market")["quantity"]
    assert sold.to_dict() == pytest.approx({"East": 3.0, "West": 3.0})  # 10 : 10


def test_no_supply_plan_no_sales():
    assert not len(served_by_market(company(), FORECAST, SUPPLY_PLAN.iloc[:0]))
