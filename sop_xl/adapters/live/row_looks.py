"""How the rows look that a table gets or gives up: like its last one, and like those below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.live.blocks import range_of
from sop_xl.adapters.live.number_formats import number_formats, set_number_formats
from sop_xl.adapters.package.ranges import MAX_ROW, Rect

if TYPE_CHECKING:
    import xlwings as xw

    from sop_xl.adapters.live.journal import Journal
    from sop_xl.adapters.live.plan import TablePlan

_FORMATS = "fill_formats"


def grow(plan: TablePlan, journal: Journal) -> None:
    """Give the rows below a table that it is about to cover the looks of its last row."""
    sheet, last = plan.live.on, plan.old.bottom
    new = _columns_of(plan, last + 1, plan.new.bottom)
    codes = number_formats(sheet, new)

    def undo() -> None:
        fill_from_below(sheet, new)
        set_number_formats(sheet, codes)

    journal.do(lambda: fill(sheet, _columns_of(plan, last, new.bottom), downwards=True), undo)


def shrink(plan: TablePlan, journal: Journal) -> None:
    """Give the rows that a table covers no longer the looks of those below it."""
    sheet, last = plan.live.on, plan.new.bottom
    left = _columns_of(plan, last + 1, plan.old.bottom)
    codes = number_formats(sheet, left)

    def undo() -> None:
        fill(sheet, _columns_of(plan, last, left.bottom), downwards=True)
        set_number_formats(sheet, codes)

    journal.do(lambda: fill_from_below(sheet, left), undo)


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
