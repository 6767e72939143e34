"""Where the table begins: titles above it, a header of one or two rows, merged cells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.actuals.dates import from_number, read_date
from sop_xl.actuals.synonyms import OWN_NAMES, Meaning, meaning_of
from sop_xl.actuals.text import name_of
from sop_xl.schema.values import as_text, is_blank

if TYPE_CHECKING:
    from collections.abc import Collection

    from sop_xl.actuals.raw import RawPaste
    from sop_xl.domain.cells import Row, Value

SEARCHED = 200
"""Rows in which a header is looked for."""
JOINT = " / "
_JOINED = 150
"""What a second header row is worth: more than a field that the first one seems to name alone."""
_AMOUNTS = ("quantity", "value")


@dataclass(frozen=True)
class Header:
    """The header of the table in a paste.

    Attributes:
        row: index of its first row; the body starts `height` rows below.
        height: 1, or 2 where two rows were joined.
        names: text of each column's header; "" where blank.
        months: the month a column's header means, for tables whose months run across.
        rivals: indices of other rows that could as well be the header.
    """

    row: int
    height: int
    names: tuple[str, ...]
    months: tuple[dt.date | None, ...]
    rivals: tuple[int, ...] = ()

    @property
    def body(self) -> int:
        """Index of the first row below the header."""
        return self.row + self.height

    def amount_name(self, column: int) -> str:
        """Return the part of a column's header that tells what the amount is."""
        parts = self.names[column].split(JOINT)
        return JOINT.join(rest for part in parts if (rest := split_month(part)[1]))


