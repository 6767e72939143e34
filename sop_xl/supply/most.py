"""The most of an item that a horizon can need: the bound behind every yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.bill import top_down
from sop_xl.supply.frames import rows_by

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase


def most_needed(case: SupplyCase) -> np.ndarray:
    """Return the most the horizon can need of each item, in units; shape (items,).

    Demand, backlog, targets, fixed quantities, last month's plan and what lots make too much, exploded by the
    bill. An item that may stand in for others, or wait for one that may, counts with everything there is.
    """
    network = case.network
    item, size = network.node_items, len(network.items)
    aims = case.targets.target.max(axis=1) + np.nan_to_num(case.targets.fixed).sum(axis=1)
    own = case.demand.customers.sum(axis=1) + case.demand.backlog + aims
    need = np.bincount(item, weights=own, minlength=size) + np.nan_to_num(case.last_plan).sum(axis=1)
    need += _too_much(case)
    lines = pd.DataFrame(
        {
            "parent": item[network.makes["node"].to_numpy()[network.uses["make"]]],
            "component": item[network.uses["node"]],
            "need": network.uses["need"],
        }
    )
    # A parent made at several places, or a line that changes over the year, counts with its largest need.
    lines = lines.groupby(["parent", "component"], as_index=False)["need"].max()
    below = rows_by(lines, "parent")
    swaps = network.swaps
    if len(swaps):
        # What substitutes may do to needs above and below is bounded, not traced.
        most = need.sum() * max(float(swaps["factor"].max()), 1.0)
        need[np.union1d(item[swaps["origin"]], item[swaps["target"]])] = most
    for parent in top_down(range(size), lines):
        for line in below.get(parent, []):
            need[line.component] += need[parent] * line.need
    return need


def _too_much(case: SupplyCase) -> np.ndarray:
    """Return what lots may leave over: one a way; one a month of what may grow too old."""
    network, size = case.network, len(case.network.items)
    items = network.items
    lots = items[["min_lot", "lot_multiple"]].fillna(0.0).sum(axis=1).to_numpy(float)
    ways = np.bincount(network.node_items[network.makes["node"]], minlength=size)
    orders = case.data["suppliers"][["min_order", "multiple"]].fillna(0.0).sum(axis=1)
    trucks = case.data["lanes"]["multiple"].fillna(0.0)
    over = lots * ways
    for rows, sizes, node in (("buys", orders, "node"), ("ships", trucks, "target")):
        frame = getattr(network, rows)
        source = frame["source" if rows == "buys" else "lane"]
        np.add.at(over, network.node_items[frame[node]], sizes.reindex(source).to_numpy(float))
    return over * np.where(items["shelf_life_months"].notna(), float(case.months), 1.0)
