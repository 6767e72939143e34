"""A table for the reader: what it is, its columns with kinds and units, its rows; it is shown, never filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.schema.table import NUMERIC, Kind

if TYPE_CHECKING:
    from sop_xl.schema.table import Column
    from sop_xl.share.form import Plain


@dataclass(frozen=True)
class Grid:
    """One sheet of figures.

    Attributes:
        name: the sheet's name.
        title: what it shows.
        subtitle: measure, unit, months, version.
        columns: its columns; headers may repeat no other.
        rows: their values, in the columns' order; None is a blank.
        sums: the columns that have a total, by position.
    """

    name: str
    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Plain, ...], ...]
    sums: tuple[int, ...] = ()


def number_format(column: Column) -> str:
    """Return the name of the number format a column is shown with."""
    if column.kind is Kind.MONEY:
        return "units"
    if column.kind is Kind.PERCENT:
        return "percent_points_1"
    if column.kind is Kind.NUMBER:
        return "rate" if "/" in column.unit else "units" if column.unit else "general"
    return {Kind.MONTH: "month", Kind.DATE: "day"}.get(column.kind, "text")


def is_figure(column: Column) -> bool:
    """Whether a column holds figures, which stand right."""
    return column.kind in NUMERIC
