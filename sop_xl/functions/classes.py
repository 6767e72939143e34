"""Classes of items: which matter, and which can be forecast."""

import numpy as np

from sop_xl.demand import classes
from sop_xl.functions.arguments import ArgumentError, Flow, Grid
from sop_xl.functions.worksheet import Area, worksheet


@worksheet("SOP_ABC", Area.ACCURACY)
def abc(values: Flow, cuts: Flow | None = None) -> list[str]:
    """ABC class of each item by its share of the total value, largest first.

    Args:
        values: value of each item, such as a year's revenue.
        cuts: cumulative share up to which an item is A, and B; default 0.8 and 0.95.

    Returns:
        A, B or C for each item; the item that crosses a limit is still inside.
    """
    return classes.abc(values, _limits(cuts, classes.ABC_LIMITS))


@worksheet("SOP_XYZ", Area.ACCURACY)
def xyz(monthly: Grid, cuts: Flow | None = None) -> list[str]:
    """XYZ class of each item by how much its months vary: standard deviation over mean.

    Args:
        monthly: demand, one row an item and one column a month; blank: 0.
        cuts: variation up to which an item is X, and Y; default 0.5 and 1.

    Returns:
        X, Y or Z for each item, one below the other; Z without demand.
    """
    return classes.xyz(monthly, _limits(cuts, classes.XYZ_LIMITS))


def _limits(cuts: np.ndarray | None, default: tuple[float, float]) -> tuple[float, float]:
    if cuts is None:
        return default
    if len(cuts) != 2 or not 0 < cuts[0] < cuts[1]:
        msg = "cuts are not two rising numbers; give two, such as 0.8 and 0.95."
        raise ArgumentError(msg)
    return float(cuts[0]), float(cuts[1])
