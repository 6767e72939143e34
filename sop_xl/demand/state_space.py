"""The slow models of single items: ETS and SARIMAX of statsmodels on log demand, with what their errors look like."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.demand.panel import Matrix

LEAST_MONTHS = 36
"""Months of positive demand that the models need: three years show a season."""
GROWTH = np.log(5.0)
"""Forecasts stay within five times the largest and a fifth of the smallest month of history."""


class Fitted(NamedTuple):
    """One model of one series.

    Attributes:
        forecast: in units; shape (horizon,).
        aicc: corrected information criterion.
        ljung_box: p of no pattern left in the errors over a season.
        normality: p of normal errors (Jarque-Bera).
        spread: p of equal variance in the first and last third of the errors.
        converged: whether the search for parameters ended well.
    """

    forecast: Matrix
    aicc: float
    ljung_box: float
    normality: float
    spread: float
    converged: bool


@contextmanager
def _quietly() -> Iterator[None]:
    """Hold warnings back, and the linear algebra to one thread: for matrices this small more only wait."""
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), np.errstate(all="ignore"), threadpool_limits(limits=1):
        warnings.simplefilter("ignore")
        yield


def fit_ets(quantity: Matrix, horizon: int, *, season: int) -> Fitted:
    """Fit exponential smoothing with damped trend and season, additive in logarithms.

    Args:
        quantity: demand above 0, without gaps, oldest first; shape (months,).
        horizon: months to forecast.
        season: months in a season; 1: none.

    Source:
        Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    seasonal: dict[str, Any] = {"seasonal": "add", "seasonal_periods": season} if season > 1 else {}
    with _quietly():
        model = ETSModel(np.log(quantity), error="add", trend="add", damped_trend=True, **seasonal)
        fitted = model.fit(disp=False)
        ahead = np.asarray(fitted.forecast(horizon), dtype=float)
    return _fitted(quantity, ahead, fitted, np.asarray(fitted.resid, dtype=float), season)


def fit_sarimax(quantity: Matrix, horizon: int, known: Matrix, *, season: int) -> Fitted:
    """Fit a seasonal ARIMA (0,1,1)(0,1,1) of log demand with regressors.

    Args:
        quantity: demand above 0, without gaps, oldest first; shape (months,).
        horizon: months to forecast.
        known: what is known to act, one a row, over history and horizon; shape (k, months + horizon).
        season: months in a season; 1: none.

    Source:
        Box, Jenkins and Reinsel (1994), Time Series Analysis, the airline model.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    months = len(quantity)
    acting = known[[bool(np.ptp(row[season + 1 : months]) > 0) for row in known]] if len(known) else known
    past, ahead = (acting[:, :months].T, acting[:, months:].T) if len(acting) else (None, None)
    with _quietly():
        model = SARIMAX(
            np.log(quantity),
            exog=past,
            order=(0, 1, 1),
            seasonal_order=(0, 1, 1, season) if season > 1 else (0, 0, 0, 0),
        )
        fitted = model.fit(disp=False, maxiter=100)
        forecast = np.asarray(fitted.forecast(horizon, exog=ahead), dtype=float)
    return _fitted(quantity, forecast, fitted, np.asarray(fitted.resid, dtype=float)[season + 1 :], season)


def _fitted(quantity: Matrix, log_forecast: Matrix, result: Any, errors: Matrix, season: int) -> Fitted:
    low, high = np.log(quantity.min()) - GROWTH, np.log(quantity.max()) + GROWTH
    mean = np.log(quantity).mean()
    forecast = np.exp(np.clip(np.where(np.isfinite(log_forecast), log_forecast, mean), low, high))
    ljung_box, normality, spread = _diagnostics(errors[np.isfinite(errors)], season)
    return Fitted(forecast, float(result.aicc), ljung_box, normality, spread, bool(result.mle_retvals["converged"]))


def _diagnostics(errors: Matrix, season: int) -> tuple[float, float, float]:
    """Return the p-values of no pattern, normal errors and equal spread; NaN with too few or no errors."""
    from scipy import stats
    from statsmodels.stats.diagnostic import acorr_ljungbox

    lags = min(max(season, 4), len(errors) // 3)
    if lags < 2 or np.ptp(errors) == 0:
        return np.nan, np.nan, np.nan
    pattern = float(acorr_ljungbox(errors, lags=[lags])["lb_pvalue"].iloc[0])
    third = len(errors) // 3
    ratio = float((errors[-third:] ** 2).sum() / max(float((errors[:third] ** 2).sum()), 1e-300))
    side = float(stats.f.cdf(ratio, third, third))
    return pattern, float(stats.jarque_bera(errors).pvalue), 2 * min(side, 1 - side)
