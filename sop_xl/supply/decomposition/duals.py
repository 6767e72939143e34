"""What one more unit of each limit is worth at the prices of the best bound: approximate row duals of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.decomposition.oracle import CLOSED

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.solve import Decomposed
    from sop_xl.supply.model import LinearModel


def approximate_duals(model: LinearModel, cost: np.ndarray, decomposed: Decomposed) -> np.ndarray:
    """Return the change of the objective for one unit more of each row's bound; shape (rows,).

    Exact duals would close the gap; these belong to its lower end. Rows that are not priced have 0.
    """
    duals = np.zeros(model.row_count)
    prices, units = decomposed.prices, decomposed.reply.unit_prices
    known = np.where(units < CLOSED, units, 0.0)
    model.rows["balance"].of(duals)[:] = -known
    sellers = model.rows["service"].keys["node"].to_numpy(int)
    service = decomposed.reply.service[sellers]
    model.rows["service"].of(duals)[:] = np.where(service != 0, service, known[sellers])
    model.rows["hours"].of(duals)[:] = -prices.hours
    for row, column in (("capacity", "regular"), ("overtime_limit", "overtime")):
        model.rows[row].of(duals)[:] = -np.maximum(prices.hours - model.columns[column].of(cost), 0.0)
    model.rows["supplier_capacity"].of(duals)[:] = -prices.suppliers
    model.rows["lane_capacity"].of(duals)[:] = -prices.lanes
    if "last_plan" in model.rows:
        model.rows["last_plan"].of(duals)[:] = -prices.fences
        model.rows["fence"].of(duals)[:] = -decomposed.fence_room
    return duals
