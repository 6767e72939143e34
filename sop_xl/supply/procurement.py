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
NOTHING = 1e-5
"""Units below which there is none."""
MID_MONTH = 14
"""Days from the first of a month to the day on which what is bought for it should be there: its middle, since the plan
counts lead times in whole months, to the nearest."""


def procurement(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `procurement`: everything the plan buys or has on order.

    Scheduled receipts are firm open orders, planned ones are still to be ordered. The day to order by is the
    middle of the month of arrival less the supplier's lead time, within the month in which the plan orders. An order
    is late where that month has passed when the plan begins, or where it can only be placed now and stock has run out
    before it comes (`_run_out`): then the day is the one on which it should have been placed.

    Args:
        data: the input tables.
        frames: the results `supply_plan`, `purchases` and `item_costs`.
    """
    planned = _planned(data, frames["purchases"])
    plan = frames["supply_plan"]
    bought = plan.groupby(["item", "location"])["purchases"].transform("sum") > 0
    rows = plan.loc[bought, [*KEY, "family", "demand", "purchases", "closing", "target", "backlog", "agreed", "lost"]]
    rows = rows.merge(planned, on=KEY, how="left")
    quantity = rows["quantity"].fillna(0.0)
    scheduled = np.round(np.maximum(rows["purchases"] - quantity, 0.0), 6)
    cost = rows["item"].map(frames["item_costs"].set_index("item")["standard_cost"]).fillna(0.0)
    items = data["items"].set_index("item")
    start = data.settings.current_period.to_timestamp()
    run_out = _run_out(rows.assign(quantity=quantity), data.settings.current_period)
    should = run_out.dt.to_timestamp() + pd.Timedelta(days=MID_MONTH) - pd.to_timedelta(rows["lead"], unit="D")
    rows["order_by"] = should.dt.normalize().where(run_out.notna(), rows["order_by"])
    late = quantity.gt(0) & (rows["late"].eq("yes") | run_out.notna() | (rows["order_by"] < start))
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
    rows = purchases.assign(order_by=order_by, month=month, lead=lead)
    rows = rows.sort_values("quantity", ascending=False, kind="stable")
    how = {"quantity": "sum", "value": "sum", "supplier": "first", "order_by": "min", "late": "max"}
    return rows.groupby(KEY, as_index=False).agg({**how, "month": "min", "lead": "first"})


def _run_out(rows: pd.DataFrame, current: pd.Period) -> pd.Series:
    """Return, for orders to be placed in the first month that come after it, the month in which stock ran out before.

    Stock has run out where customers wait beyond what is agreed or go without, or where nothing is left of a target.

    Args:
        rows: item, location, period, month (in which it is ordered) and quantity of orders, and the plan's figures.
        current: the first month of the plan.
    """
    waiting = (rows["backlog"] - rows["agreed"].fillna(0.0)).gt(NOTHING) | rows["lost"].gt(NOTHING)
    empty = rows["closing"].le(NOTHING) & rows["target"].gt(NOTHING)
    first = rows["period"].where(waiting | empty).groupby([rows["item"], rows["location"]]).transform("min")
    now = rows["quantity"].gt(0) & rows["month"].eq(current) & (first < rows["period"])
    return first.where(now)


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Number the orders as they are to be placed: late ones first, then by day, the dearest first."""
    orders = rows[rows["planned_receipts"] > 0]
    first = orders.assign(on_time=orders["late"].ne("yes")).sort_values(
        ["on_time", "order_by", "planned_value", "item"], ascending=[True, True, False, True], kind="stable"
    )
    return rows.assign(rank=pd.Series(np.arange(1.0, len(first) + 1), index=first.index))
