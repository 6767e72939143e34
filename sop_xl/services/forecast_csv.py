"""Forecast a long CSV of many series: read, forecast in bulk, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.panel_csv import forecast_table
from sop_xl.services.compute import silent
from sop_xl.services.long_file import read_long

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sop_xl.ports import Compute, Progress

DIGITS = 12
"""Digits of a number in the file: more than any forecast means, fewer than the order of a sum can change."""


def forecast_csv(
    source: Path,
    target: Path,
    *,
    horizon: int,
    season: int,
    levels: Sequence[int],
    progress: Progress = silent,
    compute: Compute | None = None,
) -> int:
    """Forecast every series of `source` and write `target`; return how many there were.

    `source` has the columns unique_id, period, y; `target` gets unique_id, period, forecast, the
    bounds of each level, and method.

    Args:
        source: the CSV file, or a Parquet file with the same columns.
        target: the CSV file to write, whole or not at all.
        horizon: months to forecast.
        season: months in a season.
        levels: nominal coverage of the intervals, in per cent.
        progress: told how far it has come; may stop it.
        compute: where to compute; None: in this process.

    Raises:
        SopError: the file cannot be read, or its content has faults; nothing is written.
    """
    panel = read_long(source)
    result = forecast_table(panel, horizon=horizon, season=season, levels=levels, progress=progress, compute=compute)
    unfinished = target.with_name(target.name + ".tmp")
    _rounded(result).to_csv(unfinished, index=False)
    unfinished.replace(target)
    return result["unique_id"].nunique()


def _rounded(result: pd.DataFrame) -> pd.DataFrame:
    """Return the table with numbers to so many digits and months as text."""
    numbers = {}
    for name, column in result.select_dtypes("number").items():
        values = column.to_numpy(float)
        size = np.floor(np.log10(np.where(values == 0, 1.0, np.abs(values))))
        scale = 10.0 ** np.clip(DIGITS - 1 - size, -300, 300)
        numbers[str(name)] = np.round(values * scale) / scale
    codes, months = pd.factorize(result["period"])
    return result.assign(**numbers, period=np.array([str(month) for month in months], dtype=object)[codes])
