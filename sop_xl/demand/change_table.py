"""What events, launches and initiatives change in demand, month by month: the table `demand_changes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.demand.events import event_effects
from sop_xl.demand.launches import planned_launches
from sop_xl.schema.frames import conform
from sop_xl.schema.results import DEMAND_CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.panel import Matrix
    from sop_xl.domain.plan_data import PlanData

YEAR = 12


class _Change(NamedTuple):
    """One change of demand: what it is called, where it acts, and its units by month."""

    name: str
    scope: str
    type: str
    probability: float
    uplift: float
    basis: str
    quantity: Matrix


def change_table(
    grid: PlanningGrid, parts: Mapping[str, Matrix], data: PlanData, uplift: Mapping[str, float]
) -> pd.DataFrame:
    """Return the frame of the table `demand_changes`: one row a change and month.

    Args:
        grid: the planning grid.
        parts: statistical, launch_qty and initiative_qty on the grid.
        data: events, launches.
        uplift: estimated uplift in % by event.
    """
    launched, taken = _launches(grid, parts["launch_qty"], data)
    kinds = {
        "event": _ranked(_events(grid, parts["statistical"], data, uplift)),
        "launch": _ranked(launched),
        "taken": taken,
        "initiative": [_whole("Approved initiatives", parts["initiative_qty"])],
    }
    rows = [
        {
            "place": f"{kind} {rank}",
            "kind": kind,
            "name": change.name,
            "scope": change.scope,
            "type": change.type,
            "probability_pct": change.probability,
            "uplift_pct": change.uplift,
            "basis": change.basis,
            "period": period,
            "quantity": float(units),
        }
        for kind, changes in kinds.items()
        for rank, change in enumerate(changes, start=1)
        for period, units in zip(grid.periods, change.quantity, strict=True)
    ]
    return conform(DEMAND_CHANGES, pd.DataFrame(rows))


def _events(grid: PlanningGrid, statistical: Matrix, data: PlanData, uplift: Mapping[str, float]) -> Iterable[_Change]:
    """The events to come; what they add before the floor at zero demand."""
    for event, _, effect in event_effects(grid, statistical, data, uplift):
        given = data["events"].set_index("event").loc[event.event]
        own = bool(given[["uplift_pct", "uplift_qty"]].notna().any())
        basis = "planner" if own else "history" if event.event in uplift else "nothing told"
        scope = ", ".join(part for part in (event.item or event.family or "all items", event.market) if part)
        yield _Change(
            event.event, scope, event.type, event.probability_pct, event.uplift_pct, basis, effect.sum(axis=0)
        )


def _launches(grid: PlanningGrid, quantity: Matrix, data: PlanData) -> tuple[list[_Change], list[_Change]]:
    """What each launched item gains, and what all others lose to them."""
    gains, left = [], np.nan_to_num(quantity)
    launches = data["launches"].set_index("item")
    for launch in {launch.item: launch for launch in planned_launches(data)}.values():
        rows = grid.rows_of.get(launch.item)
        if rows is None:
            continue
        row = launches.loc[[launch.item]].iloc[-1]
        units = np.maximum(left[rows], 0.0).sum(axis=0)
        like = f"like {launch.like_item}" if launch.like_item else "no like item"
        gains.append(
            _Change(str(row["launch"]), launch.item, row["gate"], 100 * launch.probability, np.nan, like, units)
        )
    return gains, [_whole("Taken from other items", np.minimum(left, 0.0))]


def _whole(name: str, quantity: Matrix) -> _Change:
    return _Change(name, "", "", np.nan, np.nan, "", np.nan_to_num(quantity).sum(axis=0))


def _ranked(changes: Iterable[_Change]) -> list[_Change]:
    """Return the changes with the most units in the next twelve months first."""
    return sorted(changes, key=lambda c: (-float(np.abs(c.quantity[:YEAR]).sum()), c.name))
