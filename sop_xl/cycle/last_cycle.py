"""The plan of the cycle before: what this cycle's figures are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.money import split_cents
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.results import LAST_CYCLE

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_MONTHS = 36
"""Closed months whose last forecast is kept."""

KEY = ["item", "period"]


def roll_last_cycle(
    previous: Mapping[str, pd.DataFrame], last_cycle: pd.DataFrame, current_period: pd.Period
) -> pd.DataFrame:
    """Return `last_cycle` for a run in `current_period`, before that run overwrites the stored results.

    Where the stored forecast starts before `current_period`, its plan becomes the last cycle: months
    from its start on are taken from it, earlier ones keep the figure made one month before they
    closed (lag 1). Where it starts in `current_period`, the same cycle is run again and nothing
    changes. Months closed for more than 36 months are dropped.

    Args:
        previous: the stored results by name: forecast, supply_plan, finance, item_costs; each may be missing.
        last_cycle: the stored `last_cycle`, perhaps empty.
        current_period: the first open month of the run that starts.
    """
    forecast = previous.get("forecast")
    if forecast is None or not len(forecast) or forecast["period"].min() >= current_period:
        return conform(LAST_CYCLE, last_cycle)
    stored = forecast["period"].min()
    kept = last_cycle[last_cycle["period"].lt(stored) & last_cycle["period"].ge(current_period - KEPT_MONTHS)]
    plan = _stored_plan(previous, forecast).assign(cycle=str(stored))
    new = plan[plan["period"].ge(max(stored, current_period - KEPT_MONTHS))]
    return conform(LAST_CYCLE, pd.concat([kept, new[list(LAST_CYCLE.fields)]], ignore_index=True))


def _stored_plan(previous: Mapping[str, pd.DataFrame], forecast: pd.DataFrame) -> pd.DataFrame:
    """Forecast, supply, closing and money of every item and month that is forecast or served."""
    units = forecast.sort_values([*KEY, "market"]).groupby(KEY)["consensus"].sum(min_count=1).rename("forecast")
    plan = _supply(previous)
    money = _money(previous, plan)
    rows = units.index.union(money.index)
    supply = plan.rename(columns={"customers": "served"})[["supply", "closing", "served"]]
    return pd.concat([units, supply, money], axis=1).reindex(rows).reset_index()


def _supply(previous: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Supply, closing and units for customers by item and month, all locations; the item's family."""
    plan = previous.get("supply_plan")
    if plan is None or not len(plan):
        index = pd.MultiIndex.from_frame(empty_frame(LAST_CYCLE)[KEY])
        return pd.DataFrame(index=index, columns=["family", "supply", "closing", "customers"], dtype=float)
    plan = plan.sort_values([*KEY, "location"]).assign(
        supply=plan["production"].fillna(0.0) + plan["purchases"].fillna(0.0),
        customers=plan["served"] - plan["used"].fillna(0.0),
    )
    sums = plan.groupby(KEY)[["supply", "closing", "customers"]].sum()
    return sums.join(plan.groupby(KEY)["family"].first())


def _money(previous: Mapping[str, pd.DataFrame], plan: pd.DataFrame) -> pd.DataFrame:
    """Revenue and cogs of the stored plan by item: the families' figures, split to the cent.

    Families are split by what customers get at net price (revenue) or standard cost (cogs).
    """
    finance, costs = previous.get("finance"), previous.get("item_costs")
    sold = plan[plan["customers"] > 0]
    if finance is None or costs is None or not len(finance):
        return pd.DataFrame(index=sold.index[:0], columns=["revenue", "cogs"], dtype=float)
    unit = costs.set_index("item")[["net_price", "standard_cost"]].reindex(sold.index.get_level_values("item"))
    weights = pd.DataFrame(
        {
            "family": sold["family"],
            "revenue": sold["customers"] * unit["net_price"].fillna(0.0).to_numpy(),
            "cogs": sold["customers"] * unit["standard_cost"].fillna(0.0).to_numpy(),
        }
    )
    return pd.DataFrame({line: _split(finance, weights, line) for line in ("revenue", "cogs")})


def _split(finance: pd.DataFrame, weights: pd.DataFrame, line: str) -> pd.Series:
    planned = finance[finance["line"].eq(line) & finance["version"].eq("plan")]
    totals = planned.groupby(["family", "period"])["amount"].sum().round(2)
    shares = [
        pd.Series(split_cents(totals.get(key, 0.0), group[line].to_numpy(float)), index=group.index)
        for key, group in weights.groupby(["family", weights.index.get_level_values("period")])
    ]
    return pd.concat(shares) if shares else pd.Series(dtype=float, index=weights.index)
