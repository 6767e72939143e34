"""Revenue and cost of sales, month by month: what was sold, and what the plan will ship."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sop_xl.domain.currency import exchange_rate, market_currency, three_ways
from sop_xl.domain.initiatives import price_factor
from sop_xl.domain.money import round_half_up
from sop_xl.finance.actual_rows import closed_actuals
from sop_xl.finance.markets import served_by_market
from sop_xl.finance.price import local_price_by_market
from sop_xl.finance.rebate_sales import actual_after_rebates, planned_after_rebates
from sop_xl.finance.rebates import rebate_accruals

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

KEY = ["item", "market", "period"]
WAYS = ["value", "constant", "local"]
"""Revenue three ways: as reported, at plan rates, in the market's currency."""


PARTS = ("deductions", "constant_deductions", "fixed_overhead", "standard_variance")
"""What of a row's money the P&L shows apart; yearly rebates come to them in `outlook`."""


class Sales(NamedTuple):
    """What all money of sales is added up from: closed months as they were, planned ones as they will be.

    Attributes:
        actual: as `actual_sales` gives it.
        planned: as `planned_sales` gives it.
        rebates: the result table `rebate_accruals`; what it says is taken off the revenue of both.
    """

    actual: pd.DataFrame
    planned: pd.DataFrame
    rebates: pd.DataFrame

    def together(self) -> pd.DataFrame:
        """Return the rows of both."""
        return pd.concat([self.actual, self.planned], ignore_index=True)


def outlook(data: PlanData, forecast: pd.DataFrame, supply_plan: pd.DataFrame, costs: pd.DataFrame) -> Sales:
    """Return actual and planned sales after yearly rebates; arguments as in `planned_sales`."""
    actual, planned = actual_sales(data, costs), planned_sales(data, forecast, supply_plan, costs)
    accruals = rebate_accruals(data, actual, planned)
    after = actual_after_rebates(data, actual), planned_after_rebates(data, planned, accruals)
    return Sales(*after, accruals)


def planned_sales(
    data: PlanData, forecast: pd.DataFrame, supply_plan: pd.DataFrame, costs: pd.DataFrame
) -> pd.DataFrame:
    """Return item, market, period, quantity and money of the planned months, each to the cent.

    Revenue is what customers get at the net price of item and market, brought from the market's
    currency at the plan rate of the month, so that it is also the one at constant rates; cogs the same
    quantity at the standard cost in use. An item without any price brings no revenue.

    Args:
        data: holds past sales, from which the net prices come, and list prices.
        forecast: the result table `forecast`.
        supply_plan: the result table `supply_plan`.
        costs: the result table `item_costs`.

    Returns:
        quantity in units; revenue, constant and cogs in plan currency; local in that of the market; and of
        these `PARTS`: deductions from the list price, at reported and at plan rates, the fixed overhead
        in cogs, and what cogs is beyond standard cost (nothing, in a plan).
    """
    sold = served_by_market(data, forecast, supply_plan)
    local = sold["quantity"] * _local_price(data, sold).fillna(0.0) * price_factor(data, sold)
    rate = exchange_rate(data, market_currency(data, sold["market"]), sold["period"], rate="plan_rate")
    money = {"revenue": local * rate, "constant": local * rate, "local": local}
    return _with_parts(data, _to_cents(sold, {**money, "cogs": _at_standard(sold, costs)}), costs)


def actual_sales(data: PlanData, costs: pd.DataFrame) -> pd.DataFrame:
    """Return item, market, period, quantity and money of the closed months, each to the cent.

    Months from the start of the previous fiscal year to the last closed one. Revenue is that of the
    measure `revenue` where the item, market and month have one, else the value of shipments; cogs that
    of the measure `cogs`, else what was shipped at the standard cost in use. A row of the whole item
    (blank market) stands for all its markets. Shipments without a value count at net price.

    Args:
        data: holds the actuals.
        costs: the result table `item_costs`.

    Returns:
        As `planned_sales`: revenue at actual rates, constant at plan rates. Quantity is NaN where
        there is money without units.
    """
    rows = closed_actuals(data)
    revenue = _preferred(_measure(rows, "revenue"), _shipped(data, rows))
    quantity = _quantity_shipped(rows)
    cogs = _preferred(_measure(rows, "cogs"), quantity.assign(value=_at_standard(quantity, costs)))
    both = revenue.rename(columns={"value": "revenue"}).merge(
        cogs[[*KEY, "value"]].rename(columns={"value": "cogs"}), on=KEY, how="outer"
    )
    both = both.merge(quantity, on=KEY, how="left").sort_values(KEY, ignore_index=True)
    rows = _to_cents(both, {line: both[line].fillna(0.0) for line in ("revenue", "constant", "local", "cogs")})
    return _with_parts(data, rows, costs)


