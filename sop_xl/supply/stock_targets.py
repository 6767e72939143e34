"""Minimum, target and maximum stock by node and month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.lead_time import last_arrivals

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.demand import Demand
    from sop_xl.supply.network import Network

SEASON = 12


@dataclass(frozen=True)
class StockTargets:
    """Stock aimed at, by node and month, in units; every array has shape (nodes, months).

    Attributes:
        minimum: stock that should be there whatever it costs.
        target: stock aimed at; never below `minimum`.
        maximum: stock that should not be exceeded; infinite where there is no limit.
        fixed: production that is fixed; NaN where it is free.
        backlog: customers' orders that may wait at the month's end; NaN where nothing is agreed.
    """

    minimum: np.ndarray = field(repr=False)
    target: np.ndarray = field(repr=False)
    maximum: np.ndarray = field(repr=False)
    fixed: np.ndarray = field(repr=False)
    backlog: np.ndarray = field(repr=False)


def read_stock_targets(data: PlanData, network: Network, demand: Demand) -> StockTargets:
    """Return the targets of every node.

    An item's own figures are shared out over the places its demand is at; target stock is its safety stock,
    else cover of the demand that follows (not for items made to order), and the table `targets` replaces
    what it gives month by month.
    """
    months = len(data.calendar.periods)
    share = _shares(network, demand)[:, None]
    own = network.items.loc[network.node_items].reset_index(drop=True)
    minimum = np.tile(share * own[["min_stock"]].fillna(0.0).to_numpy(float), months)
    safety = share * own[["safety_stock"]].to_numpy(float)
    target = np.where(np.isnan(safety), _cover(data, own, demand), safety)
    ceiling = own[["max_stock"]].to_numpy(float)
    maximum = np.tile(np.where(np.isnan(ceiling), np.inf, share * np.nan_to_num(ceiling)), months)
    given = _monthly(data, network, share[:, 0])
    minimum = np.round(np.where(np.isnan(given["min_stock"]), minimum, given["min_stock"]), 6)
    target = np.where(np.isnan(given["target_stock"]), target, given["target_stock"])
    maximum = np.where(np.isnan(given["max_stock"]), maximum, given["max_stock"])
    fixed = _frozen(data, demand, given["fixed_production"], network)
    running_down, over = _ends_of_life(data, network, demand)
    fixed[over & np.isnan(fixed)] = 0.0
    minimum, target = np.where(running_down, 0.0, minimum), np.where(running_down, 0.0, target)
    target = np.round(np.maximum(target, minimum), 6)
    return StockTargets(minimum, target, np.maximum(maximum, minimum), fixed, given["target_backlog"])


def _ends_of_life(data: PlanData, network: Network, demand: Demand) -> tuple[np.ndarray, np.ndarray]:
    """Return the months in which no stock is aimed at any more, and those after the last order has arrived.

    Stock runs down from the month in which the last order arrives or in which demand ends; never while the item
    still goes into others. Shape of both: (nodes, months).
    """
    months, names = data.calendar.periods.asi8, network.nodes["name"]
    last = names.map({item: month.ordinal for item, month in last_arrivals(data).items()}).to_numpy(float)
    ends = data["items"].set_index("item")["end_period"].astype("period[M]").dropna()
    end = names.map({item: month.ordinal for item, month in ends.items()}).to_numpy(float)
    first = np.fmin(last, end)[:, None]
    used_later = np.cumsum(demand.use[:, ::-1], axis=1)[:, ::-1] > 0
    return (months >= first) & ~used_later, months > last[:, None]


def _shares(network: Network, demand: Demand) -> np.ndarray:
    """Return each node's share of its item's targets: by customers' demand, else by use, else even."""
    items = network.node_items
    weights = np.zeros(len(items))
    for flow in (demand.customers, demand.use, np.ones_like(demand.customers)):
        total = np.bincount(items, weights=weights, minlength=len(network.items))
        weights = np.where(total[items] > 0, weights, flow.sum(axis=1))
    total = np.bincount(items, weights=weights, minlength=len(network.items))
    return weights / np.where(total[items] > 0, total[items], 1.0)


