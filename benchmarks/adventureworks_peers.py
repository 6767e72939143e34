"""Backtest the demo company over its last 12 months, by item, beside statsforecast's methods on the same months.

    python benchmarks/adventureworks_peers.py --peers peers/bin/python [--cut 21 --ahead 6]

Each series of an item and market known 12 (or --cut) months before the end is forecast once, as many months (or
--ahead) ahead, from what was known then; forecasts and demand are added up by item, family and company.
`benchmarks/peer_forecasts.py` says how to make the environment of the peers.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from adventureworks_forecast import actual_demand, as_of

from sop_xl.demand.accuracy import bias, wmape
from sop_xl.demand.history import read_history
from sop_xl.demand.plan import plan_demand
from sop_xl.demo import folder
from sop_xl.domain.plan_data import PlanData
from sop_xl.services.transfer import combine, read_folder

KEYS = ["item", "market"]


def main() -> None:
    """Plan once, let the peers forecast the same series, score both by level."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, required=True, help="Python of the environment with statsforecast")
    parser.add_argument("--cut", type=int, default=12, help="months before the end from which is forecast")
    parser.add_argument("--ahead", type=int, help="months scored; by default all")
    given = parser.parse_args()
    ahead = min(given.ahead or given.cut, given.cut)
    data = combine(read_folder(folder()), None).plan_data()
    then = as_of(data, data.settings.current_period - given.cut)
    then = PlanData.of(replace(then.settings, horizon_months=ahead), then.tables)
    ours = plan_demand(then).forecast[[*KEYS, "period", "statistical"]].rename(columns={"statistical": "sop_xl"})
    rows = actual_demand(data)
    rows = rows[rows["period"] >= then.settings.current_period].merge(ours.dropna(), on=[*KEYS, "period"])
    rows = rows.merge(peer_rows(then, given.peers, ahead), on=[*KEYS, "period"])
    print(f"{rows.groupby(KEYS).ngroups} series, {given.cut} months before the end, {ahead} ahead")
    print("WMAPE in % by item x market, item, family, company; bias as actual - forecast")
    for name in [column for column in rows if column not in (*KEYS, "period", "family", "channel", "actual")]:
        scores = []
        for level in (KEYS, ["item"], ["family"], []):
            summed = rows.groupby([*level, "period"])[["actual", name]].sum()
            scores.append(wmape(summed["actual"].to_numpy(), summed[name].to_numpy()))
        error = bias(rows["actual"].to_numpy(), rows[name].to_numpy())
        print(f"{name:24}" + "".join(f"{score:9.1f}" for score in scores) + f"{error:9.1f}")
    for family, part in rows.groupby("family"):
        summed = part.groupby("period")[["actual", "sop_xl"]].sum().to_numpy()
        print(f"  {family:22} sop_xl {wmape(*summed.T):6.1f}, bias {bias(*summed.T):6.1f}")


def peer_rows(then: PlanData, python: Path, ahead: int) -> pd.DataFrame:
    """Return the peers' forecasts of every series, never below zero."""
    history = read_history(then)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        np.savez(place / "in.npz", panel=history.quantity, horizon=ahead)
        script = Path(__file__).with_name("peer_forecasts.py")
        subprocess.run([python, script, place / "in.npz", place / "out.npz"], check=True)
        made = dict(np.load(place / "out.npz"))
    frames = []
    for key in [key for key in made if key.endswith(":mean")]:
        wide = pd.DataFrame(np.maximum(np.nan_to_num(made[key]), 0.0), columns=then.settings.plan_periods)
        long = pd.concat([history.keys, wide], axis=1).melt(KEYS, var_name="period", value_name=key.split(":")[0])
        frames.append(long.set_index([*KEYS, "period"]))
    out = pd.concat(frames, axis=1).reset_index()
    return out.assign(period=pd.PeriodIndex(out["period"], freq="M"))


if __name__ == "__main__":
    main()
