"""What the plan is to achieve, level by level.

First of all stock must have its room. Then
`service_first`: what must not break, then customers by priority class, then a fair share for places of one class that
wait for one item, then stock and backlog targets, then agreements (quotas, the slushy fence), then money.
`cost`: what must not break and stock limits, then money, lateness at its real cost and agreements included.
Both end with calm: among plans that cost the same, the one nearest to last month's that serves soonest and
most evenly and stores least.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.errors import SolverError
from sop_xl.supply.agreements import allowed_share
from sop_xl.supply.costs import money
from sop_xl.supply.even import even_weights
from sop_xl.supply.settle import settle
from sop_xl.supply.tiers import STOCK_TIERS
from sop_xl.supply.ties import decide_ties

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.ports import Solution, Solver
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel

FORBIDDEN_LATE = 10.0
MISSED_FIXED = 30.0
LATE_ORDER = 0.1
UNSERVED_AT_END = 10.0
BELOW_MINIMUM = 5.0
BELOW_TARGET = 1.0
ABOVE_MAXIMUM = 1.0
OVER_STORAGE = 5.0
SCRAPPED = 5.0
BROKEN_FENCE = 20.0
BROKEN_AGREEMENT = 1.0
"""What a unit weighs in its level, times the item's worth."""
LATE_OVER_STORED = 100.0
"""How much worse late is than stored, among plans that cost the same."""
SENT_OVER_KEPT = 1.01
"""What a DC has cannot serve another place any more, so stock is sent when it is needed and not before."""
CHANGED_OVER_STORED = 10.0
"""How much worse a unit changed against last month's plan is than one stored a month."""
LATE_FLOOR = 0.01
"""A month late weighs at least this share of the item's worth when service comes first."""
FIXED_AT = 1e-6
"""Reduced costs and duals above this, in the level's typical weight, tie the next levels down."""
NOTHING = 1e-9
"""A level with this value or less is met in full."""


@dataclass(frozen=True)
class Level:
    """One objective to minimise.

    Attributes:
        name: `room`, `limits`, `service 1` (priority), `fair share`, `stock`, `agreements`, `money` or `calm`.
        cost: weight of each column; shape (columns,).
    """

    name: str
    cost: np.ndarray = field(repr=False)


@dataclass(frozen=True)
class Solved:
    """The plan after the last level.

    Attributes:
        values: value of each column; shape (columns,).
        duals: by level, change of its objective for one unit more of each row's bound, all levels before
            kept; shape (rows,).
        optimal: whether every level is proven best.
        whole: whether columns had to be whole, so that duals belong to the plan with those fixed.
        gap: the share of the plan's value that a better plan could save at most; 0: proven best; NaN: not known.
    """

    values: np.ndarray = field(repr=False)
    duals: dict[str, np.ndarray] = field(repr=False)
    optimal: bool
    whole: bool
    gap: float = 0.0


def plan_levels(case: SupplyCase, model: LinearModel) -> list[Level]:
    """Return the levels of the planner's objective, first one first; those without any weight left out."""
    limits = _limits(case, model)
    agreements = _agreements(case, model)
    real = np.sum(list(money(case, model).values()), axis=0) + _nervousness(case, model)
    if case.data.settings.objective == "cost":
        levels = [Level("limits", limits + _end_backlog(case, model) + _stock(case, model))]
        real = real + agreements
    else:
        levels = [Level("limits", limits), *_service(case, model), Level("fair share", _fair(case, model))]
        levels += [Level("stock", _stock(case, model)), Level("agreements", agreements)]
    levels = [level for level in [Level("room", _room(case, model)), *levels] if level.cost.any()]
    return [*levels, Level("money", real), Level("calm", _calm(case, model))]


