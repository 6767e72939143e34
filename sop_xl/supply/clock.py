"""Whether a clock cut a plan short: work is limited everywhere else, so that a busy machine gives the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.errors import OutOfTimeError
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.inputs import ITEMS

if TYPE_CHECKING:
    from sop_xl.ports import Solution, Solver
    from sop_xl.supply.basis import Basis
    from sop_xl.supply.model import LinearModel


class Clocked:
    """A solver that notes whether its last resort, the clock, ever stopped it.

    Attributes:
        ran_out: whether it did, with a plan or without one.
    """

    def __init__(self, solver: Solver) -> None:
        """Take the solver that does the work."""
        self._solver, self.ran_out = solver, False

    def solve(
        self, model: LinearModel, *, node_limit: int | None = None, mip_gap: float = 1e-6, start: Basis | None = None
    ) -> Solution:
        """Return the best solution of the minimisation; see `ports.Solver`."""
        try:
            answer = self._solver.solve(model, node_limit=node_limit, mip_gap=mip_gap, start=start)
        except OutOfTimeError:
            self.ran_out = True
            raise
        self.ran_out = self.ran_out or answer.out_of_time
        return answer


def cut_short() -> Issue:
    """Return the remark on a plan that the clock cut short."""
    message = "The clock stopped the search for the supply plan: on another machine or day it may come out otherwise."
    cure = "Run the step supply again while the machine is idle, or plan fewer months, items or setups at once."
    return Issue(Severity.WARN, "plan-cut-short", ITEMS.sheet, "", message, cure)
