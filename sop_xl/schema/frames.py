"""Frames of a table: their column types, empty ones, defaults filled in, numbers as stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.schema.table import Kind, Table

if TYPE_CHECKING:
    from sop_xl.schema.table import Column

DTYPES = {
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.MONEY: "float64",
    Kind.PERCENT: "float64",
    Kind.MONTH: "period[M]",
    Kind.DATE: "datetime64[s]",
    Kind.TIME: "datetime64[s]",
    Kind.FLAG: "str",
    Kind.ANY: "object",
}
"""Text blanks are "", number blanks NaN, month, day and time blanks NaT; a parsed flag is "yes", "no" or ""."""


def empty_frame(table: Table) -> pd.DataFrame:
    """Return the table's frame without rows."""
    return pd.DataFrame({c.field: pd.Series(dtype=DTYPES[c.kind]) for c in table.columns})


def conform(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` as it is stored: the table's columns and types, numbers rounded, sorted as declared.

    Columns that are missing come as blanks; columns beyond the table's are left out. Row order is
    the table's `order`, then its key, unless the table is a view, whose order has a meaning.
    """
    out = pd.DataFrame({c.field: _stored(c, frame) for c in table.columns}, columns=list(table.fields))
    if table.view or not len(out):
        return out.reset_index(drop=True)
    by = [*table.order, *table.key]
    rising = [not name.startswith("-") for name in by]
    return out.sort_values([name.lstrip("-") for name in by], ascending=rising, kind="stable", ignore_index=True)


def _stored(column: Column, frame: pd.DataFrame) -> pd.Series:
    if column.field not in frame:
        blank: object = {Kind.TEXT: "", Kind.FLAG: "", Kind.ANY: None}.get(column.kind, np.nan)
        if column.kind in (Kind.MONTH, Kind.DATE, Kind.TIME):
            blank = pd.NaT
        return pd.Series([blank] * len(frame), index=frame.index).astype(DTYPES[column.kind])
    values = frame[column.field]
    if column.is_numeric:
        return pd.Series(round_half_up(values.to_numpy(float), column.stored_decimals), index=frame.index)
    if column.kind in (Kind.TEXT, Kind.FLAG):
        return values.astype("str").fillna("")
    if column.kind is Kind.ANY:
        return values.astype(object).where(values.notna(), None)
    return values.astype(DTYPES[column.kind])


def with_defaults(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with the declared defaults in place of blanks; flags become bool."""
    out = frame.copy()
    for column in table.columns:
        if column.kind is Kind.FLAG:
            default = "yes" if column.default else "no"
            out[column.field] = out[column.field].replace("", default).eq("yes")
        elif column.default is not None and column.is_numeric:
            out[column.field] = out[column.field].fillna(float(column.default))
        elif column.default is not None and column.kind is Kind.TEXT:
            out[column.field] = out[column.field].replace("", str(column.default))
    return out
