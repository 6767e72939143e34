"""The finance table: money by family, market and month, every total the sum of its rounded rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.currency import market_currency
from sop_xl.domain.fiscal import fiscal_year
from sop_xl.domain.money import round_half_up
from sop_xl.finance.actual_rows import closed_actuals
from sop_xl.finance.initiatives import initiative_spending, running_cost
from sop_xl.finance.launch_money import launch_spending
from sop_xl.finance.markets import blank_market
from sop_xl.finance.overtime import premium_as_cost
from sop_xl.finance.sales import outlook
from sop_xl.finance.variances import (
    production_variance,
    purchase_price_variance,
    spent_on_production,
    stock_variances,
    under_absorbed,
)
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FINANCE

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.finance.sales import Sales

SALES_KEY = ["family", "market", "period"]
ROW = [*SALES_KEY, "line"]
COLUMNS = ["amount", "constant", "local", "budget", "last_cycle"]
SALES_LINES = ("revenue", "cogs", "gross_margin")


def roll_up_finance(
    data: PlanData,
    forecast: pd.DataFrame,
    supply_plan: pd.DataFrame,
    costs: pd.DataFrame,
    last_cycle: pd.DataFrame,
    load: pd.DataFrame | None = None,
    sales: Sales | None = None,
    stock: pd.DataFrame | None = None,
    bought: pd.DataFrame | None = None,
    launch_plan: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the result table `finance`: actual in closed months, plan after, beside budget and last cycle.

    Closed months go back to the start of the previous fiscal year. Sales are rounded to the cent by
    item, market, month and line and only then added up; gross margin is revenue less cogs of those.
    Stock has no market. Budget rows of items are added to their family's; what is not told by market
    (budget, last cycle) stands at the blank market, or at the only one. Rows of nothing are left out.

    Amounts are as reported: closed months at actual rates, planned ones at plan rates. `constant` is
    the same at plan rates throughout, `local` the revenue of a market in its own currency. Operating
    expense is planned as budgeted, with what initiatives cost or save; the one-off costs of approved
    initiatives and of launches are a line of their own.

    Args:
        data: the input.
        forecast: the result table `forecast`.
        supply_plan: the result table `supply_plan`.
        costs: the result table `item_costs`.
        last_cycle: the result table `last_cycle`, perhaps empty.
        load: the result table `load`, for overtime premium and overhead; left out, there are none.
        sales: actual and planned sales, where they are known already.
        stock: the result table `stock_value`, for revaluation and provisions; left out, there are none.
        bought: item, period and value of what arrives, for the purchase price variance, which needs `stock`.
        launch_plan: the result table, for the cost of launches; left out, there is none.
    """
    sales = sales or outlook(data, forecast, supply_plan, costs)
    amounts = pd.concat(
        [
            *_sales_ways(data, sales.planned),
            *_sales_ways(data, sales.actual),
            _actual_opex(data),
            _planned_opex(data),
            _one_offs(data, launch_plan),
            *([] if load is None else [_premium(data, load, supply_plan, costs), _unabsorbed(data, load)]),
            *_variances(data, stock, bought, spent_on_production(data, supply_plan, costs)),
            _actual_stock(data, costs),
            _planned_stock(data, supply_plan),
        ]
    )
    table = pd.concat([amounts, _budget(data), _last_cycle(data, last_cycle)], ignore_index=True)
    table = sum_to_cents(_in_view(data, table), ROW, COLUMNS)
    table = table[table[COLUMNS].fillna(0.0).ne(0.0).any(axis=1)]
    closed = table["period"].lt(data.settings.current_period)
    return conform(FINANCE, table.assign(version=np.where(closed, "actual", "plan")))


def sum_to_cents(rows: pd.DataFrame, by: list[str], columns: list[str]) -> pd.DataFrame:
    """Return the sums of `columns`, already in whole cents, without float dust; blank where all are blank."""
    sums = rows.groupby(by, as_index=False)[columns].sum(min_count=1)
    return sums.assign(**{column: round_half_up(sums[column].to_numpy(float)) for column in columns})


