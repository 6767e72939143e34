"""Ends of life: demand that stops when stock or time is up, and what of it a successor takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.demand.spread import spread
from sop_xl.domain.lead_time import last_arrivals

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.domain.plan_data import PlanData

SUPPLY_ORDERS = ("purchase", "production")


class PhaseOutEffect(NamedTuple):
    """What one end of life does to demand, in units a month; shape (months,).

    Attributes:
        item, successor: who ends, who follows ("": nobody).
        unserved: demand before the End month for which there is no stock any more.
        taken_over: demand that goes on to the successor.
        share: how much of it, 0 to 1.
    """

    item: str
    successor: str
    unserved: Matrix
    taken_over: Matrix
    share: float


def successor_pairs(data: PlanData, history: DemandHistory) -> list[tuple[str, str]]:
    """Return each successor with every market in which the item that ends has demand."""
    rows = data["phase_outs"]
    chosen = rows[(rows["successor"] != "") & (rows["takeover_pct"] > 0)]
    markets = history.keys.groupby("item", sort=True)["market"]
    known = {str(item): list(names) for item, names in markets}
    return [(row.successor, market) for row in chosen.itertuples() for market in known.get(row.item, ())]


def phase_out_quantities(
    grid: PlanningGrid, baseline: Matrix, ongoing: Matrix, data: PlanData
) -> tuple[Matrix, list[PhaseOutEffect]]:
    """Return what ends of life take from demand and add to successors; shape of the grid.

    While stock lasts, an item sells what is in stock and on order, in all places together; as long as its last
    order has not arrived, supply still follows demand. What cannot be sold and what would be asked for after
    the End month goes on to the successor by the share taken over, in the months in which that is sold.

    Args:
        grid: the planning grid.
        baseline: forecast with events and launches; NaN where there is none; shape of the grid.
        ongoing: the forecast as if no item ended; same shape.
        data: phase-outs, stock and open orders.
    """
    total, effects = grid.zeros(), []
    last = last_arrivals(data)
    for row in data["phase_outs"].itertuples():
        rows = grid.rows_of.get(row.item)
        if rows is None:
            continue
        demand = np.maximum(np.nan_to_num(baseline[rows]) + total[rows], 0.0)
        cut = np.zeros_like(demand)
        if row.while_stock_lasts:
            cut = demand * _unserved_share(grid, data, row.item, demand.sum(axis=0), last.get(row.item))
            total[rows] -= cut
        after = np.where(grid.open[rows] | ~_ended(grid, row.item, data), 0.0, np.nan_to_num(ongoing[rows]))
        share = row.takeover_pct / 100 if row.successor else 0.0
        taken = _hand_over(total, grid, row.item, row.successor, (cut + after) * share)
        effects.append(PhaseOutEffect(row.item, row.successor, cut.sum(axis=0), taken, share))
    return total, effects


def _unserved_share(
    grid: PlanningGrid, data: PlanData, item: str, demand: Matrix, last_arrival: pd.Period | None
) -> Matrix:
    """Return the share of each month's demand for which there is no stock left; shape (months,)."""
    stock, arriving = _stock(grid, data, item)
    share = np.zeros(len(demand))
    for month, units in enumerate(demand):
        stock += arriving[month]
        followed = last_arrival is not None and grid.periods[month] <= last_arrival
        served = units if followed else min(units, max(stock, 0.0))
        share[month] = 1 - served / units if units > 0 else 0.0
        stock = max(stock - served, 0.0)
    return share


def _stock(grid: PlanningGrid, data: PlanData, item: str) -> tuple[float, Matrix]:
    """Return stock less late orders at the start, and open supply orders by month; what is overdue comes first."""
    stock, orders = data["stock"], data["open_orders"]
    own = stock[stock["item"] == item]
    due = orders[(orders["item"] == item) & orders["type"].isin(SUPPLY_ORDERS)]
    arriving = np.zeros(len(grid.periods))
    for period, quantity in zip(due["period"], due["quantity"], strict=True):
        month = max(int(period.ordinal - grid.periods[0].ordinal), 0)
        if month < len(arriving):
            arriving[month] += quantity
    return float(own["quantity"].fillna(0.0).sum() - own["backlog"].fillna(0.0).sum()), arriving


def _ended(grid: PlanningGrid, item: str, data: PlanData) -> Flags:
    """Return in which months the item has ended."""
    end = data["items"].set_index("item")["end_period"].astype("period[M]")[item]
    return np.asarray(grid.periods > end)


def _hand_over(total: Matrix, grid: PlanningGrid, item: str, successor: str, units: Matrix) -> Matrix:
    """Add units to the successor, in the same market where it is sold there, else by its shares; in place."""
    heirs = grid.rows_of.get(successor)
    given = np.zeros(units.shape[1])
    if heirs is None or not units.any():
        return given
    for row, market in zip(units, grid.keys["market"].iloc[grid.rows_of[item]], strict=True):
        own = grid.row_at.get((successor, str(market)))
        for month in np.flatnonzero(row):
            open_heirs = heirs[grid.open[heirs, month]]
            if own is not None and grid.open[own, month]:
                total[own, month] += row[month]
            elif len(open_heirs):
                total[open_heirs, month] += spread(float(row[month]), np.ones(len(open_heirs)))
            else:
                continue
            given[month] += row[month]
    return given
