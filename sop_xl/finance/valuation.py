"""What stock is worth: moving average, the value corkscrew at standard cost, and provisions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.domain.money import CENT

if TYPE_CHECKING:
    from collections.abc import Sequence


class Movement(NamedTuple):
    """A movement of stock: received at a cost a unit, or issued (below zero) at the average."""

    quantity: float
    unit_cost: float = 0.0


class Holding(NamedTuple):
    """Stock after a movement: quantity, value to the cent, and the value that moved."""

    quantity: float
    value: float
    moved: float

    @property
    def unit_cost(self) -> float:
        """The average cost of a unit; 0 where there is no stock."""
        return self.value / self.quantity if self.quantity else 0.0


def moving_average(movements: Sequence[Movement]) -> list[Holding]:
    """Return what is held after each movement, valued at the moving average.

    A receipt adds quantity x cost; an issue takes round(q x V / Q). The issue that empties the stock
    takes all that is left, so that nothing is worth something.

    Raises:
        ValueError: more is issued than is held.
    """
    quantity, value = Decimal(0), Decimal(0)
    holdings = []
    for movement in movements:
        moved_quantity = Decimal(repr(float(movement.quantity)))
        if quantity + moved_quantity < 0:
            msg = f"{-moved_quantity} units are issued, but {quantity} are held."
            raise ValueError(msg)
        moved = _moved(quantity, value, moved_quantity, Decimal(repr(float(movement.unit_cost))))
        quantity, value = quantity + moved_quantity, value + moved
        holdings.append(Holding(float(quantity), float(value), float(moved)))
    return holdings


def _moved(quantity: Decimal, value: Decimal, change: Decimal, unit_cost: Decimal) -> Decimal:
    if change >= 0:
        return (change * unit_cost).quantize(CENT, ROUND_HALF_UP)
    if quantity + change == 0:
        return -value
    return (change * value / quantity).quantize(CENT, ROUND_HALF_UP)


def excess(closing: np.ndarray, demand: np.ndarray, months: float) -> np.ndarray:
    """Return the units of stock beyond `months` of demand at each month's end; shape (rows, months).

    Demand a month is the mean of the 12 months after, or of the last 12 of the horizon where fewer
    are left; at the end it is that of those last ones.

    Args:
        closing: stock at the end of each month, in units; shape (rows, months).
        demand: demand of each month, in units; same shape.
        months: months of demand that are no excess, 0 or more.
    """
    count = demand.shape[1]
    window = min(12, count)
    starts = np.minimum(np.arange(1, count + 1), count - window)
    sums = np.concatenate([np.zeros((len(demand), 1)), np.cumsum(demand, axis=1)], axis=1)
    mean = (sums[:, starts + window] - sums[:, starts]) / window
    return np.maximum(closing - months * mean, 0.0)
