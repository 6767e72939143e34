"""Methods for items that sell in some months only, one series at a time: Croston, SBA, TSB, ADIDA, IMAPA.

All return the mean demand of a month. The product's own rate is a learned blend (`rates`); these are the
published methods beside it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix

ADI_LIMIT = 1.32
CV2_LIMIT = 0.49


class DemandClass(StrEnum):
    """The four classes of Syntetos and Boylan (2005)."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"


def demand_class(adi: float, cv2: float) -> DemandClass:
    """Return the class for a mean interval between sales and a squared variation of their size.

    Intervals below 1.32 months are regular, squared variation below 0.49 is steady; the limits
    themselves belong to the irregular side.
    """
    if adi < ADI_LIMIT:
        return DemandClass.SMOOTH if cv2 < CV2_LIMIT else DemandClass.ERRATIC
    return DemandClass.INTERMITTENT if cv2 < CV2_LIMIT else DemandClass.LUMPY


def sale_pattern(history: Matrix) -> tuple[float, float]:
    """Return ADI and CV2 of one series: mean months from sale to sale, squared variation of their size.

    Intervals are counted back from the latest month, so a recent silence counts and the months before
    the first sale do not. CV2 uses the sample variance and is 0 with one sale. Without a sale ADI is
    infinite.
    """
    sizes, intervals = _sales(history)
    if not len(sizes):
        return np.inf, 0.0
    cv2 = float(sizes.var(ddof=1) / sizes.mean() ** 2) if len(sizes) > 1 else 0.0
    return (len(history) + 1 - float(intervals[0])) / len(sizes), cv2


def croston(history: Matrix, *, alpha: float = 0.1) -> float:
    """Smoothed size of a sale over the smoothed interval between sales; both start at the first.

    Args:
        history: demand, oldest first, in units, 0 or more; shape (n,).
        alpha: smoothing rate of both.

    Source:
        Croston (1972), Operational Research Quarterly 23(3), 289-303.
    """
    sizes, intervals = _sales(history)
    return _smooth(sizes, alpha) / _smooth(intervals, alpha) if len(sizes) else 0.0


def sba(history: Matrix, *, alpha: float = 0.1) -> float:
    """Croston's rate less its bias, 1 - alpha / 2 (Syntetos and Boylan 2005); arguments as `croston`."""
    return (1 - alpha / 2) * croston(history, alpha=alpha)


def tsb(history: Matrix, *, alpha: float = 0.1, beta: float = 0.1) -> float:
    """Smoothed chance of a sale times its smoothed size; the chance falls in every month without one.

    Args:
        history: demand, oldest first, in units, 0 or more; shape (n,).
        alpha: smoothing rate of the size.
        beta: smoothing rate of the chance, which starts at the first month's.

    Source:
        Teunter, Syntetos and Babai (2011), European Journal of Operational Research 214(3), 606-615.
    """
    sizes, _ = _sales(history)
    return _smooth((history > 0).astype(float), beta) * _smooth(sizes, alpha) if len(sizes) else 0.0


def adida(history: Matrix, *, alpha: float = 0.1) -> float:
    """Smooth the sums of buckets as long as the mean interval between sales, and share them out.

    Args:
        history: demand, oldest first, in units, 0 or more; shape (n,). What does not fill a bucket is
            left out at its old end.
        alpha: smoothing rate.

    Source:
        Nikolopoulos et al. (2011), Journal of the Operational Research Society 62(3), 544-554.
    """
    _, intervals = _sales(history)
    return _bucket_rate(history, round(intervals.mean()), alpha) if len(intervals) else 0.0


def imapa(history: Matrix, *, alpha: float = 0.1) -> float:
    """Mean of the rates with buckets of 1 month up to the mean interval; arguments as `adida`.

    Source:
        Petropoulos and Kourentzes (2015), Journal of the Operational Research Society 66(6), 914-924.
    """
    _, intervals = _sales(history)
    if not len(intervals):
        return 0.0
    return float(np.mean([_bucket_rate(history, k, alpha) for k in range(1, round(intervals.mean()) + 1)]))


def _sales(history: Matrix) -> tuple[Matrix, Matrix]:
    """Sizes of the sales, and the months from one to the next (the first from the start)."""
    months = np.flatnonzero(history > 0)
    return history[months], np.diff(months, prepend=-1).astype(float)


def _smooth(values: Matrix, alpha: float) -> float:
    level = float(values[0])
    for value in values[1:]:
        level += alpha * (float(value) - level)
    return level


def _bucket_rate(history: Matrix, months: int, alpha: float) -> float:
    buckets = history[len(history) % months :].reshape(-1, months).sum(axis=1)
    return _smooth(buckets, alpha) / months if len(buckets) else float(history.mean())
