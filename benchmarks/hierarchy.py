"""Score ways to agree the levels of the demo company's forecast, and the ranges of its totals.

    python benchmarks/hierarchy.py

At each origin the company is planned with what was known then, by each setting of `hierarchy`. The last lines
say how often what came lay between P10 and P90 (80 % are expected), by level.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from adventureworks_forecast import AHEAD, LEVELS, actual_demand, as_of, level_scores

from sop_xl.demand.plan import DemandPlan, plan_demand
from sop_xl.demo import folder
from sop_xl.services.transfer import combine, read_folder

if TYPE_CHECKING:
    import pandas as pd

CUTS = (3, 5, 7, 9, 12)
WAYS = {
    "bottom_up": {"hierarchy": "bottom_up"},
    **{
        f"from {level}": {"hierarchy": "top_down", "trusted_level": level}
        for level in ("company", "region", "channel", "family", "item")
    },
    "mint": {"hierarchy": "mint"},
}
LEVEL_KEYS = {"company": [], "channel": ["channel"], "family": ["family"], "item": ["item"]}


def main() -> None:
    """Plan at every origin in every way, score, print."""
    data = combine(read_folder(folder()), None).plan_data()
    actual = actual_demand(data)
    print(f"WMAPE in %, mean of {len(CUTS)} origins, up to {AHEAD} months ahead; seconds an origin")
    print(f"{'':14}" + "".join(f"{level:>18}" for level in LEVELS) + f"{'bias':>8}{'s':>6}")
    for way, options in WAYS.items():
        scores, inside = [], {level: [] for level in LEVEL_KEYS}
        started = time.perf_counter()
        for cut in CUTS:
            origin = data.settings.current_period - cut
            company = as_of(data, origin)
            plan = plan_demand(replace(company, settings=replace(company.settings, **options)))
            came = actual[(actual["period"] >= origin) & (actual["period"] < origin + min(cut, AHEAD))]
            rows = came.merge(plan.forecast, on=["item", "market", "period"])
            rows = rows[rows["statistical"].notna()]
            scores.append(level_scores(rows, "statistical"))
            covered(plan, rows, inside)
        spent = (time.perf_counter() - started) / len(CUTS)
        print(f"{way:14}" + "".join(f"{s:18.1f}" for s in np.mean(scores, axis=0)[:-1]), end="")
        print(f"{np.mean(scores, axis=0)[-1]:8.1f}{spent:6.1f}", flush=True)
        if way in ("bottom_up", "mint"):
            print("    inside P10 to P90: " + ", ".join(f"{k} {100 * np.mean(v):.0f} %" for k, v in inside.items()))


def covered(plan: DemandPlan, rows: pd.DataFrame, inside: dict[str, list[bool]]) -> None:
    """Add whether what came of each node and month lay in its range."""
    table = plan.details["forecast_levels"]
    for level, keys in LEVEL_KEYS.items():
        came = rows.groupby([*keys, "period"])["actual"].sum().reset_index()
        came["node"] = came[keys[0]] if keys else ""
        both = came.merge(table[table["level"] == level], on=["node", "period"])
        inside[level] += ((both["actual"] >= both["p10"]) & (both["actual"] <= both["p90"])).tolist()


if __name__ == "__main__":
    main()
