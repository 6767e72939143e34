"""The stock value table: opening + production + receipts - issues + revaluation = closing, by family and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.domain.money import round_half_up
from sop_xl.finance.actual_rows import closed_actuals
from sop_xl.finance.valuation import average_value, excess
from sop_xl.schema.frames import conform
from sop_xl.schema.results import STOCK_VALUE

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.finance.sales import Sales

KEY = ["item", "period"]
FLOWS = ("production", "purchases", "transfers", "used")
MONEY = ("opening", "revaluation", *FLOWS, "issues", "closing", "cogs", "rounding", "excess", "obsolete")
EXTRA = ("moving_average", "provision_change")


def stock_value(
    data: PlanData,
    sales: Sales,
    supply_plan: pd.DataFrame,
    costs: pd.DataFrame,
    bought: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the result table `stock_value` of the planned months, at standard cost and to the cent.

    Opening stock of the first month is worth what the last closed month says a unit is worth, where it
    gives quantity and value; bringing it to the standard in use is its revaluation. Issues to customers
    are what is left once all else is counted, as when stock runs out, so that the corkscrew closes;
    `rounding` is what cost of goods sold, rounded by item and market, differs from them.

    Provisions: of stock beyond `excess_months` of demand, `excess_provision_pct`; of stock of items that
    are dead, past their last month, or without any demand in the plan, `obsolete_provision_pct`. What
    they change by each month is a cost; the first month compares with its own opening stock.

    `moving_average` values the same closing units otherwise: bought goods come in at their price, made
    ones at rolled cost, and what leaves takes the average of all that is held.

    Args:
        data: the input.
        sales: actual and planned sales.
        supply_plan: the result table `supply_plan`.
        costs: the result table `item_costs`.
        bought: item, period and value of what arrives, as `variances.bought_goods` gives it; left out, it
            counts at standard cost.
    """
    units = _units(supply_plan)
    standard = units["item"].map(costs.set_index("item")["standard_cost"]).fillna(0.0).to_numpy(float)
    money = {flow: _cents(units[flow], standard) for flow in FLOWS}
    rows = units[["family", *KEY]].assign(**money, closing=_round(units["closing_value"]))
    rows = _opening(data, rows, _cents(units["opening"], standard), units["opening"].to_numpy(float))
    inflow = rows[["opening", "revaluation", "production", "purchases", "transfers"]].sum(axis=1)
    rows = rows.assign(issues=_round(inflow - rows["used"] - rows["closing"]))
    sold = sales.planned.groupby(KEY)["cogs"].sum()
    cogs = _round(sold.reindex(pd.MultiIndex.from_frame(rows[KEY]), fill_value=0.0))
    rows = rows.assign(cogs=cogs, rounding=_round(cogs - rows["issues"]), **_provisions(data, units, standard))
    rows = rows.assign(moving_average=_at_average(rows, units, costs, bought))
    sums = rows.groupby(["family", "period"], as_index=False)[[*MONEY, *EXTRA]].sum()
    return conform(STOCK_VALUE, sums)


def _at_average(
    rows: pd.DataFrame, units: pd.DataFrame, costs: pd.DataFrame, bought: pd.DataFrame | None
) -> np.ndarray:
    """Return the closing value of each row at moving average cost."""
    rolled = units["item"].map(costs.set_index("item")["rolled_cost"]).to_numpy(float)
    made = np.where(np.isnan(rolled), rows["production"], _cents(units["production"], np.nan_to_num(rolled)))
    paid = rows["purchases"].to_numpy(float)
    if bought is not None:
        sums = bought.groupby(KEY)["value"].sum()
        paid = sums.reindex(pd.MultiIndex.from_frame(units[KEY]), fill_value=0.0).to_numpy(float)
    flows = units[KEY].assign(
        value=made + paid + rows["transfers"].to_numpy(float),
        quantity=units[["production", "purchases", "transfers"]].sum(axis=1),
        opening=units["opening"],
        opening_value=rows["opening"],
        closing=units["closing"],
    )
    wide = flows.pivot(index="item", columns="period")
    fields = ("opening_value", "opening", "value", "quantity", "closing")
    arrays = {name: wide[name].fillna(0.0).to_numpy(float) for name in fields}
    worth = average_value(
        arrays["opening_value"][:, 0], arrays["opening"][:, 0], arrays["value"], arrays["quantity"], arrays["closing"]
    )
    place = (wide.index.get_indexer(units["item"]), wide["value"].columns.get_indexer(units["period"]))
    return worth[place]


