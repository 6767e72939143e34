"""The working days of a schedule: Mondays to Fridays from the first open month on, and their hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

DAYS_A_WEEK = 5
WITHOUT_LIMIT = 24.0
"""Hours of a day of a resource that gives none: work goes on round the clock."""


@dataclass(frozen=True)
class WeekDays:
    """Days on which work is done.

    Attributes:
        dates: Mondays to Fridays, the first one in the first open month; shape (days,), datetime64[D].
        month: the position of each day's month in the horizon; same shape.
        in_month: Mondays to Fridays of that month in all; same shape.
    """

    dates: np.ndarray = field(repr=False)
    month: np.ndarray = field(repr=False)
    in_month: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, data: PlanData, weeks: int) -> WeekDays:
        """Return the days of so many weeks, fewer where the plan ends before."""
        periods = data.calendar.periods
        first = np.datetime64(periods[0].to_timestamp(), "D")
        dates = np.busday_offset(first, np.arange(DAYS_A_WEEK * weeks), roll="forward")
        month = data.calendar.index_of(pd.Series(pd.DatetimeIndex(dates).to_period("M")))
        dates, month = dates[month < len(periods)], month[month < len(periods)]
        starts = periods.to_timestamp().to_numpy().astype("datetime64[D]")
        after = (periods + 1).to_timestamp().to_numpy().astype("datetime64[D]")
        return cls(dates, month, np.busday_count(starts, after)[month])

    @property
    def count(self) -> int:
        """Days there are."""
        return len(self.dates)

    @property
    def week(self) -> np.ndarray:
        """The week of each day, from 0: five days each, counted from the first day."""
        return np.arange(self.count) // DAYS_A_WEEK

    def starts(self, month: int) -> float:
        """Return the day, from 0, on which a month begins; the end of the days where it is after them."""
        return float(np.searchsorted(self.month, month))

    def date(self, point: float, *, end: bool = False) -> pd.Timestamp:
        """Return the date of a point in time; an end at midnight belongs to the day before."""
        day = int(np.ceil(point - 1e-9)) - 1 if end else int(point + 1e-9)
        return pd.Timestamp(self.dates[min(max(day, 0), self.count - 1)])

    def at_starts(self, monthly: np.ndarray) -> np.ndarray:
        """Return figures of months on the first day of each; shape (rows, days)."""
        first = np.diff(self.month, prepend=-1) > 0
        return np.asarray(monthly)[:, self.month] * first

    def spread(self, monthly: np.ndarray) -> np.ndarray:
        """Return figures of months spread evenly over their days; shape (rows, days)."""
        return np.asarray(monthly)[:, self.month] / self.in_month
