"""Score the demand plan of the demo company at months in its past, beside seasonal naive, level by level.

    python benchmarks/adventureworks_forecast.py

At each origin the company is planned with what was known then; items that have ended since count as the
active ones they were. What was sold of items and markets that were new since the origin is left out of all
scores, and printed. The last lines say what the plan gets wrong.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy import bias, wmape
from sop_xl.demand.history import read_history
from sop_xl.demand.plan import plan_demand
from sop_xl.demo import folder
from sop_xl.domain.plan_data import PlanData
from sop_xl.services.transfer import combine, read_folder

CUTS = (3, 4, 5, 6, 7, 8, 9, 12)
"""Months before the end at which the company is planned."""
AHEAD = 6
LEVELS = {
    "item x market": ["item", "market"],
    "item": ["item"],
    "family x channel": ["family", "channel"],
    "family": ["family"],
    "company": [],
}
METHODS = ("naive", "statistical")


def main() -> None:
    """Plan at every origin, score, print."""
    data = combine(read_folder(folder()), None).plan_data()
    actual = actual_demand(data)
    started = time.process_time()
    origins = {cut: scored_origin(data, actual, cut) for cut in CUTS}
    spent = (time.process_time() - started) / len(CUTS)
    print(f"WMAPE in %, mean of {len(CUTS)} origins, up to {AHEAD} months ahead (bias: + over-forecast)")
    print(f"{'':14}" + "".join(f"{level:>18}" for level in LEVELS) + f"{'bias':>8}")
    for method in METHODS:
        scores = np.mean([level_scores(rows, method) for rows, _ in origins.values()], axis=0)
        print(f"{method:14}" + "".join(f"{score:18.1f}" for score in scores[:-1]) + f"{scores[-1]:8.1f}")
    print(f"\n{spent:.1f} s CPU an origin. By origin, statistical:")
    for cut, (rows, new) in origins.items():
        scores = level_scores(rows, "statistical")
        inside = 100 * ((rows["actual"] >= rows["lo80"]) & (rows["actual"] <= rows["hi80"])).mean()
        print(
            f"{cut:3} months before the end: family {scores[3]:5.1f}, bias {scores[-1]:6.1f}; 80 % bounds cover "
            f"{inside:.0f} %; new since the origin: {new:.1f} % of demand"
        )
    print_families(pd.concat([rows for rows, _ in origins.values()]))
    print_next_year(data, actual)


def actual_demand(data: PlanData) -> pd.DataFrame:
    """Return columns item, market, family, channel, period, actual: every month of every series."""
    history = read_history(data)
    wide = pd.DataFrame(np.nan_to_num(history.quantity), columns=history.periods)
    frame = pd.concat([history.keys, wide], axis=1).melt(["item", "market"], var_name="period", value_name="actual")
    frame["period"] = pd.PeriodIndex(frame["period"], freq="M")
    frame["family"] = frame["item"].map(data["items"].set_index("item")["family"])
    frame["channel"] = frame["market"].map(data["markets"].set_index("market")["channel"])
    return frame


def scored_origin(data: PlanData, actual: pd.DataFrame, cut: int) -> tuple[pd.DataFrame, float]:
    """Return forecasts beside what came, and the demand in per cent of what was new since the origin."""
    origin = data.settings.current_period - cut
    rows = plan_demand(as_of(data, origin)).forecast[["item", "market", "period", *METHODS, "lo80", "hi80"]]
    came = actual[(actual["period"] >= origin) & (actual["period"] < origin + min(cut, AHEAD))]
    both = came.merge(rows, on=["item", "market", "period"], how="left")
    known = both["statistical"].notna()
    return both[known], 100 * float(both.loc[~known, "actual"].sum() / both["actual"].sum())


def as_of(data: PlanData, month: pd.Period) -> PlanData:
    """Return the company as it was before `month`, its history being all that the forecast needs."""
    items = data["items"].assign(status="active", launch_period=pd.NaT, end_period=pd.NaT)
    months = {field: items[field].astype("period[M]") for field in ("launch_period", "end_period")}
    empty = {name: data[name].iloc[:0] for name in ("events", "launches", "initiatives", "overrides")}
    settings = replace(data.settings, current_period=month, horizon_months=AHEAD)
    return PlanData.of(settings, {**data.tables, **empty, "items": items.assign(**months)})


def level_scores(rows: pd.DataFrame, method: str) -> list[float]:
    """Return the WMAPE of each level, and the bias."""
    out = []
    for keys in LEVELS.values():
        summed = rows.groupby([*keys, "period"])[["actual", method]].sum()
        out.append(wmape(summed["actual"].to_numpy(), summed[method].to_numpy()))
    return [*out, -bias(rows["actual"].to_numpy(), rows[method].to_numpy())]


def print_families(rows: pd.DataFrame) -> None:
    """Print where the plan is worst: families by channel, over all origins."""
    print("\nBy family and channel: WMAPE of its total, bias")
    for (family, channel), part in rows.groupby(["family", "channel"]):
        scores = {method: level_scores(part, method) for method in METHODS}
        print(
            f"{family:16}{channel:10}{scores['statistical'][2]:8.1f} (naive {scores['naive'][2]:5.1f})"
            f"{scores['statistical'][-1]:8.1f} (naive {scores['naive'][-1]:6.1f})"
        )


def print_next_year(data: PlanData, actual: pd.DataFrame) -> None:
    """Print the next twelve months of the bikes beside the last twelve."""
    plan = plan_demand(data).forecast
    plan["family"] = plan["item"].map(data["items"].set_index("item")["family"])
    first = data.settings.current_period
    print("\nNext twelve months (plan) beside the same months a year before (was)")
    for family in ("Mountain Bikes", "Road Bikes", "Touring Bikes"):
        for name, frame, column, start in (("plan", plan, "statistical", first), ("was", actual, "actual", first - 12)):
            part = frame[(frame["family"] == family) & (frame["period"] >= start) & (frame["period"] < start + 12)]
            months = part.groupby("period")[column].sum()
            print(f"{family if name == 'plan' else '':16}{name:6}" + "".join(f"{value:7.0f}" for value in months))


if __name__ == "__main__":
    main()
