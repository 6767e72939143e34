"""What a unit costs to hold, to be late, to lose; what it is worth. Blank costs take their defaults here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.currency import exchange_rate

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

LATE_SHARE_OF_MARGIN = 0.25
"""A month late costs this share of the margin where the item gives no backorder cost, ..."""
LATE_OVER_HOLDING = 2.0
"""... and at least this many times what a month of holding costs."""
WORTH_FLOOR = 0.01
"""Items without cost or price weigh at least this share of the median item in service and stock levels."""


@dataclass(frozen=True)
class Rates:
    """Money per unit of each item; every array has shape (items,).

    Attributes:
        standard: standard cost.
        price: net price.
        holding: a unit in stock for a month.
        backorder: a unit late for a month.
        lost: a sale lost.
        material: bought material that is not in the bill, per unit made.
        worth: what an item weighs beside others: its price or cost, never 0.
    """

    standard: np.ndarray = field(repr=False)
    price: np.ndarray = field(repr=False)
    holding: np.ndarray = field(repr=False)
    backorder: np.ndarray = field(repr=False)
    lost: np.ndarray = field(repr=False)
    material: np.ndarray = field(repr=False)
    worth: np.ndarray = field(repr=False)


LOST_OVER_COST = 2.0
"""A lost sale without a known price costs this many times the item. A plan's cost leaves revenue out, so a sale
that is lost is worth its whole price: what is not spent on it counts by itself."""


def unit_rates(data: PlanData, costs: pd.DataFrame) -> Rates:
    """Return the rates of all items from the table `items` and the frame `item_costs`."""
    items = data["items"]
    known = costs.drop_duplicates("item").set_index("item").reindex(items["item"])
    standard = _first(known["standard_cost"], items["standard_cost"], known["rolled_cost"])
    price = _first(known["net_price"], items["list_price"])
    margin = np.maximum(price - standard, 0.0)
    monthly = standard * data.settings.holding_rate_per_year / 12.0
    holding = _given(items["holding_cost"], monthly)
    late = np.maximum(LATE_SHARE_OF_MARGIN * margin, LATE_OVER_HOLDING * holding)
    return Rates(
        standard=standard,
        price=price,
        holding=holding,
        backorder=_given(items["backorder_cost"], late),
        lost=_given(items["lost_sale_cost"], np.where(price > 0, price, LOST_OVER_COST * standard)),
        material=items["material_cost"].fillna(0.0).to_numpy(float),
        worth=_worth(np.maximum(price, standard)),
    )


def _first(*columns: pd.Series) -> np.ndarray:
    """Return the first value that is given, else 0."""
    found = np.full(len(columns[0]), np.nan)
    for column in columns:
        found = np.where(np.isnan(found), column.to_numpy(float), found)
    return np.nan_to_num(found)


def _given(column: pd.Series, default: np.ndarray) -> np.ndarray:
    values = column.to_numpy(float)
    return np.where(np.isnan(values), default, values)


def _worth(value: np.ndarray) -> np.ndarray:
    positive = value[value > 0]
    floor = WORTH_FLOOR * float(np.median(positive)) if len(positive) else 1.0
    return np.maximum(value, floor)


def purchase_prices(data: PlanData, buys: pd.DataFrame, standard: np.ndarray) -> np.ndarray:
    """Return the price in plan currency of each way to buy and month; shape (buys, months).

    A blank price is the standard cost (`standard`, one a buy). A foreign price takes the plan rate by
    the rule of `in_plan_currency`, the one finance goes by.

    Raises:
        SopError: there is no rate at all for a currency.
    """
    periods = data.calendar.periods
    price = np.where(buys["price"].isna(), standard, buys["price"].fillna(0.0))
    foreign = buys["currency"].where(buys["price"].notna(), "")
    currency = pd.Series(np.repeat(foreign.to_numpy(object), len(periods)), dtype="str")
    months = pd.Series(np.tile(periods, len(buys)), dtype="period[M]")
    rates = exchange_rate(data, currency, months, rate="plan_rate").to_numpy(float)
    return price[:, None] * rates.reshape(len(buys), len(periods))
