"""Dates as spreadsheets count them: days since 1900 or since 1904, by the workbook's own setting."""

from __future__ import annotations

import datetime as dt

_MS_PER_DAY = 86_400_000
_FIRST_SAFE = 61  # Excel counts a 29 February 1900, serial 60, that never was
_EPOCH_1900 = dt.datetime(1899, 12, 30)
_EPOCH_EARLY = dt.datetime(1899, 12, 31)
_EPOCH_1904 = dt.datetime(1904, 1, 1)
_LAST = 2_958_466


def to_serial(value: dt.date, *, date1904: bool) -> float:
    """Return the number a cell holds for `value`.

    Raises:
        ValueError: the date system has no such day.
    """
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    if date1904:
        serial = (moment - _EPOCH_1904) / dt.timedelta(days=1)
    else:
        serial = (moment - _EPOCH_1900) / dt.timedelta(days=1)
        if serial < _FIRST_SAFE:
            serial -= 1
    if serial < 0:
        msg = f"is {value}; the workbook counts its days from 1904"
        raise ValueError(msg)
    return serial


def from_serial(serial: float, *, date1904: bool) -> dt.date | float:
    """Return the date of `serial`, with the time of day where it has one; the number itself where it is no date."""
    if not (0 if date1904 else 1) <= serial < _LAST or (not date1904 and 60 <= serial < _FIRST_SAFE):
        return serial
    epoch = _EPOCH_1904 if date1904 else _EPOCH_1900 if serial >= _FIRST_SAFE else _EPOCH_EARLY
    ms = round(serial * _MS_PER_DAY)
    moment = epoch + dt.timedelta(milliseconds=ms)
    return moment.date() if ms % _MS_PER_DAY == 0 else moment
