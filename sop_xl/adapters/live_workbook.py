"""A workbook open in Excel, read and written through xlwings, in whole blocks.

The same rules as for a file place the rows (`adapters/rows`): tables are found by name and columns by header,
and what is the user's follows its key. Nothing is written before `commit`; a commit that fails puts everything
back. A colour of the user's goes with its row; what else cells look like stays where it is, and rows that come or
go get or lose looks.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.blocks import range_of, read_values
from sop_xl.adapters.live.busy import patient, refusal
from sop_xl.adapters.live.fills import Fills, read_fills
from sop_xl.adapters.live.filters import unfiltered
from sop_xl.adapters.live.live_areas import LiveArea
from sop_xl.adapters.live.live_table import LiveTable, place_of
from sop_xl.adapters.live.plan import TablePlan, new_body
from sop_xl.adapters.live.quiet import quiet
from sop_xl.adapters.live.safety import kept_safe
from sop_xl.adapters.live.surroundings import body_cells, cells_around, rows_below
from sop_xl.adapters.live.table_commit import TableCommit
from sop_xl.adapters.package.ranges import Rect
from sop_xl.adapters.rows.below import block_below, end_below
from sop_xl.adapters.rows.layout import Layout
from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import TableNotFoundError, WorkbookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xlwings as xw

    from sop_xl.actuals.raw import RawPaste
    from sop_xl.adapters.live.commit_file import CommitFile
    from sop_xl.adapters.live.journal import Journal
    from sop_xl.adapters.row_keys import OrphanCell
    from sop_xl.domain.cells import CellInput, Row
    from sop_xl.schema.table import Table

AUTOMATIC = "automatic"


class LiveWorkbook:
    """An open workbook. The user's filters, hidden rows and columns, selection and calculation mode stay.

    One object serves one click: where tables are is looked up once, what is in them each time.
    """

    def __init__(self, book: xw.Book, safety: CommitFile | None = None) -> None:
        """Take a workbook that is open in Excel.

        Args:
            book: the workbook.
            safety: keeps what each commit changes until it is done, so that the workbook can be put back
                (`live.recovery`) where Python is killed meanwhile; None: nothing is kept.
        """
        excel_model.do_not_wait_for_ever()
        self._book = book
        self._safety = safety
        self._staged: dict[str, TablePlan] = {}
        self._properties: dict[str, str] = {}
        self._areas: dict[str, Sequence[Sequence[CellInput]]] = {}
        self._found: dict[str, _Place] | None = None
        self._is_calculated = False

    @property
    def name(self) -> str:
        """The workbook's name."""
        return patient(lambda: self._book.name)

    def beside(self, name: str) -> Path | None:
        """Return the path of a file named relative to the workbook's folder; None unsaved or in a cloud."""
        path = Path(str(patient(lambda: self._book.fullname)))
        return path.parent / name if path.is_absolute() else None

    def tables(self) -> Mapping[str, str]:
        """Return the Excel tables there are: name to sheet.

        Raises:
            ExcelBusyError: Excel does not answer.
        """
        return {name: place.sheet for name, place in patient(self._tables).items()}

    def read_cells(self, table: Table) -> Cells:
        """Return header and body of `table`, as `FileWorkbook` gives them; one block is read.

        Where the user calculates by hand, the workbook is calculated first, so that no old result is read.

        Raises:
            TableNotFoundError: there is no table of that name.
            ExcelBusyError: Excel does not answer.
        """
        return patient(lambda: self._read(table))

    def _read(self, table: Table) -> Cells:
        live = self._live(table)
        self._calculate()
        first = live.ref.top if live.has_header else live.body.top
        rows = read_values(range_of(live.on, Rect(first, live.ref.left, live.body.bottom, live.ref.right)))
        header = live.named(rows.pop(0)) if live.has_header else live.headers
        while rows and all(value is None for value in rows[-1]):
            rows.pop()
        return Cells([[*header], *rows], live.sheet, live.body.top - 1, live.ref.left)

    def uncalculated(self, table: Table) -> list[str]:
        """Return no address: open workbooks are calculated, by Excel itself or before they are read.

        Raises:
            TableNotFoundError: there is no table of that name.
        """
        self._place(table)
        return []

    def typed_below(self, table: Table) -> str:
        """Return the block that touches `table` from below and is not part of it; empty where none does.

        Raises:
            TableNotFoundError: there is no table of that name.
            ExcelBusyError: Excel does not answer.
        """
        return patient(lambda: self._typed_below(table))

    def _typed_below(self, table: Table) -> str:
        live = self._live(table)
        return block_below(live.ref, rows_below(live, end_below(live.ref, self._others(live))))

    def formulas(self, table: Table) -> dict[tuple[int, int], str]:
        """Return the formulas in the body of `table`, without `=`, by row and column in what `read_cells` gives.

        Raises:
            TableNotFoundError: there is no table of that name.
            ExcelBusyError: Excel does not answer.
        """
        cells = patient(lambda: body_cells(self._live(table)))
        top, left = cells.area.top, cells.area.left
        return {
            (row - top + 1, column - left): cell.formula
            for row in range(top, cells.area.bottom + 1)
            for column, cell in cells.cells(row).items()
            if cell.formula is not None
        }

    def write_cells(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> list[OrphanCell]:
        """Stage `rows`, header first, as the new body of `table`; a second write of a table replaces the first.

        In a table of the user's a cell whose value is the same stays as it is, its formula included.

        Returns:
            The user's cells whose row is gone, and formulas of the user's that a value had to replace.

        Raises:
            TableNotFoundError: there is no table of that name.
            WorkbookError: there is no room below the table, a column is missing, or a value cannot be
                stored. Nothing of this call is staged then.
            ExcelBusyError: Excel does not answer.
        """
        plan = patient(lambda: self._plan(table, rows))
        self._staged[table.name] = plan
        return plan.orphans

    def _plan(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> TablePlan:
        live = self._live(table)
        others = self._others(live)
        layout = Layout(table, live, others)
        growth = max(0, new_body(live, len(rows) - 1).bottom - live.body.bottom)
        cells = cells_around(live, layout, live.ref.bottom + growth)
        fills = Fills({}, {}) if table.view else read_fills(live.on, live.body)
        return TablePlan(live, layout, cells, rows, others, fills)

    def _others(self, live: LiveTable) -> list[Rect]:
        """Return where the other tables of the sheet stand, or will stand once what is staged is written."""
        staged = {plan.live.name: plan.ref_after for plan in self._staged.values()}
        others = [(name, place) for name, place in self._tables().items() if place.sheet == live.sheet]
        return [staged.get(name) or place_of(place.table) for name, place in others if name != live.name]

    def read_property(self, name: str) -> str:
        """Return a custom property of the workbook; blank where there is none.

        Raises:
            ExcelBusyError: Excel does not answer.
        """
        return patient(lambda: excel_model.custom_property(self._book, name))

    def write_property(self, name: str, value: str) -> None:
        """Stage a text for a custom property; it is written by the next `commit`."""
        self._properties[name] = value

    def read_area(self, name: str) -> list[Row]:
        """Return the cells of a named area that is no table, down to the last row that holds something.

        Raises:
            WorkbookError: there is no such area.
            ExcelBusyError: Excel does not answer.
        """
        return patient(lambda: LiveArea(self._book, name).values())

    def read_paste(self, name: str) -> RawPaste:
        """Return what was pasted into a named area, with formulas and hidden rows told.

        Raises:
            WorkbookError: there is no such area.
            ExcelBusyError: Excel does not answer.
        """
        self._calculate()
        return patient(lambda: LiveArea(self._book, name).paste(self.name))

    def write_area(self, name: str, rows: Sequence[Sequence[CellInput]]) -> None:
        """Stage `rows` as all there is in a named area that is no table."""
        self._areas[name] = rows

    def commit(self) -> None:
        """Write all staged tables, one block each, and properties; where nothing differs, nothing is written.

        Excel stands still meanwhile and is set back afterwards, whatever happens.

        Raises:
            WorkbookError: Excel refused something. Everything was put back, and what is staged stays so.
            ExcelBusyError: Excel did not answer. Everything was put back.
        """
        plans = [plan for plan in self._staged.values() if plan.is_change]
        if plans or self._properties or self._areas:
            try:
                self._write(plans)
            except Exception as fault:
                words = refusal(fault)
                if words:
                    message = f"Excel refused to write the tables: {words} Everything was put back as it was."
                    raise WorkbookError(message) from fault
                raise
        self._staged = {}
        self._properties = {}
        self._areas = {}
        self._is_calculated = False

    def _write(self, plans: Sequence[TablePlan]) -> None:
        """Carry out the plans, all of them or none."""
        sheets = [*{plan.live.sheet: plan.live.on for plan in plans}.values()]
        tables = [plan.live.table for plan in plans]
        with (
            kept_safe(self._book, self._safety, plans, self._areas, self._properties) as journal,
            quiet(self._book.app),
            excel_model.unprotected(sheets),
            unfiltered(tables),
        ):
            try:
                for plan in plans:
                    TableCommit(plan, self._book, journal).carry_out()
                for name, rows in self._areas.items():
                    patient(partial(LiveArea, self._book, name)).write(rows, journal)
                self._write_properties(journal)
            except BaseException as fault:
                if journal.roll_back():
                    raise
                journal.is_stuck = True
                raise WorkbookError(
                    "Excel refused a step, and then to take back what was written before it. Close the workbook "
                    f"without saving. Excel said: {refusal(fault) or fault}"
                ) from fault

    def _write_properties(self, journal: Journal) -> None:
        for name, value in self._properties.items():
            before = patient(lambda name=name: excel_model.custom_property(self._book, name))  # type: ignore[misc]
            if before != value:
                journal.do(
                    partial(excel_model.set_custom_property, self._book, name, value),
                    partial(excel_model.set_custom_property, self._book, name, before),
                )

    def _calculate(self) -> None:
        """Calculate the workbook where the user does so by hand; once, until something is written."""
        if not self._is_calculated and self._book.app.calculation != AUTOMATIC:
            self._book.app.calculate()
        self._is_calculated = True

    def _live(self, table: Table) -> LiveTable:
        place = self._place(table)
        return LiveTable(place.table, place.on, place.sheet, table)

    def _place(self, table: Table) -> _Place:
        tables = patient(self._tables)
        if table.excel_name not in tables:
            raise TableNotFoundError(table.excel_name, table.sheet, sorted(tables))
        return tables[table.excel_name]

    def _tables(self) -> dict[str, _Place]:
        if self._found is None:
            sheets = [(sheet, sheet.name) for sheet in self._book.sheets]
            tables = [_Place(table, sheet, name) for sheet, name in sheets for table in sheet.tables]
            self._found = {place.table.display_name: place for place in tables}
        return self._found


class _Place(NamedTuple):
    """A table, and the sheet it is on."""

    table: xw.main.Table
    on: xw.Sheet
    sheet: str
