"""What a commit is about to change in an open workbook, and how to put that back from nothing but a record of it.

A rollback needs the Python that wrote; one that was killed leaves a workbook half written. So the record is kept
outside before the first write, and whoever comes next puts the workbook back with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.adapters.live import excel_model, row_looks
from sop_xl.adapters.live.blocks import range_of, read_formulas, read_values, write
from sop_xl.adapters.live.live_cells import LiveCells
from sop_xl.adapters.live.number_formats import entries_as_they_were, number_formats, set_number_formats
from sop_xl.adapters.live.table_commit import shrinking
from sop_xl.adapters.live.view_looks import ViewLooks
from sop_xl.adapters.package.ranges import Rect
from sop_xl.domain.cells import column_letters
from sop_xl.schema.table import Owner

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlwings as xw

    from sop_xl.adapters.live.live_areas import LiveArea
    from sop_xl.adapters.live.live_cells import LiveCell
    from sop_xl.adapters.live.plan import TablePlan

Rows = list[list["LiveCell"]]
Codes = list[tuple[Rect, str]]


@dataclass(frozen=True)
class BlockBefore:
    """Some cells of a sheet.

    Attributes:
        area: where they are.
        rows: what they held.
        codes: their number formats; empty where their rows get all their looks back at once.
        after: what is about to be written, where a person types there too; else nothing.
    """

    area: Rect
    rows: Rows
    codes: Codes
    after: Rows | None = None


@dataclass(frozen=True)
class TableBefore:
    """A table that is about to be written.

    Attributes:
        name: of the Excel table; blank for cells that are no table.
        sheet: where it stands.
        ref: its cells, with header and totals row.
        bodies: its body before and after.
        totals: whether it shows totals.
        blocks: the cells that are written or cleared.
        fills: colours that go with their rows: where, and which.
        left: number formats of the rows that it grows over or gives up.
        kinds: of a view, the kind of each row before.
    """

    name: str
    sheet: str
    ref: Rect
    bodies: tuple[Rect, Rect]
    totals: bool
    blocks: tuple[BlockBefore, ...]
    fills: tuple[tuple[Rect, int], ...] = ()
    left: tuple[tuple[Rect, str], ...] = ()
    kinds: tuple[str, ...] | None = None


def table_before(plan: TablePlan) -> TableBefore:
    """Return what the commit of a plan will change."""
    is_view = plan.layout.table.view
    rects = [rect for rect in (plan.changed(), plan.left_behind(), plan.changed_beside()) if rect is not None]
    typed = is_view or plan.layout.table.owner is Owner.USER
    fills = [(Rect(row, column, row, column), fill) for (row, column), (fill, _) in plan.repainted().items()]
    moved = Rect(
        min(plan.new.bottom, plan.old.bottom) + 1,
        plan.old.left,
        max(plan.new.bottom, plan.old.bottom),
        plan.old.right,
    )
    return TableBefore(
        plan.live.name,
        plan.live.sheet,
        plan.live.ref,
        (plan.old, plan.new),
        plan.live.has_totals,
        tuple(_block(plan, rect, typed=typed, is_view=is_view) for rect in rects),
        tuple(fills),
        tuple(number_formats(plan.live.on, moved)) if plan.growth and not is_view else (),
        tuple(plan.kinds[0]) if is_view and plan.kinds[0] != plan.kinds[1] else None,
    )


def area_before(area: LiveArea) -> TableBefore:
    """Return what a named area that is no table holds."""
    block = BlockBefore(area.area, _cells(area.on, area.area), number_formats(area.on, area.area))
    return TableBefore("", area.on.name, area.area, (area.area, area.area), totals=False, blocks=(block,))


def _block(plan: TablePlan, area: Rect, *, typed: bool, is_view: bool) -> BlockBefore:
    rows = [[plan.cells.at(row, column) for column in _columns(area)] for row in _rows(area)]
    codes = [] if is_view else number_formats(plan.live.on, area)
    after = [[plan.rows.get(row, {}).get(column) for column in _columns(area)] for row in _rows(area)]
    blank = plan.cells.made
    filled = [[blank(0, 0, "", None) if cell is None else cell for cell in row] for row in after]
    return BlockBefore(area, rows, codes, filled if typed else None)


def put_back(book: xw.Book, before: TableBefore, begun: Sequence[str]) -> list[str]:
    """Bring back what a table held and how it looked; return the cells that a person typed since, with their values.

    Args:
        book: the workbook.
        before: the record.
        begun: what the commit began with, as `TableCommit` names it.
    """
    sheet = book.sheets[before.sheet]
    typed = [words for block in before.blocks for words in _typed_since(sheet, block)]
    if before.name:
        _put_table_back(book, sheet, before, has_shrunk=shrinking(before.name) in begun)
    for block in before.blocks:
        set_number_formats(sheet, block.codes)
    for block in before.blocks:
        write(range_of(sheet, block.area), entries_as_they_were(sheet, block.area, block.rows))
    for area, fill in before.fills:
        excel_model.set_fill(range_of(sheet, area), fill)
    if before.name and before.totals:
        sheet.tables[before.name].show_totals = True
    return typed


def _put_table_back(book: xw.Book, sheet: xw.Sheet, before: TableBefore, *, has_shrunk: bool) -> None:
    """Give the table its size, and the rows it grew over or gave up their looks."""
    old, new = before.bodies
    table = sheet.tables[before.name]
    if old.bottom != new.bottom:
        if before.totals and table.show_totals:
            table.show_totals = False
        _give_looks_back(book, sheet, before, has_shrunk=has_shrunk)
        table.resize(range_of(sheet, Rect(before.ref.top, old.left, old.bottom, old.right)))
    elif before.kinds is not None:
        ViewLooks(book, sheet, old, before.kinds).bring_back(before.kinds, len(before.kinds))


def _give_looks_back(book: xw.Book, sheet: xw.Sheet, before: TableBefore, *, has_shrunk: bool) -> None:
    old, new = before.bodies
    if before.kinds is not None:
        ViewLooks(book, sheet, old, before.kinds).bring_back(before.kinds, new.bottom - new.top + 1)
        return
    if new.bottom > old.bottom:
        row_looks.fill_from_below(sheet, Rect(old.bottom + 1, old.left, new.bottom, old.right))
    elif has_shrunk:
        row_looks.fill(sheet, Rect(new.bottom, old.left, old.bottom, old.right), downwards=True)
    set_number_formats(sheet, before.left)


def _typed_since(sheet: xw.Sheet, block: BlockBefore) -> list[str]:
    """Return the cells that hold neither what was there nor what was to be written."""
    if block.after is None:
        return []
    now = _cells(sheet, block.area)
    return [
        f"{sheet.name}!{column_letters(column)}{row}: {cell.entry}"
        for row, cells, olds, news in zip(_rows(block.area), now, block.rows, block.after, strict=True)
        for column, cell, old, new in zip(_columns(block.area), cells, olds, news, strict=True)
        if not cell.is_blank and not cell.is_like(old) and not cell.is_like(new)
    ]


def _cells(sheet: xw.Sheet, area: Rect) -> Rows:
    block = range_of(sheet, area)
    cells = LiveCells(area, read_values(block), read_formulas(block))
    return [[cells.at(row, column) for column in _columns(area)] for row in _rows(area)]


def _rows(area: Rect) -> range:
    return range(area.top, area.bottom + 1)


def _columns(area: Rect) -> range:
    return range(area.left, area.right + 1)
