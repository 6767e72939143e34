"""Production at steady rates: level, chase, and plans with a few changes of rate between them."""

from __future__ import annotations

import numpy as np


def requirements(demand: np.ndarray, opening: float, ending: np.ndarray) -> np.ndarray:
    """Return what must be made in each month so that it ends with the stock wanted; 0 where stock is enough.

    Args:
        demand: units; shape (months,).
        opening: stock before the first month; below zero is backlog.
        ending: stock wanted at each month's end; same shape.
    """
    total = np.maximum.accumulate(np.r_[0.0, np.cumsum(demand) + ending - opening])
    return np.diff(total)


def level_rate(demand: np.ndarray, opening: float, ending: float, days: np.ndarray) -> np.ndarray:
    """Return production at one daily rate that ends the last month with the stock wanted.

    Stock may fall below zero on the way: that is backlog.

    Args:
        demand: units; shape (months,).
        opening: stock before the first month.
        ending: stock after the last.
        days: working days of each month; same shape.
    """
    return max(demand.sum() + ending - opening, 0.0) / days.sum() * days


def rates_with_changes(need: np.ndarray, days: np.ndarray, changes: int) -> np.ndarray:
    """Return production at daily rates that change `changes` times at most, nearest to the need of each month.

    Each run of months at one rate makes exactly what those months need. Of all ways to cut the months into
    runs the one is taken with the least sum of squares of cumulative production less cumulative need.

    Args:
        need: what must be made in each month, 0 or more; shape (months,).
        days: working days of each month; same shape.
        changes: 0 is one rate, months - 1 is the need itself.
    """
    months = len(need)
    runs = min(changes + 1, months)
    best = np.full((runs + 1, months + 1), np.inf)
    cut = np.zeros((runs + 1, months + 1), dtype=int)
    best[0, 0] = 0.0
    for count in range(1, runs + 1):
        for end in range(1, months + 1):
            for first in range(count - 1, end):
                cost = best[count - 1, first] + _distance(need[first:end], days[first:end])
                if cost < best[count, end]:
                    best[count, end], cut[count, end] = cost, first
    made, end = np.zeros(months), months
    for count in range(int(np.argmin(best[:, months])), 0, -1):
        first = cut[count, end]
        made[first:end] = _run(need[first:end], days[first:end])
        end = first
    return made


def _run(need: np.ndarray, days: np.ndarray) -> np.ndarray:
    return need.sum() / days.sum() * days


def _distance(need: np.ndarray, days: np.ndarray) -> float:
    return float((np.cumsum(_run(need, days) - need) ** 2).sum())
