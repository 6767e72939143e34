"""Last month's plan as one more family of prices: what a unit of an item more or less than planned is worth.

With the price p of the row `last_plan` of an item and month, every way to make or buy the item costs p more; the units
above or below the plan then choose for themselves: none while p is below what a changed unit costs, as many as the
fence allows above it. A price beyond what breaking the fence costs has no finite bound, so it never goes there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.structure import Structure


class Fences:
    """The rows `last_plan` and `fence` of a plan.

    Attributes:
        line: the row of `last_plan` of each node's item, -1 for none; shape (nodes,).
        kept: months in which the last plan counts; shape (items kept, months).
        plan: what it still has to bring, receipts taken off; same shape.
        allowed: by how much supply may differ before the fence is broken; same shape.
        lowest, highest: bounds of the price; same shape.
    """

    def __init__(self, structure: Structure) -> None:
        s = self._s = structure
        model, shape = s.model, (0, s.months)
        self.kept, self.line = np.zeros(shape, bool), np.full(s.nodes, -1)
        self.plan = self.allowed = self._up = self._down = self.lowest = self.highest = np.zeros(shape)
        if "last_plan" not in model.rows:
            return
        rows = model.rows["last_plan"]
        self.plan = rows.of(model.row_upper)
        self.kept = np.isfinite(self.plan)
        self.plan = np.where(self.kept, self.plan, 0.0)
        self.allowed = np.where(self.kept, model.rows["fence"].of(model.row_upper), np.inf)
        self._up, self._down = s.costs("plan_up"), s.costs("plan_down")
        broken = np.where(np.isfinite(self.allowed), s.costs("fence_over"), 0.0)
        self.highest = np.where(self.kept, self._up + broken, 0.0)
        self.lowest = np.where(self.kept, -self._down - broken, 0.0)
        line = np.full(len(s.case.network.items), -1)
        line[rows.keys["item"].to_numpy(int)] = np.arange(len(rows.keys))
        self.line = line[s.case.network.node_items]

    def changes(self, price: np.ndarray) -> tuple[float, np.ndarray]:
        """Return what the rows add to the bound at these prices, and supply less plan as they would have it."""
        more, less, gain = price > self._up, -price > self._down, self.room_worth(price)
        room = np.where(np.isfinite(self.allowed), self.allowed, 0.0)
        value = -float((price * self.plan).sum()) - float((gain * room).sum())
        return value, np.where(more, room, np.where(less, -room, 0.0))

    def room_worth(self, price: np.ndarray) -> np.ndarray:
        """Return what one unit more of room inside the fence is worth at these prices; shape (items kept, months)."""
        return np.maximum(np.maximum(price - self._up, -price - self._down), 0.0)

    def supply(self, flows: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """Return what comes of each item kept; each of `flows` is the nodes of its ways, and units by month."""
        total = np.zeros(self.kept.shape)
        for nodes, units in flows:
            mine = self.line[nodes] >= 0
            np.add.at(total, self.line[nodes[mine]], units[mine])
        return total

    def held(self, supply: np.ndarray) -> np.ndarray:
        """Return supply moved as little as the fences ask: too much comes later, too early is not made again."""
        low = np.where(np.isfinite(self.allowed), np.maximum(self.plan - self.allowed, 0.0), 0.0)
        high = np.where(np.isfinite(self.allowed), np.maximum(self.plan + self.allowed, 0.0), np.inf)
        found, over = np.zeros_like(supply), np.zeros(len(supply))
        for t in range(supply.shape[1]):
            found[:, t] = np.clip(supply[:, t] + over, low[:, t], high[:, t])
            over += supply[:, t] - found[:, t]
        return found

    def set_changes(self, values: np.ndarray, supply: np.ndarray) -> None:
        """Set the columns of these rows among `values` (columns,) for this supply."""
        if not len(self.kept):
            return
        off = np.where(self.kept, supply - self.plan, 0.0)
        names = {"plan_up": np.maximum(off, 0.0), "plan_down": np.maximum(-off, 0.0)}
        room = np.where(self.kept, self.allowed, np.inf)
        for name, units in {**names, "fence_over": np.maximum(np.abs(off) - room, 0.0)}.items():
            self._s.of(name, values)[:] = units
