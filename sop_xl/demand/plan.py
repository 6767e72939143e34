"""The demand step: from history, events, launches, initiatives and streams to forecast and accuracy.

Every item is forecast in each market, and once more as a whole in its channel with the season that its
family has there, shared out to the markets; `pooled_forecast` mixes the two. `benchmarks/
adventureworks_forecast.py` says what that gains, by level.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy_report import REPORT_CUTS, accuracy_report
from sop_xl.demand.analogues import find_analogues
from sop_xl.demand.careful import careful
from sop_xl.demand.change_table import LifeChanges, change_table
from sop_xl.demand.consensus import (
    FINAL,
    STREAMS,
    add_overrides,
    override_pairs,
    spread_overrides,
    stream_weights,
    weighted_consensus,
)
from sop_xl.demand.consumption import with_orders
from sop_xl.demand.corrections import clean_history
from sop_xl.demand.events import event_pairs, event_quantities
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.history import DemandHistory, live_rows, planned_items, read_history, recent_history
from sop_xl.demand.influences import find_influences, ranked, working_day_rows
from sop_xl.demand.initiatives import initiative_quantities
from sop_xl.demand.item_classes import CAREFUL_METHODS, classify_items
from sop_xl.demand.launch_list import launch_pairs, read_launches
from sop_xl.demand.launch_tables import launch_tables
from sop_xl.demand.launches import launch_quantities
from sop_xl.demand.levels import level_table, reconciled
from sop_xl.demand.named_methods import NAMED, with_named
from sop_xl.demand.panel import seasonal_naive
from sop_xl.demand.phase_outs import phase_out_quantities, successor_pairs
from sop_xl.demand.pooled_forecast import forecast_company
from sop_xl.demand.pools import Pools
from sop_xl.demand.sensing import sense
from sop_xl.demand.working_days import WorkingDays, working_day_factors
from sop_xl.domain.defaults import MARKET
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sop_xl.demand.backtest import Progress
    from sop_xl.demand.engine import PanelForecast
    from sop_xl.demand.launch_list import Launch
    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.ports import Compute

ITEM_COLUMNS = (
    *("item", "description", "family", "subfamily", "status", "launch_period", "end_period", "like_item"),
    *("list_price", "standard_cost", "target_backlog_weeks", "lead_time_days", "careful"),
)
"""What the demand step is told of items: a what-if that changes anything else of them keeps the forecast."""


@dataclass(frozen=True)
class DemandPlan:
    """What the demand step makes.

    Attributes:
        forecast: frame of the table `forecast`.
        accuracy: frame of the table `accuracy`.
        details: frames of the other result tables of the step, by name.
    """

    forecast: pd.DataFrame = field(repr=False)
    accuracy: pd.DataFrame = field(repr=False)
    details: Mapping[str, pd.DataFrame] = field(repr=False)


def plan_demand(data: PlanData, progress: Progress | None = None, compute: Compute | None = None) -> DemandPlan:
    """Forecast every item and market, and agree on the consensus.

    Args:
        data: the checked input.
        progress: told how far the forecast has come.
        compute: where the members are fitted; None: in this process.
    """
    everything = read_history(data)
    live = live_rows(everything, data)
    history = everything.rows(live)
    influences = find_influences(everything, data)
    cleaned = clean_history(everything, data, influences.uplift)
    days = _working_days(cleaned.used, data)
    classes = classify_items(cleaned.used, data)
    engine = _forecast(cleaned.used, live, data, days, _named(classes), progress, compute)
    marked = set(classes.loc[classes["methods"].eq(CAREFUL_METHODS), "item"])
    engine, diagnostics = careful(engine, cleaned.used.rows(live), data, marked)
    engine, totals = reconciled(engine, cleaned.used.rows(live), data)
    analogues = find_analogues(data, everything)
    launches = read_launches(data, analogues)
    grid = PlanningGrid.of(_pairs(data, everything, launches), data.settings.plan_periods, data["items"])
    parts, ongoing = _statistical(grid, history, engine, data)
    parts, lives = _with_changes(grid, parts, ongoing, everything, launches, data, influences.uplift)
    parts["sensed"] = sense(grid, parts["baseline"], parts["lo80"], parts["hi80"], data)
    parts = _agree(grid, parts, data)
    forecast = with_orders(_assemble(grid, parts, _methods(grid, history, engine)), data)
    season = data.settings.season_length
    scored, rows = cleaned.scored.rows(live), _history_rows(grid, history)
    found = [influences.table, *([working_day_rows(days)] if days is not None else [])]
    details = {
        "forecast_levels": level_table(grid, parts, rows, scored, engine.backtests, totals, data),
        "history_changes": cleaned.changes,
        "recent_history": recent_history(history, data),
        "diagnostics": diagnostics,
        "item_classes": classes,
        "influences": ranked(pd.concat(found, ignore_index=True)),
        "demand_changes": change_table(grid, parts, data, influences.uplift, lives),
        **launch_tables(grid, lives.launched, launches, analogues, data),
    }
    accuracy = accuracy_report(scored, engine.backtests, data["items"], season)
    return DemandPlan(forecast, accuracy, details)


def _ahead(history: DemandHistory, data: PlanData) -> tuple[int, int]:
    """Months between the last month of data and the plan, and months to forecast in all."""
    periods = data.settings.plan_periods
    skipped = int(periods.asi8[0] - history.periods.asi8[-1]) - 1 if len(history.periods) else 0
    return skipped, skipped + len(periods)


def _working_days(history: DemandHistory, data: PlanData) -> WorkingDays | None:
    if not len(history.keys) or data.settings.working_day_adjustment == "off":
        return None
    return working_day_factors(history.quantity, history.keys, history.periods, _ahead(history, data)[1], data)


def _forecast(
    history: DemandHistory,
    live: Flags,
    data: PlanData,
    days: WorkingDays | None,
    named: Mapping[str, str],
    progress: Progress | None,
    compute: Compute | None,
) -> PanelForecast:
    """Forecast in months of equal length, and give each month its working days back.

    `named` is the method that a class rule names, by item.
    """
    horizon = _ahead(history, data)[1]
    panel = history.quantity
    if days is not None and days.acts:
        panel = panel / days.factor[:, : panel.shape[1]]
    engine = forecast_company(
        panel,
        live,
        horizon,
        Pools.of(history.keys, data["items"], data["markets"]),
        season=data.settings.season_length,
        report_cuts=REPORT_CUTS,
        progress=progress,
        compute=compute,
    )
    if named:
        engine = with_named(engine, panel[live], history.keys["item"][live], named, data.settings.season_length)
    return engine if days is None or not days.acts else engine.scaled(days.factor[live])


def _named(classes: pd.DataFrame) -> dict[str, str]:
    """Return the method that a class rule names, by item."""
    keys = {words: key for key, words in NAMED.items()}
    ruled = classes[classes["methods"].isin(list(keys))]
    return {str(item): keys[words] for item, words in zip(ruled["item"], ruled["methods"], strict=True)}


def _pairs(data: PlanData, history: DemandHistory, launches: list[Launch]) -> list[tuple[str, str]]:
    """Item and market of every row there may be; a figure for a whole item without rows opens all markets."""
    planned = planned_items(data)
    known = zip(history.keys["item"], history.keys["market"], strict=True)
    lives = [*launch_pairs(launches, history), *successor_pairs(data, history)]
    named: Iterable[tuple[str, str]] = [*lives, *override_pairs(data), *event_pairs(data)]
    pairs = [(item, market) for item, market in [*known, *((i, m) for i, m in named if m)] if item in planned]
    have = {item for item, _ in pairs}
    markets = sorted(data["markets"]["market"]) or [MARKET]
    whole = {item for item, market in named if item in planned and not market and item not in have}
    return pairs + [(item, market) for item in sorted(whole) for market in markets]


def _with_changes(
    grid: PlanningGrid,
    parts: dict[str, Matrix],
    ongoing: Matrix,
    history: DemandHistory,
    launches: list[Launch],
    data: PlanData,
    uplift: Mapping[str, float],
) -> tuple[dict[str, Matrix], LifeChanges]:
    """Add events, launches, ends of life and initiatives, each on top of what came before; their sum is the baseline.

    `ongoing` is the statistical forecast as if no item ended.
    """
    baseline = parts["statistical"]
    changes = {"event_qty": event_quantities(grid, baseline, data, uplift)}
    baseline = _plus(baseline, changes["event_qty"])
    added, launched = launch_quantities(grid, baseline, history, launches, ongoing)
    moved, ended = phase_out_quantities(grid, _plus(baseline, added), ongoing, data)
    changes["launch_qty"] = added + moved
    baseline = _plus(baseline, changes["launch_qty"])
    changes["initiative_qty"] = initiative_quantities(grid, baseline, data)
    baseline = _plus(baseline, changes["initiative_qty"])
    known = {name: np.where(np.isnan(baseline), np.nan, values) for name, values in changes.items()}
    return {**parts, **known, "baseline": baseline}, LifeChanges(launched, ended)


def _agree(grid: PlanningGrid, parts: Mapping[str, Matrix], data: PlanData) -> dict[str, Matrix]:
    """Add what sensing changes, the streams, the final word and the consensus."""
    sensing = parts["sensed"] - parts["baseline"] if data.settings.sense_consensus else grid.blanks()
    base = parts["baseline"] + np.nan_to_num(sensing)
    streams = spread_overrides(grid, parts["statistical"], base, data)
    streams |= {name: add_overrides(grid, name, streams[name], base, data) for name in STREAMS}
    weighed, weights = {"baseline": base, **{name: streams[name] for name in STREAMS}}, stream_weights(data.settings)
    agreed = weighted_consensus(weighed, grid.blanks(), weights)
    streams[FINAL] = add_overrides(grid, FINAL, streams[FINAL], agreed, data)
    consensus = weighted_consensus(weighed, streams[FINAL], weights)
    return {**parts, **streams, "sensing_qty": sensing, "consensus": consensus}


def _plus(base: Matrix, change: Matrix) -> Matrix:
    """Add a change to a forecast; where there is no forecast, a change other than zero makes one."""
    return np.where(np.isnan(base) & (change == 0), np.nan, np.nan_to_num(base) + change)


def _statistical(
    grid: PlanningGrid, history: DemandHistory, engine: PanelForecast, data: PlanData
) -> tuple[dict[str, Matrix], Matrix]:
    """Naive, statistical and bounds on the grid, and the statistical forecast as if no item ended.

    Demand is never planned below zero.
    """
    skipped, horizon = _ahead(history, data)
    (low, high), (lowest, highest) = engine.bounds[80], engine.bounds[95]
    sources = {
        "naive": seasonal_naive(history.quantity, horizon, data.settings.season_length),
        "statistical": np.maximum(engine.mean, 0.0),
        "lo80": np.maximum(low, 0.0),
        "hi80": np.maximum(high, 0.0),
        "lo95": np.maximum(lowest, 0.0),
        "hi95": np.maximum(highest, 0.0),
    }
    rows = _history_rows(grid, history)
    full = {name: _on_grid(grid, rows, values[:, skipped:]) for name, values in sources.items()}
    return {name: np.where(grid.open, values, np.nan) for name, values in full.items()}, full["statistical"]


def _on_grid(grid: PlanningGrid, rows: list[int], values: Matrix) -> Matrix:
    out = grid.blanks()
    out[rows] = values
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
