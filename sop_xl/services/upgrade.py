"""A workbook's tables taken over into a fresh one of the present template, cell by cell."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sop_xl.domain.cells import Cells, Formula
from sop_xl.domain.errors import InvalidInputError, WorkbookError
from sop_xl.domain.issue import Issue, Severity, stops
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME, TABLES
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import OVERRIDES, SETTINGS
from sop_xl.schema.parse import read_table
from sop_xl.schema.paste import AREAS
from sop_xl.schema.render import render
from sop_xl.schema.results import RUNS
from sop_xl.schema.table import Owner
from sop_xl.schema.views import DEMAND_REVIEW
from sop_xl.services.cell_match import header_key, plain, same_row
from sop_xl.services.compute import Results
from sop_xl.services.inputs import assemble, stored_cycle
from sop_xl.services.log import current_cycle
from sop_xl.services.review import fold_edits, with_shown
from sop_xl.services.run import write_review

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sop_xl.domain.cells import CellInput, Row
    from sop_xl.ports import Orphan, PasteWorkbook, Workbook
    from sop_xl.schema.table import Table

    Keeps = Callable[[str, str], bool]
    """Whether a formula on a sheet means the same in the new workbook."""


class TableRows(NamedTuple):
    """A table's cells as the new workbook gets them, header first, and the formulas that could not go along."""

    rows: list[list[CellInput]]
    issues: list[Issue]


@dataclass(frozen=True)
class Contents:
    """All that is taken over.

    Attributes:
        tables: the cells of each table by name; those that the old workbook lacks are left out.
        edits: the overrides with what was typed into Demand review since the last run; None: nothing was.
        issues: formulas that become their values.
        areas: what stands on the sheet Paste actuals, by the area's name.
    """

    tables: Mapping[str, TableRows] = field(repr=False)
    edits: pd.DataFrame | None
    issues: list[Issue]
    areas: Mapping[str, Sequence[Row]] = field(default_factory=dict, repr=False)


def own_headers(workbook: Workbook) -> dict[str, list[str]]:
    """Return the user's own columns of each table that has some, by the table's name."""
    present = workbook.tables()
    found = {t.name: _own(t, workbook.read_cells(t)) for t in TABLES if t.excel_name in present}
    return {name: headers for name, headers in found.items() if headers}


def _own(table: Table, cells: Cells) -> list[str]:
    known = {header_key(header) for header in table.headers}
    return [str(header) for header in cells.rows[0] if header is not None and header_key(header) not in known]


def contents_of(workbook: PasteWorkbook, keeps: Keeps) -> Contents:
    """Return what a workbook's tables hold, whatever version of the template it was made from; faults go along.

    Raises:
        InvalidInputError: what was typed into Demand review cannot be brought into the overrides.
    """
    present = workbook.tables()
    tables = {t.name: _rows_of(workbook, t, keeps) for t in TABLES if t.excel_name in present}
    issues = [issue for rows in tables.values() for issue in rows.issues]
    return Contents(tables, _typed_in_review(workbook), issues, _pasted(workbook))


def _pasted(workbook: PasteWorkbook) -> dict[str, Sequence[Row]]:
    """Return the areas of the sheet Paste actuals that hold something; older workbooks have none."""
    found: dict[str, Sequence[Row]] = {}
    for area in AREAS:
        with suppress(WorkbookError):
            found[area.name] = workbook.read_area(area.name)
    return {name: rows for name, rows in found.items() if rows}


def _rows_of(workbook: Workbook, table: Table, keeps: Keeps) -> TableRows:
    cells, formulas = workbook.read_cells(table), workbook.formulas(table)
    rows: list[list[CellInput]] = [[*row] for row in cells.rows]
    known = {header_key(header) for header in table.headers} if table.owner is Owner.PYTHON else set()
    issues = []
    for (row, column), formula in sorted(formulas.items()):
        if row >= len(rows) or header_key(rows[0][column]) in known:
            continue
        if table is not SETTINGS and keeps(cells.sheet, formula):
            rows[row][column] = Formula(formula, cells.rows[row][column])
        else:
            message = f"The formula ={formula} reads what may stand elsewhere in the new workbook."
            place = cells.address(row, column)
            issues.append(Issue(Severity.WARN, "own-formula", cells.sheet, place, message, "Its value is taken over."))
    return TableRows(rows, issues)


