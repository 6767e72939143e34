"""Lead times in parts of months: of what starts in a month a share comes out so many months later, the rest a month on.

Ten days are a third of a month: of what starts spread over January, two thirds come out in January and one third in
February. Such a way is two ways of whole months in the network, tied to each other in these shares, so that all
that reads the network reads whole months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.lead_time import MONTHS_IN_YEAR, lead_months
from sop_xl.supply.rows import terms

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder

HALF_A_DAY = 0.5 / 30
"""Nearer to whole months than this share of a month, a lead time is whole."""
WAYS = {"make": "makes", "buy": "buys", "ship": "ships"}


def split(ways: pd.DataFrame, days: pd.Series, data: PlanData, whole: np.ndarray) -> pd.DataFrame:
    """Return the ways with lead, share and pair; one of a part month twice, its later half right behind it.

    Args:
        ways: one row for each way.
        days: lead time of each, in days.
        data: says whether months have parts (setting `lead_times`) and how long one is.
        whole: which ways keep whole months, since they come in lots; shape (ways,).

    Returns:
        The rows with `lead` (months), `share` (of what starts, what comes out then) and `pair`: for a later half the
        row of its first half, else -1.
    """
    year = data.settings.days_in_year
    exact = days.fillna(0.0).to_numpy(float) / (year / MONTHS_IN_YEAR)
    part = exact - np.floor(exact)
    halved = (part > HALF_A_DAY) & (part < 1 - HALF_A_DAY) & ~whole & (data.settings.lead_times == "part_months")
    row = np.repeat(np.arange(len(ways)), 1 + halved)
    later = np.concatenate([[False], row[1:] == row[:-1]]) if len(row) else np.zeros(0, dtype=bool)
    lead = np.where(halved, np.floor(exact), lead_months(days, year)).astype(int)[row] + later
    share = np.where(halved[row], np.where(later, part[row], 1 - part[row]), 1.0)
    pair = np.where(later, np.arange(len(row)) - 1, -1)
    return ways.iloc[row].reset_index(drop=True).assign(lead=lead, share=share, pair=pair)


def in_lots(data: PlanData) -> tuple[set[str], pd.Series, pd.Series]:
    """Return what keeps whole months: items made in lots or with setups, rows of `suppliers` and of `lanes`."""
    items, routings = data["items"], data["routings"]
    sized = _any(items, "min_lot", "lot_multiple")
    prepared = _any(routings, "setup_hours", "setup_cost", "campaign_months")
    lanes, locations = data["lanes"], data["locations"]
    lots = _any(lanes, "multiple", "min_load", "fixed_cost")
    chosen = lanes["from_location"].isin(locations.loc[locations["max_destinations"].notna(), "location"])
    pairs = pd.MultiIndex.from_frame(lanes[["from_location", "to_location"]])
    shared = pairs.isin(pairs[lots | chosen])
    orders = _any(data["suppliers"], "min_order", "multiple")
    made = {*items.loc[sized, "item"], *routings.loc[prepared, "item"]}
    return made, orders, pd.Series(shared, index=lanes.index)


def _any(table: pd.DataFrame, *fields: str) -> pd.Series:
    return (table[list(fields)].fillna(0.0).astype(float) > 0).any(axis=1)


def add_part_months(builder: ModelBuilder, case: SupplyCase, columns: dict[str, Block]) -> None:
    """first_share[w] * later[w,t+1] = later_share[w] * first[w,t], in units.

    Months are those of coming out; of shipments those of leaving, so that both halves leave together. What would come
    out after the plan is not in it.
    """
    for name, ways in WAYS.items():
        table = getattr(case.network, ways)
        later = np.flatnonzero(table["pair"].to_numpy(int) >= 0)
        if not len(later):
            continue
        first, share = table["pair"].to_numpy(int)[later], table["share"].to_numpy(float)
        line = np.full((2, len(table)), -1)
        line[0, first] = line[1, later] = np.arange(len(later))
        leaving = name == "ship"
        partner = np.zeros(len(table))
        partner[first], partner[later] = share[later], share[first]
        ends = table["lead"].to_numpy(int)[later][:, None] if leaving else 1
        bound = np.where(np.arange(case.months) + ends < case.months, 0.0, np.inf)
        bound = np.broadcast_to(bound, (len(later), case.months))
        parts = [
            terms(line[0], columns[name], partner),
            terms(line[1], columns[name], -partner, lag=0 if leaving else -1),
        ]
        builder.add_rows(f"{name}_parts", pd.DataFrame({name: later}), case.months, parts, lower=-bound, upper=bound)
