"""The timetable of a shop: every task as early as the order on its resource allows, in hours that exist."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sop_xl.supply.scheduling.shop import Shop

NEVER = np.inf
PAST_DUE = 10
"""A day past due is as bad as so many past need."""


@dataclass(frozen=True)
class Timetable:
    """When each task runs; infinite where it does not fit into the days there are.

    Attributes:
        start, end: in working days; shape (tasks,).
        setup: setup hours paid; shape (tasks,).
    """

    start: np.ndarray = field(repr=False)
    end: np.ndarray = field(repr=False)
    setup: np.ndarray = field(repr=False)

    def lot_ends(self, shop: Shop) -> np.ndarray:
        """Return when the last task of each lot ends; shape (lots,)."""
        ends = np.zeros(len(shop.lots))
        np.maximum.at(ends, shop.tasks["lot"].to_numpy(int), self.end)
        return ends

    def lateness(self, shop: Shop) -> float:
        """Return the weighted days after which lots come: past due ten times, past need once.

        One that does not fit ends a shop's length after the shop's end.
        """
        ends = np.minimum(self.lot_ends(shop), 2.0 * shop.days)
        past = {name: np.maximum(ends - shop.lots[name].to_numpy(float), 0.0) for name in ("due", "needed")}
        late = PAST_DUE * past["due"] + past["needed"]
        return float((late * shop.lots["weight"].to_numpy(float)).sum())


class Clock:
    """The working time of one resource: from hours of work to points in time and back."""

    def __init__(self, hours: np.ndarray) -> None:
        """Take the hours of each day."""
        self._done = [0.0, *np.cumsum(hours).tolist()]

    def opening(self, point: float) -> float:
        """Return the first point from `point` on at which there is time to work."""
        worked = self.worked(point)
        day = bisect_right(self._done, worked) - 1
        if day >= len(self._done) - 1:
            return NEVER
        return max(point, float(day))

    def worked(self, point: float) -> float:
        """Return the hours there are from the start to `point`."""
        last = len(self._done) - 1
        if point >= last:
            return self._done[-1]
        day = int(point)
        return self._done[day] + (point - day) * (self._done[day + 1] - self._done[day])

    def after(self, point: float, hours: float) -> float:
        """Return when `hours` of work that start at `point` are done."""
        wanted = self.worked(point) + hours
        if wanted > self._done[-1] + 1e-9:
            return NEVER
        day = min(bisect_left(self._done, wanted - 1e-9), len(self._done) - 1)
        if day == 0:
            return 0.0
        before, there = self._done[day - 1], self._done[day]
        return day - 1 + min((wanted - before) / (there - before), 1.0)


class Desk:
    """Puts one task after the other on its resource."""

    def __init__(self, shop: Shop) -> None:
        """Start with empty resources."""
        count = len(shop.tasks)
        self._clocks = [Clock(hours) for hours in shop.daily]
        self._before = shop.predecessors
        self._resource = shop.tasks["resource"].tolist()
        self._hours = shop.tasks["hours"].tolist()
        self._setup_hours = shop.tasks["setup_hours"].tolist()
        self.families = shop.tasks["setup"].tolist()
        self._release = shop.lots["release"].to_numpy(float)[shop.tasks["lot"].to_numpy(int)].tolist()
        self.free = [0.0] * len(shop.daily)
        self.last: list[str | None] = [None] * len(shop.daily)
        self.start, self.end, self.setup = ([NEVER] * count for _ in range(3))

    def ready(self, task: int) -> float:
        """Return from when on `task` could run if its resource were free; all before it must be placed."""
        return max([self._release[task], *(self.end[p] for p in self._before[task])])

    def place(self, task: int) -> None:
        """Run `task` next on its resource; what does not fit any more leaves the resource as it is."""
        resource = self._resource[task]
        clock = self._clocks[resource]
        setup = 0.0 if self.last[resource] == self.families[task] else self._setup_hours[task]
        start = clock.opening(max(self.free[resource], self.ready(task)))
        end = clock.after(start, setup + self._hours[task]) if start < NEVER else NEVER
        if end < NEVER:
            self.start[task], self.end[task], self.setup[task] = start, end, setup
            self.free[resource], self.last[resource] = end, self.families[task]

    def timetable(self) -> Timetable:
        """Return what was placed."""
        setup = np.where(np.isfinite(self.setup), self.setup, 0.0)
        return Timetable(np.array(self.start), np.array(self.end), setup)


def timetable(shop: Shop, order: Iterable[int]) -> Timetable:
    """Return the timetable in which each resource takes its tasks in `order`.

    No task may stand in it before one that it waits for.
    """
    desk = Desk(shop)
    for task in order:
        desk.place(task)
    return desk.timetable()
