"""The procurement plan: need, receipts and stock of what is bought, month by month, with a day to order by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import PROCUREMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

KEY = ["item", "location", "period"]
MID_MONTH = 14
"""Days from the first of a month to the day on which what is bought for it should be there: its middle, since the plan
counts lead times in whole months, to the nearest."""


def procurement(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `procurement`: everything the plan buys or has on order.

    Scheduled receipts are firm open orders, planned ones are still to be ordered. The day to order by is the
    middle of the month of arrival less the supplier's lead time, within the month in which the plan orders; an order
    is late where that month has passed when the plan begins.

    Args:
        data: the input tables.
        frames: the results `supply_plan`, `purchases` and `item_costs`.
    """
    planned = _planned(data, frames["purchases"])
    plan = frames["supply_plan"]
    bought = plan.groupby(["item", "location"])["purchases"].transform("sum") > 0
    rows = plan.loc[bought, [*KEY, "family", "demand", "purchases", "closing", "target"]]
    rows = rows.merge(planned, on=KEY, how="left")
    quantity = rows["quantity"].fillna(0.0)
    scheduled = np.round(np.maximum(rows["purchases"] - quantity, 0.0), 6)
    cost = rows["item"].map(frames["item_costs"].set_index("item")["standard_cost"]).fillna(0.0)
    items = data["items"].set_index("item")
    start = data.settings.current_period.to_timestamp()
    late = quantity.gt(0) & (rows["late"].eq("yes") | (rows["order_by"] < start))
    rows = rows.assign(
        description=rows["item"].map(items["description"]).fillna(""),
        supplier=rows["supplier"].fillna(""),
        gross_need=rows["demand"],
        scheduled_receipts=scheduled,
        scheduled_value=scheduled * cost,
        planned_receipts=quantity,
        planned_value=rows["value"].fillna(0.0),
        projected_stock=rows["closing"],
        order_by=rows["order_by"].where(quantity > 0),
        late=np.where(late, "yes", np.where(quantity > 0, "no", "")),
    )
    return conform(PROCUREMENT, _ranked(rows))


def _planned(data: PlanData, purchases: pd.DataFrame) -> pd.DataFrame:
    """Return what is to be ordered by item, location and month of arrival: from its largest supplier, at what value."""
    suppliers = (
        data["suppliers"].drop_duplicates(["item", "supplier"]).set_index(["item", "supplier"])["lead_time_days"]
    )
    pairs = pd.MultiIndex.from_frame(purchases[["item", "supplier"]])
    lead = suppliers.reindex(pairs).to_numpy(float)
    own = purchases["item"].map(data["items"].set_index("item")["lead_time_days"]).to_numpy(float)
    lead = np.nan_to_num(np.where(np.isnan(lead), own, lead))
    due = purchases["period"].dt.to_timestamp() + pd.Timedelta(days=MID_MONTH)
    order_by = (due - pd.to_timedelta(lead, unit="D")).dt.normalize()
    # The plan orders in a whole month: the day is never outside it.
    month = purchases["order_by"]
    first, last = month.dt.to_timestamp(), month.dt.to_timestamp(how="end").dt.normalize()
    order_by = order_by.clip(lower=first, upper=last)
    rows = purchases.assign(order_by=order_by).sort_values("quantity", ascending=False, kind="stable")
    return rows.groupby(KEY, as_index=False).agg(
        {"quantity": "sum", "value": "sum", "supplier": "first", "order_by": "min", "late": "max"}
    )


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Number the orders as they are to be placed: late ones first, then by day, the dearest first."""
    orders = rows[rows["planned_receipts"] > 0]
    first = orders.assign(on_time=orders["late"].ne("yes")).sort_values(
        ["on_time", "order_by", "planned_value", "item"], ascending=[True, True, False, True], kind="stable"
    )
    return rows.assign(rank=pd.Series(np.arange(1.0, len(first) + 1), index=first.index))
