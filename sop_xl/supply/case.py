"""One planning case: the network, what is asked of it, its hours, rates and stock targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.agreements import read_last_plan
from sop_xl.supply.demand import Demand, customer_demand, late_orders, read_demand
from sop_xl.supply.hours import Hours, read_hours
from sop_xl.supply.lots import Lots, read_lots
from sop_xl.supply.most import most_needed
from sop_xl.supply.network_builder import build_network
from sop_xl.supply.places import Places
from sop_xl.supply.rates import Rates, purchase_prices, unit_rates
from sop_xl.supply.sellers import Sellers, read_sellers
from sop_xl.supply.setup_data import Setups, read_setups
from sop_xl.supply.stock_targets import StockTargets, read_stock_targets

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.supply.network import Network


@dataclass(frozen=True)
class SupplyCase:
    """Everything the constraints read.

    Attributes:
        data: the input tables.
        network: nodes and ways.
        orders: customers' demand by item, market, location and month.
        demand, hours, rates, targets, setups: see there.
        prices: price of each way to buy; shape (buys, months).
        selling: who orders from which node, by priority class.
        last_plan: last month's plan of supply; NaN where it is not known; shape (items, months).
    """

    data: PlanData
    network: Network
    orders: pd.DataFrame = field(repr=False)
    demand: Demand
    hours: Hours
    rates: Rates
    targets: StockTargets
    prices: np.ndarray = field(repr=False)
    selling: Sellers = field(repr=False)
    setups: Setups
    last_plan: np.ndarray = field(repr=False)

    @classmethod
    def of(
        cls, data: PlanData, forecast: pd.DataFrame, costs: pd.DataFrame, last_cycle: pd.DataFrame | None = None
    ) -> SupplyCase:
        """Read the case from the input tables, the forecast, the items' costs and perhaps the last plan."""
        places = Places.of(data)
        orders = customer_demand(data, forecast, places)
        late = late_orders(data, places)
        sold = pd.concat([orders[["item", "location"]], late[["item", "location"]]]).drop_duplicates()
        network = build_network(data, zip(sold["item"], sold["location"], strict=True))
        demand = read_demand(data, network, orders)
        rates = unit_rates(data, costs)
        bought = network.node_items[network.buys["node"]]
        return cls(
            data=data,
            network=network,
            orders=orders,
            demand=demand,
            hours=read_hours(data, network.resources),
            rates=rates,
            targets=read_stock_targets(data, network, demand),
            prices=purchase_prices(data, network.buys, rates.standard[bought]),
            setups=read_setups(network.steps),
            selling=read_sellers(data, network, orders, demand),
            last_plan=read_last_plan(last_cycle, data.calendar.periods, network.items["item"]),
        )

    @property
    def months(self) -> int:
        """Months of the horizon."""
        return len(self.data.calendar.periods)

    @property
    def sellers(self) -> np.ndarray:
        """The node of each seller; shape (sellers,)."""
        return self.selling.nodes

    @property
    def seller_items(self) -> np.ndarray:
        """The item number of each seller."""
        return self.network.node_items[self.sellers]

    @cached_property
    def most_needed(self) -> np.ndarray:
        """The most the horizon can need of each item, in units."""
        return most_needed(self)

    @cached_property
    def lots(self) -> dict[str, Lots]:
        """Lots by kind: make, order, truck."""
        return read_lots(self, self.most_needed)

    @property
    def agreed(self) -> np.ndarray:
        """Orders that may wait by agreement: the backlog target of items made to order; shape (sellers, months)."""
        weekly = self.selling.asked / self.data.calendar.weeks
        own = self.network.items.loc[self.seller_items]
        to_order = own["strategy"].eq("MTO").to_numpy() & ~self.policy("lost")
        weeks = np.where(to_order, own["target_backlog_weeks"].fillna(0.0).to_numpy(float), 0.0)
        given = self.targets.backlog[self.sellers] * self.selling.share[:, None]
        wait = np.where(np.isnan(given), weeks[:, None] * weekly, given)
        return np.where(self.policy("lost")[:, None], 0.0, np.round(wait, 6))

    def policy(self, name: str) -> np.ndarray:
        """Return which sellers have that late policy; shape (sellers,)."""
        return self.network.items["late_policy"].eq(name).to_numpy()[self.seller_items]

    @property
    def use_starts(self) -> tuple[np.ndarray, np.ndarray]:
        """When each use takes its component: month by the month the make ends, and whether it takes any.

        A make takes its components when it starts, by the lines of the bill in force then; both arrays have
        shape (uses, months).
        """
        uses = self.network.uses
        lead = self.network.makes["lead"].to_numpy()[uses["make"]]
        start = np.arange(self.months) - lead[:, None]
        return start, (start >= 0) & (start >= uses[["first"]].to_numpy()) & (start <= uses[["last"]].to_numpy())
