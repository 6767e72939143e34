"""For given prices of what is shared: the cheapest plan that keeps every row but those, and what it proves.

Unit prices go up the bill, stage by stage: what a unit costs at a node in a month is the least over its ways and over
carrying one from the month before. Quantities go down again: from customers to the month and way in which each unit
was cheapest. The value of that plan, less what the limits are worth, is a lower bound on the cost of every plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.supply.decomposition.crews import Crews
from sop_xl.supply.decomposition.fences import Fences
from sop_xl.supply.decomposition.layers import EndNodes
from sop_xl.supply.decomposition.prices import Asked, Limits, Prices, worth_of_limits

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from sop_xl.supply.decomposition.structure import Stage, Structure

TOLERATED = 1e-7
HUGE, CLOSED = 1e12, 1e9
"""A closed way costs `HUGE`; what costs `CLOSED` or more leads through one."""


@dataclass(frozen=True)
class Flow:
    """Quantities of a plan by way and month, in the shapes of the columns of the same name.

    Attributes:
        make, run, buy, expedite, ship: as the model's columns.
        serve: what customers at nodes other than ends get; shape (nodes, months).
    """

    make: np.ndarray = field(repr=False)
    run: np.ndarray = field(repr=False)
    buy: np.ndarray = field(repr=False)
    expedite: np.ndarray = field(repr=False)
    ship: np.ndarray = field(repr=False)
    serve: np.ndarray = field(repr=False)

    def towards(self, other: Flow, share: float) -> Flow:
        """Return this plan moved by `share` of the way to another one."""
        return Flow(*(mine + share * (theirs - mine) for mine, theirs in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[np.ndarray, ...]:
        """All quantities, in the order of the attributes."""
        return self.make, self.run, self.buy, self.expedite, self.ship, self.serve


@dataclass(frozen=True)
class Reply:
    """What the oracle says.

    Attributes:
        bound: no plan costs less.
        flow: the plan.
        asked: what it asks of each limit.
        prices: those it belongs to; of fences perhaps higher and of hours lower than they were given.
        unit_prices: what one more unit is worth at each node and month; shape (nodes, months).
        service: what one more unit of demand costs at each node that is not an end; same shape.
    """

    bound: float
    flow: Flow = field(repr=False)
    asked: Asked = field(repr=False)
    prices: Prices = field(repr=False)
    unit_prices: np.ndarray = field(repr=False)
    service: np.ndarray = field(repr=False)


class Oracle:
    """Answers prices with plans and bounds."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.limits = Limits.of(structure)
        self.crews = Crews(structure)
        # Of what a crew can work there is no end: workers are hired for it.
        self.most_hours = np.where(self.crews.manned, np.inf, self.limits.most_hours)
        self.fences = Fences(structure)
        self._dumping = -structure.carrying[:, ::-1].cumsum(axis=1)[:, ::-1]
        self.ends = EndNodes(structure)
        self._read_ways()
        self._read_service()

    def _read_ways(self) -> None:
        """Find what each way costs by itself, and which limit it falls under."""
        s, model = self.structure, self.structure.model
        network = s.case.network
        closed = {name: s.of(name, model.upper) <= 0 for name in ("make", "buy", "expedite", "ship")}
        closed["make"] = closed["make"] | s.fixed[network.makes["node"]] | self._without_hours(s.hours)
        self._own = {name: np.where(closed[name], HUGE, s.costs(name)) for name in closed}
        self._make_cost = s.costs("make")
        rows = {name: model.rows[name].keys for name in ("supplier_capacity", "lane_capacity")}
        self.supplier_row = _rows_of(network.buys["source"], rows["supplier_capacity"]["source"])
        self.lane_row = _rows_of(network.ships["lane"], rows["lane_capacity"]["lane"])
        self.ship_lead = network.ships["lead"].to_numpy(int)
        self.origin = network.ships["origin"].to_numpy(int)
        choices = network.steps[network.steps["choice"]]
        group = choices.groupby(["make", "operation"], sort=True).ngroup().to_numpy()
        self._choice_group = group
        self._choice_first = np.flatnonzero(np.diff(group, prepend=-1)) if len(group) else np.zeros(0, int)
        self._choice_make = choices["make"].to_numpy(int)[self._choice_first]
        self.run_make = choices["make"].to_numpy(int)
        self._run_idle = self._without_hours(s.run_hours)

    def _without_hours(self, hours: csr_array) -> np.ndarray:
        """Return where a make or run needs a resource that has no hours at all in the month."""
        idle = (self.most_hours <= 0).astype(float)
        needs = hours.copy()
        needs.data = (needs.data > 0).astype(float)
        return np.asarray(needs.T @ idle) > 0

    def _read_service(self) -> None:
        s = self.structure
        seller = np.flatnonzero((s.seller >= 0) & ~s.ends)
        rows = s.seller[seller]
        upper = {name: s.of(name, s.model.upper)[rows] for name in ("backlog", "lost")}
        self._sellers = seller
        self._late = np.where(upper["backlog"] > 0, s.costs("backlog")[rows], HUGE)
        self._lost = np.where(upper["lost"] > 0, s.costs("lost")[rows], HUGE)
        reserve = [(width, cost) for width, cost in s.tiers if np.isfinite(width).all() and width.any()]
        self._reserves = [(np.where(s.ends[:, None], 0.0, width), cost) for width, cost in reserve]
        self._rewarded = np.max([np.where(w > 0, -c, 0.0) for w, c in self._reserves], axis=0, initial=0.0)

    def reply(self, prices: Prices) -> Reply:
        """Return the best plan at these prices, and the bound it proves."""
        wanted = self.crews.wanted(prices.hours)
        prices = replace(prices, hours=self.crews.bounded(prices.hours, self.limits.hour_cost))
        answer = self._reply(prices, wanted)
        if answer is None:
            answer = self._reply(replace(prices, fences=np.maximum(prices.fences, 0.0)), wanted)
        assert answer is not None
        return answer

    def _reply(self, prices: Prices, workers: np.ndarray) -> Reply | None:
        """Return the same, or None where a fence pays so much that more would be made than anybody can use."""
        s = self.structure
        own, resource = self._way_costs(prices)
        fenced = prices.fences.copy()
        price = np.full((s.nodes, s.months), HUGE)
        ways, origin = np.zeros((2, s.nodes, s.months), int)
        end_price = np.zeros((len(self.ends.nodes), s.months))
        line = np.full(s.nodes, -1)
        line[self.ends.nodes] = np.arange(len(self.ends.nodes))
        for stage in s.stages:
            best, ways[stage.nodes] = self._cheapest(stage, own, price)
            if self._lift(stage, best, own, fenced):
                best, ways[stage.nodes] = self._cheapest(stage, own, price)
            if len(fenced) and (best < self._dumping[stage.nodes] - TOLERATED).any():
                return None
            ended = line[stage.nodes] >= 0
            end_price[line[stage.nodes[ended]]] = best[ended]
            price[stage.nodes], origin[stage.nodes] = self._carry(best, stage.nodes)
        service, served = self._serve(price)
        value, receipts = self.ends.choose(end_price)
        stock, held = self._hold(price)
        bound = value + self.ends.constant + held + self._simple_value(price, service)
        bound += self._fixed_value(price, resource) - worth_of_limits(self.limits, prices)
        changed, change = self.fences.changes(fenced)
        bound += changed + self.crews.value(prices.hours)
        serve = self._served(served)
        flow, taken = self._scatter(ways, origin, receipts, serve, stock, resource)
        asked = self._asked(flow, taken, change, workers)
        return Reply(bound, flow, asked, replace(prices, fences=fenced), price, service)

    def _way_costs(self, prices: Prices) -> tuple[np.ndarray, np.ndarray]:
        """Return what each way costs without what it takes from other nodes, and the same of makes if open."""
        s = self.structure
        work = self._make_cost + np.asarray(s.hours.T @ prices.hours)
        if len(self._choice_first):
            run = s.costs("run") + np.asarray(s.run_hours.T @ prices.hours)
            run = run + np.where(self._run_idle, HUGE, 0.0)
            self._run_price = run
            np.add.at(work, self._choice_make, np.minimum.reduceat(run, self._choice_first, axis=0))
        make = np.where(self._own["make"] >= HUGE, HUGE, work)
        buy, late = (self._own[name] + _limited(prices.suppliers, self.supplier_row) for name in ("buy", "expedite"))
        leaving = self._own["ship"] + _limited(prices.lanes, self.lane_row)
        ship = np.full_like(leaving, HUGE)
        for lead in np.unique(self.ship_lead):
            rows = np.flatnonzero(self.ship_lead == lead)
            ship[rows, lead:] = leaving[rows, : s.months - lead]
        source = np.full((s.nodes, s.months), HUGE)
        source[tuple(s.sources)] = prices.sources
        own = np.concatenate([make, buy, late, ship, source[s.source_nodes]])
        if len(prices.fences):
            own[: s.way_starts[3]] += self._by_way(prices.fences, slice(0, s.way_starts[3]))
        return own, work

    def _by_way(self, fences: np.ndarray, ways: slice | np.ndarray) -> np.ndarray:
        """Return what the fences add to a unit of each of these ways, 0 where its item has none."""
        line = self.fences.line[self.structure.way_nodes[ways]]
        return np.append(fences, np.zeros((1, fences.shape[1])), axis=0)[line]

    def _lift(self, stage: Stage, best: np.ndarray, own: np.ndarray, fences: np.ndarray) -> bool:
        """Lift prices of fences, and what the stage's ways cost, where making a unit and keeping it would pay.

        Beyond that no bound is finite: a plan makes no more than the fence asks for.
        """
        if not len(fences):
            return False
        line = self.fences.line[stage.nodes]
        kept = np.append(self.fences.kept, np.zeros((1, fences.shape[1]), bool), axis=0)[line]
        short = np.where(kept, self._dumping[stage.nodes] - best, 0.0)
        if not (short > 0).any():
            return False
        lift = np.zeros_like(fences)
        np.maximum.at(lift, line[line >= 0], np.maximum(short[line >= 0], 0.0))
        fences += lift
        ways = stage.ways[stage.ways < self.structure.way_starts[3]]
        own[ways] += self._by_way(lift, ways)
        return True

    def _cheapest(self, stage: Stage, own: np.ndarray, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the price of the cheapest way of each node and month, and which it is."""
        s = self.structure
        cost = np.append(own[stage.ways], np.full((1, s.months), HUGE), axis=0)
        at, makes = stage.makes
        if len(at):
            cost[at] += s.uses.price(price, makes)
        at, ships = stage.ships
        for lead in np.unique(self.ship_lead[ships]):
            chosen = self.ship_lead[ships] == lead
            cost[at[chosen], lead:] += price[self.origin[ships[chosen]], : s.months - lead]
        cost[cost >= CLOSED] = HUGE
        if not len(stage.ways):
            return np.full((len(stage.nodes), s.months), HUGE), np.zeros((len(stage.nodes), s.months), int)
        tables = cost[stage.slots]
        way = tables.argmin(axis=1)
        best = np.take_along_axis(tables, way[:, None], axis=1)[:, 0]
        return best, way

    def _carry(self, best: np.ndarray, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the price of a unit in each month, bought then or carried from before, and the month it comes in.

        Where a target is rewarded and no unit can be had yet, the price stays within the reward of the next one.
        """
        hold = self.structure.carrying[nodes]
        price, month = best.copy(), np.tile(np.arange(best.shape[1]), (len(best), 1))
        for t in range(1, best.shape[1]):
            carried = price[:, t - 1] + hold[:, t - 1]
            earlier = carried < price[:, t] - 1e-12
            price[earlier, t], month[earlier, t] = carried[earlier], month[earlier, t - 1]
        reward = self._rewarded[nodes] if np.ndim(self._rewarded) else None
        if reward is not None and reward.any():
            for t in range(best.shape[1] - 2, -1, -1):
                short = (price[:, t] >= CLOSED) & (reward[:, t] > 0)
                price[short, t] = price[short, t + 1] + reward[short, t]
        return price, month

    def _serve(self, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what a unit of demand costs by node and month, and the month it is served, -1 for never."""
        months = self.structure.months
        service = np.zeros_like(price)
        month = np.full((len(self._sellers), months), -1)
        cost = np.zeros((len(self._sellers), months))
        for t in range(months - 1, -1, -1):
            wait, when = self._late[:, t].copy(), np.full(len(self._sellers), -1)
            if t + 1 < months:
                wait, when = wait + cost[:, t + 1], month[:, t + 1].copy()
            gone = self._lost[:, t] < wait
            wait[gone], when[gone] = self._lost[gone, t], -1
            now = price[self._sellers, t]
            soon = now <= wait
            cost[:, t] = np.where(soon, now, wait)
            month[:, t] = np.where(soon, t, when)
        service[self._sellers] = cost
        return service, month

    def _served(self, month: np.ndarray) -> np.ndarray:
        """Return what customers get at nodes that are not ends; shape (nodes, months)."""
        s = self.structure
        asked = s.asked[self._sellers]
        where = np.arange(len(self._sellers))[:, None] * s.months + np.maximum(month, 0)
        units = np.where(month >= 0, asked, 0.0)
        serve = np.zeros((s.nodes, s.months))
        flat = np.bincount(where.ravel(), weights=units.ravel(), minlength=asked.size)
        serve[self._sellers] = flat.reshape(asked.shape)
        return serve

    def _hold(self, price: np.ndarray) -> tuple[np.ndarray, float]:
        """Return the stock worth holding at nodes that are not ends, for its own sake, and what it costs."""
        after = np.append(price[:, 1:], np.zeros((len(price), 1)), axis=1)
        stock, value = np.zeros_like(price), 0.0
        for width, cost in self._reserves:
            each = cost + price - after
            held = np.where((each < 0) & (width > 0), width, 0.0)
            value += float((np.where(held > 0, each, 0.0) * held).sum())
            stock += held
        return stock, value

    def _simple_value(self, price: np.ndarray, service: np.ndarray) -> float:
        """Return what serving costs at nodes that are not ends, less what is there anyway."""
        s = self.structure
        simple = ~s.ends
        there = s.into[simple]
        given = np.where(there > 0, price[simple] * there, 0.0).sum()
        return float((service[self._sellers] * s.asked[self._sellers]).sum() - given)

    def _fixed_value(self, price: np.ndarray, work: np.ndarray) -> float:
        """Return what fixed production costs beyond its worth at the node; missing it at most costs its weight."""
        s = self.structure
        block = s.model.columns["fixed_missed"]
        if not block.size:
            return 0.0
        nodes = s.case.network.makes["node"].to_numpy(int)
        makes = np.flatnonzero(s.fixed[nodes].any(axis=1))
        each = work[makes] + s.uses.price(price, makes) - price[nodes[makes]]
        line = np.searchsorted(block.keys["node"].to_numpy(int), nodes[makes])
        each = np.minimum(each, s.costs("fixed_missed")[line])
        quantity = s.fixed_quantity[nodes[makes]]
        return float(np.where(quantity > 0, each * quantity, 0.0).sum())

    def _scatter(
        self,
        ways: np.ndarray,
        origin: np.ndarray,
        receipts: np.ndarray,
        serve: np.ndarray,
        stock: np.ndarray,
        work: np.ndarray,
    ) -> tuple[Flow, np.ndarray]:
        """Return the flows that bring what is asked for, from customers down, and what each source gives."""
        s = self.structure
        flows = np.zeros((s.way_starts[-1], s.months))
        forced = s.fixed_quantity[s.case.network.makes["node"]]
        out = serve + np.diff(stock, axis=1, prepend=0.0)
        inflow = np.zeros_like(out)
        inflow[self.ends.nodes] = receipts
        for stage in reversed(s.stages):
            self._gather(stage, out, origin, inflow)
            chosen = ways[stage.nodes[stage.row]] == stage.place[:, None]
            flow = np.where(chosen, inflow[stage.nodes[stage.row]], 0.0)
            at, makes = stage.makes
            flow[at] += forced[makes]
            flows[stage.ways] = flow
            self.take(stage, flows, out)
        starts = s.way_starts
        make, buy, late, arrived, taken = (flows[a:b] for a, b in pairwise(starts))
        ship = self.departures(arrived)
        return Flow(make, self._runs(make), buy, late, ship, serve), taken

    def _gather(self, stage: Stage, out: np.ndarray, origin: np.ndarray, inflow: np.ndarray) -> None:
        """Set what must come in to the stage's nodes: what leaves, in the month each unit is cheapest."""
        months = self.structure.months
        simple = stage.nodes[~self.structure.ends[stage.nodes]]
        where = simple[:, None] * months + origin[simple]
        total = np.bincount(where.ravel(), weights=out[simple].ravel(), minlength=inflow.size)
        inflow[simple] = total.reshape(inflow.shape)[simple]

    def take(self, stage: Stage, ways: np.ndarray, out: np.ndarray) -> None:
        """Add to `out` (nodes, months) what the stage's makes and ships take; `ways` by month of arrival."""
        at, makes = stage.makes
        self.structure.uses.take(ways[stage.ways[at]], makes, out)
        at, ships = stage.ships
        self._depart(ways[stage.ways[at]], ships, out)

    def bring(self, stage: Stage, ways: np.ndarray) -> np.ndarray:
        """Return what the ways bring to the stage's nodes; shape (nodes of the stage, months)."""
        total = np.zeros((len(stage.nodes), self.structure.months))
        np.add.at(total, stage.row, ways[stage.ways])
        return total

    def through(self, ways: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what comes to each node, stock and receipts included, and what makes and ships take from it."""
        s = self.structure
        coming, out = s.into.copy(), np.zeros((s.nodes, s.months))
        for stage in s.stages:
            coming[stage.nodes] += self.bring(stage, ways)
            self.take(stage, ways, out)
        return coming, out

    def _depart(self, arrived: np.ndarray, ships: np.ndarray, out: np.ndarray) -> None:
        """Add to `out` what leaves the origins of these ships; `arrived` is by month of arrival."""
        for lead in np.unique(self.ship_lead[ships]):
            rows = np.flatnonzero(self.ship_lead[ships] == lead)
            part = np.zeros((len(rows), out.shape[1]))
            part[:, : out.shape[1] - lead] = arrived[rows, lead:]
            np.add.at(out, self.origin[ships[rows]], part)

    def departures(self, arrived: np.ndarray) -> np.ndarray:
        """Return shipments by month of departure from those by month of arrival."""
        leaving = np.zeros_like(arrived)
        for lead in np.unique(self.ship_lead):
            rows = np.flatnonzero(self.ship_lead == lead)
            leaving[rows, : arrived.shape[1] - lead] = arrived[rows, lead:]
        return leaving

    def arrivals(self, leaving: np.ndarray) -> np.ndarray:
        """Return shipments by month of arrival from those by month of departure."""
        arrived = np.zeros_like(leaving)
        for lead in np.unique(self.ship_lead):
            rows = np.flatnonzero(self.ship_lead == lead)
            arrived[rows, lead:] = leaving[rows, : leaving.shape[1] - lead]
        return arrived

    def _runs(self, make: np.ndarray) -> np.ndarray:
        """Return what runs on each choice: all of a month on the cheapest."""
        if not len(self._choice_first):
            return np.zeros((0, self.structure.months))
        least = np.minimum.reduceat(self._run_price, self._choice_first, axis=0)
        cheap = self._run_price <= least[self._choice_group]
        rank = np.cumsum(cheap, axis=0)
        before = np.where(self._choice_first > 0, 1, 0)[:, None] * rank[self._choice_first - 1]
        first = cheap & (rank - before[self._choice_group] == 1)
        return np.where(first, make[self.run_make], 0.0)

    def _asked(self, flow: Flow, taken: np.ndarray, change: np.ndarray, workers: np.ndarray) -> Asked:
        s = self.structure
        line = np.searchsorted(s.source_nodes, s.sources[0])
        return Asked(
            hours=self.use_of_hours(flow.make, flow.run),
            suppliers=self.on_suppliers(flow.buy + flow.expedite),
            lanes=self.on_lanes(flow.ship),
            sources=taken[line, s.sources[1]] if len(s.sources[0]) else np.zeros(0),
            fences=self.supply_of_fences(flow.make, flow.buy, flow.expedite) - change,
            workers=workers,
        )

    def supply_of_fences(self, make: np.ndarray, buy: np.ndarray, late: np.ndarray) -> np.ndarray:
        """Return what is made and bought of each item with a fence; shape (items kept, months)."""
        s = self.structure
        ways = np.concatenate([make, buy, late])
        return self.fences.supply([(s.way_nodes[: len(ways)], ways)])

    def on_suppliers(self, bought: np.ndarray) -> np.ndarray:
        """Return what these purchases ask of each limited supplier; shape (rows, months)."""
        return _summed(self.limits.suppliers.shape, self.supplier_row, bought)

    def on_lanes(self, leaving: np.ndarray) -> np.ndarray:
        """Return what these shipments, by month of departure, ask of each limited lane; shape (rows, months)."""
        return _summed(self.limits.lanes.shape, self.lane_row, leaving)

    def split_runs(self, make: np.ndarray, run: np.ndarray) -> np.ndarray:
        """Return runs in the shares of `run` that add up to the makes; where it has none, on the first choice."""
        if not len(run):
            return run
        first = np.zeros(len(run), bool)
        first[self._choice_first] = True
        weights = np.maximum(run, 0.0)
        total = np.add.reduceat(weights, self._choice_first, axis=0)[self._choice_group]
        share = np.where(total > 1e-12, weights / np.where(total > 1e-12, total, 1.0), first[:, None])
        return share * make[self.run_make]

    def least_share(self, share: np.ndarray) -> np.ndarray:
        """Return the least of the resources' shares by make; (used resources, months) to (makes, months)."""
        s = self.structure
        least = np.ones((s.hours.shape[1], share.shape[1]))
        line, make = s.hours.nonzero()
        np.minimum.at(least, make, share[line])
        line, run = s.run_hours.nonzero()
        np.minimum.at(least, self.run_make[run], share[line])
        return least

    def use_of_hours(self, make: np.ndarray, run: np.ndarray) -> np.ndarray:
        """Return the hours these makes and choices need; shape (used resources, months)."""
        s = self.structure
        return np.asarray(s.hours @ make) + (np.asarray(s.run_hours @ run) if len(run) else 0.0)


def _rows_of(numbers: object, keys: object) -> np.ndarray:
    """Return the row of `keys` each number stands in, -1 for none."""
    lines = {int(key): row for row, key in enumerate(np.asarray(keys))}
    return np.array([lines.get(int(number), -1) for number in np.asarray(numbers)], dtype=int)


def _limited(price: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the price of each way's limit, 0 where it has none."""
    return np.append(price, np.zeros((1, price.shape[1])), axis=0)[row]


def _summed(shape: tuple[int, ...], row: np.ndarray, flow: np.ndarray) -> np.ndarray:
    total = np.zeros(shape)
    kept = row >= 0
    np.add.at(total, row[kept], flow[kept])
    return total
