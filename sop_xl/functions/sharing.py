"""Figures spread over parts, supply shared between places, and when to ship to them."""

import numpy as np

from sop_xl.demand.panel import Matrix
from sop_xl.demand.spread import STEP, spread
from sop_xl.functions.arguments import ArgumentError, Flow, same_length, within
from sop_xl.functions.worksheet import Area, worksheet
from sop_xl.supply import fair_share as sharing
from sop_xl.supply.replenishment import planned_receipts, shipments


@worksheet("SOP_DISAGG", Area.SHARE)
def disaggregate(total: float, weights: Flow, lot: float = 1.0) -> Matrix:
    """Spread a total over parts by weight, in whole lots that add up to it (largest remainder).

    Args:
        total: what to spread, such as a family's forecast.
        weights: what the parts are proportional to, such as last year's units; all 0: equal parts.
        lot: every part is a multiple of it; default 1; 0: parts are not rounded.

    Returns:
        One cell a part. They add up to the total; what is left of it over whole lots goes to the largest weight.
    """
    within("lot", lot, 0, np.inf)
    if lot == 0:
        return spread(total, weights)
    lots = np.trunc(round(total / lot, 9))
    parts = np.round(spread(float(lots) * STEP, weights) / STEP) * lot
    parts[np.argmax(weights)] += total - float(lots) * lot
    return parts


@worksheet("SOP_FAIRSHARE", Area.SHARE)
def fair_share(supply: float, needs: Flow, on_hand: Flow | None = None, priority: Flow | None = None) -> Matrix:
    """Fair share of a supply: all places reach the same cover of their needs, class by class.

    Args:
        supply: units to give out.
        needs: demand of each place over the same days, in units.
        on_hand: stock of each place; default 0.
        priority: class of each place: 1 gets all it needs before 2 gets any; default: all alike, the whole supply.

    Returns:
        Units, one cell a place; they add up to the supply.
    """
    within("supply", supply, 0, np.inf)
    stock = np.zeros(len(needs)) if on_hand is None else on_hand
    same_length(needs=needs, on_hand=stock, priority=needs if priority is None else priority)
    if (needs < 0).any() or needs.sum() <= 0:
        msg = "needs are 0 or less; give what each place needs, 0 or more, and one above 0."
        raise ArgumentError(msg)
    if priority is None:
        return sharing.fair_share(supply, needs, stock)
    return sharing.share_by_class(supply, needs, stock, priority)


@worksheet("SOP_DRP", Area.SHARE)
def replenish(
    opening: float,
    need: Flow,
    in_transit: Flow | None = None,
    lead: int = 0,
    multiple: float = 0.0,
    safety: float = 0.0,
) -> Matrix:
    """Shipments to a warehouse: when what has to leave, so that it keeps its safety stock.

    Args:
        opening: stock of the warehouse before the first period, in units.
        need: what leaves it in each period, in units.
        in_transit: what arrives of earlier shipments in each period; default 0.
        lead: periods on the way; default 0.
        multiple: units of a pallet or truck; default 0: any quantity.
        safety: stock to keep; default 0.

    Returns:
        Units to ship, in the period in which they leave. What comes too late for its need leaves in the first period.
    """
    within("lead", lead, 0, np.inf)
    within("multiple", multiple, 0, np.inf)
    coming = np.zeros(len(need)) if in_transit is None else in_transit
    same_length(need=need, in_transit=coming)
    receipts = planned_receipts(opening, need, coming, lead=lead, multiple=multiple, safety=safety)
    return shipments(receipts, min(lead, len(need)))
