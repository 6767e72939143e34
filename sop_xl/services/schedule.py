"""Schedule a plant: the monthly plan of its next weeks as lots on resources, written beside the plan."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.errors import SopError
from sop_xl.domain.words import counted
from sop_xl.schema.render import render
from sop_xl.schema.results import RUNS, SCHEDULE, TRACKING_STOCK
from sop_xl.services import log
from sop_xl.services.compute import silent
from sop_xl.services.inputs import read_inputs
from sop_xl.services.recording import Recording
from sop_xl.services.run import commit_kept, stored_reader
from sop_xl.services.run_memory import RunMemory
from sop_xl.supply.scheduling.lots import cut_lots
from sop_xl.supply.scheduling.tables import GOES_ON, LATE, ON_TIME, UNSCHEDULED, schedule_table
from sop_xl.supply.scheduling.tracking import tracking_stock
from sop_xl.supply.scheduling.week_days import WITHOUT_LIMIT, WeekDays

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.domain.plan_data import PlanData
    from sop_xl.ports import Progress, Scheduler, UndoStore, Workbook
    from sop_xl.services.memory import Memory

STEP = "schedule"
WEEKS, FEWEST, MOST = 8, 1, 13
"""Weeks scheduled unless asked otherwise, and how many can be."""
NEEDED = ("production", "supply_plan", "load")


@dataclass(frozen=True)
class Schedule:
    """A schedule and what it says.

    Attributes:
        plant: the location.
        weeks: how many.
        method: what put the lots in order.
        schedule, tracking_stock: the result tables.
    """

    plant: str
    weeks: int
    method: str
    schedule: pd.DataFrame = field(repr=False)
    tracking_stock: pd.DataFrame = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many lots are in each state."""
        found = self.schedule.groupby("state")["lot"].nunique()
        return {state: int(found.get(state, 0)) for state in (ON_TIME, LATE, UNSCHEDULED, GOES_ON)}

    @property
    def short_items(self) -> int:
        """How many items run short on some day."""
        return int(self.tracking_stock["rank"].notna().sum())

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a planner wants to know of it, and the lots in trouble with their reasons."""
        lots = self.counts
        first = (
            f"{self.plant}, {counted(self.weeks, 'week')}, by {self.method}: "
            f"{counted(lots[ON_TIME], 'lot')} on time, {lots[LATE]} late, "
            f"{lots[UNSCHEDULED]} not scheduled, {lots[GOES_ON]} go on after it; "
            f"{counted(self.short_items, 'item runs', 'items run')} short on some day."
        )
        worst = self.schedule.dropna(subset="rank").sort_values("rank").head(5)
        return (first, *(f"{row.lot}: {row.state}. {row.reason}" for row in worst.itertuples()))


@dataclass(frozen=True)
class ScheduleReport:
    """A schedule that was written, and the line of the log that says so.

    Attributes:
        run: its number in the log.
        seconds: how long it took.
        schedule: what was made.
        not_undoable: why it cannot be taken back, where keeping its cells failed.
        not_remembered: why the ledger does not know of it, where it should.
    """

    run: str
    seconds: float
    schedule: Schedule
    not_undoable: str = ""
    not_remembered: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not kept of it, as sentences."""
        return tuple(words for words in (self.not_undoable, self.not_remembered) if words)


def make_schedule(
    data: PlanData, frames: Mapping[str, pd.DataFrame], scheduler: Scheduler, *, plant: str = "", weeks: int = WEEKS
) -> Schedule:
    """Return the schedule of a plant.

    Args:
        data: the input.
        frames: the results `production`, `supply_plan` and `load`.
        scheduler: puts the tasks in order.
        plant: the location; blank: the one that makes most hours.
        weeks: how many, 1 to 13.

    Raises:
        SopError: there is nothing to schedule, no such plant, or too many weeks.
    """
    if not FEWEST <= weeks <= MOST:
        raise SopError(f"{weeks} weeks cannot be scheduled. Ask for {FEWEST} to {MOST}, such as 8.")
    plant = _plant(frames["production"], plant)
    days = WeekDays.of(data, weeks)
    resources, daily = _daily_hours(frames, plant, days)
    mean = np.array([row[row > 0].mean() if (row > 0).any() else WITHOUT_LIMIT for row in daily])
    lots = cut_lots(data, frames, plant, days, dict(zip(resources, mean, strict=True)))
    shop = lots.shop(resources, daily)
    table = scheduler.schedule(shop)
    return Schedule(
        plant,
        weeks,
        scheduler.name,
        schedule_table(data, lots, shop, table, days, plant=plant, method=scheduler.name),
        tracking_stock(data, frames["supply_plan"], lots, shop, table, days, plant),
    )


