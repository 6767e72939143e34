"""Demand history: what was asked for, by item, market and month, read from the actuals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.defaults import MARKET
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.results import RECENT_HISTORY

if TYPE_CHECKING:
    from sop_xl.demand.panel import Ints, Matrix
    from sop_xl.domain.plan_data import PlanData

DEMAND_MEASURES = ("bookings", "shipments")
"""In order of preference: the first one an item has any of is its demand."""
SHOWN_MONTHS = 12
"""Closed months that the charts of one item show."""


@dataclass(frozen=True)
class DemandHistory:
    """History of every item and market that ever had demand.

    A month without a row counts as no sale once the series has started; a row with a blank quantity is
    a month without data. Leading zeros are not part of a series. All series end with the last closed
    month in which the company has any data.

    Attributes:
        keys: columns item and market, sorted; one row a series.
        quantity: units, NaN before the start and where there is no data; shape (series, months).
        periods: the months, oldest first.
    """

    keys: pd.DataFrame
    quantity: Matrix
    periods: pd.PeriodIndex

    def with_quantity(self, quantity: Matrix) -> DemandHistory:
        """Return a copy with other quantities."""
        return replace(self, quantity=quantity)

    def rows(self, keep: np.ndarray) -> DemandHistory:
        """Return the series that `keep` marks."""
        return DemandHistory(self.keys[keep].reset_index(drop=True), self.quantity[keep], self.periods)


def read_history(data: PlanData) -> DemandHistory:
    """Return the demand history up to the month before the current one."""
    rows = _demand_rows(data)
    if not len(rows):
        empty = pd.DataFrame({"item": pd.Series(dtype="str"), "market": pd.Series(dtype="str")})
        return DemandHistory(empty, np.empty((0, 0)), pd.PeriodIndex([], freq="M"))
    month = pd.PeriodIndex(rows["period"], freq="M").asi8
    first, last = int(month.min()), int(month[rows["quantity"].notna()].max())
    periods = pd.PeriodIndex.from_ordinals(range(first, last + 1), freq="M")
    keyed = rows.groupby(["item", "market"], sort=True)
    keys = keyed.size().index.to_frame(index=False)
    series, inside = keyed.ngroup().to_numpy(), month <= last
    quantity = np.zeros((len(keys), len(periods)))
    quantity[series[inside], month[inside] - first] = rows["quantity"].to_numpy(float)[inside]
    quantity = _without_lead(quantity)
    history = DemandHistory(keys, quantity, periods)
    return history.rows(np.logical_not(np.isnan(quantity).all(axis=1)))


def recent_history(history: DemandHistory, data: PlanData) -> pd.DataFrame:
    """Return the frame of the table `recent_history`: the last year, where history comes from a file too."""
    months = history.periods[history.periods >= data.settings.current_period - SHOWN_MONTHS]
    if not data.settings.history_file or not len(months):
        return empty_frame(RECENT_HISTORY)
    wide = pd.DataFrame(
        history.quantity[:, -len(months) :], columns=months, index=pd.MultiIndex.from_frame(history.keys)
    )
    rows = wide.rename_axis(columns="period").stack().rename("quantity").dropna().reset_index()
    return conform(RECENT_HISTORY, rows)


def _demand_rows(data: PlanData) -> pd.DataFrame:
    """Rows item, market, period, quantity: one measure an item, locations added up."""
    actuals = data["actuals"]
    closed = actuals["measure"].isin(DEMAND_MEASURES) & (actuals["period"] < data.settings.current_period)
    rows = actuals.loc[closed, ["measure", "item", "market", "period", "quantity"]]
    booked = set(rows.loc[(rows["measure"] == DEMAND_MEASURES[0]) & rows["quantity"].notna(), "item"])
    prefers_bookings = rows["item"].isin(booked)
    rows = rows[prefers_bookings == (rows["measure"] == DEMAND_MEASURES[0])]
    if not len(data["markets"]):
        rows = rows.assign(market=rows["market"].replace("", MARKET))
    summed = rows.groupby(["item", "market", "period"], sort=True)["quantity"].sum(min_count=1)
    out = summed.reset_index()
    return out if out["quantity"].notna().any() else out.iloc[:0]


def _without_lead(quantity: Matrix) -> Matrix:
    """Blank out what precedes each series' first sale; a series without any keeps its last month, a zero."""
    sold = np.nan_to_num(quantity) != 0
    start = np.where(sold.any(axis=1), sold.argmax(axis=1), quantity.shape[1] - 1)
    return np.where(np.arange(quantity.shape[1]) < start[:, None], np.nan, quantity)


def live_rows(history: DemandHistory, data: PlanData) -> np.ndarray:
    """Return which series belong to items that are still planned."""
    return history.keys["item"].isin(planned_items(data)).to_numpy()


def planned_items(data: PlanData) -> set[str]:
    """Return the items that may have demand in the plan: not dead, not ended before it."""
    items = data["items"]
    ended = items["end_period"].notna() & (items["end_period"] < data.settings.current_period)
    return set(items.loc[(items["status"] != "dead") & ~ended, "item"])


def last_year(history: DemandHistory, series: Ints) -> Matrix:
    """Return each series' last twelve months up to its last sale, by calendar month; shape (k, 12).

    Column 0 is January. Months without data count as no sale.
    """
    out = np.zeros((len(series), 12))
    calendar = history.periods.month.to_numpy() - 1
    for position, row in enumerate(series):
        sold = np.flatnonzero(np.nan_to_num(history.quantity[row]) > 0)
        months = np.arange(max(sold[-1] - 11, 0), sold[-1] + 1) if len(sold) else np.empty(0, dtype=int)
        out[position, calendar[months]] = np.nan_to_num(history.quantity[row, months])
    return out
