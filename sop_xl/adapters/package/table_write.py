"""One table's new rows placed on its sheet: what Python writes, and what follows the rows' keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.adapters.gate import clean
from sop_xl.adapters.package.formula import has_relative_rows, shifted
from sop_xl.adapters.package.kept_rows import KeptRow, KeptRows
from sop_xl.adapters.package.ranges import Rect, Resize
from sop_xl.adapters.package.sheet_xml import blank, column_ends, formula_of, has_content, moved, style_of, unshare
from sop_xl.adapters.package.table_xml import header_key
from sop_xl.adapters.package.xml_text import escaped
from sop_xl.adapters.row_keys import OrphanCell, key_text
from sop_xl.domain.cells import Formula, column_letters
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.adapters.package.cell_values import CellReader, CellWriter
    from sop_xl.adapters.package.kept_rows import Layout
    from sop_xl.adapters.package.sheet_xml import SheetXml
    from sop_xl.domain.cells import CellInput

_HIDDEN = re.compile(r'\s*\b(?:hidden|collapsed)="[^"]*"')


@dataclass(frozen=True)
class Prototype:
    """How rows of one kind look in a view: style ids by field, and the row's attributes."""

    styles: Mapping[str, str]
    attributes: str


@dataclass
class Written:
    """What a write did.

    Attributes:
        orphans: the user's cells that found no row.
        resize: the table's body before and after.
        touched: the cells that may have changed, the ones beside the table included.
        formulas: cells that got a formula with its result from Python.
        keep_filter: whether the table's filter still fits its rows.
    """

    orphans: list[OrphanCell]
    resize: Resize
    touched: Rect
    formulas: set[tuple[int, int]] = field(default_factory=set)
    keep_filter: bool = False


