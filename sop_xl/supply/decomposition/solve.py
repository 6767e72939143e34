"""The price-directed decomposition: prices, plans, an average, and how far it is from the best at most.

Only the limits that many goods share are priced (hours, suppliers, lanes, stock and receipts that are there anyway);
given the prices, `oracle` plans everything else in closed form and proves a bound. Round by round the prices follow
what the plans ask for (dual ascent); the weighted average of the plans, completed to a whole one, comes close to
the best plan, and `bound` says how close. Shapiro (1979), A survey of Lagrangean techniques for discrete optimization;
averages: Larsson, Patriksson and Stromberg (1999), Ergodic, primal convergence in dual subgradient schemes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.errors import SolverError
from sop_xl.domain.here import Here
from sop_xl.supply.decomposition.completion import Completion
from sop_xl.supply.decomposition.oracle import HUGE, Oracle, Reply
from sop_xl.supply.decomposition.polish import polish
from sop_xl.supply.decomposition.prices import FIRST_STEP, PriceRule, Prices
from sop_xl.supply.decomposition.structure import Structure

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.ports import Compute, Solver
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel

TOLERANCE = 1e-3
ROUNDS, AVERAGE_FROM, CHECK_EVERY = 600, 60, 25
SWEEPS, GROUP = 8, 6
"""Times goods are dealt into groups at most, while the gap is open; goods of a group."""
LEAST_GAIN = 0.2
"""A deal that closes less than this share of the gap is the last."""
FEASIBLE = 1e-6
"""What a row or bound may be off by."""
WARM_STEP, WARM_AVERAGE_FROM = 0.25, 10
"""From known prices: the first step, as a share of that from none, and the round from which plans count."""


@dataclass(frozen=True)
class Decomposed:
    """A plan and what is proven about it.

    Attributes:
        values: value of each column; shape (columns,).
        cost: the plan's value, counted from `zero`.
        bound: no plan's value is below this, counted from `zero`.
        rounds: how many were run.
        prices: of the limits, to start from when little has changed.
        reply: what the oracle said at the best bound: prices of units.
        fence_room: what one unit more of room inside each fence is worth then; shape (items kept, months).
    """

    values: np.ndarray = field(repr=False)
    cost: float
    bound: float
    rounds: int
    prices: Prices = field(repr=False)
    reply: Reply = field(repr=False)
    fence_room: np.ndarray = field(repr=False)

    @property
    def gap(self) -> float:
        """How much of the plan's value a better plan could save at most; a share, 0 or more."""
        return max(0.0, self.cost - self.bound) / abs(self.cost) if self.cost else 0.0


def solve_decomposed(
    case: SupplyCase,
    model: LinearModel,
    cost: np.ndarray,
    *,
    solver: Solver | None = None,
    compute: Compute | None = None,
    zero: float = 0.0,
    tolerance: float = TOLERANCE,
    rounds: int = ROUNDS,
    start: Prices | None = None,
    report: Callable[[int, float, float], None] | None = None,
) -> Decomposed:
    """Return a plan that keeps every row of `model`, with a bound on how much better one could be.

    Args:
        case: a case that fits (`structure.misfit`).
        model: its linear programme.
        cost: the objective; shape (columns,).
        solver: plans each group of goods exactly where the gap stays open; None: the average stays as it is.
        compute: where groups are planned; None: in this process.
        zero: what of the objective's value is no cost; see `weights.zero_of`.
        tolerance: the gap at which to stop.
        rounds: the most rounds; a limit in rounds, not in time, so that the same data give the same plan.
        start: prices of a plan that differs little.
        report: told round, bound and cost at each check.
    """
    from threadpoolctl import threadpool_limits

    # The arrays are small: further threads would only wait for each other, and double the processor time.
    with threadpool_limits(limits=1, user_api="blas"):
        oracle = Oracle(Structure(case, model, cost))
        found = _Ascent(oracle, start, zero).run(tolerance, rounds, report)
    if solver is None:
        return found
    return _polished(oracle, found, zero, tolerance, solver, compute or Here())


def _polished(
    oracle: Oracle, found: Decomposed, zero: float, tolerance: float, solver: Solver, compute: Compute
) -> Decomposed:
    """Where the gap is open, plan the groups exactly, again in other groups while that closes it.

    Where a group cannot be solved the plan stays as it was before.
    """
    completion = Completion(oracle)
    for sweep in range(SWEEPS):
        if found.gap <= tolerance:
            break
        try:
            values = completion.whole(polish(oracle, found.values, solver, compute, size=GROUP, seed=sweep))
        except SolverError:
            break
        cost = float(oracle.structure.cost @ values) - zero
        keeps = oracle.structure.model.largest_violation(values) <= FEASIBLE
        better = replace(found, values=values, cost=cost) if keeps and cost < found.cost else found
        closing = found.gap - better.gap
        found = better
        if closing < LEAST_GAIN * found.gap:
            break
    return found


