"""Prices of what is shared, and how they follow what the plan at these prices asks for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sop_xl.supply.decomposition.crews import Crews
    from sop_xl.supply.decomposition.fences import Fences
    from sop_xl.supply.decomposition.structure import Structure

FIRST_STEP, SLOWER_AFTER = 0.2, 60.0
"""The first step of an hour's price, in overtime premiums, and the rounds after which it has halved.

Halved after 30 rounds, the prices of a hard overload stop short of where they belong: 300 goods with four fifths of
the hours were 4.4 % from their bound after 600 rounds, and are 0.9 % with 60."""
SUPPLY_STEP = 0.13
"""The first step of the price of a limited supply, as a share of its own cost."""
MOMENTUM, MEMORY = 0.9, 0.99
SWAY = 0.3
"""How far the crews at the prices of one round may differ from those seen so far: all or nobody teaches less."""
MARGIN = 0.01
"""What the rule leaves free of each limit, so that the average of plans keeps it; the bound does not know it."""


@dataclass(frozen=True)
class Limits:
    """What is limited and shared.

    Attributes:
        hours, more_hours: hours by cost, the cheaper ones first; shape (used resources, months).
        hour_cost, more_cost: cost of one of them; same shape.
        swapped: where overtime is the cheaper; same shape.
        suppliers: units by row of `supplier_capacity`; shape (rows, months).
        lanes: units by row of `lane_capacity`; shape (rows, months).
        sources: units of each source; shape (sources,).
    """

    hours: np.ndarray = field(repr=False)
    more_hours: np.ndarray = field(repr=False)
    hour_cost: np.ndarray = field(repr=False)
    more_cost: np.ndarray = field(repr=False)
    swapped: np.ndarray = field(repr=False)
    suppliers: np.ndarray = field(repr=False)
    lanes: np.ndarray = field(repr=False)
    sources: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, structure: Structure) -> Limits:
        """Read the limits of a plan."""
        model = structure.model
        regular, overtime = structure.costs("regular"), structure.costs("overtime")
        hours, extra = (model.rows[name].of(model.row_upper) for name in ("capacity", "overtime_limit"))
        swapped = overtime < regular
        node, month = structure.sources
        return cls(
            hours=np.where(swapped, extra, hours),
            more_hours=np.where(swapped, hours, extra),
            hour_cost=np.minimum(regular, overtime),
            more_cost=np.maximum(regular, overtime),
            swapped=swapped,
            suppliers=model.rows["supplier_capacity"].of(model.row_upper),
            lanes=model.rows["lane_capacity"].of(model.row_upper),
            sources=(structure.into + structure.fixed_quantity)[node, month],
        )

    def with_crews(self, crews: Crews, workers: np.ndarray) -> Limits:
        """Return the limits with the hours of these workers; shape (crews, months)."""
        if not len(workers):
            return self
        regular, overtime = crews.added(workers, crews.hours), crews.added(workers, crews.overtime)
        swapped = self.swapped
        return replace(
            self,
            hours=self.hours + np.where(swapped, overtime, regular),
            more_hours=self.more_hours + np.where(swapped, regular, overtime),
        )

    @property
    def most_hours(self) -> np.ndarray:
        """All hours there are; shape (used resources, months)."""
        return self.hours + self.more_hours


@dataclass(frozen=True)
class ByLimit:
    """A figure for each limit, in the shapes of `Limits`, and for each item and month of `Fences`."""

    hours: np.ndarray = field(repr=False)
    suppliers: np.ndarray = field(repr=False)
    lanes: np.ndarray = field(repr=False)
    sources: np.ndarray = field(repr=False)
    fences: np.ndarray = field(repr=False)


class Prices(ByLimit):
    """A price for a unit of each limit; an hour's includes its own cost. Of fences see there."""


@dataclass(frozen=True)
class Asked(ByLimit):
    """How much of each limit a plan asks for.

    Attributes:
        workers: who would be there at the plan's prices; shape (crews, months).
    """

    workers: np.ndarray = field(repr=False)


def worth_of_limits(limits: Limits, prices: Prices) -> float:
    """Return what all limits are worth at these prices: what the bound gives back; without the sources.

    Hours that cost less than their price are worth the difference.
    """
    worth = 0.0
    for hours, cost in ((limits.hours, limits.hour_cost), (limits.more_hours, limits.more_cost)):
        gain = np.maximum(prices.hours - cost, 0.0)
        worth += float((gain * np.where(gain > 0, hours, 0.0)).sum())
    for name in ("suppliers", "lanes"):
        worth += float((getattr(prices, name) * getattr(limits, name)).sum())
    return worth


