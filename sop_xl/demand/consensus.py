"""Consensus: one figure from the baseline, what sales, marketing and finance say, and the final word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.demand.additions import SIGNS, adding_rows, replacing, with_additions
from sop_xl.demand.spread import STEP, spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.panel import Ints, Matrix
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.domain.settings import Settings

STREAMS = ("sales", "marketing", "finance")
FINAL = "final"
BASELINE_PARTS = ("statistical", "event_qty", "launch_qty", "initiative_qty")


def stream_weights(settings: Settings) -> dict[str, float]:
    """Return the weight of the baseline (under `baseline`) and of each stream."""
    return {
        "baseline": settings.weight_statistical,
        "sales": settings.weight_sales,
        "marketing": settings.weight_marketing,
        "finance": settings.weight_finance,
    }


def weighted_consensus(parts: Mapping[str, Matrix], final: Matrix, weights: Mapping[str, float]) -> Matrix:
    """Return final where it is given, else the weighted mean of what is filled; NaN where nothing is.

    Where all that is filled has weight 0 it is the baseline, or the plain mean of the streams without
    one. Never below zero.

    Args:
        parts: figures in units by name, `baseline` and the streams; NaN is not filled; all of one shape.
        final: figures that replace the mean; NaN is none.
        weights: weight of each part, 0 or more.
    """
    filled = {name: ~np.isnan(values) for name, values in parts.items()}
    weight = sum(weights[name] * there for name, there in filled.items())
    total = sum(weights[name] * np.nan_to_num(parts[name]) for name in parts)
    count = sum(there.astype(float) for name, there in filled.items() if name != "baseline")
    plain = sum(np.nan_to_num(values) for name, values in parts.items() if name != "baseline")
    mean = np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), parts["baseline"])
    mean = np.where(np.isnan(mean) & (count > 0), plain / np.where(count > 0, count, 1.0), mean)
    return np.maximum(np.where(np.isnan(final), mean, final), 0.0)


def override_pairs(data: PlanData) -> list[tuple[str, str]]:
    """Return item and market (blank: whole item) of every override with a figure."""
    given = data["overrides"][data["overrides"]["quantity"].notna()]
    return list(zip(given["item"], given["market"], strict=True))


def spread_overrides(grid: PlanningGrid, statistical: Matrix, baseline: Matrix, data: PlanData) -> dict[str, Matrix]:
    """Return what replacing overrides say in each stream, and in `final`, on the grid; NaN where none does.

    A figure for a market stands as it is. One for the whole item, less those for single markets, is
    spread over the item's other markets by share of the statistical forecast, of the baseline where
    there is none, else in equal shares; the parts add up to it exactly, in whole units with `whole_units`.
    Figures for a family, region, channel or the company come last, those for the smaller group first: what
    is left of them is spread over the rows without a figure.
    """
    out = {stream: grid.blanks() for stream in (*STREAMS, FINAL)}
    table = replacing(data["overrides"])
    month = pd.PeriodIndex(table["period"], freq="M").asi8 - grid.periods.asi8[0]
    given = table.assign(month=month)[(month >= 0) & (month < len(grid.periods)) & table["quantity"].notna()]
    for row in given[given["market"] != ""].itertuples():
        _put_market(out[row.stream], grid, row.item, row.market, row.month, row.quantity)
    step = 1.0 if data.settings.whole_units else STEP
    for row in given[given["market"] == ""].itertuples():
        rows = grid.rows_of.get(row.item, np.empty(0, dtype=np.intp))
        _put_whole(out[row.stream], grid, statistical, baseline, rows, row.month, row.quantity, step)
    for rows, override in _level_rows(grid, replacing(data["level_overrides"]), data):
        month = override.period.ordinal - grid.periods.asi8[0]
        _put_whole(out[override.stream], grid, statistical, baseline, rows, month, override.quantity, step)
    return {stream: np.where(grid.open, values, np.nan) for stream, values in out.items()}


def add_overrides(grid: PlanningGrid, stream: str, given: Matrix, under: Matrix, data: PlanData) -> Matrix:
    """Return the figures of a stream with what its overrides add, items' first, then those of the smaller levels.

    Args:
        grid: the planning grid.
        stream: sales, marketing, finance or final.
        given: of `spread_overrides`.
        under: what stands where the stream says nothing; shape of the grid.
        data: the overrides of items and of levels.
    """
    levels = data["level_overrides"]
    adding = levels[levels["stream"].eq(stream) & levels["mode"].isin(list(SIGNS))]
    rows = [*adding_rows(grid, data["overrides"], stream), *_level_rows(grid, adding, data)]
    return with_additions(grid, given, under, rows, whole_units=data.settings.whole_units)


def _put_market(target: Matrix, grid: PlanningGrid, item: str, market: str, month: int, quantity: float) -> None:
    row = grid.row_at.get((item, market))
    if row is not None:
        target[row, month] = quantity


def _level_rows(grid: PlanningGrid, table: pd.DataFrame, data: PlanData) -> list[tuple[Ints, Any]]:
    """Rows of the grid that each figure of the table `level_overrides` covers, the smaller group first."""
    markets = data["markets"]
    labels = {
        "family": grid.keys["item"].map(grid.families),
        "region": grid.keys["market"].map(dict(zip(markets["market"], markets["region"], strict=True))),
        "channel": grid.keys["market"].map(dict(zip(markets["market"], markets["channel"], strict=True))),
    }
    out = []
    for override in table[table["period"].isin(grid.periods)].itertuples():
        covered = np.ones(len(grid.keys), dtype=bool)
        for name, label in labels.items():
            wanted = getattr(override, name)
            covered &= (label == wanted).to_numpy(bool) if wanted else True
        out.append((np.flatnonzero(covered), override))
    return sorted(out, key=lambda pair: len(pair[0]))


def _put_whole(
    target: Matrix,
    grid: PlanningGrid,
    statistical: Matrix,
    baseline: Matrix,
    rows: Ints,
    month: int,
    quantity: float,
    step: float,
) -> None:
    """Spread a figure for several rows, less what is given for some of them, over the others, in place."""
    rows = rows[grid.open[rows, month]]
    free = rows[np.isnan(target[rows, month])]
    rest = max(quantity - np.nansum(target[rows, month]), 0.0)
    if not len(free):
        return
    shares = _shares(statistical[free, month], baseline[free, month])
    parts = spread(rest, shares, step=step)
    unused = (shares == 0) & np.isnan(baseline[free, month]) & (shares.sum() > 0)
    target[free, month] = np.where(unused, np.nan, parts)


def _shares(statistical: Matrix, baseline: Matrix) -> Matrix:
    """What a whole item's figure is spread by; all zero: equal shares."""
    for weights in (statistical, baseline):
        share = np.maximum(np.nan_to_num(weights), 0.0)
        if share.sum() > 0:
            return share
    return np.zeros(len(statistical))


