"""What was agreed and is kept unless a customer would suffer: suppliers' shares, last month's plan.

Quotas bind buyers, fences bind planners: in frozen months supply is what last month's plan said, in slushy
months it may differ from it by a share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.rows import lines, terms

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder, Terms

Blocks = dict[str, "Block"]


def add_agreement_columns(builder: ModelBuilder, case: SupplyCase) -> Blocks:
    """Add units above and below a quota by supplier; units above, below and too far from last month's plan."""
    blocks: Blocks = {}
    shares = quotas(case)
    if len(shares):
        blocks |= {name: builder.add_columns(name, shares, case.months) for name in ("quota_over", "quota_under")}
    keys, kept = remembered(case)
    if len(keys):
        names = ("plan_up", "plan_down", "fence_over")
        blocks |= {
            name: builder.add_columns(name, keys, case.months, upper=np.where(kept, np.inf, 0.0)) for name in names
        }
    return blocks


def quotas(case: SupplyCase) -> pd.DataFrame:
    """Return source (row of `suppliers`), item and share of each supplier with a quota and a competitor."""
    table = case.data["suppliers"]
    used = table.loc[np.unique(case.network.buys["source"].to_numpy(int))]
    several = used.groupby("item")["supplier"].transform("size") > 1
    kept = used[several & used["share_pct"].notna()]
    share = kept["share_pct"].to_numpy(float) / 100.0
    return pd.DataFrame({"source": kept.index.to_numpy(int), "item": kept["item"].to_numpy(), "share": share})


def remembered(case: SupplyCase) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the items whose last plan is remembered in any month, and in which months; shape (items, months).

    A month in which a planner fixed the item anywhere is not: the newer word counts.
    """
    plan, settings = case.last_plan, case.data.settings
    wanted = settings.frozen_months or settings.slushy_months or settings.change_cost_pct
    known = ~np.isnan(plan) & bool(wanted)
    fixed = np.zeros(plan.shape, dtype=bool)
    np.logical_or.at(fixed, case.network.node_items, ~np.isnan(case.targets.fixed))
    kept = known & ~fixed
    rows = np.flatnonzero(kept.any(axis=1))
    return pd.DataFrame({"item": rows}), kept[rows]


def add_quotas(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """buy[s,t] - share[s] * sum_s' buy[s',t] - over[s,t] + under[s,t] = 0 for each item, in units."""
    keys = columns["quota_over"].keys
    network, suppliers = case.network, case.data["suppliers"]
    source = network.buys["source"].to_numpy(int)
    bought = suppliers["item"].loc[source].to_numpy()
    every = np.arange(len(keys))
    own = np.full(len(suppliers), -1)
    own[keys["source"]] = every
    parts = [terms(every, columns["quota_over"], -1.0), terms(every, columns["quota_under"])]
    for name in ("buy", "expedite"):
        parts.append(terms(own[source], columns[name]))
        for row, key in enumerate(keys.itertuples()):
            parts.append(terms(np.where(bought == key.item, row, -1), columns[name], -float(key.share)))
    return builder.add_rows("quotas", keys, case.months, parts, lower=0.0, upper=0.0)


def add_last_plan(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """sum_n (make + buy)[n,t] + receipts[i,t] - up[i,t] + down[i,t] = last_plan[i,t], in units, all locations."""
    up = columns["plan_up"]
    kept = up_open(up, case)
    items = up.keys["item"].to_numpy(int)
    every = np.arange(len(items))
    parts: list[Terms] = [terms(every, up, -1.0), terms(every, columns["plan_down"])]
    parts += _supply(case, columns, lines(up.keys["item"], len(case.network.items)))
    arriving = np.zeros((len(case.network.items), case.months))
    for kind in ("production", "purchase"):
        np.add.at(arriving, case.network.node_items, case.demand.receipts[kind])
    plan = case.last_plan[items] - arriving[items]
    return builder.add_rows(
        "last_plan",
        up.keys,
        case.months,
        parts,
        lower=np.where(kept, plan, -np.inf),
        upper=np.where(kept, plan, np.inf),
    )


def up_open(up: Block, case: SupplyCase) -> np.ndarray:
    """Return the months in which the last plan of each key is remembered."""
    return remembered(case)[1].reshape(up.shape)


def _supply(case: SupplyCase, columns: Blocks, line: np.ndarray) -> list[Terms]:
    network = case.network
    item = network.node_items
    ways = (("make", network.makes["node"]), ("buy", network.buys["node"]), ("expedite", network.buys["node"]))
    return [terms(line[item[node]], columns[name]) for name, node in ways]


def add_fence(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """up[i,t] + down[i,t] - over[i,t] <= allowed[t] * last_plan[i,t] in frozen and slushy months, in units."""
    over = columns["fence_over"]
    every = np.arange(len(over.keys))
    names = ("plan_up", "plan_down")
    parts = [terms(every, columns[name]) for name in names] + [terms(every, over, -1.0)]
    share = allowed_share(case)
    fenced = np.isfinite(share)
    allowed = np.nan_to_num(case.last_plan[over.keys["item"].to_numpy(int)]) * np.where(fenced, share, 0.0)
    inside = up_open(over, case) & fenced
    return builder.add_rows("fence", over.keys, case.months, parts, upper=np.where(inside, allowed, np.inf))


def allowed_share(case: SupplyCase) -> np.ndarray:
    """Return by how much each month may differ from the last plan, as a share; infinite after the fences."""
    settings, month = case.data.settings, np.arange(case.months)
    frozen = month < settings.frozen_months
    slushy = month < settings.frozen_months + settings.slushy_months
    return np.where(frozen, 0.0, np.where(slushy, settings.slushy_change_pct / 100.0, np.inf))


def frozen_items(case: SupplyCase) -> np.ndarray:
    """Return the months in which an item's supply is held to last month's plan; shape (items, months)."""
    keys, kept = remembered(case)
    frozen = np.zeros((len(case.network.items), case.months), dtype=bool)
    frozen[keys["item"]] = kept & (allowed_share(case) == 0)
    return frozen


def read_last_plan(last: pd.DataFrame | None, periods: pd.PeriodIndex, names: pd.Series) -> np.ndarray:
    """Return last month's supply by item and month, NaN where it is not known.

    Args:
        last: the table `last_cycle`.
        periods: the planned months.
        names: the items.
    """
    plan = np.full((len(names), len(periods)), np.nan)
    if last is None or not len(last):
        return plan
    month = pd.PeriodIndex(last["period"], freq="M").asi8 - periods.asi8[0]
    item = pd.Index(names).get_indexer(last["item"])
    kept = (month >= 0) & (month < len(periods)) & (item >= 0)
    plan[item[kept], month[kept]] = last["supply"].to_numpy(float)[kept]
    return plan
