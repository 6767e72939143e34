"""Building ahead of peaks: the hours that have to be worked before they are wanted, and whether that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import PREBUILD
from sop_xl.supply.hours import OVERTIME_PREMIUM
from sop_xl.supply.rates import Rates, unit_rates
from sop_xl.supply.rough_cut import bill_lines, bills_of_labour, goods_made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData


HALF_AN_HOUR = 0.5
"""Less than this is none."""


def hours_ahead(wanted: np.ndarray, worked: np.ndarray) -> np.ndarray:
    """Return the hours that are worked by the end of each month for months after it; same shape.

    A month that works less than it wants lives on what was done before: P[t] = max(0, P[t+1] + wanted[t+1] -
    worked[t+1]), and nothing is ahead of the last month.

    Args:
        wanted: hours if all were made in its month; shape (months,).
        worked: hours of the plan; same shape.
    """
    ahead = np.zeros(len(wanted))
    for month in range(len(wanted) - 2, -1, -1):
        ahead[month] = max(0.0, ahead[month + 1] + wanted[month + 1] - worked[month + 1])
    return ahead


def prebuild(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `prebuild`: one row a resource that wants more than its regular hours in a month.

    Hours built ahead are those that later months want and do not work. They cost holding; without them the same
    hours would be overtime in the months beyond regular hours, as far as the limit leaves room beside the overtime
    planned, and a month late beyond that. Holding and lateness of a unit are shared among all hours it takes
    (`_holding`, `_lateness`), so that the costs of all resources add up to those of the goods, once.

    Args:
        data: the input tables.
        frames: the results `load`, `production`, `supply_plan` and `item_costs`.
    """
    money = _per_hour(data, frames)
    rows = []
    for resource, table in frames["load"].groupby("resource", sort=True):
        table = table.sort_values("period")  # noqa: PLW2901
        wanted, there = table["wanted_hours"].to_numpy(float), table["available_hours"].to_numpy(float)
        if np.isnan(there).any() or not (wanted > there + 1e-6).any():
            continue
        beyond = np.maximum(wanted - there, 0.0)
        worked, overtime_limit = (
            table[name].fillna(0.0).to_numpy(float) for name in ("required_hours", "overtime_limit")
        )
        ahead = np.minimum(hours_ahead(wanted, worked), np.maximum(np.cumsum(worked - wanted), 0.0))
        moved = float(np.maximum(np.diff(ahead, prepend=0.0), 0.0).sum())
        room = np.minimum(np.maximum(overtime_limit - np.maximum(worked - there, 0.0), 0.0), beyond)
        overtime = float(room.sum())
        cost = money.loc[resource]
        holding = float(ahead.sum() * cost["holding"])
        premium, late = min(moved, overtime), max(moved - overtime, 0.0)
        instead = premium * cost["premium"] + late * cost["late"]
        rows.append(
            {
                "resource": resource,
                "peak_period": table["period"].iloc[int(np.argmax(beyond))],
                "hours_beyond": float(beyond.sum()),
                "hours_ahead": moved,
                "months_ahead": float(ahead.sum()) / moved if moved > 0 else np.nan,
                "holding_cost": holding,
                "overtime_hours_saved": premium,
                "late_hours_saved": late,
                "cost_without": instead,
                "saving": instead - holding,
                "verdict": _verdict(moved, late, instead, holding),
            }
        )
    return conform(PREBUILD, pd.DataFrame(rows, columns=list(PREBUILD.fields)))


def _verdict(moved: float, late: float, instead: float, holding: float) -> str:
    """Return what building ahead is good for: service comes before money, so lateness it avoids is not weighed."""
    if moved <= HALF_AN_HOUR:
        return "nothing is built ahead"
    if late > HALF_AN_HOUR:
        return "late without it"
    return "pays" if instead >= holding else "dearer than overtime"


def _per_hour(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return money an hour of each resource: holding what it makes for a month, its lateness, the overtime premium."""
    rates = unit_rates(data, frames["item_costs"])
    costs = data["resources"].set_index("resource")
    regular = costs["cost_per_hour"].fillna(0.0)
    overtime = costs["overtime_cost_per_hour"].fillna(OVERTIME_PREMIUM * regular)
    holding, late = _holding(data, frames, rates), _lateness(data, frames, rates)
    return pd.DataFrame({"holding": holding, "late": late, "premium": overtime - regular}).fillna(0.0)


def _holding(data: PlanData, frames: Mapping[str, pd.DataFrame], rates: Rates) -> pd.Series:
    """Return what an hour of each resource adds to the holding cost of a month, money an hour.

    Echelon holding cost, Clark and Scarf (1960), Management Science 6(4): a unit holds what it costs beyond its made
    components, which hold theirs. That is shared among the hours of its own operations.
    """
    items = data["items"]["item"]
    own = dict(zip(items, rates.holding, strict=True))
    made = frames["production"]
    made = made[(made["resource"] != "") & (made["hours"] > 0)]
    hours = made.groupby(["item", "resource"], as_index=False)["hours"].sum()
    busy, (lines, _) = set(hours["item"]), bill_lines(data)
    added = {i: own[i] - sum(need * own[c] for c, need in lines.get(i, []) if c in busy) for i in busy}
    units = frames["supply_plan"].groupby("item")["production"].sum()
    share = hours["hours"] / hours.groupby("item")["hours"].transform("sum")
    worth = share * hours["item"].map(added).clip(lower=0.0) * hours["item"].map(units)
    total = hours.assign(worth=worth).groupby("resource")[["worth", "hours"]].sum()
    return total["worth"] / total["hours"]


def _lateness(data: PlanData, frames: Mapping[str, pd.DataFrame], rates: Rates) -> pd.Series:
    """Return what an hour of each resource costs where customers' goods are a month late for it, money an hour.

    The lateness of a good is shared among all hours that it and its components take.
    """
    late = dict(zip(data["items"]["item"], rates.backorder, strict=True))
    bills, rows = bills_of_labour(data), []
    for good, made in goods_made(frames["supply_plan"], data.calendar.periods).items():
        units, each = float(made.sum()), sum(bills[good].values())
        rows += [(r, units * h, late[good] * units * h / each) for (r, _), h in bills[good].items() if h > 0]
    total = pd.DataFrame(rows, columns=["resource", "hours", "worth"]).groupby("resource").sum()
    return total["worth"] / total["hours"]
