"""The method that a rule of the planner's names for a class of items, in place of the engine's own choice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.members import SHORT_ALPHA, fit_members, quiet_numbers
from sop_xl.demand.panel import fill_gaps, row_size, seasonal_naive
from sop_xl.demand.pooled_forecast import moved_bounds
from sop_xl.demand.rates import fit_rates
from sop_xl.demand.smoothing import smoothed_level

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.demand.engine import PanelForecast
    from sop_xl.demand.panel import Ints, Matrix

BY_RULE = "by class rule"
NAMED = {
    "rates": f"Rate of sale, {BY_RULE}",
    "theta": f"Theta, {BY_RULE}",
    "holt-winters": f"Holt-Winters, {BY_RULE}",
    "seasonal naive": f"Seasonal naive, {BY_RULE}",
    "level": f"Smoothed level, {BY_RULE}",
}
"""What a rule may name, and how the method is then called."""


def with_named(
    engine: PanelForecast, panel: Matrix, items: pd.Series, chosen: Mapping[str, str], season: int
) -> PanelForecast:
    """Return the forecast in which items are forecast by the method named for them, past origins too.

    Bounds move along with the mean. Rates of sale cannot be below zero: a series with returns keeps its own method.

    Args:
        engine: forecast of every series.
        panel: their history in units, newest last, NaN before the start and in gaps.
        items: item of each series.
        chosen: a key of `NAMED` by item.
        season: months in a season.
    """
    of_row = items.map(dict(chosen)).fillna("").to_numpy(str)
    returns = np.nan_to_num(panel).min(axis=1, initial=0.0) < 0
    rows = {name: np.flatnonzero((of_row == name) & ~(returns & (name == "rates"))) for name in NAMED}
    mean, methods = engine.mean.copy(), list(engine.methods)
    past = [backtest.forecast.copy() for backtest in engine.backtests]
    for name, mine in rows.items():
        if not len(mine):
            continue
        _put(mean, mine, panel, name, season)
        for forecast, backtest in zip(past, engine.backtests, strict=True):
            _put(forecast, mine, panel[:, : panel.shape[1] - backtest.cut], name, season)
        for row in mine:
            methods[row] = NAMED[name]
    backtests = tuple(replace(b, forecast=f) for b, f in zip(engine.backtests, past, strict=True))
    bounds = moved_bounds(engine.bounds, engine.mean, mean)
    return replace(engine, mean=mean, methods=methods, bounds=bounds, backtests=backtests)


def _put(forecast: Matrix, rows: Ints, panel: Matrix, name: str, season: int) -> None:
    """Put what the method says into the rows of a forecast, in place; rows that have not started stay as they are."""
    with quiet_numbers():
        size = row_size(panel[rows])
        past = fill_gaps(panel[rows] / size, season)
        alive = np.flatnonzero(~np.isnan(past).all(axis=1) & ~np.isnan(past[:, -1]))
        if len(alive):
            forecast[rows[alive]] = _forecast(past[alive], forecast.shape[1], name, season) * size[alive]


def _forecast(past: Matrix, horizon: int, name: str, season: int) -> Matrix:
    """Forecast rows of size about 1 without gaps by one method; shape (rows, horizon)."""
    if name == "rates":
        return fit_rates(past, horizon).forecast
    if name == "seasonal naive":
        return np.asarray(seasonal_naive(past, horizon, season))
    if name == "level":
        return np.repeat(smoothed_level(past, SHORT_ALPHA)[:, None], horizon, axis=1)
    alone = fit_members(past, horizon, season, third=np.full((len(past), horizon), np.nan))
    return np.asarray(alone.forecasts[0 if name == "theta" else 1])
