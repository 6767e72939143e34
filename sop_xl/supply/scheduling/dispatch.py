"""A dispatch rule: what is due first goes first, and stays with its setup family while nothing becomes late by it."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.scheduling.timetable import Desk, timetable

if TYPE_CHECKING:
    from sop_xl.supply.scheduling.shop import Shop

SAME_FAMILY = 1.0
"""Days by which a task of the family that a resource is set up for may overtake one due earlier."""


def dispatch(shop: Shop) -> list[int]:
    """Return the tasks in the order in which the rule starts them.

    Whenever a resource is free, it takes of the tasks that can run the one due first (when its lot is needed
    less the work that is left after it); one of the family it is set up for counts as due a day earlier. A
    resource does not wait for a task that is not there yet. The same is tried with the modified due date, which
    for what is late already is the time at which it would end, so that the short work goes first; the order that
    makes lots less late is returned.
    """
    urgent = _urgency(shop)
    rules = (_in_order(shop, urgent, modified=modified) for modified in (False, True))
    return min(rules, key=lambda order: timetable(shop, order).lateness(shop))


def _in_order(shop: Shop, urgent: np.ndarray, *, modified: bool) -> list[int]:
    desk = Desk(shop)
    length = _days(shop) if modified else None
    resource = shop.tasks["resource"].tolist()
    waiting = [len(p) for p in shop.predecessors]
    after: list[list[int]] = [[] for _ in waiting]
    for first, second in shop.before.tolist():
        after[first].append(second)
    queues: list[list[int]] = [[] for _ in range(len(shop.daily))]
    order: list[int] = []
    events = [(desk.ready(task), task) for task, count in enumerate(waiting) if count == 0]
    heapq.heapify(events)
    idle = [0.0] * len(queues)
    while events or any(queues):
        now = events[0][0] if events else np.inf
        # The resource that can start first takes its next task, if it can before another task comes up.
        at, chosen = min(
            ((max(idle[r], desk.free[r]), r) for r, queue in enumerate(queues) if queue), default=(np.inf, -1)
        )
        if chosen < 0 or at > now:
            point, task = heapq.heappop(events)
            queue = queues[resource[task]]
            idle[resource[task]] = idle[resource[task]] if queue else point
            queue.append(task)
            continue
        key = urgent if length is None else np.maximum(urgent, at + length)
        keys = {t: key[t] - _stays(desk, chosen, t) for t in queues[chosen]}
        best = min(keys, key=lambda t: (keys[t], t))
        queues[chosen].remove(best)
        desk.place(best)
        order.append(best)
        for later in after[best]:
            waiting[later] -= 1
            if waiting[later] == 0:
                heapq.heappush(events, (desk.ready(later), later))
    return order


def _stays(desk: Desk, resource: int, task: int) -> float:
    """Return by how many days a task may overtake others since the resource is set up for it."""
    return SAME_FAMILY if desk.families[task] == desk.last[resource] else 0.0


def _days(shop: Shop) -> np.ndarray:
    return np.asarray(shop.tasks["hours"].to_numpy(float) / shop.mean_hours[shop.tasks["resource"].to_numpy(int)])


def _urgency(shop: Shop) -> np.ndarray:
    """Return when each task should be done: when what waits for it is needed, less the work after it, in days."""
    days = _days(shop)
    latest = shop.lots["needed"].to_numpy(float)[shop.tasks["lot"].to_numpy(int)].copy()
    for first, second in sorted(shop.before.tolist(), key=lambda pair: -shop.depth[pair[1]]):
        latest[first] = min(latest[first], latest[second] - days[second])
    return np.asarray(latest)
