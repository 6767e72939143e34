"""Standard cost, rolled up from bought items through bill and routing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.currency import in_plan_currency
from sop_xl.domain.errors import SopError
from sop_xl.domain.routing import good_unit_routings
from sop_xl.finance.price import net_price
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ITEM_COSTS

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


def roll_up_costs(data: PlanData) -> pd.DataFrame:
    """Return `item_costs`: what a unit of each item costs to make or buy, beside the standard in use.

    Level by level from the bought items up: material = sum of qty_per / (1 - scrap) x rolled cost of
    the component + the item's material cost; conversion = sum of hours / yield x hourly rate; rolled cost
    is their sum, and overhead what of it is fixed, at this level and below. An item without bill and
    routing costs its supplier's price, else its given standard, else its material cost. The standard cost
    in use is the given one, else the rolled one.

    Setup cost is not part of a unit's cost: it depends on the lot, and stands in the plan cost.

    Raises:
        SopError: an item is, over some levels, a component of itself; the message shows the cycle.
    """
    items = data["items"].sort_values("item", ignore_index=True)
    codes = pd.Index(items["item"])
    bill = bill_in_force(data)
    price = bought_cost(data).reindex(codes).to_numpy(float)
    made = _is_made(data, items, bill, price)
    conversion = _where_made(made, conversion_cost(data).reindex(codes, fill_value=0.0))
    fixed = _where_made(made, fixed_overhead(data).reindex(codes, fill_value=0.0))
    start = np.where(made, items["material_cost"], _outside_cost(items, price))
    bill = bill[bill["parent"].isin(codes[made])]
    material = _material(codes, bill, start, conversion)
    rolled = material + conversion
    given = items["standard_cost"].to_numpy(float)
    standard = np.where(np.isnan(given), rolled, given)
    frame = pd.DataFrame(
        {
            "item": items["item"],
            "material": material,
            "conversion": conversion,
            "overhead": _material(codes, bill, fixed, np.zeros(len(codes))),
            "rolled_cost": rolled,
            "standard_cost": standard,
            "difference": rolled - standard,
            "basis": np.where(np.isnan(given), "rolled", "given"),
            "net_price": net_price(data).reindex(codes).to_numpy(float),
        }
    )
    return conform(ITEM_COSTS, frame)


def bill_in_force(data: PlanData) -> pd.DataFrame:
    """Return the bill's lines that hold in the current month: parent, component, need per unit."""
    bom, now = data["bom"], data.settings.current_period
    started = bom["valid_from"].isna() | bom["valid_from"].le(now)
    running = bom["valid_to"].isna() | bom["valid_to"].ge(now)
    lines = bom[started & running].sort_values(["parent", "component"], ignore_index=True)
    need = lines["qty_per"] / (1.0 - lines["scrap_pct"] / 100.0)
    return lines[["parent", "component"]].assign(need=need)


def conversion_cost(data: PlanData) -> pd.Series:
    """Return the cost of one unit's own hours by item, in money per unit; items with a routing only.

    Hours cost the resource's rate, its overhead and, where its workforce is planned, the labour rate. A unit
    passes one resource of each operation: several, at one site or more, count with their mean. Named
    alternatives do not count, unless an operation has nothing else: then the first does.
    """
    return _at_rate(data, _hourly_rate(data))


def fixed_overhead(data: PlanData) -> pd.Series:
    """Return what of `conversion_cost` is fixed overhead, in money per unit by item."""
    return _at_rate(data, data["resources"].set_index("resource")["overhead_per_hour"])


def bought_cost(data: PlanData) -> pd.Series:
    """Return the price of one unit by item, in plan currency: suppliers' shares weigh, else the cheapest.

    Prices in another currency count at the plan rate of the current month.
    """
    offers = data["suppliers"].sort_values(["item", "supplier"], ignore_index=True)
    month = pd.Series(data.settings.current_period, index=offers.index, dtype="period[M]")
    price = in_plan_currency(data, offers["price"], offers["currency"], month, rate="plan_rate")
    offers = offers.assign(price=price, share=offers["share_pct"].fillna(0.0)).dropna(subset=["price"])
    totals = offers.assign(paid=offers["price"] * offers["share"]).groupby("item")
    weighted = totals["paid"].sum() / totals["share"].sum().replace(0.0, np.nan)
    return weighted.fillna(totals["price"].min())


