"""Key figures by month, for the company and down to families, owners and resources: the table `kpi_trend`.

Twelve closed months and the next twelve planned ones. Each figure is a formula of `kpi_formulas` over sums of the rows
in view; a figure that the data does not give has no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.cycle import kpi_company
from sop_xl.cycle.kpi_facts import calendar_days, item_facts, month_grid
from sop_xl.cycle.kpi_formulas import TRAILING, YEAR, attainment, days_on_hand, forward_cover, tracking_signals, turns
from sop_xl.cycle.kpi_targets import judged
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import WHOLE_COMPANY
from sop_xl.schema.results import KPI_SCOPES, KPI_TREND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sop_xl.domain.plan_data import PlanData

SHOWN = 12
"""Closed months, and planned months, that the table shows."""
LOOKBACK = 36
"""Closed months read, so that the last 12 months and the 12 before are known for each month shown."""
COMPANY = ("company", WHOLE_COMPANY)
MONEY = ["revenue", "gross_margin"]
CYCLE_FIGURES = ("stability",)
"""What is known of the open month only and kept as each cycle left it."""
Series = dict[str, pd.Series]
"""Figures by name, each a series over months."""


def kpi_trend(
    data: PlanData, results: Mapping[str, pd.DataFrame], sales: pd.DataFrame, before: pd.DataFrame
) -> pd.DataFrame:
    """Return the result table `kpi_trend`.

    Args:
        data: the input.
        results: the result tables `forecast_archive`, `forecast`, `supply_plan`, `last_cycle`, `item_costs`,
            `finance`, `cash`, `lead_times`, `load` and `rough_cut`.
        sales: item, period, revenue and cogs, actual and planned, in whole cents.
        before: the table as it is stored: what earlier cycles said of their own month.
    """
    facts = item_facts(data, results, sales)
    budget = kpi_company.budget_by_family(results["finance"])
    parts = [_long(scope, name, figures) for scope, name, figures in _scopes(data, results, facts, budget)]
    parts.append(_kept(before, data.settings.current_period))
    frame = pd.concat([part for part in parts if len(part)] or [before.iloc[:0]], ignore_index=True)
    now = data.settings.current_period
    shown = frame["period"].ge(now - SHOWN) & frame["period"].lt(now + SHOWN)
    frame = frame[shown].assign(version=lambda rows: np.where(rows["period"].lt(now), "actual", "plan"))
    return conform(KPI_TREND, judged(data, frame))


def kpi_scopes(trend: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Return the result table `kpi_scopes`: the company, families by rank, owners; those that have figures.

    Args:
        trend: the result table `kpi_trend`.
        families: the result table `families`.
    """
    there = trend[["scope", "name"]].drop_duplicates()
    place = {scope: k for k, scope in enumerate(("company", "family", "owner"))}
    there = there[there["scope"].isin(place)]
    rank = there["name"].map(families.set_index("family")["rank"]).where(there["scope"].eq("family"))
    ordered = there.assign(place=there["scope"].map(place), rank=rank).sort_values(["place", "rank", "name"])
    return conform(KPI_SCOPES, ordered.assign(rank=range(1, len(ordered) + 1)))


def _scopes(
    data: PlanData, results: Mapping[str, pd.DataFrame], facts: pd.DataFrame, budget: pd.DataFrame
) -> Iterator[tuple[str, str, Series]]:
    """Give each scope with its figures: the company, families, owners, resources."""
    months = month_grid(data, LOOKBACK)
    families = data["items"].groupby("family")["owner"].agg(set)
    yield (
        *COMPANY,
        {
            **_of_items(facts, months),
            **_against(data, facts, budget.groupby("period")[MONEY].sum(min_count=1), months),
            **kpi_company.backlog(data, results["lead_times"], facts, None),
            **kpi_company.cash_figures(data, results["cash"], results["finance"]),
            **kpi_company.load_figures(data, results["rough_cut"], results["load"], None),
        },
    )
    for family, rows in facts[facts["family"].ne("")].groupby("family"):
        yield (
            "family",
            str(family),
            {
                **_of_items(rows, months),
                **_against(data, rows, budget[budget["family"].eq(family)].set_index("period"), months),
                **kpi_company.backlog(data, results["lead_times"], rows, str(family)),
            },
        )
    for owner, rows in facts[facts["owner"].ne("")].groupby("owner"):
        whole = [family for family, owners in families.items() if owners == {owner}]
        alone = rows["family"].isin(whole).all()
        own = budget[budget["family"].isin(whole)] if alone else budget.iloc[:0]
        yield (
            "owner",
            str(owner),
            {
                **_of_items(rows, months),
                **_against(data, rows, own.groupby("period")[MONEY].sum(min_count=1), months),
            },
        )
    for resource in sorted(results["load"]["resource"].unique()):
        yield "resource", str(resource), kpi_company.load_figures(data, results["rough_cut"], results["load"], resource)


