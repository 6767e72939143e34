"""Forecast a long CSV of many series: read, forecast in bulk, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.demand.panel_csv import forecast_table
from sop_xl.domain.errors import SopError
from sop_xl.services.compute import silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sop_xl.ports import Progress


def forecast_csv(
    source: Path,
    target: Path,
    *,
    horizon: int,
    season: int,
    levels: Sequence[int],
    progress: Progress = silent,
) -> int:
    """Forecast every series of `source` and write `target`; return how many there were.

    `source` has the columns unique_id, period, y; `target` gets unique_id, period, forecast, the
    bounds of each level, and method.

    Raises:
        SopError: the file cannot be read, or its content has faults; nothing is written.
    """
    try:
        panel = pd.read_csv(source, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise SopError(f"There is no file '{source}'.") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise SopError(f"{source} is not a CSV file in UTF-8: {fault}") from None
    result = forecast_table(panel, horizon=horizon, season=season, levels=levels, progress=progress)
    unfinished = target.with_name(target.name + ".tmp")
    result.to_csv(unfinished, index=False)
    unfinished.replace(target)
    return result["unique_id"].nunique()
