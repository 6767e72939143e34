"""Lot sizes of one item without limits: Wagner and Whitin's optimum, and the economic order quantity."""

from __future__ import annotations

import numpy as np


def wagner_whitin(demand: np.ndarray, setup_cost: float, holding_cost: float) -> np.ndarray:
    """Return the lots that cost least in setups and stock, all demand served in its month.

    Args:
        demand: units, 0 or more; shape (months,).
        setup_cost: money a lot.
        holding_cost: money a unit and month, on closing stock.

    Returns:
        Units made in each month, 0 without a lot; shape (months,). Of equal plans the one with fewer lots.

    Source:
        Wagner and Whitin (1958), Management Science 5(1), 89-96.
    """
    months = len(demand)
    best, lot_from = np.full(months + 1, np.inf), np.zeros(months + 1, dtype=int)
    best[0] = 0.0
    for end in range(1, months + 1):
        carried = 0.0
        for first in range(end - 1, -1, -1):
            # One lot in month `first` serves the months up to `end`.
            carried += demand[first + 1 : end].sum()
            setup = setup_cost if demand[first:end].sum() > 0 else 0.0
            cost = best[first] + setup + holding_cost * carried
            if cost <= best[end]:
                best[end], lot_from[end] = cost, first
    lots, end = np.zeros(months), months
    while end > 0:
        first = lot_from[end]
        lots[first] = demand[first:end].sum()
        end = first
    return lots


def lot_costs(lots: np.ndarray, demand: np.ndarray, setup_cost: float, holding_cost: float) -> np.ndarray:
    """Return what setups and closing stock cost in each month, in money; arguments as `wagner_whitin`."""
    return setup_cost * (lots > 0) + holding_cost * np.cumsum(lots - demand)


def economic_order_quantity(demand: float, setup_cost: float, holding_cost: float) -> tuple[float, float]:
    """Return the lot that costs least, sqrt(2 demand setup / holding), and what it costs a period.

    Args:
        demand: units a period, at a steady rate.
        setup_cost: money a lot.
        holding_cost: money a unit and period, above 0.
    """
    return float(np.sqrt(2 * demand * setup_cost / holding_cost)), float(
        np.sqrt(2 * demand * setup_cost * holding_cost)
    )
