"""Hours of each resource and month: regular, overtime, and the workforce where that is planned too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.initiatives import added_hours

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

OVERTIME_PREMIUM = 1.5
"""An overtime hour costs this many regular ones where the resource gives no cost."""


@dataclass(frozen=True)
class Hours:
    """Hours and their cost by resource; hours are infinite where a resource has no limit.

    Attributes:
        regular: regular hours; shape (resources, months). Of a planned workforce: 0, its workers bring them.
        overtime: most overtime hours; same shape. Of a planned workforce: beyond what its workers bring.
        cost: an hour of regular time that is used; shape (resources,).
        overtime_cost: the whole cost of an overtime hour; shape (resources,).
        crews: planned workforces: resource, workers, wage (money/worker-hour), hire_cost, layoff_cost, whole, busy
            (every paid hour makes something).
        crew_hours: regular hours a worker brings; shape (crews, months).
        crew_overtime: most overtime hours of a worker; same shape.
        shifts: extra shifts that may be added to a month: resource, hours, cost (money a shift), most.
    """

    regular: np.ndarray = field(repr=False)
    overtime: np.ndarray = field(repr=False)
    cost: np.ndarray = field(repr=False)
    overtime_cost: np.ndarray = field(repr=False)
    crews: pd.DataFrame = field(repr=False)
    crew_hours: np.ndarray = field(repr=False)
    crew_overtime: np.ndarray = field(repr=False)
    shifts: pd.DataFrame = field(repr=False)

    @property
    def limit(self) -> np.ndarray:
        """The most hours of each resource, overtime and extra shifts included; infinite for planned crews."""
        most = self.regular + self.overtime
        most[self.shifts["resource"]] += (self.shifts["hours"] * self.shifts["most"]).to_numpy(float)[:, None]
        most[self.crews["resource"]] = np.inf
        return most


def read_hours(data: PlanData, names: list[str]) -> Hours:
    """Return the hours of the resources `names`.

    Regular hours: the table `capacity`, else hours per week x weeks x efficiency, else without limit.
    Overtime hours: the table `capacity`, else the share of regular hours. Where the table `labour` lists a
    resource, its workers' hours, wage and overtime replace the resource's own. Initiatives add their hours, to
    workers' too. Planned shutdowns take their
    share of the month's working days off all of them but what the table `capacity` gives.
    """
    months = len(data.calendar.periods)
    table = data["resources"].set_index("resource").reindex(names)
    efficiency = (table["efficiency_pct"].fillna(100.0) / 100.0).to_numpy(float)
    weekly = table["hours_per_week"].fillna(np.inf).to_numpy(float)
    working = working_share(data, names)
    own = weekly[:, None] * data.calendar.weeks * efficiency[:, None] * working
    given, given_overtime = _given_hours(data, names, months)
    added = added_hours(data, names)
    regular = np.maximum(np.where(np.isnan(given), own, given) + added, 0.0)
    share = (table["overtime_max_pct"].fillna(0.0) / 100.0).to_numpy(float)
    overtime = share[:, None] * np.where(share[:, None] > 0, regular, 0.0)
    overtime = np.where(np.isnan(given_overtime), overtime, given_overtime)
    crews, crew_hours = _crews(data, names, efficiency)
    crew = crews["resource"].to_numpy(int)
    crew_hours = crew_hours * working[crew]
    crew_overtime = crews[["overtime_hours"]].to_numpy(float) * working[crew] + share[crew][:, None] * crew_hours
    regular[crew] = np.maximum(added[crew], 0.0)
    overtime[crew] = np.where(crew_overtime > 0, 0.0, np.nan_to_num(given_overtime[crew]))
    cost, overtime_cost = _costs(table, crews)
    shifts = _shifts(table, efficiency, crew)
    return Hours(regular, overtime, cost, overtime_cost, crews, crew_hours, crew_overtime, shifts)


def working_share(data: PlanData, names: list[str]) -> np.ndarray:
    """Return what planned shutdowns leave of each month, as a share; shape (resources, months).

    A line with a resource stops it, one with a location alone stops all resources there, one with neither
    stops everything; their days add up.
    """
    table, days = data["shutdowns"], data.calendar.working_days
    place = data["resources"].set_index("resource")["location"].reindex(names).fillna("").to_numpy()
    lost = np.zeros((len(names), len(days)))
    month = data.calendar.index_of(table["period"])
    for line, at in zip(table.itertuples(), month, strict=True):
        if 0 <= at < len(days):
            stopped = np.array(names) == line.resource if line.resource else place == line.location
            lost[stopped if line.resource or line.location else slice(None), at] += line.days
    return np.clip(1.0 - lost / np.where(days > 0, days, np.inf), 0.0, 1.0)


def _shifts(table: pd.DataFrame, efficiency: np.ndarray, crew: np.ndarray) -> pd.DataFrame:
    hours, most = table["shift_hours"].to_numpy(float) * efficiency, table["max_shifts"].fillna(0.0).to_numpy(float)
    used = np.flatnonzero((np.nan_to_num(hours) > 0) & (most > 0))
    used = used[~np.isin(used, crew)]
    cost = table["shift_cost"].fillna(0.0).to_numpy(float)
    return pd.DataFrame({"resource": used, "hours": hours[used], "cost": cost[used], "most": np.floor(most[used])})


def _given_hours(data: PlanData, names: list[str], months: int) -> tuple[np.ndarray, np.ndarray]:
    """Return hours and overtime hours of the table `capacity`, NaN where it gives none."""
    hours, overtime = np.full((2, len(names), months), np.nan)
    capacity = data["capacity"]
    month = data.calendar.index_of(capacity["period"])
    resource = pd.Index(names).get_indexer(capacity["resource"])
    kept = (month >= 0) & (month < months) & (resource >= 0)
    hours[resource[kept], month[kept]] = capacity["hours"].to_numpy(float)[kept]
    overtime[resource[kept], month[kept]] = capacity["overtime_hours"].to_numpy(float)[kept]
    return hours, overtime


def _crews(data: PlanData, names: list[str], efficiency: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    labour = data["labour"]
    labour = labour[labour["resource"].isin(names)].reset_index(drop=True)
    resource = pd.Index(names).get_indexer(labour["resource"])
    crews = pd.DataFrame(
        {
            "resource": resource,
            "workers": labour["workers"],
            "wage": labour["cost_per_hour"],
            "overtime_hours": labour["overtime_hours_per_worker"],
            "overtime_cost": labour["overtime_cost_per_hour"],
            "hire_cost": labour["hire_cost"],
            "layoff_cost": labour["layoff_cost"],
            "whole": labour["whole_workers"].to_numpy(bool),
            "busy": ~labour["idle_allowed"].to_numpy(bool),
        }
    )
    daily = labour["hours_per_worker_day"].to_numpy(float) * efficiency[resource]
    return crews, daily[:, None] * data.calendar.working_days


def _costs(table: pd.DataFrame, crews: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the cost of a regular hour used and of an overtime hour; a wage paid anyway replaces the first."""
    cost = table["cost_per_hour"].fillna(0.0).to_numpy(float).copy()
    overtime = table["overtime_cost_per_hour"].to_numpy(float)
    overtime = np.where(np.isnan(overtime), OVERTIME_PREMIUM * cost, overtime)
    for crew in crews.itertuples():
        if crew.overtime_cost > 0:
            overtime[crew.resource] = crew.overtime_cost
        if crew.wage > 0:
            cost[crew.resource] = 0.0
    return cost, overtime
