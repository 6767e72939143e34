"""The diffusion of a new product after Bass: some buy unasked, others because others have bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from sop_xl.demand.panel import Matrix

LEAST_MONTHS = 4
"""Months of history a fit needs: one more than it has parameters."""
WIDEST = 50.0
"""Markets looked at when a range is asked for, times what has been sold; beyond it there is no end known."""
RANGE = 0.8
"""How often the market is inside its range."""


class BassError(SopError):
    """A history that no Bass curve fits."""


class BassFit(NamedTuple):
    """A Bass curve fitted to a history.

    Attributes:
        p: share of those left who buy unasked, a month.
        q: pull of those who have bought, a month.
        market: all who will ever buy, in units; may be less than `sold`, see `ceiling`.
        sse: sum of squared errors of the fit, in units squared.
        low, high: where the market is expected 4 times in 5; high is infinite before the history tells.
        sold: units sold to date.
    """

    p: float
    q: float
    market: float
    sse: float
    low: float
    high: float
    sold: float

    @property
    def ceiling(self) -> float:
        """The market to plan with, in units: never below what is sold to date."""
        return max(self.market, self.sold)


def bass_sales(p: float, q: float, market: float, months: int, *, sold: float = 0.0) -> Matrix:
    """Return the units of the coming months: (p + q Y / m) (m - Y), Y sold before, m the market; shape (months,).

    Args:
        p: as in `BassFit`.
        q: as in `BassFit`.
        market: in units.
        months: how many.
        sold: units sold before the first of them.

    Source:
        Bass (1969), Management Science 15(5), 215-227.
    """
    units = np.zeros(months)
    for month in range(months):
        left = max(market - sold, 0.0)
        units[month] = min((p + q * sold / market) * left, left) if market > 0 else 0.0
        sold += units[month]
    return units


def fit_bass(units: Matrix) -> BassFit:
    """Return the curve that least squares fits to the sales of each month since the launch.

    A month's sales are p m + (q - p) Y - (q / m) Y^2, Y sold before it, which is linear in three figures.
    The range of the market holds those whose squared errors, with p and q at their best, an F test does not tell
    from the least.

    Args:
        units: sold in each month since the launch, oldest first; shape (months,).

    Raises:
        BassError: too few months, nothing sold, or sales that no such curve gives.

    Source:
        Bass (1969); the published case is the film "The Doctor" of the LINGO library (see the tests).
    """
    before = _sold_before(units)
    design = np.column_stack([np.ones(len(units)), before, before**2])
    unasked, slope, bend = np.linalg.lstsq(design, units, rcond=None)[0]
    root = slope**2 - 4 * unasked * bend
    if unasked <= 0 or bend >= 0 or root < 0:
        raise BassError("The sales to date do not bend as those of a market with an end would.")
    market = float((-slope - np.sqrt(root)) / (2 * bend))
    sse = float(((units - design @ [unasked, slope, bend]) ** 2).sum())
    low, high = _market_range(units, before, sse)
    p, q, sold = float(unasked / market), float(-bend * market), float(units.sum())
    return BassFit(p, q, market, sse, min(low, market), max(high, market), sold)


def fit_to_market(units: Matrix, market: float) -> tuple[float, float]:
    """Return p and q, 0 or more, that fit the sales since the launch best in a market of that size.

    Raises:
        BassError: as `fit_bass`.
    """
    p, q = _best(units, _sold_before(units), market)[0]
    return max(float(p), 0.0), max(float(q), 0.0)


def _sold_before(units: Matrix) -> Matrix:
    """Return what was sold before each month."""
    if len(units) < LEAST_MONTHS or np.isnan(units).any() or units.sum() <= 0:
        raise BassError(f"A Bass curve needs {LEAST_MONTHS} months with sales or more; there are {len(units)}.")
    return np.concatenate([[0.0], np.cumsum(units)[:-1]])


def _market_range(units: Matrix, before: Matrix, least: float) -> tuple[float, float]:
    from scipy.special import stdtrit

    free = len(units) - 3
    limit = least * (1 + stdtrit(free, (1 + RANGE) / 2) ** 2 / free)
    sold = float(units.sum())
    markets = sold * np.geomspace(0.9, WIDEST, 400)
    good = [market for market in markets if _best(units, before, market)[1] <= limit]
    if not good:
        return sold, np.inf
    return float(good[0]), float(good[-1]) if good[-1] < markets[-1] else np.inf


def _best(units: Matrix, before: Matrix, market: float) -> tuple[Matrix, float]:
    """Return the best p and q for this market, and their squared errors."""
    left = market - before
    design = np.column_stack([left, before * left / market])
    found = np.linalg.lstsq(design, units, rcond=None)[0]
    return np.asarray(found, dtype=float), float(((units - design @ found) ** 2).sum())