def _cover(data: PlanData, own: pd.DataFrame, demand: Demand) -> np.ndarray:
    """Return stock that covers the target days of the demand that follows each month."""
    days = own["target_cover_days"].to_numpy(float)
    made_to_order = own["strategy"].eq("MTO").to_numpy()
    days = np.where(np.isnan(days), np.where(made_to_order, 0.0, data.settings.default_cover_days), days)
    return cover_stock(demand.customers + demand.use, data.calendar.weeks * 7.0, days)


def cover_stock(demand: np.ndarray, month_days: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Return the demand of the `days` after each month; shape (nodes, months).

    After the horizon the demand of a year before is taken again, or the mean of a shorter horizon.

    Args:
        demand: units; shape (nodes, months).
        month_days: days of each month; shape (months,).
        days: days to cover; shape (nodes,).
    """
    months = demand.shape[1]
    ahead = int(np.ceil(days.max(initial=0.0) / 28.0)) + 1
    later = [demand[:, t - SEASON] if t >= SEASON else demand.mean(axis=1) for t in range(months, months + ahead)]
    if months >= SEASON and ahead > SEASON:
        later = [demand[:, months - SEASON + k % SEASON] for k in range(ahead)]
    series = np.column_stack([demand, *later])
    lengths = np.concatenate([month_days, np.full(ahead, month_days.mean())])
    stock, left = np.zeros_like(demand), np.repeat(days[:, None], months, axis=1)
    for step in range(1, ahead + 1):
        length = lengths[step : step + months]
        taken = np.minimum(left, length)
        stock += series[:, step : step + months] * taken / length
        left = left - taken
    return stock


def _monthly(data: PlanData, network: Network, share: np.ndarray) -> dict[str, np.ndarray]:
    """Return the fields of the table `targets` by node and month, NaN where they are blank.

    Without a location, stock is aimed at where most of the demand is, and production is fixed where the
    item is made.
    """
    table, months = data["targets"], len(data.calendar.periods)
    month = data.calendar.index_of(table["period"])
    node = network.node_of(table["item"], network.places.place(table["location"]))
    blank = (table["location"] == "").to_numpy()
    made = np.zeros(len(share))
    made[network.makes["node"]] = 1.0
    found = {}
    for name in ("min_stock", "target_stock", "max_stock", "fixed_production", "target_backlog"):
        main = _main_node(network, made if name == "fixed_production" else share)
        at = np.where(blank, table["item"].map(main).fillna(-1).to_numpy(int), node)
        kept = (month >= 0) & (month < months) & (at >= 0)
        grid = np.full((len(share), months), np.nan)
        grid[at[kept], month[kept]] = table[name].to_numpy(float)[kept]
        found[name] = grid
    return found


def _main_node(network: Network, weight: np.ndarray) -> pd.Series:
    """Return each item's node with the largest weight, the first of equals, by the item's name."""
    ranked = network.nodes.assign(weight=weight).sort_values("weight", ascending=False, kind="stable")
    first = ranked.drop_duplicates("item")
    return pd.Series(first.index, index=first["name"])


def _frozen(data: PlanData, demand: Demand, fixed: np.ndarray, network: Network) -> np.ndarray:
    """Return fixed production, with nothing new in frozen months for which a plan is given.

    A frozen month without any fixed quantity and any production order has no plan to keep: it stays free.
    """
    made = np.zeros(len(network.nodes), dtype=bool)
    made[network.makes["node"]] = True
    for month in range(min(data.settings.frozen_months, fixed.shape[1])):
        if (~np.isnan(fixed[:, month])).any() or demand.receipts["production"][:, month].any():
            fixed[made & np.isnan(fixed[:, month]), month] = 0.0
    return fixed
