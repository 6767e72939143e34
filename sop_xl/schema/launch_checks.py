"""Checks of the new product plan: launches, gates and ends of life that contradict each other or the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.issue import Severity
from sop_xl.schema.bass_checks import bass_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.issue import Issue
    from sop_xl.domain.settings import Settings
    from sop_xl.schema.parse import Parsed

DEMAND = ("bookings", "shipments")


def life_checks(inputs: Mapping[str, Parsed], settings: Settings | None) -> list[Issue]:
    """Return what launches, gates and phase-outs say against each other; with settings, against today too."""
    issues = [*_launches(inputs), *_likes_given(inputs), *_curves(inputs), *_phase_outs(inputs)]
    if settings is not None:
        issues += [*_gates(inputs, settings), *_not_started(inputs, settings)]
    return issues


def _launches(inputs: Mapping[str, Parsed]) -> list[Issue]:
    launches, issues = inputs["launches"], []
    months = _launch_months(inputs)
    for row, launch in enumerate(launches.frame.itertuples()):
        if launch.item and months.iloc[row] is pd.NaT:
            message = f"{launch.launch} has no launch month, here or on Items: it is left out of the plan."
            issues.append(_warn(launches, "no-launch-month", row, "launch_period", message, "Enter the month."))
        if launch.cannibalises and launch.cannibalises == launch.item:
            message, cure = f"{launch.item} would take its sales from itself.", "Name another item, or clear the cell."
            issues.append(_warn(launches, "own-parent", row, "cannibalises", message, cure))
        if launch.cannibal_pct > 0 and not launch.cannibalises:
            message = f"{launch.launch} takes {launch.cannibal_pct:g} % from other items, but names none."
            issues.append(_warn(launches, "no-parent", row, "cannibalises", message, "Name the item that loses."))
    return issues


def _likes_given(inputs: Mapping[str, Parsed]) -> list[Issue]:
    """Warn of like items that are named and do not count, and of an item that would be like itself."""
    table, launches, issues = inputs["launch_likes"], inputs["launches"], []
    own = table.frame.assign(weight=table.frame["weight"].fillna(1.0))
    items = launches.frame.drop_duplicates("launch").set_index("launch")["item"]
    for row, like in enumerate(own.itertuples()):
        if like.like_item and items.get(like.launch, "") == like.like_item:
            message, cure = f"{like.like_item} would be like itself.", "Name another like item, or delete the row."
            issues.append(_warn(table, "own-like", row, "like_item", message, cure))
    weights = own.groupby("launch")["weight"].sum()
    for row, launch in enumerate(launches.frame.itertuples()):
        if weights.get(launch.launch, np.nan) == 0:
            message = f"The like items of {launch.launch} on Launch likes all weigh 0, so none of them counts."
            where = int(np.flatnonzero(own["launch"].eq(launch.launch))[0])
            issues.append(_warn(table, "no-weight", where, "weight", message, "Enter weights, or delete the rows."))
        elif launch.like_item and weights.get(launch.launch, 0) > 0:
            message = f"{launch.launch} has like items on Launch likes: {launch.like_item} counts only if it is there."
            cure = "Clear the cell, or add the item to Launch likes."
            if not (own["launch"].eq(launch.launch) & own["like_item"].eq(launch.like_item)).any():
                issues.append(_warn(launches, "two-like-items", row, "like_item", message, cure))
    return issues


def _curves(inputs: Mapping[str, Parsed]) -> list[Issue]:
    """Warn of Bass figures that give no curve, see `bass_faults`."""
    launches, actuals = inputs["launches"], inputs["actuals"].frame
    sold = set(actuals.loc[actuals["measure"].isin(DEMAND) & actuals["quantity"].gt(0), "item"])
    liked = _likes(inputs).ne("") | launches.frame["launch"].isin(inputs["launch_likes"].frame["launch"])
    return [
        _warn(launches, code, row, field, message, cure)
        for row, launch in enumerate(launches.frame.to_dict("records"))
        for code, field, message, cure in bass_faults(launch, sold=launch["item"] in sold, like=bool(liked.iloc[row]))
    ]


def _phase_outs(inputs: Mapping[str, Parsed]) -> list[Issue]:
    ends, items = inputs["phase_outs"], inputs["items"].frame.drop_duplicates("item").set_index("item")
    like = set(zip(inputs["launches"].frame["item"], _likes(inputs), strict=True))
    issues = []
    for row, end in enumerate(ends.frame.itertuples()):
        if end.item in items.index and items["end_period"][end.item] is pd.NaT and end.while_stock_lasts != "yes":
            message = f"{end.item} is phased out, but has no End month on Items: its demand goes on."
            cure = "Enter its End month on Items, or yes under While stock lasts."
            issues.append(_warn(ends, "no-end", row, "item", message, cure))
        if end.successor and end.successor == end.item:
            message, cure = f"{end.item} would follow itself.", "Name another successor, or clear the cell."
            issues.append(_warn(ends, "own-successor", row, "successor", message, cure))
        elif (end.successor, end.item) in like and end.takeover_pct != 0:
            message = (
                f"{end.successor} takes over from {end.item} and is launched like it: the same demand is planned twice."
            )
            cure = "Enter 0 under Taken over, or lower the Scale of the launch."
            issues.append(_warn(ends, "planned-twice", row, "takeover_pct", message, cure))
    return issues


def _gates(inputs: Mapping[str, Parsed], settings: Settings) -> list[Issue]:
    gates, issues = inputs["launch_gates"], []
    months = _launch_months(inputs)
    launched = dict(zip(inputs["launches"].frame["launch"], months, strict=True))
    for row, gate in enumerate(gates.frame.itertuples()):
        if gate.passed is not pd.NaT or gate.planned is pd.NaT:
            continue
        name = f"The gate '{gate.gate}' of {gate.launch}"
        month = launched.get(gate.launch, pd.NaT)
        if gate.planned < settings.current_period:
            message = f"{name} was to be decided in {gate.planned} and is not passed."
            cure = "Enter the month in which it was passed, or its new month."
            issues.append(_warn(gates, "gate-overdue", row, "planned", message, cure))
        elif month is not pd.NaT and gate.planned > month:
            message = f"{name} is planned for {gate.planned}, after the launch in {month}."
            cure = "Move the launch month, or bring the gate forward."
            issues.append(_warn(gates, "gate-after-launch", row, "planned", message, cure))
    return issues


def _not_started(inputs: Mapping[str, Parsed], settings: Settings) -> list[Issue]:
    """Warn of launches whose month has passed without a sale."""
    launches, actuals = inputs["launches"], inputs["actuals"].frame
    sales = actuals[actuals["measure"].isin(DEMAND) & actuals["quantity"].gt(0)]
    late = (_launch_months(inputs) < settings.current_period).to_numpy(bool)
    sold = launches.frame["item"].isin(sales["item"]).to_numpy(bool)
    return [
        _warn(
            launches,
            "not-launched",
            row,
            "launch_period",
            f"{launches.frame['launch'].iat[row]}: its launch month has passed, and nothing is sold.",
            "Enter its new launch month, or delete the row.",
        )
        for row in np.flatnonzero(late & ~sold).tolist()
    ]


def _launch_months(inputs: Mapping[str, Parsed]) -> pd.Series:
    """Return the launch month of each row of launches: its own, else its item's."""
    launches, items = inputs["launches"].frame, inputs["items"].frame.drop_duplicates("item").set_index("item")
    of_item = dict(zip(items.index, items["launch_period"], strict=True))
    pairs = zip(launches["item"], launches["launch_period"], strict=True)
    months = [of_item.get(item, pd.NaT) if own is pd.NaT else own for item, own in pairs]
    return pd.Series(pd.PeriodIndex(months, freq="M"), index=launches.index)


def _likes(inputs: Mapping[str, Parsed]) -> pd.Series:
    launches, items = inputs["launches"].frame, inputs["items"].frame.drop_duplicates("item").set_index("item")
    named = launches["like_item"]
    return named.where(named != "", launches["item"].map(dict(items["like_item"])).astype("str").fillna(""))


def _warn(parsed: Parsed, code: str, row: int, field: str, message: str, cure: str) -> Issue:
    return parsed.issue(Severity.WARN, code, row, field, message, cure)
