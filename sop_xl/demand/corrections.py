"""The history that is forecast from: events, stock-outs and outliers taken out, and the planner's word on top.

Nothing in the actuals is changed. Each month that is not used as booked is a row of the table
`history_changes`, with the reason; a row of `history_edits` takes it back or puts another figure in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.events import stock_out_months, without_past_events
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.history import DEMAND_MEASURES, DemandHistory
from sop_xl.demand.influences import event_months
from sop_xl.demand.outliers import expected, hampel
from sop_xl.demand.panel import lengths, starts
from sop_xl.demand.rates import is_sparse
from sop_xl.demand.shifts import level_shifts
from sop_xl.demand.spread import spread
from sop_xl.schema.frames import conform
from sop_xl.schema.results import HISTORY_CHANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.domain.plan_data import PlanData

SHORT_OF_STOCK = 0.5
"""Share of what is expected below which a month that ended without stock counts as cut by it."""
EPISODE = 3
"""Outliers in a row, all on one side, from which they are a change of level and not corrected."""
START = 3
"""First months of a series, in which little was sold because it began."""
LEAST_SEASONS = 3
"""Seasons from which outliers are corrected. Correcting series of two years makes the forecast of the demo
company worse at every level (WMAPE by item 42.5 against 41.9 %); on spoilt M3 months, with four and more, it
takes sMAPE from 15.4 to 13.6 (`benchmarks/dirty_history.py`)."""
LIMIT = 3.0
"""Standard deviations of a count from which a month is more than chance."""


@dataclass(frozen=True)
class CleanHistory:
    """The same series three times, and what was done.

    Attributes:
        booked: as the actuals have it.
        scored: past events taken out; what forecasts are scored against.
        used: what is forecast from.
        changes: frame of the table `history_changes`.
    """

    booked: DemandHistory
    scored: DemandHistory
    used: DemandHistory
    changes: pd.DataFrame = field(repr=False)


def clean_history(history: DemandHistory, data: PlanData, estimated: Mapping[str, float] | None = None) -> CleanHistory:
    """Correct the history; the months between first sale and end stay the same months.

    Args:
        history: as booked.
        data: events, edits, stock and settings.
        estimated: uplift in % that regression found, by event; for past events that give none.
    """
    scored = without_past_events(history, data, estimated or {})
    notes = _Notes(history)
    notes.add(scored.quantity, np.not_equal(scored.quantity, history.quantity), "event", lambda *_: "past event")
    quantity = scored.quantity
    if len(history.keys):
        grid = PlanningGrid.of(_pairs(history), history.periods, data["items"])
        quantity = _without_stock_outs(quantity, history, grid, data, notes)
        if data.settings.clean_history:
            quantity = _without_outliers(quantity, event_months(history, data), data.settings.season_length, notes)
            _name_shifts(quantity, data.settings.season_length, notes)
        quantity = _as_edited(quantity, history, grid, data, notes)
    return CleanHistory(history, scored, history.with_quantity(quantity), notes.frame(quantity))


def _without_stock_outs(
    quantity: Matrix, history: DemandHistory, grid: PlanningGrid, data: PlanData, notes: _Notes
) -> Matrix:
    """Put what neighbours and season suggest for months cut by a lack of stock; never less than was booked."""
    told = stock_out_months(grid, data) & ~np.isnan(quantity)
    maybe = _ended_without_stock(history, data) & ~np.isnan(quantity) & data.settings.clean_history
    if not (told | maybe).any():
        return quantity
    suggested = expected(quantity, told | maybe, data.settings.season_length)
    cut = maybe & ~told & (quantity < SHORT_OF_STOCK * suggested) & np.logical_not(is_sparse(quantity))[:, None]
    out = np.where(told | cut, np.fmax(quantity, suggested), quantity)
    notes.add(out, told & (out != quantity), "stock-out", lambda *_: "marked as a stock-out; neighbours and season")
    words = "stock was 0 at the end of the month; neighbours and season suggest {:.4g}"
    notes.add(out, cut & (out != quantity), "stock-out", lambda k, t: words.format(suggested[k, t]))
    return out


def _ended_without_stock(history: DemandHistory, data: PlanData) -> Flags:
    """Months at whose end an item without bookings of its own had no stock anywhere."""
    actuals = data["actuals"]
    booked = set(actuals.loc[(actuals["measure"] == DEMAND_MEASURES[0]) & actuals["quantity"].notna(), "item"])
    stock = actuals[(actuals["measure"] == "inventory") & actuals["quantity"].notna() & ~actuals["item"].isin(booked)]
    none = stock.groupby(["item", "period"])["quantity"].sum()
    empty = set(none[none <= 0].index)
    out = np.zeros(history.quantity.shape, dtype=bool)
    if empty:
        for row, item in enumerate(history.keys["item"]):
            out[row] = [(item, period) in empty for period in history.periods]
    return out


def _without_outliers(quantity: Matrix, explained: Flags, season: int, notes: _Notes) -> Matrix:
    """Put what neighbours and season suggest for single months far from them that no event explains."""
    found = hampel(quantity, season)
    dense = np.logical_not(is_sparse(quantity))[:, None]
    above = found.outlier & (quantity > found.quantity)
    single = found.outlier & ~in_a_row(above) & ~in_a_row(found.outlier & ~above) & dense & ~explained
    single &= _more_than_counting(quantity, found.quantity) & ~(_starting(quantity) & ~above)
    seen = (lengths(quantity) >= LEAST_SEASONS * season)[:, None]
    out = np.where(single & seen, found.quantity, quantity)
    notes.add(out, single & seen, "outlier", lambda k, t: _far(float(quantity[k, t]), float(found.quantity[k, t])))
    short = "; used as booked: the history is too short to know its season"
    notes.add(
        out, single & ~seen, "unusual", lambda k, t: _far(float(quantity[k, t]), float(found.quantity[k, t])) + short
    )
    return out


def _more_than_counting(quantity: Matrix, suggested: Matrix) -> Flags:
    """Months further off than counting whole units explains: their variance is at least their mean.

    A series with any part of a unit is not one of counts, and all its months are.
    """
    counts = (np.nan_to_num(quantity) % 1 == 0).all(axis=1, keepdims=True)
    beyond = (quantity - suggested) ** 2 > LIMIT**2 * np.maximum(suggested, 1.0)
    return np.asarray(~counts | beyond)


def _starting(quantity: Matrix) -> Flags:
    """The first months of a series, which are low because it starts."""
    return np.asarray(np.arange(quantity.shape[1]) < starts(quantity)[:, None] + START)


def _far(quantity: float, suggested: float) -> str:
    if suggested > 0 and quantity > 0:
        ratio = quantity / suggested
        words = f"{ratio:.2g} times" if ratio >= 1 else f"{100 * ratio:.0f} % of"
    else:
        words = "far from"
    return f"{words} what its neighbours and season suggest"


def in_a_row(flags: Flags, least: int = EPISODE) -> Flags:
    """Return the flags that stand in a run of at least `least` months; shape (series, months)."""
    out = np.zeros_like(flags)
    months = flags.shape[1]
    for start in range(months - least + 1):
        run = flags[:, start : start + least].all(axis=1)
        out[run, start : start + least] = True
    return out


def _name_shifts(quantity: Matrix, season: int, notes: _Notes) -> None:
    dense = np.flatnonzero(np.logical_not(is_sparse(quantity)))
    for shift in level_shifts(quantity[dense], season):
        change = f"{'up' if shift.ratio > 1 else 'down'} {abs(shift.ratio - 1) * 100:.0f} %"
        words = f"level goes {change} here and stays; used as booked"
        notes.name(int(dense[shift.row]), shift.month, "level shift", words)


def _as_edited(quantity: Matrix, history: DemandHistory, grid: PlanningGrid, data: PlanData, notes: _Notes) -> Matrix:
    """Let the planner's rows stand: for one market first, those for all markets share what is left."""
    out = quantity.copy()
    edits = data["history_edits"]
    taken = np.zeros(out.shape, dtype=bool)
    month = pd.PeriodIndex(edits["period"], freq="M").asi8 - history.periods.asi8[0]
    edits = edits.assign(month=month, whole=edits["market"].eq(""))
    edits = edits[(month >= 0) & (month < len(history.periods))]
    for edit in edits.sort_values("whole", kind="stable").itertuples():
        rows = grid.matches(item=edit.item, market=edit.market)
        rows = rows[~taken[rows, edit.month] & _begun(history.quantity, rows, edit.month)]
        if not len(rows):
            continue
        booked = history.quantity[rows, edit.month]
        keep = edit.decision == "keep"
        out[rows, edit.month] = booked if keep else _typed(edit, rows, taken, out, grid, booked)
        taken[rows, edit.month] = True
        for row in rows:
            notes.decide(int(row), edit.month, "kept as booked" if keep else "planner's figure", edit)
    return out


