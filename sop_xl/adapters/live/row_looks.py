"""How the rows look that a table gets or gives up: like its last one, and like those below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.live.blocks import range_of
from sop_xl.adapters.package.ranges import MAX_ROW, Rect

if TYPE_CHECKING:
    import xlwings as xw

    from sop_xl.adapters.live.journal import Journal
    from sop_xl.adapters.live.plan import TablePlan

_FORMATS = "fill_formats"


def grow(plan: TablePlan, journal: Journal) -> None:
    """Give the rows below a table that it is about to cover the looks of its last row."""
    last, first_new = plan.old.bottom, plan.old.bottom + 1
    new = _columns_of(plan, first_new, plan.new.bottom)
    journal.do(
        lambda: fill(plan.live.on, _columns_of(plan, last, plan.new.bottom), downwards=True),
        lambda: fill_from_below(plan.live.on, new),
    )


def shrink(plan: TablePlan, journal: Journal) -> None:
    """Give the rows that a table covers no longer the looks of those below it."""
    last, first_left = plan.new.bottom, plan.new.bottom + 1
    left = _columns_of(plan, first_left, plan.old.bottom)
    journal.do(
        lambda: fill_from_below(plan.live.on, left),
        lambda: fill(plan.live.on, _columns_of(plan, last, plan.old.bottom), downwards=True),
    )


def fill(sheet: xw.Sheet, area: Rect, *, downwards: bool) -> None:
    """Let the first row of `area`, or else its last one, give all of them its looks."""
    row = area.top if downwards else area.bottom
    source = range_of(sheet, Rect(row, area.left, row, area.right))
    source.autofill(range_of(sheet, area), _FORMATS)


def fill_from_below(sheet: xw.Sheet, area: Rect) -> None:
    """Give the rows of `area` the looks of the row below it, if there is one."""
    if area.bottom < MAX_ROW:
        fill(sheet, Rect(area.top, area.left, area.bottom + 1, area.right), downwards=False)


def _columns_of(plan: TablePlan, top: int, bottom: int) -> Rect:
    return Rect(top, plan.old.left, bottom, plan.old.right)
