"""The table `schedule`: when each lot runs on each resource, which are late or do not fit, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import SCHEDULE

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.scheduling.lots import Lots
    from sop_xl.supply.scheduling.shop import Shop
    from sop_xl.supply.scheduling.timetable import Timetable
    from sop_xl.supply.scheduling.week_days import WeekDays

ON_TIME, LATE, UNSCHEDULED, GOES_ON = "on time", "late", "unscheduled", "goes on"
"""The states of a lot: `goes on` is due after the days there are and ends after them too."""
SLACK = 1e-6
NO_RESOURCE = "No routing names a resource for it: there is nothing to schedule."


def schedule_table(
    data: PlanData, lots: Lots, shop: Shop, table: Timetable, days: WeekDays, *, plant: str, method: str
) -> pd.DataFrame:
    """Return the result table `schedule`: a row for each lot and resource, and for what no resource makes."""
    rows = _task_rows(lots, shop, table, days)
    rows = pd.concat([rows, _unrouted_rows(lots)], ignore_index=True)
    items = data["items"].set_index("item")
    rows = rows.assign(location=plant, method=method, description=rows["item"].map(items["description"]).fillna(""))
    return conform(SCHEDULE, rows)


def _task_rows(lots: Lots, shop: Shop, table: Timetable, days: WeekDays) -> pd.DataFrame:
    ends = table.lot_ends(shop)
    state, reason = _states(lots, shop, table, days, ends)
    of = lots.tasks["lot"].to_numpy(int)
    placed = np.isfinite(table.end)
    info = lots.lots.iloc[of].reset_index(drop=True)
    late = np.where(np.isfinite(ends), np.maximum(ends - lots.lots["due"].to_numpy(float), 0.0), np.nan)
    rows = pd.DataFrame(
        {
            "lot": info["lot"],
            "item": info["item"],
            "period": info["period"],
            "quantity": info["quantity"],
            "resource": lots.tasks["resource"].to_numpy(),
            "setup_family": lots.tasks["setup"].to_numpy(),
            "hours": lots.tasks["hours"].to_numpy(),
            "setup_hours": table.setup,
            "start_day": np.where(placed, table.start, np.nan),
            "end_day": np.where(placed, table.end, np.nan),
            "start": _dates(days, table.start),
            "finish": _dates(days, table.end, end=True),
            "needed": _dates(days, np.minimum(info["needed"].to_numpy(float), days.count), end=True),
            "due": _month_ends(info["period"]),
            "days_late": np.where(late[of] > SLACK, late[of], 0.0),
            "state": state[of],
            "reason": reason[of],
        }
    )
    rows.loc[rows["state"].eq(UNSCHEDULED), "days_late"] = np.nan
    rows = rows[placed | rows["state"].eq(UNSCHEDULED)]
    return _ranked(rows)


def _dates(days: WeekDays, points: np.ndarray, *, end: bool = False) -> pd.Series:
    found = [days.date(float(point), end=end) if np.isfinite(point) else pd.NaT for point in points]
    return pd.Series(pd.DatetimeIndex(found))


def _month_ends(periods: pd.Series) -> pd.Series:
    return pd.Series(pd.PeriodIndex(periods, freq="M").to_timestamp(how="end").normalize())


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the place of each task on its resource, and the rank of lots in trouble, on one row of each."""
    rows = rows.sort_values(["resource", "start_day", "lot"], kind="stable", ignore_index=True)
    placed = rows["start_day"].notna()
    place = placed.groupby(rows["resource"]).cumsum().where(placed)
    slot = rows["resource"] + " #" + place.fillna(0).astype(int).astype(str)
    rows = rows.assign(place=place, slot=slot.where(placed, ""))
    trouble = rows[rows["state"].isin([UNSCHEDULED, LATE])].drop_duplicates("lot")
    worst = trouble.assign(missing=trouble["days_late"].isna()).sort_values(
        ["missing", "days_late", "lot"], ascending=[False, False, True], kind="stable"
    )
    return rows.assign(rank=pd.Series(np.arange(1.0, len(worst) + 1), index=worst.index))


def _unrouted_rows(lots: Lots) -> pd.DataFrame:
    rows = lots.unrouted[["item", "period", "quantity"]].reset_index(drop=True)
    name = rows["item"] + " " + rows["period"].astype(str).str[2:]
    return rows.assign(lot=name, resource="", state=UNSCHEDULED, reason=NO_RESOURCE)