def month_of(value: Value) -> dt.date | None:
    """Return the day that a header cell means, if it is one; two-part dates have to be certain."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return from_number(float(value))[0]
    if not isinstance(value, str) or not any(c.isdecimal() for c in value):
        return None
    reading = read_date(value)
    if reading.is_open and reading.day_first is not None and reading.day_first.day == 1:
        return reading.day_first
    return reading.day_first if reading.day_first == reading.month_first else None


def split_month(value: Value) -> tuple[dt.date | None, str]:
    """Return the month in a header cell and the words beside it: `Sales 2026-10` is sales of October."""
    if (day := month_of(value)) is not None or not isinstance(value, str):
        return day, "" if day else _shown(value)
    words = value.split()
    for cut in range(1, len(words)):
        for month, rest in ((words[cut:], words[:cut]), (words[:cut], words[cut:])):
            day, name = month_of(" ".join(month)), " ".join(rest)
            if day is not None and meaning_of(name).field in _AMOUNTS:
                return day, name
    return None, _shown(value)


def find_header(raw: RawPaste, known: Collection[str] = (), chosen: int | None = None) -> Header | None:
    """Return the header of the table, or None where no row looks like one.

    A header is the row, or the pair of rows, that names most fields; the first of equals.

    Args:
        raw: the paste.
        known: header names that a profile maps.
        chosen: index of the row the user pointed at.
    """
    names = {name_of(name) for name in known}
    rows = [chosen] if chosen is not None else range(min(SEARCHED, len(raw.rows)))
    scored = [
        (score, candidate) for r in rows for candidate in _candidates(raw, r) if (score := _score(candidate, names))
    ]
    if not scored:
        return None
    best = max(score for score, _ in scored)
    found = next(candidate for score, candidate in scored if score == best)
    rivals = {
        other.row for score, other in scored if score == best and other.row >= found.body and other.names != found.names
    }
    return Header(found.row, found.height, found.names, found.months, tuple(sorted(rivals)))


def _candidates(raw: RawPaste, row: int) -> list[Header]:
    """Return the header made of this row alone, and of it with the row below."""
    if not _is_wordy(raw.rows[row]):
        return []
    alone = _header(raw, row, 1)
    if row + 1 < len(raw.rows) and _is_second_row(raw, row):
        return [alone, _header(raw, row, 2)]
    return [alone]


def _is_wordy(row: Row) -> bool:
    """Whether all filled cells could be headers: text, or months."""
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and all(isinstance(cell, str) or month_of(cell) is not None for cell in filled)


def _is_second_row(raw: RawPaste, row: int) -> bool:
    """Whether the row below reads as the second row of a header: words of headers, or months below amounts."""
    lower, upper = raw.rows[row + 1], _filled_right(raw, row)
    filled = [k for k, cell in enumerate(lower) if not is_blank(cell)]
    known = sum(_is_second_cell(upper[k], lower[k]) for k in filled)
    names = [cell for cell in raw.rows[row] if not is_blank(cell)]
    named = sum(month_of(cell) is not None or bool(meaning_of(as_text(cell)).field) for cell in names)
    return _is_wordy(lower) and known * 2 > len(filled) and named * 2 > len(names)


def _is_second_cell(above: Value, below: Value) -> bool:
    if month_of(below) is not None:
        return is_blank(above) or meaning_of(as_text(above)).field in _AMOUNTS
    return bool(meaning_of(as_text(below)).field)


def _header(raw: RawPaste, row: int, height: int) -> Header:
    if height == 1:
        cells = list(raw.rows[row])
        return Header(row, 1, tuple(map(_shown, cells)), tuple(split_month(cell)[0] for cell in cells))
    upper, lower = _filled_right(raw, row), raw.rows[row + 1]
    names, months = [], []
    for above, below in zip(upper, lower, strict=True):
        parts = [_shown(cell) for cell in (above, below) if not is_blank(cell)]
        names.append(JOINT.join(dict.fromkeys(parts)))
        months.append(split_month(below)[0] or split_month(above)[0])
    return Header(row, 2, tuple(names), tuple(months))


def _filled_right(raw: RawPaste, row: int) -> Row:
    """Return a row with its merged cells filled; where nothing is merged, a word goes on above filled cells."""
    cells = list(raw.rows[row])
    merged = [area for area in raw.merged if area[0] <= row <= area[2] and area[3] > area[1]]
    for _, left, _, right in merged:
        cells[left : right + 1] = [cells[left]] * (right - left + 1)
    if merged:
        return cells
    for column in range(1, len(cells)):
        if is_blank(cells[column]) and not is_blank(raw.rows[row + 1][column]) and _amount_like(raw, row, column):
            cells[column] = cells[column - 1]
    return cells


def _amount_like(raw: RawPaste, row: int, column: int) -> bool:
    below = as_text(raw.rows[row + 1][column])
    return meaning_of(below).field in _AMOUNTS or month_of(raw.rows[row + 1][column]) is not None


def _shown(cell: Value) -> str:
    return "" if is_blank(cell) else " ".join(as_text(cell).split())


def _score(header: Header, known: Collection[str]) -> int:
    """Return how many columns of a header are understood, two at least, different fields counting most."""
    fields = set()
    count = 0
    for k, name in enumerate(header.names):
        if not name:
            continue
        meaning = meaning_of(header.amount_name(k)) if header.months[k] else meaning_of(name)
        meaning = meaning if meaning.field else column_meaning(name)
        if meaning.field:
            fields.add(meaning.field)
        is_known = name_of(name) in known or name_of(name) in OWN_NAMES
        count += bool(meaning.field) or is_known or header.months[k] is not None
        fields |= {"month"} if header.months[k] else set()
        fields |= {f"known {name_of(name)}"} if is_known else set()
    if len(fields) < 2 or not {"item", "month", "period"} & fields:
        return 0
    return 100 * len(fields) + 10 * count + (_JOINED if header.height == 2 else 0)


def column_meaning(name: str) -> Meaning:
    """Return what a joined header means: as a whole, by its lower part, by its upper part."""
    whole = meaning_of(name)
    if whole.field or JOINT not in name:
        return whole
    upper, _, lower = name.partition(JOINT)
    below, above = meaning_of(lower), meaning_of(upper)
    if below.field in _AMOUNTS:
        return Meaning(
            below.field, below.rank, below.measure or above.measure, below.currency or above.currency, below.scale
        )
    return below if below.field else above if above.field not in _AMOUNTS else Meaning()
