"""The forecasting methods of the textbooks, with the parameters a planner gives them."""

import numpy as np

from sop_xl.demand import smoothing
from sop_xl.demand.holt_winters import first_line
from sop_xl.demand.panel import Matrix, fill_gaps, phases, seasonal_naive
from sop_xl.demand.seasonal import classical_indices
from sop_xl.functions.arguments import ArgumentError, History, within
from sop_xl.functions.forecasting import LONGEST, RATES, started
from sop_xl.functions.worksheet import Area, worksheet


@worksheet("SOP_NAIVE", Area.FORECAST)
def naive(history: History, periods: int = 1, season: int = 12) -> Matrix:
    """Naive forecast: the same month one season before; the last month where there is none. The one to beat.

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which is not 0.
        periods: months to forecast; default 1.
        season: months in a season; default 12; 1: repeats the last month.

    Returns:
        Units, one cell a month.
    """
    whole = _whole(history, periods, season)
    return seasonal_naive(whole[None], periods, season)[0]


@worksheet("SOP_MA", Area.FORECAST)
def moving_average(history: History, months: int, periods: int = 1) -> Matrix:
    """Moving average: the mean of the last months, for every month to come.

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which is left out of the mean.
        months: how many of the last months count.
        periods: months to forecast; default 1.

    Returns:
        Units, one cell a month.
    """
    series = started(history)
    within("months", months, 1, len(series))
    within("periods", periods, 1, LONGEST)
    last = series[-months:]
    if np.isnan(last).all():
        msg = f"the last {months} months have no numbers; give more months."
        raise ArgumentError(msg)
    return np.full(periods, np.nanmean(last))


@worksheet("SOP_SES", Area.FORECAST)
def exponential_smoothing(history: History, alpha: float, periods: int = 1, level: float | None = None) -> Matrix:
    """Simple exponential smoothing: each month moves the level by a share of what it missed.

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which is filled from its neighbours.
        alpha: share of each miss that the level takes on, 0 to 1.
        periods: months to forecast; default 1.
        level: forecast of the first month; default its demand.

    Returns:
        Units, one cell a month.
    """
    within("alpha", alpha, 0, 1)
    whole = _whole(history, periods, 1)
    first = float(whole[0]) if level is None else level
    return smoothing.simple_smoothing(whole, periods, alpha=alpha, level=first).forecast


@worksheet("SOP_HOLT", Area.FORECAST)
def holt(
    history: History,
    alpha: float,
    beta: float,
    periods: int = 1,
    level: float | None = None,
    trend: float | None = None,
    damping: float = 1.0,
) -> Matrix:
    """Holt's smoothing of level and trend.

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which is filled from its neighbours.
        alpha: share of each miss that the level takes on, 0 to 1.
        beta: share of each change of level that the trend takes on, 0 to 1.
        periods: months to forecast; default 1.
        level: before the first month; default from a line through the first 12 months.
        trend: units a month before the first month; default from the same line.
        damping: what is left of the trend each month, 0 to 1; default 1.

    Returns:
        Units, one cell a month.
    """
    for name, share in (("alpha", alpha), ("beta", beta), ("damping", damping)):
        within(name, share, 0, 1)
    whole = _whole(history, periods, 1)
    level, trend = _start(whole, level, trend)
    return smoothing.holt(whole, periods, alpha=alpha, beta=beta, level=level, trend=trend, damping=damping).forecast


@worksheet("SOP_WINTERS", Area.FORECAST)
def winters(
    history: History,
    alpha: float,
    beta: float,
    gamma: float,
    periods: int = 1,
    season: int = 12,
    level: float | None = None,
    trend: float | None = None,
    indices: History | None = None,
) -> Matrix:
    """Winters' smoothing of level, trend and season (multiplicative).

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which is filled from its neighbours.
        alpha: share of each miss that the level takes on, 0 to 1.
        beta: share of each change of level that the trend takes on, 0 to 1.
        gamma: share of each miss that the season takes on, 0 to 1.
        periods: months to forecast; default 1.
        season: months in a season; default 12.
        level: before the first month, without season; default from a line through the first 12 months.
        trend: units a month before the first month; default from the same line.
        indices: of the first month, the second, ... (1: an average month); default: ratios to a moving average.

    Returns:
        Units, one cell a month.
    """
    for name, share in (("alpha", alpha), ("beta", beta), ("gamma", gamma)):
        within(name, share, 0, 1)
    whole = _whole(history, periods, season)
    given = _indices(whole, season) if indices is None else indices
    if len(given) != season or not (given > 0).all():
        msg = f"indices are {len(given)} values; give {season}, each above 0."
        raise ArgumentError(msg)
    adjusted = whole / given[np.arange(len(whole)) % season]
    level, trend = _start(adjusted, level, trend)
    made = smoothing.winters(
        whole, periods, alpha=alpha, beta=beta, gamma=gamma, level=level, trend=trend, indices=given
    )
    return made.forecast


@worksheet("SOP_CROSTON", Area.FORECAST)
def croston(history: History, alpha: float = 0.1, periods: int = 1, method: str = "croston") -> Matrix:
    """Croston's rate for items that sell now and then: size of a sale over the interval between sales.

    Args:
        history: demand, one cell a month, oldest first; write 0 for a month without a sale: blank is no data.
        alpha: smoothing rate of sizes and intervals, 0 to 1; default 0.1.
        periods: months to forecast; default 1.
        method: croston (default), sba (without Croston's bias), tsb (falls while nothing sells), adida or imapa.

    Returns:
        Units a month, the same in each.
    """
    within("alpha", alpha, 0, 1)
    if method.lower() not in RATES:
        msg = f"there is no method '{method}'; take one of {', '.join(RATES)}."
        raise ArgumentError(msg)
    return np.full(periods, RATES[method.lower()](_whole(history, periods, 1), alpha=alpha))


def _whole(history: Matrix, periods: int, season: int) -> Matrix:
    """Return the history from its first number on, gaps filled."""
    within("periods", periods, 1, LONGEST)
    within("season", season, 1, LONGEST)
    return fill_gaps(started(history)[None], season)[0]


def _start(adjusted: Matrix, level: float | None, trend: float | None) -> tuple[float, float]:
    first_level, first_trend = first_line(adjusted[None])
    return (float(first_level[0]) if level is None else level, float(first_trend[0]) if trend is None else trend)


def _indices(whole: Matrix, season: int) -> Matrix:
    """Return the seasonal indices of the first month, the second, ... by classical decomposition.

    Raises:
        ArgumentError: there are fewer than two seasons, or a month of the season never sells.
    """
    if len(whole) < 2 * season:
        msg = f"{len(whole)} months are less than two seasons of {season}; give more, or the indices."
        raise ArgumentError(msg)
    found = classical_indices(whole[None], season)[0]
    return np.roll(found, -phases(len(whole), season)[0])
