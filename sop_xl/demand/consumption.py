"""What is handed to supply: customer orders, and of the consensus what orders have not consumed.

Orders come before forecast, but most of them are what was forecast: each takes the place of the forecast of
its own month, then of months before, then of months after, as far as the settings let it reach. What no
forecast is left for is demand on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.history import DEMAND_MEASURES
from sop_xl.demand.netting import net_forecast
from sop_xl.demand.spread import spread
from sop_xl.domain.defaults import MARKET
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

PAIR = ["item", "market"]


def with_orders(forecast: pd.DataFrame, data: PlanData) -> pd.DataFrame:
    """Return the forecast with `orders`, `consumed` and `demand` filled: demand = orders + consensus - consumed.

    An order without a market is spread over those of its item by share of the consensus. One without any
    forecast gets a row of its own, whose consensus stays blank. With `consume_forecast` off demand is the
    consensus and orders are blank.

    Args:
        forecast: frame of the table `forecast`; the consensus counts, whatever the three columns said.
        data: open orders, opening backlog, the windows of the settings.
    """
    plain = forecast.assign(orders=np.nan, consumed=np.nan, demand=forecast["consensus"])
    orders = _by_market(due_orders(data), forecast, data) if data.settings.consume_forecast else pd.DataFrame()
    if orders.empty:
        return conform(FORECAST, plain)
    periods = data.settings.plan_periods
    named = pd.MultiIndex.from_frame(orders[PAIR].drop_duplicates())
    touched = pd.MultiIndex.from_frame(plain[PAIR]).isin(named)
    gross = plain[touched].set_index([*PAIR, "period"])["consensus"]
    parts = [_netted(pair, rows, gross, periods, data) for pair, rows in orders.groupby(PAIR, sort=True)]
    netted = pd.concat(parts, ignore_index=True)
    merged = plain[touched].drop(columns=["orders", "consumed", "demand"]).merge(netted, how="outer")
    keep = merged["consensus"].notna() | merged["orders"].notna()
    return conform(FORECAST, pd.concat([plain[~touched], merged[keep]], ignore_index=True))


def _netted(
    pair: tuple[str, ...], rows: pd.DataFrame, gross: pd.Series, periods: pd.PeriodIndex, data: PlanData
) -> pd.DataFrame:
    """Orders, forecast consumed and demand of one item and market, month by month."""
    index = pd.MultiIndex.from_product([[pair[0]], [pair[1]], periods], names=[*PAIR, "period"])
    agreed = gross.reindex(index).to_numpy(float)
    due = rows.groupby("period")["quantity"].sum().reindex(periods, fill_value=0.0).to_numpy(float)
    settings = data.settings
    left = net_forecast(
        np.nan_to_num(agreed), due, early=settings.consume_early_months, late=settings.consume_late_months
    )
    known = ~np.isnan(agreed)
    consumed = np.where(known, np.nan_to_num(agreed) - left, np.nan)
    columns = {
        "orders": np.where(due > 0, due, np.nan),
        "consumed": np.where(consumed > 0, consumed, np.nan),
        "demand": np.where(known | (due > 0), due + left, np.nan),
    }
    return index.to_frame(index=False).assign(**columns)


def due_orders(data: PlanData) -> pd.DataFrame:
    """Return item, market (blank: the whole item), period and quantity of the customer orders to net.

    What is overdue is due in the first month. Orders that the opening backlog of the sheet Stock holds already
    are left out, the earliest first: those overdue, and all of an item whose backlog is its order book (demand
    from bookings, or a backlog target in weeks).
    """
    table = data["open_orders"]
    first = data.settings.current_period
    mine = table["type"].eq("customer") & table["quantity"].gt(0) & table["item"].isin(data["items"]["item"])
    orders = table[mine].sort_values(["item", "period", "order"])
    held = orders["item"].map(data["stock"].groupby("item")["backlog"].sum()).fillna(0.0)
    counts = orders["period"].lt(first) | orders["item"].isin(_order_books(data))
    before = orders["quantity"].where(counts, 0.0).groupby(orders["item"]).cumsum() - orders["quantity"]
    in_backlog = np.where(counts, (held - before).clip(lower=0.0), 0.0)
    left = (orders["quantity"] - in_backlog).clip(lower=0.0)
    due = orders["period"].where(orders["period"].ge(first), first)
    out = orders[PAIR].assign(period=due, quantity=left)
    return out[(left > 0) & due.isin(data.settings.plan_periods)].reset_index(drop=True)


def _order_books(data: PlanData) -> set[str]:
    """Items whose opening backlog is their order book, not only what is late."""
    items = data["items"]
    return {*booked_items(data), *items.loc[items["target_backlog_weeks"].fillna(0.0).gt(0), "item"]}


def booked_items(data: PlanData) -> set[str]:
    """Return the items whose demand is read from bookings."""
    actuals = data["actuals"]
    return set(actuals.loc[actuals["measure"].eq(DEMAND_MEASURES[0]) & actuals["quantity"].notna(), "item"])


def _by_market(orders: pd.DataFrame, forecast: pd.DataFrame, data: PlanData) -> pd.DataFrame:
    """Give orders without a market to those of the item by share of the consensus of their month."""
    whole = orders[orders["market"].eq("")]
    if whole.empty:
        return orders
    parts = [orders[orders["market"].ne("")]]
    default = next(iter(sorted(data["markets"]["market"])), MARKET)
    of_item = {str(item): rows for item, rows in forecast.groupby("item")}
    for row in whole.itertuples():
        known = of_item.get(str(row.item))
        markets = [default] if known is None else sorted(known["market"].unique())
        there = forecast.iloc[:0] if known is None else known[known["period"].eq(row.period)]
        shares = there.groupby("market")["consensus"].sum().reindex(markets, fill_value=0.0)
        quantity = spread(float(row.quantity), shares.to_numpy(float))
        parts.append(pd.DataFrame({"market": markets, "quantity": quantity}).assign(item=row.item, period=row.period))
    return pd.concat(parts, ignore_index=True)
