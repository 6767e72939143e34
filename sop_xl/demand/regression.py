"""What moved demand: regression of log demand on what is known about its months, or why it cannot tell."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from sop_xl.demand.panel import Flags, Matrix

LEAST_MONTHS = 24
DUMMY_MONTHS = 36
"""Months from which each month of the year has an effect of its own; before, one wave a year."""
LEAST_FREE = 8
"""Months beyond the number of effects that a regression needs."""
EXPLAINED = 0.95
"""Share of an influence that others explain from which its own part cannot be told."""
RARE = 0.1
"""Share of months without a sale above which demand is too rare for logarithms."""
ITERATIONS = 6


class Effect(NamedTuple):
    """Effect of one influence on log demand.

    Attributes:
        value: change of log demand for one unit of the influence; NaN where there is none.
        error: its standard error.
        low, high: its 95 % interval.
        months: months it rests on.
        reason: why it cannot be told; empty where it is.
    """

    value: float
    error: float
    low: float
    high: float
    months: int
    reason: str

    @property
    def told(self) -> bool:
        """Whether history tells it from no effect."""
        return not self.reason

    @classmethod
    def refused(cls, reason: str, months: int) -> Effect:
        """Return that it cannot be told, without any figure."""
        return cls(np.nan, np.nan, np.nan, np.nan, months, reason)


def influence(quantity: Matrix, acting: Matrix, others: Matrix, *, season: int) -> Effect:
    """Estimate what an influence does to demand.

    Generalised least squares with errors that follow the month before (GLSAR of statsmodels) of log demand
    on the influence, a line, the months of the year and the other influences.

    Args:
        quantity: demand in units, oldest first, NaN where there is no data; shape (months,).
        acting: the influence: 1 in months of an event, or the log of a price; NaN where unknown; (months,).
        others: what else is known to act, one a row, without NaN; shape (k, months).
        season: months in a season; 1: none.

    Source:
        Cochrane and Orcutt (1949), Journal of the American Statistical Association 44(245), 32-61.
    """
    usable = np.isfinite(quantity) & np.isfinite(acting)
    positive = usable & (np.nan_to_num(quantity) > 0)
    months = int(positive.sum())
    if months < LEAST_MONTHS:
        return Effect.refused(f"{months} months of demand with it known; {LEAST_MONTHS} are needed", months)
    if months < (1 - RARE) * usable.sum():
        return Effect.refused("it sells in too few months", months)
    rest = _rest(positive, others, season)
    x = acting[positive]
    if np.ptp(x) == 0:
        return Effect.refused("it never changed in the months of history", months)
    design = np.column_stack([x, rest])
    if months - np.linalg.matrix_rank(rest) - 1 < LEAST_FREE:
        return Effect.refused("too few months for what else acts", months)
    if _explained(x, rest) > EXPLAINED:
        return Effect.refused("it always comes in the same months of the year or with other events", months)
    return _fit(np.log(quantity[positive]), design, months)


def _rest(there: Flags, others: Matrix, season: int) -> Matrix:
    """A constant, a line, the season and the other influences in the months that are there."""
    time = np.flatnonzero(there).astype(float)
    columns = [np.ones(len(time)), (time - time.mean()) / max(len(time), 1)]
    if season > 1 and len(time) >= max(DUMMY_MONTHS, 3 * season):
        phase = time.astype(int) % season
        columns += [(phase == p).astype(float) for p in range(1, season)]
    elif season > 1:
        angle = 2 * np.pi * time / season
        columns += [np.sin(angle), np.cos(angle)]
    columns += [row[there] for row in others if np.ptp(row[there]) > 0]
    return np.column_stack(columns)


def _explained(x: Matrix, rest: Matrix) -> float:
    """Share of the influence's variance that the rest explains."""
    solution, *_ = np.linalg.lstsq(rest, x, rcond=None)
    return float(1 - ((x - rest @ solution) ** 2).sum() / ((x - x.mean()) ** 2).sum())


def _fit(y: Matrix, design: Matrix, months: int) -> Effect:
    from statsmodels.regression.linear_model import GLSAR

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fitted = GLSAR(y, design, rho=1).iterative_fit(maxiter=ITERATIONS)
        value, error = float(fitted.params[0]), float(fitted.bse[0])
        low, high = (float(bound) for bound in fitted.conf_int()[0])
    if not np.isfinite([value, error, low, high]).all():
        return Effect.refused("the regression has no answer", months)
    reason = "" if low > 0 or high < 0 else "what was seen may be chance: the range includes no effect"
    return Effect(value, error, low, high, months, reason)


def pooled(effects: list[Effect]) -> Effect:
    """Return one effect from several estimates of it, weighted by their precision.

    Estimates that could not be made do not count; one that may be chance does.
    """
    made = [effect for effect in effects if np.isfinite(effect.value) and effect.error > 0]
    if not made:
        return effects[0]
    weight = np.array([effect.error**-2 for effect in made])
    value = float(weight @ [effect.value for effect in made] / weight.sum())
    error = float(weight.sum() ** -0.5)
    low, high = value - 1.96 * error, value + 1.96 * error
    reason = "" if low > 0 or high < 0 else "what was seen may be chance: the range includes no effect"
    return Effect(value, error, low, high, sum(effect.months for effect in made), reason)