def _states(
    lots: Lots, shop: Shop, table: Timetable, days: WeekDays, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    due = lots.lots["due"].to_numpy(float)
    missing = ~np.isfinite(ends)
    inside = lots.lots["needed"].to_numpy(float) <= days.count
    done = np.where(ends > due + SLACK, LATE, ON_TIME)
    state = np.where(missing, np.where(inside, UNSCHEDULED, GOES_ON), done)
    why = _Why(lots, shop, table, days)
    reason = [why.unscheduled(k) if s == UNSCHEDULED else why.late(k) if s == LATE else "" for k, s in enumerate(state)]
    return state.astype(object), np.array(reason, dtype=object)


class _Why:
    """Finds what held a lot."""

    def __init__(self, lots: Lots, shop: Shop, table: Timetable, days: WeekDays) -> None:
        self._names, self._lot = lots.lots["lot"].tolist(), lots.tasks["lot"].tolist()
        self._resource = lots.tasks["resource"].tolist()
        self._before, self._table, self._days = shop.predecessors, table, days
        self._tasks: dict[int, list[int]] = {}
        for task, lot in enumerate(self._lot):
            self._tasks.setdefault(lot, []).append(task)
        self._release = lots.lots["release"].tolist()
        self._material = lots.lots["material"].tolist()
        rows = pd.DataFrame({"resource": self._resource, "hours": lots.tasks["hours"], "lot": self._lot})
        due = rows["lot"].map(lots.lots["needed"]) <= days.count
        self._wanted = rows[due].groupby("resource")["hours"].sum()
        number = rows.assign(row=shop.tasks["resource"]).drop_duplicates("resource").set_index("resource")["row"]
        self._there = number.map(lambda row: float(shop.daily[row].sum()))

    def unscheduled(self, lot: int) -> str:
        """Return why the lot does not fit: its resource is full, or that of a component which does not fit either."""
        first, task = lot, self._stuck(lot)
        while (other := self._missing(lot, task)) is not None:
            lot, task = other, self._stuck(other)
        why = self._full(lot, self._resource[task])
        return why if lot == first else f"It waits for {self._names[lot]}: {why}"

    def _stuck(self, lot: int) -> int:
        """Return the first task of a lot that has no place."""
        return next(task for task in self._tasks[lot] if not np.isfinite(self._table.end[task]))

    def _missing(self, lot: int, task: int) -> int | None:
        """Return the lot of a component that the task waits for, and that has no place; None: there is none."""
        gone = (self._lot[p] for p in self._before[task] if not np.isfinite(self._table.end[p]))
        return next((k for k in gone if k != lot), None)

    def _full(self, lot: int, resource: str) -> str:
        wanted, there = self._wanted.get(resource, 0.0), self._there[resource]
        if wanted > there:
            return f"{resource} is full: the lots needed want {wanted:,.0f} h, it has {there:,.0f} h."
        if self._material[lot]:
            came = self._days.date(self._release[lot])
            return f"{resource} has no time left after {self._material[lot]} is there on {came:%d %b}."
        return f"{resource} has no time left after what the lot waits for."

    def late(self, lot: int) -> str:
        """Return what the lot's last task, or one before it in the lot, waited for."""
        task = max(self._tasks[lot], key=lambda k: (self._table.end[k], k))
        while True:
            start = self._table.start[task]
            before = max(self._before[task], key=lambda p: self._table.end[p], default=-1)
            ready = max(self._release[lot], self._table.end[before] if before >= 0 else 0.0)
            wait = start - ready
            if wait > 0.05:
                return f"It waited {wait:.1f} working days for {self._resource[task]}."
            if self._material[lot] and self._release[lot] >= ready - SLACK:
                return f"It waited for {self._material[lot]}, there from {self._days.date(ready):%d %b} on."
            if before < 0 or self._table.end[before] < ready - SLACK:
                began = self._days.date(start)
                return f"It began on {began:%d %b} as its first work; its operations take longer than was left."
            if self._lot[before] != lot:
                return f"It waited for {self._names[self._lot[before]]} on {self._resource[before]}."
            task = before
