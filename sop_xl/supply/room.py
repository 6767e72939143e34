"""What stock may not do: take more room than there is, or grow too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.rows import lines, terms
from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder, Terms

Blocks = dict[str, "Block"]


def add_room_columns(builder: ModelBuilder, case: SupplyCase) -> Blocks:
    """Add room taken that is not there, by location, and units scrapped as too old, by node."""
    blocks = {}
    stores = storage(case)
    if len(stores):
        blocks["over_storage"] = builder.add_columns("over_storage", stores, case.months)
    nodes = ageing(case)
    if len(nodes):
        blocks["scrap"] = builder.add_columns("scrap", pd.DataFrame({"node": nodes}), case.months)
    return blocks


def storage(case: SupplyCase) -> pd.DataFrame:
    """Return location and capacity of the locations that have a storage capacity and any node."""
    table = case.data["locations"].dropna(subset="storage_capacity")
    table = table[table["location"].isin(case.network.nodes["location"])]
    return table[["location", "storage_capacity"]].rename(columns={"storage_capacity": "capacity"}, errors="raise")


def ageing(case: SupplyCase) -> np.ndarray:
    """Return the nodes of items with a shelf life."""
    return np.flatnonzero(case.network.items["shelf_life_months"].notna().to_numpy()[case.network.node_items])


def add_storage(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """sum_n volume[i] * stock[n,t] - over[l,t] <= capacity[l], in room."""
    over = columns["over_storage"]
    place = pd.Index(over.keys["location"]).get_indexer(case.network.nodes["location"])
    volume = case.network.items["volume"].fillna(1.0).to_numpy(float)[case.network.node_items]
    parts: list[Terms] = [terms(np.arange(len(over.keys)), over, -1.0)]
    for tier in STOCK_TIERS:
        nodes = columns[tier].keys["node"].to_numpy(int)
        parts.append(terms(place[nodes], columns[tier], volume[nodes]))
    upper = np.repeat(over.keys[["capacity"]].to_numpy(float), case.months, axis=1)
    return builder.add_rows("storage", over.keys[["location"]], case.months, parts, upper=upper)


def add_shelf_life(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """stock[n,t] <= sum_{u=t+1..t+life} (serve + ship + use + swap + scrap)[n,u] + beyond[n,t], in units.

    With the oldest used first, this is exact: what is in stock now has left before it is too old. Months after
    the horizon (`beyond`) are taken to need what the mean month needs. Goods that arrive count as new.
    """
    nodes = columns["scrap"].keys["node"].to_numpy(int)
    life = np.floor(case.network.items["shelf_life_months"].to_numpy(float)[case.network.node_items[nodes]]).astype(int)
    line = lines(pd.Series(nodes), len(case.network.nodes))
    parts = [terms(line[columns[tier].keys["node"]], columns[tier]) for tier in STOCK_TIERS]
    for back in range(1, min(int(life.max()), case.months - 1) + 1):
        alive = lines(pd.Series(nodes[back <= life]), len(case.network.nodes))
        inside = np.where(alive >= 0, line, -1)
        parts += [(row, column, -np.asarray(value)) for row, column, value in _outflow(case, columns, inside, -back)]
    mean = (case.demand.customers + case.demand.use)[nodes].mean(axis=1, keepdims=True)
    after = np.maximum(life[:, None] - (case.months - 1 - np.arange(case.months)), 0)
    return builder.add_rows("shelf_life", columns["scrap"].keys, case.months, parts, upper=after * mean)


def _outflow(case: SupplyCase, columns: Blocks, line: np.ndarray, lag: int) -> list[Terms]:
    """Return what leaves the nodes, `lag` months moved, in the lines of the nodes (-1: none)."""
    network = case.network
    parts = [
        terms(line[case.sellers], columns["serve"], lag=lag),
        terms(line[network.ships["origin"]], columns["ship"], lag=lag),
        terms(line[network.swaps["origin"]], columns["swap"], network.swaps["factor"].to_numpy(float), lag=lag),
        terms(line[columns["scrap"].keys["node"]], columns["scrap"], lag=lag),
    ]
    uses = network.uses
    start, taken = case.use_starts
    month = start + lag
    kept = taken & (month >= 0) & (month < case.months) & (line[uses["node"]] >= 0)[:, None]
    need = np.broadcast_to(uses[["need"]].to_numpy(), start.shape)
    row = line[uses["node"]][:, None] * case.months + month
    return [*parts, (row[kept], columns["make"].index[uses["make"]][kept], need[kept])]
