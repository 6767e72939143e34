"""Why a node lacks goods in a month: the scarce thing found by walking down the ways that lead to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.calendar import month_text
from sop_xl.supply.agreements import frozen_items
from sop_xl.supply.cause import NEGLIGIBLE, TIGHT, Cause, cheaper
from sop_xl.supply.frames import rows_by
from sop_xl.supply.scarce import HourPrices, Limit
from sop_xl.supply.small_lots import LotCauses

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows
    from sop_xl.supply.model import LinearModel

WORTH_NAMING = 0.05
"""Causes with at least this share of a way's price are named beside the main one."""


class CauseFinder:
    """Finds causes by the prices (duals) of one level, and by what is full where prices are silent."""

    def __init__(self, case: SupplyCase, model: LinearModel, flows: Flows, duals: np.ndarray | None) -> None:
        self._case, self._model, self._flows = case, model, flows
        self._prices = np.zeros(model.row_count) if duals is None else np.nan_to_num(duals)
        self._value = np.abs(model.rows["balance"].of(self._prices))
        self._found: dict[tuple[int, int], Cause] = {}
        self._open: set[tuple[int, int]] = set()
        self._hours = HourPrices(case, model, self._prices, flows)
        self._lots = LotCauses(case, model, self._prices, self._hours)
        self._sellers_limit = Limit(model.rows["supplier_capacity"], "source", self._prices)
        self._lanes_limit = Limit(model.rows["lane_capacity"], "lane", self._prices)
        self._fixed = Limit(model.rows["fixed_production"], "node", self._prices)
        network = case.network
        self._frozen = frozen_items(case)
        self._makes = network.makes.groupby("node").groups
        self._buys = network.buys.groupby("node").groups
        self._ships = network.ships.groupby("target").groups
        self._swaps = network.swaps.groupby("target").groups
        self._uses = rows_by(network.uses, "make")

    def why(self, node: int, month: int) -> Cause:
        """Return what holds back one more unit of `node` in `month`."""
        key = (node, month)
        if key in self._open:
            return Cause(price=np.inf)
        if key not in self._found:
            self._open.add(key)
            self._found[key] = self._search(node, month)
            self._open.discard(key)
        return self._found[key]

    def holding(self, node: int, month: int, until: int) -> Cause:
        """Return what holds back the orders of `month`, served in `until`, with what else holds them beside it.

        What could have been made earlier and stored holds them too, and what keeps them waiting later. Where the
        month's own cause is full but has no price, since what comes first takes all of it, the nearest month's
        that has one is the cause.
        """
        main = self.why(node, month)
        near = sorted(set(range(until)) - {month}, key=lambda other: abs(other - month))
        others = [self.why(node, other) for other in near]
        priced = [cause for cause in others if cause.binding and NEGLIGIBLE < cause.price < np.inf]
        if main.binding and main.price < np.inf and not main.value > NEGLIGIBLE:
            main = next((cause for cause in priced if cause.value > NEGLIGIBLE), main)
        names = [name for cause in priced for name in (cause.binding, *cause.also)]
        beside = [name for name in (*main.also, *names) if name != main.binding]
        return replace(main, also=tuple(dict.fromkeys(beside)))

    def _search(self, node: int, month: int) -> Cause:
        if self._frozen[self._case.network.node_items[node], month]:
            return self._held_by_last_plan(node, month)
        ways = [self._made(make, month) for make in self._makes.get(node, [])]
        ways += [self._bought(buy, month) for buy in self._buys.get(node, [])]
        ways += [self._shipped(ship, month) for ship in self._ships.get(node, [])]
        ways += [self._replaced(swap, month) for swap in self._swaps.get(node, [])]
        if not ways:
            return self._no_source(node)
        return min(ways, key=lambda cause: cause.price)

    def _no_source(self, node: int) -> Cause:
        name, place = self._case.network.nodes.loc[node, ["name", "location"]]
        bought = self._case.network.items["source"][self._case.network.node_items[node]] == "buy"
        missing = "no supplier" if bought else "neither a routing nor a supplier"
        text = f"{name} has {missing} that reaches {place}"
        return Cause("No source", text, np.inf, f"Give {name} a supplier, a routing or a lane that reaches {place}.")

    def _held_by_last_plan(self, node: int, month: int) -> Cause:
        name, when = self._case.network.nodes["name"][node], self._month(month)
        block = self._model.rows["last_plan"]
        limit = Limit(block, "item", -np.abs(self._prices))
        item = int(self._case.network.node_items[node])
        return Cause(
            binding=f"Frozen plan of {name}",
            text=f"Supply of {name} is frozen in {when} to last month's plan",
            price=self._value[node, month],
            cure=f"Let the frozen plan of {name} rise by {{}} in {when}.",
            unit="unit",
            need=1.0,
            value=limit.price(item, month),
            row=limit.row(item, month),
        )

    def _made(self, make: int, month: int) -> Cause:
        network, case = self._case.network, self._case
        node, lead = int(network.makes["node"][make]), int(network.makes["lead"][make])
        name, when = network.nodes["name"][node], self._month(month)
        if not np.isnan(case.targets.fixed[node, month]):
            return Cause(
                binding="Fixed production",
                text=f"Production of {name} is fixed in {when}",
                price=self._value[node, month],
                cure=f"Release the production fixed for {name} in {when}, or fix {{}} more.",
                unit="unit",
                need=1.0,
                value=self._value[node, month],
                row=self._fixed.row(node, month),
            )
        if month < lead:
            text = f"{name} takes {_days(network.items['lead_time_days'][network.node_items[node]])} to make"
            cure = f"Only stock helps, or {name} made faster: what starts now is too late."
            return Cause(f"Lead time of {name}", text, np.inf, cure)
        causes = self._hours.of(make, month)
        for line in self._uses.get(make, []):
            if line.first <= month - lead <= line.last:
                causes.append(self._component(int(line.node), month - lead, float(line.need)))
        causes = [cause for cause in causes if cause.binding]
        if not causes:
            return self._lots.making(make, month, self._value[node, month]) or cheaper()
        return _joined(causes)

    def _component(self, node: int, month: int, need: float) -> Cause:
        """Return what holds back a component; nothing where some of it is left over."""
        left = self._flows.closing[node, month]
        if self._value[node, month] <= NEGLIGIBLE and left > TIGHT:
            return cheaper()
        cause = self.why(node, month)
        price = self._value[node, month] if np.isinf(cause.price) else cause.price
        if left > TIGHT and np.isinf(cause.price):
            return cheaper()
        price = max(need * price, NEGLIGIBLE if cause.binding else 0.0)
        return replace(cause, price=price, need=cause.need * need)

    def _bought(self, buy: int, month: int) -> Cause:
        case = self._case
        row = case.network.buys.loc[buy]
        name, supplier = case.network.nodes["name"][row["node"]], row["supplier"]
        if month < row["lead"]:
            days = _days(case.data["suppliers"]["lead_time_days"][row["source"]])
            first = self._month(min(int(row["lead"]), case.months - 1))
            text = f"{name} from {supplier} takes {days}, so the first order arrives in {first}"
            cure = f"Have {supplier} deliver {name} before {first}, or take it from elsewhere."
            return Cause(f"Lead time of {supplier}", text, np.inf, cure)
        source = int(row["source"])
        price = self._sellers_limit.price(source, month)
        bought = (self._flows.buy + self._flows.expedite)[(case.network.buys["source"] == source).to_numpy(), month]
        limit = case.data["suppliers"]["capacity_per_month"][source]
        if price <= NEGLIGIBLE and not bought.sum() >= limit - TIGHT:
            return self._lots.buying(buy, month, self._value[int(row["node"]), month]) or cheaper()
        return Cause(
            binding=str(supplier),
            text=f"{supplier} delivers at most {limit:,.0f} {name} a month",
            price=max(price, NEGLIGIBLE),
            cure=f"Have {supplier} deliver {{}} more {name} in {self._month(month)}, or find another supplier.",
            unit="unit",
            need=1.0,
            value=price,
            row=self._sellers_limit.row(source, month),
        )

    def _shipped(self, ship: int, month: int) -> Cause:
        case = self._case
        row = case.network.ships.loc[ship]
        origin, target = case.network.nodes["location"][[row["origin"], row["target"]]]
        start, lane = month - int(row["lead"]), f"{origin} to {target}"
        if start < 0:
            days = _days(case.data["lanes"]["transit_days"][row["lane"]])
            cure = f"Send goods from {lane} by a faster way."
            return Cause(f"Transit {lane}", f"The way from {lane} takes {days}", np.inf, cure)
        line = max((int(row["lane"]), int(row["route"])), key=lambda lane: self._lanes_limit.price(lane, start))
        price = self._lanes_limit.price(line, start)
        limit = case.data["lanes"]["capacity_per_month"].get(line, np.nan)
        own = Cause(
            binding=f"Lane {lane}",
            text=f"The lane from {lane} carries at most {limit:,.0f} a month",
            price=price,
            cure=f"Carry {{}} more from {lane} in {self._month(start)}.",
            unit="unit",
            need=1.0,
            value=price,
            row=self._lanes_limit.row(line, start),
        )
        behind = self._component(int(row["origin"]), start, 1.0)
        return (
            _joined([own, behind]) if price > NEGLIGIBLE and behind.binding else own if price > NEGLIGIBLE else behind
        )

    def _replaced(self, swap: int, month: int) -> Cause:
        row = self._case.network.swaps.loc[swap]
        if not row["first"] <= month <= row["last"]:
            return Cause(price=np.inf)
        return self._component(int(row["origin"]), month, float(row["factor"]))

    def _month(self, month: int) -> str:
        return month_text(self._case.data.calendar.periods[month])


def _joined(causes: list[Cause]) -> Cause:
    """Return the main cause of a way that needs all of them, the others named beside it."""
    main = max(causes, key=lambda cause: cause.price)
    total = sum(cause.price for cause in causes)
    others = [c.binding for c in causes if c.binding and c.binding != main.binding and c.price >= WORTH_NAMING * total]
    return replace(main, price=total, also=tuple(dict.fromkeys([*main.also, *others])))


def _days(days: float) -> str:
    return f"{days:,.0f} days"
