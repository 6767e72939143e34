"""Amounts written as text: what they may mean, and which decimal mark a whole column proves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from sop_xl.actuals.text import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

SYMBOLS = {
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "$": ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD"),
}
"""The currencies that each sign may stand for, the usual one first."""
LARGEST = Decimal(10) ** 15
"""Amounts from here on cannot be kept to the cent as float64 numbers."""

_NO_CENTS = re.compile(r"(\d[.,])(?:-{1,2}|\u2014)")
"""An amount whose cents are a dash: `1'234.–`, `12,-`."""
_CREDIT = re.compile(r"(.*?)\s*(CR|DR)\.?", re.IGNORECASE)
_BODY = {
    "dot": re.compile(
        r"\d+(?:\.\d*)?|\.\d+|[1-9]\d{0,2}(?:(?:,\d{3})+|(?:'\d{3})+|(?: \d{3})+)(?:\.\d*)?"
        r"|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?"
    ),
    "comma": re.compile(r"\d+(?:,\d*)?|,\d+|[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:'\d{3})+|(?: \d{3})+)(?:,\d*)?"),
}
_GROUPING = {"dot": str.maketrans("", "", ",' "), "comma": str.maketrans(",", ".", ".' ")}


class Mark(StrEnum):
    """The decimal mark of a column."""

    DOT = "dot"
    COMMA = "comma"


@dataclass(frozen=True)
class Reading:
    """What one text may mean.

    Attributes:
        dot, comma: its value with that decimal mark; None: it is no number then.
        repaired: whether the sign was written behind, in parentheses or as CR.
        symbol: the sign of a currency that stood beside it; "" where none did.
    """

    dot: Decimal | None
    comma: Decimal | None
    repaired: bool = False
    symbol: str = ""

    def value(self, mark: Mark) -> Decimal | None:
        """Return the value with this mark."""
        return self.dot if mark is Mark.DOT else self.comma

    @property
    def sure(self) -> Decimal | None:
        """Return the value where there is only one way to read it."""
        return None if self.is_open else self.comma if self.dot is None else self.dot

    @property
    def is_number(self) -> bool:
        """Whether there is any way to read it."""
        return self.dot is not None or self.comma is not None

    @property
    def is_open(self) -> bool:
        """Whether both marks give a number, and not the same one."""
        return self.dot is not None and self.comma is not None and self.dot != self.comma


@lru_cache(maxsize=200_000)
def read_amount(text: str) -> Reading:
    """Return what the text of one amount may mean.

    Accepted: a sign before or behind, parentheses, CR and DR behind, one currency sign, groups of three
    (commas, points, spaces, apostrophes), Indian groups, and a dash for no cents. Refused: exponents, percent,
    broken groups.
    """
    body, symbol = _without_symbol(number_text(text))
    sign, body, repaired = _without_sign(_NO_CENTS.sub(r"\1", body))
    values = {
        mark: sign * Decimal(body.translate(_GROUPING[mark])) if _BODY[mark].fullmatch(body) else None
        for mark in ("dot", "comma")
    }
    return Reading(values["dot"], values["comma"], repaired, symbol)


def _without_symbol(text: str) -> tuple[str, str]:
    found = [sign for sign in SYMBOLS if sign in text]
    if len(found) != 1 or text.count(found[0]) != 1:
        return text, ""
    before, after = text.split(found[0])
    bare = before.strip(" -+(") == "" or after.strip(" -+)") == ""
    return (" ".join((before.strip(), after.strip())).strip(), found[0]) if bare else (text, "")


def _without_sign(text: str) -> tuple[int, str, bool]:
    """Return sign, what is left, and whether the sign was written in an unusual way."""
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip(), True
    if (match := _CREDIT.fullmatch(text)) and match[1]:
        return (-1 if match[2].upper() == "CR" else 1), match[1], True
    if text[:1] in ("-", "+"):
        return (-1 if text[0] == "-" else 1), text[1:].strip(), False
    if text[-1:] in ("-", "+"):
        return (-1 if text[-1] == "-" else 1), text[:-1].strip(), text[-1] == "-"
    return 1, text, False


@dataclass(frozen=True)
class MarkEvidence:
    """What the texts of a column say of its decimal mark.

    Attributes:
        dot, comma: the first text that proves the mark; "" where none does.
        open: the first text that can be read in two ways; "" where none can.
    """

    dot: str = ""
    comma: str = ""
    open: str = ""

    @property
    def proven(self) -> Mark | None:
        """The mark, if one is proven and nothing contradicts it, or if it does not matter."""
        if self.dot and self.comma:
            return None
        if self.dot or self.comma:
            return Mark.DOT if self.dot else Mark.COMMA
        return None if self.open else Mark.DOT


def mark_evidence(texts: Sequence[str]) -> MarkEvidence:
    """Return what distinct texts of one column prove of its decimal mark."""
    first = {"dot": "", "comma": "", "open": ""}
    for text in texts:
        reading = read_amount(text)
        if not reading.is_number:
            continue
        kind = "open" if reading.is_open else "comma" if reading.dot is None else "dot" if reading.comma is None else ""
        if kind and not first[kind]:
            first[kind] = text
    return MarkEvidence(**first)
