"""History too long for a sheet: actuals in a CSV or Parquet file beside the workbook, named in the settings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.errors import SopError
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.values import CellFaultError, as_month, as_text, is_blank
from sop_xl.services.long_file import read_long

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sop_xl.domain.settings import Settings
    from sop_xl.ports import Workbook

NEEDED = ("item", "period", "quantity")
MEASURES = ("bookings", "shipments")
SHEET_ROWS = 1_048_000
"""Rows a result table may have on a sheet, with some to spare."""
NAMED = 3


@dataclass(frozen=True)
class LongHistory:
    """Actuals of a file, as rows of the table `actuals`.

    Attributes:
        rows: frame of the table, one row a key, months before the plan and after it alike.
        digest: of the file's bytes: other bytes, other inputs.
        issues: what was found in it.
    """

    rows: pd.DataFrame = field(repr=False)
    digest: str
    issues: list[Issue]


def read_history_file(workbook: Workbook, settings: Settings, tables: Mapping[str, pd.DataFrame]) -> LongHistory | None:
    """Return the history that the setting `history_file` names; None where it names none.

    Columns are those of the table `actuals`, in any order: item, period and quantity, and if wanted measure
    (blank: shipments), market, location and value; others are left out, and rows of one key are added up, so
    that a file may be finer than the plan (by customer or by day). With `history_level` item markets are added
    up too.

    Args:
        workbook: beside which the file is looked for.
        settings: the name of the file and the level.
        tables: the input tables, for the codes they know.
    """
    if not settings.history_file:
        return None
    path = workbook.beside(settings.history_file)
    empty = conform(ACTUALS, pd.DataFrame())
    if path is None:
        message = "Setting history_file names a file beside the workbook, which has no folder yet."
        return LongHistory(empty, "", [_stop("history-file", settings.history_file, "", message, "Save the workbook.")])
    try:
        table = read_long(path)
    except SopError as fault:
        cure = "Put the file there, or correct setting history_file: a name relative to the workbook's folder."
        return LongHistory(empty, "", [_stop("history-file", path.name, "", str(fault), cure)])
    rows, issues = _as_actuals(table, path.name, settings, tables)
    return LongHistory(rows, hashlib.sha256(Path(path).read_bytes()).hexdigest(), issues)


def with_long_history(actuals: pd.DataFrame, history: LongHistory | None) -> pd.DataFrame:
    """Return the actuals of the sheet and, of the file, the rows whose key the sheet does not have."""
    if history is None:
        return actuals
    key = list(ACTUALS.key)
    known = pd.MultiIndex.from_frame(actuals[key])
    new = ~pd.MultiIndex.from_frame(history.rows[key]).isin(known)
    return pd.concat([history.rows[new].reindex(columns=actuals.columns), actuals], ignore_index=True).astype(
        actuals.dtypes.to_dict()
    )


def _as_actuals(
    table: pd.DataFrame, name: str, settings: Settings, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, list[Issue]]:
    empty = conform(ACTUALS, pd.DataFrame())
    table = table.rename(columns=lambda column: str(column).strip().lower())
    missing = [column for column in NEEDED if column not in table]
    if missing:
        found = ", ".join(table.columns) or "none"
        message = f"Column {', '.join(missing)} is missing (found: {found})."
        return empty, [_stop("history-column", name, "", message, f"Name the columns {', '.join(ACTUALS.fields)}.")]
    issues: list[Issue] = []
    rows = pd.DataFrame(index=table.index)
    for column in ("item", "market", "location", "measure"):
        rows[column] = _mapped(table[column], _text) if column in table else ""
    rows["measure"] = rows["measure"].str.lower().replace("", MEASURES[1])
    rows["period"] = pd.PeriodIndex(_mapped(table["period"], _month), freq="M")
    rows["quantity"] = _numbers(table["quantity"])
    rows["value"] = _numbers(table["value"]) if "value" in table else np.nan
    _fault(issues, name, rows["period"].isna(), table["period"], "no month", "Write a month as YYYY-MM.")
    bad = rows["quantity"].isna() & ~_mapped(table["quantity"], is_blank).astype(bool)
    _fault(issues, name, bad, table["quantity"], "no number", "Write plain numbers, with a point for decimals.")
    _fault(issues, name, ~rows["measure"].isin(MEASURES), rows["measure"], "no demand", "Name bookings or shipments.")
    for column, known in (("item", tables["items"]["item"]), ("market", tables["markets"]["market"])):
        unknown = ~rows[column].isin({*known, ""} if column == "market" else set(known))
        if column == "item" or len(known):
            cure = f"Add the code to the sheet of {column}s, or take its rows out of the file."
            _fault(issues, name, unknown, rows[column], f"no {column} of the workbook", cure)
    if issues:
        return empty, issues
    if settings.history_level == "item":
        rows["market"] = ""
    summed = rows.groupby(list(ACTUALS.key), sort=True)[["quantity", "value"]].sum(min_count=1).reset_index()
    pairs = len(summed[["item", "market"]].drop_duplicates())
    if pairs * settings.horizon_months > SHEET_ROWS:
        message = f"{pairs:,} items in markets over {settings.horizon_months} months are more rows than a sheet holds."
        cure = "Set history_level to item, plan fewer months, or bring the file to the markets you plan by."
        issues.append(_stop("history-size", name, "", message, cure))
    return conform(ACTUALS, summed), issues


def _mapped(column: pd.Series, read: Callable[[object], object]) -> pd.Series:
    """Return `read` of each value; each different value is read once."""
    codes, found = pd.factorize(column, use_na_sentinel=False)
    values = pd.Series([read(None if pd.isna(value) else value) for value in found], dtype=object)
    return pd.Series(values.to_numpy()[codes], index=column.index)


def _text(value: object) -> str:
    return "" if value is None else as_text(value)


def _month(value: object) -> object:
    if value is None or isinstance(value, pd.Period):
        return pd.NaT if value is None else value
    try:
        return as_month(value)
    except CellFaultError:
        return pd.NaT


def _numbers(column: pd.Series) -> pd.Series:
    values = pd.to_numeric(column, errors="coerce").astype(float)
    return values.where(np.isfinite(values))


def _fault(issues: list[Issue], name: str, wrong: pd.Series, values: pd.Series, what: str, cure: str) -> None:
    """Add one fault for all rows of a kind, with the first of them as a spreadsheet program counts rows."""
    rows = np.flatnonzero(wrong.to_numpy(bool))
    if not len(rows):
        return
    shown = ", ".join(f"row {row + 2} '{'' if pd.isna(values.iat[row]) else values.iat[row]}'" for row in rows[:NAMED])
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    issues.append(_stop("history-row", name, f"row {rows[0] + 2}", f"{what.capitalize()}: {shown}{more}.", cure))


def _stop(code: str, name: str, cell: str, message: str, cure: str) -> Issue:
    return Issue(Severity.STOP, code, name, cell, message, cure)
