"""Read a workbook's inputs: every table, every fault, and what was typed into Demand review and Supply review."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.cycle.locks import lock_issues
from sop_xl.domain.cells import Cells
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import Issue, Severity, stops, worst_first
from sop_xl.domain.plan_data import PlanData
from sop_xl.schema import ALL_TABLES, INPUT_TABLES, Table
from sop_xl.schema.checks import cross_check
from sop_xl.schema.frames import with_defaults
from sop_xl.schema.parse import Parsed, read_table
from sop_xl.schema.render import to_csv
from sop_xl.schema.results import RUNS
from sop_xl.schema.settings import parse_settings
from sop_xl.services.log import current_cycle, read_log
from sop_xl.services.long_history import LongHistory, read_history_file, with_long_history
from sop_xl.services.review import fold_grids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.change import Change
    from sop_xl.domain.settings import Settings
    from sop_xl.ports import Workbook

ANY_MONTH = pd.Period("2000-01", freq="M")
"""Stands for the open month while only the name of the history file is asked for."""


@dataclass(frozen=True)
class Inputs:
    """The inputs of a workbook as they stand.

    Attributes:
        parsed: each input table as read, by name.
        frames: each input table's frame, with what was typed into the grids in `overrides` and `targets`.
        settings: None where they stop the run.
        issues: everything found, worst first.
        changes: what the grids changed in them.
        stored_cycle: the cycle of the last run, or None.
        history: actuals of the file that the settings name, or None.
    """

    parsed: Mapping[str, Parsed] = field(repr=False)
    frames: Mapping[str, pd.DataFrame] = field(repr=False)
    settings: Settings | None
    issues: list[Issue]
    changes: list[Change] = field(default_factory=list)
    stored_cycle: pd.Period | None = None
    history: LongHistory | None = field(default=None, repr=False)

    def plan_data(self) -> PlanData:
        """Return the valid input of a run.

        Raises:
            InvalidInputError: there is an issue that stops a run.
        """
        if self.settings is None or stops(self.issues):
            raise InvalidInputError(stops(self.issues))
        actuals = with_long_history(self.frames["actuals"], self.history)
        return plan_data({**self.frames, "actuals": actuals}, self.settings)

    def digest(self, but: frozenset[str] = frozenset()) -> str:
        """Return a hash of all inputs; the same inputs have the same hash, whatever the rows' order.

        Args:
            but: tables that are left out of it.
        """
        digest = hashlib.sha256()
        for table in (table for table in INPUT_TABLES if table.name not in but):
            frame = self.frames[table.name].drop(columns="shown", errors="ignore")
            frame = frame.assign(**{c: None for c in table.fields if c not in frame})
            digest.update(to_csv(table, frame.sort_values(list(table.key))).encode())
        if self.history is not None:
            digest.update(self.history.digest.encode())
        return digest.hexdigest()[:16]


def plan_data(frames: Mapping[str, pd.DataFrame], settings: Settings) -> PlanData:
    """Return plan data from checked frames: sorted by key, defaults filled in, open months left out of actuals."""
    tables = {}
    for table in INPUT_TABLES:
        frame = frames[table.name]
        if table.name == "actuals":
            frame = frame[frame["period"] < settings.current_period]
        ordered = frame.sort_values(list(table.key), kind="stable", ignore_index=True)
        tables[table.name] = with_defaults(table, ordered)
    return PlanData.of(settings, tables)


def read_inputs(workbook: Workbook) -> Inputs:
    """Read and check every input table of `workbook`; nothing is written."""
    present = workbook.tables()
    issues = [_missing_table(table, workbook) for table in ALL_TABLES if table.excel_name not in present]
    issues += [issue for t in INPUT_TABLES if t.excel_name in present for issue in _uncalculated(workbook, t)]
    issues += [issue for t in INPUT_TABLES if t.excel_name in present for issue in _typed_below(workbook, t)]
    parsed = {t.name: read_table(t, _cells(workbook, t, present)) for t in INPUT_TABLES}
    cycle = stored_cycle(workbook) if RUNS.excel_name in present else None
    frames = {name: table.frame for name, table in parsed.items()}
    changes: list[Change] = []
    if cycle is not None:
        changes, found = fold_grids(workbook, frames, cycle)
        issues += found
    missing = frozenset(table.name for table in INPUT_TABLES if table.excel_name not in present)
    history = history_file(workbook, parsed, frames)
    return locked(assemble(parsed, frames, issues, changes, cycle, missing, history))


def history_file(
    workbook: Workbook, parsed: Mapping[str, Parsed], frames: Mapping[str, pd.DataFrame]
) -> LongHistory | None:
    """Return the history of the file that the settings name; its last month may be what tells the open one."""
    settings, _ = parse_settings(parsed["settings"], ANY_MONTH)
    return None if settings is None else read_history_file(workbook, settings, frames)


def locked(inputs: Inputs) -> Inputs:
    """Return the inputs with a fault for each table that changed after a step of the cycle signed it."""
    if inputs.settings is None:
        return inputs
    found = lock_issues(inputs.frames, str(inputs.settings.current_period))
    return replace(inputs, issues=worst_first([*inputs.issues, *found])) if found else inputs


def assemble(
    parsed: Mapping[str, Parsed],
    frames: Mapping[str, pd.DataFrame],
    issues: list[Issue],
    changes: list[Change],
    cycle: pd.Period | None,
    missing: frozenset[str] = frozenset(),
    history: LongHistory | None = None,
) -> Inputs:
    """Return the inputs with the issues of every table and across tables.

    Where the settings do not name the open month it is the one after the last of the actuals, file included.
    """
    issues = issues + [issue for table in parsed.values() for issue in table.issues]
    issues += history.issues if history else []
    filed = [history.rows["period"]] if history else []
    months = pd.concat([parsed["actuals"].frame["period"], *filed]).dropna()
    settings, found = parse_settings(parsed["settings"], months.max() if len(months) else None)
    issues += found + cross_check(parsed, settings, missing)
    return Inputs(parsed, frames, settings, worst_first(issues), changes, cycle, history)


def stored_cycle(workbook: Workbook) -> pd.Period | None:
    """Return the cycle of the plan in the workbook, as its log tells, or None."""
    runs = read_log(workbook)
    cycle = current_cycle(runs)
    return pd.Period(cycle, freq="M") if cycle else None


def _cells(workbook: Workbook, table: Table, present: Mapping[str, str]) -> Cells:
    if table.excel_name in present:
        return workbook.read_cells(table)
    return Cells([list(table.headers)], table.sheet, 1, 1)


def _missing_table(table: Table, workbook: Workbook) -> Issue:
    present = workbook.tables()
    there = sorted(name for name, sheet in present.items() if sheet == table.sheet)
    has = f"it has: {', '.join(there)}" if there else "it has none"
    message = f"Sheet '{table.sheet}' has no table '{table.excel_name}' ({has})."
    cure = f'Undo its deletion; a workbook of an older version: close it, and run: sop-xl upgrade "{workbook.name}"'
    return Issue(Severity.STOP, "missing-table", table.sheet, "", message, cure)


def _typed_below(workbook: Workbook, table: Table) -> list[Issue]:
    block = workbook.typed_below(table)
    if not block:
        return []
    message = f"These cells stand below table '{table.excel_name}' without being part of it, so they are not read."
    cure = (
        "Drag the table's lower right corner over them (LibreOffice: Data > Define Range). "
        "Cells that are no rows of the table need two free rows above them."
    )
    return [Issue(Severity.WARN, "below-table", workbook.tables()[table.excel_name], block, message, cure)]


def _uncalculated(workbook: Workbook, table: Table) -> list[Issue]:
    cells = workbook.uncalculated(table)
    if not cells:
        return []
    message = f"{len(cells)} formula(s) have no result yet, so their cells would read as blank."
    cure = "Open the workbook in Excel, save it, and run again."
    return [Issue(Severity.STOP, "uncalculated", workbook.tables()[table.excel_name], cells[0], message, cure)]