class PriceRule:
    """Moves prices up where more is asked for than there is, and down where less; steps shrink round by round.

    A step divides the violation's moving mean by its moving root mean square, as the Adam rule does (Kingma and
    Ba 2015), so that all hours move alike whatever their size.
    """

    def __init__(
        self,
        limits: Limits,
        fences: Fences,
        crews: Crews,
        scales: Prices,
        floors: Prices,
        *,
        first_step: float = FIRST_STEP,
    ) -> None:
        """Take the limits, the size of a first step of each price, and what each price never falls below."""
        self._limits, self._fences, self._scales, self._floors = limits, fences, scales, floors
        self._crews, self._workers = crews, crews.usual
        self._first_step = first_step
        self._round = 0
        self._mean: dict[str, np.ndarray | float] = dict.fromkeys(
            ("hours", "suppliers", "lanes", "sources", "fences"), 0.0
        )
        self._square: np.ndarray | float = 0.0
        self._unlimited = np.isinf(limits.hours)
        size = np.where(self._unlimited, 1.0, limits.with_crews(crews, crews.usual).hours)
        self._size = np.maximum(size, 1e-3 * max(float(size.mean()) if size.size else 1.0, 1.0))

    def move(self, prices: Prices, asked: Asked) -> Prices:
        """Return the next prices."""
        step = self._first_step / (1.0 + self._round / SLOWER_AFTER)
        self._round += 1
        seen = np.maximum(self._workers, 0.1 * self._crews.usual)
        wanted = np.clip(asked.workers, (1.0 - SWAY) * self._workers, (1.0 + SWAY) * seen)
        self._workers = self._workers + (1.0 - MOMENTUM) * (wanted - self._workers)
        hours = self._hours(prices.hours, asked.hours, step)
        share = step / FIRST_STEP * SUPPLY_STEP
        others = {
            name: self._supply(name, getattr(prices, name), getattr(asked, name), share)
            for name in ("suppliers", "lanes", "sources")
        }
        fences = np.minimum(self._fence(prices.fences, asked.fences, share), self._fences.highest)
        return Prices(hours=hours, **others, fences=fences)

    def _hours(self, price: np.ndarray, asked: np.ndarray, step: float) -> np.ndarray:
        limits, scale = self._limits.with_crews(self._crews, self._workers), self._scales.hours
        more = (1.0 - MARGIN) * limits.more_hours - 0.25 * MARGIN * np.where(self._unlimited, 0.0, limits.hours)
        room = np.where(self._unlimited, np.inf, limits.hours) + np.where(price > limits.more_cost, more, 0.0)
        over = np.where(self._unlimited, 0.0, (asked - np.where(self._unlimited, 0.0, room)) / self._size)
        self._mean["hours"] = MOMENTUM * self._mean["hours"] + (1.0 - MOMENTUM) * over
        self._square = MEMORY * self._square + (1.0 - MEMORY) * over**2
        mean = self._mean["hours"] / (1.0 - MOMENTUM**self._round)
        size = np.sqrt(self._square / (1.0 - MEMORY**self._round)) + 0.05
        above = price - limits.hour_cost
        reach = scale * np.maximum(1.0, above / (0.5 * scale))
        return np.where(
            self._unlimited, limits.hour_cost, np.maximum(price + step * reach * mean / size, limits.hour_cost)
        )

    def _fence(self, price: np.ndarray, asked: np.ndarray, share: float) -> np.ndarray:
        plan = self._fences.plan
        usual = plan.sum(axis=1, keepdims=True) / np.maximum(self._fences.kept.sum(axis=1, keepdims=True), 1)
        over = (asked - plan) / np.maximum(np.maximum(plan, usual), 1e-9)
        return self._follow("fences", price, over, share)

    def _supply(self, name: str, price: np.ndarray, asked: np.ndarray, share: float) -> np.ndarray:
        limit = getattr(self._limits, name)
        return self._follow(name, price, (asked - (1.0 - MARGIN) * limit) / np.maximum(limit, 1e-9), share)

    def _follow(self, name: str, price: np.ndarray, over: np.ndarray, share: float) -> np.ndarray:
        scale = getattr(self._scales, name)
        self._mean[name] = MOMENTUM * self._mean[name] + (1.0 - MOMENTUM) * over
        mean = self._mean[name] / (1.0 - MOMENTUM**self._round)
        reach = np.maximum(scale, 0.5 * np.abs(price))
        return np.maximum(price + share * reach * np.clip(5.0 * mean, -1.0, 1.0), getattr(self._floors, name))
