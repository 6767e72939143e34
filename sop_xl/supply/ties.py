"""Ties decided: of plans that are equally calm one alone is best, wherever the solver starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel

DISTINCT = 1e-2
"""By how much, at most, like units are weighed differently."""
SMALLEST = 1e-3
"""Nothing is told apart by less than this share of what a typical good would be: solvers round."""


def decide_ties(case: SupplyCase, model: LinearModel, cost: np.ndarray) -> np.ndarray:
    """Return the weights of the last level with no two alike, each moved in proportion to its own goods' worth.

    Multiples of the golden ratio, whose fractions spread evenly, however many columns there are, tell columns apart.
    What a column moves is a small share of the worth of what it makes, buys, sends, keeps or serves: dear goods never
    decide when cheap ones are made.

    Args:
        case: the case of the model.
        model: its rows and columns.
        cost: weight of each column before; shape (columns,).
    """
    part = np.modf(np.arange(1, len(cost) + 1) * (np.sqrt(5) - 1) / 2)[0]
    return cost * (1 + DISTINCT * part) + DISTINCT * _goods(case, model) * (0.5 + part)


def _goods(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Return the worth of a unit of each column's goods; hours are worth the cheapest goods of an hour."""
    worth = case.rates.worth
    least = SMALLEST * float(np.median(worth)) if len(worth) else 1.0
    found = np.full(model.column_count, least)
    hours = _worth_of_an_hour(case, least)
    for block in model.columns.values():
        keys = block.keys
        if "resource" in keys and "make" not in keys:
            number = keys["resource"]
            if number.dtype.kind == "i":
                block.of(found)[:] = hours[number.to_numpy(int)][:, None]
        else:
            items = _items(case, keys)
            if items is not None:
                block.of(found)[:] = np.maximum(worth[items], least)[:, None]
    return found


def _items(case: SupplyCase, keys: pd.DataFrame) -> np.ndarray | None:
    """Return the item number of each key of a block, or None where the block is of no goods."""
    network = case.network
    if "make" in keys:
        return network.node_items[network.makes["node"].to_numpy(int)[keys["make"].to_numpy(int)]]
    for column in ("node", "target"):
        if column in keys:
            return network.node_items[keys[column].to_numpy(int)]
    if "item" in keys and keys["item"].dtype.kind == "i":
        return keys["item"].to_numpy(int)
    return None


def _worth_of_an_hour(case: SupplyCase, least: float) -> np.ndarray:
    """Return what the cheapest goods made in an hour of each resource are worth; shape (resources,)."""
    network, steps = case.network, case.network.steps
    made = case.rates.worth[network.node_items[network.makes["node"].to_numpy(int)[steps["make"].to_numpy(int)]]]
    taken = steps["hours_per_unit"].to_numpy(float)
    hours = np.full(len(network.resources), np.inf)
    used = taken > 0
    np.minimum.at(hours, steps["resource"].to_numpy(int)[used], made[used] / taken[used])
    return np.maximum(np.where(np.isfinite(hours), hours, least), least)
