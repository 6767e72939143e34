"""The cells around a table in an open workbook, for the placing of its rows: values and formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sop_xl.adapters.gate import clean
from sop_xl.adapters.package.formula import shifted
from sop_xl.domain.cells import CellError, Formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sop_xl.adapters.package.ranges import Rect
    from sop_xl.adapters.rows.layout import Layout
    from sop_xl.domain.cells import CellInput, Row, Value


class LiveCell(NamedTuple):
    """A cell: its row, its value, its formula without `=` where it has one, and its colour where the user chose it."""

    row: int
    value: Value = None
    formula: str | None = None
    fill: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing."""
        return self.value is None and self.formula is None

    @property
    def entry(self) -> Any:
        """What is written to make it: a value, or a formula with its `=`."""
        if self.formula is not None:
            return f"={self.formula}"
        return str(self.value) if isinstance(self.value, CellError) else self.value

    def is_like(self, other: LiveCell) -> bool:
        """Whether both hold the same, wherever they stand; of formulas the text counts, not the result."""
        if self.formula is not None or other.formula is not None:
            return self.formula == other.formula
        return type(self.value) is type(other.value) and self.value == other.value


class LiveCells:
    """A block of cells as it was read: see `SheetCells`. Of their looks only the user's colours are known, as styles.

    Attributes:
        area: the block.
        arrays: the part beside the table, where a formula there fills more than its own cell.
    """

    def __init__(self, area: Rect, values: Sequence[Row], texts: Sequence[Sequence[str]]) -> None:
        """Take a block's values, and its contents as texts; see `blocks`."""
        self.area = area
        self.arrays: list[Rect] = []
        self._rows = {
            area.top + i: {
                area.left + j: LiveCell(area.top + i, value, _formula(value, text))
                for j, (value, text) in enumerate(zip(row, line, strict=True))
                if value is not None or text
            }
            for i, (row, line) in enumerate(zip(values, texts, strict=True))
        }
        self._coloured: set[int] = set()
        self._spilled = any(
            value is not None and not text
            for row, line in zip(values, texts, strict=True)
            for value, text in zip(row, line, strict=True)
        )

    def fix_beside(self, beside: Rect, *, is_array: bool) -> None:
        """Say that the cells of `beside` cannot move, where some formula there fills several of them."""
        if is_array or self._spilled:
            self.arrays = [beside]

    def colour(self, fills: Mapping[tuple[int, int], int]) -> None:
        """Note the colours of cells, by row and column."""
        for (row, column), fill in fills.items():
            cells = self._rows.setdefault(row, {})
            cells[column] = (cells.get(column) or LiveCell(row))._replace(fill=str(fill))
        self._coloured = {row for row, _ in fills}

    def cells(self, row: int) -> dict[int, LiveCell]:
        """Return the cells of a row by column, blank ones left out."""
        return self._rows.get(row, {})

    def at(self, row: int, column: int) -> LiveCell:
        """Return one cell."""
        return self.cells(row).get(column) or LiveCell(row)

    def rows_with_more(self, layout: Layout) -> Iterator[int]:
        """Yield the rows of the body with cells of the user's, or beside them."""
        body = layout.xml.body
        for number in range(body.top, body.bottom + 1):
            cells = self.cells(number)
            is_users = layout.is_user_owned or layout.own or number in self._coloured
            if cells and (is_users or max(cells) > layout.xml.ref.right):
                yield number

    def value(self, cell: LiveCell) -> Value:
        """Return what the cell holds; of a formula its result."""
        return cell.value

    def formula(self, cell: LiveCell) -> str | None:
        """Return the cell's formula without `=`."""
        return cell.formula

    def style(self, cell: LiveCell) -> str:
        """Return the colour that the user gave the cell."""
        return cell.fill

    def usual_styles(self, row: int) -> dict[int, str]:
        """Return no style: colours are told apart from the usual ones already."""
        return {}

    def has_content(self, cell: LiveCell) -> bool:
        """Whether the cell holds anything."""
        return not cell.is_blank

    def moved(self, cell: LiveCell, row: int) -> LiveCell:
        """Return the cell in another row."""
        formula = None if cell.formula is None else shifted(cell.formula, row - cell.row)
        return LiveCell(row, cell.value, formula, cell.fill)

    def blank(self, row: int, column: int, style: str) -> LiveCell:
        """Return an empty cell."""
        return LiveCell(row, fill=style)

    def made(self, row: int, column: int, style: str, value: CellInput) -> LiveCell:
        """Return a cell with a value; ValueError where no cell can hold it."""
        return LiveCell(row, clean(value), value.text if isinstance(value, Formula) else None, style)

    def calculated(self, row: int, column: int, style: str, formula: str) -> LiveCell:
        """Return a cell with a formula that has no result yet."""
        return LiveCell(row, None, formula, style)


def _formula(value: Value, text: str) -> str | None:
    """Return the formula of a cell; a text that starts with `=` shows itself and is none."""
    return text[1:] if text.startswith("=") and text != value else None
