"""Launches in money, by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.launch_money import launch_money, launch_spending
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.schema.frames import conform
from sop_xl.schema.new_products import LAUNCH_PLAN
from tests.demand.companies import company
from tests.finance.small_company import FORECAST, SUPPLY_PLAN, table
from tests.finance.small_company import company as small_company

MONTHS = pd.period_range("2026-01", periods=3, freq="M")
COSTS = pd.DataFrame({"item": ["NEW", "OLD"], "net_price": [10.0, 8.0], "standard_cost": [6.0, 5.0]})


def plan(item="NEW", cost=(300.0, 0.0, 0.0)):
    """Return the launch plan of 100, 50, 50 units, 30 of the first as fill, 20 taken in the second month."""
    rows = {"launch": "L", "item": item, "period": MONTHS, "sell_through": [70.0, 50, 50], "taken": [0.0, 20, 0]}
    return conform(LAUNCH_PLAN, pd.DataFrame({**rows, "pipeline_fill": [30.0, 0, 0], "launch_cost": cost}))


def money(**more):
    data = company(
        items=[{"item": "NEW", "family": "F"}, {"item": "OLD"}],
        launches=[{"launch": "L", "item": "NEW", "cannibalises": "OLD"}],
    )
    return launch_money(data, plan(**more), COSTS)


def test_revenue_margin_and_what_is_taken():
    out = money()
    assert out["revenue"].tolist() == [1000, 500, 500]
    assert out["margin"].tolist() == [400, 200, 200]
    assert out["revenue_taken"].tolist() == [0, 160, 0]
    assert out["margin_taken"].tolist() == [0, 60, 0]
    assert out["result"].tolist() == [100, 140, 200]
    assert out["cumulative"].tolist() == [100, 240, 440]


@pytest.mark.parametrize(
    ("cost", "months"),
    [((400.0, 0, 0), 1), ((500.0, 0, 0), 2), ((700.0, 0, 0), 3), ((900.0, 0, 0), np.nan), ((0.0, 0, 0), np.nan)],
)
def test_payback_counts_from_the_month_money_is_spent(cost, months):
    # Margins less what is taken: 400, 140, 200.
    assert money(cost=cost)["payback_months"].tolist() == pytest.approx([months] * 3, nan_ok=True)


def test_an_item_without_a_price_brings_nothing():
    out = launch_money(company(), plan(item="OTHER"), COSTS)
    assert out[["revenue", "margin", "margin_taken"]].to_numpy().sum() == 0


def test_the_cost_of_a_launch_is_a_one_off_of_its_family():
    spent = launch_spending(company(items=[{"item": "NEW", "family": "F"}]), plan())
    assert spent.to_dict("records") == [{"period": MONTHS[0], "family": "F", "one_off_cost": 300.0}]


def test_it_reaches_the_finance_table():
    data = small_company()
    now = data.settings.current_period
    item = data["items"]["item"].iloc[0]
    row = {"launch": "L", "item": item, "period": now, "launch_cost": 123.45}
    told = conform(LAUNCH_PLAN, pd.DataFrame([row]))
    common = (data, FORECAST, SUPPLY_PLAN, roll_up_costs(data), table("last_cycle"))
    plain, more = roll_up_finance(*common), roll_up_finance(*common, launch_plan=told)
    one_off = [frame.loc[frame["line"] == "one_off", "amount"].sum() for frame in (plain, more)]
    assert one_off[1] - one_off[0] == pytest.approx(123.45)
