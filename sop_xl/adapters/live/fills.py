"""The colours a user gave to cells of a table: read in few calls, and brought along when rows move."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.blocks import range_of
from sop_xl.adapters.live.busy import patient
from sop_xl.adapters.package.ranges import Rect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import xlwings as xw

MOST_PARTS = 400
"""Parts of a column at most that are told apart; one that is more colourful keeps its colours where they are."""
Fill = int
"""A colour as Excel counts it, or `excel_model.NO_FILL`."""


class Fills:
    """The colours of a table's body.

    Attributes:
        usual: the colour that most cells of each column have; none, where as many have none.
        own: the colours of the other cells, by row and column.
    """

    def __init__(self, usual: Mapping[int, Fill], own: Mapping[tuple[int, int], Fill]) -> None:
        """Take both."""
        self.usual = usual
        self.own = own


def read_fills(sheet: xw.Sheet, body: Rect) -> Fills:
    """Return the colours of a block; one call where it has one, and some more for each cell of another."""
    usual: dict[int, Fill] = {}
    own: dict[tuple[int, int], Fill] = {}
    if patient(lambda: excel_model.fill(range_of(sheet, body))) is not None:
        return Fills(usual, own)
    for column in range(body.left, body.right + 1):
        parts = [*_parts(sheet, Rect(body.top, column, body.bottom, column), [MOST_PARTS])]
        cells = Counter[Fill]()
        for area, fill in parts:
            cells[fill] += area.bottom - area.top + 1
        usual[column] = max(cells, key=lambda fill: (cells[fill], fill == excel_model.NO_FILL))
        if len(parts) < MOST_PARTS:
            for area, fill in parts:
                if fill != usual[column]:
                    own.update(dict.fromkeys(((row, column) for row in range(area.top, area.bottom + 1)), fill))
    return Fills(usual, own)


def _parts(sheet: xw.Sheet, area: Rect, left: list[int]) -> Iterator[tuple[Rect, Fill]]:
    """Yield the parts of a column that have one colour each, until there are `left` of them."""
    fill = patient(lambda: excel_model.fill(range_of(sheet, area)))
    if fill is not None or left[0] <= 0:
        left[0] -= 1
        yield area, excel_model.NO_FILL if fill is None else fill
        return
    middle = (area.top + area.bottom) // 2
    yield from _parts(sheet, Rect(area.top, area.left, middle, area.right), left)
    yield from _parts(sheet, Rect(middle + 1, area.left, area.bottom, area.right), left)


def areas(cells: Mapping[tuple[int, int], tuple[Fill, Fill]]) -> Iterator[tuple[Rect, Fill, Fill]]:
    """Yield cells that stand one below the other and change alike as one area: where, colour before, colour after."""
    ordered = sorted(cells.items(), key=lambda entry: (entry[0][1], entry[0][0]))
    for (column, _, (before, after)), group in groupby(
        enumerate(ordered), lambda pair: (pair[1][0][1], pair[1][0][0] - pair[0], pair[1][1])
    ):
        rows = [place[0] for _, (place, _) in group]
        yield Rect(rows[0], column, rows[-1], column), before, after
