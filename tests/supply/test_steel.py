"""The steel mill of the AMPL book (Fourer, Gay and Kernighan), chapter 4: two products, four weeks, hours and markets.

Revenue is what a lost sale costs: each price is an item of its own that a mill's product serves one to one. The plan's
cost is then the revenue not reached and the money spent, so profit is all revenue less the cost.
"""

import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.supply.plan import plan_supply
from tests.supply.cases import company, costs, forecast

HOURS, TAKES = (40, 40, 32, 40), {"BANDS": 7, "COILS": 10}
"""Hours a week; of the 1,400 parts of an hour what a ton takes: 200 tons of bands an hour, 140 of coils."""
SPENT, HELD = {"BANDS": 10, "COILS": 11}, {"BANDS": 2.5, "COILS": 3}

ONE = {
    ("BANDS", "all"): ((25, 26, 27, 27), (6000, 6000, 4000, 6500)),
    ("COILS", "all"): ((30, 35, 37, 39), (4000, 2500, 3500, 4200)),
}
AREAS = {
    ("BANDS", "east"): ((25, 26, 27, 27), (2000, 2000, 1500, 2000)),
    ("BANDS", "north"): ((26.5, 27.5, 28, 28.5), (4000, 4000, 2500, 4500)),
    ("COILS", "east"): ((30, 35, 37, 39), (1000, 800, 1000, 1100)),
    ("COILS", "west"): ((29, 32, 33, 35), (2000, 1200, 2000, 2300)),
    ("COILS", "export"): ((25, 25, 25, 28), (1000, 500, 500, 800)),
}


def mill(markets):
    """Return the plan and the revenue of all markets."""
    months = [f"2027-{month:02d}" for month in range(1, 5)]
    sold = {
        f"{product} {area} {week}": (product, week, price, most)
        for (product, area), (prices, mosts) in markets.items()
        for week, (price, most) in enumerate(zip(prices, mosts, strict=True))
    }
    data = company(
        {"horizon_months": 4},
        items=[
            *({"item": p, "source": "make", "material_cost": SPENT[p], "holding_cost": HELD[p]} for p in TAKES),
            *(
                {"item": name, "source": "make", "holding_cost": 1000, "lost_sale_cost": price, "late_policy": "lost"}
                for name, (_, _, price, _) in sold.items()
            ),
        ],
        bom=[{"parent": name, "component": row[0], "qty_per": 1} for name, row in sold.items()],
        resources=[{"resource": "MILL"}],
        capacity=[{"resource": "MILL", "period": m, "hours": 1400 * h} for m, h in zip(months, HOURS, strict=True)],
        routings=[
            {"item": p, "operation": "1", "resource": "MILL", "hours_per_unit": part} for p, part in TAKES.items()
        ],
        stock=[{"item": "BANDS", "quantity": 10}],
    )
    asked = forecast({name: [most if w == week else 0 for w in range(4)] for name, (_, week, _, most) in sold.items()})
    plan = plan_supply(data, asked, costs({}), HighsSolver())
    return plan, sum(price * most for _, _, price, most in sold.values())


@pytest.mark.parametrize(
    ("markets", "profit", "tolerance", "prices"),
    [(ONE, 515033, 0.5, (2660, 3080, 3400, 3400)), (AREAS, 514521.714, 0.01, (2520, 2940, 3080, 3400))],
    ids=["steelT", "steelT3"],
)
def test_profit_and_the_worth_of_an_hour(markets, profit, tolerance, prices):
    plan, revenue = mill(markets)
    assert revenue - plan.cost == pytest.approx(profit, abs=tolerance)
    assert plan.load["shadow_price"].to_numpy() * 1400 == pytest.approx(prices)
