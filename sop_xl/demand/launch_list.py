"""The launches as the plan takes them: stage and probability from the gates, like items chosen or suggested."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.demand.analogues import used_analogues
from sop_xl.schema.new_products import GATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sop_xl.demand.analogues import Analogue
    from sop_xl.demand.history import DemandHistory
    from sop_xl.domain.plan_data import PlanData


class Launch(NamedTuple):
    """One row of the launch plan, complete.

    Attributes:
        name, item: the launch, and what is launched.
        likes: items whose volume it takes, with weights that add up to 1; empty: none.
        chosen: whether the planner named the like items.
        month: of the launch.
        gate, gate_month: stage it is in, "" where not told, and when its next gate is decided.
        probability: of being launched, 0 to 1.
        scale: mature volume over that of the like items.
        curve: ramp, like launch or bass.
        ramp_months: months to the mature volume.
        bass: market, p and q as given; NaN: to be fitted.
        pipeline_fill, fill_months: first stock of the channel in units, and the months it is spread over.
        parent, cannibal_share: which item loses which share of the sell-through.
        cost: one-off money.
    """

    name: str
    item: str
    likes: tuple[tuple[str, float], ...]
    chosen: bool
    month: pd.Period
    gate: str
    gate_month: pd.Period
    probability: float
    scale: float
    curve: str
    ramp_months: float
    bass: tuple[float, float, float]
    pipeline_fill: float
    fill_months: float
    parent: str
    cannibal_share: float
    cost: float


def read_launches(data: PlanData, analogues: Mapping[str, list[Analogue]]) -> list[Launch]:
    """Return the launches that have a month, their own or their item's."""
    return list(_launches(data, analogues))


def _launches(data: PlanData, analogues: Mapping[str, list[Analogue]]) -> Iterator[Launch]:
    items = data["items"].set_index("item")
    for row in data["launches"].itertuples():
        own = items.loc[row.item] if row.item in items.index else None
        month = row.launch_period
        if month is pd.NaT and own is not None:
            month = own["launch_period"]
        if month is pd.NaT:
            continue
        named = row.like_item or (str(own["like_item"]) if own is not None else "")
        chosen = _weighted(data["launch_likes"], row.launch) or ([(named, 1.0)] if named else [])
        likes = chosen or used_analogues(analogues, row.launch)
        gate, gate_month, chance = _stage(data["launch_gates"], row.launch)
        given = row.probability_pct / 100
        yield Launch(
            row.launch,
            row.item,
            tuple(likes),
            bool(chosen),
            month,
            row.gate or gate,
            gate_month,
            chance if np.isnan(given) else given,
            row.scale,
            row.curve,
            row.ramp_months,
            (row.bass_market, row.bass_p, row.bass_q),
            row.pipeline_fill,
            row.fill_months,
            row.cannibalises,
            row.cannibal_pct / 100,
            0.0 if np.isnan(row.launch_cost) else row.launch_cost,
        )


def _weighted(table: pd.DataFrame, launch: str) -> list[tuple[str, float]]:
    """Return the like items chosen for a launch, with weights that add up to 1; those of weight 0 are left out."""
    own = table[(table["launch"] == launch) & (table["weight"] > 0)].sort_values(
        "weight", ascending=False, kind="stable"
    )
    total = float(own["weight"].sum())
    return [(str(like), float(weight) / total) for like, weight in zip(own["like_item"], own["weight"], strict=True)]


def _stage(gates: pd.DataFrame, launch: str) -> tuple[str, pd.Period, float]:
    """Return the first gate that is not passed, its month, and the chance to pass it and all that follow."""
    own = gates[gates["launch"] == launch]
    ahead = own[own["passed"].isna()].sort_values("gate", key=lambda g: g.map(GATES.index), kind="stable")
    if ahead.empty:
        return "", pd.NaT, 1.0
    return str(ahead["gate"].iloc[0]), ahead["planned"].iloc[0], float((ahead["chance_pct"] / 100).prod())


def launch_pairs(launches: list[Launch], history: DemandHistory) -> list[tuple[str, str]]:
    """Return item and market of every launch: the like items' markets, else a blank for all."""
    markets: dict[str, list[str]] = {
        str(item): list(rows) for item, rows in history.keys.groupby("item", sort=True)["market"]
    }
    return [
        (launch.item, market)
        for launch in launches
        for market in sorted({m for like, _ in launch.likes for m in markets.get(like, ())}) or [""]
    ]
