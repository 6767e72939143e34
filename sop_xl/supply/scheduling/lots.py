"""The monthly plan of one plant cut into lots: what each needs on which resource, when, and after what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.scheduling.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.scheduling.week_days import WeekDays

AHEAD = 10
"""Working days by which a lot may start before the month in which the plan makes it."""
LOT_DAYS = 2.0
"""A lot without a lot size is at most so many days of the resource that it keeps longest."""
LEAST_UNITS, LEAST_HOURS = 0.5, 0.05
"""What is less than both is no lot: crumbs of a plan that does not count in whole units."""
CRUMBS = 1e-4
"""Share of a need by which lots may ask for more than the plan bought, whose crumbs are no lots."""
MOST_LOTS = 20
"""Lots of an item and month at most."""


@dataclass(frozen=True)
class Lots:
    """Lots and their tasks.

    Attributes:
        lots: lot (its name), item, period, quantity, release, needed, due (in working days), weight, and material (what
            is bought and holds the release; blank where nothing does).
        tasks: lot (row of `lots`), resource, hours, setup_hours, setup; operations of a lot in their order.
        links: pairs of tasks: the first ends before the second starts; shape (pairs, 2).
        unrouted: item, period, quantity of what the plan makes on no resource.
    """

    lots: pd.DataFrame = field(repr=False)
    tasks: pd.DataFrame = field(repr=False)
    links: np.ndarray = field(repr=False)
    unrouted: pd.DataFrame = field(repr=False)

    def shop(self, resources: list[str], daily: np.ndarray) -> Shop:
        """Return the shop that makes them."""
        number = {name: row for row, name in enumerate(resources)}
        tasks = self.tasks.assign(resource=self.tasks["resource"].map(number).astype(int))
        return Shop(tasks, self.lots[["release", "needed", "due", "weight"]], self.links, daily)


def cut_lots(
    data: PlanData, frames: Mapping[str, pd.DataFrame], plant: str, days: WeekDays, mean_hours: Mapping[str, float]
) -> Lots:
    """Return the lots of the months that begin within `days`.

    A lot is the item's minimum lot or multiple, the last one what is left; without either, the month's quantity
    in equal parts of two days of its longest operation at most. It is due at the end of its month, as the plan
    has it, and needed on the day on which stock would run out without it.

    Args:
        data: the input tables.
        frames: the results `production` and `supply_plan`.
        plant: the location.
        days: the working days.
        mean_hours: hours of a day of each resource.
    """
    made = frames["production"]
    first = data.calendar.periods[0]
    inside = made["location"].eq(plant) & (made["period"] <= first + int(days.month[-1]))
    inside &= (made["quantity"] >= LEAST_UNITS) | (made["hours"] >= LEAST_HOURS)
    made = made[inside].assign(month=lambda f: (f["period"].dt.year - first.year) * 12 + f["period"].dt.month)
    made["month"] = made["month"] - first.month
    unrouted = made[made["resource"] == ""]
    made = _with_operation(data, made[made["resource"] != ""])
    counts = _lot_counts(data, made, mean_hours)
    lots = _with_dates(_lots(made, counts), frames["supply_plan"], plant, days)
    lots = _with_material(data, lots, frames["supply_plan"], plant, days)
    tasks = _tasks(data, made, lots)
    links = _links(data, lots, tasks, frames["supply_plan"], plant)
    return Lots(lots, tasks, links, unrouted)


def _with_operation(data: PlanData, made: pd.DataFrame) -> pd.DataFrame:
    """Add the operation of each row: the first one that the item has on the resource, and its setup hours."""
    routings = data["routings"]
    own = routings[["item", "resource", "operation", "setup_hours"]].copy()
    own["operation"] = pd.to_numeric(own["operation"], errors="coerce").fillna(0.0)
    own["setup_hours"] = own["setup_hours"].fillna(0.0)
    own = own.groupby(["item", "resource"], as_index=False).agg({"operation": "min", "setup_hours": "max"})
    return made.merge(own, on=["item", "resource"], how="left").fillna({"operation": 0.0, "setup_hours": 0.0})


def _lot_counts(data: PlanData, made: pd.DataFrame, mean_hours: Mapping[str, float]) -> pd.DataFrame:
    """Return item, period, month, quantity, size and lots: how each month's quantity is cut."""
    length = made["hours"] / made["resource"].map(mean_hours).astype(float)
    months = made.assign(length=length).groupby(["item", "period", "month"], as_index=False)
    table = months.agg({"quantity": "max", "length": "max"})
    items = data["items"].set_index("item")
    size = items[["min_lot", "lot_multiple"]].max(axis=1).reindex(table["item"]).to_numpy(float)
    size = np.where(size > 0, size, np.nan)
    parts = np.where(np.isnan(size), table["length"] / LOT_DAYS, np.round(table["quantity"] / size, 6))
    count = np.clip(np.ceil(np.round(parts, 6)), 1, MOST_LOTS).astype(int)
    # Where the lots of that size would be too many, they are larger.
    size = np.where(np.isnan(size) | (parts > MOST_LOTS), table["quantity"] / count, size)
    return table.assign(size=size, lots=count)


