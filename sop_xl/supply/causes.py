"""Why a node lacks goods in a month: the scarce thing found by walking down the ways that lead to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.agreements import frozen_items

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows
    from sop_xl.supply.model import Block, LinearModel

NEGLIGIBLE = 1e-9
TIGHT = 1e-6
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_name(period: pd.Period) -> str:
    """Return `Jan 27`."""
    return f"{MONTH_NAMES[period.month - 1]} {period.year % 100:02d}"


def month_span(periods: pd.PeriodIndex, first: int, last: int) -> str:
    """Return `Jan 27`, `Jan to Apr 27` or `Nov 26 to Feb 27`."""
    start, end = periods[first], periods[last]
    if first == last:
        return month_name(end)
    if start.year == end.year:
        return f"{MONTH_NAMES[start.month - 1]} to {month_name(end)}"
    return f"{month_name(start)} to {month_name(end)}"


@dataclass(frozen=True)
class Cause:
    """What holds an order back.

    Attributes:
        binding: the resource, supplier, lane, lead time or fence by name.
        text: what it does, as the first half of a sentence.
        weight: its share in the price of the goods, to rank causes.
    """

    binding: str
    text: str
    weight: float


class CauseFinder:
    """Finds causes by the prices (duals) of one level, and by what is full where prices are silent."""

    def __init__(self, case: SupplyCase, model: LinearModel, flows: Flows, duals: np.ndarray | None) -> None:
        self._case, self._model, self._flows = case, model, flows
        self._prices = np.zeros(model.row_count) if duals is None else np.nan_to_num(duals)
        self._value = np.abs(model.rows["balance"].of(self._prices))
        self._found: dict[tuple[int, int], Cause] = {}
        self._open: set[tuple[int, int]] = set()
        self._hours = _HourPrices(case, model, self._prices, flows)
        self._sellers_limit = _Limit(model.rows["supplier_capacity"], "source", self._prices)
        self._lanes_limit = _Limit(model.rows["lane_capacity"], "lane", self._prices)
        network = case.network
        self._frozen = frozen_items(case)
        self._makes = network.makes.groupby("node").groups
        self._buys = network.buys.groupby("node").groups
        self._ships = network.ships.groupby("target").groups
        self._uses = {make: list(lines.itertuples()) for make, lines in network.uses.groupby("make")}

    def why(self, node: int, month: int) -> Cause:
        """Return what holds back one more unit of `node` in `month`."""
        key = (node, month)
        if key in self._open:
            return Cause("", "", np.inf)
        if key not in self._found:
            self._open.add(key)
            self._found[key] = self._search(node, month)
            self._open.discard(key)
        return self._found[key]

    def _search(self, node: int, month: int) -> Cause:
        if self._frozen[self._case.network.node_items[node], month]:
            name = self._case.network.nodes["name"][node]
            text = f"Supply of {name} is frozen in {self._month(month)} to last month's plan"
            return Cause(f"Frozen plan of {name}", text, self._value[node, month])
        ways = [self._made(make, month) for make in self._makes.get(node, [])]
        ways += [self._bought(buy, month) for buy in self._buys.get(node, [])]
        ways += [self._shipped(ship, month) for ship in self._ships.get(node, [])]
        if not ways:
            return self._no_source(node)
        return min(ways, key=lambda cause: cause.weight)

    def _no_source(self, node: int) -> Cause:
        name, place = self._case.network.nodes.loc[node, ["name", "location"]]
        bought = self._case.network.items["source"][self._case.network.node_items[node]] == "buy"
        missing = "no supplier" if bought else "neither a routing nor a supplier"
        return Cause("No source", f"{name} has {missing} that reaches {place}", np.inf)

    def _made(self, make: int, month: int) -> Cause:
        network, case = self._case.network, self._case
        node, lead = int(network.makes["node"][make]), int(network.makes["lead"][make])
        name = network.nodes["name"][node]
        if not np.isnan(case.targets.fixed[node, month]):
            return Cause(
                "Fixed production", f"Production of {name} is fixed in {self._month(month)}", self._value[node, month]
            )
        if month < lead:
            text = f"{name} takes {_days(network.items['lead_time_days'][network.node_items[node]])} to make"
            return Cause(f"Lead time of {name}", text, np.inf)
        causes = self._hours.of(make, month)
        for line in self._uses.get(make, []):
            if line.first <= month - lead <= line.last:
                causes.append(self._component(int(line.node), month - lead, float(line.need)))
        return max(causes, key=lambda cause: cause.weight, default=_cheaper())

    def _component(self, node: int, month: int, need: float) -> Cause:
        """Return what holds back a component; nothing where some of it is left over."""
        left = self._flows.closing[node, month]
        if self._value[node, month] <= NEGLIGIBLE and left > TIGHT:
            return _cheaper()
        cause = self.why(node, month)
        weight = self._value[node, month] if np.isinf(cause.weight) else cause.weight
        if left > TIGHT and np.isinf(cause.weight):
            return _cheaper()
        return Cause(cause.binding, cause.text, max(need * weight, NEGLIGIBLE if cause.binding else 0.0))

    def _bought(self, buy: int, month: int) -> Cause:
        case = self._case
        row = case.network.buys.loc[buy]
        name = case.network.nodes["name"][row["node"]]
        if month < row["lead"]:
            days = _days(case.data["suppliers"]["lead_time_days"][row["source"]])
            first = self._month(min(int(row["lead"]), case.months - 1))
            text = f"{name} from {row['supplier']} takes {days}, so the first order arrives in {first}"
            return Cause(f"Lead time of {row['supplier']}", text, np.inf)
        price = self._sellers_limit.price(int(row["source"]), month)
        bought = (self._flows.buy + self._flows.expedite)[
            (case.network.buys["source"] == row["source"]).to_numpy(), month
        ]
        limit = case.data["suppliers"]["capacity_per_month"][row["source"]]
        if price <= NEGLIGIBLE and not bought.sum() >= limit - TIGHT:
            return _cheaper()
        text = f"{row['supplier']} delivers at most {limit:,.0f} {name} a month"
        return Cause(str(row["supplier"]), text, max(price, NEGLIGIBLE))

    def _shipped(self, ship: int, month: int) -> Cause:
        case = self._case
        row = case.network.ships.loc[ship]
        origin, target = case.network.nodes["location"][[row["origin"], row["target"]]]
        start = month - int(row["lead"])
        lane = f"{origin} to {target}"
        if start < 0:
            days = _days(case.data["lanes"]["transit_days"][row["lane"]])
            return Cause(f"Transit {lane}", f"The way from {lane} takes {days}", np.inf)
        price = self._lanes_limit.price(int(row["lane"]), start)
        limit = case.data["lanes"]["capacity_per_month"][row["lane"]]
        own = Cause(f"Lane {lane}", f"The lane from {lane} carries at most {limit:,.0f} a month", price)
        behind = self._component(int(row["origin"]), start, 1.0)
        return own if price > max(behind.weight, NEGLIGIBLE) else behind

    def _month(self, month: int) -> str:
        return month_name(self._case.data.calendar.periods[month])


class _HourPrices:
    """Prices of hours, and the months in which a resource is full."""

    def __init__(self, case: SupplyCase, model: LinearModel, prices: np.ndarray, flows: Flows) -> None:
        self._case = case
        capacity, overtime = model.rows["capacity"], model.rows["overtime_limit"]
        shape = (len(case.network.resources), case.months)
        self._price = np.zeros(shape)
        hours = np.abs(model.rows["hours"].of(prices))
        limits = np.maximum(-capacity.of(prices), 0.0) + np.maximum(-overtime.of(prices), 0.0)
        self._price[capacity.keys["resource"]] = np.where(limits > NEGLIGIBLE, hours, 0.0)
        self.full = self._full(flows)
        self._steps = {make: list(lines.itertuples()) for make, lines in case.network.steps.groupby("make")}

    def _full(self, flows: Flows) -> np.ndarray:
        """Return where regular and overtime hours are used up."""
        case, hours = self._case, self._case.hours
        used = np.zeros((len(case.network.resources), case.months))
        np.add.at(used, case.network.steps["resource"], flows.step_hours(case))
        limit = hours.limit
        return np.isfinite(limit) & (used >= np.nan_to_num(limit, posinf=0.0) * (1.0 - TIGHT) - TIGHT)

    def of(self, make: int, month: int) -> list[Cause]:
        """Return the scarce resources of a make; of an operation with a choice the least scarce one."""
        best: dict[str, Cause] = {}
        for step in self._steps.get(make, []):
            price = self._price[step.resource, month] * step.hours_per_unit
            full = self.full[step.resource, month] and step.hours_per_unit > 0
            cause = self._cause(step.resource, month, price) if full or price > NEGLIGIBLE else _cheaper()
            known = best.get(step.operation)
            if known is None or cause.weight < known.weight:
                best[step.operation] = cause
        return list(best.values())

    def _cause(self, resource: int, month: int, weight: float) -> Cause:
        name = self._case.network.resources[resource]
        first = month
        while first > 0 and self.full[resource, first - 1]:
            first -= 1
        span = month_span(self._case.data.calendar.periods, first, month)
        crew = resource in set(self._case.hours.crews["resource"])
        text = f"{name} has no more workers in {span}" if crew else f"{name} is full in {span}"
        return Cause(name, text, max(weight, NEGLIGIBLE))


class _Limit:
    """Prices of limits that some ways have."""

    def __init__(self, block: Block, field: str, prices: np.ndarray) -> None:
        self._row = {int(key): row for row, key in enumerate(block.keys[field])}
        self._price = np.maximum(-block.of(prices), 0.0)

    def price(self, key: int, month: int) -> float:
        row = self._row.get(key)
        return 0.0 if row is None else float(self._price[row, month])


def _cheaper() -> Cause:
    return Cause("", "", 0.0)


def _days(days: float) -> str:
    return f"{days:,.0f} days"
