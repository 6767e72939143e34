"""The demand step: from history, events, launches, initiatives and streams to forecast and accuracy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy_report import REPORT_CUTS, accuracy_report
from sop_xl.demand.consensus import (
    FINAL,
    STREAMS,
    override_pairs,
    spread_overrides,
    stream_weights,
    weighted_consensus,
)
from sop_xl.demand.engine import PanelForecast, forecast_panel
from sop_xl.demand.events import event_pairs, event_quantities, without_past_events
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.history import DemandHistory, live_rows, planned_items, read_history
from sop_xl.demand.initiatives import initiative_quantities
from sop_xl.demand.launches import launch_pairs, launch_quantities
from sop_xl.demand.panel import seasonal_naive
from sop_xl.domain.defaults import MARKET
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sop_xl.demand.backtest import Progress
    from sop_xl.demand.panel import Matrix
    from sop_xl.domain.plan_data import PlanData


@dataclass(frozen=True)
class DemandPlan:
    """What the demand step makes.

    Attributes:
        forecast: frame of the table `forecast`.
        accuracy: frame of the table `accuracy`.
    """

    forecast: pd.DataFrame = field(repr=False)
    accuracy: pd.DataFrame = field(repr=False)


def plan_demand(data: PlanData, progress: Progress | None = None) -> DemandPlan:
    """Forecast every item and market, and agree on the consensus.

    Args:
        data: the checked input.
        progress: told how far the forecast has come.
    """
    history = read_history(data)
    cleaned = without_past_events(history, data)
    live = live_rows(history, data)
    history, cleaned = history.rows(live), cleaned.rows(live)
    engine = _forecast(cleaned, data, progress)
    grid = PlanningGrid.of(_pairs(data, history), data.settings.plan_periods, data["items"])
    forecast = _assemble(grid, _parts(grid, history, engine, data), _methods(grid, history, engine))
    season = data.settings.season_length
    return DemandPlan(forecast, accuracy_report(cleaned, engine.backtests, data["items"], season))


def _ahead(history: DemandHistory, data: PlanData) -> tuple[int, int]:
    """Months between the last month of data and the plan, and months to forecast in all."""
    periods = data.settings.plan_periods
    skipped = int(periods.asi8[0] - history.periods.asi8[-1]) - 1 if len(history.periods) else 0
    return skipped, skipped + len(periods)


def _forecast(history: DemandHistory, data: PlanData, progress: Progress | None) -> PanelForecast:
    return forecast_panel(
        history.quantity,
        _ahead(history, data)[1],
        season=data.settings.season_length,
        report_cuts=REPORT_CUTS,
        progress=progress,
    )


def _pairs(data: PlanData, history: DemandHistory) -> list[tuple[str, str]]:
    """Item and market of every row there may be; a figure for a whole item without rows opens all markets."""
    known = list(zip(history.keys["item"], history.keys["market"], strict=True))
    named: Iterable[tuple[str, str]] = [*launch_pairs(data, history), *override_pairs(data), *event_pairs(data)]
    planned = planned_items(data)
    pairs = [*known, *((item, market) for item, market in named if item in planned and market)]
    have = {item for item, _ in pairs}
    markets = list(data["markets"]["market"]) or [MARKET]
    whole = {item for item, market in named if item in planned and not market and item not in have}
    return pairs + [(item, market) for item in sorted(whole) for market in markets]


def _parts(grid: PlanningGrid, history: DemandHistory, engine: PanelForecast, data: PlanData) -> dict[str, Matrix]:
    """Every numeric column of the forecast, on the grid."""
    parts = _statistical(grid, history, engine, data)
    statistical = parts["statistical"]
    parts["event_qty"] = event_quantities(grid, statistical, data)
    with_events = _plus(statistical, parts["event_qty"])
    parts["launch_qty"] = launch_quantities(grid, with_events, history, data)
    with_launches = _plus(with_events, parts["launch_qty"])
    parts["initiative_qty"] = initiative_quantities(grid, with_launches, data)
    baseline = _plus(with_launches, parts["initiative_qty"])
    for name in ("event_qty", "launch_qty", "initiative_qty"):
        parts[name] = np.where(np.isnan(baseline), np.nan, parts[name])
    streams = spread_overrides(grid, statistical, baseline, data)
    weighed = {"baseline": baseline, **{name: streams[name] for name in STREAMS}}
    consensus = weighted_consensus(weighed, streams[FINAL], stream_weights(data.settings))
    return {**parts, **streams, "consensus": consensus}


def _plus(base: Matrix, change: Matrix) -> Matrix:
    """Add a change to a forecast; where there is no forecast, a change other than zero makes one."""
    return np.where(np.isnan(base) & (change == 0), np.nan, np.nan_to_num(base) + change)


def _statistical(
    grid: PlanningGrid, history: DemandHistory, engine: PanelForecast, data: PlanData
) -> dict[str, Matrix]:
    """Naive, statistical and bounds on the grid; demand is never planned below zero."""
    skipped, horizon = _ahead(history, data)
    low, high = engine.bounds[80]
    sources = {
        "naive": seasonal_naive(history.quantity, horizon, data.settings.season_length),
        "statistical": np.maximum(engine.mean, 0.0),
        "lo80": np.maximum(low, 0.0),
        "hi80": np.maximum(high, 0.0),
    }
    rows, out = _history_rows(grid, history), {}
    for name, values in sources.items():
        out[name] = grid.blanks()
        out[name][rows] = values[:, skipped:]
        out[name] = np.where(grid.open, out[name], np.nan)
    return out


def _history_rows(grid: PlanningGrid, history: DemandHistory) -> list[int]:
    return [grid.row_at[pair] for pair in zip(history.keys["item"], history.keys["market"], strict=True)]


def _methods(grid: PlanningGrid, history: DemandHistory, engine: PanelForecast) -> np.ndarray:
    """Name of the method of each row of the grid, blank without history."""
    methods = np.full(len(grid.keys), "", dtype=object)
    methods[_history_rows(grid, history)] = engine.methods
    return methods


def _assemble(grid: PlanningGrid, parts: Mapping[str, Matrix], methods: np.ndarray) -> pd.DataFrame:
    """Return the frame of the table `forecast`: the rows in which anything but the naive figure is known."""
    known = grid.open & ~np.isnan(parts["consensus"])
    row, month = np.nonzero(known)
    columns = {
        "item": grid.keys["item"].to_numpy()[row],
        "market": grid.keys["market"].to_numpy()[row],
        "period": grid.periods[month],
        "method": methods[row],
        **{name: values[known] for name, values in parts.items()},
    }
    return conform(FORECAST, pd.DataFrame(columns))
