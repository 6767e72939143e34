"""The forecast at every level: series brought into agreement with their totals, and the table of the levels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy_report import REPORT_CUTS
from sop_xl.demand.engine import Backtest, forecast_panel
from sop_xl.demand.hierarchy import Hierarchy
from sop_xl.demand.joint import joint_errors, joint_quantiles
from sop_xl.demand.pooled_forecast import moved_bounds
from sop_xl.demand.reconcile import mint, top_down
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.demand.engine import PanelForecast
    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Matrix
    from sop_xl.domain.plan_data import PlanData


def reconciled(
    engine: PanelForecast, history: DemandHistory, data: PlanData
) -> tuple[PanelForecast, dict[tuple[str, str], Matrix]]:
    """Return the engine's forecast in agreement with its totals, and the totals' own forecasts.

    Past origins are reconciled alike, from errors known by then, so that accuracy is that of the procedure.

    Args:
        engine: forecast of each series.
        history: of the same series, as used.
        data: the settings `hierarchy` and `trusted_level`; items and markets.

    Returns:
        The forecast, its bounds moved along; own forecasts by level and node, none with bottom_up.
    """
    how = data.settings.hierarchy
    if how == "bottom_up" or not len(history.keys):
        return engine, {}
    tree = Hierarchy.of(history.keys, data["items"], data["markets"])
    tree = tree.at(data.settings.trusted_level) if how == "top_down" else tree
    if not len(tree.nodes):
        return engine, {}
    panel = tree.panel(history.quantity)
    known = np.flatnonzero(~np.isnan(panel).all(axis=1))
    tree = Hierarchy(tree.nodes.iloc[known].reset_index(drop=True), tree.adds[known])
    horizon, season = engine.mean.shape[1], data.settings.season_length
    cuts = REPORT_CUTS if how == "mint" else [b.cut for b in engine.backtests]
    own = forecast_panel(panel[known], horizon, season=season, report_cuts=cuts)
    moved = _Reconciler(tree, history.quantity, engine, own, how)
    mean = moved.at(0, engine.mean, own.mean)
    of_cut = {b.cut: b.forecast for b in own.backtests}
    past = tuple(
        replace(b, forecast=moved.at(b.cut, b.forecast, of_cut[b.cut])) if b.cut in of_cut else b
        for b in engine.backtests
    )
    bounds = moved_bounds(engine.bounds, engine.mean, mean)
    methods = [f"{name}, agreed with totals" for name in engine.methods]
    names = zip(tree.nodes["level"], tree.nodes["node"], strict=True)
    totals = {name: np.maximum(row, 0.0) for name, row in zip(names, own.mean, strict=True)}
    return replace(engine, mean=mean, bounds=bounds, backtests=past, methods=methods), totals


class _Reconciler:
    """One way to bring series and totals together, at any origin."""

    def __init__(self, tree: Hierarchy, quantity: Matrix, engine: PanelForecast, own: PanelForecast, how: str) -> None:
        self._tree, self._quantity, self._how = tree, quantity, how
        self._parts, self._totals = engine.backtests, own.backtests

    def at(self, cut: int, parts: Matrix, totals: Matrix) -> Matrix:
        """Return the parts' forecast made `cut` months before the end; NaN where it had none."""
        known = np.maximum(np.nan_to_num(parts), 0.0)
        wanted = np.maximum(np.nan_to_num(totals), 0.0)
        if self._how == "top_down":
            moved = top_down(known, wanted, self._tree.adds)
        else:
            moved = mint(known, wanted, self._tree.adds, self._errors(cut))
        return np.where(np.isnan(parts), np.nan, moved)

    def _errors(self, cut: int) -> Matrix:
        cuts = {b.cut for b in self._parts} & {b.cut for b in self._totals}
        both = [[b for b in side if b.cut in cuts and b.cut > cut] for side in (self._totals, self._parts)]
        history = (self._tree.panel(self._quantity), self._quantity)
        return np.hstack([joint_errors(q, b, cut) for q, b in zip(history, both, strict=True)])


def level_table(
    grid: PlanningGrid,
    parts: Mapping[str, Matrix],
    series_row: list[int],
    history: DemandHistory,
    backtests: tuple[Backtest, ...],
    own: Mapping[tuple[str, str], Matrix],
    data: PlanData,
) -> pd.DataFrame:
    """Return the frame of the table `forecast_levels`.

    Args:
        grid: the planning grid.
        parts: statistical, lo95 to hi95 and consensus on the grid, NaN where there is none.
        series_row: row of the grid of each series of the history.
        history: of the series forecast, as scored.
        backtests: their forecasts at past origins.
        own: the totals' own forecasts, from the first month after the history on.
        data: items, markets, settings.
    """
    tree = Hierarchy.of(grid.keys, data["items"], data["markets"])
    if not len(tree.nodes):
        return conform(FORECAST_LEVELS, pd.DataFrame())
    of_series = joint_errors(history.quantity, backtests)
    errors = np.zeros((len(of_series), len(grid.keys)))
    errors[:, series_row] = of_series
    mean = np.nan_to_num(parts["statistical"])
    bounds = tuple(np.nan_to_num(parts[name]) for name in ("lo95", "lo80", "hi80", "hi95"))
    quantiles = joint_quantiles(mean, bounds, errors, tree.adds, seed=data.settings.random_seed)  # type: ignore[arg-type]
    known = np.asarray(tree.adds @ (~np.isnan(parts["statistical"])).astype(float)) > 0
    agreed = np.asarray(tree.adds @ (~np.isnan(parts["consensus"])).astype(float)) > 0
    node, month = np.nonzero(known | agreed)
    months = len(grid.periods)
    alone = np.array([own.get((lv, n), np.full(months, np.nan))[-months:] for lv, n in _names(tree)])
    columns = {
        **{name: tree.nodes[name].to_numpy()[node] for name in tree.nodes},
        "period": grid.periods[month],
        "own": alone[node, month],
        "statistical": np.where(known, tree.totals(parts["statistical"]), np.nan)[node, month],
        **{
            name: np.where(known, values, np.nan)[node, month]
            for name, values in zip(("p10", "p50", "p90"), quantiles, strict=True)
        },
        "consensus": np.where(agreed, tree.totals(parts["consensus"]), np.nan)[node, month],
    }
    return conform(FORECAST_LEVELS, pd.DataFrame(columns))


def _names(tree: Hierarchy) -> list[tuple[str, str]]:
    return list(zip(tree.nodes["level"], tree.nodes["node"], strict=True))
