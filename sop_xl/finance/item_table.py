"""The fiscal year by item and month: what stands behind a family's P&L."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.fiscal import fiscal_year
from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FINANCE_ITEMS

if TYPE_CHECKING:
    import numpy as np

    from sop_xl.domain.plan_data import PlanData
    from sop_xl.finance.sales import Sales

MOST = 5_000
"""Items that are told apart; beyond, the smallest of each family stand together under a blank item."""
FIGURES = ["quantity", "revenue", "cogs"]


def finance_items(data: PlanData, sales: Sales, most: int = MOST) -> pd.DataFrame:
    """Return the result table `finance_items`: units and money of the fiscal year by item and month.

    Every amount is the sum of the same rounded rows as the P&L, so that both tie to the cent.

    Args:
        data: the input.
        sales: actual and planned sales.
        most: items with the largest revenue of the year that are told apart.
    """
    year = fiscal_year(data.settings.current_period, data.settings.fiscal_year_start)
    rows = sales.together()
    rows = rows[rows["period"].isin(year)]
    family = rows["item"].map(data["items"].set_index("item")["family"])
    revenue = rows.groupby("item")["revenue"].sum().sort_index()
    largest = revenue.sort_values(ascending=False, kind="stable").index[:most]
    told = rows.assign(family=family, item=rows["item"].where(rows["item"].isin(largest), ""))
    sums = told.groupby(["family", "item", "period"], as_index=False)[FIGURES].sum()
    money = {name: round_half_up(sums[name].to_numpy(float)) for name in FIGURES[1:]}
    return conform(FINANCE_ITEMS, sums.assign(**money, rank=_rank(sums)))


def _rank(sums: pd.DataFrame) -> np.ndarray:
    """Return the place of each row's item in its family, 1 for the largest revenue; NaN for the others together."""
    whole = sums.groupby(["family", "item"], as_index=False)["revenue"].sum()
    whole = whole[whole["item"].ne("")].sort_values(["family", "revenue"], ascending=[True, False], kind="stable")
    places = (whole.groupby("family").cumcount() + 1).set_axis(pd.MultiIndex.from_frame(whole[["family", "item"]]))
    return places.reindex(pd.MultiIndex.from_frame(sums[["family", "item"]])).to_numpy(float)
