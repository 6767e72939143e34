"""ABC by value and XYZ by variation: which items matter, and which can be forecast at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix

ABC_LIMITS = (0.80, 0.95)
"""Cumulative share of value up to which an item is A, and B."""
XYZ_LIMITS = (0.5, 1.0)
"""Coefficient of variation up to which an item is X, and Y."""


def abc(value: Matrix, limits: tuple[float, float] = ABC_LIMITS) -> list[str]:
    """Return A, B or C for each item by cumulative share of value, largest first; shape (items,).

    The item that crosses a limit, 80 % for A, is still inside. Items without value are C; equal values
    keep their order.
    """
    order = np.argsort(-value, kind="stable")
    before = (value[order].cumsum() - value[order]) / max(float(value.sum()), 1e-300)
    names = np.full(len(value), "C", dtype=object)
    a, b = limits
    names[order] = np.where(value[order] <= 0, "C", np.where(before < a, "A", np.where(before < b, "B", "C")))
    return list(names)


def xyz(monthly: Matrix, limits: tuple[float, float] = XYZ_LIMITS) -> list[str]:
    """Return X, Y or Z for each item by standard deviation over mean of its months; shape (items, months).

    Months before an item's start are NaN and do not count. Without demand an item is Z.
    """
    count = np.maximum((~np.isnan(monthly)).sum(axis=1), 1)
    mean = np.nansum(monthly, axis=1) / count
    deviation = np.sqrt(np.nansum((monthly - mean[:, None]) ** 2, axis=1) / count)
    variation = np.where(mean > 0, deviation / np.where(mean > 0, mean, 1.0), np.inf)
    x, y = limits
    return list(np.where(variation <= x, "X", np.where(variation <= y, "Y", "Z")))