class TableWrite:
    """Places the rows of one table on its sheet, which is changed in place."""

    def __init__(
        self,
        layout: Layout,
        sheet: SheetXml,
        reader: CellReader,
        writer: CellWriter,
        prototypes: Mapping[str, Prototype],
    ) -> None:
        """Take the table's layout, its sheet, what reads and writes cells, and the looks of a view's rows."""
        unshare(sheet)
        self._layout = layout
        self._sheet = sheet
        self._reader = reader
        self._writer = writer
        self._prototypes = prototypes
        self._old = layout.xml.body
        self._columns = range(self._old.left, self._old.right + 1)
        self._letters = {column: column_letters(column) for column in self._columns}
        self._kind_column = next((number for number, name in layout.fields.items() if name == "kind"), 0)
        first = sheet.cells(self._old.top)
        self._styles = {column: style_of(first[column]) if column in first else "" for column in self._columns}
        self._attributes = sheet.rows[self._old.top].attributes if self._old.top in sheet.rows else ""
        self._kept = KeptRows(layout, sheet, reader)
        sheet.show_outline(max((_outline(p.attributes) for p in prototypes.values()), default=0))
        self._fills = {column: self._fill(column) for column in layout.own}
        self._formulas: set[tuple[int, int]] = set()
        self._replaced: list[OrphanCell] = []

    def write(self, rows: Sequence[Sequence[CellInput]], others: Sequence[Rect]) -> Written:
        """Place `rows`, header first.

        Args:
            rows: the schema's headers, then the rows.
            others: where the other tables of the sheet stand.

        Raises:
            WorkbookError: no room below the table, a value no cell can hold, a column that is missing.
        """
        self._sources = self._matched(rows[0], rows[1:])
        body = rows[1:] or [[None] * len(rows[0])]
        new = Rect(self._old.top, self._old.left, self._old.top + len(body) - 1, self._old.right)
        growth = new.bottom - self._old.bottom
        self._check_room(growth, others)
        totals = self._lifted_totals()
        self._keep_filter = self._layout.is_user_owned and growth == 0
        for number, values in enumerate(body, new.top):
            self._place(number, values)
        for number in range(new.bottom + 1, self._old.bottom + 1):
            self._clear(number)
        self._put_totals(new.bottom + 1, totals)
        header = self._layout.xml.header_row if self._layout.xml.has_header else self._old.top
        return Written(
            orphans=self._replaced + self._kept.orphans(),
            resize=Resize(self._layout.xml.sheet, self._old, new, header),
            touched=Rect(self._old.top, new.left, max(new.bottom, self._old.bottom) + 1, self._kept.rightmost),
            formulas=self._formulas,
            keep_filter=self._keep_filter,
        )

    def _matched(self, headers: Sequence[CellInput], rows: Sequence[Sequence[CellInput]]) -> dict[int, int]:
        """Return where each column of the Excel table finds its values in a row."""
        sources: dict[int, int] = {}
        for index, header in enumerate(headers):
            column = self._layout.xml.columns.get(header_key(str(header)))
            if column is not None:
                sources[column] = index
            elif any(row[index] not in (None, "") and row[index] == row[index] for row in rows):
                raise WorkbookError(
                    f"Sheet '{self._layout.xml.sheet}': table '{self._layout.xml.name}' has no column '{header}'. "
                    "Put the column back, or start from the template."
                )
        return sources

    def _check_room(self, growth: int, others: Sequence[Rect]) -> None:
        ref = self._layout.xml.ref
        if growth <= 0:
            return
        needed = Rect(ref.bottom + 1, ref.left, ref.bottom + growth, ref.right)
        for other in (*others, *self._sheet.merged()):
            if other.meets(needed):
                raise self._no_room(other.text, growth)
        for number in range(needed.top, needed.bottom + 1):
            for column, cell in self._sheet.cells(number).items() if number in self._sheet.rows else ():
                if needed.holds(number, column) and has_content(cell):
                    raise self._no_room(f"{column_letters(column)}{number}", growth)

    def _no_room(self, address: str, growth: int) -> WorkbookError:
        xml = self._layout.xml
        return WorkbookError(
            f"{xml.sheet}!{address}: the cell is in use, and table '{xml.name}' needs {growth:,} more rows there. "
            f"Move it to the right of the table or to another sheet; nothing was changed."
        )

    def _place(self, number: int, values: Sequence[CellInput]) -> None:
        fixed = self._fixed(number)
        styles = self._row_styles(values)
        try:
            kept = self._kept.take(self._key(values)) if self._kept else None
            cells = self._cells(number, values, styles, kept)
        except ValueError as fault:
            raise self._refused(number, values) from fault
        if kept or fixed:
            merged = self._merged(number, fixed, cells, kept)
            text = "".join(merged[column] for column in sorted(merged))
        else:
            text = "".join(cells.values())
        self._sheet.set_row(number, self._row_attributes(number, values), text)

    def _cells(
        self, number: int, values: Sequence[CellInput], styles: Mapping[int, str], kept: KeptRow | None
    ) -> dict[int, str]:
        cells = {}
        for column in self._columns:
            source = self._sources.get(column)
            style = styles[column]
            if source is None:
                cells[column] = self._own_cell(number, column, style, kept)
            elif kept is None:
                cells[column] = self._new_cell(number, column, style, values[source])
            else:
                cells[column] = self._changed_cell(number, column, style, values[source], kept)
        return cells

    def _new_cell(self, number: int, column: int, style: str, value: CellInput) -> str:
        if isinstance(value, Formula):
            self._formulas.add((number, column))
        return self._writer.cell(f"{self._letters[column]}{number}", style, value)

    def _changed_cell(self, number: int, column: int, style: str, value: CellInput, kept: KeptRow) -> str:
        """Return a schema cell of a row that was there before: as it was, where its value is the same."""
        old = kept.cells.get(column)
        if old is None:
            return self._new_cell(number, column, kept.styles.get(column, style), value)
        if not isinstance(value, Formula) and _same(self._reader.value(old), clean(value)):
            return moved(old, number)
        if formula_of(old) is not None:
            self._replaced.append(self._kept.orphan(kept.key, column, old))
        return self._new_cell(number, column, style_of(old), value)

    def _own_cell(self, number: int, column: int, style: str, kept: KeptRow | None) -> str:
        """Return a cell of a column of the user's: the one its row had, or a new row's calculated one."""
        if kept is not None:
            return moved(kept.cells[column], number) if column in kept.cells else blank(number, column, style)
        fill = self._fills.get(column)
        if fill is None:
            return blank(number, column, style)
        formula, row = fill
        shown = f' s="{style}"' if style else ""
        return f'<c r="{column_letters(column)}{number}"{shown}><f>{escaped(shifted(formula, number - row))}</f></c>'

    def _fill(self, column: int) -> tuple[str, int] | None:
        """Return the formula that new rows get in a column of the user's, and the row it is written for."""
        calculated = self._layout.xml.calculated[column - self._old.left]
        if calculated and not has_relative_rows(calculated):
            return calculated, self._old.top
        first = formula_of(self._sheet.cells(self._old.top).get(column, ""))
        last = formula_of(self._sheet.cells(self._old.bottom).get(column, ""))
        if first is None or last is None or shifted(first, self._old.bottom - self._old.top) != last:
            return None
        return (first, self._old.top) if calculated or self._old.top < self._old.bottom else None

    def _fixed(self, number: int) -> dict[int, str]:
        """Return the cells of a row that stay where they are: those outside the table that go with no key."""
        row = self._sheet.rows.get(number)
        if row is None or not row.cells:
            return {}
        left, right = column_ends(row.cells)
        if self._layout.in_table(left) and self._layout.in_table(right):
            return {}
        goes = number in self._kept.moved
        return {
            column: cell
            for column, cell in self._sheet.cells(number).items()
            if not self._layout.in_table(column)
            and not (goes and self._layout.is_beside(column) and not self._kept.stays(number, column))
        }

    def _merged(
        self, number: int, fixed: dict[int, str], cells: dict[int, str], kept: KeptRow | None
    ) -> dict[int, str]:
        merged = fixed | cells
        for column, cell in kept.cells.items() if kept else ():
            if self._layout.in_table(column):
                continue
            if column in fixed and has_content(fixed[column]) and has_content(cell):
                raise self._no_room(f"{column_letters(column)}{number}", 1)
            merged[column] = moved(cell, number)
        return merged

    def _row_styles(self, values: Sequence[CellInput]) -> Mapping[int, str]:
        prototype = self._prototype(values)
        if prototype is None:
            return self._styles
        fields = self._layout.fields
        return {c: prototype.styles.get(fields.get(c, ""), self._styles[c]) for c in self._columns}

    def _prototype(self, values: Sequence[CellInput]) -> Prototype | None:
        if not self._prototypes:
            return None
        kind = self._sources.get(self._kind_column, -1)
        return self._prototypes.get(str(values[kind])) if kind >= 0 else None

    def _row_attributes(self, number: int, values: Sequence[CellInput]) -> str:
        prototype = self._prototype(values)
        if prototype:
            return prototype.attributes
        row = self._sheet.rows.get(number)
        attributes = self._attributes if row is None else row.attributes
        return attributes if self._keep_filter else _HIDDEN.sub("", attributes)

    def _clear(self, number: int) -> None:
        """Take what the table left behind off a row below its new end; a user's table leaves its formats."""
        if number not in self._sheet.rows:
            return
        cells = self._fixed(number)
        if self._layout.is_user_owned:
            old = self._sheet.cells(number)
            cells |= {c: blank(number, c, style_of(old[c])) for c in self._columns if c in old}
        attributes = self._sheet.rows[number].attributes if self._layout.is_user_owned else ""
        self._sheet.put(number, cells, _HIDDEN.sub("", attributes))

    def _lifted_totals(self) -> dict[int, str]:
        """Take the totals row off the sheet, and return its cells."""
        row = self._old.bottom + 1
        if not self._layout.xml.has_totals:
            return {}
        cells = self._sheet.cells(row)
        self._sheet.put(row, {column: cell for column, cell in cells.items() if not self._layout.in_table(column)})
        return {column: cell for column, cell in cells.items() if self._layout.in_table(column)}

    def _put_totals(self, row: int, totals: dict[int, str]) -> None:
        if totals:
            formulas = {column: moved(cell, row) for column, cell in totals.items()}
            self._sheet.put(row, self._sheet.cells(row) | formulas)

    def _key(self, values: Sequence[CellInput]) -> str:
        parts = [values[self._sources[c]] if c in self._sources else None for c in self._layout.keys]
        return key_text(self._layout.kinds, [clean(part) for part in parts])

    def _refused(self, number: int, values: Sequence[CellInput]) -> WorkbookError:
        for column in self._columns:
            source = self._sources.get(column)
            if source is None:
                continue
            try:
                self._writer.cell("A1", "", values[source])
            except ValueError as fault:
                xml = self._layout.xml
                key = self._key([None if index == source else value for index, value in enumerate(values)])
                of_key = f" of {key}" if key else ""
                return WorkbookError(
                    f"{xml.sheet}!{column_letters(column)}{number}: {self._layout.header(column)}{of_key} "
                    f"in table '{xml.name}' {fault}. Nothing was changed."
                )
        raise AssertionError(number)


def _same(old: object, new: object) -> bool:
    return type(old) is type(new) and old == new


def _outline(attributes: str) -> int:
    found = re.search(r'\boutlineLevel="(\d+)"', attributes)
    return int(found.group(1)) if found else 0
