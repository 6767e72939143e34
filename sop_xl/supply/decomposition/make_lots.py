"""What is made, in its lots: raised to whole lots where the plan asks for parts.

What hours and parts allow of them is played month by month (`played.py`). The bound knows no lots and holds for plans
with them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.structure import Stage, Structure

ROUNDING = 1e-10


class MakeLots:
    """The lots of all makes of one plan.

    Attributes:
        step, least: multiple and smallest quantity of each make, 0 for none; shape (makes,).
        opened: where a make is free to be planned, in lots or not; shape (makes, months).
    """

    def __init__(self, structure: Structure) -> None:
        s = structure
        lots = s.case.lots["make"]
        count = int(s.way_starts[1])
        self.step, self.least = np.zeros(count), np.zeros(count)
        self.step[lots.ways], self.least[lots.ways] = lots.multiple, lots.minimum
        self.opened = (s.of("make", s.model.upper) > 0) & ~s.fixed[s.case.network.makes["node"]]
        self._there = np.zeros(count, bool)
        self._there[lots.ways] = True
        self._starts = s.way_starts

    def __bool__(self) -> bool:
        return bool(self._there.any())

    def raise_up(self, stage: Stage, ways: np.ndarray) -> None:
        """Raise a stage's makes among `ways` (ways, months) to whole lots that cover them, as late as they do."""
        rows = stage.makes[1]
        rows = rows[self._there[rows]]
        opened, step, least = self.opened[rows], self.step[rows], self.least[rows]
        wanted = np.where(opened, ways[rows], 0.0)
        left = np.zeros(len(rows))
        for t in range(wanted.shape[1]):
            short = wanted[:, t] - left
            lots = np.where(step > 0, np.ceil(short / np.where(step > 0, step, 1.0) - ROUNDING) * step, short)
            wants = opened[:, t] & (short > ROUNDING * np.maximum(np.maximum(step, least), 1.0))
            made = np.where(wants, np.maximum(lots, least), 0.0)
            left = made - short
            ways[rows, t] = np.where(opened[:, t], made, ways[rows, t])

    def whole(self, makes: np.ndarray, due: np.ndarray) -> np.ndarray:
        """Return the whole lots of these makes in what is due; one below the smallest lot waits."""
        step, least = self.step[makes], self.least[makes]
        lots = np.where(step > 0, np.floor(due / np.where(step > 0, step, 1.0) + ROUNDING) * step, due)
        return np.where(lots >= least * (1.0 - ROUNDING), lots, 0.0)
