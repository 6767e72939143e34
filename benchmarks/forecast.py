"""Score the product's forecasts on M3 monthly beside its peers: accuracy, intervals, CPU time, and the ratios.

    python benchmarks/forecast.py PATH_TO_M3_MONTHLY.csv.gz [--peers peers/bin/python] [--every 10]

The file has the columns unique_id, period, y, split (train or test). Its licence forbids shipping it.
With --peers, statsforecast's SeasonalNaive, Theta, DOT and AutoETS forecast the same series in the same run, in
the environment of that Python (`benchmarks/peer_forecasts.py` says how to make it).
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.panel import naive_scale, over_horizon, phases, right_align, seasonal_naive
from sop_xl.demand.seasonal import classical_indices, deseasonalise
from sop_xl.demand.theta import dynamic_theta

SEASON = 12
LEVELS = (80, 95)


def main() -> None:
    """Read, forecast, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--cut", type=int, default=0, help="score on training months instead, this many left out")
    parser.add_argument("--keep", type=int, default=0, help="keep only this many months of each history")
    parser.add_argument("--every", type=int, default=1, help="score every n-th series only")
    parser.add_argument("--peers", type=Path, help="Python of the environment with statsforecast")
    arguments = parser.parse_args()
    whole, actual = (part[:: arguments.every] for part in read(arguments.path, arguments.cut))
    panel = whole[:, -arguments.keep :]
    horizon = actual.shape[1]
    started = time.process_time()
    result = forecast_panel(panel, horizon, season=SEASON, levels=LEVELS)
    spent = 1000 * (time.process_time() - started) / len(panel)
    scale = naive_scale(whole, SEASON)
    naive = point_scores(seasonal_naive(panel, horizon, SEASON), actual, scale)
    ours = point_scores(result.mean, actual, scale)
    print(f"{len(panel)} series, {horizon} months ahead")
    print(f"{'':16}{'sMAPE':>8}{'MASE':>8}{'ratio':>8}")
    for name, scores in (("Seasonal naive", naive), ("sop_xl", ours)):
        ratio = (scores[0] / naive[0] + scores[1] / naive[1]) / 2
        print(f"{name:16}{scores[0]:8.3f}{scores[1]:8.4f}{ratio:8.3f}")
    for level, (low, high) in result.bounds.items():
        inside = (actual >= low) & (actual <= high)
        print(
            f"{level} % interval: covers {inside.mean():.3f} (first month {inside[:, 0].mean():.3f}, "
            f"last {inside[:, -1].mean():.3f}), MSIS {interval_score(low, high, actual, scale, level):.2f}"
        )
    print(f"{spent:.2f} ms CPU a series, backtests and intervals included")
    made = peer_forecasts(arguments.peers, panel, horizon) if arguments.peers else {}
    if made:
        print_peers(made, actual, scale, (*ours, spent))
    print_theta(panel, actual, scale, made.get("DynamicOptimizedTheta:mean"))


def peer_forecasts(python: Path, panel: np.ndarray, horizon: int) -> dict[str, np.ndarray]:
    """Return what statsforecast's methods say of the same series, in the environment of `python`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(folder / "in.npz", panel=panel, horizon=horizon)
        script = Path(__file__).with_name("peer_forecasts.py")
        subprocess.run([python, script, folder / "in.npz", folder / "out.npz"], check=True)
        return dict(np.load(folder / "out.npz"))


def print_theta(panel: np.ndarray, actual: np.ndarray, scale: np.ndarray, peer: np.ndarray | None) -> None:
    """Score the member theta alone, with our indices and with classical ones, which statsforecast uses."""
    size = np.nanmean(np.abs(panel), axis=1)[:, None]
    season = deseasonalise(panel / size, SEASON)
    classical = np.where(season.seasonal[:, None], classical_indices(panel / size, SEASON), 1.0)
    print(f"\n{'theta alone':24}{'sMAPE':>8}{'MASE':>8}")
    for name, indices in (("shrunken indices", season.indices), ("classical indices", classical)):
        started = time.process_time()
        adjusted = panel / size / indices[:, phases(panel.shape[1], SEASON)]
        theta = dynamic_theta(adjusted, actual.shape[1])
        spent = 1000 * (time.process_time() - started) / len(panel)
        forecast = theta.forecast * over_horizon(indices, actual.shape[1]) * size
        scores = point_scores(forecast, actual, scale)
        near = (
            "" if peer is None else f"  within 1 % of DOT: {(np.abs(forecast / peer - 1) <= 0.01).mean():.1%} of months"
        )
        print(f"{name:24}{scores[0]:8.3f}{scores[1]:8.4f}  {spent:.3f} ms{near}")


def print_peers(
    made: dict[str, np.ndarray], actual: np.ndarray, scale: np.ndarray, ours: tuple[float, float, float]
) -> None:
    """Score statsforecast's methods on the same series; ratios are the product's figure over theirs."""
    print(f"\n{'statsforecast':24}{'sMAPE':>8}{'MASE':>8}{'cov80':>8}{'cov95':>8}{'MSIS95':>8}{'CPU ms':>8}  ratios")
    for peer in [key.split(":")[0] for key in made if key.endswith(":cpu")]:
        scores = point_scores(made[f"{peer}:mean"], actual, scale)
        bounds = {level: (made[f"{peer}:lo-{level}"], made[f"{peer}:hi-{level}"]) for level in LEVELS}
        inside = [((actual >= low) & (actual <= high)).mean() for low, high in bounds.values()]
        msis, cpu = interval_score(*bounds[95], actual, scale, 95), float(made[f"{peer}:cpu"])
        ratios = [mine / theirs for mine, theirs in zip(ours, (*scores, cpu), strict=True)]
        print(
            f"{peer:24}{scores[0]:8.3f}{scores[1]:8.4f}{inside[0]:8.3f}{inside[1]:8.3f}{msis:8.2f}{cpu:8.2f}  "
            f"{ratios[0]:.3f} {ratios[1]:.3f} {ratios[2]:.3f}"
        )


def read(path: Path, cut: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the training panel and the months that followed; with `cut`, from the training months alone."""
    frame = pd.read_csv(path)
    parts = {
        split: [group.to_numpy(float) for _, group in rows.groupby("unique_id", sort=True)["y"]]
        for split, rows in frame.groupby("split")
    }
    horizon = len(parts["test"][0])
    if not cut:
        return right_align(parts["train"]), np.stack(parts["test"])
    kept = [y for y in parts["train"] if len(y) >= cut + SEASON]
    return right_align([y[:-cut] for y in kept]), np.stack([y[len(y) - cut :][:horizon] for y in kept])


def point_scores(forecast: np.ndarray, actual: np.ndarray, scale: np.ndarray) -> tuple[float, float]:
    """Return sMAPE in per cent and MASE, means over series."""
    gap = np.abs(actual - forecast)
    smape = 200 * (gap / (np.abs(actual) + np.abs(forecast))).mean()
    return float(smape), float((gap.mean(axis=1) / scale).mean())


def interval_score(low: np.ndarray, high: np.ndarray, actual: np.ndarray, scale: np.ndarray, level: int) -> float:
    """Return MSIS: width plus 2 / alpha times what falls outside, over the scale of MASE."""
    outside = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    score = high - low + 2 / (1 - level / 100) * outside
    return float((score.mean(axis=1) / scale).mean())


if __name__ == "__main__":
    main()
