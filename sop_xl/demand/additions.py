"""Overrides that add to what stands, or take off it, instead of replacing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.spread import STEP, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    import pandas as pd

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.panel import Ints, Matrix

SIGNS = {"add": 1.0, "subtract": -1.0}
"""Modes of an override that change what stands; any other, blank too, replaces it."""


def replacing(overrides: pd.DataFrame) -> pd.DataFrame:
    """Return the overrides whose figure stands as it is."""
    return overrides[~overrides["mode"].isin(list(SIGNS))]


def with_additions(
    grid: PlanningGrid, given: Matrix, under: Matrix, rows: Iterable[tuple[Ints, Any]], *, whole_units: bool
) -> Matrix:
    """Return the figures of a stream with what its overrides add to them; NaN where nothing was said.

    What is added stands on the stream's own figure, where it has one, else on `under`. A figure for several
    rows is spread by share of what stands there, equally where nothing does, and adds up exactly; what is
    taken off ends at zero.

    Args:
        grid: the planning grid.
        given: what the stream's replacing overrides say; NaN: nothing; shape of the grid.
        under: what stands where they say nothing: the sensed baseline, for the final word the weighted
            consensus; shape of the grid.
        rows: for each override with a mode of `SIGNS` the rows of the grid it covers, and its row of the table.
        whole_units: whether figures are spread in whole units.
    """
    out = np.array(given)
    for covered, override in rows:
        month = override.period.ordinal - grid.periods.asi8[0]
        inside = covered[grid.open[covered, month]] if 0 <= month < grid.shape[1] else covered[:0]
        if not len(inside):
            continue
        stands = np.nan_to_num(np.where(np.isnan(out[inside, month]), under[inside, month], out[inside, month]))
        parts = spread(float(override.quantity), stands, step=1.0 if whole_units else STEP)
        out[inside, month] = np.maximum(stands + SIGNS[override.mode] * parts, 0.0)
    return out


def adding_rows(grid: PlanningGrid, overrides: pd.DataFrame, stream: str) -> Iterator[tuple[Ints, Any]]:
    """Yield rows of the grid and row of the table of each item's override that adds, single markets first."""
    mine = overrides[
        overrides["stream"].eq(stream) & overrides["mode"].isin(list(SIGNS)) & overrides["quantity"].notna()
    ]
    for row in mine.sort_values("market", ascending=False, kind="stable").itertuples():
        yield grid.matches(item=row.item, market=row.market), row
