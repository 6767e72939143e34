"""Score the product's forecasts on M3 monthly beside seasonal naive: accuracy, intervals, CPU time.

    python benchmarks/forecast.py PATH_TO_M3_MONTHLY.csv.gz

The file has the columns unique_id, period, y, split (train or test). Its licence forbids shipping it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from sop_xl.demand.engine import forecast_panel
from sop_xl.demand.panel import naive_scale, right_align, seasonal_naive

SEASON = 12
LEVELS = (80, 95)


def main() -> None:
    """Read, forecast, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--cut", type=int, default=0, help="score on training months instead, this many left out")
    parser.add_argument("--keep", type=int, default=0, help="keep only this many months of each history")
    arguments = parser.parse_args()
    whole, actual = read(arguments.path, arguments.cut)
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