def _of_items(rows: pd.DataFrame, months: pd.PeriodIndex) -> Series:
    """Figures of forecast, service, plan, stock and margin of the items in view."""
    columns = [name for name in rows.columns if name not in ("item", "period", "family", "owner")]
    sums = rows.groupby("period")[columns].sum(min_count=1).reindex(months)
    naive_wmape = _share(sums["naive_miss"], sums["actual"])
    wmape = _share(sums["miss"], sums["actual"])
    margin = sums["revenue"] - sums["cogs"]
    return {
        "accuracy": (100.0 - wmape).clip(lower=0.0),
        "accuracy|target": (100.0 - naive_wmape).clip(lower=0.0),
        "wmape": wmape,
        "wmape|target": naive_wmape,
        "wmape_lag3": _share(sums["miss_lag3"], sums["actual_lag3"]),
        "mape": _share(sums["miss_share"], sums["sold"]),
        "mape_skipped": sums["forecasts"] - sums["sold"],
        "bias": _share(sums["error"], sums["actual"]),
        "mad": sums["miss"] / sums["forecasts"],
        "tracking_signal": _tracking(rows, months),
        "fva": naive_wmape - wmape,
        "growth": _growth(sums["demand"]),
        "otif": _share(sums["otif_lines"], sums["total_lines"]),
        "line_fill": _share(sums["in_full_lines"], sums["total_lines"]),
        "attainment": _one_less(sums["plan_miss"], sums["planned"]),
        "stability": _one_less(sums["plan_change"], sums["old_plan"]),
        "stock": sums["stock"],
        **_stock_days(sums, months),
        "revenue": sums["revenue"],
        "gross_margin": margin,
        "margin_pct": _share(margin, sums["revenue"]),
    }


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return 100.0 * part / whole.where(whole > 0)


def _one_less(misses: pd.Series, plan: pd.Series) -> pd.Series:
    values = [attainment(miss, whole) for miss, whole in zip(misses, plan.where(plan > 0), strict=True)]
    return pd.Series(values, index=plan.index, dtype=float)


def _tracking(rows: pd.DataFrame, months: pd.PeriodIndex) -> pd.Series:
    """The signal over all archived months, not only those shown."""
    errors = rows.dropna(subset=["error"]).groupby("period")["error"].sum()
    return pd.Series(tracking_signals(errors.to_numpy(float)), index=errors.index).reindex(months)


def _growth(demand: pd.Series) -> pd.Series:
    """The last 12 months over the 12 before, less 1; blank before the history has both."""
    started = demand.notna().cummax()
    sums = demand.fillna(0.0).where(started).rolling(YEAR).sum()
    return _share(sums - sums.shift(YEAR), sums.shift(YEAR))


def _stock_days(sums: pd.DataFrame, months: pd.PeriodIndex) -> Series:
    """Days on hand, cover and turns of each month's closing stock."""
    days, cogs, stock = calendar_days(months), sums["cogs"].to_numpy(float), sums["stock"].to_numpy(float)
    units, demand = sums["stock_units"].to_numpy(float), sums["demand"].fillna(0.0).to_numpy(float)
    count = len(months)
    back = [
        days_on_hand(stock[k], cogs[max(k - TRAILING + 1, 0) : k + 1], days[max(k - TRAILING + 1, 0) : k + 1])
        for k in range(count)
    ]
    walked = [forward_cover(units[k], demand[k + 1 :], days[k + 1 :]) for k in range(count)]
    year = [turns(cogs[max(k - YEAR + 1, 0) : k + 1], stock[max(k - YEAR + 1, 0) : k + 1]) for k in range(count)]
    return {
        "days_on_hand": pd.Series(back, index=months, dtype=float),
        "cover_days": pd.Series([found for found, _ in walked], index=months, dtype=float),
        "cover_days|beyond": pd.Series([float(beyond) for _, beyond in walked], index=months, dtype=float),
        "turns": pd.Series(year, index=months, dtype=float),
    }


def _against(data: PlanData, rows: pd.DataFrame, budget: pd.DataFrame, months: pd.PeriodIndex) -> Series:
    """Gaps to the budget of revenue and margin, and the run rate that would reach the year's."""
    sums = rows.groupby("period")[["revenue", "cogs"]].sum(min_count=1).reindex(months)
    goal = budget.reindex(months)
    gap = sums["revenue"] - goal["revenue"]
    return {
        "revenue|target": goal["revenue"],
        "gross_margin|target": goal["gross_margin"],
        "margin_pct|target": _share(goal["gross_margin"], goal["revenue"]),
        "gap": gap,
        **kpi_company.year_figures(data, sums["revenue"], budget["revenue"]),
    }


def _long(scope: str, name: str, figures: Series) -> pd.DataFrame:
    """Return the figures as rows: those that are known, each with its target and its mark."""
    parts = []
    for kpi, values in figures.items():
        if "|" in kpi:
            continue
        known = values.dropna()
        target = figures.get(f"{kpi}|target", pd.Series(dtype=float)).reindex(known.index)
        beyond = figures.get(f"{kpi}|beyond", pd.Series(dtype=float)).reindex(known.index)
        mark = np.where(beyond.eq(1.0), "more than", "")
        parts.append(
            pd.DataFrame(
                {"kpi": kpi, "scope": scope, "name": name, "period": known.index, "value": known.to_numpy(float),
                 "target": target.to_numpy(float), "mark": mark}
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _kept(before: pd.DataFrame, now: pd.Period) -> pd.DataFrame:
    """What earlier cycles said of their own month, which nothing tells again."""
    rows = before[before["kpi"].isin(CYCLE_FIGURES) & before["period"].lt(now)]
    return rows[["kpi", "scope", "name", "period", "value", "target", "mark"]]
