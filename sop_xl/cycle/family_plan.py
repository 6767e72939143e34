"""The S&OP sheet's figures: sales, operations, stock, backlog and money of each family and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.cycle.history import closed_quantity, demand_history, sold_items
from sop_xl.domain.money import round_half_up
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FAMILY_PLAN

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData

CLOSED_MONTHS = 12
MONEY_LINES = ("revenue", "cogs")


def family_plan(
    data: PlanData,
    forecast: pd.DataFrame,
    supply_plan: pd.DataFrame,
    finance: pd.DataFrame,
    last_cycle: pd.DataFrame,
    costs: pd.DataFrame,
) -> pd.DataFrame:
    """Return the result table `family_plan`: the last 12 closed months and all planned ones.

    Units count the sold items of the family only, at all locations; a family that sells nothing is
    left out. In planned months opening + supply - used - served = closing, goods on their way between
    own locations being stock. In closed months served, backlog and actual columns show what happened;
    a month in which nobody reported a measure is blank, not zero. Revenue, cost of sales and their budget
    are those of the whole family, as the table finance has them, all markets together. Inventory value is
    that of the stock shown, at the locations: of the sold items, in closed months of those counted.

    Args:
        data: the input.
        forecast: the result table `forecast`.
        supply_plan: the result table `supply_plan`.
        finance: the result table `finance`.
        last_cycle: the result table `last_cycle`, perhaps empty.
        costs: the result table `item_costs`; values counted stock that has no value of its own.
    """
    family = sold_items(data, forecast, supply_plan)
    grid = _grid(data, family, finance)
    past = _closed(data, family, grid)
    plan = _operations(data, family, supply_plan, grid)
    columns = {
        **_sales(data, family, forecast, last_cycle, grid),
        **past,
        **{field: values.fillna(past[field]) if field in past else values for field, values in plan.items()},
        **_money(finance, grid),
        "inventory_value": _stock_value(data, family, supply_plan, costs, grid),
    }
    return conform(FAMILY_PLAN, pd.DataFrame(columns, index=grid).reset_index())


def _grid(data: PlanData, family: pd.Series, finance: pd.DataFrame) -> pd.MultiIndex:
    """All months of every family that sells, or has revenue or cost of sales planned or budgeted."""
    now, last = data.settings.current_period, data.calendar.periods[-1]
    months = pd.period_range(now - CLOSED_MONTHS, last, freq="M")
    shown = finance["line"].isin(MONEY_LINES) & finance["period"].between(months[0], last)
    families = sorted({*family, *finance.loc[shown, "family"]})
    return pd.MultiIndex.from_product([families, months], names=["family", "period"])


def _sum(rows: pd.DataFrame, value: str, family: pd.Series, grid: pd.MultiIndex) -> pd.Series:
    """Return the sum of `value` over the sold items of each family and month; blank where there is no row."""
    sold = rows[rows["item"].isin(family.index)]
    sold = sold.assign(family=sold["item"].map(family)).sort_values(["family", "period", "item"], kind="stable")
    return sold.groupby(["family", "period"])[value].sum(min_count=1).reindex(grid)


def _reported(rows: pd.DataFrame, family: pd.Series, grid: pd.MultiIndex) -> pd.Series:
    """Return the units of `rows`; 0 where the company reported the month but the family had none."""
    known = grid.get_level_values("period").isin(rows["period"])
    sums = _sum(rows, "quantity", family, grid)
    return sums.where(sums.notna() | ~known, 0.0)


def _sales(
    data: PlanData, family: pd.Series, forecast: pd.DataFrame, last_cycle: pd.DataFrame, grid: pd.MultiIndex
) -> dict[str, pd.Series]:
    history = demand_history(data)
    year_before = history.assign(period=history["period"] + 12)
    consensus = _sum(forecast, "consensus", family, grid)
    bookings = _reported(closed_quantity(data, "bookings"), family, grid)
    return {
        "last_year": _reported(year_before, family, grid),
        "old_forecast": _sum(last_cycle, "forecast", family, grid),
        "forecast": consensus,
        "actual": _reported(history, family, grid),
        "old_supply": _sum(last_cycle, "supply", family, grid),
        "bookings": bookings.fillna(consensus),
    }


def _operations(
    data: PlanData, family: pd.Series, supply_plan: pd.DataFrame, grid: pd.MultiIndex
) -> dict[str, pd.Series]:
    """The planned corkscrew; goods between locations join opening and closing."""
    plan = supply_plan.assign(used=supply_plan["used"].fillna(0.0)).sort_values(["item", "location", "period"])
    plan = plan.assign(
        supply=plan["production"].fillna(0.0) + plan["purchases"].fillna(0.0),
        served=plan["served"] - plan["used"],
        sent=plan["shipped_out"].fillna(0.0) - plan["received"].fillna(0.0),
    )
    fields = ("supply", "used", "served", "lost", "backlog", "target", "opening", "closing", "sent")
    sums = {field: _sum(plan, field, family, grid) for field in fields}
    sent = sums.pop("sent")
    on_the_way = _on_the_way(data, family, sent)
    sums["closing"] += on_the_way
    sums["opening"] += on_the_way - sent
    return sums


def _on_the_way(data: PlanData, family: pd.Series, sent: pd.Series) -> pd.Series:
    """Units between locations at the end of each month: those under way today and what is sent on top."""
    orders = data["open_orders"]
    open_transfers = orders[orders["type"].eq("transfer") & orders["firm"] & orders["item"].isin(family.index)]
    today = open_transfers.groupby(open_transfers["item"].map(family))["quantity"].sum()
    start = today.reindex(sent.index.get_level_values("family"), fill_value=0.0).to_numpy(float)
    return sent.groupby(level="family").cumsum() + start


def _closed(data: PlanData, family: pd.Series, grid: pd.MultiIndex) -> dict[str, pd.Series]:
    """What happened; served and backlog are columns of the plan too, which takes over where it starts."""
    return {
        "served": _reported(closed_quantity(data, "shipments"), family, grid),
        "backlog": _reported(closed_quantity(data, "backlog"), family, grid),
        "actual_supply": _reported(closed_quantity(data, "production", "receipts"), family, grid),
        "actual_stock": _reported(closed_quantity(data, "inventory"), family, grid),
    }


def _money(finance: pd.DataFrame, grid: pd.MultiIndex) -> dict[str, pd.Series]:
    sums = finance.groupby(["line", "family", "period"])[["amount", "budget"]].sum(min_count=1)

    def line(name: str, column: str) -> pd.Series:
        keys = [(name, *key) for key in grid]
        values = sums[column].reindex(pd.MultiIndex.from_tuples(keys, names=sums.index.names)).to_numpy(float)
        return pd.Series(round_half_up(values), index=grid)

    return {
        "revenue": line("revenue", "amount"),
        "cogs": line("cogs", "amount"),
        "budget_revenue": line("revenue", "budget"),
        "budget_cogs": line("cogs", "budget"),
    }


def _stock_value(
    data: PlanData, family: pd.Series, supply_plan: pd.DataFrame, costs: pd.DataFrame, grid: pd.MultiIndex
) -> pd.Series:
    """Value of the sold items' stock at month end: as reported, else at standard cost; then as planned."""
    actuals = data["actuals"]
    counted = actuals[actuals["measure"].eq("inventory") & actuals["period"].lt(data.settings.current_period)]
    at_standard = counted["quantity"] * counted["item"].map(costs.set_index("item")["standard_cost"])
    worth = round_half_up(np.round(counted["value"].fillna(at_standard).to_numpy(float), 8))
    past = _sum(counted.assign(worth=worth), "worth", family, grid)
    values = _sum(supply_plan, "closing_value", family, grid).fillna(past)
    return pd.Series(round_half_up(np.round(values.to_numpy(float), 8)), index=grid)
