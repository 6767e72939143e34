"""Wrong data in words: what was fixed or frozen and cannot be, and limits that contradict each other.

The plan is always there: what cannot be kept is broken at the least cost. This says which figures made it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.lead_time import lead_months
from sop_xl.schema.inputs import ITEMS, LOCATIONS, SUPPLIERS, TARGETS
from sop_xl.supply.cause import amount_text
from sop_xl.supply.hours import read_hours

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

SLACK = 1e-6


def contradictions(data: PlanData, last_cycle: pd.DataFrame | None = None) -> list[Issue]:
    """Return a warning for each contradiction among the figures a plan must keep.

    Args:
        data: the valid input.
        last_cycle: last month's plan, which frozen months keep.
    """
    fixed = fixed_quantities(data, last_cycle)
    return [
        *_hours_missing(data, fixed),
        *_material_missing(data, fixed),
        *_lots_too_large(data),
        *_limits_crossed(data),
        *_shares_above_all(data),
        *_stores_too_full(data),
    ]


def fixed_quantities(data: PlanData, last_cycle: pd.DataFrame | None) -> pd.DataFrame:
    """Return item, month (from 0), quantity and word (`Fixed` or `Frozen`) of what must be made, by item."""
    months = len(data.calendar.periods)
    targets = data["targets"].dropna(subset="fixed_production")
    own = pd.DataFrame({"item": targets["item"], "month": data.calendar.index_of(targets["period"])})
    own = own.assign(quantity=targets["fixed_production"], word="Fixed")
    parts = [own]
    if last_cycle is not None and data.settings.frozen_months:
        month = data.calendar.index_of(last_cycle["period"])
        frozen = (month >= 0) & (month < data.settings.frozen_months)
        plan = last_cycle[frozen].assign(month=month[frozen], quantity=last_cycle["supply"][frozen], word="Frozen")
        told = set(zip(own["item"], own["month"], strict=True))
        known = [(item, at) in told for item, at in zip(plan["item"], plan["month"], strict=True)]
        parts.append(plan.loc[~np.array(known, dtype=bool), ["item", "month", "quantity", "word"]])
    rows = pd.concat(parts, ignore_index=True)
    made = data["items"].set_index("item")["source"].reindex(rows["item"]).isin(["make", "both"]).to_numpy()
    return rows[made & rows["month"].between(0, months - 1) & (rows["quantity"] > 0)].reset_index(drop=True)


def _warn(code: str, sheet: str, message: str, cure: str) -> Issue:
    return Issue(Severity.WARN, code, sheet, "", message, cure)


def _plan_of(words: pd.Series) -> str:
    return "Frozen" if (words == "Frozen").all() else "Fixed"


def _hours_missing(data: PlanData, fixed: pd.DataFrame) -> list[Issue]:
    """Name resources with fewer hours than fixed production takes: `Frozen May 27 plan needs 1,120 h of ...`."""
    routings = data["routings"]
    steps = routings.sort_values("alternative", kind="stable")
    single = steps[~steps.duplicated(["item", "operation"], keep=False)]
    need = fixed.merge(single, on="item")
    need = need.assign(hours=need["quantity"] * need["hours_per_unit"] + need["setup_hours"])
    names = list(data["resources"]["resource"])
    limit = read_hours(data, names).limit
    found = []
    for (resource, month), rows in need.groupby(["resource", "month"]):
        if resource not in names:
            continue
        hours, available = float(rows["hours"].sum()), float(limit[names.index(resource), int(month)])
        if hours > available + SLACK:
            when = month_text(data.calendar.periods[int(month)])
            message = (
                f"{_plan_of(rows['word'])} {when} plan needs {amount_text(hours)} h, "
                f"{resource} has {amount_text(available)}."
            )
            cure = f"Fix less of {_names(rows['item'])}, or give {resource} the hours."
            found.append(_warn("fixed-hours", TARGETS.sheet, message, cure))
    return found


def _names(items: pd.Series) -> str:
    names = list(dict.fromkeys(items))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _material_missing(data: PlanData, fixed: pd.DataFrame) -> list[Issue]:
    """Name bought components of which fixed production takes more than can be there by its month."""
    months = len(data.calendar.periods)
    lines = fixed.merge(data["bom"], left_on="item", right_on="parent")
    lines = lines.assign(need=lines["quantity"] * lines["qty_per"] / (1.0 - lines["scrap_pct"] / 100.0))
    bought = set(data["items"].loc[data["items"]["source"] == "buy", "item"])
    found = []
    for component, rows in lines[lines["component"].isin(bought)].groupby("component"):
        need = np.bincount(rows["month"], weights=rows["need"], minlength=months).cumsum()
        there = _within_reach(data, str(component), months)
        short = np.flatnonzero(need > there + SLACK)
        if len(short):
            when = month_text(data.calendar.periods[short[0]])
            message = (
                f"{_plan_of(rows['word'])} {when} plan needs {amount_text(need[short[0]])} {component}, "
                f"of which {amount_text(there[short[0]])} can be there by then."
            )
            cure = f"Fix less of {_names(rows['item'])}, or have {component} delivered sooner."
            found.append(_warn("fixed-material", TARGETS.sheet, message, cure))
    return found


def _within_reach(data: PlanData, item: str, months: int) -> np.ndarray:
    """Return what stock, orders on their way and suppliers can bring of an item by the end of each month."""
    stock, orders, suppliers = (
        table[table["item"] == item] for table in (data["stock"], data["open_orders"], data["suppliers"])
    )
    coming = np.zeros(months)
    orders = orders[orders["firm"].to_numpy(bool) & orders["type"].isin(["purchase", "production", "transfer"])]
    month = np.maximum(data.calendar.index_of(orders["period"]), 0)
    inside = month < months
    np.add.at(coming, month[inside], orders["quantity"].to_numpy(float)[inside])
    leads = lead_months(suppliers["lead_time_days"], data.settings.days_in_year)
    for lead, limit in zip(leads, suppliers["capacity_per_month"].fillna(np.inf), strict=True):
        coming[lead:] += limit
    return np.asarray(stock["quantity"].clip(lower=0.0).sum() + coming.cumsum())


def _lots_too_large(data: PlanData) -> list[Issue]:
    """Name items whose smallest lot takes more hours than any month has: they can never be made."""
    names = list(data["resources"]["resource"])
    most = dict(zip(names, read_hours(data, names).limit.max(axis=1), strict=True))
    items = data["items"]
    lots = items.assign(lot=items[["min_lot", "lot_multiple"]].max(axis=1))[["item", "lot"]]
    routings = data["routings"]
    single = routings[~routings.duplicated(["item", "operation"], keep=False)].merge(lots, on="item")
    found = []
    for row in single[single["lot"] > 0].itertuples():
        hours = row.lot * row.hours_per_unit + row.setup_hours
        if hours > most.get(row.resource, np.inf) + SLACK:
            message = (
                f"A lot of {amount_text(row.lot)} {row.item} takes {amount_text(hours)} h, "
                f"{row.resource} has {amount_text(most[row.resource])} in its best month: it is never made."
            )
            cure = "Lower the lot size, or give the resource hours."
            found.append(_warn("lot-too-large", ITEMS.sheet, message, cure))
    return found


def _limits_crossed(data: PlanData) -> list[Issue]:
    """Name minimum stocks above the maximum of the same month."""
    found = []
    for table, sheet in ((data["items"], ITEMS.sheet), (data["targets"], TARGETS.sheet)):
        for row in table[table["min_stock"] > table["max_stock"]].to_dict("records"):
            when = f" in {month_text(row['period'])}" if "period" in row else ""
            message = (
                f"Minimum stock {amount_text(row['min_stock'])} of {row['item']}{when} is above "
                f"its maximum {amount_text(row['max_stock'])}; the maximum is not kept."
            )
            found.append(_warn("min-above-max", sheet, message, "Correct one of the two."))
    return found


def _shares_above_all(data: PlanData) -> list[Issue]:
    """Name items whose suppliers' shares add up to more than all of it."""
    total = data["suppliers"].groupby("item")["share_pct"].sum()
    return [
        _warn(
            "shares",
            SUPPLIERS.sheet,
            f"The suppliers' shares of {item} add up to {share:g} %.",
            "Let them add up to 100 or less; what is left is free.",
        )
        for item, share in total[total > 100 + SLACK].items()
    ]


def _stores_too_full(data: PlanData) -> list[Issue]:
    """Name locations whose opening stock takes more room than they have."""
    volume = data["items"].set_index("item")["volume"]
    stock = data["stock"]
    room = (stock["quantity"].clip(lower=0.0) * stock["item"].map(volume).fillna(1.0)).groupby(stock["location"]).sum()
    found = []
    for row in data["locations"].dropna(subset="storage_capacity").itertuples():
        taken = float(room.get(row.location, 0.0))
        if taken > row.storage_capacity + SLACK:
            message = (
                f"Opening stock at {row.location} takes {amount_text(taken)} of room, "
                f"there is {amount_text(row.storage_capacity)}."
            )
            found.append(_warn("store-full", LOCATIONS.sheet, message, "Check the stock, or the storage capacity."))
    return found
