"""What a signed step locks: its input tables as they were signed, told apart by a hash of each."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.steps import locked_tables, steps_of
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS, CYCLE_STEPS
from sop_xl.schema.render import to_csv
from sop_xl.schema.table import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping


def signed_inputs(step: pd.Series, frames: Mapping[str, pd.DataFrame], cycle: str) -> str:
    """Return what a step signs, table by table: `events=0f3a9c41 overrides=77d2b0e6`.

    Args:
        step: a row of the table `cycle_steps`.
        frames: the input tables.
        cycle: the open month; of the actuals only the months before it are signed.
    """
    return " ".join(f"{name}={table_hash(name, frames[name], cycle)}" for name in locked_tables(step))


def signed_frame(name: str, frame: pd.DataFrame, cycle: str) -> pd.DataFrame:
    """Return what of a table is signed, sorted: what Python writes is blank; of the actuals the closed months only."""
    table = TABLE_BY_NAME[name]
    if table is ACTUALS:
        frame = frame[frame["period"] < pd.Period(cycle, freq="M")]
    ours = {c.field for c in table.columns if c.owner is Owner.PYTHON} | (_BATCH if table is ACTUALS else set())
    own = frame.drop(columns=list(ours & set(frame.columns))).sort_values(list(table.key), kind="stable")
    return conform(table, own.reset_index(drop=True))


_BATCH = {"batch"}
"""Of the actuals the ledger's; it changes when the same figures are taken into it."""


def table_hash(name: str, frame: pd.DataFrame, cycle: str) -> str:
    """Return a short hash of what of a table is signed; the same whatever the order of its rows."""
    return hashlib.sha256(to_csv(TABLE_BY_NAME[name], signed_frame(name, frame, cycle)).encode()).hexdigest()[:8]


def changed_tables(step: pd.Series, frames: Mapping[str, pd.DataFrame], cycle: str) -> list[str]:
    """Return the tables that are not as this step signed them; none where it is not signed."""
    pairs = [part.split("=") for part in str(step["signed_inputs"]).split() if part.count("=") == 1]
    return [name for name, then in pairs if name in frames and table_hash(name, frames[name], cycle) != then]


def signers(frame: pd.DataFrame, cycle: str) -> dict[str, pd.Series]:
    """Return the step that holds each locked table of a cycle; the first one that signed it counts."""
    found: dict[str, pd.Series] = {}
    for _, step in steps_of(frame, cycle).iterrows():
        for part in str(step["signed_inputs"]).split():
            found.setdefault(part.split("=")[0], step)
    return found


def signed_words(step: pd.Series) -> str:
    """Return who signed a step, when, and on which data, as a fragment: `Sales signed Demand review on ...`."""
    day = "" if pd.isna(step["signed_at"]) else f" on {step['signed_at']:%Y-%m-%d %H:%M}"
    version = f" ({step['data_version']})" if step["data_version"] else ""
    return f"{step['signed_by']} signed {step['step']}{day}{version}"


def reopen_words(step: pd.Series) -> str:
    """Return how a step is reopened, as a sentence."""
    return (
        f'Undo the change, or reopen the step: sop-xl cycle reopen FILE.xlsm "{step["step"]}" --reason ..., '
        f"or a reason on the sheet {CYCLE_STEPS.sheet} and Reopen step in the ribbon."
    )


def lock_issues(frames: Mapping[str, pd.DataFrame], cycle: str) -> list[Issue]:
    """Return a fault for each table that changed after a step of the open cycle signed it."""
    issues = []
    for _, step in steps_of(frames[CYCLE_STEPS.name], cycle).iterrows():
        for name in changed_tables(step, frames, cycle):
            message = f"It was changed after {signed_words(step)}."
            issues.append(Issue(Severity.STOP, "signed", TABLE_BY_NAME[name].sheet, "", message, reopen_words(step)))
    return issues
