"""Sensing: bookings of the open month to date, recent weeks and open orders, blended with the monthly forecast.

The blend is by credibility: the more of a month has been seen, and the less certain its forecast was, the
more the run rate counts. What was sold and what is on order is a floor of the open month. Orders alone are
no reason to expect more: they consume the forecast (`consumption`), and nothing is sensed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.demand.consumption import booked_items, due_orders
from sop_xl.demand.spread import spread

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.panel import Matrix
    from sop_xl.domain.plan_data import PlanData

OLD_DAYS = 0.5
"""What a working day before the open month counts beside one of it: it is of another month."""
MONTHS = 3
"""Months sensed: the open one and two more, to which half and a quarter of the surprise carries over."""
CARRY = 0.5
RATIO_RANGE = (0.5, 2.0)
"""Surprise, run rate over forecast, that is believed in the months after the open one."""
NORMAL_80 = 2.5631
"""Width of the 80 % interval of a normal, in standard deviations."""
LEAST_VARIATION = 0.05
"""Relative error of a forecast that is never thought to be smaller."""


class Seen(NamedTuple):
    """What was booked lately; all of one shape.

    Attributes:
        sold: in the open month to date, in units.
        share: of the open month's working days that have passed, 0 to 1.
        before: in the weeks before the open month, in units.
        before_share: working days of those weeks over those of the open month.
    """

    sold: Matrix
    share: Matrix
    before: Matrix
    before_share: Matrix


def sensed_month(forecast: Matrix, variation: Matrix, seen: Seen, orders: Matrix) -> tuple[Matrix, Matrix]:
    """Return the open month as sensed, in units, and the credibility of the run rate.

    sensed = sold + (1 - share) ((1 - Z) forecast + Z run rate), with Z = e / (e + k), e the share of a month
    that was seen, days before the month counting half, and k = 1 + 1 / (forecast x variation^2): an even
    match for a forecast whose error is its own, less for small counts, which vary by chance. At the start of
    the month it is the forecast, at its end what was sold; never below what is sold and on order, and between
    forecast and run rate otherwise.

    Args:
        forecast: of the open month, in units, 0 or more.
        variation: relative error to expect of it.
        seen: what was booked lately.
        orders: open orders due in the month, not yet in `sold`, in units.

    Source:
        Buehlmann (1967), ASTIN Bulletin 4(3), 199-207.
    """
    evidence = seen.share + OLD_DAYS * seen.before_share
    run = np.where(evidence > 0, (seen.sold + OLD_DAYS * seen.before) / np.where(evidence > 0, evidence, 1.0), forecast)
    k = 1 + 1 / np.maximum(forecast * np.maximum(variation, LEAST_VARIATION) ** 2, 1e-9)
    credibility = evidence / (evidence + k)
    rest = (1 - credibility) * forecast + credibility * run
    return np.maximum(seen.sold + (1 - seen.share) * rest, seen.sold + orders), credibility


def sense(grid: PlanningGrid, baseline: Matrix, low: Matrix, high: Matrix, data: PlanData) -> Matrix:
    """Return the forecast of the first three months as sensed; NaN where nothing was seen; shape of the grid.

    Args:
        grid: the planning grid, its first month the open one.
        baseline: forecast with events, launches and initiatives; NaN where there is none; shape of the grid.
        low: lower 80 % bound of the statistical forecast; likewise.
        high: upper one.
        data: recent bookings, open orders, calendar.
    """
    out = grid.blanks()
    known = np.nan_to_num(baseline)
    seen, told = _seen(grid, known[:, 0], data)
    orders = _orders(grid, known[:, 0], data)
    width = np.nan_to_num(high - low)
    variation = np.where(known > 0, width / NORMAL_80 / np.where(known > 0, known, 1.0), 1.0)
    first, credibility = sensed_month(known[:, 0], variation[:, 0], seen, orders)
    evidence = seen.share + OLD_DAYS * seen.before_share
    run = (seen.sold + OLD_DAYS * seen.before) / np.where(evidence > 0, evidence, 1.0)
    surprise = np.clip(np.where(known[:, 0] > 0, run / np.where(known[:, 0] > 0, known[:, 0], 1.0), 1.0), *RATIO_RANGE)
    surprise = np.where(told, surprise, 1.0)
    for month in range(min(MONTHS, grid.shape[1])):
        moved = first if month == 0 else known[:, month] * (1 + credibility * CARRY**month * (surprise - 1))
        shown = grid.open[:, month] & told & ~np.isnan(baseline[:, month])
        out[:, month] = np.where(shown, moved, np.nan)
    return out


def _seen(grid: PlanningGrid, forecast: Matrix, data: PlanData) -> tuple[Seen, np.ndarray]:
    """What was booked lately in each row of the grid, and which rows anything is told about."""
    rows = len(grid.keys)
    values = {name: np.zeros(rows) for name in Seen._fields}
    told = np.zeros(rows, dtype=bool)
    days = max(float(data.calendar.working_days[0]), 1.0)
    start, end = (np.datetime64(day, "D") for day in _span(grid.periods[0]))
    whole = max(float(np.busday_count(start, end)), 1.0)
    for booking in data["recent_bookings"].itertuples():
        covered = grid.matches(item=booking.item, market=booking.market)
        first = np.datetime64(booking.from_date, "D")
        last = np.datetime64(booking.to_date, "D") + np.timedelta64(1, "D")
        length = float(np.busday_count(first, last))
        if not len(covered) or last <= first:
            continue
        inside = max(float(np.busday_count(max(first, start), min(last, end))), 0.0) if last > start else 0.0
        part = inside / length if length else float(first >= start)
        quantity = spread(booking.quantity, forecast[covered])
        values["sold"][covered] += quantity * part
        values["before"][covered] += quantity * (1 - part)
        values["share"][covered] += inside / whole
        values["before_share"][covered] += (length - inside) / days
        told[covered] = True
    values["share"] = np.minimum(values["share"], 1.0)
    return Seen(**values), told


def _span(month: pd.Period) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First day of a month and of the next."""
    return month.to_timestamp(), (month + 1).to_timestamp()


def _orders(grid: PlanningGrid, forecast: Matrix, data: PlanData) -> Matrix:
    """Customer orders due in the open month, of items whose demand is shipments: bookings hold them already.

    Those without a market are spread by share of the forecast; shape (rows,).
    """
    out = np.zeros(len(grid.keys))
    orders = due_orders(data)
    now = orders[orders["period"].eq(grid.periods[0]) & ~orders["item"].isin(booked_items(data))]
    for order in now.itertuples():
        covered = grid.matches(item=order.item, market=order.market)
        if len(covered):
            out[covered] += spread(order.quantity, forecast[covered])
    return out
