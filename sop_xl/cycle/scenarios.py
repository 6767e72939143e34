"""Scenarios: stored changes of input tables, laid over a base; never a copy of it.

A scenario may build on another. Its changes come in a fixed order whatever the order of its rows: first
what is set, then what is multiplied, then what is added to. So two planners who type the same rows get
the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.cycle.scenario_filter import FilterError, fixed_key, matching, parse_filter, read_value
from sop_xl.domain.errors import SopError
from sop_xl.domain.issue import Severity
from sop_xl.schema import INPUT_TABLES
from sop_xl.schema.frames import empty_frame
from sop_xl.schema.results import FORECAST
from sop_xl.schema.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.domain.issue import Issue
    from sop_xl.schema.parse import Parsed
    from sop_xl.schema.table import Column, Table

ORDER = ("set", "multiply", "add")
OWN_TABLES = frozenset({"scenarios", "scenario_changes", "cycle_steps", "recipients", "decisions", "notes"})
"""Tables that say how the company plans, not what it plans; a scenario cannot change them."""
ASIDE = OWN_TABLES | {"assumptions", "risks"}
"""Tables no figure of a plan depends on: a comparison stays good when they change."""
CHANGEABLE = {table.name: table for table in INPUT_TABLES if table.name not in OWN_TABLES}
"""The input tables a scenario can change, in the order of the workbook."""
MASTER = frozenset(
    {"settings"} | {column.refers for table in INPUT_TABLES for column in table.columns if column.refers}
)
"""Tables of codes that others name; a code that is not there is a typing fault, not a new row."""
AFTERWARDS = {FORECAST.name: FORECAST}
"""Results a scenario can change once they are computed: the consensus, so that demand can be 10 % higher."""
AFTERWARDS_FIELDS = ("consensus",)
MONTH_FIELDS = ("period",)


class ScenarioError(SopError):
    """A scenario that is not there, or whose bases lead back to itself."""


@dataclass
class Laid:
    """Input tables with a scenario laid over them.

    Attributes:
        frames: every input table by name; those not changed are the base's own.
        changed: names of the tables that differ from the base, in the order of the workbook.
        issues: dead filters, conflicts and rows that cannot be read, at their cells of the sheet.
    """

    frames: dict[str, pd.DataFrame]
    changed: tuple[str, ...] = ()
    issues: list[Issue] = field(default_factory=list)


def lineage(scenarios: pd.DataFrame, name: str) -> dict[str, frozenset[str]]:
    """Return the scenarios that `name` consists of, those on the base itself first, `name` last.

    Bases of one scenario come in the order in which its cell names them.

    Args:
        scenarios: the table `scenarios`; `base` may name several, with `;` between them.
        name: one of them.

    Returns:
        Each with all those it builds on.

    Raises:
        ScenarioError: one is not there, or they build on each other in a circle.
    """
    bases = {row.scenario: bases_of(str(row.base)) for row in scenarios.itertuples()}
    chain: dict[str, frozenset[str]] = {}

    def walk(one: str, path: tuple[str, ...]) -> frozenset[str]:
        if one in path:
            raise ScenarioError(f"Scenarios build on each other in a circle: {' -> '.join([*path, one])}.")
        if one not in bases:
            there = ", ".join(bases) or "none"
            raise ScenarioError(f"There is no scenario '{one}' in the sheet Scenario list (there: {there}).")
        below = frozenset().union(*({base} | walk(base, (*path, one)) for base in bases[one]))
        chain.setdefault(one, below)
        return below

    walk(name, ())
    return chain


def bases_of(text: str) -> list[str]:
    """Return the scenarios that a cell of the column Base names."""
    return [part.strip() for part in text.split(";") if part.strip()]


def lay(
    frames: Mapping[str, pd.DataFrame],
    changes: Parsed,
    scenarios: Mapping[str, frozenset[str]],
    months: Sequence[pd.Period],
    tables: Mapping[str, Table] = CHANGEABLE,
) -> Laid:
    """Return `frames` with the changes of `scenarios`, one after the other.

    Args:
        frames: the base's tables as parsed, blanks as blanks; conditions may look at all of them.
        changes: the table `scenario_changes` as read, for its rows and where they stand.
        scenarios: from `lineage`: in the order they are laid, each with those it builds on.
        months: the planned months; a change from a month on adds a row for each of them that has none.
        tables: those that are changed now; rows for the others are left for another call.
    """
    laid = Laid(dict(frames))
    touched: set[str] = set()
    owner = _Owners(scenarios)
    for scenario in scenarios:
        rows = changes.frame.index[changes.frame["scenario"].eq(scenario)]
        for operation in ORDER:
            for position in rows[changes.frame.loc[rows, "operation"].eq(operation)]:
                if _turn(changes.frame.at[position, "table"], tables):
                    name = _lay_row(laid, changes, int(position), months, owner)
                    touched |= {name} if name else set()
    laid.changed = tuple(name for name in tables if name in touched)
    laid.issues += owner.open
    return laid


def _turn(name: str, tables: Mapping[str, Table]) -> bool:
    """Whether a row for that table belongs to this call; one for no table at all belongs to the inputs' call."""
    return name in tables or (tables is CHANGEABLE and name not in AFTERWARDS)


