"""Forecasts by the product's own engine, what stands behind them, and histories without their outliers."""

import numpy as np

from sop_xl.demand import intermittent
from sop_xl.demand.accuracy import bias, wmape
from sop_xl.demand.engine import Backtest, PanelForecast, forecast_panel
from sop_xl.demand.outliers import hampel
from sop_xl.demand.panel import Matrix, fill_gaps, seasonal_naive
from sop_xl.functions.arguments import ArgumentError, History, within
from sop_xl.functions.worksheet import Area, TableOfCells, worksheet

LONGEST = 120
"""Periods that can be forecast."""
HOLD_OUT = 6
"""Months kept apart to judge a forecast by; the shortest origin that the engine looks back to."""
RATES = {
    "croston": intermittent.croston,
    "sba": intermittent.sba,
    "tsb": intermittent.tsb,
    "adida": intermittent.adida,
    "imapa": intermittent.imapa,
}
"""Published methods for items that sell now and then."""
METHODS = ("auto", "naive", *RATES)


@worksheet("SOP_FORECAST", Area.FORECAST)
def forecast(history: History, periods: int, method: str = "auto", season: int = 12, level: float = 0.8) -> Matrix:
    """Forecast of the months that follow a history, with an interval: the engine behind the button Forecast.

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which is not 0.
        periods: months to forecast.
        method: auto (default: the engine's combination), naive, croston, sba, tsb, adida or imapa.
        season: months in a season; default 12; 1: none.
        level: share of months expected between low and high; default 0.8.

    Returns:
        Forecast, low and high of each month, in units; low and high are blank for methods other than auto.
    """
    series = started(history)
    within("periods", periods, 1, LONGEST)
    within("season", season, 1, LONGEST)
    chosen = method.lower()
    if chosen == "auto":
        points = round(100 * within("level", level, 0.01, 0.99))
        made = forecast_panel(series[None], periods, season=season, levels=(points,))
        return np.column_stack([made.mean[0], made.bounds[points][0][0], made.bounds[points][1][0]])
    return np.column_stack([_published(chosen, series, periods, season), np.full((periods, 2), np.nan)])


@worksheet("SOP_FIT", Area.FORECAST)
def fit(history: History, season: int = 12) -> TableOfCells:
    """What stands behind a forecast: method, season, kind of demand, and its error on months it had not seen.

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which is not 0.
        season: months in a season; default 12; 1: none.

    Returns:
        Two columns, name and figure: method, months, season, kind of demand, ADI, CV2; then of the last 6 months, as
        forecast before them: WMAPE, bias, naive WMAPE and FVA, in points; blank where the history is too short.
    """
    series = started(history)
    within("season", season, 1, LONGEST)
    made = forecast_panel(series[None], HOLD_OUT, season=season, levels=(80,), report_cuts=(HOLD_OUT,))
    adi, cv2 = intermittent.sale_pattern(np.nan_to_num(series))
    rows: TableOfCells = [
        ["Method", made.methods[0]],
        ["Months", float(len(series))],
        ["Season", "yes" if made.seasonal[0] else "no"],
        ["Kind of demand", str(intermittent.demand_class(adi, cv2))],
        ["ADI", adi],
        ["CV2", cv2],
    ]
    names = ("WMAPE", "Bias", "Naive WMAPE", "FVA")
    rows += [[name, figure] for name, figure in zip(names, _hold_out(series, made, season), strict=True)]
    return rows


@worksheet("SOP_OUTLIERS", Area.FORECAST)
def outliers(history: History, limit: float = 3.0, season: int = 12) -> Matrix:
    """History with its outliers replaced (Hampel's rule, season taken out), and which months they are.

    Args:
        history: demand, one cell a month, oldest first; blank: no data, which stays blank.
        limit: standard deviations from the months around, from which on a month is an outlier; default 3.
        season: months in a season; default 12; 1: none.

    Returns:
        Two figures a month: cleaned demand in units, and 1 for an outlier, else 0.
    """
    within("limit", limit, 0.1, np.inf)
    within("season", season, 1, LONGEST)
    series = started(history)
    cleaned = hampel(series[None], season, limit=limit)
    both = np.full((len(history), 2), np.nan)
    both[len(history) - len(series) :] = np.column_stack([cleaned.quantity[0], cleaned.outlier[0]])
    both[: len(history) - len(series), 1] = 0.0
    return both


def started(history: Matrix) -> Matrix:
    """Return the history from its first number on.

    Raises:
        ArgumentError: there is none.
    """
    known = np.flatnonzero(~np.isnan(history))
    if not len(known):
        msg = "the history has no numbers; give at least one month."
        raise ArgumentError(msg)
    return history[known[0] :]


def _published(method: str, series: Matrix, periods: int, season: int) -> Matrix:
    whole = fill_gaps(series[None], season)
    if method == "naive":
        return seasonal_naive(whole, periods, season)[0]
    if method in RATES:
        return np.full(periods, RATES[method](whole[0]))
    msg = f"there is no method '{method}'; take one of {', '.join(METHODS)}."
    raise ArgumentError(msg)


def _hold_out(series: Matrix, made: PanelForecast, season: int) -> tuple[float, float, float, float]:
    """Return WMAPE, bias, naive WMAPE and FVA over the hold-out months; NaN without a forecast of them."""
    past, actual = series[:-HOLD_OUT], series[-HOLD_OUT:]
    held: Backtest | None = next((b for b in made.backtests if b.cut == HOLD_OUT), None)
    if held is None or not (~np.isnan(past)).any():
        return np.nan, np.nan, np.nan, np.nan
    known = ~np.isnan(actual)
    naive = seasonal_naive(fill_gaps(past[None], season), HOLD_OUT, season)[0]
    ours, theirs = held.forecast[0, :HOLD_OUT][known], naive[known]
    error, naive_error = wmape(actual[known], ours), wmape(actual[known], theirs)
    return error, bias(actual[known], ours), naive_error, naive_error - error
