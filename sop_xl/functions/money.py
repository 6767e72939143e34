"""Money: the cash cycle, bridges between two plans, the gap to budget, back-solve."""

import numpy as np
import pandas as pd

from sop_xl.cycle.kpi import percent, ratio
from sop_xl.cycle.kpi_money import days_of
from sop_xl.demand.panel import Matrix
from sop_xl.domain.money import round_half_up
from sop_xl.finance.back_solve import Flex, Trade, back_solve
from sop_xl.finance.bridge import split_difference
from sop_xl.functions.arguments import ArgumentError, Flow, same_length, within
from sop_xl.functions.worksheet import Area, TableOfCells, worksheet

YEAR_OF_MONTHS = 12
DAYS_OF_MONTH = 30.0


@worksheet("SOP_C2C", Area.MONEY)
def cash_to_cash(
    revenue: float, cogs: float, inventory: float, receivables: float, payables: float, days: float = DAYS_OF_MONTH
) -> TableOfCells:
    """Cash-to-cash: how many days money is tied up between paying suppliers and being paid.

    Args:
        revenue: of the time span, in money.
        cogs: cost of goods sold of the time span, in money.
        inventory: stock at its end, in money.
        receivables: what customers owe at its end, in money.
        payables: what is owed to suppliers at its end, in money.
        days: of the time span; default 30, a month.

    Returns:
        Two columns, name and figure: DSO, DIO, DPO and cash-to-cash in days, gross margin in points, net working
        capital in money, inventory turns a year of 12 such months; blank where revenue or cogs is 0.
    """
    if days <= 0:
        msg = f"days are {days:g}; give more than 0."
        raise ArgumentError(msg)
    sold = days_of(receivables, revenue, days)
    stocked, paid = (days_of(balance, cogs, days) for balance in (inventory, payables))
    return [
        ["DSO", sold],
        ["DIO", stocked],
        ["DPO", paid],
        ["Cash-to-cash", sold + stocked - paid],
        ["Gross margin %", percent(revenue - cogs, revenue)],
        ["Net working capital", receivables + inventory - payables],
        ["Turns a year", ratio(cogs * YEAR_OF_MONTHS * DAYS_OF_MONTH / days, inventory)],
    ]


@worksheet("SOP_BRIDGE", Area.MONEY)
def bridge(
    old_quantity: Flow, old_price: Flow, old_cost: Flow, new_quantity: Flow, new_price: Flow, new_cost: Flow
) -> TableOfCells:
    """Bridge of the gross margin from one plan to another: volume, mix, price and cost, adding up to the cent.

    Args:
        old_quantity: units of each item before; 0: a new item.
        old_price: price of a unit before.
        old_cost: cost of a unit before.
        new_quantity: units of each item after; 0: an item that is gone.
        new_price: price of a unit after.
        new_cost: cost of a unit after.

    Returns:
        Two columns, name and money: Volume, Mix (0 with one item), Price, Cost, New and lost items, Total.
    """
    same_length(
        old_quantity=old_quantity,
        old_price=old_price,
        old_cost=old_cost,
        new_quantity=new_quantity,
        new_price=new_price,
        new_cost=new_cost,
    )
    revenue = round_half_up(new_quantity * new_price)
    lines = pd.DataFrame(
        {
            "unit": "",
            "from_quantity": old_quantity,
            "from_revenue": round_half_up(old_quantity * old_price),
            "from_cost": round_half_up(old_quantity * old_cost),
            "to_quantity": new_quantity,
            "to_revenue": revenue,
            "to_cost": round_half_up(new_quantity * new_cost),
            "to_constant": revenue,
        }
    )
    steps = split_difference(lines).sum(numeric_only=True)
    bars = {
        **{name.capitalize(): steps[name] for name in ("volume", "mix", "price", "cost")},
        "New and lost items": steps[["new", "lost", "unsplit"]].sum(),
        "Total": steps["end"] - steps["start"],
    }
    cents = round_half_up(np.array(list(bars.values()), dtype=float))
    return [[name, float(amount)] for name, amount in zip(bars, cents, strict=True)]


@worksheet("SOP_GAP", Area.MONEY)
def gap(plan: Flow, budget: Flow, closed: int = 0) -> TableOfCells:
    """Gap to the budget of the year, and what the months left have to bring to close it.

    Args:
        plan: of each month of the year: actual in the closed months, plan after.
        budget: of the same months.
        closed: how many of the first months are closed; default 0.

    Returns:
        Two columns, name and figure: gap to date, gap to go, gap of the year (plan less budget), what is planned a
        month for the months left, and what is needed a month to reach the budget; blank with no month left.
    """
    same_length(plan=plan, budget=budget)
    within("closed", closed, 0, len(plan))
    left = len(plan) - closed
    to_date, to_go = _sum(plan[:closed] - budget[:closed]), _sum(plan[closed:] - budget[closed:])
    return [
        ["Gap to date", to_date],
        ["Gap to go", to_go],
        ["Gap of the year", to_date + to_go],
        ["Planned a month", ratio(_sum(plan[closed:]), left)],
        ["Needed a month", ratio(_sum(budget) - _sum(plan[:closed]), left)],
    ]


@worksheet("SOP_BACKSOLVE", Area.MONEY)
def solve_back(
    units: float,
    price: float,
    new_units: float | None = None,
    new_price: float | None = None,
    new_revenue: float | None = None,
    follows: str = "revenue",
) -> TableOfCells:
    """Units, price and revenue of a plan when one or two of them are edited: what follows from price times units.

    Args:
        units: planned units.
        price: planned net price of one.
        new_units: units as you want them; blank: as planned.
        new_price: price as you want it; blank: as planned.
        new_revenue: revenue as you want it, in money; blank: as planned.
        follows: what changes with your figures: "revenue" (default), "units" or "price".

    Returns:
        Two columns, name and figure: Units, Price, Revenue; blank where no figure can give that revenue.
    """
    rules: dict[str, Flex] = {"revenue": "revenue", "units": "units", "price": "price"}
    if follows.strip().lower() not in rules:
        msg = f"follows is {follows}; write revenue, units or price."
        raise ArgumentError(msg)
    base = Trade(units, price, float(round_half_up(np.array([units * price]))[0]))
    found = back_solve(base, rules[follows.strip().lower()], units=new_units, price=new_price, revenue=new_revenue)
    return [["Units", found.units], ["Price", found.price], ["Revenue", found.revenue]]


def _sum(amounts: Matrix) -> float:
    return float(np.sum(amounts))
