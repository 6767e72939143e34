"""What is asked of the plan: customers' demand by node, the needs it makes below, receipts on their way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.planned import planned_demand
from sop_xl.supply.bill import top_down
from sop_xl.supply.frames import rows_by

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.network import Network
    from sop_xl.supply.places import Places

RECEIPT_TYPES = ("production", "purchase", "transfer")


@dataclass(frozen=True)
class Demand:
    """What the network must serve, by node and month, in units.

    Attributes:
        customers: customers' demand; shape (nodes, months).
        opening: stock at the start; shape (nodes,).
        backlog: customers' orders late at the start; shape (nodes,).
        receipts: by type of open order, what arrives without being planned; shape (nodes, months).
        gross: needs of each item if everything were made when it is used; shape (items, months).
        wanted: what of `gross` stock and receipts do not cover; shape (items, months).
        use: needs of other items at each node, sites by the first site; shape (nodes, months).
    """

    customers: np.ndarray = field(repr=False)
    opening: np.ndarray = field(repr=False)
    backlog: np.ndarray = field(repr=False)
    receipts: dict[str, np.ndarray] = field(repr=False)
    gross: np.ndarray = field(repr=False)
    wanted: np.ndarray = field(repr=False)
    use: np.ndarray = field(repr=False)

    @property
    def received(self) -> np.ndarray:
        """All receipts on their way; shape (nodes, months)."""
        return np.sum([self.receipts[kind] for kind in RECEIPT_TYPES], axis=0)


def customer_demand(data: PlanData, forecast: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return item, market, location, month (from 0) and quantity of the planned months, quantity above 0.

    What is asked for is customer orders and the forecast they have not consumed.
    """
    month = data.calendar.index_of(forecast["period"])
    quantity = planned_demand(forecast).to_numpy(float)
    inside = (month >= 0) & (month < len(data.calendar.periods)) & (quantity > 0)
    kept = forecast[inside & forecast["item"].isin(data["items"]["item"]).to_numpy()]
    rows = kept.index
    return pd.DataFrame(
        {
            "item": kept["item"],
            "market": kept["market"],
            "location": places.serving(kept["market"]),
            "month": pd.Series(month, forecast.index)[rows],
            "quantity": np.round(planned_demand(kept).to_numpy(float), 6),
        }
    ).reset_index(drop=True)


def late_orders(data: PlanData, places: Places) -> pd.DataFrame:
    """Return item, location and quantity of orders late at the start; stock below nothing counts as late.

    Customers' backlog stands where the item is shipped from: at the default place where its stock row
    names none or another.
    """
    stock = data["stock"]
    late = stock["backlog"].fillna(0.0) + (-stock["quantity"].fillna(0.0)).clip(lower=0.0)
    own = stock["location"].where(stock["location"].isin(list(places.kinds)), places.default_ship_from)
    rows = pd.DataFrame({"item": stock["item"], "location": own, "quantity": late})
    known = rows["item"].isin(data["items"]["item"])
    return rows[known & (rows["quantity"] > 0)].groupby(["item", "location"], as_index=False).sum()


def read_demand(data: PlanData, network: Network, demand: pd.DataFrame) -> Demand:
    """Return all that is asked of the network; `demand` is the result of `customer_demand`."""
    months = len(data.calendar.periods)
    nodes = len(network.nodes)
    customers = _grid(
        network.node_of(demand["item"], demand["location"]), demand["month"], demand["quantity"], nodes, months
    )
    late = late_orders(data, network.places)
    backlog = _grid(network.node_of(late["item"], late["location"]), 0, late["quantity"], nodes, 1)[:, 0]
    stock = data["stock"]
    at = network.node_of(stock["item"], network.places.place(stock["location"]))
    opening = _grid(at, 0, stock["quantity"].fillna(0.0).clip(lower=0.0).round(6), nodes, 1)[:, 0]
    receipts = _receipts(data, network, nodes, months)
    supply = receipts["production"] + receipts["purchase"] + receipts["transfer"]
    gross, wanted, use = _explode(data, network, customers, backlog, opening, supply)
    return Demand(customers, opening, backlog, receipts, gross, wanted, use)


def _grid(node: np.ndarray, month: pd.Series | int, quantity: pd.Series, nodes: int, months: int) -> np.ndarray:
    grid = np.zeros((nodes, months))
    kept = node >= 0
    place = np.broadcast_to(np.asarray(month, dtype=int), node.shape)
    np.add.at(grid, (node[kept], place[kept]), quantity.to_numpy(float)[kept])
    return grid


def _receipts(data: PlanData, network: Network, nodes: int, months: int) -> dict[str, np.ndarray]:
    """Return firm open orders by type; what is overdue arrives in the first month."""
    orders = data["open_orders"]
    orders = orders[orders["firm"].to_numpy(bool) & orders["type"].isin(RECEIPT_TYPES)]
    month = np.maximum(data.calendar.index_of(orders["period"]), 0)
    orders, month = orders[month < months], month[month < months]
    node = network.node_of(orders["item"], network.places.place(orders["location"]))
    found = {}
    for kind in RECEIPT_TYPES:
        rows = (orders["type"] == kind).to_numpy()
        found[kind] = _grid(node[rows], pd.Series(month[rows]), orders["quantity"][rows].round(6), nodes, months)
    return found


def _explode(
    data: PlanData,
    network: Network,
    customers: np.ndarray,
    backlog: np.ndarray,
    opening: np.ndarray,
    receipts: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return `gross`, `wanted` and `use` of `Demand`: net of stock level by level, lead times ignored."""
    items, months = len(network.items), customers.shape[1]
    gross, stock = np.zeros((items, months)), np.zeros((items, months))
    np.add.at(gross, network.node_items, customers)
    np.add.at(gross[:, 0], network.node_items, backlog)
    np.add.at(stock, network.node_items, receipts)
    np.add.at(stock[:, 0], network.node_items, opening)
    wanted, use = np.zeros_like(gross), np.zeros_like(customers)
    number = {name: row for row, name in enumerate(network.items["item"])}
    makes = network.makes.assign(item=network.node_items[network.makes["node"]]).drop_duplicates("item")
    first_make = dict(zip(makes["item"].tolist(), makes.index.tolist(), strict=True))
    lines = rows_by(network.uses, "make")
    span = np.arange(months)
    bom = data["bom"]
    known = bom["parent"].isin(list(number)) & bom["component"].isin(list(number))
    node_items = network.node_items
    for name in top_down(network.items["item"], bom[known]):
        item = number[name]
        wanted[item] = _net(gross[item], stock[item])
        for line in lines.get(first_make.get(item, -1), []):
            inside = (span >= line.first) & (span <= line.last)
            need = wanted[item] * line.need * inside
            gross[node_items[line.node]] += need
            use[line.node] += need
    return gross, wanted, use


def _net(gross: np.ndarray, supply: np.ndarray) -> np.ndarray:
    """Return what each month's need lacks after stock and receipts, carried forward."""
    net, stock = np.zeros_like(gross), 0.0
    for month, need in enumerate(gross):
        stock += supply[month]
        net[month] = max(0.0, need - stock)
        stock = max(0.0, stock - need)
    return net
