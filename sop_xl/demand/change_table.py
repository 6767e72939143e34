"""What events, launches and initiatives change in demand, month by month: the table `demand_changes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.demand.events import event_effects
from sop_xl.schema.frames import conform
from sop_xl.schema.results import DEMAND_CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.launches import LaunchEffect
    from sop_xl.demand.panel import Matrix
    from sop_xl.demand.phase_outs import PhaseOutEffect
    from sop_xl.domain.plan_data import PlanData

YEAR = 12


class LifeChanges(NamedTuple):
    """What beginnings and ends of life do to demand."""

    launched: Sequence[LaunchEffect]
    ended: Sequence[PhaseOutEffect]


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
    grid: PlanningGrid,
    parts: Mapping[str, Matrix],
    data: PlanData,
    uplift: Mapping[str, float],
    lives: LifeChanges,
) -> pd.DataFrame:
    """Return the frame of the table `demand_changes`: one row a change and month.

    Args:
        grid: the planning grid.
        parts: statistical and initiative_qty on the grid.
        data: events.
        uplift: estimated uplift in % by event.
        lives: launches and ends of life.
    """
    kinds = {
        "event": _ranked(_events(grid, parts["statistical"], data, uplift)),
        "launch": _ranked([*map(_gained, lives.launched), *map(_followed, _heirs(lives))]),
        "taken": [_taken(grid, lives)],
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


def _gained(effect: LaunchEffect) -> _Change:
    """What a launched item gains."""
    launch, units = effect.launch, effect.gain.sum(axis=0)
    return _Change(launch.name, launch.item, launch.gate, 100 * effect.probability, np.nan, effect.basis, units)


def _heirs(lives: LifeChanges) -> list[PhaseOutEffect]:
    return [effect for effect in lives.ended if effect.successor]


def _followed(effect: PhaseOutEffect) -> _Change:
    """What a successor takes over."""
    name = f"{effect.successor} after {effect.item}"
    basis = f"takes over {100 * effect.share:g} %"
    return _Change(name, effect.successor, "phase-out", np.nan, np.nan, basis, effect.taken_over)


def _taken(grid: PlanningGrid, lives: LifeChanges) -> _Change:
    """What other items lose to launches, and what is not served when stock has run down."""
    lost = [effect.taken for effect in lives.launched] + [effect.unserved for effect in lives.ended]
    return _Change("Taken from other items", "", "", np.nan, np.nan, "", -sum(lost, np.zeros(len(grid.periods))))


def _whole(name: str, quantity: Matrix) -> _Change:
    return _Change(name, "", "", np.nan, np.nan, "", np.nan_to_num(quantity).sum(axis=0))


def _ranked(changes: Iterable[_Change]) -> list[_Change]:
    """Return the changes with the most units in the next twelve months first."""
    return sorted(changes, key=lambda c: (-float(np.abs(c.quantity[:YEAR]).sum()), c.name))
