"""The careful forecast of the items a planner marks: slow models beside the engine, weighted by past errors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy import wmape
from sop_xl.demand.events import event_end
from sop_xl.demand.panel import fill_gaps, seasonal_naive
from sop_xl.demand.pooled_forecast import moved_bounds
from sop_xl.demand.state_space import LEAST_MONTHS, Fitted, fit_ets, fit_sarimax
from sop_xl.demand.working_days import working_days
from sop_xl.schema.frames import conform
from sop_xl.schema.results import DIAGNOSTICS

if TYPE_CHECKING:
    from sop_xl.demand.engine import PanelForecast
    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Ints, Matrix
    from sop_xl.domain.plan_data import PlanData

CUTS = (12, 6, 3)
"""Months before the end from which each model is tried."""
ENGINE = "Engine"
EXACT = 0.5
"""WMAPE in points that no model's error is taken to be below, so that one lucky past does not take all weight."""


class _Item(NamedTuple):
    """One item's total over its markets, and what is known to act on it."""

    name: str
    rows: Ints
    quantity: Matrix
    known: Matrix


def careful(
    engine: PanelForecast, history: DemandHistory, data: PlanData, chosen: set[str]
) -> tuple[PanelForecast, pd.DataFrame]:
    """Forecast the marked items with care; return the forecast with them in it and the table `diagnostics`.

    The item's total is forecast by ETS, by SARIMAX with its events of the past and working days as
    regressors, and by the engine; their mean, weighted by error^-2 at three past origins, is spread over
    the markets as the engine has them. Events to come are added later, as for every item.

    Args:
        engine: forecast of each series.
        history: of the same series, as used.
        data: events, calendar.
        chosen: items marked on the sheet Items, or of a class that is.
    """
    marked = sorted(chosen & set(history.keys["item"]))
    mean, methods = engine.mean.copy(), list(engine.methods)
    rows: list[dict[str, object]] = []
    for name in marked:
        item = _item(name, history, data, engine.mean.shape[1])
        why = _unfit(item, data.settings.season_length)
        if why:
            rows.append({"item": name, "model": ENGINE, "weight_pct": 100.0, "note": why})
            continue
        total, named, found = _forecast(item, engine, data.settings.season_length)
        own = np.maximum(engine.mean[item.rows], 0.0)
        summed = own.sum(axis=0)
        share = np.where(summed > 0, own / np.where(summed > 0, summed, 1.0), 1 / len(own))
        mean[item.rows] = share * total
        rows += found
        for row in item.rows:
            methods[row] = named
    frame = conform(DIAGNOSTICS, pd.DataFrame(rows))
    if (mean == engine.mean).all():
        return engine, frame
    return replace(engine, mean=mean, methods=methods, bounds=moved_bounds(engine.bounds, engine.mean, mean)), frame


def _item(name: str, history: DemandHistory, data: PlanData, horizon: int) -> _Item:
    rows = np.flatnonzero((history.keys["item"] == name).to_numpy())
    there = np.isfinite(history.quantity[rows]).any(axis=0)
    total = np.where(there, np.nansum(history.quantity[rows], axis=0), np.nan)
    start = int(there.argmax())
    months = pd.period_range(history.periods[start], periods=len(total) - start + horizon, freq="M")
    family = dict(zip(data["items"]["item"], data["items"]["family"], strict=True))[name]
    days = working_days(months, data)
    known = [np.log(days / days.mean())]
    for event in data["events"].itertuples():
        past = not event.past and event.from_period < data.settings.current_period
        if past and (event.item == name or (not event.item and event.family in ("", family))):
            known.append(np.asarray((months >= event.from_period) & (months <= event_end(event)), dtype=float))
    return _Item(name, rows, fill_gaps(total[None, start:], data.settings.season_length)[0], np.array(known))


def _unfit(item: _Item, season: int) -> str:
    least = max(LEAST_MONTHS, 3 * season) + max(CUTS)
    if len(item.quantity) < least:
        return f"{len(item.quantity)} months of history; the slow models and their trial need {least}"
    if not (item.quantity > 0).all():
        return "months without demand: the slow models work on logarithms"
    return ""


def _forecast(item: _Item, engine: PanelForecast, season: int) -> tuple[Matrix, str, list[dict[str, object]]]:
    """Return the item's forecast, its method in words, and its rows of diagnostics."""
    horizon = engine.mean.shape[1]
    now = _fit(item, len(item.quantity), horizon, season)
    of_engine = {b.cut: np.nansum(b.forecast[item.rows], axis=0) for b in engine.backtests}
    of_engine[0] = engine.mean[item.rows].sum(axis=0)
    tried: dict[str, list[Matrix]] = {name: [] for name in (*now, ENGINE, "Naive")}
    actual = []
    for cut in (cut for cut in CUTS if cut in of_engine):
        ahead = min(cut, horizon)
        month = len(item.quantity) - cut
        actual.append(item.quantity[month : month + ahead])
        for name, fitted in _fit(item, month, ahead, season).items():
            tried[name].append(fitted.forecast)
        tried[ENGINE].append(of_engine[cut][:ahead])
        tried["Naive"].append(seasonal_naive(item.quantity[None, :month], ahead, season)[0])
    came = np.concatenate(actual)
    error = {name: wmape(came, np.concatenate(past)) for name, past in tried.items()}
    naive = error.pop("Naive")
    inverse = {name: max(value, EXACT) ** -2 for name, value in error.items()}
    weight = {name: value / sum(inverse.values()) for name, value in inverse.items()}
    forecast = sum(weight[name] * (now[name].forecast if name in now else of_engine[0]) for name in weight)
    named = "Careful: " + ", ".join(f"{name} {100 * share:.0f} %" for name, share in weight.items())
    rows = [_row(item.name, name, weight[name], error[name], naive, now.get(name)) for name in weight]
    return np.asarray(forecast), named, rows


def _fit(item: _Item, months: int, horizon: int, season: int) -> dict[str, Fitted]:
    past, known = item.quantity[:months], item.known[:, : months + horizon]
    return {
        "ETS": fit_ets(past, horizon, season=season),
        "SARIMAX": fit_sarimax(past, horizon, known, season=season),
    }


def _row(item: str, model: str, weight: float, error: float, naive: float, fitted: Fitted | None) -> dict[str, object]:
    shown: dict[str, object] = {
        "item": item,
        "model": model,
        "weight_pct": 100 * weight,
        "wmape": error,
        "naive_wmape": naive,
    }
    if fitted is None:
        return {**shown, "note": "the batch engine, as for every item"}
    return {
        **shown,
        "aicc": fitted.aicc,
        "ljung_box_p": fitted.ljung_box,
        "normality_p": fitted.normality,
        "spread_p": fitted.spread,
        "converged": "yes" if fitted.converged else "no",
        "note": _note(fitted, error, naive),
    }


def _note(fitted: Fitted, error: float, naive: float) -> str:
    found = [
        ("worse than naive in the past", error > naive),
        ("its parameters did not settle", not fitted.converged),
        ("its errors still have a pattern", fitted.ljung_box < 0.05),
        ("its errors have extremes", fitted.normality < 0.05),
        ("its errors changed in size", fitted.spread < 0.05),
    ]
    return "; ".join(words for words, true in found if true) or "no objection"
