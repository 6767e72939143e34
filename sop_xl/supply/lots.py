"""Lots: what is made, bought or shipped at once has a smallest quantity, or comes in whole multiples."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.rows import lines, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder, Terms

Blocks = dict[str, "Block"]
KINDS = {"make": ("make",), "order": ("buy", "expedite"), "truck": ("ship",), "route": ("ship",)}
"""Kinds of lots, and the columns whose quantity they are of; a truck carries one item, a route all of them."""


@dataclass(frozen=True)
class Lots:
    """Lots of one kind.

    Attributes:
        ways: row of `makes`, of `buys` or of the table `lanes`; shape (lots,).
        line: the lot of each column key of the kind's quantities, -1 for none; shape (keys,).
        minimum, multiple: units, 0 for none; shape (lots,).
        setup: the row of the setup that opens the lot, -1 for none; shape (lots,).
        free: months in which a planner fixed the quantity, which then need not fit; shape (lots, months).
        most: the most that can make sense in a month; shape (lots,).
        asked: whether something else asks if the lot is there: a fixed cost, a limit of destinations; shape (lots,).
    """

    ways: np.ndarray = field(repr=False)
    line: np.ndarray = field(repr=False)
    minimum: np.ndarray = field(repr=False)
    multiple: np.ndarray = field(repr=False)
    setup: np.ndarray = field(repr=False)
    free: np.ndarray = field(repr=False)
    most: np.ndarray = field(repr=False)
    asked: np.ndarray = field(repr=False)

    @property
    def opened(self) -> np.ndarray:
        """Lots that need a yes or no of their own, which neither multiple nor setup gives."""
        return np.flatnonzero(((self.minimum > self.multiple) | self.asked) & (self.setup < 0))

    @property
    def counted(self) -> np.ndarray:
        """Lots that come in multiples."""
        return np.flatnonzero(self.multiple > 0)


def read_lots(case: SupplyCase, need: np.ndarray) -> dict[str, Lots]:
    """Return the lots of each kind; `need` is the most the horizon can need of each item."""
    network, suppliers, lanes = case.network, case.data["suppliers"], case.data["lanes"]
    items = network.items.loc[network.node_items].reset_index(drop=True)
    fixed = ~np.isnan(case.targets.fixed)
    made = network.makes["node"].to_numpy(int)
    at = network.buys["node"].to_numpy(int)
    own = items.loc[made, ["min_lot", "lot_multiple"]]
    orders = suppliers.loc[network.buys["source"], ["min_order", "multiple"]]
    setups = case.setups.keys
    setup = np.full(len(made), -1)
    whole = setups[setups["run"] < 0]
    setup[whole["make"]] = whole.index
    item = network.node_items
    return {
        "make": _lots(own, np.arange(len(made)), setup, fixed[made], need[item[made]]),
        "order": _lots(orders, np.arange(len(at)), np.full(len(at), -1), fixed[at], need[item[at]]),
        "truck": _loads(case, need, "lane", lanes["item"].ne("")),
        "route": _loads(case, need, "route", lanes["item"].eq("")),
    }


def _loads(case: SupplyCase, need: np.ndarray, field: str, chosen: pd.Series) -> Lots:
    """Return the lots of the `chosen` rows of the table `lanes`, which ships name in `field`."""
    lanes, ships = case.data["lanes"], case.network.ships
    carried = ships.assign(item=case.network.node_items[ships["target"]]).drop_duplicates([field, "item"])
    most = carried.assign(need=need[carried["item"]]).groupby(field)["need"].sum().reindex(lanes.index).fillna(0.0)
    limit = lanes["capacity_per_month"].fillna(np.inf)
    sizes = lanes[["min_load", "multiple"]].where(chosen, 0.0)
    few = case.data["locations"].dropna(subset="max_destinations")["location"]
    asked = (chosen & (lanes["fixed_cost"].gt(0) | lanes["from_location"].isin(few))).to_numpy(bool)
    free = np.zeros((len(lanes), case.months), dtype=bool)
    line = ships[field].to_numpy(int)
    lots = _lots(sizes, line, np.full(len(lanes), -1), free, np.minimum(most, limit).to_numpy(float), asked)
    return replace(lots, line=np.where(line < 0, -1, lots.line))


def _lots(
    sizes: pd.DataFrame,
    way_of: np.ndarray,
    setup: np.ndarray,
    free: np.ndarray,
    need: np.ndarray,
    asked: np.ndarray | None = None,
) -> Lots:
    """Keep the ways that have a lot size or are asked for; `way_of` is the way of each column key."""
    size = np.nan_to_num(np.asarray(sizes, dtype=float).reshape(-1, 2))
    asked = np.zeros(len(size), dtype=bool) if asked is None else asked
    ways = np.flatnonzero((size > 0).any(axis=1) | asked)
    line = lines(pd.Series(ways), len(size))[way_of]
    minimum, multiple = size[ways].T
    whole = np.where(multiple > 0, np.ceil(minimum / np.where(multiple > 0, multiple, 1.0) - 1e-9) * multiple, minimum)
    most = need[ways] + np.maximum(whole, multiple)
    return Lots(ways, line, whole, multiple, setup[ways], free[ways], most, asked[ways])


def add_lot_columns(builder: ModelBuilder, case: SupplyCase) -> Blocks:
    """Add whether a lot is made (1 or 0), and how many multiples, by kind; nothing for kinds without lots."""
    blocks = {}
    for kind, lots in case.lots.items():
        for name, chosen, most in (("open", lots.opened, 1.0), ("count", lots.counted, np.inf)):
            if len(chosen):
                keys = pd.DataFrame({"lot": chosen})
                block = builder.add_columns(f"{kind}_{name}", keys, case.months, upper=most, integer=True)
                blocks[block.name] = block
    return blocks


def add_lots(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> None:
    """Add the three rules of each kind of lots."""
    for kind, lots in case.lots.items():
        if len(lots.ways):
            parts = _quantities(lots, [columns[name] for name in KINDS[kind]])
            add_smallest_lot(builder, kind, lots, columns, parts)
            add_largest_lot(builder, kind, lots, columns, parts)
            add_multiple(builder, kind, lots, columns, parts)
    add_destinations(builder, case, columns)


def add_destinations(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block | None:
    """sum_l open[l,t] <= max_destinations[o] over the routes l from a place o, in places."""
    places = case.data["locations"].dropna(subset="max_destinations")
    block, lots = columns.get("route_open"), case.lots["route"]
    if block is None or places.empty:
        return None
    start = case.data["lanes"]["from_location"].to_numpy()[lots.ways[block.keys["lot"]]]
    rows = pd.Index(places["location"]).get_indexer(start)
    upper = np.repeat(places[["max_destinations"]].to_numpy(float), case.months, axis=1)
    keys = places[["location"]].reset_index(drop=True)
    return builder.add_rows("destinations", keys, case.months, [terms(rows, block)], upper=upper)


def _quantities(lots: Lots, blocks: Sequence[Block]) -> list[Terms]:
    """Return the quantity of each lot and month; the rows count all lots of the kind."""
    return [terms(lots.line, block) for block in blocks]


def _chosen(parts: list[Terms], lots: Lots, chosen: np.ndarray) -> list[Terms]:
    """Return the terms of the `chosen` lots, their rows counted anew."""
    months = lots.free.shape[1]
    place = lines(pd.Series(chosen), len(lots.ways))
    found = []
    for row, column, value in parts:
        new = place[row // months]
        kept = new >= 0
        found.append((new[kept] * months + row[kept] % months, column[kept], np.asarray(value)[kept]))
    return found


def add_smallest_lot(
    builder: ModelBuilder, kind: str, lots: Lots, columns: Blocks, quantity: list[Terms]
) -> Block | None:
    """quantity[l,t] >= minimum[l] * open[l,t], in units; with a setup, `setup` stands for `open`."""
    chosen = np.flatnonzero((lots.minimum > lots.multiple) | ((lots.minimum > 0) & (lots.setup >= 0)))
    if not len(chosen):
        return None
    parts = _chosen(quantity, lots, chosen) + _opens(kind, lots, columns, chosen, -lots.minimum)
    lower = np.where(lots.free[chosen], -np.inf, 0.0)
    return builder.add_rows(f"{kind}_smallest", pd.DataFrame({"lot": chosen}), lower.shape[1], parts, lower=lower)


def _opens(kind: str, lots: Lots, columns: Blocks, chosen: np.ndarray, value: np.ndarray) -> list[Terms]:
    parts = []
    own = columns.get(f"{kind}_open")
    if own is not None:
        rows = lines(pd.Series(chosen), len(lots.ways))[own.keys["lot"]]
        parts.append(terms(rows, own, value[own.keys["lot"]]))
    with_setup = np.flatnonzero(lots.setup[chosen] >= 0)
    if len(with_setup):
        setup = columns["setup"]
        rows = np.full(len(setup.keys), -1)
        rows[lots.setup[chosen[with_setup]]] = with_setup
        coefficient = np.zeros(len(setup.keys))
        coefficient[lots.setup[chosen[with_setup]]] = value[chosen[with_setup]]
        parts.append(terms(rows, setup, coefficient))
    return parts


def add_largest_lot(
    builder: ModelBuilder, kind: str, lots: Lots, columns: Blocks, quantity: list[Terms]
) -> Block | None:
    """quantity[l,t] <= most[l] * open[l,t], in units; setups have rows of their own for this."""
    chosen = lots.opened
    if not len(chosen):
        return None
    parts = _chosen(quantity, lots, chosen) + _opens(kind, lots, columns, chosen, -lots.most)
    upper = np.where(lots.free[chosen], np.inf, 0.0)
    return builder.add_rows(f"{kind}_largest", pd.DataFrame({"lot": chosen}), upper.shape[1], parts, upper=upper)


def add_multiple(builder: ModelBuilder, kind: str, lots: Lots, columns: Blocks, quantity: list[Terms]) -> Block | None:
    """quantity[l,t] = multiple[l] * count[l,t], in units."""
    chosen = lots.counted
    if not len(chosen):
        return None
    count = columns[f"{kind}_count"]
    parts = [*_chosen(quantity, lots, chosen), terms(np.arange(len(chosen)), count, -lots.multiple[chosen])]
    free = lots.free[chosen]
    return builder.add_rows(
        f"{kind}_multiple",
        count.keys,
        free.shape[1],
        parts,
        lower=np.where(free, -np.inf, 0.0),
        upper=np.where(free, np.inf, 0.0),
    )
