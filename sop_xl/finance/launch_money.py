"""What launches earn, take from other items and cost; and when the money is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.new_products import LAUNCH_MONEY

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


def launch_money(data: PlanData, launch_plan: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `launch_money`: the months of `launch_plan` in money.

    Revenue is sell-through and pipeline fill at the item's net price (list price before it sells), margin that
    less standard cost; what is taken counts at price and cost of the item it is taken from. An item without any
    price brings no revenue. The money is back in the first month from the launch in which the cumulative
    result is 0 or more and stays so, where the launch costs anything.

    Args:
        data: the launches, which name the parent item.
        launch_plan: the result table.
        costs: the result table `item_costs`.
    """
    parent = data["launches"].set_index("launch")["cannibalises"]
    price, cost = (costs.set_index("item")[name] for name in ("net_price", "standard_cost"))
    loser = launch_plan["launch"].map(parent)
    sold, taken = launch_plan["sell_through"] + launch_plan["pipeline_fill"], launch_plan["taken"]
    rows = launch_plan.assign(
        revenue=_money(sold, launch_plan["item"], price),
        margin=_money(sold, launch_plan["item"], price) - _money(sold, launch_plan["item"], cost),
        revenue_taken=_money(taken, loser, price),
        margin_taken=_money(taken, loser, price) - _money(taken, loser, cost),
    )
    result = round_half_up((rows["margin"] - rows["margin_taken"] - rows["launch_cost"]).to_numpy(float))
    rows = rows.assign(result=result)
    cumulative = rows.groupby("launch", sort=False)["result"].cumsum().to_numpy(float)
    rows = rows.assign(cumulative=round_half_up(cumulative))
    months = {name: _payback(group) for name, group in rows.groupby("launch", sort=False)}
    return conform(LAUNCH_MONEY, rows.assign(payback_months=rows["launch"].map(months).astype(float)))


def launch_spending(data: PlanData, launch_plan: pd.DataFrame) -> pd.DataFrame:
    """Return family, period and one_off_cost of the launches, in the months in which they cost anything."""
    spent = launch_plan[launch_plan["launch_cost"] > 0]
    family = spent["item"].map(data["items"].set_index("item")["family"])
    return spent[["period"]].assign(family=family.astype("str"), one_off_cost=spent["launch_cost"])


def _money(units: pd.Series, item: pd.Series, each: pd.Series) -> pd.Series:
    value = units * item.map(each).astype(float).fillna(0.0)
    return pd.Series(round_half_up(value.to_numpy(float)), index=units.index)


def _payback(rows: pd.DataFrame) -> float:
    """Return the months from the month in which money is spent to that in which it is back; NaN: not in the plan."""
    spent = np.flatnonzero(rows["launch_cost"].to_numpy(float) > 0)
    if not len(spent):
        return np.nan
    short = np.flatnonzero(rows["cumulative"].to_numpy(float) < 0)
    back = max(int(short[-1]) + 1 if len(short) else 0, int(spent[0]))
    return float(back - spent[0] + 1) if back < len(rows) else np.nan
