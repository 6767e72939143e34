"""Fair share in the plan itself: places of one class that wait for one item lack equally much of their demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.rows import terms

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder


def several_places(case: SupplyCase) -> bool:
    """Return whether customers of one class order one item at several places."""
    return not _shared(case).empty


def add_even_columns(builder: ModelBuilder, case: SupplyCase) -> dict[str, Block]:
    """Add what the worst served place lacks, in months of its demand, by item and class that several places share."""
    keys = _shared(case).drop_duplicates("group").sort_values("group")[["item", "weight"]].reset_index(drop=True)
    return {"most_lacking": builder.add_columns("most_lacking", keys, case.months)}


def add_even_rows(builder: ModelBuilder, case: SupplyCase, columns: dict[str, Block]) -> Block:
    """backlog[n,t] + lost[n,t] <= mean_demand[n] * most_lacking[g,t], in units; g is the item and class of n."""
    shared = _shared(case)
    row = np.full(len(case.sellers), -1)
    row[shared["seller"]] = np.arange(len(shared))
    worst = columns["most_lacking"]
    month = np.arange(case.months)
    parts = [
        terms(row, columns["backlog"]),
        terms(row, columns["lost"]),
        (
            np.arange(len(shared))[:, None] * case.months + month,
            worst.index[shared["group"].to_numpy(int)],
            -shared[["mean"]].to_numpy(float),
        ),
    ]
    keys = pd.DataFrame({"node": case.sellers[shared["seller"]]})
    return builder.add_rows("even", keys, case.months, parts, upper=0.0)


def even_weights(case: SupplyCase, columns: dict[str, Block], cost: np.ndarray, weight: float = 1.0) -> np.ndarray:
    """Return `cost` with `weight` on a month of demand lacking, times what that demand is worth."""
    if "most_lacking" in columns:
        block = columns["most_lacking"]
        worth = case.rates.worth[block.keys["item"].to_numpy(int)] * block.keys["weight"].to_numpy(float)
        block.of(cost)[:] = weight * worth[:, None]
    return cost


def _shared(case: SupplyCase) -> pd.DataFrame:
    """Return seller, item, mean demand, group and the group's demand of the sellers that share an item and a class."""
    sellers = np.arange(len(case.sellers))
    rows = pd.DataFrame(
        {
            "seller": sellers,
            "item": case.seller_items,
            "rank": case.selling.priority,
            "mean": (case.selling.asked.sum(axis=1) + case.selling.late) / case.months,
        }
    )
    rows = rows[rows["mean"] > 0]
    same = rows.groupby(["item", "rank"], sort=True)
    rows = rows.assign(weight=same["mean"].transform("sum"), places=same["seller"].transform("size"))
    rows = rows[rows["places"] > 1]
    return rows.assign(group=rows.groupby(["item", "rank"], sort=True).ngroup()).reset_index(drop=True)
