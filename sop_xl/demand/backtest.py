"""Rolling origins: what the engine would have said some months ago, with only what was known then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.combination import combine, gather_evidence, weights_from
from sop_xl.demand.members import MemberForecasts, fit_members
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
) -> list[Origin]:
    """Forecast from every origin, the oldest first and now (cut 0) last.

    Only the origins of `INTERVAL_CUTS` are learned from, so the forecast does not depend on which
    others are asked for.

    Args:
        panel: series x months in units, newest last, NaN before the start and in gaps.
        horizon: months to forecast.
        season: months in a season.
        cuts: months to leave out.
        progress: told after each origin.
        known_season: taken out before and put back after; no season is then looked for.
    """
    wanted = sorted({cut for cut in cuts if 0 < cut < panel.shape[1]} | {0}, reverse=True)
    origins: list[Origin] = []
    for done, cut in enumerate(wanted, start=1):
        indices = np.ones((len(panel), 1)) if known_season is None else known_season(cut)
        origin = _fit_origin(panel, horizon, season if known_season is None else 1, cut, indices)
        older = [o.dense for o in origins if o.cut in INTERVAL_CUTS]
        origins.append(_with_weights(origin, older, len(panel), horizon))
        if progress:
            progress("Forecast", done, len(wanted))
    return origins


def _fit_origin(panel: Matrix, horizon: int, season: int, cut: int, indices: Matrix) -> Origin:
    months = panel.shape[1]
    adjusted = panel[:, : months - cut] / indices[:, phases(months - cut, indices.shape[1])]
    size = row_size(adjusted)
    past = fill_gaps(adjusted / size, season)
    unit = size * over_horizon(indices, horizon)
    alive = np.flatnonzero(~np.isnan(past[:, -1]))
    sparse = is_sparse(past[alive])
    rows, sparse_rows = alive[~sparse], alive[sparse]
    actual = np.full((len(panel), horizon), np.nan)
    ahead = min(cut, horizon)
    actual[:, :ahead] = panel[:, months - cut :][:, :ahead] / unit[:, :ahead]
    members = fit_members(_trim(past[rows]), horizon, season)
    dense = DenseOrigin(
        cut,
        rows,
        members,
        actual[rows],
        lengths(past[rows]),
        lengths(past[rows]) >= short_length(season),
        weights_from(np.ones(members.forecasts.shape[:2])),
        np.zeros(len(rows)),
        np.zeros(len(rows)),
    )
    fit = fit_rates(_trim(past[sparse_rows]), horizon)
    forecast = np.full((len(panel), horizon), np.nan)
    forecast[sparse_rows] = fit.forecast * unit[sparse_rows]
    return Origin(cut, unit, past, dense, SparseOrigin(cut, sparse_rows, fit, actual[sparse_rows]), forecast)


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
