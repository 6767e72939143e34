"""All money of a plan, in the order in which one part needs the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.finance.bridge_table import bridge_table
from sop_xl.finance.cash_plan import cash_plan
from sop_xl.finance.cost import bought_cost
from sop_xl.finance.item_table import finance_items
from sop_xl.finance.launch_money import launch_money
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.finance.sales import outlook
from sop_xl.finance.stock_value import stock_value
from sop_xl.finance.variances import bought_goods

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.domain.plan_data import PlanData


def money_results(data: PlanData, plan: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of money: those of rebates, stock, P&L, items, bridge, cash and launches.

    Args:
        data: the input.
        plan: the result tables `forecast`, `supply_plan`, `purchases`, `load`, `item_costs`, `launch_plan`
            and, perhaps empty, `last_cycle`.
    """
    forecast, supply, load = plan["forecast"], plan["supply_plan"], plan["load"]
    costs, last = plan["item_costs"], plan["last_cycle"]
    sales = outlook(data, forecast, supply, costs)
    prices = bought_cost(data).reindex(costs["item"]).fillna(costs.set_index("item")["standard_cost"])
    bought = bought_goods(data, plan["purchases"], supply, prices)
    stock = stock_value(data, sales, supply, costs, bought)
    finance = roll_up_finance(data, forecast, supply, costs, last, load, sales, stock, bought, plan["launch_plan"])
    return {
        "rebate_accruals": sales.rebates,
        "stock_value": stock,
        "finance": finance,
        "finance_items": finance_items(data, sales),
        "bridge": bridge_table(data, sales, last),
        "cash": cash_plan(data, sales, supply, bought, load, costs, finance),
        "launch_money": launch_money(data, plan["launch_plan"], costs),
    }
