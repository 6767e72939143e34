"""Money is rounded once a stored row, half away from zero; totals are sums of rounded rows."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np

CENT = Decimal("0.01")


def round_half_up(values: np.ndarray, decimals: int = 2) -> np.ndarray:
    """Return `values` rounded half away from zero as a person would on paper; NaN stays NaN.

    2.675 becomes 2.68 and -0.125 becomes -0.13: the shortest decimal text of the number is what is
    rounded, as Excel's ROUND does. float64 in and out, any shape.
    """
    flat = np.asarray(values, dtype=float).ravel()
    scaled = flat * 10.0**decimals
    plain = np.rint(scaled) / 10.0**decimals
    # Only numbers near a tie can differ from plain rounding: those go through Decimal.
    near_tie = np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5) < 1e-4 + np.abs(scaled) * 1e-12
    step = Decimal(1).scaleb(-decimals)
    for position in np.flatnonzero(near_tie & np.isfinite(flat)):
        plain[position] = float(Decimal(repr(float(flat[position]))).quantize(step, ROUND_HALF_UP))
    return (plain + 0.0).reshape(np.shape(values))


def split_cents(total: float, weights: np.ndarray) -> np.ndarray:
    """Return `total` split by `weights` into whole cents that add up to it exactly.

    Each share is cut to the cent, and the cents left over go one by one to the largest remainders,
    ties in the order given. Where no weight is above zero, the shares are equal.

    Args:
        total: an amount in whole cents, either sign.
        weights: shares, 0 or more, in any unit; shape (n,), n above 0.
    """
    shares = np.asarray(weights, dtype=float)
    shares = shares / shares.sum() if shares.sum() > 0 else np.full(shares.shape, 1.0 / shares.size)
    whole = round(abs(total) * 100)
    exact = np.round(shares * whole, 6)
    parts = np.floor(exact)
    by_remainder = np.argsort(parts - exact, kind="stable")
    parts[by_remainder[: whole - int(parts.sum())]] += 1.0
    return np.copysign(parts, total) / 100.0 + 0.0
