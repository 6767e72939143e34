"""New products: what each launch sells, fills the channel with, and takes from others; its own sales as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.demand.bass import BassError
from sop_xl.demand.launch_curves import (
    bass_curve,
    bass_months,
    mature_volume,
    ramp_share,
    rise_of,
    shares_by_age,
)
from sop_xl.demand.spread import spread, spread_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.demand.grid import PlanningGrid
    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.launch_curves import BassUsed
    from sop_xl.demand.launch_list import Launch
    from sop_xl.demand.panel import Ints, Matrix

CREDIBLE_MONTHS = 3.0
"""K of the credibility n / (n + K) that n months of own sales have beside what the curve expected of them."""
OWN_YEAR = 12
"""Months after which the item's own forecast stands alone."""
NO_CURVE = "no curve"
"""Basis of a launch without volume."""
EVEN = 0.005
"""Weights of like items that differ by less are not told."""


@dataclass(frozen=True)
class LaunchEffect:
    """What one launch does to demand.

    Attributes:
        launch: the launch.
        rows: the item's rows of the planning grid.
        own: statistical forecast of the item's own sales, 0 where there is none; shape (rows, months).
        sold: sell-through in the plan, times probability; same shape.
        fill: pipeline fill, times probability; same shape.
        taken: units that the parent loses, 0 or more; shape (months,).
        success: sell-through and fill if every gate is passed; shape (months,).
        probability: 0 to 1; 1 once it sells.
        basis: where the volume comes from, in words.
        fault: why there is no volume, where a curve could not be had; else "".
        months, units: closed months since the launch and what they sold.
        of_plan: units over what curve and fill expected of these months; NaN where nothing was expected.
        weight: credibility of the own sales, 0 to 1.
        bass: the Bass curve in use; None: there is none.
    """

    launch: Launch
    rows: Ints = field(repr=False)
    own: Matrix = field(repr=False)
    sold: Matrix = field(repr=False)
    fill: Matrix = field(repr=False)
    taken: Matrix = field(repr=False)
    success: Matrix = field(repr=False)
    probability: float
    basis: str
    fault: str
    months: int
    units: float
    of_plan: float
    weight: float
    bass: BassUsed | None

    @property
    def gain(self) -> Matrix:
        """What the item has more than without the launch plan; shape (rows, months)."""
        return self.sold - self.own + self.fill


@dataclass(frozen=True)
class _Curve:
    """Volume if every gate is passed: of the planned months, and what was expected of those gone by."""

    planned: Matrix
    expected: float
    basis: str
    fault: str = ""
    bass: BassUsed | None = None


def launch_quantities(
    grid: PlanningGrid,
    statistical: Matrix,
    history: DemandHistory,
    launches: Sequence[Launch],
    ongoing: Matrix | None = None,
) -> tuple[Matrix, list[LaunchEffect]]:
    """Return what launches add and take, shape of the grid, and each launch's part in it.

    Sell-through is the curve x probability, or the item's own forecast where that is more. Once the item
    sells, the curve is scaled by what its own sales were to what was expected of them, as far as their number
    makes that credible, and within a year hands over to its own forecast. The pipeline fill comes on top.
    Cannibalised is a share of what is added, spread over the parent's markets and never more than they have.

    Args:
        grid: the planning grid.
        statistical: forecast before launches, with events; NaN where there is none; shape of the grid.
        history: of all items.
        launches: the launch plan.
        ongoing: the forecast as if no item ended, which like items are read from; None: as `statistical`.
    """
    known = statistical if ongoing is None else np.where(np.isnan(statistical), ongoing, statistical)
    total, effects = grid.zeros(), []
    for launch in launches:
        if launch.item in grid.rows_of:
            effect = _effect(grid, statistical, known, history, launch)
            total[effect.rows] += effect.gain
            taken = _taken(total, grid, statistical, effect)
            effects.append(taken)
    return total, effects


def _effect(
    grid: PlanningGrid, statistical: Matrix, known: Matrix, history: DemandHistory, launch: Launch
) -> LaunchEffect:
    rows = grid.rows_of[launch.item]
    is_open = grid.open[rows]
    own = np.where(is_open, np.nan_to_num(statistical[rows]), 0.0)
    sales = _own_sales(history, launch)
    volume = mature_volume(grid, known, history, launch)
    curve = _curve(grid, history, launch, volume, sales, own)
    months, units = len(sales), float(sales.sum())
    chance = 1.0 if months else launch.probability
    of_plan = units / curve.expected if months and curve.expected > 0 else np.nan
    weight = months / (months + CREDIBLE_MONTHS) if not np.isnan(of_plan) else 0.0
    planned = curve.planned * (1 - weight + weight * np.nan_to_num(of_plan, nan=1.0))
    sold = _sold(planned * chance, own, 0 if curve.bass else months, started=months > 0)
    best = sold if months else np.maximum(planned, own)
    fill = spread_months(_fill(grid.periods.asi8 - launch.month.ordinal, launch), volume)
    return LaunchEffect(
        launch=launch,
        rows=rows,
        own=own,
        sold=np.where(is_open, sold, 0.0),
        fill=fill * chance,
        taken=np.zeros(len(grid.periods)),
        success=np.where(is_open, best, 0.0).sum(axis=0) + fill.sum(axis=0),
        probability=chance,
        basis=curve.basis,
        fault=curve.fault,
        months=months,
        units=units,
        of_plan=100 * of_plan,
        weight=weight,
        bass=curve.bass,
    )


