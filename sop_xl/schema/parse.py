"""Cells to frame: every fault found at once, each with sheet, cell and cure."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema import values as read
from sop_xl.schema.frames import DTYPES
from sop_xl.schema.table import Column, Kind, Owner, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.domain.cells import Cells, Value

READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: read.as_text,
    Kind.NUMBER: read.as_number,
    Kind.MONEY: read.as_number,
    Kind.PERCENT: read.as_number,
    Kind.MONTH: read.as_month,
    Kind.DATE: lambda value: pd.Timestamp(read.as_day(value)),
    Kind.TIME: lambda value: pd.Timestamp(read.as_time(value)),
    Kind.FLAG: read.as_flag,
    Kind.ANY: lambda value: value,
}
BLANKS: dict[Kind, Any] = {
    Kind.TEXT: "",
    Kind.FLAG: "",
    Kind.ANY: None,
    Kind.MONTH: pd.NaT,
    Kind.DATE: pd.NaT,
    Kind.TIME: pd.NaT,
}


@dataclass(frozen=True)
class Parsed:
    """A table as read: its frame, and where each value stands.

    Attributes:
        table: the declaration.
        frame: the rows with any content, in the sheet's order; blanks are blanks, no defaults.
        issues: every fault and remark.
        cells: the block it was read from.
        rows: for each row of `frame`, its position in `cells.rows`.
        columns: for each field found, its position in the header.
    """

    table: Table
    frame: pd.DataFrame
    issues: list[Issue]
    cells: Cells
    rows: np.ndarray
    columns: dict[str, int] = field(default_factory=dict)

    def address(self, row: int, name: str) -> str:
        """Return the cell of `frame` row `row` (by position) and field `name`; the row's first where it has none."""
        return self.cells.address(int(self.rows[row]), self.columns.get(name, 0))

    def issue(self, severity: Severity, code: str, row: int, name: str, message: str, cure: str) -> Issue:
        """Return an issue at one value of the frame."""
        return Issue(severity, code, self.cells.sheet, self.address(row, name), message, cure)


def parse(table: Table, cells: Cells, *, csv: bool = False) -> tuple[pd.DataFrame, list[Issue]]:
    """Return the frame of `cells` and all issues; see `read_table`."""
    parsed = read_table(table, cells, csv=csv)
    return parsed.frame, parsed.issues


def read_table(table: Table, cells: Cells, *, csv: bool = False) -> Parsed:
    """Read `cells` as `table`.

    Args:
        table: what is expected.
        cells: header first; from a sheet the headers are the schema's, from a CSV its field names.
        csv: whether the cells come from a CSV file, where numbers are text by nature.

    Returns:
        The frame with the schema's columns and types. A value that cannot be read is blank there and
        has a stop issue; a frame is only used when there is none.
    """
    columns, issues = _match_headers(table, cells, csv=csv)
    body = cells.rows[1:]
    positions = [columns[c.field] for c in table.columns if c.field in columns]
    filled = [k for k, row in enumerate(body, start=1) if any(not read.is_blank(row[p]) for p in positions)]
    picked = [cells.rows[k] for k in filled]
    parsed = Parsed(table, pd.DataFrame(), issues, cells, np.array(filled, dtype=int), columns)
    series = {}
    for column in table.columns:
        raw = [row[columns[column.field]] for row in picked] if column.field in columns else None
        series[column.field] = _read_column(parsed, column, raw, len(picked), csv=csv)
    frame = pd.DataFrame(series, columns=list(table.fields))
    parsed = Parsed(table, frame, issues, cells, parsed.rows, columns)
    issues += _bound_issues(parsed)
    issues += _key_issues(parsed)
    return parsed


def _match_headers(table: Table, cells: Cells, *, csv: bool) -> tuple[dict[str, int], list[Issue]]:
    names = table.fields if csv else table.headers
    by_name = {name.lower(): column for name, column in zip(names, table.columns, strict=True)}
    found: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    issues: list[Issue] = []
    header = cells.rows[0] if cells.rows else []
    for position, cell in enumerate(header):
        name = " ".join(read.as_text(cell).split()) if cell is not None else ""
        column = by_name.get(name.lower())
        if column is None:
            unknown.append((position, name))
        elif column.field in found:
            where = cells.address(0, position)
            message = f"Two columns are called '{name}'."
            issues.append(
                Issue(Severity.STOP, "duplicate-header", cells.sheet, where, message, "Rename or delete one of them.")
            )
        else:
            found[column.field] = position
    issues += _missing_headers(table, cells, found, unknown, csv=csv)
    return found, issues


