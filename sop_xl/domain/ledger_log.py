"""What the ledger keeps of runs: what ran, which cells it changed, which tables it made."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from sop_xl.domain.change import Change


class KeptKind(StrEnum):
    """Why a whole table is kept."""

    SNAPSHOT = "snapshot"
    FORECAST = "forecast"
    SIGNED = "signed"


@dataclass(frozen=True)
class LoggedRun:
    """A run, as the table `runs` of the workbook has it, and who ran it."""

    run: str
    at: dt.datetime
    who: str
    steps: str
    cycle: str
    version: str
    inputs: str
    seconds: float | None
    result: str


@dataclass(frozen=True)
class LoggedChange:
    """One cell that changed.

    Attributes:
        change: the cell, before and after.
        cause: the run (`R0007`) or batch (`batch 17`).
        at, who: when and by whom.
        reason: why.
        source: user, python or pack.
    """

    change: Change
    cause: str
    at: dt.datetime
    who: str
    reason: str
    source: str


@dataclass(frozen=True)
class KeptTable:
    """A whole table to be kept.

    Attributes:
        kind: frozen when a cycle closed, the forecast of a run, or an input as a step of the cycle signed it.
        cycle: the cycle it belongs to, `2026-10`.
        table: its name.
        frame: its rows.
        run: the run that made it.
        at, who: when and by whom it was kept.
        reason: why it is kept again, where the cycle was frozen before.
    """

    kind: KeptKind
    cycle: str
    table: str
    frame: pd.DataFrame = field(repr=False)
    run: str
    at: dt.datetime
    who: str
    reason: str = ""
