"""What the placing of rows asks of the cells of a sheet, in whatever form an adapter holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sop_xl.adapters.package.ranges import Rect
    from sop_xl.adapters.rows.layout import Layout
    from sop_xl.domain.cells import CellInput, Value

Cell = TypeVar("Cell")
"""A cell as the adapter holds it: text of a file, or value and formula."""


class SheetCells(Protocol[Cell]):
    """The cells of one sheet. Rows and columns are counted from 1; styles are the adapter's own names."""

    @property
    def arrays(self) -> Sequence[Rect]:
        """The blocks filled by one formula each, which cannot be moved row by row."""
        ...

    def cells(self, row: int) -> Mapping[int, Cell]:
        """Return the cells of a row by column; blank ones may be left out."""
        ...

    def rows_with_more(self, layout: Layout) -> Iterable[int]:
        """Return the rows of the table's body that hold more than what Python writes there, from top to bottom."""
        ...

    def value(self, cell: Cell) -> Value:
        """Return what the cell holds; of a formula its result."""
        ...

    def formula(self, cell: Cell) -> str | None:
        """Return the cell's formula without `=`; None where it has none."""
        ...

    def style(self, cell: Cell) -> str:
        """Return the cell's style; empty where it has none, or where cells are not moved with theirs."""
        ...

    def usual_styles(self, row: int) -> Mapping[int, str]:
        """Return the styles by column that cells of a table have unless the user gave them another, told by a row."""
        ...

    def has_content(self, cell: Cell) -> bool:
        """Whether the cell holds a value or a formula, and not only a style."""
        ...

    def moved(self, cell: Cell, row: int) -> Cell:
        """Return the cell in another row, its formula's relative references moved along."""
        ...

    def blank(self, row: int, column: int, style: str) -> Cell:
        """Return an empty cell of that style."""
        ...

    def made(self, row: int, column: int, style: str, value: CellInput) -> Cell:
        """Return a cell with a value of Python's.

        Raises:
            ValueError: no cell can hold it; the message follows the cell's name.
        """
        ...

    def calculated(self, row: int, column: int, style: str, formula: str) -> Cell:
        """Return a cell with a formula, without `=`, whose result is not known yet."""
        ...
