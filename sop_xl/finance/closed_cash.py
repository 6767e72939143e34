"""What closed months bought and spent on making: as posted, else as their cost of goods sold tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.finance.actual_rows import closed_actuals
from sop_xl.finance.variances import spent_on_production

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


def closed_purchases(data: PlanData, sold: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return period and value of what was bought in closed months, rows of whole cents.

    From the first month with a receipt that has a value on: the receipts, and material outside the bill of what was
    made. Before it: the part of the cost of goods sold that is not hours.

    Args:
        data: the actuals.
        sold: sales of the closed months, as `sales.actual_sales` gives them.
        costs: the result table `item_costs`.
    """
    rows = closed_actuals(data)
    receipts = rows.loc[rows["measure"].eq("receipts"), ["period", "value"]].dropna()
    before = sold[sold["period"].lt(receipts["period"].min())] if len(receipts) else sold
    bought = before[["period"]].assign(value=before["cogs"] - _hours_in(before, costs))
    made = _made(data, costs, rows)
    made = made[made["period"].ge(receipts["period"].min())] if len(receipts) else made.iloc[:0]
    return pd.concat([receipts, made[["period", "material"]].rename(columns={"material": "value"}), bought])


def closed_conversion(data: PlanData, sold: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return period and hours, in money, of what was made in closed months; before any was posted, of what was sold."""
    made = _made(data, costs, closed_actuals(data))
    before = sold[sold["period"].lt(made["period"].min())] if len(made) else sold
    return pd.concat([made[["period", "hours"]], before[["period"]].assign(hours=_hours_in(before, costs))])


def _made(data: PlanData, costs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    posted = rows[rows["measure"].eq("production")].dropna(subset=["quantity"])
    return spent_on_production(data, posted.rename(columns={"quantity": "production"}), costs)


def _hours_in(sold: pd.DataFrame, costs: pd.DataFrame) -> np.ndarray:
    """Return the cost of own hours inside cost of goods sold, in whole cents; shape (rows,)."""
    by_item = costs.set_index("item")
    share = (by_item["conversion"] / by_item["standard_cost"].where(by_item["standard_cost"].gt(0.0))).clip(0.0, 1.0)
    return round_half_up(np.round((sold["cogs"] * sold["item"].map(share).fillna(0.0)).to_numpy(float), 8))
