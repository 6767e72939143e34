"""Strategic initiatives by hand: what the plan holds of them, what each does by month, and when it pays back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sop_xl.cycle.initiative_effects import initiative_effects, initiative_list
from sop_xl.domain.initiatives import added_hours, plan_weight, price_factor
from sop_xl.finance.initiatives import initiative_spending, running_cost
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.finance.sales import planned_sales
from sop_xl.supply.hours import read_hours
from tests.finance.small_company import FORECAST, INPUTS, NOW, SUPPLY_PLAN, plan_data, table

COSTS = table(
    "item_costs",
    {"item": "B1", "standard_cost": 60.0, "net_price": 100.0},
    {"item": "B2", "standard_cost": 90.0, "net_price": 180.0},
)
LOAD = table(
    "load",
    {"resource": "Weld", "period": "2026-03", "shadow_price": 5.0},
    {"resource": "Weld", "period": "2026-04", "shadow_price": 0.0},
    {"resource": "Weld", "period": "2026-05", "overtime_hours": 25.0},
)
BASE = FORECAST.assign(statistical=FORECAST["consensus"])


def company(*initiatives, **inputs):
    return plan_data(**{**INPUTS, "initiatives": [{"status": "approved", **row} for row in initiatives], **inputs})


def test_the_switch_says_how_much_of_an_initiative_is_planned():
    rows = [
        {"initiative": "a", "probability_pct": 40.0},
        {"initiative": "b", "probability_pct": 40.0, "plan_at": "full"},
        {"initiative": "c", "probability_pct": 40.0, "plan_at": "off"},
        {"initiative": "d", "probability_pct": 40.0, "status": "proposed", "plan_at": "full"},
    ]
    assert plan_weight(company(*rows)["initiatives"]).tolist() == [0.4, 1.0, 0.0, 0.0]


def test_capacity_adds_hours_to_its_resource_in_its_months():
    weld = [{"resource": "Weld", "hours_per_week": 35.0}, {"resource": "Paint", "hours_per_week": 7.0}]
    shift = {"initiative": "1", "type": "capacity", "target": "Weld", "from_period": "2026-04", "to_period": "2026-04",
             "delta_hours": 60.0, "probability_pct": 50.0}  # fmt: skip
    data = company(shift, resources=weld)
    assert added_hours(data, ["Paint", "Weld"]).tolist() == [[0.0, 0.0, 0.0], [0.0, 30.0, 0.0]]
    # 35 h a week: 155, 150 and 155 hours in March, April and May; half of 60 more in April.
    assert read_hours(data, ["Weld"]).regular[0].tolist() == pytest.approx([155.0, 180.0, 155.0])
    off = company({**shift, "plan_at": "off"}, resources=weld)
    assert read_hours(off, ["Weld"]).regular[0].tolist() == pytest.approx([155.0, 150.0, 155.0])


def test_running_cost_and_savings_are_operating_expense():
    rows = [
        {"initiative": "1", "type": "cost", "target": "Bikes", "delta_cost": -100.0, "probability_pct": 25.0},
        {"initiative": "2", "type": "site", "delta_cost": 10.0, "from_period": "2026-05", "plan_at": "full"},
    ]
    data = company(*rows)
    found = running_cost(data)
    assert found["family"].tolist() == ["Bikes"] * 3 + [""]
    assert found["opex"].tolist() == [-25.0, -25.0, -25.0, 10.0]
    money = roll_up_finance(data, FORECAST, SUPPLY_PLAN, COSTS, table("last_cycle"))
    opex = money[money["line"].eq("opex")].groupby("period")["amount"].sum()
    # 300 of opex are budgeted for April.
    assert opex.tolist() == [-25.0, 275.0, -15.0]


def test_a_price_change_moves_the_net_price_of_what_it_acts_on():
    rise = {"initiative": "1", "type": "price", "target": "Bikes", "price_change_pct": 10.0, "probability_pct": 50.0,
            "from_period": "2026-04"}  # fmt: skip
    sold = pd.DataFrame(
        {"item": ["B1", "B1", "W"], "market": "", "period": pd.PeriodIndex(["2026-03", "2026-04", "2026-04"], freq="M")}
    )
    assert price_factor(company(rise), sold).tolist() == [1.0, 1.05, 1.0]
    before, after = (planned_sales(d, FORECAST, SUPPLY_PLAN, COSTS) for d in (company(), company(rise)))
    march = before["period"].eq(NOW)
    assert after.loc[march, "revenue"].tolist() == before.loc[march, "revenue"].tolist()
    assert after.loc[~march, "revenue"].sum() == pytest.approx(1.05 * before.loc[~march, "revenue"].sum(), abs=0.02)
    assert after["cogs"].tolist() == before["cogs"].tolist()


def test_effects_of_a_market_entry_and_its_payback():
    # B1 forecast: 30 in March, 20 in April, 0 in May; 20 % more at a margin of 40: 240 and 160 on 300 spent in March.
    entry = {"initiative": "1", "type": "market", "target": "B1", "delta_pct": 20.0, "capex": 250.0,
             "one_off_cost": 50.0, "probability_pct": 50.0}  # fmt: skip
    data = company(entry)
    found = initiative_effects(data, BASE, COSTS, LOAD)
    assert found["volume"].tolist() == [6.0, 4.0, 0.0]
    assert found["revenue"].tolist() == [600.0, 400.0, 0.0]
    assert found["margin"].tolist() == [240.0, 160.0, 0.0]
    assert found["net"].tolist() == [-60.0, 160.0, 0.0]
    assert found["added_up"].tolist() == [-60.0, 100.0, 100.0]
    line = initiative_list(data, found).iloc[0]
    assert line[["benefit", "spending", "net", "weighed", "in_plan_pct"]].tolist() == [400.0, 300.0, 100.0, 50.0, 50.0]
    assert str(line["payback"]) == "2026-04"
    # What the plan spends of it is half.
    assert initiative_spending(data)[["capex", "one_off_cost"]].to_numpy().tolist() == [[125.0, 25.0]]


def test_effects_of_price_capacity_and_cost():
    rows = [
        {"initiative": "p", "type": "price", "target": "B1", "price_change_pct": 10.0, "delta_pct": -10.0},
        {"initiative": "c", "type": "capacity", "target": "Weld", "delta_hours": 40.0, "delta_cost": 90.0,
         "status": "proposed"},
        {"initiative": "d", "type": "cost", "delta_cost": -1.0, "status": "dropped"},
    ]  # fmt: skip
    weld = [{"resource": "Weld", "cost_per_hour": 20.0, "overtime_cost_per_hour": 32.0}]
    data = company(*rows, resources=weld)
    found = initiative_effects(data, BASE, COSTS, LOAD).set_index(["initiative", "period"])
    # March: 3 fewer at 110, 30 at 10 more: -330 + 300; 3 x 60 of cost saved.
    march = found.loc[("p", NOW)]
    assert march[["volume", "revenue", "margin"]].tolist() == [-3.0, -30.0, 150.0]
    # 40 hours worth 5 each in March, nothing in April; May has no price, but 25 overtime hours at 12 more; 90 a month.
    assert found.loc["c"]["hours_worth"].tolist() == [200.0, 0.0, 300.0]
    assert found.loc["c"]["net"].tolist() == [110.0, -90.0, 210.0]
    assert "d" not in found.index.get_level_values(0)
    listed = initiative_list(data, found.reset_index()).set_index("initiative")
    assert listed.at["c", "in_plan_pct"] == 0.0
    assert listed["rank"].to_dict() == {"p": 1.0, "c": 2.0}
    assert pd.isna(listed.at["p", "payback"])


def test_a_fixed_quantity_is_spread_and_never_takes_more_than_there_is():
    rows = [
        {"initiative": "a", "type": "market", "target": "Bikes", "delta_qty": 31.0, "to_period": "2026-03"},
        {"initiative": "b", "type": "market", "target": "B1", "delta_qty": -100.0},
    ]
    found = initiative_effects(company(*rows), BASE, COSTS, LOAD)
    volume = found.pivot(index="initiative", columns="period", values="volume").to_numpy()
    assert np.allclose(volume, [[31.0, 0.0, 0.0], [-30.0, -20.0, 0.0]])


def test_no_initiative_no_rows():
    found = initiative_effects(company(), BASE, COSTS, LOAD)
    assert found.empty
    assert initiative_list(company(), found).empty
