"""Tables as a folder of CSV files, named after the tables, in and out of a workbook."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.domain.issue import Issue, Severity, stops, worst_first
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME, TABLES, Owner, Table
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import OVERRIDES, SETTINGS
from sop_xl.schema.parse import Parsed, read_table
from sop_xl.schema.render import from_csv, render, to_csv
from sop_xl.schema.settings import SETTING_SPECS
from sop_xl.schema.values import as_month, is_blank
from sop_xl.services.compute import Results
from sop_xl.services.inputs import Inputs, assemble, history_file, locked, read_inputs
from sop_xl.services.review import GRID_OF, with_shown
from sop_xl.services.run import write_reviews

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from sop_xl.ports import Workbook

ENDINGS = (".csv", ".csv.gz")
MONTH_SETTINGS = frozenset(spec.name for spec in SETTING_SPECS if spec.kind == "month")
LOSSY = frozenset({"bad-value", "cell-error", "duplicate-header", "missing-column", "missing-table"})
"""Faults whose cells would be blank in a CSV file: an export refuses them."""


@dataclass(frozen=True)
class Folder:
    """What a folder of CSV files holds.

    Attributes:
        tables: the tables found, as read, by name.
        issues: remarks on files that are no table of ours.
    """

    tables: dict[str, Parsed] = field(repr=False)
    issues: list[Issue]


@dataclass(frozen=True)
class ImportReport:
    """What was imported.

    Attributes:
        rows: rows by table.
        issues: remarks, worst first.
    """

    rows: dict[str, int]
    issues: list[Issue]


def read_folder(folder: Path | Traversable) -> Folder:
    """Read every `TABLE.csv` or `TABLE.csv.gz` of a folder.

    Raises:
        SopError: there is no such folder, a file is not UTF-8 text, or no file names a table.
    """
    if not folder.is_dir():
        raise SopError(f"There is no folder '{folder}'. Name a folder with CSV files such as items.csv.")
    tables: dict[str, Parsed] = {}
    issues: list[Issue] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        ending = next((ending for ending in ENDINGS if file.name.endswith(ending)), None)
        if ending is None:
            continue
        table = TABLE_BY_NAME.get(file.name.removesuffix(ending))
        if table is None or table.view:
            message, cure = "No table has this name; the file was left out.", "Name it as in docs/tables.md."
            issues.append(Issue(Severity.WARN, "unknown-file", file.name, "", message, cure))
        else:
            tables[table.name] = read_table(table, from_csv(table, _text(file), file.name), csv=True)
    if not tables:
        raise SopError(f"Folder '{folder}' holds no table: name the files items.csv, actuals.csv and so on.")
    return Folder(tables, issues)


def _text(file: Path | Traversable) -> str:
    content = file.read_bytes()
    try:
        return (gzip.decompress(content) if file.name.endswith(".gz") else content).decode("utf-8-sig")
    except (UnicodeDecodeError, OSError, EOFError):
        raise SopError(f"{file.name} is not UTF-8 text. Save it as CSV UTF-8.") from None


def combine(folder: Folder, workbook: Workbook | None) -> Inputs:
    """Return the inputs as they would be after an import into `workbook` (None: a new one), checked."""
    there = read_inputs(workbook) if workbook else None
    parsed = {}
    for table in INPUT_TABLES:
        if table.name in folder.tables:
            parsed[table.name] = folder.tables[table.name]
        elif there:
            parsed[table.name] = there.parsed[table.name]
        else:
            parsed[table.name] = read_table(table, Cells([list(table.headers)], table.sheet))
    frames = {name: table.frame for name, table in parsed.items()}
    issues = list(folder.issues)
    if there:
        frames |= {table.name: there.frames[table.name] for table in GRID_OF if table.name not in folder.tables}
        issues += _replaced(folder, there)
    if workbook:
        issues += [issue for issue in there.issues if issue.code == "missing-table"] if there else []
    results = [table for table in folder.tables.values() if table.table.owner is Owner.PYTHON]
    issues += [issue for table in results for issue in table.issues]
    history = history_file(workbook, parsed, frames) if workbook else None
    return locked(assemble(parsed, frames, issues, [], there.stored_cycle if there else None, history=history))


def _replaced(folder: Folder, there: Inputs) -> list[Issue]:
    """Return a remark for each grid whose figures, typed since the last run, an import replaces."""
    issues = []
    for table, grid in GRID_OF.items():
        typed = sum(change.table == table.name for change in there.changes)
        if typed and table.name in folder.tables:
            message = f"{typed} figure(s) typed into {grid.sheet} since the last run are replaced."
            cure = "Run the workbook before the import if you want to keep them."
            issues.append(Issue(Severity.WARN, "edits-replaced", grid.sheet, "", message, cure))
    return issues


def import_folder(folder: Folder, inputs: Inputs, workbook: Workbook) -> ImportReport:
    """Write the tables of `folder` into `workbook` in one commit.

    Args:
        folder: from `read_folder`.
        inputs: from `combine`.
        workbook: a new or an existing one; tables the folder does not have stay as they are.

    Raises:
        InvalidInputError: a fault stops it; nothing was written.
    """
    if stops(inputs.issues):
        raise InvalidInputError(stops(inputs.issues))
    data = inputs.plan_data()
    for parsed in folder.tables.values():
        frame = parsed.frame
        if parsed.table is SETTINGS:
            frame = _merged_settings(workbook, frame)
        elif parsed.table is OVERRIDES:
            frame = with_shown(inputs.frames["overrides"], data.settings.current_period)
        workbook.write_cells(parsed.table, render(parsed.table, frame))
    results = Results(lambda name: _result(folder, workbook, name))
    if len(results["forecast"]):
        write_reviews(workbook, data, results)
    workbook.commit()
    return ImportReport({name: len(parsed.frame) for name, parsed in folder.tables.items()}, inputs.issues)


def _result(folder: Folder, workbook: Workbook, name: str) -> pd.DataFrame:
    table = TABLE_BY_NAME[name]
    if name in folder.tables:
        return conform(table, folder.tables[name].frame)
    return conform(table, read_table(table, workbook.read_cells(table)).frame)


def _merged_settings(workbook: Workbook, given: pd.DataFrame) -> pd.DataFrame:
    """Return the workbook's settings with the given values; its words stay where none are given."""
    there = read_table(SETTINGS, workbook.read_cells(SETTINGS)).frame
    rows = {row["parameter"]: row for row in there.to_dict("records")}
    for row in given.to_dict("records"):
        name = row["parameter"]
        words = {field: row[field] or rows.get(name, row)[field] for field in ("unit", "note")}
        rows[name] = {"parameter": name, "value": _setting_cell(name, row["value"]), **words}
    return pd.DataFrame(list(rows.values()), columns=list(SETTINGS.fields))


