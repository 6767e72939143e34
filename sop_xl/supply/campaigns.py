"""Campaigns: a setup that lasts over several months is paid where it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.rows import terms

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder

Blocks = dict[str, "Block"]


def add_campaign_columns(builder: ModelBuilder, case: SupplyCase) -> Blocks:
    """Add whether a campaign starts in the month, 1 or 0, for setups that last over several months."""
    keys = case.setups.keys
    keys = keys[keys["campaign"] > 0].rename_axis("setup").reset_index()
    return {"campaign_start": builder.add_columns("campaign_start", keys, case.months, upper=1.0)} if len(keys) else {}


def add_campaigns(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> None:
    """Add the rules of campaigns."""
    add_campaign_starts(builder, case, columns)
    add_campaign_length(builder, case, columns)


def add_campaign_starts(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """setup[s,t] - setup[s,t-1] <= start[s,t]: what was not set up the month before starts; 1 or 0."""
    start = columns["campaign_start"]
    rows = _rows(start, columns["setup"])
    parts = [
        terms(rows, columns["setup"]),
        terms(rows, columns["setup"], -1.0, lag=1),
        terms(np.arange(len(start.keys)), start, -1.0),
    ]
    return builder.add_rows("campaign_starts", start.keys, case.months, parts, upper=0.0)


def add_campaign_length(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """sum_{u=t-length+1..t} start[s,u] <= setup[s,t]: what started lately still runs; 1 or 0."""
    start = columns["campaign_start"]
    length = start.keys["campaign"].to_numpy(int)
    parts = [terms(_rows(start, columns["setup"]), columns["setup"], -1.0)]
    for back in range(int(length.max())):
        parts.append(terms(np.where(back < length, np.arange(len(length)), -1), start, lag=back))
    return builder.add_rows("campaign_length", start.keys, case.months, parts, upper=0.0)


def _rows(start: Block, setup: Block) -> np.ndarray:
    """Return the line of each setup among those with campaigns, -1 for none."""
    rows = np.full(len(setup.keys), -1)
    rows[start.keys["setup"]] = np.arange(len(start.keys))
    return rows