def _round(values: pd.Series | np.ndarray) -> np.ndarray:
    return round_half_up(np.round(np.asarray(values, float), 8))


def _cents(units: pd.Series, standard: np.ndarray) -> np.ndarray:
    return _round(units.to_numpy(float) * standard)


def _units(supply_plan: pd.DataFrame) -> pd.DataFrame:
    """Return the units of each item and month over all locations; transfers are what arrives less what leaves."""
    rows = supply_plan.sort_values([*KEY, "location"]).fillna(
        dict.fromkeys(("production", "purchases", "received", "shipped_out", "used", "demand", "closing_value"), 0.0)
    )
    rows = rows.assign(transfers=rows["received"] - rows["shipped_out"])
    columns = ["opening", *FLOWS, "demand", "closing", "closing_value"]
    return rows.groupby(["family", *KEY], as_index=False)[columns].sum()


def _opening(data: PlanData, rows: pd.DataFrame, at_standard: np.ndarray, quantity: np.ndarray) -> pd.DataFrame:
    """Add opening and revaluation: a month opens with what the one before closed with.

    The first month opens at the unit value of the last closed one.
    """
    first = rows["period"].eq(data.settings.current_period).to_numpy()
    before = rows["item"].map(_unit_value_before(data)).to_numpy(float)
    closed = pd.MultiIndex.from_arrays([rows["item"], rows["period"] + 1])
    carried = pd.Series(rows["closing"].to_numpy(float), index=closed)
    carried = carried.reindex(pd.MultiIndex.from_frame(rows[KEY])).to_numpy(float)
    known = np.where(first, _round(quantity * before), carried)
    opening = np.where(np.isnan(known), at_standard, known)
    return rows.assign(opening=opening, revaluation=np.where(first, _round(at_standard - opening), 0.0))


def _unit_value_before(data: PlanData) -> pd.Series:
    """Return value over quantity of each item's stock at the end of the last closed month."""
    rows = closed_actuals(data)
    last = rows["measure"].eq("inventory") & rows["period"].eq(data.settings.current_period - 1)
    sums = rows[last].dropna(subset=["quantity", "value"]).groupby("item")[["quantity", "value"]].sum()
    held = sums[sums["quantity"] > 0]
    return held["value"] / held["quantity"]


def _provisions(data: PlanData, units: pd.DataFrame, standard: np.ndarray) -> dict[str, np.ndarray]:
    """Return excess and obsolete, what stock of each item and month is to be written down by, and their change."""
    settings, shares = data.settings, _shares(data)
    wide = units.pivot(index="item", columns="period", values=["closing", "demand"]).fillna(0.0)
    demand = wide["demand"].to_numpy(float)
    over = excess(wide["closing"].to_numpy(float), demand, settings.excess_months)
    place = (wide.index.get_indexer(units["item"]), wide["closing"].columns.get_indexer(units["period"]))
    obsolete = _is_obsolete(data, units)
    found = {
        "excess": _round(np.where(obsolete, 0.0, over[place]) * standard * shares[0]),
        "obsolete": _round(np.where(obsolete, units["closing"].clip(lower=0.0), 0.0) * standard * shares[1]),
    }
    window = min(12, demand.shape[1])
    usual = settings.excess_months * demand[:, :window].mean(axis=1)[place[0]]
    held = units["opening"].to_numpy(float)
    surplus = np.where(obsolete, np.maximum(held, 0.0), np.maximum(held - usual, 0.0))
    opening = _round(surplus * standard * np.where(obsolete, shares[1], shares[0]))
    total = pd.Series(found["excess"] + found["obsolete"])
    before = total.groupby(units["item"].to_numpy()).shift(1).to_numpy(float)
    change = total.to_numpy(float) - np.where(np.isnan(before), opening, before)
    return {**found, "provision_change": _round(change)}


def _shares(data: PlanData) -> tuple[float, float]:
    """Return what of excess and of obsolete stock is written down."""
    return data.settings.excess_provision_pct / 100, data.settings.obsolete_provision_pct / 100


def _is_obsolete(data: PlanData, units: pd.DataFrame) -> np.ndarray:
    items = data["items"].set_index("item")
    dead = units["item"].map(items["status"]).eq("dead")
    over = units["period"] > units["item"].map(items["end_period"]).astype("period[M]")
    unwanted = units.groupby("item")["demand"].transform("sum").eq(0)
    return (dead | over | unwanted).to_numpy(bool)
