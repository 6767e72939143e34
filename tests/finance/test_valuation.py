"""What stock is worth: the moving average by hand, the value corkscrew, revaluation and provisions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.domain.settings import Settings
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.overtime import premium_as_cost, release
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.finance.sales import outlook
from sop_xl.finance.stock_value import stock_value
from sop_xl.finance.valuation import Movement, excess, moving_average
from tests.finance.small_company import FORECAST, INPUTS, NOW, SUPPLY_PLAN, company, plan_data, table
from tests.finance.test_cash import LOAD, SHOP


def test_moving_average():
    # 100 at 10 and 50 at 12: 1600 / 150 = 10.6667; 120 of them 1280; 70 at 11 more; then all.
    moves = [Movement(100, 10), Movement(50, 12), Movement(-120), Movement(70, 11), Movement(-100)]
    found = moving_average(moves)
    assert [(holding.quantity, holding.value) for holding in found] == [
        (100, 1000), (150, 1600), (30, 320), (100, 1090), (0, 0)
    ]  # fmt: skip
    assert round(found[1].unit_cost, 4) == 10.6667
    assert found[-1].unit_cost == 0
    assert found[2].moved == -1280


def test_the_last_unit_takes_the_remainder():
    # 3 units for 10.00: 3.33 and 3.33 leave, then all that is left, 3.34.
    found = moving_average([Movement(3, 10 / 3), Movement(-1), Movement(-1), Movement(-1)])
    assert [holding.moved for holding in found] == [10.00, -3.33, -3.34, -3.33]
    assert found[-1][:2] == (0, 0)


def test_more_than_is_held_cannot_be_issued():
    with pytest.raises(ValueError, match="units are issued, but"):
        moving_average([Movement(1, 1), Movement(-2)])


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 10_000_000)), min_size=1, max_size=20), st.data())
def test_value_is_never_lost_and_never_left_over(receipts, data):
    moves = []
    held = 0
    for quantity, micros in receipts:
        moves.append(Movement(quantity, micros / 10_000))
        out = data.draw(st.integers(0, held + quantity))
        held += quantity - out
        moves.append(Movement(-out))
    found = moving_average([*moves, Movement(-held)])
    assert found[-1][:2] == (0, 0)
    assert sum(round(holding.moved * 100) for holding in found) == 0
    assert all(holding.value >= 0 for holding in found)


def values(data, column, family="Bikes"):
    costs = roll_up_costs(data)
    standard = SUPPLY_PLAN["item"].map(costs.set_index("item")["standard_cost"])
    plan = SUPPLY_PLAN.assign(closing_value=SUPPLY_PLAN["closing"] * standard)
    table = stock_value(data, outlook(data, FORECAST, plan, costs), plan, costs)
    return table.loc[table["family"].eq(family), column].tolist()


def test_the_value_corkscrew():
    # Bikes: 50 B1 at 60; 27 leave; April 20 made, 29 leave; 1 B2 bought and sold at 90.50.
    data = company()
    assert values(data, "opening") == [3000.0, 1380.0, 840.0]
    assert values(data, "production") == [0.0, 1200.0, 0.0]
    assert values(data, "purchases") == [90.5, 0.0, 0.0]
    assert values(data, "issues") == [27 * 60 + 90.5, 29 * 60.0, 0.0]
    assert values(data, "closing") == [1380.0, 840.0, 840.0]
    assert values(data, "rounding") == [0.0, 0.0, 0.0]
    # Wheels go into bikes: 40 at 10.
    assert values(data, "used", "Wheels") == [0.0, 400.0, 0.0]
    assert values(data, "issues", "Wheels") == [0.0, 0.0, 0.0]


def test_a_new_standard_cost_revalues_the_stock():
    # 50 B1 closed February at 3000, 60 a piece; the standard is now 62: 50 x 2 more.
    items = [{**INPUTS["items"][0], "standard_cost": 62.0}, *INPUTS["items"][1:]]
    data = company(items=items)
    assert values(data, "opening") == [3000.0, 23 * 62.0, 14 * 62.0]
    assert values(data, "revaluation") == [100.0, 0.0, 0.0]
    assert values(data, "issues")[0] == 27 * 62 + 90.5


def test_excess_by_hand():
    # 40 in stock, 2 a month ahead: 3 months are no excess, 34 are; the last month looks at the last 12.
    demand = np.full((1, 13), 2.0)
    assert excess(np.full((1, 13), 40.0), demand, 3)[0].tolist() == [34.0] * 13
    # Two months only: 10 a month on average.
    assert excess(np.array([[25.0, 5.0]]), np.array([[0.0, 20.0]]), 1)[0].tolist() == [15.0, 0.0]


def test_provisions_of_excess_and_of_what_nobody_wants():
    settings = Settings(NOW, horizon_months=3, excess_months=1, excess_provision_pct=40, obsolete_provision_pct=80)
    data = plan_data(settings, **INPUTS)
    # B1: demand (30 + 20 + 0) / 3 a month; 23 - 16.666667 at 60, 40 %; then 14 is no excess.
    assert values(data, "excess") == [152.0, 0.0, 0.0]
    assert values(data, "obsolete") == [0.0, 0.0, 0.0]
    ended = [{**INPUTS["items"][0], "end_period": "2026-03"}, *INPUTS["items"][1:]]
    data = plan_data(settings, **{**INPUTS, "items": ended})
    # After March nobody gets any: 14 at 60, 80 %.
    assert values(data, "obsolete") == [0.0, 672.0, 672.0]
    dead = [*INPUTS["items"][:2], {**INPUTS["items"][2], "status": "dead"}]
    assert values(plan_data(settings, **{**INPUTS, "items": dead}), "obsolete", "Wheels") == [800.0, 480.0, 480.0]


def test_premium_is_a_cost_of_its_month_or_leaves_with_the_stock():
    # 60 in March. Sold of all there is, at standard: 1710.50 of 1710.50 + 1380 + 1000; April 1740 of 1740 + 1440.
    expense, absorb = (
        premium_as_cost(data, LOAD, SUPPLY_PLAN, roll_up_costs(data))["amount"].tolist()
        for data in (
            plan_data(Settings(NOW, horizon_months=3, overtime_premium=way), **SHOP) for way in ("expense", "absorb")
        )
    )
    assert expense == [60.0, 0.0, 0.0]
    first = 25.09  # 60 x 0.418134
    assert absorb == [first, round((60 - first) * 1740 / 3180, 2), 0.0]


def test_a_pool_gives_back_what_went_in():
    released = release(np.array([10.0, 0.0, 0.05]), np.array([0.5, 1 / 3, 1.0]))
    assert released.tolist() == [5.0, 1.67, 3.38]
    assert round(released.sum(), 2) == 10.05


def test_premium_is_a_line_of_the_profit_and_loss():
    data = plan_data(**SHOP)
    finance = roll_up_finance(data, FORECAST, SUPPLY_PLAN, roll_up_costs(data), table("last_cycle"), LOAD)
    line = finance[finance["line"].eq("overtime_premium")]
    assert line[["family", "period", "amount"]].values.tolist() == [["", pd.Period("2026-03", "M"), 60.0]]
