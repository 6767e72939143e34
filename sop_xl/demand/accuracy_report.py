"""The accuracy report: errors of past forecasts by item, family and company, beside the naive one's.

Every forecast in it was made by the engine at an earlier origin, from the months before that origin only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy import bias, wmape
from sop_xl.demand.classes import abc, xyz
from sop_xl.demand.panel import seasonal_naive
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ACCURACY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.demand.engine import Backtest
    from sop_xl.demand.history import DemandHistory
    from sop_xl.demand.panel import Matrix

LAGS = (1, 2, 3)
"""Months from the origin to the month forecast."""
REPORT_CUTS = tuple(range(1, 13))
"""Origins of the report: each of the last twelve months."""


@dataclass(frozen=True)
class _Scored:
    """Actual, statistical and naive of each item and month scored at one lag; shape (items, months)."""

    actual: Matrix
    statistical: Matrix
    naive: Matrix

    def rows(self, keep: np.ndarray) -> _Scored:
        return _Scored(self.actual[keep], self.statistical[keep], self.naive[keep])


def accuracy_report(
    history: DemandHistory, backtests: Sequence[Backtest], items: pd.DataFrame, season: int
) -> pd.DataFrame:
    """Return the frame of the table `accuracy`.

    Errors are taken on the item's total over its markets; those of a family or the company are the sum
    of its items' absolute errors over the sum of demand, so misses do not cancel between items.

    Args:
        history: demand with past events taken out, the one the forecasts were made from.
        backtests: the engine's forecasts at earlier origins.
        items: the table `items`: families and prices.
        season: months in a season, for the naive forecast.
    """
    names = sorted(set(history.keys["item"]))
    known = items.set_index("item").reindex(names)
    families = known["family"].to_numpy(str)
    used = [backtest for backtest in backtests if backtest.cut in REPORT_CUTS]
    rows: list[dict[str, object]] = []
    for lag in LAGS if used else ():
        scored = _score(history, used, lag, season)
        rows.append(_row("", "", lag, scored))
        rows.extend(_row(family, "", lag, scored.rows(families == family)) for family in sorted(set(families)))
        sold = np.flatnonzero(scored.actual.sum(axis=1) > 0)
        rows.extend(_row(families[k], names[k], lag, scored.rows(np.array([k]))) for k in sold)
    frame = pd.DataFrame(
        rows, columns=[column.field for column in ACCURACY.columns if column.field not in ("abc", "xyz")]
    )
    classes = item_classes(history, known)
    frame = frame.merge(classes, on="item", how="left")
    return conform(ACCURACY, frame.fillna({"abc": "", "xyz": ""}))


def item_classes(history: DemandHistory, items: pd.DataFrame) -> pd.DataFrame:
    """Return columns item, abc and xyz, from the last twelve months.

    Value is demand at list price, at standard cost where there is none, else in units.

    Args:
        history: demand by item and market.
        items: the table `items` with item as index, one row for each item of the history, sorted.
    """
    monthly = _by_item(history, np.nan_to_num(history.quantity[:, -12:]))
    started = _by_item(history, (~np.isnan(history.quantity[:, -12:])).astype(float)) > 0
    price = items["list_price"].fillna(items["standard_cost"]).fillna(1.0).to_numpy(float)
    return pd.DataFrame(
        {
            "item": pd.Series(items.index, dtype="str"),
            "abc": abc(monthly.sum(axis=1) * price),
            "xyz": xyz(np.where(started, monthly, np.nan)),
        }
    )


def _score(history: DemandHistory, backtests: Sequence[Backtest], lag: int, season: int) -> _Scored:
    months = history.quantity.shape[1]
    columns: list[tuple[Matrix, Matrix, Matrix]] = []
    for backtest in backtests:
        if backtest.cut < lag:
            continue
        actual = history.quantity[:, months - backtest.cut + lag - 1]
        past = history.quantity[:, : months - backtest.cut]
        naive = seasonal_naive(past, lag, season)[:, lag - 1]
        there = ~np.isnan(actual)
        parts = (actual, backtest.forecast[:, lag - 1], naive)
        columns.append(tuple(_by_item(history, np.where(there, np.nan_to_num(part), 0.0)[:, None]) for part in parts))  # type: ignore[arg-type]
    if not columns:
        empty = np.zeros((len(set(history.keys["item"])), 0))
        return _Scored(empty, empty, empty)
    return _Scored(*(np.concatenate(part, axis=1) for part in zip(*columns, strict=True)))


def _by_item(history: DemandHistory, values: Matrix) -> Matrix:
    codes = pd.factorize(history.keys["item"], sort=True)[0]
    out = np.zeros((int(codes.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(out, codes, values)
    return out


def _row(family: str, item: str, lag: int, scored: _Scored) -> dict[str, object]:
    error, naive_error = wmape(scored.actual, scored.statistical), wmape(scored.actual, scored.naive)
    return {
        "family": family,
        "item": item,
        "lag": float(lag),
        "months": float(scored.actual.shape[1]),
        "actual": float(scored.actual.sum()),
        "wmape": error,
        "bias": bias(scored.actual, scored.statistical),
        "naive_wmape": naive_error,
        "fva": naive_error - error,
    }