def penalty(case: SupplyCase, model: LinearModel, values: np.ndarray) -> float:
    """Return what the plan breaks that should hold, weighed; no real money.

    Counts forbidden lateness, backlog at the end, missed fixed quantities, late orders, stock below the
    minimum and above the maximum or the room there is, broken quotas and fences.
    """
    parts = (_room, _limits, _end_backlog, _agreements)
    weights = np.sum([part(case, model) for part in parts], axis=0)
    worth = case.rates.worth[case.network.node_items][:, None]
    tier, excess = model.columns["minimum_stock"], model.columns["excess_stock"]
    weights[excess.index] += ABOVE_MAXIMUM * worth[excess.keys["node"]]
    missing = tier.of(model.upper) - tier.of(values)
    below = BELOW_MINIMUM * float((worth[tier.keys["node"]] * missing).sum())
    return below + float(weights @ values)


def _room(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Weigh room that is not there: no plan can have it, whatever it is for."""
    cost = np.zeros(model.column_count)
    if "over_storage" in model.columns:
        model.columns["over_storage"].of(cost)[:] = OVER_STORAGE * float(np.median(case.rates.worth))
    return cost


def _limits(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Weigh lateness where it must not happen, missed fixed quantities, and orders that come too late."""
    cost = np.zeros(model.column_count)
    items, worth, blocks = case.network.node_items, case.rates.worth, model.columns
    forbidden = np.where(case.policy("none"), FORBIDDEN_LATE * worth[case.seller_items], 0.0)
    blocks["backlog"].of(cost)[:] = forbidden[:, None]
    missed = blocks["fixed_missed"]
    missed.of(cost)[:] = MISSED_FIXED * worth[items[missed.keys["node"]]][:, None]
    blocks["expedite"].of(cost)[:] = LATE_ORDER * worth[items[case.network.buys["node"]]][:, None]
    if "fence_over" in blocks:
        weight = BROKEN_FENCE * worth[blocks["fence_over"].keys[["item"]].to_numpy(int)]
        blocks["fence_over"].of(cost)[:] = np.where(allowed_share(case) == 0, weight, 0.0)
    cost[model.upper <= 0] = 0.0
    return cost


def _agreements(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Weigh units off a supplier's quota, and units too far from last month's plan in slushy months."""
    cost = np.zeros(model.column_count)
    worth, blocks = case.rates.worth, model.columns
    if "quota_over" in blocks:
        item = pd.Index(case.network.items["item"]).get_indexer(blocks["quota_over"].keys["item"])
        for name in ("quota_over", "quota_under"):
            blocks[name].of(cost)[:] = BROKEN_AGREEMENT * worth[item][:, None]
    if "fence_over" in blocks:
        weight = BROKEN_AGREEMENT * worth[blocks["fence_over"].keys[["item"]].to_numpy(int)]
        blocks["fence_over"].of(cost)[:] = np.where(allowed_share(case) > 0, weight, 0.0)
    return cost


def _nervousness(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Price each unit changed against last month's plan at a share of its worth, early months most."""
    cost = np.zeros(model.column_count)
    share = case.data.settings.change_cost_pct / 100.0
    return cost if share == 0 else _changes(case, model, share)


def _changes(case: SupplyCase, model: LinearModel, weight: float) -> np.ndarray:
    cost = np.zeros(model.column_count)
    if "plan_up" in model.columns:
        worth = case.rates.worth[model.columns["plan_up"].keys[["item"]].to_numpy(int)]
        sooner = 1.0 - np.arange(case.months) / case.months
        for name in ("plan_up", "plan_down"):
            model.columns[name].of(cost)[:] = weight * worth * sooner
    return cost


def _end_backlog(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Weigh what is still late at the end of the plan, where that is not allowed."""
    cost = np.zeros(model.column_count)
    if not case.data.settings.end_backlog_allowed:
        cost[model.columns["backlog"].index[:, -1]] = UNSERVED_AT_END * case.rates.worth[case.seller_items]
    return cost


def _stock(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Reward stock up to minimum and target and backlog up to its target, weigh stock above the maximum and scrap."""
    cost = np.zeros(model.column_count)
    worth = case.rates.worth[case.network.node_items]
    weights = {"minimum_stock": -BELOW_MINIMUM, "target_stock": -BELOW_TARGET, "excess_stock": ABOVE_MAXIMUM}
    for name, weight in weights.items():
        block = model.columns[name]
        block.of(cost)[:] = weight * worth[block.keys["node"]][:, None]
    if "scrap" in model.columns:
        model.columns["scrap"].of(cost)[:] = SCRAPPED * worth[model.columns["scrap"].keys["node"]][:, None]
    model.columns["agreed"].of(cost)[:] = -BELOW_TARGET * worth[case.sellers][:, None]
    cost[model.upper <= 0] = 0.0
    return cost


def _fair(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Weigh what the worst served of several places of one class lacks of an item."""
    return even_weights(case, model.columns, np.zeros(model.column_count))


def _calm(case: SupplyCase, model: LinearModel) -> np.ndarray:
    """Weigh every unit late, in stock or other than planned, and overtime, so that nothing is done for nothing."""
    cost = _changes(case, model, CHANGED_OVER_STORED)
    worth = case.rates.worth[case.network.node_items]
    network = case.network
    sent = network.nodes["location"].map(network.places.kinds).eq("dc").to_numpy()
    stored = worth * np.where(sent, SENT_OVER_KEPT, 1.0)
    for tier in STOCK_TIERS:
        block = model.columns[tier]
        block.of(cost)[:] = stored[block.keys["node"]][:, None]
    model.columns["backlog"].of(cost)[:] = LATE_OVER_STORED * worth[case.sellers][:, None]
    model.columns["overtime"].of(cost)[:] = float(np.median(worth)) if len(worth) else 1.0
    even_weights(case, model.columns, cost, LATE_OVER_STORED)
    return decide_ties(case, model, cost)


def _service(case: SupplyCase, model: LinearModel) -> list[Level]:
    """Return one level a priority class: months late at their cost; never served weighs the whole horizon."""
    items = case.seller_items
    priority = case.selling.priority
    late = np.maximum(case.rates.backorder, LATE_FLOOR * case.rates.worth)[items]
    lost = np.maximum(case.rates.lost[items], late * case.months)
    levels = []
    for rank in np.unique(priority):
        mine = (priority == rank)[:, None]
        cost = np.zeros(model.column_count)
        backlog = model.columns["backlog"].of(cost)
        backlog[:] = np.where(mine, late[:, None], 0.0)
        if not case.data.settings.end_backlog_allowed:
            backlog[:, -1:] += np.where(mine, late[:, None] * case.months, 0.0)
        model.columns["lost"].of(cost)[:] = np.where(mine, lost[:, None], 0.0)
        cost[model.upper <= 0] = 0.0
        levels.append(Level(f"service {rank:g}", cost))
    return levels


def solve_levels(
    model: LinearModel,
    levels: list[Level],
    solver: Solver,
    report: Callable[[str], None] | None = None,
    *,
    case: SupplyCase | None = None,
) -> Solved:
    """Solve the levels in order, each without giving up anything of those before it.

    Without whole columns a level is kept by its reduced costs and duals: columns and rows that hold it are
    fixed, and the next level is solved on what is left. Whole columns are settled first, then fixed and the
    rest is solved again, which gives clean figures and duals.

    Args:
        model: rows and columns.
        levels: first one first.
        solver: solves the linear programmes.
        report: told the name of each level before it is solved.
        case: the model's case; needed where it has whole columns.

    Raises:
        SolverError: the solver fails.
    """
    if not model.has_integers or case is None:
        return replace(_descend(model, levels, solver, report), whole=model.has_integers)
    bound: list[np.ndarray] = []

    def relaxed(loose: LinearModel) -> np.ndarray:
        bound.append(_descend(loose, levels, solver, report).values)
        return bound[-1]

    start, optimal, told = settle(
        case,
        model,
        [level.cost / _typical(level.cost) for level in levels],
        solver,
        relaxed=relaxed,
        capped=_capped,
        report=lambda: report("whole numbers") if report is not None else None,
    )
    solved = replace(_descend(start, levels, solver, report), whole=True)
    optimal = optimal and solved.optimal
    gap = 0.0 if optimal else _gap(levels, bound[0], solved.values) if bound else told
    return replace(solved, optimal=optimal, gap=gap)


def _gap(levels: list[Level], relaxed: np.ndarray, values: np.ndarray) -> float:
    """Return how much better than `values` the money of a plan can be at most, as a share.

    The plan without whole numbers bounds it, where it serves no level before money better; else the gap is not
    known: NaN.
    """
    for level in levels:
        best, found = float(level.cost @ relaxed), float(level.cost @ values)
        if level.name == "money":
            return max(found - best, 0.0) / abs(found) if found else 0.0
        if found > best + 1e-6 * max(1.0, abs(best)):
            break
    return float(np.nan)


def _descend(model: LinearModel, levels: list[Level], solver: Solver, report: Callable[[str], None] | None) -> Solved:
    """Solve the levels of a model without whole columns."""
    optimal, capped, held = True, model, model
    values, duals = np.zeros(model.column_count), {}
    for level in levels:
        if report is not None:
            report(level.name)
        scale = _typical(level.cost)
        stage, answer = _solve_on(held, capped, level.cost / scale, solver)
        values, duals[level.name] = answer.values, answer.duals[: model.row_count] * scale
        optimal = optimal and answer.optimal
        held, capped = _held(stage, answer), _capped(capped, level.cost / scale, answer.objective)
    return Solved(values, duals, optimal, whole=False)


def _solve_on(held: LinearModel, capped: LinearModel, cost: np.ndarray, solver: Solver) -> tuple[LinearModel, Solution]:
    """Solve on the face of the levels before; where rounding has closed that, within a row for each of them."""
    try:
        stage = held.with_cost(cost)
        return stage, solver.solve(stage)
    except SolverError:
        if capped is held:
            raise
        stage = capped.with_cost(cost)
        return stage, solver.solve(stage)


def _typical(cost: np.ndarray) -> float:
    weights = np.abs(cost[cost != 0])
    return float(np.median(weights)) if len(weights) else 1.0


def _held(model: LinearModel, answer: Solution) -> LinearModel:
    """Return the model in which every solution is as good as `answer`: the face of the optimum."""
    reduced = model.reduced_costs(answer.duals)
    at_lower, at_upper = reduced > FIXED_AT, reduced < -FIXED_AT
    row_low, row_high = answer.duals > FIXED_AT, answer.duals < -FIXED_AT
    return replace(
        model,
        upper=np.where(at_lower, model.lower, model.upper),
        lower=np.where(at_upper & np.isfinite(model.upper), model.upper, model.lower),
        row_upper=np.where(row_low & np.isfinite(model.row_lower), model.row_lower, model.row_upper),
        row_lower=np.where(row_high & np.isfinite(model.row_upper), model.row_upper, model.row_lower),
    )


def _capped(model: LinearModel, cost: np.ndarray, value: float) -> LinearModel:
    """Return the model in which cost @ x is at most `value`: one more row, or where that is 0 closed columns."""
    weighed = np.flatnonzero(cost)
    if abs(value) <= NOTHING and not model.lower[weighed].any() and (cost >= 0).all():
        return replace(model, upper=np.where(cost > 0, 0.0, model.upper))
    return replace(
        model,
        row_lower=np.append(model.row_lower, -np.inf),
        row_upper=np.append(model.row_upper, value + 1e-7 * max(1.0, abs(value))),
        term_rows=np.append(model.term_rows, np.full(len(weighed), model.row_count)),
        term_columns=np.append(model.term_columns, weighed),
        term_values=np.append(model.term_values, cost[weighed]),
    )
