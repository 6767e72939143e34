"""What was released for the last closed month before it began: the plan that month is held against (invented)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from demo_history import Flows, needed

MISS = {"Mountain Bikes": 0.05, "Road Bikes": 0.06, "Touring Bikes": 0.04, "Components": 0.07}
"""How far what was made fell from its plan, as a standard deviation of shares, by family; others `OTHERS`."""
OTHERS = 0.08
SHORT = 0.98
"""What was made over its plan, in the middle: a little less than was planned."""
SPARE = 1.05
"""Bought parts ordered over what the plan takes."""

Tables = dict[str, pd.DataFrame]


def released(items: pd.DataFrame, found: Flows, bom: pd.DataFrame, plant: str) -> Tables:
    """Return the tables `targets` and `open_orders` as they stood before the last closed month began.

    Sold goods that are made: their fixed production. What is bought: a firm order due in the month, for goods
    what was planned, for parts what the planned production takes and `SPARE`. Plans are what came in the end,
    divided by `SHORT` and by a seeded deviation of the family's size.

    Args:
        items: the table, by item.
        found: what came.
        bom: the table.
        plant: where it was made.
    """
    month, chance = found.came.columns[-1], np.random.default_rng(23)
    goods = items.index[items["resold"] | items["family"].eq("Components")]
    came = found.came.loc[goods, month]
    spread = items.loc[goods, "family"].map(MISS).fillna(OTHERS).to_numpy(float)
    plan = (came / (SHORT * np.exp(chance.normal(0.0, 1.0, len(goods)) * spread))).round()
    plan = plan[plan > 0]
    made = plan[items.loc[plan.index, "source"].eq("make")]
    ends = plan.reindex(items.index, fill_value=0.0).where(items["resold"], 0.0)
    use = needed(ends.to_frame("plan"), bom)["plan"]
    bought = items["source"].eq("buy")
    orders = plan[bought[plan.index]].combine_first(np.ceil(use[bought & (use > 0)] * SPARE))
    targets = {"item": made.index, "location": plant, "period": month, "fixed_production": made.to_numpy()}
    order = {"item": orders.index, "period": month, "quantity": orders.to_numpy(), "type": "purchase"}
    numbers = [f"PO-{number}" for number in range(4001, 4001 + len(orders))]
    return {
        "targets": pd.DataFrame(targets),
        "open_orders": pd.DataFrame({"order": numbers, **order, "location": plant, "firm": "yes", "market": ""}),
    }
