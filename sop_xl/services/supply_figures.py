"""The figures of the Supply review, place by month, before they become rows: plan, demand, stock, what is fixed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.views import CLOSED_MONTHS
from sop_xl.services.review_figures import joined_reasons, review_months

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sop_xl.domain.plan_data import PlanData

KEY = ["item", "location"]
SEEN = 1e-6
"""Units below which nothing is made."""


@dataclass(frozen=True)
class SupplyFigures:
    """Figures of the places on the grid, families by money and places by money within; NaN is blank.

    Attributes:
        places: one row an item and location: item, location, label, family, uom, standard_cost, cycle12 (units that the
            last cycle planned for the 12 months; blank where it did not, or where the item has several places),
            at_most (money that its fixed quantities cost at most; blank where that is not known).
        months: the open months of the grid.
        closed: units made or received in the last closed months; shape (places, 3).
        planned: units made, or bought where nothing is made, of the last plan; shape (places, 12).
        free: the same of the plan without any fixed quantity; shape (places, 12).
        asked: what customers and production ask for, and what is shipped to other places; shape (places, 12).
        closing: stock at the month's end as planned; shape (places, 12).
        fixed: quantities that a planner fixed; shape (places, 12).
        reasons: why, by place.
    """

    places: pd.DataFrame = field(repr=False)
    months: pd.PeriodIndex
    closed: NDArray[np.float64] = field(repr=False)
    planned: NDArray[np.float64] = field(repr=False)
    free: NDArray[np.float64] = field(repr=False)
    asked: NDArray[np.float64] = field(repr=False)
    closing: NDArray[np.float64] = field(repr=False)
    fixed: NDArray[np.float64] = field(repr=False)
    reasons: tuple[str, ...] = ()


def supply_figures(data: PlanData, results: Mapping[str, pd.DataFrame]) -> SupplyFigures:
    """Return the figures of every place that makes the item, or buys it for customers, or has a quantity fixed.

    Args:
        data: the input; its targets are what the rows of fixed quantities show.
        results: the tables supply_plan, production, fixed_plan, last_cycle and item_costs.
    """
    now = data.settings.current_period
    months, past = review_months(now), pd.period_range(now - CLOSED_MONTHS, periods=CLOSED_MONTHS, freq="M")
    plan = results["supply_plan"]
    made = set(zip(*(results["production"][name] for name in KEY), strict=True))
    fixed = fixed_rows(data["targets"], plan, made)
    fixed = fixed[fixed["period"].isin(months)]
    places = _places(data, plan, made, fixed, results["item_costs"])
    keys = pd.MultiIndex.from_frame(places[KEY])
    own = np.array([key in made for key in keys], dtype=bool).reshape(-1, 1)

    def monthly(rows: pd.DataFrame, value: str) -> NDArray[np.float64]:
        wide = rows.groupby([*KEY, "period"])[value].sum(min_count=1).unstack("period")
        return wide.reindex(index=keys, columns=months).to_numpy(float)

    planned = np.where(own, monthly(plan, "production"), monthly(plan, "purchases"))
    beside = results["fixed_plan"]
    free = monthly(beside, "free") if len(beside) else np.full(planned.shape, np.nan)
    free = np.where(np.isnan(free), planned, free)
    typed = monthly(fixed, "fixed_production")
    places = places.assign(
        cycle12=_last_cycle(places, results["last_cycle"], months),
        at_most=_at_most(beside).reindex(keys).to_numpy(float),
    )
    order = _order(places, planned)
    why = fixed.groupby(KEY)[["period", "reason"]].apply(lambda rows: joined_reasons(rows.assign(market="")))
    reasons = [str(why.get(key, "")) for key in keys]
    return SupplyFigures(
        places=places.iloc[order].reset_index(drop=True),
        months=months,
        closed=_closed(data, places, own[:, 0], past)[order],
        planned=planned[order],
        free=free[order],
        asked=monthly(plan.assign(asked=plan["demand"] + plan["shipped_out"]), "asked")[order],
        closing=monthly(plan, "closing")[order],
        fixed=typed[order],
        reasons=tuple(reasons[k] for k in order),
    )


def fixed_rows(targets: pd.DataFrame, plan: pd.DataFrame, made: set[tuple[str, str]]) -> pd.DataFrame:
    """Return the rows of `targets` that fix a quantity, each at its place: without a location, where the item is made.

    Args:
        targets: the input table.
        plan: the result table `supply_plan`.
        made: pairs of item and location that make.
    """
    rows = targets[targets["fixed_production"].notna()]
    planned = dict.fromkeys(zip(plan["item"], plan["location"], strict=True))
    where: dict[str, list[str]] = {}
    for item, place in sorted(planned, key=lambda pair: pair not in made):
        where.setdefault(item, []).append(place)
    at = [
        place or next(iter(where.get(item, [])), "") for item, place in zip(rows["item"], rows["location"], strict=True)
    ]
    return rows.assign(location=pd.array(at, dtype=rows["location"].dtype))


def _places(
    data: PlanData, plan: pd.DataFrame, made: set[tuple[str, str]], fixed: pd.DataFrame, costs: pd.DataFrame
) -> pd.DataFrame:
    """Return the places on the grid with what is known of their items."""
    sums = plan.groupby(KEY, sort=True)[["production", "purchases", "served", "used"]].sum()
    sold = (sums["purchases"] > SEEN) & (sums["served"] - sums["used"] > SEEN)
    typed = set(zip(fixed["item"], fixed["location"], strict=True))
    shown = [key in typed or (key in made and sums.at[key, "production"] > SEEN) for key in sums.index]
    places = sums.index[np.array(shown, dtype=bool) | sold.to_numpy()].to_frame(index=False)
    items = data["items"].set_index("item").reindex(places["item"])
    names = items["description"].fillna("").to_numpy()
    return places.assign(
        label=np.where(names == "", places["item"], names),
        family=items["family"].fillna("").to_numpy(),
        uom=items["uom"].fillna("").to_numpy(),
        standard_cost=places["item"].map(costs.set_index("item")["standard_cost"]).to_numpy(float),
    )


def _last_cycle(places: pd.DataFrame, last: pd.DataFrame, months: pd.PeriodIndex) -> NDArray[np.float64]:
    wide = last[last["period"].isin(months)].groupby(["item", "period"])["supply"].sum(min_count=1).unstack("period")
    before = wide.reindex(index=places["item"], columns=months).to_numpy(float)
    alone = ~places["item"].duplicated(keep=False).to_numpy()
    return np.where(alone & ~np.isnan(before).any(axis=1), np.nansum(before, axis=1), np.nan)


def _at_most(beside: pd.DataFrame) -> pd.Series:
    """Return what the fixed quantities of a place cost at most, in money; blank where a price is not known.

    A plan's cost is convex in what is fixed, so the price of a unit at the fixed quantity, times the units it is away
    from the free plan, is never below what it costs; whole lots, setups and workers as the plan has them.
    """
    money = beside["unit_cost"] * (beside["fixed"] - beside["free"])
    return money.groupby([beside[name] for name in KEY]).agg(lambda values: values.sum(skipna=False))


def _closed(data: PlanData, places: pd.DataFrame, own: NDArray[np.bool_], past: pd.PeriodIndex) -> NDArray[np.float64]:
    """Return what was made, or received where nothing is made; a place has actuals of its own or of its item alone."""
    rows = data["actuals"]
    rows = rows[rows["measure"].isin(["production", "receipts"]) & rows["period"].isin(past)]
    sums = rows.groupby(["measure", *KEY, "period"])["quantity"].sum(min_count=1)
    alone = ~places["item"].duplicated(keep=False).to_numpy()
    found = np.full((len(places), len(past)), np.nan)
    for k, (item, place) in enumerate(zip(places["item"], places["location"], strict=True)):
        measure = "production" if own[k] else "receipts"
        for location in (place, "") if alone[k] else (place,):
            values = [sums.get((measure, item, location, month), np.nan) for month in past]
            if np.isnan(found[k]).all():
                found[k] = values
    return found


def _order(places: pd.DataFrame, planned: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places' order: families by money of the next months, places by money within, then by code."""
    money = np.nansum(planned, axis=1) * places["standard_cost"].fillna(0.0).to_numpy()
    family = places.assign(money=money).groupby("family")["money"].transform("sum").to_numpy()
    keys = pd.DataFrame(
        {"all": -family, "family": places["family"], "money": -money, "item": places["item"], "at": places["location"]}
    )
    return keys.sort_values([*keys], kind="stable").index.to_numpy()
