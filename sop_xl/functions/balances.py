"""Stock and backlog rolled forward, how long they last, and orders that consume the forecast."""

import numpy as np

from sop_xl.demand.netting import net_forecast
from sop_xl.demand.panel import Matrix
from sop_xl.functions.arguments import ArgumentError, Flow, same_length, within
from sop_xl.functions.worksheet import Area, worksheet
from sop_xl.supply.lead_times import weeks_of_backlog
from sop_xl.supply.stock_plan import cover_days


@worksheet("SOP_PROJECT", Area.BALANCE)
def project(opening: float, supply: Flow, demand: Flow) -> Matrix:
    """Stock at the end of each month: opening + supply - demand, rolled forward. Below zero is a shortage.

    Args:
        opening: stock before the first month, in units.
        supply: what is made or bought in each month, in units.
        demand: what leaves in each month, in units.

    Returns:
        Units, one cell a month.
    """
    same_length(supply=supply, demand=demand)
    return opening + np.cumsum(supply - demand)


@worksheet("SOP_BACKLOG", Area.BALANCE)
def backlog(opening: float, bookings: Flow, shipments: Flow) -> Matrix:
    """Order backlog at the end of each month: opening + bookings - shipments, rolled forward.

    Args:
        opening: backlog before the first month, in units.
        bookings: orders taken in each month, in units.
        shipments: what ships in each month, in units.

    Returns:
        Units, one cell a month.
    """
    same_length(bookings=bookings, shipments=shipments)
    return opening + np.cumsum(bookings - shipments)


@worksheet("SOP_COVER", Area.BALANCE)
def cover(stock: float, demand: Flow, month_days: Flow) -> float:
    """How many days of the demand that follows the stock lasts, walked month by month.

    Args:
        stock: at the end of a month, in units.
        demand: of the months after it, in units.
        month_days: days of those months (working or calendar days, as the answer should be); one cell: of each.

    Returns:
        Days. Stock that outlasts the months given goes on at the daily mean of the last three of them; where those
        have no demand, it shows all their days.
    """
    days = _of_each(month_days, demand, "month_days")
    closing = np.zeros((1, len(demand) + 1))
    closing[0, 0] = max(stock, 0.0)
    return float(cover_days(closing, np.r_[0.0, demand][None], np.r_[0.0, days])[0, 0])


@worksheet("SOP_BACKLOGWEEKS", Area.BALANCE)
def backlog_weeks(order_backlog: Flow, shipments: Flow, weeks: Flow) -> Matrix:
    """Weeks of backlog: the backlog over shipments a week; the lead time a new order waits behind.

    Args:
        order_backlog: at the end of each month, in units.
        shipments: of the month, in units; where nothing ships, the mean of all months counts.
        weeks: of each month; one cell: of every month.

    Returns:
        Weeks, one cell a month; blank where nothing ever ships.
    """
    same_length(order_backlog=order_backlog, shipments=shipments)
    lengths = _of_each(weeks, shipments, "weeks")
    return weeks_of_backlog(order_backlog[None], shipments[None], lengths)[0]


@worksheet("SOP_NETTING", Area.BALANCE)
def netting(forecast: Flow, orders: Flow, back: int = 0, forward: int = 0) -> Matrix:
    """Forecast that is left after orders consumed it: own month first, then months before, then months after.

    Args:
        forecast: of each month, in units.
        orders: due in each month, in units.
        back: months before its own that an order may consume; default 0.
        forward: months after its own that an order may consume; default 0.

    Returns:
        Units, one cell a month.
    """
    same_length(forecast=forecast, orders=orders)
    for name, months in (("back", back), ("forward", forward)):
        within(name, months, 0, np.inf)
    return net_forecast(forecast, orders, early=back, late=forward)


def _of_each(lengths: Matrix, months: Matrix, name: str) -> Matrix:
    """Return lengths of the months, a single one repeated; all above zero."""
    each = np.repeat(lengths, len(months)) if len(lengths) == 1 else lengths
    same_length(months=months, **{name: each})
    if (each <= 0).any():
        msg = f"{name} has a month of 0; give more than 0."
        raise ArgumentError(msg)
    return each
