"""One planned table made real, step by step: room, formats, one block of values, and what was left behind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sop_xl.adapters.live import excel_model, row_looks
from sop_xl.adapters.live.blocks import range_of, write
from sop_xl.adapters.live.busy import patient
from sop_xl.adapters.live.fills import areas
from sop_xl.adapters.live.number_formats import entries_as_they_were, fit_formats, fit_formats_of_kinds
from sop_xl.adapters.live.view_looks import ViewLooks
from sop_xl.adapters.package.ranges import Rect

if TYPE_CHECKING:
    from collections.abc import Callable

    import xlwings as xw

    from sop_xl.adapters.live.journal import Journal
    from sop_xl.adapters.live.live_cells import LiveCell
    from sop_xl.adapters.live.plan import TablePlan


FIRST = "first"
"""The kind of a view's first row, which has a look of its own."""


def shrinking(table: str) -> str:
    """Return what the journal calls the step in which rows that a table gives up change their looks."""
    return f"{table} shrinks"


class TableCommit:
    """Carries out the plan of one table."""

    def __init__(self, plan: TablePlan, book: xw.Book, journal: Journal) -> None:
        """Take the plan, and the journal that every step goes into."""
        self._plan = plan
        self._book = book
        self._journal = journal
        self._sheet = plan.live.on

    def carry_out(self) -> None:
        """Write the table. The header, and what stands around the table, are not touched."""
        plan = self._plan
        self._journal.begin(plan.live.name)
        if plan.live.has_totals and plan.growth:
            self._journal.do(lambda: self._show_totals(False), lambda: self._show_totals(True))
        self._dress()
        if plan.growth > 0:
            self._resize(plan.new, plan.old)
        changed = plan.changed()
        if changed is not None:
            self._write(changed)
        self._paint()
        self._clear_what_is_left()
        if plan.growth < 0:
            self._resize(plan.new, plan.old)
        if plan.live.has_totals and plan.growth:
            self._journal.do(lambda: self._show_totals(True), lambda: self._show_totals(False))

    def _dress(self) -> None:
        plan = self._plan
        if plan.layout.table.view:
            before, after = plan.kinds
            looks = patient(lambda: ViewLooks(self._book, self._sheet, plan.old, [*before, *after]))
            looks.change(before, after, self._journal)
        elif plan.growth > 0:
            row_looks.grow(plan, self._journal)

    def _write(self, area: Rect) -> None:
        rows = [[self._after(row, column) for column in area_columns(area)] for row in area_rows(area)]
        self._journal.remember(self._writer_of_before(area))
        self._fit_formats(area, rows)
        entries = [[cell.entry for cell in row] for row in rows]
        self._journal.do(lambda: write(range_of(self._sheet, area), entries))

    def _fit_formats(self, area: Rect, rows: list[list[LiveCell]]) -> None:
        """Fit the number formats; inside a view one row of each kind is asked, the first row for itself."""
        plan = self._plan
        kinds = [FIRST, *plan.kinds[1][1:]][area.top - plan.new.top : area.bottom - plan.new.top + 1]
        if len(kinds) < len(rows) or not plan.layout.table.view:
            fit_formats(self._sheet, area, rows, self._journal)
            return
        width = min(area.right, plan.new.right) - area.left + 1
        inside, beside = (Rect(area.top, area.left, area.bottom, area.left + width - 1), area.left + width)
        fit_formats_of_kinds(self._sheet, inside, [row[:width] for row in rows], kinds, self._journal)
        if beside <= area.right:
            outside = Rect(area.top, beside, area.bottom, area.right)
            fit_formats(self._sheet, outside, [row[width:] for row in rows], self._journal)

    def _writer_of_before(self, area: Rect) -> Callable[[], None]:
        """Return what writes the cells of `area` as they were, once they have the formats they had."""

        def write_before() -> None:
            rows = [[self._plan.cells.at(row, column) for column in area_columns(area)] for row in area_rows(area)]
            write(range_of(self._sheet, area), entries_as_they_were(self._sheet, area, rows))

        return write_before

    def _paint(self) -> None:
        for area, before, after in areas(self._plan.repainted()):
            cells = range_of(self._sheet, area)
            self._journal.do(partial(excel_model.set_fill, cells, after), partial(excel_model.set_fill, cells, before))

    def _clear_what_is_left(self) -> None:
        plan = self._plan
        left, beside = plan.left_behind(), plan.changed_beside()
        if left is not None:
            self._journal.do(lambda: range_of(self._sheet, left).clear_contents(), self._writer_of_before(left))
            if not plan.layout.table.view and not plan.layout.is_user_owned:
                self._journal.begin(shrinking(plan.live.name))
                row_looks.shrink(plan, self._journal)
        if beside is not None:
            self._write(beside)

    def _after(self, row: int, column: int) -> LiveCell:
        cell = self._plan.rows[row].get(column)
        return self._plan.cells.made(row, column, "", None) if cell is None else cell

    def _resize(self, new: Rect, old: Rect) -> None:
        self._journal.do(lambda: self._resize_to(new), lambda: self._resize_to(old))

    def _resize_to(self, body: Rect) -> None:
        live = self._plan.live
        top = body.top - int(live.has_header)
        live.table.resize(range_of(self._sheet, Rect(top, body.left, body.bottom, body.right)))

    def _show_totals(self, on: bool) -> None:
        self._plan.live.table.show_totals = on


def area_rows(area: Rect) -> range:
    """Return the row numbers of a block."""
    return range(area.top, area.bottom + 1)


def area_columns(area: Rect) -> range:
    """Return the column numbers of a block."""
    return range(area.left, area.right + 1)
