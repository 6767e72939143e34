"""What the decomposition reads of a case: nodes in order, and the ways that lead to each, as arrays.

A way brings units to a node in a month: it makes them, buys them, takes them late from a supplier, ships them, or
takes them from stock and receipts that are there anyway (a source). Ways are numbered in that order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel

KNOWN_COLUMNS = frozenset(
    {
        *("make", "run", "buy", "expedite", "ship", "serve", "backlog", "lost", "regular", "overtime", "fixed_missed"),
        *("plan_up", "plan_down", "fence_over", "workers", "hire", "layoff"),
        *STOCK_TIERS,
    }
)
WHOLE_COLUMNS = frozenset({"order_open", "order_count", "make_open", "make_count"})
"""Columns that are whole: the bound does without them, the plan is rounded to them."""
KNOWN_ROWS = frozenset(
    {
        *("balance", "service", "choices", "hours", "capacity", "overtime_limit"),
        *("supplier_capacity", "lane_capacity", "fixed_production", "last_plan", "fence", "workforce"),
    }
)

ROUNDED_ROWS = frozenset(f"{kind}_{rule}" for kind in ("order", "make") for rule in ("smallest", "largest", "multiple"))
"""Rows that only rounding keeps."""


@dataclass(frozen=True)
class Stage:
    """Nodes that lead only to nodes of later stages, and their ways.

    Attributes:
        nodes: the nodes; shape (n,).
        ways: numbers of the ways that lead to them; shape (w,).
        row: which of `nodes` each way leads to; shape (w,).
        slots: for each node the places of its ways in `ways`, w where it has fewer; shape (n, most ways).
        place: the column of `slots` each way stands in; shape (w,).
        makes, ships: where in `ways` these stand, and which makes or ships they are.
    """

    nodes: np.ndarray
    ways: np.ndarray
    row: np.ndarray
    slots: np.ndarray
    place: np.ndarray
    makes: tuple[np.ndarray, np.ndarray]
    ships: tuple[np.ndarray, np.ndarray]


def misfit(case: SupplyCase, model: LinearModel) -> str:
    """Return why the decomposition does not fit this plan, as the end of a sentence; blank: it fits."""
    columns = [name for name, block in model.columns.items() if (block.of(model.upper) > 0).any()]
    rows = [name for name, block in model.rows.items() if block.size]
    other = sorted({*columns, *rows} - KNOWN_COLUMNS - WHOLE_COLUMNS - KNOWN_ROWS - ROUNDED_ROWS)
    if other:
        return f"it has {', '.join(other).replace('_', ' ')}"
    if case.hours.crews["busy"].any():
        return "workers may not be idle"
    ships, limit = case.network.ships, case.data["lanes"]["capacity_per_month"]
    if limit.reindex(ships.loc[ships["route"] != ships["lane"], "route"]).notna().any():
        return "lanes share a capacity"
    if case.selling.shared:
        return "customers of several classes order one item from one place"
    made = np.zeros(len(case.network.nodes), bool)
    made[case.network.makes["node"]] = True
    if (~np.isnan(case.targets.fixed)).any(axis=1)[~made].any():
        return "purchases are fixed"
    stage = _stages(case)
    if stage is None:
        return "goods can travel in a circle"
    if "last_plan" in model.rows and not _one_stage(case, stage):
        return "an item with a fence is both made and passed on"
    return ""


def _one_stage(case: SupplyCase, stage: np.ndarray) -> bool:
    """Return whether the places that make or buy an item stand in one stage, for each item."""
    network = case.network
    nodes = np.concatenate([network.makes["node"].to_numpy(int), network.buys["node"].to_numpy(int)])
    item = network.node_items[nodes]
    low, high = np.full(len(network.items), len(stage)), np.zeros(len(network.items), int)
    np.minimum.at(low, item, stage[nodes])
    np.maximum.at(high, item, stage[nodes])
    return bool((low >= high)[item].all())


def _arcs(case: SupplyCase) -> tuple[np.ndarray, np.ndarray]:
    """Return from which node to which goods or components go."""
    uses, ships = case.network.uses, case.network.ships
    parent = case.network.makes["node"].to_numpy(int)[uses["make"]]
    start = np.concatenate([uses["node"].to_numpy(int), ships["origin"].to_numpy(int)])
    return start, np.concatenate([parent, ships["target"].to_numpy(int)])


def _stages(case: SupplyCase) -> np.ndarray | None:
    """Return the stage of each node, 0 for what depends on nothing; None where there is a circle."""
    start, end = _arcs(case)
    stage = np.zeros(len(case.network.nodes), int)
    for _ in range(len(stage) + 1):
        later = stage.copy()
        np.maximum.at(later, end, stage[start] + 1)
        if (later == stage).all():
            return stage
        stage = later
    return None


@dataclass(frozen=True)
class Structure:
    """The network as arrays, months as columns.

    Attributes:
        case, model: the case, and its linear programme.
        cost: the one objective; shape (columns,).
    """

    case: SupplyCase
    model: LinearModel
    cost: np.ndarray = field(repr=False)

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return self.case.months

    @cached_property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.case.network.nodes)

    def of(self, name: str, vector: np.ndarray) -> np.ndarray:
        """Return the part of a vector over the columns that belongs to a block; shape (keys, months)."""
        return self.model.columns[name].of(vector)

    def costs(self, name: str) -> np.ndarray:
        """Return the cost of each column of a block; shape (keys, months)."""
        return self.of(name, self.cost)

    @cached_property
    def lead(self) -> np.ndarray:
        """Months a make takes; shape (makes, 1)."""
        return self.case.network.makes[["lead"]].to_numpy(int)

    @cached_property
    def ends(self) -> np.ndarray:
        """Which nodes only serve customers who wait: nothing else leaves them; shape (nodes,)."""
        found = np.zeros(self.nodes, bool)
        found[self.case.sellers[~self.case.policy("lost")]] = True
        found[_arcs(self.case)[0]] = False
        return found & ~self.fixed.any(axis=1)

    @cached_property
    def seller(self) -> np.ndarray:
        """The row of each node among the sellers, -1 for none; shape (nodes,)."""
        rows = np.full(self.nodes, -1)
        rows[self.case.sellers] = np.arange(len(self.case.sellers))
        return rows

    @cached_property
    def asked(self) -> np.ndarray:
        """Customers' demand, orders late at the start in the first month; shape (nodes, months)."""
        asked = self.case.demand.customers.copy()
        asked[:, 0] += self.case.demand.backlog
        return asked

    @cached_property
    def into(self) -> np.ndarray:
        """Opening stock and receipts; shape (nodes, months)."""
        into = self.case.demand.received.copy()
        into[:, 0] += self.case.demand.opening
        return into

    @cached_property
    def fixed(self) -> np.ndarray:
        """Where production is fixed; shape (nodes, months)."""
        return ~np.isnan(self.case.targets.fixed)

    @cached_property
    def fixed_quantity(self) -> np.ndarray:
        """What of the fixed production is still to be made, 0 where it is free; shape (nodes, months)."""
        ordered = self.case.demand.receipts["production"]
        return np.where(self.fixed, np.maximum(np.nan_to_num(self.case.targets.fixed) - ordered, 0.0), 0.0)

    @cached_property
    def tiers(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Width and cost of each layer of stock, the lowest first; each of shape (nodes, months)."""
        found = []
        for name in STOCK_TIERS:
            block = self.model.columns[name]
            width, cost = np.zeros((2, self.nodes, self.months))
            width[block.keys["node"]] = block.of(self.model.upper)
            cost[block.keys["node"]] = block.of(self.cost)
            found.append((width, cost))
        return found

    @cached_property
    def carrying(self) -> np.ndarray:
        """Cost of a unit in free stock at each month's end; shape (nodes, months)."""
        (_, _), (_, _), (width, cost), (_, excess) = self.tiers
        return np.where(width > 0, cost, excess)

    @cached_property
    def sources(self) -> np.ndarray:
        """Node and month of what is there anyway, outside the ends: the limited sources; shape (2, sources)."""
        there = (self.into + self.fixed_quantity > 0) & ~self.ends[:, None]
        return np.array(np.nonzero(there))

    @cached_property
    def source_nodes(self) -> np.ndarray:
        """The nodes that have sources; each is one way."""
        return np.unique(self.sources[0])

    @cached_property
    def way_nodes(self) -> np.ndarray:
        """The node each way leads to: makes, buys, late buys, ships, sources; shape (ways,)."""
        network = self.case.network
        bought = network.buys["node"].to_numpy(int)
        parts = [network.makes["node"], bought, bought, network.ships["target"], self.source_nodes]
        return np.concatenate([np.asarray(part, int) for part in parts])

    @cached_property
    def way_starts(self) -> np.ndarray:
        """The first way of each kind, and the number of ways; shape (6,)."""
        network = self.case.network
        sizes = [len(network.makes), len(network.buys), len(network.buys), len(network.ships), len(self.source_nodes)]
        return np.concatenate([[0], np.cumsum(sizes)])

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages, bought materials first."""
        stage = _stages(self.case)
        assert stage is not None
        return [self._stage(np.flatnonzero(stage == number)) for number in range(stage.max(initial=-1) + 1)]

    def _stage(self, nodes: np.ndarray) -> Stage:
        line = np.full(self.nodes, -1)
        line[nodes] = np.arange(len(nodes))
        ways = np.flatnonzero(line[self.way_nodes] >= 0)
        row = line[self.way_nodes[ways]]
        order = np.argsort(row, kind="stable")
        ways, row = ways[order], row[order]
        first = np.searchsorted(row, np.arange(len(nodes)))
        place = np.arange(len(ways)) - first[row] if len(ways) else np.zeros(0, int)
        slots = np.full((len(nodes), int(place.max(initial=0)) + 1), len(ways))
        slots[row, place] = np.arange(len(ways))
        makes, ships = self._of_kind(ways, 0), self._of_kind(ways, 3)
        return Stage(nodes, ways, row, slots, place, makes, ships)

    def _of_kind(self, ways: np.ndarray, kind: int) -> tuple[np.ndarray, np.ndarray]:
        start, end = self.way_starts[kind], self.way_starts[kind + 1]
        at = np.flatnonzero((ways >= start) & (ways < end))
        return at, ways[at] - start

    @cached_property
    def uses(self) -> Uses:
        """Which components each make takes, when."""
        return Uses.of(self.case)

    @cached_property
    def hours(self) -> csr_array:
        """Hours per unit made, operations with a choice left out; shape (used resources, makes)."""
        steps = self.case.network.steps
        return self._hours(steps[~steps["choice"]], "make", len(self.case.network.makes))

    @cached_property
    def run_hours(self) -> csr_array:
        """Hours per unit of each choice; shape (used resources, choices)."""
        steps = self.case.network.steps
        return self._hours(steps[steps["choice"]], "run", int(steps["choice"].sum()))

    def _hours(self, steps: pd.DataFrame, key: str, count: int) -> csr_array:
        used = self.model.columns["regular"].keys["resource"].to_numpy(int)
        line = np.searchsorted(used, steps["resource"].to_numpy(int))
        hours = steps["hours_per_unit"].to_numpy(float)
        return csr_array((hours, (line, steps[key].to_numpy(int))), shape=(len(used), count))


@dataclass(frozen=True)
class Uses:
    """Components by make.

    Attributes:
        make, node, need: of each line.
        start: month in which the make that ends in a month takes the component; shape (lines, months).
        taken: whether it takes any; same shape.
        need_matrix: need by make and node; shape (makes, nodes).
        plain: whether every make starts in the month it ends and every line is always in force.
    """

    make: np.ndarray
    node: np.ndarray
    need: np.ndarray
    start: np.ndarray
    taken: np.ndarray
    need_matrix: csr_array
    plain: bool

    @classmethod
    def of(cls, case: SupplyCase) -> Uses:
        """Read the lines of a case."""
        uses = case.network.uses
        start, taken = case.use_starts
        make, node = uses["make"].to_numpy(int), uses["node"].to_numpy(int)
        need = uses["need"].to_numpy(float)
        matrix = csr_array((need, (make, node)), shape=(len(case.network.makes), len(case.network.nodes)))
        plain = bool(taken.all() and (start == np.arange(case.months)).all())
        return cls(make, node, need, np.clip(start, 0, case.months - 1), taken, matrix, plain)

    def price(self, price: np.ndarray, makes: np.ndarray) -> np.ndarray:
        """Return what the components of a unit cost by month of finish; shape (makes, months)."""
        if self.plain:
            return np.asarray(self.need_matrix[makes] @ price)
        lines, line = self._lines(makes)
        each = np.where(self.taken[lines], price[self.node[lines][:, None], self.start[lines]], 0.0)
        total = np.zeros((len(makes), price.shape[1]))
        np.add.at(total, line, each * self.need[lines][:, None])
        return total

    def take(self, made: np.ndarray, makes: np.ndarray, out: np.ndarray) -> None:
        """Add to `out` (nodes, months) what these makes take of their components; `made` is by month of finish."""
        if self.plain:
            out += self.need_matrix[makes].T @ made
            return
        lines, line = self._lines(makes)
        each = np.where(self.taken[lines], made[line] * self.need[lines][:, None], 0.0)
        np.add.at(out, (self.node[lines][:, None], self.start[lines]), each)

    def least(self, share: np.ndarray, makes: np.ndarray) -> np.ndarray:
        """Return the least of the components' shares (nodes, months) by make and month of finish."""
        lines, line = self._lines(makes)
        each = np.where(self.taken[lines], share[self.node[lines][:, None], self.start[lines]], 1.0)
        least = np.ones((len(makes), share.shape[1]))
        np.minimum.at(least, line, each)
        return least

    def _lines(self, makes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the lines of these makes, and which of `makes` each belongs to."""
        position = np.full(self.need_matrix.shape[0], -1)
        position[makes] = np.arange(len(makes))
        lines = np.flatnonzero(position[self.make] >= 0)
        return lines, position[self.make[lines]]