def _local_price(data: PlanData, sold: pd.DataFrame) -> pd.Series:
    """Return the net price of each row's item and market, in the market's currency; NaN where none is known."""
    prices = local_price_by_market(data, pd.Index(sorted(set(sold["market"]))))
    row, column = prices.index.get_indexer(sold["item"]), prices.columns.get_indexer(sold["market"])
    return pd.Series(prices.to_numpy(float)[row, column], index=sold.index)


def _measure(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    chosen = rows[rows["measure"].eq(measure)].dropna(subset=["value"])
    return chosen.groupby(KEY, as_index=False)[WAYS].sum()


def _shipped(data: PlanData, rows: pd.DataFrame) -> pd.DataFrame:
    """Value of shipments; at net price where a row gives none."""
    shipments = rows[rows["measure"].eq("shipments")].reset_index(drop=True)
    home = market_currency(data, shipments["market"])
    priced = shipments.assign(value=shipments["quantity"] * _local_price(data, shipments), currency=home)
    filled = shipments[WAYS].fillna(three_ways(data, priced)[WAYS])
    known = shipments.assign(**{way: filled[way] for way in WAYS}).dropna(subset=["value"])
    return known.groupby(KEY, as_index=False)[WAYS].sum()


def _quantity_shipped(rows: pd.DataFrame) -> pd.DataFrame:
    """Units sold: shipments, else the quantity beside the revenue."""
    named = rows.dropna(subset=["quantity"]).assign(value=lambda frame: frame["quantity"])
    sold = _preferred(_measure(named, "shipments"), _measure(named, "revenue"))
    return sold[[*KEY, "value"]].rename(columns={"value": "quantity"})


def _preferred(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return `first` and those rows of `second` whose item and month it does not cover.

    A market is covered by its own row or by one of the whole item; the whole item by any row.
    """
    months = pd.MultiIndex.from_frame(second[["item", "period"]])
    whole = first[first["market"].eq("")]
    covered = pd.MultiIndex.from_frame(second[KEY]).isin(pd.MultiIndex.from_frame(first[KEY]))
    covered |= months.isin(pd.MultiIndex.from_frame(whole[["item", "period"]]))
    any_row = months.isin(pd.MultiIndex.from_frame(first[["item", "period"]]))
    covered |= second["market"].eq("").to_numpy() & any_row
    return pd.concat([first, second[~covered]], ignore_index=True).sort_values(KEY, ignore_index=True)


def _at_standard(sold: pd.DataFrame, costs: pd.DataFrame) -> pd.Series:
    standard = costs.set_index("item")["standard_cost"]
    return sold["quantity"] * sold["item"].map(standard).fillna(0.0)


def _with_parts(data: PlanData, rows: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Add `PARTS`, in whole cents; where quantity or list price is unknown there are no deductions."""
    listed = rows["item"].map(data["items"].set_index("item")["list_price"])
    gross = _cents(rows["quantity"] * listed).fillna(rows["revenue"])
    standard = _cents(_at_standard(rows, costs)).fillna(rows["cogs"])
    fixed = rows["quantity"] * rows["item"].map(costs.set_index("item")["overhead"]).fillna(0.0)
    parts = {
        "deductions": _cents(gross - rows["revenue"]),
        "constant_deductions": _cents(gross - rows["constant"]),
        "fixed_overhead": _cents(fixed.fillna(0.0)),
        "standard_variance": _cents(rows["cogs"] - standard),
    }
    return rows.assign(**parts)


def _cents(amounts: pd.Series) -> pd.Series:
    """Round to the cent; float dust goes first, so that ties are ties."""
    return pd.Series(round_half_up(np.round(amounts.to_numpy(float), 8)), index=amounts.index)


def _to_cents(rows: pd.DataFrame, money: dict[str, pd.Series]) -> pd.DataFrame:
    """The one rounding point: item x market x month x line."""
    return rows[[*KEY, "quantity"]].assign(**{line: _cents(amount) for line, amount in money.items()})
