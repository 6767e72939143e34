"""What was typed below a table that did not grow with it: rows that look like the table's and are not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.package.ranges import MAX_ROW, Rect

if TYPE_CHECKING:
    from collections.abc import Iterable

GAP = 1
"""Blank rows that do not part rows from what stands above them."""


def end_below(ref: Rect, others: Iterable[Rect]) -> int:
    """Return the row at which what stands under a table ends: where the next of the sheet's other tables begins."""
    under = (o.top for o in others if o.top > ref.bottom and o.left <= ref.right and ref.left <= o.right)
    return min(under, default=MAX_ROW + 1)


def block_below(ref: Rect, filled: Iterable[int]) -> str:
    """Return the block that touches a table from below, in the table's columns, as `A8:F12`.

    Args:
        ref: all cells of the table, with header and totals row.
        filled: numbers of the rows below in which the table's columns hold something, ascending.

    Returns:
        The address; empty where nothing is there, or more than `GAP` blank rows lie between.
    """
    first, last = 0, ref.bottom
    for row in filled:
        if row > last + 1 + GAP:
            break
        first, last = first or row, row
    return Rect(first, ref.left, last, ref.right).span if first else ""
