"""Events: what the history does not know, added ahead; what it should forget, taken out of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sop_xl.demand.effects import effect_on
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.spread import spread_months

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Flags, Ints, Matrix
    from sop_xl.domain.plan_data import PlanData


def without_past_events(
    history: DemandHistory, data: PlanData, estimated: Mapping[str, float] = MappingProxyType({})
) -> DemandHistory:
    """Return the history with the effect of past events taken out.

    A month with an uplift of u % is divided by 1 + u / 100 (left alone at -100 %: nothing can be
    known); an uplift in units is taken off by share of the month's sales, never below zero.

    Args:
        history: as booked.
        data: the events.
        estimated: uplift in % of events that give none, by event.
    """
    events = with_estimates(data["events"], estimated)
    past = events[events["past"]]
    if not len(past) or not len(history.keys):
        return history
    frame = PlanningGrid.of(_pairs(history.keys), history.periods, data["items"])
    quantity = history.quantity.copy()
    for event in past.itertuples():
        rows = frame.matches(item=event.item, family=event.family, market=event.market)
        months = np.flatnonzero(frame.months(event.from_period, event_end(event)))
        if len(rows) and len(months):
            cells = np.ix_(rows, months)
            quantity[cells] = _cleaned(quantity[cells], event.uplift_pct, event.uplift_qty)
    return history.with_quantity(quantity)


def with_estimates(events: pd.DataFrame, estimated: Mapping[str, float]) -> pd.DataFrame:
    """Return the events with the estimated uplift in % where they give neither a percentage nor units."""
    blank = events["uplift_pct"].isna() & events["uplift_qty"].isna()
    found = events["event"].map(dict(estimated)).astype(float)
    return events.assign(uplift_pct=events["uplift_pct"].where(~blank, found))


def stock_out_months(grid: PlanningGrid, data: PlanData) -> Flags:
    """Return the months that past events of type stock-out mark; shape of the grid."""
    out = np.zeros(grid.shape, dtype=bool)
    events = data["events"]
    for event in events[events["past"] & events["type"].eq("stock-out")].itertuples():
        rows = grid.matches(item=event.item, family=event.family, market=event.market)
        out[np.ix_(rows, np.flatnonzero(grid.months(event.from_period, event_end(event))))] = True
    return out


def _cleaned(quantity: Matrix, uplift_pct: float, uplift_qty: float) -> Matrix:
    out = quantity
    if not np.isnan(uplift_qty):
        extra = spread_months(np.full(out.shape[1], uplift_qty), out)
        out = np.where(out >= 0, np.maximum(out - extra, 0.0), out)
    if not np.isnan(uplift_pct) and uplift_pct > -100:
        out = out / (1 + uplift_pct / 100)
    return out


def event_quantities(
    grid: PlanningGrid,
    statistical: Matrix,
    data: PlanData,
    estimated: Mapping[str, float] = MappingProxyType({}),
) -> Matrix:
    """Return what events to come add, times their probability; shape of the grid, in units.

    A percentage applies to the statistical forecast; units a month are spread over the rows the event
    applies to by share of it. An event that gives neither has its estimated effect, if history tells
    one. No row falls below zero demand.
    """
    total = grid.zeros()
    for _, rows, effect in event_effects(grid, statistical, data, estimated):
        total[rows] += effect
    return np.maximum(total, -np.nan_to_num(statistical))


def event_effects(
    grid: PlanningGrid, statistical: Matrix, data: PlanData, estimated: Mapping[str, float]
) -> Iterator[tuple[Any, Ints, Matrix]]:
    """Return each event to come, the rows of the grid it applies to, and what it adds to them.

    Units times probability; shape (rows, months). Arguments as `event_quantities`. An event that ended
    before the plan is none to come.
    """
    events = with_estimates(data["events"], estimated)
    for event in events[~events["past"]].itertuples():
        if event_end(event) < grid.periods[0]:
            continue
        rows = grid.matches(item=event.item, family=event.family, market=event.market)
        months = grid.months(event.from_period, event_end(event))
        effect = effect_on(grid, statistical, rows, months, event.uplift_qty, event.uplift_pct)
        yield event, rows, effect * event.probability_pct / 100


def event_pairs(data: PlanData) -> list[tuple[str, str]]:
    """Return item and market (blank: all) of the events to come that give units for a named item."""
    events = data["events"]
    chosen = events[~events["past"] & (events["item"] != "") & events["uplift_qty"].notna()]
    return list(zip(chosen["item"], chosen["market"], strict=True))


def event_end(event: object) -> pd.Period:
    """Return the last month of an event: the first where it gives none."""
    to_period, from_period = event.to_period, event.from_period  # type: ignore[attr-defined]
    return from_period if to_period is pd.NaT else to_period


def _pairs(keys: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(keys["item"], keys["market"], strict=True))
