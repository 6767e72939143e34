"""How the demo company delivered: order lines due, in full, and on time (invented; the source has no promised days)."""

from __future__ import annotations

import numpy as np
import pandas as pd

MONTHS = 12
LINE_UNITS = {"Reseller": 6.0, "Internet": 1.0}
"""Units of a line, by channel."""
IN_FULL = {"Accessories": 0.975, "Clothing": 0.965, "Components": 0.95}
"""Chance that a line leaves in full at once, by family; others `BIKES`."""
BIKES = 0.955
ON_TIME = 0.98
"""Chance that a line in full is also on time."""
BUSY = {1: 0.02, 2: 0.02, 7: 0.01}
"""What the months of much work cost in both chances."""


def order_lines(items: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    """Return lines due, in full, and on time and in full, of the last closed months, as rows of `actuals`.

    Lines follow from the units shipped by channel; how they were delivered is drawn, seeded.
    """
    months = sorted(shipments["period"].unique())[-MONTHS:]
    rows = shipments[shipments["period"].isin(months)]
    channel = rows["market"].str.rsplit(" ", n=1).str[-1]
    lines = np.ceil(rows["quantity"] / channel.map(LINE_UNITS)).groupby([rows["item"], rows["period"]]).sum()
    total = lines.astype(int).sort_index()
    chance = np.random.default_rng(31)
    family = total.index.get_level_values("item").map(items["family"])
    busy = total.index.get_level_values("period").str[5:].astype(int).map(BUSY).fillna(0.0).to_numpy(float)
    in_full = chance.binomial(total, family.map(IN_FULL).fillna(BIKES).to_numpy(float) - busy)
    on_time = chance.binomial(in_full, ON_TIME - busy)
    counts = {"total_lines": total.to_numpy(), "in_full_lines": in_full, "otif_lines": on_time}
    keys = total.index.to_frame(index=False).assign(market="", location="")
    return pd.concat([keys.assign(measure=name, quantity=count) for name, count in counts.items()], ignore_index=True)
