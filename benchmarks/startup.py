"""Start-up of a click: a new Python up to the moment an action can begin; goal: under 1 second."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

GOAL_S = 1.0
READY = (
    "import sop_xl.entrypoints.ribbon as ribbon, xlwings, sop_xl.services.actions, sop_xl.adapters.memory_workbook, "
    "sop_xl.adapters.solver, sop_xl.adapters.undo_store, sop_xl.adapters.live_workbook"
)
"""What a click on Run cycle imports before it reads the first cell."""
STAGES = {
    "Python alone": "pass",
    "ribbon": "import sop_xl.entrypoints.ribbon",
    "ribbon and xlwings": "import sop_xl.entrypoints.ribbon, xlwings",
    "ready to run": READY,
}


def seconds(code: str, times: int) -> list[float]:
    """Return how long a new Python takes for `code`, run by run; the first, which fills caches, is left out."""
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-B", "-c", code], check=True)
        taken.append(time.perf_counter() - start)
    return taken[1:]


def main() -> None:
    """Print the median of each stage; exit 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    medians = {stage: statistics.median(seconds(code, times)) for stage, code in STAGES.items()}
    for stage, median in medians.items():
        print(f"{stage:20} {median:6.2f} s")
    if medians["ready to run"] > GOAL_S:
        sys.exit(f"A click takes {medians['ready to run']:.2f} s to start; the goal is {GOAL_S:.1f} s.")


if __name__ == "__main__":
    main()
