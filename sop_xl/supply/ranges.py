"""Ranges of a plan: service, stock, margin and cash at P10, P50 and P90 of the futures of demand; its weak months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import SCENARIO_RANGES
from sop_xl.supply.demand_paths import DRAWS, Together, factors, together
from sop_xl.supply.played import Ground, Played, ground_of, play

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

AHEAD = 12
QUANTILES = (0.1, 0.5, 0.9)
MOVERS = 2
"""Families named beside a month."""


@dataclass(frozen=True)
class Range:
    """One figure on every path.

    Attributes:
        measure, name, unit: as in the table.
        plan: the figure where demand comes as forecast.
        paths: the figure on each path; shape (paths,).
        bad: on which paths it misses its target; None where it has none.
        reason: the families that miss most.
    """

    measure: str
    name: str
    unit: str
    plan: float
    paths: np.ndarray
    bad: np.ndarray | None = None
    reason: str = ""


def ranges(data: PlanData, frames: Mapping[str, pd.DataFrame], scenario: str, *, draws: int = DRAWS) -> pd.DataFrame:
    """Return the rows of `scenario_ranges` for one plan, over the next 12 months and by month.

    Args:
        data: its input.
        frames: its results: `forecast`, `forecast_levels`, `forecast_archive`, `supply_plan`, `shortages`,
            `item_costs`, `finance`, `cash`.
        scenario: its name.
        draws: paths, an even number.
    """
    periods = data.calendar.periods
    ground = ground_of(data, frames)
    if not len(ground.keys):
        return conform(SCENARIO_RANGES, pd.DataFrame())
    families = data["items"].set_index("item")["family"]
    how = together(frames["forecast_levels"], families, frames["forecast_archive"], _actual(data))
    return range_rows(data, frames, ground, how, scenario, periods, draws)


def range_rows(
    data: PlanData,
    frames: Mapping[str, pd.DataFrame],
    ground: Ground,
    how: Together,
    scenario: str,
    periods: pd.PeriodIndex,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Return the same from what the plan does, and from how items err together."""
    items = ground.keys.drop_duplicates("item")
    luck = factors(items[["item", "family"]], frames["forecast_levels"], periods, how, seed=data.settings.random_seed,
                   draws=draws)  # fmt: skip
    of_item = pd.Index(items["item"]).get_indexer(ground.keys["item"])
    real = play(ground, luck[of_item])
    plain = play(ground, np.ones((*ground.demand.shape, 1)))
    ahead = min(AHEAD, len(periods))
    rows = [_row(scenario, pd.NaT, found) for found in _together(data, frames, ground, real, plain, ahead)]
    for month in range(ahead):
        rows += [_row(scenario, periods[month], found) for found in _month(data, ground, real, plain, month)]
    return conform(SCENARIO_RANGES, pd.DataFrame(rows))


def _together(
    data: PlanData, frames: Mapping[str, pd.DataFrame], ground: Ground, real: Played, plain: Played, ahead: int
) -> list[Range]:
    """Return the figures of the months together; money is the plan's, moved by what is sold otherwise."""
    currency, months = data.settings.currency, slice(0, ahead)
    price, cost = (ground.keys[name].to_numpy(float) for name in ("price", "cost"))

    def moved(weight: np.ndarray, what: str) -> np.ndarray:
        gap = getattr(real, what)[:, months].sum(axis=1) - getattr(plain, what)[:, months].sum(axis=1)
        return np.asarray(weight @ gap)

    finance, soon = frames["finance"], data.calendar.periods[:ahead]
    lines = finance[finance["period"].isin(soon)].groupby("line")["amount"].sum()
    cash = frames["cash"]
    held = frames["supply_plan"]
    held = held[held["period"].isin(soon)].groupby("period")["closing_value"].sum()
    net = float(cash.loc[cash["period"].isin(soon), "net_cash"].sum())
    mean = float(held.mean())
    end = cost @ (real.stock[:, ahead - 1] - plain.stock[:, ahead - 1])
    revenue, margin = (float(lines.get(line, 0.0)) for line in ("revenue", "gross_margin"))
    service = _service(real, months)
    return [
        Range("service", "Service", "%", float(_service(plain, months)[0]), service, _misses(service, data)),
        _units("late_units", "Late units", "late", real, plain, months),
        _units("lost_units", "Lost units", "lost", real, plain, months),
        Range("revenue", "Net revenue", currency, revenue, revenue + moved(price, "served")),
        Range("gross_margin", "Gross margin", currency, margin, margin + moved(price - cost, "served")),
        Range("net_cash", "Net cash", currency, net, net + moved(price, "served")),
        Range("mean_stock", "Mean stock at cost", currency, mean, mean + moved(cost, "stock") / ahead),
        Range("stock_end", "Stock at the end", currency, float(held.iloc[-1]), float(held.iloc[-1]) + end),
    ]


def _month(data: PlanData, ground: Ground, real: Played, plain: Played, month: int) -> list[Range]:
    one = slice(month, month + 1)
    cost = ground.keys["cost"].to_numpy(float)
    service = _service(real, one)
    stock, base = cost @ real.stock[:, month], float((cost @ plain.stock[:, month])[0])
    missing = (real.late + real.lost)[:, month].mean(axis=1)
    worst = pd.Series(missing).groupby(ground.keys["family"].to_numpy()).sum()
    worst = worst[worst >= 0.5].sort_values(ascending=False, kind="stable")[:MOVERS]
    reason = ", ".join(f"{family or 'no family'} {units:,.0f} units" for family, units in worst.items())
    return [
        Range("service", "Service", "%", float(_service(plain, one)[0]), service, _misses(service, data), reason),
        _units("late_units", "Late units", "late", real, plain, one),
        Range("stock", "Stock of goods for customers", data.settings.currency, base, stock),
    ]


def _units(measure: str, name: str, what: str, real: Played, plain: Played, months: slice) -> Range:
    real_, plain_ = (getattr(played, what)[:, months].sum(axis=(0, 1)) for played in (real, plain))
    return Range(measure, name, "units", float(plain_[0]), real_)


def _service(played: Played, months: slice) -> np.ndarray:
    """Return the share of demand that leaves in its month, in points, on each path."""
    asked = played.demand[:, months].sum(axis=(0, 1))
    missed = (played.late + played.lost)[:, months].sum(axis=(0, 1))
    return 100.0 * (1.0 - np.divide(missed, asked, out=np.zeros_like(asked), where=asked > 0))


def _misses(service: np.ndarray, data: PlanData) -> np.ndarray:
    return np.asarray(service < 100.0 * data.settings.service_level)


def _row(scenario: str, period: object, found: Range) -> dict[str, object]:
    p10, p50, p90 = np.quantile(found.paths, QUANTILES)
    return {
        "scenario": scenario,
        "measure": found.measure,
        "period": period,
        "name": found.name,
        "unit": found.unit,
        "plan": found.plan,
        "p10": p10,
        "p50": p50,
        "p90": p90,
        "risk_pct": np.nan if found.bad is None else 100.0 * float(found.bad.mean()),
        "paths": float(len(found.paths)),
        "reason": found.reason,
    }


def _actual(data: PlanData) -> pd.DataFrame:
    """Return what customers asked for by item and closed month: bookings of items that have any, else shipments."""
    actuals = data["actuals"]
    booked = actuals["item"].isin(actuals.loc[actuals["measure"].eq("bookings"), "item"])
    asked = actuals[actuals["measure"].eq("bookings") | (actuals["measure"].eq("shipments") & ~booked)]
    return asked.groupby(["item", "period"], as_index=False)["quantity"].sum()
