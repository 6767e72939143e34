"""What changed since the last cycle, and why: ten sentences at most, each read from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.domain.calendar import month_text
from sop_xl.domain.words import counted
from sop_xl.share.figure_words import money_words

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    Tables = Mapping[str, pd.DataFrame]

LINES = 10
KINDS = {"late": "late", "lost": "lost", "below_target": "below target stock"}


def change_lines(
    tables: Tables, period: pd.Period, months: pd.PeriodIndex, currency: str, *, money: bool = True
) -> list[str]:
    """Return the sentences: last month, demand, supply, money, what people said, events, shortages, hours.

    Args:
        tables: inputs and results by name.
        period: the open month.
        months: the months ahead.
        currency: the plan currency.
        money: whether the reader may know of revenue, margin and what things are worth.
    """
    lines = [
        *_last_month(tables, period),
        *_against_last(tables, months, "Demand", "forecast", "old_forecast"),
        *_against_last(tables, months, "Supply", "supply", "old_supply"),
        *(_money(tables, months, currency) if money else []),
        *_said(tables, months),
        *_events(tables, months),
        *_shortages(tables, months, currency if money else ""),
        *_hours(tables, months),
        *(_assumptions(tables) if money else []),
        *(_decisions(tables, currency) if money else []),
    ]
    return lines[:LINES]


def _percent(new: float, old: float) -> str:
    return f"{100 * (new - old) / old:+.1f} %" if old else "new"


def _last_month(tables: Tables, period: pd.Period) -> list[str]:
    plan = tables["family_plan"]
    rows = plan[plan["period"].eq(period - 1)].dropna(subset=["actual", "old_forecast"])
    if rows.empty:
        return []
    actual, forecast = rows["actual"].sum(), rows["old_forecast"].sum()
    gaps = (rows["actual"] - rows["old_forecast"]).set_axis(rows["family"])
    most = gaps.abs().idxmax()
    return [
        f"{month_text(period - 1)}: {actual:,.0f} units came, {_percent(actual, forecast)} against the forecast of "
        f"{forecast:,.0f}; furthest off {most}, {gaps[most]:+,.0f}."
    ]


def _against_last(tables: Tables, months: pd.PeriodIndex, words: str, new: str, old: str) -> list[str]:
    plan = tables["family_plan"]
    rows = plan[plan["period"].isin(months)].dropna(subset=[new, old])
    if rows.empty:
        return []
    moved = (rows[new] - rows[old]).groupby(rows["family"]).sum()
    most, span = moved.abs().idxmax(), rows["period"].nunique()
    now, before = rows[new].sum(), rows[old].sum()
    return [
        f"{words}: {now:,.0f} units over {counted(span, 'month')}, {_percent(now, before)} on last cycle's "
        f"{before:,.0f}; most by {most}, {moved[most]:+,.0f}."
    ]


def _money(tables: Tables, months: pd.PeriodIndex, currency: str) -> list[str]:
    lines = tables["finance"]
    lines = lines[lines["period"].isin(months)]
    found = []
    for line, words in (("revenue", "Revenue"), ("gross_margin", "Gross margin")):
        rows = lines[lines["line"].eq(line)].groupby("period")[["amount", "last_cycle"]].sum()
        rows = rows[rows["last_cycle"].ne(0)]
        if len(rows):
            now, before = rows["amount"].sum(), rows["last_cycle"].sum()
            found.append(
                f"{words}: {money_words(now)} {currency} over {counted(len(rows), 'month')}, "
                f"{_percent(now, before)} on last cycle's {money_words(before)}."
            )
    return found


def _said(tables: Tables, months: pd.PeriodIndex) -> list[str]:
    """Return what people said against the statistical forecast, the furthest from it first."""
    said = tables["overrides"]
    said = said[said["period"].isin(months) & said["reason"].ne("") & said["quantity"].notna()]
    if said.empty:
        return []
    base = tables["forecast"]
    by_market = base.set_index(["item", "market", "period"])["statistical"]
    by_item = base.groupby(["item", "period"])["statistical"].sum()
    usual = [
        by_market.get((item, market, month)) if market else by_item.get((item, month))
        for item, market, month in zip(said["item"], said["market"], said["period"], strict=True)
    ]
    said = said.assign(usual=pd.Series(usual, index=said.index, dtype="float64").fillna(0.0))
    order = (said["quantity"] - said["usual"]).abs().sort_values(ascending=False, kind="stable").index
    row = said.loc[order[0]]
    more = f" {counted(len(said) - 1, 'more figure')} with a reason." if len(said) > 1 else ""
    who = row["owner"] or row["stream"]
    return [
        f"{who} says {row['quantity']:,.0f} of {row['item']} in {month_text(row['period'])} (statistical "
        f"{row['usual']:,.0f}): {row['reason'].rstrip('.')}.{more}"
    ]


def _events(tables: Tables, months: pd.PeriodIndex) -> list[str]:
    rows = tables["demand_changes"]
    rows = rows[rows["period"].isin(months)]
    sums = rows.groupby(["name", "scope"])["quantity"].sum()
    if sums.empty or not sums.abs().max():
        return []
    name, scope = sums.abs().idxmax()
    return [f"{name} moves demand of {scope} by {sums[name, scope]:+,.0f} units over the months ahead."]


def _shortages(tables: Tables, months: pd.PeriodIndex, currency: str) -> list[str]:
    rows = tables["shortages"]
    rows = rows[rows["rank"].notna() & rows["period"].isin(months)].sort_values("rank").head(2)
    return [_shortage(row, currency) for row in rows.to_dict("records")]


def _shortage(row: Mapping[Hashable, Any], currency: str) -> str:
    what = f"{row['item_quantity']:,.0f} units of {row['description'] or row['item']}"
    when = f"{KINDS.get(row['kind'], row['kind'])} in {month_text(row['period'])}"
    worth = f", worth {money_words(row['item_value'])} {currency}" if currency else ""
    return f"{what} {when}{worth}: {_cause(row)}."


def _cause(row: Mapping[Hashable, Any]) -> str:
    return str(row["reason"] or row["binding"]).split(";")[0].rstrip(".")


def _hours(tables: Tables, months: pd.PeriodIndex) -> list[str]:
    load = tables["load"][tables["load"]["period"].isin(months)]
    hours = load.groupby("resource")["overtime_hours"].sum()
    if hours.empty or hours.sum() < 0.5:
        return []
    most = hours.idxmax()
    return [f"Overtime: {hours.sum():,.0f} hours are planned, most at {most}, {hours[most]:,.0f}."]


def _assumptions(tables: Tables) -> list[str]:
    broken = tables["assumptions"]
    broken = broken[broken["status"].isin(["broken", "expired"])]
    return [f"Assumption {row['id']} is {row['status']}: {row['text']}." for row in broken.to_dict("records")]


def decision_lines(tables: Tables, owners: Sequence[str] | None) -> list[str]:
    """Return the open decisions as sentences, the one due first at the top.

    Args:
        tables: inputs and results by name.
        owners: names one of which must be among a decision's owners; None: all of them.
    """
    waiting = tables["decisions"]
    waiting = waiting[waiting["status"].eq("open")].sort_values(["due", "id"], kind="stable")
    wanted = None if owners is None else {name.casefold() for name in owners if name}
    out = []
    for row in waiting.to_dict("records"):
        named = {word.strip().casefold() for word in str(row["owner"]).split(",")}
        if wanted is None or wanted & named:
            due = "" if pd.isna(row["due"]) else f", due {row['due']:%d %b %Y}"
            out.append(f"{row['id']} {row['issue']} ({row['owner'] or 'no owner'}{due})")
    return out


def _decisions(tables: Tables, currency: str) -> list[str]:
    waiting = tables["decisions"]
    waiting = waiting[waiting["status"].eq("open")].sort_values("due")
    if waiting.empty:
        return []
    first = waiting.iloc[0]
    due = "" if pd.isna(first["due"]) else f", due {first['due']:%Y-%m-%d}"
    worth = "" if pd.isna(first["money_effect"]) else f" ({money_words(first['money_effect'])} {currency})"
    return [f"{counted(len(waiting), 'decision')} open; first {first['id']}: {first['issue']}{worth}{due}."]
