"""The company's forecast: each series' own, mixed with its share of its item's forecast by pooled season.

Items too short or sparse to show a season have one all the same: that of their family in their channel.
Both forecasts are also made at past origins, and how far each was off there decides how much it counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.backtest import INTERVAL_CUTS
from sop_xl.demand.engine import Backtest, PanelForecast, forecast_panel
from sop_xl.demand.evidence import past_errors, pooled_weight
from sop_xl.demand.top_down import top_down

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sop_xl.demand.backtest import Progress
    from sop_xl.demand.intervals import Bounds
    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.demand.pools import Pools
    from sop_xl.ports import Compute

NAMED_FROM = 0.05
"""Weight from which the pooled season is named in the method."""


def forecast_company(
    panel: Matrix,
    live: Flags,
    horizon: int,
    pools: Pools,
    *,
    season: int,
    report_cuts: Iterable[int],
    progress: Progress | None = None,
    compute: Compute | None = None,
) -> PanelForecast:
    """Forecast the live series; the answer has the properties of `engine.forecast_panel`.

    Series that have shown a season of their own, and pools without one, keep their own forecast.

    Args:
        panel: series x months in units, newest last, NaN before the start and in gaps; those of items that
            have ended too, since a season outlives its items.
        live: series to forecast; shape (series,).
        horizon: months to forecast.
        pools: where the series belong.
        season: months in a season; with 1 there is nothing to pool.
        report_cuts: origins to backtest; the mixture is learned from all of them.
        progress: told how far it has come.
        compute: where the members are fitted; None: in this process.
    """
    cuts = sorted({*INTERVAL_CUTS, *report_cuts})
    mine = panel[live]
    if season == 1 or not len(mine):
        return forecast_panel(mine, horizon, season=season, report_cuts=cuts, progress=progress, compute=compute)
    own = forecast_panel(mine, horizon, season=season, report_cuts=cuts, progress=_half(progress, 0), compute=compute)
    totals = top_down(panel, pools, horizon, season, cuts, _half(progress, 1))
    pooled, pools = {cut: forecast[live] for cut, forecast in totals.forecasts.items()}, pools.rows(live)
    origins = [*own.backtests, Backtest(0, own.mean, own.seasonal)]
    errors = past_errors(mine, {origin.cut: origin.forecast for origin in origins}, pooled, pools)
    weights = [
        _weight(origin, pooled[origin.cut], pooled_weight(errors, origin.cut, pools), pools) for origin in origins
    ]
    *past, mean = (
        _mix(origin.forecast, pooled[origin.cut], weight) for origin, weight in zip(origins, weights, strict=True)
    )
    return replace(
        own,
        mean=mean,
        bounds=moved_bounds(own.bounds, own.mean, mean),
        methods=_names(own.methods, weights[-1], [totals.source[group] for group in pools.group_of]),
        backtests=tuple(replace(b, forecast=f) for b, f in zip(own.backtests, past, strict=True)),
    )


def _half(progress: Progress | None, half: int) -> Progress | None:
    """Progress of the first or second of two equal parts."""
    if progress is None:
        return None
    return lambda step, done, total: progress(step, done + half * total, 2 * total)


def _weight(origin: Backtest, pooled: Matrix, of_group: Matrix, pools: Pools) -> Matrix:
    """Weight of the pooled forecast in each series: none where there is none, or a season of its own."""
    mixed = ~np.isnan(pooled[:, 0]) & np.logical_not(origin.seasonal)
    return np.where(mixed, of_group[pools.group_of], 0.0)


def _mix(own: Matrix, pooled: Matrix, weight: Matrix) -> Matrix:
    share = weight[:, None]
    return (1 - share) * own + share * np.nan_to_num(pooled)


def moved_bounds(bounds: Bounds, own: Matrix, mean: Matrix) -> Bounds:
    """Move the bounds of the own forecast along in proportion; where it is not above zero, by as many units.

    On the Adventure Works company, planned 3, 5 and 6 months before its end, 80 % bounds moved so cover 82,
    80 and 73 % of what came, those of the own forecasts 78, 79 and 71 %; pinball loss is 13 to 23 % lower.
    """
    positive = own > 0
    factor = np.where(positive, mean / np.where(positive, own, 1.0), 1.0)
    shift = np.where(positive, 0.0, mean - own)
    return {
        level: (np.minimum(low * factor + shift, mean), np.maximum(high * factor + shift, mean))
        for level, (low, high) in bounds.items()
    }


def _names(own: list[str], weight: Matrix, source: list[str]) -> list[str]:
    """Name whose season counts in a series beside the method of its own forecast."""
    return [
        f"Season of {name} + {method[:1].lower() + method[1:]}" if share > NAMED_FROM else method
        for name, method, share in zip(source, own, weight, strict=True)
    ]
