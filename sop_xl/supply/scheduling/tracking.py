"""The table `tracking_stock`: stock by week as the schedule makes it, beside what the monthly plan takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import TRACKING_STOCK
from sop_xl.supply.scheduling.lots import component_needs

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.scheduling.lots import Lots
    from sop_xl.supply.scheduling.shop import Shop
    from sop_xl.supply.scheduling.timetable import Timetable
    from sop_xl.supply.scheduling.week_days import WeekDays

DUST = 0.5
"""Units below which nobody runs short."""


def tracking_stock(
    data: PlanData, plan: pd.DataFrame, lots: Lots, shop: Shop, table: Timetable, days: WeekDays, plant: str
) -> pd.DataFrame:
    """Return the result table `tracking_stock`: opening + made + bought - used - shipped = closing, by item and week.

    Made is there when the lot's last task ends, used is gone when the first task of a lot that takes it starts.
    What is bought or received is there from the first day of its month on; what is sold and shipped out leaves
    evenly over its month.
    `lowest` is the lowest stock at the end of a day of the week; below zero the item runs short.

    Args:
        data: the input tables.
        plan: the result table `supply_plan`.
        lots: what is scheduled.
        shop: its tasks.
        table: when they run.
        days: the working days.
        plant: the location.
    """
    made, used = _made(lots, shop, table, days), _used(data, lots, shop, table, days)
    names = sorted({*made, *used})
    mine = plan[(plan["location"] == plant) & plan["item"].isin(names)]
    months = len(data.calendar.periods)
    into = days.at_starts(_grid(mine, names, mine["purchases"] + mine["received"], months))
    out = days.spread(_grid(mine, names, mine["served"] - mine["used"] + mine["shipped_out"], months))
    of = {"made": _stack(made, names, days), "bought": into, "used": _stack(used, names, days), "shipped": out}
    first = mine.sort_values("period").drop_duplicates("item").set_index("item")["opening"]
    opening = first.reindex(names).fillna(0.0).to_numpy(float)
    daily = opening[:, None] + np.cumsum(of["made"] + of["bought"] - of["used"] - of["shipped"], axis=1)
    frame = _weekly(names, of, daily, opening, days)
    items = data["items"].set_index("item")
    frame = frame.assign(location=plant, description=frame["item"].map(items["description"]).fillna(""))
    return conform(TRACKING_STOCK, _ranked(frame))


def _made(lots: Lots, shop: Shop, table: Timetable, days: WeekDays) -> dict[str, np.ndarray]:
    """Return what is finished of each item on each day."""
    found: dict[str, np.ndarray] = {}
    for item, quantity, end in zip(lots.lots["item"], lots.lots["quantity"], table.lot_ends(shop), strict=True):
        grid = found.setdefault(item, np.zeros(days.count))
        if np.isfinite(end):
            grid[min(max(int(np.ceil(end - 1e-9)) - 1, 0), days.count - 1)] += quantity
    return found


def _used(data: PlanData, lots: Lots, shop: Shop, table: Timetable, days: WeekDays) -> dict[str, np.ndarray]:
    """Return what lots take of each component on each day."""
    starts = np.full(len(lots.lots), np.inf)
    np.minimum.at(starts, shop.tasks["lot"].to_numpy(int), table.start)
    found: dict[str, np.ndarray] = {}
    needs = component_needs(data, lots.lots)
    for lot, component, need in zip(needs["lot"], needs["component"], needs["need"], strict=True):
        grid = found.setdefault(component, np.zeros(days.count))
        if np.isfinite(starts[lot]):
            grid[min(int(starts[lot] + 1e-9), days.count - 1)] += need
    return found


def _stack(flows: dict[str, np.ndarray], names: list[str], days: WeekDays) -> np.ndarray:
    return np.array([flows.get(name, np.zeros(days.count)) for name in names]).reshape(len(names), days.count)


def _grid(plan: pd.DataFrame, names: list[str], values: pd.Series, months: int) -> np.ndarray:
    first = plan["period"].min()
    grid = np.zeros((len(names), months))
    if len(plan):
        month = plan["period"].astype("int64") - first.ordinal
        np.add.at(
            grid, (pd.Index(names).get_indexer(plan["item"]), month.to_numpy(int)), values.fillna(0.0).to_numpy(float)
        )
    return grid


def _weekly(
    names: list[str], of: dict[str, np.ndarray], daily: np.ndarray, opening: np.ndarray, days: WeekDays
) -> pd.DataFrame:
    """Fold days into weeks, rounded so that every balance holds on the stored figures."""
    starts = np.flatnonzero(np.diff(days.week, prepend=-1))
    flows = {name: np.round(np.add.reduceat(values, starts, axis=1), 6) for name, values in of.items()}
    net = flows["made"] + flows["bought"] - flows["used"] - flows["shipped"]
    closing = np.round(np.round(opening, 6)[:, None] + np.cumsum(net, axis=1), 6)
    lowest = np.round(np.minimum.reduceat(daily, starts, axis=1), 6)
    columns = {"opening": np.round(closing - net, 6), **flows, "closing": closing, "lowest": lowest}
    weeks = pd.DatetimeIndex(days.dates[starts])
    keys = {"item": np.repeat(names, len(starts)), "week": np.tile(weeks, len(names))}
    number = np.tile(np.arange(1.0, len(starts) + 1), len(names))
    return pd.DataFrame({**keys, "number": number, **{name: values.ravel() for name, values in columns.items()}})


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Add a rank to the first week of each item that runs short, the lowest stock first."""
    low = frame.groupby("item")["lowest"].min()
    short = low[low < -DUST].sort_values(kind="stable")
    rank = pd.Series(np.arange(1.0, len(short) + 1), index=short.index)
    return frame.assign(rank=frame["item"].map(rank).where(frame["number"] == 1))
