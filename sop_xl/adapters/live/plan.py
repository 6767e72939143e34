"""New rows for one table, worked out before anything is written: what stands where, and what is orphaned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.adapters.live.live_cells import LiveCell
from sop_xl.adapters.package.ranges import MAX_ROW, Rect
from sop_xl.adapters.rows.kept_rows import KeptRows
from sop_xl.adapters.rows.row_cells import RowCells
from sop_xl.domain.cells import column_letters
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.adapters.live.fills import Fill, Fills
    from sop_xl.adapters.live.live_cells import LiveCells
    from sop_xl.adapters.live.live_table import LiveTable
    from sop_xl.adapters.rows.layout import Layout
    from sop_xl.domain.cells import CellInput


class TablePlan:
    """What a write of one table will do.

    Attributes:
        live: the table as it stands.
        layout: its columns.
        old, new: its body before and after.
        cells: the cells before: in the table, beside it, and where it will grow.
        rows: the cells after, by row number and column; rows of the table have all of its columns.
        kinds: the kind of each row of a view before and after; empty where the table is none.
        fills: the colours of the table's cells before.
        orphans: the user's cells whose row is gone, and formulas that a value took the place of.
    """

    def __init__(
        self,
        live: LiveTable,
        layout: Layout,
        cells: LiveCells,
        rows: Sequence[Sequence[CellInput]],
        others: list[Rect],
        fills: Fills,
    ) -> None:
        """Place `rows`, header first, which must fit into `cells`; `others` are the other tables of the sheet.

        Raises:
            WorkbookError: no room below the table, a value no cell can hold, a column that is missing.
        """
        self.live = live
        self.layout = layout
        self.cells = cells
        self.fills = fills
        cells.colour(fills.own)
        self.old = live.body
        self.new = new_body(live, len(rows) - 1)
        self._check_room(others)
        self._kept = KeptRows(layout, cells)
        self._row = RowCells(layout, self._kept)
        self._row.match(rows[0], rows[1:])
        self._styles = dict.fromkeys(range(self.old.left, self.old.right + 1), "")
        body = rows[1:] or [[None] * len(rows[0])]
        self.rows = {number: self._placed(number, values) for number, values in enumerate(body, self.new.top)}
        for number in range(self.new.bottom + 1, self.old.bottom + 1):
            self.rows[number] = self._fixed(number)
        self.kinds = self._kinds_before(), self._kinds_after(body)
        self.orphans = self._row.replaced + self._kept.orphans()

    @property
    def ref_after(self) -> Rect:
        """All the cells the table will have, with header and totals row."""
        ref = self.live.ref
        return Rect(ref.top, ref.left, ref.bottom + self.growth, ref.right)

    @property
    def is_change(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.growth) or self.changed() is not None or self.kinds[0] != self.kinds[1]

    @property
    def growth(self) -> int:
        """How many more rows the table gets; below zero: how many fewer."""
        return self.new.bottom - self.old.bottom

    def changed(self) -> Rect | None:
        """Return the smallest block of the new body, and of the cells beside it, that holds all that differs."""
        return self._differing(range(self.new.top, self.new.bottom + 1))

    def left_behind(self) -> Rect | None:
        """Return the rows below the new end that the table covered before."""
        if self.growth >= 0:
            return None
        return Rect(self.new.bottom + 1, self.old.left, self.old.bottom, self.old.right)

    def changed_beside(self) -> Rect | None:
        """Return the block beside the rows that are left behind from which cells went with their keys."""
        return self._differing(range(self.new.bottom + 1, self.old.bottom + 1), beyond=self.old.right)

    def repainted(self) -> dict[tuple[int, int], tuple[Fill, Fill]]:
        """Return the cells of the new body whose colour goes or comes with its row: colour before and after.

        Rows that the table grows by have the looks of its last row before.
        """
        own, usual = self.fills.own, self.fills.usual
        out = {}
        for row in range(self.new.top, self.new.bottom + 1) if own else ():
            for column, usual_fill in usual.items():
                before = own.get((min(row, self.old.bottom), column), usual_fill)
                cell = self.rows[row].get(column)
                after = int(cell.fill) if cell and cell.fill else usual_fill
                if before != after:
                    out[row, column] = before, after
        return out

    def _differing(self, numbers: range, beyond: int = 0) -> Rect | None:
        rows: set[int] = set()
        columns: set[int] = set()
        for number in numbers:
            before, after = self.cells.cells(number), self.rows[number]
            different = [c for c, cell in after.items() if not cell.is_like(before.get(c) or LiveCell(number))]
            different = [c for c in (*different, *(c for c in before if c not in after)) if c > beyond]
            if different:
                rows.add(number)
                columns.update((min(different), max(different)))
        return Rect(min(rows), min(columns), max(rows), max(columns)) if rows else None

    def _check_room(self, others: list[Rect]) -> None:
        ref, growth = self.live.ref, self.growth
        if growth <= 0:
            return
        needed = Rect(ref.bottom + 1, ref.left, ref.bottom + growth, ref.right)
        for other in others:
            if other.meets(needed):
                raise self.layout.no_room(other.text, growth)
        for number in range(needed.top, needed.bottom + 1):
            for column in self.cells.cells(number):
                if needed.holds(number, column):
                    raise self.layout.no_room(f"{column_letters(column)}{number}", growth)

    def _placed(self, number: int, values: Sequence[CellInput]) -> dict[int, LiveCell]:
        try:
            kept = self._kept.take(self._row.key(values)) if self._kept else None
            cells = self._row.cells(number, values, self._styles, kept)
        except ValueError as fault:
            raise self._row.refused(number, values) from fault
        fixed = self._fixed(number)
        for column, cell in kept.cells.items() if kept else ():
            if self.layout.in_table(column):
                continue
            if column in fixed:
                raise self.layout.no_room(f"{column_letters(column)}{number}", 1)
            fixed[column] = self.cells.moved(cell, number)
        return cells | fixed

    def _fixed(self, number: int) -> dict[int, LiveCell]:
        """Return the cells of a row that stay where they are: those beside the table that go with no key."""
        goes = number in self._kept.moved
        return {
            column: cell
            for column, cell in self.cells.cells(number).items()
            if not self.layout.in_table(column)
            and not (goes and self.layout.is_beside(column) and not self._kept.stays(number, column))
        }

    def _kinds_before(self) -> list[str]:
        column = self.layout.kind_column
        rows = range(self.old.top, self.old.bottom + 1) if column else ()
        return [str(self.cells.at(number, column).value or "") for number in rows]

    def _kinds_after(self, body: Sequence[Sequence[CellInput]]) -> list[str]:
        column = self.layout.kind_column
        return [str(self._row.value(values, column) or "") for values in body] if column else []


def new_body(live: LiveTable, rows: int) -> Rect:
    """Return the body of a table that gets so many rows: one at least, be it blank.

    Raises:
        WorkbookError: the sheet ends before.
    """
    old = live.body
    bottom = old.top + max(rows, 1) - 1
    if bottom + live.has_totals > MAX_ROW:
        raise WorkbookError(
            f"{live.sheet}: table '{live.name}' would reach down to row {bottom + live.has_totals:,}; a sheet has "
            f"{MAX_ROW:,}. Nothing was changed."
        )
    return Rect(old.top, old.left, bottom, old.right)
