"""The tables `production`, `purchases`, `transfers` and `substitutions`: what to make, buy, move, take instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.results import PRODUCTION, PURCHASES, SUBSTITUTIONS, TRANSFERS
from sop_xl.supply.frames import long_frame

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows


def production(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return what is made on which resource.

    What has no routing, and production already on order, is listed without a resource and without hours.
    """
    network = case.network
    steps, makes = network.steps, network.makes
    bare = makes[~makes.index.isin(steps["make"])]
    ordered = case.demand.receipts["production"]
    node = np.concatenate([makes["node"].to_numpy()[steps["make"]], bare["node"], np.arange(len(ordered))])
    resource = [*np.array(network.resources, dtype=object)[steps["resource"]], *[""] * (len(bare) + len(ordered))]
    keys = network.nodes.loc[node, ["name", "location"]].rename(columns={"name": "item"}).reset_index(drop=True)
    quantity = np.vstack([flows.step_quantity(steps), flows.make[bare.index], ordered])
    hours = np.zeros_like(quantity)
    hours[: len(steps)] = flows.step_hours(case)
    make = np.concatenate([steps["make"], bare.index, np.full(len(ordered), -1)])
    keys = keys.assign(resource=pd.Series(resource, dtype="str"), make=make)
    return conform(PRODUCTION, _with_lots(case, long_frame(case, keys, {"quantity": quantity, "hours": hours})))


def _with_lots(case: SupplyCase, frame: pd.DataFrame) -> pd.DataFrame:
    """Join operations on one resource, add up ways to make, and count lots of the item's lot size."""
    keys = ["item", "location", "resource", "period"]
    made = frame[frame["quantity"] > 0].groupby([*keys, "make"], as_index=False, sort=False)
    made = made.agg({"quantity": "max", "hours": "sum"}).groupby(keys, as_index=False, sort=False)
    frame = made.agg({"quantity": "sum", "hours": "sum"})
    sizes = case.network.items.set_index("item")[["min_lot", "lot_multiple"]].max(axis=1)
    lot = sizes.reindex(frame["item"]).to_numpy(float)
    return frame.assign(lot_count=np.ceil(np.round(frame["quantity"] / np.where(lot > 0, lot, np.nan), 6)))


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


def substitutions(case: SupplyCase, flows: Flows) -> pd.DataFrame:
    """Return what stands in for what."""
    swaps, nodes = case.network.swaps, case.network.nodes
    keys = pd.DataFrame(
        {
            "item": nodes["name"].loc[swaps["target"]].to_numpy(),
            "substitute": nodes["name"].loc[swaps["origin"]].to_numpy(),
            "location": nodes["location"].loc[swaps["origin"]].to_numpy(),
        }
    )
    measures = {
        "quantity": flows.swap,
        "substitute_quantity": np.round(flows.swap * swaps[["factor"]].to_numpy(float), 6),
        "cost": round_half_up(flows.swap * swaps[["cost"]].to_numpy(float)),
    }
    frame = long_frame(case, keys, measures)
    return conform(SUBSTITUTIONS, frame[frame["quantity"] > 0])
