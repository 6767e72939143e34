"""What each step of the forecast, each owner and each reason was worth, from the archive and what came.

One sign everywhere: error = actual - forecast. Errors are those of an item over its markets; a family's or
the company's are the sum of its items' absolute errors, so that misses do not cancel. A step without a
figure counts as zero: without it nothing would have been planned. Money is units of absolute error at
standard cost, at list price where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy import mape, tracking_signal
from sop_xl.demand.panel import naive_scale
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ACCURACY_STEPS, ALL, FORECAST_CYCLES, OVERRIDE_VALUE
from sop_xl.schema.results import FORECAST_STEPS as STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sop_xl.demand.history import DemandHistory

ITEM_LAG = 1
ALARM = 4.0
"""Tracking signal beyond which a forecast is biased."""
LEAST_FORECASTS = 3
"""Forecasts from which a verdict on an item's overrides is given."""


@dataclass(frozen=True)
class ValueAdded:
    """The tables of the forecast's value, by name as in the schema."""

    accuracy_steps: pd.DataFrame
    override_value: pd.DataFrame
    forecast_cycles: pd.DataFrame


def value_added(archive: pd.DataFrame, history: DemandHistory, items: pd.DataFrame, season: int) -> ValueAdded:
    """Return the tables that say what the steps of the forecast were worth.

    Args:
        archive: frame of the table `forecast_archive`.
        history: demand as it came, past events included.
        items: the table `items`: families and costs.
        season: months in a season, for the scale of MASE.
    """
    rows = scored(archive, history, items, season)
    known = rows[rows["actual"].notna()]
    steps = pd.DataFrame([*_step_rows(known)], columns=list(ACCURACY_STEPS.fields))
    overrides = pd.DataFrame([*_override_rows(known)], columns=list(OVERRIDE_VALUE.fields))
    return ValueAdded(
        conform(ACCURACY_STEPS, steps), conform(OVERRIDE_VALUE, overrides), conform(FORECAST_CYCLES, _cycles(rows))
    )


def scored(archive: pd.DataFrame, history: DemandHistory, items: pd.DataFrame, season: int) -> pd.DataFrame:
    """Return the archive with what came (blank in open months), family, money per unit and scale of each row."""
    actual = _item_demand(history)
    frame = archive.merge(actual, on=["item", "period"], how="left")
    if len(history.periods):
        closed = frame["period"].le(history.periods[-1]) & frame["period"].ge(history.periods[0])
        frame["actual"] = frame["actual"].fillna(0.0).where(closed)
    by_item = items.set_index("item")
    cost = by_item["standard_cost"].fillna(by_item["list_price"]).fillna(0.0)
    scale = _scales(actual, history, season)
    frame["family"] = frame["item"].map(by_item["family"]).fillna("").astype("str")
    frame["cost"] = frame["item"].map(cost).fillna(0.0).astype(float)
    frame["scale"] = frame["item"].map(scale).astype(float)
    frame["sensed"] = frame["sensed"].fillna(frame["events"])
    steps = list(STEPS)
    frame[steps] = frame[steps].fillna(0.0)
    return frame


def _item_demand(history: DemandHistory) -> pd.DataFrame:
    """Columns item, period, actual: demand of all markets in each month since the item's first sale."""
    wide = pd.DataFrame(history.quantity, index=history.keys["item"].array, columns=history.periods.astype(str))
    summed = wide.groupby(level=0, sort=True).sum(min_count=1)
    long = summed.rename_axis("item").reset_index().melt("item", var_name="period", value_name="actual")
    long["period"] = pd.PeriodIndex(long["period"].astype("str"), freq="M")
    return long.assign(item=long["item"].astype("str"))


def _scales(actual: pd.DataFrame, history: DemandHistory, season: int) -> pd.Series:
    if not len(actual):
        return pd.Series(dtype=float)
    wide = actual.pivot(index="item", columns="period", values="actual")
    return pd.Series(naive_scale(wide.to_numpy(float), season), index=wide.index)


