"""Values on their way in and out of Calc: as COM gives them, so that xlwings' converters see what they know."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

MS_PER_DAY = 86_400_000


class ErrorValue(str):
    """An error of a cell as the engine reads it; Excel's own is a number that only it knows."""

    __slots__ = ()


def prepared(value: Any) -> Any:
    """Return a value of Python's as the engine writes it: text, float, bool, datetime or None."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, str):
        return value
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, np.datetime64):
        return prepared(pd.Timestamp(value))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    number = float(value)
    return None if np.isnan(number) else number


def cleaned(value: Any, dates: Any, empty: Any, numbers: Any, err_to_str: bool) -> Any:
    """Return a value the engine read as a program of xlwings' asked for it."""
    if value is None or value == "":
        return empty
    if isinstance(value, ErrorValue):
        return str(value) if err_to_str else None
    if isinstance(value, dt.datetime):
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return dates(**{part: getattr(value, part) for part in parts}, tzinfo=None)
    return numbers(value) if numbers and isinstance(value, float) else value


def to_serial(value: dt.datetime, epoch: dt.datetime) -> float:
    """Return the days since `epoch`, the workbook's day 0."""
    return (value - epoch) / dt.timedelta(days=1)


def from_serial(serial: float, epoch: dt.datetime) -> dt.datetime:
    """Return the moment that many days after `epoch`, to the millisecond as COM has it."""
    return epoch + dt.timedelta(milliseconds=round(serial * MS_PER_DAY))


def as_rows(value: Any, rows: int, columns: int) -> list[list[Any]]:
    """Return what is assigned to a block as its rows; one value fills it, one row is a row."""
    if not isinstance(value, list | tuple):
        return [[value] * columns for _ in range(rows)]
    if not value or not isinstance(value[0], list | tuple):
        return [[*value]]
    return [[*row] for row in value]
