"""Plans solved again: a programme like one that was solved before starts where that one ended.

A what-if changes some bounds and costs; most of the plan stays as it was, and a few steps lead from the old plan's
basis to the new one. Ties are decided by the level `calm`, so the plan is the same as from nothing.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.ports import Solution, Solver
    from sop_xl.supply.basis import Basis
    from sop_xl.supply.model import LinearModel


class Remembering:
    """A solver that keeps where each programme ended, and starts the n-th one where another's n-th one ended."""

    def __init__(self, solver: Solver, starts: Sequence[Basis | None] = ()) -> None:
        """Take the solver that does the work, and `ends` of a solver that solved a like plan."""
        self._solver, self._starts, self._turn = solver, tuple(starts), count()
        self._answers: list[Solution] = []

    @property
    def ends(self) -> list[Basis | None]:
        """Return where each programme ended, in the order of solving; None where the solver does not say."""
        return [answer.basis for answer in self._answers]

    def solve(
        self, model: LinearModel, *, node_limit: int | None = None, mip_gap: float = 1e-6, start: Basis | None = None
    ) -> Solution:
        """Return the best solution of the minimisation; see `ports.Solver`."""
        turn = next(self._turn)
        known = self._starts[turn] if turn < len(self._starts) else None
        answer = self._solver.solve(
            model, node_limit=node_limit, mip_gap=mip_gap, start=start if known is None else known
        )
        self._answers.append(answer)
        return answer
