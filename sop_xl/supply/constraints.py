"""The constraints of the plan, one function each; its docstring is the equation and its unit.

Indices: i item, n node (item at a location), t month, r resource, m make, L lead time in months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.supply.agreements import add_fence, add_last_plan, add_quotas
from sop_xl.supply.campaigns import add_campaigns
from sop_xl.supply.even import add_even_rows
from sop_xl.supply.lots import add_lots
from sop_xl.supply.part_months import add_part_months
from sop_xl.supply.room import add_shelf_life, add_storage
from sop_xl.supply.rows import columns_of, lines, terms
from sop_xl.supply.setups import add_lot_cuts, add_setup_limits
from sop_xl.supply.tiers import STOCK_TIERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.model import Block, ModelBuilder, Terms

Blocks = dict[str, "Block"]


def add_constraints(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> None:
    """Add every block of rows."""
    add_balance(builder, case, columns)
    add_service(builder, case, columns)
    add_choices(builder, case, columns)
    add_hours(builder, case, columns)
    add_capacity(builder, case, columns)
    add_overtime_limit(builder, case, columns)
    add_workforce(builder, case, columns)
    add_supplier_capacity(builder, case, columns)
    add_lane_capacity(builder, case, columns)
    add_fixed_production(builder, case, columns)
    add_lots(builder, case, columns)
    add_part_months(builder, case, columns)
    optional = {
        "setup": (add_setup_limits, add_lot_cuts),
        "campaign_start": (add_campaigns,),
        "over_storage": (add_storage,),
        "scrap": (add_shelf_life,),
        "quota_over": (add_quotas,),
        "plan_up": (add_last_plan, add_fence),
        "most_lacking": (add_even_rows,),
    }
    for name, rules in optional.items():
        if name in columns:
            for add in rules:
                add(builder, case, columns)


def add_balance(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """What comes to a node leaves it or stays, in units.

    stock[n,t-1] + make[n,t] + buy[n,t] + sum_in ship[t-L] + swap_in[n,t] + receipts[n,t]
    = stock[n,t] + serve[n,t] + sum_out ship[t] + factor * swap_out[n,t] + scrap[n,t] + sum_m need[m,n] * make[m,t+L]
    """
    network, months = case.network, case.months
    into = case.demand.received.copy()
    into[:, 0] += case.demand.opening
    parts = [terms(_keys(columns[tier]), columns[tier]) for tier in STOCK_TIERS]
    parts += [terms(_keys(columns[tier]), columns[tier], -1.0, lag=1) for tier in STOCK_TIERS]
    parts += [
        terms(network.makes["node"].to_numpy(), columns["make"], -1.0),
        terms(network.buys["node"].to_numpy(), columns["buy"], -1.0),
        terms(network.buys["node"].to_numpy(), columns["expedite"], -1.0),
        terms(network.ships["origin"].to_numpy(), columns["ship"]),
        terms(network.ships["target"].to_numpy(), columns["ship"], -1.0, lag=network.ships["lead"].to_numpy()),
        terms(network.swaps["origin"].to_numpy(), columns["swap"], network.swaps["factor"].to_numpy(float)),
        terms(network.swaps["target"].to_numpy(), columns["swap"], -1.0),
        terms(case.sellers, columns["serve"]),
        _use_terms(case, columns["make"]),
    ]
    if "scrap" in columns:
        parts.append(terms(_keys(columns["scrap"]), columns["scrap"]))
    return builder.add_rows("balance", network.nodes, months, parts, lower=into, upper=into)


def _use_terms(case: SupplyCase, make: Block) -> Terms:
    uses = case.network.uses
    start, taken = case.use_starts
    row = uses[["node"]].to_numpy() * case.months + start
    need = np.broadcast_to(uses[["need"]].to_numpy(), start.shape)
    return row[taken], make.index[uses["make"]][taken], need[taken]


def add_service(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """serve[n,t] + waiting[n,t] - waiting[n,t-1] + lost[n,t] = demand[n,t], where waiting = backlog + agreed; units."""
    seller = np.arange(len(case.sellers))
    asked = case.selling.asked.copy()
    asked[:, 0] += case.selling.late
    parts = [
        terms(seller, columns["serve"]),
        terms(seller, columns["backlog"]),
        terms(seller, columns["backlog"], -1.0, lag=1),
        terms(seller, columns["agreed"]),
        terms(seller, columns["agreed"], -1.0, lag=1),
        terms(seller, columns["lost"]),
    ]
    keys = pd.DataFrame({"node": case.sellers})
    return builder.add_rows("service", keys, case.months, parts, lower=asked, upper=asked)


def add_choices(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """sum_r run[m,o,r,t] = make[m,t] for each operation o that has a choice of resources, in units."""
    run = columns["run"]
    operations = run.keys.groupby(["make", "operation"], sort=True)
    keys = operations.size().index.to_frame(index=False)
    parts = [
        terms(operations.ngroup().to_numpy(), run),
        columns_of(np.arange(len(keys)), columns["make"], keys["make"].to_numpy(int), -1.0),
    ]
    return builder.add_rows("choices", keys, case.months, parts, lower=0.0, upper=0.0)


def add_hours(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """sum_i hours[i,r] * make[i,t] + setup_hours[i,r] * setup[i,t] = regular[r,t] + overtime[r,t], in hours.

    Of a campaign the start takes the setup hours, not every month.
    """
    used = columns["regular"].keys
    line = lines(used["resource"], len(case.network.resources))
    single = case.network.steps[~case.network.steps["choice"]]
    run = columns["run"].keys
    every = np.arange(len(used))
    parts = [
        columns_of(
            line[single["resource"]], columns["make"], single["make"].to_numpy(), single["hours_per_unit"].to_numpy()
        ),
        terms(line[run["resource"]], columns["run"], run["hours_per_unit"].to_numpy()),
        terms(every, columns["regular"], -1.0),
        terms(every, columns["overtime"], -1.0),
    ]
    if "setup" in columns:
        parts += _setup_hours(case, columns, line)
    return builder.add_rows("hours", used, case.months, parts, lower=0.0, upper=0.0)


def _setup_hours(case: SupplyCase, columns: Blocks, line: np.ndarray) -> list[Terms]:
    steps = case.setups.steps
    campaign = case.setups.keys["campaign"].to_numpy()[steps["setup"]] > 0
    monthly, starting = steps[~campaign], steps[campaign]
    parts = [_hours_of(monthly, columns["setup"], line, monthly["setup"].to_numpy())]
    if len(starting):
        start = columns["campaign_start"]
        parts.append(_hours_of(starting, start, line, pd.Index(start.keys["setup"]).get_indexer(starting["setup"])))
    return parts


def _hours_of(steps: pd.DataFrame, block: Block, line: np.ndarray, chosen: np.ndarray) -> Terms:
    return columns_of(line[steps["resource"]], block, chosen, steps["setup_hours"].to_numpy())


def _keys(block: Block) -> np.ndarray:
    return block.keys["node"].to_numpy()


def add_capacity(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """regular[r,t] - crew_hours[r,t] * workers[r,t] - shift_hours[r] * shifts[r,t] <= capacity[r,t], in hours.

    Equal where a crew may not be idle.
    """
    used = columns["regular"].keys
    line = lines(used["resource"], len(case.network.resources))
    crews = case.hours.crews["resource"].to_numpy(int)
    parts = [
        terms(np.arange(len(used)), columns["regular"]),
        terms(line[crews], columns["workers"], -case.hours.crew_hours),
    ]
    if "shift" in columns:
        shifts = case.hours.shifts
        parts.append(terms(line[shifts["resource"]], columns["shift"], -shifts["hours"].to_numpy(float)))
    upper = case.hours.regular[used["resource"]]
    busy = line[crews[case.hours.crews["busy"].to_numpy(bool)]]
    lower = np.full(upper.shape, -np.inf)
    lower[busy[busy >= 0]] = upper[busy[busy >= 0]]
    return builder.add_rows("capacity", used, case.months, parts, lower=lower, upper=upper)


def add_overtime_limit(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """overtime[r,t] - crew_overtime[r,t] * workers[r,t] <= overtime_limit[r,t], in hours."""
    used = columns["overtime"].keys
    line = lines(used["resource"], len(case.network.resources))
    crews = case.hours.crews["resource"].to_numpy(int)
    parts = [
        terms(np.arange(len(used)), columns["overtime"]),
        terms(line[crews], columns["workers"], -case.hours.crew_overtime),
    ]
    return builder.add_rows("overtime_limit", used, case.months, parts, upper=case.hours.overtime[used["resource"]])


def add_workforce(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """workers[r,t] = workers[r,t-1] + hire[r,t] - layoff[r,t], in people."""
    crews = case.hours.crews
    every = np.arange(len(crews))
    before = np.zeros((len(crews), case.months))
    before[:, 0] = crews["workers"]
    parts = [
        terms(every, columns["workers"]),
        terms(every, columns["workers"], -1.0, lag=1),
        terms(every, columns["hire"], -1.0),
        terms(every, columns["layoff"]),
    ]
    return builder.add_rows("workforce", crews, case.months, parts, lower=before, upper=before)


def add_supplier_capacity(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """sum_n buy[n,s,t] <= capacity[i,s] for each item and supplier, in units a month."""
    limits = case.data["suppliers"]["capacity_per_month"].dropna()
    rows, keys, upper = _limited(limits, case.network.buys["source"], "source", case.months)
    parts = [terms(rows, columns["buy"]), terms(rows, columns["expedite"])]
    return builder.add_rows("supplier_capacity", keys, case.months, parts, upper=upper)


def add_lane_capacity(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """sum_i ship[i,lane,t] <= capacity[lane], in units a month; a lane for all items counts all between its places."""
    limits, ships = case.data["lanes"]["capacity_per_month"].dropna(), case.network.ships
    rows, keys, upper = _limited(limits, ships["lane"], "lane", case.months)
    shared, _, _ = _limited(limits, ships["route"].where(ships["route"] != ships["lane"], -1), "lane", case.months)
    parts = [terms(rows, columns["ship"]), terms(shared, columns["ship"])]
    return builder.add_rows("lane_capacity", keys, case.months, parts, upper=upper)


def _limited(
    limits: pd.Series, of: Iterable[int], name: str, months: int
) -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    """Return the row of each way, the rows' keys and their bounds; only ways with a limit have a row."""
    rows = limits.index.get_indexer(pd.Index(of))
    keys = pd.DataFrame({name: limits.index})
    return rows, keys, np.repeat(limits.to_numpy(float)[:, None], months, axis=1)


def add_fixed_production(builder: ModelBuilder, case: SupplyCase, columns: Blocks) -> Block:
    """make[n,t] + fixed_missed[n,t] = fixed[n,t] - production on order, where it is fixed; units.

    An item that is not made at the node has its purchases fixed instead.
    """
    block = columns["fixed_missed"]
    nodes = _keys(block)
    line = lines(block.keys["node"], len(case.network.nodes))
    made = np.zeros(len(case.network.nodes), dtype=bool)
    made[case.network.makes["node"]] = True
    bought = case.network.buys["node"].to_numpy()
    parts = [
        terms(np.arange(len(nodes)), block),
        terms(line[case.network.makes["node"]], columns["make"]),
        terms(np.where(made[bought], -1, line[bought]), columns["buy"]),
        terms(np.where(made[bought], -1, line[bought]), columns["expedite"]),
    ]
    fixed = np.maximum(case.targets.fixed[nodes] - case.demand.receipts["production"][nodes], 0.0)
    free = np.isnan(fixed)
    return builder.add_rows(
        "fixed_production",
        block.keys,
        case.months,
        parts,
        lower=np.where(free, -np.inf, fixed),
        upper=np.where(free, np.inf, fixed),
    )
