"""Spreading a figure over parts by share, so that the parts add up to it exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix

STEP = 1e-6
"""Parts are whole multiples of it, the digits a quantity is stored with."""


def spread(total: float, weights: Matrix, *, step: float = STEP) -> Matrix:
    """Return the parts of `total` in proportion to `weights`, equal where no weight is above zero.

    Parts are whole steps; the largest remainders get the steps that are left, the first of equals
    first, so that the parts add up to the total as stored.

    Args:
        total: figure to spread, of either sign.
        weights: what the parts are proportional to; below zero and NaN count as zero; shape (parts,).
        step: parts are whole multiples of it, 1 for whole units; what the total has beyond whole steps goes
            to the largest part.
    """
    share = np.maximum(np.nan_to_num(weights), 0.0)
    share = share / share.sum() if share.sum() > 0 else np.full(len(weights), 1 / len(weights))
    steps = abs(total) / step
    whole = round(steps) if step == STEP else int(np.floor(steps + STEP))
    exact = share * whole
    parts = np.floor(exact)
    left = round(float(whole - parts.sum()))
    parts[np.argsort(-(exact - parts), kind="stable")[:left]] += 1
    spread_parts = parts * step
    spread_parts[np.argmax(share)] += max(round((abs(total) - whole * step) / STEP), 0) * STEP
    return np.asarray(np.sign(total) * spread_parts)


def spread_months(totals: Matrix, weights: Matrix) -> Matrix:
    """Spread the figure of each month over rows by that month's weights.

    Args:
        totals: shape (months,); NaN and zero give nothing.
        weights: shape (rows, months).

    Returns:
        Parts; shape (rows, months).
    """
    parts = np.zeros_like(weights)
    for month in np.flatnonzero(np.nan_to_num(totals)):
        parts[:, month] = spread(float(totals[month]), weights[:, month])
    return parts