def _typed_in_review(workbook: Workbook) -> pd.DataFrame | None:
    present = workbook.tables()
    if not {RUNS.excel_name, DEMAND_REVIEW.excel_name, OVERRIDES.excel_name} <= present.keys():
        return None
    cycle, grid = stored_cycle(workbook), workbook.read_cells(DEMAND_REVIEW)
    if cycle is None or len(grid.rows) == 1:
        return None
    if tuple(grid.rows[0]) != DEMAND_REVIEW.headers:
        message = "The grid has other columns than this version knows, so what was typed into it cannot be read."
        cure = "Type it into the table Overrides, clear the grid's rows, and start again."
        raise InvalidInputError([Issue(Severity.STOP, "other-grid", grid.sheet, "", message, cure)])
    overrides = read_table(OVERRIDES, workbook.read_cells(OVERRIDES))
    frame, changes, issues = fold_edits(grid, overrides.frame, cycle)
    if changes and stops([*issues, *overrides.issues]):
        raise InvalidInputError(stops([*issues, *overrides.issues]))
    return frame if changes else None


def fill(workbook: PasteWorkbook, contents: Contents) -> Sequence[Orphan]:
    """Write what was taken over into a fresh workbook, which has all columns of it, and make sure that it is there.

    Demand review is written anew from the results, where the inputs can be planned.

    Returns:
        Cells of own columns beside overrides that were cleared in the old Demand review.

    Raises:
        WorkbookError: something does not read back as it was.
    """
    written = {TABLE_BY_NAME[name]: table.rows for name, table in contents.tables.items()}
    if SETTINGS in written:
        written[SETTINGS] = _merged_settings(workbook.read_cells(SETTINGS).rows, written[SETTINGS])
    for table, rows in written.items():
        workbook.write_cells(table, rows)
    if OVERRIDES in written and _own(OVERRIDES, Cells([[str(header) for header in written[OVERRIDES][0]]])):
        workbook.commit()  # so that own columns follow the keys of what is written next
    for area, pasted in contents.areas.items():
        workbook.write_area(area, pasted)
    overrides = _stage_review(workbook, written, contents.edits)
    orphans = workbook.write_cells(OVERRIDES, render(OVERRIDES, overrides)) if overrides is not None else []
    workbook.commit()
    for table, rows in written.items():
        if table is not OVERRIDES:
            _check_same(table, rows, workbook.read_cells(table).rows)
    return orphans


def _merged_settings(new: Sequence[Row], old: Sequence[Sequence[CellInput]]) -> list[list[CellInput]]:
    """Return the settings with their old values and, where the present template knows them, its words."""
    name = header_key(SETTINGS.column("parameter").header)
    words = [header_key(SETTINGS.column(field).header) for field in ("unit", "note")]
    merged = {row[name]: row for row in _by_header(new)}
    for row in _by_header(old):
        known = merged.get(row.get(name), {})
        merged[row.get(name)] = row | {word: known[word] for word in words if word in known}
    headers = [header_key(header) for header in new[0]]
    return [[*new[0]], *([row.get(header) for header in headers] for row in merged.values())]


def _by_header(rows: Sequence[Sequence[CellInput]]) -> list[dict[str, CellInput]]:
    headers = [header_key(header) for header in rows[0]]
    return [dict(zip(headers, row, strict=True)) for row in rows[1:]]


def _check_same(table: Table, written: Sequence[Sequence[CellInput]], found: Sequence[Row]) -> None:
    places = {header_key(header): k for k, header in enumerate(found[0])}
    columns = [places[header_key(header)] for header in written[0]]
    pairs = zip(written[1:], found[1:], strict=False)
    same = all(same_row([plain(value) for value in row], [plain(other[k]) for k in columns]) for row, other in pairs)
    if len(written) != len(found) or not same:
        raise WorkbookError(f"Table '{table.excel_name}' does not read back as it was; nothing was changed.")


def _stage_review(
    workbook: Workbook, written: Mapping[Table, Sequence[Sequence[CellInput]]], edits: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Stage the grid for the results that were taken over; return the overrides that it shows, None where they stay."""
    read = {table: read_table(table, _plain_cells(table, written)) for table in TABLES}
    parsed = {table.name: read[table] for table in INPUT_TABLES}
    frames = {name: table.frame for name, table in parsed.items()}
    if edits is not None:
        frames["overrides"] = edits
    cycle = current_cycle(conform(RUNS, read[RUNS].frame))
    inputs = assemble(parsed, frames, [], [], pd.Period(cycle, freq="M") if cycle else None)
    results = Results(lambda name: conform(TABLE_BY_NAME[name], read[TABLE_BY_NAME[name]].frame))
    if not cycle or results["forecast"].empty or stops(inputs.issues):
        return edits
    data = inputs.plan_data()
    write_review(workbook, data, results)
    return with_shown(frames["overrides"], data.settings.current_period)


def _plain_cells(table: Table, written: Mapping[Table, Sequence[Sequence[CellInput]]]) -> Cells:
    """Return a table's cells as they will be read: columns that the old workbook lacked are blank."""
    rows = written.get(table, [table.headers])
    there = {header_key(header) for header in rows[0]}
    missing = [header for header in table.headers if header_key(header) not in there]
    body = [[*map(plain, row), *[None] * len(missing)] for row in rows[1:]]
    return Cells([[*map(plain, rows[0]), *missing], *body], table.sheet)