def _sold(planned: Matrix, own: Matrix, months: int, *, started: bool) -> Matrix:
    """Return the sell-through: the curve, handing over to the item's own forecast as its months come in."""
    if not started:
        return np.maximum(planned, own)
    share = min(months / OWN_YEAR, 1.0) ** 2
    return (1 - share) * planned + share * own


def _own_sales(history: DemandHistory, launch: Launch) -> Matrix:
    """Return the item's sales in each closed month since the launch; empty where it has sold nothing since."""
    rows = (history.keys["item"] == launch.item).to_numpy(bool)
    units = np.nan_to_num(history.quantity[rows]).sum(axis=0)
    since = units[np.asarray(history.periods >= launch.month)] if len(history.periods) else units
    return since if since.sum() > 0 else np.empty(0)


def _curve(
    grid: PlanningGrid, history: DemandHistory, launch: Launch, volume: Matrix, sales: Matrix, own: Matrix
) -> _Curve:
    if launch.curve == "bass":
        try:
            used = bass_curve(launch, sales, _like_sales(history, launch))
        except BassError as fault:
            return _Curve(np.zeros_like(volume), 0.0, NO_CURVE, str(fault))
        weights = volume if volume.any() else own
        return _Curve(bass_months(grid, launch, used, float(sales.sum()), weights), 0.0, used.basis, bass=used)
    rise, words = _rise(grid, history, launch)
    past = history.periods[history.periods >= launch.month] if len(sales) else history.periods[:0]
    gone = past.asi8 - launch.month.ordinal
    expected = _like_units(history, launch, past) * _share(gone, launch, rise)
    planned = volume * _share(grid.periods.asi8 - launch.month.ordinal, launch, rise)
    return _Curve(planned, float(expected.sum() + _fill(gone, launch).sum()), _likes_words(launch) + words)


def _share(age: Ints, launch: Launch, rise: Matrix) -> Matrix:
    return shares_by_age(age, rise) if len(rise) else ramp_share(age, launch.ramp_months)


def _rise(grid: PlanningGrid, history: DemandHistory, launch: Launch) -> tuple[Matrix, str]:
    """Return the like items' own rise by weight, where it is asked for and known, and what is said about it."""
    if launch.curve != "like launch":
        return np.empty(0), f", {launch.ramp_months:g} months to full volume" if launch.ramp_months else ""
    rises = [(like, weight, rise_of(history, like, grid.families)) for like, weight in launch.likes]
    known = [(like, weight, rise) for like, weight, rise in rises if len(rise)]
    if not known:
        return np.empty(0), ", whose own launch is not in the history: ramp"
    total = sum(weight for _, weight, _ in known)
    mean = sum((weight / total * rise for _, weight, rise in known), np.zeros(len(known[0][2])))
    return mean, f", rising as {' and '.join(like for like, _, _ in known)} did"


def _likes_words(launch: Launch) -> str:
    if not launch.likes:
        return "no like item"
    even = max(weight for _, weight in launch.likes) - min(weight for _, weight in launch.likes) < EVEN
    names = " and ".join(like if even else f"{like} ({100 * weight:.0f} %)" for like, weight in launch.likes)
    scale = f" x {launch.scale:g}" if launch.scale != 1 else ""
    return f"{'like' if launch.chosen else 'suggested: like'} {names}{scale}"


def _like_units(history: DemandHistory, launch: Launch, past: object) -> Matrix:
    """Return the like items' sales in the closed months since the launch, times scale."""
    inside = np.asarray(history.periods.isin(past))
    units = np.zeros(int(inside.sum()))
    for like, weight in launch.likes:
        rows = (history.keys["item"] == like).to_numpy(bool)
        units += weight * np.nan_to_num(history.quantity[rows][:, inside]).sum(axis=0)
    return units * launch.scale


def _like_sales(history: DemandHistory, launch: Launch) -> Matrix:
    """Return the first like item's sales since its own launch; empty where that lies before the history."""
    for like, _ in launch.likes[:1]:
        rows = (history.keys["item"] == like).to_numpy(bool)
        units = np.nan_to_num(history.quantity[rows]).sum(axis=0)
        started = np.flatnonzero(units)
        if len(started) and started[0] > 0:
            return np.asarray(units[started[0] :])
    return np.empty(0)


def _fill(age: Ints, launch: Launch) -> Matrix:
    """Return the pipeline fill by months since the launch, before probability."""
    months = max(round(launch.fill_months), 1)
    return np.where((age >= 0) & (age < months), launch.pipeline_fill / months, 0.0)


def _taken(total: Matrix, grid: PlanningGrid, statistical: Matrix, effect: LaunchEffect) -> LaunchEffect:
    """Take the cannibalised share from the parent's rows of `total`, in place, down to zero at most."""
    launch = effect.launch
    rows = grid.rows_of.get(launch.parent)
    if rows is None or launch.cannibal_share <= 0:
        return effect
    left = np.maximum(np.nan_to_num(statistical[rows]) + total[rows], 0.0)
    wanted = launch.cannibal_share * np.maximum(effect.sold - effect.own, 0.0).sum(axis=0)
    for month in np.flatnonzero((wanted > 0) & (left.sum(axis=0) > 0)):
        share = np.minimum(spread(min(wanted[month], left[:, month].sum()), left[:, month]), left[:, month])
        total[rows, month] -= share
        effect.taken[month] = share.sum()
    return effect
