"""One table brought back to what it was: what a run wrote, what stood there before, what stands there now."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.domain.cells import CellError, Formula
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.table import Owner
from sop_xl.services.cell_match import header_key, plain, row_key, same, same_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sop_xl.domain.cells import CellInput, Cells, Row, Value
    from sop_xl.domain.undo import Block, WrittenTable
    from sop_xl.schema.table import Table

Key = tuple[str, ...]
CURE = "Put it back to what the run wrote, or keep the run."


@dataclass
class Restored:
    """A table as it will be after an undo.

    Attributes:
        rows: header first, as `Workbook.write_cells` takes them.
        conflicts: cells that were changed since the run wrote them; with any of them nothing is undone.
    """

    rows: list[list[CellInput]] = field(default_factory=list)
    conflicts: list[Issue] = field(default_factory=list)


def restored(table: Table, written: WrittenTable, now: Cells, formulas: Mapping[tuple[int, int], str]) -> Restored:
    """Return `table` as it was before the run that wrote `written`.

    In a table of Python's every cell must still be as it was written. In one of the user's only the
    cells that the run changed are brought back: what the user added or changed elsewhere since stays.

    Args:
        table: its declaration.
        written: what the run kept about it.
        now: its cells as they are.
        formulas: its formulas as they are, by place in `now.rows`.
    """
    merge = _Merge(table, written, now, formulas)
    if table.owner is Owner.USER and not merge.is_as_written():
        merge.merge_rows()
    else:
        merge.compare_rows()
    return merge.result


@dataclass(frozen=True)
class _Now:
    """A row as it stands: its place, and its cells in the columns the run wrote."""

    position: int
    cells: Row


class _Merge:
    def __init__(
        self, table: Table, written: WrittenTable, now: Cells, formulas: Mapping[tuple[int, int], str]
    ) -> None:
        self._is_users = table.owner is Owner.USER
        self._now = now
        self._formulas = formulas
        self._before, self._after = written.before, written.after
        self._header = written.after.rows[0]
        self._places = _places(now.rows[0], self._header)
        self._old_places = _places(written.before.rows[0], self._header)
        wanted = [header_key(table.column(name).header) for name in table.key]
        self._keys = [k for k, header in enumerate(self._header) if header_key(header) in wanted]
        self._rows = [
            _Now(k, [None if place < 0 else plain(row[place]) for place in self._places])
            for k, row in enumerate(now.rows[1:], start=1)
        ]
        self.result = Restored([list(self._header)])

    def is_as_written(self) -> bool:
        """Whether nothing was changed since, the order of rows included."""
        return len(self._rows) == len(self._after.rows) - 1 and all(
            same_row(row.cells, written) for row, written in zip(self._rows, self._after.rows[1:], strict=True)
        )

    # --- tables of Python's -------------------------------------------------------------------------

    def compare_rows(self) -> None:
        """Bring every row back; name each cell, row and column that is not as it was written."""
        there = self._by_key(row.cells for row in self._rows)
        for k, written in enumerate(self._after.rows[1:], start=1):
            found = there[row_key(written, self._keys)]
            if found:
                self._compare(k, written, self._rows[found.popleft()])
            else:
                self._conflict(0, 0, f"The row {self._name(written)}, which the run wrote, is gone.")
        for left in there.values():
            for index in left:
                row = self._rows[index]
                self._conflict(row.position, 0, f"The row {self._name(row.cells)} was added after the run.")
        self.result.rows += [self._old_row(k) for k in range(1, len(self._before.rows))]
        self._bring_back_own_columns()

    def _compare(self, k: int, written: Row, row: _Now) -> None:
        for j, value in enumerate(written):
            if not same(row.cells[j], value) and not self._is_formula(k, j, row):
                self._changed(row, j, value)

    def _is_formula(self, k: int, j: int, row: _Now) -> bool:
        """Whether the run wrote a formula there and one still stands there: its result may have moved on."""
        return (k, j) in self._after.formulas and (row.position, self._places[j]) in self._formulas

    def _old_row(self, k: int) -> list[CellInput]:
        return [self._old_cell(k, place) for place in self._old_places]

    def _old_cell(self, k: int, place: int) -> CellInput:
        if place < 0:
            return None
        value: Value = self._before.rows[k][place]
        text = self._before.formulas.get((k, place))
        stays = self._is_users and self._formulas.get((k, place)) == text
        return value if text is None or stays else Formula(text, value)

    def _bring_back_own_columns(self) -> None:
        """Put the user's own cells back into rows that were gone; those of rows that stayed are as they are now."""
        header = self._before.rows[0]
        known = {header_key(name) for name in self._header}
        for place, name in enumerate(header):
            here = [k for k, other in enumerate(self._now.rows[0]) if header_key(other) == header_key(name)]
            if header_key(name) in known or not here:
                continue
            values = self._own_values(place, here[0])
            if values is not None:
                for row, value in zip(self.result.rows, [name, *values], strict=True):
                    row.append(value)

    def _own_values(self, place: int, here: int) -> list[CellInput] | None:
        """Return a column of the user's by restored row; None where every row still has its cell."""
        there = self._by_key(row.cells for row in self._rows)
        values: list[CellInput] = []
        came_back = False
        for k in range(1, len(self._before.rows)):
            found = there[self._old_key(k)]
            if found:
                position = self._rows[found.popleft()].position
                text = self._formulas.get((position, here))
                value = self._now.rows[position][here]
                values.append(value if text is None else Formula(text, value))
            else:
                came_back |= self._before.rows[k][place] is not None
                values.append(self._old_cell(k, place))
        return values if came_back else None

    # --- tables of the user's -----------------------------------------------------------------------

    def merge_rows(self) -> None:
        """Bring back only what the run changed, cell by cell."""
        before = self._index(self._before, self._old_places)
        after = self._index(self._after, range(len(self._header)))
        for row in self._rows:
            key = row_key(row.cells, self._keys)
            old, new = before.pop(key, None), after.pop(key, None)
            if new is None and (old is None or same_row(row.cells, old)):
                self.result.rows.append(list(row.cells))
            elif new is None:
                self._conflict(row.position, 0, f"The row {self._name(row.cells)}, which the run took out, is back.")
            elif old is None:
                self._take_out(row, new)
            else:
                self.result.rows.append([self._cell(row, j, old[j], new[j]) for j in range(len(new))])
        for key, new in after.items():
            old = before.pop(key, None)
            if old is not None and not same_row(old, new):
                self._conflict(0, 0, f"The row {self._name(new)}, which the run changed, is gone.")
        self.result.rows += [list(row) for row in before.values()]

    def _take_out(self, row: _Now, new: Row) -> None:
        for j, value in enumerate(new):
            if not same(row.cells[j], value):
                self._changed(row, j, value)

    def _cell(self, row: _Now, j: int, old: Value, new: Value) -> CellInput:
        if same(old, new):
            return row.cells[j]
        if not same(row.cells[j], new):
            self._changed(row, j, new)
        return old

    # --- rows and words -----------------------------------------------------------------------------

    def _index(self, block: Block, places: Sequence[int]) -> dict[Key, Row]:
        rows = ([None if place < 0 else row[place] for place in places] for row in block.rows[1:])
        return {row_key(row, self._keys): row for row in rows}

    def _by_key(self, rows: Iterable[Row]) -> dict[Key, deque[int]]:
        found: dict[Key, deque[int]] = defaultdict(deque)
        for k, row in enumerate(rows):
            found[row_key(row, self._keys)].append(k)
        return found

    def _old_key(self, k: int) -> Key:
        row = self._before.rows[k]
        return row_key([None if place < 0 else row[place] for place in self._old_places], self._keys)

    def _changed(self, row: _Now, j: int, written: Value) -> None:
        what = f"{self._header[j]} of {self._name(row.cells)}"
        message = f"{what} is {_shown(row.cells[j])}; the run wrote {_shown(written)}."
        self._conflict(row.position, max(self._places[j], 0), message)

    def _conflict(self, position: int, column: int, message: str) -> None:
        cell = self._now.address(position, column) if position else ""
        self.result.conflicts.append(Issue(Severity.STOP, "changed-since", self._now.sheet, cell, message, CURE))

    def _name(self, cells: Row) -> str:
        return " | ".join(part for part in row_key(cells, self._keys) if part) or "without a key"


def _places(header: Row, wanted: Row) -> list[int]:
    """Return where each wanted column stands in a header; -1 where it does not."""
    places = {header_key(name): k for k, name in enumerate(header)}
    return [places.get(header_key(name), -1) for name in wanted]


def _shown(value: Value) -> str:
    if value is None:
        return "blank"
    if isinstance(value, str) and not isinstance(value, CellError):
        return f"'{value}'"
    return f"{value:g}" if isinstance(value, float) else str(value)
