"""What key figures by month are added up from: one row for each item and month, columns that may be summed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.cycle.history import closed_quantity, demand_history, sold_items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.plan_data import PlanData

KEY = ["item", "period"]
LAGS = {1: "", 3: "_lag3"}
LINES = ("otif_lines", "in_full_lines", "total_lines")


def item_facts(data: PlanData, results: Mapping[str, pd.DataFrame], sales: pd.DataFrame) -> pd.DataFrame:
    """Return family, owner, item, period and the additive columns of key figures; NaN where nothing is known.

    Args:
        data: the input.
        results: the result tables `forecast_archive`, `forecast`, `supply_plan`, `last_cycle` and `item_costs`.
        sales: item, period, revenue and cogs, actual and planned, in whole cents.
    """
    sold = sold_items(data, results["forecast"], results["supply_plan"])
    parts = [
        *(_errors(data, results["forecast_archive"], lag, ending) for lag, ending in LAGS.items()),
        *(_lines(data, measure) for measure in LINES),
        _attainment(data, results["last_cycle"]),
        _changes(data, results["forecast"], results["supply_plan"], results["last_cycle"]),
        sales.groupby(KEY)[["revenue", "cogs"]].sum(),
        _stock(data, results["supply_plan"], results["item_costs"], sold),
        _demand(data, results["forecast"], sold),
    ]
    facts = pd.concat(parts, axis=1).reset_index(names=KEY)
    items = data["items"].set_index("item")
    known = facts[facts["item"].isin(items.index)]
    named = {field: known["item"].map(items[field]).astype("str") for field in ("family", "owner")}
    return known.assign(**named).sort_values(KEY, ignore_index=True)


def _errors(data: PlanData, archive: pd.DataFrame, lag: int, ending: str) -> pd.DataFrame:
    """Columns by item and closed month of the forecasts made `lag` months before: what came, error, sizes."""
    history = demand_history(data)
    rows = archive[archive["lag"].eq(lag) & archive["period"].isin(history["period"])]
    rows = rows.merge(history, on=KEY, how="left").fillna({"quantity": 0.0, "consensus": 0.0, "naive": 0.0})
    error = rows["quantity"] - rows["consensus"]
    came = rows["quantity"] > 0
    columns = {
        "actual": rows["quantity"],
        "error": error,
        "miss": error.abs(),
        "naive_miss": (rows["quantity"] - rows["naive"]).abs(),
        "forecasts": 1.0,
        "sold": came.astype(float),
        "miss_share": (error.abs() / rows["quantity"].where(came)).fillna(0.0),
    }
    return rows[KEY].assign(**{name + ending: values for name, values in columns.items()}).set_index(KEY)


def _lines(data: PlanData, measure: str) -> pd.Series:
    return closed_quantity(data, measure).set_index(KEY)["quantity"].rename(measure)


def _attainment(data: PlanData, last_cycle: pd.DataFrame) -> pd.DataFrame:
    """Plan and |actual - plan| of what was made and bought, of items whose production or receipts are reported.

    Items and months that the kept plan of the last cycle has: it keeps what is forecast or sold, and no parts.
    """
    made = closed_quantity(data, "production", "receipts").set_index(KEY)["quantity"]
    plan = last_cycle.dropna(subset=["supply"]).set_index(KEY)["supply"]
    both = pd.concat([made.rename("made"), plan.rename("planned")], axis=1)
    reported, now = made.index.get_level_values(0), data.settings.current_period
    item, period = both.index.get_level_values("item"), both.index.get_level_values("period")
    told = both.index.isin(plan.index) & item.isin(reported) & period.isin(made.index.get_level_values(1))
    both = both[told & (period < now)].fillna(0.0)
    return pd.DataFrame({"planned": both["planned"], "plan_miss": (both["made"] - both["planned"]).abs()})


def _changes(
    data: PlanData, forecast: pd.DataFrame, supply_plan: pd.DataFrame, last_cycle: pd.DataFrame
) -> pd.DataFrame:
    """Old plan and |new - old| of the months inside the fence, both put at the open month, by item.

    Items that the kept plan of the last cycle has, and those forecast now: that plan keeps what is forecast
    or sold, and no parts, whose new plan would be held against nothing.
    """
    now, settings = data.settings.current_period, data.settings
    supply = supply_plan["production"].fillna(0.0) + supply_plan["purchases"].fillna(0.0)
    new = supply_plan.assign(new=supply).groupby(KEY)["new"].sum()
    old = last_cycle.dropna(subset=["supply"]).set_index(KEY)["supply"].rename("old")
    both = pd.concat([new, old], axis=1).reset_index()
    inside = both["period"].ge(now) & both["period"].lt(now + settings.measured_fence)
    held = both["item"].isin([*both.loc[both["old"].notna() & inside, "item"], *forecast["item"]])
    both = both[inside & held & both["period"].isin(old.index.unique(1))].fillna({"new": 0.0, "old": 0.0})
    changes = pd.DataFrame(
        {"item": both["item"], "period": now, "old_plan": both["old"], "plan_change": (both["new"] - both["old"]).abs()}
    )
    return changes.astype({"period": "period[M]"}).groupby(KEY)[["old_plan", "plan_change"]].sum()


def _stock(data: PlanData, supply_plan: pd.DataFrame, costs: pd.DataFrame, sold: pd.Series) -> pd.DataFrame:
    """Units and value of sold items' stock at month end: counted in closed months, planned after."""
    actuals = data["actuals"]
    counted = actuals[actuals["measure"].eq("inventory") & actuals["period"].lt(data.settings.current_period)]
    at_standard = counted["quantity"] * counted["item"].map(costs.set_index("item")["standard_cost"])
    past = counted.assign(stock_units=counted["quantity"], stock=counted["value"].fillna(at_standard))
    ahead = supply_plan.assign(stock_units=supply_plan["closing"], stock=supply_plan["closing_value"])
    rows = pd.concat([frame[[*KEY, "stock_units", "stock"]] for frame in (past, ahead)])
    return rows[rows["item"].isin(sold.index)].groupby(KEY)[["stock_units", "stock"]].sum(min_count=1)


def _demand(data: PlanData, forecast: pd.DataFrame, sold: pd.Series) -> pd.Series:
    """Customers' demand of sold items: what came, then the consensus."""
    ahead = forecast.groupby(KEY)["consensus"].sum(min_count=1).rename("quantity").reset_index()
    rows = pd.concat([demand_history(data), ahead])
    return rows[rows["item"].isin(sold.index)].groupby(KEY)["quantity"].sum(min_count=1).rename("demand")


def month_grid(data: PlanData, closed: int) -> pd.PeriodIndex:
    """Return the months from `closed` before the open one to the end of the plan."""
    return pd.period_range(data.settings.current_period - closed, data.calendar.periods[-1], freq="M")


def calendar_days(months: pd.PeriodIndex) -> np.ndarray:
    """Return the calendar days of each month."""
    return np.asarray(months.days_in_month, dtype=float)