def bottom_up_levels(codes: pd.Index, parent: np.ndarray, component: np.ndarray) -> list[np.ndarray]:
    """Return positions of `codes` in groups: those made of nothing first, each before what it goes into.

    Args:
        codes: the items.
        parent: position of the parent of each line of the bill; shape (lines,).
        component: position of its component; shape (lines,).

    Raises:
        SopError: the bill runs in a circle.
    """
    undone = np.ones(len(codes), dtype=bool)
    levels = []
    while undone.any():
        waits = np.zeros(len(codes), dtype=bool)
        waits[parent[undone[component]]] = True
        ready = undone & ~waits
        if not ready.any():
            raise SopError(_cycle_message(codes, parent, component, undone))
        levels.append(np.flatnonzero(ready))
        undone &= ~ready
    return levels


def _at_rate(data: PlanData, rates: pd.Series) -> pd.Series:
    routings = _main_routings(data)
    cost = routings.assign(cost=routings["hours_per_unit"] * routings["resource"].map(rates).fillna(0.0))
    return cost.groupby(["item", "operation"])["cost"].mean().groupby("item").sum()


def _where_made(made: np.ndarray, cost: pd.Series) -> np.ndarray:
    return np.where(made, cost.to_numpy(float), 0.0)


def _material(codes: pd.Index, bill: pd.DataFrame, start: np.ndarray, conversion: np.ndarray) -> np.ndarray:
    """Add to `start`, the cost of a unit without its bill, what its components cost; shape (items,)."""
    parent, component = codes.get_indexer(bill["parent"]), codes.get_indexer(bill["component"])
    need = bill["need"].to_numpy(float)
    material = start.copy()
    for level in bottom_up_levels(codes, parent, component):
        lines = np.isin(parent, level)
        below = component[lines]
        np.add.at(material, parent[lines], need[lines] * (material[below] + conversion[below]))
    return material


def _is_made(data: PlanData, items: pd.DataFrame, bill: pd.DataFrame, price: np.ndarray) -> np.ndarray:
    """Tell the items whose cost is rolled: not bought, and with a bill, a routing or material of their own."""
    process = items["item"].isin(bill["parent"]) | items["item"].isin(data["routings"]["item"])
    unpriced_material = items["material_cost"].gt(0.0) & np.isnan(price)
    return (items["source"].ne("buy") & (process | unpriced_material)).to_numpy()


def _outside_cost(items: pd.DataFrame, price: np.ndarray) -> np.ndarray:
    known = pd.Series(price).fillna(items["standard_cost"])
    return known.fillna(items["material_cost"]).to_numpy(float)


def _main_routings(data: PlanData) -> pd.DataFrame:
    rows = good_unit_routings(data["routings"]).sort_values(["item", "operation", "resource"], ignore_index=True)
    key = ["item", "operation"]
    main = rows[rows["alternative"].eq("")]
    only_named = ~pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(main[key]))
    return pd.concat([main, rows[only_named].drop_duplicates(key)])


def _hourly_rate(data: PlanData) -> pd.Series:
    resources = data["resources"].set_index("resource")
    machine = resources["cost_per_hour"] + resources["overhead_per_hour"]
    labour = data["labour"].set_index("resource")["cost_per_hour"]
    return machine.add(labour, fill_value=0.0)


def _cycle_message(codes: pd.Index, parent: np.ndarray, component: np.ndarray, undone: np.ndarray) -> str:
    """Walk down from the first item that is left, always to its first component that is left."""
    path = [int(np.flatnonzero(undone)[0])]
    while path[-1] not in path[:-1]:
        path.append(int(component[(parent == path[-1]) & undone[component]].min()))
    cycle = " > ".join(str(codes[position]) for position in path[path.index(path[-1]) :])
    return f"Bill of material: {cycle} runs in a circle, so no cost can be rolled up. Take out one of these lines."
