"""How the rows of a view look: like the model row of their kind, whose looks are copied in few, large pieces."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sop_xl.adapters.live import excel_model, row_looks
from sop_xl.adapters.live.blocks import range_of
from sop_xl.adapters.live.busy import patient
from sop_xl.adapters.package.ranges import Rect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import xlwings as xw

    from sop_xl.adapters.live.journal import Journal

PROTOTYPE = "sop_row_"
"""Names of the cells that show how a view's rows of each kind look."""
_UNSURE = "?"
"""The kind of rows that may look any way."""


class Copy(NamedTuple):
    """Rows that take the looks of others: places from 0; `source` is a place too, or the name of a kind."""

    first: int
    rows: int
    source: int | str


def copies(before: Sequence[str], after: Sequence[str]) -> list[Copy]:
    """Return how rows get the looks of their kinds with few copies, where they show another kind now.

    The same few kinds repeat item after item, so that what is laid out already is copied in ever larger pieces.

    Args:
        before: the kind that each row shows now; rows past its end show none.
        after: the kind that each row is to show.
    """
    letters = {kind: chr(k + 1) for k, kind in enumerate(dict.fromkeys(after))}
    text = "".join(letters[kind] for kind in after)
    out: list[Copy] = []
    place = 0
    while place < len(text):
        if place < len(before) and before[place] == after[place]:
            place += 1
            continue
        size, source = _longest(text, place)
        out.append(Copy(place, max(size, 1), source if size else after[place]))
        place += max(size, 1)
    return out


def _longest(text: str, place: int) -> tuple[int, int]:
    """Return size and start of the longest stretch before `place` that goes on as the text does from there."""
    size, found, step = 0, -1, 1
    while step:
        start = text.find(text[place : place + size + step], 0, place) if place + size + step <= len(text) else -1
        if start >= 0:
            size, found, step = size + step, start, step * 2
        else:
            step //= 2
    return size, found


class ViewLooks:
    """The looks of a view's rows, whose kinds change from run to run."""

    def __init__(self, book: xw.Book, sheet: xw.Sheet, body: Rect, kinds: Iterable[str]) -> None:
        """Find the model rows: the cells that the names `sop_row_<kind>` stand for.

        Args:
            book: the workbook.
            sheet: the view's.
            body: the view's rows, before they change.
            kinds: all kinds that rows are to show or showed.
        """
        self._book = book
        self._sheet = sheet
        self._body = body
        self._models = {kind: model for kind in {*kinds} if (model := _model(book, kind)) is not None}
        self._looks = {kind: (model.row_height, excel_model.outline(model)) for kind, model in self._models.items()}

    def change(self, before: Sequence[str], after: Sequence[str], journal: Journal) -> None:
        """Give each row the looks of the kind it is to show, but for the first, which is of one kind for ever.

        Where the first row keeps its looks, conditional formats keep the cell they begin in, and what they
        say of it.
        """
        if before[1:] != after[1:]:
            journal.do(lambda: self._lay_out(before, after), lambda: self.bring_back(before, len(after)))

    def bring_back(self, kinds: Sequence[str], rows: int) -> None:
        """Give rows that may look any way now, so many of them, the looks of `kinds`."""
        self._lay_out([_UNSURE] * rows, kinds)

    def _lay_out(self, before: Sequence[str], after: Sequence[str]) -> None:
        active, selected = patient(lambda: (self._book.sheets.active, self._book.selection))
        with excel_model.kept_rules(self._sheet):
            if len(before) > len(after):
                self._undress(len(after), len(before) - len(after))
            for copy in copies([*after[:1], *before[1:]], after):
                self._copy(copy, after)
        if active == self._sheet and selected is not None:
            patient(selected.select)

    def _copy(self, copy: Copy, after: Sequence[str]) -> None:
        source = self._cells(copy.source, copy.rows) if isinstance(copy.source, int) else self._models.get(copy.source)
        if source is None:
            self._undress(copy.first, copy.rows)
            return
        patient(lambda: self._paste(source, self._cells(copy.first, copy.rows)))
        place = copy.first
        for look, kinds in groupby(after[place : place + copy.rows], self._looks.get):
            rows = len([*kinds])
            if look is not None:
                self._set_rows(self._cells(place, rows), *look)
            place += rows

    def _paste(self, source: xw.Range, target: xw.Range) -> None:
        source.copy()
        target.paste(paste="formats")
        self._book.app.cut_copy_mode = False

    def _undress(self, first: int, rows: int) -> None:
        """Give rows without a model, or no longer covered by the view, the looks of the row below them."""
        top, body = self._body.top + first, self._body
        area = Rect(top, body.left, top + rows - 1, body.right)
        below = self._cells(first + rows, 1)
        patient(lambda: row_looks.fill_from_below(self._sheet, area))
        self._set_rows(self._cells(first, rows), *patient(lambda: (below.row_height, excel_model.outline(below))))

    def _set_rows(self, cells: xw.Range, height: float | None, outline: int) -> None:
        if height is not None:
            patient(lambda: setattr(cells, "row_height", height))
        patient(lambda: excel_model.set_outline(cells, outline))

    def _cells(self, first: int, rows: int) -> xw.Range:
        body = self._body
        return range_of(self._sheet, Rect(body.top + first, body.left, body.top + first + rows - 1, body.right))


def _model(book: xw.Book, kind: str) -> xw.Range | None:
    name = PROTOTYPE + kind
    return book.names[name].refers_to_range if kind and name in book.names else None
