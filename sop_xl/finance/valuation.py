"""What stock is worth: moving average, the value corkscrew at standard cost, and provisions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.domain.money import CENT, round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence


SOME = 1e-6
"""Quantities are stored to six digits: less is nothing."""


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


def average_value(
    opening_value: np.ndarray, opening: np.ndarray, value: np.ndarray, quantity: np.ndarray, closing: np.ndarray
) -> np.ndarray:
    """Return what the closing stock of each month is worth at moving average cost, to the cent; (items, months).

    As `moving_average`, for many items at once: a month's receipts come first, then what leaves takes its
    share of the value held; where nothing is left, nothing is worth something.

    Args:
        opening_value: money before the first month; shape (items,).
        opening: units before the first month; shape (items,).
        value: money received in each month; shape (items, months).
        quantity: units received in each month; same shape.
        closing: units held at the end of each month; same shape.
    """
    worth, held = round_half_up(opening_value), opening
    out = np.zeros(value.shape)
    for month in range(value.shape[1]):
        worth, held = worth + value[:, month], held + quantity[:, month]
        left = closing[:, month]
        share = np.where(held > 0, (held - left) / np.where(held > 0, held, 1.0), 0.0)
        worth = round_half_up(np.round(worth - round_half_up(np.round(worth * share, 8)), 8))
        worth, held = np.where(np.abs(left) < SOME, 0.0, worth), left
        out[:, month] = worth
    return out


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
