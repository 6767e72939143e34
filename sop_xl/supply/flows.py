"""The plan's quantities as they are stored: six decimals, no dust, and every balance exact on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import LinearModel

DECIMALS = 6
DUST = 1e-6
"""Below this a quantity of the solver is nothing."""


@dataclass(frozen=True)
class Flows:
    """Quantities by way or node and month, in units.

    Attributes:
        make, run, buy, expedite, ship, swap: by make, choice step, way to buy, to ship, to substitute (units of the
            item); months as columns.
        starts: whether a setup is paid, by setup; months as columns.
        production, purchases, received, shipped_out: into and out of each node; shape (nodes, months).
        demand, served, lost, backlog: customers' part, by node; same shape.
        agreed: of the backlog, what may wait by agreement; same shape.
        seller_backlog, seller_late, seller_lost: backlog, what of it is beyond what is agreed, and lost orders, by
            seller; shape (sellers, months).
        used: what goes into other items or is scrapped; same shape.
        scrapped: of used, what is too old; same shape.
        opening, closing: stock before and after each month; same shape.
        rounding: the largest difference between a stored quantity and the solver's, in millionths of the largest.
    """

    make: np.ndarray = field(repr=False)
    run: np.ndarray = field(repr=False)
    buy: np.ndarray = field(repr=False)
    expedite: np.ndarray = field(repr=False)
    ship: np.ndarray = field(repr=False)
    swap: np.ndarray = field(repr=False)
    starts: np.ndarray = field(repr=False)
    production: np.ndarray = field(repr=False)
    purchases: np.ndarray = field(repr=False)
    received: np.ndarray = field(repr=False)
    shipped_out: np.ndarray = field(repr=False)
    demand: np.ndarray = field(repr=False)
    served: np.ndarray = field(repr=False)
    lost: np.ndarray = field(repr=False)
    backlog: np.ndarray = field(repr=False)
    agreed: np.ndarray = field(repr=False)
    seller_backlog: np.ndarray = field(repr=False)
    seller_late: np.ndarray = field(repr=False)
    seller_lost: np.ndarray = field(repr=False)
    used: np.ndarray = field(repr=False)
    scrapped: np.ndarray = field(repr=False)
    opening: np.ndarray = field(repr=False)
    closing: np.ndarray = field(repr=False)
    rounding: float = 0.0

    def step_quantity(self, steps: pd.DataFrame) -> np.ndarray:
        """Return what passes each step of a network; shape (steps, months)."""
        quantity = self.make[steps["make"]].copy()
        chosen = steps["choice"].to_numpy(bool)
        quantity[chosen] = self.run[steps["run"][chosen]]
        return quantity

    def step_hours(self, case: SupplyCase) -> np.ndarray:
        """Return the hours of each step of the network, setups included; shape (steps, months)."""
        steps, setups = case.network.steps, case.setups
        hours = self.step_quantity(steps) * steps[["hours_per_unit"]].to_numpy()
        setup = pd.MultiIndex.from_frame(setups.keys[["make", "run"]]).get_indexer(
            pd.MultiIndex.from_frame(steps[["make", "run"]])
        )
        taken = np.flatnonzero((setup >= 0) & (steps["setup_hours"] > 0).to_numpy())
        hours[taken] += self.starts[setup[taken]] * steps[["setup_hours"]].to_numpy()[taken]
        return hours


def tidy(values: np.ndarray) -> np.ndarray:
    """Return values of 0 or more, rounded, without dust."""
    rounded = np.round(np.maximum(values, 0.0), DECIMALS)
    return np.where(rounded <= DUST, 0.0, rounded)


def read_flows(case: SupplyCase, model: LinearModel, values: np.ndarray) -> Flows:
    """Return the stored quantities of a solution.

    opening + production + purchases + received - shipped_out - served - used = closing and
    backlog before + demand - served - lost = backlog hold on the rounded figures: what rounding leaves over
    (a few millionths) is put into the month's use, else its production or purchases, else its closing stock.
    """
    network, demand = case.network, case.demand
    of = {name: tidy(block.of(values)) for name, block in model.columns.items()}
    swaps = network.swaps
    out = of["swap"] * swaps[["factor"]].to_numpy(float)
    nodes = len(network.nodes)
    production = _summed(network.makes["node"], of["make"], nodes) + demand.receipts["production"]
    bought = of["buy"] + of["expedite"]
    purchases = _summed(network.buys["node"], bought, nodes) + demand.receipts["purchase"]
    received = _summed(network.ships["target"], _arrivals(case, of["ship"]), nodes) + demand.receipts["transfer"]
    received = np.round(received + _summed(swaps["target"], of["swap"], nodes), DECIMALS)
    shipped = np.round(
        _summed(network.ships["origin"], of["ship"], nodes) + _summed(swaps["origin"], out, nodes), DECIMALS
    )
    tiers = [_summed(model.columns[tier].keys["node"], of[tier], nodes) for tier in STOCK_TIERS]
    stock = np.sum(tiers, axis=0)
    agreed = _summed(case.sellers, of["agreed"], nodes)
    backlog = np.round(_summed(case.sellers, of["backlog"], nodes) + agreed, DECIMALS)
    lost = _summed(case.sellers, of["lost"], nodes)
    scrap = model.columns.get("scrap")
    scrapped = np.zeros_like(stock) if scrap is None else _summed(scrap.keys["node"], of["scrap"], nodes)
    used = np.round(_used(case, of["make"]) + scrapped, DECIMALS)
    flows = _Balance(production, purchases, received, shipped, demand.customers, lost, used)
    flows.run(demand.opening, demand.backlog, tidy(stock), backlog)
    return Flows(
        make=of["make"],
        run=of["run"],
        buy=of["buy"],
        expedite=of["expedite"],
        ship=of["ship"],
        swap=of["swap"],
        starts=_starts(case, model, values),
        production=flows.production,
        purchases=flows.purchases,
        received=received,
        shipped_out=shipped,
        demand=demand.customers,
        served=flows.served,
        lost=lost,
        backlog=flows.backlog,
        agreed=np.minimum(agreed, flows.backlog),
        seller_backlog=_by_seller(case, flows.backlog, of["backlog"] + of["agreed"]),
        seller_late=_by_seller(case, np.maximum(flows.backlog - np.minimum(agreed, flows.backlog), 0.0), of["backlog"]),
        seller_lost=_by_seller(case, lost, of["lost"]),
        used=flows.used,
        scrapped=np.minimum(scrapped, flows.used),
        opening=np.column_stack([demand.opening, flows.closing[:, :-1]]),
        closing=flows.closing,
        rounding=_rounding(case, model, values, flows),
    )


def _rounding(case: SupplyCase, model: LinearModel, values: np.ndarray, stored: _Balance) -> float:
    """Return how far stored production, purchases, stock and backlog are from the solver's own, in ppm."""
    network, receipts, nodes = case.network, case.demand.receipts, len(case.network.nodes)
    own = {name: block.of(values) for name, block in model.columns.items()}
    pairs = (
        (_sum(network.makes["node"], own["make"], nodes) + receipts["production"], stored.production),
        (_sum(network.buys["node"], own["buy"] + own["expedite"], nodes) + receipts["purchase"], stored.purchases),
        (sum(_sum(model.columns[t].keys["node"], own[t], nodes) for t in STOCK_TIERS), stored.closing),
        (_sum(case.sellers, own["backlog"] + own["agreed"], nodes), stored.backlog),
    )
    largest = max((float(np.abs(kept).max(initial=0.0)) for _, kept in pairs), default=0.0)
    apart = max(float(np.abs(kept - exact).max(initial=0.0)) for exact, kept in pairs)
    return round(1e6 * apart / max(largest, 1.0), 3)


