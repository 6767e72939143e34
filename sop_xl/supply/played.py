"""A plan played against demand that comes otherwise: its quantities stand, stock and orders take the difference.

Nobody replans in it: what is made, bought and shipped is the plan's in every month. So it tells how much luck the
plan can bear as it stands, not how a company that replans each month would fare.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.demand import customer_demand, late_orders
from sop_xl.supply.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

LEAST = 1e-6


@dataclass(frozen=True)
class Ground:
    """What a plan does at each place where customers are served; a row is an item at a location.

    Attributes:
        keys: `item`, `location`, `family`, and unit `price` and `cost`.
        demand: customers' demand of the plan; shape (rows, months).
        firm: what of it is customer orders, which come as they are; shape (rows, months).
        inflow: what is made, bought and received, less what leaves for other places and goods; (rows, months).
        opening: stock at the start; shape (rows,).
        backlog: orders late at the start; shape (rows,).
        agreed: orders that may be open at the month's end by agreement; shape (rows, months).
        waits: whether customers wait; where they do not, what is not there is lost; shape (rows,).
    """

    keys: pd.DataFrame
    demand: np.ndarray = field(repr=False)
    firm: np.ndarray = field(repr=False)
    inflow: np.ndarray = field(repr=False)
    opening: np.ndarray = field(repr=False)
    backlog: np.ndarray = field(repr=False)
    agreed: np.ndarray = field(repr=False)
    waits: np.ndarray = field(repr=False)


@dataclass(frozen=True)
class Played:
    """What came of it on each path; all of shape (rows, months, paths), in units.

    Attributes:
        demand: what customers asked for.
        served: what left.
        late: demand of the month that did not leave in it, and waits beyond what is agreed.
        lost: demand of the month that went elsewhere.
        stock: at the month's end.
    """

    demand: np.ndarray = field(repr=False)
    served: np.ndarray = field(repr=False)
    late: np.ndarray = field(repr=False)
    lost: np.ndarray = field(repr=False)
    stock: np.ndarray = field(repr=False)


def play(ground: Ground, factors: np.ndarray) -> Played:
    """Let demand come as the forecast times `factors`, and serve it from the plan's quantities, oldest orders first.

    stock + inflow - served = stock at the end, never below zero; orders open before + demand - served - lost = open.

    Args:
        ground: what the plan does.
        factors: by which what is not yet ordered is multiplied; shape (rows, months, paths).
    """
    demand = ground.firm[:, :, None] + (ground.demand - ground.firm)[:, :, None] * factors
    parts = {name: np.empty(demand.shape) for name in ("served", "late", "lost", "stock")}
    stock = np.broadcast_to(ground.opening[:, None], demand[:, 0].shape)
    waiting = np.broadcast_to(ground.backlog[:, None], stock.shape)
    waits = ground.waits[:, None]
    for month in range(demand.shape[1]):
        wanted = waiting + demand[:, month]
        have = np.maximum(stock + ground.inflow[:, month, None], 0.0)
        served = np.minimum(wanted, have)
        short = wanted - served
        stock = have - served
        waiting = np.where(waits, short, 0.0)
        over = np.maximum(waiting - ground.agreed[:, month, None], 0.0)
        parts["served"][:, month], parts["stock"][:, month] = served, stock
        parts["late"][:, month] = np.minimum(over, demand[:, month]) if month else over
        parts["lost"][:, month] = short - waiting
    return Played(demand, **parts)


def ground_of(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> Ground:
    """Return what a plan does at the places where customers are served.

    Args:
        data: its input.
        frames: its results: `forecast`, `supply_plan`, `shortages`, `item_costs`.
    """
    places, months = Places.of(data), len(data.calendar.periods)
    plan = frames["supply_plan"]
    forecast = frames["forecast"]
    asked = customer_demand(data, forecast, places)
    late = late_orders(data, places)
    both = pd.concat([asked[["item", "location"]], late[["item", "location"]]])
    keys = both.drop_duplicates().sort_values(["item", "location"], ignore_index=True)
    at = pd.MultiIndex.from_frame(keys)

    def grid(rows: pd.DataFrame, values: pd.Series, month: np.ndarray) -> np.ndarray:
        out = np.zeros((len(keys), months))
        row = at.get_indexer(pd.MultiIndex.from_frame(rows[["item", "location"]]))
        kept = (row >= 0) & (month >= 0) & (month < months)
        np.add.at(out, (row[kept], month[kept]), values.to_numpy(float)[kept])
        return out

    when = data.calendar.index_of(plan["period"])
    flow = plan["production"] + plan["purchases"] + plan["received"] - plan["shipped_out"] - plan["used"]
    first = plan["opening"].where(plan["period"].eq(data.calendar.periods[0]), 0.0)
    orders = forecast.assign(location=places.serving(forecast["market"]), orders=forecast["orders"].fillna(0.0))
    demand = grid(asked, asked["quantity"], asked["month"].to_numpy(int))
    firm = grid(orders, orders["orders"], data.calendar.index_of(orders["period"]))
    waiting = grid(late, late["quantity"], np.zeros(len(late), dtype=int))[:, 0]
    items = data["items"].set_index("item").reindex(keys["item"])
    costs = frames["item_costs"].set_index("item").reindex(keys["item"])
    keys = keys.assign(
        family=items["family"].fillna("").to_numpy(),
        price=costs["net_price"].fillna(0.0).to_numpy(float),
        cost=costs["standard_cost"].fillna(0.0).to_numpy(float),
    )
    return Ground(
        keys=keys,
        demand=demand,
        firm=np.minimum(firm, demand),
        inflow=grid(plan, flow, when),
        opening=grid(plan, first, when)[:, 0],
        backlog=waiting,
        agreed=_agreed(grid(plan, plan["backlog"], when), keys, frames["shortages"], data),
        waits=items["late_policy"].ne("lost").to_numpy(),
    )


def _agreed(backlog: np.ndarray, keys: pd.DataFrame, shortages: pd.DataFrame, data: PlanData) -> np.ndarray:
    """Return what of the plan's open orders is none of its late ones: an order book that was agreed."""
    late = shortages[shortages["kind"].eq("late")]
    told = late.pivot_table(index="item", columns="period", values="quantity", aggfunc="sum")
    of_item = told.reindex(index=keys["item"], columns=data.calendar.periods).fillna(0.0).to_numpy(float)
    return np.where(of_item > LEAST, 0.0, backlog)