def item_review(forecast: pd.DataFrame) -> pd.DataFrame:
    """Return the forecast at item level, what the demand review shows.

    The sums over an item's markets, blank where no market has a figure: `baseline` (sensed, where it is), the streams,
    `final`, `consensus`, `naive`, `statistical`; one row an item and month, sorted by key. Intervals are
    not among them: quantiles do not add up.
    `whole` tells whether each stream that is filled is filled in every market that counts; then the
    weighted mean of the item's figures is the item's consensus, which it need not be where a stream
    speaks for some markets only. `final` is blank unless it speaks for all of them.

    Args:
        forecast: a frame of the table `forecast`.
    """
    frame = forecast.assign(baseline=sensed_baseline(forecast))
    summed_columns = ["baseline", *STREAMS, FINAL, "consensus", "naive", "statistical"]
    grouped = frame.groupby(["item", "period"], sort=True)
    out = grouped[summed_columns].sum(min_count=1)
    rows = grouped.size()
    filled = grouped[[*STREAMS, FINAL]].count()
    complete = filled.eq(rows, axis=0)
    out["whole"] = (complete | filled.eq(0)).all(axis=1)
    out[FINAL] = out[FINAL].where(complete[FINAL])
    return out.reset_index()


def baseline_of(forecast: pd.DataFrame) -> pd.Series:
    """Return statistical + events + launches + initiatives of each row; NaN where all are blank."""
    return forecast[list(BASELINE_PARTS)].sum(axis=1, min_count=1)


def sensed_baseline(forecast: pd.DataFrame) -> pd.Series:
    """Return the baseline with what sensing changed, which the streams are weighed against; NaN where all is blank."""
    return baseline_of(forecast) + forecast["sensing_qty"].fillna(0.0)


def item_consensus(review: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return the consensus of each row of `item_review`, as the workbook's formula has it."""
    parts = {name: review[name].to_numpy(float) for name in ("baseline", *STREAMS)}
    values = weighted_consensus(parts, review[FINAL].to_numpy(float), stream_weights(settings))
    return pd.Series(values, index=review.index)
