"""Groups of goods, each with its part of everything that groups share, so that each can be planned by itself.

A group gets its goods and a copy of every node from which they are made. Of what groups share it gets the part that
its goods use in a plan, and an equal part of what that plan leaves idle. What comes to a shared node is taken to
leave it first in, first out; that says which part of it, and of the hours and units behind it, is whose.
The groups' plans add up to a plan that keeps every row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.oracle import Oracle
    from sop_xl.supply.decomposition.structure import Structure

TINY = 1e-9


@dataclass(frozen=True)
class Copies:
    """Copies of nodes and ways by group.

    Attributes:
        count: number of groups.
        node, group: of each copy of a node; sorted by group.
        way, target: way and copy of the node it leads to, of each copy of a way.
        line, by, source: line of the bill, copy of the make and copy of the component it takes.
        ship, origin: copy of a ship among the ways, and copy of the node it leaves.
        owned: whether the copy's customers are the group's; shape (copies,).
    """

    count: int
    node: np.ndarray = field(repr=False)
    group: np.ndarray = field(repr=False)
    way: np.ndarray = field(repr=False)
    target: np.ndarray = field(repr=False)
    line: np.ndarray = field(repr=False)
    by: np.ndarray = field(repr=False)
    source: np.ndarray = field(repr=False)
    ship: np.ndarray = field(repr=False)
    origin: np.ndarray = field(repr=False)
    owned: np.ndarray = field(repr=False)


def owners(structure: Structure, size: int, seed: int) -> np.ndarray:
    """Return the group of each item that customers order or nothing else is made from, dealt at random; -1: none.

    Args:
        structure: the network.
        size: about how many items a group should have.
        seed: of the deal.
    """
    s = structure
    items = s.case.network.node_items
    inner = np.zeros(len(s.case.network.items), bool)
    inner[items[s.uses.node]] = True
    sold = np.zeros(len(inner), bool)
    sold[s.case.seller_items] = True
    there = np.zeros(len(inner), bool)
    there[items] = True
    mine = np.flatnonzero(there & (sold | ~inner))
    count = max(1, round(len(mine) / size))
    owner = np.full(len(inner), -1)
    owner[np.random.default_rng(seed).permutation(mine)] = np.arange(len(mine)) % count
    return owner


def copies(structure: Structure, owner: np.ndarray) -> Copies:
    """Return the copies of nodes and ways that the groups need; `owner` is the group of each item."""
    s = structure
    count = int(owner.max(initial=-1)) + 1
    own = owner[s.case.network.node_items]
    has = np.zeros((s.nodes, max(count, 1)), bool)
    has[np.flatnonzero(own >= 0), own[own >= 0]] = True
    makes = s.case.network.makes["node"].to_numpy(int)
    ships = s.case.network.ships
    origin, target = ships["origin"].to_numpy(int), ships["target"].to_numpy(int)
    for _ in s.stages:
        np.logical_or.at(has, s.uses.node, has[makes[s.uses.make]])
        np.logical_or.at(has, origin, has[target])
    group, node = np.nonzero(has.T)
    number = np.full(has.shape, -1)
    number[node, group] = np.arange(len(node))
    real = s.way_starts[4]
    target_copies, way = _repeated(s.way_nodes[:real], number)
    line, by, source = _use_copies(s, number, group, way, target_copies)
    at = np.flatnonzero(way >= s.way_starts[3])
    leaving = number[origin[way[at] - s.way_starts[3]], group[target_copies[at]]]
    return Copies(count, node, group, way, target_copies, line, by, source, at, leaving, own[node] == group)


def _repeated(node: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each copy of the ways to `node` the copy of the node, and the way."""
    way, group = np.nonzero(number[node] >= 0)
    return number[node[way], group], way


