"""Whole columns settled: setups, lots, workers and shifts are given the numbers that the plan then keeps.

A small model is solved exactly, level by level. In a large one, or where that finds none, orders to suppliers are
rounded up along the plan without whole numbers, and what is left is made whole a few months at a time (fix and
relax): the plan is then valid, near the best, and not proven.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.errors import SolverError
from sop_xl.supply.lots import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sop_xl.ports import Solution, Solver
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.lots import Lots
    from sop_xl.supply.model import LinearModel

EXACT, EXACT_ORDERS = 1000, 300
"""Up to so many whole columns, and so many of them of orders to suppliers, the best is looked for."""
LOT_NODES, SETUP_NODES = 10_000, 50_000
"""Branches for each level, work and not time, so that a busy machine gives the plan of an idle one; setups, whose cuts
are strong, get more. What is not proven by then is not said to be."""
CALM = 200
"""Up to so many whole columns the calmest of the best is found among them too."""
WINDOW = 3
"""Months that are made whole together in a large model."""
WINDOW_GAP, WINDOW_NODES = 1e-3, 500
WORKERS_GAP, LOTS_GAP, ORDERS_GAP = 1e-9, 1e-5, 1e-3
"""How near to the best is near enough. Lots of orders and trucks alone bound loosely: the last tenth of a per cent
would take most of the time, and is then not said to be proven."""
LEVEL_STEP = 100.0
"""How much a level weighs over the next where one objective must stand for all."""


def settle(
    case: SupplyCase,
    model: LinearModel,
    costs: Sequence[np.ndarray],
    solver: Solver,
    relaxed: Callable[[LinearModel], np.ndarray],
    capped: Callable[[LinearModel, np.ndarray, float], LinearModel],
    report: Callable[[], None],
) -> tuple[LinearModel, bool, float]:
    """Return the model with every whole column fixed, whether its values are proven best, and the proven gap.

    The gap is the share of its money that a better plan could save at most; NaN where the search does not say.

    Args:
        case: the case of the model.
        model: has whole columns.
        costs: the levels' objectives, each in its typical weight, first one first.
        solver: solves the programmes.
        relaxed: gives the plan of a model, its columns not whole.
        capped: gives the model in which an objective is no worse than a value.
        report: told after each solve.
    """
    orders = sum(block.size for name, block in model.columns.items() if name.startswith("order_"))
    exact = _open(model) <= EXACT
    if exact and orders <= EXACT_ORDERS:
        with suppress(SolverError):
            return _exact(model, costs, solver, capped, report)
    model = _fixed(model, round_orders(case, model, relaxed(_loose(model))))
    if exact and _open(model) and orders:
        with suppress(SolverError):
            return _exact(model, costs, solver, capped, report)[0], False, nan
    return _by_windows(model, costs, solver), False, nan


def _loose(model: LinearModel) -> LinearModel:
    """Return the model without whole columns and without the rules of orders, which mean nothing then."""
    lower, upper = model.row_lower.copy(), model.row_upper.copy()
    for name, block in model.rows.items():
        if name.startswith("order_"):
            block.of(lower)[:], block.of(upper)[:] = -np.inf, np.inf
    return replace(model, row_lower=lower, row_upper=upper, integer=np.zeros_like(model.integer))


def _open(model: LinearModel) -> int:
    return int((model.integer & (model.lower < model.upper)).sum())


def _exact(
    model: LinearModel,
    costs: Sequence[np.ndarray],
    solver: Solver,
    capped: Callable[[LinearModel, np.ndarray, float], LinearModel],
    report: Callable[[], None],
) -> tuple[LinearModel, bool, float]:
    """Solve the levels in order; a row keeps each level's value. See `settle` for what is returned.

    The last level, calm, is left to the programme without whole columns where setups or many lots make it slow.
    """
    stage, optimal, values = model, True, np.zeros(0)
    blocks = set(_whole_blocks(model))
    gap = _near_enough(blocks)
    nodes = SETUP_NODES if "setup" in blocks else LOT_NODES
    calm = not blocks & {"setup", "workers"} and _open(model) <= CALM
    money, left = len(costs) - 2, nan
    for number, cost in enumerate(costs if calm else costs[:-1]):
        report()
        answer = solver.solve(stage.with_cost(cost), mip_gap=gap, node_limit=nodes)
        if number == money and optimal:
            left = _gap(answer)
        values, optimal = answer.values, optimal and answer.optimal
        stage = capped(stage, cost, answer.objective)
    return _whole(model, values), optimal and gap <= LOTS_GAP, left


def _gap(answer: Solution) -> float:
    """Return how far the solution can be from the best, as a share of it; NaN where the solver does not say."""
    value = abs(answer.objective)
    return max(answer.objective - answer.bound, 0.0) / value if value else nan


def _near_enough(blocks: set[str]) -> float:
    """Return the gap at which the search ends, by the kinds of whole columns there are."""
    lots = blocks - {"workers"}
    if not lots:
        return WORKERS_GAP
    return ORDERS_GAP if all(name.startswith(("order_", "truck_")) for name in lots) else LOTS_GAP


def _whole_blocks(model: LinearModel) -> list[str]:
    return [name for name, block in model.columns.items() if block.of(model.integer).any()]


def _whole(model: LinearModel, values: np.ndarray) -> LinearModel:
    """Return the model with all whole columns fixed at these values."""
    whole = np.clip(np.rint(values), model.lower, model.upper)
    return replace(
        model,
        lower=np.where(model.integer, whole, model.lower),
        upper=np.where(model.integer, whole, model.upper),
        integer=np.zeros_like(model.integer),
    )


def _fixed(model: LinearModel, chosen: dict[str, np.ndarray]) -> LinearModel:
    """Return the model with the columns of these blocks fixed."""
    lower, upper = model.lower.copy(), model.upper.copy()
    for name, values in chosen.items():
        model.columns[name].of(lower)[:] = values
        model.columns[name].of(upper)[:] = values
    return replace(model, lower=lower, upper=upper)


def round_orders(case: SupplyCase, model: LinearModel, values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the numbers of the blocks `order_open` and `order_count` that cover what `values` buy."""
    return lot_numbers(case, model, "order", covering_orders(case, model, values))


