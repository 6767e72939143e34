"""One key figure, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData

KPI_MONTHS = 12
"""Months a key figure of the plan looks ahead, where as many are planned."""


def months_ahead(data: PlanData) -> pd.PeriodIndex:
    """Return the months that key figures of the plan cover: the next 12, or all where fewer are planned."""
    return data.calendar.periods[:KPI_MONTHS]


@dataclass(frozen=True)
class Kpi:
    """One row of the table `kpis`.

    Attributes:
        kpi: short name for formulas, stable over the versions.
        name: what the reader sees.
        value: the figure; NaN where the data does not give it.
        target: what it should be; NaN: no target.
        unit: unit of both.
        status: good, watch, act, or "" where it cannot be judged.
        definition: one sentence: what is counted, over which months, and the limits of the status.
    """

    kpi: str
    name: str
    value: float
    unit: str
    definition: str
    target: float = nan
    status: str = ""


def at_least(value: float, target: float, slack: float) -> str:
    """Judge a figure that should reach its target: watch down to `slack` below it, then act."""
    return at_most(-value, -target, slack)


def at_most(value: float, limit: float, slack: float) -> str:
    """Judge a figure that should stay under a limit: watch up to `slack` above it, then act."""
    if isnan(value) or isnan(limit):
        return ""
    excess = round(value - limit, 9)
    if excess <= 0:
        return "good"
    return "watch" if excess <= slack else "act"


def ratio(part: float, whole: float) -> float:
    """Return part / whole; NaN where the whole is zero or unknown."""
    return part / whole if whole else nan


def percent(part: float, whole: float) -> float:
    """Return part over whole in points; NaN where the whole is zero or unknown."""
    return 100.0 * ratio(part, whole)


def total(values: pd.Series) -> float:
    """Return the sum; NaN where every value is blank, or there is none."""
    return float(values.sum(min_count=1))