def _by_seller(case: SupplyCase, stored: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the stored figures of nodes by seller; where a node has several, their own."""
    several = np.bincount(case.sellers, minlength=len(stored))[case.sellers] > 1
    return np.where(several[:, None], own, stored[case.sellers])


def _starts(case: SupplyCase, model: LinearModel, values: np.ndarray) -> np.ndarray:
    """Return whether a setup is paid in a month: where it stands, or of a campaign where it starts."""
    setup, start = model.columns.get("setup"), model.columns.get("campaign_start")
    if setup is None:
        return np.zeros((len(case.setups.keys), case.months))
    paid = np.rint(setup.of(values))
    if start is not None:
        paid[start.keys["setup"]] = np.rint(start.of(values))
    return np.maximum(paid, 0.0)


def _summed(node: np.ndarray, by_way: np.ndarray, nodes: int) -> np.ndarray:
    return np.round(_sum(node, by_way, nodes), DECIMALS)


def _sum(node: np.ndarray, by_way: np.ndarray, nodes: int) -> np.ndarray:
    total = np.zeros((nodes, by_way.shape[1]))
    np.add.at(total, np.asarray(node, dtype=int), by_way)
    return total


def _arrivals(case: SupplyCase, ship: np.ndarray) -> np.ndarray:
    """Return shipments by the month they arrive."""
    arrivals = np.zeros_like(ship)
    for lead in np.unique(case.network.ships["lead"]):
        rows = (case.network.ships["lead"] == lead).to_numpy()
        arrivals[rows, lead:] = ship[rows, : ship.shape[1] - lead]
    return arrivals


def _used(case: SupplyCase, make: np.ndarray) -> np.ndarray:
    """Return what leaves each node for other items, in the month these are started."""
    uses = case.network.uses
    start, taken = case.use_starts
    quantity = make[uses["make"]] * uses[["need"]].to_numpy()
    node = np.broadcast_to(uses[["node"]].to_numpy(), start.shape)
    used = np.zeros((len(case.network.nodes), case.months))
    np.add.at(used, (node[taken], start[taken]), quantity[taken])
    return used


class _Balance:
    """Rolls stock and backlog forward on rounded figures."""

    def __init__(
        self,
        production: np.ndarray,
        purchases: np.ndarray,
        received: np.ndarray,
        shipped: np.ndarray,
        demand: np.ndarray,
        lost: np.ndarray,
        used: np.ndarray,
    ) -> None:
        self.production, self.purchases, self.used = production, purchases, used
        self.net, self.demand, self.lost = received - shipped, demand, lost
        self.served, self.backlog, self.closing = (np.zeros_like(used) for _ in range(3))

    def run(self, opening: np.ndarray, late: np.ndarray, stock: np.ndarray, backlog: np.ndarray) -> None:
        """Fill served, backlog and closing; `stock` and `backlog` are the solver's."""
        for month in range(self.used.shape[1]):
            open_orders = np.round(late + self.demand[:, month] - self.lost[:, month], DECIMALS)
            served = np.round(np.maximum(open_orders - backlog[:, month], 0.0), DECIMALS)
            opening = self._month(month, opening, served, stock[:, month])
            late = np.round(open_orders - self.served[:, month], DECIMALS) + 0.0
            self.backlog[:, month] = late

    def _month(self, month: int, opening: np.ndarray, served: np.ndarray, stock: np.ndarray) -> np.ndarray:
        into = opening + self.production[:, month] + self.purchases[:, month] + self.net[:, month]
        over = np.round(into - served - self.used[:, month] - stock, DECIMALS)
        for flow, sign in ((self.used, 1.0), (self.production, -1.0), (self.purchases, -1.0)):
            room = np.where(flow[:, month] > np.abs(over), over, 0.0)
            flow[:, month] = np.round(flow[:, month] + sign * room, DECIMALS)
            over = np.round(over - room, DECIMALS)
        closing = np.round(stock + over, DECIMALS)
        missing = np.minimum(closing, 0.0)
        self.served[:, month] = np.round(served + missing, DECIMALS)
        self.closing[:, month] = closing - missing + 0.0
        return self.closing[:, month]
