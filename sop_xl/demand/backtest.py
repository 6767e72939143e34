"""Rolling origins: what the engine would have said some months ago, with only what was known then."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from sop_xl.demand.combination import combine, gather_evidence, weights_from
from sop_xl.demand.members import (
    MemberForecasts,
    PoolTask,
    fit_members,
    fit_pool,
    fit_rows,
    joined_seasons,
    row_tasks,
)
from sop_xl.demand.panel import (
    Flags,
    Ints,
    Matrix,
    fill_gaps,
    lengths,
    over_horizon,
    phases,
    row_size,
    short_length,
)
from sop_xl.demand.rates import SparseFit, fit_rates, is_sparse
from sop_xl.domain.here import Here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sop_xl.ports import Compute

    Progress = Callable[[str, float, float], None]
    SeasonKnown = Callable[[int], Matrix]
    """Seasonal indices of every series as known some months before the end, that of the first month ahead
    in column 0; shape (series, season)."""

INTERVAL_CUTS = (6, 12, 18, 24, 36, 48)
"""Months before the end at which the backtests that intervals and weights rest on are made."""


@dataclass(frozen=True)
class DenseOrigin:
    """The members' forecasts of the series that sell in most months, at one origin.

    Attributes:
        cut: months of history left out.
        rows: rows of the panel; shape (k,).
        members: their forecasts and facts.
        actual: what came, NaN where unknown; shape (k, horizon).
        months: length of each row's history at the origin; shape (k,).
        long: rows with a year of history or more; shape (k,).
        weights: of the members, from older origins only; shape (members, k).
        own_error, steps: the series' own evidence, see `combination.Evidence`; shape (k,).
    """

    cut: int
    rows: Ints
    members: MemberForecasts
    actual: Matrix
    months: Ints
    long: Flags
    weights: np.ndarray
    own_error: Matrix
    steps: Matrix

    @property
    def mean(self) -> Matrix:
        """The combined forecast; shape (k, horizon)."""
        return combine(self.members.forecasts, self.weights)


@dataclass(frozen=True)
class SparseOrigin:
    """The rates of the series that sell in some months only, at one origin; rows and actual as above."""

    cut: int
    rows: Ints
    fit: SparseFit
    actual: Matrix


@dataclass(frozen=True)
class Origin:
    """Everything said at one origin.

    What is in `dense` and `sparse` is relative to the size that each series had by then, and without
    its season where that was given.

    Attributes:
        cut: months of history left out; 0: now.
        unit: the series' mean absolute value in units, times the seasonal index of each month ahead where
            that was given; shape (series, horizon).
        past: history before the origin, relative as well, without gaps; shape (series, months - cut).
        dense, sparse: the two kinds of series.
        forecast: combined forecast of every row of the panel in units, NaN before a series' start;
            shape (series, horizon).
    """

    cut: int
    unit: Matrix
    past: Matrix
    dense: DenseOrigin
    sparse: SparseOrigin
    forecast: Matrix

    @property
    def seasonal(self) -> Flags:
        """Series that had shown a season of their own; shape (series,)."""
        flags = np.zeros(len(self.forecast), dtype=bool)
        flags[self.dense.rows] = self.dense.members.seasonal
        return flags


def run_origins(
    panel: Matrix,
    horizon: int,
    season: int,
    cuts: Iterable[int],
    progress: Progress | None = None,
    known_season: SeasonKnown | None = None,
    compute: Compute | None = None,
) -> list[Origin]:
    """Forecast from every origin, the oldest first and now (cut 0) last.

    Only the origins of `INTERVAL_CUTS` are learned from, so the forecast does not depend on which
    others are asked for, nor on where it is computed.

    Args:
        panel: series x months in units, newest last, NaN before the start and in gaps.
        horizon: months to forecast.
        season: months in a season.
        cuts: months to leave out.
        progress: told after each piece of work.
        known_season: taken out before and put back after; no season is then looked for.
        compute: where the members are fitted; None: in this process.
    """
    wanted = sorted({cut for cut in cuts if 0 < cut < panel.shape[1]} | {0}, reverse=True)
    fitted = season if known_season is None else 1
    starts = []
    for cut in wanted:
        indices = np.ones((len(panel), 1)) if known_season is None else known_season(cut)
        starts.append(_start_origin(panel, horizon, fitted, cut, indices))
    origins: list[Origin] = []
    for start, members in zip(starts, _fit_all(starts, horizon, fitted, compute or Here(), progress), strict=True):
        older = [o.dense for o in origins if o.cut in INTERVAL_CUTS]
        origins.append(_with_weights(_origin(start, members, panel, horizon), older, len(panel), horizon))
    return origins


@dataclass(frozen=True)
class _Start:
    """What is known at an origin before anything is fitted: the fields of `Origin` and the two kinds of rows."""

    cut: int
    unit: Matrix
    past: Matrix
    rows: Ints
    sparse_rows: Ints
    dense: Matrix
    season: int


def _start_origin(panel: Matrix, horizon: int, season: int, cut: int, indices: Matrix) -> _Start:
    months = panel.shape[1]
    adjusted = panel[:, : months - cut] / indices[:, phases(months - cut, indices.shape[1])]
    size = row_size(adjusted)
    past = fill_gaps(adjusted / size, season)
    alive = np.flatnonzero(~np.isnan(past[:, -1]))
    sparse = is_sparse(past[alive])
    rows = alive[~sparse]
    return _Start(cut, size * over_horizon(indices, horizon), past, rows, alive[sparse], _trim(past[rows]), season)


def _fit_all(
    starts: Sequence[_Start], horizon: int, season: int, compute: Compute, progress: Progress | None
) -> Iterator[MemberForecasts]:
    """Fit the members at every origin: first what each row says by itself, then what they learn together."""
    by_origin = [row_tasks(start.dense, horizon, season) for start in starts]
    total = sum(map(len, by_origin)) + len(starts)
    done = _counted(compute.map(fit_rows, [task for tasks in by_origin for task in tasks]), progress, 0, total)
    fits = [list(islice(done, len(tasks))) for tasks in by_origin]
    pools = [
        PoolTask(start.dense, horizon, season, joined_seasons(fit)) for start, fit in zip(starts, fits, strict=True)
    ]
    thirds = _counted(compute.map(fit_pool, pools), progress, total - len(starts), total)
    for start, fit, third in zip(starts, fits, thirds, strict=True):
        yield fit_members(start.dense, horizon, season, fit, third)


def _counted(results: Iterator[Any], progress: Progress | None, done: int, total: int) -> Iterator[Any]:
    """Tell `progress` after each result; where it stops the work, the rest is cancelled."""
    with closing(results) if isinstance(results, Generator) else nullcontext():
        for result in results:
            done += 1
            if progress:
                progress("Forecast", done, total)
            yield result


def _origin(start: _Start, members: MemberForecasts, panel: Matrix, horizon: int) -> Origin:
    months, cut, rows, sparse_rows = panel.shape[1], start.cut, start.rows, start.sparse_rows
    actual = np.full((len(panel), horizon), np.nan)
    ahead = min(cut, horizon)
    actual[:, :ahead] = panel[:, months - cut :][:, :ahead] / start.unit[:, :ahead]
    known = lengths(start.past[rows])
    dense = DenseOrigin(
        cut,
        rows,
        members,
        actual[rows],
        known,
        known >= short_length(start.season),
        weights_from(np.ones(members.forecasts.shape[:2])),
        np.zeros(len(rows)),
        np.zeros(len(rows)),
    )
    fit = fit_rates(_trim(start.past[sparse_rows]), horizon)
    forecast = np.full((len(panel), horizon), np.nan)
    forecast[sparse_rows] = fit.forecast * start.unit[sparse_rows]
    sparse = SparseOrigin(cut, sparse_rows, fit, actual[sparse_rows])
    return Origin(cut, start.unit, start.past, dense, sparse, forecast)


def _with_weights(origin: Origin, older: Sequence[DenseOrigin], series: int, horizon: int) -> Origin:
    dense = origin.dense
    if older:
        evidence = gather_evidence(older, origin.cut, series, horizon)
        dense = replace(
            dense,
            weights=weights_from(evidence.member_error[:, dense.rows]),
            own_error=evidence.own_error[dense.rows],
            steps=evidence.steps[dense.rows],
        )
    forecast = origin.forecast.copy()
    forecast[dense.rows] = dense.mean * origin.unit[dense.rows]
    return replace(origin, dense=dense, forecast=forecast)


def _trim(panel: Matrix) -> Matrix:
    """Drop the columns before the first series starts."""
    if not len(panel):
        return panel
    return panel[:, int(np.argmax(~np.isnan(panel).all(axis=0))) :]
