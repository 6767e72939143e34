"""Stock at the end of an item's life: what is there, what still comes, what is sold, and what is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.lead_time import lead_months
from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.new_products import RUN_DOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

EMPTY = 1e-6
"""Stock at or below it is none, in units."""


def run_down(data: PlanData, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the result table `run_down`: items of the table `phase_outs`, and others with an End month ahead.

    All places together, over the months of the plan: stock + still to come = demand - unmet + left over, where
    nothing is lost on the way or scrapped.

    Args:
        data: the input.
        frames: the results `supply_plan`, `production`, `purchases` and `demand_changes`.
    """
    plan = frames["supply_plan"]
    items, given = data["items"].set_index("item"), data["phase_outs"].set_index("item")
    ending = items.index[items["end_period"].ge(data.settings.current_period)]
    listed = sorted((set(given.index) | set(ending)) & set(plan["item"]))
    rows = pd.DataFrame([_row(data, frames, plan[plan["item"] == item], given, item) for item in listed])
    if rows.empty:
        return conform(RUN_DOWN, rows)
    order = rows.sort_values(["left_value", "opening", "item"], ascending=[False, False, True]).index
    return conform(RUN_DOWN, rows.assign(rank=pd.Series(np.arange(1.0, len(rows) + 1), index=order)))


def _row(
    data: PlanData, frames: Mapping[str, pd.DataFrame], plan: pd.DataFrame, given: pd.DataFrame, item: str
) -> dict[str, object]:
    month = plan.groupby("period")[
        ["opening", "production", "purchases", "demand", "lost", "backlog", "closing", "closing_value"]
    ].sum()
    row = given.loc[item] if item in given.index else None
    described = data["items"].set_index("item").loc[item]
    left = float(month["closing_value"].iloc[-1])
    recovered = float(round_half_up(np.array([left * (row["recovery_pct"] if row is not None else 0.0) / 100]))[0])
    successor = str(row["successor"]) if row is not None else ""
    sold = month.index[month["demand"] > EMPTY]
    filled = month.index[month["closing"] > EMPTY]
    gone = month.index[month.index > filled[-1]] if len(filled) else month.index
    told = row["last_order"] if row is not None else pd.NaT
    return {
        "item": item,
        "description": described["description"],
        "family": described["family"],
        "successor": successor,
        "last_order": _last_order(data, frames, item) if told is pd.NaT else told,
        "last_sale": sold[-1] if len(sold) else pd.NaT,
        "opening": float(month["opening"].iloc[0]),
        "to_come": float((month["production"] + month["purchases"]).sum()),
        "demand": float(month["demand"].sum()),
        "unmet": float(month["lost"].sum() + month["backlog"].iloc[-1]),
        "left_over": float(month["closing"].iloc[-1]),
        "left_value": left,
        "recovered": recovered,
        "written_off": left - recovered,
        "gone": gone[0] if len(gone) else pd.NaT,
        "taken_over": _taken_over(frames["demand_changes"], item, successor),
    }


def _last_order(data: PlanData, frames: Mapping[str, pd.DataFrame], item: str) -> pd.Period:
    """Return the last month in which the plan orders or starts any; NaT: never."""
    bought, made = (frame[frame["item"] == item] for frame in (frames["purchases"], frames["production"]))
    lead = lead_months(data["items"].set_index("item")["lead_time_days"].loc[[item]], data.settings.days_in_year)[0]
    months = [*bought["order_by"], *(made["period"] - int(lead))]
    return max(months) if months else pd.NaT


def _taken_over(changes: pd.DataFrame, item: str, successor: str) -> float:
    own = (
        changes["kind"].eq("launch") & changes["type"].eq("phase-out") & changes["name"].eq(f"{successor} after {item}")
    )
    return float(changes.loc[own, "quantity"].sum())
