"""Production plans and the hours they take."""

import numpy as np

from sop_xl.demand.panel import Matrix
from sop_xl.functions.arguments import ArgumentError, Flow, Grid, same_length, within
from sop_xl.functions.worksheet import Area, TableOfCells, worksheet
from sop_xl.supply.lot_sizing import economic_order_quantity, lot_costs, wagner_whitin
from sop_xl.supply.rough_cut import overall_factors
from sop_xl.supply.steady_rates import level_rate, rates_with_changes, requirements


@worksheet("SOP_LEVEL", Area.SUPPLY)
def level(demand: Flow, opening: float = 0.0, ending: float = 0.0, working_days: Flow | None = None) -> Matrix:
    """Level production: one rate a day that takes opening stock to ending stock over all months.

    Args:
        demand: of each month, in units.
        opening: stock before the first month; write a backlog as a number below 0; default 0.
        ending: stock wanted after the last month; default 0.
        working_days: of each month; default: all months alike.

    Returns:
        Units to make, one cell a month. Stock may run out on the way: see SOP_PROJECT.
    """
    return level_rate(demand, opening, ending, _days(demand, working_days))


@worksheet("SOP_CHASE", Area.SUPPLY)
def chase(
    demand: Flow,
    opening: float = 0.0,
    ending: Flow | None = None,
    working_days: Flow | None = None,
    changes: int | None = None,
) -> Matrix:
    """Chase production: every month makes what it needs; with fewer changes of rate allowed, the nearest plan to it.

    Args:
        demand: of each month, in units.
        opening: stock before the first month; default 0.
        ending: stock wanted at the end of each month, or one cell for all of them; default 0.
        working_days: of each month; default: all months alike. They matter where changes are limited.
        changes: how often the daily rate may change; default: every month. 0 makes one rate.

    Returns:
        Units to make, one cell a month, never below 0.
    """
    days = _days(demand, working_days)
    wanted = np.zeros(1) if ending is None else ending
    wanted = np.repeat(wanted, len(demand)) if len(wanted) == 1 else wanted
    same_length(demand=demand, ending=wanted)
    need = requirements(demand, opening, wanted)
    if changes is None:
        return need
    return rates_with_changes(need, days, int(within("changes", changes, 0, np.inf)))


@worksheet("SOP_LOAD", Area.SUPPLY)
def load(plan: Flow, hours_per_unit: float, offset: int = 0) -> Matrix:
    """Hours that a production plan takes, in the months in which they are worked.

    Args:
        plan: units finished in each month.
        hours_per_unit: of the resource.
        offset: months before finishing in which the work is done; default 0.

    Returns:
        Hours, one cell a month. Work that is due before the first month counts in it.
    """
    within("offset", offset, 0, len(plan))
    hours = plan * hours_per_unit
    worked = np.r_[hours[offset:], np.zeros(offset)]
    worked[0] += hours[:offset].sum()
    return worked


@worksheet("SOP_CPOF", Area.SUPPLY)
def capacity_by_factors(plan: Grid, hours: Flow, shares: Flow) -> TableOfCells:
    """Rough-cut capacity by overall factors: hours of the whole plan, split over work centres by past shares.

    Args:
        plan: units, one row a product and one column a month.
        hours: of the whole plant for a unit of each product.
        shares: of each work centre in the hours of the past; they need not add up to 1.

    Returns:
        Hours, one row a work centre and one column a month; each month adds up to the hours of the plan.
    """
    if len(hours) != len(plan) and len(hours) == plan.shape[1] and len(plan) == 1:
        msg = "plan has one row; give one row a product and one column a month."
        raise ArgumentError(msg)
    same_length(plan=plan, hours=hours)
    if shares.sum() <= 0:
        msg = "shares add up to 0; give the past hours of each work centre."
        raise ArgumentError(msg)
    result: TableOfCells = overall_factors(hours @ plan, shares).tolist()
    return result


@worksheet("SOP_WW", Area.SUPPLY)
def lots(demand: Flow, setup: float, hold: float) -> Matrix:
    """Lots that cost least in setups and stock (Wagner and Whitin); every month's demand is served on time.

    Args:
        demand: of each month, in units, 0 or more.
        setup: cost of a lot.
        hold: cost of a unit in stock at a month's end.

    Returns:
        Two figures a month: the lot in units, and what setup and stock cost; the costs add up to the plan's.
    """
    if (demand < 0).any():
        msg = "demand is below 0 in a month; give 0 or more."
        raise ArgumentError(msg)
    made = wagner_whitin(demand, within("setup", setup, 0, np.inf), within("hold", hold, 0, np.inf))
    return np.column_stack([made, lot_costs(made, demand, setup, hold)])


@worksheet("SOP_EOQ", Area.SUPPLY)
def order_quantity(demand: float, setup: float, hold: float) -> TableOfCells:
    """Economic order quantity: the lot that costs least at a steady demand.

    Args:
        demand: units a year (or any one span of time).
        setup: cost of a lot or an order.
        hold: cost of a unit in stock over that span.

    Returns:
        Two cells side by side: the lot in units, and what setups and stock cost over the span.
    """
    within("demand", demand, 0, np.inf)
    within("setup", setup, 0, np.inf)
    if hold <= 0:
        msg = f"hold is {hold:g}; give more than 0."
        raise ArgumentError(msg)
    return [list(economic_order_quantity(demand, setup, hold))]


def _days(months: Matrix, working_days: Matrix | None) -> Matrix:
    if working_days is None:
        return np.ones(len(months))
    same_length(demand=months, working_days=working_days)
    if (working_days < 0).any() or working_days.sum() <= 0:
        msg = "working_days are 0 or less; give the days of each month."
        raise ArgumentError(msg)
    return working_days
