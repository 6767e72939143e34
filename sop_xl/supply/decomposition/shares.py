"""What each group gets of the limits: what its part of a plan uses, and an equal part of what is idle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.groups import Copies, Parts
    from sop_xl.supply.decomposition.oracle import Oracle

TINY = 1e-9


@dataclass(frozen=True)
class Shares:
    """Each group's part of every limit, in the order of `Limits`; shapes (groups, rows, months)."""

    hours: np.ndarray = field(repr=False)
    more_hours: np.ndarray = field(repr=False)
    suppliers: np.ndarray = field(repr=False)
    lanes: np.ndarray = field(repr=False)


def shares(oracle: Oracle, cop: Copies, parts: Parts, run: np.ndarray, workers: np.ndarray) -> Shares:
    """Return the shares of all groups; `run` says in which shares makes run on their choices.

    The hours are those of these workers; shape (crews, months).

    Where a plan uses more than there is, every group is cut by the same share.
    """
    s, limits = oracle.structure, oracle.limits.with_crews(oracle.crews, workers)
    group = cop.group[cop.target]
    hours = _hours(oracle, cop, parts, run)
    total = hours.sum(axis=0)
    first = hours * np.where(total > limits.hours, limits.hours / np.maximum(total, TINY), 1.0)
    bought = np.flatnonzero((cop.way >= s.way_starts[1]) & (cop.way < s.way_starts[3]))
    supplier = np.tile(oracle.supplier_row, 2)[cop.way[bought] - s.way_starts[1]]
    lane = oracle.lane_row[cop.way[cop.ship] - s.way_starts[3]]
    return Shares(
        hours=_parted(hours, limits.hours),
        more_hours=_parted(hours - first, limits.more_hours),
        suppliers=_parted(
            _use(cop.count, group[bought], supplier, parts.flow[bought], limits.suppliers), limits.suppliers
        ),
        lanes=_parted(_use(cop.count, group[cop.ship], lane, parts.leaving(cop.ship), limits.lanes), limits.lanes),
    )


def _hours(oracle: Oracle, cop: Copies, parts: Parts, run: np.ndarray) -> np.ndarray:
    """Return the hours each group uses; shape (groups, used resources, months)."""
    s = oracle.structure
    makes = np.flatnonzero(cop.way < s.way_starts[1])
    group, made = cop.group[cop.target[makes]], parts.flow[makes]
    number = np.zeros((s.way_starts[1], cop.count), int) - 1
    number[cop.way[makes], group] = np.arange(len(makes))
    share = oracle.split_runs(np.ones((s.way_starts[1], s.months)), run)
    use = np.zeros((cop.count, len(oracle.limits.hours), s.months))
    for hours, of_make, part in ((s.hours, np.arange(s.way_starts[1]), None), (s.run_hours, oracle.run_make, share)):
        entries = csr_array(hours).tocoo()
        entry, which = np.nonzero(number[of_make[entries.col]] >= 0)
        copy = number[of_make[entries.col[entry]], which]
        each = entries.data[entry][:, None] * made[copy]
        np.add.at(use, (which, entries.row[entry]), each if part is None else each * part[entries.col[entry]])
    return use


def _use(count: int, group: np.ndarray, row: np.ndarray, flow: np.ndarray, limit: np.ndarray) -> np.ndarray:
    use = np.zeros((count, *limit.shape))
    kept = row >= 0
    np.add.at(use, (group[kept], row[kept]), flow[kept])
    return use


def _parted(use: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Return each group's part of a limit; `use` has shape (groups, rows, months)."""
    total = use.sum(axis=0)
    finite = np.where(np.isfinite(limit), limit, 0.0)
    scale = np.where(total > finite, finite / np.maximum(total, TINY), 1.0)
    part = use * scale + np.maximum(finite - total, 0.0) / max(len(use), 1)
    return np.where(np.isfinite(limit), part, np.inf)
