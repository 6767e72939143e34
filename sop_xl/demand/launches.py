"""New products: a like item's profile, scaled, ramped up, weighted by its gate, and what it takes from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.demand.history import last_year
from sop_xl.demand.spread import spread, spread_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Ints, Matrix
    from sop_xl.domain.plan_data import PlanData


class Launch(NamedTuple):
    """One row of the launch plan, with the item's own launch month and like item where it gives none."""

    item: str
    like_item: str
    month: pd.Period
    probability: float
    scale: float
    ramp_months: float
    pipeline_fill: float
    parent: str
    cannibal_share: float


def planned_launches(data: PlanData) -> Iterator[Launch]:
    """Return the launches that have a month."""
    items = data["items"].set_index("item")
    for row in data["launches"].itertuples():
        own = items.loc[row.item] if row.item in items.index else None
        month = row.launch_period
        if month is pd.NaT and own is not None:
            month = own["launch_period"]
        like = row.like_item or (str(own["like_item"]) if own is not None else "")
        if month is not pd.NaT:
            yield Launch(
                row.item,
                like,
                month,
                row.probability_pct / 100,
                row.scale,
                row.ramp_months,
                row.pipeline_fill,
                row.cannibalises,
                row.cannibal_pct / 100,
            )


def launch_pairs(data: PlanData, history: DemandHistory) -> list[tuple[str, str]]:
    """Return item and market of every launch: the like item's markets, else a blank for all."""
    markets: dict[str, list[str]] = {
        str(item): list(rows) for item, rows in history.keys.groupby("item", sort=True)["market"]
    }
    return [
        (launch.item, market) for launch in planned_launches(data) for market in markets.get(launch.like_item, [""])
    ]


def launch_quantities(grid: PlanningGrid, statistical: Matrix, history: DemandHistory, data: PlanData) -> Matrix:
    """Return what launches add, and what they take from the items they replace; shape of the grid.

    Sell-through is the like item's forecast (its last year where it is no longer forecast) x scale x
    ramp x probability; where the new item already has a forecast of its own, only what exceeds it is
    added. The pipeline fill comes on top in the launch month. Cannibalised is a share of the
    sell-through, spread over the parent's markets by share and never more than they have.

    Args:
        grid: the planning grid.
        statistical: forecast before launches, with events; NaN where there is none; shape of the grid.
        history: of all items, where an ended like item's profile comes from.
        data: the launch plan.
    """
    total = grid.zeros()
    for launch in planned_launches(data):
        rows = grid.rows_of.get(launch.item)
        if rows is None:
            continue
        profile = _profile(grid, statistical, history, launch)
        own = np.nan_to_num(statistical[rows])
        sold = np.where(grid.open[rows], np.maximum(profile * _ramp(grid, launch) - own, 0.0), 0.0)
        total[rows] += sold + _fill(grid, launch, profile)
        _cannibalise(total, grid, statistical, launch, sold)
    return total


def _profile(grid: PlanningGrid, statistical: Matrix, history: DemandHistory, launch: Launch) -> Matrix:
    """Demand of the like item in each market of the new one, times scale and probability."""
    rows = grid.rows_of[launch.item]
    series_of = {pair: k for k, pair in enumerate(zip(history.keys["item"], history.keys["market"], strict=True))}
    profile = np.zeros((len(rows), len(grid.periods)))
    for position, row in enumerate(rows):
        market = str(grid.keys["market"].iloc[row])
        like_row = grid.row_at.get((launch.like_item, market))
        series = series_of.get((launch.like_item, market))
        if like_row is not None and not np.isnan(statistical[like_row]).all():
            # An end inside the horizon ends the like item, not what is modelled on it.
            known = pd.Series(statistical[like_row])
            profile[position] = known.ffill().bfill().to_numpy()
        elif series is not None:
            year = last_year(history, np.array([series]))[0]
            profile[position] = year[grid.periods.month.to_numpy() - 1]
    return profile * launch.scale * launch.probability


def ramp_share(age: Ints, ramp_months: float) -> Matrix:
    """Return the share of the mature volume by months since the launch: (age + 1) / ramp_months, 1 at most.

    Args:
        age: 0 in the launch month, below zero before it, where the share is 0; shape (months,).
        ramp_months: months to the mature volume; 0: from the launch on.
    """
    share = np.minimum((age + 1) / ramp_months, 1.0) if ramp_months > 0 else np.ones(len(age))
    return np.where(age >= 0, share, 0.0)


def _ramp(grid: PlanningGrid, launch: Launch) -> Matrix:
    return ramp_share(grid.periods.asi8 - launch.month.ordinal, launch.ramp_months)


def _fill(grid: PlanningGrid, launch: Launch, profile: Matrix) -> Matrix:
    totals = np.where(grid.periods == launch.month, launch.pipeline_fill * launch.probability, 0.0)
    return spread_months(totals, profile)


def _cannibalise(total: Matrix, grid: PlanningGrid, statistical: Matrix, launch: Launch, sold: Matrix) -> None:
    """Take the cannibalised share from the parent's rows, in place, down to zero at most."""
    rows = grid.rows_of.get(launch.parent)
    if rows is None or launch.cannibal_share <= 0:
        return
    left = np.maximum(np.nan_to_num(statistical[rows]) + total[rows], 0.0)
    wanted = launch.cannibal_share * sold.sum(axis=0)
    for month in np.flatnonzero((wanted > 0) & (left.sum(axis=0) > 0)):
        taken = spread(min(wanted[month], left[:, month].sum()), left[:, month])
        total[rows, month] -= np.minimum(taken, left[:, month])
