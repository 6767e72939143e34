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
    nothing ships in the month); quoted weeks add the items' lead time, weighed by demand. The rate to target of a
    month is what would have to ship a week from the start of the plan on so that the backlog is at its target at
    the end of that month: a date chosen for the recovery tells the rate, and a rate the date.
    """
    network = case.network
    own = network.items.loc[network.node_items].reset_index(drop=True)
    to_order = own["strategy"].eq("MTO").to_numpy()
    families = sorted(own.loc[to_order, "family"].unique())
    member = np.array([(own["family"] == family).to_numpy() & to_order for family in families])
    member = member.reshape(len(families), len(own)).astype(float)
    bookings, shipments, closing = (member @ flow for flow in (flows.demand, flows.served, flows.backlog))
    opening = np.column_stack([member @ case.demand.backlog, closing[:, :-1]])
    agreed = np.zeros_like(flows.backlog)
    np.add.at(agreed, case.sellers, case.agreed)
    target = member @ agreed
    weeks = weeks_of_backlog(closing, shipments, case.data.calendar.weeks)
    measures = {
        "opening_backlog": opening,
        "bookings": bookings,
        "shipments": shipments,
        "closing_backlog": closing,
        "weeks_of_backlog": weeks,
        "quoted_weeks": weeks + _process_weeks(own, member, flows.demand)[:, None],
        "target_backlog": target,
        "rate_to_target": rate_to_target(opening[:, 0], bookings, target, case.data.calendar.weeks),
        "plan_rate": shipments / case.data.calendar.weeks,
    }
    keys = pd.DataFrame({"family": pd.Series(families, dtype="str")})
    return conform(LEAD_TIMES, long_frame(case, keys, measures))


def weeks_of_backlog(backlog: np.ndarray, shipments: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Return backlog over shipments a week; 0 where there is no backlog, NaN where nothing ever ships."""
    mean = shipments.sum(axis=1, keepdims=True) / weeks.sum()
    weekly = np.where(shipments > 0, shipments / weeks, mean)
    found = np.where(weekly > 0, backlog / np.where(weekly > 0, weekly, 1.0), np.nan)
    return np.where(backlog > 0, found, 0.0)


def rate_to_target(backlog: np.ndarray, bookings: np.ndarray, target: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Return shipments a week from the first month on that end each month at its target; 0 where none are needed.

    Args:
        backlog: before the first month, in units; shape (families,).
        bookings: of each month, in units; shape (families, months).
        target: backlog wanted at each month's end, in units; same shape.
        weeks: of each month; shape (months,).
    """
    return np.maximum((backlog[:, None] + np.cumsum(bookings, axis=1) - target) / np.cumsum(weeks), 0.0)


def _process_weeks(own: pd.DataFrame, member: np.ndarray, demand: np.ndarray) -> np.ndarray:
    lead = own["lead_time_days"].fillna(0.0).to_numpy(float) / 7.0
    volume = demand.sum(axis=1)
    total = member @ volume
    plain = (member @ lead) / np.maximum(member.sum(axis=1), 1.0)
    return np.where(total > 0, (member @ (volume * lead)) / np.where(total > 0, total, 1.0), plain)
