"""Schedulers of a shop: OR-Tools' CP-SAT where it is installed, else the dispatch rule, and each says which it was."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from sop_xl.domain.errors import SopError
from sop_xl.supply.scheduling.dispatch import dispatch
from sop_xl.supply.scheduling.timetable import PAST_DUE, timetable

if TYPE_CHECKING:
    from sop_xl.ports import Scheduler
    from sop_xl.supply.scheduling.shop import Shop
    from sop_xl.supply.scheduling.timetable import Timetable

UNITS = 480
"""Steps of a working day in which CP-SAT counts: minutes of eight hours."""
CIRCUIT = 60
"""Most tasks of a resource for which the sequence of setups is part of the search; beyond, each task pays its own."""
LATE, FLOW = 100, 1
"""A step past need of a lot of weight 1, and a step later at which a lot ends."""

PAST = {"due": PAST_DUE, "needed": 1}


def scheduler(*, effort: float = 2.0) -> Scheduler:
    """Return CP-SAT where OR-Tools is installed, else the dispatch rule."""
    return CpSatScheduler(effort=effort) if find_spec("ortools") else DispatchScheduler()


class DispatchScheduler:
    """The dispatch rule alone; it proves nothing about how good its schedule is."""

    name = "dispatch rule"

    def schedule(self, shop: Shop) -> Timetable:
        """Return the timetable of the rule."""
        return timetable(shop, dispatch(shop))


@dataclass(frozen=True)
class CpSatScheduler:
    """CP-SAT, started from the dispatch rule; the same shop and seed give the same schedule.

    Attributes:
        seed: of the search.
        effort: deterministic seconds of search at most; the clock on the wall does not count.
        makespan: whether the end of the last task is made early, instead of lots made on time.
        workers: searches that take turns; eight do better than two even on two cores.
    """

    seed: int = 1
    effort: float = 2.0
    makespan: bool = False
    workers: int = 8
    name: str = "CP-SAT"

    def schedule(self, shop: Shop) -> Timetable:
        """Return the better of the best timetable found and that of the dispatch rule.

        Raises:
            SopError: OR-Tools is not installed.
        """
        if not find_spec("ortools"):
            msg = "OR-Tools is not installed. Install it with: pip install sop-xl[schedule]"
            raise SopError(msg)
        rule = timetable(shop, dispatch(shop))
        if not len(shop.tasks):
            return rule
        order = _search(shop, rule, self)
        found = timetable(shop, order) if order is not None else rule
        return found if self._worth(shop, found) < self._worth(shop, rule) else rule

    def _worth(self, shop: Shop, table: Timetable) -> tuple[float, float]:
        ends = np.minimum(table.end, 2.0 * shop.days)
        return (float(ends.max()) if self.makespan else table.lateness(shop), float(ends.sum()))


def _search(shop: Shop, rule: Timetable, how: CpSatScheduler) -> list[int] | None:
    """Return the tasks in the order of the best solution's starts; None where the search found none."""
    from ortools.sat.python import cp_model

    model, starts, ends = _model(cp_model, shop, rule, makespan=how.makespan)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = how.workers
    solver.parameters.interleave_search = True
    solver.parameters.random_seed = how.seed
    solver.parameters.max_deterministic_time = how.effort
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    keys = [(solver.value(s), solver.value(e)) for s, e in zip(starts, ends, strict=True)]
    return sorted(range(len(keys)), key=lambda task: (keys[task], shop.depth[task], task))


