"""The families that are sold, largest first: what the choosers list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.history import sold_items
from sop_xl.cycle.notes import comments
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FAMILIES

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

RANK_MONTHS = 12


def families(
    data: PlanData,
    forecast: pd.DataFrame,
    supply_plan: pd.DataFrame,
    production: pd.DataFrame,
    load: pd.DataFrame,
    finance: pd.DataFrame,
) -> pd.DataFrame:
    """Return the result table `families`: one row for each family that has sold items.

    Rank is by planned revenue of the next 12 months, ties by name. Strategy and unit are those most of
    the sold items have; cover days their mean. The bottleneck is, of the resources that make the
    family's sold items and all that goes into them, the one with the highest load in those months.

    Args:
        data: the input.
        forecast: the result table `forecast`.
        supply_plan: the result table `supply_plan`.
        production: the result table `production`.
        load: the result table `load`.
        finance: the result table `finance`.
    """
    family = sold_items(data, forecast, supply_plan)
    items = data["items"].sort_values("item")
    sold = items[items["item"].isin(family.index)]
    cover = sold["target_cover_days"].fillna(data.settings.default_cover_days)
    by_family = sold.assign(target_cover_days=cover).groupby("family")
    frame = pd.DataFrame(
        {
            "strategy": by_family["strategy"].agg(_most_common),
            "uom": by_family["uom"].agg(_most_common),
            "items": items.groupby("family").size().astype(float),
            "sold_items": by_family.size().astype(float),
            "target_cover_days": by_family["target_cover_days"].mean(),
            "bottleneck": pd.Series(_bottlenecks(data, family, production, load), dtype="str"),
        }
    )
    frame = frame.reindex(sorted(set(family))).rename_axis("family").reset_index()
    said = frame["family"].map(comments(data, "family")).astype(object).fillna("")
    return conform(FAMILIES, frame.assign(rank=_rank(data, frame["family"], finance), comments=said))


def _most_common(values: pd.Series) -> str:
    return str(values.mode().iloc[0])


def _rank(data: PlanData, names: pd.Series, finance: pd.DataFrame) -> pd.Series:
    next_year = finance["period"].isin(data.calendar.periods[:RANK_MONTHS])
    revenue = finance[next_year & finance["line"].eq("revenue")].groupby("family")["amount"].sum().round(2)
    return (-names.map(revenue).fillna(0.0)).rank(method="first")


def _bottlenecks(data: PlanData, family: pd.Series, production: pd.DataFrame, load: pd.DataFrame) -> dict[str, str]:
    peak = load[load["period"].isin(data.calendar.periods[:RANK_MONTHS])].groupby("resource")["load_pct"].max()
    peak = peak.dropna()
    used = production[production["quantity"].gt(0.0) & production["resource"].isin(peak.index)]
    resources = used.groupby("item")["resource"].agg(set).to_dict()
    components = data["bom"].groupby("parent")["component"].agg(set).to_dict()
    found = {}
    for name, members in family.groupby(family):
        made = _with_components(set(members.index), components)
        candidates = sorted(set().union(*(resources.get(item, set()) for item in made)))
        found[str(name)] = max(candidates, key=lambda resource: peak[resource], default="")
    return found


def _with_components(items: set[str], components: dict[str, set[str]]) -> set[str]:
    """Return the items and everything below them in the bill."""
    reached, front = set(items), set(items)
    while front:
        front = set().union(*(components.get(item, set()) for item in front)) - reached
        reached |= front
    return reached