def _missing_headers(
    table: Table, cells: Cells, found: dict[str, int], unknown: list[tuple[int, str]], *, csv: bool
) -> list[Issue]:
    issues = []
    strangers = [name for _, name in unknown if name]
    for column in table.columns:
        needed = column.required or (column.field in table.key and column.field not in table.blank_key)
        if column.field in found or not (needed or (strangers and not csv)):
            continue
        name = column.field if csv else column.header
        near = difflib.get_close_matches(name, strangers, n=1, cutoff=0.5)
        where = next((cells.address(0, p) for p, text in unknown if near and text == near[0]), cells.address(0, 0))
        hint = f"; '{near[0]}' may be it" if near else ""
        message = f"Table '{table.excel_name}' has no column '{name}'{hint}."
        other = "" if csv else "; a workbook of an older version: close it, and run: sop-xl upgrade FILE.xlsm"
        cure = f"Name the column '{name}' again{other}."
        issues.append(Issue(Severity.STOP, "missing-column", cells.sheet, where, message, cure))
    if csv:
        absent = [column.field for column in table.columns if column.field not in found]
        for position, name in unknown:
            near = difflib.get_close_matches(name.lower(), absent, n=1, cutoff=0.5)
            if near:
                where = cells.address(0, position)
                message = f"Column '{name}' is not known to table '{table.name}'; '{near[0]}' is, and is missing."
                cure = f"Name it '{near[0]}', or delete it."
                issues.append(Issue(Severity.STOP, "unknown-column", cells.sheet, where, message, cure))
                continue
            message = f"Column '{name}' is not known to table '{table.name}' and was left out."
            cure = "Delete it, or name it as in docs/tables.md."
            where = cells.address(0, position)
            issues.append(Issue(Severity.WARN, "unknown-column", cells.sheet, where, message, cure))
    return issues


def _read_column(parsed: Parsed, column: Column, raw: list[Value] | None, count: int, *, csv: bool) -> pd.Series:
    blank = BLANKS.get(column.kind, np.nan)
    if raw is None:
        return pd.Series([blank] * count, dtype=DTYPES[column.kind])
    if column.is_numeric and all(type(value) is float or value is None for value in raw):
        numbers = np.array([np.nan if value is None else value for value in raw], dtype=float)
        if np.isfinite(numbers).sum() == len(raw) - raw.count(None):
            return pd.Series(numbers)
    reader = READERS[column.kind]
    out: list[Any] = [blank] * count
    changed: list[int] = []
    cache: dict[Any, Any] = {}
    for k, value in enumerate(raw):
        if read.is_blank(value):
            continue
        if read.is_error(value):
            message = f"{column.header} holds the error {value}."
            parsed.issues.append(
                parsed.issue(
                    Severity.STOP,
                    "cell-error",
                    k,
                    column.field,
                    message,
                    "Mend the formula or the source it came from.",
                )
            )
            continue
        known = cache.get(value) if type(value) is str else None
        if known is None:
            try:
                known = _chosen(column, reader(value))
            except read.CellFaultError as fault:
                parsed.issues.append(_unreadable(parsed, column, k, value, fault))
                continue
            if type(value) is str:
                cache[value] = known
        out[k] = known
        if _read_otherwise(column, value):
            changed.append(k)
    if changed and not csv:
        parsed.issues.append(_read_remark(parsed, column, changed))
    return pd.Series(out, dtype=DTYPES[column.kind])


def _chosen(column: Column, value: Any) -> Any:
    if not column.choices or column.kind is Kind.FLAG:
        return value
    for choice in column.choices:
        if value.lower() == choice.lower():
            return choice
    raise read.CellFaultError(f"none of {', '.join(choice for choice in column.choices if choice)}")


def _read_otherwise(column: Column, value: Value) -> bool:
    if column.is_numeric:
        return isinstance(value, str)
    return column.kind is Kind.TEXT and not isinstance(value, str)


