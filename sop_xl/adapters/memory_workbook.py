"""A workbook in memory, for tests and for runs that need no file: the tables and nothing else."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from sop_xl.actuals.raw import RawPaste, squared
from sop_xl.adapters.gate import clean
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.package.table_xml import header_key
from sop_xl.adapters.row_keys import OrphanCell, display_text, key_kinds, key_text
from sop_xl.adapters.rows.below import block_below
from sop_xl.domain.cells import Cells, column_letters
from sop_xl.domain.errors import TableNotFoundError, WorkbookError
from sop_xl.schema.paste import AREAS, SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sop_xl.domain.cells import CellInput, Row, Value
    from sop_xl.schema.table import Table


class MemoryWorkbook:
    """Tables as lists of rows, with the manners of a workbook file: staging, the user's columns, the gate."""

    def __init__(self, tables: Iterable[Table], name: str = "memory") -> None:
        """Make the workbook with all `tables` empty."""
        self._tables = {table.excel_name: table for table in tables}
        self._rows: dict[str, list[Row]] = {key: [[*table.headers]] for key, table in self._tables.items()}
        self._below: dict[str, list[Row]] = {}
        self._staged: dict[str, list[Row]] = {}
        self._properties: dict[str, str] = {}
        self._staged_properties: dict[str, str] = {}
        self._areas: dict[str, list[Row]] = {}
        self._staged_areas: dict[str, list[Row]] = {}
        self._name = name
        self.folder: Path | None = None

    def put(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> None:
        """Make `rows`, header first, all there is in `table`, as a user would: any columns in any order."""
        self._rows[table.excel_name] = [[clean(value) for value in row] for row in rows]

    def put_below(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> None:
        """Put `rows` under `table` without making them part of it, as a user does where tables do not grow."""
        self._below[table.excel_name] = [[clean(value) for value in row] for row in rows]

    @property
    def name(self) -> str:
        """The name given."""
        return self._name

    def beside(self, name: str) -> Path | None:
        """Return the path of a file beside it: `folder` says where it would be saved."""
        return None if self.folder is None else self.folder / name

    def tables(self) -> Mapping[str, str]:
        """Return the tables there are: name to sheet."""
        return {name: table.sheet for name, table in self._tables.items()}

    def read_cells(self, table: Table) -> Cells:
        """Return header and body of `table`; blank rows at the end are left out.

        Raises:
            TableNotFoundError: there is no table of that name.
        """
        rows = [[*row] for row in self._found(table)]
        while len(rows) > 1 and all(value is None for value in rows[-1]):
            rows.pop()
        return Cells(rows, table.sheet)

    def uncalculated(self, table: Table) -> list[str]:
        """Return no address: formulas are kept as their results here."""
        self._found(table)
        return []

    def typed_below(self, table: Table) -> str:
        """Return the block that touches `table` from below and is not part of it; empty where none does.

        Raises:
            TableNotFoundError: there is no table of that name.
        """
        found, below = self._found(table), self._below.get(table.excel_name, [])
        ref = Rect(1, 1, max(len(found), 2), len(found[0]))
        inside = ((row, values[: ref.right]) for row, values in enumerate(below, ref.bottom + 1))
        filled = (row for row, values in inside if any(value is not None for value in values))
        return block_below(ref, filled)

    def formulas(self, table: Table) -> dict[tuple[int, int], str]:
        """Return no formula: they are kept as their results here."""
        self._found(table)
        return {}

    def write_cells(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> list[OrphanCell]:
        """Stage `rows`, header first, as the new body of `table`; a second write replaces the first.

        Raises:
            TableNotFoundError: there is no table of that name.
            WorkbookError: a column is missing, or a value cannot be stored.
        """
        old = self._found(table)
        columns = {header_key(str(header)): index for index, header in enumerate(old[0])}
        places = [columns.get(header_key(str(header))) for header in rows[0]]
        body = [_cleaned(table, rows[0], number, row) for number, row in enumerate(rows[1:], 2)]
        for index, place in enumerate(places):
            if place is None and any(row[index] is not None for row in body):
                raise WorkbookError(
                    f"Table '{table.excel_name}' has no column '{rows[0][index]}'. Put the column back."
                )
        kept = _OwnCells(table, old)
        new: list[Row] = [[*old[0]]]
        for values in body:
            row: Row = [None] * len(old[0])
            for place, value in zip(places, values, strict=True):
                if place is not None:
                    row[place] = value
            kept.move(row)
            new.append(row)
        self._staged[table.excel_name] = new
        return kept.orphans()

    def read_property(self, name: str) -> str:
        """Return a property; blank where there is none."""
        return self._properties.get(name, "")

    def write_property(self, name: str, value: str) -> None:
        """Stage a text for a property."""
        self._staged_properties[name] = value

    def put_area(self, name: str, rows: Sequence[Sequence[CellInput]]) -> None:
        """Make `rows` all there is in a named area, as a user would."""
        self._areas[name] = [[clean(value) for value in row] for row in rows]

    def read_area(self, name: str) -> list[Row]:
        """Return the cells of a named area, down to the last row that holds something."""
        rows = [[*row] for row in self._areas.get(name, [])]
        while rows and all(value is None for value in rows[-1]):
            rows.pop()
        return rows

    def read_paste(self, name: str) -> RawPaste:
        """Return what was pasted into a named area of the sheet Paste actuals."""
        area = next(area for area in AREAS if area.name == name)
        return RawPaste(squared(self.read_area(name)), self.name, SHEET, area.top, area.left)

    def write_area(self, name: str, rows: Sequence[Sequence[CellInput]]) -> None:
        """Stage `rows` as all there is in a named area."""
        self._staged_areas[name] = [[clean(value) for value in row] for row in rows]

    def commit(self) -> None:
        """Make all staged tables, areas and properties visible."""
        self._rows |= self._staged
        self._areas |= self._staged_areas
        self._properties |= self._staged_properties
        self._staged, self._staged_areas, self._staged_properties = {}, {}, {}

    def _found(self, table: Table) -> list[Row]:
        if table.excel_name not in self._tables:
            raise TableNotFoundError(table.excel_name, table.sheet, sorted(self._tables))
        return self._rows[table.excel_name]


def _cleaned(table: Table, headers: Sequence[CellInput], number: int, row: Sequence[CellInput]) -> Row:
    values: Row = []
    for index, value in enumerate(row):
        try:
            values.append(clean(value))
        except ValueError as fault:
            key = _key(table, headers, [*row[:index], None, *row[index + 1 :]])
            raise WorkbookError(
                f"{table.sheet}!{column_letters(index + 1)}{number}: {headers[index]} of {key} "
                f"in table '{table.excel_name}' {fault}. Nothing was changed."
            ) from fault
    return values


def _key(table: Table, headers: Sequence[CellInput], row: Sequence[CellInput]) -> str:
    places = {header_key(str(header)): index for index, header in enumerate(headers)}
    wanted = [places.get(header_key(table.column(field).header)) for field in table.key]
    return key_text(key_kinds(table), [None if place is None else clean(row[place]) for place in wanted])


class _OwnCells:
    """The cells of the user's columns, by the key of their row."""

    def __init__(self, table: Table, rows: Sequence[Row]) -> None:
        self._table = table
        self._headers = rows[0]
        schema = {header_key(header) for header in table.headers}
        self._columns = [k for k, header in enumerate(rows[0]) if header_key(str(header)) not in schema]
        self._rows: dict[str, deque[dict[int, Value]]] = defaultdict(deque)
        for row in rows[1:]:
            own = {k: row[k] for k in self._columns if row[k] is not None}
            self._rows[_key(table, rows[0], row)].append(own)

    def move(self, row: Row) -> None:
        """Fill the user's cells of a new row from the next old one of its key."""
        found = self._rows.get(_key(self._table, self._headers, row))
        for column, value in (found.popleft() if found else {}).items():
            row[column] = value

    def orphans(self) -> list[OrphanCell]:
        """Return the cells nobody took."""
        return [
            OrphanCell(key, str(self._headers[column]), display_text(value))
            for key, rows in self._rows.items()
            for own in rows
            for column, value in own.items()
        ]
