"""Frame to cells: the one place where values become what a sheet or a CSV file holds."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.domain.cells import Cells
from sop_xl.schema.table import Column, Kind, Table

if TYPE_CHECKING:
    from sop_xl.domain.cells import Row, Value

PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def render(table: Table, frame: pd.DataFrame) -> list[Row]:
    """Return header and body of `frame` as a sheet holds them: blank is None, a month its first day."""
    columns = [_column_cells(column, frame[column.field]) for column in table.columns]
    return [list(table.headers), *map(list, zip(*columns, strict=True))]


def _column_cells(column: Column, values: pd.Series) -> list[Value]:
    if column.is_numeric:
        return [None if value != value else value for value in values.to_numpy(float).tolist()]  # noqa: PLR0124
    if column.kind is Kind.MONTH:
        known: dict[int, Value] = {}
        ordinals = pd.PeriodIndex(values, freq="M")
        return [_first_day(known, period) for period in ordinals]
    if column.kind is Kind.DATE:
        return [None if pd.isna(day) else pd.Timestamp(day).date() for day in values]
    if column.kind is Kind.TIME:
        return [None if pd.isna(moment) else _moment(pd.Timestamp(moment)) for moment in values]
    if column.kind is Kind.ANY:
        return [None if value is None or value is pd.NaT or _is_nan(value) else value for value in values]
    return [value or None for value in values.tolist()]


def _moment(moment: pd.Timestamp) -> dt.date:
    """Return day and time; midnight is the day alone, as cells give it back."""
    return moment.date() if moment == moment.normalize() else moment.to_pydatetime()


def _first_day(known: dict[int, Value], period: Any) -> Value:
    if period is pd.NaT:
        return None
    if period.ordinal not in known:
        known[period.ordinal] = dt.date(period.year, period.month, 1)
    return known[period.ordinal]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and np.isnan(value)


def to_csv(table: Table, frame: pd.DataFrame) -> str:
    """Return `frame` as CSV text: field names, months as YYYY-MM, numbers with every digit they need."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.fields)
    kinds = [column.kind for column in table.columns]
    for row in render(table, frame)[1:]:
        writer.writerow([_csv_text(kind, value) for kind, value in zip(kinds, row, strict=True)])
    return out.getvalue()


def _csv_text(kind: Kind, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime) and kind is Kind.TIME:
        return value.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}" if kind is Kind.MONTH else value.isoformat()[:10]
    return str(value)


def from_csv(table: Table, text: str, source: str) -> Cells:
    """Return the cells of CSV text; `source` names the file in messages.

    Everything is text but in columns of kind ANY, where numbers and ISO days are recognised.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    width = max(map(len, rows), default=0)
    kinds = {column.field: column.kind for column in table.columns}
    free = [k for k, name in enumerate(rows[0]) if kinds.get(name.strip()) is Kind.ANY] if rows else []
    cells: list[Row] = [list(rows[0]) + [None] * (width - len(rows[0]))] if rows else [[]]
    for row in rows[1:]:
        values: Row = [value if value != "" else None for value in row + [""] * (width - len(row))]
        for k in free:
            values[k] = _free_value(values[k])
        cells.append(values)
    return Cells(cells, source, 1, 1)


def _free_value(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    if ISO_DAY.fullmatch(value):
        return dt.date.fromisoformat(value)
    return float(value) if PLAIN_NUMBER.fullmatch(value) else value