def _unreadable(parsed: Parsed, column: Column, row: int, value: Value, fault: read.CellFaultError) -> Issue:
    expected = {
        Kind.MONTH: "Enter a month, such as 2026-11.",
        Kind.DATE: "Enter a date, such as 2026-11-30.",
        Kind.TIME: "Enter a date and a time, such as 2026-11-30 14:05.",
        Kind.FLAG: "Enter yes or no.",
    }.get(column.kind, "Enter a plain number." if column.is_numeric else "Choose one of the list.")
    return parsed.issue(
        Severity.STOP,
        "bad-value",
        row,
        column.field,
        f"{column.header} is '{read.as_text(value)}': {fault}.",
        expected,
    )


def _read_remark(parsed: Parsed, column: Column, rows: list[int]) -> Issue:
    if column.is_numeric:
        message = f"{len(rows)} number(s) in {column.header} are text; they were read as numbers."
        cure = "Convert them to numbers if formulas of yours use them."
        return parsed.issue(Severity.WARN, "number-as-text", rows[0], column.field, message, cure)
    message = f"{len(rows)} code(s) in {column.header} are numbers; they were read as text without leading zeros."
    cure = "Format the column as text if zeros are missing."
    return parsed.issue(Severity.INFO, "text-as-number", rows[0], column.field, message, cure)


def row_key(table: Table, frame: pd.DataFrame, row: int) -> str:
    """Return the key of a row as text, parts joined by ` | `."""
    return " | ".join(word for name in table.key if (word := _word(frame[name].iat[row])))


def _word(value: Any) -> str:
    return "" if value is pd.NaT else str(value)


def _bound_issues(parsed: Parsed) -> list[Issue]:
    issues = []
    for column in parsed.table.columns:
        if not column.is_numeric or column.field not in parsed.columns:
            continue
        numbers = parsed.frame[column.field].to_numpy(float)
        for row in np.flatnonzero(~np.isnan(numbers) & _outside(column, numbers)).tolist():
            what = read.as_text(float(numbers[row]))
            unit = f" {column.unit}" if column.unit and column.unit != "money" else ""
            message = f"{column.header} is {what}{unit} for {row_key(parsed.table, parsed.frame, row)}."
            issues.append(parsed.issue(Severity.STOP, "out-of-bounds", row, column.field, message, _bounds(column)))
    return issues


def _outside(column: Column, numbers: np.ndarray) -> np.ndarray:
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return (numbers < low) | (numbers > high)


def _bounds(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"Enter {low:g} to {high:g}."
    return f"Enter {low:g} or more." if low is not None else f"Enter {high:g} or less."


def _key_issues(parsed: Parsed) -> list[Issue]:
    table, frame = parsed.table, parsed.frame
    issues = []
    needed = [c for c in table.columns if c.required or (c.field in table.key and c.field not in table.blank_key)]
    for column in needed if table.owner is Owner.USER else ():
        blank = frame[column.field].isna() | frame[column.field].eq("")
        for row in np.flatnonzero(blank.to_numpy(bool)).tolist():
            if column.field not in parsed.columns or not read.is_blank(_raw(parsed, row, column.field)):
                continue
            message = f"{column.header} is missing in row {parsed.cells.top + int(parsed.rows[row])}."
            issues.append(
                parsed.issue(Severity.STOP, "missing-value", row, column.field, message, "Fill it, or clear the row.")
            )
    repeated = frame.duplicated(list(table.key), keep=False).to_numpy(bool)
    seen: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in np.flatnonzero(repeated).tolist():
        seen[tuple(_word(frame[name].iat[row]) for name in table.key)].append(row)
    for rows in seen.values():
        first_cell = parsed.address(rows[0], table.key[0])
        for row in rows[1:]:
            here = parsed.cells.top + int(parsed.rows[row])
            message = f"Row {here} repeats the key {row_key(table, frame, row)} of {first_cell}."
            cure = "Keep one of the rows, or give them different keys."
            issues.append(parsed.issue(Severity.STOP, "duplicate-key", row, table.key[0], message, cure))
    return issues


def _raw(parsed: Parsed, row: int, name: str) -> Value:
    return parsed.cells.rows[int(parsed.rows[row])][parsed.columns[name]]
