"""Number formats that keep values what they are: Excel takes `00123` for a number where a cell is not text."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live.blocks import range_of
from sop_xl.adapters.live.busy import patient
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.styles import shows_date
from sop_xl.domain.cells import CellError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xlwings as xw

    from sop_xl.adapters.live.journal import Journal
    from sop_xl.adapters.live.live_cells import LiveCell

TEXT, GENERAL, DAY = "@", "General", "yyyy-mm-dd"
_WORDS = frozenset({"true", "false"})
_MARKS = "=+-@'#"


class Need(Enum):
    """What a cell's number format has to be, for its value to stay what it is."""

    TEXT = TEXT
    NUMBER = "a number"
    DATE = DAY
    VALUE = GENERAL

    def is_met_by(self, code: str) -> bool:
        """Whether a number format will do."""
        if self is Need.TEXT:
            return code == TEXT
        if self is Need.DATE:
            return shows_date(code)
        return code != TEXT and not (self is Need.NUMBER and shows_date(code))

    @property
    def remedy(self) -> str:
        """The format to give where the present one will not do."""
        return GENERAL if self is Need.NUMBER else self.value


def need_of(cell: LiveCell) -> Need | None:
    """Return what a cell needs, for a formula by its result; None where any format will do."""
    value = cell.value
    if isinstance(value, dt.date):
        return Need.DATE
    if isinstance(value, float):
        return Need.NUMBER
    if cell.formula is not None or isinstance(value, bool | CellError):
        return Need.VALUE
    return Need.TEXT if isinstance(value, str) and is_taken_for_more(value) else None


def is_taken_for_more(text: str) -> bool:
    """Whether Excel may make a number, a date, a formula or an error of `text`; rather once too often."""
    return text[0] in _MARKS or text.strip().casefold() in _WORDS or any(character.isdigit() for character in text)


def fit_formats(sheet: xw.Sheet, area: Rect, rows: Sequence[Sequence[LiveCell]], journal: Journal) -> None:
    """Give the cells of `area` number formats that keep what is going to be written, `rows`; few calls a column."""
    for k, column in enumerate(range(area.left, area.right + 1)):
        for need, first, last in stretches([need_of(row[k]) for row in rows]):
            _fit(sheet, need, Rect(area.top + first, column, area.top + last, column), journal)


def fit_formats_of_kinds(
    sheet: xw.Sheet, area: Rect, rows: Sequence[Sequence[LiveCell]], kinds: Sequence[str], journal: Journal
) -> None:
    """Do the same for rows that look like their kind: one row of each kind tells the format of all.

    A view has thousands of rows of some fifteen kinds, a new one every few rows, and each question takes Excel a call.

    Args:
        sheet: the view's sheet.
        area: a block of the view's body.
        rows: what is going to be written there.
        kinds: the kind of each row; a row with a look of its own has a name of its own.
        journal: where steps are noted.
    """
    for k, column in enumerate(range(area.left, area.right + 1)):
        places: dict[tuple[str, Need], list[int]] = {}
        for place, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
            need = need_of(row[k])
            if need is not None:
                places.setdefault((kind, need), []).append(place)
        codes: dict[str, str] = {}
        for (kind, need), found in places.items():
            if kind not in codes:
                top = area.top + found[0]
                ((_, codes[kind]),) = formats_of(sheet, Rect(top, column, top, column))
            if not need.is_met_by(codes[kind]):
                for first, last in _side_by_side(found):
                    _fit(sheet, need, Rect(area.top + first, column, area.top + last, column), journal)


def entries_as_they_were(sheet: xw.Sheet, area: Rect, rows: Sequence[Sequence[LiveCell]]) -> list[list[Any]]:
    """Return what to write so that the cells of `area` are `rows` again, in the formats they have now.

    A text like `00123` in a cell that is not formatted as text was typed with an apostrophe, and is so again.
    """
    entries = [[cell.entry for cell in row] for row in rows]
    for k, column in enumerate(range(area.left, area.right + 1)):
        needs = [need_of(row[k]) for row in rows]
        for need, first, last in stretches(needs):
            if need is not Need.TEXT:
                continue
            for part, code in formats_of(sheet, Rect(area.top + first, column, area.top + last, column)):
                for place in range(part.top - area.top, part.bottom - area.top + 1):
                    if code != TEXT and needs[place] is Need.TEXT:
                        entries[place][k] = f"'{entries[place][k]}"
    return entries


def stretches(needs: Sequence[Need | None]) -> Iterator[tuple[Need, int, int]]:
    """Yield a column's stretches of one need, first and last place; cells without any join what is around them."""
    need, first, last = None, 0, 0
    for place, wanted in enumerate(needs):
        if wanted is None:
            continue
        if wanted is not need:
            if need is not None:
                yield need, first, last
            need, first = wanted, place
        last = place
    if need is not None:
        yield need, first, last


def _side_by_side(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of the places that follow each other without a gap."""
    for _, group in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        run = [place for _, place in group]
        yield run[0], run[-1]


def _fit(sheet: xw.Sheet, need: Need, area: Rect, journal: Journal) -> None:
    for part, code in formats_of(sheet, area):
        if not need.is_met_by(code):
            cells = range_of(sheet, part)
            journal.do(
                lambda cells=cells: _set(cells, need.remedy),  # type: ignore[misc]
                lambda cells=cells, code=code: _set(cells, code),  # type: ignore[misc]
            )


def _set(cells: xw.Range, code: str) -> None:
    cells.number_format = code


def number_formats(sheet: xw.Sheet, area: Rect) -> list[tuple[Rect, str]]:
    """Return the number formats of a block, by parts that have one each."""
    columns = range(area.left, area.right + 1)
    return [part for k in columns for part in formats_of(sheet, Rect(area.top, k, area.bottom, k))]


def set_number_formats(sheet: xw.Sheet, parts: Sequence[tuple[Rect, str]]) -> None:
    """Give each part the number format that `number_formats` told."""
    for area, code in parts:
        cells = range_of(sheet, area)
        patient(lambda cells=cells, code=code: _set(cells, code))  # type: ignore[misc]


def formats_of(sheet: xw.Sheet, area: Rect) -> Iterator[tuple[Rect, str]]:
    """Yield the parts of a column's `area` that have one number format each: Excel tells only that they differ."""
    code = patient(lambda: range_of(sheet, area).number_format)
    if code is not None or area.is_one_cell:
        yield area, code or GENERAL
        return
    middle = (area.top + area.bottom) // 2
    yield from formats_of(sheet, Rect(area.top, area.left, middle, area.right))
    yield from formats_of(sheet, Rect(middle + 1, area.left, area.bottom, area.right))
