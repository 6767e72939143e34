"""Frames of the plan: one row per key and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

    from sop_xl.supply.case import SupplyCase


def long_frame(case: SupplyCase, keys: pd.DataFrame, measures: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return one row per key and month with the measures as columns, each of shape (keys, months)."""
    months = case.months
    frame = keys.loc[keys.index.repeat(months)].reset_index(drop=True)
    frame["period"] = np.tile(np.arange(months), len(keys))
    frame["period"] = case.data.calendar.periods[frame["period"]]
    return frame.assign(**{name: np.asarray(values).ravel() for name, values in measures.items()})


def rows_by(frame: pd.DataFrame, column: str) -> dict[Any, list[Any]]:
    """Return the rows of a frame as named tuples, in their order, by the value of a column."""
    found: dict[Any, list[Any]] = {}
    for key, row in zip(frame[column].tolist(), frame.itertuples(), strict=True):
        found.setdefault(key, []).append(row)
    return found
