"""Who is served from where, and who comes first: the customers of each node, by priority class."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.demand import Demand
    from sop_xl.supply.network import Network


@dataclass(frozen=True)
class Sellers:
    """Nodes that customers order from, or have late orders at: one line for each class of customers there.

    Attributes:
        nodes: the node of each line; shape (sellers,).
        priority: the class of its customers, 1 first: the market's, or where it has none the item's; shape (sellers,).
        asked: demand of the line's customers, without what is late at the start; shape (sellers, months).
        late: their orders late at the start; shape (sellers,).
        share: of the node's demand over the plan, what is theirs; shape (sellers,).
    """

    nodes: np.ndarray = field(repr=False)
    priority: np.ndarray = field(repr=False)
    asked: np.ndarray = field(repr=False)
    late: np.ndarray = field(repr=False)
    share: np.ndarray = field(repr=False)

    @property
    def shared(self) -> bool:
        """Whether customers of several classes order from one node."""
        return len(np.unique(self.nodes)) < len(self.nodes)


def read_sellers(data: PlanData, network: Network, orders: pd.DataFrame, demand: Demand) -> Sellers:
    """Return the sellers of a case.

    Of orders late at the start nobody says whose they are: they are shared over the classes in proportion to demand.

    Args:
        data: the input tables.
        network: nodes and items.
        orders: the result of `customer_demand`.
        demand: what is asked of each node.
    """
    own = network.items["priority"].to_numpy(float)[network.node_items]
    nodes = np.flatnonzero((demand.customers.sum(axis=1) > 0) | (demand.backlog > 0))
    lines = order_classes(data, network, orders)
    grids = {
        key: np.bincount(rows["month"].to_numpy(int), rows["quantity"].to_numpy(float), demand.customers.shape[1])
        for key, rows in lines[lines["node"] >= 0].groupby(["node", "priority"], sort=True)
    }
    classes: dict[int, list[float]] = {}
    for node, rank in grids:
        classes.setdefault(node, []).append(rank)
    found = []
    for node in nodes.tolist():
        ranks = classes.get(node, [own[node]])
        total = float(demand.customers[node].sum())
        for rank in ranks:
            asked = demand.customers[node] if len(ranks) == 1 else grids[node, rank]
            found.append((node, rank, asked, float(asked.sum()) / total if len(ranks) > 1 else 1.0))
    node = np.array([line[0] for line in found], dtype=int)
    share = np.array([line[3] for line in found], dtype=float)
    return Sellers(
        nodes=node,
        priority=np.array([line[1] for line in found], dtype=float),
        asked=np.array([line[2] for line in found], dtype=float).reshape(len(found), demand.customers.shape[1]),
        late=demand.backlog[node] * share,
        share=share,
    )


def order_classes(data: PlanData, network: Network, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders with their node (-1: none) and the class of their market, or of the item where it has none."""
    node = network.node_of(orders["item"], orders["location"])
    item = pd.Series(network.items["priority"].to_numpy(float), index=network.items["item"])
    market = data["markets"].set_index("market")["priority"].reindex(orders["market"]).to_numpy(float)
    own = item.reindex(orders["item"]).to_numpy(float)
    return orders.assign(node=node, priority=np.where(np.isnan(market), own, market))
