"""Constraints of setups, with the cuts that make their relaxation strong.

The cuts are those of Wagner-Whitin costs: Pochet and Wolsey (2006), Production Planning by Mixed Integer
Programming, chapter 7; extended by what may be late, lost or come from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder, Terms

Blocks = dict[str, "Block"]


def add_setup_limits(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """made[s,t] <= most[s,t] * setup[s,t], in units; `most` is what need and hours allow in a month."""
    setups, setup = case.setups.keys, columns["setup"]
    whole = (setups["run"] < 0).to_numpy()
    made = np.where(
        whole[:, None],
        columns["make"].index[setups["make"]],
        columns["run"].index[np.maximum(setups["run"], 0)] if columns["run"].size else -1,
    )
    row = np.arange(setup.size).reshape(setup.shape)
    parts: list[Terms] = [(row, made, 1.0), (row, setup.index, -_largest_lots(case))]
    return builder.add_rows("setup_limits", setups, case.months, parts, upper=0.0)


def _largest_lots(case: SupplyCase) -> np.ndarray:
    """Return the most that can make sense in one month, by what is needed and what hours allow.

    One row a setup; shape (setups, months).
    """
    made = case.network.node_items[case.network.makes["node"].to_numpy()[case.setups.keys["make"]]]
    most = np.repeat(case.most_needed[made][:, None], case.months, axis=1)
    limit = case.hours.limit
    steps, keys = case.network.steps, case.setups.keys
    for number, key in enumerate(keys.itertuples()):
        mine = (steps["make"] == key.make) & (steps["run"] == key.run)
        for step in steps[mine & (steps["hours_per_unit"] > 0)].itertuples():
            setup_hours = 0.0 if key.campaign else step.setup_hours
            room = np.maximum(limit[step.resource] - setup_hours, 0.0) / step.hours_per_unit
            most[number] = np.minimum(most[number], room)
    return most


def add_lot_cuts(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """Demand of months without a lot comes from elsewhere, for all spans of months k to l, in units.

    stock[n,k-1] + other[n,k..l] + sum_{u=k..l} (waiting[n,u] + lost[n,u])
    >= sum_{u=k..l} demand[n,u] * (1 - sum_{v=k..u} setup[n,v])

    Demand of a month that no lot since k can serve comes from stock, from elsewhere (`other`: purchases,
    transfers, substitutes, receipts) or is not served by then. Where nothing else leaves the node, opening stock and
    receipts are first taken off demand and stock, which makes the cut tight.
    """
    keys: list[tuple[int, int, int]] = []
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    lower: list[float] = []
    sites = case.setups.keys[case.setups.keys["run"] < 0].reset_index()
    for site in sites.itertuples():
        node = int(case.network.makes["node"][site.make])
        seller = np.flatnonzero(case.sellers == node)
        if len(seller):
            _NodeCuts(case, columns, node, seller, int(site.index)).collect(keys, parts, lower)
    rows = [(np.full(len(cut[0]), number), cut[0], cut[1]) for number, cut in enumerate(parts)]
    frame = pd.DataFrame(keys, columns=["node", "first", "last"])
    return builder.add_rows("lot_cuts", frame, 1, rows, lower=np.array(lower).reshape(-1, 1))


class _NodeCuts:
    """The cuts of one node."""

    def __init__(self, case: SupplyCase, columns: Blocks, node: int, sellers: np.ndarray, setup: int) -> None:
        self.case, self.columns, self.node = case, columns, node
        self.demand = case.demand.customers[node].copy()
        self.demand[0] += case.demand.backlog[node]
        self.receipts = case.demand.received[node].copy()
        self.receipts[0] += case.demand.opening[node]
        self.kept = np.zeros(case.months)
        if not self._leaves_otherwise():
            self._net()
        self.setup = columns["setup"].index[setup]
        self.open = [columns[name].index[sellers] for name in ("backlog", "agreed", "lost")]
        self.stock = [self._of(columns[tier], "node") for tier in STOCK_TIERS]
        self.other = [self._of(columns[name], "node") for name in ("buy", "expedite")]
        self.other += [self._arriving(columns["ship"])]
        self.other += [columns["swap"].index[case.network.swaps["target"].to_numpy(int) == node]]

    def _leaves_otherwise(self) -> bool:
        network = self.case.network
        ageing = network.items["shelf_life_months"].notna().to_numpy()[network.node_items[self.node]]
        ways = (network.uses["node"], network.ships["origin"], network.swaps["origin"])
        return bool(ageing or any((nodes == self.node).any() for nodes in ways))

    def _net(self) -> None:
        """Take stock and receipts off the earliest demand; `kept` is what of them is left at a month's end."""
        stock = 0.0
        for month in range(self.case.months):
            stock += self.receipts[month]
            taken = min(stock, self.demand[month])
            stock -= taken
            self.demand[month] -= taken
            self.kept[month] = stock
        self.receipts[:] = 0.0

    def _of(self, block: Block, field: str) -> np.ndarray:
        """Return the columns of this node; shape (keys, months)."""
        return block.index[block.keys[field].to_numpy() == self.node]

    def _arriving(self, ship: Block) -> np.ndarray:
        """Return the columns of goods arriving at this node by the month of arrival, -1 where none can."""
        lines = np.flatnonzero(ship.keys["target"].to_numpy() == self.node)
        arriving = np.full((len(lines), self.case.months), -1)
        for row, line in enumerate(lines):
            lead = int(ship.keys["lead"].iloc[line])
            arriving[row, lead:] = ship.index[line, : self.case.months - lead]
        return arriving

    def collect(
        self, keys: list[tuple[int, int, int]], parts: list[tuple[np.ndarray, np.ndarray]], lower: list[float]
    ) -> None:
        """Append key, terms and bound of every cut of the node."""
        months = self.case.months
        for first in range(months):
            if self.demand[first] <= 0:
                continue
            for last in range(first, months):
                if self.demand[last] > 0:
                    column, value, bound = self._cut(first, last)
                    keys.append((self.node, first, last))
                    parts.append((column, value))
                    lower.append(bound)

    def _cut(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray, float]:
        span = slice(first, last + 1)
        free = [block[..., span].ravel() for block in (*self.open, *self.other)]
        if first:
            free += [stock[:, first - 1] for stock in self.stock]
        columns = np.concatenate(free)
        columns = columns[columns >= 0]
        later = np.cumsum(self.demand[span][::-1])[::-1]
        bound = later[0] - self.receipts[span].sum() + (self.kept[first - 1] if first else 0.0)
        return np.concatenate([columns, self.setup[span]]), np.concatenate([np.ones(len(columns)), later]), bound
