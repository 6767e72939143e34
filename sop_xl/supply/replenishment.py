"""Distribution requirements planning of one place: when to ship how much to it."""

from __future__ import annotations

import numpy as np


def planned_receipts(
    opening: float,
    need: np.ndarray,
    in_transit: np.ndarray,
    *,
    lead: int = 0,
    multiple: float = 0.0,
    safety: float = 0.0,
) -> np.ndarray:
    """Return what has to arrive in each period so that stock stays at its safety stock or above.

    Nothing new can arrive before the lead time is over. From then on a period whose stock would end below
    the safety stock gets what is missing, in whole multiples.

    Args:
        opening: stock before the first period, in units.
        need: what leaves in each period, in units; shape (periods,).
        in_transit: what arrives of earlier shipments; same shape.
        lead: periods from shipping to arrival.
        multiple: units of a pallet, truck or lot; 0: any quantity.
        safety: units that should be left at each period's end.
    """
    receipts, stock = np.zeros(len(need)), opening
    for period, gone in enumerate(need):
        stock += in_transit[period] - gone
        missing = safety - stock
        if period >= lead and missing > 1e-9:
            receipts[period] = np.ceil(missing / multiple - 1e-9) * multiple if multiple > 0 else missing
            stock += receipts[period]
    return receipts


def shipments(receipts: np.ndarray, lead: int) -> np.ndarray:
    """Return when the receipts are shipped, `lead` periods before they arrive; same shape."""
    return np.r_[receipts[lead:], np.zeros(min(lead, len(receipts)))]
