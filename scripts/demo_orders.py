"""What customers of the demo company have ordered and booked lately: orders in hand, bookings to date.

Derived from the source's shipments by the rules below; the stories and the noise are invented. The source
knows months only.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SELLERS = 40
"""Items, by revenue of the last three months, that bookings are reported of."""
ORDERED = 12
"""Of them, those that resellers order ahead."""
DEALERS = 4
"""Reseller markets, by units of the item, whose orders are listed."""
IN_HAND = {1: 0.55, 2: 0.3, 3: 0.15}
"""Orders in hand, by months from the last one of sales: shares of the same month of last year."""
LEAST = 3
LARGE = (
    ("BK-M68S-38", "Southwest Reseller", 3, 20),
    ("BK-T18U-50", "United Kingdom Reseller", 2, 45),
)
"""Invented orders: item, market, months from the last one of sales, units: the Phoenix chain, a bike-share scheme."""
WEEKS_BEFORE = ("19", "31", 10 / 22)
"""Days of the last month that are reported, and their share of its working days."""
TO_DATE = ("01", "09", 6 / 21)
STORY = {"Mountain Bikes": 1.12, "Clothing": 0.9}
"""How bookings of the open month run beside what last year and the last months say, by family."""
NOISE = 0.06


def customer_orders_table(units: pd.DataFrame, sellers: list[str], plant: str) -> pd.DataFrame:
    """Return the orders resellers have placed ahead, with `LARGE` in place of the item's own of that month.

    Args:
        units: units by item and market (rows) and month (columns), oldest first.
        sellers: items, most revenue first.
        plant: where they are shipped from.
    """
    last = units.columns[-1]
    rows: dict[tuple[str, str, pd.Period], float] = {}
    for item in sellers[:ORDERED]:
        mine = units.loc[item]
        dealers = mine[mine.index.str.endswith("Reseller")].iloc[:, -12:].sum(axis=1).nlargest(DEALERS).index
        for market in dealers:
            for ahead, share in IN_HAND.items():
                rows[item, market, last + ahead] = float(np.round(mine.loc[market, last + ahead - 12] * share))
    rows |= {(item, market, last + ahead): float(quantity) for item, market, ahead, quantity in LARGE}
    kept = [(*key, quantity) for key, quantity in sorted(rows.items()) if quantity >= LEAST]
    orders = pd.DataFrame(kept, columns=["item", "market", "period", "quantity"])
    orders.insert(0, "order", "CO-" + (orders.index + 7001).astype(str))
    return orders.assign(type="customer", location=plant, firm="yes", period=orders["period"].astype(str))


def recent_bookings_table(units: pd.DataFrame, families: pd.Series, sellers: list[str]) -> pd.DataFrame:
    """Return bookings of the last two weeks of the last month and of the first days of the open one.

    The weeks are their share of the month's working days; the days are that share of the mean of the last three
    months and of the same month of last year at this year's growth, times the family's story and noise.

    Args:
        units: units by item and market (rows) and month (columns), oldest first.
        families: family by item.
        sellers: items, most revenue first.
    """
    last, chance = units.columns[-1], np.random.default_rng(11)
    rows = []
    for item in sellers:
        total = units.loc[item].sum()
        recent, year_ago = total.iloc[-3:], total.iloc[-15:-12]
        growth = float(np.clip(recent.sum() / max(year_ago.sum(), 1.0), 0.5, 2.0))
        usual = (recent.mean() + growth * total[last - 11]) / 2
        noise = np.exp(chance.normal(0.0, NOISE, 2))
        story = STORY.get(families[item], 1.0)
        for (first, end, share), month, level, luck in (
            (WEEKS_BEFORE, last, total.iloc[-1], noise[0]),
            (TO_DATE, last + 1, usual * story, noise[1]),
        ):
            quantity = float(np.round(level * share * luck))
            rows.append((item, "", f"{month}-{first}", f"{month}-{end}", quantity))
    return pd.DataFrame(rows, columns=["item", "market", "from_date", "to_date", "quantity"])


def monthly_units(shipments: pd.DataFrame) -> pd.DataFrame:
    """Return units by item and market (rows) and month (columns) of the rows of `actuals` that are shipments."""
    wide = shipments.pivot_table(index=["item", "market"], columns="period", values="quantity", aggfunc="sum")
    wide.columns = pd.PeriodIndex(wide.columns, freq="M")
    return wide.fillna(0.0)


def best_sellers(shipments: pd.DataFrame, active: set[str]) -> list[str]:
    """Return the active items with most revenue over the last three months, the largest first."""
    months = sorted(shipments["period"].unique())[-3:]
    recent = shipments[shipments["period"].isin(months) & shipments["item"].isin(active)]
    money = recent.groupby("item")["value"].sum().sort_values(ascending=False, kind="stable")
    return list(money.index[:SELLERS])
