"""The batch engine: forecast and intervals of thousands of monthly series at once.

Every series is forecast from several origins in its past and from now; members are weighted and
intervals sized by what those backtests say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.backtest import INTERVAL_CUTS, Origin, run_origins
from sop_xl.demand.intervals import Bounds, dense_bounds
from sop_xl.demand.members import MEMBERS, quiet_numbers
from sop_xl.demand.panel import YEAR, Flags, Matrix, lengths, short_length
from sop_xl.demand.sparse_intervals import sparse_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sop_xl.demand.backtest import Progress
    from sop_xl.ports import Compute

DEFAULT_LEVELS = (80, 95)


@dataclass(frozen=True)
class Backtest:
    """What would have been forecast `cut` months ago, in units.

    Attributes:
        cut: months of history left out.
        forecast: NaN for series that had not started; shape (series, horizon).
        seasonal: series that by then had shown a season of their own; shape (series,).
    """

    cut: int
    forecast: Matrix
    seasonal: Flags


@dataclass(frozen=True)
class PanelForecast:
    """Forecast of a panel, in units.

    Attributes:
        mean: shape (series, horizon).
        bounds: lower and upper bound by level in per cent, each of shape (series, horizon).
        methods: what each series was forecast with.
        backtests: the same procedure at earlier origins, oldest first.
        seasonal: series that have shown a season of their own, over three years or more; shape (series,).
    """

    mean: Matrix
    bounds: Bounds
    methods: list[str]
    backtests: tuple[Backtest, ...]
    seasonal: Flags

    def scaled(self, factor: Matrix) -> PanelForecast:
        """Return every forecast, past ones too, times the factor of its month.

        Args:
            factor: of the months of history and those ahead; shape (series, months + horizon).
        """
        horizon = self.mean.shape[1]
        months = factor.shape[1] - horizon

        def times(values: Matrix, cut: int) -> Matrix:
            return values * factor[:, months - cut : months - cut + horizon]

        return replace(
            self,
            mean=times(self.mean, 0),
            bounds={level: (times(low, 0), times(high, 0)) for level, (low, high) in self.bounds.items()},
            backtests=tuple(replace(b, forecast=times(b.forecast, b.cut)) for b in self.backtests),
        )


def forecast_panel(
    panel: Matrix,
    horizon: int,
    *,
    season: int = YEAR,
    levels: Sequence[int] = DEFAULT_LEVELS,
    report_cuts: Iterable[int] = (),
    progress: Progress | None = None,
    compute: Compute | None = None,
) -> PanelForecast:
    """Forecast every row of a panel.

    The answer holds no NaN, is the same on every run, keeps lower <= mean <= upper with wider levels
    outside, has no negative number where history has none, and scales with its input.

    Args:
        panel: series x months in units, newest last. NaN before a series starts, and in months without
            data inside it. Every row has at least one value, and one in its last month or before.
        horizon: months to forecast, 1 or more.
        season: months in a season; 1: none.
        levels: nominal coverage of the intervals, in per cent.
        report_cuts: further origins to backtest, for the accuracy report.
        progress: told how far it has come.
        compute: where the members are fitted; None: in this process.
    """
    if not len(panel):
        empty = np.empty((0, horizon))
        return PanelForecast(empty, dict.fromkeys(levels, (empty, empty)), [], (), np.empty(0, dtype=bool))
    cuts = {*INTERVAL_CUTS, *report_cuts}
    with quiet_numbers():
        origins = run_origins(panel, horizon, season, cuts, progress, compute=compute)
        bounds = _bounds(origins, sorted(levels))
    now = origins[-1]
    return PanelForecast(
        now.forecast,
        _ordered(now.forecast, bounds, (np.nanmin(panel, axis=1) >= 0)[:, None]),
        _methods(now, lengths(panel), season),
        tuple(Backtest(origin.cut, origin.forecast, origin.seasonal) for origin in origins[:-1]),
        now.seasonal,
    )


def _bounds(origins: Sequence[Origin], levels: Sequence[int]) -> Bounds:
    """Put the bounds of dense and sparse series together, in units; only the fixed cuts are learned from."""
    *older, now = origins
    learned = [origin for origin in older if origin.cut in INTERVAL_CUTS]
    dense = dense_bounds(now.dense, [origin.dense for origin in learned], levels)
    sparse = sparse_bounds(now.sparse, [origin.sparse for origin in learned], now.past[now.sparse.rows], levels)
    out: Bounds = {}
    for level in levels:
        sides = []
        for side in (0, 1):
            whole = np.empty_like(now.forecast)
            whole[now.dense.rows], whole[now.sparse.rows] = dense[level][side], sparse[level][side]
            sides.append(whole)
        out[level] = (sides[0] * now.unit, sides[1] * now.unit)
    return out


def _ordered(mean: Matrix, bounds: Bounds, non_negative: np.ndarray) -> Bounds:
    """Make wider levels enclose narrower ones and the mean, and keep lower bounds from going below zero."""
    out: Bounds = {}
    inner_low = inner_high = mean
    for level in sorted(bounds):
        low, high = bounds[level]
        low = np.where(np.isfinite(low), low, inner_low)
        high = np.where(np.isfinite(high), high, inner_high)
        inner_low, inner_high = np.minimum(low, inner_low), np.maximum(high, inner_high)
        inner_low = np.where(non_negative, np.maximum(inner_low, 0.0), inner_low)
        out[level] = (inner_low, inner_high)
    return out


def _methods(now: Origin, months: np.ndarray, season: int) -> list[str]:
    year = short_length(season)
    names = np.full(len(months), "Rate of sale", dtype=object)
    for row in now.dense.rows:
        if months[row] < year:
            names[row] = "Smoothed level"
        elif months[row] < 3 * year:
            names[row] = f"{MEMBERS[0]} + {MEMBERS[1]} + smoothing"
        else:
            names[row] = " + ".join(MEMBERS)
    return list(names)
