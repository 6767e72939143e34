"""End nodes: a node that only serves waiting customers, solved exactly for given prices of what comes in.

With R the receipts up to a month and D the demand up to it less what is there anyway, R - D is stock (above 0) or
backlog (below), and its cost is convex in R. Cut into layers, slices of R in which the cost of every month is a
straight line, each layer can choose the month it arrives in by itself: earlier for dearer lateness, later for dearer
stock, or never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.structure import Structure

CHUNK = 1000
"""Nodes cut into layers at a time, to bound memory."""
THIN = 1e-9


class EndNodes:
    """The layers of all end nodes.

    Attributes:
        nodes: the end nodes.
        constant: what stock and backlog cost where nothing comes in.
    """

    def __init__(self, structure: Structure) -> None:
        self.nodes = np.flatnonzero(structure.ends)
        self._months = structure.months
        self._net = (structure.asked - structure.into)[self.nodes].cumsum(axis=1)
        self._late = structure.costs("backlog")[structure.seller[self.nodes]]
        self._tiers = [(width[self.nodes], cost[self.nodes]) for width, cost in structure.tiers]
        self.constant = 0.0
        parts = [self._cut(start) for start in range(0, len(self.nodes), CHUNK)]
        self._node, self._width, self._cost = (
            np.concatenate(arrays) if arrays else np.zeros(0)
            for arrays in (zip(*parts, strict=True) if parts else [()] * 3)
        )
        self._node = self._node.astype(int)
        self._all = np.arange(len(self._node))

    def _cut(self, start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return node, width and cost by month of arrival of the layers of some nodes that are worth serving."""
        part = slice(start, start + CHUNK)
        net, late = self._net[part], self._late[part]
        tiers = [(width[part], cost[part]) for width, cost in self._tiers]
        tops = np.cumsum([np.where(np.isfinite(width), width, 0.0) for width, _ in tiers], axis=0)
        finite = [np.where(np.isfinite(width), top, 0.0) for (width, _), top in zip(tiers, tops, strict=True)]
        cuts = [np.zeros((len(net), 1)), net, *(net + top for top in finite if top.any())]
        edges = np.sort(np.concatenate(cuts, axis=1).clip(min=0.0), axis=1)
        width = np.diff(edges, axis=1)
        kept = width > THIN
        node = np.nonzero(kept)[0]
        middle = ((edges[:, :-1] + edges[:, 1:]) / 2.0)[kept]
        slope = self._slopes(middle[:, None] - net[node], late[node], [(w[node], c[node]) for w, c in tiers])
        cost = np.ascontiguousarray(slope[:, ::-1].cumsum(axis=1)[:, ::-1])
        self.constant += float(self.stock_cost(np.zeros_like(net), part).sum())
        useful = cost.min(axis=1) < 0
        return node[useful] + start, width[kept][useful], cost[useful]

    @staticmethod
    def _slopes(level: np.ndarray, late: np.ndarray, tiers: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """Return what one more unit costs where stock less backlog is `level`: -late below the first layer.

        Where stock is rewarded more than lateness costs, both are held at once; the slope is then -late still.
        """
        slope, floor = -late, np.zeros_like(level)
        for width, cost in tiers:
            slope = np.where((level >= floor) & (width > 0), np.maximum(-late, cost), slope)
            floor = floor + width
        return slope

    def stock_cost(self, receipts: np.ndarray, part: slice = slice(None)) -> np.ndarray:
        """Return what stock and backlog cost for these receipts up to each month; shape (nodes, months)."""
        level, late = receipts - self._net[part], self._late[part]
        cost = late * np.maximum(-level, 0.0)
        left = np.maximum(level, 0.0)
        for whole, costs in self._tiers:
            width, each = whole[part], costs[part]
            inside = np.minimum(left, width)
            left = left - inside
            both = np.where(each < -late, np.where(np.isfinite(width), width, 0.0) - inside, 0.0)
            cost += each * inside + (each + late) * both
        return cost

    def choose(self, price: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the least cost above `constant` and what comes in, (nodes, months), at these prices of a unit."""
        if not len(self._node):
            return 0.0, np.zeros_like(price)
        total = price[self._node]
        total += self._cost
        month = total.argmin(axis=1)
        best = total[self._all, month]
        served = best < 0
        where = self._node[served] * self._months + month[served]
        inflow = np.bincount(where, weights=self._width[served], minlength=price.size).reshape(price.shape)
        return float(best[served] @ self._width[served]), inflow
