"""The last resort: what exceeds hours, suppliers or lanes is scaled down, and what is then short is shared out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.oracle import Oracle
    from sop_xl.supply.decomposition.structure import Stage

TINY, ROUNDING = 1e-12, 1e-10


def keeps_limits(oracle: Oracle, ways: np.ndarray, serve: np.ndarray, run: np.ndarray) -> bool:
    """Return whether flows (ways by month of arrival) keep every limit, and no node runs short."""
    s, limits = oracle.structure, oracle.limits
    make, bought, leaving = _parts(oracle, ways)
    use = oracle.use_of_hours(make, oracle.split_runs(make, run))
    coming, out = oracle.through(ways)
    stock = (coming - out - serve)[~s.ends].cumsum(axis=1)
    return bool(
        (use <= oracle.most_hours * (1.0 + ROUNDING) + ROUNDING).all()
        and (oracle.on_suppliers(bought) <= limits.suppliers * (1.0 + ROUNDING) + ROUNDING).all()
        and (oracle.on_lanes(leaving) <= limits.lanes * (1.0 + ROUNDING) + ROUNDING).all()
        and (stock >= -ROUNDING).all()
    )


def _parts(oracle: Oracle, ways: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return makes, purchases and departures."""
    starts = oracle.structure.way_starts
    bought = ways[starts[1] : starts[2]] + ways[starts[2] : starts[3]]
    return ways[: starts[1]], bought, oracle.departures(ways[starts[3] : starts[4]])


def ration(oracle: Oracle, ways: np.ndarray, serve: np.ndarray, run: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ways and deliveries that keep every limit and never take what is not there."""
    ways, serve = _within_limits(oracle, ways, run), serve.copy()
    _share_out(oracle, ways, serve)
    return ways, serve


def _within_limits(oracle: Oracle, ways: np.ndarray, run: np.ndarray) -> np.ndarray:
    """Return the ways, each scaled down to what its limits allow in the month."""
    s, limits = oracle.structure, oracle.limits
    scaled, starts = ways.copy(), s.way_starts
    make, bought, leaving = _parts(oracle, ways)
    use = oracle.use_of_hours(make, oracle.split_runs(make, run))
    scaled[: starts[1]] *= oracle.least_share(_share(oracle.most_hours, use))
    part = _of_rows(_share(limits.suppliers, oracle.on_suppliers(bought)), oracle.supplier_row)
    scaled[starts[1] : starts[2]] *= part
    scaled[starts[2] : starts[3]] *= part
    leaving = leaving * _of_rows(_share(limits.lanes, oracle.on_lanes(leaving)), oracle.lane_row)
    scaled[starts[3] : starts[4]] = oracle.arrivals(leaving)
    return scaled


def _share(limit: np.ndarray, asked: np.ndarray) -> np.ndarray:
    return np.minimum(1.0, limit / np.maximum(asked, TINY))


def _of_rows(share: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the share of each way's limit, 1 where it has none."""
    return np.append(share, np.ones((1, share.shape[1])), axis=0)[row]


def _share_out(oracle: Oracle, ways: np.ndarray, serve: np.ndarray) -> None:
    """Scale what leaves each node to what it has, month by month, from bought materials up."""
    s = oracle.structure
    wanted = serve.copy()
    for stage in s.stages:
        oracle.take(stage, ways, wanted)
    share = np.ones_like(wanted)
    for stage in s.stages:
        _scale_stage(oracle, stage, ways, share)
        coming = oracle.bring(stage, ways) + s.into[stage.nodes]
        simple = ~s.ends[stage.nodes]
        share[stage.nodes[simple]] = _available(coming[simple], wanted[stage.nodes[simple]])
    serve *= share


def _scale_stage(oracle: Oracle, stage: Stage, ways: np.ndarray, share: np.ndarray) -> None:
    """Scale the stage's makes and ships to the least share of what they take."""
    s = oracle.structure
    at, makes = stage.makes
    ways[stage.ways[at]] *= s.uses.least(share, makes)
    at, ships = stage.ships
    for lead in np.unique(oracle.ship_lead[ships]):
        chosen = oracle.ship_lead[ships] == lead
        rows = stage.ways[at[chosen]]
        ways[rows, lead:] *= share[oracle.origin[ships[chosen]], : s.months - lead]


def _available(coming: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return which share of what is wanted in each month is there, stock of the months before included."""
    share, stock = np.ones_like(wanted), np.zeros(len(wanted))
    for t in range(wanted.shape[1]):
        have = np.maximum(stock + coming[:, t], 0.0)
        short = wanted[:, t] > have
        share[short, t] = have[short] / wanted[short, t]
        stock = have - np.minimum(wanted[:, t], have)
    return share
