"""One cell to one value: what text, numbers, months, days and flags may look like."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from contextlib import suppress

import pandas as pd

from sop_xl.domain.cells import ERROR_VALUES, CellError

SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009"), " ") | dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d"))
PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
AMBIGUOUS = re.compile(r"[-+]?\d{1,3}[.,]\d{3}")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[ T].*)?")
NAMED_MONTH = re.compile(r"([A-Za-z]{3})[a-z]*[ \-/](\d{2}|\d{4})")
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EPOCH = dt.date(1899, 12, 30)
YES, NO = {"yes", "true", "y", "1", "x"}, {"no", "false", "n", "0"}


class CellFaultError(ValueError):
    """A value that cannot be read; the message says what was expected."""


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing, or only spaces."""
    return value is None or (isinstance(value, str) and not value.translate(SPACES).strip())


def is_error(value: object) -> bool:
    """Whether a cell holds an error such as `#N/A`."""
    return isinstance(value, CellError) or (isinstance(value, str) and value.strip() in ERROR_VALUES)


def as_text(value: object) -> str:
    """Return text as it is kept: trimmed, in one Unicode form; 123.0 becomes `123`, TRUE `TRUE`."""
    if isinstance(value, str):
        plain = value.strip() if value.isascii() else unicodedata.normalize("NFC", value.translate(SPACES)).strip()
        return "".join(c for c in plain if c >= " " or c in "\t\n") if not plain.isprintable() else plain
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)


def as_number(value: object) -> float:
    """Return a number; text that can only mean one number is read, all else is a fault."""
    if isinstance(value, bool):
        raise CellFaultError("a yes/no value where a number belongs")
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise CellFaultError("not a finite number")
        return float(value)
    if isinstance(value, str):
        return _number_from_text(value)
    raise CellFaultError("a date where a number belongs")


def _number_from_text(text: str) -> float:
    plain = text.translate(SPACES).strip().replace("\u2212", "-")
    if plain.endswith("-") and not plain.startswith("-"):
        plain = "-" + plain[:-1].strip()
    if "," in plain and AMBIGUOUS.fullmatch(plain):
        raise CellFaultError("text that could mean thousands or decimals")
    if GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not PLAIN.fullmatch(plain):
        raise CellFaultError("text where a number belongs")
    number = float(plain)
    if not math.isfinite(number):
        raise CellFaultError("a number too large to keep")
    return number


def as_day(value: object) -> dt.date:
    """Return a day from a date, a serial number of the 1900 system, or ISO text."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if 61 <= value < 2958466 and float(value).is_integer():
            return EPOCH + dt.timedelta(days=int(value))
        raise CellFaultError("a number that is no date")
    if isinstance(value, str):
        return _day_from_text(value.translate(SPACES).strip())
    raise CellFaultError("not a date")


def as_time(value: object) -> dt.datetime:
    """Return a moment, to the second, from what `as_day` reads; a day alone is its midnight."""
    if isinstance(value, dt.datetime):
        return _to_the_second(value)
    if isinstance(value, float) and 61 <= value < 2958466:
        return _to_the_second(dt.datetime.combine(EPOCH, dt.time()) + dt.timedelta(days=value))
    if isinstance(value, str):
        with suppress(ValueError):
            return _to_the_second(dt.datetime.fromisoformat(value.translate(SPACES).strip()))
    return dt.datetime.combine(as_day(value), dt.time())


def _to_the_second(moment: dt.datetime) -> dt.datetime:
    return (moment.replace(tzinfo=None) + dt.timedelta(milliseconds=500)).replace(microsecond=0)


def _day_from_text(text: str) -> dt.date:
    if match := ISO_DAY.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
        try:
            return dt.date(year, month, day)
        except ValueError:
            raise CellFaultError("a date that does not exist") from None
    if (match := NAMED_MONTH.fullmatch(text)) and match[1].lower() in MONTH_NAMES:
        year = int(match[2]) + (2000 if len(match[2]) == 2 else 0)
        return dt.date(year, MONTH_NAMES.index(match[1].lower()) + 1, 1)
    raise CellFaultError("text that is no date; write 2026-11, or a date")


def as_month(value: object) -> pd.Period:
    """Return the month a day lies in."""
    day = as_day(value)
    return pd.Period(year=day.year, month=day.month, freq="M")


def as_flag(value: object) -> str:
    """Return `yes` or `no`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    word = as_text(value).lower()
    if word in YES:
        return "yes"
    if word in NO:
        return "no"
    raise CellFaultError("neither yes nor no")