def _model(cp: Any, shop: Shop, rule: Timetable, *, makespan: bool) -> tuple[Any, list[Any], list[Any]]:
    """Return the model with the start and the end of each task, hinted by the dispatch rule."""
    tasks = shop.tasks
    resource = tasks["resource"].to_numpy(int)
    unit = UNITS / shop.mean_hours[resource]
    work = np.maximum(np.round(tasks["hours"].to_numpy(float) * unit), 1).astype(int)
    setup = np.round(tasks["setup_hours"].to_numpy(float) * unit).astype(int)
    horizon = int(2 * UNITS * shop.days + work.sum() + setup.sum())
    release = np.ceil(shop.lots["release"].to_numpy(float) * UNITS).astype(int)[tasks["lot"].to_numpy(int)]
    model = cp.CpModel()
    in_sequence = {r for r in set(resource.tolist()) if _needs_sequence(shop, resource == r)}
    own = np.array([0 if r in in_sequence else s for r, s in zip(resource.tolist(), setup.tolist(), strict=True)])
    starts = [model.new_int_var(int(low), horizon, "") for low in release]
    ends = [s + int(w + o) for s, w, o in zip(starts, work, own, strict=True)]
    for first, second in shop.before.tolist():
        model.add(ends[first] <= starts[second])
    for r in sorted(set(resource.tolist())):
        rows = np.flatnonzero(resource == r).tolist()
        intervals = [model.new_fixed_size_interval_var(starts[k], int(work[k] + own[k]), "") for k in rows]
        model.add_no_overlap(intervals)
        if r in in_sequence:
            _sequence(model, rows, starts, ends, setup, tasks["setup"].tolist())
    hint = _hint(shop, rule, starts, work + own)
    for start, at in zip(starts, hint, strict=True):
        model.add_hint(start, at)
    _objective(model, shop, ends, np.array(hint) + work + own, horizon, makespan=makespan)
    return model, starts, ends


def _needs_sequence(shop: Shop, mine: np.ndarray) -> bool:
    rows = shop.tasks[mine]
    return bool((rows["setup_hours"] > 0).any()) and len(rows) <= CIRCUIT


def _sequence(
    model: Any, rows: list[int], starts: list[Any], ends: list[Any], setup: np.ndarray, families: list[str]
) -> None:
    """Make the tasks of one resource a chain in which a change of family takes the setup of the task after it."""
    arcs = []
    for i, task in enumerate(rows, start=1):
        for head, tail in ((0, i), (i, 0)):
            arcs.append((head, tail, model.new_bool_var("")))
        model.add(starts[task] >= int(setup[task])).only_enforce_if(arcs[-2][2])
        for j, later in enumerate(rows, start=1):
            if i != j:
                chosen = model.new_bool_var("")
                arcs.append((i, j, chosen))
                gap = 0 if families[task] == families[later] else int(setup[later])
                model.add(starts[later] >= ends[task] + gap).only_enforce_if(chosen)
    model.add_circuit(arcs)


def _hint(shop: Shop, rule: Timetable, starts: list[Any], length: np.ndarray) -> list[int]:
    """Return starts in whole steps that keep the dispatch rule's order: a solution the search can begin with."""
    order = sorted(range(len(starts)), key=lambda k: (rule.start[k], rule.end[k], shop.depth[k], k))
    resource, lot = shop.tasks["resource"].tolist(), shop.tasks["lot"].tolist()
    release = np.ceil(shop.lots["release"].to_numpy(float) * UNITS).astype(int).tolist()
    free, found = [0] * len(shop.daily), [0] * len(starts)
    for task in order:
        ready = [found[p] + int(length[p]) for p in shop.predecessors[task]]
        found[task] = max([release[lot[task]], free[resource[task]], *ready])
        free[resource[task]] = found[task] + int(length[task])
    return found


def _objective(model: Any, shop: Shop, ends: list[Any], hint: np.ndarray, horizon: int, *, makespan: bool) -> None:
    if makespan:
        last = model.new_int_var(0, horizon, "")
        model.add_max_equality(last, ends)
        model.add_hint(last, int(hint.max()))
        model.minimize(last)
        return
    of_lot: dict[int, list[int]] = {}
    for task, lot in enumerate(shop.tasks["lot"].tolist()):
        of_lot.setdefault(lot, []).append(task)
    weight = np.ceil(LATE * shop.lots["weight"].to_numpy(float)).astype(int)
    limits = [(worth, (shop.lots[name].to_numpy(float) * UNITS).astype(int)) for name, worth in PAST.items()]
    terms = []
    for lot, parts in of_lot.items():
        last = model.new_int_var(0, horizon, "")
        for task in parts:
            model.add(last >= ends[task])
        end = int(hint[parts].max())
        model.add_hint(last, end)
        terms.append(FLOW * last)
        for worth, limit in limits:
            late = model.new_int_var(0, horizon, "")
            model.add(late >= last - int(limit[lot]))
            model.add_hint(late, max(end - int(limit[lot]), 0))
            terms.append(worth * int(weight[lot]) * late)
    model.minimize(sum(terms))
