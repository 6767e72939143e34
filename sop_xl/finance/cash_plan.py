"""The cash table: receipts, payments, what is open, and days, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.finance.actual_rows import closed_actuals
from sop_xl.finance.cash import Corkscrew, cash_days, corkscrew
from sop_xl.finance.initiatives import initiative_spending
from sop_xl.finance.open_balances import Flow, as_booked, booked_balances, by_terms, together
from sop_xl.finance.overtime import overtime_premium
from sop_xl.finance.variances import spent_on_production
from sop_xl.schema.frames import conform
from sop_xl.schema.results import CASH

if TYPE_CHECKING:
    import numpy as np

    from sop_xl.domain.plan_data import PlanData
    from sop_xl.finance.sales import Sales

TRAILING = 3
"""Months of revenue and cost of goods sold that days are measured by."""
PAID = ("payments", "conversion", "overhead", "overtime", "opex", "one_off", "capex")
"""What goes out, as columns of the table."""
DEFAULT_DAYS = 30.0
"""Payment terms of a company that lists no market."""


def cash_plan(
    data: PlanData,
    sales: Sales,
    supply_plan: pd.DataFrame,
    bought: pd.DataFrame,
    load: pd.DataFrame,
    costs: pd.DataFrame,
    finance: pd.DataFrame,
) -> pd.DataFrame:
    """Return the result table `cash`: one row for each planned month.

    Customers pay by the terms of their market, suppliers are paid by the setting
    `supplier_payment_days`. What is open at the start is what was booked as receivables and payables at the
    end of the last closed month, settled in the proportions that terms give; where nothing was, it is what
    the closed months' revenue, and receipts with a value, leave open under the same terms. Bought material
    that is not in the bill counts as bought when it is used. Hours with the overhead they bear, overhead
    nobody absorbs, overtime premium, operating expense, one-off cost and capital are paid in their month.
    Days are measured by revenue and cost of goods sold of the last three months.

    Args:
        data: the input.
        sales: actual and planned sales.
        supply_plan: the result table `supply_plan`.
        bought: item, period and value of all that arrives, as `variances.bought_goods` gives it.
        load: the result table `load`.
        costs: the result table `item_costs`.
        finance: the result table `finance`: operating expense, one-offs and stock come from it.
    """
    sold = sales.together()
    made = spent_on_production(data, supply_plan, costs)
    arrived = pd.concat(
        [
            _received(data),
            bought[["period", "value"]],
            made[["period", "material"]].rename(columns={"material": "value"}),
        ]
    )
    months = _months(data, sold, arrived)
    customers = _receivables(data, sold, months)
    suppliers = _payables(data, arrived, months)
    spent = initiative_spending(data)
    columns = {
        "conversion": _by_month(made, "hours", months),
        "overtime": _by_month(overtime_premium(data, load), "premium", months),
        "overhead": _line(finance, "under_absorbed", months),
        "opex": _line(finance, "opex", months),
        "one_off": _line(finance, "one_off", months),
        "capex": _by_month(spent, "capex", months),
        "inventory_value": _line(finance, "inventory_value", months),
        "revenue": customers.added,
        "cogs": _by_month(sold, "cogs", months),
    }
    table = pd.DataFrame({"period": months, **columns, **_named(customers, "receivables", "receipts")})
    table = table.assign(purchases=suppliers.added, **_named(suppliers, "payables", "payments"))
    out = table[list(PAID)].sum(axis=1)
    table = table.assign(net_cash=round_half_up((table["receipts"] - out).to_numpy(float)))
    table = _with_days(table, data.settings.days_in_year)
    return conform(CASH, table[table["period"].isin(data.calendar.periods)])


def _months(data: PlanData, sales: pd.DataFrame, bought: pd.DataFrame) -> pd.PeriodIndex:
    """Return all months from the first with sales or receipts to the plan's end."""
    periods = data.calendar.periods
    known = [frame["period"].min() for frame in (sales, bought) if len(frame)]
    return pd.period_range(min([*known, periods[0]]), periods[-1], freq="M")


def _by_month(rows: pd.DataFrame, value: str, months: pd.PeriodIndex) -> np.ndarray:
    """Return the sum of `value` in each month, in whole cents; months without rows are 0."""
    sums = rows.groupby("period")[value].sum().reindex(months, fill_value=0.0)
    return round_half_up(sums.to_numpy(float))


def _line(finance: pd.DataFrame, line: str, months: pd.PeriodIndex) -> np.ndarray:
    return _by_month(finance[finance["line"].eq(line)], "amount", months)


def _receivables(data: PlanData, sales: pd.DataFrame, months: pd.PeriodIndex) -> Corkscrew:
    """Return the corkscrew of all markets, each under its terms; a sale of no market has their mean."""
    terms = data["markets"].set_index("market")["payment_days"]
    usual = float(terms.mean()) if len(terms) else DEFAULT_DAYS
    now, booked = months.get_loc(data.settings.current_period), booked_balances(data, "receivables")
    own, rest = [], []
    for market in [*sorted({*sales["market"], *booked.index} - {""}), ""]:
        invoiced = _by_month(sales[sales["market"].eq(market)], "revenue", months)
        flow = by_terms(invoiced, float(terms.get(market, usual)), now)
        if market and market in booked.index:
            own.append(as_booked(flow, now, float(booked[market])))
        else:
            rest.append(flow)
    others = together(rest, len(months))
    if "" in booked.index:
        others = as_booked(others, now, float(booked[""]))
    return _corkscrew(together([*own, others], len(months)))


def _payables(data: PlanData, bought: pd.DataFrame, months: pd.PeriodIndex) -> Corkscrew:
    now, booked = months.get_loc(data.settings.current_period), booked_balances(data, "payables")
    flow = by_terms(_by_month(bought, "value", months), data.settings.supplier_payment_days, now)
    return _corkscrew(as_booked(flow, now, float(booked.sum())) if len(booked) else flow)


def _corkscrew(flow: Flow) -> Corkscrew:
    return corkscrew(flow.added, flow.settled, flow.opening)


def _received(data: PlanData) -> pd.DataFrame:
    """What came from suppliers in closed months: receipts that have a value."""
    rows = closed_actuals(data)
    return rows.loc[rows["measure"].eq("receipts"), ["period", "value"]].dropna()


def _named(balance: Corkscrew, name: str, settled: str) -> dict[str, np.ndarray]:
    return {f"opening_{name}": balance.opening, settled: balance.settled, f"closing_{name}": balance.closing}


def _with_days(table: pd.DataFrame, days_in_year: float) -> pd.DataFrame:
    """Add DSO, DIO, DPO and cash-to-cash of each month's end; blank until three months are known."""
    flows = table[["revenue", "cogs"]].rolling(TRAILING).sum()
    balances = table[["closing_receivables", "inventory_value", "closing_payables"]]
    span = days_in_year * TRAILING / 12.0
    days = [
        cash_days(*(float(value) for value in balance), revenue=revenue, cogs=cogs, days=span)
        for balance, revenue, cogs in zip(
            balances.itertuples(index=False), flows["revenue"], flows["cogs"], strict=True
        )
    ]
    return table.assign(**{name: [row[place] for row in days] for place, name in enumerate(days[0]._fields)})
