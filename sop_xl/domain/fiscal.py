"""Fiscal years: which twelve months a month belongs to."""

from __future__ import annotations

import pandas as pd


def fiscal_year(period: pd.Period, first_month: int) -> pd.PeriodIndex:
    """Return the twelve months of the fiscal year `period` is in, oldest first.

    Args:
        period: a month.
        first_month: calendar month the fiscal year starts with, 1 to 12.
    """
    start = period - (period.month - first_month) % 12
    return pd.period_range(start, periods=12, freq="M")
