"""A shop to schedule: tasks on resources, lots they belong to, what must end before what, hours of each day."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

CLOSED = 1e-9
"""A day with fewer hours than this is closed."""


@dataclass(frozen=True)
class Shop:
    """What has to be done, on what, by when.

    Time is counted in working days from the start, as a real number: 2.5 is the middle of the third day. A
    resource works on one task at a time, with all its hours of the day.

    Attributes:
        tasks: lot (row of `lots`), resource (row of `daily`), hours, setup_hours, setup (the setup family; the
            hours are paid where the task before on the resource has another one).
        lots: release, needed (when it should be there) and due (when it must be; not before that) in days, weight.
        before: pairs of tasks, the first of which ends before the second starts; shape (pairs, 2).
        daily: hours of each resource and working day; shape (resources, days).
    """

    tasks: pd.DataFrame = field(repr=False)
    lots: pd.DataFrame = field(repr=False)
    before: np.ndarray = field(repr=False)
    daily: np.ndarray = field(repr=False)

    @property
    def days(self) -> int:
        """Working days there are."""
        return self.daily.shape[1]

    @cached_property
    def mean_hours(self) -> np.ndarray:
        """Hours of a day that is not closed, by resource, 1 where all are; shape (resources,)."""
        open_days = (self.daily > CLOSED).sum(axis=1)
        return np.where(open_days > 0, self.daily.sum(axis=1) / np.maximum(open_days, 1), 1.0)

    @cached_property
    def predecessors(self) -> list[list[int]]:
        """The tasks that must end before each task starts."""
        found: list[list[int]] = [[] for _ in range(len(self.tasks))]
        for first, second in self.before.tolist():
            found[second].append(first)
        return found

    @cached_property
    def depth(self) -> np.ndarray:
        """How many tasks stand one after the other before each task; shape (tasks,).

        Raises:
            ValueError: tasks wait for each other in a circle.
        """
        depth, waiting = np.zeros(len(self.tasks), dtype=int), [len(p) for p in self.predecessors]
        after: list[list[int]] = [[] for _ in waiting]
        for first, second in self.before.tolist():
            after[first].append(second)
        ready = [task for task, count in enumerate(waiting) if count == 0]
        for task in ready:  # grows while it is walked
            for later in after[task]:
                depth[later] = max(depth[later], depth[task] + 1)
                waiting[later] -= 1
                if waiting[later] == 0:
                    ready.append(later)
        if len(ready) < len(waiting):
            msg = "Tasks wait for each other in a circle."
            raise ValueError(msg)
        return depth
