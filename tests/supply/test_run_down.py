"""Ends of life in the supply plan: nothing after the last order, no target any more, and what is left over."""

import pandas as pd
import pytest

from sop_xl.adapters.solver import HighsSolver
from sop_xl.domain.lead_time import last_arrivals
from sop_xl.schema.frames import conform
from sop_xl.schema.results import DEMAND_CHANGES
from sop_xl.supply.plan import plan_supply
from sop_xl.supply.run_down import run_down
from tests.supply.cases import START, company, costs, forecast

JAN = pd.Period(START, "M")
BUY = {"item": "OLD", "source": "buy", "safety_stock": 20, "description": "Old one"}


def planned(demand, *, item=BUY, suppliers=({"item": "OLD", "supplier": "S"},), **tables):
    """Return the supply plan of OLD by month and its row of the table run_down; stock 50, cost 4 a unit."""
    data = company(
        {"horizon_months": len(demand)},
        items=[item],
        suppliers=list(suppliers),
        stock=[{"item": "OLD", "quantity": 50}],
        **tables,
    )
    plan = plan_supply(data, forecast({"OLD": demand}), costs({"OLD": 4.0}), HighsSolver())
    frames = {name: getattr(plan, name) for name in ("supply_plan", "production", "purchases")}
    frames["demand_changes"] = conform(DEMAND_CHANGES, pd.DataFrame(columns=DEMAND_CHANGES.fields))
    return plan.supply_plan.set_index("period"), run_down(data, frames)


def test_an_item_with_an_end_buys_no_safety_stock_for_afterwards():
    months, table = planned([30, 30, 0, 0], item={**BUY, "end_period": JAN + 1})
    assert months["target"].tolist() == [20, 0, 0, 0]
    assert months["purchases"].sum() == pytest.approx(10)
    row = table.iloc[0]
    assert (row["opening"], row["to_come"], row["demand"], row["left_over"]) == (50, 10, 60, 0)
    assert (row["last_sale"], row["gone"]) == (JAN + 1, JAN + 1)
    assert row["opening"] + row["to_come"] == row["demand"] - row["unmet"] + row["left_over"]


def test_the_last_order_covers_the_demand_to_the_end():
    ends = [{"item": "OLD", "last_order": JAN}]
    months, table = planned([30, 30, 30, 30], item={**BUY, "end_period": JAN + 3}, phase_outs=ends)
    assert months["purchases"].tolist() == pytest.approx([70, 0, 0, 0])
    assert months["target"].tolist() == [0, 0, 0, 0]
    assert table["last_order"].iloc[0] == JAN


def test_while_stock_lasts_nothing_more_is_ordered_and_the_rest_is_money():
    ends = [{"item": "OLD", "while_stock_lasts": "yes", "recovery_pct": 25}]
    months, table = planned([10, 10, 5, 0], phase_outs=ends)
    assert months["purchases"].sum() == 0
    row = table.iloc[0]
    # 25 of 50 units at 4 are left: 100, of which a quarter comes back.
    assert (row["left_over"], row["left_value"], row["recovered"], row["written_off"]) == (25, 100, 25, 75)
    assert row["gone"] is pd.NaT
    assert row["last_order"] is pd.NaT


def test_what_also_goes_into_other_items_keeps_its_target():
    data = {"bom": [{"parent": "TOP", "component": "OLD", "qty_per": 1}], "resources": [{"resource": "R"}]}
    items = [{**BUY, "end_period": JAN}, {"item": "TOP", "source": "make"}]
    tables = company({"horizon_months": 2}, items=items, suppliers=[{"item": "OLD", "supplier": "S"}], **data)
    both = forecast({"OLD": [5, 0], "TOP": [5, 5]})
    plan = plan_supply(tables, both, costs({"OLD": 4.0, "TOP": 9.0}), HighsSolver())
    assert plan.supply_plan.query("item == 'OLD'")["target"].tolist() == [20, 20]


def test_the_last_arrival_is_the_last_order_and_the_longest_lead_time():
    data = company(
        items=[{"item": "A", "lead_time_days": 90}, {"item": "B", "lead_time_days": 30}, {"item": "C"}],
        suppliers=[{"item": "A", "supplier": s, "lead_time_days": d} for s, d in (("S", 30), ("T", 60))],
        phase_outs=[
            {"item": "A", "last_order": JAN},
            {"item": "B", "last_order": JAN},
            {"item": "C", "while_stock_lasts": "yes"},
        ],
    )
    assert last_arrivals(data) == {"A": JAN + 2, "B": JAN + 1, "C": JAN - 1}
