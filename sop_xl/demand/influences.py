"""Influencing demand: the effect of each event and price as history tells it, and what the plan does with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.classes import abc
from sop_xl.demand.events import event_end
from sop_xl.demand.grid import PlanningGrid
from sop_xl.demand.regression import Effect, influence, pooled
from sop_xl.schema.frames import conform
from sop_xl.schema.results import INFLUENCES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Flags, Matrix
    from sop_xl.demand.working_days import WorkingDays
    from sop_xl.domain.plan_data import PlanData

LEAST_PRICE_SPREAD = 0.02
"""Standard deviation of log price below which it hardly moved."""
STRONGEST = -6.0
"""Elasticity beyond which a net price that fell with large orders is more likely than demand that followed it."""
SCOPE = ["item", "family", "market"]


@dataclass(frozen=True)
class Influences:
    """What regression found.

    Attributes:
        uplift: % by event, for events that give neither a percentage nor units and whose effect is told.
        table: frame of the table `influences`.
    """

    uplift: dict[str, float]
    table: pd.DataFrame = field(repr=False)


def find_influences(history: DemandHistory, data: PlanData) -> Influences:
    """Estimate events that were seen in history, and the prices of A items and of items with a price event.

    An event that gives no figure takes the effect of its earlier occurrences; one with a price change that
    of the item's elasticity. What cannot be told adds nothing, and says so.

    Args:
        history: as booked.
        data: events, items, actuals with prices.
    """
    if not len(history.keys):
        return Influences({}, conform(INFLUENCES, pd.DataFrame()))
    frame = PlanningGrid.of(
        list(zip(history.keys["item"], history.keys["market"], strict=True)), history.periods, data["items"]
    )
    events = _Events(frame, data["events"])
    rows: list[dict[str, object]] = []
    uplift = _event_rows(history, frame, events, data, rows)
    uplift |= _price_rows(history, frame, events, data, rows)
    return Influences(uplift, conform(INFLUENCES, pd.DataFrame(rows)))


class _Events:
    """The events by what they have in common, and the months of history each acted in."""

    def __init__(self, grid: PlanningGrid, events: pd.DataFrame) -> None:
        self._grid = grid
        name = events["repeats"].where(events["repeats"] != "", events["event"])
        self.table = events.assign(name=name)[events["type"].ne("stock-out")]
        self.scopes = list(self.table.groupby(["name", *SCOPE], sort=True))

    def rows(self, scope: tuple[Hashable, ...]) -> np.ndarray:
        """Rows of the history that a scope (item, family, market) covers."""
        item, family, market = map(str, scope)
        return self._grid.matches(item=item, family=family, market=market)

    def acting(self, events: pd.DataFrame) -> Flags:
        """Months of history in which any of the events acted."""
        months = np.zeros(len(self._grid.periods), dtype=bool)
        for event in events.itertuples():
            months |= self._grid.months(event.from_period, event_end(event))
        return months

    def others(self, name: str, rows: np.ndarray) -> Matrix:
        """The months of every other event that covers any of the rows; shape (events, months)."""
        found = [
            self.acting(group).astype(float)
            for (other, *scope), group in self.scopes
            if other != name and len(np.intersect1d(self.rows(tuple(scope)), rows))
        ]
        return np.array([row for row in found if row.any()]).reshape(-1, len(self._grid.periods))


def event_months(history: DemandHistory, data: PlanData) -> Flags:
    """Return the months of history that any event is known to have acted in; shape of the history."""
    pairs = list(zip(history.keys["item"], history.keys["market"], strict=True))
    grid = PlanningGrid.of(pairs, history.periods, data["items"])
    out = np.zeros(grid.shape, dtype=bool)
    for (_, *scope), group in (events := _Events(grid, data["events"])).scopes:
        out[np.ix_(events.rows(tuple(scope)), np.flatnonzero(events.acting(group)))] = True
    return out


def _event_rows(
    history: DemandHistory, grid: PlanningGrid, events: _Events, data: PlanData, rows: list[dict[str, object]]
) -> dict[str, float]:
    uplift: dict[str, float] = {}
    for name, group in events.table.groupby("name", sort=True):
        scopes = list(group.groupby(SCOPE, sort=True))
        found = {scope: _event_effect(history, events, str(name), scope, part, data) for scope, part in scopes}
        seen = {scope: effect for scope, effect in found.items() if effect is not None}
        to_come = group[group["from_period"] >= data.settings.current_period]
        blank = group[group["uplift_pct"].isna() & group["uplift_qty"].isna() & group["price_change_pct"].isna()]
        if not seen:
            if len(blank):
                rows.append(_unseen(str(name), blank))
            continue
        together = pooled(list(seen.values())) if len(seen) > 1 else next(iter(seen.values()))
        used = _used(together, blank, to_come)
        for scope, effect in seen.items():
            months = int(events.acting(dict(scopes)[scope]).sum())
            rows.append(_row("event", str(name), scope, months, _in_percent(effect), effect, used))
        if len(seen) > 1:
            rows.append(_row("event", str(name), ("", "", ""), np.nan, _in_percent(together), together, used))
        if together.told:
            uplift |= dict.fromkeys(blank["event"], 100 * (float(np.exp(together.value)) - 1))
    return uplift


def _event_effect(
    history: DemandHistory, events: _Events, name: str, scope: tuple[Hashable, ...], part: pd.DataFrame, data: PlanData
) -> Effect | None:
    """Estimate an event in one scope; None where it was never seen."""
    covered, acting = events.rows(scope), events.acting(part)
    if not len(covered) or not acting.any():
        return None
    others = events.others(name, covered)
    return influence(total(history, covered), acting.astype(float), others, season=data.settings.season_length)


def _used(effect: Effect, blank: pd.DataFrame, to_come: pd.DataFrame) -> str:
    ahead = int(to_come["event"].isin(blank["event"]).sum())
    told = len(to_come) - ahead
    if not effect.told:
        return f"{ahead} to come add nothing until you give them an uplift" if ahead else "nothing to come rests on it"
    parts = []
    if ahead:
        parts.append(f"{ahead} to come take it")
    if told:
        parts.append(f"{told} to come have an uplift of their own, which stands")
    past = int((blank["past"] & ~blank["event"].isin(to_come["event"])).sum())
    if past:
        parts.append(f"taken out of {past} past")
    return ", ".join(parts) or "for your judgement"


def _unseen(name: str, blank: pd.DataFrame) -> dict[str, object]:
    first = blank.iloc[0]
    effect = Effect.refused("history has no such event, and it gives no uplift", 0)
    scope = (first["item"], first["family"], first["market"])
    return _row("event", name, scope, 0, effect, effect, "adds nothing until you give it an uplift")


def _price_rows(
    history: DemandHistory, grid: PlanningGrid, events: _Events, data: PlanData, rows: list[dict[str, object]]
) -> dict[str, float]:
    """Add the elasticity of each item asked for, or worth it; return the uplift of events with a price change."""
    wanted = events.table[events.table["price_change_pct"].notna()]
    prices = net_prices(history, data)
    asked = {item for event in wanted.itertuples() for item in _items(grid, event)}
    worth = _worth(history, prices)
    found = {item: _elasticity(history, grid, events, item, prices, data) for item in sorted(asked | worth)}
    for item, effect in found.items():
        if item in asked or np.isfinite(effect.value):
            used = "price events of the item take it" if item in asked and effect.told else "for your judgement"
            rows.append(_row("price", item, (item, "", ""), effect.months, effect, effect, used))
    uplift = {}
    for event in wanted.itertuples():
        told = [found[item] for item in _items(grid, event) if found[item].told]
        if told:
            power = pooled(told).value if len(told) > 1 else told[0].value
            uplift[event.event] = 100 * (float((1 + event.price_change_pct / 100) ** power) - 1)
    return uplift


def _items(grid: PlanningGrid, event: object) -> list[str]:
    covered = grid.matches(item=event.item, family=event.family, market=event.market)  # type: ignore[attr-defined]
    return sorted(set(grid.keys["item"].to_numpy()[covered]))


def _worth(history: DemandHistory, prices: pd.DataFrame) -> set[str]:
    """Items of class A by revenue whose price moved."""
    if prices.empty:
        return set()
    recent = prices[prices["period"] > history.periods[-1] - 12].groupby("item")["value"].sum()
    top = {item for item, letter in zip(recent.index, abc(recent.to_numpy(float)), strict=True) if letter == "A"}
    spread = prices.assign(log=np.log(prices["price"])).groupby("item")["log"].std()
    return {item for item in top if spread.get(item, 0.0) >= LEAST_PRICE_SPREAD}


def net_prices(history: DemandHistory, data: PlanData) -> pd.DataFrame:
    """Return columns item, period, price, value: net revenue a unit of the months of history, all markets."""
    actuals = data["actuals"]
    sold = actuals[actuals["measure"].eq("shipments") & actuals["value"].notna() & actuals["quantity"].gt(0)]
    summed = sold.groupby(["item", "period"])[["quantity", "value"]].sum().reset_index()
    summed = summed[(summed["value"] > 0) & summed["period"].isin(history.periods)]
    return summed.assign(price=summed["value"] / summed["quantity"])


def _elasticity(
    history: DemandHistory, grid: PlanningGrid, events: _Events, item: str, prices: pd.DataFrame, data: PlanData
) -> Effect:
    covered = grid.matches(item=item)
    mine = prices[prices["item"] == item].set_index("period")["price"].reindex(history.periods)
    log_price = np.log(mine.to_numpy(float))
    known = log_price[np.isfinite(log_price)]
    if len(known) < 2 or known.std() < LEAST_PRICE_SPREAD:
        return Effect.refused("its price hardly moved", len(known))
    effect = influence(
        total(history, covered), log_price, events.others("", covered), season=data.settings.season_length
    )
    if effect.told and effect.value > 0:
        return effect._replace(reason="demand rose with the price: something else moved both")
    if effect.told and effect.value < STRONGEST:
        return effect._replace(reason="too strong to be the price alone: discounts for quantity, or a clearance")
    return effect


def total(history: DemandHistory, rows: np.ndarray) -> Matrix:
    """Return the sum of some series, NaN in months in which none has data; shape (months,)."""
    there = np.isfinite(history.quantity[rows]).any(axis=0)
    return np.where(there, np.nansum(history.quantity[rows], axis=0), np.nan)


def _in_percent(effect: Effect) -> Effect:
    """Return the effect of an event in per cent of demand."""
    factor = float(np.exp(effect.value))
    low, high = float(np.exp(effect.low)), float(np.exp(effect.high))
    return effect._replace(
        value=100 * (factor - 1), error=100 * factor * effect.error, low=100 * (low - 1), high=100 * (high - 1)
    )


def working_day_rows(days: WorkingDays) -> pd.DataFrame:
    """Return rows of the table `influences` on working days by family."""
    rows = []
    for family, found in days.found.items():
        reason = "" if found.told else "history does not tell it from none"
        bounds = (found.value - 1.96 * found.error, found.value + 1.96 * found.error)
        effect = Effect(found.value, found.error, *bounds, found.months, reason)
        used = "history and forecast follow it" if found.told else "nothing"
        rows.append(_row("working days", family, ("", family, ""), found.months, effect, effect, used))
    return conform(INFLUENCES, pd.DataFrame(rows))


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table `influences` with its rank: events first, then what is told, the strongest first."""
    strength = (table["effect"] / table["standard_error"]).abs().fillna(0.0)
    order = np.lexsort((-strength, table["verdict"].ne("told"), table["kind"].ne("event")))
    rank = np.empty(len(table))
    rank[order] = np.arange(1, len(table) + 1)
    return conform(INFLUENCES, table.assign(rank=rank))


def _row(
    kind: str, name: str, scope: tuple[Hashable, ...], occurrences: float, shown: Effect, effect: Effect, used: str
) -> dict[str, object]:
    return {
        "kind": kind,
        "name": name,
        **dict(zip(SCOPE, map(str, scope), strict=True)),
        "occurrences": float(occurrences),
        "months": float(effect.months),
        "effect": shown.value,
        "standard_error": shown.error,
        "low95": shown.low,
        "high95": shown.high,
        "verdict": "told" if effect.told else "cannot tell",
        "reason": effect.reason,
        "used": used,
    }