def _step_rows(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    for lag, of_lag in rows.groupby("lag"):
        yield from _scope_rows(of_lag, ALL, ALL, float(lag))
        for family, part in of_lag.groupby("family"):
            if family:
                yield from _scope_rows(part, str(family), ALL, float(lag))
        if lag == ITEM_LAG:
            for (family, item), part in of_lag.groupby(["family", "item"]):
                if part["actual"].sum() > 0:
                    yield from _scope_rows(part, str(family), str(item), float(lag), steps=STEPS[-1:])


def _scope_rows(
    rows: pd.DataFrame, family: str, item: str, lag: float, steps: tuple[str, ...] = STEPS
) -> Iterator[dict[str, object]]:
    """Figures of each step for one company, family or item; each step's value is against the one before it."""
    actual, cost = rows["actual"].to_numpy(float), rows["cost"].to_numpy(float)
    total, scale = actual.sum(), rows["scale"].to_numpy(float)
    before: np.ndarray | None = None
    for step in steps:
        forecast = rows[step].to_numpy(float)
        gap = np.abs(actual - forecast)
        error, skipped = mape(actual, forecast)
        signal = _signal(rows, step)
        saved = np.zeros(1) if before is None else before - gap
        yield {
            "family": family,
            "item": item,
            "lag": lag,
            "step": step,
            "forecasts": float(len(rows)),
            "months": float(rows["period"].nunique()),
            "actual": float(total),
            "mape": error,
            "skipped": float(skipped),
            "wmape": _points(gap.sum(), total),
            "mase": float(gap.sum() / scale.sum()) if np.nansum(scale) > 0 else np.nan,
            "bias": _points((actual - forecast).sum(), total),
            "tracking_signal": signal,
            "alarm": "" if abs(signal) <= ALARM else "under-forecast" if signal > 0 else "over-forecast",
            "fva": np.nan if before is None else _points(saved.sum(), total),
            "money": np.nan if before is None else float((saved * cost).sum()),
        }
        before = gap


def _points(part: float, total: float) -> float:
    return 100 * float(part) / float(total) if total > 0 else np.nan


def _signal(rows: pd.DataFrame, step: str) -> float:
    """The tracking signal of the months' totals after the last one."""
    months = rows.groupby("period", sort=True)[["actual", step]].sum()
    return float(tracking_signal(months["actual"].to_numpy(float), months[step].to_numpy(float))[-1])


def _override_rows(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    """What overrides did, from the sensed baseline to what was planned, by owner, by reason and by item."""
    spoken = rows[rows["owner"] != ""]
    for kind, column in (("owner", "owner"), ("reason", "reason"), ("item", "item")):
        found = [_override_row(kind, str(name), part) for name, part in spoken.groupby(column, sort=True)]
        for rank, row in enumerate(sorted(found, key=lambda row: float(str(row["money"]))), start=1):
            yield {**row, "place": f"{kind} {rank}"}


def _override_row(kind: str, name: str, part: pd.DataFrame) -> dict[str, object]:
    before = (part["actual"] - part["sensed"]).abs()
    after = (part["actual"] - part["consensus"]).abs()
    total, money = float(part["actual"].sum()), float(((before - after) * part["cost"]).sum())
    lost = (before - after).sum() < 0
    verdict = "" if len(part) < LEAST_FORECASTS or kind != "item" else "let it be" if lost else "worth it"
    return {
        "kind": kind,
        "name": name,
        "family": str(part["family"].iloc[0]) if kind == "item" else "",
        "forecasts": float(len(part)),
        "better": float((after < before).sum()),
        "actual": total,
        "wmape_before": _points(before.sum(), total),
        "wmape_after": _points(after.sum(), total),
        "fva": _points((before - after).sum(), total),
        "money": money,
        "verdict": verdict,
    }


def _cycles(rows: pd.DataFrame) -> pd.DataFrame:
    """What every cycle said of each month, by family and for the company."""
    columns = {"forecast": "consensus", "statistical": "statistical", "actual": "actual"}
    parts = []
    for frame in (rows.assign(family=ALL), rows[rows["family"] != ""]):
        grouped = frame.groupby(["family", "cycle", "period"], sort=True)
        summed = grouped[list(columns.values())].sum(min_count=1)
        parts.append(summed.rename(columns={"consensus": "forecast"}).join(grouped["lag"].first()).reset_index())
    return pd.concat(parts, ignore_index=True)
