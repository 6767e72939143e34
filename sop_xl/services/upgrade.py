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
from sop_xl.schema.inputs import LEVEL_OVERRIDES, OVERRIDES, SETTINGS
from sop_xl.schema.parse import read_table
from sop_xl.schema.paste import AREAS
from sop_xl.schema.render import render
from sop_xl.schema.results import RUNS
from sop_xl.schema.table import Owner
from sop_xl.services.cell_match import header_key, plain, same_row
from sop_xl.services.compute import Results
from sop_xl.services.inputs import assemble, history_file, stored_cycle
from sop_xl.services.log import current_cycle
from sop_xl.services.review import GRID_OF, fold_grids, with_shown
from sop_xl.services.run import write_reviews

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sop_xl.domain.cells import CellInput, Row
    from sop_xl.ports import Orphan, PasteWorkbook, Workbook
    from sop_xl.schema.parse import Parsed
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
        edits: the tables with what was typed into the grids since the last run, by name; those without are left out.
        issues: formulas that become their values.
        areas: what stands on the sheet Paste actuals, by the area's name.
    """

    tables: Mapping[str, TableRows] = field(repr=False)
    edits: Mapping[str, pd.DataFrame]
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
        InvalidInputError: what was typed into a grid cannot be brought into its table.
    """
    present = workbook.tables()
    tables = {t.name: _rows_of(workbook, t, keeps) for t in TABLES if t.excel_name in present}
    issues = [issue for rows in tables.values() for issue in rows.issues]
    return Contents(tables, _typed_in_grids(workbook), issues, _pasted(workbook))


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


def _typed_in_grids(workbook: Workbook) -> dict[str, pd.DataFrame]:
    """Return the tables that what was typed into a grid changes, by name."""
    present = workbook.tables()
    cycle = stored_cycle(workbook) if RUNS.excel_name in present else None
    grids = [grid for grid in GRID_OF.values() if grid.excel_name in present]
    filled = [cells for grid in grids if len((cells := workbook.read_cells(grid)).rows) > 1]
    if cycle is None or not filled:
        return {}
    for cells in filled:
        if tuple(cells.rows[0]) not in {grid.headers for grid in grids}:
            message = "The grid has other columns than this version knows, so what was typed into it cannot be read."
            cure = "Type it into the table it belongs to, clear the grid's rows, and start again."
            raise InvalidInputError([Issue(Severity.STOP, "other-grid", cells.sheet, "", message, cure)])
    read = {t.name: _read_if_there(workbook, t) for t in (*GRID_OF, LEVEL_OVERRIDES)}
    frames = {name: table.frame for name, table in read.items()}
    changes, issues = fold_grids(workbook, frames, cycle)
    changed = {change.table for change in changes}
    faults = stops([*issues, *(issue for name in changed for issue in read[name].issues)])
    if changed and faults:
        raise InvalidInputError(faults)
    return {name: frames[name] for name in changed}


def _read_if_there(workbook: Workbook, table: Table) -> Parsed:
    there = table.excel_name in workbook.tables()
    return read_table(table, workbook.read_cells(table) if there else Cells([list(table.headers)], table.sheet))


def fill(workbook: PasteWorkbook, contents: Contents) -> Sequence[Orphan]:
    """Write what was taken over into a fresh workbook, which has all columns of it, and make sure that it is there.

    The grids are written anew from the results, where the inputs can be planned.

    Returns:
        Cells of own columns beside figures that were cleared in the old grids.

    Raises:
        WorkbookError: something does not read back as it was.
    """
    written = {TABLE_BY_NAME[name]: table.rows for name, table in contents.tables.items()}
    if SETTINGS in written:
        written[SETTINGS] = _merged_settings(workbook.read_cells(SETTINGS).rows, written[SETTINGS])
    for table, rows in written.items():
        workbook.write_cells(table, rows)
    if any(t in written and _own(t, Cells([[str(header) for header in written[t][0]]])) for t in GRID_OF):
        workbook.commit()  # so that own columns follow the keys of what is written next
    for area, pasted in contents.areas.items():
        workbook.write_area(area, pasted)
    edited = _stage_reviews(workbook, written, contents.edits)
    orphans: list[Orphan] = []
    for name, frame in edited.items():
        orphans += workbook.write_cells(TABLE_BY_NAME[name], render(TABLE_BY_NAME[name], frame))
    workbook.commit()
    for table, rows in written.items():
        if table is not OVERRIDES and table.name not in edited:
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


def _stage_reviews(
    workbook: Workbook, written: Mapping[Table, Sequence[Sequence[CellInput]]], edits: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Stage the grids for the results that were taken over; return the tables they show that are not as written."""
    read = {table: read_table(table, _plain_cells(table, written)) for table in TABLES}
    parsed = {table.name: read[table] for table in INPUT_TABLES}
    frames = {name: table.frame for name, table in parsed.items()} | dict(edits)
    cycle = current_cycle(conform(RUNS, read[RUNS].frame))
    history = history_file(workbook, parsed, frames)
    known = history if history is None or not history.issues else None
    inputs = assemble(parsed, frames, [], [], pd.Period(cycle, freq="M") if cycle else None, history=known)
    results = Results(lambda name: conform(TABLE_BY_NAME[name], read[TABLE_BY_NAME[name]].frame))
    if not cycle or results["forecast"].empty or stops(inputs.issues):
        return dict(edits)
    data = inputs.plan_data()
    write_reviews(workbook, data, results)
    return dict(edits) | {OVERRIDES.name: with_shown(frames[OVERRIDES.name], data.settings.current_period)}


def _plain_cells(table: Table, written: Mapping[Table, Sequence[Sequence[CellInput]]]) -> Cells:
    """Return a table's cells as they will be read: columns that the old workbook lacked are blank."""
    rows = written.get(table, [table.headers])
    there = {header_key(header) for header in rows[0]}
    missing = [header for header in table.headers if header_key(header) not in there]
    body = [[*map(plain, row), *[None] * len(missing)] for row in rows[1:]]
    return Cells([[*map(plain, rows[0]), *missing], *body], table.sheet)
