"""Strategic initiatives: how much of each counts in the plan, and what changes by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

WEIGHTED, FULL, OFF = "weighted", "full", "off"
"""How an approved initiative is planned: times its probability, as if certain, or not at all."""


def plan_weight(initiatives: pd.DataFrame) -> pd.Series:
    """Return the share of each initiative that the plan holds, 0 to 1: none of those that are not approved."""
    share = initiatives["probability_pct"] / 100.0
    share = share.where(initiatives["plan_at"].ne(FULL), 1.0).where(initiatives["plan_at"].ne(OFF), 0.0)
    return share.where(initiatives["status"].eq("approved"), 0.0)


def months_of(data: PlanData) -> np.ndarray:
    """Return in which planned months each initiative acts; shape (initiatives, months).

    Without a first month it acts from the open one on, without a last one to the end of the plan.
    """
    table, periods = data["initiatives"], data.calendar.periods
    first = table["from_period"].fillna(periods[0]).to_numpy()
    last = table["to_period"].fillna(periods[-1]).to_numpy()
    rows = [(periods >= start) & (periods <= end) for start, end in zip(first, last, strict=True)]
    return np.array(rows, dtype=bool).reshape(len(table), len(periods))


def acts_on(data: PlanData, rows: pd.DataFrame, target: str) -> np.ndarray:
    """Return which rows of item and market an initiative with this target acts on; shape (rows,).

    The target is an item, a family or a market, looked for in this order; blank is everything.
    """
    items = data["items"]
    if not target:
        return np.ones(len(rows), dtype=bool)
    if target in set(items["item"]):
        return rows["item"].eq(target).to_numpy(bool)
    if target in set(items["family"]):
        family = rows["item"].map(items.set_index("item")["family"])
        return family.eq(target).to_numpy(bool)
    return rows["market"].eq(target).to_numpy(bool)


def added_hours(data: PlanData, names: list[str]) -> np.ndarray:
    """Return the hours a month that the plan's initiatives add to each resource; shape (resources, months)."""
    table = data["initiatives"]
    hours = (table["delta_hours"].fillna(0.0) * plan_weight(table)).to_numpy(float)
    row = pd.Index(names).get_indexer(table["target"])
    out = np.zeros((len(names), len(data.calendar.periods)))
    kept = (row >= 0) & (hours != 0)
    np.add.at(out, row[kept], hours[kept, None] * months_of(data)[kept])
    return out


def price_factor(data: PlanData, sold: pd.DataFrame) -> np.ndarray:
    """Return by what the plan's initiatives multiply the net price of each row; shape (rows,).

    Args:
        data: the input.
        sold: item, market and period of planned sales.
    """
    table = data["initiatives"]
    change = (table["price_change_pct"].fillna(0.0) * plan_weight(table)).to_numpy(float)
    acts, month = months_of(data), data.calendar.index_of(sold["period"])
    inside = (month >= 0) & (month < acts.shape[1])
    factor = np.ones(len(sold))
    for row in np.flatnonzero(change):
        hit = acts_on(data, sold, str(table["target"].iloc[row])) & inside
        hit[inside] &= acts[row, month[inside]]
        factor[hit] *= 1.0 + change[row] / 100.0
    return factor