def _setting_cell(name: str, value: Any) -> Any:
    """Return a month as the date that the workbook's formulas count from; anything else as it is."""
    if name in MONTH_SETTINGS and not is_blank(value):
        return as_month(value).to_timestamp().date()
    return value


def export_folder(workbook: Workbook, folder: Path, names: Sequence[str] | None = None) -> dict[str, int]:
    """Write tables as CSV files into `folder`; return the rows of each.

    What was typed into the grids and not yet run goes into `overrides.csv` and `targets.csv`.

    Raises:
        InvalidInputError: the workbook has faults that would lose data on the way.
        SopError: a name is not a table.
    """
    tables = _chosen(names)
    inputs = read_inputs(workbook)
    lossy = [issue for issue in stops(inputs.issues) if issue.code in LOSSY]
    if lossy:
        raise InvalidInputError(lossy)
    if folder.exists() and not folder.is_dir():
        raise SopError(f"'{folder}' is a file. Name a folder for the CSV files.")
    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    for table in tables:
        frame = _frame(workbook, table, inputs.frames)
        (folder / f"{table.name}.csv").write_text(to_csv(table, frame), encoding="utf-8")
        rows[table.name] = len(frame)
    return rows


def _chosen(names: Sequence[str] | None) -> Sequence[Table]:
    if names is None:
        return TABLES
    unknown = [name for name in names if name not in TABLE_BY_NAME or TABLE_BY_NAME[name].view]
    if unknown:
        known = ", ".join(table.name for table in TABLES)
        raise SopError(f"There is no table '{unknown[0]}'. Tables: {known}.")
    return [TABLE_BY_NAME[name] for name in names]


def _frame(workbook: Workbook, table: Table, inputs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if table.name in inputs:
        return inputs[table.name]
    parsed = read_table(table, workbook.read_cells(table))
    faults = worst_first(stops(parsed.issues))
    if faults:
        raise InvalidInputError(faults)
    return parsed.frame
