"""Working days: how far demand follows them, and the history brought to months of equal length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.domain.calendar import Calendar

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix
    from sop_xl.domain.plan_data import PlanData

LEAST_MONTHS = 30
TOLD = 2.0
"""Standard errors that an elasticity must be away from none."""
RANGE = (0.0, 1.5)


class Elasticity(NamedTuple):
    """Per cent of demand for one per cent of working days, and its standard error; NaN: cannot be known."""

    value: float
    error: float
    months: int

    @property
    def told(self) -> bool:
        """Whether history tells it from none."""
        return bool(self.value >= TOLD * self.error and self.value > 0)


def working_days(periods: pd.PeriodIndex, data: PlanData) -> np.ndarray:
    """Return the working days of months, as the table `calendar` gives them, else Monday to Friday; at least 1."""
    return np.maximum(Calendar.of(periods, data["calendar"]).working_days, 1.0)


def elasticity(quantity: Matrix, days: np.ndarray, *, season: int) -> Elasticity:
    """Estimate how far a series follows its working days.

    Least squares of log demand on log working days, a line, and the months of the year where there are
    three years or more. An exact fit, such as demand = 10 x days, gives 1 with error 0.

    Args:
        quantity: demand in units, NaN where there is no data; shape (months,).
        days: working days of those months, above 0; shape (months,).
        season: months in a season; 1: none.
    """
    known = np.isfinite(quantity) & (np.nan_to_num(quantity) > 0)
    months = int(known.sum())
    if months < LEAST_MONTHS or months < np.isfinite(quantity).sum():
        return Elasticity(np.nan, np.nan, months)
    time = np.arange(len(quantity), dtype=float)[known]
    columns = [np.log(days[known]), time - time.mean()]
    if season > 1 and months >= 3 * season:
        phase = time.astype(int) % season
        columns += [(phase == p).astype(float) for p in range(season)]
    else:
        columns.append(np.ones(months))
    design = np.stack(columns, axis=1)
    y = np.log(quantity[known])
    solution, *_ = np.linalg.lstsq(design, y, rcond=None)
    free = months - np.linalg.matrix_rank(design)
    if free < 6:
        return Elasticity(np.nan, np.nan, months)
    noise = float(((y - design @ solution) ** 2).sum()) / free
    error = float(np.sqrt(noise * np.linalg.pinv(design.T @ design)[0, 0]))
    return Elasticity(float(solution[0]), error, months)


@dataclass(frozen=True)
class WorkingDays:
    """Factor of each series and month: (working days / their mean) ^ elasticity.

    Attributes:
        periods: the months the factors are of, oldest first.
        factor: shape (series, months).
        found: the elasticity of each family with enough history.
    """

    periods: pd.PeriodIndex
    factor: Matrix
    found: dict[str, Elasticity]

    @property
    def acts(self) -> bool:
        """Whether any factor is other than 1."""
        return bool((self.factor != 1).any())


def working_day_factors(
    quantity: Matrix, keys: pd.DataFrame, periods: pd.PeriodIndex, horizon: int, data: PlanData
) -> WorkingDays:
    """Return the factors of the history and of `horizon` months after it.

    Measured: of a family whose total tells its elasticity, that, within 0 and 1.5; else none. Full: 1.

    Args:
        quantity: history in units, NaN where there is no data; shape (series, months).
        keys: columns item and market, one row a series.
        periods: months of the history.
        horizon: months ahead.
        data: items, calendar and settings.
    """
    months = pd.PeriodIndex.from_ordinals(range(periods.asi8[0], periods.asi8[-1] + 1 + horizon), freq="M")
    days = working_days(months, data)
    how, season = data.settings.working_day_adjustment, data.settings.season_length
    family = keys["item"].map(dict(zip(data["items"]["item"], data["items"]["family"], strict=True))).to_numpy(str)
    power, found = np.zeros(len(keys)), {}
    for name in sorted(set(family)) if how != "off" else ():
        mine = family == name
        known = np.isfinite(quantity[mine]).any(axis=0)
        total = np.where(known, np.nansum(quantity[mine], axis=0), np.nan)
        found[name] = elasticity(total, days[: len(periods)], season=season)
        if how == "full":
            power[mine] = 1.0
        elif found[name].told:
            power[mine] = float(np.clip(found[name].value, *RANGE))
    mean = days[: len(periods)].mean()
    return WorkingDays(months, (days / mean) ** power[:, None], found)
