"""What of the plan a mail or a pack may tell one recipient, and what it must not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from sop_xl.share.recipients import Reach, Recipient

    Tables = Mapping[str, pd.DataFrame]

SEES_MONEY = ("finance", "executive")
"""Roles that are told of revenue and margin."""
LEAST_FIGURE = 10.0
"""A smaller figure may be the same by chance; it is not searched for."""


def own_tables(tables: Tables, reach: Reach) -> dict[str, pd.DataFrame]:
    """Return the tables with only what is within reach, for the sentences of what changed."""
    own = dict(tables)
    items = tables["items"]
    families = set(items.loc[items["item"].isin(reach.items), "family"])
    own["family_plan"] = _only(tables["family_plan"], "family", families)
    own["overrides"] = _only(tables["overrides"], "item", reach.items)
    own["overrides"] = _only(own["overrides"], "market", {*reach.markets, ""})
    own["shortages"] = _only(tables["shortages"], "item", reach.items)
    own["load"] = _only(tables["load"], "resource", reach.resources)
    changes = tables["demand_changes"]
    own["demand_changes"] = changes[changes["scope"].isin({*families, *reach.items})]
    return own


def _only(frame: pd.DataFrame, column: str, values: Iterable[str]) -> pd.DataFrame:
    return frame[frame[column].isin(set(values))]


def forbidden_words(recipient: Recipient, reach: Reach, tables: Tables) -> frozenset[str]:
    """Return the names that must not be in a recipient's file: of others' items, markets, suppliers, resources."""
    if recipient.role in SEES_MONEY:
        return frozenset()
    suppliers = tables["suppliers"]
    ours = {
        "sales": (reach.items, reach.markets, frozenset(), frozenset()),
        "plant": (frozenset(tables["items"]["item"]), frozenset(), frozenset(), reach.resources),
        "buyer": (
            reach.items,
            frozenset(),
            frozenset(suppliers.loc[suppliers["item"].isin(reach.items), "supplier"]),
            frozenset(),
        ),
    }[recipient.role]
    every = (
        tables["items"]["item"],
        tables["markets"]["market"],
        suppliers["supplier"],
        tables["resources"]["resource"],
    )
    seen = frozenset().union(*ours)
    plain = frozenset().union(
        tables["items"]["description"], tables["items"]["family"], tables["locations"]["location"]
    )
    return frozenset(str(word) for names in every for word in names if word) - seen - plain


def told_without(lines: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return sentences that name none of these: one whose cause names one ends before it, any other is left out."""
    named = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names) or r"(?!)")
    out = []
    for line in lines:
        fact, _, _cause = line.rpartition(": ")
        if not named.search(line):
            out.append(line)
        elif " " in fact and not named.search(fact):
            out.append(f"{fact}.")
    return out


def forbidden_figures(recipient: Recipient, tables: Tables, shown: Iterable[float]) -> frozenset[float]:
    """Return money that must not be in a recipient's file: prices, costs and margins, unless a column of theirs.

    Args:
        recipient: the recipient.
        tables: inputs and results by name.
        shown: figures of columns that the recipient may see, which by chance may be the same.
    """
    if recipient.role in SEES_MONEY:
        return frozenset()
    plan, costs = tables["family_plan"], tables["item_costs"]
    sold = tables["forecast"].groupby("item")["consensus"].sum().reindex(costs["item"]).to_numpy()
    margin = (costs["net_price"] - costs["standard_cost"]).to_numpy()
    money = np.concatenate(
        [
            plan[["revenue", "cogs", "inventory_value", "budget_revenue"]].to_numpy(dtype=float).ravel(),
            (plan["revenue"] - plan["cogs"]).to_numpy(dtype=float),
            costs[["net_price", "standard_cost", "rolled_cost"]].to_numpy(dtype=float).ravel(),
            margin,
            margin * sold,
            tables["finance"]["amount"].to_numpy(dtype=float),
        ]
    )
    money = np.round(money[np.isfinite(money)], 6)
    told = money[(np.abs(money) >= LEAST_FIGURE) & (money != np.round(money))]
    return frozenset(told.tolist()) - {round(value, 6) for value in shown}
