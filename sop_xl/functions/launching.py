"""New products: the curve of a like item, and what it takes from its elders."""

import numpy as np

from sop_xl.demand.launch_curves import ramp_share
from sop_xl.demand.panel import Matrix
from sop_xl.functions.arguments import Flow, same_length, within
from sop_xl.functions.worksheet import Area, worksheet


@worksheet("SOP_RAMP", Area.LAUNCH)
def ramp(like_history: Flow, launch: int = 1, factor: float = 1.0, ramp_months: float = 0.0) -> Matrix:
    """Launch curve of a new item: a like item's months, scaled, from the launch on, rising to their full volume.

    Args:
        like_history: of the like item, in units, for the months in which the new one is planned.
        launch: which of these months it starts in; default 1, the first.
        factor: volume of the new item over that of the like one; default 1.
        ramp_months: months to full volume, in equal steps; default 0: at once.

    Returns:
        Units, one cell a month; 0 before the launch.
    """
    within("launch", launch, 1, np.inf)
    within("ramp_months", ramp_months, 0, np.inf)
    age = np.arange(len(like_history)) - (launch - 1)
    return like_history * factor * ramp_share(age, ramp_months)


@worksheet("SOP_CANNIBAL", Area.LAUNCH)
def cannibalised(quantity: Flow, pct: float, parent: Flow | None = None) -> Matrix:
    """Units that a new item takes from the one it replaces.

    Args:
        quantity: of the new item in each month, in units.
        pct: how much of it the old one loses, in points: 40 means 40 %.
        parent: forecast of the old item; no month loses more than it has; default: no limit.

    Returns:
        Units lost, one cell a month.
    """
    taken = quantity * within("pct", pct, 0, 100) / 100
    if parent is None:
        return taken
    same_length(quantity=quantity, parent=parent)
    return np.minimum(taken, np.maximum(parent, 0.0))
