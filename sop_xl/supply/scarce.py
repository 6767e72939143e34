"""What is scarce: hours, suppliers and lanes with their prices, and the months in which a resource is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.cause import NEGLIGIBLE, TIGHT, Cause, cheaper, month_span
from sop_xl.supply.frames import rows_by

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows
    from sop_xl.supply.model import Block, LinearModel


class HourPrices:
    """Prices of hours, and the months in which a resource is full."""

    def __init__(self, case: SupplyCase, model: LinearModel, prices: np.ndarray, flows: Flows) -> None:
        """Take the duals of one level as `prices`."""
        self._case = case
        capacity, overtime = model.rows["capacity"], model.rows["overtime_limit"]
        shape = (len(case.network.resources), case.months)
        self._price, self._row = np.zeros(shape), np.full(shape, -1)
        hours = np.abs(model.rows["hours"].of(prices))
        limits = np.maximum(-capacity.of(prices), 0.0) + np.maximum(-overtime.of(prices), 0.0)
        used = capacity.keys["resource"].to_numpy(int)
        self._price[used] = np.where(limits > NEGLIGIBLE, hours, 0.0)
        self._row[used] = capacity.index
        self._value = np.zeros(shape)
        self._value[used] = np.maximum(-capacity.of(prices), 0.0)
        self.left = self._left(flows)
        self._steps = rows_by(case.network.steps, "make")

    def _left(self, flows: Flows) -> np.ndarray:
        """Return the hours left, overtime and extra shifts included; infinite where there is no limit."""
        case = self._case
        used = np.zeros((len(case.network.resources), case.months))
        np.add.at(used, case.network.steps["resource"], flows.step_hours(case))
        limit = case.hours.limit
        left = limit - used
        return np.where(left <= TIGHT * np.maximum(1.0, np.where(np.isfinite(limit), limit, 1.0)), 0.0, left)

    def full(self, resource: int, month: int) -> bool:
        """Return whether no hour is left."""
        return bool(self.left[resource, month] == 0)

    def of(self, make: int, month: int) -> list[Cause]:
        """Return the scarce resources of a make; of an operation with a choice the least scarce one."""
        best: dict[str, Cause] = {}
        for step in self._steps.get(make, []):
            price = self._price[step.resource, month] * step.hours_per_unit
            full = self.full(step.resource, month) and step.hours_per_unit > 0
            scarce = full or price > NEGLIGIBLE
            cause = self.cause(step.resource, month, price, step.hours_per_unit) if scarce else cheaper()
            known = best.get(step.operation)
            if known is None or cause.price < known.price:
                best[step.operation] = cause
        return list(best.values())

    def without_room(self, make: int, month: int, quantity: float, *, setup: bool) -> list[Cause]:
        """Return the resources that have no room for `quantity` more of a make, or for its setup."""
        found = []
        for step in self._steps.get(make, []):
            hours = quantity * step.hours_per_unit + (step.setup_hours if setup else 0.0)
            if hours > self.left[step.resource, month] + TIGHT:
                found.append(self.cause(step.resource, month, NEGLIGIBLE, hours / max(quantity, 1.0)))
        return found

    def cause(self, resource: int, month: int, price: float, need: float) -> Cause:
        """Return the resource as the cause."""
        name = self._case.network.resources[resource]
        first = month
        while first > 0 and self.full(resource, first - 1):
            first -= 1
        span = month_span(self._case.data.calendar.periods, first, month)
        crew = resource in set(self._case.hours.crews["resource"])
        return Cause(
            binding=name,
            text=f"{name} has no more workers in {span}" if crew else f"{name} is full in {span}",
            price=max(price, NEGLIGIBLE),
            cure=f"Find {{}} hours more on {name} in {span}: a shift, another resource, or somebody outside.",
            unit="hour",
            need=need,
            value=float(self._value[resource, month]),
            row=int(self._row[resource, month]),
        )


class Limit:
    """Prices of limits that some ways have."""

    def __init__(self, block: Block, field: str, prices: np.ndarray) -> None:
        """Take the rows of a limit, the key they are told apart by, and the duals of one level."""
        self._line = {int(key): row for row, key in enumerate(block.keys[field])}
        self._index = block.index
        self._price = np.maximum(-block.of(prices), 0.0)

    def price(self, key: int, month: int) -> float:
        """Return the price of one more unit."""
        line = self._line.get(key)
        return 0.0 if line is None else float(self._price[line, month])

    def row(self, key: int, month: int) -> int:
        """Return the limit's row in the model, -1 where there is none."""
        line = self._line.get(key)
        return -1 if line is None else int(self._index[line, month])