class _Ascent:
    def __init__(self, oracle: Oracle, start: Prices | None, zero: float) -> None:
        self._oracle, self._zero = oracle, zero
        self._completion = Completion(oracle)
        scales, floors, first = self._first_prices()
        self._prices = start or first
        step = FIRST_STEP * (WARM_STEP if start is not None else 1.0)
        self._from = AVERAGE_FROM if start is None else WARM_AVERAGE_FROM
        self._rule = PriceRule(oracle.limits, oracle.fences, oracle.crews, scales, floors, first_step=step)

    def _first_prices(self) -> tuple[Prices, Prices, Prices]:
        """Return the size of steps, the floors, and the prices to begin with."""
        s, limits = self._oracle.structure, self._oracle.limits
        premium = limits.more_cost - limits.hour_cost
        usual = float(np.median(premium[premium > 0])) if (premium > 0).any() else self._hour_worth()
        premium = np.where(premium > 0, premium, usual)
        node, month = s.sources
        hold = s.carrying[node, month] * (s.months - month)
        fences = self._oracle.fences
        sizes = (limits.hours, limits.suppliers, limits.lanes, limits.sources, fences.plan)
        nothing = Prices(*(np.zeros_like(size) for size in sizes))
        start = replace(nothing, hours=limits.hour_cost + 0.5 * premium, sources=np.full(len(node), HUGE))
        unit = self._oracle.reply(start).unit_prices
        known = np.where(unit < HUGE / 1e3, unit, np.nan)
        own = np.nan_to_num(known[node, month], nan=float(np.nanmedian(known)) if np.isfinite(known).any() else 1.0)
        scales = Prices(premium, *self._supply_scales(), np.maximum(np.abs(own), 1e-6), self._fence_scales())
        floors = replace(nothing, hours=limits.hour_cost, sources=-hold, fences=fences.lowest)
        return scales, floors, replace(start, sources=own)

    def _fence_scales(self) -> np.ndarray:
        """Return what a unit of each item with a fence is worth; shape (items kept, months)."""
        s, fences = self._oracle.structure, self._oracle.fences
        worth = np.zeros(len(fences.plan))
        inside = fences.line >= 0
        worth[fences.line[inside]] = s.case.rates.worth[s.case.network.node_items[inside]]
        return np.repeat(np.maximum(worth, 1e-3)[:, None], s.months, axis=1)

    def _supply_scales(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean own cost under each supplier's and lane's limit."""
        s, oracle = self._oracle.structure, self._oracle
        scales = []
        for name, row, shape in (
            ("buy", oracle.supplier_row, oracle.limits.suppliers.shape),
            ("ship", oracle.lane_row, oracle.limits.lanes.shape),
        ):
            kept = row >= 0
            own = s.costs(name).mean(axis=1)[kept]
            count = np.bincount(row[kept], minlength=shape[0])
            mean = np.bincount(row[kept], weights=own, minlength=shape[0]) / np.maximum(count, 1)
            scales.append(np.repeat(np.maximum(mean, 1e-3)[:, None], shape[1], axis=1))
        return scales[0], scales[1]

    def _hour_worth(self) -> float:
        """Return what an hour's goods cost late, where no overtime tells what an hour is worth."""
        s = self._oracle.structure
        late = s.costs("backlog")
        hours = np.asarray(s.hours.sum(axis=0)).ravel()
        if not (hours > 0).any() or not (late > 0).any():
            return 1.0
        return float(np.median(late[late > 0]) / np.median(hours[hours > 0]))

    def run(self, tolerance: float, rounds: int, report: Callable[[int, float, float], None] | None) -> Decomposed:
        prices, mean, weight, best = self._prices, None, 0.0, None
        bound, kept, reply = -np.inf, prices, None
        for number in range(rounds):
            answer = self._oracle.reply(prices)
            if answer.bound > bound or reply is None:
                bound, kept, reply = answer.bound, answer.prices, answer
            if number >= self._from:
                share = float((number - self._from + 1) ** 2)
                weight += share
                mean = answer.flow if mean is None else mean.towards(answer.flow, share / weight)
            prices = self._rule.move(answer.prices, answer.asked)
            if mean is not None and (number + 1) % CHECK_EVERY == 0:
                values = self._completion.complete(mean)
                cost = float(self._oracle.structure.cost @ values)
                if best is None or cost < best[0]:
                    best = (cost, values)
                room = self._oracle.fences.room_worth(kept.fences)
                done = Decomposed(best[1], best[0] - self._zero, bound - self._zero, number + 1, kept, reply, room)
                if report is not None:
                    report(done.rounds, done.bound, done.cost)
                if done.gap <= tolerance:
                    break
        return done
