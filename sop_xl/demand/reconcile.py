"""Reconciliation: forecasts of parts and of totals brought into agreement, so that the parts add up.

The answer is always one forecast a series; every total is the sum of its parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

    from sop_xl.demand.panel import Matrix

LEAST_ERRORS = 4
"""Joint errors below which they say nothing, and the parts' own forecasts stand."""
FLOOR = 1e-6
"""Share of the mean variance that a variance is never below: a series without errors is not certain."""


def top_down(parts: Matrix, totals: Matrix, adds: sparse.csr_array) -> Matrix:
    """Spread the totals over their parts by the parts' own forecasts.

    A part without a total stays; a total whose parts forecast nothing is spread equally.

    Args:
        parts: forecast of each series, 0 or more; shape (series, months).
        totals: forecast of each node, of one level whose nodes do not overlap; shape (nodes, months).
        adds: 1 where a series belongs to a node; shape (nodes, series).
    """
    summed = adds @ parts
    count = np.asarray(adds.sum(axis=1)).reshape(-1, 1)
    ratio = np.where(summed > 0, totals / np.where(summed > 0, summed, 1.0), 0.0)
    equal = np.where(summed > 0, 0.0, totals / np.maximum(count, 1))
    covered = np.asarray(adds.sum(axis=0)).reshape(-1, 1) > 0
    return np.where(covered, parts * (adds.T @ ratio) + adds.T @ equal, parts)


def mint(parts: Matrix, totals: Matrix, adds: sparse.csr_array, errors: Matrix) -> Matrix:
    """Return the parts moved so that parts and totals agree at the least expected squared error.

    MinT with a covariance of past errors shrunken towards its diagonal. With W that covariance, C the
    constraints totals - adds x parts = 0: result = y - W C' (C W C')^-1 C y. Only a nodes x nodes system is
    solved. Parts that would fall below zero are zero.

    Args:
        parts: forecast of each series, 0 or more; shape (series, months).
        totals: forecast of each node, by itself; shape (nodes, months).
        adds: 1 where a series belongs to a node; shape (nodes, series).
        errors: actual less forecast of nodes, then series, at the same past months, NaN where one of
            them is not known; shape (times, nodes + series).

    Source:
        Wickramasuriya, Athanasopoulos and Hyndman (2019), Journal of the American Statistical Association
        114(526), 804-819; shrinkage after Schaefer and Strimmer (2005).
    """
    times, nodes = len(errors), len(totals)
    if times < LEAST_ERRORS or not nodes:
        return parts
    known = np.maximum((~np.isnan(errors)).sum(axis=0), 1)
    errors = np.nan_to_num(errors)
    variance = (errors**2).sum(axis=0) / known
    variance = np.maximum(variance, FLOOR * max(float(variance.mean()), 1e-300))
    keep = shrinkage(errors / np.sqrt(variance))
    of_totals, of_parts = errors[:, :nodes].T, errors[:, nodes:].T
    gaps = of_totals - adds @ of_parts
    diagonal = np.diag(variance[:nodes]) + (adds.multiply(variance[nodes:]) @ adds.T).toarray()
    system = keep * diagonal + (1 - keep) * gaps @ gaps.T / times
    solved = np.linalg.solve(system, totals - adds @ parts)
    own = keep * variance[nodes:, None] * (adds.T @ solved)
    shared = (1 - keep) * of_parts @ (gaps.T @ solved) / times
    return np.maximum(parts + own - shared, 0.0)


def shrinkage(scaled: Matrix) -> float:
    """Return the share of the diagonal in the covariance: 1 where correlations are all noise.

    The mean variance of the sample correlations over their mean square, over all pairs; reckoned from
    times x times sums, never from pairs.

    Args:
        scaled: errors over their root mean square; shape (times, series).
    """
    times, series = scaled.shape
    if times < 2 or series < 2:
        return 1.0
    gram = scaled @ scaled.T / times
    squared = float((gram**2).sum()) - float(((scaled**2).mean(axis=0) ** 2).sum())
    power = (scaled**2).sum(axis=1)
    fourth = float((power**2).sum() - (scaled**4).sum()) / times
    noise = (fourth - squared) * times**2 / (times - 1) ** 3
    return float(np.clip(noise / squared, 0.0, 1.0)) if squared > 0 else 1.0