def _with_family(data: PlanData, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(family=rows["item"].map(data["items"].set_index("item")["family"]))


def of_families(data: PlanData, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the family of `item`, which may be that of an item or a family's own name; "" for the whole company."""
    items = data["items"]
    known = rows["item"].isin(items["family"]) & ~rows["item"].isin(items["item"])
    named = rows["item"].map(items.set_index("item")["family"]).astype(object).fillna("")
    return rows.assign(family=rows["item"].where(known, named).astype("str"))


def _sales_lines(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Turn the columns revenue and cogs into rows of `column`; gross margin too, where both are there."""
    return _lines_of(sum_to_cents(rows, SALES_KEY, ["revenue", "cogs"]), column)


def _lines_of(sums: pd.DataFrame, column: str) -> pd.DataFrame:
    wide = sums.assign(gross_margin=sums["revenue"] - sums["cogs"])
    return wide.melt(SALES_KEY, list(SALES_LINES), "line", column).dropna(subset=[column])


def _sales_ways(data: PlanData, sales: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the sales lines as reported and at constant rates, and revenue in the market's currency."""
    rows = _with_family(data, sales)
    foreign = rows[market_currency(data, rows["market"]).ne("")]
    parts = {
        (line, column): field
        for line in ("deductions", "rebates", "fixed_overhead", "standard_variance")
        for field, column in ((line, "amount"), (_CONSTANT.get(line, line), "constant"))
    }
    sums = sum_to_cents(rows, SALES_KEY, [*dict.fromkeys(["revenue", "cogs", "constant", *parts.values()])])
    return [
        _lines_of(sums, "amount"),
        _lines_of(sums.assign(revenue=sums["constant"]).drop(columns="constant"), "constant"),
        _line(foreign, "revenue", "local", "local"),
        *(
            sums[[*SALES_KEY, field]].rename(columns={field: col}).assign(line=line)
            for (line, col), field in parts.items()
        ),
    ]


_CONSTANT = {"deductions": "constant_deductions", "rebates": "constant_rebates"}


def _line(rows: pd.DataFrame, line: str, value: str, column: str) -> pd.DataFrame:
    """Return the rows of one line, `value` rounded to the cent as `column`."""
    filled = rows.dropna(subset=[value])
    amount = round_half_up(np.round(filled[value].to_numpy(float), 8))
    return filled[["family", "market", "period"]].assign(**{"line": line, column: amount})


def _actual_opex(data: PlanData) -> pd.DataFrame:
    """Operating expense of the closed months, of an item, a family or, without one, the whole company."""
    rows = closed_actuals(data)
    opex = of_families(data, rows[rows["measure"].eq("opex")])
    return pd.concat([_line(opex, "opex", "value", "amount"), _line(opex, "opex", "constant", "constant")])


def _planned_opex(data: PlanData) -> pd.DataFrame:
    """Operating expense of the planned months: what the budget says, and what initiatives add or save."""
    rows = budget_rows(data)
    ahead = rows[rows["period"].isin(data.calendar.periods)]
    both = (ahead, running_cost(data).assign(market=""))
    return pd.concat([_line(part, "opex", "opex", column) for part in both for column in ("amount", "constant")])


def _one_offs(data: PlanData, launch_plan: pd.DataFrame | None) -> pd.DataFrame:
    """One-off costs of approved initiatives and launches, at the family they act on."""
    spent = [initiative_spending(data), *([] if launch_plan is None else [launch_spending(data, launch_plan)])]
    rows = pd.concat(spent, ignore_index=True).assign(market="")
    return pd.concat([_line(rows, "one_off", "one_off_cost", column) for column in ("amount", "constant")])


def _premium(data: PlanData, load: pd.DataFrame, supply_plan: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Overtime premium of the whole company, as the setting wants it."""
    rows = premium_as_cost(data, load, supply_plan, costs).assign(family="", market="")
    return pd.concat([_line(rows, "overtime_premium", "amount", column) for column in ("amount", "constant")])


def _unabsorbed(data: PlanData, load: pd.DataFrame) -> pd.DataFrame:
    """Fixed overhead that production does not bear, of the whole company."""
    rows = under_absorbed(data, load).assign(family="", market="")
    return pd.concat([_line(rows, "under_absorbed", "amount", column) for column in ("amount", "constant")])


def _variances(
    data: PlanData, stock: pd.DataFrame | None, bought: pd.DataFrame | None, spent: pd.DataFrame
) -> list[pd.DataFrame]:
    """Revaluation, provisions and purchase prices by family; what production costs beyond standard, in all."""
    if stock is None:
        return []
    made = production_variance(spent.assign(value=spent["hours"] + spent["material"]), stock)
    lines = {**stock_variances(stock), "production_variance": made.assign(family="")}
    if bought is not None:
        lines["price_variance"] = purchase_price_variance(data, bought, stock)
    return [
        _line(rows.assign(market=""), line, "amount", column)
        for line, rows in lines.items()
        for column in ("amount", "constant")
    ]


def _actual_stock(data: PlanData, costs: pd.DataFrame) -> pd.DataFrame:
    """Value of stock at month end: as given, else its quantity at the standard cost in use."""
    rows = closed_actuals(data)
    stock = rows[rows["measure"].eq("inventory")]
    standard = stock["item"].map(costs.set_index("item")["standard_cost"]).astype(float)
    at_standard = stock["quantity"] * standard
    ways = {way: stock[way].fillna(at_standard) for way in ("value", "constant")}
    rows = _with_family(data, stock.assign(market="", **ways))
    return pd.concat(
        [_line(rows, "inventory_value", way, column) for way, column in (("value", "amount"), ("constant", "constant"))]
    )


def _planned_stock(data: PlanData, supply_plan: pd.DataFrame) -> pd.DataFrame:
    stock = _with_family(data, supply_plan[["item", "period", "closing_value"]]).assign(market="")
    return pd.concat([_line(stock, "inventory_value", "closing_value", column) for column in ("amount", "constant")])


def _budget(data: PlanData) -> pd.DataFrame:
    rows = budget_rows(data)
    sales = rows.dropna(subset=["revenue", "cogs"], how="all")
    sales = sales.assign(**{line: round_half_up(sales[line].to_numpy(float)) for line in ("revenue", "cogs")})
    stock = _line(rows.assign(market=""), "inventory_value", "inventory_value", "budget")
    return pd.concat([_sales_lines(sales, "budget"), _line(rows, "opex", "opex", "budget"), stock])


def budget_rows(data: PlanData) -> pd.DataFrame:
    """The budget with its families; a name that is both a family and an item is the family."""
    budget, items = data["budget"], data["items"]
    name = budget["item_or_family"]
    family_of = items.set_index("item")["family"]
    is_item = name.isin(family_of.index) & ~name.isin(items["family"])
    family = name.where(~is_item, name.map(family_of))
    market = budget["market"].where(budget["market"].ne(""), blank_market(data))
    return budget.assign(family=family, market=market)


def _last_cycle(data: PlanData, last_cycle: pd.DataFrame) -> pd.DataFrame:
    rows = _with_family(data, last_cycle[["item", "period", "revenue", "cogs"]])
    known = rows.dropna(subset=["family"]).dropna(subset=["revenue", "cogs"], how="all")
    return _sales_lines(known.assign(market=blank_market(data)), "last_cycle")


def _in_view(data: PlanData, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows from the start of the previous fiscal year to the plan's end, or this year's if that is later."""
    year = fiscal_year(data.settings.current_period, data.settings.fiscal_year_start)
    last = max(year[-1], data.calendar.periods[-1])
    return rows[rows["period"].ge(year[0] - 12) & rows["period"].le(last)]
