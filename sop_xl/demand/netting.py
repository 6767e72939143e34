"""Forecast consumption: customer orders take the place of forecast, so that demand is not counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix


def net_forecast(gross: Matrix, orders: Matrix, *, early: int = 0, late: int = 0) -> Matrix:
    """Return what is left of the forecast after orders consumed it; shape (months,).

    Orders are taken month by month. Each consumes the forecast of its own month first, then of the
    `early` months before it, nearest first, then of the `late` months after it.

    Args:
        gross: forecast, in units; shape (months,).
        orders: orders due in each month, in units; shape (months,).
        early: months back that an order may reach.
        late: months ahead that an order may reach.
    """
    net = np.array(gross, dtype=float)
    for month, quantity in enumerate(orders):
        reach = [month, *(month - k for k in range(1, early + 1)), *(month + k for k in range(1, late + 1))]
        left = float(quantity)
        for target in reach:
            if 0 <= target < len(net):
                taken = min(net[target], left)
                net[target] -= taken
                left -= taken
    return net
