"""The log of the workbook: one line for each run, each run taken back, and each that was stopped."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pandas as pd

import sop_xl
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import render, to_csv
from sop_xl.schema.results import ISSUES, RUNS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sop_xl.domain.change import Change
    from sop_xl.domain.issue import Issue
    from sop_xl.ports import Orphan, Workbook
    from sop_xl.schema.table import Table

UNDO = "undo "
"""What the steps of a line begin with where a run was taken back; the run's number follows."""
STOPPED = "stopped: "
"""What the result of a line begins with where a run changed nothing."""


def read_log(workbook: Workbook, table: Table = RUNS) -> pd.DataFrame:
    """Return the lines of the log as they are stored, oldest first."""
    return conform(table, read_table(table, workbook.read_cells(table)).frame)


def next_run(runs: pd.DataFrame) -> str:
    """Return the number of the next line."""
    return f"R{len(runs) + 1:04d}"


def log_line(run: str, now: dt.datetime, *, steps: str, cycle: str, result: str, **more: object) -> dict[str, object]:
    """Return one line of the log; `more` are `inputs` and `seconds`."""
    line = {"run": run, "at": now, "steps": steps, "cycle": cycle, "version": sop_xl.__version__}
    return {**line, "inputs": "", "seconds": float("nan"), **more, "result": result}


def change_row(run: str, now: dt.datetime, change: Change, reason: str, source: str) -> dict[str, object]:
    """Return a line of the table of changes."""
    cells = {"table": change.table, "key": change.key, "field": change.field, "old": change.old, "new": change.new}
    return {"run": run, "at": now, **cells, "reason": reason, "source": source}


def orphan_row(run: str, now: dt.datetime, table: Table, orphan: Orphan) -> dict[str, object]:
    """Return a line of the table of changes for a cell of the user's whose row is gone."""
    note = {"table": table.name, "key": orphan.key, "field": orphan.header, "old": orphan.value, "new": None}
    return {"run": run, "at": now, **note, "reason": "your cell; its row is gone", "source": "user"}


def append(workbook: Workbook, table: Table, before: pd.DataFrame, rows: Sequence[dict[str, object]]) -> None:
    """Stage `rows` as new lines of a log table that holds `before`."""
    more = conform(table, pd.DataFrame(rows))
    frame = pd.concat([before, more], ignore_index=True) if len(before) else more
    workbook.write_cells(table, render(table, frame))


def write_issues(workbook: Workbook, issues: Sequence[Issue]) -> None:
    """Stage what a check found."""
    workbook.write_cells(ISSUES, render(ISSUES, _issue_rows(issues)))


def replace_issues(workbook: Workbook, code: str, issues: Sequence[Issue]) -> None:
    """Stage these issues in the place of all of that code; what was found beside them stays in the list."""
    listed = read_log(workbook, ISSUES)
    others = listed[listed["code"].ne(code)]
    if issues or len(others) < len(listed):
        fresh = conform(ISSUES, _issue_rows(issues))
        workbook.write_cells(ISSUES, render(ISSUES, pd.concat([others, fresh], ignore_index=True)))


def _issue_rows(issues: Sequence[Issue]) -> pd.DataFrame:
    rows = [(i.severity, i.code, i.sheet, i.cell, i.message, i.cure) for i in issues]
    return pd.DataFrame(rows, columns=list(ISSUES.fields))


def log_stopped(workbook: Workbook, steps: str, reason: str, now: dt.datetime) -> None:
    """Stage the line of a run that changed nothing; the cycle shown stays that of the plan that is there."""
    runs = read_log(workbook)
    cycle = str(runs["cycle"].iloc[-1]) if len(runs) else ""
    line = log_line(next_run(runs), now, steps=steps, cycle=cycle, result=STOPPED + reason)
    append(workbook, RUNS, runs, [line])


def current_cycle(runs: pd.DataFrame) -> str:
    """Return the cycle of the plan that stands in the workbook; empty where no run left one.

    Every line names the cycle of the plan it leaves. A blank one says nothing, but after an undo: then
    there is no plan.
    """
    told = runs[runs["cycle"].ne("") | runs["steps"].str.startswith(UNDO)]
    return str(told["cycle"].iloc[-1]) if len(told) else ""


def undone(runs: pd.DataFrame) -> set[str]:
    """Return the numbers of the runs that were taken back."""
    return set(runs.loc[runs["steps"].str.startswith(UNDO), "steps"].str.removeprefix(UNDO))


def last_standing(runs: pd.DataFrame) -> str:
    """Return the number of the last run whose results stand in the workbook; empty where none do."""
    gone = undone(runs)
    standing = runs[~(runs["run"].isin(gone) | runs["steps"].str.startswith(UNDO) | stopped(runs))]
    return str(standing["run"].iloc[-1]) if len(standing) else ""


def stopped(runs: pd.DataFrame) -> pd.Series:
    """Return which lines are of runs that changed nothing."""
    return runs["result"].str.startswith(STOPPED)


def mark(runs: pd.DataFrame, run: str) -> str:
    """Return what tells the run of that number apart from one of the same number in a copy of the workbook."""
    line = runs[runs["run"].eq(run)].tail(1)
    return hashlib.sha256(to_csv(RUNS, line).encode()).hexdigest()[:12]


def cycle_text(cycle: pd.Period | None) -> str:
    """Return a cycle as the log writes it; blank where there is no plan yet."""
    return "" if cycle is None else str(cycle)
