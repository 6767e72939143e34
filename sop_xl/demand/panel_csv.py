"""Forecasting alone: a long table unique_id, period, y in, forecasts with intervals out.

The names `unique_id, period, y` live here only. Months are labels: year 0001 is a month like any other,
and every series is forecast from its own last month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.engine import DEFAULT_LEVELS, PanelForecast, forecast_panel
from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.demand.backtest import Progress
    from sop_xl.demand.panel import Matrix
    from sop_xl.ports import Compute

COLUMNS = ("unique_id", "period", "y")
SHOWN_ROWS = 3
HEADER_ROWS = 1
LARGEST_SPAN = 1200
"""Months from a series' first to its last; more is taken for a mistyped year."""


class PanelInputError(SopError):
    """The table to forecast has faults; the message names the rows and what to do."""


def forecast_table(
    table: pd.DataFrame,
    *,
    horizon: int,
    season: int = 12,
    levels: Sequence[int] = DEFAULT_LEVELS,
    progress: Progress | None = None,
    compute: Compute | None = None,
) -> pd.DataFrame:
    """Forecast every series of a long table.

    Args:
        table: columns unique_id, period (YYYY-MM, YYYY-MM-DD or a monthly pandas Period) and y, in any
            order and as text or numbers; a month that is missing or blank is a gap, not a zero.
        horizon: months to forecast, 1 or more.
        season: months in a season; 1: none.
        levels: nominal coverage of the intervals, in per cent, 1 to 99.
        progress: told how far it has come.
        compute: where the members are fitted; None: in this process.

    Returns:
        Columns unique_id, period (period[M]), forecast, lo and hi of each level, method; `horizon`
        rows a series, sorted by unique_id.

    Raises:
        PanelInputError: a column is missing, a row cannot be read, a month stands twice, a series has
            no value, or an option is out of range.
    """
    _check_options(horizon, season, levels)
    ids, codes, month, y = _read(table)
    panel, last = _to_panel(codes, month, y, len(ids))
    _refuse(
        np.isnan(panel).sum(axis=1) == panel.shape[1],
        ids,
        "has no value",
        "Give at least one number, or leave the series out",
    )
    result = forecast_panel(panel, horizon, season=season, levels=sorted(levels), progress=progress, compute=compute)
    return _to_table(ids, last, result)


