"""What each key figure should be, and whether it is: the table `kpi_targets` first, then the product's own targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.cycle.kpi import at_least, at_most
from sop_xl.domain.kpi_catalogue import BY_NAME, HIGHER, LOWER, ZERO

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData

SIGNAL_LIMIT = 4.0
"""Tracking signal beyond which a forecast is biased."""
BIAS_LIMIT = 5.0


def judged(data: PlanData, frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `kpi_trend` with target and status.

    A target of the table `kpi_targets` counts before the figure's own; that of a family before that of the
    company, which holds for everything else. A figure without a target has no status.
    """
    given = _given(data)
    own = {"fva": 0.0, "bias": 0.0, "tracking_signal": 0.0, "gap": 0.0, "gap_to_go": 0.0}
    own |= {"line_fill": 100.0 * data.settings.service_level}
    targets, states = [], []
    for row in frame.itertuples():
        target, slack = _target(given, str(row.kpi), str(row.scope), str(row.name))
        if np.isnan(target):
            target = own.get(str(row.kpi), float(row.target))  # type: ignore[arg-type]
        targets.append(target)
        states.append(status(str(row.kpi), float(row.value), target, slack))  # type: ignore[arg-type]
    return frame.assign(target=targets, status=states)


def status(kpi: str, value: float, target: float, slack: float = np.nan) -> str:
    """Return good, watch, act, or "" where it cannot be judged.

    Args:
        kpi: a name of the catalogue.
        value: the figure.
        target: what it should be.
        slack: how far beyond it may be to be watched only; NaN: as the catalogue says, of money in per cent.
    """
    definition = BY_NAME[kpi]
    if np.isnan(slack):
        slack = definition.slack * (abs(target) / 100.0 if definition.unit == "money" else 1.0)
    if definition.better == HIGHER:
        return at_least(value, target, slack)
    if definition.better == LOWER:
        return at_most(value, target, slack)
    if definition.better == ZERO:
        limit = SIGNAL_LIMIT if kpi == "tracking_signal" else BIAS_LIMIT
        return at_most(abs(value - target), limit, slack)
    return ""


def _given(data: PlanData) -> dict[tuple[str, str], tuple[float, float]]:
    rows = data["kpi_targets"].dropna(subset=["target"])
    return {
        (row.kpi, row.family): (float(row.target), float(row.slack))  # type: ignore[misc, arg-type]
        for row in rows.itertuples()
    }


def _target(given: dict[tuple[str, str], tuple[float, float]], kpi: str, scope: str, name: str) -> tuple[float, float]:
    families = (name, "") if scope == "family" else ("",)
    for family in families:
        if (kpi, family) in given:
            return given[kpi, family]
    return np.nan, np.nan
