"""Lead times in whole months, and when the last order of an item at the end of its life arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

MONTHS_IN_YEAR = 12


def lead_months(days: pd.Series, days_in_year: float) -> np.ndarray:
    """Return lead times as whole months: under half a month is none, half a month or more is one."""
    per_month = days_in_year / MONTHS_IN_YEAR
    return np.floor(days.fillna(0.0).to_numpy(float) / per_month + 0.5).astype(int)


def last_arrivals(data: PlanData) -> dict[str, pd.Period]:
    """Return the month in which the last order of each item arrives that is not ordered for ever.

    The longest lead time of its suppliers counts, or its own where nobody sells it. What sells while stock
    lasts and names no last order is not ordered any more: the month before the plan.
    """
    rows = data["phase_outs"]
    lead = _longest(data) if rows["last_order"].notna().any() else {}
    found = {}
    for row in rows.itertuples():
        if row.last_order is not pd.NaT:
            found[str(row.item)] = row.last_order + lead.get(str(row.item), 0)
        elif row.while_stock_lasts:
            found[str(row.item)] = data.settings.current_period - 1
    return found


def _longest(data: PlanData) -> dict[str, int]:
    """Return the longest lead time of each item's suppliers in months, its own where nobody sells it."""
    items, suppliers, year = data["items"], data["suppliers"], data.settings.days_in_year
    bought = pd.Series(lead_months(suppliers["lead_time_days"], year), index=suppliers["item"]).groupby(level=0).max()
    made = zip(items["item"], lead_months(items["lead_time_days"], year).tolist(), strict=True)
    return {**dict(made), **{str(item): int(months) for item, months in bought.items()}}