def _lots(made: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    rows = counts.loc[counts.index.repeat(counts["lots"])].reset_index(drop=True)
    turn = rows.groupby(["item", "period"]).cumcount()
    quantity = np.minimum(rows["size"], rows["quantity"] - rows["size"] * turn)
    name = rows["item"] + " " + rows["period"].astype(str).str[2:] + " " + (turn + 1).astype(str)
    lots = pd.DataFrame({"lot": name, "item": rows["item"], "period": rows["period"], "month": rows["month"]})
    return lots.assign(quantity=np.round(quantity, 6), share=quantity / rows["quantity"])


def _with_dates(lots: pd.DataFrame, plan: pd.DataFrame, plant: str, days: WeekDays) -> pd.DataFrame:
    """Add release, needed and due: when the lot may start, when stock runs out without it, and its month's end."""
    lots = lots.sort_values(["item", "month", "lot"], ignore_index=True)
    plan = plan[plan["location"] == plant]
    wide = plan.assign(out=plan["served"] + plan["shipped_out"] - plan["purchases"] - plan["received"])
    net = wide.pivot_table(index="item", columns="period", values="out", aggfunc="sum", fill_value=0.0)
    daily = np.cumsum(days.spread(net.reindex(lots["item"]).fillna(0.0).to_numpy(float)), axis=1)
    opening = plan.sort_values("period").drop_duplicates("item").set_index("item")["opening"]
    before = lots.groupby("item")["quantity"].cumsum() - lots["quantity"] + lots["item"].map(opening).fillna(0.0)
    short = daily > before.to_numpy(float)[:, None] + 1e-6
    runs_out = np.where(short.any(axis=1), short.argmax(axis=1), days.count + 1.0)
    start = np.array([days.starts(month) for month in lots["month"]])
    last = np.array([days.starts(month + 1) for month in lots["month"]])
    due = np.where(lots["month"] == days.month[-1], _month_end(days), last)
    needed = np.clip(runs_out, start + 1.0, due)
    return lots.assign(release=np.maximum(start - AHEAD, 0.0), needed=needed, due=due, weight=1.0)


def _with_material(data: PlanData, lots: pd.DataFrame, plan: pd.DataFrame, plant: str, days: WeekDays) -> pd.DataFrame:
    """Hold back lots until what is bought for them is there: stock, then what arrives at the start of its month.

    Lots take it first come, first served, as in `_links`; what customers and other places take goes month by month.
    """
    plan = plan[plan["location"] == plant].sort_values("period")
    into = plan.assign(into=plan["purchases"] + plan["received"])
    out = plan.assign(out=plan["served"] - plan["used"] + plan["shipped_out"])
    opening = plan.drop_duplicates("item").set_index("item")["opening"]
    release, material = lots["release"].to_numpy(float).copy(), np.full(len(lots), "", dtype=object)
    need = component_needs(data, lots)
    for component, lines in need[~need["component"].isin(lots["item"])].groupby("component", sort=True):
        if component not in opening.index:
            continue
        arrived = into.loc[into["item"] == component, "into"].cumsum().to_numpy(float)
        gone = out.loc[out["item"] == component, "out"].cumsum().to_numpy(float)
        there = np.maximum.accumulate(opening[component] + arrived - np.r_[0.0, gone[:-1]])
        users = lines.sort_values(["needed", "name"], kind="stable")
        month = np.searchsorted(there, users["need"].cumsum().to_numpy(float) * (1.0 - CRUMBS) - LEAST_UNITS)
        for lot, at in zip(users["lot"].to_numpy(int), np.minimum(month, len(there) - 1), strict=True):
            if (start := days.starts(int(at))) > release[lot]:
                release[lot], material[lot] = start, component
    return lots.assign(release=release, material=material)


def _month_end(days: WeekDays) -> float:
    """Return the day on which the last month ends, though it may be after the days there are."""
    return days.starts(int(days.month[-1])) + float(days.in_month[-1])


def _tasks(data: PlanData, made: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks of the lots, operation by operation; hours in the plan that are setups stay apart from them."""
    items = data["items"].set_index("item")
    family = items["subfamily"].where(items["subfamily"] != "", items["family"])
    rows = lots.reset_index(names="number").merge(
        made[["item", "period", "resource", "operation", "hours", "setup_hours"]], on=["item", "period"]
    )
    rows = rows.sort_values(["number", "operation", "resource"], kind="stable", ignore_index=True)
    work = np.maximum(rows["hours"] - rows["setup_hours"], 0.0) * rows["share"]
    return pd.DataFrame(
        {
            "lot": rows["number"],
            "resource": rows["resource"],
            "operation": rows["operation"],
            "hours": work,
            "setup_hours": rows["setup_hours"],
            "setup": rows["item"].map(family).fillna(""),
        }
    )


def _links(data: PlanData, lots: pd.DataFrame, tasks: pd.DataFrame, plan: pd.DataFrame, plant: str) -> np.ndarray:
    """Return what waits for what: the operations of a lot, and lots that need components of other lots.

    Lots take components first come, first served: those needed first get what is in stock, then what is bought or
    received in the month, then the lots of the component in their order.
    """
    pairs: list[tuple[int, int]] = []
    first, last = _ends(tasks, pairs)
    plan = plan[plan["location"] == plant].sort_values("period")
    there = plan.drop_duplicates("item").set_index("item")["opening"]
    bought = plan.assign(into=plan["purchases"] + plan["received"]).groupby("item")["into"].sum()
    supply = {item: there.get(item, 0.0) + bought.get(item, 0.0) for item in there.index}
    made = dict(iter(lots.groupby("item", sort=False)))
    need = component_needs(data, lots)
    for component, lines in need[need["component"].isin(list(made))].groupby("component", sort=True):
        users = lines.sort_values(["needed", "name"], kind="stable").set_index("lot")
        wanted = users["need"].cumsum().to_numpy(float) - supply.get(component, 0.0)
        ready = made[component]["quantity"].cumsum().to_numpy(float)
        source = np.searchsorted(ready, np.round(wanted, 6) - 1e-6)
        for user, at, short in zip(users.index, source, wanted, strict=True):
            if short > 1e-6:
                lot = made[component].index[min(int(at), len(ready) - 1)]
                pairs += [(end, start) for end in last[lot] for start in first[user]]
    return np.array(sorted(set(pairs)), dtype=int).reshape(-1, 2)


def component_needs(data: PlanData, lots: pd.DataFrame) -> pd.DataFrame:
    """Return lot (row of `lots`), name, needed, component and need: what each lot takes, by the bill of its month."""
    bom = data["bom"]
    lines = bom.assign(per=bom["qty_per"] / (1.0 - bom["scrap_pct"].fillna(0.0) / 100.0))[
        ["parent", "component", "per", "valid_from", "valid_to"]
    ]
    rows = lots.reset_index(names="number").merge(lines, left_on="item", right_on="parent")
    too_early, too_late = rows["valid_from"] > rows["period"], rows["valid_to"] < rows["period"]
    rows = rows[~(too_early | too_late)]
    needs = {"lot": rows["number"], "name": rows["lot"], "needed": rows["needed"], "component": rows["component"]}
    return pd.DataFrame({**needs, "need": rows["per"] * rows["quantity"]})


def _ends(tasks: pd.DataFrame, pairs: list[tuple[int, int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return the first and last tasks of each lot, and add to `pairs` that its operations follow each other."""
    first: dict[int, list[int]] = {}
    last: dict[int, list[int]] = {}
    for (lot, _), rows in tasks.groupby(["lot", "operation"], sort=True):
        mine = rows.index.tolist()
        pairs += [(before, task) for before in last.get(lot, []) for task in mine]
        first.setdefault(lot, mine)
        last[lot] = mine
    return first, last
