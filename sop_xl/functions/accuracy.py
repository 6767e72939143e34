"""How far forecasts fell from what came, in a cell. Errors are actual - forecast: below zero is over-forecast."""

import numpy as np

from sop_xl.demand import accuracy as measures
from sop_xl.demand.panel import Matrix
from sop_xl.functions.arguments import ArgumentError, History, same_length
from sop_xl.functions.worksheet import Area, TableOfCells, worksheet


@worksheet("SOP_MAPE", Area.ACCURACY)
def mape(actual: History, forecast: History) -> float:
    """Mean absolute error in per cent of demand; months without demand are left out.

    Args:
        actual: what came, one cell a month; a blank month is left out.
        forecast: what had been forecast for the same months.

    Returns:
        Points: 15 means 15 %.
    """
    return _known(measures.mape(*_pairs(actual, forecast))[0])


@worksheet("SOP_WMAPE", Area.ACCURACY)
def wmape(actual: History, forecast: History) -> float:
    """Sum of absolute errors over the sum of demand: large months count more. Accuracy is 100 less this.

    Args:
        actual: what came, one cell a month; a blank month is left out.
        forecast: what had been forecast for the same months.

    Returns:
        Points: 15 means 15 %.
    """
    return _known(measures.wmape(*_pairs(actual, forecast)))


@worksheet("SOP_BIAS", Area.ACCURACY)
def bias(actual: History, forecast: History) -> float:
    """Sum of errors over the sum of demand: below zero too much was forecast, above zero too little.

    Args:
        actual: what came, one cell a month; a blank month is left out.
        forecast: what had been forecast for the same months.

    Returns:
        Points: -8.5 means 8.5 % over-forecast.
    """
    return _known(measures.bias(*_pairs(actual, forecast)))


@worksheet("SOP_MAD", Area.ACCURACY)
def mean_absolute_deviation(actual: History, forecast: History) -> float:
    """Mean absolute error, in units.

    Args:
        actual: what came, one cell a month; a blank month is left out.
        forecast: what had been forecast for the same months.

    Returns:
        Units.
    """
    return measures.mean_absolute_deviation(*_pairs(actual, forecast))


@worksheet("SOP_TRACKING", Area.ACCURACY)
def tracking(actual: History, forecast: History) -> float:
    """Tracking signal: running sum of errors over the mean absolute error. Beyond 4 either way it is biased.

    Args:
        actual: what came, one cell a month, oldest first; a blank month is left out.
        forecast: what had been forecast for the same months.

    Returns:
        The signal after the last month; 0 where there was no error at all.
    """
    return float(measures.tracking_signal(*_pairs(actual, forecast))[-1])


@worksheet("SOP_FVA", Area.ACCURACY)
def value_added(actual: History, naive: History, stat: History, final: History) -> TableOfCells:
    """Forecast value added: what each step of the forecast took off the error of the step before.

    Args:
        actual: what came, one cell a month; a month blank in any of the four is left out.
        naive: the naive forecast of the same months.
        stat: the statistical forecast of the same months.
        final: the forecast after overrides.

    Returns:
        3 rows (naive, statistical, final) and 3 columns: WMAPE, bias and FVA, in points. FVA above zero: the step
        was worth its while; the naive row has none.
    """
    same_length(actual=actual, naive=naive, stat=stat, final=final)
    there = ~np.isnan(np.stack([actual, naive, stat, final])).any(axis=0)
    actual, naive, stat, final = (values[there] for values in (actual, naive, stat, final))
    rows: TableOfCells = []
    before: Matrix | None = None
    for forecast in (naive, stat, final):
        added = None if before is None else measures.forecast_value_added(actual, before, forecast)
        rows.append([wmape(actual, forecast), bias(actual, forecast), added])
        before = forecast
    return rows


def _pairs(actual: Matrix, forecast: Matrix) -> tuple[Matrix, Matrix]:
    """Return the months in which both are known."""
    same_length(actual=actual, forecast=forecast)
    there = ~(np.isnan(actual) | np.isnan(forecast))
    if not there.any():
        msg = "there is no month with both an actual and a forecast."
        raise ArgumentError(msg)
    return actual[there], forecast[there]


def _known(percentage: float) -> float:
    if np.isnan(percentage):
        msg = "the actual demand adds up to zero, so there is no percentage."
        raise ArgumentError(msg)
    return percentage
