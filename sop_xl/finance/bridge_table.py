"""The bridge table: gross margin from one version to another, by family, item and step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sop_xl.domain.fiscal import fiscal_year
from sop_xl.finance.bridge import STEPS, split_difference
from sop_xl.finance.versions import budget_sales, last_cycle_sales, outlook_sales
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.results import BRIDGE

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData
    from sop_xl.finance.sales import Sales

AHEAD = 12
"""Open months in which plan and last cycle are compared."""
FIGURES = ("quantity", "revenue", "constant", "cost")


class Comparison(NamedTuple):
    """Two versions over the same months.

    Attributes:
        name: what is compared, in words.
        from_version, to_version: names of the versions.
        before, after: their sales by item and month, as `finance.versions` gives them.
        months: the months compared, without a gap.
    """

    name: str
    from_version: str
    to_version: str
    before: pd.DataFrame
    after: pd.DataFrame
    months: pd.PeriodIndex


def bridge_table(data: PlanData, sales: Sales, last_cycle: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `bridge`: outlook and actual against budget, plan against last cycle.

    Against the budget: the months of the fiscal year that have one, to the plan's end; the actual ones
    to date. Against the last cycle: the next 12 months both know. A comparison without months is left
    out, and so are steps of nothing. Where the budget names a whole family, the family counts as one
    item there. Currency stands apart against the budget only: the rates of the last cycle are not kept.

    Args:
        data: the input.
        sales: actual and planned sales.
        last_cycle: the result table `last_cycle`, perhaps empty.
    """
    outlook = outlook_sales(data, sales)
    budget, before = budget_sales(data), last_cycle_sales(data, last_cycle)
    now, periods = data.settings.current_period, data.calendar.periods
    year = fiscal_year(now, data.settings.fiscal_year_start)
    budgeted = _span(budget, year[year <= periods[-1]])
    at_reported = outlook.assign(constant=outlook["revenue"])
    comparisons = (
        Comparison("Outlook against budget", "Budget", "Outlook", budget, outlook, budgeted),
        Comparison("Actual against budget", "Budget", "Actual", budget, outlook, budgeted[budgeted < now]),
        Comparison(
            "Plan against last cycle", "Last cycle", "Plan", before, at_reported, _span(before, periods[:AHEAD])
        ),
    )
    tables = [_rows(data, comparison) for comparison in comparisons if len(comparison.months)]
    return conform(BRIDGE, pd.concat(tables, ignore_index=True)) if tables else empty_frame(BRIDGE)


def comparison_lines(data: PlanData, comparison: Comparison) -> pd.DataFrame:
    """Return what `split_difference` takes: one row an item, or a family that one version gives as a whole."""
    sides = [_in_months(frame, comparison.months) for frame in (comparison.before, comparison.after)]
    whole = {family for side in sides for family in side.loc[side["item"].eq(""), "family"]}
    units = _units(data, pd.concat(sides))
    totals = [_totals(side, whole, prefix) for side, prefix in zip(sides, ("from_", "to_"), strict=True)]
    both = totals[0].join(totals[1], how="outer").sort_index().reset_index()
    unit = both["item"].map(data["items"].set_index("item")["uom"])
    return both.assign(unit=unit.where(both["item"].ne(""), both["family"].map(units)).astype("str"))


def _span(version: pd.DataFrame, months: pd.PeriodIndex) -> pd.PeriodIndex:
    """Return the months from the first to the last that the version knows."""
    known = months[months.isin(version["period"])]
    return months[(months >= known.min()) & (months <= known.max())] if len(known) else months[:0]


def _in_months(version: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    return version[version["period"].isin(months)]


def _totals(side: pd.DataFrame, whole: set[str], prefix: str) -> pd.DataFrame:
    """Sum over the months by family and item; the quantity is NaN where one of its rows has none."""
    rows = side.assign(item=side["item"].where(~side["family"].isin(whole), ""))
    groups = rows.groupby(["family", "item"])
    sums = groups[list(FIGURES)].sum()
    unknown = rows["quantity"].isna().groupby([rows["family"], rows["item"]]).any()
    sums["quantity"] = sums["quantity"].mask(unknown)
    return sums.add_prefix(prefix)


def _units(data: PlanData, rows: pd.DataFrame) -> dict[str, str]:
    """Return the unit of each family: that of its items where they have one, else a unit of its own."""
    items = data["items"]
    sold = items[items["item"].isin(rows["item"])]
    known = sold.groupby("family")["uom"].agg(lambda units: units.iloc[0] if units.nunique() == 1 else "")
    return {family: known.get(family, "") or f"{family}, all units" for family in rows["family"].unique()}


def _rows(data: PlanData, comparison: Comparison) -> pd.DataFrame:
    """Split the difference and turn it into rows of the table."""
    split = split_difference(comparison_lines(data, comparison))
    order = {step: float(place) for place, step in enumerate(("start", *STEPS, "end"))}
    rows = split.melt(["family", "item"], list(order), "step", "amount")
    named = {
        "comparison": comparison.name,
        "from_version": comparison.from_version,
        "to_version": comparison.to_version,
        "from_period": comparison.months[0],
        "to_period": comparison.months[-1],
    }
    return rows[rows["amount"].ne(0)].assign(**named, place=lambda frame: frame["step"].map(order))
