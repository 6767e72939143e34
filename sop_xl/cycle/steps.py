"""The calendar of a cycle: its steps by working day, and which inputs each one signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import CYCLE_STEPS

if TYPE_CHECKING:
    import datetime as dt

NOT_STARTED, OPEN, DONE = "not started", "open", "done"
SOON = 2
"""Working days before a step is due that its owner is reminded."""


@dataclass(frozen=True)
class StandardStep:
    """A step as it is where a company has no calendar of its own yet.

    Attributes:
        name: what it is called.
        owner: who usually answers for it.
        workday: working day of the month by which it is done.
        locks: input tables it signs.
    """

    name: str
    owner: str
    workday: int
    locks: tuple[str, ...]


STANDARD_STEPS = (
    StandardStep(
        "Data gathering", "Planning", 3, ("actuals", "history_edits", "stock", "open_orders", "budget", "fx_rates")
    ),
    StandardStep("Demand review", "Sales", 6, ("events", "launches", "overrides", "level_overrides")),
    StandardStep(
        "Supply review",
        "Operations",
        9,
        (
            "resources",
            "capacity",
            "labour",
            "shutdowns",
            "routings",
            "bom",
            "substitutes",
            "suppliers",
            "lanes",
            "targets",
        ),
    ),
    StandardStep("Pre-meeting", "Planning", 12, ("initiatives", "scenarios", "scenario_changes", "risks")),
    StandardStep("Executive meeting", "General manager", 14, ("decisions",)),
)
"""The five steps of the monthly cycle, and the working day of each."""
_USUAL = {step.name: step.locks for step in STANDARD_STEPS}


def steps_of(frame: pd.DataFrame, cycle: str) -> pd.DataFrame:
    """Return the steps of a cycle in their order; rows keep their index in `frame`."""
    return frame[frame["cycle"].eq(cycle)].sort_values("step_order", kind="stable", na_position="last")


def locked_tables(step: pd.Series) -> tuple[str, ...]:
    """Return the input tables that a step signs: those of its row, else those usual for its name.

    Args:
        step: a row of the table `cycle_steps`. Names there that are no table are left out; see `unknown_locks`.
    """
    names = _named(step)
    return tuple(name for name in names if name in TABLE_BY_NAME) if names else _USUAL.get(str(step["step"]), ())


def unknown_locks(step: pd.Series) -> list[str]:
    """Return what the row of a step names as locked and is no table."""
    return [name for name in _named(step) if name not in TABLE_BY_NAME]


def _named(step: pd.Series) -> list[str]:
    return [part.strip().lower().replace(" ", "_") for part in str(step["locks"]).split(",") if part.strip()]


def new_steps(frame: pd.DataFrame, cycle: str) -> pd.DataFrame:
    """Return the steps of a new cycle: those of the last cycle before it, or the standard five.

    Owner, order, working day, tasks and locks go along; the days are those of the new month; nothing is signed.

    Args:
        frame: the table `cycle_steps`.
        cycle: the open month, `2026-11`.
    """
    month = pd.Period(cycle, freq="M")
    before = sorted({c for c in frame["cycle"] if c and c < cycle})
    rows = _rows_of(steps_of(frame, before[-1])) if before else _standard_rows()
    steps = pd.DataFrame(rows).assign(cycle=cycle, status=[OPEN, *[NOT_STARTED] * (len(rows) - 1)])
    days = [pd.NaT if np.isnan(number) else workday(month, int(number)) for number in steps["due_workday"]]
    whole = conform(CYCLE_STEPS, steps.assign(due=pd.to_datetime(pd.Series(days, dtype="object"))))
    return steps_of(whole, cycle).reset_index(drop=True)


def _standard_rows() -> list[dict[str, object]]:
    return [
        {"step": s.name, "step_order": float(k), "owner": s.owner, "due_workday": float(s.workday)}
        for k, s in enumerate(STANDARD_STEPS, start=1)
    ]


def _rows_of(steps: pd.DataFrame) -> list[dict[str, object]]:
    rows = []
    for _, step in steps.iterrows():
        row = {name: step[name] for name in ("step", "step_order", "owner", "due_workday", "tasks", "locks")}
        if np.isnan(step["due_workday"]) and not pd.isna(step["due"]):
            row["due_workday"] = float(workday_number(step["due"]))
        rows.append(row | {"tasks_done": step["tasks"] * 0.0})
    return rows


def workday(month: pd.Period, number: int) -> pd.Timestamp:
    """Return the working day of that number (from 1), Monday to Friday counted from the first of the month."""
    day: np.datetime64 = np.busday_offset(month.start_time.date(), number - 1, roll="forward")
    return pd.Timestamp(day)


def workday_number(day: pd.Timestamp) -> int:
    """Return which working day of its month a day is; one on a weekend counts as the Friday before."""
    after = (day + pd.Timedelta(days=1)).date()
    return max(1, int(np.busday_count(day.replace(day=1).date(), after)))


def workdays_left(due: pd.Timestamp, today: dt.date) -> int:
    """Return the working days from today until a step is due; negative once it is late."""
    return int(np.busday_count(today, due.date()))


def reminder(step: pd.Series, today: dt.date) -> str:
    """Return what its owner is reminded of, as a sentence; blank where a step is done or not due soon."""
    if step["status"] == DONE or pd.isna(step["due"]):
        return ""
    left, day = workdays_left(step["due"], today), f"{step['due']:%Y-%m-%d}"
    who = step["owner"] or "Nobody named"
    if left < 0:
        return f"{who}: {step['step']} was due on {day}, {_days(-left)} ago."
    return (
        f"{who}: {step['step']} is due on {day}, {'today' if not left else f'in {_days(left)}'}."
        if left <= SOON
        else ""
    )


def _days(count: int) -> str:
    return f"{count} working day{'' if count == 1 else 's'}"
