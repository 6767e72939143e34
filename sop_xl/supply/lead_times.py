"""The table `lead_times`: customers' backlog by family, and the lead time that can be quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.schema.frames import conform
from sop_xl.schema.results import LEAD_TIMES
from sop_xl.supply.frames import long_frame

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows


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
