"""The distribution plan: how much each place should get, what it gets, and what is fair where there is not enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.lead_time import lead_months
from sop_xl.schema.frames import conform
from sop_xl.schema.results import DISTRIBUTION
from sop_xl.supply.fair_share import fair_share
from sop_xl.supply.replenishment import planned_receipts, shipments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

LANE = ["item", "from_location", "to_location"]
WHOLE = 1e-6


def distribution(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `distribution`: each item on each lane that the plan or a place's need uses.

    Need is what has to leave so that the place keeps its target stock, in whole multiples, counted from its stock
    and what is on its way (distribution requirements planning). What leaves earlier than needed counts for later
    months; what is still missing is short. Where that happens on one of several lanes from a place, fair share gives
    every place that it supplies the same cover of its demand of the month of arrival.

    Args:
        data: the input tables.
        frames: the results `supply_plan` and `transfers`.
    """
    moved = frames["transfers"]
    rows = pd.concat([_needs(data, frames["supply_plan"], moved), _planned(moved)], ignore_index=True)
    if rows.empty:
        return conform(DISTRIBUTION, pd.DataFrame(columns=list(DISTRIBUTION.fields)))
    rows = rows.groupby([*LANE, "ship_period"], as_index=False).sum()
    rows = rows[(rows["need"] > WHOLE) | (rows["planned"] > WHOLE)]
    lanes = _lanes(data, moved)
    rows = rows.merge(lanes, on=LANE, how="left")
    rows["arrive_period"] = [ship + int(lead) for ship, lead in zip(rows["ship_period"], rows["lead"], strict=True)]
    rows["short"] = _short(rows)
    rows["fair_share"] = _fair(rows, frames["supply_plan"])
    rows["loads"] = np.where(
        rows["multiple"] > 0, rows["planned"] / rows["multiple"].where(rows["multiple"] > 0), np.nan
    )
    items = data["items"].set_index("item")
    rows = rows.assign(
        description=rows["item"].map(items["description"]).fillna(""), family=rows["item"].map(items["family"])
    )
    worst = rows[rows["short"] > WHOLE].sort_values(["ship_period", "short"], ascending=[True, False], kind="stable")
    return conform(DISTRIBUTION, rows.assign(rank=pd.Series(np.arange(1.0, len(worst) + 1), index=worst.index)))


def _planned(moved: pd.DataFrame) -> pd.DataFrame:
    return moved[[*LANE, "ship_period"]].assign(planned=moved["quantity"], cost=moved["cost"], need=0.0)


def _lanes(data: PlanData, moved: pd.DataFrame) -> pd.DataFrame:
    """Return lead (months), transit days and multiple of each item on each lane; an item's own row comes first."""
    lanes = data["lanes"]
    pairs = moved[LANE].drop_duplicates()
    own = lanes[lanes["item"] != ""]
    common = lanes[lanes["item"] == ""].drop(columns="item")
    found = pairs.merge(own, on=LANE, how="left").merge(
        common, on=["from_location", "to_location"], how="left", suffixes=("", "_all")
    )
    fields = {name: found[name].fillna(found[f"{name}_all"]).fillna(0.0) for name in ("transit_days", "multiple")}
    lead = lead_months(fields["transit_days"], data.settings.days_in_year)
    return pairs.reset_index(drop=True).assign(**fields, lead=lead)


def _needs(data: PlanData, plan: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Return what each place needs of each item, on the lane that brings it most."""
    lanes = _lanes(data, moved)
    brought = moved.groupby(LANE, as_index=False)["quantity"].sum().merge(lanes, on=LANE)
    main = brought.sort_values("quantity", ascending=False, kind="stable").drop_duplicates(["item", "to_location"])
    months = data.calendar.periods
    wide = {
        name: plan.pivot_table(index=["item", "location"], columns="period", values=name, aggfunc="sum", fill_value=0.0)
        for name in ("demand", "shipped_out", "received", "production", "purchases", "target", "opening")
    }
    on_lanes = _arrivals(moved, months)
    parts = []
    for lane in main.sort_values(LANE, kind="stable").itertuples():
        place = (lane.item, lane.to_location)
        at = {name: table.loc[place].reindex(months).fillna(0.0).to_numpy(float) for name, table in wide.items()}
        on_way = np.maximum(at["received"] - on_lanes.get(place, 0.0), 0.0) + at["production"] + at["purchases"]
        target = at["target"]
        # A target that moves is a need of its own: what it rises by is wanted on top of what leaves.
        need = at["demand"] + at["shipped_out"] + np.diff(target, prepend=0.0)
        wanted = planned_receipts(at["opening"][0], need, on_way, lead=int(lane.lead), multiple=float(lane.multiple))
        sent = shipments(wanted, int(lane.lead))
        keys = {"item": lane.item, "from_location": lane.from_location, "to_location": lane.to_location}
        parts.append(pd.DataFrame({**keys, "ship_period": months, "planned": 0.0, "cost": 0.0, "need": sent}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _arrivals(moved: pd.DataFrame, months: pd.PeriodIndex) -> dict[tuple[str, str], np.ndarray]:
    """Return what planned transfers bring to each item and place, by month."""
    sums = moved.groupby(["item", "to_location", "arrive_period"])["quantity"].sum().unstack(fill_value=0.0)
    sums = sums.reindex(columns=months, fill_value=0.0)
    return dict(zip(sums.index, sums.to_numpy(float), strict=True))


def _short(rows: pd.DataFrame) -> pd.Series:
    """Return what each month adds to the need that is not met yet: what came early counts for later months.

    `rows` are sorted by lane and month.
    """
    lanes = [rows[name] for name in LANE]
    missing = (rows["need"] - rows["planned"]).groupby(lanes).cumsum().clip(lower=0.0)
    before = missing.groupby(lanes).shift(fill_value=0.0)
    return (missing - before).clip(lower=0.0)


def _fair(rows: pd.DataFrame, plan: pd.DataFrame) -> pd.Series:
    """Return the fair share of what leaves each place in a month, where it is less than what is needed."""
    demand = plan.set_index(["item", "location", "period"])
    share = rows["planned"].copy()
    for _, group in rows.groupby(["item", "from_location", "ship_period"], sort=True):
        supply = float(group["planned"].sum())
        if len(group) < 2 or float(group["short"].sum()) <= WHOLE:
            continue
        keys = list(zip(group["item"], group["to_location"], group["arrive_period"], strict=True))
        wanted = np.array([demand["demand"].get(key, 0.0) for key in keys], float)
        there = np.array([demand["opening"].get(key, 0.0) for key in keys], float)
        if wanted.sum() > 0:
            share[group.index] = fair_share(supply, wanted, there)
    return share
