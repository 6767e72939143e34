"""The figures of the Demand review, item by month, before they become rows: history, streams, consensus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.cycle.history import demand_history
from sop_xl.demand.additions import SIGNS
from sop_xl.demand.consensus import baseline_of, sensed_baseline
from sop_xl.schema.planned import planned_demand
from sop_xl.schema.views import CLOSED_MONTHS, INPUT_KINDS, OPEN_MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sop_xl.domain.plan_data import PlanData

YEAR = 12


@dataclass(frozen=True)
class ReviewFigures:
    """Figures of the items on the grid, families by rank and items by money within; NaN is blank.

    Attributes:
        items: one row an item: item, label, family, uom, class_, wmape (points), net_price, cycle12,
            year12 (units; blank where there is nothing to compare with: the last cycle must have planned
            all the months of the grid).
        months: the open months of the grid.
        closed: units that came in the last closed months; shape (items, 3).
        baseline: statistical forecast with events, launches and initiatives; shape (items, 12).
        sensed: the same with what recent bookings change; blank where they change nothing; shape (items, 12).
        consensus: what the forecast says is agreed; shape (items, 12).
        demand: what operations plan for where customer orders count in; else blank; shape (items, 12).
        streams: for each input kind what its row shows; shape (items, 12).
        reasons: reasons by item and input kind.
        families: wmape by family, in points.
        revenue: what the closed months brought, in plan currency; shape (3,).
    """

    items: pd.DataFrame = field(repr=False)
    months: pd.PeriodIndex
    closed: NDArray[np.float64] = field(repr=False)
    baseline: NDArray[np.float64] = field(repr=False)
    sensed: NDArray[np.float64] = field(repr=False)
    consensus: NDArray[np.float64] = field(repr=False)
    demand: NDArray[np.float64] = field(repr=False)
    streams: dict[str, NDArray[np.float64]] = field(repr=False)
    reasons: dict[tuple[str, str], str] = field(repr=False)
    families: pd.Series = field(repr=False)
    revenue: NDArray[np.float64] = field(repr=False)


def review_months(first: pd.Period) -> pd.PeriodIndex:
    """Return the open months of a grid whose first one is `first`."""
    return pd.period_range(first, periods=OPEN_MONTHS, freq="M")


def review_figures(
    data: PlanData,
    forecast: pd.DataFrame,
    accuracy: pd.DataFrame,
    last_cycle: pd.DataFrame,
    costs: pd.DataFrame,
    revenue: pd.Series,
) -> ReviewFigures:
    """Return the figures of every item that has a forecast, an override or sales in the last 12 months.

    Args:
        data: the input.
        forecast: the result table `forecast`.
        accuracy: the result table `accuracy`.
        last_cycle: the result table `last_cycle`.
        costs: the result table `item_costs`.
        revenue: revenue of the closed months by period.
    """
    now = data.settings.current_period
    months, past = review_months(now), pd.period_range(now - YEAR, periods=YEAR, freq="M")
    rows = forecast[forecast["period"].isin(months)]
    rows = rows.assign(baseline=baseline_of, base=sensed_baseline, planned=planned_demand)
    overrides = data["overrides"]
    overrides = overrides[overrides["period"].isin(months)].dropna(subset=["quantity"])
    history = demand_history(data)
    items = _items(data, rows, overrides, history[history["period"].isin(past)])
    items = _described(items, accuracy, costs, last_cycle, months)
    came = by_month(history, "quantity", items["item"], past)
    items["year12"] = np.where(np.isnan(came).all(axis=1), np.nan, np.nansum(came, axis=1))
    consensus = by_month(rows, "consensus", items["item"], months)
    order = _order(items, consensus)
    items = items.iloc[order].reset_index(drop=True)
    return ReviewFigures(
        items=items,
        months=months,
        closed=_zero_after_first(came[order])[:, -CLOSED_MONTHS:],
        baseline=by_month(rows, "baseline", items["item"], months),
        sensed=_where(rows["sensing_qty"].notna(), rows, "base", items["item"], months),
        consensus=consensus[order],
        demand=_where(rows[["orders", "consumed"]].notna().any(axis=1), rows, "planned", items["item"], months),
        streams={kind: shown(rows, overrides, stream, items["item"], months) for kind, stream in INPUT_KINDS.items()},
        reasons=_reasons(overrides),
        families=_wmape(accuracy, "family"),
        revenue=revenue.reindex(past[-CLOSED_MONTHS:]).to_numpy(float),
    )


def by_month(rows: pd.DataFrame, value: str, items: pd.Series, months: pd.PeriodIndex) -> NDArray[np.float64]:
    """Return the sum of `value` by item and month, markets together; blank where no row has one."""
    sums = rows.groupby(["item", "period"])[value].sum(min_count=1).unstack("period")
    return sums.reindex(index=items, columns=months).to_numpy(float)


def _where(
    told: pd.Series, rows: pd.DataFrame, value: str, items: pd.Series, months: pd.PeriodIndex
) -> NDArray[np.float64]:
    """Return `value` by item and month, all markets together, where any of them is told of; else blank."""
    known = by_month(rows.assign(told=told.where(told).astype(float)), "told", items, months)
    return np.where(np.isnan(known), np.nan, by_month(rows, value, items, months))


def shown(
    forecast: pd.DataFrame, overrides: pd.DataFrame, stream: str, items: pd.Series, months: pd.PeriodIndex
) -> NDArray[np.float64]:
    """Return what the row of a stream shows: what was said for the whole item, else for its markets together.

    Where only some markets were spoken for, the others count as they are without: with the sensed baseline,
    or for the final word with the consensus. So the figure is always one of the whole item. Where an override
    adds or subtracts, the row shows what that made.
    """
    said = overrides[overrides["stream"].eq(stream)]
    added = said.loc[said["mode"].isin(list(SIGNS)), ["item", "period"]].drop_duplicates()
    if len(added):
        plain = shown(forecast, overrides[~overrides["mode"].isin(list(SIGNS))], stream, items, months)
        silent = forecast["consensus" if stream == "final" else "base"]
        result = forecast[["item", "period"]].assign(made=forecast[stream].fillna(silent))
        made = by_month(result.merge(added, on=["item", "period"]), "made", items, months)
        return np.where(np.isnan(made), plain, made)
    whole = by_month(said[said["market"].eq("")], "quantity", items, months)
    parts = said.loc[said["market"].ne(""), ["item", "market", "period", "quantity"]]
    if parts.empty:
        return whole
    silent = forecast[["item", "market", "period"]].assign(
        silent=forecast["consensus" if stream == "final" else "base"]
    )
    spoken_for = silent.merge(parts[["item", "period"]].drop_duplicates(), on=["item", "period"])
    both = spoken_for.merge(parts, on=["item", "market", "period"], how="outer")
    both["quantity"] = both["quantity"].fillna(both["silent"])
    return np.where(np.isnan(whole), by_month(both, "quantity", items, months), whole)


def joined_reasons(rows: pd.DataFrame) -> str:
    """Return the different reasons of some rows of `overrides`, in the order of their months."""
    given = rows.sort_values(["period", "market"])["reason"]
    return "; ".join(dict.fromkeys(reason for reason in given if reason))


def _reasons(overrides: pd.DataFrame) -> dict[tuple[str, str], str]:
    kinds = {stream: kind for kind, stream in INPUT_KINDS.items()}
    groups = overrides[overrides["reason"].ne("")].groupby(["item", "stream"], sort=True)
    return {(item, kinds[stream]): joined_reasons(rows) for (item, stream), rows in groups}


def _items(data: PlanData, rows: pd.DataFrame, overrides: pd.DataFrame, recent: pd.DataFrame) -> pd.DataFrame:
    planned = rows.loc[rows["planned"].notna() | rows["baseline"].notna(), "item"]
    sold = recent.loc[recent["quantity"].ne(0.0), "item"]
    table = data["items"].set_index("item")
    codes = sorted({*planned, *sold, *overrides["item"]} & set(table.index))
    chosen = table.loc[codes, ["description", "family", "uom"]].reset_index()
    label = chosen["description"].where(chosen["description"].ne(""), chosen["item"])
    return chosen.assign(label=label).drop(columns="description")


def _described(
    items: pd.DataFrame, accuracy: pd.DataFrame, costs: pd.DataFrame, last_cycle: pd.DataFrame, months: pd.PeriodIndex
) -> pd.DataFrame:
    known = accuracy[accuracy["item"].ne("")].sort_values(["item", "lag"]).drop_duplicates("item").set_index("item")
    classes = (known["abc"] + known["xyz"]).to_dict()
    planned = months.isin(last_cycle.loc[last_cycle["forecast"].notna(), "period"]).all()
    before = by_month(last_cycle, "forecast", items["item"], months)
    none = np.isnan(before).all(axis=1) | (not planned)
    return items.assign(
        class_=[classes.get(item, "") for item in items["item"]],
        wmape=items["item"].map(_wmape(accuracy, "item")).to_numpy(float),
        net_price=items["item"].map(costs.set_index("item")["net_price"]).to_numpy(float),
        cycle12=np.where(none, np.nan, np.nansum(before, axis=1)),
    )


def _wmape(accuracy: pd.DataFrame, level: str) -> pd.Series:
    """Return the error of the shortest lag, by item or, where the item is blank, by family."""
    rows = accuracy[accuracy["item"].ne("") if level == "item" else accuracy["item"].eq("")]
    first = rows.sort_values([level, "lag"]).drop_duplicates(level)
    return first.set_index(level)["wmape"]


def _order(items: pd.DataFrame, consensus: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the items' places: families by money of the next months, items by money within, then by code."""
    money = np.nansum(consensus, axis=1) * items["net_price"].fillna(0.0).to_numpy()
    family = items.assign(money=money).groupby("family")["money"].transform("sum").to_numpy()
    keys = pd.DataFrame({"family": -family, "name": items["family"], "money": -money, "item": items["item"]})
    return keys.sort_values(["family", "name", "money", "item"], kind="stable").index.to_numpy()


def _zero_after_first(came: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return history with 0 in months without sales after the first one; before it there is no data."""
    started = np.logical_or.accumulate(~np.isnan(came), axis=1)
    return np.where(np.isnan(came) & started, 0.0, came)
