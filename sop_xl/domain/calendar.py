"""Months: their working days and weeks, given in the table `calendar` or derived."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_text(period: pd.Period) -> str:
    """Return a month as sentences name it, whatever the computer's language: `Jan 27`."""
    return f"{MONTH_NAMES[period.month - 1]} {period.year % 100:02d}"


def month_weeks(periods: pd.PeriodIndex) -> np.ndarray:
    """Return the weeks of each month, days / 7."""
    return np.asarray(periods.days_in_month, dtype=float) / 7.0


def month_working_days(periods: pd.PeriodIndex) -> np.ndarray:
    """Return the days from Monday to Friday of each month."""
    first = periods.to_timestamp().to_numpy().astype("datetime64[D]")
    after = (periods + 1).to_timestamp().to_numpy().astype("datetime64[D]")
    return np.busday_count(first, after).astype(float)


@dataclass(frozen=True)
class Calendar:
    """The planned months, oldest first, with their length.

    Attributes:
        periods: the months of the horizon; shape (T,).
        weeks: weeks of each month; shape (T,).
        working_days: working days of each month; shape (T,).
    """

    periods: pd.PeriodIndex
    weeks: np.ndarray = field(repr=False)
    working_days: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, periods: pd.PeriodIndex, table: pd.DataFrame | None = None) -> Calendar:
        """Derive the months' lengths, and take from `table` those it gives (blank: derived)."""
        weeks, days = month_weeks(periods), month_working_days(periods)
        if table is not None and len(table):
            given = table.set_index("period").reindex(periods)
            weeks = given["weeks"].fillna(pd.Series(weeks, index=periods)).to_numpy(float)
            days = given["working_days"].fillna(pd.Series(days, index=periods)).to_numpy(float)
        return cls(periods, weeks, days)

    def index_of(self, periods: pd.Series) -> np.ndarray:
        """Return the position of each month in the horizon; negative before it, T or more after."""
        ordinals = pd.PeriodIndex(periods, freq="M").asi8
        return np.asarray(ordinals - self.periods.asi8[0])