def _lay_row(
    laid: Laid,
    changes: Parsed,
    position: int,
    months: Sequence[pd.Period],
    owner: _Owners,
) -> str:
    """Apply one row of the table to `laid`; return the table it changed, or nothing."""
    row = changes.frame.loc[position]
    try:
        table, column = _target(row)
        frame = laid.frames[table.name]
        conditions = parse_filter(row["filter"])
        if row["operation"] == "set" and table.name in CHANGEABLE and table.name not in MASTER:
            frame = _with_rows(frame, table, fixed_key(conditions, table), row["from_period"], months)
        mask = matching(conditions, table, frame, laid.frames) & _from(row["from_period"], table, frame)
        if not mask.any():
            laid.issues.append(_dead(changes, position, table))
            return ""
        hit = frame.index[mask]
        if row["operation"] == "set":
            laid.issues += owner.claim(changes, position, table, hit)
        laid.frames[table.name] = _changed(frame, hit, column, row["operation"], row["value"])
    except FilterError as fault:
        cure = "Correct the row; docs/scenarios.md has examples."
        laid.issues.append(changes.issue(Severity.STOP, "scenario-change", position, "filter", str(fault), cure))
        return ""
    return table.name


def _target(row: pd.Series) -> tuple[Table, Column]:
    tables = {**CHANGEABLE, **AFTERWARDS}
    table = tables.get(row["table"])
    if table is None:
        raise FilterError(f"A scenario cannot change a table '{row['table']}'. It can: {', '.join(tables)}.")
    fields = AFTERWARDS_FIELDS if table.name in AFTERWARDS else [f for f in table.fields if f not in table.key]
    if row["field"] not in fields:
        raise FilterError(f"'{row['field']}' is no field of {table.name} to change. These are: {', '.join(fields)}.")
    column = table.column(row["field"])
    if row["operation"] != "set" and not (column.is_numeric or column.kind is Kind.ANY):
        raise FilterError(f"{column.header} of {table.name} is no number; it can only be set.")
    if pd.notna(row["from_period"]) and not _month_field(table):
        raise FilterError(f"Table {table.name} has no months; leave From blank, or change a table by month.")
    return table, column


def _month_field(table: Table) -> str:
    return next((name for name in MONTH_FIELDS if name in table.fields), "")


def _from(start: Any, table: Table, frame: pd.DataFrame) -> np.ndarray:
    if pd.isna(start):
        return np.ones(len(frame), dtype=bool)
    return np.asarray(frame[_month_field(table)].ge(start).fillna(False), dtype=bool)


def _with_rows(
    frame: pd.DataFrame, table: Table, fixed: dict[str, str], start: Any, months: Sequence[pd.Period]
) -> pd.DataFrame:
    """Return `frame` with the rows a `set` names by their whole key but which are not there yet."""
    by_month = _month_field(table)
    optional = set(table.blank_key)
    if by_month in table.key and by_month not in fixed and pd.notna(start):
        keys = [{**fixed, by_month: str(month)} for month in months if month >= start]
    else:
        keys = [fixed]
    keys = [key for key in keys if set(table.key) - optional <= key.keys() and key]
    wanted = [{name: read_value(table.column(name), value) for name, value in key.items()} for key in keys]
    there = set(map(tuple, frame[list(table.key)].astype(object).to_numpy().tolist()))
    blank = dict.fromkeys(table.key, "")
    new = [row for row in wanted if tuple({**blank, **row}[name] for name in table.key) not in there]
    if not new:
        return frame
    more = empty_frame(table).reindex(range(len(new)))
    for name in table.fields:
        values = [row.get(name, "" if table.column(name).kind in (Kind.TEXT, Kind.FLAG) else None) for row in new]
        more[name] = pd.Series(values, index=more.index).astype(frame[name].dtype)
    return pd.concat([frame, more], ignore_index=True)