def _use_copies(
    s: Structure, number: np.ndarray, group: np.ndarray, way: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return line, copy of the make and copy of the component of each line of the bill in each group."""
    makes = np.flatnonzero(way < s.way_starts[1])
    of_make = np.full((s.way_starts[1], number.shape[1]), -1)
    of_make[way[makes], group[target[makes]]] = makes
    line, which = np.nonzero(of_make[s.uses.make] >= 0)
    return line, of_make[s.uses.make[line], which], number[s.uses.node[line], which]


def _first_in_first_out(coming: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Return which part of what leaves in month t came in month u; shape (nodes, u, t)."""
    came, went = coming.cumsum(axis=1), out.cumsum(axis=1)
    upper = np.minimum(came[:, :, None], went[:, None, :])
    lower = np.maximum((came - coming)[:, :, None], (went - out)[:, None, :])
    return np.maximum(upper - lower, 0.0) / np.maximum(out, TINY)[:, None, :]


class Parts:
    """Which part of a plan's goods is whose.

    Attributes:
        arrivals: the part of what comes to each copy's node; shape (copies, months).
        stock: the part of its stock; same shape.
        flow: of each copy of a way, by month of arrival; shape (copies of ways, months).
    """

    def __init__(self, oracle: Oracle, cop: Copies, ways: np.ndarray) -> None:
        self._oracle, self._s, self._c = oracle, oracle.structure, cop
        s = self._s
        self._coming, out = oracle.through(ways)
        selling = (s.seller >= 0) & ~s.ends
        self._served = np.where(selling[:, None], np.clip(self._coming - out, 0.0, s.asked), 0.0)
        self.flow = np.zeros((len(cop.way), s.months))
        self.arrivals, self._need = np.zeros((2, len(cop.node), s.months))
        self._copies_of_node = np.bincount(cop.node, minlength=s.nodes)
        shared = self._copies_of_node > 1
        self._shared_row = np.cumsum(shared) - 1
        self._when = _first_in_first_out(self._coming[shared], (out + self._served)[shared])
        self._down(ways)
        self.stock = self._stock_part()

    def _down(self, ways: np.ndarray) -> None:
        """Part each stage's arrivals by what its copies need, from customers down."""
        s, c = self._s, self._c
        stage_of = np.zeros(s.nodes, int)
        for number, stage in enumerate(s.stages):
            stage_of[stage.nodes] = number
        for number in reversed(range(len(s.stages))):
            mine = np.flatnonzero(stage_of[c.node] == number)
            self.arrivals[mine] = self._part(mine)
            flows = np.flatnonzero(stage_of[c.node[c.target]] == number)
            self.flow[flows] = ways[c.way[flows]] * self.arrivals[c.target[flows]]
            self._take(np.flatnonzero(stage_of[c.node[c.target[c.by]]] == number))
            self._depart(np.flatnonzero(stage_of[c.node[c.target[c.ship]]] == number))

    def _take(self, lines: np.ndarray) -> None:
        c, uses = self._c, self._s.uses
        line = c.line[lines]
        each = np.where(uses.taken[line], self.flow[c.by[lines]] * uses.need[line][:, None], 0.0)
        np.add.at(self._need, (c.source[lines][:, None], uses.start[line]), each)

    def _depart(self, ships: np.ndarray) -> None:
        c = self._c
        np.add.at(self._need, c.origin[ships], self.leaving(c.ship[ships]))

    def leaving(self, ships: np.ndarray) -> np.ndarray:
        """Return the flow of these copies of ships by month of departure."""
        lead = self._oracle.ship_lead[self._c.way[ships] - self._s.way_starts[3]]
        month = np.arange(self._s.months) - lead[:, None]
        left = np.zeros((len(ships), self._s.months))
        rows = np.arange(len(ships))[:, None]
        np.add.at(left, (rows, np.maximum(month, 0)), np.where(month >= 0, self.flow[ships], 0.0))
        return left

    def _part(self, mine: np.ndarray) -> np.ndarray:
        """Return the part of what arrives that is each copy's; what nobody uses is parted equally."""
        s, c = self._s, self._c
        part = np.ones((len(mine), s.months))
        several = np.flatnonzero(self._copies_of_node[c.node[mine]] > 1)
        rows, node = mine[several], c.node[mine[several]]
        need = self._need[rows] + np.where(c.owned[rows][:, None], self._served[node], 0.0)
        used = np.einsum("put,pt->pu", self._when[self._shared_row[node]], need)
        total = np.zeros((s.nodes, s.months))
        np.add.at(total, node, used)
        part[several] = self._equal(node, used, np.maximum(total, self._coming)[node], total[node])
        return part

    def _equal(self, node: np.ndarray, used: np.ndarray, whole: np.ndarray, total: np.ndarray) -> np.ndarray:
        """Return used over whole, and an equal part of the share of `whole` that is not in `total`."""
        size = np.where(whole > TINY, whole, 1.0)
        rest = np.where(whole > TINY, 1.0 - total / size, 1.0)
        return np.where(whole > TINY, used / size, 0.0) + rest / self._copies_of_node[node][:, None]

    def _stock_part(self) -> np.ndarray:
        """Return each copy's part of the stock at its node, by what came and went; equal parts where there is none."""
        c = self._c
        own = np.maximum((self._coming[c.node] * self.arrivals - self._need).cumsum(axis=1), 0.0)
        total = np.zeros_like(self._coming)
        np.add.at(total, c.node, own)
        return self._equal(c.node, own, total[c.node], total[c.node])
