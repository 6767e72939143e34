"""Time `sop-xl forecast` on a panel of its own: 10,000 series of 116 months, intervals included.

    python benchmarks/forecast_speed.py [--series 10000] [--months 116]

The command runs as a user runs it, in a process of its own, with one process, with two, and again with two.
Printed are seconds, CPU seconds (the figure to trust on a busy machine), the most memory of all its processes
together, and how far the three answers differ.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd

HORIZON = 18


def main() -> None:
    """Make the panel, run the command three times, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=116)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_panel(arguments.series, arguments.months).to_csv(folder / "in.csv", index=False)
        print(f"{arguments.series} series x {arguments.months} months, {HORIZON} ahead, 80 and 95 % intervals")
        answers = []
        for number, jobs in enumerate((1, 2, 2)):
            target = folder / f"out{number}.csv"
            before = cpu_seconds()
            seconds, memory = timed(folder / "in.csv", target, jobs)
            answers.append(pd.read_csv(target))
            print(f"{jobs} process(es): {seconds:5.1f} s, of CPU {cpu_seconds() - before:5.1f} s, {memory:,.0f} MB")
        numbers = [answer.select_dtypes("number").to_numpy() for answer in answers]
        for pair, base, other in (
            ("one and two processes", numbers[0], numbers[1]),
            ("a run and its repeat", numbers[1], numbers[2]),
        ):
            gap = np.max(np.abs(base - other) / np.maximum(np.abs(base), 1e-12))
            print(f"largest relative difference between {pair}: {gap:.1e}")


def cpu_seconds() -> float:
    """Return the CPU time of all finished children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def make_panel(series: int, months: int) -> pd.DataFrame:
    """Return a long table: level, trend and season of many kinds with noise; a tenth of them sparse, some short."""
    random = np.random.default_rng(116)
    t = np.arange(months)
    level = 10 ** random.uniform(1, 4, series)[:, None]
    growth = np.exp(random.normal(0, 0.004, series)[:, None] * t)
    season = 1 + random.uniform(0, 0.4, series)[:, None] * np.sin(
        2 * np.pi * (t[None] + random.integers(0, 12, series)[:, None]) / 12
    )
    noise = np.exp(random.normal(0, 1, (series, months)) * random.uniform(0.03, 0.4, series)[:, None])
    y = level * growth * season * noise
    sparse = random.random(series) < 0.1
    y[sparse] *= random.random((sparse.sum(), months)) < 0.3
    start = np.where(random.random(series) < 0.15, random.integers(0, months - 6, series), 0)
    keep = (t[None] >= start[:, None]).ravel()
    periods = pd.period_range("2016-01", periods=months, freq="M").astype(str).to_numpy()
    names = np.array([f"S{k:06d}" for k in range(series)])
    return pd.DataFrame(
        {
            "unique_id": np.repeat(names, months)[keep],
            "period": np.tile(periods, series)[keep],
            "y": np.round(y.ravel(), 2)[keep],
        }
    )


def timed(source: Path, target: Path, jobs: int) -> tuple[float, float]:
    """Run the command; return seconds and the most memory in MB."""
    command = [sys.executable, "-m", "sop_xl.entrypoints.cli", "forecast", str(source), str(target)]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--horizon", str(HORIZON), "--jobs", str(jobs)], stdout=subprocess.DEVNULL)
    most: list[float] = [0.0]
    watcher = threading.Thread(target=watch, args=(process, most))
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - started
    watcher.join()
    if code:
        raise SystemExit(f"The command ended with {code}.")
    return seconds, most[0]


def watch(process: subprocess.Popen[bytes], most: list[float]) -> None:
    """Keep the largest resident size of the process and those it started, on Linux."""
    while process.poll() is None:
        most[0] = max(most[0], sum(resident(pid) for pid in family(process.pid)))
        time.sleep(0.1)


def family(pid: int) -> list[int]:
    """Return a process and all it started."""
    out = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            out += [number for child in task.read_text().split() for number in family(int(child))]
        except OSError:
            continue
    return out


def resident(pid: int) -> float:
    """Return what a process has in memory, in MB, shared pages counted by share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