def _changed(frame: pd.DataFrame, hit: pd.Index, column: Column, operation: str, value: Any) -> pd.DataFrame:
    out = frame.copy()
    if operation == "set":
        new = read_value(column, value) if value != "" else None
        out.loc[hit, column.field] = new
        return out
    try:
        by = float(value)
        before = pd.to_numeric(out.loc[hit, column.field])
        if column.is_numeric and column.default is not None:
            before = before.fillna(float(column.default))
    except (TypeError, ValueError):
        raise FilterError(f"'{value}' or what it should change is no number, so it cannot {operation}.") from None
    after = before * by if operation == "multiply" else before + by
    out.loc[hit, column.field] = after.astype(out[column.field].dtype)
    return out


def _dead(changes: Parsed, position: int, table: Table) -> Issue:
    row = changes.frame.loc[position]
    months = f" from {row['from_period']} on" if pd.notna(row["from_period"]) else ""
    message = f"Scenario '{row['scenario']}': no row of {table.name} meets '{row['filter']}'{months}; nothing changes."
    cure = "Correct the filter, or delete the row."
    return changes.issue(Severity.WARN, "dead-filter", position, "filter", message, cure)


class _Owners:
    """Who sets which cell, and what to say where two do."""

    def __init__(self, below: Mapping[str, frozenset[str]]) -> None:
        self._below = below
        self._rows: dict[tuple[str, Any, str], int] = {}
        self._open: list[tuple[set[tuple[str, Any, str]], frozenset[str], Issue]] = []

    @property
    def open(self) -> list[Issue]:
        """Conflicts of two scenarios of which neither builds on the other, and which no one on both has settled."""
        return [issue for cells, _, issue in self._open if cells]

    def claim(self, changes: Parsed, position: int, table: Table, hit: pd.Index) -> list[Issue]:
        """Note that a row sets these cells; return what to say where another row has set them already."""
        row = changes.frame.loc[position]
        cells = {(table.name, index, row["field"]) for index in hit}
        for unsettled, both, _ in self._open:
            if both <= self._below[row["scenario"]]:
                unsettled.difference_update(cells)
        before: dict[int, set[tuple[str, Any, str]]] = {}
        for cell in cells & self._rows.keys():
            before.setdefault(self._rows[cell], set()).add(cell)
        self._rows.update(dict.fromkeys(cells, position))
        issues = []
        for other, shared in sorted(before.items()):
            earlier = changes.frame.loc[other]
            if earlier["value"] == row["value"]:
                continue
            issue = self._issue(changes, position, other, table)
            if earlier["scenario"] == row["scenario"] or earlier["scenario"] in self._below[row["scenario"]]:
                issues.append(issue)
            else:
                self._open.append((shared, frozenset({earlier["scenario"], row["scenario"]}), issue))
        return issues

    def _issue(self, changes: Parsed, position: int, other: int, table: Table) -> Issue:
        row, earlier = changes.frame.loc[position], changes.frame.loc[other]
        name, field_, cell = row["scenario"], f"{row['field']} of {table.name}", changes.address(other, "value")
        severity, cure = Severity.STOP, "Keep one of them."
        if earlier["scenario"] == name:
            message = f"Scenario '{name}' sets {field_} twice, here and in {cell}."
        elif earlier["scenario"] in self._below[name]:
            message = f"Scenario '{name}' sets {field_}, which its base '{earlier['scenario']}' sets in {cell}."
            severity, cure = Severity.WARN, "This row counts."
        else:
            message = f"Scenarios '{earlier['scenario']}' (in {cell}) and '{name}' both set {field_}, differently."
            cure = "Let the scenario that builds on both set it too, or take it out of one of them."
        return changes.issue(severity, "scenario-conflict", position, "value", message, cure)
