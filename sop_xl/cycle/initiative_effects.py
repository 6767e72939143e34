"""What each strategic initiative does to volume, capacity, cost and cash, month by month, and when it pays back.

The effects are additive parts, each initiative alone and as if certain, not differences of whole plans: volume on the
forecast without initiatives at net price and standard cost, hours at what one more is worth in the plan (the shadow
price: right for a few hours, too much for many) or, where the plan tells none, at the planned overtime they save.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.initiatives import acts_on, months_of, plan_weight
from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.results import INITIATIVE_EFFECTS, INITIATIVE_LIST

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

YEAR = 12
VOLUME_TYPES = ("market", "price")
"""Types whose quantity and percentage change demand."""
BASE = ["statistical", "event_qty", "launch_qty"]
"""What the forecast is without initiatives and without anybody's word."""
KEY = ["item", "market", "period"]


def initiative_effects(data: PlanData, forecast: pd.DataFrame, costs: pd.DataFrame, load: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `initiative_effects`; initiatives that are done or dropped have no rows.

    Args:
        data: the input.
        forecast: the result table `forecast`.
        costs: the result table `item_costs`.
        load: the result table `load`, with shadow prices.
    """
    table, periods = data["initiatives"], data.calendar.periods
    acts, base = months_of(data), _base(forecast, costs)
    parts = []
    for row, one in enumerate(table.itertuples()):
        if one.status in ("done", "dropped"):
            continue
        parts.append(_of_one(data, one, acts[row], base, load))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(INITIATIVE_EFFECTS.fields))
    frame["period"] = pd.PeriodIndex(frame["period"], freq="M") if len(frame) else periods[:0]
    return conform(INITIATIVE_EFFECTS, frame)


def _base(forecast: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Item, market, period, units without initiatives, and price and cost of a unit."""
    units = forecast[BASE].sum(axis=1, min_count=1).fillna(0.0)
    unit = costs.set_index("item")[["net_price", "standard_cost"]].reindex(forecast["item"]).fillna(0.0)
    return forecast[KEY].assign(units=units, price=unit["net_price"].to_numpy(), cost=unit["standard_cost"].to_numpy())


def _of_one(data: PlanData, one: object, acts: np.ndarray, base: pd.DataFrame, load: pd.DataFrame) -> pd.DataFrame:
    """Return the months of one initiative."""
    periods = data.calendar.periods
    volume, revenue, cogs = _sales(data, one, acts, base)
    hours = np.where(acts, _number(one, "delta_hours"), 0.0)
    start = one.from_period if not pd.isna(one.from_period) else periods[0]  # type: ignore[attr-defined]
    spent = np.asarray(periods == start, dtype=float)
    money = {
        "revenue": revenue,
        "margin": revenue - cogs,
        "hours_worth": _worth(data, str(one.target), hours, load),  # type: ignore[attr-defined]
        "running_cost": np.where(acts, _number(one, "delta_cost"), 0.0),
        "one_off_cost": spent * _number(one, "one_off_cost"),
        "capex": spent * _number(one, "capex"),
    }
    cents = {name: round_half_up(np.round(values, 8)) for name, values in money.items()}
    net = cents["margin"] + cents["hours_worth"] - cents["running_cost"] - cents["one_off_cost"] - cents["capex"]
    name = one.initiative  # type: ignore[attr-defined]
    frame = pd.DataFrame({"initiative": name, "period": periods, "volume": volume, "hours": hours, **cents})
    return frame.assign(net=round_half_up(net), added_up=round_half_up(np.cumsum(net)))


def _worth(data: PlanData, resource: str, hours: np.ndarray, load: pd.DataFrame) -> np.ndarray:
    """Return what hours more (or fewer) of a resource are worth in each month."""
    rows = load[load["resource"].eq(resource)].set_index("period").reindex(data.calendar.periods)
    own = data["resources"].set_index("resource").reindex([resource]).iloc[0]
    premium = np.nan_to_num(own["overtime_cost_per_hour"] - own["cost_per_hour"])
    saved = np.minimum(hours, rows["overtime_hours"].fillna(0.0).to_numpy(float)) * max(premium, 0.0)
    price = rows["shadow_price"].to_numpy(float)
    return np.where(np.isnan(price), saved, hours * np.nan_to_num(price))


def _number(one: object, name: str) -> float:
    """A cell of an initiative; 0 where it is blank."""
    return float(np.nan_to_num(getattr(one, name)))


def _sales(
    data: PlanData, one: object, acts: np.ndarray, base: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return volume, revenue and cost of goods sold that one initiative adds in each month."""
    periods = data.calendar.periods
    month = data.calendar.index_of(base["period"])
    hit = acts_on(data, base, str(one.target)) & acts[month]  # type: ignore[attr-defined]
    rows, at = base[hit], month[hit]
    added = np.zeros(len(rows))
    if one.type in VOLUME_TYPES:  # type: ignore[attr-defined]
        added += rows["units"].to_numpy() * _number(one, "delta_pct") / 100.0
        sums = np.bincount(at, rows["units"], len(periods))[at]
        each = np.bincount(at, minlength=len(periods))[at]
        share = np.where(sums > 0, rows["units"] / np.where(sums > 0, sums, 1.0), 1.0 / np.maximum(each, 1))
        added += share * _number(one, "delta_qty")
        added = np.maximum(added, -rows["units"].to_numpy())
    change = _number(one, "price_change_pct") / 100.0
    price = rows["price"].to_numpy()
    revenue = added * price * (1.0 + change) + rows["units"].to_numpy() * price * change
    months = len(periods)
    return (
        np.bincount(at, added, months),
        np.bincount(at, revenue, months),
        np.bincount(at, added * rows["cost"].to_numpy(), months),
    )


def initiative_list(data: PlanData, effects: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `initiative_list`: the effects of the next 12 months, and the payback month.

    Args:
        data: the input.
        effects: the result table `initiative_effects`.
    """
    table = data["initiatives"].assign(in_plan_pct=100.0 * plan_weight(data["initiatives"]))
    table = table[table["initiative"].isin(effects["initiative"])]
    year = effects[effects["period"].lt(data.settings.current_period + YEAR)]
    sums = year.groupby("initiative")[["volume", "hours", "margin", "hours_worth", "running_cost", "net"]].sum()
    spent = effects.groupby("initiative")[["capex", "one_off_cost"]].sum().sum(axis=1)
    sums["benefit"] = sums["margin"] + sums["hours_worth"] - sums["running_cost"]
    listed = table.merge(sums.reset_index(), on="initiative")
    listed["spending"] = listed["initiative"].map(spent)
    for name in ("benefit", "spending", "net"):
        listed[name] = round_half_up(listed[name].to_numpy(float))
    listed["weighed"] = round_half_up((listed["net"] * listed["probability_pct"] / 100.0).to_numpy(float))
    listed["payback"] = pd.PeriodIndex(listed["initiative"].map(_paybacks(effects)), freq="M")
    order = listed.sort_values(["weighed", "initiative"], ascending=[False, True], ignore_index=True)
    return conform(INITIATIVE_LIST, order.assign(rank=range(1, len(order) + 1)))


def _paybacks(effects: pd.DataFrame) -> dict[str, pd.Period]:
    """The first month from which on what was spent has come back, by initiative."""
    found = {}
    for name, rows in effects.sort_values("period").groupby("initiative"):
        spent = (rows["capex"] + rows["one_off_cost"]).cumsum()
        back = rows["period"][spent.gt(0.0) & rows["added_up"].ge(0.0)]
        if len(back):
            found[str(name)] = back.iloc[0]
    return found
