"""The table `supply_plan`: stock, what moves it, and how long it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.results import SUPPLY_PLAN
from sop_xl.supply.frames import long_frame

if TYPE_CHECKING:
    from sop_xl.supply.case import SupplyCase
    from sop_xl.supply.flows import Flows


AFTERWARDS = 3
"""Last planned months whose mean demand is taken for every month after the horizon."""


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
        "agreed": flows.agreed,
        "closing": flows.closing,
        "scrapped": flows.scrapped,
        "target": case.targets.target,
    }
    alive = np.any([values.any(axis=1) for values in measures.values()], axis=0)
    measures["cover_days"] = cover_days(
        flows.closing, flows.demand + flows.used - flows.scrapped + flows.shipped_out, case.data.calendar.weeks * 7.0
    )
    cost = case.rates.standard[network.node_items][:, None]
    money = {"closing_value": flows.closing, "target_value": case.targets.target}
    values = {name: round_half_up(units * cost) for name, units in money.items()}
    frame = long_frame(case, keys, {**measures, **values})
    return conform(SUPPLY_PLAN, frame[np.repeat(alive, case.months)])


def cover_days(closing: np.ndarray, demand: np.ndarray, month_days: np.ndarray) -> np.ndarray:
    """Return how many days of the demand that follows the closing stock lasts.

    Days within a month count evenly. After the horizon every day takes the mean of the last three planned
    months; where they have no demand, stock that outlasts the horizon shows the horizon's length.

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
    daily = (demand[:, -AFTERWARDS:].sum(axis=1) / month_days[-AFTERWARDS:].sum())[:, None]
    beyond = days + left / np.where(daily > 0, daily, 1.0)
    return np.where(left > 0, np.where(daily > 0, beyond, month_days.sum()), days)
