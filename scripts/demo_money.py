"""The demo company's invented money: budget, operating expense, exchange rates, and balances."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

BUDGET_GROWTH = {2026: 0.97, 2027: 1.06}
"""Budget units over those of the last 12 closed months."""

PRICE_FACTOR = 1.01
COST_FACTOR = 0.98
DAYS_IN_YEAR = 365
CLOSED_MONTHS = 3
OPEX_FIXED, OPEX_VARIABLE = 0.055, 0.03
"""Operating expense: of the mean month's revenue, whatever is sold, and of what is sold."""

OPEX_FROM = "2025-01"
OPEX_WOBBLE = 0.06
RATES = {"AUD": (0.66, 0.4), "CAD": (0.74, 2.1), "EUR": (1.10, 3.6), "GBP": (1.28, 5.2)}
"""USD for one unit at the plan rate, and where each currency's wave starts."""

BONUS_MARKET = "Southwest Reseller"
BONUSES = {2026: ((4_000_000, 0.5), (6_500_000, 1.0)), 2027: ((5_000_000, 0.5), (7_500_000, 1.0))}
"""What the largest reseller gets back on all of a year's revenue: from how much on, and % of it."""

BONUS_BOOKED = 0.5
"""What finance has accrued in 2026, in %: it did not expect the second threshold to be reached."""

OVERDUE = 1.06
"""Receivables over what terms of 45 days leave open."""

PAYABLES_SHARE = 0.45
"""Payables over the month's cost of goods: about a month of bought parts and goods."""

RATE_MONTHS = ("2025-01", "2028-04")
RATE_SWING, RATE_WAVE = 0.035, 17
"""How far actual rates swing about the plan rate, as a share, and over how many months."""


def _by_family(items: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    """Return units, revenue and cost of goods of the last 12 closed months, by family and calendar month."""
    months = sorted(shipments["period"].unique())[-12:]
    rows = shipments[shipments["period"].isin(months)]
    rows = rows.assign(
        family=rows["item"].map(items["family"]),
        month=rows["period"].str[5:].astype(int),
        cogs=rows["quantity"] * rows["item"].map(items["standard_cost"]),
    )
    return rows.groupby(["family", "month"])[["quantity", "value", "cogs"]].sum()


def budget(items: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    """Return the budget of 2026 and 2027 by family and month.

    Units: half the same calendar month of the last 12 closed months, half their mean, times
    `BUDGET_GROWTH`. Revenue and COGS: units at the mean net price + 1 % and the mean standard cost - 2 %.
    Opex: `OPEX_VARIABLE` of the month's and `OPEX_FIXED` of the mean month's revenue. Inventory value: the
    family's target cover at the year's mean daily COGS.
    """
    rows = []
    for family, year_rows in _by_family(items, shipments).groupby("family"):
        totals = year_rows.sum()
        price, cost = totals["value"] / totals["quantity"], totals["cogs"] / totals["quantity"]
        cover = items.loc[items["family"] == family, "target_cover_days"].max()
        for year, growth in BUDGET_GROWTH.items():
            stock = totals["cogs"] * growth * COST_FACTOR / DAYS_IN_YEAR * cover
            for month in range(1, 13):
                same = year_rows["quantity"].get((family, month), 0.0)
                units = round((same / 2 + totals["quantity"] / 24) * growth)
                rows.append(
                    {
                        "item_or_family": family,
                        "period": f"{year}-{month:02d}",
                        "quantity": units,
                        "revenue": round(units * price * PRICE_FACTOR, -2),
                        "cogs": round(units * cost * COST_FACTOR, -2),
                        "opex": round(
                            (units * OPEX_VARIABLE + totals["quantity"] * growth / 12 * OPEX_FIXED) * price, -2
                        ),
                        "inventory_value": round(stock, -3),
                    }
                )
    return pd.DataFrame(rows)


def operating_expense(items: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    """Return the operating expense of the closed months by family, as rows of `actuals`.

    As the budget's rule has it, on what was sold, and up to `OPEX_WOBBLE` more or less month by month.
    """
    rows = shipments.assign(family=shipments["item"].map(items["family"]))
    revenue = rows.pivot_table(index="family", columns="period", values="value", aggfunc="sum").fillna(0.0)
    mean = revenue.T.rolling(12, min_periods=1).mean().T
    months = [month for month in revenue.columns if month >= OPEX_FROM]
    wave = np.sin(np.arange(len(months)) * 1.7 + np.arange(len(revenue))[:, None])
    spent = (revenue[months] * OPEX_VARIABLE + mean[months] * OPEX_FIXED) * (1.0 + OPEX_WOBBLE * wave)
    table = spent.round(2).reset_index().melt("family", var_name="period", value_name="value")
    return table.rename(columns={"family": "item"}).assign(measure="opex", market="", location="")


def rebates() -> pd.DataFrame:
    """Return the agreement with the largest reseller, a row for each year and threshold."""
    rows = [
        {
            "agreement": f"BONUS-{year}",
            "market": BONUS_MARKET,
            "from_period": f"{year}-01",
            "to_period": f"{year}-12",
            "threshold": threshold,
            "rebate_pct": rate,
        }
        for year, tiers in BONUSES.items()
        for threshold, rate in tiers
    ]
    return pd.DataFrame(rows)


def booked_rebates(shipments: pd.DataFrame) -> pd.DataFrame:
    """Return what was accrued for that agreement in the closed months of its first year, as rows of `actuals`."""
    year = str(min(BONUSES))
    rows = shipments[shipments["market"].eq(BONUS_MARKET) & shipments["period"].str.startswith(year)]
    sums = (rows.groupby("period")["value"].sum() * BONUS_BOOKED / 100).round(2).reset_index()
    return sums.assign(measure="rebates", item="(company)", market=BONUS_MARKET, location="")


def open_balances(items: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    """Return receivables of each reseller and payables at the end of the last closed months, as rows of `actuals`.

    Receivables: the month's revenue and half of the one before, times `OVERDUE`; the internet pays at once.
    Payables: `PAYABLES_SHARE` of the month's units at standard cost.
    """
    months = sorted(shipments["period"].unique())[-CLOSED_MONTHS - 1 :]
    sold = shipments[shipments["market"].str.endswith("Reseller")]
    revenue = sold.pivot_table(index="market", columns="period", values="value", aggfunc="sum")[months].fillna(0.0)
    cost = (shipments["quantity"] * shipments["item"].map(items["standard_cost"])).groupby(shipments["period"]).sum()
    rows = []
    for before, month in itertools.pairwise(months):
        owed = ((revenue[month] + revenue[before] / 2) * OVERDUE).round(2)
        rows += [("receivables", market, month, value) for market, value in owed.items()]
        rows.append(("payables", "", month, round(cost[month] * PAYABLES_SHARE, 2)))
    table = pd.DataFrame(rows, columns=["measure", "market", "period", "value"])
    return table.assign(item="(company)", location="")


def exchange_rates(last_closed: str) -> pd.DataFrame:
    """Return one plan rate for all months of a currency, and actual rates of the closed ones about it."""
    months = pd.period_range(*RATE_MONTHS, freq="M")
    step = np.arange(len(months))
    rows = []
    for currency, (plan, start) in RATES.items():
        actual = plan * (1.0 + RATE_SWING * np.sin(start + 2 * np.pi * step / RATE_WAVE))
        closed = months <= pd.Period(last_closed, "M")
        columns = {"currency": currency, "period": months.astype(str), "plan_rate": plan}
        rows.append(pd.DataFrame({**columns, "actual_rate": np.where(closed, actual.round(4), np.nan)}))
    return pd.concat(rows, ignore_index=True)
