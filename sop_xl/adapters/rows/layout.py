"""The columns of a table as it stands in the workbook: the schema's, the user's own, and what stands beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sop_xl.adapters.package.ranges import MAX_COLUMN, Rect
from sop_xl.adapters.package.table_xml import header_key
from sop_xl.adapters.row_keys import key_kinds
from sop_xl.domain.cells import column_letters
from sop_xl.domain.errors import WorkbookError
from sop_xl.schema.table import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.schema.table import Table


class ExcelTable(Protocol):
    """An Excel table, in a file or in an open workbook."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def sheet(self) -> str:
        """The sheet it stands on."""
        ...

    @property
    def ref(self) -> Rect:
        """All its cells, with header and totals row."""
        ...

    @property
    def body(self) -> Rect:
        """Its rows of data: one at least."""
        ...

    @property
    def headers(self) -> Sequence[str]:
        """The names of its columns."""
        ...

    @property
    def columns(self) -> Mapping[str, int]:
        """Column numbers by `header_key`."""
        ...

    @property
    def calculated(self) -> Sequence[str]:
        """The formula of each column that fills new rows by itself, as far as it is known; else empty."""
        ...


class Layout:
    """The columns of a table as it stands in the workbook.

    Attributes:
        table, xml: the schema's table and the Excel table.
        schema: numbers of the columns the schema declares.
        own: numbers of the user's own columns in the Excel table.
        beside: first and last column of the cells to the right that go with the rows.
        keys: column numbers of the key fields; None where the Excel table lacks one.
        kinds: what the key fields hold.
        kind_column: number of the column that tells a view's rows apart; 0 where the table is no view.
    """

    def __init__(self, table: Table, xml: ExcelTable, others: Sequence[Rect]) -> None:
        """Match headers; `others` are the other tables on the sheet, which end the cells beside this one."""
        self.table = table
        self.xml = xml
        names = {header_key(column.header): column.field for column in table.columns}
        self.fields = {number: names[header] for header, number in xml.columns.items() if header in names}
        self.schema = sorted(self.fields)
        self.own = [number for number in range(xml.ref.left, xml.ref.right + 1) if number not in self.fields]
        columns = {name: number for number, name in self.fields.items()}
        self.keys = [columns.get(name) for name in table.key]
        self.kinds = key_kinds(table)
        self.kind_column = columns.get("kind", 0) if table.view else 0
        right = [other.left for other in others if other.left > xml.ref.right and _rows_meet(other, xml.ref)]
        self.beside = (xml.ref.right + 1, min(right, default=MAX_COLUMN + 1) - 1)

    @property
    def is_user_owned(self) -> bool:
        """Whether the user types the table, so that every cell of it that need not change stays."""
        return self.table.owner is Owner.USER

    def header(self, column: int) -> str:
        """Return the header of a column of the Excel table, the letters of one beside it."""
        ref = self.xml.ref
        return self.xml.headers[column - ref.left] if ref.left <= column <= ref.right else column_letters(column)

    def in_table(self, column: int) -> bool:
        """Whether the column belongs to the Excel table."""
        return self.xml.ref.left <= column <= self.xml.ref.right

    def is_beside(self, column: int) -> bool:
        """Whether cells of the column go with the rows of the table."""
        return self.beside[0] <= column <= self.beside[1]

    def no_room(self, address: str, growth: int) -> WorkbookError:
        """Return the fault that a cell stands where rows of the table have to go."""
        grow = (
            "If it is a row of the table, drag the table's corner over it; else move" if self.is_user_owned else "Move"
        )
        return WorkbookError(
            f"{self.xml.sheet}!{address}: the cell is in use, and table '{self.xml.name}' needs {growth:,} more rows "
            f"there. {grow} it to another sheet; nothing was changed."
        )


def _rows_meet(one: Rect, other: Rect) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom
