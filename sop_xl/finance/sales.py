"""Revenue and cost of sales, month by month: what was sold, and what the plan will ship."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.fiscal import fiscal_year
from sop_xl.domain.money import round_half_up
from sop_xl.finance.currency import in_plan_currency
from sop_xl.finance.markets import blank_market, served_by_market
from sop_xl.finance.price import net_price_by_market

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

KEY = ["item", "market", "period"]


def planned_sales(
    data: PlanData, forecast: pd.DataFrame, supply_plan: pd.DataFrame, costs: pd.DataFrame
) -> pd.DataFrame:
    """Return item, market, period, revenue and cogs of the planned months, each to the cent.

    Revenue is what customers get at the net price of item and market; cogs the same quantity at the
    standard cost in use. An item without any price brings no revenue.

    Args:
        data: holds past sales, from which the net prices come, and list prices.
        forecast: the result table `forecast`.
        supply_plan: the result table `supply_plan`.
        costs: the result table `item_costs`.
    """
    sold = served_by_market(data, forecast, supply_plan)
    prices = net_price_by_market(data, pd.Index(sorted(set(sold["market"]))))
    row, column = prices.index.get_indexer(sold["item"]), prices.columns.get_indexer(sold["market"])
    price = prices.to_numpy(float)[row, column]
    return _to_cents(sold, sold["quantity"] * np.nan_to_num(price), _at_standard(sold, costs))


def actual_sales(data: PlanData, costs: pd.DataFrame) -> pd.DataFrame:
    """Return item, market, period, revenue and cogs of the closed months, each to the cent.

    Months from the start of the previous fiscal year to the last closed one. Revenue is that of the
    measure `revenue` where the item, market and month have one, else the value of shipments; cogs that
    of the measure `cogs`, else what was shipped at the standard cost in use. A row of the whole item
    (blank market) stands for all its markets. Shipments without a value count at net price.

    Args:
        data: holds the actuals.
        costs: the result table `item_costs`.
    """
    rows = closed_actuals(data)
    shipped = _shipped(data, rows)
    revenue = _preferred(_measure(rows, "revenue"), shipped)
    quantity = _quantity_shipped(rows)
    standard = quantity.assign(value=_at_standard(quantity, costs))
    cogs = _preferred(_measure(rows, "cogs"), standard)
    both = revenue.rename(columns={"value": "revenue"}).merge(
        cogs.rename(columns={"value": "cogs"}), on=KEY, how="outer"
    )
    both = both.sort_values(KEY, ignore_index=True).fillna({"revenue": 0.0, "cogs": 0.0})
    return _to_cents(both, both["revenue"], both["cogs"])


def closed_actuals(data: PlanData) -> pd.DataFrame:
    """Return the actuals of the months the finance table shows, values in plan currency, in a fixed order."""
    actuals, now = data["actuals"], data.settings.current_period
    first = fiscal_year(now, data.settings.fiscal_year_start)[0] - 12
    rows = actuals[actuals["period"].ge(first) & actuals["period"].lt(now)]
    rows = rows.sort_values(["measure", "item", "market", "location", "period"], ignore_index=True)
    value = in_plan_currency(data, rows["value"], rows["currency"], rows["period"], rate="actual_rate")
    market = rows["market"].where(rows["market"].ne(""), blank_market(data))
    return rows.assign(value=value, market=market)


def _measure(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    chosen = rows[rows["measure"].eq(measure)].dropna(subset=["value"])
    return chosen.groupby(KEY, as_index=False)["value"].sum()


def _shipped(data: PlanData, rows: pd.DataFrame) -> pd.DataFrame:
    """Value of shipments; at net price where a row gives none."""
    shipments = rows[rows["measure"].eq("shipments")]
    prices = net_price_by_market(data, pd.Index(sorted(set(shipments["market"]))))
    row = prices.index.get_indexer(shipments["item"])
    price = prices.to_numpy(float)[row, prices.columns.get_indexer(shipments["market"])]
    value = shipments["value"].fillna(shipments["quantity"] * price)
    return shipments.assign(value=value).dropna(subset=["value"]).groupby(KEY, as_index=False)["value"].sum()


def _quantity_shipped(rows: pd.DataFrame) -> pd.DataFrame:
    """Units sold: shipments, else the quantity beside the revenue."""
    named = rows.dropna(subset=["quantity"]).assign(value=lambda frame: frame["quantity"])
    sold = _preferred(_measure(named, "shipments"), _measure(named, "revenue"))
    return sold.rename(columns={"value": "quantity"})


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


def _to_cents(rows: pd.DataFrame, revenue: pd.Series, cogs: pd.Series) -> pd.DataFrame:
    """The one rounding point: item x market x month x line. Float dust goes first, so that ties are ties."""
    money = {"revenue": revenue, "cogs": cogs}
    return rows[KEY].assign(**{line: round_half_up(np.round(amount, 8)) for line, amount in money.items()})
