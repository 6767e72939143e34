"""Months and days written as text or numbers: what they may mean, and which order a whole column proves."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from sop_xl.actuals.text import name_of, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

EPOCH = dt.date(1899, 12, 30)
SERIALS = range(40_000, 60_001)
"""Numbers that are taken for serial numbers of the 1900 system: years 2009 to 2064."""
_LARGEST_NUMBER = 1e9
SHIFT_1904 = dt.timedelta(days=1462)

_MONTHS = (
    "jan january januar janner jaenner janvier janv",
    "feb february februar fevrier fevr fev",
    "mar march marz maerz mrz mars",
    "apr april avril avr",
    "may mai",
    "jun june juni juin",
    "jul july juli juillet juil",
    "aug august aout",
    "sep sept september septembre",
    "oct october okt oktober octobre",
    "nov november novembre",
    "dec december dez dezember decembre",
)
MONTH_NUMBER = {word: k for k, words in enumerate(_MONTHS, 1) for word in words.split()}
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?Z?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(\d{2})?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_FISCAL = re.compile(r"0(\d{2})[-/.]?(\d{4})|(\d{4})[-/.]?0(\d{2})")
_TWO_PARTS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_NUMBERED = re.compile(r"(?:(\d{4}) ?[mp] ?(\d{1,2})|[mp] ?(\d{1,2}) (\d{4}))")


class Order(StrEnum):
    """Which part of 03/04/2026 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True)
class DateReading:
    """What one text may mean.

    Attributes:
        day_first, month_first: the day it means in that order; None: no date then. For months, the first.
        plain: whether it is written year first, as 2026-10 or 2026-10-05.
    """

    day_first: dt.date | None = None
    month_first: dt.date | None = None
    plain: bool = False

    def value(self, order: Order) -> dt.date | None:
        """Return the day in this order."""
        return self.day_first if order is Order.DAY_FIRST else self.month_first

    @property
    def sure(self) -> dt.date | None:
        """Return the day where there is only one way to read it."""
        return None if self.is_open else self.day_first or self.month_first

    @property
    def is_open(self) -> bool:
        """Whether both orders give a day, and not the same one."""
        return None not in (self.day_first, self.month_first) and self.day_first != self.month_first


@lru_cache(maxsize=100_000)
def read_date(text: str, *, fiscal: bool = True) -> DateReading:
    """Return what a text may mean as a day or a month.

    Args:
        text: as it stands in the cell.
        fiscal: whether 010.2026 is October 2026: only where the fiscal year is the calendar year.
    """
    plain = _TIME.sub("", number_text(text)).strip()
    if match := _YEAR_FIRST.fullmatch(plain):
        return _sure(int(match[1]), int(match[3]), int(match[4] or 1), plain=True)
    if match := _COMPACT.fullmatch(plain):
        return _sure(int(match[1]), int(match[2]), int(match[3] or 1), plain=True)
    if match := _MONTH_YEAR.fullmatch(plain):
        return _sure(int(match[2]), int(match[1]), 1)
    if match := _FISCAL.fullmatch(plain):
        year, period = (match[2], match[1]) if match[1] else (match[3], match[4])
        return _sure(int(year), int(period), 1) if fiscal else DateReading()
    if match := _TWO_PARTS.fullmatch(plain):
        first, second, year = int(match[1]), int(match[3]), _full_year(match[4])
        return DateReading(_day(year, second, first), _day(year, first, second))
    return _named(plain)


def _named(text: str) -> DateReading:
    name = name_of(text)
    if match := _NUMBERED.fullmatch(name):
        year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        return _sure(int(year), int(month), 1)
    words = re.findall(r"[a-z]+|\d+", name)
    months = [MONTH_NUMBER[word] for word in words if word in MONTH_NUMBER]
    numbers = [word for word in words if word.isdecimal()]
    if len(months) != 1 or len(months) + len(numbers) != len(words) or len(numbers) not in (1, 2):
        return DateReading()
    if len(numbers) == 2 and len(numbers[0]) == 4:
        numbers.reverse()
    if len(numbers[-1]) not in (2, 4):
        return DateReading()
    return _sure(_full_year(numbers[-1]), months[0], int(numbers[0]) if len(numbers) == 2 else 1)


def _sure(year: int, month: int, day: int, *, plain: bool = False) -> DateReading:
    found = _day(year, month, day)
    return DateReading(found, found, plain)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _full_year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def from_number(number: float) -> tuple[dt.date | None, bool]:
    """Return the day that a number in a date column means, and whether it was a serial number.

    Six and eight digits are 202610 and 20261005; serial numbers below 61 are refused, since
    29 February 1900 never was.
    """
    if not math.isfinite(number) or abs(number) >= _LARGEST_NUMBER:
        return None, False
    if number != int(number):
        number = int(number) if int(number) in SERIALS else 0
    whole = int(number)
    if match := _COMPACT.fullmatch(str(whole)):
        return _day(int(match[1]), int(match[2]), int(match[3] or 1)), False
    return (EPOCH + dt.timedelta(days=whole), True) if whole in SERIALS else (None, False)


@dataclass(frozen=True)
class OrderEvidence:
    """What the texts of a column say of their order: the first text that proves one or the other, or neither."""

    day_first: str = ""
    month_first: str = ""
    open: str = ""

    @property
    def proven(self) -> Order | None:
        """The order, if one is proven and nothing contradicts it, or if it does not matter."""
        if self.day_first and self.month_first:
            return None
        if self.day_first or self.month_first:
            return Order.DAY_FIRST if self.day_first else Order.MONTH_FIRST
        return None if self.open else Order.DAY_FIRST


def order_evidence(texts: Sequence[str]) -> OrderEvidence:
    """Return what distinct texts of one column prove of the order of day and month."""
    first = {"day_first": "", "month_first": "", "open": ""}
    for text in texts:
        reading = read_date(text)
        if reading.day_first is None and reading.month_first is None:
            continue
        kind = "open" if reading.is_open else ""
        if reading.month_first is None:
            kind = "day_first"
        elif reading.day_first is None:
            kind = "month_first"
        if kind and not first[kind]:
            first[kind] = text
    return OrderEvidence(**first)
