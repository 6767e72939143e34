"""The volume of a launch before its odds: a like item's volume and rise, or the diffusion of adopters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.demand.bass import LEAST_MONTHS, BassError, bass_sales, fit_bass, fit_to_market
from sop_xl.demand.history import last_year
from sop_xl.demand.spread import spread_months

if TYPE_CHECKING:
    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.launch_list import Launch
    from sop_xl.demand.panel import Ints, Matrix

RISE_MONTHS = 12
"""Months of a like item's life that are compared with its mature share."""
LEAST_LIFE = 18
"""Months since its launch a like item needs, so that its mature share is known."""


class BassUsed(NamedTuple):
    """The Bass curve in use: market in units, p, q, and the range of a fitted market (NaN where given)."""

    market: float
    p: float
    q: float
    low: float
    high: float
    basis: str


def mature_volume(grid: PlanningGrid, known: Matrix, history: DemandHistory, launch: Launch) -> Matrix:
    """Return the like items' demand in each market of the new one, times scale; shape (rows of the item, months).

    The forecast of the like item counts, or its last year where it is no longer forecast.

    Args:
        grid: the planning grid; the item has rows in it.
        known: forecast of all rows, past the end of life too, NaN where there is none; shape of the grid.
        history: of all items.
        launch: what is launched.
    """
    rows = grid.rows_of[launch.item]
    volume = np.zeros((len(rows), len(grid.periods)))
    for like, weight in launch.likes:
        for position, row in enumerate(rows):
            volume[position] += weight * _of_market(grid, known, history, like, str(grid.keys["market"].iloc[row]))
    return volume * launch.scale


def _of_market(grid: PlanningGrid, known: Matrix, history: DemandHistory, like: str, market: str) -> Matrix:
    row = grid.row_at.get((like, market))
    if row is not None and not np.isnan(known[row]).all():
        return np.asarray(pd.Series(known[row]).ffill().bfill().to_numpy(float))
    series = np.flatnonzero(((history.keys["item"] == like) & (history.keys["market"] == market)).to_numpy(bool))
    if not len(series):
        return np.zeros(len(grid.periods))
    return np.asarray(last_year(history, series)[0][grid.periods.month.to_numpy() - 1])


def ramp_share(age: Ints, ramp_months: float) -> Matrix:
    """Return the share of the mature volume by months since the launch: (age + 1) / ramp_months, 1 at most.

    Args:
        age: 0 in the launch month, below zero before it, where the share is 0; shape (months,).
        ramp_months: months to the mature volume; 0: from the launch on.
    """
    share = np.minimum((age + 1) / ramp_months, 1.0) if ramp_months > 0 else np.ones(len(age))
    return np.where(age >= 0, share, 0.0)


def rise_of(history: DemandHistory, item: str, families: dict[str, str]) -> Matrix:
    """Return an item's share of its family in its first months over its mature share; empty where not known.

    As a share of the family it is free of season and of the market's ups and downs. It is known where the item
    started inside the history and has lived `LEAST_LIFE` months since; without sisters its own units count.
    """
    own = (history.keys["item"] == item).to_numpy(bool)
    units = np.nan_to_num(history.quantity[own]).sum(axis=0)
    started = np.flatnonzero(units)
    if not len(started) or started[0] == 0 or len(units) - started[0] < LEAST_LIFE:
        return np.empty(0)
    sisters = history.keys["item"].map(families).eq(families.get(item, "")).to_numpy(bool) & ~own
    others = np.nan_to_num(history.quantity[sisters]).sum(axis=0)
    total = others + units if others.any() else np.ones(len(units))
    share = np.divide(units, total, out=np.zeros(len(units)), where=total > 0)[started[0] :]
    mature = share[RISE_MONTHS : 2 * RISE_MONTHS].mean()
    return np.asarray(share[:RISE_MONTHS] / mature) if mature > 0 else np.empty(0)


def shares_by_age(age: Ints, rise: Matrix) -> Matrix:
    """Return the share of the mature volume by months since the launch, after the rise of a like item."""
    inside = np.clip(age, 0, len(rise) - 1)
    return np.where(age < 0, 0.0, np.where(age < len(rise), rise[inside], 1.0))


def bass_curve(launch: Launch, own: Matrix, like: Matrix) -> BassUsed:
    """Return the Bass curve of a launch: as given, else fitted to its own sales, else to those of its like item.

    Args:
        launch: market, p and q as given.
        own: its sales by month since the launch; empty before.
        like: the like item's, since its own launch; empty where that is not known.

    Raises:
        BassError: something is blank, and no history tells it.
    """
    market, p, q = launch.bass
    if not np.isnan([market, p, q]).any():
        return BassUsed(market * launch.scale, p, q, np.nan, np.nan, "Bass curve as given")
    if len(own) >= LEAST_MONTHS:
        words = f"Bass curve fitted to {len(own)} months of its own sales"
        if market > 0:
            p, q = fit_to_market(own, market * launch.scale)
            return BassUsed(market * launch.scale, p, q, np.nan, np.nan, f"{words}, market as given")
        fit = fit_bass(own)
        if np.isinf(fit.high):
            raise BassError(f"Its {len(own)} months of sales do not tell yet how large its market is.")
        return BassUsed(fit.ceiling, fit.p, fit.q, fit.low, fit.high, words)
    fit = fit_bass(like)
    share = launch.scale if np.isnan(market) else launch.scale * market / fit.ceiling
    words = f"Bass curve of {launch.likes[0][0] if launch.likes else 'nothing'} since its own launch"
    return BassUsed(fit.ceiling * share, fit.p, fit.q, fit.low * share, fit.high * share, words)


def bass_months(grid: PlanningGrid, launch: Launch, used: BassUsed, sold: float, weights: Matrix) -> Matrix:
    """Return the adopters of each planned month, spread over markets; shape (rows, months).

    Args:
        grid: the planning grid.
        launch: when it starts.
        used: the curve.
        sold: units sold before the plan.
        weights: what markets get in proportion to; shape (rows, months).
    """
    wait = max(int(launch.month.ordinal - grid.periods[0].ordinal), 0)
    coming = max(len(grid.periods) - wait, 0)
    units = bass_sales(used.p, used.q, used.market, coming, sold=sold)
    total = np.concatenate([np.zeros(len(grid.periods) - coming), units])
    return spread_months(total, weights)
