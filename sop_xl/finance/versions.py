"""Sales of each version of the plan by item and month, in one shape: outlook, budget, last cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.finance.roll_up import budget_rows

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.finance.sales import Sales

KEY = ["family", "item", "period"]
FIGURES = ["quantity", "revenue", "constant", "cost"]


def outlook_sales(data: PlanData, sales: Sales) -> pd.DataFrame:
    """Return what was sold in closed months and what is planned to be sold after, as `budget_sales`.

    Revenue is as reported, `constant` the same at plan rates.
    """
    rows = sales.together()
    family = rows["item"].map(data["items"].set_index("item")["family"])
    return _by_month(rows.assign(family=family).rename(columns={"cogs": "cost"}))


def budget_sales(data: PlanData) -> pd.DataFrame:
    """Return the budget: family, item, period, quantity, revenue, constant and cost.

    A row of a whole family has the item "". Quantity is NaN where a row has money but no quantity;
    money, in plan currency, is in whole cents. Sorted by family, item and month.
    """
    rows = budget_rows(data).dropna(subset=["revenue", "cogs"], how="all")
    whole = rows["item_or_family"].eq(rows["family"])
    money = {line: round_half_up(rows[line].fillna(0.0).to_numpy(float)) for line in ("revenue", "cogs")}
    rows = rows.assign(item=rows["item_or_family"].where(~whole, ""), **money)
    unknown = rows[rows["quantity"].isna()][KEY].drop_duplicates()
    sums = _by_month(rows.rename(columns={"cogs": "cost"}).assign(constant=rows["revenue"]))
    hidden = pd.MultiIndex.from_frame(sums[KEY]).isin(pd.MultiIndex.from_frame(unknown))
    return sums.assign(quantity=sums["quantity"].mask(hidden))


def last_cycle_sales(data: PlanData, last_cycle: pd.DataFrame) -> pd.DataFrame:
    """Return the plan of the last cycle, as `budget_sales`; items that are no longer listed are left out."""
    rows = last_cycle.assign(family=last_cycle["item"].map(data["items"].set_index("item")["family"]))
    rows = rows.dropna(subset=["family"]).dropna(subset=["revenue", "cogs"], how="all")
    money = rows.rename(columns={"served": "quantity", "cogs": "cost"})
    return _by_month(money.assign(constant=money["revenue"]))


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum the figures by family, item and month; money comes in whole cents and stays so."""
    sums = rows.groupby(KEY, as_index=False)[FIGURES].sum(min_count=1)
    money = {name: round_half_up(np.nan_to_num(sums[name].to_numpy(float))) for name in FIGURES[1:]}
    return sums.assign(**money)