def lot_numbers(case: SupplyCase, model: LinearModel, kind: str, quantity: np.ndarray) -> dict[str, np.ndarray]:
    """Return the numbers of a kind's blocks `open` and `count` for these quantities, in whole lots; (lots, months)."""
    lots, found = case.lots[kind], {}
    if f"{kind}_open" in model.columns:
        found[f"{kind}_open"] = (quantity[lots.opened] > 0).astype(float)
    if f"{kind}_count" in model.columns:
        found[f"{kind}_count"] = np.rint(quantity[lots.counted] / lots.multiple[lots.counted][:, None])
    return found


def covering_orders(case: SupplyCase, model: LinearModel, values: np.ndarray) -> np.ndarray:
    """Return the orders that cover what `values` buy, in units; shape (lots of orders, months).

    An order is placed when what was ordered so far no longer covers what the plan has bought by then, in the
    smallest quantity that does and that the lot allows, within what the supplier can deliver in the month.
    """
    lots = case.lots["order"]
    wanted = np.sum([model.columns[name].of(values) for name in KINDS["order"]], axis=0)[lots.ways]
    can = np.sum([model.columns[name].of(model.upper) for name in KINDS["order"]], axis=0)[lots.ways] > 0
    sources = case.network.buys["source"].to_numpy(int)[lots.ways]
    limits = case.data["suppliers"]["capacity_per_month"].reindex(sources).fillna(np.inf).to_numpy(float)
    left = {source: np.full(case.months, limit) for source, limit in zip(sources, limits, strict=True)}
    ordered = np.zeros((len(lots.ways), case.months))
    for row in range(len(ordered)):
        ordered[row] = _cover(lots, row, wanted[row], can[row], left[sources[row]])
    return ordered


def _cover(lots: Lots, row: int, wanted: np.ndarray, can: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return orders of one lot by month; what they take is taken off `left`, the supplier's capacity."""
    multiple, minimum = lots.multiple[row], lots.minimum[row]
    orders, missing = np.zeros(len(wanted)), 0.0
    for month, quantity in enumerate(wanted):
        missing += quantity
        if missing <= 1e-6 * max(1.0, minimum, multiple) or not can[month]:
            continue
        size, room = max(missing, minimum), left[month]
        if multiple > 0:
            size = np.ceil(size / multiple - 1e-9) * multiple
            room = np.floor(room / multiple + 1e-9) * multiple
        size = min(size, room)
        if size < minimum or size <= 0:
            continue
        orders[month] = size
        left[month] -= size
        missing -= size
    return orders


def _by_windows(model: LinearModel, costs: Sequence[np.ndarray], solver: Solver) -> LinearModel:
    """Make the whole columns whole a few months at a time: earlier ones fixed, later ones relaxed."""
    if not _open(model):
        return _whole(model, model.lower)
    weights = LEVEL_STEP ** np.arange(len(costs) - 2, -1, -1.0)
    cost = np.sum([weight * level for weight, level in zip(weights, costs[:-1], strict=True)], axis=0)
    month = np.full(model.column_count, -1)
    for block in model.columns.values():
        month[block.index] = np.arange(block.months)
    stage = model.with_cost(cost / LEVEL_STEP)
    for first in range(0, int(month[model.integer].max()) + 1, WINDOW):
        inside = model.integer & (month >= first) & (month < first + WINDOW)
        answer = _tried(replace(stage, integer=inside), solver)
        whole = np.clip(np.rint(answer), stage.lower, stage.upper)
        stage = replace(
            stage,
            lower=np.where(inside, whole, stage.lower),
            upper=np.where(inside, whole, stage.upper),
        )
    return replace(stage, cost=model.cost, integer=np.zeros_like(model.integer))


def _tried(stage: LinearModel, solver: Solver) -> np.ndarray:
    """Return a plan of the window; where none is found within the branches, whatever takes longer."""
    try:
        return solver.solve(stage, mip_gap=WINDOW_GAP, node_limit=WINDOW_NODES).values
    except SolverError:
        return solver.solve(stage, mip_gap=0.1).values
