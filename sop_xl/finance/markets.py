"""Who gets what is shipped: the supply plan's customer quantities split to markets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.defaults import MARKET, PLANT
from sop_xl.schema.planned import planned_demand

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


def blank_market(data: PlanData) -> str:
    """Return what a blank market means for money: the only market, or "" where there are several."""
    markets = data["markets"]["market"]
    if len(markets) > 1:
        return ""
    return str(markets.iloc[0]) if len(markets) else MARKET


def default_location(data: PlanData) -> str:
    """Return what serves a market that names no location: the first DC a lane reaches, else the first plant.

    The same rule as in the supply plan; first is by name.
    """
    places = data["locations"].sort_values("location")
    reached = places["type"].eq("dc") & places["location"].isin(data["lanes"]["to_location"])
    for found in (places[reached], places[places["type"].eq("plant")], places):
        if len(found):
            return str(found["location"].iloc[0])
    return PLANT


def served_by_market(data: PlanData, forecast: pd.DataFrame, supply_plan: pd.DataFrame) -> pd.DataFrame:
    """Return what customers are planned to get: item, market, period, quantity (units, above zero).

    The supply plan knows what leaves a location, not who gets it. Each month the quantity is split
    over the markets that ship from the location pro rata to what they want: the month's consensus plus
    what they were still owed; what stays open is owed to them in the same shares. Where no market wants
    any (late orders from before the plan), the split is that of their demand over the horizon, else
    equal. So revenue is planned on what will be shipped, not on what is wanted.

    Args:
        data: holds markets (`ship_from`), locations and the opening backlog.
        forecast: the result table `forecast`.
        supply_plan: the result table `supply_plan`.
    """
    markets = pd.Index(sorted({*data["markets"]["market"], *forecast["market"]} or {MARKET}), name="market")
    periods = data.calendar.periods
    plan = supply_plan.assign(customers=supply_plan["served"] - supply_plan["used"].fillna(0.0))
    sold = plan.loc[plan["customers"].gt(0.0), ["item", "location"]]
    pairs = pd.MultiIndex.from_frame(sold).drop_duplicates().sort_values()
    served = _by_period(plan, "customers", ["item", "location"], pairs, periods)
    backlog = _by_period(plan, "backlog", ["item", "location"], pairs, periods)
    wanted = _wanted(data, forecast, pairs, markets)
    split = _split(served, backlog, wanted, _opening_backlog(data, pairs))
    return _long(split, pairs, markets, periods)


def _split(served: np.ndarray, backlog: np.ndarray, wanted: np.ndarray, opening: np.ndarray) -> np.ndarray:
    """Split month by month; served and backlog (pairs, months), wanted and result (pairs, markets, months)."""
    horizon = _shares(wanted.sum(axis=2), np.full(wanted.shape[:2], 1.0 / wanted.shape[1]))
    owed = horizon * opening[:, None]
    split = np.zeros_like(wanted)
    for month in range(wanted.shape[2]):
        shares = _shares(owed + wanted[:, :, month], horizon)
        split[:, :, month] = shares * served[:, month, None]
        owed = shares * backlog[:, month, None]
    return split


def _shares(weights: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0, weights / np.where(total > 0, total, 1.0), otherwise)


def _wanted(data: PlanData, forecast: pd.DataFrame, pairs: pd.MultiIndex, markets: pd.Index) -> np.ndarray:
    """Planned demand of the markets each location ships to; of all markets where it is nobody's; (P, M, T)."""
    periods = data.calendar.periods
    items = pd.Index(sorted(set(pairs.get_level_values("item"))), name="item")
    rows = pd.MultiIndex.from_product([items, markets], names=["item", "market"])
    asked = forecast.assign(demand=planned_demand(forecast))
    by_item = _by_period(asked, "demand", ["item", "market"], rows, periods)
    by_item = by_item.reshape(len(items), len(markets), len(periods))
    listed = data["markets"].set_index("market")["ship_from"].reindex(markets).fillna("")
    ships_from = listed.where(listed.ne(""), default_location(data)).to_numpy()
    location = pairs.get_level_values("location").to_numpy()
    ships = location[:, None] == ships_from[None, :]
    ships[~ships.any(axis=1)] = True
    return by_item[items.get_indexer(pairs.get_level_values("item"))] * ships[:, :, None]


def _opening_backlog(data: PlanData, pairs: pd.MultiIndex) -> np.ndarray:
    """Late orders at the start, stock below nothing among them, where the supply plan has them."""
    stock = data["stock"]
    late = stock["backlog"].fillna(0.0) + (-stock["quantity"].fillna(0.0)).clip(lower=0.0)
    own = stock["location"].where(stock["location"].ne(""), default_location(data))
    placed = pd.DataFrame({"item": stock["item"], "location": own, "late": late})
    return placed.groupby(["item", "location"])["late"].sum().reindex(pairs, fill_value=0.0).to_numpy(float)


def _by_period(
    frame: pd.DataFrame, value: str, by: list[str], rows: pd.MultiIndex, periods: pd.PeriodIndex
) -> np.ndarray:
    """Return `value` as a matrix (rows, periods), 0 where there is none."""
    matrix = np.zeros((len(rows), len(periods)))
    filled = frame[[*by, "period", value]].dropna(subset=[value])
    month = pd.PeriodIndex(filled["period"], freq="M").asi8 - periods.asi8[0]
    row = rows.get_indexer(pd.MultiIndex.from_frame(filled[by]))
    inside = (month >= 0) & (month < len(periods)) & (row >= 0)
    np.add.at(matrix, (row[inside], month[inside]), filled[value].to_numpy(float)[inside])
    return matrix


def _long(split: np.ndarray, pairs: pd.MultiIndex, markets: pd.Index, periods: pd.PeriodIndex) -> pd.DataFrame:
    pair, market, month = np.nonzero(split > 0)
    rows = pd.DataFrame(
        {
            "item": pairs.get_level_values("item").to_numpy()[pair],
            "market": markets.to_numpy()[market],
            "period": periods[month],
            "quantity": split[pair, market, month],
        }
    )
    return rows.groupby(["item", "market", "period"], as_index=False)["quantity"].sum()
