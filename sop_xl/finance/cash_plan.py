"""The cash table: receipts, payments, what is open, and days; closed months of the fiscal year, then the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.fiscal import fiscal_year
from sop_xl.domain.money import round_half_up
from sop_xl.finance.cash import Corkscrew, cash_days, corkscrew
from sop_xl.finance.closed_cash import closed_conversion, closed_purchases
from sop_xl.finance.initiatives import initiative_spending
from sop_xl.finance.open_balances import Flow, as_booked, as_posted, booked_balances, by_terms, together
from sop_xl.finance.overtime import overtime_premium
from sop_xl.finance.rebate_cash import rebate_payments
from sop_xl.finance.variances import spent_on_production
from sop_xl.schema.frames import conform
from sop_xl.schema.results import CASH

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.finance.sales import Sales

TRAILING = 3
"""Months of revenue and cost of goods sold that days are measured by."""
PAID = ("payments", "rebates_paid", "conversion", "overhead", "overtime", "opex", "one_off", "capex")
"""What goes out, as columns of the table."""
PLANNED = ("overhead", "overtime", "one_off", "capex")
"""What nobody posts: blank in closed months."""
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
    """Return the result table `cash`: one row for each closed month of the fiscal year and each planned one.

    Customers pay by the terms of their market what they are invoiced, revenue before the rebates of agreements,
    which are paid at the agreement's end; suppliers are paid by the setting `supplier_payment_days`. What is open
    when the plan starts is what was booked as receivables and payables at the end of the last closed month, settled
    in the proportions that terms give; where nothing was, it is what the closed months' revenue and purchases
    leave open under the same terms. Closed months are as posted: what was paid follows from what was open at month
    ends, purchases are receipts with a value, hours those of what was made; what was not posted follows from terms
    and cost of goods sold (`closed_cash`). Bought material that is not in the bill counts as bought when it is used.
    Hours with the overhead they bear, overhead nobody absorbs, overtime premium, operating expense, one-off cost
    and capital are paid in their month. Days are measured by revenue and cost of goods sold of the last three months.

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
            closed_purchases(data, sales.actual, costs),
            bought[["period", "value"]],
            made[["period", "material"]].rename(columns={"material": "value"}),
        ]
    )
    months = _months(data, sold, arrived)
    customers = _receivables(data, sold, months)
    suppliers = _payables(data, arrived, months)
    spent = initiative_spending(data)
    columns = {
        "conversion": _by_month(pd.concat([made, closed_conversion(data, sales.actual, costs)]), "hours", months),
        "overtime": _by_month(overtime_premium(data, load), "premium", months),
        "overhead": _line(finance, "under_absorbed", months),
        "opex": _line(finance, "opex", months),
        "one_off": _line(finance, "one_off", months),
        "capex": _by_month(spent, "capex", months),
        "inventory_value": _line(finance, "inventory_value", months),
        "revenue": _by_month(sold, "revenue", months),
        "cogs": _by_month(sold, "cogs", months),
    }
    table = pd.DataFrame({"period": months, **columns, **_named(customers, "receivables", "receipts")})
    table = table.assign(purchases=suppliers.added, **_named(suppliers, "payables", "payments"))
    owed = corkscrew(_by_month(sold, "agreed_rebates", months), rebate_payments(data, sales.rebates, months))
    table = table.assign(rebates=owed.added, **_named(owed, "rebates", "rebates_paid"))
    table = _only_posted(table, finance, data.settings.current_period)
    out = table[list(PAID)].sum(axis=1)
    table = table.assign(net_cash=round_half_up((table["receipts"] - out).to_numpy(float)))
    table = _with_days(table, data.settings.days_in_year)
    first = fiscal_year(data.settings.current_period, data.settings.fiscal_year_start)[0]
    return conform(CASH, table[table["period"].ge(first)])


def _only_posted(table: pd.DataFrame, finance: pd.DataFrame, now: pd.Period) -> pd.DataFrame:
    """Say which months are closed, and blank there what nobody posts, and stock that was not counted."""
    closed = table["period"].lt(now)
    counted = table["period"].isin(
        finance.loc[finance["line"].eq("inventory_value") & finance["amount"].notna(), "period"]
    )
    blanks = {name: table[name].mask(closed) for name in PLANNED}
    stock = table["inventory_value"].mask(closed & ~counted)
    return table.assign(**blanks, inventory_value=stock, version=np.where(closed, "actual", "plan"))


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
    invoices = sales.assign(invoiced=sales["revenue"] + sales["agreed_rebates"])
    own, rest = [], []
    for market in [*sorted({*sales["market"], *booked.columns} - {""}), ""]:
        invoiced = _by_month(invoices[invoices["market"].eq(market)], "invoiced", months)
        flow = by_terms(invoiced, float(terms.get(market, usual)), now)
        posted = _posted(booked, market, months)
        if market and now - 1 in posted:
            own.append(as_posted(as_booked(flow, now, posted[now - 1]), now, posted))
        else:
            rest.append(flow)
    others, posted = together(rest, len(months)), _posted(booked, "", months)
    if now - 1 in posted:
        others = as_posted(as_booked(others, now, posted[now - 1]), now, posted)
    return _corkscrew(together([*own, others], len(months)))


def _posted(booked: pd.DataFrame, market: str, months: pd.PeriodIndex) -> dict[int, float]:
    """Return what was posted as open of a market, by place of the month."""
    if market not in booked.columns:
        return {}
    known = booked[market].dropna()
    known = known[known.index.isin(months)]
    cents = round_half_up(known.to_numpy(float))
    return dict(zip(months.get_indexer(known.index).tolist(), cents.tolist(), strict=True))


def _payables(data: PlanData, bought: pd.DataFrame, months: pd.PeriodIndex) -> Corkscrew:
    now, booked = months.get_loc(data.settings.current_period), booked_balances(data, "payables")
    flow = by_terms(_by_month(bought, "value", months), data.settings.supplier_payment_days, now)
    posted = _posted(booked.sum(axis=1, min_count=1).to_frame(""), "", months)
    if now - 1 in posted:
        flow = as_posted(as_booked(flow, now, posted[now - 1]), now, posted)
    return _corkscrew(flow)


def _corkscrew(flow: Flow) -> Corkscrew:
    return corkscrew(flow.added, flow.settled, flow.opening)


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
