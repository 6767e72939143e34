"""The plan as tables: supply plan, production, purchases, transfers, cost, customer lead times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.results import LEAD_TIMES, PLAN_COST, PRODUCTION, PURCHASES, SUPPLY_PLAN, TRANSFERS
from sop_xl.supply.costs import COMPONENTS, money

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows
    from sop_xl.supply.model import LinearModel

BASE = "base"


def long_frame(case: SupplyCase, keys: pd.DataFrame, measures: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return one row per key and month with the measures as columns, each of shape (keys, months)."""
    months = case.months
    frame = keys.loc[keys.index.repeat(months)].reset_index(drop=True)
    frame["period"] = np.tile(np.arange(months), len(keys))
    frame["period"] = case.data.calendar.periods[frame["period"]]
    return frame.assign(**{name: np.asarray(values).ravel() for name, values in measures.items()})


def supply_plan(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return stock and flows of every item, location and month; places where nothing happens are left out."""
    network = case.network
    own = network.items.loc[network.node_items].reset_index(drop=True)
    keys = pd.DataFrame({"family": own["family"], "item": own["item"], "location": network.nodes["location"]})
    measures = {
        "opening": flows.opening,
        "production": flows.production,
        "purchases": flows.purchases,
        "received": flows.received,
        "shipped_out": flows.shipped_out,
        "demand": flows.demand + flows.used,
        "served": flows.served + flows.used,
        "used": flows.used,
        "lost": flows.lost,
        "backlog": flows.backlog,
        "closing": flows.closing,
        "target": case.targets.target,
    }
    alive = np.any([values.any(axis=1) for values in measures.values()], axis=0)
    measures["cover_days"] = cover_days(
        flows.closing, flows.demand + flows.used + flows.shipped_out, case.data.calendar.weeks * 7.0
    )
    value = round_half_up(flows.closing * case.rates.standard[network.node_items][:, None])
    frame = long_frame(case, keys, {**measures, "closing_value": value})
    return conform(SUPPLY_PLAN, frame[np.repeat(alive, case.months)])


def cover_days(closing: np.ndarray, demand: np.ndarray, month_days: np.ndarray) -> np.ndarray:
    """Return how many days of the demand that follows the closing stock lasts.

    Stock that outlasts the horizon shows the horizon's length. Days within a month count evenly.

    Args:
        closing: stock at each month's end; shape (nodes, months).
        demand: what leaves in each month; same shape.
        month_days: days of each month; shape (months,).
    """
    months = len(month_days)
    left, days = closing.copy(), np.zeros_like(closing)
    for step in range(1, months):
        need = np.zeros_like(closing)
        need[:, : months - step] = demand[:, step:]
        length = np.zeros(months)
        length[: months - step] = month_days[step:]
        share = np.where(need > 0, np.minimum(left / np.where(need > 0, need, 1.0), 1.0), np.where(left > 0, 1.0, 0.0))
        days += share * length
        left = np.maximum(left - need, 0.0)
    return np.where(left > 0, month_days.sum(), days)


def production(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return what is made on which resource; production already on order is listed without a resource."""
    network = case.network
    steps = network.steps.assign(run=np.cumsum(network.steps["choice"]) - 1)
    parts = [_bare_makes(case, flows), _ordered(case)]
    for step in steps.itertuples():
        quantity = flows.run[step.run] if step.choice else flows.make[step.make]
        hours = quantity * step.hours_per_unit + (quantity > 0) * step.setup_hours
        name = network.resources[step.resource]
        parts.append(_node_rows(case, int(network.makes["node"][step.make]), name, quantity, hours))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["quantity"] > 0]
    keys = ["item", "location", "resource", "period"]
    frame = frame.groupby(keys, as_index=False, sort=False).agg({"quantity": "max", "hours": "sum"})
    lot = (
        network.items.set_index("item")[["min_lot", "lot_multiple"]].max(axis=1).reindex(frame["item"]).to_numpy(float)
    )
    lot = np.where(lot > 0, lot, np.nan)
    return conform(PRODUCTION, frame.assign(lot_count=np.ceil(np.round(frame["quantity"] / lot, 6))))


def _node_rows(case: SupplyCase, node: int, resource: str, quantity: np.ndarray, hours: np.ndarray) -> pd.DataFrame:
    row = case.network.nodes.loc[[node], ["name", "location"]].rename(columns={"name": "item"})
    return long_frame(case, row.assign(resource=resource), {"quantity": quantity, "hours": hours})