def schedule_plant(
    workbook: Workbook,
    *,
    scheduler: Scheduler,
    now: dt.datetime,
    plant: str = "",
    weeks: int = WEEKS,
    progress: Progress = silent,
    undo: UndoStore | None = None,
    memory: Memory | None = None,
) -> ScheduleReport:
    """Schedule a plant of the plan in `workbook` and write it, in one commit that can be taken back.

    Args:
        workbook: holds the plan.
        scheduler: puts the lots in order.
        now: stamp in the log.
        plant: the location; blank: the one that makes most hours.
        weeks: how many, 1 to 13.
        progress: told how far it is; may raise `CancelledError`, and then nothing is written.
        undo: keeps what is needed to take it back.
        memory: the workbook's ledger, which gets the run before the workbook is written; None: there is none.

    Raises:
        InvalidInputError: the inputs have faults; nothing was written.
        SopError: there is no plan yet, or it cannot be scheduled; nothing was written.
    """
    if undo is not None:
        workbook = Recording(workbook)
    progress("read", 0, 1)
    inputs = read_inputs(workbook)
    data = inputs.plan_data()
    stored = stored_reader(workbook)
    frames = {name: stored(name) for name in NEEDED}
    if frames["supply_plan"].empty:
        raise SopError("There is no supply plan yet. Run the step supply first.")
    progress("read", 1, 1)
    start = time.perf_counter()
    progress(STEP, 0, 1)
    made = make_schedule(data, frames, scheduler, plant=plant, weeks=weeks)
    progress(STEP, 1, 1)
    workbook.write_cells(SCHEDULE, render(SCHEDULE, made.schedule))
    workbook.write_cells(TRACKING_STOCK, render(TRACKING_STOCK, made.tracking_stock))
    runs = stored("runs")
    seconds = time.perf_counter() - start
    line = log.log_line(
        log.next_run(runs),
        now,
        steps=STEP,
        cycle=log.current_cycle(runs),
        seconds=seconds,
        inputs=inputs.digest(),
        result=made.sentences[0],
    )
    log.append(workbook, RUNS, runs, [line])
    kept = RunMemory(memory, line) if memory else None
    why, unknown = commit_kept(workbook, line, undo, kept)
    return ScheduleReport(str(line["run"]), seconds, made, why, unknown)


def _plant(production: pd.DataFrame, plant: str) -> str:
    hours = production[production["resource"] != ""].groupby("location")["hours"].sum()
    if hours.empty:
        raise SopError("The plan makes nothing on any resource: there is nothing to schedule.")
    if plant and plant not in hours.index:
        raise SopError(f"The plan makes nothing at '{plant}'. Plants: {', '.join(hours.index)}.")
    return plant or str(hours.idxmax())


def _daily_hours(frames: Mapping[str, pd.DataFrame], plant: str, days: WeekDays) -> tuple[list[str], np.ndarray]:
    """Return the resources that make something at the plant, and their hours of each day, overtime included."""
    made = frames["production"]
    resources = sorted(made.loc[made["location"].eq(plant) & made["resource"].ne(""), "resource"].unique())
    load = frames["load"]
    hours = load.assign(hours=load["available_hours"] + load["overtime_hours"].fillna(0.0))
    wide = hours.pivot(index="resource", columns="period", values="hours").reindex(resources).sort_index(axis=1)
    monthly = wide.to_numpy(float)
    endless = np.isnan(monthly)
    daily = days.spread(np.nan_to_num(monthly))
    daily[endless[:, days.month]] = WITHOUT_LIMIT
    return resources, daily