def _begun(quantity: Matrix, rows: np.ndarray, month: int) -> Flags:
    return np.asarray((~np.isnan(quantity[rows, : month + 1])).any(axis=1))


def _typed(edit: object, rows: np.ndarray, taken: Flags, out: Matrix, grid: PlanningGrid, booked: Matrix) -> Matrix:
    wanted = float(edit.quantity)  # type: ignore[attr-defined]
    if np.isnan(wanted):
        return np.full(len(rows), np.nan)
    month = edit.month  # type: ignore[attr-defined]
    others = grid.matches(item=edit.item, market=edit.market)  # type: ignore[attr-defined]
    others = others[taken[others, month]]
    return spread(max(wanted - float(np.nansum(out[others, month])), 0.0), booked)


def _pairs(history: DemandHistory) -> list[tuple[str, str]]:
    return list(zip(history.keys["item"], history.keys["market"], strict=True))


class _Notes:
    """What was done to which month, by row and month of the history."""

    def __init__(self, history: DemandHistory) -> None:
        self._history = history
        self._kinds: dict[tuple[int, int], list[str]] = {}
        self._reasons: dict[tuple[int, int], list[str]] = {}
        self._by: dict[tuple[int, int], str] = {}

    def add(self, quantity: Matrix, where: Flags, kind: str, reason: object) -> None:
        """Note a correction in the months `where` that are known now; `reason` gives words from row and month."""
        for row, month in np.argwhere(where & ~np.isnan(quantity)).tolist():
            self.name(row, month, kind, reason(row, month))  # type: ignore[operator]

    def name(self, row: int, month: int, kind: str, reason: str) -> None:
        """Note something about one month."""
        self._kinds.setdefault((row, month), []).append(kind)
        self._reasons.setdefault((row, month), []).append(reason)

    def decide(self, row: int, month: int, kind: str, edit: object) -> None:
        """Note the planner's word; what was found before stays readable behind it."""
        found = self._kinds.get((row, month), [])
        said = edit.reason or "no reason given"  # type: ignore[attr-defined]
        self._kinds[row, month] = [kind]
        self._reasons[row, month] = [said + (f" (was: {' + '.join(found)})" if found else "")]
        self._by[row, month] = edit.owner or "planner"  # type: ignore[attr-defined]

    def frame(self, used: Matrix) -> pd.DataFrame:
        """Return the frame of the table `history_changes`."""
        cells = sorted(self._kinds)
        rows, months = [row for row, _ in cells], [month for _, month in cells]
        booked, now = self._history.quantity[rows, months], used[rows, months]
        keys = self._history.keys
        columns = {
            "item": keys["item"].to_numpy()[rows],
            "market": keys["market"].to_numpy()[rows],
            "period": self._history.periods[months],
            "kind": [" + ".join(self._kinds[cell]) for cell in cells],
            "booked": booked,
            "used": now,
            "difference": now - booked,
            "reason": ["; ".join(self._reasons[cell]) for cell in cells],
            "decided_by": [self._by.get(cell, "automatic") for cell in cells],
        }
        return conform(HISTORY_CHANGES, pd.DataFrame(columns))
