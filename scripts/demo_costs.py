"""Unit prices and material costs of the demo company, where the source gives none that can be planned with.

The source prices some parts by the case, carton, can or dozen without saying how many are inside, gives
most parts no standard cost, and its components' standard costs add up to more than the bikes made of
them (a spare part costs more than the same part on the line). Three rules mend that; each figure they
make is marked as derived in the data's README.
"""

from __future__ import annotations

import pandas as pd

UNITS_PER_PACK = {"EA": 1, "DZ": 12, "PAK": 400, "CS": 100, "CTN": 500, "CAN": 500, "GAL": 128}
"""Units in one priced package: a dozen and a gallon (ounces) are facts, the rest is assumed."""

PART_DISCOUNT = 0.3
"""Series price of a part over its vendor's list price: what lets the cheapest bikes meet their standard."""


def unit_prices(items: pd.DataFrame, vendors: pd.DataFrame, shares: pd.Series) -> pd.Series:
    """Return the price of one unit, by row of `vendors`.

    Goods only resold keep the vendor's price. Parts without a standard cost: the vendor's price over
    the units in a package, at the series discount. Bought components with a standard cost: their
    share of it, in the proportion of the vendors' prices.

    Args:
        items: items of the source, by item code.
        vendors: the source's vendors, with `item`, `price_usd`, `uom`, `preferred`.
        shares: share of its standard cost that each component may cost, by item code (`cost_shares`).

    Returns:
        USD per unit, four decimals, indexed as `vendors`.
    """
    standard = vendors["item"].map(items["standard_cost_usd"])
    packs = vendors["uom"].map(UNITS_PER_PACK)
    first = vendors.sort_values(["preferred", "vendor"], ascending=[False, True]).groupby("item")["price_usd"].first()
    share = vendors["item"].map(shares)
    of_standard = standard * share * vendors["price_usd"] / vendors["item"].map(first)
    of_pack = vendors["price_usd"] / packs * PART_DISCOUNT
    price = vendors["price_usd"].where(share.isna(), of_standard.where(standard > 0, of_pack))
    return price.round(4)


def cost_shares(items: pd.DataFrame, bom: pd.DataFrame) -> pd.Series:
    """Return, by component, the share of its standard cost at which no bike exceeds its own.

    The least of bike standard cost / sum of its components' standard costs over the bikes a component
    goes into, at any level, and 1 at most. Components of unsold bikes count too.
    """
    standard = items["standard_cost_usd"]
    bikes = items.index[items["family"] == "Bikes"]
    lines = bom[bom["parent"].isin(bikes)]
    parts_cost = (lines["qty_per"] * lines["component"].map(standard)).groupby(lines["parent"]).sum()
    share = (standard[parts_cost.index] / parts_cost).clip(upper=1.0)
    found: dict[str, float] = {}
    _spread(dict(share), bom.groupby("parent")["component"].agg(list).to_dict(), found)
    return pd.Series(found, dtype=float)


def _spread(shares: dict[str, float], below: dict[str, list[str]], found: dict[str, float]) -> None:
    for parent, share in shares.items():
        for component in below.get(parent, []):
            if share < found.get(component, 2.0):
                found[component] = share
                _spread({component: share}, below, found)


def rolled_costs(
    items: pd.DataFrame,
    bom: pd.DataFrame,
    conversion: pd.Series,
    prices: pd.Series,
    shares: pd.Series,
) -> pd.DataFrame:
    """Return material outside the bill and rolled cost of each item, lowest level first.

    The bills of a cheap and a dear frame are the same in the source, so what is missing up to the
    item's cost (its standard, times its share for a component) is material outside the bill: alloy,
    carbon, finish. It is given in two significant digits, so rolled and standard cost differ a little.

    Args:
        items: items of the source, by item code.
        bom: parent, component, qty_per.
        conversion: USD of routing hours per unit, by made item.
        prices: USD per unit, by bought item.
        shares: see `cost_shares`.

    Returns:
        Columns `material` and `rolled`, USD per unit, by item code.
    """
    lines = {
        parent: list(zip(part["component"], part["qty_per"], strict=True)) for parent, part in bom.groupby("parent")
    }
    material: dict[str, float] = {}
    rolled: dict[str, float] = {}

    def roll(item: str) -> float:
        if item not in rolled:
            below = sum(qty * roll(component) for component, qty in lines.get(item, []))
            below += float(conversion.get(item, 0.0)) + float(prices.get(item, 0.0))
            meant = float(items.at[item, "standard_cost_usd"]) * float(shares.get(item, 1.0))
            missing = meant - below if item in lines else 0.0
            material[item] = float(f"{max(missing, 0.0):.2g}") if missing >= 0.5 else 0.0
            rolled[item] = below + material[item]
        return rolled[item]

    for item in items.index:
        roll(item)
    return pd.DataFrame({"material": material, "rolled": rolled}).reindex(items.index)
