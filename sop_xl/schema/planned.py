"""What operations plan for, read from the table `forecast`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def planned_demand(forecast: pd.DataFrame) -> pd.Series:
    """Return customer orders and the forecast they have not consumed, in units; the consensus where that is blank.

    Args:
        forecast: frame of the table `forecast`; one stored by an older version has no demand.
    """
    if "demand" not in forecast:
        return forecast["consensus"].astype(float)
    return forecast["demand"].fillna(forecast["consensus"]).astype(float)
