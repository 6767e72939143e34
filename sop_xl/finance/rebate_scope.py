"""Which sales an agreement on rebates is about, and what of its rebates was booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.plan_data import once
from sop_xl.finance.actual_rows import closed_actuals
from sop_xl.schema.inputs import WHOLE_COMPANY

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData


def in_scope(data: PlanData, agreement: str, rows: pd.DataFrame) -> np.ndarray:
    """Tell the rows (`item`, `market`, `period`) that an agreement is about; shape (n,)."""
    first = data["rebates"].set_index("agreement").loc[[agreement]].iloc[0]
    inside = rows["period"].ge(first["from_period"]) & rows["period"].le(first["to_period"])
    if first["market"]:
        inside &= rows["market"].eq(first["market"])
    if first["item_or_family"]:
        inside &= rows["item"].isin(items_of(data, first["item_or_family"]))
    return inside.to_numpy(bool)


def items_of(data: PlanData, name: str) -> set[str]:
    """Return the items that a name stands for: a family's, the item itself, or all of the company."""
    items = data["items"]
    if name == WHOLE_COMPANY:
        return set(items["item"])
    family = set(items.loc[items["family"].eq(name), "item"])
    return family or {name}


@once
def booked_rebates(data: PlanData) -> pd.DataFrame:
    """Return what was booked under the measure `rebates`, each row with the agreement it belongs to.

    That is the first, by name, with the row's month, its market and at least one of its items; "" where there
    is none. Columns of `closed_actuals` and `agreement`.
    """
    rows = closed_actuals(data)
    rows = rows[rows["measure"].eq("rebates")].dropna(subset=["value"]).reset_index(drop=True)
    agreement = np.full(len(rows), "", dtype=object)
    for name, first in data["rebates"].groupby("agreement").first().iterrows():
        for place, row in enumerate(rows.itertuples(index=False)):
            if not agreement[place] and _belongs(data, first, row):
                agreement[place] = name
    return rows.assign(agreement=agreement)


def _belongs(data: PlanData, first: pd.Series, row: object) -> bool:
    item, market, period = (getattr(row, name) for name in ("item", "market", "period"))
    if not first["from_period"] <= period <= first["to_period"] or first["market"] not in ("", market):
        return False
    whole = first["item_or_family"] or WHOLE_COMPANY
    return bool(items_of(data, whole) & items_of(data, item))
