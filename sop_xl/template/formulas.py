"""Formulas as text: sums over a table by criteria, blank where there is no data."""

from __future__ import annotations

Where = tuple[str, str]
"""A column header of the table, and the criterion as Excel takes it: `H$6`, or `">="&sop_current`."""
FILLED = '"<>"'
"""The criterion that a cell is not blank."""
OPEN_MONTHS: tuple[Where, ...] = (("Month", '">="&sop_current'), ("Month", '"<"&EDATE(sop_current,12)'))
"""The 12 open months of a time sheet."""


def sum_of(table: str, column: str, *where: Where) -> str:
    """Return SUMIFS over `column` of the Excel table for the rows that meet every criterion."""
    return f"SUMIFS({table}[{column}],{_pairs(table, where)})"


def count_of(table: str, *where: Where) -> str:
    """Return COUNTIFS of the rows of the Excel table that meet every criterion."""
    return f"COUNTIFS({_pairs(table, where)})"


def known(table: str, column: str, *where: Where) -> str:
    """Return the sum of `column`, or "" where no row that meets the criteria has a figure in it.

    Blank is no data, never zero; a row whose cell is blank does not count as data.
    """
    return f'IF({count_of(table, *where, (column, FILLED))}=0,"",{sum_of(table, column, *where)})'


def _pairs(table: str, where: tuple[Where, ...]) -> str:
    return ",".join(f"{table}[{header}],{criterion}" for header, criterion in where)