def _bare_makes(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return makes without a routing."""
    makes = case.network.makes
    bare = ~makes.index.isin(case.network.steps["make"])
    keys = case.network.nodes.loc[makes["node"][bare], ["name", "location"]].rename(columns={"name": "item"})
    quantity = flows.make[bare]
    return long_frame(case, keys.assign(resource=""), {"quantity": quantity, "hours": 0.0 * quantity})


def _ordered(case: SupplyCase) -> pd.DataFrame:
    receipts = case.demand.receipts["production"]
    rows = np.flatnonzero(receipts.any(axis=1))
    keys = case.network.nodes.loc[rows, ["name", "location"]].rename(columns={"name": "item"})
    return long_frame(case, keys.assign(resource=""), {"quantity": receipts[rows], "hours": 0.0 * receipts[rows]})


def purchases(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return what is still to be ordered, by the month it arrives; open orders are not listed again."""
    network = case.network
    place = network.nodes.loc[network.buys["node"], ["name", "location"]].reset_index(drop=True)
    keys = place.rename(columns={"name": "item"}).assign(supplier=network.buys["supplier"], lead=network.buys["lead"])
    parts = []
    for late, quantity in (("no", flows.buy), ("yes", flows.expedite)):
        value = round_half_up(quantity * case.prices)
        parts.append(long_frame(case, keys, {"quantity": quantity, "value": value}).assign(late=late))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["quantity"] > 0]
    lead = frame["lead"].to_numpy(int)
    return conform(PURCHASES, frame.assign(order_by=pd.PeriodIndex(frame["period"], freq="M") - lead))


def transfers(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return what moves between locations."""
    ships, nodes = case.network.ships, case.network.nodes
    keys = pd.DataFrame(
        {
            "item": nodes["name"].loc[ships["origin"]].to_numpy(),
            "from_location": nodes["location"].loc[ships["origin"]].to_numpy(),
            "to_location": nodes["location"].loc[ships["target"]].to_numpy(),
            "lead": ships["lead"],
        }
    )
    cost = round_half_up(flows.ship * ships[["cost"]].to_numpy())
    frame = long_frame(case, keys, {"quantity": flows.ship, "cost": cost}).rename(columns={"period": "ship_period"})
    frame = frame[frame["quantity"] > 0]
    lead = frame["lead"].to_numpy(int)
    return conform(TRANSFERS, frame.assign(arrive_period=pd.PeriodIndex(frame["ship_period"], freq="M") + lead))


def plan_cost(case: SupplyCase, model: LinearModel, values: np.ndarray, penalty: float) -> pd.DataFrame:
    """Return the plan's cost by component; `total` is the sum of all but `penalties`, to the cent.

    Components are rounded by largest remainder, so that they add up to the rounded total.
    """
    cost = money(case, model)
    amounts = rounded_parts(np.array([cost[name] @ values for name in COMPONENTS]))
    total = round(float(amounts.sum()), 2)
    frame = pd.DataFrame(
        {
            "scenario": BASE,
            "component": [*COMPONENTS, "total", "penalties"],
            "amount": [*amounts, total, max(penalty, 0.0)],
        }
    )
    return conform(PLAN_COST, frame)


def rounded_parts(amounts: np.ndarray) -> np.ndarray:
    """Return amounts in cents that add up to their rounded sum: the largest remainders are rounded up."""
    cents = amounts * 100.0
    whole = np.floor(cents + 1e-6)
    rest = int(round_half_up(np.array([cents.sum()]), 0)[0] - whole.sum())
    first = np.argsort(-(cents - whole), kind="stable")[:rest]
    whole[first] += 1.0
    return whole / 100.0


def lead_times(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return backlog and quoted lead time of the families made to order.

    Weeks of backlog are the closing backlog over the month's shipments a week (over the plan's mean where
    nothing ships in the month); quoted weeks add the items' lead time, weighed by demand.
    """
    network = case.network
    own = network.items.loc[network.node_items].reset_index(drop=True)
    to_order = own["strategy"].eq("MTO").to_numpy()
    families = sorted(own.loc[to_order, "family"].unique())
    member = np.array([(own["family"] == family).to_numpy() & to_order for family in families])
    member = member.reshape(len(families), len(own)).astype(float)
    bookings, shipments, closing = (member @ flow for flow in (flows.demand, flows.served, flows.backlog))
    opening = np.column_stack([member @ case.demand.backlog, closing[:, :-1]])
    weeks = weeks_of_backlog(closing, shipments, case.data.calendar.weeks)
    measures = {
        "opening_backlog": opening,
        "bookings": bookings,
        "shipments": shipments,
        "closing_backlog": closing,
        "weeks_of_backlog": weeks,
        "quoted_weeks": weeks + _process_weeks(own, member, flows.demand)[:, None],
    }
    keys = pd.DataFrame({"family": pd.Series(families, dtype="str")})
    return conform(LEAD_TIMES, long_frame(case, keys, measures))


def weeks_of_backlog(backlog: np.ndarray, shipments: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Return backlog over shipments a week; 0 where there is no backlog, NaN where nothing ever ships."""
    mean = shipments.sum(axis=1, keepdims=True) / weeks.sum()
    weekly = np.where(shipments > 0, shipments / weeks, mean)
    found = np.where(weekly > 0, backlog / np.where(weekly > 0, weekly, 1.0), np.nan)
    return np.where(backlog > 0, found, 0.0)


def _process_weeks(own: pd.DataFrame, member: np.ndarray, demand: np.ndarray) -> np.ndarray:
    lead = own["lead_time_days"].fillna(0.0).to_numpy(float) / 7.0
    volume = demand.sum(axis=1)
    total = member @ volume
    plain = (member @ lead) / np.maximum(member.sum(axis=1), 1.0)
    return np.where(total > 0, (member @ (volume * lead)) / np.where(total > 0, total, 1.0), plain)
