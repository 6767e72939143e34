"""The result tables of the new product plan that the demand step makes: launches, their months, like items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.analogues import Analogue
from sop_xl.schema.frames import conform
from sop_xl.schema.new_products import ANALOGUES, LAUNCH_PLAN, NEW_PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.launch_list import Launch
    from sop_xl.demand.launches import LaunchEffect
    from sop_xl.domain.plan_data import PlanData

YEAR = 12


def launch_tables(
    grid: PlanningGrid,
    effects: Sequence[LaunchEffect],
    launches: Sequence[Launch],
    analogues: Mapping[str, list[Analogue]],
    data: PlanData,
) -> dict[str, pd.DataFrame]:
    """Return the tables `new_products`, `launch_plan` and `analogues`.

    Args:
        grid: the planning grid.
        effects: what each launch does, as `launch_quantities` gives it.
        launches: the launch plan.
        analogues: as `find_analogues` gives it.
        data: the input.
    """
    ranked = sorted(effects, key=lambda e: (-float(np.abs(e.gain[:, :YEAR]).sum()), e.launch.name))
    return {
        "new_products": _list(ranked, data),
        "launch_plan": _months(grid, ranked),
        "analogues": _analogues(launches, analogues, data),
    }


def _list(effects: Sequence[LaunchEffect], data: PlanData) -> pd.DataFrame:
    items = data["items"].set_index("item")
    rows = []
    for rank, effect in enumerate(effects, start=1):
        launch, bass = effect.launch, effect.bass
        rows.append(
            {
                "launch": launch.name,
                "rank": float(rank),
                "item": launch.item,
                "description": items["description"][launch.item],
                "family": items["family"][launch.item],
                "gate": "launched" if effect.months else launch.gate,
                "gate_month": pd.NaT if effect.months else launch.gate_month,
                "probability_pct": 100 * effect.probability,
                "launch_period": launch.month,
                "basis": f"{effect.basis}: {effect.fault}" if effect.fault else effect.basis,
                "sold_months": float(effect.months),
                "sold_units": effect.units,
                "of_plan_pct": effect.of_plan,
                "weight_pct": 100 * effect.weight,
                "market": bass.market if bass else np.nan,
                "market_low": bass.low if bass else np.nan,
                "market_high": bass.high if bass else np.nan,
                "bass_p": bass.p if bass else np.nan,
                "bass_q": bass.q if bass else np.nan,
                "cannibalises": launch.parent,
            }
        )
    return conform(NEW_PRODUCTS, pd.DataFrame(rows, columns=NEW_PRODUCTS.fields))


def _months(grid: PlanningGrid, effects: Sequence[LaunchEffect]) -> pd.DataFrame:
    frames = []
    for rank, effect in enumerate(effects, start=1):
        sold, fill = effect.sold.sum(axis=0), effect.fill.sum(axis=0)
        spent = np.where(grid.periods == effect.launch.month, effect.launch.cost * effect.probability, 0.0)
        frames.append(
            pd.DataFrame(
                {
                    "launch": effect.launch.name,
                    "rank": float(rank),
                    "item": effect.launch.item,
                    "period": grid.periods,
                    "own": effect.own.sum(axis=0),
                    "sell_through": sold,
                    "pipeline_fill": fill,
                    "taken": effect.taken,
                    "net": sold + fill - effect.taken,
                    "if_success": effect.success,
                    "launch_cost": spent,
                }
            )
        )
    return conform(
        LAUNCH_PLAN, pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=LAUNCH_PLAN.fields)
    )


def _analogues(launches: Sequence[Launch], analogues: Mapping[str, list[Analogue]], data: PlanData) -> pd.DataFrame:
    """Return the items looked at for each launch, then those chosen that are not among them."""
    described = data["items"].set_index("item")["description"]
    used = {launch.name: dict(launch.likes) for launch in launches}
    chosen = {launch.name: [like for like, _ in launch.likes] for launch in launches if launch.chosen}
    rows: list[dict[str, object]] = []
    for name, found in analogues.items():
        others = [like for like in chosen.get(name, []) if like not in {analogue.item for analogue in found}]
        listed = [*found, *(Analogue(like, np.nan, np.nan, "chosen by the planner") for like in others)]
        rows += [
            {
                "launch": name,
                "place": float(place),
                "like_item": analogue.item,
                "description": described.get(analogue.item, ""),
                "likeness_pct": 100 * analogue.likeness,
                "weight_pct": 100 * used.get(name, {}).get(analogue.item, np.nan),
                "scale": analogue.scale,
                "reason": analogue.reason,
            }
            for place, analogue in enumerate(listed, start=1)
        ]
    return conform(ANALOGUES, pd.DataFrame(rows, columns=ANALOGUES.fields))
