"""The key figures' formulas, each on plain numbers; where the data does not give one it is NaN, never 0.

Shares are in points: 95 means 95 %. One sign everywhere: error = actual - forecast or actual - plan.
"""

from __future__ import annotations

from math import nan

import numpy as np

from sop_xl.cycle.kpi import percent, ratio

TRAILING = 3
"""Months whose cost of goods sold stock is measured by, looking back."""
YEAR = 12


def attainment(misses: float, plan: float) -> float:
    """Return 1 - sum |actual - plan| / sum plan, in points: what is made too much does not make up for too little.

    Args:
        misses: sum of |actual - plan| over items, in units; `schedule stability` is the same of new and old plan.
        plan: sum of the plan, in units.
    """
    return 100.0 - percent(misses, plan)


def forward_cover(stock: float, demand: np.ndarray, days: np.ndarray) -> tuple[float, bool]:
    """Return how many days of the demand that follows the stock lasts, and whether it outlasts all of them.

    The days of a month count evenly. Stock that outlasts the months given shows all their days.

    Args:
        stock: at the end of a month, in units.
        demand: of the months after it, in units; shape (months,).
        days: calendar days of those months; shape (months,).
    """
    if np.isnan(stock) or not len(demand):
        return nan, False
    left, covered = max(stock, 0.0), 0.0
    for need, length in zip(demand, days, strict=True):
        if need > left:
            return covered + length * left / need, False
        left, covered = left - need, covered + length
    return covered, True


def days_on_hand(stock: float, cogs: np.ndarray, days: np.ndarray) -> float:
    """Return stock over the daily cost of goods sold of the months that end with its own.

    Args:
        stock: at the end of the last month, in money.
        cogs: cost of goods sold of the three months; shape (3,).
        days: calendar days of those months; shape (3,).
    """
    return ratio(stock, float(cogs.sum()) / float(days.sum())) if len(cogs) == TRAILING else nan


def turns(cogs: np.ndarray, stock: np.ndarray) -> float:
    """Return the cost of goods sold of 12 months over the mean of their month-end stock, both in money."""
    return ratio(float(cogs.sum()), float(stock.mean())) if len(cogs) == len(stock) == YEAR else nan


def tracking_signals(errors: np.ndarray) -> np.ndarray:
    """Return the running sum of errors over the running mean of their size, month by month; 0 without any error.

    Args:
        errors: actual - forecast of each month's total, oldest first, in units; shape (months,).
    """
    mean = np.abs(errors).cumsum() / np.arange(1, len(errors) + 1)
    return np.where(mean > 0, errors.cumsum() / np.where(mean > 0, mean, 1.0), 0.0)


def run_rate_needed(budget: float, to_date: float, months_left: int) -> float:
    """Return (budget of the year - what is there to date) / months left, in money a month."""
    return ratio(budget - to_date, months_left)


def working_capital(receivables: float, inventory: float, payables: float) -> float:
    """Return receivables + inventory - payables, in money."""
    return receivables + inventory - payables


def weeks_of(backlog: float, shipments: float, weeks: float) -> float:
    """Return the backlog over planned shipments a week: 0 without a backlog, NaN where nothing ships."""
    return 0.0 if backlog == 0 else ratio(backlog, shipments / weeks)
