"""The people a steady or a chasing plan takes: whole workers month by month, those hired and those laid off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.hours import read_hours

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData

DUST = 1e-6
"""Of a worker: less than this is rounding, not a worker more."""


@dataclass(frozen=True)
class Crew:
    """The planned workforce of a resource, seen from the goods of one family.

    Attributes:
        hours: hours a unit of the family takes there.
        of_worker: regular hours a worker brings; shape (months,).
        opening: workers at the start, by the family's share of the hours worked there.
        hire, layoff: money a worker.
    """

    hours: float
    of_worker: np.ndarray = field(repr=False)
    opening: float
    hire: float
    layoff: float

    def workers(self, made: np.ndarray) -> np.ndarray:
        """Return the whole workers that making so much takes; 0 in a month without working hours; shape (months,)."""
        there = self.of_worker > 0
        return np.where(there, np.ceil(made * self.hours / np.where(there, self.of_worker, 1.0) - DUST), 0.0)


def people(crews: list[Crew], made: np.ndarray) -> dict[str, np.ndarray]:
    """Return `workers`, `hired`, `laid_off` and `crew_cost` (money for both) by month; NaN where no crew is planned."""
    names = ("workers", "hired", "laid_off", "crew_cost")
    if not crews:
        return {name: np.full(len(made), np.nan) for name in names}
    found = {name: np.zeros(len(made)) for name in names}
    for crew in crews:
        workers = crew.workers(made)
        change = np.diff(workers, prepend=crew.opening)
        hired, gone = np.maximum(change, 0.0), np.maximum(-change, 0.0)
        parts = (workers, hired, gone, hired * crew.hire + gone * crew.layoff)
        for name, values in zip(names, parts, strict=True):
            found[name] += values
    return found


def crews_of(data: PlanData, production: pd.DataFrame) -> dict[str, Crew]:
    """Return the crews of all goods together, by resource: hours and opening workers are those of the whole plan.

    Args:
        data: the input tables.
        production: the result table of that name.
    """
    used = sorted(production["resource"].unique())
    hours = read_hours(data, used)
    found = {}
    for number, crew in enumerate(hours.crews.itertuples()):
        worked = float(production.loc[production["resource"] == used[crew.resource], "hours"].sum())
        found[used[crew.resource]] = Crew(
            worked, hours.crew_hours[number], float(crew.workers), float(crew.hire_cost), float(crew.layoff_cost)
        )
    return found


def of_family(crews: dict[str, Crew], made: pd.DataFrame, units: float) -> list[Crew]:
    """Return the crews as the goods `made` use them, `units` of them in all; workers by their share of the hours."""
    worked = made.groupby("resource")["hours"].sum()
    return [
        Crew(mine / units, crew.of_worker, crew.opening * mine / crew.hours, crew.hire, crew.layoff)
        for resource, crew in crews.items()
        if units > 0 and (mine := float(worked.get(resource, 0.0))) > 0
    ]
