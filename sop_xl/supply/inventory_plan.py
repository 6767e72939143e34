"""The inventory plan: the safety stock that forecast error and lead time ask for, beside the one aimed at."""

from __future__ import annotations

from math import pi, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import INVENTORY_PLAN
from sop_xl.supply.lot_sizing import economic_order_quantity
from sop_xl.supply.rates import unit_rates
from sop_xl.supply.safety_stock import fill_rate, safety_stock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

AHEAD = 12
MAD_TO_DEVIATION = sqrt(pi / 2)
"""Of a normal error, the standard deviation over the mean absolute deviation."""
REVIEW = 1.0
"""Months between two plans: what is ordered now must last until what the next plan orders is there."""
SLACK = 0.1
"""Share of the suggested stock within which the target is kept."""


def inventory_plan(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `inventory_plan`, one row an item with stock, demand or a target.

    Suggested safety stock is z(service level) x deviation x sqrt(lead time + one month), the deviation that of
    the forecast one month ahead, for items made to stock that have a forecast of their own. Excess is stock beyond
    the setting `excess_months` of demand, obsolete the stock of items that are dead, past their last month, or
    without any demand in the plan. The economic lot of what has a setup cost is the one that costs least at the mean
    demand, without limits.

    Args:
        data: the input tables.
        frames: the results `supply_plan`, `accuracy` and `item_costs`, and `item_classes`, where there are any, for
            the service levels of classes.
    """
    settings = data.settings
    rows = _figures(frames["supply_plan"])
    items = data["items"].set_index("item")
    rows = rows.join(items[["description", "min_lot", "lot_multiple", "strategy", "status", "end_period"]], on="item")
    cost = rows["item"].map(frames["item_costs"].set_index("item")["standard_cost"]).fillna(0.0)
    months = _lead_days(data, rows["item"]) * 12.0 / settings.days_in_year
    deviation = rows["item"].map(_deviations(frames["accuracy"]))
    stocked = deviation.notna() & rows["strategy"].ne("MTO") & (rows["mean_demand"] > 0)
    levels = rows["item"].map(_service_levels(frames)).fillna(settings.service_level)
    wanted = [
        safety_stock(level, 0.0, sd, lead + REVIEW) if known else np.nan
        for level, sd, lead, known in zip(levels, deviation.fillna(0.0), months, stocked, strict=True)
    ]
    rows = rows.assign(
        lead_days=months * settings.days_in_year / 12.0,
        error_deviation=deviation,
        suggested=wanted,
        economic_lot=_economic_lots(data, frames["item_costs"], rows),
        fill_rate=_fill_rates(rows, deviation, months, stocked),
        cover_days=rows["stock"] / (rows["mean_demand"].where(rows["mean_demand"] > 0) * 12.0 / settings.days_in_year),
        **_surplus(rows, cost, settings.excess_months, settings.current_period),
    )
    rows = rows.assign(change_value=(rows["suggested"] - rows["target"]) * cost)
    return conform(INVENTORY_PLAN, _advised(rows))


def _service_levels(frames: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the service level of each item that has a class, 0 to 1."""
    classes = frames.get("item_classes")
    return pd.Series(dtype=float) if classes is None else classes.set_index("item")["service_level"] / 100.0


def _figures(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the stock at the start, and mean demand and target of the next 12 months, of each item."""
    first = plan["period"].min()
    ahead = plan[plan["period"] < first + AHEAD]
    count = max(ahead["period"].nunique(), 1)
    sums = ahead.groupby(["item", "family"], as_index=False)[["demand", "target"]].sum()
    opening = plan[plan["period"] == first].groupby("item")["opening"].sum()
    return pd.DataFrame(
        {
            "item": sums["item"],
            "family": sums["family"],
            "stock": sums["item"].map(opening).fillna(0.0),
            "mean_demand": sums["demand"] / count,
            "target": sums["target"] / count,
        }
    )


def _lead_days(data: PlanData, items: pd.Series) -> pd.Series:
    """Return the lead time of each item: its own, or the longest of its suppliers."""
    own = data["items"].set_index("item")["lead_time_days"]
    bought = data["suppliers"].groupby("item")["lead_time_days"].max()
    return items.map(bought).fillna(items.map(own)).fillna(0.0)


def _deviations(accuracy: pd.DataFrame) -> pd.Series:
    """Return the standard deviation of each item's forecast error one month ahead, in units a month."""
    rows = accuracy[accuracy["item"].ne("") & accuracy["lag"].eq(1) & accuracy["months"].gt(0)]
    rows = rows.dropna(subset=["wmape"]).drop_duplicates("item").set_index("item")
    return rows["wmape"] / 100.0 * rows["actual"] / rows["months"] * MAD_TO_DEVIATION


def _fill_rates(rows: pd.DataFrame, deviation: pd.Series, months: pd.Series, stocked: pd.Series) -> list[float]:
    """Return the share of demand, in %, that the stock aimed at serves; a delivery is a lot or a month's demand."""
    lot = rows[["min_lot", "lot_multiple"]].max(axis=1).fillna(0.0).clip(lower=0.0)
    lot = np.maximum(lot, rows["mean_demand"])
    of_lead = deviation * np.sqrt(months + REVIEW)
    known = stocked & (of_lead > 0)
    return [
        100.0 * max(fill_rate(target, size, sd), 0.0) if there else np.nan
        for target, size, sd, there in zip(rows["target"], lot, of_lead, known, strict=True)
    ]


def _economic_lots(data: PlanData, item_costs: pd.DataFrame, rows: pd.DataFrame) -> list[float]:
    """Return the economic order quantity of items with a setup cost and a holding cost, in units."""
    usual = data["routings"][data["routings"]["alternative"] == ""]
    setup = rows["item"].map(usual.groupby("item")["setup_cost"].sum()).fillna(0.0)
    holding = pd.Series(unit_rates(data, item_costs).holding, index=data["items"]["item"])
    return [
        economic_order_quantity(demand, cost, hold)[0] if cost > 0 and hold > 0 and demand > 0 else np.nan
        for demand, cost, hold in zip(rows["mean_demand"], setup, rows["item"].map(holding), strict=True)
    ]


def _surplus(rows: pd.DataFrame, cost: pd.Series, months: float, current: pd.Period) -> dict[str, pd.Series]:
    """Return excess and obsolete stock of today, in money at standard cost."""
    ended = rows["end_period"].notna() & (rows["end_period"] < current)
    obsolete = rows["status"].eq("dead") | ended | rows["mean_demand"].eq(0)
    over = np.maximum(rows["stock"] - months * rows["mean_demand"], 0.0)
    return {
        "excess_value": (over * cost).where(~obsolete, 0.0),
        "obsolete_value": (rows["stock"] * cost).where(obsolete, 0.0),
    }


def _advised(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what to do with the target, and a rank by the money that it moves."""
    gap, enough = rows["suggested"] - rows["target"], SLACK * rows["suggested"]
    advice = np.select([gap.isna(), gap > enough, gap < -enough], ["", "raise", "lower"], "keep")
    moved = rows[np.isin(advice, ["raise", "lower"])]
    order = moved.assign(size=moved["change_value"].abs()).sort_values(
        ["size", "item"], ascending=[False, True], kind="stable"
    )
    rank = pd.Series(np.arange(1.0, len(order) + 1), index=order.index)
    surplus = rows["excess_value"] + rows["obsolete_value"]
    most = surplus[surplus > 0].sort_values(ascending=False, kind="stable")
    return rows.assign(
        advice=advice, rank=rank, surplus_rank=pd.Series(np.arange(1.0, len(most) + 1), index=most.index)
    )