def _check_options(horizon: int, season: int, levels: Sequence[int]) -> None:
    faults = (
        (horizon < 1, f"The horizon is {horizon} months. Give 1 or more."),
        (season < 1, f"The season is {season} months. Give 12 for a year, 1 for none."),
        (
            not levels or not all(0 < level < 100 for level in levels),
            "Levels are per cent from 1 to 99, such as 80,95.",
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise PanelInputError(message)


def _read(table: pd.DataFrame) -> tuple[list[str], np.ndarray, np.ndarray, Matrix]:
    """Return the ids in order, and the series number, month number and value of each row."""
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        found = ", ".join(map(str, table.columns)) or "none"
        raise PanelInputError(
            f"Column {', '.join(missing)} is missing (found: {found}). Name them {', '.join(COLUMNS)}."
        )
    if not len(table):
        raise PanelInputError("The table has no row. Give one row a series and month.")
    codes, ids = _series(table["unique_id"])
    _refuse_rows(table, "unique_id", np.array(["", *ids])[codes + 1] == "", "a series needs a name")
    month = _month_numbers(table["period"])
    _refuse_rows(table, "period", np.isnan(month), "write a month as YYYY-MM")
    y = _numbers(table)
    twice = pd.DataFrame({"id": codes, "month": month}).duplicated(keep=False).to_numpy()
    _refuse_rows(table, "period", twice, "each month of a series may stand once; add the rows up or delete one")
    return ids, codes, month.astype(np.int64), y


def _series(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return the series number of each row, -1 without a name, and the names, sorted and without outer spaces."""
    raw, found = pd.factorize(column)
    names = pd.Series(found).astype("str").str.strip().to_numpy(object)
    of_found, ids = pd.factorize(names, sort=True)
    return np.where(raw < 0, -1, of_found[raw] if len(of_found) else raw), [str(name) for name in ids]


def _numbers(table: pd.DataFrame) -> Matrix:
    column = table["y"]
    y = pd.to_numeric(column, errors="coerce").to_numpy(float)
    odd = np.flatnonzero(~np.isfinite(y))
    faulty = np.zeros(len(y), dtype=bool)
    text = column.iloc[odd].astype("str").fillna("").str.strip()
    faulty[odd] = np.logical_not(column.iloc[odd].isna() | (text == "")).to_numpy()
    _refuse_rows(table, "y", faulty, "give a plain number, or leave it blank where there is no data")
    return y


def _month_numbers(column: pd.Series) -> Matrix:
    """Months since January 1970 of each label, NaN where it is not a month."""
    if isinstance(column.dtype, pd.PeriodDtype):
        index = pd.PeriodIndex(column).asfreq("M")
        return np.where(index.isna(), np.nan, index.asi8)
    codes, labels = pd.factorize(column)
    parts = pd.Series(labels).astype("str").str.extract(r"^\s*(\d{4})-(\d{1,2})(?:-\d{1,2}(?:[ T][\d:.]+)?)?\s*$")
    year, month = (pd.to_numeric(parts[k], errors="coerce").to_numpy(float) for k in (0, 1))
    numbers = np.where((month >= 1) & (month <= 12), (year - 1970) * 12 + month - 1, np.nan)
    return np.r_[numbers, np.nan][codes]


def _to_panel(codes: np.ndarray, month: np.ndarray, y: Matrix, series: int) -> tuple[Matrix, np.ndarray]:
    """Right-align the series on their last month with a value; return the panel and those months."""
    known = ~np.isnan(y)
    codes, month, y = codes[known], month[known], y[known]
    last, first = np.full(series, np.iinfo(np.int64).min), np.full(series, np.iinfo(np.int64).max)
    np.maximum.at(last, codes, month)
    np.minimum.at(first, codes, month)
    span = int((last - first)[last >= first].max(initial=0)) + 1
    if span > LARGEST_SPAN:
        raise PanelInputError(f"A series spans {span} months. Check its years; {LARGEST_SPAN} is the most.")
    panel = np.full((series, span), np.nan)
    panel[codes, span - 1 - (last[codes] - month)] = y
    return panel, last


def _to_table(ids: list[str], last: np.ndarray, result: PanelForecast) -> pd.DataFrame:
    horizon = result.mean.shape[1]
    months = (last[:, None] + np.arange(1, horizon + 1)).ravel()
    columns: dict[str, object] = {
        "unique_id": np.repeat(np.array(ids, dtype=object), horizon),
        "period": pd.PeriodIndex.from_ordinals(months, freq="M"),
        "forecast": result.mean.ravel(),
    }
    for level, (low, high) in result.bounds.items():
        columns[f"lo{level}"], columns[f"hi{level}"] = low.ravel(), high.ravel()
    columns["method"] = np.repeat(np.array(result.methods, dtype=object), horizon)
    return pd.DataFrame(columns)


def _refuse(faulty: np.ndarray, ids: list[str], found: str, cure: str) -> None:
    if faulty.any():
        named = ", ".join(ids[k] for k in np.flatnonzero(faulty)[:SHOWN_ROWS])
        raise PanelInputError(f"Series {named} {found} ({int(faulty.sum())} in all). {cure}.")


def _refuse_rows(table: pd.DataFrame, column: str, faulty: np.ndarray, cure: str) -> None:
    """Name the first faulty rows, counted as in the file with its header as row 1."""
    if not faulty.any():
        return
    positions = np.flatnonzero(faulty)
    named = "; ".join(
        f"row {k + 1 + HEADER_ROWS}: series {table['unique_id'].iloc[k]!r}, period {table['period'].iloc[k]!s}, "
        f"{column} is {table[column].iloc[k]!r}"
        for k in positions[:SHOWN_ROWS]
    )
    more = f" and {len(positions) - SHOWN_ROWS} more" if len(positions) > SHOWN_ROWS else ""
    raise PanelInputError(f"{named}{more}. In column {column}, {cure}.")
