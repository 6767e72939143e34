"""The bridge table of the small company: what is compared, over which months, and that it ties to finance."""

import pandas as pd
import pytest

from sop_xl.cycle.last_cycle import roll_last_cycle
from sop_xl.domain.settings import Settings
from sop_xl.finance.bridge_table import bridge_table
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.finance.sales import outlook
from tests.finance.small_company import FORECAST, INPUTS, LAST_CYCLE, NOW, SUPPLY_PLAN, company, plan_data, table

BUDGET = [
    {
        "item_or_family": "B1",
        "market": "East",
        "period": "2026-01",
        "quantity": 25.0,
        "revenue": 2500.0,
        "cogs": 1500.0,
    },
    {"item_or_family": "B2", "period": "2026-03", "quantity": 2.0, "revenue": 300.0, "cogs": 200.0},
]


def bridge_of(data, last_cycle=None, forecast=FORECAST, supply_plan=SUPPLY_PLAN):
    last = table("last_cycle") if last_cycle is None else last_cycle
    return bridge_table(data, outlook(data, forecast, supply_plan, roll_up_costs(data)), last)


def steps(bridge, comparison, item):
    rows = bridge[bridge["comparison"].eq(comparison) & bridge["item"].eq(item)]
    return dict(zip(rows["step"], rows["amount"], strict=True))


def test_actual_to_date_against_budget():
    # January and February: B1 20 for 2000, 10 for 900 and 12 for 1080, cost 60; budgeted 25 at 100 less 60.
    bridge = bridge_of(company(budget=BUDGET))
    wanted = {"start": 1000.0, "volume": 680.0, "price": 3980.0 - 4200.0, "end": 3980.0 - 42 * 60}
    assert steps(bridge, "Actual against budget", "B1") == wanted
    rows = bridge[bridge["comparison"].eq("Actual against budget")]
    assert set(rows["item"]) == {"B1"}
    assert {str(month) for month in rows["to_period"]} == {"2026-02"}


def test_outlook_is_actual_to_date_and_plan():
    bridge = bridge_of(company(budget=BUDGET))
    # March brings 27 B1 and 1 B2 (180 less 90.50); the budget ends in March.
    found = steps(bridge, "Outlook against budget", "B2")
    assert (found["start"], found["end"]) == (100.0, 89.5)
    # B1 25 -> 69, B2 2 -> 1: 70/27 of all. Volume B2: (2 x 70/27 - 2) x 50 = 159.26; price 30, cost 9.50.
    assert found["volume"] == 159.26
    assert (found["price"], found["cost"]) == (30.0, 9.5)
    # The rest of -10.50: mix.
    assert found["mix"] == -209.26


def test_a_family_budgeted_as_a_whole_is_one_item():
    whole = {"item_or_family": "Bikes", "period": "2026-02", "quantity": 10.0, "revenue": 1000.0, "cogs": 650.0}
    bridge = bridge_of(company(budget=[BUDGET[0], whole]))
    assert set(bridge["item"]) == {""}
    # Budget 35 for 3500, 2150; actual 42 for 3980, 2520: 7 x 38.571429; 3980 - 4200; 42 x 61.428571 - 2520.
    found = steps(bridge, "Actual against budget", "")
    assert found == {"start": 1350.0, "volume": 270.0, "price": -220.0, "cost": 60.0, "end": 1460.0}


def test_plan_against_last_cycle():
    last = table(
        "last_cycle",
        {"item": "B1", "period": "2026-03", "revenue": 2000.0, "cogs": 1200.0, "served": 20.0},
        {"item": "B2", "period": "2026-03", "revenue": 190.0, "cogs": 90.5},
        {"item": "gone", "period": "2026-03", "revenue": 7.0, "cogs": 1.0, "served": 1.0},
        {"item": "B1", "period": "2026-02", "revenue": 5.0, "cogs": 1.0, "served": 1.0},
    )
    bridge = bridge_of(company(), last)
    assert set(bridge["comparison"]) == {"Outlook against budget", "Plan against last cycle"}
    # March only: 17.7 x 100 + 9.3 x 90 = 2607 for 27.
    wanted = {"start": 800.0, "volume": 280.0, "price": 2607.0 - 2700.0, "end": 2607.0 - 27 * 60}
    assert steps(bridge, "Plan against last cycle", "B1") == wanted
    # Without what was served there is nothing to split by.
    assert steps(bridge, "Plan against last cycle", "B2") == {"start": 99.5, "unsplit": -10.0, "end": 89.5}


def test_without_budget_and_last_cycle_there_is_no_bridge():
    assert bridge_of(company(budget=[])).empty


def test_currency_stands_apart_against_the_budget():
    items = [{"item": "A", "family": "Bikes", "standard_cost": 0.0}]
    data = plan_data(
        Settings(current_period=NOW, horizon_months=3),
        items=items,
        markets=[{"market": "Abroad", "currency": "EUR"}],
        actuals=[
            {
                "measure": "revenue",
                "item": "A",
                "period": "2026-02",
                "quantity": 1100,
                "value": 52_800,
                "currency": "EUR",
            }
        ],
        fx_rates=[{"currency": "EUR", "period": "2026-02", "plan_rate": 0.90, "actual_rate": 0.92}],
        budget=[{"item_or_family": "A", "period": "2026-02", "quantity": 1000, "revenue": 45_000, "cogs": 0}],
    )
    nothing = table("forecast"), table("supply_plan")
    found = steps(bridge_of(data, None, *nothing), "Actual against budget", "A")
    assert found == {"start": 45_000, "volume": 4_500, "price": -1_980, "fx": 1_056, "end": 48_576}


@pytest.mark.parametrize("budget", [INPUTS["budget"], BUDGET])
def test_start_and_end_tie_to_the_finance_table(budget):
    data = company(budget=budget)
    bridge = bridge_of(data, LAST_CYCLE)
    finance = roll_up_finance(data, FORECAST, SUPPLY_PLAN, roll_up_costs(data), LAST_CYCLE)
    for (first, last), rows in bridge.groupby(["from_period", "to_period"]):
        inside = finance[finance["period"].between(first, last)]
        sums = inside.groupby("line")[["amount", "budget"]].sum()
        margin = (sums.loc["revenue"] - sums.loc["cogs"]).round(2)
        total = rows.groupby("step")["amount"].sum().round(2)
        assert [total["start"], total["end"]] == [margin["budget"], margin["amount"]]
        between = total.drop(["start", "end"]).sum()
        assert round(total["start"] + between, 2) == total["end"]


def test_a_rolled_cycle_keeps_what_was_served():
    data = company()
    costs = roll_up_costs(data)
    stored = {
        "forecast": FORECAST,
        "supply_plan": SUPPLY_PLAN,
        "item_costs": costs,
        "finance": roll_up_finance(data, FORECAST, SUPPLY_PLAN, costs, LAST_CYCLE),
    }
    rolled = roll_last_cycle(stored, LAST_CYCLE, NOW + 1)
    april = rolled[rolled["item"].eq("B1") & rolled["period"].eq(pd.Period("2026-04", "M"))]
    assert april["served"].tolist() == [29.0]
