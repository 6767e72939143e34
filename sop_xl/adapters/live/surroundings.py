"""The cells a write of a table has to know: its body, what stands beside it, and where it will grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live.blocks import range_of, read_formulas, read_values
from sop_xl.adapters.live.live_cells import LiveCells
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.rows.below import GAP

if TYPE_CHECKING:
    from sop_xl.adapters.live.live_table import LiveTable
    from sop_xl.adapters.rows.layout import Layout


def body_cells(live: LiveTable) -> LiveCells:
    """Return the cells of a table's body."""
    block = range_of(live.on, live.body)
    return LiveCells(live.body, read_values(block), read_formulas(block))


def cells_around(live: LiveTable, layout: Layout, bottom: int) -> LiveCells:
    """Return the cells of a table's body, those beside it where there are any, and those below down to row `bottom`.

    The formulas by which its columns fill new rows are noted in the table: in Excel a formula all down a
    column of one row is such a one. The totals row is left out, for Excel keeps it.
    """
    body = live.body
    rows = Rect(body.top, body.left, max(bottom, body.bottom), body.right)
    beside = _used_beside(live, layout, rows)
    area = rows if beside is None else Rect(rows.top, rows.left, rows.bottom, beside.right)
    block = range_of(live.on, area)
    values, texts = read_values(block), read_formulas(block)
    if live.has_totals:
        _blank(values, area, live, None)
        _blank(texts, area, live, "")
    cells = LiveCells(area, values, texts)
    if beside is not None:
        cells.fix_beside(beside, is_array=range_of(live.on, beside).has_array is not False)
    if body.top == body.bottom:
        live.calculated = [cells.at(body.top, column).formula or "" for column in range(body.left, body.right + 1)]
    return cells


def rows_below(live: LiveTable, end: int) -> list[int]:
    """Return the rows under a table, above row `end`, that hold something in its columns.

    Most tables have nothing there, so only the first rows are read, and all of them where one holds something.
    """
    first = live.ref.bottom + 1
    near = _filled(live, first, min(first + GAP, end - 1))
    if not near:
        return []
    used = live.on.used_range
    return _filled(live, first, min(used.row + used.shape[0] - 1, end - 1))


def _filled(live: LiveTable, top: int, bottom: int) -> list[int]:
    if bottom < top:
        return []
    rows = read_values(range_of(live.on, Rect(top, live.ref.left, bottom, live.ref.right)))
    return [number for number, row in enumerate(rows, top) if any(value is not None for value in row)]


def _used_beside(live: LiveTable, layout: Layout, rows: Rect) -> Rect | None:
    """Return the block beside the table in which something stands, from its right edge on; None where nothing does."""
    used = live.on.used_range
    left, right = layout.beside[0], min(layout.beside[1], used.column + used.shape[1] - 1)
    if left > right:
        return None
    texts = read_formulas(range_of(live.on, Rect(rows.top, left, rows.bottom, right)))
    last = max((k for row in texts for k, text in enumerate(row) if text), default=-1)
    return None if last < 0 else Rect(rows.top, left, rows.bottom, left + last)


def _blank(block: list[list[Any]], area: Rect, live: LiveTable, blank: Any) -> None:
    """Take the cells of the totals row out of a block that was read."""
    row = live.ref.bottom - area.top
    if row < len(block):
        width = live.ref.right - live.ref.left + 1
        block[row][:width] = [blank] * width
