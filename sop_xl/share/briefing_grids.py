"""The tables of the executive pack, each a sheet of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.schema.inputs import ASSUMPTIONS, DECISIONS, RISKS
from sop_xl.schema.table import amount, month, number, percent, text
from sop_xl.share.change_lines import KINDS
from sop_xl.share.figure_words import step_words
from sop_xl.share.form import plain_value
from sop_xl.share.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sop_xl.schema.table import Column

    Tables = Mapping[str, pd.DataFrame]

SITE_PLAN = "Plan by site"


def grid(name: str, title: str, subtitle: str, columns: Sequence[Column], frame: pd.DataFrame) -> Grid:
    """Return a frame as a grid; its columns are the fields of `columns`, and columns of units and money are summed."""
    rows = tuple(
        tuple(plain_value(column, row[column.field]) for column in columns) for row in frame.to_dict("records")
    )
    sums = tuple(
        k for k, column in enumerate(columns) if column.is_numeric and column.unit in ("units", "hours", "money")
    )
    return Grid(name, title, subtitle, tuple(columns), rows, sums)


def _span(months: pd.PeriodIndex) -> str:
    return f"{month_text(months[0])} to {month_text(months[-1])}"


def families(tables: Tables, months: pd.PeriodIndex, currency: str) -> Grid:
    """Return units, revenue, budget, margin and stock of each family over the months ahead."""
    plan = tables["family_plan"]
    ahead = plan[plan["period"].isin(months)]
    sums = ahead.groupby("family")[["forecast", "revenue", "budget_revenue", "cogs"]].sum(min_count=1)
    last = ahead[ahead["period"].eq(months[-1])].set_index("family")
    frame = sums.assign(
        gap=sums["revenue"] - sums["budget_revenue"],
        margin=sums["revenue"] - sums["cogs"],
        stock=last["inventory_value"].reindex(sums.index),
    )
    frame = frame.assign(margin_pct=100 * frame["margin"] / frame["revenue"]).reset_index()
    columns = (
        text("Family", "family"),
        number("Demand", "forecast", "units"),
        amount("Revenue", "revenue"),
        amount("Budget", "budget_revenue"),
        amount("To budget", "gap"),
        amount("Standard cost", "cogs"),
        amount("Gross margin", "margin"),
        percent("Margin", "margin_pct"),
        amount("Stock at the end", "stock"),
    )
    order = frame.sort_values("revenue", ascending=False)
    return grid("Families", "Families", f"{_span(months)}, {currency}", columns, order)


def months(tables: Tables, ahead: pd.PeriodIndex, currency: str) -> Grid:
    """Return revenue, budget, cost, margin, stock and cash of each month ahead."""
    plan = tables["family_plan"]
    sums = plan.groupby("period")[["revenue", "budget_revenue", "cogs"]].sum(min_count=1)
    stock = tables["supply_plan"].groupby("period")["closing_value"].sum()
    frame = sums.reindex(ahead).rename_axis("period").reset_index()
    cash = tables["cash"].set_index("period")["net_cash"].reindex(ahead).to_numpy()
    frame = frame.assign(
        margin=frame["revenue"] - frame["cogs"],
        gap=frame["revenue"] - frame["budget_revenue"],
        cash=cash,
        stock=stock.reindex(ahead).to_numpy(),
    )
    columns = (
        month("Month", "period"),
        amount("Revenue", "revenue"),
        amount("Budget", "budget_revenue"),
        amount("To budget", "gap"),
        amount("Standard cost", "cogs"),
        amount("Gross margin", "margin"),
        amount("Net cash", "cash"),
        amount("Stock", "stock", ""),
    )
    return grid("Money by month", "Money by month", f"{currency}; stock at standard cost", columns, frame)


def capacity(tables: Tables, months_: pd.PeriodIndex) -> Grid:
    """Return hours of each resource over the months ahead, and its fullest month."""
    load = tables["load"][tables["load"]["period"].isin(months_)]
    sums = load.groupby("resource")[["wanted_hours", "required_hours", "available_hours", "overtime_hours"]].sum()
    rows = load.loc[load.groupby("resource")["load_pct"].idxmax()].set_index("resource")
    frame = sums.assign(peak=rows["load_pct"], peak_month=rows["period"]).reset_index()
    columns = (
        text("Resource", "resource"),
        number("Wanted", "wanted_hours", "hours"),
        number("Planned", "required_hours", "hours"),
        number("Regular", "available_hours", "hours"),
        number("Overtime", "overtime_hours", "hours"),
        percent("Highest load", "peak"),
        month("Fullest month", "peak_month"),
    )
    order = frame.sort_values("peak", ascending=False)
    return grid("Capacity", "Capacity", f"{_span(months_)}, hours", columns, order)


def inventory(tables: Tables, months_: pd.PeriodIndex, currency: str) -> Grid:
    """Return stock and target of each family now and at the end, in money."""
    plan = tables["supply_plan"]
    by = plan.groupby(["family", "period"])[["closing_value", "target_value"]].sum().reset_index()
    first, last = (by[by["period"].eq(month)].set_index("family") for month in (months_[0], months_[-1]))
    frame = pd.DataFrame(
        {
            "first": first["closing_value"],
            "first_target": first["target_value"],
            "last": last["closing_value"],
            "last_target": last["target_value"],
        }
    ).reset_index()
    frame = frame.assign(over=frame["last"] - frame["last_target"])
    start, end = month_text(months_[0]), month_text(months_[-1])
    columns = (
        text("Family", "family"),
        amount(f"Stock {start}", "first"),
        amount(f"Target {start}", "first_target"),
        amount(f"Stock {end}", "last"),
        amount(f"Target {end}", "last_target"),
        amount("Above target", "over"),
    )
    order = frame.sort_values("last", ascending=False)
    return grid("Inventory", "Inventory", f"Stock at standard cost, month end, {currency}", columns, order)


def site_plan(tables: Tables, period: pd.Period, months_: pd.PeriodIndex, sites: Iterable[str] | None = None) -> Grid:
    """Return what each site makes of each family by month, in units, with the state of the plan in its title."""
    made = tables["supply_plan"]
    made = made[made["period"].isin(months_) & made["production"].gt(0)]
    if sites is not None:
        made = made[made["location"].isin(list(sites))]
    frame = _wide(made, ["location", "family"], "production", months_)
    columns = (text("Site", "location"), text("Family", "family"), *_wide_columns(months_))
    title = f"{SITE_PLAN}: {approval(tables, str(period))}"
    return grid(SITE_PLAN, title, f"Units to make, {_span(months_)}", columns, frame)


def _wide(frame: pd.DataFrame, keys: list[str], measure: str, months_: pd.PeriodIndex) -> pd.DataFrame:
    wide = frame.pivot_table(index=keys, columns="period", values=measure, aggfunc="sum").reindex(columns=months_)
    wide.columns = pd.Index([str(month) for month in months_])
    return wide.assign(total=wide.sum(axis=1)).reset_index()


def _wide_columns(months_: pd.PeriodIndex) -> tuple[Column, ...]:
    monthly = (number(month_text(month), str(month), "units") for month in months_)
    return (*monthly, number("Total", "total", "units"))


def approval(tables: Tables, cycle: str) -> str:
    """Return whether the plan of a cycle is approved, as its last step tells."""
    if is_approved(tables, cycle):
        last = _last_step(tables, cycle).iloc[-1]
        when = "" if pd.isna(last["signed_at"]) else f" on {last['signed_at']:%Y-%m-%d}"
        return f"approved by {last['signed_by'] or last['owner']}{when}"
    return "proposed, not yet approved"


def is_approved(tables: Tables, cycle: str) -> bool:
    """Whether the last step of a cycle is signed."""
    return _last_step(tables, cycle)["status"].eq("done").any()


def _last_step(tables: Tables, cycle: str) -> pd.DataFrame:
    steps = tables["cycle_steps"]
    return steps[steps["cycle"].eq(cycle)].sort_values("step_order").tail(1)


def item_plan(tables: Tables, months_: pd.PeriodIndex, resources: frozenset[str], sites: frozenset[str]) -> Grid:
    """Return what is to be made by resource and item; each figure counts at every resource it passes."""
    made = tables["production"]
    own = made["resource"].isin(resources) & made["location"].isin(sites) & made["period"].isin(months_)
    frame = _wide(made[own], ["location", "resource", "item"], "quantity", months_)
    frame = frame.merge(tables["items"][["item", "description"]], "left", on="item")
    columns: tuple[Any, ...] = (text("Resource", "resource"), text("Item", "item"), text("Description", "description"))
    columns = (text("Site", "location"), *columns, *_wide_columns(months_))
    made_grid = grid("Plan", "What to make", f"Units through each resource, {_span(months_)}", columns, frame)
    return Grid(made_grid.name, made_grid.title, made_grid.subtitle, made_grid.columns, made_grid.rows)


def purchase_plan(tables: Tables, months_: pd.PeriodIndex, items: frozenset[str]) -> Grid:
    """Return what is to be bought of each item and supplier by month of arrival, and when to order first."""
    bought = tables["purchases"]
    own = bought[bought["item"].isin(items) & bought["period"].isin(months_)]
    frame = _wide(own, ["supplier", "item"], "quantity", months_)
    first = own.groupby(["supplier", "item"], as_index=False)["order_by"].min()
    frame = frame.merge(first, "left", on=["supplier", "item"])
    frame = frame.merge(tables["items"][["item", "description"]], "left", on="item")
    columns = (
        text("Supplier", "supplier"),
        text("Item", "item"),
        text("Description", "description"),
        month("Order first in", "order_by"),
        *_wide_columns(months_),
    )
    return grid("Plan", "What to buy", f"Units by month of arrival, {_span(months_)}", columns, frame)


def bridge(tables: Tables, currency: str) -> Grid:
    """Return the steps from the budget's gross margin to the outlook's, by family."""
    rows = tables["bridge"]
    rows = rows[rows["comparison"].eq("Outlook against budget") & rows["item"].eq("")]
    wide = rows.pivot_table(index="family", columns="step", values="amount", aggfunc="sum").reset_index()
    order = rows.sort_values("place")["step"].drop_duplicates().tolist()
    named = {"start": "Budget", "end": "Outlook"}
    columns = (text("Family", "family"), *(amount(named.get(s, step_words(s)), s) for s in order))
    return grid("Bridge", "Gross margin, budget to outlook", f"Fiscal year, {currency}", columns, wide)


def shortages(tables: Tables, currency: str) -> Grid:
    """Return the worst shortages with their reasons."""
    rows = tables["shortages"]
    frame = rows[rows["rank"].notna()].sort_values("rank").head(20)
    frame = frame.assign(kind=frame["kind"].replace(KINDS))
    columns = (
        text("Item", "item"),
        text("Description", "description"),
        month("Month", "period"),
        text("Kind", "kind"),
        number("Quantity", "item_quantity", "units"),
        amount("Worth", "item_value"),
        text("Reason", "reason"),
        text("What would cure it", "cure"),
    )
    return grid("Shortages", "Shortages, the dearest first", currency, columns, frame)


def decisions(tables: Tables) -> Grid:
    """Return what is to be decided, the open ones first."""
    frame = tables["decisions"]
    rank = frame["status"].map({"open": 0, "decided": 1, "done": 2}).fillna(0)
    frame = frame.assign(rank=rank).sort_values(["rank", "due", "id"], kind="stable")
    names = ("id", "issue", "options", "decision", "money_effect", "owner", "due", "status")
    columns = tuple(DECISIONS.column(name) for name in names)
    made = grid("Decisions", "Decisions", "What is asked for, its options and what it is worth", columns, frame)
    return Grid(made.name, made.title, made.subtitle, made.columns, made.rows)


def assumptions(tables: Tables) -> Grid:
    """Return what the plan rests on."""
    made = grid(
        "Assumptions",
        "Assumptions",
        "What the plan takes for granted",
        ASSUMPTIONS.columns,
        tables["assumptions"].sort_values("id"),
    )
    return Grid(made.name, made.title, made.subtitle, made.columns, made.rows)


def risks(tables: Tables, currency: str) -> Grid:
    """Return what could make the plan better or worse, the heaviest first."""
    frame = tables["risks"]
    weight = (frame["margin"].abs() * frame["probability_pct"]).rename("weight")
    made = grid(
        "Risks",
        "Risks and opportunities",
        currency,
        RISKS.columns,
        frame.assign(weight=weight).sort_values("weight", ascending=False),
    )
    return Grid(made.name, made.title, made.subtitle, made.columns, made.rows)
