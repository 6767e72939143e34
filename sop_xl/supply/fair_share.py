"""Sharing a supply that is too small: equal cover, class by class."""

from __future__ import annotations

import numpy as np


def fair_share(supply: float, demand: np.ndarray, on_hand: np.ndarray) -> np.ndarray:
    """Return the units each place gets so that stock and share last equally long everywhere.

    A place that already has more cover than the others reach gets nothing. What is given out adds up to
    the supply; a place without demand gets nothing.

    Args:
        supply: units to give out, 0 or more.
        demand: units a day (or any one span of time), 0 or more, not all 0; shape (places,).
        on_hand: units there already; below zero is backlog; shape (places,).
    """
    wanting = np.flatnonzero(demand > 0)
    cover = on_hand[wanting] / demand[wanting]
    order = wanting[np.argsort(cover, kind="stable")]
    stock, rate = on_hand[order].cumsum(), demand[order].cumsum()
    # With the k places of least cover sharing, all of them reach reach[k]; it is right where the next has more.
    reach = (supply + stock) / rate
    after = np.r_[np.sort(cover)[1:], np.inf]
    level = reach[np.argmax(reach <= after)]
    share = np.zeros(len(demand))
    share[order] = np.maximum(level * demand[order] - on_hand[order], 0.0)
    return share


def share_by_class(supply: float, demand: np.ndarray, on_hand: np.ndarray, priority: np.ndarray) -> np.ndarray:
    """Return fair shares class by class: a class gets all it needs before the next gets any.

    A place needs its demand less what it has. Within a class that cannot be served in full, and for what
    is left when all are, cover is equal.

    Args:
        supply: units to give out, 0 or more.
        demand: units of the span of time that is to be served, 0 or more, not all 0; shape (places,).
        on_hand: units there already; shape (places,).
        priority: class of each place, the smallest first; shape (places,).
    """
    share, left = np.zeros(len(demand)), supply
    for rank in np.unique(priority):
        mine = (priority == rank) & (demand > 0)
        need = np.where(mine, np.maximum(demand - on_hand, 0.0), 0.0)
        if need.sum() > left:
            share[mine] = fair_share(left, demand[mine], on_hand[mine])
            return share
        share += need
        left -= float(need.sum())
    return share + fair_share(left, demand, on_hand + share)
